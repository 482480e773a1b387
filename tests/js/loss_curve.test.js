import assert from "node:assert/strict";
import test from "node:test";

import { lastX, toggled, typesOf, unitOf, unitsFor, xAt, xOfEpoch, xText } from "../../dashboard/live/static/loss_axis.js";
import { curveOf, pixelsOf, pointsUntil, thinned } from "../../dashboard/live/static/loss_curve.js";
import * as loss from "../../dashboard/live/static/loss_picture.js";
import { addChunk, createRun } from "../../dashboard/live/static/run.js";
import { AREA, column, createContext, endChunk, mapOf, rowsChunk, startChunk, table } from "./harness.js";

/** Two chunks of rows, every other epoch of them shown: 2 updates and half of 10 rows an epoch, a spike at epoch 5. */
function thinnedRun() {
  const run = createRun(startChunk({ nRows: 5, nEpochs: 8, nTrain: 10 }));
  const rows = (firstRow, epoch, trainLoss, clock, peaks = {}) => {
    const chunk = rowsChunk(firstRow, { epoch, trainLoss, bias: trainLoss.map(() => 0), weights: trainLoss.map(() => 0) }, { clock });
    const since = epoch.map((each) => (each ? 2 : 0));
    Object.assign(chunk.columns, { updatesSince: column(Float64Array.from(since, (n) => 2 * n)), rowsSince: column(Float64Array.from(since, (n) => 5 * n)) });
    for (const [name, values] of Object.entries(peaks)) chunk.columns[name] = column(values);
    return chunk;
  };
  addChunk(run, rows(0, [0], [9], [0, 0.5]));
  addChunk(run, rows(1, [2, 4], [4, 2], [8, 1.5]));
  addChunk(run, rows(3, [6, 8], [1.5, 1], [16, 2.5], { trainPeakEpoch: Uint32Array.of(5), trainPeak: Float64Array.of(50) }));
  return run;
}

const plain = (values, n) => Array.from(values.subarray(0, n));

test("rows know what they have cost; seconds go on with the updates between two looks at the clock", () => {
  const run = thinnedRun();
  assert.deepEqual(plain(run.updates, 5), [0, 4, 8, 12, 16]);
  assert.deepEqual(plain(run.gradients, 5), [0, 1, 2, 3, 4]);
  assert.deepEqual(plain(run.seconds, 5), [0.5, 1, 1.5, 2, 2.5]);
});

test("a curve has the peaks between rows, at their epochs, and its axis has room for them", () => {
  const run = thinnedRun();
  const { positions, losses } = curveOf(run, "train");
  assert.deepEqual([positions, losses], [[0, 1, 2, 2.5, 3, 4], [9, 4, 2, 50, 1.5, 1]]);
  assert.deepEqual(pointsUntil(run, "train", unitOf(run), 3), { x: [0, 2, 4, 5, 6], y: [9, 4, 2, 50, 1.5] });
  assert.deepEqual(pointsUntil(run, "train", unitOf(run, { lossX: "updates" }), 4).x, [0, 4, 8, 10, 12, 16]);
  assert.equal(run.lossHigh, 50);
});

table(
  "every point of a column of pixels that can be seen is kept",
  {
    "few": [[[0, 0.5, 9], [1, 3.5, 4]], [0, 1]],
    "a spike among many": [[...Array(1000).keys()].map((i) => [i, i / 500, i === 700 ? 99 : 5]), [0, 499, 500, 700, 999]],
    "lowest before highest": [[[0, 1.1, 5], [1, 1.2, 1], [2, 1.3, 8], [3, 1.4, 5]], [0, 1, 2, 3]],
    "one": [[[0, 1, 1]], [0]],
    "none": [[], []],
  },
  (points, expected) => assert.deepEqual(thinned(points).filter((_, i) => i % 3 === 0), expected)
);

test("a spike is drawn at every zoom, and only in view", () => {
  const n = 2000;
  const run = createRun(startChunk({ nRows: n, nEpochs: n - 1 }));
  const trainLoss = Array.from({ length: n }, (_, i) => (i === 777 ? 60 : 100 / (1 + i)));
  addChunk(run, rowsChunk(0, { trainLoss, bias: trainLoss.map(() => 0), weights: trainLoss.map(() => 0) }));
  for (const range of [[0, 2000], [700, 900], [776, 778], [776.9, 777.1]]) {
    const map = mapOf({ x: range, y: [0, 100] });
    const points = pixelsOf(map, run, "train", unitOf(run));
    assert.equal(Math.min(...points.filter((_, i) => i % 3 === 2 && points[i - 2] > 700)), map.y(60), String(range));
    assert.ok(points.length / 3 <= 4 * AREA.width + 2);
  }
  assert.equal(pixelsOf(mapOf({ x: [1000, 1010], y: [0, 100] }), run, "train", unitOf(run)).length / 3, 13);
});

test("the curve ends at the row on screen, and the peak beyond it is not there yet", () => {
  const run = thinnedRun();
  const theme = { learned: "orange", text: "text", background: "white" };
  const until = (position, display) => {
    const context = createContext();
    const map = mapOf({ x: [0, 16], y: [0, 100] });
    loss.draw(context, map, run, position, theme, { lossAxes: "linear", ...display });
    return context.points.filter(([, , style]) => style === "orange").map(([x]) => ((x - AREA.left) / AREA.width) * 16);
  };
  assert.deepEqual(until(2.9), [0, 2, 4, 4]);
  assert.deepEqual(until(3), [0, 2, 4, 5, 6, 6]);
  assert.deepEqual(until(2, { lossX: "updates" }), [0, 4, 8, 8]);
});

table(
  "the axis says what it counts and reaches to the end",
  {
    epochs: ["epochs", "Loss by epoch", [0, 8], [0, Math.log10(8)]],
    updates: ["updates", "Loss by update", [0, 16], [Math.log10(4), Math.log10(16)]],
    gradients: ["gradients", "Loss by gradient evaluation", [0, 4], [0, Math.log10(4)]],
    seconds: ["seconds", "Loss by time", [0, 2.5], [Math.log10(0.5), Math.log10(2.5)]],
  },
  (lossX, title, linear, log) => {
    const run = thinnedRun();
    addChunk(run, endChunk({ epoch: 8 }));
    assert.equal(loss.title(run, { lossX }), title);
    assert.deepEqual(loss.ranges(run, { lossX, lossAxes: "log" }).x, linear);
    assert.deepEqual(loss.ranges(run, { lossX, lossAxes: "log-x" }).x, log);
    const { x } = loss.handOver(run, 4, { lossX })[0];
    assert.equal(x.at(-1), linear[1]);
  }
);

test("a run on its way is expected to go on as it went; one without costs has epochs alone", () => {
  const run = createRun(startChunk({ nRows: 9, nEpochs: 8 }));
  addChunk(run, rowsChunk(0, { trainLoss: [1, 1], bias: [0, 0], weights: [0, 0] }));
  assert.deepEqual(unitsFor(run).map(({ name }) => name), ["epochs"]);
  assert.equal(loss.title(run, { lossX: "updates" }), "Loss by epoch");
  const other = thinnedRun();
  other.start.nEpochs = 16;
  const updates = unitOf(other, { lossX: "updates" });
  assert.deepEqual([lastX(other, updates), xOfEpoch(other, updates, 16), xOfEpoch(other, updates, 3), xAt(other, updates, 1.5)], [32, 32, 6, 6]);
  assert.deepEqual(unitsFor(other).map(({ name }) => name), ["epochs", "updates", "gradients", "seconds"]);
  assert.deepEqual([xText(updates, 1234), xText(unitOf(other, { lossX: "seconds" }), 0.012345)], ["update 1,234", "0.0123 s"]);
});

test("each axis is linear or logarithmic by itself", () => {
  assert.deepEqual(["linear", "log", "log-log", "log-x", undefined].map((lossAxes) => Object.values(typesOf({ lossAxes })).join()), ["linear,linear", "linear,log", "log,log", "log,linear", "linear,log"]);
  for (const axes of ["linear", "log", "log-log", "log-x"]) {
    assert.equal(toggled(toggled(axes, "x"), "x"), axes);
    assert.notEqual(typesOf({ lossAxes: toggled(axes, "y") }).y, typesOf({ lossAxes: axes }).y);
  }
});
