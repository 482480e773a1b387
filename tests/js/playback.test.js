import assert from "node:assert/strict";
import test from "node:test";

import * as playback from "../../dashboard/live/static/playback.js";
import { table } from "./harness.js";

const WHOLE = { nRows: 101, nExpected: 101, isComplete: true };
const HALF = { nRows: 51, nExpected: 101, isComplete: false };
const START = playback.restart(playback.createPlayback());
const paused = (position) => ({ ...START, isPlaying: false, position });
const playing = (position) => ({ ...START, position });

table(
  "advance",
  {
    "a third of the time, a third of the rows": [START, 1000, WHOLE, playing(100 / 3)],
    "ends and stops at the last row": [START, 1e9, WHOLE, paused(100)],
    "waits for rows to come": [START, 1e9, HALF, playing(50)],
    "nothing while paused": [paused(3), 1000, WHOLE, paused(3)],
    "nothing while there are no rows": [START, 1000, { ...HALF, nRows: 0 }, START],
    "few epochs do not crawl": [START, 120, { nRows: 3, nExpected: 3, isComplete: true }, playing(1)],
    "one epoch": [START, 1, { nRows: 1, nExpected: 1, isComplete: true }, paused(0)],
  },
  (from, elapsed, extent, expected) => assert.deepEqual(playback.advance(from, elapsed, extent), expected)
);

table("speed", playback.SPEEDS.map((speed) => [speed]), (speed) => {
  const faster = playback.withSpeed(START, speed);
  assert.equal(playback.advance(faster, 300, WHOLE).position, 10 * speed);
});

table(
  "toggle",
  {
    "pauses where it is": [playing(40), WHOLE, paused(40)],
    "goes on from where it was": [paused(40), WHOLE, playing(40)],
    "starts anew at the end": [paused(100), WHOLE, playing(0)],
    "goes on at the last row that is here": [paused(50), HALF, playing(50)],
  },
  (from, extent, expected) => assert.deepEqual(playback.toggle(from, extent), expected)
);

table(
  "step",
  [[10, 1, 11], [10.5, 1, 11], [10.5, -1, 10], [10, -1, 9], [0, -1, 0], [100, 1, 100]],
  (position, rows, expected) =>
    assert.deepEqual(playback.step(playing(position), rows, WHOLE), paused(expected))
);

table("seek", [[-3, 0], [7, 7], [1e9, 100]], (row, expected) => {
  assert.deepEqual(playback.seek(START, row, WHOLE), paused(expected));
});

test("no function changes the state that it was given", () => {
  const state = Object.freeze({ ...START });
  playback.advance(state, 10, WHOLE);
  playback.toggle(state, WHOLE);
  playback.seek(state, 3, WHOLE);
  assert.deepEqual(state, START);
});
