// Ticks of a canvas's own axes, as values: where they are, and what is written there.

import { logTicks } from "./ranges.js";

const STEPS = [1, 2, 5, 10];
const [LARGE, SMALL] = [1e6, 1e-4]; // beyond, numbers are written as powers of ten
const SPARE = 1e-9; // of a range: a tick on its end counts

/**
 * @typedef {object} Axis
 * @property {string} title
 * @property {"linear"|"log"} [type]
 * @property {number[]} range of a log axis: exponents
 * @property {Tick[]} [ticks] where the axis has its own
 * @property {boolean} [hasGrid] false: its ticks have no lines
 * @property {boolean} [hasZero] whether its zero has a line that is seen
 *
 * @typedef {object} Axes
 * @property {Axis} x
 * @property {Axis} y
 * @property {boolean} [isToScale] whether both are to have as many pixels to 1
 *
 * @typedef {object} Tick
 * @property {number} value
 * @property {string} text
 */

/**
 * @param {Axis} axis
 * @param {number} most how many there is room for
 * @returns {Tick[]}
 */
export function ticksFor({ type, range, ticks }, most) {
  if (ticks) return ticks.filter(({ value }) => value >= Math.min(...range) && value <= Math.max(...range));
  return type === "log" ? thinned(logTicksWithin(range), most) : linearTicks(range, most);
}

/**
 * @param {number[]} range
 * @returns {Tick[]}
 */
function linearTicks([low, high], most) {
  if (!(high > low)) return [{ value: low, text: tickText(low, 1) }];
  const ends = (step) => [Math.ceil(low / step - SPARE), Math.floor(high / step + SPARE)];
  const isOne = (step) => ends(step)[1] <= ends(step)[0]; // tick: it would tell no scale
  const steps = [most, 2 * most].map((n) => roundStep((high - low) / Math.max(1, n)));
  const step = most > 1 && isOne(steps[0]) ? steps[1] : steps[0];
  const [first, last] = ends(step);
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const value = Number(((first + i) * step).toPrecision(12));
    return { value, text: tickText(value, step) };
  });
}

/** The next step of 1, 2 or 5 at a power of ten. */
function roundStep(step) {
  const power = 10 ** Math.floor(Math.log10(step));
  return STEPS.find((digit) => digit * power >= step * (1 - SPARE)) * power;
}

/** A tick's value with the decimals that tell it from its neighbours. */
export function tickText(value, step) {
  const size = Math.abs(value);
  if (value === 0 && step < SMALL) return "0";
  if (value !== 0 && (size >= LARGE || step < SMALL)) {
    const digits = Math.max(0, Math.floor(Math.log10(size) + SPARE) - Math.floor(Math.log10(step) + SPARE));
    return value.toExponential(Math.min(digits, 12)).replace("e+", "e").replaceAll("-", "\u2212");
  }
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + SPARE));
  const format = new Intl.NumberFormat("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return format.format(value === 0 ? 0 : value).replace("-", "\u2212");
}

/**
 * @param {number[]} range
 * @returns {Tick[]}
 */
function logTicksWithin([low, high]) {
  const spare = SPARE * Math.max(1, high - low);
  const { tickvals, ticktext } = logTicks([low, high]);
  return tickvals
    .map((value, i) => ({ value, text: ticktext[i] }))
    .filter(({ value }) => Math.log10(value) >= low - spare && Math.log10(value) <= high + spare);
}

/** @param {Tick[]} ticks */
function thinned(ticks, most) {
  const every = Math.ceil(ticks.length / Math.max(1, most));
  return ticks.filter((_, i) => i % every === 0);
}
