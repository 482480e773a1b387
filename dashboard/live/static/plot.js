// One picture: plotly draws axes and what stands still, and answers hover and zoom; a canvas between its
// layers draws what moves, mapped through plotly's own axes, at the browser's frame rate.
// `_fullLayout.xaxis.d2p` and `_offset` are plotly's private parts: plotly is pinned, a test watches.

import { savePicture } from "./download.js";
import { element } from "./element.js";
import { createLegend } from "./legend.js";
import { layoutOf, TEXT, ticksOf } from "./layout.js";
import { Overlay } from "./overlay.js";
import { createPictureMenu } from "./picture_menu.js";
import { suits } from "./ranges.js";

/**
 * @typedef {Object<string, any>} Trace in plotly's words; the `uid` of one that moves begins with "moving-"
 *
 * @typedef {object} Axes
 * @property {string} xTitle
 * @property {string} yTitle
 * @property {string} [xType] "log", or else linear
 * @property {string} [yType]
 * @property {Object<string, any>} [extra] what else plotly's layout has
 *
 * @typedef {object} Ranges log axes: exponents
 * @property {number[]} x
 * @property {number[]} y
 * @property {{x: number[], y: number[]}} [whole] where these leave something out
 *
 * @typedef {object} PixelMap from data to pixels of the picture
 * @property {(value: number) => number} x
 * @property {(value: number) => number} y
 * @property {{left: number, top: number, width: number, height: number}} area of the plot
 * @property {(left: number, top: number) => [number, number]} at the data's place of a pixel
 * @property {number[]} xRange
 * @property {number} [textSize]
 * @property {(uid: string) => boolean} shows false once the legend hid that trace
 */

export class Plot {
  #Plotly;
  #div;
  #overlay = new Overlay();
  #frame;
  #title;
  #menu;
  #note;
  #legend;
  #hidden = new Set(); // names that the legend took out
  #shown = null; // the traces, axes and theme that are drawn
  #dataName = "";
  #textSize = TEXT;
  #description;
  #draw = null;
  #isOurs = false;
  #isZoomed = false;
  #ranges = null;
  #observer;
  #queue = Promise.resolve();
  #isDestroyed = false;

  /**
   * @param {object} Plotly
   * @param {string} name makes the figure's class
   * @param {() => void} onChange called when the axes have changed under the canvas
   */
  constructor(Plotly, name, onChange) {
    this.#Plotly = Plotly;
    this.#frame = element("figure", `ll-plot ll-${name}`);
    const caption = element("figcaption", "");
    this.#title = element("span", "ll-title");
    this.#note = element("span", "ll-sample");
    this.#legend = createLegend((entry, isShown) => this.#toggle(entry, isShown));
    this.#menu = createPictureMenu((name) => this.onChoose(name));
    caption.append(this.#title, this.#menu.element, this.#note, this.#legend.element);
    this.#div = element("div", "ll-plotly");
    this.#description = element("p", "ll-described");
    this.#frame.append(caption, this.#description, this.#div);
    this.onChange = onChange;
    this.onEnter = () => {};
    /** @type {(name: string) => void} */
    this.onChoose = () => {};
    this.#frame.addEventListener("pointerenter", () => this.onEnter());
  }

  get element() {
    return this.#frame;
  }

  /** Resolved once plotly has done all that it was asked for. */
  get drawn() {
    return this.#queue;
  }

  /** What pointers meet. */
  get surface() {
    return this.#div;
  }

  /**
   * @param {object} caption
   * @param {string} caption.title
   * @param {string} caption.names those that axis titles cut, in full
   * @param {string} caption.dataName what is pictured, for a download's name
   */
  set caption({ title, names, dataName }) {
    this.#title.textContent = title;
    this.#title.title = names;
    this.#dataName = dataName;
  }

  /** Offers the pictures that can stand here, in the title's place; the parameters are those of its `show`. */
  showMenu(pictures, chosen, hint) {
    this.#menu.show(pictures, chosen, hint);
    this.#title.hidden = pictures.length > 1;
  }

  /** A remark beside the title, or "". */
  set note(text) {
    this.#note.textContent = text;
  }

  /** Puts controls beside the title. */
  addControl(...controls) {
    this.#menu.element.after(...controls);
  }

  /** What the picture shows, for those who can't see it. */
  set description(text) {
    this.#description.textContent = text;
  }

  /**
   * Draws the still parts anew.
   * @param {Trace[]} traces
   * @param {Axes} axes
   * @param {import("./theme.js").Theme} theme
   */
  async show(traces, axes, theme) {
    this.#shown = { traces, axes, theme };
    this.#showLegend();
    await this.#ours(async () => {
      const isNew = !this.#div._fullLayout;
      await this.#Plotly.react(this.#div, this.#visible(this.#shown.traces), this.#layout(), this.#config());
      if (isNew) this.#attach();
      this.#fitCanvas();
    });
    this.onChange();
  }

  /**
   * New axis ranges, unless the person has zoomed or the old ones still suit.
   * @param {Ranges} ranges
   */
  async setRanges(ranges, { force = false } = {}) {
    const isKept = !force && this.#ranges && suits(this.#ranges, ranges);
    if (isKept) return;
    this.#ranges = ranges;
    if (!this.#isZoomed) await this.#applyRanges();
  }

  /** Forgets a zoom: the picture shows something else now. */
  async resetZoom() {
    this.#isZoomed = false;
    if (this.#ranges) await this.#applyRanges();
  }

  /** Takes back a zoom; where there is none, shows what the picture's own choice of range leaves out. */
  async #showWhole() {
    const whole = this.#ranges?.whole;
    if (this.#isZoomed || !whole) return this.resetZoom();
    this.#isZoomed = true;
    return this.#applyRanges(whole);
  }

  /**
   * Gives plotly the moving traces' data, so that hover, zoom and download show real numbers.
   * @param {Trace[]} updates
   */
  async handOver(updates) {
    const { data } = this.#div;
    if (!data) return;
    const indices = [];
    const values = { x: [], y: [], customdata: [] };
    for (const update of updates) {
      const index = data.findIndex((trace) => trace.uid === update.uid);
      if (index < 0) continue;
      indices.push(index);
      for (const name of Object.keys(values)) values[name].push(update[name]);
    }
    if (indices.length) await this.#ours(() => this.#Plotly.restyle(this.#div, values, indices));
  }

  /**
   * Draws the moving parts.
   * @param {(context: CanvasRenderingContext2D, map: PixelMap) => void} draw gets the `map`
   */
  draw(draw) {
    this.#draw = draw;
    this.redraw();
  }

  redraw() {
    const { map } = this;
    if (!map || !this.#draw) return;
    this.#overlay.draw(map.area, `${this.#textSize}px ${this.#shown.theme.font}`, (context) => this.#draw(context, map));
  }

  /**
   * Null before the first `show`.
   * @returns {PixelMap|null}
   */
  get map() {
    const { _fullLayout: layout, _fullData: data } = this.#div;
    if (!layout) return null;
    const { xaxis, yaxis } = layout;
    const area = { left: xaxis._offset, top: yaxis._offset, width: xaxis._length, height: yaxis._length };
    return {
      x: (value) => area.left + xaxis.d2p(value),
      y: (value) => area.top + yaxis.d2p(value),
      at: (left, top) => [xaxis.p2d(left - area.left), yaxis.p2d(top - area.top)],
      area,
      textSize: this.#textSize,
      xRange: xaxis.range.map((value) => (xaxis.type === "log" ? 10 ** value : value)),
      shows: (uid) => data.find((trace) => trace.uid === uid)?.visible === true,
    };
  }

  destroy() {
    this.#isDestroyed = true;
    this.#observer?.disconnect();
    this.#Plotly.purge(this.#div);
    this.#frame.remove();
  }

  #attach() {
    for (const drawn of this.#div.querySelectorAll(".main-svg")) drawn.setAttribute("aria-hidden", "true");
    // Behind plotly's hover labels and legend, in front of its dots.
    this.#div.querySelector(".main-svg").after(this.#overlay.element);
    this.#div.on("plotly_relayouting", () => this.redraw());
    this.#div.on("plotly_afterplot", () => this.redraw());
    this.#div.on("plotly_restyle", () => this.redraw());
    this.#div.on("plotly_relayout", (change) => {
      if (!this.#isOurs && Object.keys(change).some((key) => key.includes("axis.range"))) {
        this.#isZoomed = true;
        this.#followTicks();
      }
      this.redraw();
    });
    this.#div.on("plotly_doubleclick", () => this.#showWhole());
    this.#observer = new ResizeObserver(() => this.#resize());
    this.#observer.observe(this.#div);
  }

  async #resize() {
    const { _fullLayout: layout } = this.#div;
    const { clientWidth: width, clientHeight: height } = this.#div;
    if (!layout || !width || (layout.width === width && layout.height === height)) return;
    // Text and margins go with the width, too.
    await this.#ours(() => this.#Plotly.react(this.#div, this.#div.data, this.#layout(), this.#config()));
    this.#fitCanvas();
    this.redraw();
  }

  #showLegend() {
    const { traces, axes } = this.#shown;
    this.#legend.show(axes.extra?.showlegend === false ? [] : traces, this.#hidden);
  }

  async #toggle(name, isShown) {
    if (isShown) this.#hidden.delete(name);
    else this.#hidden.add(name);
    this.#showLegend();
    const indices = this.#div.data.flatMap((trace, i) => (trace.name === name ? [i] : []));
    await this.#ours(() => this.#Plotly.restyle(this.#div, { visible: isShown || "legendonly" }, indices));
    this.redraw();
  }

  #visible(traces) {
    return traces.map((trace) => (this.#hidden.has(trace.name) ? { ...trace, visible: "legendonly" } : trace));
  }

  async #save() {
    this.onEnter(); // gives plotly what moves
    await this.#queue;
    await this.save(this.#div.data, this.#shown.theme);
  }

  /**
   * Saves the picture as a file.
   * @param {Trace[]} traces with the numbers of what moves
   * @param {import("./theme.js").Theme} theme in whose colours they are
   * @param {{isPrint?: boolean}} [size] as large as paper has it, or twice as large as here
   */
  async save(traces, theme, { isPrint = false } = {}) {
    const { axes } = this.#shown;
    const layout = { ...this.#layout(theme), showlegend: axes.extra?.showlegend !== false };
    const about = { title: this.#title.textContent, dataName: this.#dataName, ground: theme.background, isPrint };
    await savePicture(this.#Plotly, { data: this.#visible(traces), layout }, about);
  }

  #fitCanvas() {
    const { width, height } = this.#div._fullLayout;
    this.#overlay.fit(width, height);
  }

  async #applyRanges(ranges = this.#ranges) {
    await this.#ours(() => {
      if (!this.#div._fullLayout) return undefined; // `show` is to come, with these ranges
      const change = {};
      for (const [name, range] of [["xaxis", ranges.x], ["yaxis", ranges.y]]) {
        change[`${name}.range`] = [...range];
        Object.assign(change, ticksOf(name, this.#div._fullLayout[name], range));
      }
      return this.#Plotly.relayout(this.#div, change);
    });
  }

  /** The ticks of a zoomed axis. */
  #followTicks() {
    const change = {};
    for (const name of ["xaxis", "yaxis"]) {
      const axis = this.#div._fullLayout[name];
      Object.assign(change, ticksOf(name, axis, axis.range));
    }
    if (Object.keys(change).length) this.#ours(() => this.#Plotly.relayout(this.#div, change));
  }

  /** plotly's calls are asynchronous and must not overlap: one after the other. */
  #ours(change) {
    this.#queue = this.#queue.then(async () => {
      if (this.#isDestroyed) return;
      this.#isOurs = true;
      try {
        await change();
      } catch (error) {
        console.error("Linreg Live: a picture could not be drawn.", error);
      } finally {
        this.#isOurs = false;
      }
    });
    return this.#queue;
  }

  #config() {
    return {
      displaylogo: false,
      doubleClick: false,
      responsive: false,
      modeBarButtons: [["zoom2d", "pan2d", this.#resetButton(), this.#saveButton()]],
    };
  }

  #saveButton() {
    return {
      name: "save",
      title: "Download as PNG",
      icon: this.#Plotly.Icons.camera,
      click: () => this.#save(),
    };
  }

  #resetButton() {
    return {
      name: "reset",
      title: "Reset axes",
      icon: this.#Plotly.Icons.home,
      click: () => this.#showWhole(),
    };
  }

  #layout(theme = this.#shown.theme) {
    const { axes } = this.#shown;
    const { clientWidth: width, clientHeight: height } = this.#div;
    this.#textSize = parseFloat(getComputedStyle(this.#div).fontSize); // grows with the page: see `view.css`
    const zoomed = this.#isZoomed ? this.#div._fullLayout : null;
    const ranges = { x: zoomed?.xaxis.range ?? this.#ranges?.x, y: zoomed?.yaxis.range ?? this.#ranges?.y };
    return layoutOf(axes, theme, { width, height, size: this.#textSize }, ranges);
  }
}
