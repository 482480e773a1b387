import assert from "node:assert/strict";
import test from "node:test";

import * as line from "../../dashboard/live/static/line_picture.js";
import * as predictions from "../../dashboard/live/static/predictions_picture.js";
import { addChunk } from "../../dashboard/live/static/run.js";
import { createContext, narrowRun, referenceChunk, table } from "./harness.js";

const THEME = { data: "#123456", reference: "#654321" };
const DISPLAY = { pickable: true, excluded: null, lineOffset: 1, missingRows: [], residuals: "none" };
const LEFT_OUT = { x: [1.5], y: [4], ids: [70] };
const MAP = { x: (value) => 10 * value, y: (value) => -value, shows: () => true };

function run(start = {}) {
  const made = narrowRun({ bias: [1], weights: [2] }, { rows: [3, 5, 8], ...start });
  addChunk(made, referenceChunk());
  return Object.assign(made, { url: "live/token" });
}

const namesOf = (traces) => traces.map(({ name }) => name);

test("what the picture of one feature shows", () => {
  assert.deepEqual(namesOf(line.traces(run(), THEME, DISPLAY)), ["data", "np.polyfit", "learned"]);
  const all = line.traces(run({ trueWeights: [2], trueBias: 1, nTest: 1, isTest: [0, 1] }), THEME, { ...DISPLAY, excluded: LEFT_OUT });
  assert.deepEqual(namesOf(all), ["data", "test", "left out", "true line", "np.polyfit", "learned"]);
});

test("without a test row among its points a picture has none in its legend", () => {
  const none = run({ nTest: 9, nPoints: 1000 });
  assert.deepEqual(namesOf(line.traces(none, THEME, DISPLAY)), ["data", "np.polyfit", "learned"]);
  assert.ok(!namesOf(predictions.traces(none, THEME, DISPLAY)).includes("test rows"));
});

test("the page may name the reference itself", () => {
  const named = Object.assign(run(), { nameOfReference: "least squares" });
  assert.deepEqual(namesOf(line.traces(named, THEME, DISPLAY)), ["data", "least squares", "learned"]);
});

test("no row is left out, no cross in the legend", () => {
  const none = { ...DISPLAY, excluded: { x: [], y: [], ids: [] } };
  assert.deepEqual(namesOf(line.traces(run(), THEME, none)), ["data", "np.polyfit", "learned"]);
});

test("points are picked by their rows in the data set, what is left out by its name there", () => {
  const picks = line.picks(run(), 0, MAP, { ...DISPLAY, excluded: LEFT_OUT });
  assert.deepEqual(picks[1], { x: 10, y: -3, pick: { run: "live/token", row: 5 } });
  assert.deepEqual(picks.at(-1), { x: 15, y: -4, pick: { excluded: 70 } });
});

test("what the legend has hidden can't be picked", () => {
  const map = { ...MAP, shows: (uid) => uid === "leftout" };
  assert.deepEqual(line.picks(run(), 0, map, { ...DISPLAY, excluded: LEFT_OUT }).map(({ pick }) => pick), [{ excluded: 70 }]);
});

test("with several features, points are picked where they are predicted", () => {
  assert.deepEqual(predictions.picks(run({ y: [7, 8, 9] }), 0, MAP)[2], { x: 90, y: -5, pick: { run: "live/token", row: 8 } });
});

table(
  "rows that are marked are ringed where their points stand, those of a sample without them nowhere",
  { both: [[5, 8], 2], "one of them": [[8, 99], 1], none: [[], 0], unknown: [undefined, 0] },
  (marked, expected) => {
    for (const [picture, y] of [[line, (i) => run().y[i]], [predictions, (i) => 2 * run().X[i] + 1]]) {
      const drawn = [undefined, marked].map((each) => {
        const context = createContext();
        const map = { ...MAP, shows: () => false, area: { left: 0, top: -100, width: 100, height: 100 } };
        picture.draw(context, map, run(), 0, { ...THEME, learned: "#e07b00" }, { ...DISPLAY, marked: each });
        return context.points;
      });
      assert.deepEqual(drawn[0], []);
      const centres = new Set(drawn[1].filter((_, i) => i % 2 === 1).map(([x, top]) => `${x},${top}`));
      assert.equal(centres.size, expected);
      if (expected) assert.ok(centres.has([picture === line ? 10 * run().X[2] : 10 * run().y[2], -y(2)].join()), [...centres].join(" "));
    }
  }
);

table(
  "the axes hold what is left out, unless it would squash the rest",
  { near: [6, 6], "three spans away": [17, 17], "a little further": [17.1, 5], far: [900, 5] },
  (y, highest) => {
    const [low, high] = line.ranges(run(), { excluded: { x: [1], y: [y], ids: [0] } }).y;
    assert.ok(low < 1 && high >= highest && high < highest * 1.2, `${low} to ${high}`);
  }
);

test("lines reach across the axes, also where a point that is left out has widened them", () => {
  const display = { ...DISPLAY, excluded: { x: [8], y: [4], ids: [0] } };
  const [, high] = line.ranges(run(), display).x;
  const { x } = line.traces(run(), THEME, display).find(({ name }) => name === "np.polyfit");
  assert.ok(high > 8 && x[1] >= high, `${x[1]} of ${high}`);
});

test("the key tells another choice of rows, and nothing else", () => {
  const key = (display) => line.key(run(), { ...DISPLAY, ...display });
  assert.equal(key({}), key({ residuals: "squares" }));
  assert.notEqual(key({}), key({ excluded: LEFT_OUT }));
  assert.notEqual(key({}), key({ lineOffset: 2 }));
  assert.notEqual(key({}), line.key(run({ rows: [3, 5, 9] }), DISPLAY));
});

test("of many rows, some show where the reference is", () => {
  const many = Array.from({ length: 2000 }, (_, i) => i);
  const marks = predictions.traces(run({ X: many, y: many, rows: many }), THEME, DISPLAY).find(({ mode, uid }) => mode === "markers" && !uid);
  assert.ok(marks.x.length > 100 && marks.x.length <= 400, String(marks.x.length));
});

test("groups differ in colour, mark and name", () => {
  const theme = { ...THEME, group: "#ffffff" };
  const grouped = run({ group: [0, 1, 1], groups: ["left group", "right group"] });
  const [left, right] = line.traces(grouped, theme, DISPLAY);
  assert.deepEqual([left.name, right.name], ["left group", "right group"]);
  assert.deepEqual([left.x, right.x], [[0], [1, 2]]);
  assert.notEqual(left.marker.color, right.marker.color);
  assert.notEqual(left.marker.symbol, right.marker.symbol);
  assert.equal(line.picks(grouped, 0, { ...MAP, shows: (uid) => uid !== "leftout" }, DISPLAY).length, 3);
});
