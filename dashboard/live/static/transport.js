// Reset, step back, play or pause, step, speed and the scrubber, also from the keyboard.

import { element } from "./element.js";
import { count } from "./format.js";
import { SPEEDS } from "./playback.js";

const ICONS = {
  reset: "M19 5 9 12l10 7z",
  back: "M15 5 5 12l10 7z",
  play: "M7 4v16l13-8z",
  pause: "M8 4v16M16 4v16",
  step: "M9 5l10 7-10 7z",
};
const BARS = { reset: "M5 5v14", back: "M19 5v14", step: "M5 5v14" }; // skip, and frame by frame
const KEYS = { ArrowLeft: "back", ArrowRight: "step", Home: "reset", End: "end" };
const LETTERS = { p: "pin", k: "toggle", j: "back", l: "step", s: "reset", 0: "reset", e: "end" };
const SHOWN_KEYS = [
  ["Space, K", "Play or pause"],
  ["J, L", "One step back, one on"],
  ["S, E", "To the start, to the end"],
  ["P", "Pin the run, to compare others with it"],
  ["\u2190 \u2192, Home, End", "The same, where no control has the focus"],
];
const TEXT = "textarea, select, [contenteditable], [role=textbox], [role=combobox], [role=listbox], [role=option], [role=menu], [role=grid], input:not([type=range], [type=checkbox], [type=radio], [type=button], [type=submit])";
const PRESSED = "button, a, summary, input:not([type=range]), [role=button], [role=checkbox], [role=switch], [role=radio], [role=tab], [role=menuitem]";
const MOVED = "input, button, a, [role=slider], [role=radio], [role=tab], [role=menuitem]";

/**
 * @param {HTMLElement} parent
 * @param {object} actions reset, back, toggle, step, end, seek(row), speed(factor); pin, where runs can be pinned
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
  button("reset", "Back to the start (S)", actions.reset);
  button("back", "One step back (J)", actions.back);
  const play = button("play", "Play (space or K)", actions.toggle);
  button("step", "One step on (L)", actions.step);
  const scrubber = element("input", "ll-scrubber", { type: "range", min: 0, max: 0, step: 1, value: 0, "aria-label": "Epoch" });
  scrubber.addEventListener("input", () => actions.seek(Number(scrubber.value)));
  const epoch = element("span", "ll-epoch");
  const speed = element("select", "ll-speed", { "aria-label": "Playback speed", title: "Playback speed" });
  for (const factor of SPEEDS) speed.append(new Option(`${factor}\u00d7`, String(factor), factor === 1, factor === 1));
  speed.addEventListener("change", () => actions.speed(Number(speed.value)));
  bar.append(scrubber, epoch, speed);
  if (actions.pin) bar.append(createPin(actions.pin));
  bar.append(...createKeys(SHOWN_KEYS.filter(([key]) => key !== "P" || actions.pin)));
  parent.append(bar);

  const onKey = (event) => {
    const action = actionOf(event);
    if (!action || !actions[action]) return;
    event.preventDefault();
    actions[action]();
  };
  document.addEventListener("keydown", onKey);

  let shown = "";
  return {
    element: bar,
    /** @param {{isPlaying: boolean, row: number, nRows: number, epoch: number, nEpochs: number}} state */
    update({ isPlaying, row, nRows, epoch: current, nEpochs }) {
      const state = isPlaying ? "pause" : "play";
      if (shown !== state) {
        shown = state;
        play.innerHTML = icon(state);
        const label = isPlaying ? "Pause (space or K)" : "Play (space or K)";
        play.setAttribute("aria-label", label);
        play.title = label;
      }
      scrubber.max = String(Math.max(0, nRows - 1));
      scrubber.value = String(row);
      scrubber.setAttribute("aria-valuetext", `epoch ${current}`);
      epoch.textContent = `${count(current)} / ${count(nEpochs)}`;
    },
    destroy() {
      document.removeEventListener("keydown", onKey);
      bar.remove();
    },
  };
}

/** The button that keeps the run on screen beside those that follow. */
function createPin(pin) {
  const label = "Pin this run (P): it stays on screen beside others";
  const button = element("button", "ll-button ll-pin-it", { type: "button", "aria-label": label, title: label });
  button.innerHTML = `<svg viewBox="0 0 24 24" width="16" height="16" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round"><path d="M9 3h6l-1 7 4 4H6l4-4zM12 14v7"/></svg><span>Pin</span>`;
  button.addEventListener("click", pin);
  return button;
}

/** A button that shows the keys. */
function createKeys(keys) {
  const list = element("dl", "ll-keys", { popover: "auto", id: "ll-keys" });
  for (const [each, what] of keys) {
    const [term, detail] = [element("dt", ""), element("dd", "")];
    [term.textContent, detail.textContent] = [each, what];
    list.append(term, detail);
  }
  const button = element("button", "ll-button ll-keys-button", { type: "button", "aria-label": "Keys", title: "Keys", popovertarget: "ll-keys" });
  button.textContent = "?";
  return [button, list];
}

/**
 * What a key does to playback, or undefined where it is somebody else's. Letters and Space work on
 * sliders too, which have no use for them; arrows, Home and End are a focused control's own.
 * @param {KeyboardEvent} event
 */
export function actionOf({ key, target, defaultPrevented, ctrlKey, metaKey, altKey }) {
  if (defaultPrevented || ctrlKey || metaKey || altKey || key === undefined) return undefined;
  const isIn = (selector) => Boolean(/** @type {Element|null} */ (target)?.closest?.(selector));
  if (isIn(TEXT)) return undefined;
  if (key === " ") return isIn(PRESSED) ? undefined : "toggle";
  if (key in KEYS) return isIn(MOVED) && !isIn(".ll-scrubber, .ll-transport button") ? undefined : KEYS[key];
  return LETTERS[key.toLowerCase()];
}

function icon(name) {
  const isStroke = name === "pause";
  const paint = isStroke ? 'stroke="currentColor" stroke-width="5" fill="none"' : 'fill="currentColor" stroke="currentColor" stroke-width="2" stroke-linejoin="round"';
  const bar = BARS[name] ? `<path d="${BARS[name]}" stroke-width="3"/>` : "";
  return `<svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true" ${paint}><path d="${ICONS[name]}"/>${bar}</svg>`;
}
