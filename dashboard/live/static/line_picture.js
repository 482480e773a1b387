// One feature: the learned line over the data, before pins of the same column, which may be curves.

import { hoverAt, pointPicks, pointRanges, pointsKey, pointTraces } from "./data_points.js";
import { count, number } from "./format.js";
import { drawGhostCurves } from "./ghost_paint.js";
import { ghostOverColumn, ghostsKey, ghostTraces, overSameColumn } from "./ghosts.js";
import { drawLearnedLine, learnedTrace } from "./learned_line.js";
import { drawMarks } from "./marks.js";
import { plotlyName } from "./names.js";
import { drawResiduals } from "./residuals.js";
import { extent, padded } from "./ranges.js";
import { sampleOf } from "./rows.js";
import { paramRow, predictionsAt, reachedAt, referenceName, weightsAt } from "./run.js";
import { pointsTable } from "./tables.js";

/** @import { Picture } from "./gallery.js" */

const UID = "moving-learned";
const NAME_LETTERS = 34;

/** Whether a run has a line: one feature, which is a column as it is. */
export const isFor = ({ nFeatures, curve }) => nFeatures === 1 && !curve;

export const title = () => "Data and learned line";

export const showsPoints = true;

export const ranges = pointRanges;

export const picks = pointPicks;

/** @type {Picture["axes"]} */
export function axes({ start }) {
  return {
    xTitle: plotlyName(start.featureNames[0], NAME_LETTERS),
    yTitle: plotlyName(start.targetName, NAME_LETTERS),
    extra: { hoverdistance: 12 },
  };
}

/** @type {Picture["key"]} */
export function key(run, display) {
  return JSON.stringify([...pointsKey(run, display), ghostsKey(overSameColumn(run, display.ghosts))]);
}

/** @type {Picture["traces"]} */
export function traces(run, theme, display) {
  const [low, high] = padded(...ranges(run, display).x, 0.5);
  const straight = (name, weight, bias, color, dash) => ({
    name,
    x: [low, high],
    y: [low * weight + bias, high * weight + bias],
    mode: "lines",
    line: { color, dash, width: 2 },
    hoverinfo: "skip",
  });
  const result = pointTraces(run, theme, display);
  if (run.trueWeights) {
    result.push(straight("true line", run.trueWeights[0], run.trueBias, theme.truth, "dot"));
  }
  if (run.reference) {
    const { weights, bias } = run.reference;
    result.push(straight(referenceName(run), weights[0], bias, theme.reference, "dash"));
  }
  const ghosts = ghostTraces(overSameColumn(run, display.ghosts), hoverAt(run));
  return [...result, ...ghosts, learnedTrace(UID, theme, hoverAt(run))];
}

/**
 * What plotly gets when playback stops.
 * @type {Picture["handOver"]}
 */
export function handOver(run, position, { ghosts }) {
  const [low, high] = extent(run.X);
  const lines = overSameColumn(run, ghosts).map((ghost) => ghostOverColumn(ghost, [low, high]));
  const predictions = predictionsAt(run, position);
  const order = [...run.X.keys()].sort((a, b) => run.X[a] - run.X[b]);
  const ends = order.length > 200 ? order.filter((_, i) => i % Math.ceil(order.length / 200) === 0) : order;
  return [...lines, { uid: UID, x: ends.map((i) => run.X[i]), y: ends.map((i) => predictions[i]) }];
}

/** @type {Picture["draw"]} */
export function draw(context, map, run, position, theme, display) {
  const { residuals, ghosts } = display;
  if (residuals !== "none") drawResiduals(context, map, run, run.X, predictionsAt(run, position), theme, residuals);
  drawGhostCurves(context, map, overSameColumn(run, ghosts));
  drawMarks(context, map, run, run.X, run.y, theme, display);
  if (!map.shows(UID)) return;
  const { weights, bias } = reachedAt(run, position);
  drawLearnedLine(context, map, (row) => [run.weights[row], run.bias[row]], paramRow(run, position), [weights[0], bias], theme);
}

export const table = pointsTable;

/** @type {Picture["describe"]} */
export function describe(run, position) {
  const row = paramRow(run, position);
  const weight = number(weightsAt(run, position)[0]);
  const data = sampleOf(run) || `${count(run.y.length)} data points`;
  return `${data} and the learned line at epoch ${run.epoch[row]}: slope ${weight}, intercept ${number(run.bias[row])}.`;
}
