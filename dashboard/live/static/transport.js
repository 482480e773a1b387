// Reset, step back, play or pause, step, speed and the scrubber, also from the keyboard; and the
// learning rate, which retrains while it is dragged.

import { element } from "./element.js";
import { count, plain } from "./format.js";
import { SPEEDS } from "./playback.js";

const ICONS = {
  reset: "M6 5v14M19 5 9 12l10 7z",
  back: "M18 5 8 12l10 7z",
  play: "M7 4v16l13-8z",
  pause: "M8 4v16M16 4v16",
  step: "M6 5l10 7-10 7z",
};
const KEYS = { " ": "toggle", ArrowLeft: "back", ArrowRight: "step", Home: "reset", End: "end" };
const OWN_KEYS = "input, textarea, select, button, a, [contenteditable], [role=slider], [role=option], [role=listbox], [role=combobox], [role=radio], [role=tab]";

/**
 * @param {HTMLElement} parent
 * @param {object} actions reset, back, toggle, step, end, seek(row), speed(factor),
 *   dragRate(rate) at every move, takeRate(rate) on release
 */
export function createTransport(parent, actions) {
  const bar = element("div", "ll-transport", { role: "group", "aria-label": "Playback" });
  const button = (name, label, action) => {
    const made = element("button", `ll-button ll-${name}`, { type: "button", "aria-label": label, title: label });
    made.innerHTML = icon(name);
    made.addEventListener("click", action);
    bar.append(made);
    return made;
  };
  button("reset", "Back to the start (Home)", actions.reset);
  button("back", "One step back (left arrow)", actions.back);
  const play = button("play", "Play (space)", actions.toggle);
  button("step", "One step on (right arrow)", actions.step);
  const scrubber = element("input", "ll-scrubber", { type: "range", min: 0, max: 0, step: 1, value: 0, "aria-label": "Epoch" });
  scrubber.addEventListener("input", () => actions.seek(Number(scrubber.value)));
  const epoch = element("span", "ll-epoch");
  const speed = element("select", "ll-speed", { "aria-label": "Playback speed", title: "Playback speed" });
  for (const factor of SPEEDS) speed.append(new Option(`${factor}\u00d7`, factor, factor === 1, factor === 1));
  speed.addEventListener("change", () => actions.speed(Number(speed.value)));
  bar.append(scrubber, epoch, speed);
  const rate = createRate(actions);
  bar.append(rate.element);
  parent.append(bar);

  const onKey = (event) => {
    const action = KEYS[event.key];
    const isTaken = event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey;
    if (!action || isTaken || ownsKeys(event.target, event.key)) return;
    event.preventDefault();
    actions[action]();
  };
  document.addEventListener("keydown", onKey);

  let shown = "";
  return {
    /** @param {{isPlaying: boolean, row: number, nRows: number, epoch: number, nEpochs: number}} state */
    update({ isPlaying, row, nRows, epoch: current, nEpochs }) {
      const state = isPlaying ? "pause" : "play";
      if (shown !== state) {
        shown = state;
        play.innerHTML = icon(state);
        const label = isPlaying ? "Pause (space)" : "Play (space)";
        play.setAttribute("aria-label", label);
        play.title = label;
      }
      scrubber.max = String(Math.max(0, nRows - 1));
      scrubber.value = String(row);
      scrubber.setAttribute("aria-valuetext", `epoch ${current}`);
      epoch.textContent = `${count(current)} / ${count(nEpochs)}`;
    },
    showRate: rate.show,
    destroy() {
      document.removeEventListener("keydown", onKey);
      bar.remove();
    },
  };
}

function createRate(actions) {
  const label = element("label", "ll-rate");
  const slider = element("input", "ll-rate-slider", { type: "range", min: 0, step: 1, "aria-label": "Learning rate, live" });
  const value = element("output", "ll-rate-value");
  let rates = [];
  const read = () => {
    const rate = rates[Number(slider.value)];
    value.textContent = plain(rate);
    slider.setAttribute("aria-valuetext", value.textContent);
    return rate;
  };
  slider.addEventListener("input", () => actions.dragRate(read()));
  slider.addEventListener("change", () => actions.takeRate(read()));
  const name = element("span", "ll-rate-name");
  name.textContent = "Learning rate";
  label.append(name, slider, value);
  return {
    element: label,
    /** @param {{value: number, rungs: number[]}|null} rate null where the solver has none */
    show(rate) {
      label.hidden = rate === null;
      if (!rate) return;
      rates = rate.rungs;
      slider.max = String(rates.length - 1);
      slider.value = String(rates.indexOf(rate.value));
      read();
    },
  };
}

/** Whether a control has a use of its own for a key. Our scrubber's arrows do what ours would. */
function ownsKeys(target, key) {
  if (!(target instanceof Element)) return false;
  const control = target.closest(OWN_KEYS);
  if (!control) return false;
  if (control.matches(".ll-transport button")) return key === " ";
  return !control.matches(".ll-scrubber");
}

function icon(name) {
  const isStroke = name === "pause";
  const paint = isStroke ? 'stroke="currentColor" stroke-width="5" fill="none"' : 'fill="currentColor" stroke="currentColor" stroke-width="2" stroke-linejoin="round"';
  const bar = name === "back" ? '<path d="M5 5v14" stroke-width="3"/>' : name === "step" ? '<path d="M19 5v14" stroke-width="3"/>' : "";
  return `<svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true" ${paint}><path d="${ICONS[name]}"/>${bar}</svg>`;
}
