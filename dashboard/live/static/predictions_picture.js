// Several features: what is predicted against what is.

import { dots } from "./canvas.js";
import { roundedTo } from "./format.js";
import { drawMarks } from "./marks.js";
import { plotlyName, shortened } from "./names.js";
import { markBeyond } from "./off_axis.js";
import { drawResiduals } from "./residuals.js";
import { extent, hoverFormat, padded } from "./ranges.js";
import { fingerprint, hoverOf, rowNames, sampleSentence } from "./rows.js";
import { faded } from "./theme.js";
import { hasTestPoints, paramRow, pointsOf, predictionsAt, referenceName, referencePredictions, stepsAt } from "./run.js";
import { pointsTable } from "./tables.js";

/** @import { Picture } from "./gallery.js" */

const NAME_LETTERS = 26;
const MAX_MARKS = 400; // of the reference: more could not be told apart, and each frame pays for them
const ROUGH_DIGITS = 2; // of predictions for a sample of the rows, quantised where features are many
const UIDS = ["moving-train", "moving-test"];

export const title = () => "Predicted against actual";

export const showsPoints = true;

/** @type {Picture["axes"]} */
export function axes({ start }) {
  const target = plotlyName(start.targetName, NAME_LETTERS);
  return { xTitle: `actual ${target}`, yTitle: `predicted ${target}`, extra: { hoverdistance: 12 } };
}

/** @type {Picture["ranges"]} */
export function ranges(run) {
  const both = padded(...extent(run.y, run.reference && referencePredictions(run)), 0.08);
  return { x: both, y: both };
}

/** @type {Picture["key"]} */
export function key(run, { pickable, lineOffset, missingRows }) {
  return JSON.stringify([fingerprint(run), pickable, lineOffset, missingRows]);
}

/** @type {Picture["traces"]} */
export function traces(run, theme, display) {
  const [low, high] = padded(...extent(run.y), 1);
  const format = hoverFormat(extent(run.y), 5);
  const moving = (isTest, name, symbol) => ({
    uid: UIDS[isTest],
    name,
    x: [null],
    y: [null],
    text: rowNames(run, pointsOf(run, isTest), display),
    mode: "markers",
    marker: { color: theme.learned, size: 6, symbol, line: { width: 1.4, color: theme.learned } },
    hovertemplate: hoverOf(`actual %{x:${format}}, predicted %{y:${format}}`, display),
  });
  const perfect = {
    name: "perfect",
    x: [low, high],
    y: [low, high],
    mode: "lines",
    line: { color: theme.text, dash: "dot", width: 1.5 },
    hoverinfo: "skip",
  };
  const result = [perfect, ...(run.reference ? [reference(run, theme)] : []), moving(0, "training rows", "circle")];
  if (hasTestPoints(run)) result.push(moving(1, "test rows", "circle-open"));
  return result;
}

function reference(run, theme) {
  const train = pointsOf(run, 0);
  const points = train.filter((_, i) => i % Math.ceil(train.length / MAX_MARKS) === 0);
  const predictions = referencePredictions(run);
  const color = faded(theme.reference, 0.55);
  return {
    name: referenceName(run),
    x: points.map((i) => run.y[i]),
    y: points.map((i) => predictions[i]),
    mode: "markers",
    marker: { color, size: 3.6, symbol: "x-thin", line: { width: 1.2, color } },
    hoverinfo: "skip",
  };
}

/**
 * Points that can be clicked, in pixels, each with what a click on it says.
 * @type {Picture["picks"]}
 */
export function picks(run, position, map) {
  const predictions = predictionsAt(run, position);
  return [0, 1]
    .filter((isTest) => map.shows(UIDS[isTest]))
    .flatMap((isTest) => pointsOf(run, isTest))
    .map((i) => ({ x: map.x(run.y[i]), y: map.y(predictions[i]), pick: { run: run.url, row: run.rows[i] } }));
}

/**
 * What plotly gets when playback stops.
 * @type {Picture["handOver"]}
 */
export function handOver(run, position) {
  const { predictions: step } = stepsAt(run, position);
  const predictions = Array.from(predictionsAt(run, position), (value) => roundedTo(value, step));
  return UIDS.map((uid, isTest) => {
    const points = pointsOf(run, isTest);
    return { uid, x: points.map((i) => run.y[i]), y: points.map((i) => predictions[i]) };
  });
}

/** @type {Picture["draw"]} */
export function draw(context, map, run, position, theme, display) {
  const predictions = predictionsAt(run, position);
  const { residuals } = display;
  if (residuals !== "none") drawResiduals(context, map, run, run.y, predictions, theme, residuals);
  const place = (isTest) => (i) => (run.isTest[i] === isTest ? [map.x(run.y[i]), map.y(predictions[i])] : null);
  const n = run.y.length;
  if (map.shows(UIDS[0])) dots(context, n, place(0), { color: theme.learned, radius: 2.6 });
  if (map.shows(UIDS[1])) dots(context, n, place(1), { color: theme.learned, radius: 3, hollow: true });
  drawMarks(context, map, run, run.y, predictions, theme, display);
  const shown = [...run.isTest.keys()].filter((i) => map.shows(UIDS[run.isTest[i]]));
  const marks = shown.map((i) => ({ value: predictions[i], at: map.x(run.y[i]) }));
  markBeyond(context, map, "y", marks, theme, { color: theme.learned, digits: ROUGH_DIGITS });
}

export const table = pointsTable;

/** @type {Picture["describe"]} */
export function describe(run, position) {
  const target = shortened(run.start.targetName, 60);
  return `Predicted against actual ${target} at epoch ${run.epoch[paramRow(run, position)]}.${sampleSentence(run)}`;
}
