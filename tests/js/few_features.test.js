// The pictures of a few features: partial regression, and the weights feature by feature.

import assert from "node:assert/strict";
import test from "node:test";

import * as bias from "../../dashboard/live/static/bias_picture.js";
import * as effects from "../../dashboard/live/static/effects_picture.js";
import * as partial from "../../dashboard/live/static/partial_picture.js";
import { addChunk } from "../../dashboard/live/static/run.js";
import * as weights from "../../dashboard/live/static/weights_picture.js";
import { narrowRun, referenceChunk, table } from "./harness.js";

const DISPLAY = { feature: "b", lineOffset: 1, missingRows: [] };
const THEME = { data: "#123456" };
const HOSTILE = "<script>alert(1)</script>$x$%{x}";

/** Two features in three rows of data, one row of the run; least squares has the weights 2 and -1. */
function fewRun({ names = ["a", "b"], ...start } = {}, reference = {}, fields = {}) {
  const run = narrowRun(
    { bias: [0], weights: [4, 10] },
    { nFeatures: 2, X: [1, 1, 2, 5, 3, 3], featureNames: names, featureScales: [0.5, 100], ...start }
  );
  const columns = { weights: [2, -1], residuals: [0.5, -1, 0.5], partialX: [1, 10, -2, 20, 1, -30], ...reference };
  addChunk(run, referenceChunk(columns, { follows: [], constant: [], ...fields }));
  return run;
}

table(
  "which pictures a run has",
  {
    "one feature": [narrowRun({ bias: [0] }), false, false],
    "a few, truth unknown": [fewRun(), true, true],
    "a few, truth known": [fewRun({ trueWeights: [2, -1] }), true, false],
    many: [{ nFeatures: 17, wide: true, trueWeights: null }, false, false],
  },
  (run, hasPartial, hasEffects) => assert.deepEqual([partial.isFor(run), effects.isFor(run)], [hasPartial, hasEffects])
);

table(
  "the feature shown",
  { chosen: ["b", 1], "gone with other data": ["c", 0], "none chosen yet": [undefined, 0] },
  (feature, expected) => assert.equal(partial.featureOf(fewRun(), { feature }), expected)
);

test("the target's residuals without a feature: those of the fit, and what the feature says", () => {
  const { x, y } = partial.residualsOf(fewRun(), 1);
  assert.deepEqual([...x], [10, 20, -30]);
  assert.deepEqual([...y], [-9.5, -21, 30.5]);
});

test("least squares through the partial residuals has the weight for its slope", () => {
  const { x, y } = partial.residualsOf(fewRun({}, { residuals: [0, 0, 0] }), 1);
  const slope = x.reduce((sum, each, i) => sum + each * y[i], 0) / x.reduce((sum, each) => sum + each ** 2, 0);
  assert.equal(slope, -1);
});

test("the reference is a line through the origin", () => {
  const line = partial.traces(fewRun(), THEME, DISPLAY).find(({ name }) => name === "least squares");
  assert.deepEqual(line.y.map((y, i) => y / line.x[i]), [-1, -1]);
});

test("what is handed over lies on the learned slope", () => {
  const [{ uid, x, y, customdata }] = partial.handOver(fewRun(), 0, DISPLAY);
  assert.equal(uid, "moving-learned");
  for (let i = 0; i < x.length; i++) assert.ok(Math.abs(y[i] - 10 * x[i]) < 1e-9);
  assert.equal(customdata[0], "10");
});

table(
  "a feature without an effect of its own",
  {
    "follows from others": [{ follows: [1] }, /'b'<br>follows from the other features:<br>it has no effect of its own\./],
    "one value only": [{ constant: [1] }, /'b'<br>is the same in every training row:<br>it has no effect\./],
  },
  (fields, expected) => {
    const run = fewRun({}, {}, fields);
    assert.match(partial.axes(run, DISPLAY).extra.annotations[0].text, expected);
    assert.deepEqual(partial.traces(run, THEME, DISPLAY), []);
    assert.deepEqual(partial.handOver(run, 0, DISPLAY), []);
    assert.deepEqual(partial.ranges(run, DISPLAY).x, [-1, 1]);
    assert.match(partial.describe(run, 0, DISPLAY), /no effect/);
    assert.deepEqual(partial.axes(run, { ...DISPLAY, feature: "a" }).extra.annotations, []);
  }
);

test("before the reference there is nothing to draw", () => {
  const run = fewRun();
  run.reference = null;
  assert.deepEqual(partial.traces(run, THEME, DISPLAY), []);
  assert.match(partial.describe(run, 0, DISPLAY), /learned weight 10/);
});

test("effects are weights times standard deviations; hovering tells the weights", () => {
  const [{ x, y, customdata }] = effects.handOver(fewRun(), 0);
  assert.deepEqual([x, y.map((place) => place + 0), customdata], [[2, 1000], [0, -1], ["4", "10"]]);
  const reference = effects.traces(fewRun(), THEME).find(({ name }) => name === "least squares");
  assert.deepEqual([reference.x, reference.customdata], [[1, -100], ["2", "\u22121"]]);
});

test("the effects' axis holds learned, reference and zero, and is not led astray", () => {
  const [low, high] = effects.ranges(fewRun()).x;
  assert.ok(low < -100 && high > 1 && high < 250, `${low} to ${high}`);
});

test("a wide run of unknown truth compares effects, one of known truth weights", () => {
  const run = fewRun();
  assert.deepEqual(weights.handOver(run, 0)[0].y, [2, 1000]);
  assert.match(weights.axes(run).xTitle, /effect of one s\.d\./);
  const known = fewRun({ trueWeights: [2, -1] });
  assert.deepEqual(weights.handOver(known, 0)[0].y, [4, 10]);
  assert.equal(weights.axes(known).xTitle, "true weight");
});

test("hostile names are escaped wherever plotly reads them", () => {
  const run = fewRun({ names: [HOSTILE, "b"], targetName: HOSTILE });
  const display = { ...DISPLAY, feature: HOSTILE };
  const shown = [
    ...Object.values(partial.axes(run, display)),
    ...Object.values(partial.axes(fewRun({ names: [HOSTILE, "b"] }, {}, { follows: [0] }), display)),
    ...Object.values(effects.axes(run)),
    ...Object.values(weights.axes(run)),
    ...effects.traces(run, THEME).flatMap(({ text }) => text),
    ...weights.traces(run, THEME).flatMap(({ text }) => text ?? []),
  ];
  const text = JSON.stringify(shown).replaceAll("<br>", "");
  assert.doesNotMatch(text, /[<>$]|%\{/);
  assert.match(text, /&lt;script/);
});

test("the bias lies where the features are a few, and its axes with it", () => {
  const lying = bias.ranges(fewRun());
  assert.deepEqual(lying.y, [-0.6, 1.6]);
  assert.deepEqual(bias.ranges(narrowRun({ bias: [0] })).x, [-0.6, 1.6]);
  assert.deepEqual(bias.handOver(fewRun(), 0)[0].x, [0]);
});
