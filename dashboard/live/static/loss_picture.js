// Training and test loss by epoch, the minibatch loss faint behind, the reference fit's as a floor.

import { cross, curve, dots } from "./canvas.js";
import { convergedRow } from "./converged.js";
import { count, number } from "./format.js";
import { plotlyText, shortened, squared } from "./names.js";
import { arrow, write } from "./off_axis.js";
import { narrated } from "./narration.js";
import { lastEpoch, lossAt, referenceName } from "./run.js";

/** @import { Picture } from "./gallery.js" */

const UIDS = { batch: "moving-batch", train: "moving-train", test: "moving-test" };
const MAX_DRAWN = 1200; // points of a curve: more than pixels
const TINY = 1e-300;
const UNIT_LETTERS = 18;
const [LINE_HEIGHT, MARK_LINES] = [14, 4]; // marks beside one another stand below one another
const FAR_BELOW = 1e-4; // a floor this much under the run's lowest loss would squash the curves

export const title = () => "Loss by epoch";

/** @type {Picture["axes"]} */
export function axes(run, { lossAxes }) {
  return {
    xTitle: "epoch",
    yTitle: plotlyText(`${run.start.loss.label}, ${lossUnit(run)}`),
    xType: lossAxes === "log-log" ? "log" : "linear",
    yType: lossAxes === "linear" ? "linear" : "log",
    extra: { hovermode: "x unified", xaxis: { hoverformat: ",d", unifiedhovertitle: { text: "epoch %{x}" } } },
  };
}

export const key = (run) => endOfFloor(run);

/** To where the reference's loss is told. Runs that diverge end anywhere: that is no reason to draw anew. */
const endOfFloor = (run) => (run.end?.status === "diverged" ? run.start.nEpochs : lastEpoch(run));

/** The loss's unit, from the target's name. */
export function lossUnit(run) {
  const { targetName, loss } = run.start;
  const unit = shortened(targetName, UNIT_LETTERS);
  return loss.unitExponent === 2 ? squared(unit) : unit;
}

/** @type {Picture["ranges"]} */
export function ranges(run, { lossAxes }) {
  const floor = run.reference?.trainLoss ?? 0;
  let low = floor > FAR_BELOW * run.lossLow ? Math.min(run.lossLow, floor) : run.lossLow;
  if (!Number.isFinite(low)) low = run.lossHigh > 0 ? run.lossHigh : 1; // every loss is zero
  const high = Math.max(run.lossHigh, low);
  const last = lastEpoch(run);
  const whole = lossAxes === "log-log" ? [0, Math.log10(Math.max(last, 2))] : [0, Math.max(last, 1)];
  const x = lossAxes !== "log-log" && run.epochsInView ? [0, Math.max(run.epochsInView, 1)] : whole;
  const both = (y) => ({ x, y, whole: { x: whole, y } });
  if (lossAxes === "linear") return both([0, high * 1.06 || 1]);
  low = Math.max(low, high * 1e-18, TINY);
  const room = Math.max(0.06 * Math.log10(high / low), 0.08);
  return both([Math.log10(low) - room, Math.log10(high) + room]);
}

/** @type {Picture["traces"]} */
export function traces(run, theme) {
  const moving = (uid, name, line) => ({
    uid,
    name,
    x: [null],
    y: [null],
    mode: "lines",
    line,
    hovertemplate: `%{customdata}<extra>${name}</extra>`,
  });
  const result = [];
  if (run.batchLoss) result.push(moving(UIDS.batch, "minibatch", { color: theme.batch, width: 1 }));
  if (run.reference) {
    const { trainLoss } = run.reference;
    result.push({
      uid: "reference",
      name: referenceName(run),
      ...told([0, 1, endOfFloor(run)], [trainLoss, trainLoss, trainLoss]),
      mode: "lines",
      line: { color: theme.reference, dash: "dash", width: 1.5 },
      hovertemplate: `%{customdata}<extra>${referenceName(run)}</extra>`,
    });
  }
  result.push(moving(UIDS.train, "train", { color: theme.learned, width: 2.5 }));
  if (run.testLoss) result.push(moving(UIDS.test, "test", { color: theme.test, width: 2, dash: "dashdot" }));
  return result;
}

/** Losses at epochs, and what hovering says of them. */
const told = (x, y) => ({ x, y, customdata: Array.from(y, (loss) => number(loss)) });

/** @type {Picture["handOver"]} */
export function handOver(run, position) {
  const last = Math.floor(position);
  const curves = [
    [UIDS.batch, run.batchLoss],
    [UIDS.train, run.trainLoss],
    [UIDS.test, run.testLoss],
  ]
    .filter(([, losses]) => losses)
    .map(([uid, losses]) => {
      const rows = [...Array(last + 1).keys()].filter((row) => Number.isFinite(losses[row]));
      return { uid, ...told(rows.map((row) => run.epoch[row]), rows.map((row) => losses[row])) };
    });
  return run.reference ? [floor(run, last), ...curves] : curves;
}

/** The reference fit's loss at every epoch that the others tell of, and on to the last. */
function floor(run, last) {
  const { reference, epoch } = run;
  const x = [...epoch.subarray(0, last + 1), endOfFloor(run)];
  return { uid: "reference", ...told(x, x.map(() => reference.trainLoss)) };
}

/** @type {Picture["draw"]} */
export function draw(context, map, run, position, theme) {
  const last = Math.floor(position);
  const stride = Math.max(1, Math.ceil(last / MAX_DRAWN));
  const steps = Math.ceil(last / stride) + 1;
  const along = (losses) => (i) => {
    const row = Math.min(i * stride, last);
    const loss = stride > 1 ? lossAt(losses, row) : losses[row];
    return [map.x(run.epoch[row]), map.y(loss)];
  };
  /** @type {[string, Float64Array|null, {color: string, width: number, dash?: number[]}][]} */
  const strokes = [
    [UIDS.batch, run.batchLoss, { color: theme.batch, width: 1 }],
    [UIDS.train, run.trainLoss, { color: theme.learned, width: 2.5 }],
    [UIDS.test, run.testLoss, { color: theme.test, width: 2, dash: [7, 3, 2, 3] }],
  ];
  for (const [uid, losses, stroke] of strokes) {
    if (losses && map.shows(uid)) curve(context, steps, along(losses), stroke);
  }
  markChanges(context, map, run, last, theme);
  if (run.end?.status === "diverged" && position >= run.nRows - 1) markEnd(context, map, run, theme);
  if (!map.shows(UIDS.train)) return;
  if (run.end) markConverged(context, map, run, last, theme);
  if (run.epoch[last] > map.xRange[1]) markBeyond(context, map, run, last, theme);
}

/** A dashed line where a setting was changed on the way, and what it was changed to. */
function markChanges(context, map, run, last, theme) {
  const { left, top, width, height } = map.area;
  changesUntil(run, last).forEach(({ epoch, label }, i) => {
    const x = map.x(epoch);
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
function markConverged(context, map, run, last, theme) {
  const row = convergedRow(run);
  if (row < 1 || row > last || run.epoch[last] < 2) return;
  const { left, top, width, height } = map.area;
  const [x, y] = [map.x(run.epoch[row]), map.y(run.trainLoss[row])];
  if (x < left || x > left + width || y < top || y > top + height) return;
  dots(context, 1, () => [x, y], { color: theme.text, radius: 5, hollow: true });
  const text = `within 1 % of its goal from epoch ${count(run.epoch[row])}`;
  const most = left + width - context.measureText(text).width - 4;
  write(context, text, Math.max(left + 4, Math.min(x + 4, most)), Math.max(top + 14, y - 12), theme);
}

/** The run is further than the axis reaches: an arrow to the right says where. */
function markBeyond(context, map, run, last, theme) {
  const { left, top, width, height } = map.area;
  const loss = map.y(lossAt(run.trainLoss, last));
  const y = Number.isFinite(loss) ? Math.max(top + 8, Math.min(loss, top + height - 8)) : top + 8;
  arrow(context, map, "x", 1, y, { color: theme.learned });
  const text = `epoch ${count(run.epoch[last])}`;
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
function markEnd(context, map, run, theme) {
  const row = lastFinite(run.trainLoss, run.nRows - 1);
  const { top, height } = map.area;
  const y = Math.max(top + 9, Math.min(map.y(run.trainLoss[row]), top + height - 9));
  const x = Math.min(map.x(run.epoch[row]), map.area.left + map.area.width - 9);
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
