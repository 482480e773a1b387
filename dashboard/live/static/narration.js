// What happens in a run, in a sentence at each milestone: how far down the loss has come, and where it
// began to explode.

import { count } from "./format.js";
import { referenceName } from "./run.js";

const EXPLODED = 10; // times the first loss

/** What is left of the way down, and what is said then. */
const STAGES = [
  { left: 0.5, words: "half of the way down to the loss of" },
  { left: 0.1, words: "nine tenths of the way down to the loss of" },
  { left: 0.01, words: "99 % of the way down to the loss of" },
];

/**
 * @typedef {object} Milestone
 * @property {number} row
 * @property {string} sentence
 *
 * @typedef {object} Told how far a run has been looked through
 * @property {Milestone[]} milestones
 * @property {number} row the next one
 * @property {number} stage the next one
 * @property {boolean} isExploded
 */

/** @type {WeakMap<object, Told>} */
const looked = new WeakMap();

/**
 * A run's milestones as far as it has come, in order.
 * @param {import("./run.js").Run} run
 * @returns {Milestone[]}
 */
export function milestonesOf(run) {
  if (!run.reference) return [];
  if (!looked.has(run)) looked.set(run, { milestones: [], row: 1, stage: 0, isExploded: false });
  const told = looked.get(run);
  for (; told.row < run.nRows; told.row++) lookAt(run, told);
  return told.milestones;
}

/**
 * What is said at a position: the last milestone's sentence, "" before the first.
 * @param {import("./run.js").Run} run
 */
export function narrated(run, position) {
  return milestonesOf(run).findLast(({ row }) => row <= position)?.sentence ?? "";
}

function lookAt(run, told) {
  const { trainLoss, reference, epoch } = run;
  const [first, goal, loss] = [trainLoss[0], reference.trainLoss, trainLoss[told.row]];
  const say = (what) => told.milestones.push({ row: told.row, sentence: `Epoch ${count(epoch[told.row])}: ${what}.` });
  if (!told.isExploded && loss > EXPLODED * Math.max(first, goal)) {
    told.isExploded = true;
    say("the loss is more than ten times what it began with");
  }
  const before = told.stage;
  while (told.stage < STAGES.length && loss - goal <= STAGES[told.stage].left * (first - goal)) told.stage++;
  if (told.stage > before && first > goal) say(`${STAGES[told.stage - 1].words} ${referenceName(run)}`);
}
