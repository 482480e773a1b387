import assert from "node:assert/strict";
import test from "node:test";

import { convergedRow, epochsInView } from "../../dashboard/live/static/converged.js";
import * as loss from "../../dashboard/live/static/loss_picture.js";
import { previewEpochs } from "../../dashboard/live/static/preview.js";
import { addChunk } from "../../dashboard/live/static/run.js";
import { luminance } from "../../dashboard/live/static/theme.js";
import { AREA, column, createContext, endChunk, mapOf, narrowRun, table } from "./harness.js";

function lossRun(trainLoss, reference = null) {
  const run = narrowRun({ bias: trainLoss.map(() => 0), trainLoss });
  const columns = { weights: column(Float64Array.of(2)) };
  if (reference !== null) addChunk(run, { kind: "reference", bias: 0, trainLoss: reference, columns });
  return run;
}

const exponents = (run, lossAxes = "log") => loss.ranges(run, { lossAxes }).y;

table(
  "the loss's log axis holds every loss and the floor",
  {
    "a falling loss": [[100, 10, 1], null, 1, 100],
    "a floor below": [[100, 10, 1], 0.5, 0.5, 100],
    "a floor above": [[1, 0.5], 2, 0.5, 1],
    "a constant loss": [[1, 1], null, 1, 1],
    "a loss that reaches zero": [[100, 1, 0], null, 1, 100],
    "a diverged loss": [[1, 10, Infinity, NaN], null, 1, 10],
  },
  (trainLoss, reference, low, high) => {
    const [from, to] = exponents(lossRun(trainLoss, reference));
    assert.ok(from < Math.log10(low) && Math.log10(high) < to, `${from} to ${to}`);
    assert.ok(to - from < Math.log10(high / low) + 1, `${from} to ${to}`);
  }
);

table(
  "the loss's log axis is finite and not squashed",
  {
    "an exact fit's floor, rounding only": [[1, 0.1], 1e-30],
    "a floor of zero": [[1, 0.1], 0],
  },
  (trainLoss, reference) => {
    const [from, to] = exponents(lossRun(trainLoss, reference));
    assert.ok(to - from < 1.5 && from > -2, `${from} to ${to}`);
  }
);

table("every loss zero", ["log", "linear", "log-log"], (lossAxes) => {
  const { x, y } = loss.ranges(lossRun([0, 0]), { lossAxes });
  for (const end of [...x, ...y]) assert.ok(Number.isFinite(end), `${x}, ${y}`);
  assert.ok(x[0] < x[1] && y[0] < y[1], `${x}, ${y}`);
});

table(
  "the epochs' axis",
  { log: ["log", [0, 4]], linear: ["linear", [0, 4]], "log-log": ["log-log", [0, Math.log10(4)]] },
  (lossAxes, expected) => assert.deepEqual(loss.ranges(lossRun([5, 4, 3, 2, 1]), { lossAxes }).x, expected)
);

test("the epochs' axis of a run that has ended early ends there", () => {
  const run = lossRun([5, 4, 3, 2, 1]);
  addChunk(run, endChunk({ status: "diverged", epoch: 2 }));
  assert.deepEqual(loss.ranges(run, { lossAxes: "log" }).x, [0, 2]);
});

test("a linear loss axis begins at zero", () => {
  const [low, high] = exponents(lossRun([5, 4]), "linear");
  assert.equal(low, 0);
  assert.ok(high > 5);
});

const UNITS = [
  ["price", 2, "price\u00b2"],
  ["price", 1, "price"],
  ["price (EUR)", 2, "(price (EUR))\u00b2"],
  ["price (EUR)", 1, "price (EUR)"],
  ["a target with a very long name", 2, "(a target wit\u2026name)\u00b2"],
];

table("the loss's unit", UNITS, (targetName, unitExponent, unit) => {
  assert.equal(loss.lossUnit({ start: { targetName, loss: { unitExponent } } }), unit);
});

const took = (elapsed, nEpochs) => ({ start: { nEpochs }, end: { elapsed, epoch: nEpochs } });

table(
  "previewEpochs",
  {
    "a quick run is previewed whole": [took(0.01, 100), 100],
    "a long run by what trains in the time": [took(12, 1000), 10],
    "a very slow run by one epoch": [took(600, 100), 1],
    "a run that has not ended": [{ start: { nEpochs: 50 }, end: null }, 50],
    "a run that diverged at once": [{ start: { nEpochs: 50 }, end: { elapsed: 0.01, epoch: 0 } }, 12],
    "an instant run": [took(0, 100), 100],
    "no run yet": [null, 1],
  },
  (last, expected) => assert.equal(previewEpochs(last), expected)
);

table(
  "luminance",
  [["#ffffff", 1], ["#fff", 1], ["#000000", 0], ["rgb(255, 255, 255)", 1], ["rgba(0, 0, 0, 0.5)", 0], ["no colour", 1]],
  (color, expected) => assert.equal(Math.round(luminance(color) * 1000) / 1000, expected)
);

test("green is lighter than red, and red than blue", () => {
  assert.ok(luminance("#0f0") > luminance("#f00") && luminance("#f00") > luminance("#00f"));
});

/** A run whose loss halves to a floor, and stays there. */
function fallingRun(nEpochs, floor, reference, rate = 0.5) {
  const losses = Array.from({ length: nEpochs + 1 }, (_, epoch) => floor + rate ** epoch);
  const run = lossRun(losses, reference);
  addChunk(run, endChunk({ epoch: nEpochs }));
  return run;
}

table(
  "where a run has converged",
  {
    "to least squares": [fallingRun(100, 1, 1), 7],
    "to its own loss, which is lower": [fallingRun(100, 1, 2), 7],
    "not to least squares": [fallingRun(100, 1, 0.9), -1],
    "no reference yet": [fallingRun(100, 1, null), -1],
    "an exact fit, up to rounding": [fallingRun(100, 0, 0), 40],
    "not before its last epoch": [fallingRun(3, 1, 1), -1],
  },
  (run, row) => assert.equal(convergedRow(run), row)
);

test("a run that leaves its goal again has not converged before", () => {
  const run = lossRun([5, 1, 1, 3, 1, 1], 1);
  assert.equal(convergedRow(run), 4);
});

test("minibatches that are near by chance at the end have not converged", () => {
  const late = lossRun([5, 1, 1, 3, 1, 1], 1);
  const early = lossRun([5, 1, 1, 1, 1, 1], 1);
  for (const run of [late, early]) run.batchLoss = run.trainLoss;
  assert.deepEqual([late, early].map(convergedRow), [-1, 1]);
});

table(
  "the epochs in view let the bend be seen",
  { fast: [fallingRun(1000, 1, 1), 30], slow: [fallingRun(1000, 1, 1, 0.99), 1000], "not at all": [fallingRun(100, 1, 0.9), 100] },
  (run, epochs) => assert.equal(epochsInView(run), epochs)
);

test("the whole of a run is one double click away, and log-log shows it anyway", () => {
  const run = fallingRun(1000, 1, 1);
  run.epochsInView = epochsInView(run);
  assert.deepEqual(loss.ranges(run, { lossAxes: "log" }).x, [0, 30]);
  assert.deepEqual(loss.ranges(run, { lossAxes: "log" }).whole.x, [0, 1000]);
  assert.deepEqual(loss.ranges(run, { lossAxes: "log-log" }).x, [0, 3]);
  assert.match(loss.describe(run, 1000), /Within 1 % of its goal from epoch 7 on/);
});

test("the loss curve marks what was changed on the way, once it has come that far", () => {
  const changes = [{ epoch: 1, label: "rate 0.2" }, { epoch: 3, label: "Adam" }];
  const run = narrowRun({ bias: [0, 1, 2, 3, 4], trainLoss: [9, 4, 3, 2, 1] }, { changes });
  const theme = { text: "text", background: "white", learned: "orange" };
  const written = (position) => {
    const context = createContext();
    loss.draw(context, mapOf({ x: [0, 4], y: [0, 9] }), run, position, theme, { lossAxes: "linear" });
    const lines = context.points.filter(([, , style]) => style === "text").map(([x]) => x);
    return [context.texts.map(({ text }) => text), [...new Set(lines)]];
  };
  const at = (epoch) => AREA.left + (epoch / 4) * AREA.width;
  assert.deepEqual(written(0.5), [[], []]);
  assert.deepEqual(written(2), [["rate 0.2"], [at(1)]]);
  assert.deepEqual(written(4), [["rate 0.2", "Adam"], [at(1), at(3)]]);
  assert.match(loss.describe(run, 4, {}), /From epoch 1 on: rate 0\.2\. From epoch 3 on: Adam\.$/);
  assert.match(loss.table(run, 2, {}).note, /From epoch 1 on: rate 0\.2$/);
});

table("a run has converged to ridge where it stays near its loss, from whichever side", {
  "from below": [[9, 0.5, 0.8, 0.999, 1, 1, 1, 1], 3],
  "from above": [[9, 2, 1.005, 1, 1, 1, 1, 1], 2],
  "not yet": [[9, 2, 0.5, 0.6], -1],
}, (trainLoss, row) => {
  const run = lossRun(trainLoss, 1);
  run.reference.name = "ridge";
  addChunk(run, endChunk({ epoch: trainLoss.length - 1 }));
  assert.equal(convergedRow(run), row);
});
