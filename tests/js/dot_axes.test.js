// The axes of the class's dots: which there are, what stands where, and ranges on round numbers.

import assert from "node:assert/strict";
import test from "node:test";

import { axesOf, fateOf, partOn, rangeOf, textOn, usualAxes } from "../../dashboard/room/static/dot_axes.js";
import { table } from "./harness.js";

const TASK = { number: 1, kind: "own", measure: null, startedAt: 60, free: ["learning_rate", "batch_size"], knobs: [{ name: "batch_size", label: "Batch size", rungs: [1, 2, 4, 64, null] }] };
const DOT = { task: 1, person: 1, run: "a", settings: { learning_rate: 0.2, batch_size: 16 }, status: "converged", finalLoss: 0.5, epochsTo1Percent: 1234, distance: 0.01, score: 1, at: 180 };
const dot = (rest) => ({ ...DOT, ...rest });
const axis = (name, task = TASK) => axesOf(task).find((each) => each.name === name);

test("the free knobs come first, then what came of the runs", () => {
  assert.deepEqual(axesOf(TASK).map(({ name }) => name), ["learning_rate", "batch_size", "epochs_to_1_percent", "final_loss", "distance", "minutes"]);
});

test("a knob that we have no axis for has a plain one, under its own label", () => {
  const task = { ...TASK, free: ["noise"], knobs: [{ name: "noise", label: "Noise" }] };
  const { label, isLog, of } = axis("noise", task);
  assert.deepEqual([label, isLog, of(dot({ settings: { noise: 0.3 } }), task)], ["Noise", false, 0.3]);
});

table("what stands on an axis", {
  rate: ["learning_rate", {}, 0.2, "0.2"],
  batch: ["batch_size", {}, 16, "16"],
  "a full batch": ["batch_size", { settings: { batch_size: null } }, 128, "full"],
  "a batch size that was not free": ["batch_size", { settings: {} }, null, "none"],
  epochs: ["epochs_to_1_percent", {}, 1234, "1,234"],
  "there from the start": ["epochs_to_1_percent", { epochsTo1Percent: 0 }, 1, "1"],
  never: ["epochs_to_1_percent", { epochsTo1Percent: null }, null, "none"],
  "no loss at all": ["final_loss", { finalLoss: 0 }, 1e-16, "1e\u221216"],
  distance: ["distance", {}, 0.01, "0.01"],
  minutes: ["minutes", {}, 2, "2"],
}, (name, rest, value, text) => {
  assert.equal(axis(name).of(dot(rest), TASK), value);
  assert.equal(textOn(axis(name), dot(rest), TASK), text);
});

table("marks", [["converged", 5, "arrived"], ["finished", 5, "arrived"], ["finished", null, "short"], ["diverged", null, "diverged"], ["diverged", 5, "diverged"]], (status, epochsTo1Percent, fate) =>
  assert.equal(fateOf(dot({ status, epochsTo1Percent })), fate));

table("usual axes", {
  epochs: [{ free: ["learning_rate"], measure: "epochs_to_1_percent" }, { x: "learning_rate", y: "epochs_to_1_percent" }],
  rate: [{ free: ["learning_rate"], measure: "learning_rate" }, { x: "learning_rate", y: "epochs_to_1_percent" }],
  loss: [{ free: ["batch_size"], measure: "final_loss" }, { x: "batch_size", y: "final_loss" }],
  "nothing is free": [{ free: [], measure: null }, { x: "minutes", y: "final_loss" }],
}, (task, expected) => assert.deepEqual(usualAxes(task), expected));

table("ranges on round numbers", {
  "a log axis": [[0.013, 2.9], true, [0.01, 5]],
  "one value": [[0.1], true, [0.01, 1]],
  "rounding beside a real loss": [[1e-16, 1], true, [5e-13, 2]],
  "what can't be shown": [[NaN, -1, 0, 0.1, 10], true, [0.05, 20]],
  "a linear axis": [[0.03, 0.94], false, [0, 1]],
  "zero alone": [[0], false, [0, 0.1]],
}, (values, isLog, expected) => {
  const range = rangeOf(values, isLog);
  const shown = values.filter((value) => Number.isFinite(value) && (!isLog || value > 0) && value >= (isLog ? Math.max(...values.filter(Number.isFinite)) / 1e12 : -Infinity));
  for (const value of shown) assert.ok(partOn(range, isLog, value) >= 0 && partOn(range, isLog, value) <= 1, `${value} in ${range}`);
  assert.deepEqual(range, expected);
});

test("a range stays while it shows everything and is not much too wide", () => {
  const former = rangeOf([0.1, 1], true);
  assert.equal(rangeOf([0.12, 0.9], true, former), former);
  const [low, high] = rangeOf([0.2, 30], true, former);
  assert.ok(low <= 0.2 && high >= 30);
  assert.deepEqual(rangeOf([0.1, 1], true, [1e-6, 1e6]), former);
});

table("nothing to show has no range", [[[]], [[NaN]], [[0, -1]]], (values) => assert.equal(rangeOf(values, true), null));
