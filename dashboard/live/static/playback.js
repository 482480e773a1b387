// Where playback stands, as a value: each function takes a state and returns the next one.

export const SPEEDS = [0.25, 0.5, 1, 2, 4];
const PLAY_MS = 3000; // what a run takes at speed 1, however long it trained
const SLOWEST_ROW_MS = 120; // a run of few epochs is over sooner

/**
 * @typedef {object} Playback
 * @property {boolean} isPlaying
 * @property {number} position in rows, fractional while playing
 * @property {number} speed
 */

/** @returns {Playback} */
export function createPlayback(speed = 1) {
  return { isPlaying: false, position: 0, speed };
}

/** From the first row, playing. */
export function restart(playback) {
  return { ...playback, position: 0, isPlaying: true };
}

/**
 * @param {Playback} playback
 * @param {number} elapsed milliseconds since the last frame
 * @param {{nRows: number, nExpected: number, isComplete: boolean}} extent rows here, rows to come
 */
export function advance(playback, elapsed, { nRows, nExpected, isComplete }) {
  if (!playback.isPlaying || nRows === 0) return playback;
  const last = nRows - 1;
  const position = Math.min(
    playback.position + (elapsed * playback.speed) / rowDuration(nExpected),
    last
  );
  const isOver = isComplete && position >= last;
  return { ...playback, position: isOver ? last : position, isPlaying: !isOver };
}

/** Play or pause; at the end, from the start again. */
export function toggle(playback, { nRows, isComplete }) {
  if (playback.isPlaying) return { ...playback, isPlaying: false };
  const isOver = isComplete && playback.position >= nRows - 1;
  return isOver ? restart(playback) : { ...playback, isPlaying: true };
}

/** Paused, `rows` further (or back). */
export function step(playback, rows, { nRows }) {
  const from = rows > 0 ? Math.floor(playback.position) : Math.ceil(playback.position);
  return seek(playback, from + rows, { nRows });
}

/** Paused at a row. */
export function seek(playback, row, { nRows }) {
  return { ...playback, isPlaying: false, position: Math.max(0, Math.min(row, nRows - 1)) };
}

export function withSpeed(playback, speed) {
  return { ...playback, speed };
}

/** Milliseconds that a row stays at speed 1. */
export function rowDuration(nExpected) {
  return Math.min(PLAY_MS / Math.max(1, nExpected - 1), SLOWEST_ROW_MS);
}
