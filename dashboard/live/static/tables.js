// The tables that several pictures share: points with their predictions, and weights.

import { across } from "./data_points.js";
import { noiseName, partsAt, verdict } from "./errors.js";
import { shortened, WHOLE } from "./names.js";
import { rowName } from "./rows.js";
import { hasTestPoints, predictionsAt, readParams, referenceName, stepsAt } from "./run.js";

const ROUNDED = "Before the end of the run, predictions are rounded to what a pixel shows";
const UNKNOWN = "Before the end of the run, not every weight of so many is known exactly";

/** Every point that is drawn: its row, feature or column where there is one, target and prediction. */
export function pointsTable(run, position, display) {
  const predictions = predictionsAt(run, position);
  const { featureNames, targetName } = run.start;
  const hasParts = hasTestPoints(run);
  const isOne = run.nFeatures === 1 || run.curve !== null;
  const columns = ["row", ...(isOne ? [run.curve?.column ?? featureNames[0]] : []), targetName, "predicted", ...(hasParts ? ["part"] : [])];
  const rows = Array.from(run.y, (y, i) => [
    rowName(run, i, display),
    ...(isOne ? [across(run)[i]] : []),
    y,
    predictions[i],
    ...(hasParts ? [run.isTest[i] ? "test" : "training"] : []),
  ]);
  return { columns: columns.map((name) => shortened(name, WHOLE)), rows, note: stepsAt(run, position).predictions ? ROUNDED : "" };
}

/** Every weight: the true one, the learned one and the reference fit's. */
export function weightsTable(run, position) {
  const learned = readParams(run, position).weights;
  const parts = run.trueWeights && partsAt(run, position);
  /** @type {[string, ArrayLike<number>|null|undefined][]} */
  const known = [
    ["true", run.trueWeights],
    [referenceName(run), run.reference?.weights],
    ["not converged yet", parts?.unconverged],
    [noiseName(run), parts?.noise],
    ["standard error", parts?.standardErrors],
  ];
  const others = known.filter(([, each]) => each);
  const rows = Array.from(learned, (weight, j) => [
    shortened(run.start.featureNames[j] ?? `feature ${j + 1}`, WHOLE),
    weight,
    ...others.map(([, each]) => each[j]),
  ]);
  return { columns: ["weight of", "learned", ...others.map(([name]) => name)], rows, note: learned.some(Number.isNaN) ? UNKNOWN : parts ? verdict(run, position).replace(/\.$/, "") : "" };
}
