// A few features in different units: what one standard deviation of each is worth, learned and by
// least squares, a row of the picture for each.

import { dots, line } from "./canvas.js";
import { drawGhostWeights } from "./ghost_paint.js";
import { number } from "./format.js";
import { plotlyLines, plotlyName, shortened } from "./names.js";
import { extent, hoverFormat, padded } from "./ranges.js";
import { markBeyond } from "./off_axis.js";
import { fingerprint } from "./rows.js";
import { effects, heldSpan, isFew, paramRow, reachedAt, referenceName, weightsAt } from "./run.js";
import { weightsTable } from "./tables.js";

/** @import { Picture } from "./gallery.js" */

const UID = "moving-weights";
const NAME_LETTERS = 20;
const TARGET_LETTERS = 28;

/** Whether a run's weights are shown in this way. */
export const isFor = (run) => isFew(run) && !run.trueWeights;

export const title = () => "Weights, feature by feature";

/** @type {Picture["axes"]} */
export function axes({ start, nFeatures }) {
  return {
    xTitle: `effect of one s.d., in ${plotlyName(start.targetName, TARGET_LETTERS)}`,
    yTitle: "",
    extra: {
      margin: { l: 138, r: 14, t: 8, b: 38 },
      hoverdistance: 12,
      xaxis: { nticks: 5, tickangle: 0, zeroline: true, zerolinewidth: 1, zerolinecolor: "rgba(128, 128, 128, 0.7)" },
      yaxis: {
        tickmode: "array",
        tickvals: start.featureNames.map((_, j) => -j),
        ticktext: start.featureNames.map((name) => plotlyName(name, NAME_LETTERS)),
        range: rowsRange(nFeatures),
        fixedrange: true,
        showgrid: false,
      },
    },
  };
}

const rowsRange = (nFeatures) => [0.4 - nFeatures, 0.6]; // row j at -j: the first feature on top

/** @type {Picture["ranges"]} */
export function ranges(run) {
  const goal = extent(run.reference ? effects(run, run.reference.weights) : [], [0]);
  const way = heldSpan([run.weightLow, run.weightHigh], goal);
  return { x: padded(...way, 0.08), y: rowsRange(run.nFeatures) };
}

export const key = fingerprint;

/** @type {Picture["traces"]} */
export function traces(run, theme, display) {
  const names = run.start.featureNames.map(plotlyLines);
  const marks = (name, marker) => ({
    name,
    x: [null],
    y: [null],
    text: names,
    mode: "markers",
    marker,
    hovertemplate: `%{text}<br>effect %{x:${hoverFormat(ranges(run, display).x, 4)}}, weight %{customdata}<extra>${name}</extra>`,
  });
  const ring = { color: theme.reference, size: 12, symbol: "circle-open", line: { width: 2, color: theme.reference } };
  const result = [];
  if (run.reference) {
    const { weights } = run.reference;
    result.push({ ...marks(referenceName(run), ring), ...placed(run, weights) });
  }
  const dot = { color: theme.learned, size: 8 };
  result.push({ ...marks("learned", dot), uid: UID });
  return result;
}

function placed(run, weights) {
  const x = [...effects(run, weights)];
  return { x, y: x.map((_, j) => -j), customdata: Array.from(weights, (weight) => number(weight, 5)) };
}

/** @type {Picture["handOver"]} */
export function handOver(run, position) {
  return [{ uid: UID, ...placed(run, weightsAt(run, position)) }];
}

/** @type {Picture["draw"]} */
export function draw(context, map, run, position, theme, display) {
  drawGhostWeights(context, run, display?.ghosts, (value, j) => [map.x(value), map.y(-j)]);
  if (!map.shows(UID)) return;
  const learned = effects(run, reachedAt(run, position).weights);
  const goal = run.reference ? effects(run, run.reference.weights) : learned;
  const { left, width } = map.area;
  const within = (value) => Math.max(left - 9, Math.min(map.x(value), left + width + 9)); // a canvas has its limits
  const place = (values) => (j) => [within(values[j]), map.y(-j)];
  for (let j = 0; j < learned.length; j++) {
    line(context, ...place(goal)(j), ...place(learned)(j), { color: theme.batch, width: 3 });
  }
  dots(context, learned.length, place(learned), { color: theme.learned, radius: 4 });
  for (let j = 0; j < learned.length; j++) {
    markBeyond(context, map, "x", [{ value: learned[j], at: map.y(-j) }], theme, { color: theme.learned });
  }
}

export const table = weightsTable;

/** @type {Picture["describe"]} */
export function describe(run, position) {
  const learned = weightsAt(run, position);
  const each = run.start.featureNames.map((name, j) => `${shortened(name, 30)} ${number(learned[j])}`);
  return `Learned weights at epoch ${run.epoch[paramRow(run, position)]}: ${each.join(", ")}.`;
}
