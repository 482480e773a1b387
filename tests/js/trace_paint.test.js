// What pictures describe for plotly is painted on a canvas: where, and in which colour.

import assert from "node:assert/strict";

import { paintTrace } from "../../dashboard/live/static/trace_paint.js";
import { createContext, mapOf, table } from "./harness.js";

const MAP = mapOf({ x: [0, 10], y: [0, 10] }); // an area of 400 x 200 from (50, 20)
const THEME = /** @type {any} */ ({ text: "black" });
const bar = { type: "bar", x: [5], y: [5], width: 2, marker: { color: "blue" }, text: ["5"] };

table("painted", {
  "an upright bar, its number above": [bar, { points: [[210, 120, "blue"], [290, 220, "blue"]], texts: [["5", 250, 117]] }],
  "a lying bar, its number behind": [{ ...bar, orientation: "h" }, { points: [[50, 100, "blue"], [250, 140, "blue"]], texts: [["5", 253, 120]] }],
  "no bar without a value": [{ ...bar, y: [null] }, { points: [], texts: [] }],
  "a line with a gap": [
    { mode: "lines", x: [0, 1, null, 2, 3], y: [0, 0, null, 5, 5], line: { color: "red" } },
    { points: [[50, 220, "red"], [90, 220, "red"], [130, 120, "red"], [170, 120, "red"]], texts: [] },
  ],
  "a veil under its line": [
    { mode: "lines", fill: "toself", fillcolor: "grey", x: [0, 1], y: [0, 0], line: { color: "red" } },
    { points: [[50, 220, "grey"], [90, 220, "grey"], [50, 220, "red"], [90, 220, "red"]], texts: [] },
  ],
  "words": [{ mode: "text", x: [1], y: [5], text: ["0.2"] }, { points: [], texts: [["0.2", 90, 120]] }],
  "an interval": [
    { mode: "markers", x: [5], y: [5], marker: { size: 4, color: "red", symbol: "line-ew", line: { color: "green", width: 2 } }, error_y: { array: [1], color: "green", width: 3 } },
    { points: [[250, 140], [250, 100], [247, 140], [253, 140], [247, 100], [253, 100], [248, 120], [252, 120]].map((at) => [...at, "green"]), texts: [] },
  ],
}, (trace, { points, texts }) => {
  const context = createContext();
  paintTrace(/** @type {any} */ (context), MAP, trace, THEME);
  assert.deepEqual(context.points, points);
  assert.deepEqual(context.texts.map(({ text, x, y }) => [text, x, y]), texts);
});
