// Where the presenter's playhead is, and when this page's own has to jump to it: while both play, they
// drift apart by what the network takes, and only more than that is mended.

/** @import { Playback } from "../../live/static/playback.js" */

import { rowDuration } from "../../live/static/playback.js";

const DRIFT = 0.04; // of a run's rows

/**
 * @typedef {object} Playhead as the presenter's page tells it
 * @property {string} address of the run
 * @property {number} row
 * @property {boolean} isPlaying
 * @property {number} speed
 * @property {number} at
 */

/** Whether an address is that of a run from elsewhere, which can't be trained here. */
export const isWatched = (address) => address.startsWith("watched/");

/**
 * @param {Playback} playback this page's
 * @param {Playhead} told
 * @param {{nRows: number, nExpected: number}} extent rows here, rows to come
 * @param {number} [age] seconds since it was told: what played then has gone on, as far as there are rows
 * @returns {Playback}
 */
export function followed(playback, { row, isPlaying, speed }, { nRows, nExpected }, age = 0) {
  const passed = isPlaying ? (1000 * age * speed) / rowDuration(nExpected) : 0;
  const there = Math.max(0, Math.min(row + passed, nRows - 1));
  const isNear = Math.abs(playback.position - there) <= Math.max(1, DRIFT * nExpected);
  const position = isPlaying && playback.isPlaying && isNear ? playback.position : there;
  return { ...playback, position, isPlaying, speed };
}
