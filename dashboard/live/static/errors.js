// Where the error of what was learned comes from: what has not converged yet (learned against least
// squares), and what noise in the data leaves (least squares against the truth).

import { number } from "./format.js";
import { isAtEnd, lossAt, paramRow, readParams, weightsAt } from "./run.js";

/** @import { Run } from "./run.js" */

const CLEAR = 2; // times as large: one part alone is the answer
const STALLED = 0.7; // of the excess loss of half the run before: minibatches keep it there
const SETTLED = 0.5; // standard errors: less than this is nothing to wait for
const NOTHING = 1e-6; // of the size of the goal

const UNKNOWN = "Noise can't be split off: nobody knows the true weights."; // of a visitor's own data

/**
 * @typedef {object} Parts of the errors of all weights, and then of the bias where there is one
 * @property {number[]} unconverged learned minus least squares
 * @property {number[]|null} noise least squares minus the truth; null where that is unknown
 * @property {number[]|null} standardErrors NaN where there is none
 */

/**
 * @param {Run} run
 * @returns {Parts|null} null while least squares is not known
 */
export function partsAt(run, position) {
  if (!run.reference) return null;
  const { weights, bias } = readParams(run, position);
  const goal = joined(run, run.reference.weights, run.reference.bias);
  const learned = joined(run, weights, bias);
  const truth = run.trueWeights && joined(run, run.trueWeights, run.trueBias);
  return {
    unconverged: goal.map((value, j) => learned[j] - value),
    noise: truth && goal.map((value, j) => value - truth[j]),
    standardErrors: standardErrorsOf(run),
  };
}

/**
 * Learned minus least squares, as pictures draw it: of many features to what a pixel shows.
 * @param {Run} run
 * @returns {number[]}
 */
export function drawnAt(run, position) {
  const goal = joined(run, run.reference.weights, run.reference.bias);
  return joined(run, weightsAt(run, position), run.bias[paramRow(run, position)]).map((value, j) => value - goal[j]);
}

/** Weights and the bias, which a line through the origin has not. */
function joined(run, weights, bias) {
  return run.start.fitIntercept === false ? Array.from(weights) : [...weights, bias];
}

/** @param {Run} run */
export function standardErrorsOf({ start, reference, nFeatures }) {
  const known = start.standardErrors ?? reference?.standardErrors;
  if (!known) return null;
  const errors = Array.from(known, (value) => value ?? NaN).slice(0, nFeatures + Number(start.fitIntercept !== false));
  return errors.some((error) => error > 0) ? errors : null;
}

/** What leads a run elsewhere than to least squares, by the name of where it leads. */
const PENALTIES = { ridge: "weight decay", lasso: "the L1 penalty", "elastic net": "both penalties" };

/** What the second part is called: where penalties have their own goal, they are a part of it. @param {Run} run */
export const noiseName = ({ reference }) => (reference?.name ? `noise and ${PENALTIES[reference.name]}` : "noise in the data");

/**
 * More epochs or more data? One sentence, or "" while least squares is not known.
 * @param {Run} run
 */
export function verdict(run, position) {
  const exact = partsAt(run, position);
  if (!exact) return "";
  const parts = exact.unconverged.some(Number.isNaN) ? { ...exact, unconverged: drawnAt(run, position) } : exact;
  if (run.end?.status === "diverged" && isAtEnd(run, position)) return "Neither epochs nor data: it diverged. Take a smaller learning rate.";
  if (!parts.unconverged.every(Number.isFinite)) return "";
  return parts.noise ? ofKnownTruth(run, position, parts) : ofUnknownTruth(run, position, parts);
}

function ofKnownTruth(run, position, { unconverged, noise }) {
  const [away, rest] = [sizeOf(run, unconverged), sizeOf(run, noise)];
  const least = NOTHING * sizeOf(run, joined(run, run.reference.weights, run.reference.bias));
  if (away <= least && rest <= least) return "Nothing is left: it has learned the truth.";
  const share = (100 * away ** 2) / (away ** 2 + rest ** 2);
  const said = { away: percent(share), rest: percent(100 - share) };
  if (away * CLEAR < rest) return `More data: ${said.rest} of the error is ${noiseName(run)}.`;
  if (isStalled(run, position)) return `Smaller steps: minibatches hold up ${said.away} of the error, however many epochs.`;
  if (away > CLEAR * rest) return `More epochs: ${said.away} of the error has not converged yet.`;
  return `Both: ${said.away} of the error has not converged yet, ${said.rest} is ${noiseName(run)}.`;
}

function ofUnknownTruth(run, position, { unconverged, standardErrors }) {
  if (!standardErrors) return UNKNOWN;
  const away = Math.max(...unconverged.map((value, j) => (standardErrors[j] > 0 ? Math.abs(value) / standardErrors[j] : 0)));
  const far = `${number(away, 2)} standard errors to go at most`;
  if (away < SETTLED) return `More data: ${far}. ${UNKNOWN}`;
  return `${isStalled(run, position) ? "Smaller steps" : "More epochs"}: ${far}. ${UNKNOWN}`;
}

/** Never 100 % of what is not all. */
const percent = (share) => `${share > 99 && share < 100 ? number(Math.floor(share * 10) / 10, 3) : Math.round(share)} %`;

/** The size of a difference of parameters: root mean square of what it makes of predictions, where rows are known. */
function sizeOf(run, difference) {
  if (run.wide) return Math.sqrt(difference.reduce((sum, value) => sum + value ** 2, 0));
  const { X, nFeatures, isTest } = run;
  const bias = difference[nFeatures] ?? 0;
  let [sum, n] = [0, 0];
  for (let i = 0; i < isTest.length; i++) {
    if (isTest[i]) continue;
    let change = bias;
    for (let j = 0; j < nFeatures; j++) change += X[i * nFeatures + j] * difference[j];
    sum += change ** 2;
    n++;
  }
  return Math.sqrt(sum / n);
}

/** Whether minibatches keep a run where it is: what its loss has above the goal has stopped falling. */
function isStalled(run, position) {
  if (!run.batchLoss) return false;
  const row = paramRow(run, position);
  const excess = (at) => lossAt(run.trainLoss, at) - run.reference.trainLoss;
  return row > 20 && mean(row * 0.9, row, excess) > STALLED * mean(row * 0.4, row * 0.5, excess);
}

function mean(from, to, value) {
  const rows = Array.from({ length: Math.floor(to) - Math.floor(from) + 1 }, (_, i) => Math.floor(from) + i);
  return rows.reduce((sum, row) => sum + value(row), 0) / rows.length;
}
