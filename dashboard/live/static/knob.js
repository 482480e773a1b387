// A number that the run is set to, as the view's live control knows it: its values, and how they read.

import { count, plainNumber } from "./format.js";

/**
 * @typedef {object} Knob
 * @property {string} name as the address calls it
 * @property {string} label
 * @property {number|null} value null where it is called `word`
 * @property {(number|null)[]} [rungs] in order; else it goes in even steps
 * @property {boolean} [isFine] any value between the rungs will do
 * @property {number} [minimum]
 * @property {number} [maximum]
 * @property {number} [step]
 * @property {[number, number]} [bounds] what may be set: an axis that follows the zones stays within
 * @property {string} [word]
 * @property {boolean} isWhole
 */

/** @param {Knob} knob */
export function valuesOf({ value, rungs, minimum, maximum, step }) {
  const steps = rungs ?? evenSteps(minimum, maximum, step);
  if (steps.includes(value)) return steps;
  return [...steps.filter((rung) => rung !== null && rung < value), value, ...steps.filter((rung) => rung === null || rung > value)];
}

function evenSteps(minimum, maximum, step) {
  const n = Math.round((maximum - minimum) / step);
  return Array.from({ length: n + 1 }, (_, i) => Number((minimum + i * step).toPrecision(12)));
}

/** A value as a person reads it. */
export function textOf({ word = "", isWhole }, value) {
  if (value === null) return word[0].toUpperCase() + word.slice(1);
  return isWhole ? count(value) : plainNumber(value);
}

/** A value as the address spells it. */
export const spelledOf = ({ word }, value) => (value === null ? word : String(value));

/** A setting as a run's address takes it. */
export const settingOf = (knob, value) => ({ name: knob.name, text: spelledOf(knob, value) });
