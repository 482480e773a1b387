// Where the presenter's playhead is, and when this page's own has to jump to it: while both play, they
// drift apart by what the network takes, and only more than that is mended.

/** @import { Playback } from "../../live/static/playback.js" */

const DRIFT = 0.04; // of a run's rows

/**
 * @typedef {object} Playhead as the presenter's page tells it
 * @property {string} address of the run
 * @property {number} row
 * @property {boolean} isPlaying
 * @property {number} speed
 * @property {number} at
 */

/**
 * @param {Playback} playback this page's
 * @param {Playhead} told
 * @param {{nRows: number, nExpected: number}} extent rows here, rows to come
 * @returns {Playback}
 */
export function followed(playback, { row, isPlaying, speed }, { nRows, nExpected }) {
  const there = Math.max(0, Math.min(row, nRows - 1));
  const isNear = Math.abs(playback.position - row) <= Math.max(1, DRIFT * nExpected);
  const position = isPlaying && playback.isPlaying && isNear ? playback.position : there;
  return { ...playback, position, isPlaying, speed };
}
