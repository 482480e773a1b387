// The learned line in a picture of points, also once it has left: arrows to where its ends are now,
// and faintly the last line that could be seen.

import { line } from "./canvas.js";
import { markBeyond } from "./off_axis.js";

const IN_VIEW = 0.15; // of the picture's width: a line that is seen over less of it is a mere stroke
const INSET = 14; // pixels, of the arrows from the picture's corners

/** What plotly holds of the line: it gets its points by `handOver`. */
export const learnedTrace = (uid, theme, hover) => ({
  uid,
  name: "learned",
  x: [null],
  y: [null],
  mode: "lines",
  line: { color: theme.learned, width: 3 },
  hovertemplate: `${hover}<extra>learned</extra>`,
});

/**
 * @param {CanvasRenderingContext2D} context
 * @param {import("./plot.js").PixelMap} map
 * @param {(row: number) => [number, number]} at a row's slope and intercept
 * @param {number} row the row to draw: its numbers are finite
 * @param {[number, number]} reached slope and intercept where the run is now, finite or not
 * @param {import("./theme.js").Theme} theme
 */
export function drawLearnedLine(context, map, at, row, reached, theme) {
  const stroke = { color: theme.learned, width: 3 };
  const seen = inView(map, reached);
  if (seen) line(context, ...seen, stroke);
  if (isShown(map, seen)) return;
  for (let former = row; former >= 0; former--) {
    const faint = inView(map, at(former));
    if (!isShown(map, faint)) continue;
    line(context, ...faint, { ...stroke, color: theme.batch });
    break;
  }
  const { left, width } = map.area;
  const [start, end] = endsOf(map, reached);
  for (const mark of [{ value: start, at: left + INSET }, { value: end, at: left + width - INSET }]) {
    markBeyond(context, map, "y", [mark], theme, { color: theme.learned });
  }
}

/** How much of the picture's width a line's part in view takes. */
const isShown = (map, seen) => seen !== null && seen[2] - seen[0] >= IN_VIEW * map.area.width;

const endsOf = ({ xRange }, [slope, intercept]) => xRange.map((x) => x * slope + intercept);

/**
 * The part of a line that is in the picture, as [x1, y1, x2, y2] in pixels, or null. A canvas takes no
 * numbers of any size: what it gets is cut to the picture.
 */
export function inView(map, params) {
  const { left, width, top, height } = map.area;
  const [from, to] = endsOf(map, params).map(map.y);
  if (!Number.isFinite(from) || !Number.isFinite(to)) return null;
  const within = (y) => Math.max(top, Math.min(y, top + height));
  if (within(from) === within(to) && within(from) !== from) return null;
  const across = (y, end) => (from === to ? end : (y - from) / (to - from));
  const place = (y, end) => [left + across(within(y), end) * width, within(y)];
  return [...place(from, 0), ...place(to, 1)];
}
