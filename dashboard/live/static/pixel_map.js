// From data to pixels of a canvas with axes of its own, in the words of the live view's drawing.

/** @import { PixelMap } from "./plot.js" */
/** @import { Axis } from "./ticks.js" */

/**
 * @param {{x: Axis, y: Axis}} axes
 * @param {PixelMap["area"]} area
 * @param {number} textSize
 * @param {(uid: string) => boolean} [shows]
 * @returns {PixelMap}
 */
export function mapOf({ x, y }, area, textSize, shows = () => true) {
  const [across, up] = [scaleOf(x), scaleOf(y)];
  return {
    x: (value) => area.left + across.part(value) * area.width,
    y: (value) => area.top + (1 - up.part(value)) * area.height,
    at: (left, top) => [across.value((left - area.left) / area.width), up.value(1 - (top - area.top) / area.height)],
    area,
    textSize,
    xRange: x.type === "log" ? x.range.map((exponent) => 10 ** exponent) : [...x.range],
    shows,
  };
}

/** @param {Axis} axis */
function scaleOf({ type, range: [low, high] }) {
  const span = high - low || 1;
  if (type !== "log") return { part: (value) => (value - low) / span, value: (part) => low + part * span };
  return { part: (value) => (Math.log10(value) - low) / span, value: (part) => 10 ** (low + part * span) };
}
