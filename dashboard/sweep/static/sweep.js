// The sweep page's view: fetches a map, fills it in as it comes, follows the sidebar's sliders, and shows the
// runs of cells.

/** @import { Axis, Colour } from "./grid.js" */

import { element } from "../../live/static/element.js";
import { settingOf } from "../../live/static/knob.js";
import { loadStyle } from "../../live/static/load_style.js";
import { valueOf as knobValue, watchSliders } from "../../live/static/sidebar.js";
import { createTableButton } from "../../live/static/table.js";
import { readTheme } from "../../live/static/theme.js";
import { createAsking } from "./asking.js";
import { createBeside } from "./beside.js";
import { addCells, cellText, createGrid, mapText, placeOf, renew, scaleOf, tableOf } from "./grid.js";
import { createHeatMap } from "./heat_map.js";
import { createLegend } from "./map_legend.js";
import { createProgress, trainedText } from "./progress.js";

const FULL = 429; // asked again by itself
const ANSWER_MS = 5000; // within which the page's script has taken a slider's move

/**
 * @typedef {object} MapTold as `component.py` tells it
 * @property {string} id
 * @property {string} url
 * @property {string} run where a cell's run is, but for the cell
 * @property {Axis} x
 * @property {Axis} y
 * @property {number} nSeeds
 *
 * @typedef {object} Data
 * @property {MapTold|null} map
 * @property {Colour} colour
 * @property {string} refusal
 * @property {{text: string, mayBeWanted: boolean, coarser: {label: string}|null}|null} [tooLong]
 * @property {{path: string, query: Object<string, string>}} [play]
 * @property {import("../../live/static/knob.js").Knob[]} [knobs]
 */

/**
 * @param {HTMLElement} root
 * @param {{styles: string[]}} given
 */
export async function createSweep(root, { styles }) {
  await Promise.all(styles.map(loadStyle));
  return new Sweep(root);
}

class Sweep {
  #root;
  /** @type {Data} */
  #data = { map: null, colour: "final_loss", refusal: "" };
  /** @type {(name: string, value: unknown) => void} */
  #setState = () => {};
  #parts;
  #asking;
  #map;
  #beside;
  #progress;
  #legend;
  #unwatch;
  #themeObserver;
  /** @type {MapTold|null} whose cells are on screen */
  #shown = null;
  /** @type {import("./grid.js").Grid|null} */
  #grid = null;
  #scale = null;
  #lines = null;
  /** @type {string|null} the id of the map that was asked for last, once it is known */
  #newest = null;
  /** @type {{name: string, text: string, until: number}|null} a slider's value that the page has not taken yet */
  #moved = null;
  #nMaps = 0;
  #wanted = ""; // the id of a map that somebody wants however long it takes

  constructor(root) {
    this.#root = root;
    root.replaceChildren();
    root.classList.add("ll-ready");
    this.#asking = createAsking({
      onChunk: (asked, chunk) => this.#take(asked, chunk),
      onMessage: (_asked, message, status) => this.#hear(message, status),
      onId: (asked, id) => this.#settle(asked, id),
    });
    this.#parts = createParts(() => this.#table());
    this.#progress = createProgress({ onStop: () => this.#stop() });
    this.#legend = createLegend();
    this.#parts.head.prepend(this.#progress.element);
    this.#parts.figure.append(this.#legend.element);
    this.#map = createHeatMap(this.#parts.place, {
      onLook: (place) => this.#tellCell(place),
      onWatch: (place) => this.#watch(place),
    });
    root.append(this.#parts.notice, this.#parts.main);
    this.#map.theme = readTheme(root); // now that it has a place in the page
    this.#beside = createBeside(this.#parts.main, (query) => this.#setState("open", { query, at: Date.now() }));
    this.#unwatch = watchSliders((move) => this.#followSlider(move));
    this.#themeObserver = new MutationObserver(() => this.#followTheme());
    for (const watched of [document.head, document.querySelector(".stApp"), root.parentElement]) {
      if (watched) this.#themeObserver.observe(watched, { attributes: true, attributeFilter: ["class", "style"], childList: watched === document.head });
    }
  }

  /** Streamlit's data has changed: another map, or another way to colour it. */
  update(/** @type {Data} */ data, setState) {
    const former = this.#data;
    this.#data = data;
    this.#setState = setState;
    this.#notice();
    if (!data.map) {
      this.#asking.stop();
      this.#progress.end("");
      return;
    }
    if (data.map.id !== former.map?.id || this.#moved) this.#follow();
    if (data.colour !== former.colour) this.#rescale();
    this.#draw();
  }

  destroy() {
    this.#asking.stop();
    this.#beside.destroy();
    this.#progress.destroy();
    this.#map.destroy();
    this.#unwatch();
    this.#themeObserver.disconnect();
  }

  /** Fetches the map that the page is set to, unless a slider has asked for it already, or moves on. */
  #follow() {
    const { map, knobs = [] } = this.#data;
    const knob = this.#moved && knobs.find(({ name }) => name === this.#moved.name);
    const isBehind = knob && settingOf(knob, knob.value).text !== this.#moved.text;
    if (isBehind && performance.now() < this.#moved.until) return; // the page takes an earlier move
    this.#moved = null;
    const isOnItsWay = knob && (this.#asking.isWaiting || (this.#asking.isBusy && this.#newest === null));
    if (!isOnItsWay && this.#newest !== map.id) this.#fetchPages();
  }

  /** A map begins to come: one that a slider has asked for is the page's by now, or else that is fetched. */
  #settle({ isOfMove }, id) {
    this.#newest = id;
    if (isOfMove && id !== null && !this.#asking.isWaiting && !this.#moved && id !== this.#data.map?.id) this.#fetchPages();
  }

  #fetchPages() {
    const { map, tooLong } = this.#data;
    if (tooLong) {
      this.#asking.stop();
      this.#newest = map.id;
      this.#progress.end("");
      this.#clear(map);
    } else this.#fetch(map.url);
  }

  /** @param {string} url @param {{isOfMove?: boolean}} [how] */
  #fetch(url, { isOfMove = false } = {}) {
    this.#say("");
    this.#newest = null;
    const asked = { url, map: this.#data.map, isOfMove };
    if (!this.#asking.isBusy) this.#progress.wait();
    if (isOfMove) this.#asking.soon(asked);
    else this.#asking.now(asked);
    this.#root.dataset.state = "filling";
  }

  #clear(map) {
    this.#shown = map;
    this.#grid = createGrid({ nColumns: map.x.values.length, nRows: map.y.values.length, nSeeds: map.nSeeds });
    this.#scale = this.#lines = null;
    this.#root.dataset.state = "waiting";
    this.#beside.clear();
    this.#map.watched = null;
  }

  #take({ map }, chunk) {
    if (chunk.kind === "start") this.#begin(map, chunk);
    if (chunk.kind === "lines") this.#lines = { along: chunk.along, limit: chunk.columns.limit.values, best: chunk.columns.best.values };
    if (chunk.kind === "cells") {
      addCells(this.#grid, chunk.columns);
      this.#progress.advance(chunk.part, this.#grid.nDone);
      if (this.#isFirst) this.#scale = scaleOf(this.#grid, this.#data.colour);
    }
    if (chunk.kind === "end") this.#end(chunk);
    this.#draw();
  }

  #isFirst = true; // of its axes: nothing else is on screen whose colours would have to stay

  #begin(map, { nColumns, nRows, nSeeds }) {
    const isSame = this.#grid && isAlike(this.#shown, map) && this.#grid.cells.some((cell) => cell !== null);
    this.#isFirst = !isSame;
    if (isSame) renew(this.#grid);
    else {
      this.#grid = createGrid({ nColumns, nRows, nSeeds });
      this.#scale = this.#lines = null;
      this.#beside.clear();
      this.#map.watched = null;
    }
    this.#shown = map;
    this.#progress.begin(nColumns * nRows * nSeeds);
    this.#root.dataset.state = "filling";
  }

  #end({ nTrained, elapsed }) {
    this.#rescale();
    this.#nMaps++;
    this.#progress.end(trainedText(nTrained, elapsed));
    Object.assign(this.#root.dataset, { state: "complete", maps: String(this.#nMaps) });
  }

  #stop() {
    this.#asking.stop();
    this.#rescale();
    this.#draw();
    this.#progress.end(`Stopped after ${this.#grid.nDone} runs.`);
    this.#root.dataset.state = "stopped";
  }

  #rescale() {
    if (this.#grid) this.#scale = scaleOf(this.#grid, this.#data.colour);
  }

  #draw() {
    const [map, grid] = [this.#shown, this.#grid];
    if (!map || !grid) return;
    const { colour } = this.#data;
    this.#map.show({ grid, x: map.x, y: map.y, colour, scale: this.#scale, lines: this.#lines });
    this.#legend.show(grid, colour, this.#lines);
    this.#parts.summary.textContent = mapText(grid, map.x, map.y, colour);
    this.#root.dataset.cells = String(grid.cells.filter((cell) => cell !== null).length);
  }

  #table() {
    if (!this.#grid || !this.#shown) return null;
    const { x, y } = this.#shown;
    return { title: `${x.label} and ${y.label.toLowerCase()}.`, table: tableOf(this.#grid, x, y, this.#data.colour) };
  }

  #tellCell({ column, row }) {
    const { x, y } = this.#shown;
    const place = placeOf(x, y, column, row);
    this.#parts.line.textContent = `${place[0].toUpperCase()}${place.slice(1)}: ${cellText(this.#grid.cells[row * this.#grid.nColumns + column])}.`;
  }

  /** Shows the run of a cell beside the map. */
  #watch({ column, row }) {
    const { map, play } = this.#data;
    const { x, y } = this.#shown;
    if (!map || !play) return;
    const where = new URLSearchParams({ column: String(column), row: String(row), ...(this.#moved && { [this.#moved.name]: this.#moved.text }) });
    const query = { ...play.query, ...(this.#moved && { [this.#moved.name]: this.#moved.text }), [x.name]: x.spelled[column], [y.name]: y.spelled[row] };
    const place = placeOf(x, y, column, row);
    this.#beside.show(`${map.run}&${where}`, `${place[0].toUpperCase()}${place.slice(1)}`, { path: play.path, query });
  }

  /** A slider of the sidebar moves: the map follows before the page says so. */
  #followSlider(move) {
    const { map, knobs = [], tooLong } = this.#data;
    const knob = knobs.find(({ name }) => name === move.name);
    if (!knob || !map || tooLong) return;
    const setting = settingOf(knob, knobValue(knob, move));
    const last = this.#moved ?? settingOf(knob, knob.value);
    if (last.name === setting.name && last.text === setting.text) return;
    this.#moved = { ...setting, until: performance.now() + ANSWER_MS };
    this.#fetch(`${map.url}&${new URLSearchParams({ [setting.name]: setting.text })}`, { isOfMove: true });
    if (this.#map.watched) this.#watch(this.#map.watched);
  }

  /** The server has refused, or keeps us waiting. */
  #hear(message, status) {
    this.#say(message);
    if (message && status !== undefined && status !== FULL) {
      this.#progress.end("");
      this.#root.dataset.state = "refused";
    }
  }

  #say(message) {
    const { said, notice, tooLongText } = this.#parts;
    said.textContent = message;
    said.hidden = !message;
    notice.hidden = !message && tooLongText.hidden;
  }

  /** What stands in the way of a map, and what to do about it. */
  #notice() {
    const { refusal, tooLong, map } = this.#data;
    this.#say(refusal);
    const { notice, buttons, tooLongText } = this.#parts;
    const isHidden = !tooLong || this.#wanted === map?.id;
    tooLongText.hidden = buttons.hidden = isHidden;
    notice.hidden = isHidden && !refusal;
    if (isHidden) return buttons.replaceChildren();
    tooLongText.textContent = tooLong.text;
    const made = [];
    if (tooLong.coarser) made.push(button(tooLong.coarser.label, "sw-primary", () => this.#setState("coarser", { at: Date.now() })));
    if (tooLong.mayBeWanted) made.push(button("Train it anyway", "", () => this.#trainAnyway()));
    buttons.replaceChildren(...made);
  }

  #trainAnyway() {
    const { map } = this.#data;
    this.#wanted = map.id;
    this.#parts.tooLongText.hidden = this.#parts.buttons.hidden = this.#parts.notice.hidden = true;
    this.#fetch(`${map.url}&anyway=1`);
  }

  #followTheme() {
    const theme = readTheme(this.#root);
    this.#map.theme = theme;
    this.#beside.theme = theme;
    this.#legend.theme = theme;
  }
}

/** Whether two maps have the same axes, so that one can be drawn over the other. */
function isAlike(/** @type {MapTold|null} */ one, /** @type {MapTold|null} */ other) {
  const key = (map) => map && JSON.stringify([map.x.name, map.x.values, map.y.name, map.y.values, map.nSeeds]);
  return one !== null && key(one) === key(other);
}

function createParts(readTable) {
  const notice = element("div", "sw-notice");
  const said = element("p", "sw-message", { role: "alert" });
  const tooLongText = element("p", "sw-message");
  const buttons = element("div", "sw-buttons");
  said.hidden = true;
  notice.append(said, tooLongText, buttons);
  const main = element("div", "sw-main");
  const figure = element("figure", "sw-figure");
  const head = element("div", "sw-head");
  head.append(createTableButton(readTable));
  const place = element("div", "sw-place");
  const line = element("p", "sw-line", { "aria-live": "polite" });
  const summary = element("p", "sw-summary");
  figure.append(head, place, line, summary);
  main.append(figure);
  return { notice, said, tooLongText, buttons, main, figure, head, place, line, summary };
}

function button(text, className, onClick) {
  const made = element("button", `sw-button ${className}`, { type: "button" });
  made.textContent = text;
  made.addEventListener("click", onClick);
  return made;
}
