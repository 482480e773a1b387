// The data as points over one column, and what can be done with them: the pictures of a line and of a curve.

/** @import { Picture } from "./gallery.js" */
/** @import { Run } from "./run.js" */
/** @import { Theme } from "./theme.js" */
/** @import { Display } from "./view.js" */

import { extent, hoverFormat, padded } from "./ranges.js";
import { fingerprint, hoverOf, rowNames } from "./rows.js";
import { hasTestPoints } from "./run.js";
import { faded } from "./theme.js";

const FAR = 3; // spans of the data: what is left out further away would squash the rest
const TAKE_BACK = "click to take it back";

/**
 * Where each point is along the x axis: the values of the column that all terms are made of, or the one feature.
 * @param {Run} run
 */
export const across = (run) => run.curve?.x ?? run.X;

/**
 * Points that are left out stay in view, unless that would squash the others.
 * @type {Picture["ranges"]}
 */
export function pointRanges(run, { excluded }) {
  const near = (values, others = []) => {
    const [low, high] = extent(values);
    const reach = FAR * (high - low);
    const isNear = (value) => value >= low - reach && value <= high + reach;
    return extent([low, high], others.filter(isNear));
  };
  return { x: padded(...near(across(run), excluded?.x), 0.04), y: padded(...near(run.y, excluded?.y), 0.1) };
}

/**
 * What the points look like hangs on this.
 * @param {Run} run
 * @param {Display} display
 */
export const pointsKey = (run, { pickable, excluded, lineOffset, missingRows }) => [fingerprint(run), pickable, excluded, lineOffset, missingRows];

/**
 * The points, and crosses for those that are left out.
 * @param {Run} run
 * @param {Theme} theme
 * @param {Display} display
 * @returns {import("./plot.js").Trace[]}
 */
export function pointTraces(run, theme, display) {
  const points = partsOf(run).map((part) => data(run, theme, display, part));
  return display.excluded?.x.length ? [...points, leftOut(run, theme, display)] : points;
}

/** How hovering writes a place in the picture. */
export const hoverAt = (run) => `%{x:${hoverFormat(extent(across(run)), 5)}}, %{y:${hoverFormat(extent(run.y), 5)}}`;

/** The parts of the data that look different: training and test rows, of the one group or the other. */
function partsOf(run) {
  const { start, group, isTest } = run;
  const names = group ? start.groups : ["data"];
  const parts = (test) => names.map((name, second) => ({ test, second, uid: `${test ? "test" : ""}data${second || ""}`, name: test ? "test" : name }));
  return [...parts(0), ...(hasTestPoints(run) ? parts(1) : [])].map((part) => ({
    ...part,
    points: [...isTest.keys()].filter((i) => isTest[i] === part.test && (group?.[i] ?? 0) === part.second),
  }));
}

function data(run, theme, display, { test, second, uid, name, points }) {
  return {
    uid,
    name,
    showlegend: !(test && second), // the test rows of both groups are one entry
    x: points.map((i) => across(run)[i]),
    y: points.map((i) => run.y[i]),
    text: rowNames(run, points, display),
    mode: "markers",
    marker: dataMarker(theme, run.y.length, test, second),
    hovertemplate: hoverOf(hoverAt(run), display),
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
    hovertemplate: `${hoverAt(run)}<br>${TAKE_BACK}<extra>left out</extra>`,
  };
}

/**
 * Points that can be clicked, in pixels, each with what a click on it says.
 * @type {Picture["picks"]}
 */
export function pointPicks(run, position, map, { excluded }) {
  const x = across(run);
  const taken = partsOf(run)
    .filter(({ uid }) => map.shows(uid))
    .flatMap(({ points }) => points)
    .map((i) => ({ x: map.x(x[i]), y: map.y(run.y[i]), pick: { run: run.url, row: run.rows[i] } }));
  const place = (id, i) => ({ x: map.x(excluded.x[i]), y: map.y(excluded.y[i]), pick: { excluded: id } });
  return map.shows("leftout") ? [...taken, ...excluded.ids.map(place)] : taken;
}
