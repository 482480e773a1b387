// What the dots of runs can be drawn by: a knob, or what came of the run.

/** @import { Dot, Task } from "./present_state.js" */

import { count, plainNumber, shortNumber } from "../../live/static/format.js";

const EXACT = 1e-16; // of a loss or a distance: what is below is rounding, and zero has no logarithm
const MOST_SLACK = 1.5; // of a range that stays, over the one that would do
const MOST_DECADES = 12; // that an axis shows: what is below stands at its edge

/**
 * @typedef {object} DotAxis
 * @property {string} name
 * @property {string} label
 * @property {boolean} isLog
 * @property {boolean} [isKnob]
 * @property {boolean} [isWhole]
 * @property {(dot: Dot, task: Task) => number|null} of null: the run has no such number
 */

const knob = (name, label, rest) => ({ name, label, isKnob: true, of: (/** @type {Dot} */ dot) => dot.settings[name] ?? null, ...rest });

/** @type {DotAxis[]} */
const KNOBS = [
  knob("learning_rate", "Learning rate", { isLog: true }),
  knob("batch_size", "Batch size", { isLog: true, isWhole: true, of: (dot, task) => (dot.settings.batch_size === null ? fullBatch(task) : (dot.settings.batch_size ?? null)) }),
  knob("momentum", "Momentum", { isLog: false }),
  knob("n_epochs", "Epochs", { isLog: true, isWhole: true }),
  knob("weight_decay", "Weight decay", { isLog: false }),
  knob("l1", "L1 penalty", { isLog: false }),
];
/** @type {DotAxis[]} */
const OUTCOMES = [
  { name: "epochs_to_1_percent", label: "Epochs to 1 %", isLog: true, isWhole: true, of: ({ epochsTo1Percent }) => (epochsTo1Percent === null ? null : Math.max(1, epochsTo1Percent)) },
  { name: "final_loss", label: "Final loss", isLog: true, of: ({ finalLoss }) => (finalLoss === null ? null : Math.max(EXACT, finalLoss)) },
  { name: "distance", label: "Distance to reference", isLog: true, of: ({ distance }) => (distance === null ? null : Math.max(EXACT, distance)) },
  { name: "minutes", label: "Minutes since its start", isLog: false, of: ({ at }, { startedAt }) => Math.max(0, (at - startedAt) / 60) },
];

/** The axes that a task's dots have numbers for. */
export function axesOf({ free, knobs }) {
  const named = free.map((name) => KNOBS.find((axis) => axis.name === name) ?? knob(name, knobs?.find((each) => each.name === name)?.label ?? name, { isLog: false }));
  return [...named, ...OUTCOMES];
}

/** What a task's dots are drawn by, unless somebody chooses. */
export function usualAxes({ free, measure }) {
  return { x: free[0] ?? "minutes", y: measure === "epochs_to_1_percent" || measure === "learning_rate" ? "epochs_to_1_percent" : "final_loss" };
}

/** A full batch stands one step beyond the largest that has a number. */
function fullBatch({ knobs }) {
  const rungs = knobs?.find(({ name }) => name === "batch_size")?.rungs ?? [];
  return 2 * Math.max(1, ...rungs.filter((rung) => rung !== null));
}

/** @typedef {"arrived"|"short"|"diverged"} Fate */

/**
 * What became of a run, as its mark tells it.
 * @param {Dot} dot
 * @returns {Fate}
 */
export function fateOf({ status, epochsTo1Percent }) {
  if (status === "diverged") return "diverged";
  return epochsTo1Percent === null ? "short" : "arrived";
}

/** A number of an axis as a person reads it; a full batch is called so. */
export function textOn(axis, dot, task) {
  if (axis.name === "batch_size" && dot.settings.batch_size === null) return "full";
  const value = axis.of(dot, task);
  if (value === null) return "none";
  return axis.isWhole ? count(value) : axis.isKnob ? plainNumber(value) : shortNumber(Number(value.toPrecision(3)));
}

/**
 * An axis's range, on round numbers. The former one stays while it shows everything and is not much too wide.
 * @param {number[]} values
 * @param {boolean} isLog
 * @param {[number, number]|null} former
 * @returns {[number, number]|null} null: there is nothing to show
 */
export function rangeOf(values, isLog, former = null) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value) || (isLog && value <= 0)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return null;
  if (isLog) low = Math.max(low, high / 10 ** MOST_DECADES);
  const range = isLog ? roundDecades(low, high) : roundSpan(low, high);
  const isKept = former && former[0] <= low && high <= former[1] && spanOf(former, isLog) <= MOST_SLACK * spanOf(range, isLog);
  return isKept ? former : range;
}

const spanOf = ([low, high], isLog) => (isLog ? Math.log(high / low) : high - low);

/** What an axis shows without anything on it. */
export const emptyRange = (isLog) => /** @type {[number, number]} */ (isLog ? [0.01, 10] : [0, 1]);

/** On 1, 2, 5: a value at the very end would stand on the frame. */
function roundDecades(low, high) {
  const rungs = [1, 2, 5].map(Math.log10);
  const near = (power, side) => {
    const whole = Math.floor(power);
    const places = [...rungs.map((rung) => whole + rung), whole + 1];
    return side < 0 ? places.findLast((place) => place <= power + 1e-9) : places.find((place) => place >= power - 1e-9);
  };
  let [from, to] = [near(Math.log10(low) - 0.05, -1), near(Math.log10(high) + 0.05, 1)];
  if (to - from < 1) [from, to] = [from - 0.5, to + 0.5].map((power, i) => near(power, 2 * i - 1));
  return /** @type {[number, number]} */ ([from, to].map((power) => Number((10 ** power).toPrecision(3))));
}

function roundSpan(low, high) {
  const span = high - low || Math.abs(high) || 1;
  const unit = 10 ** Math.floor(Math.log10(span));
  const step = [0.1, 0.2, 0.5, 1].map((part) => part * unit).find((each) => span / each <= 10);
  const ends = [Math.floor(low / step - 0.2) * step, Math.ceil(high / step + 0.2) * step];
  if (low >= 0 && ends[0] < 0) ends[0] = 0; // none of these is ever below
  return /** @type {[number, number]} */ (ends.map((end) => Number(end.toPrecision(9))));
}

/** The part of an axis at which a value stands, 0 to 1 within it. */
export function partOn([low, high], isLog, value) {
  return isLog ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
}
