// What pictures say where they show a sample of the data.

import assert from "node:assert/strict";
import test from "node:test";

import * as line from "../../dashboard/live/static/line_picture.js";
import * as loss from "../../dashboard/live/static/loss_picture.js";
import * as partial from "../../dashboard/live/static/partial_picture.js";
import * as predictions from "../../dashboard/live/static/predictions_picture.js";
import { sampleOf } from "../../dashboard/live/static/rows.js";
import { addChunk } from "../../dashboard/live/static/run.js";
import { narrowRun, referenceChunk, table } from "./harness.js";

const SAID = "3 of 1,000,000 points";

const one = (nPoints) => narrowRun({ bias: [1], weights: [2] }, { nPoints });

function two(nPoints) {
  const start = { nPoints, nFeatures: 2, X: [1, 1, 2, 5, 3, 3], featureNames: ["a", "b"] };
  const run = narrowRun({ bias: [0], weights: [4, 10] }, start);
  const columns = { weights: [2, -1], residuals: [0.5, -1, 0.5], partialX: [1, 10, -2, 20, 1, -30] };
  addChunk(run, referenceChunk(columns, { follows: [], constant: [] }));
  return run;
}

table("the line under a picture", { "all points": [3, ""], "a sample": [1_000_000, SAID] }, (nPoints, expected) =>
  assert.equal(sampleOf(one(nPoints)), expected)
);

table(
  "pictures of points tell in words that they show a sample, where they do",
  { "one feature": [line, one], predictions: [predictions, two], "partial regression": [partial, two] },
  (picture, make) => {
    assert.equal(picture.showsPoints, true);
    assert.ok(picture.describe(make(1_000_000), 0, {}).includes(SAID));
    assert.doesNotMatch(picture.describe(make(3), 0, {}), /\d of \d/);
  }
);

test("losses are those of every row: their picture says nothing of points", () => {
  assert.ok(!loss.showsPoints);
  assert.ok(!loss.describe(one(1_000_000), 0).includes("points"));
});
