// A run as the browser holds it: what has arrived, and what can be read off it at a row.
// A row is a shown epoch: every epoch of a short run, a fair thinning of a long one.

import { dequantise } from "./decode.js";

const ROUNDING = 1e-11; // of the largest target: what is left of float64 after a fit
const ROUNDING_32 = 1e-7; // the same of parameters that came as float32
const CERTAIN = 1e-3; // of a loss: from here on the difference of two has three digits

/**
 * @typedef {Float32Array|Float64Array} Numbers
 *
 * @typedef {object} Start the "start" chunk: what a run is about
 * @property {number} nRows epochs to be shown, the start among them
 * @property {number} nEpochs
 * @property {number} nFeatures
 * @property {number} nPoints rows of the data set; those of the pictures may be a sample
 * @property {number} nTest
 * @property {number} [nTrain]
 * @property {boolean} wide whether it has too many features to send all of them at every row
 * @property {string[]} featureNames
 * @property {string} targetName
 * @property {{name?: string, label: string, unitExponent: number, squares?: number}} loss
 * @property {{train: number, test: number|null}} [variances] of the target, about the mean of those rows
 * @property {number|null} trueBias
 * @property {boolean} [fitIntercept]
 * @property {boolean} [standardize]
 * @property {boolean} [isTunedAlike] whether all epochs have the same rate
 * @property {{epoch: number, label: string}[]} [changes] what was set otherwise on the way
 * @property {string[]} [groups]
 * @property {number[]} [standardErrors] of weight and bias, where there is one feature
 * @property {number} [margin] of a 95 % interval, in standard errors
 * @property {{column: string}} [curve] the one column that all terms are made of; with columns curveX, curveAt and curveFeatures
 * @property {Object<string, import("./decode.js").Column>} columns
 *
 * @typedef {object} Reference the "reference" chunk: the least-squares fit
 * @property {Float64Array} weights
 * @property {number} bias
 * @property {number} trainLoss
 * @property {Float32Array} [predictions]
 * @property {Float32Array} [residuals]
 * @property {Float32Array} [partialX] residuals of each feature on the others, [point, feature]
 * @property {number[]} [follows] features that follow from others
 * @property {number[]} [constant]
 * @property {number} [endDistance]
 * @property {string|null} [name] where it is not least squares
 * @property {Float64Array} [leastSquaresWeights] where it is not least squares
 * @property {Float64Array} [standardErrors] of several weights and the bias; NaN where there is none
 * @property {number|null} [margin] of a 95 % interval, in standard errors
 * @property {number[]} [errorUnits] of the picture of errors, once it was asked for
 * @property {Landscape} [landscape] of the loss; the columns that follow are its, see `landscape.py`
 * @property {Float64Array} [origin]
 * @property {Float64Array} [toPlane] [2, nFeatures + 1]
 * @property {Float64Array} [fromPlane] [2, nFeatures + 1]
 * @property {Float64Array} [planeScale]
 * @property {Float64Array} [planeMean]
 * @property {Float64Array} [learning] [direction, nFeatures + 1]
 * @property {import("./landscape.js").LossOver} [lossOver] once it was asked for
 *
 * @typedef {object} Landscape
 * @property {string} [excuse] why there is none
 * @property {[number, number]} center
 * @property {number[]} hessian [2, 2]
 * @property {number} least
 * @property {number} yScale
 * @property {number} [biasScale]
 * @property {number|null} condition of the loss's second derivative, in all directions that change it
 * @property {number} nStill directions that do not
 *
 * @typedef {object} End the "end" chunk: the exact final state, and how it came about
 * @property {"converged"|"finished"|"diverged"} status
 * @property {number} epoch
 * @property {Float64Array} weights
 * @property {number} [bias]
 * @property {Float32Array|null} predictions
 * @property {number|null} distance
 * @property {number} elapsed seconds
 * @property {number} [gradientEvaluations] 1 for all training rows
 * @property {number|null} [epochsToGoal] until it was within 1 % of the reference's loss, and not by chance; null: never
 * @property {string|null} note
 * @property {string} engine
 * @property {string|null} engineReason
 * @property {string} solver
 * @property {boolean} isIterative
 *
 * @typedef {object} Curve what a curve over one column is drawn of
 * @property {string} column
 * @property {Numbers} x the column's value at each point shown
 * @property {Numbers} at values over its range, evenly
 * @property {Numbers} features what the features are at these, [value, feature]
 *
 * @typedef {object} Run
 * @property {Start} start
 * @property {number} nFeatures
 * @property {boolean} wide
 * @property {Numbers} X of the points shown, [point, feature]; none of a wide run
 * @property {Float32Array} y
 * @property {Uint32Array} isTest 1 for a test row
 * @property {Uint32Array} rows each point's position in the data set
 * @property {Curve|null} curve where all terms are made of one column
 * @property {Uint32Array|null} group 1 for the rows that were made otherwise
 * @property {Float32Array|null} scales the features' standard deviations, where their units differ
 * @property {Float32Array|null} trueWeights
 * @property {number|null} trueBias
 * @property {Reference|null} reference
 * @property {string|null} nameOfReference the page's own, if it has one
 * @property {End|null} end
 * @property {boolean} [isStopped] nothing more comes of it, and it has no end
 * @property {{of: Object<string, import("./zones.js").Zones|null>, nEpochs: number}|null} zones of the knobs that have any
 * @property {number|null} epochsInView of the loss by epoch, once it is chosen
 * @property {number} nRows that have come
 * @property {number} lastFiniteRow
 * @property {Uint32Array} epoch by row, as all that follow
 * @property {Float64Array} trainLoss
 * @property {Float64Array|null} testLoss
 * @property {Float64Array|null} batchLoss
 * @property {Float64Array|null} updates made until then; null: not told, as the two that follow
 * @property {Float64Array|null} gradients evaluated until then: 1 for all training rows
 * @property {Float64Array|null} seconds of the engine, told now and then: between by the updates
 * @property {Object<string, {epochs: number[], losses: number[]}>} peaks of "train", "test" and "batch" losses between rows
 * @property {Numbers} bias
 * @property {Float64Array|null} trainSquares mean squared errors, where the loss does not tell them
 * @property {Float64Array|null} testSquares
 * @property {Numbers|null} weights [row, feature]; none of a wide run
 * @property {Float32Array|null} firstWeights of a wide run, those whose features have names: exact
 * @property {number[]} keyRows the rows of a wide run's frames
 * @property {Float32Array[]} keyWeights
 * @property {Float32Array[]} keyPredictions
 * @property {{weights: number, predictions: number}[]} keySteps what each frame is rounded to; weights in effects
 * @property {number} lossLow
 * @property {number} lossHigh
 * @property {number} biasLow
 * @property {number} biasHigh
 * @property {number} weightLow in effects
 * @property {number} weightHigh
 * @property {string} [url] where it came from
 * @property {import("./doctor.js").Diagnosis|null} [diagnosis] once the doctor has looked at it; null: nothing is said
 * @property {boolean} [isPreview]
 * @property {number} [size] of the largest target
 * @property {string} [fingerprint]
 * @property {[number, number]} [clock] updates and seconds, as they were told last
 * @property {{of: Reference, x: number[], y: number[], rows: number[]}} [path] through the landscape
 */

/**
 * @param {object} start the run's "start" chunk
 * @returns {Run}
 */
export function createRun(start) {
  const { nRows, nFeatures, wide, nTest } = start;
  const size = nRows + 1; // + 1: a diverged run's last epoch
  const Params = start.curve ? Float64Array : Float32Array; // powers of one column all but cancel out
  return {
    start,
    nFeatures,
    wide,
    X: start.columns.X?.values,
    y: start.columns.y.values,
    isTest: start.columns.isTest.values,
    rows: start.columns.rows?.values ?? Uint32Array.from(start.columns.y.values.keys()),
    curve: curveOf(start),
    group: start.columns.group?.values ?? null,
    scales: start.columns.featureScales?.values ?? null,
    trueWeights: start.columns.trueWeights?.values ?? null,
    trueBias: start.trueBias,
    reference: null,
    nameOfReference: null,
    end: null,
    zones: null,
    epochsInView: null,
    nRows: 0,
    lastFiniteRow: -1,
    epoch: new Uint32Array(size),
    trainLoss: new Float64Array(size).fill(NaN),
    testLoss: nTest ? new Float64Array(size).fill(NaN) : null,
    batchLoss: null,
    updates: null,
    gradients: null,
    seconds: null,
    peaks: {},
    trainSquares: null,
    testSquares: null,
    bias: new Params(size).fill(NaN),
    weights: wide ? null : new Params(size * nFeatures),
    firstWeights: null,
    keyRows: [],
    keyWeights: [],
    keyPredictions: [],
    keySteps: [],
    lossLow: Infinity,
    lossHigh: -Infinity,
    biasLow: Infinity,
    biasHigh: -Infinity,
    weightLow: Infinity,
    weightHigh: -Infinity,
  };
}

function curveOf({ curve, columns }) {
  if (!curve) return null;
  return { column: curve.column, x: columns.curveX.values, at: columns.curveAt.values, features: columns.curveFeatures.values };
}

/**
 * Takes in a "reference", "zones", "rows", "end" or "error" chunk.
 * @param {Run} run
 */
export function addChunk(run, chunk) {
  if (chunk.kind === "rows") addRows(run, chunk);
  else if (chunk.kind === "reference") {
    const values = Object.entries(chunk.columns).map(([name, column]) => [name, column.values]);
    run.reference = { ...chunk, ...Object.fromEntries(values) };
  } else if (chunk.kind === "zones") {
    run.zones = { of: chunk.of, nEpochs: chunk.nEpochs };
  } else if (chunk.kind === "end") {
    const { weights, predictions } = chunk.columns;
    run.end = { ...chunk, weights: weights.values, predictions: predictions?.values ?? null };
  } else if (chunk.kind === "error") {
    run.isStopped = true;
  }
}

function addRows(run, { firstRow, columns, keyWeights, keyPredictions, clock }) {
  for (const name of ["trainSquares", "testSquares"]) {
    if (columns[name]) run[name] ??= new Float64Array(run.bias.length).fill(NaN);
  }
  for (const name of ["epoch", "trainLoss", "testLoss", "trainSquares", "testSquares", "bias"]) {
    if (columns[name]) run[name].set(columns[name].values, firstRow);
  }
  if (columns.batchLoss) {
    run.batchLoss ??= new Float64Array(run.bias.length).fill(NaN);
    run.batchLoss.set(columns.batchLoss.values, firstRow);
  }
  if (columns.weights) run.weights.set(columns.weights.values, firstRow * run.nFeatures);
  if (columns.firstWeights) addFirstWeights(run, firstRow, columns.firstWeights);
  if (columns.keyRows) {
    run.keyRows.push(...columns.keyRows.values);
    const scaled = framesOf(columns.keyWeights, keyWeights); // in effects of one standard deviation
    run.keyWeights.push(...scaled.map((each) => (run.scales ? each.map((effect, j) => effect / run.scales[j]) : each)));
    run.keyPredictions.push(...framesOf(columns.keyPredictions, keyPredictions));
    const steps = Array.from(columns.keyRows.values, (_, i) => ({ weights: stepOf(keyWeights, i), predictions: stepOf(keyPredictions, i) }));
    run.keySteps.push(...steps);
  }
  run.nRows = firstRow + columns.epoch.values.length;
  if (columns.updatesSince) addCost(run, firstRow, columns, clock);
  for (const name of ["train", "test", "batch"]) addPeaks(run, name, columns);
  for (let row = firstRow; row < run.nRows; row++) noteRow(run, row);
}

/** What the rows have cost, each told as what came since the one before. */
function addCost(run, firstRow, { updatesSince, rowsSince }, clock) {
  for (const name of ["updates", "gradients", "seconds"]) run[name] ??= new Float64Array(run.bias.length).fill(NaN);
  const [sinceUpdates, sinceSeconds] = run.clock ?? [0, 0];
  const [tillUpdates, tillSeconds] = clock;
  const perUpdate = tillUpdates > sinceUpdates ? (tillSeconds - sinceSeconds) / (tillUpdates - sinceUpdates) : 0;
  for (let row = firstRow, i = 0; row < run.nRows; row++, i++) {
    run.updates[row] = (run.updates[row - 1] || 0) + updatesSince.values[i];
    const looked = (run.gradients[row - 1] || 0) * run.start.nTrain + rowsSince.values[i];
    run.gradients[row] = Math.round(looked) / run.start.nTrain;
    run.seconds[row] = tillSeconds - (tillUpdates - run.updates[row]) * perUpdate;
  }
  run.clock = clock;
}

/** Losses between rows that are beyond those of both. */
function addPeaks(run, name, columns) {
  const losses = columns[`${name}Peak`]?.values;
  if (!losses) return;
  const peaks = (run.peaks[name] ??= { epochs: [], losses: [] });
  peaks.epochs.push(...columns[`${name}PeakEpoch`].values);
  peaks.losses.push(...losses);
  if (name !== "batch") for (const loss of losses) noteLoss(run, loss);
}

function addFirstWeights(run, firstRow, { values, shape: [, n] }) {
  run.firstWeights ??= new Float32Array(run.bias.length * n);
  run.firstWeights.set(values, firstRow * n);
}

/** Quantised frames, each with a scale of its own where the run explodes. */
function framesOf(column, grid) {
  const frames = dequantise(column, grid);
  return grid.scales ? frames.map((frame, i) => frame.map((value) => value * grid.scales[i])) : frames;
}

const stepOf = ({ step, scales }, i) => step * (scales?.[i] ?? 1);

/**
 * What the numbers that a picture draws at a position are rounded to: {weights, predictions}, 0 if exact.
 * @param {Run} run
 */
export function stepsAt(run, position) {
  if (!run.wide || isAtEnd(run, position)) return { weights: 0, predictions: 0 };
  const next = run.keyRows.findIndex((row) => row >= position);
  return run.keySteps.at(next);
}

function noteRow(run, row) {
  if (run.lastFiniteRow === row - 1 && rowIsFinite(run, row)) {
    run.lastFiniteRow = row;
    run.biasLow = Math.min(run.biasLow, run.bias[row]);
    run.biasHigh = Math.max(run.biasHigh, run.bias[row]);
    for (const effect of run.wide ? [] : effects(run, weightsAtRow(run, row))) {
      run.weightLow = Math.min(run.weightLow, effect);
      run.weightHigh = Math.max(run.weightHigh, effect);
    }
  }
  for (const losses of [run.trainLoss, run.testLoss]) {
    if (Number.isFinite(losses?.[row])) noteLoss(run, losses[row]);
  }
}

function noteLoss(run, loss) {
  if (loss > 0) run.lossLow = Math.min(run.lossLow, loss);
  run.lossHigh = Math.max(run.lossHigh, loss);
}

function rowIsFinite(run, row) {
  if (!Number.isFinite(run.bias[row])) return false;
  return run.wide || weightsAtRow(run, row).every(Number.isFinite);
}

function weightsAtRow(run, row) {
  return run.weights.subarray(row * run.nFeatures, (row + 1) * run.nFeatures);
}

/**
 * The last row at or before `position` whose parameters are finite: a diverged line stays there.
 * @param {Run} run
 */
export function paramRow(run, position) {
  return Math.max(0, Math.min(Math.floor(position), run.lastFiniteRow));
}

/**
 * The weights to draw at a fractional row; between a wide run's key frames they are interpolated.
 * @param {Run} run
 * @returns {Numbers} shape [nFeatures]
 */
export function weightsAt(run, position) {
  if (run.wide && isAtEnd(run, position) && run.end.weights.every(Number.isFinite)) return run.end.weights;
  return run.wide
    ? between(run.keyRows, run.keyWeights, position)
    : weightsAtRow(run, paramRow(run, position));
}

/**
 * Whether a position shows the end of training: what is told there is exact.
 * @param {Run} run
 */
export function isAtEnd(run, position) {
  return run.end !== null && position >= run.nRows - 1;
}

/**
 * Whether features are several, and few enough to be told apart by their names.
 * @param {Run} run
 */
export function isFew(run) {
  return run.nFeatures > 1 && !run.wide;
}

/**
 * Weights as a picture compares them. Of features in different units that takes the effect of one
 * standard deviation each; generated features are of one unit, and their true weights are known.
 * @param {Run} run
 */
export function effects(run, weights) {
  return run.scales && !run.trueWeights ? weights.map((weight, j) => weight * run.scales[j]) : weights;
}

/**
 * Points of the training rows (`isTest` 0) or of the test rows (1), by their place among the points.
 * @param {Run} run
 */
export function pointsOf(run, isTest) {
  return [...run.isTest.keys()].filter((i) => run.isTest[i] === isTest);
}

/** Whether any of the points is a test row: of many rows, those for the test may not be among them. */
export const hasTestPoints = (run) => run.isTest.includes(1);

/**
 * The reference fit's name: its own where it is not least squares, else the page's, or np.polyfit's where one feature and an intercept make it that.
 * @param {Run} run
 */
export function referenceName({ nFeatures, start, nameOfReference, reference }) {
  if (reference?.name) return reference.name;
  if (nameOfReference) return nameOfReference;
  return nFeatures === 1 && start.fitIntercept !== false ? "np.polyfit" : "least squares";
}

/**
 * Weights and bias as numbers to read: exact at the end of a run that has not diverged.
 * @param {Run} run
 */
export function readParams(run, position) {
  if (isAtEnd(run, position) && run.end.status !== "diverged") return run.end;
  if (run.firstWeights) return { weights: knownWeights(run, paramRow(run, position)), bias: run.bias[paramRow(run, position)] };
  return { weights: weightsAt(run, position), bias: run.bias[paramRow(run, position)] };
}

/** A wide run's weights at a row, as far as they are known exactly; NaN where they are not. */
function knownWeights({ firstWeights, bias, nFeatures }, row) {
  const n = firstWeights.length / bias.length;
  const weights = new Float32Array(nFeatures).fill(NaN);
  weights.set(firstWeights.subarray(row * n, (row + 1) * n));
  return weights;
}

/**
 * Weights and bias that the run has reached: those to draw, or, once they are no numbers any more, what
 * they are instead.
 * @param {Run} run
 */
export function reachedAt(run, position) {
  const row = Math.floor(position);
  if (row <= run.lastFiniteRow) return { weights: weightsAt(run, position), bias: run.bias[row] };
  if (run.end && row >= run.nRows - 1) return { weights: run.end.weights, bias: run.end.bias ?? run.bias[row] };
  return { weights: run.wide ? weightsAt(run, position) : weightsAtRow(run, row), bias: run.bias[row] };
}

/**
 * @param {Run} run
 * @returns {Float32Array} predictions for the points shown, shape [nShown]
 */
export function predictionsAt(run, position) {
  if (run.wide && isAtEnd(run, position) && run.end.predictions) return run.end.predictions;
  if (run.wide) return between(run.keyRows, run.keyPredictions, position);
  return predict(run, weightsAt(run, position), run.bias[paramRow(run, position)]);
}

/**
 * @param {Run} run
 * @returns {Float32Array} the reference fit's predictions for the points shown
 */
export function referencePredictions(run) {
  const { reference } = run;
  reference.predictions ??= predict(run, reference.weights, reference.bias);
  return reference.predictions;
}

/**
 * The span of what was learned on the way and what there is to learn, for an axis. A run that has
 * diverged, or has come from far away, is held to about twice the latter, or to
 * `least` beyond it.
 * @param {[number, number]} way
 * @param {[number, number]} goal
 * @returns {[number, number]}
 */
export function heldSpan([low, high], [from, to], least = 0) {
  const most = Math.max(to - from, Math.abs(from), Math.abs(to), least);
  return [Math.max(Math.min(low, from), from - most), Math.min(Math.max(high, to), to + most)];
}

/**
 * Root mean square difference between learned and reference predictions over the training rows, in the
 * target's unit: 0 below rounding, and NaN where it is not known exactly.
 * @param {Run} run
 */
export function distanceAt(run, position) {
  if (!run.reference) return NaN;
  const told = isAtEnd(run, position) ? (run.end.distance ?? run.reference.endDistance ?? null) : null;
  if (told !== null) return aboveRounding(run, told, ROUNDING);
  const hasAllRows = !run.wide && run.y.length === run.start.nPoints;
  return hasAllRows ? aboveRounding(run, gapOfPoints(run, position), ROUNDING_32) : gapOfLosses(run, Math.floor(position));
}

function aboveRounding(run, distance, part) {
  run.size ??= run.y.reduce((size, value) => Math.max(size, Math.abs(value)), 0);
  return distance > part * run.size ? distance : 0;
}

function gapOfPoints(run, position) {
  const learned = predictionsAt(run, position);
  const reference = referencePredictions(run);
  let sum = 0;
  let count = 0;
  for (let i = 0; i < learned.length; i++) {
    if (run.isTest[i]) continue;
    sum += (learned[i] - reference[i]) ** 2;
    count++;
  }
  return Math.sqrt(sum / count);
}

/** Residuals of least squares are orthogonal to every fit: mean squares differ by the squared distance. */
function gapOfLosses({ start, trainLoss, reference }, row) {
  const squares = reference.name ? 0 : start.loss.squares;
  const gap = squares * (trainLoss[row] - reference.trainLoss);
  return squares && gap > CERTAIN * squares * trainLoss[row] ? Math.sqrt(gap) : NaN;
}

/**
 * How well the predictions fit training or test rows: the root of their mean squared error, in the
 * target's unit, and what part of the target's variance it leaves out. NaN where that is not known.
 * @param {Run} run
 * @param {"train"|"test"} rows
 */
export function scoresAt(run, row, rows) {
  const { loss, variances } = run.start;
  const [losses, told] = rows === "train" ? [run.trainLoss, run.trainSquares] : [run.testLoss, run.testSquares];
  const meanSquare = loss.squares ? loss.squares * lossAt(losses, row) : told ? told[row] : NaN;
  const variance = variances?.[rows] ?? 0;
  return { rmse: Math.sqrt(meanSquare), r2: variance > 0 ? 1 - meanSquare / variance : NaN };
}

/**
 * The epoch at which a run ends, as far as that is known.
 * @param {Run} run
 */
export function lastEpoch({ end, start }) {
  return end ? end.epoch : start.nEpochs;
}

/** The last evaluated loss at or before a row: losses that cost much are not taken at every epoch. */
export function lossAt(losses, row) {
  while (row > 0 && Number.isNaN(losses[row])) row--;
  return losses[row];
}

/**
 * The row that shows `epoch`, or -1 while it has not come (or is never shown).
 * @param {Run} run
 */
export function rowOfEpoch(run, epoch) {
  let low = 0;
  let high = run.nRows - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (run.epoch[middle] < epoch) low = middle + 1;
    else high = middle;
  }
  return run.nRows > 0 && run.epoch[low] === epoch ? low : -1;
}

function predict(run, weights, bias) {
  const { X, nFeatures } = run;
  const predictions = new Float32Array(run.y.length);
  for (let i = 0; i < predictions.length; i++) {
    let sum = bias;
    for (let j = 0; j < nFeatures; j++) sum += X[i * nFeatures + j] * weights[j];
    predictions[i] = sum;
  }
  return predictions;
}

function between(keyRows, frames, position) {
  let next = 0;
  while (next < keyRows.length && keyRows[next] <= position) next++;
  if (next === 0) return frames[0];
  if (next === keyRows.length) return frames.at(-1);
  const [from, to] = [frames[next - 1], frames[next]];
  const part = (position - keyRows[next - 1]) / (keyRows[next] - keyRows[next - 1]);
  return from.map((value, i) => value + part * (to[i] - value));
}
