// Where a knob's values stand along its track.

import assert from "node:assert/strict";

import { scaleOf } from "../../dashboard/live/static/scale.js";
import { table } from "./harness.js";

const RUNGS = [1e-4, 1e-3, 1e-2, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
const RATE = { name: "learning_rate", label: "Learning rate", value: 0.1, rungs: RUNGS, isFine: true, word: "", isWhole: false };
const BATCH = { name: "batch_size", label: "Batch size", value: null, rungs: [1, 2, 4, null], word: "full", isWhole: true };
const NOISE = { name: "noise", label: "Noise", value: 0.3, minimum: 0, maximum: 1, step: 0.1, word: "", isWhole: false };
const zones = (values) => ({ slowBelow: null, best: null, oscillatesAbove: null, limit: null, source: "theory", note: "", ...values });

const near = (actual, expected) => assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);

table("a rate's axis goes by what is known of it", {
  "four decades below the limit, one above": [RATE, zones({ limit: 0.97 }), [1e-4, 10]],
  "wherever that is": [{ ...RATE, value: 1e-7 }, zones({ limit: 8.3e-7 }), [1e-10, 1e-5]],
  "the best rate, where there is no limit": [RATE, zones({ best: 0.02 }), [1e-6, 0.1]],
  "the ladder, where nothing is known": [RATE, null, [1e-4, 10]],
  "never without the value": [{ ...RATE, value: 100 }, zones({ limit: 0.97 }), [1e-4, 10 ** 2.1]],
  "below, too": [{ ...RATE, value: 1e-6 }, zones({ limit: 0.97 }), [10 ** -6.1, 10]],
}, (knob, known, [low, high]) => {
  const scale = scaleOf(knob, known);
  near(scale.partOf(low), 0);
  near(scale.partOf(high), 1);
  assert.ok(scale.partOf(knob.value) >= 0 && scale.partOf(knob.value) <= 1);
});

table("a rate goes where it is dragged, to two digits", {
  "between rungs": [0.5, 0.032],
  "to the ends": [0, 1e-4],
}, (part, expected) => near(scaleOf(RATE, zones({ limit: 0.97 })).valueAt(part), expected));

table("keys", {
  "to the next rung": [RATE, 0.1, "ArrowRight", 0.2],
  "and back": [RATE, 0.1, "ArrowLeft", 0.05],
  "from between rungs": [RATE, 0.13, "ArrowDown", 0.1],
  "by a decade": [RATE, 0.13, "PageDown", 0.013],
  "to the axis's end": [RATE, 0.1, "End", 10],
  "no further than the last rung": [RATE, 10, "ArrowRight", 10],
  "a key that is not its own": [RATE, 0.1, "k", undefined],
  "to the rung without a number": [BATCH, 4, "ArrowRight", null],
  "from there": [BATCH, null, "ArrowLeft", 4],
  "in even steps": [NOISE, 0.3, "ArrowUp", 0.4],
  "by a tenth of them": [{ ...NOISE, step: 0.05 }, 0.3, "PageUp", 0.4],
  "home": [NOISE, 0.3, "Home", 0],
}, (knob, value, key, expected) => assert.equal(scaleOf(knob, null).moved(value, key), expected));

table("what stands at every part of the track is found there", { rate: [RATE], batch: [BATCH], noise: [NOISE] }, (knob) => {
  const scale = scaleOf(knob, null);
  for (let part = 0; part <= 1; part += 0.01) near(scale.partOf(scale.valueAt(scale.partOf(scale.valueAt(part)))), scale.partOf(scale.valueAt(part)));
});

table("ticks tell where steps begin and end", {
  even: [NOISE, ["0", "0.5", "1"]],
  "a ladder": [BATCH, ["1", "Full"]],
}, (knob, texts) => assert.deepEqual(scaleOf(knob, null).ticks.map(({ text }) => text), texts));

table("ticks are decades, and few", {
  "each": [zones({ limit: 0.97 }), ["0.0001", "0.001", "0.01", "0.1", "1", "10"]],
  "of a wide axis every other": [zones({ limit: 1e8 }), ["0.01", "1", "100", "10000", "1000000", "1e8"]],
}, (known, texts) => assert.deepEqual(scaleOf({ ...RATE, value: 0.01 }, known).ticks.map(({ text }) => text), texts));
