// One feature: how far weight and bias are from least squares, in standard errors, beside its 95 %
// intervals and the truth. The axis is an inverse hyperbolic sine: even near 0, like a logarithm far from it.

import { dots } from "./canvas.js";
import { verdict } from "./errors.js";
import { number } from "./format.js";
import { markBeyond } from "./off_axis.js";
import { fingerprint } from "./rows.js";
import { paramRow, reachedAt, readParams, referenceName } from "./run.js";
import { drawTrail, placeInView } from "./trail.js";

/** @import { Picture } from "./gallery.js" */

export const title = () => "Weight and bias";

const UID = "moving-weights";
const NAMES = ["weight", "bias"];
const TICKS = [2, 10, 100, 1e3, 1e4, 1e5, 1e6];
const LEAST = 5; // standard errors that the axis reaches on either side
const FAR = 10; // times as far as the truth and zero: what went further away is told by an arrow
const TRAIL = { part: 0.1, least: 10 }; // of a run's rows
const ROOM = 1.1;

/** Whether a run's weight is shown in this way: where least squares is not exact, and leaves an uncertainty. */
export const isFor = ({ nFeatures, start }) => nFeatures === 1 && Boolean(start.standardErrors);

/** @type {Picture["axes"]} */
export function axes() {
  const values = [...TICKS.map((value) => -value).reverse(), 0, ...TICKS];
  return {
    xTitle: "",
    yTitle: "standard errors away",
    extra: {
      hoverdistance: 12,
      xaxis: { tickvals: [0, 1], ticktext: NAMES, range: PLACES, fixedrange: true, showgrid: false },
      yaxis: { tickvals: values.map(Math.asinh), ticktext: values.map((value) => number(value)), zeroline: true },
    },
  };
}

const PLACES = [-0.5, 1.5];

export const key = fingerprint;

/** Places on the axis of a weight and a bias. */
export function placed({ reference, start }, params) {
  const estimates = [reference.weights[0], reference.bias];
  return params.map((value, i) => Math.asinh((value - estimates[i]) / start.standardErrors[i]));
}

/** @type {Picture["ranges"]} */
export function ranges(run) {
  if (!run.reference) return { x: PLACES, y: [-LEAST, LEAST].map(Math.asinh) };
  const size = (params) => Math.sinh(Math.max(...placed(run, params).map(Math.abs)));
  const goal = Math.max(LEAST, size([0, 0]), run.trueWeights ? size(truth(run)) : 0);
  const ways = [size([run.weightLow, run.biasLow]), size([run.weightHigh, run.biasHigh])].filter(Number.isFinite);
  const reach = Math.asinh(Math.min(Math.max(goal, ...ways), FAR * goal)) * ROOM;
  return { x: PLACES, y: [-reach, reach] };
}

const truth = (run) => [run.trueWeights[0], run.trueBias];

/** @type {Picture["traces"]} */
export function traces(run, theme) {
  const marks = (name, marker) => ({
    name,
    x: [0, 1],
    y: [null, null],
    mode: "markers",
    marker,
    hovertemplate: `%{customdata}<extra>${name}</extra>`,
  });
  const result = [];
  if (run.reference) result.push({ ...marks(`${referenceName(run)}, 95 %`, { color: theme.reference, size: 12, symbol: "line-ew", line: { width: 2, color: theme.reference } }), ...interval(run, theme) });
  if (run.reference && run.trueWeights) {
    const diamond = { color: theme.truth, size: 11, symbol: "diamond-open", line: { width: 2, color: theme.truth } };
    result.push({ ...marks("true", diamond), ...told(run, truth(run)) });
  }
  result.push({ ...marks("learned", { color: theme.learned, size: 9 }), uid: UID });
  return result;
}

/** The estimates, at 0, with their intervals. */
function interval(run, theme) {
  const { standardErrors, margin } = run.start;
  const estimates = [run.reference.weights[0], run.reference.bias];
  const ends = (i) => [-1, 1].map((side) => number(estimates[i] + side * margin * standardErrors[i])).join(" to ");
  return {
    y: [0, 0],
    customdata: NAMES.map((name, i) => `${name} ${number(estimates[i])}<br>${ends(i)}`),
    error_y: { type: "data", array: NAMES.map(() => Math.asinh(margin)), color: theme.reference, thickness: 2, width: 8 },
  };
}

const told = (run, params) => ({
  y: placed(run, params),
  customdata: NAMES.map((name, i) => `${name} ${number(params[i])}`),
});

/** @type {Picture["handOver"]} */
export function handOver(run, position) {
  if (!run.reference) return [];
  const { weights, bias } = readParams(run, position);
  return [{ uid: UID, x: [0, 1], ...told(run, [weights[0], bias]) }];
}

/** @type {Picture["draw"]} */
export function draw(context, map, run, position, theme) {
  if (!run.reference || !map.shows(UID)) return;
  const { weights, bias } = reachedAt(run, position);
  const last = paramRow(run, position);
  const first = Math.max(0, last - Math.max(TRAIL.least, Math.ceil(TRAIL.part * run.start.nRows)));
  const reached = placed(run, [weights[0], bias]);
  NAMES.forEach((_, i) => {
    const x = map.x(i);
    const valueAt = (step) => placed(run, [run.weights[first + step], run.bias[first + step]])[i];
    drawTrail(context, map, x, last - first + 1, valueAt, theme);
    dots(context, 1, () => placeInView(map, x, reached[i]), { color: theme.learned, radius: 5 });
    markBeyond(context, map, "y", [{ value: reached[i], told: [weights[0], bias][i], at: x }], theme, { color: theme.learned });
  });
}

/** @type {Picture["table"]} */
export function table(run, position) {
  const { weights, bias } = readParams(run, position);
  /** @type {[string, ArrayLike<number>][]} */
  const columns = [["learned", [weights[0], bias]]];
  if (run.trueWeights) columns.push(["true", truth(run)]);
  if (run.reference) columns.push([referenceName(run), [run.reference.weights[0], run.reference.bias]]);
  columns.push(["standard error", run.start.standardErrors]);
  const rows = NAMES.map((name, i) => [name, ...columns.map(([, values]) => values[i])]);
  return { columns: ["of", ...columns.map(([name]) => name)], rows };
}

/** @type {Picture["describe"]} */
export function describe(run, position) {
  const { weights, bias } = readParams(run, position);
  const learned = [weights[0], bias];
  const away = run.reference ? placed(run, learned).map((place) => number(Math.abs(Math.sinh(place)), 2)) : null;
  const each = NAMES.map((name, i) => `${name} ${number(learned[i])}${away ? `, ${away[i]} standard errors from least squares` : ""}`);
  const said = run.trueWeights ? verdict(run, position) : "";
  return `Learned at epoch ${run.epoch[paramRow(run, position)]}: ${each.join("; ")}.${said && ` ${said}`}`;
}
