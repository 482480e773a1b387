// Bars of the true, learned and reference bias, with their values written on them: upright, or lying
// in a strip below the other pictures where those of several features leave no more room.

import { number } from "./format.js";
import { extent, hoverFormat, padded } from "./ranges.js";
import { heldSpan, isFew, paramRow } from "./run.js";

const NEGLIGIBLE = 0.01; // in spans of y: biases this small are seen beside the way to them
const HALF_WIDTH = 0.3; // of a bar, in the axis's unit: bars stand one apart
const LABEL_ROOM = 60; // pixels

export const title = () => "Bias";

export function axes(run) {
  const places = {
    tickvals: names(run).map((_, i) => i),
    ticktext: names(run),
    range: placesRange(run),
    fixedrange: true,
    zeroline: false,
    showgrid: false,
  };
  return isFew(run)
    ? { xTitle: "", yTitle: "", extra: { showlegend: false, margin: { l: 74, r: 14, t: 4, b: 24 }, yaxis: places } }
    : { xTitle: "", yTitle: "bias", extra: { showlegend: false, xaxis: places } };
}

function names(run) {
  const upright = run.trueBias === null ? ["learned", "reference"] : ["true", "learned", "reference"];
  return isFew(run) ? upright.reverse() : upright; // an axis counts from below
}

function place(run, name) {
  return names(run).indexOf(name);
}

const placesRange = (run) => [-0.6, names(run).length - 0.4];

export function ranges(run) {
  const [low, high] = extent(run.y);
  const goal = extent([run.trueBias ?? 0, run.reference?.bias ?? 0, 0]);
  const isNegligible = goal[1] - goal[0] < NEGLIGIBLE * (high - low);
  const way = heldSpan([run.biasLow, run.biasHigh], goal, isNegligible ? (high - low) / 4 : 0);
  const values = padded(...way, isFew(run) ? 0.4 : 0.15); // numbers beside bars take more room than above
  return isFew(run) ? { x: values, y: placesRange(run) } : { x: placesRange(run), y: values };
}

export const key = (run) => run.trueBias;

export function traces(run, theme) {
  const bar = (name, value, color, pattern) => ({
    type: "bar",
    name,
    ...along(run, [place(run, name)], [value]),
    orientation: isFew(run) ? "h" : "v",
    width: 2 * HALF_WIDTH,
    marker: { color, pattern },
    text: [number(value)],
    textposition: "outside",
    textangle: 0,
    cliponaxis: false,
    hovertemplate: `%{${isFew(run) ? "x" : "y"}:${hoverFormat(extent(run.y), 6)}}<extra>${name}</extra>`,
  });
  const result = [];
  if (run.trueBias !== null) result.push(bar("true", run.trueBias, theme.truth, { shape: "." }));
  if (run.reference) result.push(bar("reference", run.reference.bias, theme.reference, { shape: "/" }));
  result.push({ ...bar("learned", 0, theme.learned), ...along(run, [place(run, "learned")], [null]), uid: "bias", meta: "moving", text: [] });
  return result;
}

/** Places and values on the axes that they lie along. */
const along = (run, places, values) => (isFew(run) ? { x: values, y: places } : { x: places, y: values });

export function handOver(run, position) {
  const value = run.bias[paramRow(run, position)];
  return [{ uid: "bias", ...along(run, [place(run, "learned")], [value]) }];
}

export function draw(context, map, run, position, theme) {
  const value = run.bias[paramRow(run, position)];
  const center = place(run, "learned");
  context.fillStyle = theme.learned;
  if (isFew(run)) drawLying(context, map, value, center, theme);
  else drawUpright(context, map, value, center, theme);
}

function drawUpright(context, map, value, center, theme) {
  const [left, right] = [map.x(center - HALF_WIDTH), map.x(center + HALF_WIDTH)];
  const [zero, top] = [map.y(0), map.y(value)];
  context.fillRect(left, Math.min(zero, top), right - left, Math.max(Math.abs(top - zero), 2));
  const { top: edge, height } = map.area;
  const y = Math.max(edge + 12, Math.min(value < 0 ? top + 15 : top - 5, edge + height - 4));
  write(context, number(value), (left + right) / 2, y, "center", theme);
}

function drawLying(context, map, value, center, theme) {
  const [top, bottom] = [map.y(center + HALF_WIDTH), map.y(center - HALF_WIDTH)];
  const [zero, end] = [map.x(0), map.x(value)];
  context.fillRect(Math.min(zero, end), top, Math.max(Math.abs(end - zero), 2), bottom - top);
  const { left, width } = map.area;
  const x = Math.max(left + LABEL_ROOM, Math.min(value < 0 ? end - 5 : end + 5, left + width - LABEL_ROOM));
  write(context, number(value), x, (top + bottom) / 2 + 4, value < 0 ? "right" : "left", theme);
}

function write(context, text, x, y, align, theme) {
  context.fillStyle = theme.text;
  context.font = `12px ${theme.font}`;
  context.textAlign = align;
  context.fillText(text, x, y);
}

export function describe(run, position) {
  const row = paramRow(run, position);
  return `Learned bias ${number(run.bias[row])} at epoch ${run.epoch[row]}.`;
}
