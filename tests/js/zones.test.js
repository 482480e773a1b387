// The zones of a knob's values: where they lie, what a click sets, and what is said of them.

import assert from "node:assert/strict";

import { scaleOf } from "../../dashboard/live/static/scale.js";
import { explained, kindOf, marksOf, segmentsOf, sourceOf } from "../../dashboard/live/static/zones.js";
import { table } from "./harness.js";

const RATE = { name: "learning_rate", label: "Learning rate", value: 0.1, rungs: [1e-4, 10], isFine: true, word: "", isWhole: false };
const zones = (values) => ({ slowBelow: 0.01, best: 0.53, oscillatesAbove: 0.5, limit: 1, source: "theory", note: "", ...values });
const kinds = (found) => segmentsOf(found, scaleOf(RATE, null)).map(({ kind }) => kind);

table("the zones in sight", {
  all: [zones(), ["slow", "good", "oscillating", "diverging"]],
  "too few epochs for every rate": [zones({ slowBelow: 1 }), ["slow", "diverging"]],
  "only those that oscillate get there": [zones({ slowBelow: 0.7 }), ["slow", "oscillating", "diverging"]],
  "no limit": [zones({ limit: null }), ["slow", "good", "oscillating"]],
  "nothing but a limit": [zones({ slowBelow: null, best: null, oscillatesAbove: null }), ["good", "diverging"]],
  "nothing at all": [zones({ slowBelow: null, best: null, oscillatesAbove: null, limit: null }), []],
  "a limit beyond the track": [zones({ limit: 1e3, oscillatesAbove: 500 }), ["slow", "good"]],
  "a rate that only momentum makes stable": [zones({ stableAbove: 0.001 }), ["diverging", "slow", "good", "oscillating", "diverging"]],
  "a limit before it": [zones({ slowBelow: 1e-8, oscillatesAbove: 5e-7, limit: 1e-6 }), ["diverging"]],
}, (found, expected) => assert.deepEqual(kinds(found), expected));

table("zones fill the track without gaps", { all: [zones()], slow: [zones({ slowBelow: 2 })], odd: [zones({ oscillatesAbove: 0.001 })] }, (found) => {
  const segments = segmentsOf(found, scaleOf(RATE, null));
  assert.equal(segments[0].from, 0);
  assert.equal(segments.at(-1).to, 1);
  segments.slice(1).forEach(({ from }, i) => assert.equal(from, segments[i].to));
});

table("the values that a click sets", {
  "best and limit": [zones({ best: 0.52874 }), ["best 0.529", "limit 1"]],
  "a limit is rounded down": [zones({ limit: 0.99999 }), ["best 0.53", "limit 0.999"]],
  "and kept where it has few digits": [zones({ limit: 0.5 }), ["best 0.53", "limit 0.5"]],
  "what is off the track is left out": [zones({ limit: 1e3 }), ["best 0.53"]],
  none: [zones({ best: null, limit: null }), []],
}, (found, expected) => {
  const marks = marksOf(found, scaleOf(RATE, null));
  assert.deepEqual(marks.map(({ text }) => text), expected);
  for (const { name, value } of marks) if (name === "limit") assert.ok(value <= found.limit);
});

table("what a value does", {
  "too slow": [zones(), 0.001, "slow"],
  good: [zones(), 0.1, "good"],
  oscillates: [zones(), 0.6, "oscillating"],
  "at the limit": [zones(), 1, "diverging"],
  "before what makes it stable": [zones({ stableAbove: 0.005 }), 0.004, "diverging"],
  "nothing is known": [null, 0.1, null],
  "but why": [zones({ slowBelow: null, best: null, oscillatesAbove: null, limit: null }), 0.1, null],
  "a value without a number": [zones(), null, null],
}, (found, value, expected) => assert.equal(kindOf(found, value), expected));

const UNKNOWN = { slowBelow: null, best: null, oscillatesAbove: null, limit: null, note: "Out of range." };

table("where they come from", {
  theory: [zones(), "by theory"],
  "with a word": [zones({ note: "A word.", source: "measured" }), "measured, note"],
  nowhere: [zones(UNKNOWN), "no zones, note"],
}, (found, expected) => assert.equal(sourceOf(found), expected));

table("what is said of them", {
  "why there are none": [zones(UNKNOWN), ["Out of range."]],
  theory: [zones({ note: "A word." }), ["Computed from the curvature of the loss on these rows, exactly.", "A word."]],
  measured: [zones({ source: "measured" }), ["No formula is known here, so quick runs measured it."]],
}, (found, expected) => {
  const { sentences, meanings } = explained(found, ["slow", "diverging"], 1);
  assert.deepEqual(sentences, expected);
  assert.equal(meanings[0][1], "Not within 1 % of the least loss after 1 epoch.");
});
