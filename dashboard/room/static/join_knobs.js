// The knobs that a task leaves free, one below the other and as large as a thumb: each retrains while it
// is dragged, and takes a typed number too.

/** @import { Knob } from "../../live/static/knob.js" */

import { element } from "../../live/static/element.js";
import { spelledOf, textOf } from "../../live/static/knob.js";
import { createStrip } from "../../live/static/strip.js";

const NO_ZONES = { of: {}, nEpochs: 0 };

/**
 * @param {object} actions
 * @param {(knob: Knob, value: number|null) => void} actions.drag
 * @param {(knob: Knob, value: number|null) => void} actions.take
 */
export function createJoinKnobs({ drag, take }) {
  const box = element("div", "lj-knobs", { role: "group", "aria-label": "What you can set" });
  let rows = [];
  let zones = NO_ZONES;
  return {
    element: box,
    /**
     * @param {Knob[]} knobs
     * @param {Object<string, [number, number]>} bounds
     */
    show(knobs, bounds) {
      rows = knobs.map((knob, i) => createRow({ ...knob, ...boundsOf(knob, bounds[knob.name]) }, `lj-zones-${i}`, { drag, take }));
      box.replaceChildren(...rows.map(({ row }) => row));
      box.hidden = rows.length === 0;
      for (const { strip } of rows) strip.showZones(zones);
    },
    /** Puts the handles where the run's settings are. */
    place(values) {
      for (const { place, knob } of rows) place(knob.name in values ? values[knob.name] : knob.value);
    },
    /** Theory's zones, once they are explained; null: none. */
    showZones(next) {
      zones = next ?? NO_ZONES;
      for (const { strip } of rows) strip.showZones(zones);
    },
  };
}

/**
 * The axis of a knob that takes any value is that of its bounds: theory's zones don't move it later.
 * @param {Knob} knob
 * @param {[number, number]} [bounds]
 * @returns {{bounds?: [number, number]}}
 */
function boundsOf({ isFine, rungs }, bounds) {
  if (!isFine) return {};
  const positive = (rungs ?? []).filter((rung) => rung > 0);
  /** @type {[number, number]} */
  const found = bounds && bounds[0] > 0 ? bounds : [positive[0], positive.at(-1)];
  return found[1] > found[0] ? { bounds: found } : {};
}

function createRow(knob, id, { drag, take }) {
  const row = element("div", "lj-knob");
  const form = element("form", "lj-entry");
  const entry = element("input", "lj-field", { type: "text", inputmode: "decimal", autocomplete: "off", "aria-label": `${knob.label}, exactly`, enterkeyhint: "go" });
  form.append(entry);
  let value = knob.value;
  const place = (next) => {
    value = next;
    entry.value = textOf(knob, next);
  };
  const strip = createStrip({
    drag: (_, next) => (place(next), drag(knob, next)),
    take: (_, next) => (place(next), take(knob, next)),
    id,
  });
  const submit = () => {
    const typed = typedValue(knob, entry.value);
    if (typed === undefined) return place(value);
    if (typed === value) return place(value);
    place(typed);
    strip.show([{ ...knob, value: typed }]);
    take(knob, typed);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  entry.addEventListener("change", submit);
  strip.show([knob]);
  place(knob.value);
  row.append(strip.element, form);
  return {
    row, strip, knob,
    place(next) {
      strip.show([{ ...knob, value: next }]);
      place(next);
    },
  };
}

/**
 * What somebody has typed as a knob's value; undefined: it is none.
 * @param {Knob} knob
 * @param {string} text
 */
export function typedValue(knob, text) {
  const plain = text.trim().replace("\u2212", "-");
  if (knob.word && plain.toLowerCase() === knob.word.toLowerCase()) return null;
  const isGrouped = /^\d{1,3}(,\d{3})+(\.\d*)?$/.test(plain) && knob.isWhole;
  const number = Number(isGrouped ? plain.replaceAll(",", "") : plain.replace(",", "."));
  return plain === "" || !Number.isFinite(number) ? undefined : number;
}

/** What a run's address says of knobs that are not where the task has put them. */
export function settingsIn(knobs, values) {
  const moved = knobs.filter(({ name, value }) => name in values && values[name] !== value);
  return Object.fromEntries(moved.map((knob) => [knob.name, spelledOf(knob, values[knob.name])]));
}
