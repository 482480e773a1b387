// Axis ranges and their ticks, as values.

const SAME_RANGE = 0.7; // new data that fill this part of the old range do not move the axes
const SPELLED = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 6 });
const RAISED = { "-": "\u207b", ...Object.fromEntries([..."\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"].map((letter, digit) => [digit, letter])) };
const LARGE = 9_700; // from here on plotly's other format would write 0.2 x 10^4 for 2,000

/** Whether the ranges in force hold the new ones without leaving most of the picture empty. */
export function suits(old, fresh) {
  return ["x", "y"].every((axis) => {
    const [low, high] = old[axis];
    const [from, to] = fresh[axis];
    return low <= from && to <= high && to - from >= SAME_RANGE * (high - low);
  });
}

/**
 * Ticks of a log axis that spans `range` (exponents): even steps in a span too short for others, 1-2-5 in
 * a short one, decades in a long one. There are as many again on either side, for who drags the axis.
 * @returns {{tickvals: number[], ticktext: string[]}} in plotly's words
 */
export function logTicks([low, high] = [0, 3]) {
  const [from, to] = [2 * low - high, 2 * high - low];
  const decades = high - low;
  let tickvals;
  if (decades < 0.6) tickvals = evenSteps(10 ** low, 10 ** high);
  else if (decades < 2.3) tickvals = powers(from, to, 1).flatMap((power) => [1, 2, 5].map((digit) => scaled(digit, power)));
  else tickvals = powers(from, to, Math.ceil(decades / 7)).map((power) => scaled(1, power));
  return { tickvals, ticktext: tickvals.map(tickText) };
}

const scaled = (digit, power) => Number(`${digit}e${power}`); // 10 ** -3 is not quite 0.001

function evenSteps(low, high) {
  const step = roundStep((high - low) / 4);
  const [first, last] = [Math.max(1, Math.floor((2 * low - high) / step)), Math.ceil((2 * high - low) / step)];
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(6)));
}

function powers(from, to, step) {
  const first = Math.floor(from / step) * step;
  return Array.from({ length: Math.ceil((to - first) / step) + 1 }, (_, i) => first + i * step);
}

/** The step of 1, 2 or 5 at the same power of ten that is nearest below. */
function roundStep(step) {
  const power = 10 ** Math.floor(Math.log10(step));
  return [5, 2, 1].find((digit) => digit * power <= step * 1.0001) * power;
}

/** A tick's value: spelled out from 0.0001 to 10,000, a power of ten beyond, in letters of one size. */
export function tickText(value) {
  if (value >= 0.9999e-4 && value <= 10_000) return SPELLED.format(value);
  const [digits, exponent] = value.toExponential().split("e");
  const raised = [...String(Number(exponent))].map((letter) => RAISED[letter]).join("");
  return `${digits === "1" ? "" : `${digits}\u00b7`}10${raised}`;
}

/** Whether numbers of this size are told in thousands and millions. */
export const isLarge = (range) => Boolean(range) && Math.max(...range.map(Math.abs)) >= LARGE;

/**
 * How plotly is to write numbers of this size when people hover: 900,000 and 0.25, but 9e+12.
 * @param {number[]} range
 * @param {number} digits significant ones
 */
export function hoverFormat([low, high], digits) {
  const size = Math.max(Math.abs(low), Math.abs(high));
  return size > 1e-3 && size < 1e9 ? `,.${digits}~r` : `.${digits}~g`;
}

/**
 * A range with room around it.
 * @returns {[number, number]}
 */
export function padded(low, high, part = 0.06) {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  const room = (high - low) * part || Math.abs(low) * 0.1 || 1;
  return [low - room, high + room];
}

/**
 * Smallest and largest of the finite values in several lists.
 * @param {...(Iterable<number>|null|undefined)} lists
 * @returns {[number, number]}
 */
export function extent(...lists) {
  let [low, high] = [Infinity, -Infinity];
  for (const list of lists) {
    for (const value of list ?? []) {
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return [low, high];
}
