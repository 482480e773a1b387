// Where the parts of a map stand on its canvas, in pixels: cells without gaps, labels that do not touch.

/**
 * @typedef {object} Layout
 * @property {number} left
 * @property {number} top
 * @property {number} width of all cells
 * @property {number} height
 * @property {number} size of the text
 * @property {number[]} columnEdges whole pixels, one more than there are columns
 * @property {number[]} rowEdges from the lowest row up
 * @property {{left: number, width: number}} bar
 */

const BAR = 14;
const GAP = 6;

/**
 * @param {{width: number, height: number, size: number}} place
 * @param {{nColumns: number, nRows: number}} grid
 * @param {{left: number, right: number}} room that the widest labels take: of the rows, and of the bar
 * @returns {Layout}
 */
export function layOut({ width, height, size }, { nColumns, nRows }, room) {
  const left = Math.ceil(room.left + GAP + size * 1.6);
  const right = Math.ceil(BAR + 2 * GAP + room.right + GAP);
  const top = Math.ceil(size * 0.6);
  const inner = { left, top, width: Math.max(nColumns, width - left - right), height: Math.max(nRows, height - top - Math.ceil(size * 3.1)) };
  const edges = (n, from, length) => Array.from({ length: n + 1 }, (_, i) => Math.round(from + (i * length) / n));
  return {
    ...inner,
    size,
    columnEdges: edges(nColumns, left, inner.width),
    rowEdges: edges(nRows, top, inner.height).reverse(),
    bar: { left: left + inner.width + 2 * GAP, width: BAR },
  };
}

/** The cell at a place; null beside them. */
export function cellAt({ columnEdges, rowEdges }, x, y) {
  const column = columnEdges.findIndex((edge) => edge > x) - 1;
  const row = rowEdges.findIndex((edge) => edge <= y) - 1;
  const isIn = x >= columnEdges[0] && column >= 0 && row >= 0 && y < rowEdges[0];
  return isIn ? { column, row } : null;
}

/** The nearest cell, wherever the pointer has been dragged to. */
export function nearestCell(layout, x, y) {
  const { columnEdges, rowEdges } = layout;
  const held = (value, low, high) => Math.max(low, Math.min(high, value));
  return cellAt(layout, held(x, columnEdges[0], columnEdges.at(-1) - 1), held(y, rowEdges.at(-1), rowEdges[0] - 1));
}

/**
 * Which labels are written: evenly spaced, and round numbers where there are any.
 * @param {string[]} texts
 * @param {number} most how many have room
 */
export function labelled(texts, most) {
  const least = Math.max(1, Math.ceil(texts.length / Math.max(1, most)));
  let [best, cost] = [[0], Infinity];
  for (let every = least; every <= Math.min(3 * least, texts.length); every++) {
    for (let first = 0; first < every; first++) {
      const chosen = texts.map((_, i) => i).filter((i) => i % every === first);
      const digits = chosen.reduce((sum, i) => sum + digitsOf(texts[i]), 0) / chosen.length;
      if (digits + every / least < cost) [best, cost] = [chosen, digits + every / least];
    }
  }
  return best;
}

/** How many digits a number takes besides zeros at its ends: few where it is a round one. */
const digitsOf = (text) => text.replace(/^[0.,]+|[.,]|0+$/g, "").length;

/** The cell after an arrow key, Home or End; null for any other key. */
export function movedBy(key, { column, row }, { nColumns, nRows }) {
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1], Home: [-nColumns, 0], End: [nColumns, 0], PageUp: [0, nRows], PageDown: [0, -nRows] };
  if (!moves[key]) return null;
  const held = (value, n) => Math.max(0, Math.min(n - 1, value));
  return { column: held(column + moves[key][0], nColumns), row: held(row + moves[key][1], nRows) };
}
