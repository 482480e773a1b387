// The line that says which engine ran.

import assert from "node:assert/strict";

import { engineLine } from "../../dashboard/live/static/headline.js";
import { endChunk, table } from "./harness.js";

const PREPARED = "The compiled engine is still being prepared.";

table(
  "the engine's line",
  {
    "a run": [{ epoch: 1000, elapsed: 0.000834 }, "Compiled \u00b7 SGD \u00b7 1,000 epochs in 0.83 ms"],
    "one epoch": [{ epoch: 1, elapsed: 0.002 }, "Compiled \u00b7 SGD \u00b7 1 epoch in 2 ms"],
    "a fallback": [
      { engine: "PyTorch (autograd)", engineReason: PREPARED, solver: "Adam", epoch: 50, elapsed: 1.25 },
      "PyTorch (autograd), because the compiled engine is still being prepared \u00b7 Adam \u00b7 50 epochs in 1.3 s",
    ],
    "no engine": [
      { solver: "Closed form", isIterative: false, epoch: 1, elapsed: 0.0006 },
      "Closed form \u00b7 solved in one step in 0.6 ms",
    ],
  },
  (end, expected) => assert.equal(engineLine(endChunk(end)), expected)
);
