// Ghosts on a canvas, behind the run in front. What stands still is kept as a path of pixels: a frame
// then only says up to where it is seen.

/** @import { Ghost } from "./ghosts.js" */
/** @import { PixelMap } from "./plot.js" */
/** @import { Run } from "./run.js" */

import { curve, line } from "./canvas.js";
import { ghostEffects, ofSameFeatures } from "./ghosts.js";
import { inView } from "./learned_line.js";
import { SHAPES } from "./legend.js";
import { xAt } from "./loss_axis.js";
import { pixelsOf } from "./loss_curve.js";
import { paramRow } from "./run.js";

const WIDTH = 1.6;
const MOST_STEPS = 150; // of a way through the landscape
const MOST_MARKS = 200; // weights of a ghost that are drawn, of thousands
const FEW = 60; // weights that get marks of their ghost's shape: more would be a thicket
const [CENTER_X, CENTER_Y] = [10, 6]; // of the legend's shapes

/** @type {WeakMap<Float64Array, Path2D>} by the pixels of a curve */
const paths = new WeakMap();
const shapes = new Map();

/**
 * Curves of loss, each up to where its ghost stands.
 * @param {CanvasRenderingContext2D} context
 * @param {PixelMap} map
 * @param {Ghost[]} ghosts
 * @param {import("./loss_axis.js").Unit} unit
 */
export function drawGhostLosses(context, map, ghosts, unit) {
  for (const ghost of ghosts) {
    const { run, position } = ghost;
    context.save();
    if (position < run.nRows - 1) clipTo(context, map, map.x(xAt(run, unit, position)));
    stroke(context, pathOf(pixelsOf(map, run, "train", unit)), ghost);
    context.restore();
  }
}

function clipTo(context, { area: { left, top, height } }, until) {
  context.beginPath();
  context.rect(left, top, Math.max(0, until - left), height);
  context.clip();
}

function stroke(context, path, { color, dash, isBaseline }) {
  context.strokeStyle = color;
  context.lineWidth = isBaseline ? WIDTH + 0.6 : WIDTH;
  context.lineJoin = "round";
  context.setLineDash(dash);
  context.stroke(path);
  context.setLineDash([]);
}

/** Points as `pixelsOf` gives them, which stay the same while nothing moves. */
function pathOf(points) {
  const kept = paths.get(points);
  if (kept) return kept;
  const path = new Path2D();
  for (let i = 0; i < points.length; i += 3) path.lineTo(points[i + 1], points[i + 2]);
  paths.set(points, path);
  return path;
}

/**
 * Learned lines.
 * @param {Ghost[]} [ghosts]
 */
export function drawGhostLines(context, map, run, ghosts = []) {
  for (const { run: of, position, color, dash, isBaseline } of ofSameFeatures(run, ghosts)) {
    const row = paramRow(of, position);
    const seen = inView(map, [of.weights[row], of.bias[row]]);
    if (seen) line(context, ...seen, { color, width: isBaseline ? WIDTH + 0.6 : WIDTH, dash });
  }
}

/**
 * Ways through the landscape of the run in front, and where they are now.
 * @param {Ghost[]} ghosts those that have one
 * @param {(ghost: Ghost) => {x: number[], y: number[], rows: number[]}} wayOf in the plane
 * @param {(x: number, y: number) => [number, number]} toPixel
 */
export function drawGhostWays(context, ghosts, wayOf, toPixel) {
  for (const ghost of ghosts) {
    const { x, y, rows } = wayOf(ghost);
    let n = rows.length;
    while (n > 0 && rows[n - 1] > ghost.position) n--;
    if (n === 0) continue;
    const stride = Math.max(1, Math.ceil(n / MOST_STEPS));
    const step = (i) => Math.min(i * stride, n - 1);
    curve(context, Math.ceil((n - 1) / stride) + 1, (i) => toPixel(x[step(i)], y[step(i)]), { color: ghost.color, width: WIDTH, dash: ghost.dash });
    drawMark(context, ghost, ...toPixel(x[n - 1], y[n - 1]));
  }
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
