// Partial regression: one feature against the target, once both are rid of what the other features say.

import { dataMarker } from "./data_points.js";
import { number } from "./format.js";
import { drawLearnedLine, learnedTrace } from "./learned_line.js";
import { drawMarks } from "./marks.js";
import { plotlyLines, plotlyName, shortened, WHOLE } from "./names.js";
import { extent, hoverFormat, padded } from "./ranges.js";
import { fingerprint, hoverOf, rowName, rowNames, sampleSentence } from "./rows.js";
import { hasTestPoints, isFew, paramRow, pointsOf, reachedAt, readParams, referenceName, weightsAt } from "./run.js";

/** @import { Picture } from "./gallery.js" */

const UID = "moving-learned";
const NAME_LETTERS = 17;
const REST = ", others taken out";

export const title = () => "Partial regression";

export const showsPoints = true;

/** The feature shown: the one chosen, where the run has it. */
export function featureOf(run, { feature }) {
  return Math.max(0, run.start.featureNames.indexOf(feature));
}

/** @type {Picture["axes"]} */
export function axes(run, display) {
  const { featureNames, targetName } = run.start;
  const j = featureOf(run, display);
  const [x, y] = [featureNames[j], targetName].map((name) => plotlyName(name, NAME_LETTERS) + REST);
  return { xTitle: x, yTitle: y, extra: { annotations: annotations(run, j) } };
}

/** Why a feature has no effect of its own, or "". */
export function excuse({ start, reference }, j) {
  const name = start.featureNames[j];
  if (reference?.follows?.includes(j)) return [name, "follows from the other features: it has no effect of its own."];
  if (reference?.constant?.includes(j)) return [name, "is the same in every training row: it has no effect."];
  return null;
}

function annotations(run, j) {
  const found = excuse(run, j);
  if (!found) return [];
  const text = `'${plotlyLines(found[0])}'<br>${found[1].replace(": ", ":<br>")}`;
  return [{ text, x: 0.5, y: 0.5, xref: "paper", yref: "paper", showarrow: false }];
}

/**
 * Residuals of feature j and of the target on the other features, for every point: the whole fit's
 * residual lacks what feature j says beyond them, weight j times its own residual.
 */
export function residualsOf(run, j) {
  const { residuals, partialX } = run.reference;
  const weights = run.reference.leastSquaresWeights ?? run.reference.weights;
  const x = residuals.map((_, i) => partialX[i * run.nFeatures + j]);
  return { x, y: residuals.map((residual, i) => residual + weights[j] * x[i]) };
}

/** @type {Picture["ranges"]} */
export function ranges(run, display) {
  const j = featureOf(run, display);
  if (!run.reference || excuse(run, j)) return { x: [-1, 1], y: [-1, 1] };
  const { x, y } = residualsOf(run, j);
  return { x: padded(...extent(x), 0.05), y: padded(...extent(y), 0.08) };
}

/** @type {Picture["key"]} */
export function key(run, { feature, lineOffset, missingRows }) {
  return JSON.stringify([fingerprint(run), feature, lineOffset, missingRows]);
}

/** @type {Picture["traces"]} */
export function traces(run, theme, display) {
  const j = featureOf(run, display);
  if (!run.reference || excuse(run, j)) return [];
  const residuals = residualsOf(run, j);
  const [low, high] = padded(...extent(residuals.x), 0.5);
  const weight = run.reference.weights[j];
  /** @type {import("./plot.js").Trace[]} */
  const result = [data(run, theme, display, residuals, 0)];
  if (hasTestPoints(run)) result.push(data(run, theme, display, residuals, 1));
  result.push({
    name: referenceName(run),
    x: [low, high],
    y: [low * weight, high * weight],
    mode: "lines",
    line: { color: theme.reference, dash: "dash", width: 2 },
    hoverinfo: "skip",
  });
  return [...result, learnedTrace(UID, theme, "slope %{customdata}")];
}

function data(run, theme, display, { x, y }, isTest) {
  const points = pointsOf(run, isTest);
  return {
    name: isTest ? "test" : "data",
    x: points.map((i) => x[i]),
    y: points.map((i) => y[i]),
    text: rowNames(run, points, display),
    mode: "markers",
    marker: dataMarker(theme, run.y.length, isTest),
    hovertemplate: hoverOf(`%{x:${hoverFormat(extent(x), 4)}}, %{y:${hoverFormat(extent(y), 4)}}`, { ...display, pickable: false }),
  };
}

/** @type {Picture["handOver"]} */
export function handOver(run, position, display) {
  const j = featureOf(run, display);
  if (!run.reference || excuse(run, j)) return [];
  const [low, high] = ranges(run, display).x;
  const weight = weightsAt(run, position)[j];
  const x = Array.from({ length: 21 }, (_, i) => low + ((high - low) * i) / 20);
  return [{ uid: UID, x, y: x.map((each) => each * weight), customdata: x.map(() => number(weight, 5)) }];
}

/** @type {Picture["draw"]} */
export function draw(context, map, run, position, theme, display) {
  const j = featureOf(run, display);
  if (display.marked?.length && run.reference && !excuse(run, j)) {
    const { x, y } = residualsOf(run, j);
    drawMarks(context, map, run, x, y, theme, display);
  }
  if (!map.shows(UID)) return;
  const slope = reachedAt(run, position).weights[j];
  drawLearnedLine(context, map, (row) => [weightsAt(run, row)[j], 0], paramRow(run, position), [slope, 0], theme);
}

/** @type {Picture["table"]} */
export function table(run, position, display) {
  const j = featureOf(run, display);
  const ofOthers = (name) => `${shortened(name, WHOLE)}${REST}`;
  const columns = ["row", ofOthers(run.start.featureNames[j]), ofOthers(run.start.targetName)];
  const note = `Learned weight: ${number(readParams(run, position).weights[j], 7)}`;
  if (!run.reference || excuse(run, j)) return { columns, rows: [], note };
  const { x, y } = residualsOf(run, j);
  return { columns, rows: Array.from(x, (_, i) => [rowName(run, i, display), x[i], y[i]]), note };
}

/** @type {Picture["describe"]} */
export function describe(run, position, display) {
  const j = featureOf(run, display);
  const name = shortened(run.start.featureNames[j], 60);
  const weight = number(weightsAt(run, position)[j]);
  const found = excuse(run, j);
  const rest = found ? `'${name}' ${found[1]}` : `${referenceName(run)} has ${number(run.reference?.weights[j])}.`;
  return `Partial regression of ${name} at epoch ${run.epoch[paramRow(run, position)]}: learned weight ${weight}; ${rest}${sampleSentence(run)}`;
}

/** Whether a run has this picture. */
export const isFor = isFew;
