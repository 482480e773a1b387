// Paints what stands still in a picture on a canvas: the traces that the live view's pictures describe for
// plotly, as far as they use its words.

/** @import { PixelMap, Trace } from "./plot.js" */
/** @import { Theme } from "./theme.js" */

import { curve, dots, line as stroke } from "./canvas.js";

const DASHES = { dash: [9, 6], dot: [2, 4], dashdot: [9, 4, 2, 4] };
const MOVES = /^moving-/;
const FLATTEST_BAR = 2; // pixels: one of no height is seen
const GAP = 3; // between a bar and its number
const BESIDE = 4; // pictures beside the area up to which a point is drawn: a canvas takes no numbers of any size

/**
 * @param {CanvasRenderingContext2D} context
 * @param {PixelMap} map
 * @param {Trace[]} traces those that move are passed over: their picture draws them
 * @param {Set<string>} [hidden] names that are not to be seen
 * @param {Theme} [theme] of text in the picture
 */
export function paintTraces(context, map, traces, hidden = new Set(), theme = undefined) {
  for (const trace of traces) {
    if (MOVES.test(trace.uid ?? "") || hidden.has(trace.name)) continue;
    paintTrace(context, map, trace, theme);
  }
}

/**
 * Paints one trace, whether it moves or not.
 * @param {CanvasRenderingContext2D} context
 * @param {PixelMap} map
 * @param {Trace} trace
 * @param {Theme} [theme]
 */
export function paintTrace(context, map, trace, theme) {
  if (trace.type === "bar") return paintBars(context, map, trace, theme);
  const at = (i) => (trace.x[i] === null || trace.y[i] === null ? [NaN, NaN] : [map.x(trace.x[i]), held(map.y(trace.y[i]), map)]);
  if (trace.fill === "toself") fillWithin(context, trace, at);
  if (trace.mode.includes("lines")) {
    const { color, width = 2, dash } = trace.line;
    for (const [first, last] of stretches(trace)) curve(context, last - first, (i) => at(first + i), { color, width, dash: DASHES[dash] ?? [] });
  }
  if (trace.error_y) paintIntervals(context, map, trace);
  if (trace.mode.includes("markers")) paintMarkers(context, trace, at);
  if (trace.mode.includes("text") && theme) paintTexts(context, trace, at, theme);
}

/**
 * From where to where a line has no gap.
 * @param {Trace} trace
 */
function stretches({ x, y }) {
  const gaps = [...x.keys()].filter((i) => x[i] === null || y[i] === null);
  const ends = [-1, ...gaps, x.length];
  return ends.slice(1).map((end, i) => [ends[i] + 1, end]).filter(([first, last]) => last > first);
}

/** @type {(context: CanvasRenderingContext2D, trace: Trace, at: (i: number) => number[]) => void} */
function fillWithin(context, { x, fillcolor }, at) {
  context.fillStyle = fillcolor;
  context.beginPath();
  for (let i = 0; i < x.length; i++) context.lineTo(at(i)[0], at(i)[1]);
  context.fill();
}

/** @type {(context: CanvasRenderingContext2D, trace: Trace, at: (i: number) => number[], theme: Theme) => void} */
function paintTexts(context, { text }, at, theme) {
  context.fillStyle = theme.text;
  context.textAlign = "center";
  context.textBaseline = "middle";
  text.forEach((words, i) => context.fillText(words, at(i)[0], at(i)[1]));
}

/**
 * Bars and the numbers at their ends; patterns are plotly's own.
 * @type {(context: CanvasRenderingContext2D, map: PixelMap, trace: Trace, theme: Theme|undefined) => void}
 */
function paintBars(context, map, { x, y, orientation, width, marker, text = [] }, theme) {
  const lies = orientation === "h";
  const [value, other] = lies ? /** @type {const} */ (["x", "y"]) : /** @type {const} */ (["y", "x"]);
  const [values, places] = lies ? [x, y] : [y, x];
  values.forEach((each, i) => {
    if (each === null) return;
    const [from, to] = [places[i] - width / 2, places[i] + width / 2].map(map[other]);
    const [zero, end] = [map[value](0), map[value](each)];
    const [low, size, breadth] = [Math.min(zero, end), Math.max(Math.abs(end - zero), FLATTEST_BAR), Math.abs(to - from)];
    context.fillStyle = marker.color;
    if (lies) context.fillRect(low, Math.min(from, to), size, breadth);
    else context.fillRect(Math.min(from, to), low, breadth, size);
    if (theme && text[i] !== undefined) writeBeside(context, text[i], { lies, end, away: Math.sign(end - zero), middle: (from + to) / 2 }, theme);
  });
}

function writeBeside(context, words, { lies, end, away, middle }, theme) {
  context.fillStyle = theme.text;
  const isBefore = away < 0; // left of it, or above
  context.textAlign = lies ? (isBefore ? "right" : "left") : "center";
  context.textBaseline = lies ? "middle" : isBefore || away === 0 ? "bottom" : "top";
  const at = end + (isBefore || (!lies && away === 0) ? -GAP : GAP);
  context.fillText(words, lies ? at : middle, lies ? middle : at);
}

/**
 * Vertical bars of what is uncertain, with their ends.
 * @type {(context: CanvasRenderingContext2D, map: PixelMap, trace: Trace) => void}
 */
function paintIntervals(context, map, { x, y, error_y: { array, color, thickness = 2, width = 4 } }) {
  array.forEach((reach, i) => {
    const [left, from, to] = [map.x(x[i]), map.y(y[i] - reach), map.y(y[i] + reach)];
    stroke(context, left, from, left, to, { color, width: thickness });
    for (const end of [from, to]) stroke(context, left - width, end, left + width, end, { color, width: thickness });
  });
}

const held = (pixel, { area: { top, height } }) => Math.max(top - BESIDE * height, Math.min(pixel, top + BESIDE * height));

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Trace} trace
 * @param {(i: number) => number[]} at
 */
function paintMarkers(context, { x, marker }, at) {
  const { symbol = "circle", size, color, line = {} } = marker;
  const radius = size / 2;
  if (symbol.startsWith("line-ew")) return ledges(context, x.length, at, { color: line.color ?? color, width: line.width ?? 1, radius });
  if (symbol.startsWith("x")) return crosses(context, x.length, at, { color: line.color ?? color, width: line.width ?? 1, radius });
  if (symbol.startsWith("diamond")) return diamonds(context, x.length, at, { color, radius, hollow: symbol.endsWith("-open") });
  dots(context, x.length, at, { color, radius, hollow: symbol.endsWith("-open") });
}

function ledges(context, n, at, { color, width, radius }) {
  for (let i = 0; i < n; i++) {
    const [x, y] = at(i);
    stroke(context, x - radius, y, x + radius, y, { color, width });
  }
}

function crosses(context, n, at, { color, width, radius }) {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.beginPath();
  for (let i = 0; i < n; i++) {
    const [x, y] = at(i);
    context.moveTo(x - radius, y - radius);
    context.lineTo(x + radius, y + radius);
    context.moveTo(x - radius, y + radius);
    context.lineTo(x + radius, y - radius);
  }
  context.stroke();
}

function diamonds(context, n, at, { color, radius, hollow }) {
  const half = radius * 1.3;
  context.fillStyle = context.strokeStyle = color;
  context.lineWidth = 1.3;
  context.beginPath();
  for (let i = 0; i < n; i++) {
    const [x, y] = at(i);
    context.moveTo(x, y - half);
    context.lineTo(x + half, y);
    context.lineTo(x, y + half);
    context.lineTo(x - half, y);
    context.lineTo(x, y - half);
  }
  if (hollow) context.stroke();
  else context.fill();
}
