// What values of a knob do to a run on these data: too slow, good, oscillating, diverging.

/** @import { Scale } from "./scale.js" */

import { count, shortNumber } from "./format.js";
import { rounded } from "./scale.js";

/**
 * @typedef {object} Zones as `zones.py` tells them: where each begins, null where it is not known
 * @property {number|null} slowBelow
 * @property {number|null} best
 * @property {number|null} oscillatesAbove
 * @property {number|null} limit
 * @property {number|null} [stableAbove] up to here, too, it diverges: the rate is one that only momentum makes stable
 * @property {"theory"|"approximation"|"measured"} source
 * @property {string} note
 */

/** @typedef {"slow"|"good"|"oscillating"|"diverging"} Kind */

export const NAMES = { slow: "too slow", good: "good", oscillating: "oscillates", diverging: "diverges" };
const SOURCES = { theory: "by theory", approximation: "approximate", measured: "measured" };
const WHENCE = {
  theory: "Computed from the curvature of the loss on these rows, exactly.",
  approximation: "Computed from the curvature of the loss on these rows. For minibatches that is an approximation.",
  measured: "No formula is known here, so quick runs measured it.",
};
const MEANINGS = {
  slow: (nEpochs) => `Not within 1 % of the least loss after ${count(nEpochs)} ${nEpochs === 1 ? "epoch" : "epochs"}.`,
  good: () => "Gets there in time, without overshooting.",
  oscillating: () => "Steps overshoot and come back: it gets there, back and forth.",
  diverging: () => "Each step lands further away than the one before.",
};
const DIGITS = 3;

/** Whether anything is known but why nothing is. */
const isKnown = ({ slowBelow, best, oscillatesAbove, limit }) => [slowBelow, best, oscillatesAbove, limit].some((value) => value !== null);

/**
 * The zones along a track, from left to right; those off it are left out.
 * @param {Zones} zones
 * @param {Scale} scale
 * @returns {{kind: Kind, from: number, to: number}[]} from and to as parts of the track
 */
export function segmentsOf(zones, scale) {
  if (!isKnown(zones)) return [];
  const held = (value) => Math.max(0, Math.min(1, scale.partOf(value)));
  const part = (value, instead) => ((value ?? null) === null ? instead : held(value));
  const start = part(zones.stableAbove, 0);
  const end = part(zones.limit, 1);
  const slow = Math.min(Math.max(part(zones.slowBelow, start), start), end);
  const oscillating = Math.min(Math.max(part(zones.oscillatesAbove, end), slow), end);
  /** @type {[Kind, number, number][]} */
  const all = [["diverging", 0, start], ["slow", start, slow], ["good", slow, oscillating], ["oscillating", oscillating, end], ["diverging", end, 1]];
  return all.filter(([, from, to]) => to > from).map(([kind, from, to]) => ({ kind, from, to }));
}

/**
 * The values that a click sets; those off the track are left out.
 * @param {Zones} zones
 * @param {Scale} scale
 * @returns {{name: "best"|"limit", value: number, part: number, text: string}[]}
 */
export function marksOf(zones, scale) {
  const marks = [
    { name: /** @type {const} */ ("best"), value: zones.best === null ? null : rounded(zones.best, DIGITS) },
    { name: /** @type {const} */ ("limit"), value: zones.limit === null ? null : floored(zones.limit) },
  ];
  return marks
    .filter(({ value }) => value !== null && scale.partOf(value) >= 0 && scale.partOf(value) <= 1)
    .map(({ name, value }) => ({ name, value, part: scale.partOf(value), text: `${name} ${shortNumber(value)}` }));
}

/** A limit is never told, or set, as more than it is. */
function floored(value) {
  const near = rounded(value, DIGITS);
  const unit = 10 ** (Math.floor(Math.log10(value)) - DIGITS + 1);
  return near > value ? rounded(near - unit, DIGITS) : near;
}

/**
 * What a value does, in a word.
 * @param {Zones|null} zones
 * @returns {Kind|null}
 */
export function kindOf(zones, value) {
  if (!zones || value === null || !isKnown(zones)) return null;
  if (zones.limit !== null && value >= zones.limit) return "diverging";
  if (value < (zones.stableAbove ?? -Infinity)) return "diverging";
  if (zones.slowBelow !== null && value < zones.slowBelow) return "slow";
  if (zones.oscillatesAbove !== null && value >= zones.oscillatesAbove) return "oscillating";
  return "good";
}

/** Where zones come from, in a word or two, and whether there is more to say. */
export const sourceOf = (zones) => {
  const source = isKnown(zones) ? SOURCES[zones.source] : "no zones";
  return zones.note ? `${source}, note` : source;
};

/**
 * What is to be known of zones, for who asks.
 * @param {Zones} zones
 * @param {Kind[]} kinds those in sight
 * @param {number} nEpochs
 * @returns {{sentences: string[], meanings: [Kind, string][]}}
 */
export function explained(zones, kinds, nEpochs) {
  return {
    sentences: [isKnown(zones) ? WHENCE[zones.source] : "", zones.note].filter(Boolean),
    meanings: kinds.map((kind) => [kind, MEANINGS[kind](nEpochs)]),
  };
}
