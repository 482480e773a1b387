// The loss as a landscape: lines of equal loss over two directions, the way of the run, and its goal.
// One feature: weight and bias. Several: a plane through least squares, with how far the run is from it.

import { curve, dots, line } from "./canvas.js";
import { drawGhostWays } from "./ghost_paint.js";
import { ofSameFeatures, roomFor } from "./ghosts.js";
import { count, number, roundedTo } from "./format.js";
import { canDraw, contours, distanceFromPlane, excuseOf, isSquared, landscapeOf, lossOver, paramsAt, pathOf, placeAt, placeOf, wayOf } from "./landscape.js";
import { TEXT } from "./layout.js";
import { lossUnit } from "./loss_picture.js";
import { plotlyText } from "./names.js";
import { markBeyond, sideOf, write } from "./off_axis.js";
import { extent, padded } from "./ranges.js";
import { fingerprint, referenceFingerprint } from "./rows.js";
import { lossAt, paramRow, readParams, referenceName } from "./run.js";
import { faded } from "./theme.js";

/** @import { Picture } from "./gallery.js" */
/** @import { Trace } from "./plot.js" */
/** @import { Run } from "./run.js" */

const UIDS = { path: "moving-path", learned: "moving-learned" };
const EQUAL = "equal loss";
const MOST_FEATURES = 200;
const MOST_DRAWN = 1200; // steps of a path
const MOST_DOTS = 150; // steps that are marked
const NOT_ALIKE = 6; // spans that differ more share no scale, if both matter to the loss
const MATTERS = 0.02; // of the loss above its least
const FLATTEST = 0.02; // of the other span: a box has some height
const AROUND = 0.35; // of a span: so much of the bowl is seen beyond its least
const REACH = { diverged: 0.5, else: 2 }; // spans: what went further is told by an arrow
const MOST_LABELS = 4;
const LABEL_GAP = 0.17; // of the picture
const ASPECT = 2.2; // of a picture, about
const ASIDE = 0.7; // of the way from the start to the goal: so far labels are from the start
const LABEL_MARGIN = 0.08;
const REMARK_ROOM = 0.22; // on top, where what there is to remark stands
const LINES = 2.7; // of text, to below the remark
const ROUND = 1.15;
const RAVINE = 10;
const CERTAIN = 1e-9; // of a loss: what it has above the least is told from here on

/** Whether a run has this picture. */
export const isFor = (run) =>
  run.nFeatures <= MOST_FEATURES && (run.nFeatures > 1 || run.start.fitIntercept !== false) && canDraw(run);

/** One weight against one other says nothing. */
export const isFirstFor = ({ nFeatures }) => nFeatures === 1;

export const title = () => "Loss landscape";

const isPlane = (run) => run.nFeatures > 1;

/** @type {Picture["axes"]} */
export function axes(run) {
  const of = run.start.standardize ? ", standardised" : "";
  const titles = isPlane(run) ? ["along the flattest direction", "along the steepest"] : [`weight${of}`, `bias${of}`];
  const scale = landscapeOf(run) && isToScale(run) ? { scaleanchor: "x" } : {};
  return { xTitle: titles[0], yTitle: titles[1], extra: { hoverdistance: 12, yaxis: scale, annotations: annotations(run) } };
}

function annotations(run) {
  const excuse = excuseOf(run);
  const at = excuse ? { x: 0.5, y: 0.5 } : { x: 0, y: 1, xanchor: "left", yanchor: "top" };
  const text = excuse || remark(run);
  return text ? [{ text: plotlyText(text), xref: "paper", yref: "paper", showarrow: false, ...at }] : [];
}

/** What shape the landscape has, and what is not as it looks. */
function remark(run) {
  if (!landscapeOf(run)) return "";
  const { nPoints } = lossOver(run);
  const train = run.start.nPoints - run.start.nTest;
  const sample = !isSquared(run) && nPoints < train ? `loss of ${count(nPoints)} of ${count(train)} rows` : "";
  return [shape(run), sample, isToScale(run) ? "" : "axes not to scale"].filter(Boolean).join("; ");
}

function shape(run) {
  const { condition, nStill } = landscapeOf(run);
  if (!isSquared(run)) return "";
  if (nStill && !isPlane(run)) return "a valley: along its floor the loss stays the same";
  const ratio = Math.sqrt(condition ?? 1);
  const told = ratio < ROUND ? "a round bowl" : `${ratio < RAVINE ? "a bowl" : "a ravine"}, ${number(ratio, 2)} times as long as wide`;
  return nStill ? `${told}; ${count(nStill)} ${nStill === 1 ? "direction changes" : "directions change"} no loss` : told;
}

/**
 * The span of the start and the goals, never flat.
 * @param {Run} run
 * @returns {{x: [number, number], y: [number, number]}}
 */
function boxOf(run) {
  const goals = [placeOf(run, run.reference.weights, run.reference.bias), lossOver(run).best, ...truthOf(run)];
  const path = pathOf(run);
  const start = path.rows.length ? [[path.x[0], path.y[0]]] : [];
  const along = (axis) => extent([...goals, ...start].map((place) => place[axis]));
  const [x, y] = [along(0), along(1)];
  const [width, height] = [x[1] - x[0], y[1] - y[0]];
  const least = Math.max(width, height) * FLATTEST || Math.max(...[...x, ...y].map(Math.abs)) / 4 || 1;
  /** @returns {[number, number]} */
  const widened = ([low, high], size, middle) => {
    const around = AROUND * Math.max(size, least);
    return [Math.min(low, middle - around), Math.max(high, middle + around)];
  };
  const [left, low] = lossOver(run).best;
  return { x: widened(x, width, left), y: widened(y, height, low) };
}

/**
 * The same with the way of the run, as far as it has not gone away.
 * @param {Run} run
 * @returns {{x: [number, number], y: [number, number]}}
 */
function viewOf(run) {
  const box = boxOf(run);
  const path = pathOf(run);
  const reach = run.end?.status === "diverged" ? REACH.diverged : REACH.else;
  /** @returns {[number, number]} */
  const held = (way, [from, to]) => {
    const [low, high] = extent(way, [from, to]);
    const most = reach * (to - from);
    return [Math.max(low, from - most), Math.min(high, to + most)];
  };
  return { x: held(path.x, box.x), y: held(path.y, box.y) };
}

/**
 * The true parameters of one feature, where they are known.
 * @returns {[number, number][]}
 */
const truthOf = (run) => (run.trueWeights && !isPlane(run) ? [placeOf(run, run.trueWeights, run.trueBias)] : []);

/** Whether both axes have one scale. Where spans differ much and both matter, the way would be lost in it. */
function isToScale(run) {
  const { x, y } = viewOf(run);
  const [width, height] = [x[1] - x[0], y[1] - y[0]];
  if (Math.max(width, height) <= NOT_ALIKE * Math.min(width, height)) return true;
  const { at, best, least } = lossOver(run);
  const rises = [at(best[0] + width, best[1]), at(best[0], best[1] + height)].map((loss) => loss - least);
  return (width < height ? rises[0] : rises[1]) < MATTERS * Math.max(...rises);
}

export const isSlow = true;

/** @type {Picture["ranges"]} */
export function ranges(run, display) {
  if (!landscapeOf(run)) return { x: [-1, 1], y: [-1, 1] };
  const view = viewOf(run);
  const ways = ofSameFeatures(run, display?.ghosts).map((ghost) => wayOf(run, ghost.run));
  const x = roomFor(view.x, extent(ways.flatMap((way) => way.x), view.x));
  const [low, high] = roomFor(view.y, extent(ways.flatMap((way) => way.y), view.y));
  return { x: padded(...x, 0.06), y: [low - 0.06 * (high - low), high + 0.16 * (high - low)] };
}

/** @type {Picture["key"]} */
export function key(run) {
  const path = landscapeOf(run) ? pathOf(run) : { x: [], y: [] };
  return JSON.stringify([fingerprint(run), referenceFingerprint(run), run.start.loss.name, run.start.standardize, path.x[0], path.y[0]]);
}

/** @type {Picture["traces"]} */
export function traces(run, theme) {
  if (!landscapeOf(run)) return moving(theme);
  /** @returns {Trace} */
  const marks = (name, symbol, color, places, size = 11) => ({
    name,
    x: places.map(([x]) => x),
    y: places.map(([, y]) => y),
    customdata: places.map((place) => told(run, place)),
    mode: "markers",
    marker: { color, size, symbol, line: { width: 2.2, color } },
    hovertemplate: `%{customdata}<extra>${name}</extra>`,
  });
  const path = pathOf(run);
  const start = path.rows.length ? [[path.x[0], path.y[0]]] : [];
  const goal = placeOf(run, run.reference.weights, run.reference.bias);
  /** @type {Trace[]} */
  const result = [...linesOf(run, theme), marks("start", "circle-open", theme.learned, start, 9)];
  if (truthOf(run).length) result.push(marks("true", "diamond-open", theme.truth, truthOf(run)));
  result.push(marks(referenceName(run), "x-thin", theme.reference, [goal]));
  return [...result, ...moving(theme)];
}

/** @returns {Trace[]} */
function moving({ learned: color }) {
  const way = { name: "learned", x: [null], y: [null], hovertemplate: "%{customdata}<extra>learned</extra>" };
  return [
    { ...way, uid: UIDS.path, showlegend: false, mode: "lines", line: { color, width: 1.6 } },
    { ...way, uid: UIDS.learned, mode: "markers", marker: { color, size: 9 } },
  ];
}

/** The contours, each with a veil over all that lies in it, and the losses of some of them. */
function linesOf(run, theme) {
  const every = contours(run, boxOf(run));
  const lines = every.map(({ x, y }, i) => ({
    name: EQUAL,
    showlegend: i === 0,
    x,
    y,
    mode: "lines",
    line: { color: faded(theme.data, 0.55), width: 1 },
    fill: "toself",
    fillcolor: faded(theme.data, 0.045),
    hoverinfo: "skip",
  }));
  return lines.length ? [...lines, labels(run, theme, every)] : lines;
}

/** The losses of some contours, where these are furthest from the goal in the picture, and not at the start. */
function labels(run, theme, every) {
  const { best } = lossOver(run);
  const { x: [left, right], y: [low, high] } = viewOf(run);
  const path = pathOf(run);
  const placed = (x, y) => [(x - left) / (right - left), (y - low) / (high - low)];
  const [goal, start] = [placed(...best), path.rows.length ? placed(path.x[0], path.y[0]) : [0, 0]];
  const tall = isToScale(run) ? Math.max(high - low, (right - left) / ASPECT) : high - low;
  const wide = isToScale(run) ? ASPECT * tall : right - left; // plotly widens what has one scale
  const gap = (one, other) => Math.hypot(((one[0] - other[0]) * (right - left)) / wide, ((one[1] - other[1]) * (high - low)) / tall);
  const isIn = ([x, y]) => x > LABEL_MARGIN && x < 1 - LABEL_MARGIN && y > LABEL_MARGIN && y < 1 - REMARK_ROOM;
  const shown = [];
  for (const { loss, x, y } of every) {
    const places = x.map((each, i) => ({ loss, x: each, y: y[i], at: placed(each, y[i]) }));
    const free = places.filter(({ at }) => isIn(at) && gap(at, start) > ASIDE * gap(goal, start) && [...shown.map((other) => other.at), goal].every((other) => gap(at, other) > LABEL_GAP));
    const place = free.sort((one, other) => gap(other.at, start) - gap(one.at, start))[0];
    if (place && shown.length < MOST_LABELS) shown.push(place);
  }
  return {
    name: EQUAL,
    showlegend: false,
    x: shown.map(({ x }) => x),
    y: shown.map(({ y }) => y),
    text: shown.map(({ loss }) => number(loss, 2)),
    mode: "text",
    textposition: "middle center",
    hoverinfo: "skip",
  };
}

/**
 * What hovering says of a place.
 * @param {[number, number]} place
 */
function told(run, place, loss = lossOver(run).at(...place)) {
  const { weights, bias } = paramsAt(run, place);
  const params = isPlane(run) ? "" : `weight ${number(weights[0])}, bias ${number(bias)}<br>`;
  return `${params}loss ${number(loss)} ${plotlyText(lossUnit(run))}`;
}

/** @type {Picture["handOver"]} */
export function handOver(run, position) {
  if (!landscapeOf(run)) return Object.values(UIDS).map((uid) => ({ uid, x: [], y: [] }));
  const path = pathOf(run);
  const n = stepsUntil(path, position);
  const say = (step) => `epoch ${count(run.epoch[path.rows[step]])}<br>${told(run, [path.x[step], path.y[step]], lossAt(run.trainLoss, path.rows[step]))}`;
  const steps = [...Array(n).keys()];
  const now = placeAt(run, position);
  const last = now.every(Number.isFinite) ? [now] : [];
  const row = paramRow(run, position);
  return [
    { uid: UIDS.path, x: path.x.slice(0, n), y: path.y.slice(0, n), customdata: steps.map(say) },
    {
      uid: UIDS.learned,
      x: last.map(([x]) => x),
      y: last.map(([, y]) => y),
      customdata: last.map((place) => `epoch ${count(run.epoch[row])}<br>${told(run, place, lossAt(run.trainLoss, row))}`),
    },
  ];
}

function stepsUntil({ rows }, position) {
  let n = rows.length;
  while (n > 0 && rows[n - 1] > position) n--;
  return n;
}

/** @type {Picture["draw"]} */
export function draw(context, map, run, position, theme, display) {
  if (!landscapeOf(run)) return;
  drawGhostWays(context, map, ofSameFeatures(run, display?.ghosts), (ghost) => wayOf(run, ghost.run), (x, y) => within(map, x, y));
  if (map.shows(UIDS.learned)) {
    const place = placeAt(run, position);
    drawPath(context, map, pathOf(run), position, place, theme);
    drawPlace(context, map, place, theme);
  }
  if (isPlane(run)) write(context, offPlane(run, position), map.area.left + 4, map.area.top + LINES * (map.textSize ?? TEXT), theme);
  if (display?.cross) drawCross(context, map, display.cross, theme);
}

function drawPath(context, map, path, position, place, theme) {
  const n = stepsUntil(path, position);
  const stride = Math.max(1, Math.ceil(n / MOST_DRAWN));
  const steps = Math.ceil(n / stride);
  const at = (i) => (i < steps ? within(map, path.x[i * stride], path.y[i * stride]) : within(map, place[0], place[1]));
  curve(context, steps + 1, at, { color: theme.learned, width: 1.6 });
  if (n <= MOST_DOTS) dots(context, n, at, { color: theme.learned, radius: 2.2 });
}

/**
 * A place in pixels: at most some pictures away, since a canvas has its limits.
 * @returns {[number, number]}
 */
function within({ x, y, area }, left, top) {
  const far = 8 * (area.width + area.height);
  const held = (value) => Math.max(-far, Math.min(value, far));
  return [held(x(left)), held(y(top))];
}

/** The dot of the run; an arrow where it has left the picture. */
function drawPlace(context, map, [x, y], theme) {
  const [across, down] = [sideOf(map, "x", x), sideOf(map, "y", y)];
  if (!across && !down) return dots(context, 1, () => [map.x(x), map.y(y)], { color: theme.learned, radius: 5 });
  const { left, top, width, height } = map.area;
  const [axis, value, at] = /** @type {["x"|"y", number, number]} */ (across ? ["x", x, map.y(y)] : ["y", y, map.x(x)]);
  const [from, size] = axis === "x" ? [top, height] : [left, width];
  const held = Number.isFinite(at) ? Math.max(from + 8, Math.min(at, from + size - 8)) : from + size / 2;
  markBeyond(context, map, axis, [{ value, at: held }], theme, { color: theme.learned, digits: 3 });
}

/** The start that is being chosen. */
function drawCross(context, { area: { left, top, width, height } }, [x, y], theme) {
  const stroke = { color: theme.text, width: 1.2, dash: [4, 3] };
  line(context, left, y, left + width, y, stroke);
  line(context, x, top, x, top + height, stroke);
}

/** How far the run is from the plane on which its way is drawn, and what of its loss that is. */
function offPlane(run, position) {
  const row = paramRow(run, position);
  const distance = distanceFromPlane(run, readParams(run, position));
  if (!Number.isFinite(distance)) return "";
  const part = partOffPlane(run, row, placeAt(run, Math.min(position, run.lastFiniteRow)));
  return `${number(distance, 2)} off this plane${part === null ? "" : `; ${Math.round(100 * part)} % of the excess loss is off it`}`;
}

/**
 * The part of the loss above the least that the contours don't show; null where it is not known.
 * @param {[number, number]} place
 */
function partOffPlane(run, row, place) {
  if (!isSquared(run)) return null;
  const { at, least } = lossOver(run);
  const loss = lossAt(run.trainLoss, row);
  const excess = loss - least;
  if (!(excess > CERTAIN * loss) || !Number.isFinite(excess)) return null;
  return Math.max(0, Math.min(1, (loss - at(...place)) / excess));
}

/**
 * The start that a place in the picture means, in the data's units, to the digits that a pixel can tell.
 * @param {Run} run
 * @param {[number, number]} place
 * @param {[number, number]} pixel the size of one
 */
export function startAt(run, place, pixel) {
  if (isPlane(run) || !landscapeOf(run)) return null;
  const { weights: [weight], bias } = paramsAt(run, place);
  const { fromPlane } = run.reference;
  const step = (j) => (Math.abs(fromPlane[j] * pixel[0]) + Math.abs(fromPlane[2 + j] * pixel[1])) / 4;
  return { init_weight: roundedTo(weight, step(0)), init_bias: roundedTo(bias, step(1)) };
}

/**
 * Where the run on screen has started.
 * @param {Run} run
 * @returns {[number, number]|null}
 */
export function startOf(run) {
  if (isPlane(run) || !landscapeOf(run)) return null;
  const { x, y } = pathOf(run);
  return x.length ? [x[0], y[0]] : null;
}

/** @type {Picture["table"]} */
export function table(run, position) {
  const rows = [...Array(paramRow(run, position) + 1).keys()];
  const losses = (row) => [count(run.epoch[row]), run.trainLoss[row]];
  if (!isPlane(run)) {
    const last = readParams(run, position); // exact at the end
    const params = (row) => (row < rows.length - 1 ? [run.weights[row], run.bias[row]] : [last.weights[0], last.bias]);
    return { columns: ["epoch", "training loss", "weight", "bias"], rows: rows.map((row) => [...losses(row), ...params(row)]), note: remark(run) };
  }
  const columns = ["epoch", "training loss", "along the flattest", "along the steepest", "off the plane"];
  if (!landscapeOf(run)) return { columns, rows: rows.map((row) => [...losses(row), NaN, NaN, NaN]), note: excuseOf(run) };
  const of = (row) => [...placeAt(run, row), distanceFromPlane(run, readParams(run, row)) ?? NaN];
  return { columns, rows: rows.map((row) => [...losses(row), ...of(row)]), note: remark(run) };
}

/** @type {Picture["describe"]} */
export function describe(run, position) {
  const row = paramRow(run, position);
  const epoch = `at epoch ${run.epoch[row]}`;
  if (!landscapeOf(run)) return `Loss landscape ${epoch}: ${(excuseOf(run) || "least squares are not known yet").replace(/\.$/, "")}.`;
  const { weights, bias } = readParams(run, position);
  const loss = `loss ${number(lossAt(run.trainLoss, row))}`;
  const where = isPlane(run) ? offPlane(run, position) : `weight ${number(weights[0])}, bias ${number(bias)}`;
  const goal = isPlane(run) ? "" : ` Least squares has weight ${number(run.reference.weights[0])}, bias ${number(run.reference.bias)}.`;
  const over = isPlane(run) ? "the plane of the flattest and the steepest direction" : "weight and bias";
  const rest = remark(run);
  return `Loss landscape over ${over} ${epoch}: ${[where, loss].filter(Boolean).join(", ")}.${goal}${rest && ` It is ${rest}.`}`;
}
