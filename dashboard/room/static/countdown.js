// How long a task still runs, by the server's clock.

/**
 * How much the server's clock is ahead of this one, in seconds. Of what comes over a network the earliest
 * told is the closest: later ones have waited.
 * @param {number|null} before what was known so far
 * @param {number} theirs unix seconds, as told
 * @param {number} ours as it came
 */
export const clockAhead = (before, theirs, ours) => Math.max(before ?? -Infinity, theirs - ours);

/** @param {number} endsAt unix seconds @param {number} now of the same clock */
export const secondsLeft = (endsAt, now) => Math.max(0, Math.ceil(endsAt - now));

/** 75 as 1:15. */
export const clockText = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
