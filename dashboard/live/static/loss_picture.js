// Training and test loss by epoch, or by what epochs cost, the minibatch loss faint behind, the reference
// fit's as a floor.

import { cross, dots } from "./canvas.js";
import { convergedRow } from "./converged.js";
import { count, number } from "./format.js";
import { drawGhostLosses } from "./ghost_paint.js";
import { ghostsKey, ghostTraces, ghostUid, ofSameLoss, reachOf, roomFor } from "./ghosts.js";
import { chosenUnit, firstX, lastX, typesOf, unitOf, unitsFor, xOfEpoch, xText } from "./loss_axis.js";
import { drawLossCurve, pointsUntil } from "./loss_curve.js";
import { plotlyText, shortened, squared } from "./names.js";
import { arrow, write } from "./off_axis.js";
import { narrated } from "./narration.js";
import { extent } from "./ranges.js";
import { lossAt, referenceName } from "./run.js";

/** @import { Picture } from "./gallery.js" */

const NAMES = /** @type {const} */ (["batch", "train", "test"]); // the one in front last
const UIDS = { batch: "moving-batch", train: "moving-train", test: "moving-test" };
const TINY = 1e-300;
const UNIT_LETTERS = 18;
const [LINE_HEIGHT, MARK_LINES] = [14, 4]; // marks beside one another stand below one another
const LONGER = 2; // times its own axis: so far it is lengthened for ghosts
const FAR_BELOW = 1e-4; // a floor this much under the run's lowest loss would squash the curves

/** @type {Picture["title"]} */
export const title = (run, display) => unitOf(run, display).title;

/** What it can be drawn by: the menu in its title. */
export const variants = unitsFor;
export const variantOf = chosenUnit;

/** @type {Picture["axes"]} */
export function axes(run, display) {
  const [types, unit] = [typesOf(display), unitOf(run, display)];
  return {
    xTitle: unit.axis,
    yTitle: plotlyText(`${run.start.loss.label}, ${lossUnit(run)}`),
    xType: types.x,
    yType: types.y,
    extra: { hovermode: "x unified", xaxis: { hoverformat: unit.hover, unifiedhovertitle: { text: unit.one.replace("%", "%{x}") } } },
  };
}

export const key = (run, display) => `${endOfFloor(run, unitOf(run, display))} ${ghostsKey(othersOf(run, display))}`;

/** Ghosts that have a place in the picture. */
const othersOf = (run, display) => ofSameLoss(run, display?.ghosts).filter((ghost) => unitOf(run, display).of(ghost.run));

/** To where the reference's loss is told. Runs that diverge end anywhere: that is no reason to draw anew. */
function endOfFloor(run, unit) {
  return run.end?.status === "diverged" ? xOfEpoch(run, unit, run.start.nEpochs) : lastX(run, unit);
}

/** The loss's unit, from the target's name. */
export function lossUnit(run) {
  const { targetName, loss } = run.start;
  const unit = shortened(targetName, UNIT_LETTERS);
  return loss.unitExponent === 2 ? squared(unit) : unit;
}

/** @type {Picture["ranges"]} */
export function ranges(run, display) {
  const alone = rangesOf(run, display);
  const [others, types, unit] = [othersOf(run, display), typesOf(display), unitOf(run, display)];
  if (!others.length) return alone;
  const on = (type) => (type === "log" ? Math.log10 : Number);
  const [low, high] = extent(others.flatMap((ghost) => [ghost.run.lossLow, ghost.run.lossHigh].map(on(types.y))));
  const last = Math.max(...others.map((ghost) => on(types.x)(lastX(ghost.run, unit))));
  const reach = Math.max(...others.map((ghost) => on(types.x)(xOfEpoch(ghost.run, unit, reachOf(ghost.run)))));
  const isLinear = types.y === "linear";
  return {
    x: roomFor(alone.x, [Infinity, reach], types.x === "log" ? Infinity : LONGER),
    y: roomFor(alone.y, [isLinear ? Infinity : low, high]),
    whole: { x: [alone.whole.x[0], Math.max(alone.whole.x[1], last)], y: [isLinear ? 0 : Math.min(alone.y[0], low), Math.max(alone.y[1], high)] },
  };
}

/** The ranges of the run in front alone. */
function rangesOf(run, display) {
  const [types, unit] = [typesOf(display), unitOf(run, display)];
  const floor = run.reference?.trainLoss ?? 0;
  let low = floor > FAR_BELOW * run.lossLow ? Math.min(run.lossLow, floor) : run.lossLow;
  if (!Number.isFinite(low)) low = run.lossHigh > 0 ? run.lossHigh : 1; // every loss is zero
  const high = Math.max(run.lossHigh, low);
  const whole = wholeX(run, unit, types.x);
  const inView = types.x !== "log" && run.epochsInView;
  const x = inView ? [0, Math.min(whole[1], xOfEpoch(run, unit, inView) || whole[1])] : whole;
  const both = (y) => ({ x, y, whole: { x: whole, y } });
  if (types.y === "linear") return both([0, high * 1.06 || 1]);
  low = Math.max(low, high * 1e-18, TINY);
  const room = Math.max(0.06 * Math.log10(high / low), 0.08);
  return both([Math.log10(low) - room, Math.log10(high) + room]);
}

/** From the start, or on a log axis from the first step, to the end. */
function wholeX(run, unit, type) {
  const last = lastX(run, unit);
  if (type !== "log") return [0, last > 0 ? last : 1];
  const first = firstX(run, unit);
  return [Math.log10(first), Math.log10(Math.max(last, 2 * first))];
}

/** @type {Picture["traces"]} */
export function traces(run, theme, display) {
  const moving = (uid, name, line) => ({
    uid,
    name,
    x: [null],
    y: [null],
    mode: "lines",
    line,
    hovertemplate: `%{customdata}<extra>${name}</extra>`,
  });
  /** @type {import("./plot.js").Trace[]} */
  const result = ghostTraces(othersOf(run, display), "%{customdata}");
  if (run.batchLoss) result.push(moving(UIDS.batch, "minibatch", { color: theme.batch, width: 1 }));
  if (run.reference) {
    const { trainLoss } = run.reference;
    result.push({
      uid: "reference",
      name: referenceName(run),
      ...told(floorAt(run, unitOf(run, display)), Array(3).fill(trainLoss)),
      mode: "lines",
      line: { color: theme.reference, dash: "dash", width: 1.5 },
      hovertemplate: `%{customdata}<extra>${referenceName(run)}</extra>`,
    });
  }
  result.push(moving(UIDS.train, "train", { color: theme.learned, width: 2.5 }));
  if (run.testLoss) result.push(moving(UIDS.test, "test", { color: theme.test, width: 2, dash: "dashdot" }));
  return result;
}

/** Where the floor begins, also on a log axis, and where it ends. */
const floorAt = (run, unit) => [0, firstX(run, unit), endOfFloor(run, unit)];

/** Losses at epochs, and what hovering says of them. */
const told = (x, y) => ({ x, y, customdata: Array.from(y, (loss) => number(loss)) });

/** @type {Picture["handOver"]} */
export function handOver(run, position, display) {
  const unit = unitOf(run, display);
  const last = Math.floor(position);
  const others = othersOf(run, display).map((ghost) => {
    const { x, y } = pointsUntil(ghost.run, "train", unit, ghost.position);
    return { uid: ghostUid(ghost), ...told(x, y) };
  });
  const curves = NAMES.filter((name) => run[`${name}Loss`]).map((name) => {
    const { x, y } = pointsUntil(run, name, unit, last);
    return { uid: UIDS[name], ...told(x, y) };
  });
  return [...others, ...(run.reference ? [floor(run, unit, last)] : []), ...curves];
}

/** The reference fit's loss at every row that the others tell of, and on to the last. */
function floor(run, unit, last) {
  const { reference } = run;
  const x = [...unit.of(run).subarray(0, last + 1), endOfFloor(run, unit)];
  return { uid: "reference", ...told(x, x.map(() => reference.trainLoss)) };
}

/** @type {Picture["draw"]} */
export function draw(context, map, run, position, theme, display) {
  const last = Math.floor(position);
  const unit = unitOf(run, display);
  drawGhostLosses(context, map, othersOf(run, display), unit);
  const strokes = {
    batch: { color: theme.batch, width: 1 },
    train: { color: theme.learned, width: 2.5 },
    test: { color: theme.test, width: 2, dash: [7, 3, 2, 3] },
  };
  for (const name of NAMES) {
    if (run[`${name}Loss`] && map.shows(UIDS[name])) drawLossCurve(context, map, run, name, unit, last, strokes[name]);
  }
  markChanges(context, map, run, unit, last, theme);
  if (run.end?.status === "diverged" && position >= run.nRows - 1) markEnd(context, map, run, unit, theme);
  if (!map.shows(UIDS.train)) return;
  if (run.end) markConverged(context, map, run, unit, last, theme);
  if (unit.of(run)[last] > map.xRange[1]) markBeyond(context, map, run, unit, last, theme);
}

/** A dashed line where a setting was changed on the way, and what it was changed to. */
function markChanges(context, map, run, unit, last, theme) {
  const { left, top, width, height } = map.area;
  changesUntil(run, last).forEach(({ epoch, label }, i) => {
    const x = map.x(xOfEpoch(run, unit, epoch));
    if (!(x >= left && x <= left + width)) return;
    context.strokeStyle = theme.text;
    context.lineWidth = 1;
    context.setLineDash([3, 3]);
    context.beginPath();
    context.moveTo(x, top);
    context.lineTo(x, top + height);
    context.stroke();
    context.setLineDash([]);
    const most = left + width - context.measureText(label).width - 4;
    write(context, label, Math.max(left + 4, Math.min(x + 4, most)), top + LINE_HEIGHT * (1 + (i % MARK_LINES)), theme);
  });
}

/** The changes that have been made up to a row. */
const changesUntil = ({ start, epoch }, row) => (start.changes ?? []).filter((change) => change.epoch <= epoch[row]);

/** A ring where the run had converged, and what that means. */
function markConverged(context, map, run, unit, last, theme) {
  const row = convergedRow(run);
  if (row < 1 || row > last || run.epoch[last] < 2) return;
  const { left, top, width, height } = map.area;
  const reached = unit.of(run)[row];
  const [x, y] = [map.x(reached), map.y(run.trainLoss[row])];
  if (x < left || x > left + width || y < top || y > top + height) return;
  dots(context, 1, () => [x, y], { color: theme.text, radius: 5, hollow: true });
  const text = `within 1 % of its goal from ${xText(unit, reached)}`;
  const most = left + width - context.measureText(text).width - 4;
  write(context, text, Math.max(left + 4, Math.min(x + 4, most)), Math.max(top + 14, y - 12), theme);
}

/** The run is further than the axis reaches: an arrow to the right says where. */
function markBeyond(context, map, run, unit, last, theme) {
  const { left, top, width, height } = map.area;
  const loss = map.y(lossAt(run.trainLoss, last));
  const y = Number.isFinite(loss) ? Math.max(top + 8, Math.min(loss, top + height - 8)) : top + 8;
  arrow(context, map, "x", 1, y, { color: theme.learned });
  const text = xText(unit, unit.of(run)[last]);
  const lines = [y, map.y(run.reference?.trainLoss), map.y(run.testLoss?.[last])].filter(Number.isFinite);
  const side = furthest([y - 30, y + 22, y + 48], lines, top + 10, top + height - 4) ?? y + 22;
  write(context, text, left + width - context.measureText(text).width - 4, side, theme);
}

/** The place between two heights that is furthest from all lines, if any is between them. */
function furthest(places, lines, low, high) {
  const gap = (place) => Math.min(...lines.map((line) => Math.abs(line - (place - 4)))); // half a letter up
  return places.filter((place) => place > low && place < high).sort((a, b) => gap(b) - gap(a))[0];
}

/** A diverged curve ends with a cross, inside the picture whatever its height. */
function markEnd(context, map, run, unit, theme) {
  const row = lastFinite(run.trainLoss, run.nRows - 1);
  const { top, height } = map.area;
  const y = Math.max(top + 9, Math.min(map.y(run.trainLoss[row]), top + height - 9));
  const x = Math.min(map.x(unit.of(run)[row]), map.area.left + map.area.width - 9);
  cross(context, Math.max(x, map.area.left + 9), y, { color: theme.mark });
}

function lastFinite(losses, row) {
  while (row > 0 && !Number.isFinite(losses[row])) row--;
  return row;
}

/** @type {Picture["table"]} */
export function table(run, position) {
  /** @type {[string, Float64Array|null][]} */
  const every = [["train", run.trainLoss], ["test", run.testLoss], ["minibatch", run.batchLoss]];
  const losses = every.filter(([, each]) => each);
  const rows = [...Array(Math.floor(position) + 1).keys()].map((row) => [count(run.epoch[row]), ...losses.map(([, each]) => each[row])]);
  const changed = changesUntil(run, Math.floor(position)).map(({ epoch, label }) => `From epoch ${count(epoch)} on: ${label}`);
  const floor = run.reference ? [`Training loss of ${referenceName(run)}: ${number(run.reference.trainLoss, 7)}`] : [];
  const note = [...floor, ...changed].join(". ");
  return { columns: ["epoch", ...losses.map(([name]) => name)], rows, note };
}

/** @type {Picture["describe"]} */
export function describe(run, position) {
  const row = Math.floor(position);
  const first = number(run.trainLoss[0]);
  const converged = run.end ? convergedRow(run) : -1;
  const since = converged > 0 && converged <= row ? `Within 1 % of its goal from epoch ${run.epoch[converged]} on.` : narrated(run, position);
  const changed = changesUntil(run, row).map(({ epoch, label }) => `From epoch ${epoch} on: ${label}.`).join(" ");
  const sentences = [`Training loss from ${first} at epoch 0 to ${number(lossAt(run.trainLoss, row))} at epoch ${run.epoch[row]}.`, since, changed];
  return sentences.filter(Boolean).join(" ");
}
