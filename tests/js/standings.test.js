import assert from "node:assert/strict";

import { epochsToGoal, ordinal, saidAt, standingsOf } from "../../dashboard/live/static/standings.js";
import { table } from "./harness.js";

const ended = (epochsToGoal, fields = {}) => ({ group: "line", end: { status: "finished", epoch: 100, epochsToGoal, ...fields } });
const DIVERGED = ended(null, { status: "diverged", epoch: 7 });
const ON_ITS_WAY = { group: "line", end: null };
const textsOf = (runs) => standingsOf(runs, ({ group }) => group).map((standing) => standing?.text ?? null);

table(
  "the finishing order",
  {
    "by epochs": [[ended(30), ended(4), ended(12)], ["3rd", "1st", "2nd"]],
    "ties are told, and the next place is left out": [[ended(5), ended(5), ended(9)], ["=1st", "=1st", "3rd"]],
    "who does not come there": [[ended(5), ended(null), DIVERGED], ["1st", "did not finish", "diverged"]],
    "who is on its way has no place yet": [[ended(5), ON_ITS_WAY, ended(3)], ["2nd", null, "1st"]],
    "one alone runs no race": [[ended(5)], [null]],
    "other data run another race": [[ended(5), ended(3), { ...ended(1), group: "other" }], ["2nd", "1st", null]],
    "a pin without a run": [[ended(5), null, ended(7)], ["1st", null, "2nd"]],
  },
  (runs, expected) => assert.deepEqual(textsOf(runs), expected)
);

table(
  "what a chip says in passing",
  {
    "before": [[ended(30), ended(31)], 29, ["", ""]],
    "when the first is there": [[ended(30), ended(31)], 30.4, ["1st \u00b7 30", ""]],
    "at the end": [[ended(3000), ended(null)], 100, ["", "did not finish"]],
    "diverged, at its own end": [[ended(30), DIVERGED], 7, ["", "diverged"]],
    "not before": [[ended(30), DIVERGED], 6, ["", ""]],
    "thousands": [[ended(3000), ended(4000)], 5000, ["1st \u00b7 3,000", "2nd \u00b7 4,000"]],
  },
  (runs, epoch, expected) => {
    const standings = standingsOf(runs, () => "one");
    assert.deepEqual(runs.map((run, i) => saidAt(standings[i], run, epoch)), expected);
  }
);

table("places in words", [[1, "1st"], [2, "2nd"], [3, "3rd"], [4, "4th"], [11, "11th"], [12, "12th"], [21, "21st"]], (n, text) => assert.equal(ordinal(n), text));

table("epochs to the goal are the trainer's own", [[ended(12), 12], [ended(null), NaN], [DIVERGED, NaN], [ON_ITS_WAY, NaN]], (run, expected) =>
  assert.equal(epochsToGoal(run), expected)
);
