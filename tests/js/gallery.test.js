// What every picture of the gallery keeps to, on runs of every kind.

import assert from "node:assert/strict";

import { offeredFor, pictureOf, shownFor } from "../../dashboard/live/static/gallery.js";
import { addChunk } from "../../dashboard/live/static/run.js";
import { column, createContext, endChunk, mapOf, narrowRun, referenceChunk, standInForCanvases, table, wideRun, withLandscape } from "./harness.js";

const FUNCTIONS = ["title", "axes", "ranges", "traces", "handOver", "draw", "table", "describe"];
const THEME = {
  data: "#123456", learned: "#e07b00", batch: "#ffcc99", reference: "#009e73", truth: "#cc79a7", test: "#0072b2",
  text: "#111111", background: "#ffffff", grid: "#dddddd", font: "sans",
};
const DISPLAY = { residuals: "squares", lossAxes: "log", feature: "b", lineOffset: 1, missingRows: [], pickable: true, excluded: null };
const FALLING = { bias: [0, 1, 1.5, 1.75, 2], trainLoss: [5, 3, 2, 1.5, 1.2] };
const DIVERGED = { bias: [0, 1, 40, Infinity, NaN], trainLoss: [1, 10, 1e9, 1e300, Infinity] };
const TRUTH = { trueWeights: [2], trueBias: 1 };
const UNCERTAIN = { standardErrors: [0.5, 0.3], margin: 2 };

function ended(run, reference, end = {}) {
  const weights = column(Float64Array.from({ length: run.nFeatures }, () => 2));
  const predictions = column(Float32Array.from(run.y));
  addChunk(run, withLandscape(reference));
  addChunk(run, { ...endChunk(end), columns: run.wide ? { weights, predictions } : { weights } });
  return run;
}

const diverged = { status: "diverged", epoch: 4, distance: Infinity };
const few = (rows, start = {}) =>
  narrowRun(
    { ...rows, weights: rows.bias.flatMap((each) => [each, -each]) },
    { nFeatures: 2, X: [1, 1, 2, 5, 3, 3], featureNames: ["a", "b"], featureScales: [0.5, 100], ...start }
  );
const fewReference = () =>
  referenceChunk({ weights: [2, -1], residuals: [0.5, -1, 0.5], partialX: [1, 10, -2, 20, 1, -30] }, { follows: [], constant: [] });
const wideReference = () => referenceChunk({ weights: [2, -1], predictions: [1, 2, 3] });

const excused = (run) => {
  addChunk(run, { ...referenceChunk(), landscape: { excuse: "The squares of these numbers are beyond a float's range." } });
  return run;
};

const SPEED = [0, 1, 2, 3, 4];
const CURVE = { column: "speed", x: [1, 2, 3], at: SPEED, features: SPEED.flatMap((at) => [at, at ** 2]) };
const overSpeed = (rows) => few(rows, { X: [1, 1, 2, 4, 3, 9], featureNames: ["speed", "speed^2"], curve: CURVE });

const RUNS = {
  "one feature, absolute loss": () => ended(narrowRun(FALLING, { loss: { name: "l1", label: "MAE", unitExponent: 1, squares: null } }), referenceChunk()),
  "one feature, no landscape": () => excused(narrowRun(FALLING)),
  "one feature": () => ended(narrowRun(FALLING), referenceChunk()),
  "one feature, the truth known, rows held back": () =>
    ended(narrowRun({ ...FALLING, testLoss: [6, 5, 4, 3, 3] }, { ...TRUTH, nTest: 1 }), referenceChunk()),
  "one feature, minibatches, standard errors": () =>
    ended(narrowRun({ ...FALLING, batchLoss: [NaN, 4, 1, 2, 1] }, UNCERTAIN), referenceChunk()),
  "one feature, diverged": () => ended(narrowRun(DIVERGED), referenceChunk(), diverged),
  "one feature, before least squares are known": () => narrowRun(FALLING),
  "a few features": () => ended(few(FALLING), fewReference()),
  "a few features, diverged": () => ended(few(DIVERGED), fewReference(), diverged),
  "two terms of one column": () => ended(overSpeed(FALLING), fewReference()),
  "two terms of one column, diverged": () => ended(overSpeed(DIVERGED), fewReference(), diverged),
  "a logarithm": () => ended(narrowRun(FALLING, { curve: { ...CURVE, features: SPEED.map(Math.log1p) } }), referenceChunk()),
  "many features, the truth known": () => ended(wideRun({ trueWeights: [2, -1], trueBias: 0 }), wideReference()),
  "many features, the truth unknown": () => ended(wideRun({ featureScales: [2, 0.5] }), wideReference()),
};

const CASES = Object.entries(RUNS).flatMap(([name, make]) =>
  Object.values(offeredFor(make())).flat().map((picture) => [`${name}: ${picture}`, [pictureOf(picture), make()]])
);
const POSITIONS = [0, 1.5, 4];

const isSpan = ([low, high]) => Number.isFinite(low) && Number.isFinite(high) && low < high;
const isMoving = ({ uid }) => uid?.startsWith("moving-");

table("a picture has all that the gallery asks of it", Object.fromEntries(CASES), (picture, run) => {
  for (const name of FUNCTIONS) assert.equal(typeof picture[name], "function", name);
  assert.match(picture.title(run), /\w/);
  const { xTitle, yTitle } = picture.axes(run, DISPLAY);
  assert.deepEqual([typeof xTitle, typeof yTitle], ["string", "string"]);
});

table("a picture's axes are finite and have a length", Object.fromEntries(CASES), (picture, run) => {
  const { x, y, whole } = picture.ranges(run, DISPLAY);
  for (const span of [x, y, ...(whole ? [whole.x, whole.y] : [])]) assert.ok(isSpan(span), `${span}`);
});

table("what moves is marked as moving, and is handed over whole", Object.fromEntries(CASES), (picture, run) => {
  const traces = picture.traces(run, THEME, DISPLAY);
  const moving = traces.filter(isMoving).map(({ uid }) => uid);
  assert.ok(moving.length > 0 && new Set(moving).size === moving.length, `${moving}`);
  for (const position of POSITIONS) {
    const updates = picture.handOver(run, position, DISPLAY);
    const updated = new Set(updates.map(({ uid }) => uid));
    for (const uid of moving) assert.ok(updated.has(uid), uid);
    for (const { x, y } of updates) assert.equal(x.length, y.length);
  }
});

table("a picture is drawn with finite coordinates", Object.fromEntries(CASES), (picture, run) => {
  const { x, y } = picture.ranges(run, DISPLAY);
  const uids = picture.traces(run, THEME, DISPLAY).map(({ uid }) => uid);
  const shows = (uid) => uids.includes(uid);
  for (const position of POSITIONS) {
    const context = createContext();
    picture.draw(context, { ...mapOf({ x, y }), shows }, run, position, THEME, DISPLAY);
    // Weights are placed by least squares where the truth is unknown.
    if (run.reference && !run.reference.landscape?.excuse) assert.ok(context.points.length + context.texts.length > 0, `nothing at ${position}`);
    for (const [left, top] of context.points) assert.ok(Number.isFinite(left) && Number.isFinite(top), `${left}, ${top}`);
    for (const { text } of context.texts) assert.doesNotMatch(text, /NaN|undefined/);
  }
});

standInForCanvases();
const GHOSTS = Object.values(RUNS).map((make, slot) => ({
  run: make(), slot, name: `${slot}`, color: `#00000${slot.toString(16)}`, dash: [2, 2], mark: "circle", isBaseline: slot === 1, position: 2.5,
}));

table("pinned runs of every kind leave axes and drawing whole", Object.fromEntries(CASES), (picture, run) => {
  const display = { ...DISPLAY, ghosts: GHOSTS };
  const [alone, { x, y, whole }] = [picture.ranges(run, DISPLAY), picture.ranges(run, display)];
  for (const span of [x, y, ...(whole ? [whole.x, whole.y] : [])]) assert.ok(isSpan(span), `${span}`);
  for (const [span, former] of [[x, alone.x], [y, alone.y]]) {
    assert.ok(span[1] - span[0] <= 4 * (former[1] - former[0]), `${span} squashes ${former}`);
  }
  const uids = picture.traces(run, THEME, display).filter(isMoving).map(({ uid }) => uid);
  assert.equal(new Set(uids).size, uids.length);
  for (const position of POSITIONS) {
    for (const update of picture.handOver(run, position, display)) assert.equal(update.x.length, update.y.length);
    const context = createContext();
    picture.draw(context, { ...mapOf({ x, y }), shows: () => true }, run, position, THEME, display);
    for (const [left, top] of context.points) assert.ok(Number.isFinite(left) && Number.isFinite(top), `${left}, ${top}`);
  }
});

table("a picture is told in a sentence and in a table", Object.fromEntries(CASES), (picture, run) => {
  for (const position of POSITIONS) {
    assert.match(picture.describe(run, position, DISPLAY), /^[^<]+\.$/);
    assert.doesNotMatch(picture.describe(run, position, DISPLAY), /NaN|undefined|null/);
    const { columns, rows } = picture.table(run, position, DISPLAY);
    assert.ok(rows.length > 0);
    for (const row of rows) assert.equal(row.length, columns.length);
  }
});

table(
  "the picture in a place: the one chosen, where the run has it",
  {
    "one feature": ["one feature", {}, "landscape"],
    "none chosen": ["a few features", {}, "effects"],
    "the default": ["a few features", { weights: "default" }, "effects"],
    "another": ["a few features", { weights: "weights" }, "weights"],
    "one that this run has not": ["many features, the truth known", { weights: "estimate" }, "weights"],
    "one of another place": ["a few features", { weights: "loss" }, "effects"],
    "none that there is": ["a few features", { weights: "constructor" }, "effects"],
  },
  (run, chosen, expected) => assert.equal(shownFor(RUNS[run](), chosen).weights, expected)
);
