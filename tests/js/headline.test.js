// The line that says which engine ran.

import assert from "node:assert/strict";

import { engineLine, scoresText } from "../../dashboard/live/static/headline.js";
import { endChunk, narrowRun, table } from "./harness.js";

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

table("RMSE and R2 in a line", {
  "of a good fit": [4, 1000, "R\u00b2 0.996 \u00b7 RMSE 2"],
  "of a bad one": [40, 10, "R\u00b2 \u22123.000 \u00b7 RMSE 6.32"],
  "of one that is far off": [4000010, 10, "R\u00b2 \u2212400,000 \u00b7 RMSE 2,000"],
  "without a variance": [4, 0, "RMSE 2"],
  "of a loss that overflowed": [Infinity, 10, "RMSE \u221e"],
}, (loss, train, expected) => {
  const start = { loss: { label: "MSE", unitExponent: 2, squares: 1 }, variances: { train, test: null } };
  assert.equal(scoresText(narrowRun({ bias: [0], trainLoss: [loss] }, start), 0, "train"), expected);
});
