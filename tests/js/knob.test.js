import assert from "node:assert/strict";

import { spelledOf, textOf, valuesOf } from "../../dashboard/live/static/knob.js";
import { table } from "./harness.js";

const RATE = { name: "learning_rate", value: 0.1, rungs: [0.05, 0.1, 0.2], word: "", isWhole: false };
const BATCH = { name: "batch_size", value: null, rungs: [1, 2, 4, null], word: "full", isWhole: true };
const NOISE = { name: "noise", value: 0.3, minimum: 0, maximum: 1, step: 0.1, word: "", isWhole: false };

table("the values on the slider", {
  "a ladder's rungs": [RATE, [0.05, 0.1, 0.2]],
  "and one that was set by other means": [{ ...RATE, value: 0.07 }, [0.05, 0.07, 0.1, 0.2]],
  "beyond its last rung": [{ ...RATE, value: 3 }, [0.05, 0.1, 0.2, 3]],
  "the last one has a name": [BATCH, [1, 2, 4, null]],
  "before the one with a name": [{ ...BATCH, value: 7 }, [1, 2, 4, 7, null]],
  "even steps without rounding's dust": [NOISE, [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]],
}, (knob, expected) => assert.deepEqual(valuesOf(knob), expected));

table("a value as it is read and as it is linked", {
  "a rate": [RATE, 1e-9, "1e\u22129", "1e-9"],
  "a count": [{ ...BATCH, isWhole: true }, 2000, "2,000", "2000"],
  "a name": [BATCH, null, "Full", "full"],
}, (knob, value, text, spelled) => {
  assert.equal(textOf(knob, value), text);
  assert.equal(spelledOf(knob, value), spelled);
});
