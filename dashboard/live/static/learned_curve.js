// The learned curve in a picture of points over one column, also once it has left: arrows to where its ends
// are now, and faintly the last curve that could be seen.

/** @import { Curve, Numbers } from "./run.js" */
/** @import { PixelMap } from "./plot.js" */

import { curve as stroke } from "./canvas.js";
import { markBeyond } from "./off_axis.js";

const IN_VIEW = 0.15; // of the places in the picture: a curve that is seen at fewer of them is a mere stroke
const BESIDE = 4; // pictures beside the area up to which a curve is drawn: a canvas takes no numbers of any size
const PROBES = 25; // places that tell whether a curve is in view
const INSET = 14; // pixels, of the arrows from the picture's corners

/**
 * What weights and bias predict at each of the column's values that a curve is told at.
 * @param {Curve} curve
 * @param {{weights: Numbers, bias: number}} params
 * @param {number} [step] every so manieth value
 */
export function valuesOn({ at, features }, { weights, bias }, step = 1) {
  const n = weights.length;
  const values = new Float64Array(Math.ceil(at.length / step));
  for (let i = 0; i < values.length; i++) {
    let sum = bias;
    for (let j = 0; j < n; j++) sum += features[i * step * n + j] * weights[j];
    values[i] = sum;
  }
  return values;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {PixelMap} map
 * @param {Curve} curve
 * @param {{weights: Numbers, bias: number}} params
 * @param {{color: string, width: number, dash?: number[]}} style
 */
export function drawCurve(context, map, curve, params, style) {
  const { top, height } = map.area;
  const held = (y) => Math.max(top - BESIDE * height, Math.min(y, top + (1 + BESIDE) * height));
  const values = valuesOn(curve, params);
  stroke(context, values.length, (i) => [map.x(curve.at[i]), held(map.y(values[i]))], style);
  return values;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {PixelMap} map
 * @param {Curve} curve
 * @param {(row: number) => {weights: Numbers, bias: number}} paramsAt a row's
 * @param {number} row the row to draw: its numbers are finite
 * @param {{weights: Numbers, bias: number}} reached where the run is now, finite or not
 * @param {import("./theme.js").Theme} theme
 */
export function drawLearnedCurve(context, map, curve, paramsAt, row, reached, theme) {
  const style = { color: theme.learned, width: 3 };
  const values = drawCurve(context, map, curve, reached, style);
  if (isShown(map, curve, reached)) return;
  for (let former = row; former >= 0; former--) {
    if (!isShown(map, curve, paramsAt(former))) continue;
    drawCurve(context, map, curve, paramsAt(former), { ...style, color: theme.batch });
    break;
  }
  const { left, width } = map.area;
  for (const mark of [{ value: values[0], at: left + INSET }, { value: values.at(-1), at: left + width - INSET }]) {
    markBeyond(context, map, "y", [mark], theme, { color: theme.learned });
  }
}

/**
 * Whether enough of a curve is in the picture; a part of it that a zoom shows is what counts then.
 * @param {PixelMap} map
 * @param {Curve} curve
 * @param {{weights: Numbers, bias: number}} params
 */
export function isShown(map, curve, params) {
  const { left, width, top, height } = map.area;
  const isIn = (value, from, size) => value >= from && value <= from + size;
  const step = Math.ceil(curve.at.length / PROBES);
  const values = valuesOn(curve, params, step);
  const places = [...values.keys()].filter((i) => isIn(map.x(curve.at[i * step]), left, width));
  return places.filter((i) => isIn(map.y(values[i]), top, height)).length >= IN_VIEW * places.length;
}
