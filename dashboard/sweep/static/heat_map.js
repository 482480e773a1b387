// The map on its canvases: cells, never interpolated, with a scale of colours, theory's lines over them, and
// a cursor that keys and pointers move.

/** @import { Theme } from "../../live/static/theme.js" */
/** @import { Axis, Colour, Grid } from "./grid.js" */
/** @import { Layout } from "./cell_layout.js" */

import { element } from "../../live/static/element.js";
import { Overlay } from "../../live/static/overlay.js";
import { readTheme } from "../../live/static/theme.js";
import { ticksFor } from "../../live/static/ticks.js";
import { cellAt, labelled, layOut, movedBy, nearestCell } from "./cell_layout.js";
import { colorAt } from "./colors.js";
import { partOf, placeAlong, told, valueOf } from "./grid.js";

const HATCH = 6; // pixels between the strokes of a diverged cell
const DOT = 1.6;
const LABEL_GAP = 6;

/**
 * @typedef {object} Lines what theory says of the learning rate, by the cells of the other axis
 * @property {"x"|"y"} along the axis of the learning rate
 * @property {Float64Array} limit NaN where nothing is known
 * @property {Float64Array} best
 *
 * @typedef {object} Shown
 * @property {Grid} grid
 * @property {Axis} x
 * @property {Axis} y
 * @property {Colour} colour
 * @property {{low: number, high: number, isLog: boolean}|null} scale
 * @property {Lines|null} lines
 *
 * @typedef {{column: number, row: number}} Place
 */

/**
 * @param {HTMLElement} container
 * @param {object} handlers
 * @param {(place: Place) => void} handlers.onLook the cursor, or the pointer, is there
 * @param {(place: Place) => void} handlers.onWatch that cell's run is to be seen
 */
export function createHeatMap(container, { onLook, onWatch }) {
  const surface = element("div", "sw-surface", { tabindex: "0", role: "application", "aria-label": "Map. Arrow keys move to a cell, Enter shows its run." });
  const [cells, over] = [new Overlay(), new Overlay()];
  surface.append(cells.element, over.element);
  container.append(surface);
  /** @type {Shown|null} */
  let shown = null;
  /** @type {Layout|null} */
  let layout = null;
  let theme = readTheme(surface);
  /** @type {Place} */
  let cursor = { column: 0, row: 0 };
  let [isCursorShown, isDragged, frame] = [false, false, 0];
  /** @type {Place|null} */
  let watched = null;

  const whole = () => ({ left: 0, top: 0, width: surface.clientWidth, height: surface.clientHeight });
  const drawCells = () => {
    const { width, height } = whole();
    if (!shown || !width || !height) return;
    for (const layer of [cells, over]) layer.fit(width, height);
    const size = parseFloat(getComputedStyle(surface).fontSize);
    cells.draw(whole(), `${size}px ${theme.font}`, (context) => {
      layout = laidOut(context, shown, { width, height, size });
      paintCells(context, shown, layout, theme);
      paintAxes(context, shown, layout, theme);
      paintBar(context, shown, layout, theme);
      paintLines(context, shown, layout, theme);
    });
    drawOver();
  };
  const drawOver = () => {
    if (!layout) return;
    over.draw(whole(), "", (context) => {
      if (watched) outline(context, layout, watched, { color: theme.text, ground: theme.background, width: 2.5 });
      if (isCursorShown) outline(context, layout, cursor, { color: theme.text, ground: theme.background, width: 1.5 });
    });
  };
  const redraw = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      drawCells();
    });
  };
  const look = (place) => {
    cursor = place;
    isCursorShown = true;
    drawOver();
    onLook(place);
  };
  const watch = (place) => {
    watched = place;
    look(place);
    onWatch(place);
  };
  const pointed = ({ clientX, clientY }, find) => {
    const box = surface.getBoundingClientRect();
    return layout && find(layout, clientX - box.left, clientY - box.top);
  };

  surface.addEventListener("pointerdown", (event) => {
    const place = event.button === 0 ? pointed(event, cellAt) : null;
    if (!place) return;
    isDragged = true;
    surface.setPointerCapture(event.pointerId);
    watch(place);
  });
  surface.addEventListener("pointermove", (event) => {
    const place = pointed(event, isDragged ? nearestCell : cellAt);
    if (!place || (place.column === cursor.column && place.row === cursor.row && isCursorShown)) return;
    if (isDragged) watch(place);
    else look(place);
  });
  for (const name of ["pointerup", "pointercancel"]) surface.addEventListener(name, () => (isDragged = false));
  surface.addEventListener("pointerleave", () => {
    if (isDragged || surface === document.activeElement) return;
    isCursorShown = false;
    drawOver();
  });
  surface.addEventListener("focus", () => shown && surface.matches(":focus-visible") && look(cursor));
  surface.addEventListener("keydown", (event) => {
    if (!shown || event.ctrlKey || event.metaKey || event.altKey) return;
    const isOpening = event.key === "Enter" || event.key === " ";
    const next = isOpening ? cursor : movedBy(event.key, cursor, shown.grid);
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    if (isOpening || event.shiftKey) watch(next);
    else look(next);
  });
  const observer = new ResizeObserver(redraw);
  observer.observe(surface);

  return {
    element: surface,
    /** @param {Shown} next */
    show(next) {
      const { nColumns, nRows } = next.grid;
      if (shown && (nColumns !== shown.grid.nColumns || nRows !== shown.grid.nRows)) {
        cursor = { column: Math.min(cursor.column, nColumns - 1), row: Math.min(cursor.row, nRows - 1) };
        watched = null;
      }
      shown = next;
      redraw();
    },
    get watched() {
      return watched;
    },
    /** @param {Place|null} place */
    set watched(place) {
      watched = place;
      drawOver();
    },
    /** @param {Theme} next */
    set theme(next) {
      theme = next;
      redraw();
    },
    destroy() {
      cancelAnimationFrame(frame);
      observer.disconnect();
    },
  };
}

function laidOut(context, { grid, y, scale, colour }, place) {
  const widest = (texts) => Math.max(0, ...texts.map((text) => context.measureText(text).width));
  const bar = scale ? barTicks(scale, colour, 7).map(({ text }) => text) : [];
  const most = Math.max(place.width * 0.3, 40);
  return layOut(place, grid, { left: Math.min(widest(y.texts), most), right: widest(bar) });
}

/** @param {CanvasRenderingContext2D} context @param {Shown} shown @param {Layout} layout @param {Theme} theme */
function paintCells(context, { grid, colour, scale }, layout, theme) {
  const { columnEdges, rowEdges } = layout;
  const hatched = [];
  const dotted = [];
  grid.cells.forEach((cell, at) => {
    const [column, row] = [at % grid.nColumns, Math.floor(at / grid.nColumns)];
    const box = { left: columnEdges[column], top: rowEdges[row + 1], width: columnEdges[column + 1] - columnEdges[column], height: rowEdges[row] - rowEdges[row + 1] };
    const value = valueOf(cell, colour);
    if (value !== null && scale) {
      context.fillStyle = colorAt(partOf(scale, value));
      context.fillRect(box.left, box.top, box.width, box.height);
      if (cell.nDiverged) dotted.push({ ...box, isPart: true });
    } else if (cell?.isDiverged) hatched.push(box);
    else if (cell) dotted.push({ ...box, isPart: false });
  });
  hatch(context, hatched, theme);
  paintDots(context, dotted, theme);
  context.strokeStyle = theme.grid;
  context.lineWidth = 1;
  context.strokeRect(layout.left + 0.5, layout.top + 0.5, layout.width - 1, layout.height - 1);
}

/** Diverged cells: strokes that go on from one to the next. */
function hatch(context, boxes, theme) {
  if (!boxes.length) return;
  context.save();
  context.beginPath();
  for (const { left, top, width, height } of boxes) context.rect(left, top, width, height);
  context.fillStyle = theme.grid;
  context.fill();
  context.clip();
  const right = Math.max(...boxes.map(({ left, width }) => left + width));
  const bottom = Math.max(...boxes.map(({ top, height }) => top + height));
  context.beginPath();
  for (let at = 0; at < right + bottom; at += HATCH) {
    context.moveTo(at, 0);
    context.lineTo(at - bottom, bottom);
  }
  context.strokeStyle = theme.mark;
  context.globalAlpha = 0.85;
  context.lineWidth = 1;
  context.stroke();
  context.restore();
}

/** A dot: not near, or no run; on a colour: some of its seeds diverged. */
function paintDots(context, boxes, theme) {
  for (const { left, top, width, height, isPart } of boxes) {
    const radius = Math.min(DOT, width / 4, height / 4);
    if (!isPart) {
      context.fillStyle = theme.grid;
      context.fillRect(left, top, width, height);
    }
    context.beginPath();
    if (isPart) context.arc(left + width - 2 * radius, top + 2 * radius, radius, 0, 2 * Math.PI);
    else context.arc(left + width / 2, top + height / 2, radius, 0, 2 * Math.PI);
    context.fillStyle = isPart ? theme.mark : theme.text;
    context.fill();
  }
}

/** @param {CanvasRenderingContext2D} context @param {Shown} shown @param {Layout} layout @param {Theme} theme */
function paintAxes(context, { x, y }, { left, top, width, height, size, columnEdges, rowEdges }, theme) {
  context.fillStyle = theme.text;
  context.textBaseline = "alphabetic";
  context.textAlign = "center";
  const widest = Math.max(...x.texts.map((text) => context.measureText(text).width));
  const across = labelled(x.texts, Math.floor(width / (widest + size)));
  for (const i of across) context.fillText(x.texts[i], (columnEdges[i] + columnEdges[i + 1]) / 2, top + height + size * 1.25);
  context.fillText(x.label, left + width / 2, top + height + size * 2.65);
  context.textAlign = "right";
  const room = left - LABEL_GAP - size * 1.6;
  for (const i of labelled(y.texts, Math.floor(height / (1.5 * size)))) {
    context.fillText(y.texts[i], left - LABEL_GAP, (rowEdges[i] + rowEdges[i + 1]) / 2 + size * 0.35, Math.max(10, room));
  }
  context.save();
  context.textAlign = "center";
  context.translate(size, top + height / 2);
  context.rotate(-Math.PI / 2);
  context.fillText(y.label, 0, 0);
  context.restore();
}

function barTicks({ low, high, isLog }, colour, most) {
  const range = isLog ? [Math.log10(low), Math.log10(high)] : [low, high];
  const ticks = ticksFor({ title: "", type: isLog ? "log" : "linear", range }, most);
  const isNarrow = isLog && ticks.length < 2;
  if (isNarrow) return [low, high].map((value) => ({ value, text: told(value, colour) }));
  return ticks.map(({ value, text }) => ({ value, text: colour === "spread" ? told(value, colour) : text }));
}

/** @param {CanvasRenderingContext2D} context @param {Shown} shown @param {Layout} layout @param {Theme} theme */
function paintBar(context, { scale, colour }, { top, height, size, bar }, theme) {
  if (!scale) return;
  for (let i = 0; i < height; i++) {
    context.fillStyle = colorAt(1 - i / height);
    context.fillRect(bar.left, top + i, bar.width, 1);
  }
  context.fillStyle = context.strokeStyle = theme.text;
  context.textAlign = "left";
  for (const { value, text } of barTicks(scale, colour, Math.max(2, Math.floor(height / (3 * size))))) {
    const at = top + (1 - partOf(scale, value)) * height;
    context.fillRect(bar.left + bar.width, Math.round(at), 3, 1);
    context.fillText(text, bar.left + bar.width + LABEL_GAP, Math.min(Math.max(at + size * 0.35, top + size * 0.7), top + height));
  }
}

/** @param {CanvasRenderingContext2D} context @param {Shown} shown @param {Layout} layout @param {Theme} theme */
function paintLines(context, { x, y, lines, grid }, layout, theme) {
  if (!lines) return;
  context.save();
  context.beginPath();
  context.rect(layout.left, layout.top, layout.width, layout.height);
  context.clip();
  const axis = lines.along === "x" ? x : y;
  if (lines.limit.length === (lines.along === "x" ? grid.nRows : grid.nColumns)) {
    stair(context, layout, axis, lines.along, lines.best, { color: theme.reference, ground: theme.background, width: 1.6, dash: [3, 3] });
    stair(context, layout, axis, lines.along, lines.limit, { color: theme.text, ground: theme.background, width: 2, dash: [] });
  }
  context.restore();
}

/** A line in steps: at each cell of the other axis where theory has its value, joined where both are known. */
function stair(context, layout, axis, along, values, style) {
  const { left, top, width, height, columnEdges, rowEdges } = layout;
  const n = axis.values.length;
  context.beginPath();
  let isDrawn = false;
  values.forEach((value, i) => {
    const part = placeAlong(axis, value) / n;
    if (!Number.isFinite(part)) {
      isDrawn = false;
      return;
    }
    const ends = along === "x"
      ? [[left + part * width, rowEdges[i]], [left + part * width, rowEdges[i + 1]]]
      : [[columnEdges[i], top + (1 - part) * height], [columnEdges[i + 1], top + (1 - part) * height]];
    for (const [px, py] of ends) isDrawn ? context.lineTo(px, py) : context.moveTo(px, py), (isDrawn = true);
  });
  context.lineJoin = "round";
  context.strokeStyle = style.ground;
  context.lineWidth = style.width + 2.4;
  context.stroke();
  context.strokeStyle = style.color;
  context.lineWidth = style.width;
  context.setLineDash(style.dash);
  context.stroke();
  context.setLineDash([]);
}

function outline(context, { columnEdges, rowEdges }, { column, row }, { color, ground, width }) {
  if (column + 1 >= columnEdges.length || row + 1 >= rowEdges.length) return;
  const box = [columnEdges[column], rowEdges[row + 1], columnEdges[column + 1] - columnEdges[column], rowEdges[row] - rowEdges[row + 1]];
  context.strokeStyle = ground;
  context.lineWidth = width + 2.5;
  context.strokeRect(...box);
  context.strokeStyle = color;
  context.lineWidth = width;
  context.strokeRect(...box);
}
