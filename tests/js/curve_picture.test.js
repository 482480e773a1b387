// A curve over the one column that all terms are made of.

import assert from "node:assert/strict";
import test from "node:test";

import * as curve from "../../dashboard/live/static/curve_picture.js";
import * as line from "../../dashboard/live/static/line_picture.js";
import { offeredFor, shownFor } from "../../dashboard/live/static/gallery.js";
import { isShown, valuesOn } from "../../dashboard/live/static/learned_curve.js";
import { addChunk } from "../../dashboard/live/static/run.js";
import { createContext, mapOf, narrowRun, referenceChunk, table } from "./harness.js";

const THEME = { data: "#123456", reference: "#654321", learned: "#e07b00", batch: "#ffcc99", text: "#111111", background: "#ffffff" };
const DISPLAY = { pickable: true, excluded: null, lineOffset: 1, missingRows: [], residuals: "none" };
const AT = Array.from({ length: 41 }, (_, i) => 1990 + i / 2);
const OVER = { column: "year", x: [1990, 2000, 2010], at: AT, features: AT.flatMap((at) => [at, at ** 2]) };
const START = {
  nFeatures: 2, X: OVER.x.flatMap((at) => [at, at ** 2]), y: [5, 1, 7], rows: [3, 5, 8], featureNames: ["year", "year^2"],
  targetName: "log(price)", curve: OVER,
};
// (year - 2000)^2 / 20 + c, in terms of year and year^2
const WEIGHTS = [-200, 0.05];
const biasOf = (c) => 200_000 + c;
const parabola = (c) => (at) => (at - 2000) ** 2 / 20 + c;

/** A run whose rows are parabolas, each with its lowest value. */
function run(lowest = [0, 1, 2], start = {}) {
  const made = narrowRun({ bias: [], weights: [], trainLoss: [] }, { ...START, nRows: lowest.length, ...start });
  const columns = { epoch: Uint32Array.from(lowest.keys()), bias: Float64Array.from(lowest, biasOf), trainLoss: Float64Array.from(lowest, () => 1) };
  const weights = Float64Array.from(lowest.flatMap((c) => (Number.isFinite(c) ? WEIGHTS : [c, c])));
  const sent = Object.fromEntries(Object.entries({ ...columns, weights }).map(([name, values]) => [name, { values }]));
  addChunk(made, { kind: "rows", firstRow: 0, columns: sent });
  addChunk(made, { ...referenceChunk({ weights: WEIGHTS }), bias: biasOf(1) });
  return Object.assign(made, { url: "live/token" });
}

const near = (found, expected, within) => found.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < within, `${value}, not ${expected[i]}`));

test("powers of a year that all but cancel out are drawn smoothly", () => {
  const [{ x, y }] = curve.handOver(run(), 1, DISPLAY);
  assert.deepEqual(x, AT);
  near(y, AT.map(parabola(1)), 1e-6);
});

test("the reference is a curve over the whole range; points stand along the column", () => {
  const [data, reference] = curve.traces(run(), THEME, DISPLAY);
  assert.deepEqual([data.x, data.y], [[1990, 2000, 2010], [5, 1, 7]]);
  near(reference.y, AT.map(parabola(1)), 1e-6);
  const { xTitle, yTitle } = curve.axes(run());
  assert.deepEqual([xTitle, yTitle], ["year", "log(price)"]);
});

test("a curve, not a line, is what a run of one column shows", () => {
  assert.deepEqual(offeredFor(run()).fit, ["curve", "predictions"]);
  assert.deepEqual(offeredFor(narrowRun({ bias: [1] })).fit, ["line", "predictions"]);
  assert.equal(shownFor(run(), { fit: "line" }).fit, "curve");
});

test("what it shows in words and as a table", () => {
  assert.equal(
    curve.describe(run(), 0),
    "3 data points over year and the learned curve of year, year^2 at epoch 0: 5 at 1,990, 0 at 2,000, 5 at 2,010."
  );
  const { columns, rows } = curve.table(run(), 0, DISPLAY);
  assert.deepEqual(columns, ["row", "year", "log(price)", "predicted"]);
  near(rows[2].slice(1).map(Number), [2010, 7, 5], 1e-4);
});

test("points are picked along the column", () => {
  const map = { x: (value) => 10 * value, y: (value) => -value, shows: () => true };
  const picks = curve.picks(run(), 0, map, { ...DISPLAY, excluded: { x: [1995], y: [4], ids: [70] } });
  assert.deepEqual(picks[1], { x: 20_000, y: -1, pick: { run: "live/token", row: 5 } });
  assert.deepEqual(picks.at(-1), { x: 19_950, y: -4, pick: { excluded: 70 } });
});

const drawn = (made, position) => {
  const context = createContext();
  curve.draw(context, { ...mapOf(curve.ranges(made, DISPLAY)), shows: () => true }, made, position, THEME, DISPLAY);
  return context;
};

table(
  "a curve that has left the picture is told by arrows at its ends",
  { "it is there": [[0, 1], 1, []], "far above": [[0, 900], 1, ["905", "905"]], "no number": [[0, NaN], 1, ["overflow", "overflow"]] },
  (lowest, position, expected) => assert.deepEqual(drawn(run(lowest), position).texts.map(({ text }) => text), expected)
);

test("whatever it grows to, a canvas gets numbers of its size", () => {
  for (const c of [1e30, -1e300, Infinity]) {
    for (const [x, y] of drawn(run([0, c]), 1).points) assert.ok(Math.abs(x) < 1e4 && Math.abs(y) < 1e4, `${x}, ${y}`);
  }
});

table(
  "whether enough of it is seen",
  { "all of it": [0, true], "its lowest part": [6.5, true], nothing: [30, false], "no number": [NaN, false] },
  (c, expected) => {
    const map = mapOf({ x: [1990, 2010], y: [0, 8] });
    assert.equal(isShown(map, run().curve, { weights: WEIGHTS, bias: biasOf(c) }), expected);
  }
);

test("every so manieth value is that of the whole", () => {
  const params = { weights: [0.5, 2], bias: 1 };
  const whole = valuesOn(run().curve, params);
  assert.deepEqual([...valuesOn(run().curve, params, 8)], [...whole].filter((_, i) => i % 8 === 0));
});

table(
  "pins of the same column and target are seen behind it, curves and lines",
  {
    "the same terms": [run(), AT.length],
    "a line": [narrowRun({ bias: [1], weights: [0.002] }, { featureNames: ["year"], targetName: "log(price)" }), 2],
    "another column": [narrowRun({ bias: [1] }, { featureNames: ["month"], targetName: "log(price)" }), null],
    "another target": [run([0], { targetName: "price" }), null],
  },
  (of, points) => {
    const ghosts = [{ run: of, slot: 2, name: "pin", color: "#000000", dash: [2], mark: "circle", isBaseline: false, position: 0 }];
    const uids = curve.traces(run(), THEME, { ...DISPLAY, ghosts }).map(({ uid }) => uid);
    assert.equal(uids.includes("moving-ghost-2"), points !== null);
    const line = curve.handOver(run(), 0, { ghosts }).find(({ uid }) => uid === "moving-ghost-2");
    assert.equal(line?.x.length ?? null, points);
    const context = createContext();
    curve.draw(context, { ...mapOf(curve.ranges(run(), DISPLAY)), shows: () => false }, run(), 0, THEME, { ...DISPLAY, ghosts });
    assert.equal(context.points.length > 0, points !== null);
  }
);

table(
  "a line has pins of its column behind it, curves and lines",
  {
    "a curve": [run(), AT.length],
    "a line": [narrowRun({ bias: [1], weights: [0.002] }, { featureNames: ["year"], targetName: "log(price)" }), 2],
    "a curve over another column": [Object.assign(run(), { curve: { ...run().curve, column: "month" } }), null],
    "another target": [run([0], { targetName: "price" }), null],
  },
  (of, points) => {
    const front = narrowRun({ bias: [1], weights: [2] }, { featureNames: ["year"], targetName: "log(price)" });
    const ghosts = [{ run: of, slot: 2, name: "pin", color: "#000000", dash: [2], mark: "circle", isBaseline: false, position: 0 }];
    assert.equal(line.traces(front, THEME, { ...DISPLAY, ghosts }).some(({ uid }) => uid === "moving-ghost-2"), points !== null);
    const given = line.handOver(front, 0, { ghosts }).find(({ uid }) => uid === "moving-ghost-2");
    assert.equal(given?.x.length ?? null, points);
    if (points === AT.length) assert.deepEqual(given, { ...curve.handOver(of, 0, { ghosts: [] }).at(-1), uid: "moving-ghost-2" });
    const context = createContext();
    line.draw(context, { ...mapOf({ x: [1990, 2010], y: [-50, 50] }), shows: () => false }, front, 0, THEME, { ...DISPLAY, ghosts });
    assert.equal(context.points.length > 0, points !== null);
  }
);
