// What is said at a run's milestones.

import assert from "node:assert/strict";
import test from "node:test";

import { milestonesOf, narrated } from "../../dashboard/live/static/narration.js";
import { addChunk } from "../../dashboard/live/static/run.js";
import { narrowRun, rowsChunk, table } from "./harness.js";

function runOf(trainLoss, goal) {
  const run = narrowRun({ bias: trainLoss.map(() => 0), trainLoss }, { nRows: trainLoss.length });
  run.reference = { trainLoss: goal, weights: Float64Array.of(2), bias: 0 };
  return run;
}

const said = (run) => milestonesOf(run).map(({ row, sentence }) => [row, sentence]);

table("milestones", {
  "each stage of the way down": [[101, 60, 50, 11, 1.5], 1, [
    [2, "Epoch 2: half of the way down to the loss of np.polyfit."],
    [3, "Epoch 3: nine tenths of the way down to the loss of np.polyfit."],
    [4, "Epoch 4: 99 % of the way down to the loss of np.polyfit."],
  ]],
  "several at once are told once": [[101, 1], 1, [[1, "Epoch 1: 99 % of the way down to the loss of np.polyfit."]]],
  "a stage that was left again is not told again": [[101, 50, 90, 50], 1, [[1, "Epoch 1: half of the way down to the loss of np.polyfit."]]],
  "a run that explodes": [[10, 40, 101, 1e9, Infinity], 1, [[2, "Epoch 2: the loss is more than ten times what it began with."]]],
  "a start at the goal has no way to go": [[1, 1, 1], 1, []],
  "an exact fit": [[100, 0], 0, [[1, "Epoch 1: 99 % of the way down to the loss of np.polyfit."]]],
  "losses that were not taken": [[101, NaN, NaN, 40], 1, [[3, "Epoch 3: half of the way down to the loss of np.polyfit."]]],
}, (losses, goal, expected) => assert.deepEqual(said(runOf(losses, goal)), expected));

test("what was looked through grows with the run", () => {
  const run = narrowRun({ bias: [0, 0], trainLoss: [101, 90] }, { nRows: 4 });
  assert.deepEqual(milestonesOf(run), []);
  run.reference = { trainLoss: 1, weights: Float64Array.of(2), bias: 0 };
  assert.deepEqual(said(run), []);
  addChunk(run, rowsChunk(2, { bias: [0, 0], weights: [0, 0], trainLoss: [40, 5] }));
  assert.deepEqual(said(run).map(([row]) => row), [2, 3]);
  assert.equal(narrated(run, 1.9), "");
  assert.match(narrated(run, 2.9), /^Epoch 2: half/);
  assert.match(narrated(run, 3), /^Epoch 3: nine tenths/);
});
