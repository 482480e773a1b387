// The pictures of a run: which there are, and what each needs drawn when.

/** @import { Pick } from "./picking.js" */
/** @import { Axes, PixelMap, Ranges, Trace } from "./plot.js" */
/** @import { Run } from "./run.js" */
/** @import { Table } from "./table.js" */
/** @import { Theme } from "./theme.js" */
/** @import { Display } from "./view.js" */

import { createAxisTypes } from "./axis_types.js";
import * as bias from "./bias_picture.js";
import { epochsInView } from "./converged.js";
import * as curve from "./curve_picture.js";
import * as effects from "./effects_picture.js";
import { element } from "./element.js";
import * as errors from "./errors_picture.js";
import * as estimate from "./estimate_picture.js";
import { createFeatureSelect } from "./feature_select.js";
import { number } from "./format.js";
import { ghostsIn } from "./ghosts.js";
import * as landscape from "./landscape_picture.js";
import * as line from "./line_picture.js";
import { toggled, typesOf } from "./loss_axis.js";
import * as loss from "./loss_picture.js";
import { shortened, WHOLE } from "./names.js";
import * as partial from "./partial_picture.js";
import { nearest, watchPicks } from "./picking.js";
import { Plot } from "./plot.js";
import * as predictions from "./predictions_picture.js";
import { referenceFingerprint, sampleOf } from "./rows.js";
import { createStartChooser } from "./start_chooser.js";
import { createTableButton } from "./table.js";
import * as weights from "./weights_picture.js";

/**
 * @typedef {object} Picture what every module of a picture exports
 * @property {(run: Run, display?: Display) => string} title
 * @property {(run: Run, display: Display) => Axes} axes
 * @property {(run: Run, display: Display) => Ranges} ranges
 * @property {(run: Run, theme: Theme, display: Display) => Trace[]} traces those that stand still, and those that move
 * @property {(run: Run, position: number, display: Display) => Trace[]} handOver the data of those that move, by `uid`
 * @property {(context: CanvasRenderingContext2D, map: PixelMap, run: Run, position: number, theme: Theme, display: Display) => void} draw
 * @property {(run: Run, position: number, display: Display) => Table} table
 * @property {(run: Run, position: number, display: Display) => string} describe
 * @property {(run: Run, display: Display) => unknown} [key] the traces are made anew when it changes
 * @property {(run: Run, position: number, map: PixelMap, display: Display) => Pick[]} [picks] points that can be clicked
 * @property {boolean} [isSlow] whether plotly takes long for its axes: they stay while something is dragged
 * @property {boolean} [showsPoints] whether it shows rows of the data, or a sample of them
 * @property {(run: Run) => {name: string, title: string}[]} [variants] what it can be drawn by, which its title offers
 * @property {(run: Run, display: Display) => string} [variantOf] the name of the one that is shown
 * @property {(run: Run) => boolean} [isFor] whether a run has it
 * @property {(run: Run) => boolean} [isFirstFor] whether it stands before the others of its place
 * @property {(run: Run) => [number, number]|null} [startOf] where a run that can start elsewhere has started
 * @property {(run: Run, place: [number, number], pixel: [number, number]) => object|null} [startAt] the start that a place means
 */

/**
 * Every picture by its name, which links tell.
 * @type {Object<string, Picture>}
 */
const PICTURES = { line, curve, predictions, loss, partial, landscape, effects, estimate, weights, errors, bias };

/**
 * A place in the page, and the names of the pictures that can stand there: the first that a run has,
 * unless people choose another.
 */
const PLACES = {
  fit: ["line", "curve", "predictions"],
  loss: ["loss"],
  partial: ["partial"],
  weights: ["effects", "estimate", "weights", "landscape", "errors"],
  bias: ["bias"],
};
const DEFAULT = "default";
const ANSWER_MS = 5000; // within which the page has taken a choice
const AT_START = 0.1; // of a run
const LONGEST_NAME = 16; // longer names are cut somewhere

/**
 * The names of the pictures that a run has for each place, its default first.
 * @param {Run} run
 * @returns {Object<string, string[]>}
 */
export function offeredFor(run) {
  const has = (name) => PICTURES[name].isFor?.(run) ?? true;
  const isFirst = (name) => Number(PICTURES[name].isFirstFor?.(run) ?? false);
  const order = (names) => names.filter(has).sort((one, other) => isFirst(other) - isFirst(one));
  return Object.fromEntries(Object.entries(PLACES).map(([place, names]) => [place, order(names)]));
}

/**
 * The name of the picture at each place that has one for this run.
 * @param {Run} run
 * @param {Object<string, string>} [chosen] by people, for a place: shown where the run has it
 * @returns {Object<string, string>}
 */
export function shownFor(run, chosen = {}) {
  const one = ([place, names]) => [place, names.includes(chosen[place]) ? chosen[place] : names[0]];
  return Object.fromEntries(Object.entries(offeredFor(run)).map(one).filter(([, name]) => name));
}

/** A picture by its name. */
export const pictureOf = (name) => PICTURES[name];

export class Gallery {
  #grid = element("div", "ll-grid");
  #frames;
  /** @type {Display} */
  #display;
  #theme;
  #moment = null; // the run, position and isPlaying drawn last
  #onChange;
  #onPick;
  #onChoose;
  #choices = new Map(); // which the page has not taken yet: place of a picture, or "axes" -> {name, until}

  /**
   * @param {HTMLElement} parent
   * @param {Theme} theme
   * @param {object} handlers
   * @param {() => void} handlers.onChange axes have changed under what moves
   * @param {(pick: object) => void} handlers.onPick a point was clicked
   * @param {(choice: {place: string, picture: string}) => void} handlers.onChoose of a picture for a place
   */
  constructor(parent, theme, { onChange, onPick, onChoose }) {
    parent.append(this.#grid);
    this.#theme = theme;
    this.#onChange = onChange;
    this.#onPick = onPick;
    this.#onChoose = onChoose;
    this.#frames = Object.keys(PLACES).map((name) => ({ name, plot: null, picture: null, still: [], types: null }));
    for (const frame of this.#frames) if (frame.name !== "partial") this.#hang(frame);
  }

  /**
   * How pictures are to be shown from now on.
   * @param {Omit<Display, "feature">} display
   */
  set display(display) {
    const pictures = { ...display.pictures };
    for (const [place, { name, until }] of this.#choices) {
      if (pictures[place] === name || performance.now() > until) this.#choices.delete(place);
      else pictures[place] = name;
    }
    const axes = { lossAxes: /** @type {any} */ (pictures.axes ?? display.lossAxes), lossX: pictures.loss };
    this.#display = { feature: this.#display?.feature, ...display, pictures, ...axes };
  }

  set theme(theme) {
    this.#theme = theme;
    for (const frame of this.#frames) frame.still = [frame.still[0]];
  }

  /**
   * Draws what stands still where it has changed: axes, data, reference, truth.
   * @param {Run} run
   */
  showStill(run) {
    const [offered, shown] = [offeredFor(run), shownFor(run, this.#display.pictures)];
    for (const frame of this.#frames) {
      frame.picture = pictureOf(shown[frame.name]) ?? null;
      if (frame.picture && !frame.plot) this.#hang(frame);
      if (frame.plot) frame.plot.element.hidden = !frame.picture;
      if (!frame.picture) continue;
      this.#showOne(frame, run);
      const pictures = offered[frame.name].map((name) => ({ name, title: pictureOf(name).title(run, this.#display) }));
      this.#showChooser(frame, run);
      const { variants, variantOf } = frame.picture;
      if (variants) frame.plot.showMenu(variants(run), variantOf(run, this.#display), longNames(run));
      else frame.plot.showMenu(pictures, shown[frame.name], longNames(run));
      frame.types?.show(typesOf(this.#display));
    }
    this.#grid.classList.toggle("ll-several", partial.isFor(run));
  }

  /** Fits the axes to what has been learned; in passing only those that are soon drawn. */
  rescale(run, { inPassing = false } = {}) {
    if (run.end && this.#isAtStart(run)) run.epochsInView = epochsInView(run);
    const fitted = this.#shown.filter(({ picture }) => !(inPassing && picture.isSlow));
    for (const { picture, plot } of fitted) plot.setRanges(picture.ranges(run, this.#display));
  }

  /** Draws what moves. */
  draw(run, position, isPlaying) {
    this.#moment = { run, position, isPlaying };
    for (const { picture, plot } of this.#shown) {
      plot.draw((context, map) => picture.draw(context, map, run, position, this.#theme, this.#display));
    }
  }

  /** Playback has stopped: descriptions for those who can't see, real data for who hovers. Waits for plotly. */
  async settle(run, position) {
    if (run.end && run.epochsInView === null) this.#fitEpochs(run);
    for (const frame of this.#shown) {
      frame.plot.description = frame.picture.describe(run, position, this.#display);
      if (frame.plot.element.matches(":hover")) this.#handOver(frame);
    }
    await Promise.all(this.#shown.map(({ plot }) => plot.drawn));
  }

  /** How pictures are shown now. */
  get display() {
    return this.#display;
  }

  /**
   * Saves a place's picture at print size, in the colours of a theme.
   * @param {string} place
   * @param {Theme} theme
   */
  async savePrint(place, theme) {
    const { plot, picture } = this.#shown.find(({ name }) => name === place) ?? {};
    if (!plot || !this.#moment) return;
    const { run, position } = this.#moment;
    const display = { ...this.#display, ghosts: ghostsIn(this.#display.ghosts, theme) };
    const moved = picture.handOver(run, position, display);
    const traces = picture.traces(run, theme, display).map((trace) => ({ ...trace, ...moved.find(({ uid }) => uid === trace.uid) }));
    await plot.save(traces, theme, { isPrint: true });
  }

  destroy() {
    for (const { plot } of this.#frames) plot?.destroy();
  }

  /** Before playback has gone far: until then axes may change, and nothing jumps. */
  #isAtStart(run) {
    const { run: shown, position } = this.#moment ?? {};
    return shown !== run || position < AT_START * run.start.nRows;
  }

  /** The epochs' axis of a run whose end came while it was played. */
  #fitEpochs(run) {
    run.epochsInView = epochsInView(run);
    this.rescale(run);
    this.#onChange();
  }

  get #shown() {
    return this.#frames.filter(({ picture }) => picture);
  }

  /** Puts a frame into the page, where its place is. */
  #hang(frame) {
    frame.plot = new Plot(/** @type {any} */ (window).Plotly, frame.name, this.#onChange);
    frame.plot.onEnter = () => this.#handOver(frame);
    frame.plot.onChoose = (name) => this.#choosePicture(frame.name, name);
    const next = this.#frames.slice(this.#frames.indexOf(frame) + 1).find(({ plot }) => plot);
    this.#grid.insertBefore(frame.plot.element, next?.plot.element ?? null);
    frame.plot.addControl(createTableButton(() => this.#table(frame)));
    watchPicks(frame.plot.surface, (x, y, reach) => this.#pickAt(frame, x, y, reach), this.#onPick);
    if (frame.name === "loss") {
      frame.types = createAxisTypes((axis) => this.#toggleAxis(axis));
      frame.plot.addControl(frame.types.element);
    }
    if (frame.name === "partial") {
      frame.select = createFeatureSelect((feature) => this.#choose(feature));
      frame.plot.addControl(frame.select.element);
    }
  }

  /** What a picture shows, as a table. */
  #table({ picture }) {
    if (!this.#moment || !picture) return null;
    const { run, position } = this.#moment;
    return { title: picture.describe(run, position, this.#display), table: picture.table(run, position, this.#display) };
  }

  #choose(feature) {
    this.#show({ feature });
  }

  /** Another picture in a place: the page hears of it, and links say so. */
  #choosePicture(place, name) {
    const { run } = this.#moment ?? {};
    if (!run) return;
    const first = offeredFor(run)[place][0];
    if (PICTURES[first].variants) this.#take(place, name, { lossX: name });
    else this.#take(place, name === first ? DEFAULT : name);
  }

  #toggleAxis(axis) {
    const lossAxes = toggled(this.#display.lossAxes, axis);
    if (this.#moment) this.#take("axes", lossAxes, { lossAxes });
  }

  /** Shows a choice at once, and tells the page. */
  #take(place, picture, change = {}) {
    this.#choices.set(place, { name: picture, until: performance.now() + ANSWER_MS });
    this.#show({ pictures: { ...this.#display.pictures, [place]: picture }, ...change });
    this.#onChoose({ place, picture });
  }

  /** @param {Partial<Display>} change */
  #show(change) {
    this.#display = { ...this.#display, ...change };
    this.showStill(this.#moment.run);
    this.rescale(this.#moment.run);
    this.#onChange();
  }

  #showOne(frame, run) {
    const { picture, plot, still: [formerIdentity, formerKey] } = frame;
    const axes = picture.axes(run, this.#display);
    const title = picture.title(run, this.#display);
    const identity = JSON.stringify([title, run.start.targetName, run.start.featureNames, run.nFeatures, axes]);
    const key = [referenceFingerprint(run), run.testLoss !== null, run.batchLoss !== null, picture.key?.(run, this.#display)].join("|");
    frame.select?.show(run.start.featureNames, partial.featureOf(run, this.#display));
    if (identity === formerIdentity && key === formerKey) return;
    frame.still = [identity, key];
    plot.caption = { title, names: longNames(run), dataName: this.#display.dataName };
    plot.note = picture.showsPoints ? sampleOf(run) : "";
    const isOther = identity !== formerIdentity;
    plot.setRanges(picture.ranges(run, this.#display), { force: isOther });
    if (isOther) plot.resetZoom();
    plot.show(picture.traces(run, this.#theme, this.#display), axes, this.#theme);
  }

  /** What a click on a place of a picture means: a row of the data, or another start. */
  #pickAt(frame, x, y, reach) {
    const { plot: { map }, picture } = frame;
    if (!map || !this.#moment || !picture) return null;
    if (picture.startAt) return this.#startAt(frame, [x, y]);
    if (!this.#display.pickable || !picture.picks) return null;
    return nearest(picture.picks(this.#moment.run, this.#moment.position, map, this.#display), x, y, reach);
  }

  #startAt({ plot: { map }, picture }, [left, top]) {
    const [place, next] = [map.at(left, top), map.at(left + 1, top + 1)];
    const start = picture.startAt(this.#moment.run, place, [0, 1].map((axis) => Math.abs(next[axis] - place[axis])));
    return start && { pick: { start } };
  }

  /** Where a start can be chosen: the button that does it by keys. */
  #showChooser(frame, run) {
    const isThere = Boolean(frame.picture.startOf?.(run));
    if (isThere && !frame.chooser) {
      frame.chooser = createStartChooser(this.#chooserOf(frame));
      frame.plot.addControl(...frame.chooser.elements);
    }
    if (frame.chooser) frame.chooser.button.hidden = !isThere;
  }

  /** @returns {import("./start_chooser.js").Chooser} */
  #chooserOf(frame) {
    return {
      begin: () => {
        const { plot: { map }, picture } = frame;
        const start = picture.startOf(this.#moment.run);
        return map && start && [map.x(start[0]), map.y(start[1])];
      },
      move: (cross) => {
        const { left, top, width, height } = frame.plot.map.area;
        const held = (value, from, size) => Math.max(from, Math.min(value, from + size));
        this.#display = { ...this.#display, cross: cross && [held(cross[0], left, width), held(cross[1], top, height)] };
        this.#onChange();
        return this.#display.cross;
      },
      take: (cross) => this.#onPick(this.#startAt(frame, cross).pick),
      tell: (cross) => {
        const { init_weight: weight, init_bias: bias } = this.#startAt(frame, cross).pick.start;
        return `weight ${number(weight)}, bias ${number(bias)}`;
      },
    };
  }

  #handOver({ picture, plot }) {
    if (!picture || !this.#moment || this.#moment.isPlaying) return;
    const { run, position } = this.#moment;
    plot.handOver(picture.handOver(run, position, this.#display));
  }
}

/** Names that pictures cut, in full. */
function longNames({ start }) {
  const isLong = (name) => shortened(name, LONGEST_NAME) !== name;
  return [start.targetName, ...start.featureNames].filter(isLong).map((name) => shortened(name, WHOLE)).join("\n");
}
