import assert from "node:assert/strict";
import test from "node:test";

import * as runs from "../../dashboard/live/static/run.js";
import { column, endChunk, narrowRun, referenceChunk, rowsChunk, startChunk, table, wideRun } from "./harness.js";

const DIVERGED = [0, 1, 4, Infinity, NaN];

test("rows that come in pieces make the run that comes whole", () => {
  const losses = [5, 4, 3, 2, 1];
  const whole = narrowRun({ bias: [0, 1, 2, 3, 4], trainLoss: losses });
  const pieces = runs.createRun(startChunk());
  for (const [from, to] of [[0, 1], [1, 4], [4, 5]]) {
    const part = (values) => values.slice(from, to);
    const bias = part([0, 1, 2, 3, 4]);
    runs.addChunk(pieces, rowsChunk(from, { bias, weights: bias, trainLoss: part(losses) }));
  }
  assert.deepEqual({ ...pieces, start: 0 }, { ...whole, start: 0 });
});

test("an error stops a run where it is", () => {
  const run = narrowRun({ bias: [0, 1], trainLoss: [5, 4] });
  runs.addChunk(run, { kind: "error", message: "The run was stopped.", columns: {} });
  assert.deepEqual([run.isStopped, run.end, run.nRows], [true, null, 2]);
});

table(
  "paramRow",
  {
    "at a row": [[0, 1, 2], 1, 1],
    "between rows": [[0, 1, 2], 1.9, 1],
    "past the end": [[0, 1, 2], 9, 2],
    "before the start": [[0, 1, 2], -1, 0],
    "a diverged run stays at its last finite row": [DIVERGED, 4, 2],
    "a run that never was finite": [[NaN, NaN], 1, 0],
    "finite again does not count": [[0, NaN, 2], 2, 0],
  },
  (bias, position, expected) => assert.equal(runs.paramRow(narrowRun({ bias }), position), expected)
);

test("a loss that is beyond single precision is told", () => {
  const run = narrowRun({ bias: [0, 1], trainLoss: [1, 1e60], testLoss: [2, 1e61] }, { nTest: 1 });
  assert.deepEqual([runs.lossAt(run.trainLoss, 1), runs.lossAt(run.testLoss, 1)], [1e60, 1e61]);
});

test("a diverged run's weights, predictions and spans stay finite", () => {
  const run = narrowRun({ bias: DIVERGED });
  assert.deepEqual([...runs.weightsAt(run, 4)], [4]);
  assert.deepEqual([...runs.predictionsAt(run, 4)], [4, 8, 12]);
  assert.deepEqual([run.biasLow, run.biasHigh, run.weightLow, run.weightHigh], [0, 4, 0, 4]);
});

test("an extra last row, a diverged run's, has room", () => {
  const run = narrowRun({ bias: [0, 1, 2], trainLoss: [1, 2, 3] });
  runs.addChunk(run, rowsChunk(3, { bias: [3], weights: [3], trainLoss: [4] }));
  assert.equal(run.nRows, 4);
  assert.equal(run.lossHigh, 4);
});

table(
  "lossAt",
  {
    evaluated: [[3, 2, 1], 1, 2],
    "passed over": [[3, NaN, NaN], 2, 3],
    "none yet": [[NaN, NaN], 1, NaN],
    infinite: [[3, Infinity], 1, Infinity],
  },
  (losses, row, expected) => assert.equal(runs.lossAt(losses, row), expected)
);

const THINNED = { bias: [0, 1, 2, 3], epoch: [0, 10, 20, 25] };

table("rowOfEpoch", [[0, 0], [10, 1], [20, 2], [25, 3], [5, -1], [26, -1]], (epoch, row) => {
  assert.equal(runs.rowOfEpoch(narrowRun(THINNED), epoch), row);
});

test("rowOfEpoch of a run without rows", () => {
  assert.equal(runs.rowOfEpoch(runs.createRun(startChunk()), 0), -1);
});

table(
  "heldSpan",
  {
    "the way within the goal": [[0, 1], [-2, 2], [-2, 2]],
    "the way a little further": [[0, 3], [0, 2], [0, 3]],
    "the way far further": [[-100, 100], [0, 2], [-2, 4]],
    "a goal away from zero": [[-100, 100], [10, 12], [-2, 24]],
    "nothing learned yet": [[Infinity, -Infinity], [0, 2], [0, 2]],
  },
  (way, goal, expected) => assert.deepEqual(runs.heldSpan(way, goal), expected)
);

table(
  "key frames",
  [[0, [0, 8], [0, 0, 0]], [1, [1, 6], [1, 2, 3]], [2.5, [2.5, 3], [2.5, 5, 7.5]], [4, [4, 0], [4, 8, 12]], [9, [4, 0], [4, 8, 12]]],
  (position, weights, predictions) => {
    assert.deepEqual([...runs.weightsAt(wideRun(), position)], weights);
    assert.deepEqual([...runs.predictionsAt(wideRun(), position)], predictions);
  }
);

function withReference(run) {
  const columns = { weights: column(Float64Array.of(2)) };
  runs.addChunk(run, { kind: "reference", bias: 1, trainLoss: 0, columns });
  return run;
}

test("the distance is the root mean square gap, over training rows only", () => {
  const run = withReference(narrowRun({ bias: [0, 1], weights: [2, 2] }));
  assert.equal(runs.distanceAt(run, 0), 1);
  assert.equal(runs.distanceAt(run, 1), 0);
  run.X[2] = 1e9;
  run.isTest[2] = 1;
  run.weights[0] = 3;
  assert.equal(runs.distanceAt(withReference(run), 0), Math.sqrt(0.5));
});

test("the distance at the end is the exact one", () => {
  const run = withReference(narrowRun({ bias: [0, 1], weights: [2, 2] }));
  runs.addChunk(run, endChunk({ distance: 1e-9 }));
  assert.equal(runs.distanceAt(run, 1), 1e-9);
  assert.equal(runs.distanceAt(run, 0), 1);
});

test("without a reference there is no distance", () => {
  assert.equal(runs.distanceAt(narrowRun({ bias: [0, 1] }), 0), NaN);
});

test("a wide run's effects come back as weights", () => {
  const run = runs.createRun(startChunk({ wide: true, nFeatures: 2, featureScales: [2, 0.5] }));
  const chunk = rowsChunk(0, { bias: [0], trainLoss: [1] });
  Object.assign(chunk, { keyWeights: { low: 0, step: 1 }, keyPredictions: { low: 0, step: 1 } });
  chunk.columns.keyRows = column(Uint32Array.of(0));
  chunk.columns.keyWeights = column(Int16Array.of(8, 3), [1, 2]);
  chunk.columns.keyPredictions = column(Int16Array.of(0, 0, 0), [1, 3]);
  runs.addChunk(run, chunk);
  assert.deepEqual([...runs.weightsAt(run, 0)], [4, 6]);
  assert.deepEqual([...runs.effects(run, runs.weightsAt(run, 0))], [8, 3]);
});

table(
  "the weights' span is in effects where the truth is unknown",
  { unknown: [undefined, [0, 20]], known: [[1], [0, 2]] },
  (trueWeights, expected) => {
    const run = narrowRun({ bias: [0, 1, 2] }, { featureScales: [10], trueWeights });
    assert.deepEqual([run.weightLow, run.weightHigh], expected);
  }
);

table(
  "numbers to read",
  {
    "on the way": [{}, 0, { weights: [0], bias: 0 }],
    "exact at the end": [{ bias: 2.000000001 }, 1, { weights: [2], bias: 2.000000001 }],
    "diverged: the last that is a number": [{ status: "diverged", bias: null }, 1, { weights: [1], bias: 1 }],
  },
  (end, position, expected) => {
    const run = narrowRun({ bias: [0, 1] });
    runs.addChunk(run, endChunk(end));
    const { weights, bias } = runs.readParams(run, position);
    assert.deepEqual({ weights: [...weights], bias }, expected);
  }
);

test("points without rows of their own are the data set's", () => {
  assert.deepEqual([...runs.createRun(startChunk()).rows], [0, 1, 2]);
  assert.deepEqual([...runs.createRun(startChunk({ rows: [4, 9, 11] })).rows], [4, 9, 11]);
});

test("a distance below rounding is none", () => {
  const run = withReference(narrowRun({ bias: [0, 1], weights: [2, 2] }));
  runs.addChunk(run, endChunk({ distance: 1.62e-15 }));
  assert.equal(runs.distanceAt(run, 1), 0);
});

/** A run of two features whose weights came quantised: 4 and 6 in its one row, exact and rough. */
function roughRun(loss = { label: "MSE", unitExponent: 2, squares: 1 }) {
  const run = runs.createRun(startChunk({ wide: true, nFeatures: 2, loss }));
  const chunk = rowsChunk(0, { bias: [0], trainLoss: [5] });
  Object.assign(chunk, { keyWeights: { low: 0, step: 0.5 }, keyPredictions: { low: 0, step: 1 } });
  chunk.columns.keyRows = column(Uint32Array.of(0));
  chunk.columns.firstWeights = column(Float32Array.of(4.123, 6.321), [1, 2]);
  chunk.columns.keyWeights = column(Int16Array.of(8, 13), [1, 2]);
  chunk.columns.keyPredictions = column(Int16Array.of(0, 0, 0), [1, 3]);
  runs.addChunk(run, chunk);
  return withReference(run);
}

test("numbers that are read of a wide run are not those that its pictures round", () => {
  const { weights } = runs.readParams(roughRun(), 0);
  assert.deepEqual([...weights].map((weight) => weight.toFixed(3)), ["4.123", "6.321"]);
  assert.deepEqual([...runs.weightsAt(roughRun(), 0)], [4, 6.5]);
});

test("a wide run's distance follows from its losses, where they are squares", () => {
  assert.equal(runs.distanceAt(roughRun(), 0), Math.sqrt(5));
  assert.equal(runs.distanceAt(roughRun({ label: "half MSE", unitExponent: 2, squares: 2 }), 0), Math.sqrt(10));
  assert.ok(Number.isNaN(runs.distanceAt(roughRun({ label: "MAE", unitExponent: 1, squares: null }), 0)));
});

test("a wide run's end is exact, whichever of reference and end comes last", () => {
  const run = roughRun();
  const chunk = endChunk({ distance: null });
  chunk.columns.weights = column(Float64Array.of(4.1234567, 6.7654321));
  chunk.columns.predictions = column(Float32Array.of(1, 2, 3));
  runs.addChunk(run, chunk);
  run.reference.endDistance = 0.25;
  assert.equal(runs.distanceAt(run, 0), 0.25);
  assert.deepEqual([...runs.weightsAt(run, 0)], [4.1234567, 6.7654321]);
  assert.deepEqual([...runs.predictionsAt(run, 0)], [1, 2, 3]);
});

table("RMSE and R2 beside a loss", {
  "a squared loss": [{ squares: 1 }, {}, { rmse: 2, r2: 0.6 }],
  "half of it": [{ squares: 2 }, {}, { rmse: Math.sqrt(8), r2: 0.2 }],
  "another loss, mean squares told": [{ squares: null }, { trainSquares: [9, 2.5] }, { rmse: Math.sqrt(2.5), r2: 0.75 }],
  "another loss, nothing told": [{ squares: null }, {}, { rmse: NaN, r2: NaN }],
}, (loss, columns, expected) => {
  const start = { loss: { label: "a loss", unitExponent: 2, ...loss }, variances: { train: 10, test: null } };
  const run = narrowRun({ bias: [0, 1], trainLoss: [9, 4], ...columns }, start);
  const { rmse, r2 } = runs.scoresAt(run, 1, "train");
  for (const [name, value] of Object.entries({ rmse, r2 })) {
    if (Number.isNaN(expected[name])) assert.ok(Number.isNaN(value));
    else assert.ok(Math.abs(value - expected[name]) < 1e-12, name);
  }
});

test("a target that does not vary has no R2", () => {
  const run = narrowRun({ bias: [0], trainLoss: [4] }, { loss: { label: "MSE", unitExponent: 2, squares: 1 }, variances: { train: 0, test: null } });
  assert.ok(Number.isNaN(runs.scoresAt(run, 0, "train").r2));
});

test("ridge is called so, and mean squares tell no distance to it", () => {
  const run = narrowRun({ bias: [0, 1], trainLoss: [9, 4] }, { loss: { label: "MSE", unitExponent: 2, squares: 1 }, nPoints: 9 });
  runs.addChunk(run, referenceChunk({}, { name: "ridge", trainLoss: 1 }));
  run.nameOfReference = "least squares";
  assert.equal(runs.referenceName(run), "ridge");
  assert.ok(Number.isNaN(runs.distanceAt(run, 0)));
});

test("a run's last epoch is that of its end, once it is there", () => {
  const run = narrowRun({ bias: [0, 1, 2], trainLoss: [9, 4, 3] });
  assert.equal(runs.lastEpoch(run), 2);
  runs.addChunk(run, endChunk({ epoch: 1 }));
  assert.equal(runs.lastEpoch(run), 1);
});
