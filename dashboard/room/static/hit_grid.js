// Finds the point next to a pointer among ten thousand: a grid, whose cells are as large as its reach.

/**
 * @param {number} n
 * @param {(i: number) => ArrayLike<number>|null} at a point's pixels; null: it is not there
 * @param {number} reach pixels
 */
export function createHitGrid(n, at, reach = 16) {
  /** @type {Map<number, number[]>} */
  const cells = new Map();
  const key = (column, row) => column * 65_536 + row;
  const cell = (pixel) => Math.floor(pixel / reach) + 1024;
  for (let i = 0; i < n; i++) {
    const point = at(i);
    if (!point || !Number.isFinite(point[0]) || !Number.isFinite(point[1])) continue;
    const place = key(cell(point[0]), cell(point[1]));
    const there = cells.get(place);
    if (there) there.push(i);
    else cells.set(place, [i]);
  }
  return {
    /** The nearest point within reach, of equals the last; -1: there is none. */
    nearest(x, y) {
      let [found, least] = [-1, reach * reach];
      for (let column = cell(x) - 1; column <= cell(x) + 1; column++) {
        for (let row = cell(y) - 1; row <= cell(y) + 1; row++) {
          for (const i of cells.get(key(column, row)) ?? []) {
            const point = at(i);
            const distance = (point[0] - x) ** 2 + (point[1] - y) ** 2;
            if (distance < least || (distance === least && i > found)) [found, least] = [i, distance];
          }
        }
      }
      return found;
    },
  };
}
