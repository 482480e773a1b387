// The loss over two directions through least squares: where a run is there, and lines of equal loss.
// One feature: weight and bias. Several: the flattest and the steepest direction.

import { isFew, pointsOf, reachedAt, weightsAt } from "./run.js";

/** @import { Run } from "./run.js" */
/** @typedef {[number, number]} Place in the plane, in the coordinates of training */
/**
 * @typedef {object} LossOver
 * @property {(x: number, y: number) => number} at
 * @property {Place} best
 * @property {number} least
 * @property {number} nPoints of which it is measured, if it is
 * @property {(ray: Place) => (part: number) => [number, number]} [along] loss and slope along a ray from the best
 */

const MOST_POINTS = 400; // of the data, of which contours that are not ellipses are measured
const N_RAYS = { squared: 160, other: 72 }; // points of a contour
const N_LEVELS = 14;
const WIDER = 8; // times the box that start and goal span: so far contours reach
const LONGEST = 1e4; // of a contour, in spans of that box: far beyond any picture
const N_STEPS = 40; // of Newton's method: some five are enough
const CLOSE = 1e-3; // of the distance to a contour
const N_WEIGHINGS = 60; // until the least of a loss without squares is found

/**
 * What a reference chunk says of the landscape (see `landscape.py`), or null where there is none to draw.
 * @param {Run} run
 */
export function landscapeOf({ reference }) {
  const landscape = reference?.landscape;
  return landscape && landscape.excuse === undefined ? landscape : null;
}

/** Why a run has no landscape, or "". @param {Run} run */
export const excuseOf = ({ reference }) => reference?.landscape?.excuse ?? "";

/** Whether a run's training loss is a mean square, or half of it: its contours are ellipses. @param {Run} run */
export const isSquared = ({ start }) => Boolean(start.loss.squares);

/**
 * Where parameters are in the plane: the nearest place, if they are not in it.
 * @param {Run} run
 * @returns {Place}
 */
export function placeOf(run, weights, bias) {
  const { toPlane, origin, landscape } = run.reference;
  const size = run.nFeatures + 1;
  /** @type {Place} */
  const place = [landscape.center[0], landscape.center[1]];
  for (let j = 0; j < size; j++) {
    const away = (j < run.nFeatures ? weights[j] : bias) - origin[j];
    place[0] += toPlane[j] * away;
    place[1] += toPlane[size + j] * away;
  }
  return place;
}

/**
 * The parameters at a place, in original units.
 * @param {Run} run
 * @param {Place} place
 */
export function paramsAt(run, [x, y]) {
  const { fromPlane, origin, landscape } = run.reference;
  const size = run.nFeatures + 1;
  const [a, b] = [x - landscape.center[0], y - landscape.center[1]];
  const params = Array.from(origin, (value, j) => value + a * fromPlane[j] + b * fromPlane[size + j]);
  return { weights: params.slice(0, -1), bias: params[size - 1] };
}

/**
 * The way of a run through the plane, a step for each row (of many features: for each key frame) whose
 * parameters are finite; kept, and continued as rows come.
 * @param {Run} run
 * @returns {{x: number[], y: number[], rows: number[]}}
 */
export const pathOf = (run) => wayOf(run, run);

/**
 * The way of a run through the plane of another one, whose features it has.
 * @param {Run} plane
 * @param {Run} run
 * @returns {{x: number[], y: number[], rows: number[]}}
 */
export function wayOf(plane, run) {
  if (run.path?.of !== plane.reference) run.path = { of: plane.reference, x: [], y: [], rows: [] };
  const { x, y, rows } = run.path;
  const n = run.wide ? run.keyRows.length : run.nRows;
  for (let step = rows.length; step < n; step++) {
    const row = run.wide ? run.keyRows[step] : step;
    if (row > run.lastFiniteRow) break;
    const place = placeOf(plane, weightsAt(run, row), run.bias[row]);
    x.push(place[0]);
    y.push(place[1]);
    rows.push(row);
  }
  return run.path;
}

/**
 * Where a run is at a position; NaN or infinite once it has diverged.
 * @param {Run} run
 * @returns {Place}
 */
export function placeAt(run, position) {
  const { weights, bias } = reachedAt(run, position);
  return placeOf(run, weights, bias);
}

/**
 * How far parameters are from the plane, in the coordinates of training; null where that is not known.
 * @param {Run} run
 * @param {{weights: ArrayLike<number>, bias?: number}} params
 */
export function distanceFromPlane(run, { weights, bias }) {
  const { landscape, origin, planeScale, planeMean, learning } = run.reference;
  if (!planeScale) return null;
  const away = Array.from(origin, (value, j) => (j < run.nFeatures ? weights[j] : bias) - value);
  const [x, y] = placeOf(run, weights, bias).map((value, i) => value - landscape.center[i]);
  const squared = learning ? squaredAlong(learning, away) : squaredInTraining(away, planeScale, planeMean, landscape.biasScale);
  return Math.sqrt(Math.max(0, squared - x * x - y * y));
}

function squaredAlong(directions, away) {
  const n = away.length;
  let sum = 0;
  for (let i = 0; i < directions.length; i += n) sum += away.reduce((total, value, j) => total + directions[i + j] * value, 0) ** 2;
  return sum;
}

function squaredInTraining(away, scale, mean, biasScale) {
  let sum = 0;
  let bias = away[scale.length] * biasScale;
  for (let j = 0; j < scale.length; j++) {
    sum += (away[j] * scale[j]) ** 2;
    bias += away[j] * mean[j];
  }
  return sum + bias * bias;
}

/**
 * The loss of places in the plane, and where it is least. Of squared losses both are exact; of others they
 * are those of the points that the browser has.
 * @param {Run} run
 * @returns {LossOver}
 */
export function lossOver(run) {
  run.reference.lossOver ??= isSquared(run) ? squaredLoss(run) : otherLoss(run);
  return run.reference.lossOver;
}

function squaredLoss(run) {
  const { landscape } = run.reference;
  const { hessian: [a, b, , c], center, least, yScale } = landscape;
  const gain = (yScale * yScale) / run.start.loss.squares;
  const at = (x, y) => {
    const [u, v] = [x - center[0], y - center[1]];
    return least + gain * (a * u * u + 2 * b * u * v + c * v * v);
  };
  return { at, best: center, least, nPoints: run.y.length };
}

const RESIDUAL_LOSS = {
  l1: { of: (size) => size, weight: (size) => 1 / size },
  huber: { of: (size) => (size <= 1 ? (size * size) / 2 : size - 0.5), weight: (size) => (size <= 1 ? 1 : 1 / size) },
};
const NEVER_ZERO = 1e-300; // a residual of 0 has no slope either way

function otherLoss(run) {
  const { of, weight } = RESIDUAL_LOSS[run.start.loss.name] ?? RESIDUAL_LOSS.huber;
  const { center } = run.reference.landscape;
  const { residual, u, v } = sectionOf(run);
  const n = residual.length;
  const left = (i, x, y) => Math.abs(residual[i] - (x - center[0]) * u[i] - (y - center[1]) * v[i]);
  const at = (x, y) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += of(left(i, x, y));
    return sum / n;
  };
  const best = bestByWeighing(at, { residual, u, v, center }, (i, x, y, floor) => weight(Math.max(left(i, x, y), floor)));
  const along = ([x, y]) => {
    const rest = residual.map((each, i) => each - (best[0] - center[0]) * u[i] - (best[1] - center[1]) * v[i]);
    const taken = u.map((each, i) => each * x + v[i] * y);
    return (part) => {
      let [sum, slope] = [0, 0];
      for (let i = 0; i < n; i++) {
        const left = rest[i] - part * taken[i];
        const size = Math.abs(left);
        sum += of(size);
        slope -= taken[i] * left * weight(Math.max(size, NEVER_ZERO));
      }
      return /** @type {[number, number]} */ ([sum / n, slope / n]);
    };
  };
  return { at, best, least: at(...best), nPoints: n, along };
}

/** Of points of the training rows: least squares' residual, and what a step along each direction takes off it. */
function sectionOf(run) {
  const { origin, fromPlane } = run.reference;
  const size = run.nFeatures + 1;
  const train = pointsOf(run, 0);
  const points = train.filter((_, i) => i % Math.ceil(train.length / MOST_POINTS) === 0);
  const along = (params, from, i) => {
    let sum = params[from + run.nFeatures];
    for (let j = 0; j < run.nFeatures; j++) sum += params[from + j] * run.X[i * run.nFeatures + j];
    return sum;
  };
  return {
    residual: points.map((i) => run.y[i] - along(origin, 0, i)),
    u: points.map((i) => along(fromPlane, 0, i)),
    v: points.map((i) => along(fromPlane, size, i)),
  };
}

/** The least of a loss by least squares whose weights follow the residuals (Holland and Welsch, 1977). */
function bestByWeighing(at, { residual, u, v, center }, weightOf) {
  const size = Math.max(...residual.map(Math.abs), Number.MIN_VALUE);
  /** @type {Place} */
  let best = [center[0], center[1]];
  let place = best;
  for (let step = 0; step < N_WEIGHINGS; step++) {
    let [uu, uv, vv, ur, vr] = [0, 0, 0, 0, 0];
    for (let i = 0; i < residual.length; i++) {
      const weight = weightOf(i, place[0], place[1], 1e-9 * size);
      uu += weight * u[i] * u[i];
      uv += weight * u[i] * v[i];
      vv += weight * v[i] * v[i];
      ur += weight * u[i] * residual[i];
      vr += weight * v[i] * residual[i];
    }
    const determinant = uu * vv - uv * uv;
    if (!(determinant > 1e-14 * uu * vv)) break;
    place = [center[0] + (ur * vv - vr * uv) / determinant, center[1] + (vr * uu - ur * uv) / determinant];
    if (at(...place) < at(...best)) best = place;
  }
  return best;
}

/**
 * Lines of equal loss around the least one, outermost first; between one and the next the distance halves.
 * @param {Run} run
 * @param {{x: [number, number], y: [number, number]}} box what start and goal span
 * @returns {{loss: number, x: number[], y: number[]}[]}
 */
export function contours(run, box) {
  const loss = lossOver(run);
  const { best, least } = loss;
  const [width, height] = [box.x[1] - box.x[0], box.y[1] - box.y[0]];
  const corners = box.x.flatMap((x) => box.y.map((y) => loss.at(best[0] + WIDER * (x - best[0]), best[1] + WIDER * (y - best[1]))));
  const top = Math.max(...corners) - least;
  if (!(top > 0) || !Number.isFinite(top)) return [];
  const shrink = isSquared(run) ? 4 : 2;
  const levels = Array.from({ length: N_LEVELS }, (_, i) => least + top / shrink ** i);
  const rays = raysOf(run, LONGEST * width, LONGEST * height);
  const reach = rays.map((ray) => reachesOf(loss, ray, levels));
  return levels.map((level, i) => {
    const ends = rays.map(([x, y], k) => /** @type {Place} */ ([best[0] + reach[k][i] * x, best[1] + reach[k][i] * y]));
    return { loss: level, x: ends.map(([x]) => x), y: ends.map(([, y]) => y) };
  });
}

/**
 * Directions all around, evenly spaced where the landscape is a round bowl; each as long as a contour can be.
 * @returns {Place[]}
 */
function raysOf(run, width, height) {
  const { hessian: [a, b, , c] } = run.reference.landscape;
  const angle = Math.atan2(2 * b, a - c) / 2;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const steep = a * cos * cos + 2 * b * cos * sin + c * sin * sin;
  const flat = Math.max(a * sin * sin - 2 * b * cos * sin + c * cos * cos, 1e-24 * steep);
  const n = isSquared(run) ? N_RAYS.squared : N_RAYS.other;
  return Array.from({ length: n + 1 }, (_, i) => {
    const t = (2 * Math.PI * i) / n;
    const [along, across] = [Math.cos(t) / Math.sqrt(steep), Math.sin(t) / Math.sqrt(flat)];
    const ray = [along * cos - across * sin, along * sin + across * cos];
    const most = Math.min(width / Math.abs(ray[0]), height / Math.abs(ray[1]));
    return /** @type {Place} */ ([ray[0] * most, ray[1] * most]);
  });
}

/**
 * How far along a ray, as a part of it, each level is reached; 1 where it is not.
 * @param {LossOver} loss
 * @param {Place} ray
 */
function reachesOf({ at, best, least, along }, [x, y], levels) {
  if (along) return crossings(along([x, y]), levels);
  const whole = at(best[0] + x, best[1] + y) - least;
  return levels.map((level) => (whole > level - least ? Math.sqrt((level - least) / whole) : 1));
}

/** The same by Newton's method: a convex loss only grows along the ray, so that it falls on a level from beyond. */
function crossings(lossAlong, levels) {
  let part = 1;
  return levels.map((level) => {
    for (let step = 0; step < N_STEPS; step++) {
      const [loss, slope] = lossAlong(part);
      const next = part - (loss - level) / slope;
      if (!(loss > level && slope > 0 && next > 0)) break;
      const isClose = part - next < CLOSE * part;
      part = next;
      if (isClose) break;
    }
    return part;
  });
}

/** Whether a run's contours can be drawn at all: of other losses than squares that takes the data. @param {Run} run */
export const canDraw = (run) => isSquared(run) || run.nFeatures === 1 || isFew(run);
