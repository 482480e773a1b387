// Moments of a run as one picture: its title, numbers and charts on a single canvas, for videos and GIFs.

/** @import { Run } from "../../live/static/run.js" */
/** @import { Theme } from "../../live/static/theme.js" */
/** @import { Display } from "../../live/static/view.js" */

import { drawAxes, fitted, layOut } from "../../live/static/canvas_chart.js";
import { count, number } from "../../live/static/format.js";
import { pictureOf } from "../../live/static/gallery.js";
import { epochAt, ghostsIn, positionAt } from "../../live/static/ghosts.js";
import { lossUnit } from "../../live/static/loss_picture.js";
import { equation } from "../../live/static/names.js";
import { mapOf } from "../../live/static/pixel_map.js";
import { lastEpoch, lossAt, readParams } from "../../live/static/run.js";
import { axesOf, paintStill, remarksOf } from "../../live/static/still.js";
import { paintTrace } from "../../live/static/trace_paint.js";

export const SCENE = { width: 720, height: 405 }; // of which a frame is a multiple
const [MARGIN, HEAD, FOOT, GAP] = [16, 58, 8, 16];
const EDGE = 14; // right of a chart's area, below its legend's end
const SIZES = { title: 17, numbers: 13, caption: 13, text: 12 };
const SWATCH = { width: 18, room: 5, apart: 10 };
const TERMS = [{ nTerms: 4 }, { nTerms: 3 }, { nTerms: 2 }, { nTerms: 1 }, { nTerms: 1, letters: 8 }, { nTerms: 0, letters: 8, isCounted: false }];

/**
 * @typedef {object} Scene
 * @property {(context: CanvasRenderingContext2D, position: number) => void} paint a moment of the run
 */

/**
 * @param {object} options
 * @param {Run} options.run whole
 * @param {Display} options.display
 * @param {Theme} options.theme
 * @param {string} options.title
 * @param {string[]} options.pictures by name
 * @param {number} options.scale pixels of a frame to one of the scene
 * @returns {Scene}
 */
export function createScene({ run, display: shown, theme, title, pictures, scale }) {
  const display = { ...shown, ghosts: ghostsIn(shown.ghosts ?? [], theme) }; // which move with the scene, not with the page
  const charts = placesFor(pictures.length).map((place, i) => createChart(pictureOf(pictures[i]), place, { run, display, theme }));
  const ground = document.createElement("canvas");
  [ground.width, ground.height] = [SCENE.width * scale, SCENE.height * scale];
  const still = ground.getContext("2d");
  still.scale(scale, scale);
  still.fillStyle = theme.background;
  still.fillRect(0, 0, SCENE.width, SCENE.height);
  for (const chart of charts) chart.paintStill(still);
  return {
    paint(context, position) {
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.drawImage(ground, 0, 0);
      context.scale(scale, scale);
      for (const ghost of display.ghosts) ghost.position = positionAt(ghost.run, epochAt(run, position));
      for (const chart of charts) chart.paintMoving(context, position);
      paintHead(context, run, position, { theme, title });
      paintFoot(context, run, position, theme);
    },
  };
}

/** Where so many charts stand: side by side, four in two rows. */
export function placesFor(n) {
  const nAcross = Math.min(n, 2);
  const nDown = Math.ceil(n / 2);
  const width = (SCENE.width - 2 * MARGIN - (nAcross - 1) * GAP) / nAcross;
  const height = (SCENE.height - HEAD - FOOT - MARGIN / 2 - (nDown - 1) * GAP) / Math.max(nDown, 1);
  const place = (i) => ({ left: MARGIN + (i % 2) * (width + GAP), top: HEAD + Math.floor(i / 2) * (height + GAP), width, height });
  return Array.from({ length: n }, (_, i) => place(i));
}

/** One picture at its place, in two layers. */
function createChart(picture, { left, top, width, height }, { run, display, theme }) {
  const traces = picture.traces(run, theme, display);
  const hasLegend = picture.axes(run, display).extra?.showlegend !== false;
  const axes = axesOf(picture, run, display, picture.ranges(run, display));
  const caption = SIZES.caption * 1.9;
  let map = null;
  const within = (context, paint) => {
    context.save();
    context.translate(left, top + caption);
    context.font = `${SIZES.text}px ${theme.font}`;
    paint();
    context.restore();
  };
  const clipped = (context, paint) => {
    context.save();
    context.beginPath();
    context.rect(map.area.left, map.area.top, map.area.width, map.area.height);
    context.clip();
    paint();
    context.restore();
  };
  return {
    paintStill(context) {
      paintCaption(context, picture.title(run), hasLegend ? traces : [], { left, top, width }, theme);
      within(context, () => {
        const laid = layOut(context, axes, { width, height: height - caption, size: SIZES.text });
        map = mapOf(laid.axes, laid.area, SIZES.text, (uid) => traces.some((trace) => trace.uid === uid));
        drawAxes(context, laid, map, theme);
        clipped(context, () => paintStill(context, map, { traces, remarks: remarksOf(picture, run, display), theme }));
      });
    },
    paintMoving(context, position) {
      within(context, () => clipped(context, () => picture.draw(context, map, run, position, theme, display)));
    },
  };
}

/** A picture's title, and its legend from the right as far as there is room. */
function paintCaption(context, title, traces, { left, top, width }, theme) {
  const line = top + SIZES.caption;
  context.textBaseline = "alphabetic";
  context.textAlign = "left";
  context.fillStyle = theme.text;
  context.font = `600 ${SIZES.caption}px ${theme.font}`;
  context.fillText(title, left, line);
  let room = width - EDGE - context.measureText(title).width - SWATCH.apart;
  let right = left + width - EDGE;
  context.font = `${SIZES.text}px ${theme.font}`;
  for (const trace of traces.filter(({ showlegend }) => showlegend !== false).reverse()) {
    const wide = context.measureText(trace.name).width + SWATCH.width + SWATCH.room + SWATCH.apart;
    if (wide > room) break;
    context.fillStyle = theme.text;
    context.fillText(trace.name, right - wide + SWATCH.apart + SWATCH.width + SWATCH.room, line);
    paintSwatch(context, trace, right - wide + SWATCH.apart, line - SIZES.text * 0.35);
    right -= wide;
    room -= wide;
  }
}

/** What a trace looks like, as wide as a letter or two. */
function paintSwatch(context, trace, left, middle) {
  const map = /** @type {any} */ ({ x: (value) => left + value * SWATCH.width, y: () => middle, area: { top: middle - SIZES.text, height: 2 * SIZES.text } });
  const { mode = "", line, marker } = trace;
  if (mode.includes("lines")) paintTrace(context, map, { mode: "lines", x: [0, 1], y: [0, 0], line });
  if (mode.includes("markers")) paintTrace(context, map, { mode: "markers", x: [0.5], y: [0], marker: { ...marker, size: Math.min(marker.size, 9) } });
}

function paintHead(context, run, position, { theme, title }) {
  const row = Math.floor(position);
  const right = SCENE.width - MARGIN;
  const write = (text, size, top, weight = "") => {
    context.font = `${weight} ${size}px ${theme.font}`;
    context.fillText(text, context.textAlign === "right" ? right : MARGIN, top);
    return context.measureText(text).width;
  };
  context.fillStyle = theme.text;
  context.textBaseline = "alphabetic";
  context.textAlign = "right";
  const epoch = write(`epoch ${count(run.epoch[row])} / ${count(lastEpoch(run))}`, SIZES.numbers, 24);
  const loss = write(`train loss ${number(lossAt(run.trainLoss, row), 4)} ${lossUnit(run)}`, SIZES.numbers, 45);
  context.textAlign = "left";
  context.font = `600 ${SIZES.title}px ${theme.font}`;
  write(fitted(context, title, right - MARGIN - epoch - GAP), SIZES.title, 24, "600");
  context.font = `${SIZES.numbers}px ${theme.font}`;
  write(fittingEquation(context, run, position, right - MARGIN - loss - GAP), SIZES.numbers, 45);
}

/** The learned equation, with as many of its terms as there is room for. */
function fittingEquation(context, run, position, room) {
  const { weights, bias } = readParams(run, position);
  const { targetName, featureNames, fitIntercept } = run.start;
  const written = (size) => equation(targetName, featureNames, weights, fitIntercept === false ? null : bias, size);
  const size = TERMS.find((each) => context.measureText(written(each)).width <= room) ?? TERMS.at(-1);
  return fitted(context, written(size), room);
}

/** How far the run has come. */
function paintFoot(context, run, position, theme) {
  context.fillStyle = theme.grid;
  context.fillRect(0, SCENE.height - 4, SCENE.width, 4);
  context.fillStyle = theme.learned;
  context.fillRect(0, SCENE.height - 4, (SCENE.width * position) / Math.max(1, run.nRows - 1), 4);
}
