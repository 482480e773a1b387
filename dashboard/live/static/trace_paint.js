// Paints what stands still in a picture on a canvas: the traces that the live view's pictures describe for
// plotly, as far as they use its words.

/** @import { PixelMap, Trace } from "./plot.js" */

import { curve, dots } from "./canvas.js";

const DASHES = { dash: [9, 6], dot: [2, 4], dashdot: [9, 4, 2, 4] };
const MOVES = /^moving-/;
const BESIDE = 4; // pictures beside the area up to which a point is drawn: a canvas takes no numbers of any size

/**
 * @param {CanvasRenderingContext2D} context
 * @param {PixelMap} map
 * @param {Trace[]} traces those that move are passed over: their picture draws them
 * @param {Set<string>} [hidden] names that are not to be seen
 */
export function paintTraces(context, map, traces, hidden = new Set()) {
  for (const trace of traces) {
    if (MOVES.test(trace.uid ?? "") || hidden.has(trace.name)) continue;
    const at = (i) => [map.x(trace.x[i]), held(map.y(trace.y[i]), map)];
    if (trace.mode.includes("lines")) {
      const { color, width = 2, dash } = trace.line;
      curve(context, trace.x.length, at, { color, width, dash: DASHES[dash] ?? [] });
    }
    if (trace.mode.includes("markers")) paintMarkers(context, trace, at);
  }
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
  if (symbol.startsWith("x")) return crosses(context, x.length, at, { color: line.color ?? color, width: line.width ?? 1, radius });
  if (symbol.startsWith("diamond")) return diamonds(context, x.length, at, { color, radius, hollow: symbol.endsWith("-open") });
  dots(context, x.length, at, { color, radius, hollow: symbol.endsWith("-open") });
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
