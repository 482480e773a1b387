// The view's own slider: any number that the run is set to, which retrains while it is dragged.

import { element } from "./element.js";
import { count, plainNumber } from "./format.js";

/**
 * @typedef {object} Knob
 * @property {string} name as the address calls it
 * @property {string} label
 * @property {number|null} value null where it is called `word`
 * @property {(number|null)[]} [rungs] in order; else it goes in even steps
 * @property {number} [minimum]
 * @property {number} [maximum]
 * @property {number} [step]
 * @property {string} [word]
 * @property {boolean} isWhole
 */

/** @param {Knob} knob */
export function valuesOf({ value, rungs, minimum, maximum, step }) {
  const steps = rungs ?? evenSteps(minimum, maximum, step);
  if (steps.includes(value)) return steps;
  return [...steps.filter((rung) => rung !== null && rung < value), value, ...steps.filter((rung) => rung === null || rung > value)];
}

function evenSteps(minimum, maximum, step) {
  const n = Math.round((maximum - minimum) / step);
  return Array.from({ length: n + 1 }, (_, i) => Number((minimum + i * step).toPrecision(12)));
}

/** A value as a person reads it. */
export function textOf({ word, isWhole }, value) {
  if (value === null) return word[0].toUpperCase() + word.slice(1);
  return isWhole ? count(value) : plainNumber(value);
}

/** A value as the address spells it. */
export const spelledOf = ({ word }, value) => (value === null ? word : String(value));

/**
 * @param {object} actions drag(knob, value) at every move, take(knob, value) on release
 */
export function createKnob({ drag, take }) {
  const box = element("div", "ll-knob");
  const menu = element("select", "ll-knob-name", { "aria-label": "What the slider sets", title: "What the slider sets" });
  const slider = element("input", "ll-knob-slider", { type: "range", min: 0, step: 1 });
  const text = element("output", "ll-knob-value");
  let knobs = [];
  let wanted = null; // by its name, also while it is not there
  let knob = null;
  let values = [];

  const read = () => {
    const value = values[Number(slider.value)];
    text.textContent = textOf(knob, value);
    slider.setAttribute("aria-valuetext", text.textContent);
    return value;
  };
  const choose = () => {
    knob = knobs.find(({ name }) => name === wanted) ?? knobs[0];
    menu.value = knob.name;
    values = valuesOf(knob);
    slider.max = String(values.length - 1);
    slider.value = String(values.indexOf(knob.value));
    slider.setAttribute("aria-label", `${knob.label}, live`);
    read();
  };
  let isHeld = false; // a key's value is taken at once
  slider.addEventListener("pointerdown", () => (isHeld = true));
  slider.addEventListener("keydown", () => (isHeld = false));
  slider.addEventListener("input", () => {
    const value = read();
    if (isHeld) drag(knob, value);
  });
  slider.addEventListener("change", () => take(knob, read()));
  menu.addEventListener("change", () => {
    wanted = menu.value;
    choose();
  });
  box.append(menu, slider, text);
  return {
    element: box,
    /** @param {Knob[]} next what the run is set to; the one that was chosen stays, where it is among them */
    show(next) {
      box.hidden = next.length === 0;
      const names = (list) => list.map(({ name }) => name).join();
      if (names(next) !== names(knobs)) menu.replaceChildren(...next.map(({ name, label }) => new Option(label, name)));
      knobs = next;
      if (knobs.length) choose();
    },
  };
}
