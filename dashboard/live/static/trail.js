// The way that a value has come: a faint dot for each step that is in the picture. A line through them
// would be a band from edge to edge where a run leaps from one side to the other.

import { dots } from "./canvas.js";
import { sideOf } from "./off_axis.js";

const MOST = 300; // more could not be told apart

/**
 * @param {number} x in pixels
 * @param {(step: number) => number} valueAt the value after each of `n` steps
 */
export function drawTrail(context, map, x, n, valueAt, theme) {
  const stride = Math.max(1, Math.ceil((n - 1) / MOST));
  const place = (i) => placeInView(map, x, valueAt(Math.min(i * stride, n - 1)));
  dots(context, Math.ceil((n - 1) / stride) + 1, place, { color: theme.batch, radius: 3.5 });
}

/** Where a value is drawn, in pixels; null where it has left the picture, which an arrow tells. */
export const placeInView = (map, x, value) => (sideOf(map, "y", value) === 0 ? [x, map.y(value)] : null);
