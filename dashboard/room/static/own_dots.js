// A person's own dots: which there are, and what they say in a task.

/**
 * @typedef {object} Dot
 * @property {number} task
 * @property {number} person
 * @property {string} run its id
 * @property {Object<string, number|null>} settings
 * @property {"converged"|"finished"|"diverged"} status
 * @property {number|null} score null: it does not count
 * @property {number|null} finalLoss
 * @property {number|null} epochsTo1Percent
 * @property {number} at
 */

/** Keeps each dot once, however often it comes. */
export function createOwnDots() {
  /** @type {Map<string, Dot>} */
  const dots = new Map();
  return {
    /** @param {Dot} dot */
    add: (dot) => void dots.set(`${dot.task}/${dot.run}`, dot),
    has: (task, run) => dots.has(`${task}/${run}`),
    /** @returns {Dot[]} */
    of: (task) => [...dots.values()].filter((dot) => dot.task === task),
    clear: () => dots.clear(),
  };
}

/**
 * The best of these dots by a task's measure; of equals the first.
 * @param {Dot[]} dots
 * @param {"smaller"|"larger"|null} better
 * @returns {Dot|null}
 */
export function bestOf(dots, better) {
  const sign = better === "larger" ? -1 : 1;
  const counted = dots.filter(({ score }) => score !== null);
  return counted.sort((one, other) => sign * (one.score - other.score) || one.at - other.at)[0] ?? null;
}
