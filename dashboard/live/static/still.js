// What a picture describes for plotly, in the words of charts on a canvas: its axes, and what stands still.

/** @import { Picture } from "./gallery.js" */
/** @import { PixelMap, Ranges, Trace } from "./plot.js" */
/** @import { Run } from "./run.js" */
/** @import { Theme } from "./theme.js" */
/** @import { Axes, Axis } from "./ticks.js" */
/** @import { Display } from "./view.js" */

import { fitted } from "./canvas_chart.js";
import { plainText } from "./names.js";
import { paintTraces } from "./trace_paint.js";

const TEXT = 12; // pixels, unless the chart says otherwise
const INSET = 4; // of a remark from the frame

/**
 * @param {Picture} picture
 * @param {Run} run
 * @param {Display} display
 * @param {Ranges} ranges
 * @returns {Axes}
 */
export function axesOf(picture, run, display, ranges) {
  const { xTitle, yTitle, xType, yType, extra = {} } = picture.axes(run, display);
  return {
    x: axisOf(xTitle, xType, ranges.x, extra.xaxis),
    y: axisOf(yTitle, yType, ranges.y, extra.yaxis),
    isToScale: extra.yaxis?.scaleanchor === "x",
  };
}

/** @returns {Axis} */
function axisOf(title, type, range, { tickvals, ticktext, showgrid, zeroline } = /** @type {any} */ ({})) {
  const ticks = tickvals?.map((value, i) => ({ value, text: plainText(ticktext[i]) }));
  return { title: plainText(title), type: type === "log" ? "log" : "linear", range, ...(ticks && { ticks }), hasGrid: showgrid !== false, hasZero: zeroline === true };
}

/**
 * Paints the traces that stand still, and a remark that the picture writes into itself.
 * @param {CanvasRenderingContext2D} context
 * @param {PixelMap} map
 * @param {{traces: Trace[], hidden?: Set<string>, remarks?: Object<string, any>[], theme: Theme}} still
 */
export function paintStill(context, map, { traces, hidden, remarks = [], theme }) {
  paintTraces(context, map, traces, hidden, theme);
  for (const remark of remarks) writeRemark(context, map, remark, theme);
}

/** The remarks of a picture, as plotly's annotations say them. */
export const remarksOf = (picture, run, display) => picture.axes(run, display).extra?.annotations ?? [];

/** @param {Object<string, any>} remark */
function writeRemark(context, { area, textSize = TEXT }, remark, theme) {
  const { text, x, y, xanchor = "center", yanchor = "middle" } = remark;
  const left = area.left + x * area.width + (xanchor === "left" ? INSET : 0);
  const top = area.top + (1 - y) * area.height + (yanchor === "top" ? textSize : 0.35 * textSize);
  context.fillStyle = theme.text;
  context.textAlign = xanchor;
  context.textBaseline = "alphabetic";
  context.fillText(fitted(context, plainText(text), area.width - 2 * INSET), left, top);
}
