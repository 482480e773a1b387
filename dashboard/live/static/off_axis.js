// What has left its picture: an arrow at the frame where it went, and how far that is.

import { count, number } from "./format.js";

const HEAD = { length: 9, half: 6, smallHalf: 3.5 }; // pixels
const STEM = 20; // from the frame to where an arrow begins
const MAX_STEMS = 12; // more arrows than these are heads only
const MAX_HEADS = 60; // on a side: more are a band
const ROOM = 8; // between an arrow and its number
const TEXT = 12; // pixels, unless the picture says otherwise
const SLACK = 1; // a mark on the frame has not left

/**
 * Where a mark has gone: -1 above or left of the area, 1 below or right of it, 0 it is within. What is
 * no number any more has gone up, as a rule far beyond the largest.
 * @param {import("./plot.js").PixelMap} map
 * @param {"x"|"y"} axis
 * @param {number} value
 */
export function sideOf(map, axis, value) {
  const [from, to] = span(map.area, axis);
  const pixel = map[axis](value);
  if (Number.isNaN(pixel)) return axis === "y" ? -1 : 1;
  if (pixel < from - SLACK) return -1;
  return pixel > to + SLACK ? 1 : 0;
}

/**
 * Draws an arrow for each mark that has left along an axis, and on each side the number of the furthest.
 * @param {CanvasRenderingContext2D} context
 * @param {import("./plot.js").PixelMap} map
 * @param {"x"|"y"} axis
 * @param {{value: number, at: number, told?: number}[]} marks a value on that axis, pixels along the other one,
 *   and what is written where the axis has another scale
 * @param {import("./theme.js").Theme} theme
 * @param {{color: string, digits?: number}} style
 */
export function markBeyond(context, map, axis, marks, theme, { color, digits = 4 }) {
  for (const side of [-1, 1]) {
    const gone = marks.filter(({ value }) => sideOf(map, axis, value) === side);
    if (!gone.length) continue;
    const stride = Math.ceil(gone.length / MAX_HEADS);
    for (let i = 0; i < gone.length; i += stride) {
      arrow(context, map, axis, side, gone[i].at, { color, isSmall: gone.length > MAX_STEMS });
    }
    label(context, map, axis, side, gone, { theme, digits });
  }
}

/** An arrow whose tip is on the frame. */
export function arrow(context, { area }, axis, side, at, { color, isSmall = false }) {
  const [from, to] = span(area, axis);
  const tip = side < 0 ? from + 1 : to - 1;
  const place = (along, across) => (axis === "y" ? [across, along] : [along, across]);
  const half = isSmall ? HEAD.smallHalf : HEAD.half;
  context.fillStyle = color;
  context.beginPath();
  context.moveTo(...place(tip, at));
  context.lineTo(...place(tip - side * HEAD.length, at - half));
  context.lineTo(...place(tip - side * HEAD.length, at + half));
  context.fill();
  if (isSmall) return;
  context.strokeStyle = color;
  context.lineWidth = 3;
  context.beginPath();
  context.moveTo(...place(tip - side * HEAD.length, at));
  context.lineTo(...place(tip - side * STEM, at));
  context.stroke();
}

/** What is written beside arrows. */
export function beyondText(values, digits) {
  const furthest = values.reduce((far, value) => (Math.abs(value) <= Math.abs(far) ? far : value));
  const far = Number.isNaN(furthest) ? "overflow" : number(Number(furthest.toPrecision(digits)), digits);
  return values.length > 1 ? `${count(values.length)} beyond, to ${far}` : far;
}

function label(context, { area, textSize = TEXT }, axis, side, gone, { theme, digits }) {
  const text = beyondText(gone.map(({ value, told = value }) => told), digits);
  const width = context.measureText(text).width;
  const middle = gone.reduce((sum, { at }) => sum + at, 0) / gone.length;
  const isAlone = gone.length === 1;
  if (axis === "y") {
    const edge = side < 0 ? area.top : area.top + area.height;
    const beside = middle + ROOM + width < area.left + area.width ? middle + ROOM : middle - ROOM - width;
    const x = isAlone ? beside : middle - width / 2;
    const depth = isAlone ? textSize : STEM + textSize;
    write(context, text, Math.max(area.left + 2, Math.min(x, area.left + area.width - width - 2)), edge - side * depth + (side < 0 ? 2 : 0), theme);
  } else {
    const x = side < 0 ? area.left + STEM + ROOM : area.left + area.width - STEM - ROOM - width;
    write(context, text, x, Math.max(area.top + textSize, Math.min(middle + 4, area.top + area.height - 4)), theme);
  }
}

/** Text that reads on whatever lies behind it. */
export function write(context, text, x, y, theme) {
  context.textAlign = "left";
  context.lineJoin = "round";
  context.lineWidth = 4;
  context.strokeStyle = theme.background;
  context.strokeText(text, x, y);
  context.fillStyle = theme.text;
  context.fillText(text, x, y);
}

/** A sentence in the upper left corner, on as many lines as it takes. */
export function writeLines(context, text, { area, textSize = TEXT }, theme) {
  const lines = [];
  for (const word of text.split(" ")) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && context.measureText(longer).width < area.width - 2 * ROOM) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  lines.forEach((each, i) => each && write(context, each, area.left + 4, area.top + textSize * (1.2 + 1.4 * i), theme));
}

const span = (area, axis) => (axis === "y" ? [area.top, area.top + area.height] : [area.left, area.left + area.width]);
