// The picture of one feature's weight and bias, in standard errors from least squares.

import assert from "node:assert/strict";
import test from "node:test";

import * as estimate from "../../dashboard/live/static/estimate_picture.js";
import { addChunk } from "../../dashboard/live/static/run.js";
import { narrowRun, referenceChunk, table } from "./harness.js";

const THEME = { reference: "#00755a", truth: "#a64d85", learned: "#e07b00" };
const CERTAINTY = { standardErrors: [0.5, 0.1], margin: 2 };

/** Least squares has the weight 2 and the bias 1. */
function lineRun(rows, start = {}) {
  const run = narrowRun(rows, { ...CERTAINTY, ...start });
  addChunk(run, referenceChunk({ weights: [2] }));
  return run;
}

const known = (rows = { bias: [0, 1.1], weights: [0, 3] }) => lineRun(rows, { trueWeights: [2.5], trueBias: 1 });
const nearly = (values, expected) => values.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-5, `${values}`));

table(
  "which runs have it",
  {
    "one feature": [lineRun({ bias: [0] }), true],
    "an exact fit, or no intercept": [narrowRun({ bias: [0] }), false],
  },
  (run, expected) => assert.equal(estimate.isFor(run), expected)
);

test("learned and true stand as many standard errors away as they are", () => {
  const [learned] = estimate.handOver(known(), 1);
  nearly(learned.y.map(Math.sinh), [2, 1]);
  assert.deepEqual(learned.customdata, ["weight 3", "bias 1.1"]);
  const truth = estimate.traces(known(), THEME).find(({ name }) => name === "true");
  nearly(truth.y.map(Math.sinh), [1, 0]);
});

test("the interval is told in the coefficients' units", () => {
  const { customdata, error_y: bars } = estimate.traces(known(), THEME).find(({ name }) => /95 %/.test(name));
  assert.deepEqual(customdata, ["weight 2<br>1 to 3", "bias 1<br>0.8 to 1.2"]);
  nearly(bars.array.map(Math.sinh), [2, 2]);
});

test("the truth is shown where it is known", () => {
  assert.ok(estimate.traces(known(), THEME).some(({ name }) => name === "true"));
  assert.ok(!estimate.traces(lineRun({ bias: [0] }), THEME).some(({ name }) => name === "true"));
});

table(
  "the axis is even, and holds start, truth and interval",
  {
    "a quiet run": [known(), 10, 20],
    "a start far away": [known({ bias: [0, 1], weights: [30, 2] }), 56, 100],
    "a diverged run": [known({ bias: [0, 1e9], weights: [0, 1e9] }), 10, 250],
    "nothing learned yet": [narrowRun({ bias: [0] }, CERTAINTY), 5, 5.1],
  },
  (run, least, most) => {
    const [low, high] = estimate.ranges(run).y;
    assert.equal(low, -high);
    assert.ok(Math.sinh(high) >= least * 0.999 && Math.sinh(high) <= most, `${Math.sinh(high)}`);
  }
);

test("those who can't see it are told the distances", () => {
  assert.match(estimate.describe(known(), 1), /weight 3, 2 standard errors from least squares; bias 1\.1, 1 standard/);
});
