// Which moments of a run a movie shows, and for how long each.

/**
 * @typedef {object} Moment
 * @property {number} position in rows
 * @property {number} ms how long it is shown
 */

/**
 * As many moments as there is time for, evenly over the run, and then its end for a while.
 * @param {{nRows: number, nFrames: number, frameMs: number, restMs: number}} options
 * @returns {Moment[]}
 */
export function momentsOf({ nRows, nFrames, frameMs, restMs }) {
  const last = nRows - 1;
  const n = Math.max(2, nFrames);
  const moments = Array.from({ length: n }, (_, i) => ({ position: (last * i) / (n - 1), ms: frameMs }));
  return [...moments.slice(0, -1), { position: last, ms: frameMs + restMs }];
}

/**
 * The same in frames of one length, as videos have them.
 * @param {Moment[]} moments
 * @param {number} frameMs
 * @returns {number[]} a position for each frame
 */
export function framesOf(moments, frameMs) {
  return moments.flatMap(({ position, ms }) => Array(Math.max(1, Math.round(ms / frameMs))).fill(position));
}
