// How plotly lays a picture out.

import assert from "node:assert/strict";
import test from "node:test";

import { layoutOf, ticksOf } from "../../dashboard/live/static/layout.js";

const THEME = { text: "#111", background: "#fff", grid: "#eee", font: "sans" };
const AXES = { xTitle: "epoch", yTitle: "loss", yType: "log" };
const layout = (size, ranges = {}, axes = AXES) => layoutOf(axes, THEME, { width: 400, height: 200, size }, ranges);

test("margins go with the text", () => {
  assert.deepEqual(layout(12).margin, { l: 60, r: 14, t: 8, b: 38 });
  assert.deepEqual(layout(24).margin, { l: 120, r: 28, t: 16, b: 76 });
  assert.equal(layout(24).yaxis.title.font.size, 24);
});

test("a range that is known is kept, and a log axis spells its ticks", () => {
  const { xaxis, yaxis } = layout(12, { x: [0, 50], y: [-2, 0] });
  assert.deepEqual([xaxis.range, xaxis.autorange, xaxis.tickvals], [[0, 50], false, undefined]);
  assert.ok(yaxis.ticktext.includes("0.05"));
  assert.equal(layout(12).xaxis.range, undefined);
  assert.deepEqual(ticksOf("xaxis", xaxis, xaxis.range), {});
  assert.ok(ticksOf("yaxis", yaxis, [-2, 0])["yaxis.ticktext"].includes("0.05"));
});

test("a picture's own wishes come last", () => {
  const { margin, xaxis } = layout(12, {}, { ...AXES, extra: { margin: { l: 10 }, xaxis: { nticks: 3 } } });
  assert.deepEqual([margin, xaxis.nticks], [{ l: 10 }, 3]);
});
