// The landscape of the loss: where a run is in it, its contours, the start that a place means.

import assert from "node:assert/strict";
import test from "node:test";

import * as landscape from "../../dashboard/live/static/landscape.js";
import * as picture from "../../dashboard/live/static/landscape_picture.js";
import { addChunk } from "../../dashboard/live/static/run.js";
import { column, createContext, endChunk, mapOf, narrowRun, referenceChunk, table, withLandscape } from "./harness.js";

const L1 = { name: "l1", label: "MAE", unitExponent: 1, squares: null };
const HUBER = { ...L1, name: "huber", unitExponent: 1 };
const X = [0, 1, 2, 3, 4];
const Y = [1, 3.5, 5, 20, 9]; // one outlier: least squares and least absolutes differ
const DISPLAY = { cross: null };
const BOX = { x: [0, 3], y: [-1, 2] };
const THEME = { data: "#123456", learned: "#e07b00", batch: "#ffcc99", reference: "#009e73", truth: "#cc79a7", text: "#111111", background: "#ffffff" };

/** Mean square of the residuals of the five points at a weight and a bias, and the same of other losses. */
const LOSSES = {
  mse: (residual) => residual ** 2,
  l1: Math.abs,
  huber: (residual) => (Math.abs(residual) <= 1 ? residual ** 2 / 2 : Math.abs(residual) - 0.5),
};
const lossOf = (name, weight, bias) => X.reduce((sum, x, i) => sum + LOSSES[name](Y[i] - weight * x - bias), 0) / X.length;

const mean = (values) => values.reduce((sum, each) => sum + each, 0) / values.length;
const HESSIAN = [mean(X.map((x) => x * x)), mean(X), mean(X), 1];
const WEIGHT = X.reduce((sum, x, i) => sum + (x - mean(X)) * Y[i], 0) / X.reduce((sum, x) => sum + (x - mean(X)) ** 2, 0);
const BIAS = mean(Y) - WEIGHT * mean(X);

function lineRun({ loss, rows = { bias: [0, 1], weights: [0, 2] }, fields = {}, ...start } = {}) {
  const run = narrowRun(rows, { X, y: Y, ...(loss ? { loss } : {}), ...start });
  const chunk = referenceChunk({ weights: [WEIGHT] }, { bias: BIAS, trainLoss: lossOf("mse", WEIGHT, BIAS) });
  addChunk(run, withLandscape(chunk, { hessian: HESSIAN, center: [WEIGHT, BIAS], ...fields }));
  return run;
}

/** Two features, no bias to speak of; the plane is that of the weights. */
function planeRun(rows, fields = {}, columns = {}) {
  const run = narrowRun(rows, { nFeatures: 2, X: [1, 1, 2, 5, 3, 3], featureNames: ["a", "b"] });
  const chunk = withLandscape(referenceChunk({ weights: [2, -1] }), fields);
  for (const [name, values] of Object.entries(columns)) chunk.columns[name] = column(Float64Array.from(values));
  addChunk(run, chunk);
  return run;
}

test("the loss over weight and bias is that of the data", () => {
  const { at, best } = landscape.lossOver(lineRun());
  for (const [weight, bias] of [[0, 0], [2, 1], [-3, 40]]) {
    assert.ok(Math.abs(at(weight, bias) / lossOf("mse", weight, bias) - 1) < 1e-12);
  }
  assert.deepEqual(best, [WEIGHT, BIAS]);
});

table("of other losses, the least is found where no place around is lower", { l1: [L1], huber: [HUBER] }, (loss) => {
  const { at, best, least } = landscape.lossOver(lineRun({ loss }));
  assert.ok(Math.abs(least - lossOf(loss.name, ...best)) < 1e-6);
  assert.ok(least < at(WEIGHT, BIAS));
  for (const step of [1e-3, 0.1, 2]) {
    for (const [x, y] of [[1, 0], [-1, 0], [0, 1], [0, -1], [1, -3], [-1, 3]]) assert.ok(at(best[0] + step * x, best[1] + step * y) >= least - 1e-9);
  }
});

table("a contour has one loss all around", { mse: [undefined, 1e-6], l1: [L1, 1e-2], huber: [HUBER, 1e-2] }, (loss, most) => {
  const run = lineRun({ loss });
  const lines = landscape.contours(run, BOX);
  const { least } = landscape.lossOver(run);
  assert.ok(lines.length > 5);
  for (const { loss: level, x, y } of lines.slice(0, 8)) {
    for (let i = 0; i < x.length; i++) {
      const excess = lossOf(loss?.name ?? "mse", x[i], y[i]) - least;
      assert.ok(Math.abs(excess - (level - least)) <= most * (level - least), `${excess} at a line of ${level - least}`);
    }
  }
  assert.ok(lines.every(({ loss: level }, i) => i === 0 || level < lines[i - 1].loss));
});

test("the places of many points are told of a sample", () => {
  const many = Array.from({ length: 1000 }, (_, i) => i / 100);
  const run = lineRun({ loss: L1, X: many, y: many });
  assert.equal(landscape.lossOver(run).nPoints, 334);
  assert.match(picture.describe(run, 0), /It is loss of 334 of 1,000 rows/);
});

table(
  "places and parameters belong together",
  {
    "as they are": [{}, {}],
    "in coordinates of training": [{ center: [0.5, 0.25] }, { toPlane: [0.5, 0, 1, 0.25], fromPlane: [2, -8, 0, 4] }],
  },
  (fields, columns) => {
    const run = lineRun({ fields });
    for (const [name, values] of Object.entries(columns)) run.reference[name] = Float64Array.from(values);
    const { weights, bias } = landscape.paramsAt(run, [3, -2]);
    const place = landscape.placeOf(run, weights, bias);
    assert.ok(Math.abs(place[0] - 3) < 1e-12 && Math.abs(place[1] + 2) < 1e-12, `${place}`);
  }
);

test("a path grows with the rows that come and ends where numbers do", () => {
  const run = lineRun({ rows: { bias: [0, 1, Infinity, NaN], weights: [0, 2, 1e300, NaN] } });
  assert.deepEqual([landscape.pathOf(run).x, landscape.pathOf(run).rows], [[0, 2], [0, 1]]);
});

table(
  "how far parameters are from the plane",
  {
    "in the plane": [{ weights: [5, 7], bias: 1 }, {}, {}, 0],
    "beside it": [{ weights: [5, 7], bias: 4 }, {}, {}, 3],
    "where only one more direction learns": [{ weights: [5, 7], bias: 4 }, { nStill: 1 }, { learning: [1, 0, 0, 0, 1, 0] }, 0],
    "scaled": [{ weights: [2, -1], bias: 2 }, { biasScale: 0.5 }, {}, 0.5],
  },
  (params, fields, columns, expected) => {
    const run = planeRun({ bias: [0], weights: [0, 0] }, fields, columns);
    assert.ok(Math.abs(landscape.distanceFromPlane(run, params) - expected) < 1e-12);
  }
);

test("a line has no plane to be away from", () => {
  assert.equal(landscape.distanceFromPlane(lineRun(), { weights: [1], bias: 3 }), null);
});

test("what the loss has off the plane is told as it plays", () => {
  const run = planeRun({ bias: [3], weights: [2, -1], trainLoss: [4] });
  assert.match(picture.describe(run, 0), /2 off this plane; 100 % of the excess loss is off it, loss 4\./);
  const { x, y } = picture.ranges(run);
  const context = createContext();
  picture.draw(context, mapOf({ x, y }), run, 0, THEME, DISPLAY);
  assert.ok(context.texts.some(({ text }) => text.startsWith("2 off this plane")));
});

test("the start that a place means has the digits of a pixel", () => {
  assert.deepEqual(picture.startAt(lineRun(), [1.23456789, -0.98765432], [0.01, 0.02]), { init_weight: 1.23, init_bias: -0.99 });
  assert.equal(picture.startAt(planeRun({ bias: [0], weights: [0, 0] }), [1, 2], [0.01, 0.01]), null);
  assert.deepEqual(picture.startOf(lineRun()), [0, 0]);
});

table(
  "which runs have the picture",
  {
    "a line": [{}, true],
    "a line through the origin": [{ fitIntercept: false }, false],
    "several features": [{ nFeatures: 3 }, true],
    "through the origin": [{ nFeatures: 3, fitIntercept: false }, true],
    "too many": [{ nFeatures: 201, wide: true }, false],
    "many, and another loss": [{ nFeatures: 20, wide: true, loss: L1 }, false],
  },
  ({ nFeatures = 1, wide = false, ...start }, expected) =>
    assert.equal(picture.isFor({ nFeatures, wide, start: { loss: { squares: 1 }, ...start } }), expected)
);

const SHAPES = {
  "a round bowl": { hessian: [1, 0, 0, 1], condition: 1 },
  "a bowl, 3 times as long as wide": { hessian: [9, 0, 0, 1], condition: 9 },
  "a ravine, 3,000 times as long as wide": { hessian: [9e6, 0, 0, 1], condition: 9e6 },
  "a valley: along its floor the loss stays the same": { hessian: [1, 1, 1, 1], condition: 1, nStill: 1 },
};

table(
  "the shape is told, and drawn with finite numbers",
  Object.fromEntries(Object.entries(SHAPES).map(([words, fields]) => [words, [words, fields]])),
  (words, fields) => {
    const run = lineRun({ fields });
    assert.ok(picture.axes(run).extra.annotations[0].text.startsWith(words));
    const traces = picture.traces(run, THEME);
    assert.ok(traces.length > 5);
    for (const { x, y } of traces) for (const value of [...x, ...y]) assert.ok(value === null || Number.isFinite(value));
  }
);

table(
  "a box is never empty",
  {
    "the run starts at its goal": [{ bias: [BIAS], weights: [WEIGHT] }],
    "and that is zero": [{ bias: [0], weights: [0] }, { center: [0, 0] }, 0],
  },
  (rows, fields = {}, goal = null) => {
    const run = lineRun({ rows, fields });
    if (goal !== null) Object.assign(run.reference, { weights: [goal], bias: goal, origin: [goal, goal] });
    const { x, y } = picture.ranges(run);
    assert.ok(x[0] < x[1] && y[0] < y[1] && [...x, ...y].every(Number.isFinite));
  }
);

test("a run that has gone away leaves its picture as it was", () => {
  const run = lineRun({ rows: { bias: [0, 1, 1e9, 1e20], weights: [0, 2, -1e9, 1e20] } });
  addChunk(run, endChunk({ status: "diverged" }));
  const { x, y } = picture.ranges(run);
  assert.ok(Math.max(...[...x, ...y].map(Math.abs)) < 100, `${x} ${y}`);
  const context = createContext();
  picture.draw(context, mapOf({ x, y }), run, 3, THEME, DISPLAY);
  for (const [left, top] of context.points) assert.ok(Math.abs(left) < 1e4 && Math.abs(top) < 1e4);
});

table(
  "axes have one scale, unless that would hide the way",
  {
    "spans alike": [{ bias: [0, 1], weights: [0, 2] }, {}, true],
    "a ravine, far along it": [{ bias: [3000, 3000], weights: [0, 2] }, { hessian: [1e6, 0, 0, 1], condition: 1e6 }, false],
  },
  (rows, fields, expected) => {
    const { extra } = picture.axes(lineRun({ rows, fields }));
    assert.equal(extra.yaxis.scaleanchor === "x", expected);
    assert.equal(/axes not to scale/.test(extra.annotations[0].text), !expected);
  }
);

test("the reason why there is none stands in its place", () => {
  const run = narrowRun({ bias: [0] });
  addChunk(run, { ...referenceChunk(), landscape: { excuse: "Squares <b> are too large." } });
  assert.equal(picture.axes(run).extra.annotations[0].text, "Squares &lt;b&gt; are too large.");
  assert.deepEqual(picture.ranges(run), { x: [-1, 1], y: [-1, 1] });
});
