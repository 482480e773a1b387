import assert from "node:assert/strict";
import test from "node:test";

import { layOut, toScale } from "../../dashboard/live/static/canvas_chart.js";
import { mapOf } from "../../dashboard/live/static/pixel_map.js";
import { ticksFor } from "../../dashboard/live/static/ticks.js";
import { AREA, createContext, table } from "./harness.js";

const linear = (low, high) => ({ title: "", range: [low, high] });
const log = (low, high) => ({ title: "", type: "log", range: [low, high] });
const texts = (axis, most) => ticksFor(axis, most).map(({ text }) => text);

table("ticks", {
  "of whole numbers": [linear(0, 100), 5, ["0", "20", "40", "60", "80", "100"]],
  "about zero": [linear(-1, 1), 4, ["\u22121.0", "\u22120.5", "0.0", "0.5", "1.0"]],
  "with decimals that tell them apart": [linear(0.1, 0.13), 3, ["0.10", "0.11", "0.12", "0.13"]],
  "in thousands": [linear(0, 20_000), 4, ["0", "5,000", "10,000", "15,000", "20,000"]],
  "in millions": [linear(0, 4e9), 4, ["0", "1e9", "2e9", "3e9", "4e9"]],
  "of tiny numbers": [linear(0, 4e-7), 2, ["0", "2e\u22127", "4e\u22127"]],
  "far from zero": [linear(1e6, 1e6 + 4), 2, ["1.000000e6", "1.000002e6", "1.000004e6"]],
  "never one alone": [linear(-4.4, 4.4), 3, ["\u22124", "\u22122", "0", "2", "4"]],
  "of no range": [linear(3, 3), 5, ["3"]],
  "of decades": [log(-3, 1), 7, ["0.001", "0.01", "0.1", "1", "10"]],
  "of one decade": [log(0, 1), 7, ["1", "2", "5", "10"]],
  "of many decades": [log(-12, 0), 7, ["10\u207b\u00b9\u00b2", "10\u207b\u00b9\u2070", "10\u207b\u2078", "10\u207b\u2076", "0.0001", "0.01", "1"]],
  "of decades, thinned": [log(-3, 1), 3, ["0.001", "0.1", "10"]],
}, (axis, most, expected) => assert.deepEqual(texts(axis, most), expected));

table("ticks lie within their range, in order, and are not more than there is room for", [
  [linear(0, 1)], [linear(-3.7, 12.9)], [linear(1e-9, 5e-9)], [linear(-1e12, 1e12)], [log(-9, 1)], [log(0.2, 0.5)], [log(-300, 300)],
], (axis) => {
  for (let most = 1; most <= 9; most++) {
    const places = ticksFor(axis, most).map(({ value }) => (axis.type === "log" ? Math.log10(value) : value));
    const slack = 1e-9 * (axis.range[1] - axis.range[0]);
    assert.ok(places.length <= most + 1, `${places.length} of ${most}`);
    assert.ok(places.every((place) => place >= axis.range[0] - slack && place <= axis.range[1] + slack), `${places}`);
    assert.deepEqual(places, [...new Set(places)].sort((one, other) => one - other));
  }
});

table("a map goes from data to pixels and back", {
  "linear": [{ x: linear(0, 10), y: linear(-1, 1) }, [5, 0], [250, 120]],
  "its corner": [{ x: linear(0, 10), y: linear(-1, 1) }, [0, -1], [50, 220]],
  "log": [{ x: log(-2, 2), y: log(0, 1) }, [1, 10], [250, 20]],
}, (axes, [x, y], [left, top]) => {
  const map = mapOf(axes, AREA, 12);
  assert.deepEqual([map.x(x), map.y(y)], [left, top]);
  map.at(left, top).forEach((value, i) => assert.ok(Math.abs(value - [x, y][i]) < 1e-12));
});

test("a log axis tells its range in the data's units, and has no place for zero", () => {
  const map = mapOf({ x: log(-2, 1), y: log(-2, 1) }, AREA, 12);
  assert.deepEqual(map.xRange, [0.01, 10]);
  assert.ok(!Number.isFinite(map.x(0)) && !Number.isFinite(map.y(-1)));
});

test("axes leave room for their texts", () => {
  const place = { width: 360, height: 220, size: 12 };
  const narrow = layOut(createContext(), { x: linear(0, 1), y: linear(0, 1) }, place);
  const wide = layOut(createContext(), { x: linear(0, 1), y: { title: "price", range: [0, 900_000] } }, place);
  assert.ok(wide.area.left > narrow.area.left);
  for (const { area } of [narrow, wide]) assert.ok(area.left + area.width < 360 && area.top + area.height < 220);
  const widths = wide.across.reduce((sum, { text }) => sum + 7 * text.length, 0);
  assert.ok(widths < wide.area.width);
});

table("axes to one scale show all that they did, and as many pixels to 1", {
  "a wide place": [[0, 10], [0, 1], { width: 400, height: 200 }],
  "a high one": [[-1, 1], [-1, 1], { width: 100, height: 300 }],
}, (x, y, place) => {
  const scaled = toScale({ x: linear(...x), y: linear(...y) }, place);
  const unit = (axis, pixels) => (scaled[axis].range[1] - scaled[axis].range[0]) / pixels;
  assert.ok(Math.abs(unit("x", place.width) - unit("y", place.height)) < 1e-12);
  for (const [axis, [low, high]] of [["x", x], ["y", y]]) {
    assert.ok(scaled[axis].range[0] <= low + 1e-12 && scaled[axis].range[1] >= high - 1e-12);
  }
});

table("an axis's own ticks are those within its range", {
  "names": [{ title: "", range: [-1.4, 0.6], ticks: [0, -1, -2].map((value) => ({ value, text: `row ${value}` })) }, ["row 0", "row -1"]],
}, (axis, expected) => assert.deepEqual(texts(axis, 5), expected));
