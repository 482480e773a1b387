// The cells of a map as they come: what became of each cell's runs, and where on the scale it stands.

import { count, number } from "../../live/static/format.js";

export const NO_RUN = 255; // the two values do not go together
const DIVERGED = 3;
const UNKNOWN = 254;
const MOST_OF = 0.95; // of the cells are within the scale's ends: one that has nearly diverged would take it all
const LEAST_RATIO = 1.02; // of the scale's ends, or equal cells would differ in colour

/** @typedef {"final_loss"|"epochs"|"spread"} Colour */

/**
 * @typedef {object} Axis as `component.py` tells it
 * @property {string} name of the setting
 * @property {string} label
 * @property {string} scale
 * @property {(number|string|null)[]} values
 * @property {string[]} texts as they read
 * @property {string[]} spelled as links say them
 */

/**
 * @typedef {object} Grid
 * @property {number} nColumns
 * @property {number} nRows
 * @property {number} nSeeds
 * @property {Float64Array} final of each run: row by row, the seeds of a cell together
 * @property {Float32Array} near
 * @property {Uint8Array} status
 * @property {Uint8Array} isNew whether a run is of the stream that comes now
 * @property {number} nDone runs of that stream
 * @property {(Cell|null)[]} cells null: nothing is known yet
 */

/**
 * @typedef {object} Cell
 * @property {number} nRuns
 * @property {number} nDiverged
 * @property {boolean} isDiverged at least half of its runs
 * @property {boolean} hasRun
 * @property {number} loss the median of those that did not diverge
 * @property {number} near the median, infinite where half of them are not near
 * @property {number} spread of the losses: from the least to the largest, as a part of the median
 */

/** @returns {Grid} */
export function createGrid({ nColumns, nRows, nSeeds }) {
  const n = nColumns * nRows * nSeeds;
  return {
    nColumns, nRows, nSeeds,
    final: new Float64Array(n).fill(NaN),
    near: new Float32Array(n).fill(Infinity),
    status: new Uint8Array(n).fill(UNKNOWN),
    isNew: new Uint8Array(n),
    nDone: 0,
    cells: Array.from({ length: nColumns * nRows }, () => null),
  };
}

/** Makes ready for another stream of the same shape: what is there stays in sight until its cell comes. */
export function renew(/** @type {Grid} */ grid) {
  grid.isNew.fill(0);
  grid.nDone = 0;
}

/** @param {Grid} grid */
export function addCells(grid, { number: numbers, final, near, status }) {
  const touched = new Set();
  numbers.values.forEach((at, i) => {
    if (at >= grid.status.length) return;
    grid.final[at] = final.values[i];
    grid.near[at] = near.values[i];
    grid.status[at] = status.values[i];
    if (!grid.isNew[at]) grid.nDone++;
    grid.isNew[at] = 1;
    touched.add(Math.floor(at / grid.nSeeds));
  });
  for (const at of touched) grid.cells[at] = summed(grid, at);
}

/** @returns {Cell|null} */
function summed({ nSeeds, final, near, status, isNew }, at) {
  const all = Array.from({ length: nSeeds }, (_, k) => at * nSeeds + k);
  const some = all.some((each) => isNew[each]);
  const runs = all.filter((each) => (some ? isNew[each] : true) && status[each] !== UNKNOWN && status[each] !== NO_RUN);
  if (!runs.length) return { nRuns: 0, nDiverged: 0, isDiverged: false, hasRun: false, loss: NaN, near: Infinity, spread: NaN };
  const held = runs.filter((each) => status[each] !== DIVERGED && Number.isFinite(final[each]));
  const losses = held.map((each) => final[each]);
  const loss = median(losses);
  const nDiverged = runs.length - held.length;
  return {
    nRuns: runs.length,
    nDiverged,
    isDiverged: 2 * nDiverged >= runs.length,
    hasRun: true,
    loss,
    near: median(runs.map((each) => (status[each] === DIVERGED ? Infinity : near[each]))),
    spread: loss > 0 && losses.length > 1 ? (Math.max(...losses) - Math.min(...losses)) / loss : 0,
  };
}

/** Of an even number the upper one: half a run is no run. */
function median(values) {
  const sorted = Float64Array.from(values).sort();
  return sorted.length ? sorted[sorted.length >> 1] : NaN;
}

/**
 * What a cell's colour says; null where that is no number: it diverged, say.
 * @param {Cell|null} cell
 * @param {Colour} colour
 */
export function valueOf(cell, colour) {
  if (!cell?.hasRun || cell.isDiverged) return null;
  const value = colour === "epochs" ? cell.near : colour === "spread" ? cell.spread : cell.loss;
  return Number.isFinite(value) ? value : null;
}

/**
 * The ends of the scale; null while there is nothing to compare.
 * @param {Grid} grid
 * @param {Colour} colour
 * @returns {{low: number, high: number, isLog: boolean}|null}
 */
export function scaleOf(grid, colour) {
  const values = grid.cells.map((cell) => valueOf(cell, colour)).filter((value) => value !== null);
  if (!values.length) return null;
  const sorted = Float64Array.from(values).sort();
  const [least, high] = [sorted[0], sorted[Math.ceil(MOST_OF * sorted.length) - 1]];
  if (colour === "spread") return { low: 0, high: high || 1, isLog: false };
  if (colour === "epochs") return { low: Math.max(1, least), high: Math.max(2, high, least * LEAST_RATIO), isLog: true };
  const low = Math.max(least, high * 1e-16, Number.MIN_VALUE * 1e16); // a loss of 0 has no place on a log scale
  return { low, high: Math.max(high, low * LEAST_RATIO), isLog: true };
}

/** Where a value stands between the scale's ends, 0 to 1. */
export function partOf({ low, high, isLog }, value) {
  const part = isLog ? Math.log(Math.max(value, low) / low) / Math.log(high / low) : (value - low) / (high - low);
  return Math.max(0, Math.min(1, part));
}

/**
 * The cell that stands out: the least loss, the fewest epochs, the least spread.
 * @param {Grid} grid
 * @param {Colour} colour
 * @returns {{column: number, row: number, value: number}|null}
 */
export function bestOf(grid, colour) {
  let best = null;
  grid.cells.forEach((cell, at) => {
    const value = valueOf(cell, colour);
    if (value !== null && (best === null || value < best.value)) best = { column: at % grid.nColumns, row: Math.floor(at / grid.nColumns), value };
  });
  return best;
}

/** What is to be read of a value, with its unit. */
export function told(value, /** @type {Colour} */ colour) {
  if (colour === "epochs") return `${count(Math.round(value))} ${value === 1 ? "epoch" : "epochs"}`;
  return colour === "spread" ? `${number(100 * value, 3)} %` : number(value, 4);
}

const NOUNS = { final_loss: "final loss", epochs: "epochs to 1 %", spread: "spread over seeds" };

/** Where a cell is, in the settings' own words. */
export function placeOf(/** @type {Axis} */ x, /** @type {Axis} */ y, column, row) {
  return `${x.label.toLowerCase()} ${x.texts[column]}, ${y.label.toLowerCase()} ${y.texts[row]}`;
}

/** All that is known of a cell, in a line. */
export function cellText(/** @type {Cell|null} */ cell) {
  if (!cell) return "not trained yet";
  if (!cell.hasRun) return "these two values do not go together";
  const seeds = cell.nRuns > 1 ? `${cell.nDiverged} of ${cell.nRuns} seeds diverged` : "diverged";
  if (cell.isDiverged) return seeds;
  const near = Number.isFinite(cell.near) ? `within 1 % after ${told(cell.near, "epochs")}` : "not within 1 % of the least loss";
  const parts = [`final loss ${told(cell.loss, "final_loss")}`, near];
  if (cell.nRuns > 1) parts.push(`seeds ${told(cell.spread, "spread")} apart`);
  if (cell.nDiverged) parts.push(seeds);
  return parts.join(" \u00b7 ");
}

/**
 * What the map shows, for those who can't see it, and in short for all.
 * @param {Grid} grid
 * @param {Axis} x
 * @param {Axis} y
 * @param {Colour} colour
 */
export function mapText(grid, x, y, colour) {
  const known = grid.cells.filter((cell) => cell?.hasRun);
  const nDiverged = known.filter((cell) => cell.isDiverged).length;
  const best = bestOf(grid, colour);
  const parts = [];
  if (best) parts.push(`Least ${NOUNS[colour]}: ${told(best.value, colour)} at ${placeOf(x, y, best.column, best.row)}.`);
  if (nDiverged) parts.push(`${count(nDiverged)} of ${count(known.length)} cells diverged.`);
  return parts.join(" ");
}

/**
 * The map as a table, the upper row first.
 * @param {Grid} grid
 * @param {Axis} x
 * @param {Axis} y
 * @param {Colour} colour
 * @returns {import("../../live/static/table.js").Table}
 */
export function tableOf(grid, x, y, colour) {
  const text = (cell) => (!cell ? "" : !cell.hasRun ? "no run" : cell.isDiverged ? "diverged" : (valueOf(cell, colour) ?? "no"));
  const rows = y.texts.map((name, row) => [name, ...x.texts.map((_, column) => text(grid.cells[row * grid.nColumns + column]))]);
  return { columns: [`${y.label} \u2191, ${x.label.toLowerCase()} \u2192`, ...x.texts], rows: rows.reverse(), note: `${NOUNS[colour][0].toUpperCase()}${NOUNS[colour].slice(1)} of each cell` };
}

/**
 * Where a value stands along an axis, in cells from its start; the middle of the first cell is 0.5.
 * @param {Axis} axis of numbers
 * @param {number} value
 * @returns {number} NaN where it is none; before the first and after the last cell, beyond them
 */
export function placeAlong({ values, scale }, value) {
  const at = (each) => (scale === "log" ? Math.log(each) : Number(each));
  const places = values.map(at);
  const wanted = at(value);
  if (!Number.isFinite(wanted) || places.length < 2) return NaN;
  let i = places.findIndex((place) => place > wanted) - 1;
  if (i === -2) i = places.length - 2;
  i = Math.max(0, i);
  return i + 0.5 + (wanted - places[i]) / (places[i + 1] - places[i]);
}
