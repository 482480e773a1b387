// Axis ranges and their ticks, as values.

const SAME_RANGE = 0.7; // new data that fill this part of the old range do not move the axes
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
 * Ticks of a log axis that spans `range` (exponents), in plotly's words: even steps in a span too short
 * for others, 1-2-5 in a short one, whole decades in a long one.
 */
export function logTick(range) {
  const decades = range ? range[1] - range[0] : 3;
  if (decades < 0.6) return `L${roundStep((10 ** range[1] - 10 ** range[0]) / 4)}`;
  return decades < 2.3 ? "D2" : Math.ceil(decades / 7);
}

/** The step of 1, 2 or 5 at the same power of ten that is nearest below. */
function roundStep(step) {
  const power = 10 ** Math.floor(Math.log10(step));
  return [5, 2, 1].find((digit) => digit * power <= step * 1.0001) * power;
}

/** Whether numbers of this size are told in thousands and millions. */
export const isLarge = (range) => Boolean(range) && Math.max(...range.map(Math.abs)) >= LARGE;

/**
 * How plotly is to write numbers of this size when people hover: 900,000 and 0.25, but 9e+12.
 * @param {number} digits significant ones
 */
export function hoverFormat([low, high], digits) {
  const size = Math.max(Math.abs(low), Math.abs(high));
  return size > 1e-3 && size < 1e9 ? `,.${digits}~r` : `.${digits}~g`;
}

/** A range with room around it. */
export function padded(low, high, part = 0.06) {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  const room = (high - low) * part || Math.abs(low) * 0.1 || 1;
  return [low - room, high + room];
}

/** Smallest and largest of the finite values in several lists. */
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
