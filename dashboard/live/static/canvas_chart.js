// A chart on canvases, without plotly: axes of its own, a layer for what stands still and one for what
// moves. What the live view draws with a `PixelMap` draws here unchanged.

/** @import { PixelMap } from "./plot.js" */
/** @import { Theme } from "./theme.js" */
/** @import { Axes, Axis, Tick } from "./ticks.js" */

import { element } from "./element.js";
import { readTheme } from "./theme.js";
import { Overlay } from "./overlay.js";
import { mapOf } from "./pixel_map.js";
import { ticksFor } from "./ticks.js";

const GAP = 5; // pixels between a tick's text and the axis
const EDGE = 14; // right of the plot
const DESCRIBE_MS = 400; // what moves is described once it rests

/**
 * @typedef {(context: CanvasRenderingContext2D, map: PixelMap) => void} Paint
 *
 * @typedef {object} Pointed
 * @property {number} left in pixels of the chart, as `PixelMap` gives them
 * @property {number} top
 * @property {[number, number]} place in the data
 *
 * @typedef {object} CanvasChart
 * @property {HTMLElement} element a figure with its caption
 * @property {HTMLElement} caption for a legend, or a menu
 * @property {PixelMap|null} map null while it has no size
 * @property {string} title
 * @property {Theme} theme
 * @property {(axes: Axes) => void} setAxes
 * @property {(paint: Paint) => void} drawStill what stands still: kept, and painted again when axes or sizes change
 * @property {(paint: Paint) => void} draw what moves, over it
 * @property {(pointed: Pointed|null) => void} onHover null: the pointer has left
 * @property {(pointed: Pointed) => void} onClick
 * @property {() => void} destroy
 */

/**
 * @param {HTMLElement} container
 * @param {object} options
 * @param {string} options.title
 * @param {Axis} options.x
 * @param {Axis} options.y
 * @param {() => string} [options.describe] what it shows, for those who can't see it
 * @param {(uid: string) => boolean} [options.shows] whether a part of it is shown, see `PixelMap`
 * @returns {CanvasChart}
 */
export function createCanvasChart(container, { title, x, y, describe = () => "", shows = () => true }) {
  const parts = createParts(title);
  const { figure, caption, heading, surface, description } = parts;
  const [ground, still, moving] = [createGround(), new Overlay(), new Overlay()];
  surface.append(ground.element, still.element, moving.element);
  container.append(figure);

  /** @type {Axes} */
  let axes = { x, y };
  let theme = readTheme(figure);
  /** @type {PixelMap|null} */
  let map = null;
  /** @type {Paint} */
  let paintStill = () => {};
  /** @type {Paint} */
  let paintMoving = () => {};
  let timer = 0;
  const font = () => `${map.textSize}px ${theme.font}`;
  const redrawMoving = () => {
    if (map) moving.draw(map.area, font(), (context) => paintMoving(context, map));
    clearTimeout(timer);
    timer = setTimeout(() => (description.textContent = describe()), DESCRIBE_MS);
  };
  const redrawStill = () => map && still.draw(map.area, font(), (context) => paintStill(context, map));
  const redraw = () => {
    const [width, height] = [surface.clientWidth, surface.clientHeight];
    if (!width || !height) return;
    for (const layer of [ground, still, moving]) layer.fit(width, height);
    const size = parseFloat(getComputedStyle(surface).fontSize);
    map = ground.draw(axes, { width, height, size, shows }, theme);
    redrawStill();
    redrawMoving();
  };

  /** @type {CanvasChart} */
  const chart = {
    element: figure,
    caption,
    get map() {
      return map;
    },
    get title() {
      return heading.textContent;
    },
    set title(text) {
      heading.textContent = text;
    },
    get theme() {
      return theme;
    },
    set theme(next) {
      theme = next;
      redraw();
    },
    setAxes(next) {
      axes = next;
      redraw();
    },
    drawStill(paint) {
      paintStill = paint;
      redrawStill();
    },
    draw(paint) {
      paintMoving = paint;
      redrawMoving();
    },
    onHover: () => {},
    onClick: () => {},
    destroy() {
      clearTimeout(timer);
      unwatch();
      observer.disconnect();
      figure.remove();
    },
  };
  const observer = new ResizeObserver(redraw);
  observer.observe(surface);
  const unwatch = watchRatio(redraw);
  watchPointer(surface, chart);
  redraw();
  return chart;
}

function createParts(title) {
  const figure = element("figure", "ll-chart");
  const caption = element("figcaption", "");
  const heading = element("span", "ll-title");
  const surface = element("div", "ll-surface");
  const description = element("p", "ll-described");
  heading.textContent = title;
  caption.append(heading);
  figure.append(caption, description, surface);
  return { figure, caption, heading, surface, description };
}

function watchPointer(surface, chart) {
  const pointed = ({ clientX, clientY }) => {
    const box = surface.getBoundingClientRect();
    const [left, top] = [clientX - box.left, clientY - box.top];
    return chart.map && { left, top, place: chart.map.at(left, top) };
  };
  surface.addEventListener("pointermove", (event) => chart.onHover(pointed(event)));
  surface.addEventListener("pointerleave", () => chart.onHover(null));
  surface.addEventListener("click", (event) => {
    const at = pointed(event);
    if (at) chart.onClick(at);
  });
}

/** Calls when the device's pixels change size: another screen, or the browser's zoom. */
function watchRatio(onChange) {
  let query = null;
  const follow = () => {
    query = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    query.addEventListener("change", changed, { once: true });
  };
  const changed = () => {
    onChange();
    follow();
  };
  follow();
  return () => query.removeEventListener("change", changed);
}

/** The layer of the axes: grid, ticks and titles. */
function createGround() {
  const overlay = new Overlay();
  return {
    element: overlay.element,
    fit: (width, height) => overlay.fit(width, height),
    /** @returns {PixelMap} */
    draw(axes, { width, height, size, shows }, theme) {
      const whole = { left: 0, top: 0, width, height };
      let map = null;
      overlay.draw(whole, `${size}px ${theme.font}`, (context) => {
        const laid = layOut(context, axes, { width, height, size });
        map = mapOf(laid.axes, laid.area, size, shows);
        drawAxes(context, laid, map, theme);
      });
      return map;
    },
  };
}

/**
 * The room for the plot, the ticks that have room beside it, and the axes as they are there.
 * @param {CanvasRenderingContext2D} context
 * @param {Axes} axes
 * @param {{width: number, height: number, size: number}} place
 */
export function layOut(context, axes, { width, height, size }) {
  const top = Math.round(size * 0.7);
  const bottom = Math.round(size * (axes.x.title ? 3 : 1.8));
  const nUp = Math.max(2, Math.floor((height - top - bottom) / (3 * size)));
  const room = (up) => {
    const widest = Math.max(...up.map(({ text }) => context.measureText(text).width), 0);
    const left = Math.min(Math.ceil(widest + GAP + (axes.y.title ? size * 1.6 : size * 0.4)), Math.floor(width / 2));
    return { left, top, width: Math.max(1, width - left - EDGE), height: Math.max(1, height - top - bottom) };
  };
  let up = ticksFor(axes.y, Math.min(nUp, 7));
  if (axes.isToScale) {
    axes = toScale(axes, room(up));
    up = ticksFor(axes.y, Math.min(nUp, 7));
  }
  const area = room(up);
  return { axes, area, up, across: acrossTicks(context, axes.x, area, size) };
}

/**
 * Both axes with as many pixels to 1: the one that has too many shows more.
 * @param {Axes} axes
 * @param {{width: number, height: number}} area
 * @returns {Axes}
 */
export function toScale({ x, y }, { width, height }) {
  const spans = [x, y].map(({ range: [low, high] }) => high - low);
  const unit = Math.max(spans[0] / width, spans[1] / height);
  const widened = (axis, pixels) => {
    const middle = (axis.range[0] + axis.range[1]) / 2;
    return { ...axis, range: [middle - (unit * pixels) / 2, middle + (unit * pixels) / 2] };
  };
  return { x: widened(x, width), y: widened(y, height) };
}

/** As many ticks as stand beside one another without touching. */
function acrossTicks(context, axis, area, size) {
  for (let most = 7; ; most--) {
    const ticks = ticksFor(axis, most);
    const widest = Math.max(...ticks.map(({ text }) => context.measureText(text).width), 0);
    if (most === 1 || ticks.length * (widest + size) <= area.width) return ticks;
  }
}

/**
 * Grid, ticks and titles.
 * @param {CanvasRenderingContext2D} context
 * @param {{axes: Axes, area: PixelMap["area"], up: Tick[], across: Tick[]}} laid by `layOut`
 * @param {PixelMap} map
 * @param {Theme} theme
 */
export function drawAxes(context, { axes, area, up, across }, map, theme) {
  const { left, top, width, height } = area;
  const size = map.textSize;
  context.strokeStyle = theme.grid;
  context.lineWidth = 1;
  context.beginPath();
  const crisp = (pixel) => Math.round(pixel) + 0.5;
  for (const { value } of axes.x.hasGrid === false ? [] : across) {
    context.moveTo(crisp(map.x(value)), top);
    context.lineTo(crisp(map.x(value)), top + height);
  }
  for (const { value } of axes.y.hasGrid === false ? [] : up) {
    context.moveTo(left, crisp(map.y(value)));
    context.lineTo(left + width, crisp(map.y(value)));
  }
  context.stroke();
  drawZeros(context, axes, area, map, theme);
  context.fillStyle = theme.text;
  context.textBaseline = "alphabetic";
  context.textAlign = "center";
  for (const { value, text } of across) {
    const half = context.measureText(text).width / 2;
    context.fillText(text, Math.min(map.x(value), left + width + EDGE - half), top + height + size * 1.25);
  }
  context.fillText(fitted(context, axes.x.title, width), left + width / 2, top + height + size * 2.65);
  context.textAlign = "right";
  for (const { value, text } of up) context.fillText(fitted(context, text, left - GAP), left - GAP, map.y(value) + size * 0.35);
  context.save();
  context.textAlign = "center";
  context.translate(size, top + height / 2);
  context.rotate(-Math.PI / 2);
  context.fillText(fitted(context, axes.y.title, height), 0, 0);
  context.restore();
}

/** The lines at zero, where an axis has one: what stands on either side of it means opposite things. */
function drawZeros(context, { x, y }, { left, top, width, height }, map, theme) {
  context.strokeStyle = theme.isDark ? "rgba(255, 255, 255, 0.35)" : "rgba(20, 40, 60, 0.35)";
  context.beginPath();
  if (x.hasZero && x.range[0] < 0 && x.range[1] > 0) {
    context.moveTo(map.x(0), top);
    context.lineTo(map.x(0), top + height);
  }
  if (y.hasZero && y.range[0] < 0 && y.range[1] > 0) {
    context.moveTo(left, map.y(0));
    context.lineTo(left + width, map.y(0));
  }
  context.stroke();
}

/** Text that has room: its middle is left out, which tells names apart. */
export function fitted(context, title, room) {
  const letters = [...title];
  for (let most = letters.length; most > 0; most--) {
    const head = Math.ceil((2 * most) / 3);
    const text = most === letters.length ? title : `${letters.slice(0, head).join("")}\u2026${letters.slice(letters.length - (most - head)).join("")}`;
    if (context.measureText(text).width <= room) return text;
  }
  return "";
}
