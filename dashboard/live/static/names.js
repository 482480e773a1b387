// Names as people read them. A column's name may be anything: it is cut, and never taken for markup.

import { count, number } from "./format.js";

const MINUS = "\u2212";
const IN_EQUATION = 24; // letters of a name
const IN_LINE = 40; // letters of a line of a hover label
export const WHOLE = 240; // letters of what counts as a whole name
const DIRECTIONS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g; // would turn what follows around

/** A name on one line, its middle left out where it is longer than `most` letters: ends tell names apart. */
export function shortened(name, most) {
  const letters = [...String(name).replace(DIRECTIONS, "").replace(/\s+/g, " ").trim()];
  if (letters.length <= most) return letters.join("");
  const tail = Math.floor((most - 1) / 3);
  const [start, end] = [letters.slice(0, most - 1 - tail), letters.slice(letters.length - tail)];
  return `${start.join("").trimEnd()}\u2026${end.join("").trimStart()}`;
}

/** Text for plotly, which reads a little HTML, LaTeX and templates in what it shows. */
export function plotlyText(text) {
  return String(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("$", "&#36;")
    .replaceAll("%{", "&#37;{");
}

/** What text for plotly says, for those who write it elsewhere. */
export function plainText(text) {
  return text
    .replaceAll("&#37;{", "%{")
    .replaceAll("&#36;", "$")
    .replaceAll("&gt;", ">")
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&");
}

/** A name for plotly's axes and legends: escaped, and cut to `most` letters. */
export function plotlyName(name, most) {
  return plotlyText(shortened(name, most));
}

/** A whole name for plotly's hover labels, on as many lines as it takes. */
export function plotlyLines(name) {
  const letters = [...shortened(name, WHOLE)];
  const lines = [];
  for (let at = 0; at < letters.length; at += IN_LINE) lines.push(letters.slice(at, at + IN_LINE).join(""));
  return lines.map(plotlyText).join("<br>");
}

/** The square of a unit: price\u00b2, (price (EUR))\u00b2. */
export function squared(unit) {
  return /^[\p{L}\p{Nd}_]+$/u.test(unit) ? `${unit}\u00b2` : `(${unit})\u00b2`;
}

/**
 * The learned equation, the first few terms of it where there are many.
 * @param {string} target
 * @param {string[]} features names of at least the terms shown
 * @param {ArrayLike<number>} weights
 * @param {?number} bias null: a line through the origin
 * @param {object} size how much of it is shown: terms, letters of a name, how many terms are not
 */
export function equation(target, features, weights, bias, { nTerms = 4, letters = IN_EQUATION, isCounted = true } = {}) {
  const shown = Math.min(nTerms, weights.length, features.length);
  let text = `${term(target, letters)} =`;
  for (let j = 0; j < shown; j++) text += `${signed(weights[j], j === 0)} \u00b7 ${term(features[j], letters)}`;
  const rest = weights.length - shown;
  const more = ` ${count(rest)} more ${rest === 1 ? "term" : "terms"}`;
  if (rest > 0) text += `${shown > 0 ? " +" : ""} \u2026${isCounted ? more : ""}`;
  return bias === null ? text : text + signed(bias, false);
}

/** A name in an equation: in brackets where it would read as a part of one, as "city = Oslo" does. */
function term(name, letters) {
  const text = shortened(name, letters);
  return /=|\s[-\u2212+*/\u00b7]\s/.test(text) ? `(${text})` : text;
}

function signed(value, isFirst) {
  const size = number(Math.abs(value), 5);
  const isNegative = value < 0;
  if (isFirst) return ` ${isNegative ? MINUS : ""}${size}`;
  return ` ${isNegative ? MINUS : "+"} ${size}`;
}
