import assert from "node:assert/strict";

import { settingOf } from "../../dashboard/live/static/knob.js";
import { valueOf } from "../../dashboard/live/static/sidebar.js";
import { table } from "./harness.js";

const RATE = { name: "learning_rate", value: 0.1, rungs: [0.05, 0.1, 0.2], word: "", isWhole: false };
const BATCH = { name: "batch_size", value: null, rungs: [1, 2, 4, null], word: "full", isWhole: true };
const NOISE = { name: "noise", value: 0.3, minimum: 0, maximum: 1, step: 0.1, word: "", isWhole: false };

table("what a slider of the page stands at", {
  "a rung": [RATE, { text: "0.05", number: 0 }, "0.05"],
  "a very small one": [RATE, { text: "1e\u22129", number: 3 }, "1e-9"],
  "a large count": [BATCH, { text: "65,536", number: 16 }, "65536"],
  "the one with a name": [BATCH, { text: "full", number: 20 }, "full"],
  "an even step, whose text is rounded": [NOISE, { text: "0.13", number: 0.125 }, "0.125"],
}, (knob, move, text) => assert.deepEqual(settingOf(knob, valueOf(knob, move)), { name: knob.name, text }));
