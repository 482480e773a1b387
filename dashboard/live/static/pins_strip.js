// The strip of pinned runs: a chip for each, with its looks, its name, and what can be done to it.

/** @import { PinTold } from "./ghosts.js" */

import { element } from "./element.js";
import { looksOf } from "./ghosts.js";
import { swatch } from "./legend.js";

const MOST_LETTERS = 40; // of a name
const DOUBLE_MS = 230; // within which a second click makes the first one no click
const FLASH_MS = 900;
const KEYS = { b: "baseline", o: "open", enter: "open", r: "rename", f2: "rename", delete: "remove", backspace: "remove" };
const MENU = [
  ["open", "Open", "O"],
  ["baseline", "Compare with it", "B"],
  ["rename", "Rename", "R"],
  ["remove", "Remove", "Delete"],
];

/**
 * What a key does to the chip that has the focus, or undefined.
 * @param {{key: string, ctrlKey?: boolean, metaKey?: boolean, altKey?: boolean}} event
 */
export function chipActionOf({ key, ctrlKey, metaKey, altKey }) {
  return ctrlKey || metaKey || altKey || key === undefined ? undefined : KEYS[key.toLowerCase()];
}

/**
 * @param {HTMLElement} parent
 * @param {object} handlers
 * @param {(action: {what: string, slot?: number, name?: string}) => void} handlers.act
 * @param {() => void} handlers.save the table as a file
 */
export function createPinsStrip(parent, { act, save }) {
  const strip = element("div", "ll-pins", { role: "group", "aria-label": "Pinned runs", hidden: "" });
  const more = createMenu("ll-pins-menu", "Pinned runs", [
    ["Save the table as CSV", "", save],
    ["Remove all", "", () => act({ what: "clear" })],
  ]);
  parent.append(strip);
  let shown = "";
  const chips = new Map();

  const rename = (chip, { slot, name }) => {
    const field = element("input", "ll-pin-field", { type: "text", maxlength: MOST_LETTERS, "aria-label": "Name" });
    field.value = name;
    let isOver = false;
    const end = (isKept) => {
      if (isOver) return;
      isOver = true;
      const text = field.value.trim();
      field.replaceWith(chip.name);
      chip.name.focus();
      if (isKept && text && text !== name) act({ what: "rename", slot, name: text });
    };
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault(); // the chip gets the focus, and would take the key for a click
      end(event.key === "Enter");
    });
    field.addEventListener("blur", () => end(true));
    chip.name.replaceWith(field);
    field.focus();
    field.select();
  };

  const does = (chip, pin, what) => (what === "rename" ? rename(chip, pin) : act({ what, slot: pin.slot }));

  const chipOf = (/** @type {PinTold} */ pin, theme) => {
    const root = element("span", "ll-pin", { role: "group", "aria-label": pin.name });
    const name = element("button", "ll-pin-name", { type: "button", "aria-pressed": pin.isBaseline });
    const { color, dash, mark } = looksOf(pin.color, theme);
    name.innerHTML = swatch({ mode: "lines+markers", line: { color, dash: dash.join(), width: 2 }, marker: { color, symbol: `${mark}-open` } });
    const label = element("span", "");
    label.textContent = pin.name;
    name.append(label);
    name.title = pin.missing || `${pin.name}${pin.isBaseline ? ": the baseline" : ""}\nClick or B: compare with it \u00b7 double click or R: rename \u00b7 O: open \u00b7 Delete: remove`;
    root.dataset.slot = String(pin.slot);
    root.classList.toggle("ll-pin-baseline", pin.isBaseline);
    root.classList.toggle("ll-pin-missing", Boolean(pin.missing));
    const said = element("small", "ll-pin-said");
    said.textContent = pin.missing ? "no data" : "";
    const chip = { root, name, said };
    let timer = 0;
    name.addEventListener("click", ({ detail }) => {
      clearTimeout(timer);
      if (detail < 2) timer = window.setTimeout(() => act({ what: "baseline", slot: pin.slot }), detail === 0 ? 0 : DOUBLE_MS);
    });
    name.addEventListener("dblclick", () => (clearTimeout(timer), rename(chip, pin)));
    name.addEventListener("keydown", (event) => {
      const what = chipActionOf(event);
      if (!what) return;
      event.preventDefault();
      event.stopPropagation();
      does(chip, pin, what);
    });
    const menu = createMenu("ll-pin-menu", `What to do with ${pin.name}`, MENU.map(([what, text, key]) => [text, key, () => does(chip, pin, what)]));
    root.append(name, said, menu.button, menu.list);
    return chip;
  };

  return {
    element: strip,
    /**
     * @param {PinTold[]} pins
     * @param {import("./theme.js").Theme} theme
     */
    show(pins, theme) {
      const key = JSON.stringify([pins, theme.isDark]);
      if (key === shown) return;
      shown = key;
      const focused = /** @type {HTMLElement|null} */ (document.activeElement?.closest?.(".ll-pin"))?.dataset.slot;
      chips.clear();
      for (const pin of pins) chips.set(pin.slot, { ...chipOf(pin, theme), id: pin.id, isMissing: pin.missing !== "" });
      strip.replaceChildren(...[...chips.values()].map(({ root }) => root), more.button, more.list);
      strip.hidden = pins.length === 0;
      (chips.get(Number(focused)) ?? (focused && [...chips.values()].at(-1)))?.name.focus({ preventScroll: true });
    },
    /** A line at the end of a chip, as for a race's order. */
    say(slot, text) {
      const chip = chips.get(slot);
      if (chip && !chip.isMissing && chip.said.textContent !== text) chip.said.textContent = text;
    },
    /** Shows which pin a run is. Returns whether it is any. */
    flash(id) {
      const chip = [...chips.values()].find((each) => each.id === id);
      if (!chip) return false;
      chip.root.classList.add("ll-pin-flash");
      setTimeout(() => chip.root.classList.remove("ll-pin-flash"), FLASH_MS);
      return true;
    },
    /** A further entry of the strip's own menu. */
    addEntry: more.add,
  };
}

let nMenus = 0;

/**
 * A button that opens a short list of actions below it.
 * @param {string} className
 * @param {string} label
 * @param {[string, string, () => void][]} entries text, key, action
 */
function createMenu(className, label, entries) {
  const id = `ll-pins-menu-${++nMenus}`;
  const button = element("button", `ll-pin-button ${className}`, { type: "button", "aria-label": label, title: label, popovertarget: id });
  button.textContent = "\u22ef";
  const list = element("div", "ll-pin-list", { popover: "auto", id, role: "menu", "aria-label": label });
  const add = (text, key, action) => {
    const entry = element("button", "", { type: "button", role: "menuitem" });
    entry.textContent = text;
    if (key) entry.append(Object.assign(element("kbd", ""), { textContent: key }));
    entry.addEventListener("click", () => {
      list.hidePopover();
      action();
    });
    list.append(entry);
  };
  for (const entry of entries) add(...entry);
  list.addEventListener("beforetoggle", () => {
    const { left, bottom } = button.getBoundingClientRect();
    list.style.cssText = `left: ${Math.max(4, Math.min(left, window.innerWidth - 210))}px; top: ${bottom + 4}px`;
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    event.stopPropagation();
    if (!step) return;
    event.preventDefault();
    const items = /** @type {HTMLElement[]} */ ([...list.children]);
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    items[(at + step + items.length) % items.length].focus();
  });
  list.addEventListener("toggle", (event) => {
    if (/** @type {any} */ (event).newState === "open") /** @type {HTMLElement} */ (list.firstElementChild)?.focus();
  });
  return { button, list, add };
}
