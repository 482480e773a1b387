// Keep going: from which moment a change goes on, and where its run is played from.

import assert from "node:assert/strict";

import { CHANGEABLE, hasReached, mayGoOn, rowToGoOnFrom } from "../../dashboard/live/static/keep_going.js";
import { narrowRun, table } from "./harness.js";

const MOMENT = { epoch: 20, run: "an id", isOver: false };

table(
  "what may go on",
  {
    "a rate in the middle of a run": [{}, "learning_rate", true],
    "the solver": [{}, "solver", true],
    "the data": [{}, "noise", false],
    "the epochs": [{}, "n_epochs", false],
    "at the start": [{ epoch: 0 }, "momentum", false],
    "at the end": [{ isOver: true }, "momentum", false],
    "while the run's id is not known": [{ run: undefined }, "momentum", false],
  },
  (moment, name, expected) => assert.equal(mayGoOn({ ...MOMENT, ...moment }, name), expected),
);

table("the row that shows the epoch, or the last before it", [
  [0, 0],
  [10, 2],
  [15, 2],
  [99, 4],
], (from, row) => {
  const run = narrowRun({ bias: [0, 1, 2, 3, 4], epoch: [0, 1, 10, 20, 50] });
  assert.equal(rowToGoOnFrom(run, from), row);
});

table("whether a run has come that far", [
  [50, null, true],
  [51, null, false],
  [51, { epoch: 50 }, true],
], (from, end, expected) => {
  const run = narrowRun({ bias: [0, 1, 2, 3, 4], epoch: [0, 1, 10, 20, 50] });
  run.end = end;
  assert.equal(hasReached(run, from), expected);
});

table("what may change is known by its name", CHANGEABLE, (name) => assert.match(name, /^[a-z][a-z0-9_]*$/));
