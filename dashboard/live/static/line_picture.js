// One feature: the learned line over the data.

import { count, number } from "./format.js";
import { drawGhostLines } from "./ghost_paint.js";
import { ghostsKey, ghostTraces, ghostUid, ofSameFeatures } from "./ghosts.js";
import { drawLearnedLine, learnedTrace } from "./learned_line.js";
import { plotlyName } from "./names.js";
import { drawResiduals } from "./residuals.js";
import { extent, hoverFormat, padded } from "./ranges.js";
import { fingerprint, hoverOf, rowNames, sampleOf } from "./rows.js";
import { faded } from "./theme.js";
import { paramRow, predictionsAt, reachedAt, referenceName, weightsAt } from "./run.js";
import { pointsTable } from "./tables.js";

/** @import { Picture } from "./gallery.js" */

const UID = "moving-learned";
const NAME_LETTERS = 34;
const FAR = 3; // spans of the data: what is left out further away would squash the rest
const TAKE_BACK = "click to take it back";

/** Whether a run has a line. */
export const isFor = ({ nFeatures }) => nFeatures === 1;

export const title = () => "Data and learned line";

export const showsPoints = true;

/** @type {Picture["axes"]} */
export function axes({ start }) {
  return {
    xTitle: plotlyName(start.featureNames[0], NAME_LETTERS),
    yTitle: plotlyName(start.targetName, NAME_LETTERS),
    extra: { hoverdistance: 12 },
  };
}

/**
 * Points that are left out stay in view, unless that would squash the others.
 * @type {Picture["ranges"]}
 */
export function ranges(run, { excluded }) {
  const near = (values, others = []) => {
    const [low, high] = extent(values);
    const reach = FAR * (high - low);
    const isNear = (value) => value >= low - reach && value <= high + reach;
    return extent([low, high], others.filter(isNear));
  };
  return { x: padded(...near(run.X, excluded?.x), 0.04), y: padded(...near(run.y, excluded?.y), 0.1) };
}

/** @type {Picture["key"]} */
export function key(run, { pickable, excluded, lineOffset, missingRows, ghosts }) {
  return JSON.stringify([fingerprint(run), pickable, excluded, lineOffset, missingRows, ghostsKey(ofSameFeatures(run, ghosts))]);
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
  /** @type {import("./plot.js").Trace[]} */
  const result = partsOf(run).map((part) => data(run, theme, display, part));
  if (display.excluded?.x.length) result.push(leftOut(run, theme, display));
  if (run.trueWeights) {
    result.push(straight("true line", run.trueWeights[0], run.trueBias, theme.truth, "dot"));
  }
  if (run.reference) {
    const { weights, bias } = run.reference;
    result.push(straight(referenceName(run), weights[0], bias, theme.reference, "dash"));
  }
  const ghosts = ghostTraces(ofSameFeatures(run, display.ghosts), hover(run));
  return [...result, ...ghosts, learnedTrace(UID, theme, hover(run))];
}

const hover = (run) => `%{x:${hoverFormat(extent(run.X), 5)}}, %{y:${hoverFormat(extent(run.y), 5)}}`;

/** The parts of the data that look different: training and test rows, of the one group or the other. */
function partsOf({ start, group, isTest }) {
  const names = group ? start.groups : ["data"];
  const parts = (test) => names.map((name, second) => ({ test, second, uid: `${test ? "test" : ""}data${second || ""}`, name: test ? "test" : name }));
  return [...parts(0), ...(start.nTest ? parts(1) : [])].map((part) => ({
    ...part,
    points: [...isTest.keys()].filter((i) => isTest[i] === part.test && (group?.[i] ?? 0) === part.second),
  }));
}

function data(run, theme, display, { test, second, uid, name, points }) {
  return {
    uid,
    name,
    showlegend: !(test && second), // the test rows of both groups are one entry
    x: points.map((i) => run.X[i]),
    y: points.map((i) => run.y[i]),
    text: rowNames(run, points, display),
    mode: "markers",
    marker: dataMarker(theme, run.y.length, test, second),
    hovertemplate: hoverOf(hover(run), display),
  };
}

/** How data look: the more, the smaller and fainter; test rows hollow, a second group in diamonds. */
export function dataMarker(theme, n, isTest, isSecond = 0) {
  const [size, opacity] = n > 2_500 ? [3, 0.5] : n > 400 ? [4, 0.6] : [6, 0.85];
  const color = faded(isSecond ? theme.group : theme.data, opacity);
  const symbol = `${isSecond ? "diamond" : "circle"}${isTest ? "-open" : ""}`;
  return { color, size: isSecond ? size + 1 : size, symbol, line: { width: isTest ? 1.4 : 0, color } };
}

function leftOut(run, theme, { excluded }) {
  return {
    uid: "leftout",
    name: "left out",
    x: excluded.x,
    y: excluded.y,
    mode: "markers",
    marker: { color: theme.leftOut, size: 8, symbol: "x-thin", line: { width: 1.8, color: theme.leftOut } },
    hovertemplate: `${hover(run)}<br>${TAKE_BACK}<extra>left out</extra>`,
  };
}

/**
 * Points that can be clicked, in pixels, each with what a click on it says.
 * @type {Picture["picks"]}
 */
export function picks(run, position, map, { excluded }) {
  const taken = partsOf(run)
    .filter(({ uid }) => map.shows(uid))
    .flatMap(({ points }) => points)
    .map((i) => ({ x: map.x(run.X[i]), y: map.y(run.y[i]), pick: { run: run.url, row: run.rows[i] } }));
  const place = (id, i) => ({ x: map.x(excluded.x[i]), y: map.y(excluded.y[i]), pick: { excluded: id } });
  return map.shows("leftout") ? [...taken, ...excluded.ids.map(place)] : taken;
}

/**
 * What plotly gets when playback stops.
 * @type {Picture["handOver"]}
 */
export function handOver(run, position, { ghosts }) {
  const [low, high] = extent(run.X);
  const lines = ofSameFeatures(run, ghosts).map((ghost) => {
    const row = paramRow(ghost.run, ghost.position);
    return { uid: ghostUid(ghost), x: [low, high], y: [low, high].map((x) => x * ghost.run.weights[row] + ghost.run.bias[row]) };
  });
  const predictions = predictionsAt(run, position);
  const order = [...run.X.keys()].sort((a, b) => run.X[a] - run.X[b]);
  const ends = order.length > 200 ? order.filter((_, i) => i % Math.ceil(order.length / 200) === 0) : order;
  return [...lines, { uid: UID, x: ends.map((i) => run.X[i]), y: ends.map((i) => predictions[i]) }];
}

/** @type {Picture["draw"]} */
export function draw(context, map, run, position, theme, { residuals, ghosts }) {
  if (residuals !== "none") drawResiduals(context, map, run, run.X, predictionsAt(run, position), theme, residuals);
  drawGhostLines(context, map, run, ghosts);
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
