// Bars of the true, learned and reference bias, with their values written on them: upright, or lying
// in a strip below the other pictures where those of several features leave no more room.

import { noiseName, partsAt } from "./errors.js";
import { number } from "./format.js";
import { markBeyond, sideOf, write } from "./off_axis.js";
import { extent, hoverFormat, padded } from "./ranges.js";
import { heldSpan, isFew, paramRow, reachedAt, readParams } from "./run.js";

/** @import { Picture } from "./gallery.js" */

const UID = "moving-bias";
const NEGLIGIBLE = 0.01; // in spans of y: biases this small are seen beside the way to them
const HALF_WIDTH = 0.3; // of a bar, in the axis's unit: bars stand one apart
const HEAD_ROOM = { x: 92, y: 24 }; // pixels, of the arrow and the number with which a bar leaves its axis

export const title = () => "Bias";

/** @type {Picture["axes"]} */
export function axes(run) {
  const places = {
    tickmode: "array",
    tickvals: names(run).map((_, i) => i),
    ticktext: names(run),
    range: placesRange(run),
    fixedrange: true,
    zeroline: false,
    showgrid: false,
  };
  return isFew(run)
    ? { xTitle: "", yTitle: "", extra: { showlegend: false, margin: { l: 74, r: 14, t: 4, b: 38 }, yaxis: places } }
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

/** @type {Picture["ranges"]} */
export function ranges(run) {
  const [low, high] = extent(run.y);
  const goal = extent([run.trueBias ?? 0, run.reference?.bias ?? 0, 0]);
  const isNegligible = goal[1] - goal[0] < NEGLIGIBLE * (high - low);
  const way = heldSpan([run.biasLow, run.biasHigh], goal, isNegligible ? (high - low) / 4 : 0);
  const values = padded(...way, isFew(run) ? 0.4 : 0.15); // numbers beside bars take more room than above
  return isFew(run) ? { x: values, y: placesRange(run) } : { x: placesRange(run), y: values };
}

export const key = (run) => run.trueBias;

/** @type {Picture["traces"]} */
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
  result.push({ ...bar("learned", 0, theme.learned), ...along(run, [place(run, "learned")], [null]), uid: UID, text: [] });
  return result;
}

/** Places and values on the axes that they lie along. */
const along = (run, places, values) => (isFew(run) ? { x: values, y: places } : { x: places, y: values });

/** @type {Picture["handOver"]} */
export function handOver(run, position) {
  const value = run.bias[paramRow(run, position)];
  return [{ uid: UID, ...along(run, [place(run, "learned")], [value]) }];
}

/** @type {Picture["draw"]} */
export function draw(context, map, run, position, theme) {
  const { bias } = reachedAt(run, position);
  /** @type {("x"|"y")[]} */
  const [axis, other] = isFew(run) ? ["x", "y"] : ["y", "x"];
  const center = place(run, "learned");
  const [from, to] = [center - HALF_WIDTH, center + HALF_WIDTH].map(map[other]);
  const side = sideOf(map, axis, bias);
  const end = side ? frame(map, axis, side) - side * HEAD_ROOM[axis] : map[axis](bias);
  drawBar(context, axis, { from, to, zero: map[axis](0), end, color: theme.learned });
  if (side) markBeyond(context, map, axis, [{ value: bias, at: (from + to) / 2 }], theme, { color: theme.learned });
  else writeValue(context, map, axis, bias, { end, middle: (from + to) / 2 }, theme);
}

const frame = ({ area }, axis, side) =>
  axis === "x" ? area.left + (side > 0 ? area.width : 0) : area.top + (side > 0 ? area.height : 0);

function drawBar(context, axis, { from, to, zero, end, color }) {
  const [start, size] = [Math.min(zero, end), Math.max(Math.abs(end - zero), 2)];
  context.fillStyle = color;
  if (axis === "x") context.fillRect(start, Math.min(from, to), size, Math.abs(to - from));
  else context.fillRect(Math.min(from, to), start, Math.abs(to - from), size);
}

/** Beyond the end of an upright bar, beside that of a lying one, and always in the picture. */
function writeValue(context, map, axis, value, { end, middle }, theme) {
  const text = number(value);
  const width = context.measureText(text).width;
  const { left, top, width: wide, height } = map.area;
  const beyond = value < 0 ? end - 5 - width : end + 5;
  const x = axis === "x" ? Math.max(left + 2, Math.min(beyond, left + wide - width - 2)) : middle - width / 2;
  const above = Math.max(top + 12, Math.min(value < 0 ? end + 15 : end - 5, top + height - 4));
  write(context, text, x, axis === "x" ? middle + 4 : above, theme);
}

/** @type {Picture["table"]} */
export function table(run, position) {
  const values = { true: run.trueBias, learned: readParams(run, position).bias, reference: run.reference?.bias };
  return { columns: ["bias", "value"], rows: names(run).map((name) => [name, values[name] ?? NaN]), note: errorOf(run, position).trim().replace(/\.$/, "") };
}

/** @type {Picture["describe"]} */
export function describe(run, position) {
  const row = paramRow(run, position);
  return `Learned bias ${number(run.bias[row])} at epoch ${run.epoch[row]}.${errorOf(run, position)}`;
}

/** Of a bias whose truth is known: what has not converged yet, and what is noise. */
function errorOf(run, position) {
  const parts = run.start.fitIntercept === false ? null : partsAt(run, position);
  if (!parts?.noise) return "";
  const [away, noise] = [parts.unconverged, parts.noise].map((each) => number(each.at(-1)));
  return ` Of its error, ${away} has not converged yet and ${noise} is ${noiseName(run)}.`;
}
