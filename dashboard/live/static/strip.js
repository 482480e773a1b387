// The live control: a track with a handle, the zones of its values behind it, and the values that a
// click sets. It retrains while it is dragged.

/** @import { Knob } from "./knob.js" */
/** @import { Zones } from "./zones.js" */

import { element, marked } from "./element.js";
import { textOf } from "./knob.js";
import { scaleOf } from "./scale.js";
import { explained, kindOf, marksOf, NAMES, segmentsOf, sourceOf } from "./zones.js";

const percent = (part) => `${(100 * part).toFixed(3)}%`;

/**
 * @param {object} options
 * @param {(knob: Knob, value: number|null) => void} options.drag called at every move
 * @param {(knob: Knob, value: number|null) => void} options.take called on release
 * @param {string} [options.id] of what explains the zones: a page may have several strips
 */
export function createStrip({ drag, take, id = "ll-zones-explained" }) {
  const parts = createParts(id);
  const { box, menu, label, track, slider, text } = parts;
  /** @type {Knob[]} */
  let knobs = [];
  let wanted = null; // by its name, also while it is not there
  /** @type {Knob} */
  let knob = null;
  let told = { of: {}, nEpochs: 0 }; // zones by a knob's name
  let scale = null;
  let drawn = "";
  let value = null; // of the handle

  const zones = () => told.of[knob.name] ?? null;
  const place = (next) => {
    value = next;
    text.textContent = textOf(knob, value);
    slider.value = String(scale.partOf(value));
    const kind = kindOf(zones(), value);
    slider.setAttribute("aria-valuetext", kind ? `${text.textContent}, ${NAMES[kind]}` : text.textContent);
  };
  const set = (next) => {
    place(next);
    take(knob, next);
  };
  const draw = () => {
    const key = JSON.stringify([knob.name, zones(), told.nEpochs, scale.ticks, scale.partOf(1)]);
    if (key === drawn) return;
    drawn = key;
    const found = zones();
    const segments = found ? segmentsOf(found, scale) : [];
    parts.zones.replaceChildren(...segments.map(zoneElement));
    parts.marks.replaceChildren(...(found ? marksOf(found, scale) : []).map((mark) => markElement(mark, () => set(mark.value))));
    parts.ticks.replaceChildren(...scale.ticks.map(tickElement));
    track.classList.toggle("ll-has-zones", segments.length > 0);
    showSource(parts, found, segments, told.nEpochs);
  };
  const choose = () => {
    knob = knobs.find(({ name }) => name === wanted) ?? knobs[0];
    menu.value = knob.name;
    label.textContent = knob.label;
    slider.setAttribute("aria-label", `${knob.label}, live`);
    scale = scaleOf(knob, zones());
    draw();
    place(knob.value);
  };

  let isHeld = false; // a key's value is taken at once
  slider.addEventListener("pointerdown", () => (isHeld = true));
  for (const event of ["pointerup", "pointercancel"]) slider.addEventListener(event, () => (isHeld = false));
  slider.addEventListener("keydown", (event) => {
    const next = event.ctrlKey || event.metaKey || event.altKey ? undefined : scale.moved(value, event.key);
    if (next === undefined) return;
    event.preventDefault();
    if (next !== value) set(next);
  });
  slider.addEventListener("input", () => {
    const next = scale.valueAt(Number(slider.value));
    const isSame = next === value;
    place(next);
    if (isHeld && !isSame) drag(knob, next);
  });
  slider.addEventListener("change", () => set(scale.valueAt(Number(slider.value))));
  menu.addEventListener("change", () => {
    wanted = menu.value;
    choose();
  });
  return {
    element: box,
    /** @param {Knob[]} next what the run is set to; the one that was chosen stays, where it is among them */
    show(next) {
      box.hidden = next.length === 0;
      const names = (list) => list.map(({ name }) => name).join();
      if (names(next) !== names(knobs)) menu.replaceChildren(...next.map(({ name, label }) => new Option(label, name)));
      knobs = next;
      menu.hidden = !(label.hidden = knobs.length !== 1); // one needs no menu
      if (knobs.length) choose();
    },
    /**
     * @param {{of: Object<string, Zones|null>, nEpochs: number}} next what the values of knobs do on these data
     */
    showZones(next) {
      told = next;
      if (!knob) return;
      const former = value;
      const isDragged = isHeld;
      if (!isDragged) scale = scaleOf(knob, zones()); // under a pointer the axis stays
      draw();
      place(former);
    },
  };
}

function createParts(id) {
  const box = element("div", "ll-strip");
  const menu = element("select", "ll-knob-name", { "aria-label": "What the slider sets", title: "What the slider sets" });
  const source = element("button", "ll-source", { type: "button", popovertarget: id });
  const explanation = element("div", "ll-zones-explained", { popover: "auto", id });
  const label = element("span", "ll-knob-label");
  const name = element("div", "ll-strip-name");
  name.append(menu, label, source, explanation);
  const slider = element("input", "ll-knob-slider", { type: "range", min: 0, max: 1, step: "any" });
  const [marks, zones, ticks] = ["ll-marks", "ll-zones", "ll-ticks"].map((each) => element("div", each));
  for (const each of [zones, ticks]) each.setAttribute("aria-hidden", "true");
  const track = element("div", "ll-track");
  track.append(zones, slider, marks, ticks);
  const text = element("output", "ll-knob-value");
  box.append(name, track, text);
  return { box, menu, label, source, explanation, track, slider, marks, zones, ticks, text };
}

function zoneElement({ kind, from, to }) {
  const zone = element("div", `ll-zone ll-zone-${kind}`, { style: `left: ${percent(from)}; width: ${percent(to - from)}` });
  const name = element("span", "");
  name.textContent = NAMES[kind];
  zone.append(name);
  return zone;
}

function markElement({ name, part, text }, onClick) {
  const mark = element("button", `ll-mark ll-mark-${name}`, { type: "button", style: `left: ${percent(part)}`, title: `Set it to the ${name === "best" ? "best value" : "limit"}` });
  mark.textContent = text;
  mark.addEventListener("click", onClick);
  return mark;
}

function tickElement({ part, text }) {
  const tick = element("span", "ll-tick", { style: `left: ${percent(part)}` });
  tick.textContent = text;
  return tick;
}

function showSource({ source, explanation }, zones, segments, nEpochs) {
  source.hidden = !zones;
  if (!zones) return;
  source.textContent = sourceOf(zones);
  source.setAttribute("aria-label", `Zones ${sourceOf(zones)}: what they mean`);
  const { sentences, meanings } = explained(zones, [...new Set(segments.map(({ kind }) => kind))], nEpochs);
  const paragraphs = sentences.map((sentence) => {
    const paragraph = element("p", "");
    paragraph.append(...marked(sentence));
    return paragraph;
  });
  const list = element("dl", "");
  for (const [kind, meaning] of meanings) {
    const [term, detail] = [element("dt", `ll-zone-${kind}`), element("dd", "")];
    [term.textContent, detail.textContent] = [NAMES[kind], meaning];
    list.append(term, detail);
  }
  explanation.replaceChildren(...paragraphs, list);
}
