// One column, of which all terms are made: the learned curve over the data.

/** @import { Picture } from "./gallery.js" */

import { across, hoverAt, pointPicks, pointRanges, pointsKey, pointTraces } from "./data_points.js";
import { count, number } from "./format.js";
import { drawGhostCurves } from "./ghost_paint.js";
import { ghostOverColumn, ghostsKey, ghostTraces, overSameColumn } from "./ghosts.js";
import { drawLearnedCurve, valuesOn } from "./learned_curve.js";
import { learnedTrace } from "./learned_line.js";
import { drawMarks } from "./marks.js";
import { plotlyName, shortened } from "./names.js";
import { drawResiduals } from "./residuals.js";
import { sampleOf } from "./rows.js";
import { paramRow, predictionsAt, reachedAt, referenceName, weightsAt } from "./run.js";
import { pointsTable } from "./tables.js";

const UID = "moving-learned";
const NAME_LETTERS = 34;
const MOST_TERMS = 4; // that a sentence names

/** Whether a run has a curve: terms of one column, and no more of them than it sends weights of. */
export const isFor = (run) => run.curve !== null;

export const title = () => "Data and learned curve";

export const showsPoints = true;

export const ranges = pointRanges;

export const picks = pointPicks;

/** @type {Picture["axes"]} */
export function axes({ start, curve }) {
  return {
    xTitle: plotlyName(curve.column, NAME_LETTERS),
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
  const result = pointTraces(run, theme, display);
  if (run.reference) {
    result.push({
      name: referenceName(run),
      ...lineOf(run, run.reference),
      mode: "lines",
      line: { color: theme.reference, dash: "dash", width: 2 },
      hoverinfo: "skip",
    });
  }
  const ghosts = ghostTraces(overSameColumn(run, display.ghosts), hoverAt(run));
  return [...result, ...ghosts, learnedTrace(UID, theme, hoverAt(run))];
}

/** Weights and bias to draw at a row. */
const paramsOf = (run, position) => ({ weights: weightsAt(run, position), bias: run.bias[paramRow(run, position)] });

/** A curve's points, as plotly takes them. */
const lineOf = ({ curve }, params) => ({ x: Array.from(curve.at), y: Array.from(valuesOn(curve, params)) });

/**
 * What plotly gets when playback stops.
 * @type {Picture["handOver"]}
 */
export function handOver(run, position, { ghosts }) {
  const ends = [run.curve.at[0], run.curve.at.at(-1)];
  const lines = overSameColumn(run, ghosts).map((ghost) => ghostOverColumn(ghost, ends));
  return [...lines, { uid: UID, ...lineOf(run, paramsOf(run, position)) }];
}

/** @type {Picture["draw"]} */
export function draw(context, map, run, position, theme, display) {
  const { residuals, ghosts } = display;
  if (residuals !== "none") drawResiduals(context, map, run, across(run), predictionsAt(run, position), theme, residuals);
  drawGhostCurves(context, map, overSameColumn(run, ghosts));
  drawMarks(context, map, run, across(run), run.y, theme, display);
  if (!map.shows(UID)) return;
  drawLearnedCurve(context, map, run.curve, (row) => paramsOf(run, row), paramRow(run, position), reachedAt(run, position), theme);
}

export const table = pointsTable;

/** @type {Picture["describe"]} */
export function describe(run, position) {
  const { start, curve } = run;
  const [names, last] = [start.featureNames.slice(0, MOST_TERMS), curve.at.length - 1];
  const terms = names.map((name) => shortened(name, 40)).join(", ") + (run.nFeatures > names.length ? ", \u2026" : "");
  const values = valuesOn(curve, paramsOf(run, position));
  const told = [0, last >> 1, last].map((i) => `${number(values[i])} at ${number(curve.at[i])}`).join(", ");
  const data = sampleOf(run) || `${count(run.y.length)} data points`;
  const name = shortened(curve.column, 60);
  return `${data} over ${name} and the learned curve of ${terms} at epoch ${run.epoch[paramRow(run, position)]}: ${told}.`;
}
