// The way that a value has come: a faint dot for each step that is in the picture. A line through them
// would be a band from edge to edge where a run leaps from one side to the other.

import { dots } from "./canvas.js";

const MOST = 300; // more could not be told apart

/** Whether a height is within the picture. */
export const isInView = ({ area: { top, height } }, y) => y >= top && y <= top + height;

/** @param {(step: number) => [number, number]} at the place of each of `n` steps, in pixels */
export function drawTrail(context, map, n, at, theme) {
  const stride = Math.max(1, Math.ceil((n - 1) / MOST));
  const place = (i) => {
    const [x, y] = at(Math.min(i * stride, n - 1));
    return isInView(map, y) ? [x, y] : null;
  };
  dots(context, Math.ceil((n - 1) / stride) + 1, place, { color: theme.batch, radius: 3.5 });
}
