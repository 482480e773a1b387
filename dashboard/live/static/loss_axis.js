// What the picture of losses counts on its x axis: epochs, updates, gradient evaluations or seconds.

/** @import { Run } from "./run.js" */

import { decimals, number } from "./format.js";

/**
 * @typedef {object} Unit
 * @property {string} title of the picture
 * @property {string} axis
 * @property {string} one in words: "epoch 3" or "3 s"
 * @property {string} hover plotly's format
 * @property {(run: Run) => Uint32Array|Float64Array} of by row
 */

/** @type {Object<string, Unit>} */
const UNITS = {
  epochs: { title: "Loss by epoch", axis: "epoch", one: "epoch %", hover: ",d", of: (run) => run.epoch },
  updates: { title: "Loss by update", axis: "update", one: "update %", hover: ",d", of: (run) => run.updates },
  gradients: { title: "Loss by gradient evaluation", axis: "gradient evaluations (1: all training rows)", one: "% evaluations", hover: ",.4~r", of: (run) => run.gradients },
  seconds: { title: "Loss by time", axis: "seconds of training", one: "% s", hover: ".3~r", of: (run) => run.seconds },
};
const EPOCHS = "epochs";
const AXES = { linear: ["linear", "linear"], log: ["linear", "log"], "log-log": ["log", "log"], "log-x": ["log", "linear"] };

/** The axis's name: people's choice, or epochs where the run does not tell of that. */
const nameOf = (run, { lossX } = /** @type {any} */ ({})) => (UNITS[lossX] && run.updates ? lossX : EPOCHS);

/**
 * What the x axis of a run's losses counts.
 * @param {Run} run
 * @param {{lossX?: string}} [display]
 */
export const unitOf = (run, display) => UNITS[nameOf(run, display)];

/**
 * Which axes are logarithmic.
 * @param {{lossAxes?: string}} display
 */
export function typesOf({ lossAxes }) {
  const [x, y] = AXES[lossAxes] ?? AXES.log;
  return { x, y };
}

/** The axes of which one, "x" or "y", is of the other type. */
export function toggled(lossAxes, axis) {
  const types = typesOf({ lossAxes });
  types[axis] = types[axis] === "log" ? "linear" : "log";
  return Object.keys(AXES).find((name) => AXES[name][0] === types.x && AXES[name][1] === types.y);
}

/**
 * The units that a run can be shown by, for a menu.
 * @param {Run} run
 */
export const unitsFor = (run) => Object.entries(UNITS).filter(([name]) => name === EPOCHS || run.updates).map(([name, { title }]) => ({ name, title }));

/** @param {Run} run @param {{lossX?: string}} [display] */
export const chosenUnit = (run, display) => nameOf(run, display);

/**
 * Where a fractional row stands on the axis.
 * @param {Run} run
 * @param {Unit} unit
 */
export function xAt(run, unit, position) {
  const values = unit.of(run);
  const row = Math.min(Math.floor(position), run.nRows - 1);
  const next = Math.min(row + 1, run.nRows - 1);
  return values[row] + (position - row) * (values[next] - values[row]);
}

/**
 * Where the axis ends for a run. One that is on its way is expected to go on as it went.
 * @param {Run} run
 * @param {Unit} unit
 */
export function lastX(run, unit) {
  const [row, values] = [run.nRows - 1, unit.of(run)];
  const last = run.end ? run.end.epoch : run.start.nEpochs;
  if (row < 0) return last;
  if (unit === UNITS.epochs) return last;
  return run.epoch[row] ? values[row] * (last / run.epoch[row]) : Math.max(values[row], 1);
}

/** The x of an epoch, between two rows where it is between theirs, and beyond the last as `lastX`. */
export function xOfEpoch(run, unit, epoch) {
  if (unit === UNITS.epochs) return epoch;
  if (epoch >= run.epoch[run.nRows - 1]) return lastX(run, unit);
  let row = 0;
  while (run.epoch[row + 1] <= epoch) row++;
  return xAt(run, unit, row + (epoch - run.epoch[row]) / (run.epoch[row + 1] - run.epoch[row]));
}

/** The smallest x above 0, with which a log axis begins. */
export function firstX(run, unit) {
  const values = unit.of(run);
  for (let row = 0; row < Math.min(run.nRows, 3); row++) if (values[row] > 0) return unit === UNITS.epochs ? 1 : values[row];
  return Math.min(1, lastX(run, unit));
}

/** A place on the axis in words: "epoch 1,000", "0.25 s". */
export const xText = ({ one, hover }, value) => one.replace("%", hover === ",d" ? decimals(value, 0) : number(value, 3));
