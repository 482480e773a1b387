// The rows that a person has marked in the report: rings around their points.

/** @import { PixelMap } from "./plot.js" */
/** @import { Run } from "./run.js" */
/** @import { Display } from "./view.js" */

import { dots } from "./canvas.js";

const RADIUS = 7.5;
const STROKES = [RADIUS - 0.6, RADIUS + 0.6]; // two of them are one that is twice as wide

/**
 * @param {CanvasRenderingContext2D} context
 * @param {PixelMap} map
 * @param {Run} run
 * @param {ArrayLike<number>} x where each point is
 * @param {ArrayLike<number>} y
 * @param {import("./theme.js").Theme} theme
 * @param {Pick<Display, "marked">} display
 */
export function drawMarks(context, map, run, x, y, theme, { marked }) {
  if (!marked?.length) return;
  const rows = new Set(marked);
  const points = [...run.rows.keys()].filter((i) => rows.has(run.rows[i]));
  const place = (i) => [map.x(x[points[i]]), map.y(y[points[i]])];
  for (const radius of STROKES) dots(context, points.length, place, { color: theme.learned, radius, hollow: true });
}
