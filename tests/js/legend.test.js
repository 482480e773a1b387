// Legends and downloads.

import assert from "node:assert/strict";
import test from "node:test";

import { fileName } from "../../dashboard/live/static/download.js";
import { statusOf } from "../../dashboard/live/static/headline.js";
import { swatch } from "../../dashboard/live/static/legend.js";
import { endChunk, table } from "./harness.js";

table(
  "a file's name",
  {
    "a title and data": [["Loss by epoch", "Noisy line"], "loss-by-epoch-noisy-line"],
    "a path": [["Bias", "../../etc/passwd"], "bias-etc-passwd"],
    "no data": [["Bias", undefined], "bias"],
    "nothing that a name may have": [["/", "."], "picture"],
    "letters of the world": [["Bias", "\u039c\u03ad\u03b3\u03b5\u03b8\u03bf\u03c2"], "bias-\u03bc\u03ad\u03b3\u03b5\u03b8\u03bf\u03c2"],
  },
  (parts, expected) => assert.equal(fileName(...parts), expected)
);

test("a long name is cut", () => {
  assert.ok(fileName("a ".repeat(200)).length <= 80);
});

test("a swatch looks like its trace", () => {
  assert.match(swatch({ mode: "lines", line: { color: "red", dash: "dash" } }), /stroke="red".*dasharray="6 3"/);
  assert.match(swatch({ mode: "markers", marker: { color: "red" } }), /fill="red"/);
  assert.match(swatch({ mode: "markers", marker: { color: "red", symbol: "circle-open" } }), /stroke="red"/);
  const interval = swatch({ mode: "markers", marker: { color: "red", symbol: "line-ew" }, error_y: { color: "blue" } });
  assert.match(interval, /d="M10 1V11.*stroke="blue".*stroke="red"/); // an upright bar, and no dot
  assert.doesNotMatch(interval, /fill="red"/);
});

table(
  "a status has words and a tone",
  {
    diverged: [{ status: "diverged" }, 4, false, { words: "Diverged", tone: "bad" }],
    converged: [{ status: "converged" }, 4, false, { words: "Converged", tone: "good" }],
    "on its way": [{}, 2, true, { words: "Learning", tone: "busy" }],
    paused: [{}, 2, false, { words: "Paused", tone: "still" }],
  },
  (end, position, isPlaying, expected) =>
    assert.deepEqual(statusOf({ nRows: 5, end: endChunk(end) }, position, isPlaying), expected)
);

test("a run that was stopped without an end is told so at its last row", () => {
  const run = { nRows: 5, end: null, isStopped: true };
  assert.equal(statusOf(run, 4, true).words, "Stopped");
  assert.equal(statusOf(run, 2, true).words, "Learning");
});
