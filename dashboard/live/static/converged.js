// Where a run had converged: the one place that says so.

import { lastEpoch } from "./run.js";

const NEAR = 0.01; // of the loss to which it converges
const ROUNDING = 1e-12; // of the first loss
const WIDTHS = 4; // so many times as long as a run took to converge is what its picture shows
const LEAST = 2; // times that must lie beyond, or else the picture shows all

/**
 * The row from which on the training loss stays within 1 % of the reference fit's, or of the run's own
 * last one where that is lower; -1 where it does not (yet). A loss that minibatches make wobble may stay
 * there by chance for less than half of the run.
 */
export function convergedRow(run) {
  const { trainLoss, nRows, reference, end } = run;
  const last = nRows - 1;
  if (!reference || last < 1 || end?.status === "diverged") return -1;
  const goal = end && !reference.name ? Math.min(reference.trainLoss, trainLoss[last]) : reference.trainLoss;
  const rounding = trainLoss[0] * ROUNDING;
  // Ridge is no minimum of the loss itself: runs pass below it on their way.
  const least = reference.name ? goal * (1 - NEAR) - rounding : -Infinity;
  const most = goal * (1 + NEAR) + rounding;
  let row = last;
  while (row >= 0 && !(trainLoss[row] > most || trainLoss[row] < least)) row--;
  const mayBeChance = run.batchLoss && row >= last / 2;
  return row === last || mayBeChance ? -1 : row + 1;
}

/** The epochs up to which a linear axis lets the bend be seen; the last one where it takes them all. */
export function epochsInView(run) {
  const last = lastEpoch(run);
  const row = run.end ? convergedRow(run) : -1;
  if (row < 1) return last;
  const reach = roundUp(WIDTHS * run.epoch[row]);
  return LEAST * reach <= last ? reach : last;
}

/** The next number of 1, 2, 3 or 5 and zeros. */
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 3, 5, 10].find((digit) => digit * power >= value) * power;
}
