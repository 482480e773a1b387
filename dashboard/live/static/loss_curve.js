// A curve of losses as it is drawn: every row, and the peaks that lie between rows. Of as many points as
// fall into one column of pixels, the first, the lowest, the highest and the last are drawn: a spike of
// one epoch is seen at every zoom.

/** @import { PixelMap } from "./plot.js" */
/** @import { Run } from "./run.js" */
/** @import { Unit } from "./loss_axis.js" */

import { xAt } from "./loss_axis.js";

const FARTHEST = 30_000; // pixels: a canvas takes no numbers of any size
const PROBES = [1, 10]; // whose pixels tell one scale from another, also a log one

/**
 * @typedef {object} Curve
 * @property {number[]} positions rising, in rows; fractional between two of them
 * @property {number[]} losses
 * @property {number} nRows that it has taken in
 * @property {number} nPeaks
 */

/** @type {WeakMap<Run, Object<string, Curve>>} */
const curves = new WeakMap();
/** @type {WeakMap<Run, Object<string, {key: string, points: Float64Array}>>} */
const drawn = new WeakMap();

/**
 * All points of a curve, as far as they have come.
 * @param {Run} run
 * @param {"train"|"test"|"batch"} name
 */
export function curveOf(run, name) {
  const kept = curves.get(run) ?? {};
  curves.set(run, kept);
  const curve = (kept[name] ??= { positions: [], losses: [], nRows: 0, nPeaks: 0 });
  const [losses, peaks] = [run[`${name}Loss`], run.peaks?.[name]];
  for (; curve.nRows < run.nRows; curve.nRows++) {
    while (peaks && curve.nPeaks < peaks.epochs.length && peaks.epochs[curve.nPeaks] < run.epoch[curve.nRows]) addPeak(run, curve, peaks);
    curve.positions.push(curve.nRows);
    curve.losses.push(losses[curve.nRows]);
  }
  return curve;
}

function addPeak(run, curve, { epochs, losses }) {
  const [before, after] = [run.epoch[curve.nRows - 1], run.epoch[curve.nRows]];
  curve.positions.push(curve.nRows - 1 + (epochs[curve.nPeaks] - before) / (after - before));
  curve.losses.push(losses[curve.nPeaks]);
  curve.nPeaks++;
}

/**
 * Up to a row, the points that have a loss: x on the axis, and y.
 * @param {Run} run
 * @param {"train"|"test"|"batch"} name
 * @param {Unit} unit
 */
export function pointsUntil(run, name, unit, last) {
  const { positions, losses } = curveOf(run, name);
  const [x, y] = [[], []];
  for (let i = 0; i < positions.length && positions[i] <= last; i++) {
    if (!Number.isFinite(losses[i])) continue;
    x.push(xAt(run, unit, positions[i]));
    y.push(losses[i]);
  }
  return { x, y };
}

/**
 * Draws a curve up to a row.
 * @param {CanvasRenderingContext2D} context
 * @param {PixelMap} map
 * @param {Run} run
 * @param {"train"|"test"|"batch"} name
 * @param {Unit} unit
 * @param {number} last
 * @param {{color: string, width: number, dash?: number[]}} stroke
 */
export function drawLossCurve(context, map, run, name, unit, last, { color, width, dash = [] }) {
  const points = pixelsOf(map, run, name, unit);
  context.strokeStyle = color;
  context.lineWidth = width;
  context.lineJoin = "round";
  context.setLineDash(dash);
  context.beginPath();
  for (let i = 0; i < points.length && points[i] <= last; i += 3) {
    if (i === 0) context.moveTo(points[1], points[2]);
    else context.lineTo(points[i + 1], points[i + 2]);
  }
  if (points.length && points[0] <= last) endAt(context, map, run, name, unit, last);
  context.stroke();
  context.setLineDash([]);
}

/** The row itself, which may not be among the points of its column of pixels. */
function endAt(context, map, run, name, unit, last) {
  const y = map.y(run[`${name}Loss`][last]);
  const x = map.x(unit.of(run)[last]);
  if (Number.isFinite(x) && Number.isFinite(y)) context.lineTo(x, held(y));
}

/**
 * The points of a curve that pixels can show: position, x and y of one after the other.
 * @param {PixelMap} map
 * @param {Run} run
 * @param {"train"|"test"|"batch"} name
 * @param {Unit} unit
 * @returns {Float64Array}
 */
export function pixelsOf(map, run, name, unit) {
  const { left, top, width, height } = map.area;
  const key = [unit.title, run.nRows, left, top, width, height, ...PROBES.flatMap((value) => [map.x(value), map.y(value)])].join();
  const kept = drawn.get(run) ?? {};
  drawn.set(run, kept);
  if (kept[name]?.key !== key) kept[name] = { key, points: Float64Array.from(thinned(inView(map, run, name, unit))) };
  return kept[name].points;
}

/** The points of a curve that the axis shows, and one beyond on either side. */
function inView(map, run, name, unit) {
  const { positions, losses } = curveOf(run, name);
  const { left, width } = map.area;
  const points = [];
  let before = null;
  for (let i = 0; i < positions.length; i++) {
    const [x, y] = [map.x(xAt(run, unit, positions[i])), map.y(losses[i])];
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    const point = [positions[i], x, held(y)];
    if (x < left) {
      before = point;
      continue;
    }
    if (before) points.push(before);
    before = null;
    points.push(point);
    if (x > left + width) break;
  }
  return points;
}

/** Of the points in one column of pixels the first, the lowest, the highest and the last, in order. */
export function thinned(points) {
  const kept = [];
  for (let from = 0; from < points.length; ) {
    const column = Math.floor(points[from][1]);
    let [low, high, to] = [from, from, from];
    for (; to < points.length && Math.floor(points[to][1]) === column; to++) {
      if (points[to][2] < points[low][2]) low = to;
      if (points[to][2] > points[high][2]) high = to;
    }
    for (const i of [...new Set([from, Math.min(low, high), Math.max(low, high), to - 1])]) kept.push(...points[i]);
    from = to;
  }
  return kept;
}

const held = (y) => Math.max(-FARTHEST, Math.min(y, FARTHEST));
