// Where the error comes from: from least squares a bar to what was learned, what has not converged yet, and
// one to the truth, noise in the data. The axis is an inverse hyperbolic sine: even near 0, like a logarithm far
// from it. A few features: a row for each, and one for the bias. Many: over their true weights.

import { dots, line } from "./canvas.js";
import { drawnAt, noiseName, partsAt, standardErrorsOf, verdict } from "./errors.js";
import { number } from "./format.js";
import { plotlyLines, plotlyName, shortened, WHOLE } from "./names.js";
import { markBeyond, writeLines } from "./off_axis.js";
import { extent, padded } from "./ranges.js";
import { fingerprint } from "./rows.js";
import { paramRow, referenceName, weightsAt } from "./run.js";

/** @import { Picture } from "./gallery.js" */
/** @import { Trace } from "./plot.js" */

const UID = "moving-weights";
const YET = "not converged yet";
const NAME_LETTERS = 20;
const TICKS = [2, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];
const WIDE_TICKS = [10, 1e3, 1e5, 1e7];
const LEAST = 5; // units that the axis reaches on either side
const FAR = 10; // times as far as the truth and zero: what went further away is told by an arrow
const LANE = 0.14; // of a row: the two bars lie beside one another
const SENTENCE = { part: 0.3, least: 0.6 }; // of the rows, and in rows: room above them
const SENTENCE_PART = 0.25; // of the height, of many features
const ROOM = 1.1;
const SMALL = 1e-3; // of the weights: the unit where neither noise nor standard errors give one

/** Whether a run has it: its features are few, or the truth is known. */
export const isFor = (run) => !run.wide || run.trueWeights !== null;

export const title = () => "Where the error comes from";

/** @type {Picture["axes"]} */
export function axes(run) {
  const ticks = run.wide ? WIDE_TICKS : TICKS;
  const values = [...ticks.map((value) => -value).reverse(), 0, ...ticks];
  const away = { tickvals: values.map(Math.asinh), ticktext: values.map((value) => number(value)), zeroline: true, zerolinecolor: "rgba(128, 128, 128, 0.7)" };
  const unit = unitName(run);
  if (run.wide) return { xTitle: "true weight", yTitle: unit, extra: { hoverdistance: 12, yaxis: away } };
  const names = namesOf(run).map((name) => plotlyName(name, NAME_LETTERS));
  const rows = { tickmode: "array", tickvals: names.map((_, j) => -j), ticktext: names, range: rowsRange(run), fixedrange: true, showgrid: false };
  return { xTitle: unit, yTitle: "", extra: { margin: { l: 138, r: 14, t: 8, b: 38 }, hoverdistance: 12, xaxis: { ...away, tickangle: 0 }, yaxis: rows } };
}

function namesOf({ start, nFeatures }) {
  const weights = nFeatures === 1 ? ["weight"] : start.featureNames.slice(0, nFeatures);
  return start.fitIntercept === false ? weights : [...weights, "bias"];
}

function rowsRange(run) {
  const n = namesOf(run).length;
  return [0.4 - n, 0.5 + Math.max(SENTENCE.least, SENTENCE.part * n)];
}

/** What 1 on the axis is: a standard error, or one number for all. */
function unitsOf(run) {
  if (!run.reference) return [1];
  run.reference.errorUnits ??= newUnits(run);
  return run.reference.errorUnits;
}

function newUnits(run) {
  const errors = standardErrorsOf(run);
  const parts = partsAt(run, 0);
  const n = parts.unconverged.length;
  const noise = parts.noise ? Math.sqrt(parts.noise.reduce((sum, value) => sum + value ** 2, 0) / n) : 0;
  const size = Math.max(...Array.from(run.reference.weights, Math.abs), Math.abs(run.reference.bias));
  const common = noise > SMALL ** 3 * size ? noise : SMALL * size || 1;
  return Array.from({ length: n }, (_, j) => (errors?.[j] > 0 ? errors[j] : common));
}

function unitName(run) {
  const errors = standardErrorsOf(run);
  if (errors?.every((error) => error > 0)) return `standard errors from ${referenceName(run)}`;
  return run.reference ? `from ${referenceName(run)}, in units of ${number(unitsOf(run)[0], 2)}` : "from least squares";
}

/** Places on the axis. */
const placed = (values, units) => values.map((value, j) => Math.asinh(value / units[j]));

/** @type {Picture["ranges"]} */
export function ranges(run) {
  const parts = partsAt(run, 0);
  const units = unitsOf(run);
  const size = (values) => Math.max(...values.map((value, j) => Math.abs(value / units[j])).filter(Number.isFinite), 0);
  const goal = parts ? Math.max(LEAST, size([...run.reference.weights, run.reference.bias].slice(0, units.length)), parts.noise ? size(parts.noise) : 0) : LEAST;
  const start = parts ? size(Array.from(weightsAt(run, 0), (value, j) => value - run.reference.weights[j])) : 0;
  const reach = Math.asinh(Math.min(Math.max(goal, start), FAR * goal)) * ROOM;
  if (!run.wide) return { x: [-reach, reach], y: rowsRange(run) };
  return { x: padded(...extent(run.trueWeights), 0.06), y: [-reach, reach * (1 + 2 * SENTENCE_PART)] };
}

/** @type {Picture["key"]} */
export const key = (run) => `${fingerprint(run)}|${unitsOf(run)}`;

/** @type {Picture["traces"]} */
export function traces(run, theme) {
  const parts = partsAt(run, 0);
  const color = theme.learned;
  /** @type {Trace} */
  const moving = { ...marks(run, YET, { color, size: run.wide ? 5 : 8 }), uid: UID };
  if (!parts?.noise) return [...certainty(run, theme), moving];
  const truth = { color: theme.truth, size: run.wide ? 4 : 9, symbol: "diamond-open", line: { width: run.wide ? 1 : 2, color: theme.truth } };
  const noise = { ...marks(run, noiseName(run), truth), ...told(run, parts.noise.map((value) => -value), -LANE) };
  return [...certainty(run, theme), ...(run.wide ? [] : [bars(run, noise, theme)]), noise, moving];
}

const marks = (run, name, marker) => ({
  name,
  x: [null],
  y: [null],
  mode: "markers",
  marker,
  hovertemplate: `%{customdata}<extra>${name}</extra>`,
});

/** Where the truth is in 95 of 100 data sets like this one: a faint bar behind each row. */
function certainty(run, theme) {
  const errors = standardErrorsOf(run);
  const margin = run.start.margin ?? run.reference?.margin;
  if (!errors || run.wide || !margin) return [];
  const reach = Math.asinh(margin);
  const rows = errors.map((_, j) => j).filter((j) => errors[j] > 0);
  return [{ name: "95 %", x: rows.flatMap(() => [-reach, reach, null]), y: rows.flatMap((j) => [-j - LANE, -j - LANE, null]), mode: "lines", line: { color: theme.grid, width: 9 }, hoverinfo: "skip" }];
}

/** The bars of noise, in the name of its marks. */
function bars(run, noise, theme) {
  return { name: noise.name, showlegend: false, x: noise.x.flatMap((x) => [0, x, null]), y: noise.y.flatMap((y) => [y, y, null]), mode: "lines", line: { color: theme.truth, width: 3 }, hoverinfo: "skip" };
}

/** Differences as the picture places them, and what hovering says of each. */
function told(run, values, lane) {
  const units = unitsOf(run);
  const names = run.wide ? null : namesOf(run);
  const away = placed(values, units);
  const said = values.map((value, j) => `${plotlyLines(names ? names[j] : `feature ${j + 1}`)}: ${number(value)}${standardErrorsOf(run) ? `<br>${number(value / units[j], 3)} standard errors` : ""}`);
  if (!run.wide) return { x: away, y: away.map((_, j) => lane - j), customdata: said };
  const n = run.nFeatures;
  return { x: Array.from(run.trueWeights), y: away.slice(0, n), customdata: said.slice(0, n) };
}

/** @type {Picture["handOver"]} */
export function handOver(run, position) {
  if (!run.reference) return [{ uid: UID, x: [], y: [] }];
  return [{ uid: UID, ...told(run, drawnAt(run, position), LANE) }];
}

/** @type {Picture["draw"]} */
export function draw(context, map, run, position, theme) {
  if (!run.reference) return;
  const { area } = map;
  if (map.shows(UID)) (run.wide ? drawMany : drawRows)(context, map, run, placed(drawnAt(run, position), unitsOf(run)), theme);
  writeLines(context, verdict(run, position), map, theme);
}

function drawRows(context, map, run, away, theme) {
  const { left, width } = map.area;
  const within = (value) => Math.max(left - 9, Math.min(map.x(value), left + width + 9));
  away.forEach((value, j) => {
    if (Number.isFinite(value)) line(context, map.x(0), map.y(LANE - j), within(value), map.y(LANE - j), { color: theme.learned, width: 3 });
    markBeyond(context, map, "x", [{ value, told: Math.sinh(value), at: map.y(LANE - j) }], theme, { color: theme.learned, digits: 2 });
  });
  dots(context, away.length, (j) => (Number.isFinite(away[j]) ? [within(away[j]), map.y(LANE - j)] : null), { color: theme.learned, radius: 4 });
}

function drawMany(context, map, run, away, theme) {
  const n = run.nFeatures;
  dots(context, n, (j) => [map.x(run.trueWeights[j]), map.y(away[j])], { color: theme.learned, radius: n > 300 ? 1.7 : 3 });
  const beyond = Array.from({ length: n }, (_, j) => ({ value: away[j], told: Math.sinh(away[j]), at: map.x(run.trueWeights[j]) }));
  markBeyond(context, map, "y", beyond, theme, { color: theme.learned, digits: 2 });
}

/** @type {Picture["table"]} */
export function table(run, position) {
  const parts = partsAt(run, position);
  const names = Array.from({ length: run.nFeatures }, (_, j) => shortened(run.start.featureNames[j] ?? `feature ${j + 1}`, WHOLE));
  const every = run.start.fitIntercept === false ? names : [...names, "bias"];
  /** @type {[string, number[]|null|undefined][]} */
  const columns = [[YET, parts?.unconverged ?? every.map(() => NaN)], [noiseName(run), parts?.noise], ["standard error", parts?.standardErrors]];
  const shown = columns.filter(([, values]) => values);
  const rows = every.map((name, j) => [name, ...shown.map(([, values]) => values[j])]);
  return { columns: ["error of", ...shown.map(([name]) => name)], rows, note: verdict(run, position).replace(/\.$/, "") };
}

/** @type {Picture["describe"]} */
export function describe(run, position) {
  const said = verdict(run, position);
  return `Where the error comes from at epoch ${run.epoch[paramRow(run, position)]}.${said && ` ${said}`}`;
}
