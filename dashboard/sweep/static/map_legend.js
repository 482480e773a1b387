// What the map's marks mean: only those that are in sight.

import { element } from "../../live/static/element.js";
import { readTheme } from "../../live/static/theme.js";
import { valueOf } from "./grid.js";

const MARKS = {
  limit: "theory's limit",
  best: "best rate by theory",
  diverged: "diverged",
  some: "some seeds diverged",
  far: "not within 1 %",
  none: "no such run",
};

/** Which marks are in sight. */
export function marksOf(/** @type {import("./grid.js").Grid} */ grid, colour, lines) {
  const has = (values) => values !== undefined && values.some(Number.isFinite);
  const some = (test) => grid.cells.some((cell) => cell !== null && test(cell));
  return [
    ...(has(lines?.limit) ? ["limit"] : []),
    ...(has(lines?.best) ? ["best"] : []),
    ...(some((cell) => cell.isDiverged) ? ["diverged"] : []),
    ...(some((cell) => cell.nDiverged > 0 && !cell.isDiverged) ? ["some"] : []),
    ...(some((cell) => cell.hasRun && !cell.isDiverged && valueOf(cell, colour) === null) ? ["far"] : []),
    ...(some((cell) => !cell.hasRun) ? ["none"] : []),
  ];
}

export function createLegend() {
  const list = element("div", "sw-legend", { "aria-label": "Legend", role: "group" });
  let [shown, theme] = ["", null];
  /** @type {Parameters<typeof marksOf>|null} */
  let last = null;
  const draw = () => {
    if (!last) return;
    theme ??= readTheme(list);
    const marks = marksOf(...last);
    const key = JSON.stringify([marks, theme.text]);
    if (key === shown) return;
    shown = key;
    list.replaceChildren(...marks.map((name) => entry(name, theme)));
  };
  return {
    element: list,
    show(grid, colour, lines) {
      last = [grid, colour, lines];
      draw();
    },
    /** @param {import("../../live/static/theme.js").Theme} next */
    set theme(next) {
      theme = next;
      draw();
    },
  };
}

function entry(name, theme) {
  const made = element("span", "sw-legend-entry");
  made.innerHTML = `<svg viewBox="0 0 20 12" aria-hidden="true" fill="none">${shape(name, theme)}</svg>`; // of our own colours
  made.append(MARKS[name]);
  return made;
}

function shape(name, { text, reference, mark, grid }) {
  if (name === "limit") return `<path d="M0 6H20" stroke="${text}" stroke-width="2"/>`;
  if (name === "best") return `<path d="M0 6H20" stroke="${reference}" stroke-width="1.8" stroke-dasharray="3 3"/>`;
  if (name === "diverged") return `<path d="M3 1H17V11H3z" fill="${grid}"/><path d="M3 7L9 1M3 11L13 1M7 11L17 1M12 11L17 6" stroke="${mark}"/>`;
  if (name === "some") return `<circle cx="10" cy="6" r="2" fill="${mark}"/>`;
  return `<path d="M3 1H17V11H3z" fill="${grid}"/><circle cx="10" cy="6" r="1.6" fill="${text}"/>`;
}
