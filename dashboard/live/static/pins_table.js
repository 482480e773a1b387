// Pinned runs beside the one in front, as a table of what differs: settings first, then what came of them.
// The page's table and its CSV are made of the same rows.

/** @import { Run } from "./run.js" */

import { count, duration, number } from "./format.js";
import { fingerprint } from "./rows.js";
import { distanceAt, lossAt } from "./run.js";
import { epochsToGoal, standingsOf } from "./standings.js";

const FRONT = "On screen";
const OTHER_DATA = "Other data: not to be compared";
const OTHER_LOSS = "Another loss function: not to be compared";
const [DIGITS, DELTA_DIGITS] = [5, 3];

/**
 * @typedef {object} Column a run of the table
 * @property {string} name
 * @property {Run|null} run null while it has no rows, or where its data are not here
 * @property {boolean} isBaseline
 * @property {number} [slot]
 *
 * @typedef {object} Told settings that differ: see `dashboard/pins/told.py`
 * @property {string} name
 * @property {string} label
 * @property {(string|null)[]} values as people read them; null: the run has no use for it
 * @property {(string|null)[]} spelled as links spell them
 *
 * @typedef {object} Cell
 * @property {string} text
 * @property {string|number|null} value exact
 * @property {string} delta to the baseline, or ""
 * @property {string} why there is no delta, or ""
 *
 * @typedef {object} Row
 * @property {string} name
 * @property {string} label
 * @property {Cell[]} cells
 */

/** What comes of a run: NaN where there is nothing of the kind, or nobody knows. */
const RESULTS = [
  { name: "train_loss", label: "Final train loss", of: (run) => lossAt(run.trainLoss, run.nRows - 1), ofLoss: true },
  { name: "test_loss", label: "Final test loss", of: (run) => (run.testLoss ? lossAt(run.testLoss, run.nRows - 1) : NaN), ofLoss: true },
  { name: "distance", label: "Distance to reference", of: (run) => distanceAt(run, run.nRows - 1), ofData: true },
  { name: "epochs_to_1_percent", label: "Epochs to 1 %", of: epochsToGoal, say: (value) => count(value) },
  { name: "seconds", label: "Time of the engine", of: (run) => run.end.elapsed ?? NaN, say: duration },
  { name: "gradient_evaluations", label: "Gradient evaluations", of: (run) => run.end.gradientEvaluations ?? NaN, say: (value) => count(value) },
];

/**
 * The rows of the table.
 * @param {Column[]} columns the run in front first
 * @param {Told[]} differences
 * @returns {Row[]}
 */
export function rowsOf(columns, differences) {
  const settings = differences.map(({ name, label, values, spelled }) => ({
    name,
    label,
    cells: values.map((text, i) => ({ text: text ?? "\u2013", value: spelled[i], delta: "", why: text === null ? "Not used by this run" : "" })),
  }));
  const results = RESULTS.map((result) => ({ name: result.name, label: result.label, cells: cellsOf(columns, result) }));
  return [...settings, ...[...results, orderOf(columns)].filter(({ cells }) => cells.some(({ value }) => value !== null))];
}

/** Which pinned run is within 1 % of the goal first, second, ... */
function orderOf(columns) {
  const standings = standingsOf(columns.map(({ run, slot }) => (slot ? run : null)), raceOf);
  const isAnyThere = standings.some((standing) => Number.isFinite(standing?.place));
  const cells = standings.map((standing) => ({ text: standing?.text ?? "\u2013", value: isAnyThere ? (standing?.text ?? null) : null, delta: "", why: "" }));
  return { name: "finishing_order", label: "Finishing order", cells };
}

/** Runs of one race have the same data and the same loss. */
export const raceOf = (run) => `${run.start.loss.name} ${dataOf(run)}`;

function cellsOf(columns, { of, say = number, ofLoss = false, ofData = false }) {
  const value = ({ run }) => (run?.end ? of(run) : NaN);
  const baseline = columns.find(({ isBaseline }) => isBaseline);
  const base = baseline ? value(baseline) : NaN;
  return columns.map((column) => {
    const here = value(column);
    const cell = { text: Number.isNaN(here) ? "\u2013" : say(here, DIGITS), value: Number.isNaN(here) ? null : here, delta: "", why: "" };
    if (!baseline || column === baseline || Number.isNaN(here) || Number.isNaN(base)) return cell;
    const why = ofLoss || ofData ? notAlike(column.run, baseline.run, { ofLoss }) : "";
    return { ...cell, delta: why ? "\u2013" : signed(here - base, say), why };
  });
}

/** Why two runs' numbers can't be compared, or "". Of one loss function's losses the data must be the same, too. */
function notAlike(run, other, { ofLoss }) {
  if (dataOf(run) !== dataOf(other)) return OTHER_DATA;
  return ofLoss && run.start.loss.name !== other.start.loss.name ? OTHER_LOSS : "";
}

/** Tells data and their split apart; features may differ, which is what one compares. */
const dataOf = (run) => JSON.stringify([run.start.targetName, run.start.nPoints, run.start.nTest, run.y.length === run.start.nPoints ? rowsKey(run) : fingerprint(run)]);

const rowsKey = ({ y, isTest }) => y.reduce((sum, value, i) => sum + value * (1 + (i % 7) + 10 * isTest[i]), 0);

function signed(difference, say) {
  if (difference === 0) return "\u00b10";
  return Number.isFinite(difference) ? `${difference > 0 ? "+" : "\u2212"}${say(Math.abs(difference), DELTA_DIGITS)}` : "";
}

/**
 * The columns of the table: the run in front, then the pins.
 * @param {Run|null} front
 * @param {import("./ghosts.js").PinTold[]} pins
 * @param {(slot: number) => Run|null} runOf
 * @returns {Column[]}
 */
export function columnsOf(front, pins, runOf) {
  const others = pins.map(({ name, slot, isBaseline }) => ({ name, slot, isBaseline, run: runOf(slot) }));
  return [{ name: FRONT, run: front, isBaseline: false }, ...others];
}

const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?$/;

/** A cell that no spreadsheet takes for a formula, quoted where it must be. */
export function csvCell(value) {
  if (value === null) return "";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : value > 0 ? "inf" : "-inf";
  const safe = FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * The table as CSV: a line for each run, with every number as exact as it is, and whether it is the baseline.
 * @param {Column[]} columns
 * @param {Row[]} rows
 */
export function csvOf(columns, rows) {
  const head = ["run", "baseline", ...rows.map(({ name }) => name)];
  const lines = columns.map(({ name, isBaseline }, i) => [name, String(isBaseline), ...rows.map(({ cells }) => cells[i].value)]);
  return [head, ...lines].map((line) => line.map(csvCell).join(",")).join("\r\n") + "\r\n";
}
