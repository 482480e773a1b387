// Where the error comes from: its two parts, and the sentence that says what would help.

import assert from "node:assert/strict";
import test from "node:test";

import * as bias from "../../dashboard/live/static/bias_picture.js";
import { partsAt, verdict } from "../../dashboard/live/static/errors.js";
import * as picture from "../../dashboard/live/static/errors_picture.js";
import { addChunk } from "../../dashboard/live/static/run.js";
import * as weights from "../../dashboard/live/static/weights_picture.js";
import { column, endChunk, narrowRun, referenceChunk, table, wideRun } from "./harness.js";

const THEME = { learned: "#e07b00", truth: "#a64d85", grid: "#dddddd" };
const CERTAIN = { standardErrors: [0.5, 0.25], margin: 2 };

/** A line learned so far; least squares has the weight 2 and the bias 1. */
function lineRun({ weight = 2, at = 1, rows = {}, reference = {}, ...start } = {}) {
  const run = narrowRun({ bias: [0, at], weights: [0, weight], ...rows }, start);
  addChunk(run, referenceChunk({ weights: [2] }, reference));
  return run;
}

const truth = (weight, at) => ({ trueWeights: [weight], trueBias: at });
const LAST = 1;

test("the error of weight and bias is what has not converged and what is noise", () => {
  const run = lineRun({ weight: 3, at: 0.5, ...truth(1.5, 1.25), ...CERTAIN });
  const { unconverged, noise, standardErrors } = partsAt(run, LAST);
  assert.deepEqual([unconverged, noise, standardErrors], [[1, -0.5], [0.5, -0.25], [0.5, 0.25]]);
  assert.deepEqual(unconverged.map((value, j) => value + noise[j]), [3 - 1.5, 0.5 - 1.25]);
});

test("a line through the origin has no bias to be wrong", () => {
  const run = lineRun({ weight: 3, at: 0, fitIntercept: false, ...truth(2, 0) });
  assert.deepEqual(partsAt(run, LAST).unconverged, [1]);
  assert.match(bias.describe(run, LAST), /^Learned bias 0 at epoch 1\.$/);
});

test("before least squares is known there are no parts", () => {
  const run = narrowRun({ bias: [0, 1] }, truth(2, 1));
  assert.deepEqual([partsAt(run, LAST), verdict(run, LAST)], [null, ""]);
});

const PART = /not converged yet|noise/;
const FLAT = { bias: Array(60).fill(1.5), weights: Array(60).fill(2), trainLoss: Array(60).fill(2), batchLoss: Array(60).fill(2) };
table(
  "more epochs or more data?",
  {
    "far from least squares": [lineRun({ weight: 9, ...truth(2.1, 1) }), /^More epochs: 99\.\d % of the error has not converged yet\.$/],
    "at least squares": [lineRun(truth(2.5, 1)), /^More data: 100 % of the error is noise in the data\.$/],
    "as far from the one as from the other": [lineRun({ weight: 2.5, ...truth(1.5, 1) }), /^Both: 50 % of the error has not converged yet, 50 % is noise in the data\.$/],
    "no noise, and all of it learned": [lineRun(truth(2, 1)), /^Nothing is left/],
    "another goal": [lineRun({ reference: { name: "ridge" }, ...truth(2.5, 1) }), /noise and weight decay\.$/],
    "a lasso's goal": [lineRun({ reference: { name: "lasso" }, ...truth(2.5, 1) }), /noise and the L1 penalty\.$/],
    "the truth unknown, errors known, far away": [lineRun({ weight: 9, ...CERTAIN }), /^More epochs: 14 standard errors to go at most\. Noise can't be split off/],
    "the truth unknown, errors known, near": [lineRun({ weight: 2.1, ...CERTAIN }), /^More data: 0\.2 standard errors to go at most\. Noise can't be split off/],
    "the truth unknown, an exact fit": [lineRun({ weight: 2.1 }), /^Noise can't be split off: nobody knows the true weights\.$/],
    "minibatches keep it away": [lineRun({ rows: FLAT, ...truth(2.01, 1) }), /^Smaller steps: minibatches hold up 9\d(\.\d)? % of the error/, 59],
  },
  (run, expected, position = LAST) => assert.match(verdict(run, position), expected)
);

test("a run that has diverged needs neither", () => {
  const run = lineRun({ rows: { bias: [0, 1e20], weights: [0, 1e30] }, ...truth(2, 1) });
  addChunk(run, endChunk({ status: "diverged" }));
  assert.match(verdict(run, LAST), /diverged\. Take a smaller learning rate\.$/);
});

test("of many features the sentence comes while they are learned, and at the end", () => {
  const run = wideRun({ trueWeights: [2, -1], trueBias: 0 });
  addChunk(run, referenceChunk({ weights: [4, -8], predictions: [1, 2, 3] }, { bias: 0 }));
  assert.match(verdict(run, 0), /^More epochs: 84 % /);
  addChunk(run, { ...endChunk(), bias: 0, columns: { weights: column(Float64Array.of(4, -8)), predictions: column(Float32Array.of(1, 2, 3)) } });
  assert.match(verdict(run, 4), /^More data: 100 %/);
});

test("the picture of the true weights tells the parts, too", () => {
  const run = lineRun({ weight: 3, at: 0.5, ...truth(1.5, 1.25), ...CERTAIN });
  const { columns, rows } = weights.table(run, LAST);
  assert.deepEqual(columns.slice(-3), ["not converged yet", "noise in the data", "standard error"]);
  assert.deepEqual(rows[0].slice(-3), [1, 0.5, 0.5]);
  assert.match(weights.describe(run, LAST), PART);
  assert.match(bias.describe(run, LAST), /Of its error, \u22120\.5 has not converged yet and \u22120\.25 is noise in the data\./);
  assert.doesNotMatch(weights.describe(lineRun({ weight: 3 }), LAST), PART);
});

test("bars begin at least squares and are as long as standard errors say", () => {
  const run = lineRun({ weight: 3, at: 0.5, ...truth(1.5, 1.25), ...CERTAIN });
  const [certain, , noise] = picture.traces(run, THEME);
  assert.deepEqual([certain.name, noise.name], ["95 %", "noise in the data"]);
  assert.deepEqual(noise.x, [Math.asinh(-1), Math.asinh(1)]);
  const [{ x, customdata }] = picture.handOver(run, LAST);
  assert.deepEqual(x, [Math.asinh(2), Math.asinh(-2)]);
  assert.equal(customdata[0], "weight: 1<br>2 standard errors");
});

test("names of features are text", () => {
  const start = { nFeatures: 2, X: [1, 1, 2, 5, 3, 3], featureNames: ["<b>", "b"], ...truth(2, 1), trueWeights: [2, 1] };
  const run = narrowRun({ bias: [0], weights: [1, 1] }, start);
  addChunk(run, referenceChunk({ weights: [2, 1] }));
  assert.ok(picture.axes(run).extra.yaxis.ticktext[0].startsWith("&lt;b&gt;"));
  assert.ok(picture.handOver(run, 0)[0].customdata[0].startsWith("&lt;b&gt;"));
});
