// Which rows of the data the points are, and what hovering says of them.

import { count } from "./format.js";

/** How many of the data a run's pictures show, where that is not all of them; else "". */
export function sampleOf({ y, start }) {
  return y.length < start.nPoints ? `${count(y.length)} of ${count(start.nPoints)} points` : "";
}

/** The same as a sentence that follows others, or "". */
export function sampleSentence(run) {
  const sample = sampleOf(run);
  return sample && ` Drawn are ${sample}.`;
}

/**
 * The number under which people know a row of the data set, or null where they know none.
 * @param {number} row its position in the data set
 * @param {object} display
 * @param {number|null} display.lineOffset what to add to positions
 * @param {number[]} display.missingRows rising: positions that the file has and the data set has not
 */
export function rowNumber(row, { lineOffset, missingRows }) {
  if (lineOffset === null) return null;
  let position = row;
  for (const missing of missingRows) {
    if (missing > position) break;
    position++;
  }
  return position + lineOffset;
}

/** A hover line for each of these points of a run. */
export function rowNames(run, points, display) {
  if (display.lineOffset === null) return [];
  return points.map((i) => `row ${count(rowNumber(run.rows[i], display))}`);
}

/** What a table calls a point: its row's number, where it has one. */
export function rowName(run, i, display) {
  return count(rowNumber(run.rows[i], display) ?? i + 1);
}

/** A hover template that also names the row, and says what a click does. */
export function hoverOf(template, { lineOffset, pickable }) {
  const row = lineOffset === null ? "" : "<br>%{text}";
  return `${template}${row}${pickable ? "<br>click to leave this row out" : ""}<extra></extra>`;
}

/** Tells two data sets apart without comparing every number. */
export function fingerprint(run) {
  run.fingerprint ??= [run.y.length, ...[run.X, run.y, run.isTest, run.rows, run.scales, run.trueWeights, run.group].map(sum), run.trueBias].join();
  return run.fingerprint;
}

/** Tells two reference fits apart, and one from none. */
export function referenceFingerprint({ reference }) {
  return reference ? [sum(reference.weights), reference.bias, reference.trainLoss].join() : "";
}

const sum = (values) => values?.reduce((total, value, i) => total + value * ((i % 7) + 1), 0) ?? "";
