// The live view: fetches a run, plays it, and keeps pictures, numbers and transport in step.

import * as bias from "./bias_picture.js";
import * as fit from "./fit_picture.js";
import { createHeadline } from "./headline.js";
import * as loss from "./loss_picture.js";
import { advance, createPlayback, restart, seek, step, toggle, withSpeed } from "./playback.js";
import { Plot } from "./plot.js";
import { createPreview } from "./preview.js";
import { createPublished } from "./published.js";
import { addChunk, createRun } from "./run.js";
import { openStream } from "./stream.js";
import { readTheme } from "./theme.js";
import { createTransport, element } from "./transport.js";
import * as weights from "./weights_picture.js";

const SETTLE_MS = 120; // a scrubber on the move has not settled
const PICTURES = [fit, loss, weights, bias];
const reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)");

/**
 * @param {HTMLElement} root
 * @param {{style: string, plotly: string}} assets
 */
export async function createView(root, assets) {
  await Promise.all([loadStyle(assets.style), loadPlotly(assets.plotly)]);
  return new View(root);
}

class View {
  #root;
  #run = null; // on screen
  #incoming = null; // started, no row of it yet
  #playback = createPlayback();
  #display = { residuals: "none", lossAxes: "log" };
  #theme;
  #plots;
  #stillKeys = new Map();
  #transport;
  #headline;
  #published;
  #closeStream = () => {};
  #url = null;
  #rate = null;
  #setState = () => {};
  #preview;
  #frame = 0;
  #settling = 0;
  #lastTime = 0;
  #isStale = true;
  #themeObserver;

  constructor(root) {
    this.#root = root;
    root.replaceChildren();
    root.classList.add("ll-ready");
    this.#theme = readTheme(root);
    this.#preview = createPreview((run) => this.#putOnScreen(run, { isPreview: true }));
    this.#transport = createTransport(root, this.#actions());
    this.#headline = createHeadline(root);
    const grid = element("div", "ll-grid");
    root.append(grid);
    this.#plots = PICTURES.map((picture) => {
      const plot = new Plot(window.Plotly, grid, picture.title({}), () => this.#wake());
      plot.element.classList.add(`ll-${picture.title({}).split(" ")[0].toLowerCase()}`);
      plot.onEnter = () => this.#handOver(picture, plot);
      return plot;
    });
    this.#published = createPublished(root);
    this.#themeObserver = new MutationObserver(() => this.#followTheme());
    for (const watched of [document.head, document.querySelector(".stApp"), root.parentElement]) {
      if (watched) this.#themeObserver.observe(watched, { attributes: true, attributeFilter: ["class", "style"], childList: watched === document.head });
    }
  }

  /** Streamlit's data has changed: another run, or another way to show it. */
  update(data, setState) {
    this.#setState = setState;
    this.#rate = data.rate;
    this.#transport.showRate(data.rate);
    this.#published.show(data.published);
    this.#display = { residuals: data.residuals, lossAxes: data.lossAxes };
    if (data.run !== this.#url) this.#open(data.run);
    this.#followTheme();
    this.#showStill();
    this.#wake();
  }

  destroy() {
    this.#closeStream();
    this.#preview.stop();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#settling);
    this.#themeObserver.disconnect();
    this.#transport.destroy();
    for (const plot of this.#plots) plot.destroy();
  }

  #actions() {
    const change = (next) => () => {
      if (!this.#run) return;
      this.#playback = next(this.#playback, this.#extent);
      this.#wake();
    };
    return {
      reset: change((playback, extent) => seek(playback, 0, extent)),
      end: change((playback, extent) => seek(playback, extent.nRows - 1, extent)),
      back: change((playback, extent) => step(playback, -1, extent)),
      step: change((playback, extent) => step(playback, 1, extent)),
      toggle: change(toggle),
      seek: (row) => change((playback, extent) => seek(playback, row, extent))(),
      speed: (factor) => change((playback) => withSpeed(playback, factor))(),
      dragRate: (rate) => {
        this.#closeStream();
        this.#preview.request(this.#url, rate, this.#run);
      },
      takeRate: (rate) => {
        if (rate === this.#rate.value) this.#open(this.#url);
        else this.#setState("learning_rate", rate);
      },
    };
  }

  get #extent() {
    const { nRows, start, end } = this.#run;
    return { nRows, nExpected: start.nRows, isComplete: end !== null };
  }

  #open(url) {
    this.#closeStream();
    this.#preview.stop();
    this.#url = url;
    this.#incoming = null;
    this.#closeStream = openStream(url, {
      onChunk: (chunk) => this.#take(chunk),
      onMessage: (message) => this.#headline.say(message),
    });
  }

  #take(chunk) {
    if (chunk.kind === "start") {
      this.#incoming = createRun(chunk);
      return;
    }
    const run = this.#incoming ?? this.#run;
    if (!run) return;
    addChunk(run, chunk);
    if (run === this.#incoming && run.nRows > 0) this.#putOnScreen(run);
    if (run !== this.#run) return;
    if (chunk.kind === "reference" || chunk.kind === "end") this.#showStill();
    this.#rescale();
    if (chunk.kind === "end" && reducedMotion.matches) this.#actions().end();
    this.#wake();
  }

  /** A run whose first rows are here plays from its start; a preview shows how far it has come. */
  #putOnScreen(run, { isPreview = false } = {}) {
    this.#incoming = null;
    const isNew = this.#run !== run;
    this.#run = run;
    if (isPreview) this.#playback = seek(this.#playback, run.nRows - 1, run);
    else if (reducedMotion.matches) this.#playback = createPlayback(this.#playback.speed);
    else this.#playback = restart(this.#playback);
    if (isNew) this.#root.dataset.runs = String(Number(this.#root.dataset.runs ?? 0) + 1);
    this.#showStill();
    if (isPreview) this.#rescale();
    this.#wake();
  }

  /** Draws what stands still where it has changed: axes, data, reference, truth. */
  #showStill() {
    const run = this.#run;
    if (!run) return;
    PICTURES.forEach((picture, i) => {
      const plot = this.#plots[i];
      const identity = JSON.stringify([run.start.targetName, run.start.featureNames[0], run.nFeatures]);
      const axes = picture.axes(run, this.#display);
      const key = [identity, JSON.stringify(axes), picture === fit || picture === weights ? dataKey(run) : "", referenceKey(run), String(run.testLoss !== null) + (run.batchLoss !== null), this.#theme.isDark, picture === loss ? run.start.nEpochs : ""].join("|");
      const former = this.#stillKeys.get(picture);
      if (former === key) return;
      this.#stillKeys.set(picture, key);
      plot.title = picture.title(run);
      const isOther = former?.split("|")[0] !== identity || axesOf(former) !== JSON.stringify(axes);
      plot.setRanges(picture.ranges(run, this.#display), { force: isOther });
      if (isOther) plot.resetZoom();
      plot.show(picture.traces(run, this.#theme), axes, this.#theme);
    });
  }

  #rescale() {
    PICTURES.forEach((picture, i) => this.#plots[i].setRanges(picture.ranges(this.#run, this.#display)));
  }

  #followTheme() {
    const theme = readTheme(this.#root);
    const isChanged = theme.background !== this.#theme.background || theme.text !== this.#theme.text;
    this.#theme = theme;
    if (isChanged) {
      this.#stillKeys.clear();
      this.#showStill();
      this.#wake();
    }
  }

  #handOver(picture, plot) {
    if (!this.#run || this.#playback.isPlaying) return;
    plot.handOver(picture.handOver(this.#run, this.#playback.position));
  }

  /** Asks for a frame: the loop runs only while something moves. */
  #wake() {
    this.#isStale = true;
    if (this.#frame === 0) {
      this.#lastTime = performance.now();
      this.#frame = requestAnimationFrame((now) => this.#tick(now));
    }
  }

  #tick(now) {
    this.#frame = 0;
    if (!this.#run) return;
    const elapsed = Math.max(0, now - this.#lastTime);
    this.#lastTime = now;
    const before = this.#playback;
    this.#playback = advance(before, elapsed, this.#extent);
    if (this.#playback.position !== before.position || this.#isStale) this.#drawFrame();
    this.#isStale = false;
    if (this.#playback.isPlaying) this.#frame = requestAnimationFrame((next) => this.#tick(next));
    else this.#settleSoon();
  }

  #settleSoon() {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#settle(), SETTLE_MS);
  }

  #drawFrame() {
    const run = this.#run;
    const { position, isPlaying } = this.#playback;
    PICTURES.forEach((picture, i) => {
      this.#plots[i].draw((context, map) => picture.draw(context, map, run, position, this.#theme, this.#display));
    });
    const row = Math.min(Math.floor(position), run.nRows - 1);
    const lastEpoch = run.end ? run.end.epoch : run.start.nEpochs;
    this.#transport.update({ isPlaying, row, nRows: run.nRows, epoch: run.epoch[row], nEpochs: lastEpoch });
    this.#headline.update(run, position, isPlaying);
    this.#published.update(run);
    Object.assign(this.#root.dataset, {
      state: isPlaying ? "playing" : "paused",
      epoch: String(run.epoch[row]),
      status: run.end?.status ?? "running",
    });
  }

  /** Playback has stopped: descriptions for those who can't see, real data for who hovers. */
  #settle() {
    if (!this.#run || this.#playback.isPlaying) return;
    PICTURES.forEach((picture, i) => {
      const plot = this.#plots[i];
      plot.description = picture.describe(this.#run, this.#playback.position);
      if (plot.element.matches(":hover")) this.#handOver(picture, plot);
    });
  }
}

/** Tells two data sets apart without comparing every number. */
function dataKey(run) {
  const { X, y, trueWeights } = run;
  const sum = (values) => values?.reduce((total, value, i) => total + value * ((i % 7) + 1), 0) ?? "";
  return [y.length, sum(X), sum(y), sum(run.isTest), sum(trueWeights), run.trueBias].join();
}

function referenceKey({ reference }) {
  return reference ? [reference.weights[0], reference.bias, reference.trainLoss].join() : "";
}

const axesOf = (key) => key?.split("|")[1];

function loadStyle(href) {
  if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  return loaded(link);
}

function loadPlotly(src) {
  if (window.Plotly) return Promise.resolve();
  return loaded(Object.assign(document.createElement("script"), { src }));
}

function loaded(tag) {
  return new Promise((resolve, reject) => {
    tag.onload = resolve;
    tag.onerror = () => reject(new Error(`Could not load ${tag.src ?? tag.href}`));
    document.head.append(tag);
  });
}
