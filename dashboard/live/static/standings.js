// The order in which runs beside one another come within 1 % of their goal.

/** @import { Run } from "./run.js" */

import { convergedRow } from "./converged.js";
import { count } from "./format.js";

const ENDINGS = ["th", "st", "nd", "rd"];
const DIVERGED = "diverged";
const NOT_THERE = "did not finish";

/**
 * @typedef {object} Standing
 * @property {number} place 1 for the first; Infinity for who does not come there
 * @property {number} epoch at which the run is there; Infinity: never
 * @property {string} text "1st", "=2nd", or why there is no place
 */

/** The epoch from which on a run is within 1 % of its goal; NaN where it does not come there, or is on its way. */
export function epochsToGoal(run) {
  if (!run.end || run.end.status === DIVERGED) return NaN;
  if (run.end.epochsToGoal !== undefined) return run.end.epochsToGoal ?? NaN;
  const row = convergedRow(run);
  return row < 0 ? NaN : run.epoch[row];
}

/**
 * The standing of each run that has ended, by its place in the list. Those of other data or another loss run
 * another race (`groupOf` tells them apart), and one alone runs none.
 * @param {(Run|null)[]} runs
 * @param {(run: Run) => string} groupOf
 * @returns {(Standing|null)[]}
 */
export function standingsOf(runs, groupOf) {
  const groups = runs.map((run) => (run ? groupOf(run) : null));
  const epochs = runs.map((run) => (run ? epochsToGoal(run) : NaN));
  return runs.map((run, i) => {
    const others = epochs.filter((_, j) => j !== i && groups[j] === groups[i]);
    if (!run?.end || !others.length) return null;
    if (Number.isNaN(epochs[i])) return { place: Infinity, epoch: Infinity, text: run.end.status === DIVERGED ? DIVERGED : NOT_THERE };
    const place = 1 + others.filter((epoch) => epoch < epochs[i]).length;
    const isTied = others.includes(epochs[i]);
    return { place, epoch: epochs[i], text: `${isTied ? "=" : ""}${ordinal(place)}` };
  });
}

/**
 * What a chip says of a run at an epoch: its place once it is there, and at its end why it has none.
 * @param {Standing|null} standing
 * @param {Run|null} run
 */
export function saidAt(standing, run, epoch) {
  if (!standing || !run?.end) return "";
  if (standing.epoch <= epoch) return `${standing.text} \u00b7 ${count(standing.epoch)}`;
  return standing.epoch === Infinity && epoch >= run.end.epoch ? standing.text : "";
}

/** 1st, 2nd, 3rd, 4th, 11th, 21st. */
export function ordinal(n) {
  const teens = n % 100 > 10 && n % 100 < 14;
  return `${n}${(!teens && ENDINGS[n % 10]) || ENDINGS[0]}`;
}
