// Ghosts on a canvas, behind the run in front. A curve that stands still is kept as it was drawn: a frame
// then only says up to where it is seen.

/** @import { Ghost } from "./ghosts.js" */
/** @import { PixelMap } from "./plot.js" */
/** @import { Run } from "./run.js" */

import { curve, line } from "./canvas.js";
import { ghostEffects, ofSameFeatures, ghostParams } from "./ghosts.js";
import { drawCurve } from "./learned_curve.js";
import { inView } from "./learned_line.js";
import { SHAPES } from "./legend.js";
import { xAt } from "./loss_axis.js";
import { pixelsOf } from "./loss_curve.js";

const WIDTH = 1.6;
const APART = 3; // pixels between the steps of a way
const PROBES = [0, 1]; // whose pixels tell one scale from another
const MOST_MARKS = 100; // weights of a ghost that are drawn, of thousands
const FEW = 60; // weights that get marks of their ghost's shape: more would be a thicket
const [CENTER_X, CENTER_Y] = [10, 6]; // of the legend's shapes

/** @type {WeakMap<Float64Array, {key: string, canvas: OffscreenCanvas}>} by the pixels of a curve */
const curves = new WeakMap();
/** @type {WeakMap<Run, {key: string, points: Float64Array}>} */
const ways = new WeakMap();
const shapes = new Map();

/**
 * Curves of loss, each up to where its ghost stands.
 * @param {CanvasRenderingContext2D} context
 * @param {PixelMap} map
 * @param {Ghost[]} ghosts
 * @param {import("./loss_axis.js").Unit} unit
 */
export function drawGhostLosses(context, map, ghosts, unit) {
  const ratio = context.getTransform().a;
  const area = wholePixels(map.area);
  for (const ghost of ghosts) {
    const { run, position } = ghost;
    const until = position < run.nRows - 1 ? map.x(xAt(run, unit, position)) - area.left : area.width;
    const seen = Math.round(Math.min(until, area.width) * ratio); // parts of pixels would be blended
    if (!(seen > 0)) continue;
    const drawn = curveOf(pixelsOf(map, run, "train", unit), area, ghost, ratio);
    context.drawImage(drawn, 0, 0, seen, drawn.height, area.left, area.top, seen / ratio, drawn.height / ratio);
  }
}

function wholePixels({ left, top, width, height }) {
  const [x, y] = [Math.floor(left), Math.floor(top)];
  return { left: x, top: y, width: Math.ceil(left + width) - x, height: Math.ceil(top + height) - y };
}

/** A curve as it is drawn, kept while it stays the same: to stroke eight of them takes twenty times as long. */
function curveOf(points, { left, top, width, height }, { color, dash, isBaseline }, ratio) {
  const key = [color, isBaseline, ratio].join();
  const kept = curves.get(points);
  if (kept?.key === key) return kept.canvas;
  const canvas = new OffscreenCanvas(Math.max(1, Math.ceil(width * ratio)), Math.max(1, Math.ceil(height * ratio)));
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, -left * ratio, -top * ratio);
  const at = (i) => [points[3 * i + 1], points[3 * i + 2]];
  curve(context, points.length / 3, at, { color, dash, width: widthOf(isBaseline) });
  curves.set(points, { key, canvas });
  return canvas;
}

const widthOf = (isBaseline) => (isBaseline ? WIDTH + 0.6 : WIDTH);

/**
 * Learned curves and lines over one column.
 * @param {CanvasRenderingContext2D} context
 * @param {PixelMap} map
 * @param {Ghost[]} ghosts
 */
export function drawGhostCurves(context, map, ghosts) {
  for (const ghost of ghosts) {
    const { run, color, dash, isBaseline } = ghost;
    const params = ghostParams(ghost);
    const style = { color, width: widthOf(isBaseline), dash };
    const ends = run.curve ? null : inView(map, [params.weights[0], params.bias]);
    if (run.curve) drawCurve(context, map, run.curve, params, style);
    else if (ends) line(context, ...ends, style);
  }
}

/**
 * Ways through the landscape of the run in front, and where they are now.
 * @param {CanvasRenderingContext2D} context
 * @param {PixelMap} map
 * @param {Ghost[]} ghosts those that have one
 * @param {(ghost: Ghost) => {x: number[], y: number[], rows: number[]}} wayOf in the plane
 * @param {(x: number, y: number) => [number, number]} toPixel
 */
export function drawGhostWays(context, map, ghosts, wayOf, toPixel) {
  for (const ghost of ghosts) {
    const way = wayOf(ghost);
    let n = way.rows.length;
    while (n > 0 && way.rows[n - 1] > ghost.position) n--;
    if (n === 0) continue;
    const points = stepsOf(map, ghost.run, way, toPixel);
    let shown = 0;
    while (3 * shown < points.length && points[3 * shown] <= ghost.position) shown++;
    const last = toPixel(way.x[n - 1], way.y[n - 1]);
    const at = (i) => (i < shown ? [points[3 * i + 1], points[3 * i + 2]] : last);
    curve(context, shown + 1, at, { color: ghost.color, width: widthOf(ghost.isBaseline), dash: ghost.dash });
    drawMark(context, ghost, last[0], last[1]);
  }
}

/** The steps of a way that are apart in pixels: row, x and y of one after the other. */
function stepsOf(map, run, { x, y, rows }, toPixel) {
  const key = [rows.length, x[0], y[0], ...PROBES.flatMap((value) => [map.x(value), map.y(value)])].join();
  const kept = ways.get(run);
  if (kept?.key === key) return kept.points;
  const points = [];
  for (let i = 0; i < rows.length; i++) {
    const [left, top] = toPixel(x[i], y[i]);
    const isApart = points.length === 0 || Math.hypot(left - points.at(-2), top - points.at(-1)) >= APART;
    if (isApart) points.push(rows[i], left, top);
  }
  ways.set(run, { key, points: Float64Array.from(points) });
  return ways.get(run).points;
}

/**
 * Weights: marks at their places, of thousands a part.
 * @param {CanvasRenderingContext2D} context
 * @param {Run} run the one in front
 * @param {Ghost[]|undefined} ghosts
 * @param {(value: number, j: number) => [number, number]} place in pixels
 */
export function drawGhostWeights(context, run, ghosts, place) {
  for (const ghost of ofSameFeatures(run, ghosts)) {
    const values = ghostEffects(run, ghost);
    const stride = Math.ceil(values.length / MOST_MARKS);
    context.fillStyle = ghost.color;
    for (let j = 0; j < values.length; j += stride) {
      const [x, y] = place(values[j], j);
      if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
      if (values.length > FEW) context.fillRect(x - 1.5, y - 1.5, 3, 3);
      else drawMark(context, ghost, x, y);
    }
  }
}

/** The shape of a ghost, hollow. */
export function drawMark(context, { color, mark }, x, y) {
  if (!shapes.has(mark)) shapes.set(mark, new Path2D(SHAPES[mark]));
  context.save();
  context.translate(x - CENTER_X, y - CENTER_Y);
  context.strokeStyle = color;
  context.lineWidth = WIDTH;
  context.stroke(shapes.get(mark));
  context.restore();
}
