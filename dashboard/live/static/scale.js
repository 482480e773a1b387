// Where a knob's values stand along its track, from 0 to 1: on a log axis about what matters for this
// run, or step by step.

/** @import { Knob } from "./knob.js" */
/** @import { Zones } from "./zones.js" */

import { shortNumber } from "./format.js";
import { textOf, valuesOf } from "./knob.js";

const DIGITS = 2; // of a value that was dragged to
const BELOW = 4; // decades that the axis shows below the limit, and above it
const ABOVE = 1;
const ROOM = 0.1; // decades beyond a value that is off that axis
const MOST_TICKS = 8;

/**
 * @typedef {object} Scale
 * @property {(value: number|null) => number} partOf
 * @property {(part: number) => number|null} valueAt
 * @property {(value: number|null, key: string) => number|null|undefined} moved where a key leads; undefined: nowhere
 * @property {{part: number, text: string}[]} ticks
 */

/**
 * @param {Knob} knob
 * @param {Zones|null} zones
 * @returns {Scale}
 */
export function scaleOf(knob, zones) {
  return knob.isFine ? logScale(knob, zones) : stepScale(knob);
}

/** @param {Knob} knob */
function stepScale(knob) {
  const values = valuesOf(knob);
  const last = Math.max(1, values.length - 1);
  const isEven = knob.rungs === undefined;
  const at = (index) => values[Math.max(0, Math.min(values.length - 1, index))];
  return {
    partOf: (value) => (isEven ? (value - values[0]) / (values.at(-1) - values[0] || 1) : values.indexOf(value) / last),
    valueAt: (part) => at(Math.round(part * last)),
    moved: (value, key) => {
      const index = values.indexOf(value);
      const places = { ArrowRight: index + 1, ArrowUp: index + 1, ArrowLeft: index - 1, ArrowDown: index - 1 };
      const jumps = { PageUp: index + Math.ceil(last / 10), PageDown: index - Math.ceil(last / 10), Home: 0, End: last };
      const place = { ...places, ...jumps }[key];
      return place === undefined ? undefined : at(place);
    },
    ticks: (isEven ? [0, 0.5, 1] : [0, 1]).map((part) => ({ part, text: textOf(knob, at(Math.round(part * last))) })),
  };
}

/**
 * @param {Knob} knob
 * @param {Zones|null} zones
 */
function logScale(knob, zones) {
  const [low, high] = decades(knob, zones);
  const rungs = valuesOf(knob).filter((rung) => rung > 0);
  const [least, most] = knob.bounds ?? [10 ** low, 10 ** high];
  const held = (value) => Math.max(least, Math.min(most, value));
  const power = (value, factor) => held(rounded(value * factor, DIGITS));
  return {
    partOf: (value) => (Math.log10(value) - low) / (high - low),
    valueAt: (part) => (knob.bounds ? held : Number)(rounded(10 ** (low + part * (high - low)), DIGITS)),
    moved: (value, key) => {
      if (key === "ArrowRight" || key === "ArrowUp") return rungs.find((rung) => rung > value) ?? value;
      if (key === "ArrowLeft" || key === "ArrowDown") return rungs.findLast((rung) => rung < value) ?? value;
      if (key === "PageUp") return power(value, 10);
      if (key === "PageDown") return power(value, 0.1);
      if (key === "Home") return knob.bounds?.[0] ?? rounded(10 ** low, DIGITS);
      return key === "End" ? (knob.bounds?.[1] ?? rounded(10 ** high, DIGITS)) : undefined;
    },
    ticks: ticksOf(low, high),
  };
}

/** The axis's ends as powers of ten: about the limit or the best rate, and never without the value. */
function decades({ value, rungs = [1e-9, 10], bounds = undefined }, zones) {
  if (bounds) return [Math.min(...bounds, value), Math.max(...bounds, value)].map(Math.log10);
  const center = zones?.limit ?? zones?.best ?? null;
  const around = center === null ? [Math.log10(rungs[0]), Math.log10(rungs.at(-1))] : [Math.round(Math.log10(center)) - BELOW, Math.round(Math.log10(center)) + ABOVE];
  const here = Math.log10(value);
  return [here < around[0] ? here - ROOM : around[0], here > around[1] ? here + ROOM : around[1]];
}

function ticksOf(low, high) {
  const first = Math.ceil(low - 1e-9);
  const every = Math.ceil((Math.floor(high + 1e-9) - first + 1) / MOST_TICKS);
  const ticks = [];
  for (let power = first; power <= high + 1e-9; power += every) {
    ticks.push({ part: (power - low) / (high - low), text: shortNumber(Number(`1e${power}`)) });
  }
  return ticks;
}

export const rounded = (value, digits) => Number(value.toPrecision(digits));
