// Learned weights against the true ones; against the reference fit's where the truth is unknown.

import { dots } from "./canvas.js";
import { verdict } from "./errors.js";
import { drawGhostWeights } from "./ghost_paint.js";
import { ghostEffects, ofSameFeatures, roomFor } from "./ghosts.js";
import { number, roundedTo } from "./format.js";
import { plotlyLines, plotlyName } from "./names.js";
import { markBeyond } from "./off_axis.js";
import { extent, padded } from "./ranges.js";
import { fingerprint } from "./rows.js";
import { effects, heldSpan, paramRow, reachedAt, stepsAt, weightsAt } from "./run.js";
import { weightsTable } from "./tables.js";
import { drawTrail } from "./trail.js";

/** @import { Picture } from "./gallery.js" */

const UID = "moving-weights";
const TARGET_LETTERS = 16;
const ROUGH_DIGITS = 2; // that hold of weights between and at the key frames of a wide run

export function title(run) {
  return run.trueWeights ? "True against learned weights" : "Reference against learned weights";
}

/** @type {Picture["axes"]} */
export function axes(run) {
  const what = areEffects(run) ? `effect of one s.d., in ${plotlyName(run.start.targetName, TARGET_LETTERS)}` : "weight";
  return { xTitle: `${run.trueWeights ? "true" : "reference"} ${what}`, yTitle: `learned ${what}` };
}

const areEffects = (run) => Boolean(run.scales) && !run.trueWeights;

const target = (run) => run.trueWeights ?? effects(run, run.reference?.weights ?? []);

export const key = fingerprint;

/** @type {Picture["ranges"]} */
export function ranges(run, display) {
  const goal = extent(target(run), run.nFeatures === 1 ? [0] : []);
  const way = heldSpan([run.weightLow, run.weightHigh], extent(goal, [0]));
  const others = ofSameFeatures(run, display?.ghosts).flatMap((ghost) => [...ghostEffects(run, ghost)].filter(Number.isFinite));
  return { x: padded(...goal, 0.12), y: padded(...(others.length ? roomFor(way, extent(others)) : way), 0.12) };
}

/** @type {Picture["traces"]} */
export function traces(run, theme, display) {
  const [low, high] = ranges(run, display).x;
  const ends = padded(low, high, 2);
  return [
    {
      name: "equal",
      x: ends,
      y: ends,
      mode: "lines",
      line: { color: run.trueWeights ? theme.truth : theme.reference, dash: "dot", width: 1.5 },
      hoverinfo: "skip",
    },
    {
      uid: UID,
      name: run.nFeatures === 1 ? "weight" : "weights",
      x: [null],
      y: [null],
      mode: "markers",
      marker: { color: theme.learned, size: run.nFeatures > 300 ? 4 : 8 },
      text: names(run),
      hovertemplate: `%{text}<br>${areEffects(run) ? "weight %{customdata}" : "%{x:.4~g} \u2192 %{y:.4~g}"}<extra></extra>`,
    },
  ];
}

function names({ start, nFeatures }) {
  return Array.from({ length: nFeatures }, (_, j) => plotlyLines(start.featureNames[j] ?? `feature ${j + 1}`));
}

/** @type {Picture["handOver"]} */
export function handOver(run, position) {
  const { weights: step } = stepsAt(run, position);
  const told = (value, j) => roundedTo(value, step / (run.scales?.[j] ?? 1));
  const learned = Array.from(weightsAt(run, position), told);
  const x = [...target(run)]; // none before the reference has come
  return [{ uid: UID, x, y: [...effects(run, learned)].slice(0, x.length), customdata: learned.map((weight) => number(weight, 5)) }];
}

/** @type {Picture["draw"]} */
export function draw(context, map, run, position, theme, display) {
  const goal = target(run);
  if (goal.length) drawGhostWeights(context, run, display?.ghosts, (value, j) => [map.x(goal[j]), map.y(value)]);
  if (!map.shows(UID)) return;
  const learned = effects(run, reachedAt(run, position).weights);
  const n = Math.min(goal.length, learned.length);
  if (n === 1) drawTrail(context, map, map.x(goal[0]), paramRow(run, position) + 1, (row) => run.weights[row], theme);
  const radius = n > 300 ? 1.7 : 4.5;
  dots(context, n, (i) => [map.x(goal[i]), map.y(learned[i])], { color: theme.learned, radius });
  const marks = Array.from({ length: n }, (_, i) => ({ value: learned[i], at: map.x(goal[i]) }));
  markBeyond(context, map, "y", marks, theme, { color: theme.learned, digits: run.wide ? ROUGH_DIGITS : 4 });
}

export const table = weightsTable;

/** @type {Picture["describe"]} */
export function describe(run, position) {
  const row = paramRow(run, position);
  const said = run.trueWeights ? verdict(run, position) : "";
  const learned = run.nFeatures > 1 ? `${run.nFeatures} learned weights` : `Learned weight ${number(weightsAt(run, position)[0])}`;
  return `${learned} at epoch ${run.epoch[row]}.${said && ` ${said}`}`;
}
