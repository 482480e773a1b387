// A picture's legend, in the line of its title: a click on an entry takes its trace out of the picture.

import { element } from "./element.js";

const DASHES = { dash: "6 3", dot: "1.5 2.5", dashdot: "6 2 1.5 2" };
const THIN = 1.6;

/** @param {(name: string, isShown: boolean) => void} onToggle */
export function createLegend(onToggle) {
  const list = element("span", "ll-legend", { role: "group", "aria-label": "Legend" });
  let shown = "";
  return {
    element: list,
    /**
     * @param {object[]} traces plotly's; one whose `showlegend` is false goes with another of its name
     * @param {Set<string>} hidden names of those that were taken out
     */
    show(traces, hidden) {
      traces = traces.filter(({ showlegend }) => showlegend !== false);
      const markup = traces.map(swatch);
      const key = JSON.stringify([markup, traces.map(({ name }) => [name, hidden.has(name)])]);
      if (key === shown) return;
      shown = key;
      const focused = [...list.children].indexOf(document.activeElement);
      list.replaceChildren(...traces.map(({ name }, i) => entry(name, markup[i], !hidden.has(name), onToggle)));
      list.children[focused]?.focus({ preventScroll: true });
    },
  };
}

function entry(name, markup, isShown, onToggle) {
  const button = element("button", "ll-legend-entry", { type: "button", "aria-pressed": isShown });
  button.innerHTML = markup; // of numbers, and of colours from the theme
  button.append(name);
  button.title = isShown ? "Click to hide" : "Click to show";
  button.addEventListener("click", () => onToggle(name, !isShown));
  return button;
}

/**
 * What a trace looks like, in the size of a letter.
 * @param {import("./plot.js").Trace} trace
 */
export function swatch({ mode = "", line = {}, marker = {}, error_y: interval }) {
  const parts = [];
  if (interval) parts.push(`<path d="M10 1V11M7 1H13M7 11H13" stroke="${interval.color}" stroke-width="${THIN}"/>`);
  if (mode.includes("lines")) {
    parts.push(`<path d="M0 6H20" stroke="${line.color}" stroke-width="${line.width ?? 2}" stroke-dasharray="${DASHES[line.dash] ?? dashed(line.dash)}"/>`);
  }
  if (mode.includes("markers")) parts.push(mark(marker));
  return `<svg viewBox="0 0 20 12" aria-hidden="true" fill="none">${parts.join("")}</svg>`;
}

/** A dash that is spelled in pixels, as SVG has it. */
const dashed = (dash = "") => dash.replaceAll("px", "");

/** @param {import("./plot.js").Trace["marker"]} marker */
function mark({ symbol = "circle", color, line = {} }) {
  const shape = SHAPES[symbol.replace(/-(open|thin).*$/, "")] ?? SHAPES.circle;
  const isHollow = /-(open|thin|ew)/.test(symbol);
  const paint = isHollow ? `stroke="${line.color ?? color}" stroke-width="${THIN}"` : `fill="${color}"`;
  return `<path d="${shape}" ${paint}/>`;
}

export const SHAPES = {
  circle: "M10 2.4a3.6 3.6 0 1 1 0 7.2a3.6 3.6 0 1 1 0-7.2z",
  square: "M6.6 2.6h6.8v6.8h-6.8z",
  diamond: "M10 1.4L14.6 6L10 10.6L5.4 6z",
  "triangle-up": "M10 1.8L14.4 9.6H5.6z",
  "triangle-down": "M10 10.2L14.4 2.4H5.6z",
  x: "M6.8 2.8L13.2 9.2M6.8 9.2L13.2 2.8",
  "line-ew": "M6 6H14",
  cross: "M10 1.6V10.4M5.6 6H14.4",
};
