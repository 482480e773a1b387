// Runs that are pinned, as pictures draw them behind the one in front: which, in what looks, and where
// they stand. Colours differ in lightness, so that they are told apart in grey; dashes and marks differ too.

/** @import { Run } from "./run.js" */
/** @import { Theme } from "./theme.js" */

import { epochsInView } from "./converged.js";
import { valuesOn } from "./learned_curve.js";
import { plotlyText } from "./names.js";
import { effects, lastEpoch, paramRow, weightsAt } from "./run.js";

const LIGHT = ["#00659f", "#9f5d82", "#1b1b1b", "#499bca", "#692b00", "#8e8623", "#4940ac", "#003323"];
const DARK = ["#8da8cb", "#ce80ab", "#f6f6f6", "#b3d6f2", "#e8b9ae", "#f1e663", "#847fd8", "#91c0ab"];
const DASHES = [[9, 4], [2, 3], [9, 3, 2, 3], [16, 5], [5, 3], [9, 3, 2, 3, 2, 3], [1.5, 5], [14, 4, 4, 4]];
export const MARKS = ["circle", "square", "diamond", "triangle-up", "triangle-down", "x", "cross", "line-ew"];
const NAME_LETTERS = 30;
const ROOM = 0.5; // of what the run in front spans: so much more an axis shows for ghosts, on either side

/**
 * @typedef {object} Ghost
 * @property {Run} run
 * @property {number} slot
 * @property {string} name
 * @property {string} color
 * @property {number[]} dash
 * @property {string} mark the shape of its dots
 * @property {boolean} isBaseline
 * @property {number} position the row at which it stands in this frame, fractional while it plays
 *
 * @typedef {object} PinTold what the page says of a pinned run: see `dashboard/pins/told.py`
 * @property {number} slot
 * @property {string} name
 * @property {number} color
 * @property {boolean} isBaseline
 * @property {string} id of the run
 * @property {string} missing why there is no run, or ""
 */

/**
 * How pins of a colour look.
 * @param {number} color
 * @param {{isDark: boolean}} theme
 */
export function looksOf(color, { isDark }) {
  return { color: (isDark ? DARK : LIGHT)[color], dash: DASHES[color], mark: MARKS[color] };
}

/**
 * The pins that have rows to draw.
 * @param {PinTold[]} pins
 * @param {(slot: number) => Run|null} runOf
 * @param {{isDark: boolean}} theme
 * @returns {Ghost[]}
 */
export function ghostsOf(pins, runOf, theme) {
  return pins
    .map(({ slot, name, color, isBaseline }) => ({ run: runOf(slot), slot, name, isBaseline, position: 0, ...looksOf(color, theme) }))
    .filter(({ run }) => run !== null && run.nRows > 0);
}

/**
 * The same ghosts in the colours of another theme.
 * @param {Ghost[]} ghosts
 * @param {{isDark: boolean}} theme
 * @returns {Ghost[]}
 */
export function ghostsIn(ghosts, theme) {
  const colorOf = (color) => Math.max(LIGHT.indexOf(color), DARK.indexOf(color));
  return ghosts.map((ghost) => ({ ...ghost, ...looksOf(colorOf(ghost.color), theme) }));
}

/** The row at which a run stands at an epoch, between two rows where it is between theirs; its last one beyond. */
export function positionAt({ epoch, nRows }, at) {
  let [low, high] = [0, nRows - 1];
  if (at >= epoch[high]) return high;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (epoch[middle] <= at) low = middle;
    else high = middle;
  }
  return low + (at - epoch[low]) / (epoch[high] - epoch[low]);
}

/** The epoch at a fractional row. */
export function epochAt({ epoch, nRows }, position) {
  const row = Math.min(Math.floor(position), nRows - 1);
  const next = Math.min(row + 1, nRows - 1);
  return epoch[row] + (position - row) * (epoch[next] - epoch[row]);
}

/**
 * What playback has to show when the run in front is over: the rows of the longest ghost that come later.
 * @param {Run|null} run
 * @param {Ghost[]} ghosts
 */
export function tailOf(run, ghosts) {
  const none = { nRows: 0, first: 0, run: null, isComplete: true };
  if (!run || run.isPreview) return none;
  const end = lastEpoch(run);
  const later = ghosts.filter((ghost) => lastEpoch(ghost.run) > end).sort((a, b) => lastEpoch(b.run) - lastEpoch(a.run))[0];
  if (!later) return none;
  const first = Math.floor(positionAt(later.run, end)) + 1;
  return { nRows: Math.max(0, later.run.nRows - first), first, run: later.run, isComplete: later.run.end !== null };
}

/**
 * The epoch that playback shows: that of the run in front, or, when it is over, of the longest ghost.
 * @param {Run} run
 * @param {Ghost[]} ghosts
 */
export function shownEpoch(run, ghosts, position) {
  const beyond = position - (run.nRows - 1);
  if (beyond <= 0) return epochAt(run, position);
  const tail = tailOf(run, ghosts);
  if (!tail.nRows) return run.epoch[run.nRows - 1];
  const from = beyond < 1 ? run.epoch[run.nRows - 1] : epochAt(tail.run, tail.first - 1 + Math.floor(beyond));
  const to = epochAt(tail.run, tail.first - 1 + Math.ceil(beyond));
  return from + (beyond - Math.floor(beyond)) * (to - from);
}

/**
 * Ghosts whose losses mean the same as those of the run in front.
 * @param {Run} run
 * @param {Ghost[]} [ghosts]
 */
export function ofSameLoss({ start }, ghosts = []) {
  return ghosts.filter((ghost) => ghost.run.start.loss.name === start.loss.name && ghost.run.start.targetName === start.targetName);
}

/**
 * Ghosts whose weights are of the same features as those of the run in front.
 * @param {Run} run
 * @param {Ghost[]} [ghosts]
 */
export function ofSameFeatures(run, ghosts = []) {
  return ghosts.filter((ghost) => ghost.run.nFeatures === run.nFeatures && ghost.run.wide === run.wide && namesOf(ghost.run) === namesOf(run));
}

const namesOf = ({ start }) => JSON.stringify([start.targetName, start.featureNames]);

/**
 * Ghosts that are a curve, or a line, over the column of the run in front, which is one or the other itself.
 * @param {Run} front
 * @param {Ghost[]} [ghosts]
 */
export function overSameColumn(front, ghosts = []) {
  const columnOf = (run) => run.curve?.column ?? (run.nFeatures === 1 ? run.start.featureNames[0] : null);
  const column = columnOf(front);
  return ghosts.filter(({ run }) => columnOf(run) === column && run.start.targetName === front.start.targetName);
}

/**
 * What plotly gets of a ghost over one column when playback stops: its own curve, or its line between two values.
 * @param {Ghost} ghost
 * @param {number[]} ends
 */
export function ghostOverColumn(ghost, ends) {
  const { curve } = ghost.run;
  const { weights, bias } = ghostParams(ghost);
  const x = curve ? Array.from(curve.at) : ends;
  const y = curve ? Array.from(valuesOn(curve, { weights, bias })) : ends.map((value) => value * weights[0] + bias);
  return { uid: ghostUid(ghost), x, y };
}

/** A ghost's weights and bias where it stands. */
export const ghostParams = ({ run, position }) => ({ weights: weightsAt(run, position), bias: run.bias[paramRow(run, position)] });

/** A ghost's weights as the picture of the run in front compares them. */
export const ghostEffects = (run, ghost) => effects(run, weightsAt(ghost.run, ghost.position));

/** The last epoch that is of interest in the picture of losses. */
export const reachOf = (run) => (run.end ? epochsInView(run) : lastEpoch(run));

/**
 * A range with room for what ghosts span. They never squash the run in front: of what they span an axis
 * shows at most half of the range more on either side, and a zoom or a double click the rest.
 * @param {number[]} range
 * @param {number[]} span may be empty: low above high
 * @returns {[number, number]}
 */
export function roomFor([low, high], [from, to], room = ROOM) {
  const most = room * (high - low);
  return [from < low ? Math.max(from, low - most) : low, to > high ? Math.min(to, high + most) : high];
}

/** Names the ghosts that a picture has drawn, where its traces have to be made anew for others. */
export const ghostsKey = (ghosts = []) => JSON.stringify(ghosts.map(({ slot, name, color }) => [slot, name, color]));

export const ghostUid = ({ slot }) => `moving-ghost-${slot}`;

/**
 * What plotly holds of ghosts: lines that get their points by `handOver`.
 * @param {Ghost[]} ghosts
 * @param {string} hover the template of what is said of a point
 */
export function ghostTraces(ghosts, hover) {
  return ghosts.map((ghost) => {
    const name = plotlyText(ghost.name.slice(0, NAME_LETTERS));
    const line = { color: ghost.color, dash: ghost.dash.map((each) => `${each}px`).join(), width: 1.6 };
    return { uid: ghostUid(ghost), name, showlegend: false, x: [null], y: [null], mode: "lines", line, hovertemplate: `${hover}<extra>${name}</extra>` };
  });
}
