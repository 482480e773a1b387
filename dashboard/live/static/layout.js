// How plotly is to lay a picture out: its axes, their ticks, its margins, in text of one size.

import { isLarge, logTicks } from "./ranges.js";

export const TEXT = 12; // pixels: the size of text that margins are told for
const MARGIN = { l: 60, r: 14, t: 8, b: 38 };

/**
 * @param {import("./plot.js").Axes} axes
 * @param {import("./theme.js").Theme} theme
 * @param {{width: number, height: number, size: number}} place the picture's pixels, and those of its text
 * @param {{x?: number[], y?: number[]}} ranges log axes: exponents
 */
export function layoutOf({ xTitle, yTitle, xType = "linear", yType = "linear", extra = {} }, theme, { width, height, size }, ranges) {
  const axis = (title, type, range) => ({
    title: { text: title, standoff: size / 2, font: { size } },
    type,
    gridcolor: theme.grid,
    linecolor: theme.grid,
    zeroline: false,
    automargin: false,
    exponentformat: type === "log" || !isLarge(range) ? "power" : "SI",
    nticks: 7,
    ...(type === "log" ? logTicks(range) : {}),
    ...(range ? { range: [...range], autorange: false } : {}),
  });
  return {
    width,
    height,
    uirevision: "constant",
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { color: theme.text, family: theme.font, size },
    hoverlabel: { bgcolor: theme.background, font: { color: theme.text, size } },
    modebar: { bgcolor: "rgba(0,0,0,0)", color: theme.text, orientation: "h" },
    dragmode: "zoom",
    ...extra,
    showlegend: false, // it stands in the caption
    margin: scaled(extra.margin ?? MARGIN, size / TEXT),
    xaxis: { ...axis(xTitle, xType, ranges.x), ...extra.xaxis },
    yaxis: { ...axis(yTitle, yType, ranges.y), ...extra.yaxis },
  };
}

/** What gives a log axis the ticks of a range, in the words of a change; nothing for other axes. */
export function ticksOf(name, { type }, range) {
  if (type !== "log") return {};
  return Object.fromEntries(Object.entries(logTicks(range)).map(([key, value]) => [`${name}.${key}`, value]));
}

function scaled(margin, factor) {
  return Object.fromEntries(Object.entries(margin).map(([side, pixels]) => [side, Math.round(pixels * factor)]));
}
