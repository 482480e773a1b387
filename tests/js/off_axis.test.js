// What has left a picture: arrows at the frame, with the number of what they stand for.

import assert from "node:assert/strict";
import test from "node:test";

import * as bias from "../../dashboard/live/static/bias_picture.js";
import * as effects from "../../dashboard/live/static/effects_picture.js";
import * as estimate from "../../dashboard/live/static/estimate_picture.js";
import { inView } from "../../dashboard/live/static/learned_line.js";
import * as line from "../../dashboard/live/static/line_picture.js";
import { beyondText, sideOf } from "../../dashboard/live/static/off_axis.js";
import * as partial from "../../dashboard/live/static/partial_picture.js";
import * as predictions from "../../dashboard/live/static/predictions_picture.js";
import { addChunk } from "../../dashboard/live/static/run.js";
import * as weights from "../../dashboard/live/static/weights_picture.js";
import { AREA, createContext, endChunk, mapOf, narrowRun, referenceChunk, table } from "./harness.js";

const THEME = { learned: "#e07b00", batch: "#ffcc99", text: "#111111", background: "#ffffff", font: "sans" };
const DISPLAY = { residuals: "none", feature: "a" };

/** A run of one row in view and one far away. */
function leavingRun(nFeatures, far, start = {}) {
  const names = Array.from({ length: nFeatures }, (_, j) => "abcdefgh"[j]);
  const first = names.map(() => 1);
  const X = Array.from({ length: 3 * nFeatures }, (_, i) => (i % 5) - 2);
  const run = narrowRun(
    { bias: [1, far], weights: [...first, ...first.map(() => far)] },
    { nFeatures, X, featureNames: names, featureScales: nFeatures > 1 ? first : undefined, ...start }
  );
  addChunk(run, referenceChunk({ weights: first, residuals: [0, 0, 0], partialX: X }, { follows: [], constant: [] }));
  return run;
}

function drawn(picture, run, position = 1) {
  const context = createContext();
  picture.draw(context, mapOf(picture.ranges(run, DISPLAY)), run, position, THEME, DISPLAY);
  return context;
}

const isInside = ({ text, x, y }) =>
  x >= AREA.left && x + 7 * text.length <= AREA.left + AREA.width && y >= AREA.top && y <= AREA.top + AREA.height;

const PICTURES = {
  line: [line, 1], weights: [weights, 1], bias: [bias, 1], "bias, lying": [bias, 8],
  partial: [partial, 2], effects: [effects, 8], "weights, eight": [weights, 8, { trueWeights: [1, 1, 1, 1, 1, 1, 1, 1] }],
  predictions: [predictions, 2],
};

for (const far of [7487, -7487, 1e30]) {
  table(`what has gone to ${far} is told at the frame`, PICTURES, (picture, nFeatures, start) => {
    const { texts } = drawn(picture, leavingRun(nFeatures, far, start));
    assert.ok(texts.length, "nothing is written");
    for (const each of texts) assert.ok(isInside(each), JSON.stringify(each));
  });
}

table("what is in view has no arrow", PICTURES, (picture, nFeatures, start) => {
  const { texts } = drawn(picture, leavingRun(nFeatures, 1, start), 0);
  const isValue = picture === bias;
  assert.deepEqual(texts.map(({ text }) => text), isValue ? ["1"] : []);
});

test("a bar never leaves its axis", () => {
  for (const nFeatures of [1, 8]) {
    const bars = drawn(bias, leavingRun(nFeatures, 7487)).points.filter(([, , style]) => style === THEME.learned);
    for (const [x, y] of bars) {
      assert.ok(x >= AREA.left && x <= AREA.left + AREA.width && y >= AREA.top && y <= AREA.top + AREA.height, `${x}, ${y}`);
    }
  }
});

/** A run that leaps from side to side, further each time. */
function leapingRun(start) {
  const way = [0, 3, -30, 300, -3000, 30000];
  const run = narrowRun({ bias: way, weights: way }, start);
  addChunk(run, referenceChunk({ weights: [1] }));
  return run;
}

table(
  "of a run that leaps to and fro, only the steps in view leave a trace",
  { weights: [weights, { trueWeights: [1] }], estimate: [estimate, { standardErrors: [0.1, 0.1], margin: 2 }] },
  (picture, start) => {
    const { points } = drawn(picture, leapingRun(start), 5);
    const trail = points.filter(([, , style]) => style === THEME.batch).map(([, y]) => y);
    assert.ok(trail.length > 0);
    for (const y of trail) assert.ok(y >= AREA.top && y <= AREA.top + AREA.height, `${y}`);
  }
);

test("the last line in view stays, faintly", () => {
  const { points } = drawn(line, leavingRun(1, 1e30));
  assert.ok(points.some(([, , style]) => style === THEME.batch));
  assert.ok(!drawn(line, leavingRun(1, 1e30), 0).points.some(([, , style]) => style === THEME.batch));
});

table(
  "a run whose end is no number",
  { "too large for the wire's columns": [1e60, "1e60"], "not finite": [Infinity, "\u221e"], "no number": [NaN, "overflow"] },
  (end, expected) => {
    const run = leavingRun(1, NaN);
    const chunk = endChunk({ status: "diverged", bias: end });
    chunk.columns.weights.values[0] = end;
    addChunk(run, chunk);
    assert.ok(drawn(weights, run).texts[0].text.replace("1.000", "1").startsWith(expected));
    assert.ok(drawn(line, run).texts.length);
  }
);

table(
  "what is written of several",
  { one: [[7487], "7,487"], three: [[5, -80, 20], "3 beyond, to \u221280"], "no numbers": [[1, NaN], "2 beyond, to overflow"] },
  (values, expected) => assert.equal(beyondText(values, 4), expected)
);

table("where a mark has gone", [[0.5, 0], [5, -1], [-5, 1], [NaN, -1], [-Infinity, 1]], (value, side) => {
  assert.equal(sideOf(mapOf({ x: [0, 1], y: [0, 1] }), "y", value), side);
});

table(
  "the part of a line that is in the picture",
  {
    all: [[0, 0.5], [50, 120, 450, 120]],
    "a steep one": [[1e12, -5e11], [250, 220, 250, 20]],
    none: [[0, 5], null],
    "no number": [[NaN, NaN], null],
  },
  (params, expected) => {
    const seen = inView(mapOf({ x: [0, 1], y: [0, 1] }), params);
    assert.deepEqual(seen?.map(Math.round) ?? null, expected);
  }
);
