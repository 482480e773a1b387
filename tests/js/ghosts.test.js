// Pinned runs behind the one in front: where they stand, what axes leave them, and how they are told apart.

import assert from "node:assert/strict";
import test from "node:test";

import { ghostsOf, looksOf, MARKS, positionAt, roomFor, shownEpoch, tailOf } from "../../dashboard/live/static/ghosts.js";
import { addChunk } from "../../dashboard/live/static/run.js";
import { endChunk, narrowRun, table } from "./harness.js";

function runOf(epochs, isEnded = true) {
  const run = narrowRun({ bias: epochs.map(() => 0), trainLoss: epochs.map(() => 1), epoch: epochs }, { nEpochs: epochs.at(-1) });
  if (isEnded) addChunk(run, endChunk({ epoch: epochs.at(-1) }));
  return run;
}

const ghostOf = (run) => ({ run, position: 0 });

table(
  "a ghost stands at the epoch, between its rows, and at its end when it is over",
  [
    [[0, 1, 2, 3], 2, 2],
    [[0, 10, 20], 5, 0.5],
    [[0, 10, 20], 17, 1.7],
    [[0, 10, 20], 99, 2],
    [[0], 7, 0],
    [[0, 1, 5, 100], 0, 0],
  ],
  (epochs, at, expected) => assert.equal(positionAt(runOf(epochs), at), expected)
);

test("playback goes on for a longer ghost, epoch by epoch, while the run in front rests", () => {
  const [run, ghosts] = [runOf([0, 1, 2]), [ghostOf(runOf([0, 1])), ghostOf(runOf([0, 2, 4, 8]))]];
  const tail = tailOf(run, ghosts);
  assert.deepEqual([tail.nRows, tail.first, tail.isComplete], [2, 2, true]);
  const epochs = [0, 1, 1.5, 2, 2.5, 3, 3.5, 4].map((position) => shownEpoch(run, ghosts, position));
  assert.deepEqual(epochs, [0, 1, 1.5, 2, 3, 4, 6, 8]);
});

test("there is nothing to play beyond the run in front where it is the longest, or a preview", () => {
  const [run, longer] = [runOf([0, 1, 2]), ghostOf(runOf([0, 9]))];
  assert.equal(tailOf(run, [ghostOf(runOf([0, 1, 2]))]).nRows, 0);
  assert.equal(tailOf({ ...run, isPreview: true }, [longer]).nRows, 0);
  assert.equal(tailOf(run, [ghostOf(runOf([0, 9], false))]).isComplete, false, "its rows may still come");
});

table(
  "axes make room for ghosts, and never squash the run in front",
  [
    [[[0, 10], [2, 8]], [0, 10]],
    [[[0, 10], [-3, 12]], [-3, 12]],
    [[[0, 10], [-1e9, 1e300]], [-5, 15]],
    [[[0, 10], [Infinity, -Infinity]], [0, 10]],
    [[[0, 10], [Infinity, 900], 2], [0, 30]],
  ],
  (given, expected) => assert.deepEqual(roomFor(...given), expected)
);

/** CIE lightness of a colour: what of it is left in grey. */
function lightness(color) {
  const linear = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  const y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  return y > 0.008856 ? 116 * y ** (1 / 3) - 16 : 903.3 * y;
}

const luminanceOf = (color) => ((lightness(color) + 16) / 116) ** 3;

table("eight colours differ in lightness, dash and mark, and stand out from the page", { light: [false, 1], dark: [true, luminanceOf("#171614")] }, (isDark, ground) => {
  const looks = Array.from({ length: 8 }, (_, color) => looksOf(color, { isDark }));
  const light = looks.map(({ color }) => lightness(color)).sort((a, b) => a - b);
  light.slice(1).forEach((each, i) => assert.ok(each - light[i] > 4.5, `${light}`));
  for (const { color } of looks) {
    const [low, high] = [luminanceOf(color), ground].sort((a, b) => a - b);
    assert.ok((high + 0.05) / (low + 0.05) >= 3, `${color} on its ground`);
  }
  assert.equal(new Set(looks.map(({ dash }) => dash.join())).size, 8);
  assert.equal(new Set(MARKS).size, 8);
});

test("a pin without rows is no ghost yet", () => {
  const pins = [1, 2].map((slot) => ({ slot, name: `${slot}`, color: slot - 1, isBaseline: false, id: "", missing: "" }));
  const ghosts = ghostsOf(pins, (slot) => (slot === 1 ? runOf([0, 1]) : null), { isDark: false });
  assert.deepEqual(ghosts.map(({ slot }) => slot), [1]);
});
