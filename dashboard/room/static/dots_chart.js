// The class's runs as dots: axes to choose, theory behind them, hover that names the person, and a click
// that opens the run. New dots are drawn onto those that are there.

/** @import { Dot, Task } from "./present_state.js" */
/** @import { DotAxis, Fate } from "./dot_axes.js" */
/** @import { PixelMap } from "../../live/static/plot.js" */

import { cross, dots as drawDots, line } from "../../live/static/canvas.js";
import { element } from "../../live/static/element.js";
import { count, shortNumber } from "../../live/static/format.js";
import { faded, readTheme } from "../../live/static/theme.js";
import { NAMES, segmentsOf } from "../../live/static/zones.js";
import { createCanvasChart } from "../../live/static/canvas_chart.js";
import { axesOf, emptyRange, fateOf, partOn, rangeOf, textOn, usualAxes } from "./dot_axes.js";

/** @type {Fate[]} */
const FATES = ["arrived", "short", "diverged"];
const FATE_NAMES = { arrived: "within 1 %", short: "short of it", diverged: "diverged" };
const SIZES = [[400, 6], [2500, 4.5], [Infinity, 3]]; // pixels of a dot, while there are at most so many
const EDGE = 11; // pixels from the frame at which stands what has no place on the axis
const REACH = 18; // pixels from which a dot is pointed at
const BANDS = {
  light: { slow: "rgba(20, 40, 60, 0.07)", good: "#d3ece3", oscillating: "#fbeabf", diverging: "#f8d9cb" },
  dark: { slow: "rgba(255, 255, 255, 0.07)", good: "#0c3a30", oscillating: "#42330f", diverging: "#431f14" },
};

/**
 * @typedef {object} Shown
 * @property {Task} task
 * @property {Dot[]} dots
 * @property {number} version another one where dots have gone
 * @property {Object<string, import("../../live/static/zones.js").Zones|null>} zones by a knob's name
 * @property {boolean} showsLimit
 * @property {boolean} showsZones
 */

/**
 * @param {HTMLElement} container
 * @param {{nameOf: (person: number) => string, onOpen: (dot: Dot) => void}} handlers
 */
export function createDotsChart(container, { nameOf, onOpen }) {
  /** @type {Shown|null} */
  let shown = null;
  let drawn = ""; // the axes, ranges and bands on screen
  const chosen = { x: null, y: null }; // names of axes
  /** @type {{x: DotAxis, y: DotAxis}} */
  let axes = null;
  let found = { key: "", x: null, y: null }; // ranges of what is there; null: nothing is
  const ranges = { x: emptyRange(false), y: emptyRange(false) };
  const layer = createLayer();
  const chart = createCanvasChart(container, {
    title: "",
    x: { title: "", range: [0, 1] },
    y: { title: "", range: [0, 1] },
    describe: () => (shown ? described(shown, axes) : ""),
  });
  const menus = createMenus(chart.caption, chosen, () => shown && show(shown));
  const legend = createLegend(chart.caption);
  const tip = createTip(chart.element.querySelector(".ll-surface"));

  /** @param {Shown} next */
  const show = (next) => {
    shown = next;
    const offered = axesOf(next.task);
    const usual = usualAxes(next.task);
    const find = (name, instead) => offered.find((axis) => axis.name === name) ?? offered.find((axis) => axis.name === instead) ?? offered[0];
    axes = { x: find(chosen.x, usual.x), y: find(chosen.y, usual.y) };
    menus.show(offered, axes);
    legend.show(next.dots);
    fit();
    layer.take(next, axes, ranges, chart.theme);
    chart.draw((context, map) => layer.paint(context, map));
  };

  const fit = () => {
    const { task, dots, version } = shown;
    const key = JSON.stringify([task.number, axes.x.name, axes.y.name, version]);
    if (found.key !== key) found = { key, x: null, y: null };
    for (const side of ["x", "y"]) {
      found[side] = rangeOf(valuesOn(axes[side]), axes[side].isLog, found[side]);
      ranges[side] = found[side] ?? emptyRange(axes[side].isLog);
    }
    const looks = JSON.stringify([key, ranges.x, ranges.y, shown.showsLimit, shown.showsZones, shown.zones, chart.theme.isDark, dots.length > 0]);
    if (looks === drawn) return;
    drawn = looks;
    const axisOf = (side) => ({ title: axes[side].label, ...(axes[side].isLog ? { type: /** @type {const} */ ("log"), range: ranges[side].map(Math.log10) } : { range: ranges[side] }) });
    chart.drawStill((context, map) => drawTheory(context, map, shown, axes, ranges, chart.theme));
    chart.setAxes({ x: axisOf("x"), y: axisOf("y") });
  };

  /** What an axis has to take in: the limit as well, where it is near. */
  const valuesOn = (axis) => {
    const { task, dots, zones, showsLimit } = shown;
    const limit = showsLimit ? (zones[axis.name]?.limit ?? null) : null;
    const values = [];
    for (const dot of dots) {
      const value = isOffAxis(axis, dot) ? null : axis.of(dot, task);
      if (value !== null) values.push(value);
    }
    return limit === null ? values : [...values, limit];
  };

  chart.onHover = (at) => {
    const dot = at && layer.nearest(at.left, at.top);
    tip.show(dot ? { ...dot, lines: linesOf(dot.dot, shown.task, nameOf) } : null);
    chart.element.classList.toggle("pr-points", Boolean(dot));
  };
  chart.onClick = (at) => {
    const found = layer.nearest(at.left, at.top);
    if (found) onOpen(found.dot);
  };
  return {
    show,
    element: chart.element,
    caption: chart.caption,
    get theme() {
      return chart.theme;
    },
    /** The page's colours may have changed. */
    followTheme(root) {
      const theme = readTheme(root);
      if (theme.background === chart.theme.background && theme.text === chart.theme.text) return;
      chart.theme = theme;
      if (shown) show(shown);
    },
    destroy: chart.destroy,
  };
}

/** Whether a dot stands at the axis's edge: its run diverged, so what came of it is no number to compare. */
const isOffAxis = (axis, dot) => dot.status === "diverged" && !axis.isKnob && axis.name !== "minutes";

/**
 * The dots, kept as a picture: those that come later are drawn onto it. Its points are kept for the pointer.
 */
function createLayer() {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  /** @type {Shown} */
  let shown = null;
  let axes, ranges, theme;
  let kept = { key: "", map: null, n: 0 };
  let places = new Float32Array(0); // x and y of each dot

  const begin = (map, radius) => {
    const ratio = window.devicePixelRatio || 1;
    const { left, top, width, height } = map.area;
    canvas.width = Math.round((left + width + 20) * ratio);
    canvas.height = Math.round((top + height + 20) * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    kept = { key: keyOf(radius), map, n: 0 };
  };
  const keyOf = (radius) => JSON.stringify([shown.task.number, shown.version, axes.x.name, axes.y.name, ranges.x, ranges.y, theme.isDark, radius, window.devicePixelRatio]);
  const radiusOf = () => SIZES.find(([most]) => shown.dots.length <= most)[1];

  const addPlaces = (map, from) => {
    const { dots, task } = shown;
    if (places.length < 2 * dots.length) {
      const larger = new Float32Array(Math.max(256, 4 * dots.length));
      larger.set(places);
      places = larger;
    }
    const { left, top, width, height } = map.area;
    for (let i = from; i < dots.length; i++) {
      const at = (axis, range) => {
        const value = isOffAxis(axis, dots[i]) ? null : axis.of(dots[i], task);
        return value === null ? 2 : partOn(range, axis.isLog, value);
      };
      const held = (part, size) => Math.max(EDGE, Math.min(size - EDGE, part * size));
      places[2 * i] = left + held(at(axes.x, ranges.x), width);
      places[2 * i + 1] = top + height - held(at(axes.y, ranges.y), height);
    }
  };

  return {
    take(...next) {
      [shown, axes, ranges, theme] = next;
    },
    /** @param {CanvasRenderingContext2D} target @param {PixelMap} map */
    paint(target, map) {
      if (!shown) return;
      const radius = radiusOf();
      if (kept.key !== keyOf(radius) || kept.map !== map) begin(map, radius);
      const from = kept.n;
      if (from < shown.dots.length) {
        addPlaces(map, from);
        for (const fate of FATES) drawFate(context, fate, shown.dots, places, from, radius, theme);
        kept.n = shown.dots.length;
      }
      const ratio = window.devicePixelRatio || 1;
      if (canvas.width && canvas.height) target.drawImage(canvas, 0, 0, canvas.width / ratio, canvas.height / ratio);
    },
    /** The dot next to a place; of those that lie on one another the last. */
    nearest(left, top) {
      let [found, least] = [-1, REACH * REACH];
      for (let i = 0; i < kept.n; i++) {
        const distance = (places[2 * i] - left) ** 2 + (places[2 * i + 1] - top) ** 2;
        if (distance <= least) [found, least] = [i, distance];
      }
      return found < 0 ? null : { dot: shown.dots[found], left: places[2 * found], top: places[2 * found + 1] };
    },
  };
}

function drawFate(context, fate, dots, places, from, radius, theme) {
  const mine = [];
  for (let i = from; i < dots.length; i++) if (fateOf(dots[i]) === fate) mine.push(i);
  const at = (i) => [places[2 * mine[i]], places[2 * mine[i] + 1]];
  const look = { color: faded(theme.test, 0.8), radius };
  if (fate === "arrived") drawDots(context, mine.length, at, look);
  else if (fate === "short") drawDots(context, mine.length, at, { ...look, color: theme.learned, hollow: true });
  else for (let i = 0; i < mine.length; i++) cross(context, .../** @type {[number, number]} */ (at(i)), { color: theme.mark, size: radius * 0.85 });
}

/** The zones as bands behind the dots, and the limit as a line. */
function drawTheory(context, map, { zones, showsLimit, showsZones }, axes, ranges, theme) {
  for (const side of ["x", "y"]) {
    const [axis, range] = [axes[side], ranges[side]];
    const told = zones[axis.name];
    if (!told) continue;
    if (showsZones && (side === "x" || !zones[axes.x.name])) drawBands(context, map, told, axis, range, side, theme);
    if (showsLimit && told.limit !== null) drawLimit(context, map, told, side, theme);
  }
}

function drawBands(context, map, zones, axis, range, side, theme) {
  const { left, top, width, height } = map.area;
  const colors = BANDS[theme.isDark ? "dark" : "light"];
  const scale = { partOf: (value) => partOn(range, axis.isLog, value), valueAt: null, moved: null, ticks: [] };
  for (const { kind, from, to } of segmentsOf(zones, scale)) {
    context.fillStyle = colors[kind];
    if (side === "x") context.fillRect(left + from * width, top, (to - from) * width, height);
    else context.fillRect(left, top + (1 - to) * height, width, (to - from) * height);
    const text = NAMES[kind];
    const room = side === "x" ? (to - from) * width : width;
    if (context.measureText(text).width + 8 > room) continue;
    context.fillStyle = theme.text;
    context.textAlign = "center";
    if (side === "x") context.fillText(text, left + (0.5 * (from + to)) * width, top + height - 0.6 * map.textSize);
    else context.fillText(text, left + width - context.measureText(text).width, top + (1 - (from + to) / 2) * height);
  }
}

function drawLimit(context, map, { limit, source }, side, theme) {
  const { left, top, width, height } = map.area;
  const look = { color: theme.reference, width: 2, dash: [7, 5] };
  const at = map[side](limit);
  const text = `limit ${shortNumber(Number(limit.toPrecision(3)))}${source === "theory" ? "" : source === "measured" ? ", measured" : ", about"}`;
  if (side === "x") line(context, at, top, at, top + height, look);
  else line(context, left, at, left + width, at, look);
  const isRight = side === "y" || at + 12 + context.measureText(text).width > left + width;
  context.fillStyle = theme.reference;
  context.textAlign = isRight ? "right" : "left";
  const [x, y] = side === "x" ? [at + (isRight ? -6 : 6), top + 2.6 * map.textSize] : [left + width - 6, at - 6];
  context.fillText(text, x, y);
}

function createMenus(caption, chosen, onChoose) {
  const make = (side, label) => {
    const menu = element("select", "pr-axis", { "aria-label": label, title: label });
    menu.addEventListener("change", () => {
      chosen[side] = menu.value;
      onChoose();
    });
    return menu;
  };
  const [up, across] = [make("y", "What stands up the chart"), make("x", "What stands along the chart")];
  const by = element("span", "");
  by.textContent = "by";
  const box = element("span", "pr-axes");
  box.append(up, by, across);
  caption.append(box);
  let offeredNames = "";
  return {
    show(offered, { x, y }) {
      const names = offered.map(({ name }) => name).join();
      if (names !== offeredNames) {
        offeredNames = names;
        for (const menu of [up, across]) menu.replaceChildren(...offered.map(({ name, label }) => new Option(label, name)));
      }
      [up.value, across.value] = [y.name, x.name];
    },
  };
}

/** The marks with how many there are of each. */
function createLegend(caption) {
  const box = element("span", "pr-legend");
  const entries = FATES.map((fate) => {
    const entry = element("span", `pr-fate pr-${fate}`);
    const text = element("span", "");
    entry.append(text);
    box.append(entry);
    return text;
  });
  caption.append(box);
  return {
    /** @param {Dot[]} dots */
    show(dots) {
      const n = { arrived: 0, short: 0, diverged: 0 };
      for (const dot of dots) n[fateOf(dot)] += 1;
      FATES.forEach((fate, i) => (entries[i].textContent = `${count(n[fate])} ${FATE_NAMES[fate]}`));
    },
  };
}

function createTip(surface) {
  const box = element("div", "pr-tip", { hidden: "" });
  surface.append(box);
  return {
    show(at) {
      box.hidden = at === null;
      if (!at) return;
      const [name, ...rest] = at.lines;
      const title = element("b", "");
      title.textContent = name;
      box.replaceChildren(title, ...rest.map((text) => Object.assign(element("span", ""), { textContent: text })));
      const isRight = at.left > surface.clientWidth / 2;
      box.style.left = isRight ? "auto" : `${at.left + 14}px`;
      box.style.right = isRight ? `${surface.clientWidth - at.left + 14}px` : "auto";
      box.style.top = `${Math.max(0, Math.min(at.top - 20, surface.clientHeight - box.offsetHeight))}px`;
    },
  };
}

/** Who it was, and what came of it. */
export function linesOf(dot, task, nameOf) {
  const told = axesOf(task).filter(({ name }) => name !== "minutes");
  const lines = told.filter((axis) => axis.isKnob || dot.status !== "diverged").map((axis) => `${axis.label}: ${textOn(axis, dot, task)}`);
  return [nameOf(dot.person), ...lines, ...(dot.status === "diverged" ? ["Diverged"] : [])];
}

function described({ dots, task, zones, showsLimit }, { x, y }) {
  const n = { arrived: 0, short: 0, diverged: 0 };
  for (const dot of dots) n[fateOf(dot)] += 1;
  const limit = showsLimit ? (zones[x.name]?.limit ?? null) : null;
  const runs = `${count(dots.length)} ${dots.length === 1 ? "run" : "runs"} of task ${task.number}, ${y.label} by ${x.label}: ${count(n.arrived)} within 1 %, ${count(n.short)} short of it, ${count(n.diverged)} diverged.`;
  return limit === null ? runs : `${runs} Theory's limit is at ${shortNumber(limit)}.`;
}
