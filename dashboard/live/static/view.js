// The live view: fetches a run, plays it, and keeps pictures, numbers and transport in step.

import { Gallery } from "./gallery.js";
import { createHeadline } from "./headline.js";
import { spelledOf } from "./knob.js";
import { createNews } from "./news.js";
import { advance, createPlayback, restart, seek, step, toggle, withSpeed } from "./playback.js";
import { createPreview } from "./preview.js";
import { createPublished } from "./published.js";
import { createRuns, FRONT } from "./runs.js";
import { readTheme } from "./theme.js";
import { createTransport } from "./transport.js";

const SETTLE_MS = 120; // a scrubber on the move has not settled
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
  #runs; // by slot; the one in front is on screen, or a preview of another
  #playback = createPlayback();
  #theme;
  #gallery;
  #transport;
  #headline;
  #published;
  #news = createNews(null);
  #page = { visitor: null, turn: 0 }; // its messages may come late
  #url = null; // of the run in front
  #ended = { isWanted: false, url: null, told: null }; // what the page hears of runs' ends
  #nameOfReference = null;
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
    this.#runs = createRuns({
      onChunk: (held, kind) => held.slot === FRONT && this.#take(held.run, kind),
      onMessage: (held, message) => held.slot === FRONT && this.#headline.say(message),
    });
    this.#preview = createPreview((run) => this.#putOnScreen(run, { isPreview: true }));
    this.#transport = createTransport(root, this.#actions());
    this.#headline = createHeadline(root, () => this.#setState("go_on", Date.now()));
    this.#gallery = new Gallery(root, this.#theme, {
      onChange: () => this.#wake(),
      onPick: (pick) => this.#setState("picked", { ...pick, at: Date.now() }),
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
    this.#nameOfReference = data.referenceName ?? null;
    this.#transport.showKnobs(data.knobs);
    this.#published.show(data.published);
    this.#gallery.display = displayOf(data);
    this.#headline.judge(data.verdict ?? null, data.runs[FRONT]);
    this.#ended.isWanted = data.tellsEnd === true;
    this.#listen(data.news);
    this.#follow(data);
    if (data.refusal) this.#headline.say(data.refusal);
    this.#tellEnd();
    this.#followTheme();
    if (this.#run) this.#gallery.showStill(this.#run);
    this.#wake();
  }

  destroy() {
    this.#news.end();
    this.#runs.closeAll();
    this.#preview.stop();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#settling);
    this.#themeObserver.disconnect();
    this.#transport.destroy();
    this.#gallery.destroy();
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
      dragKnob: (knob, value) => {
        this.#runs.close(FRONT);
        this.#preview.request(this.#url, { name: knob.name, text: spelledOf(knob, value) }, this.#run);
      },
      takeKnob: (knob, value) => {
        this.#preview.finish();
        if (value === knob.value) this.#openFront();
        else this.#setState("knob", { name: knob.name, text: spelledOf(knob, value), at: Date.now() });
      },
    };
  }

  get #extent() {
    const { nRows, start, end } = this.#run;
    return { nRows, nExpected: start.nRows, isComplete: end !== null };
  }

  /** Holds the runs that the page is set to, unless it has been set to others since. */
  #follow({ visitor, turn, runs }) {
    if (visitor === this.#page.visitor && turn < this.#page.turn) return;
    this.#page = { visitor, turn };
    this.#hold(runs);
  }

  /** A page that has lost its server comes back as another visitor. */
  #listen(path) {
    if (path === this.#news.path) return;
    this.#news.end();
    this.#news = createNews(path, (news) => this.#follow(news));
  }

  #hold(urls) {
    if (urls[FRONT] !== this.#url) {
      this.#preview.stop();
      this.#url = urls[FRONT];
      this.#ended.url = this.#ended.told = null;
    }
    this.#runs.hold(urls);
  }

  /** Fetches the run in front once more: a preview has taken its place. */
  #openFront() {
    this.#preview.stop();
    this.#ended.url = this.#ended.told = null;
    this.#runs.open(FRONT, this.#url);
  }

  /** The run in front has got more. */
  #take(run, kind) {
    if (run !== this.#run) this.#putOnScreen(run);
    if (kind === "reference" || kind === "end") this.#gallery.showStill(run);
    this.#gallery.rescale(run);
    if (kind === "end") this.#takeEnd();
    this.#wake();
  }

  #takeEnd() {
    if (reducedMotion.matches) this.#actions().end();
    this.#ended.url = this.#url;
    this.#tellEnd();
  }

  /** Tells the page, where it asks for it, that the run is trained: once per run. */
  #tellEnd() {
    const { isWanted, url, told } = this.#ended;
    if (!isWanted || url === null || url === told) return;
    this.#ended.told = url;
    this.#setState("ended", { run: url, at: Date.now() });
  }

  /** A run whose first rows are here plays from its start; a preview shows how far it has come. */
  #putOnScreen(run, { isPreview = false } = {}) {
    const isNew = this.#run !== run;
    this.#run = run;
    Object.assign(run, { url: this.#url, isPreview, nameOfReference: this.#nameOfReference });
    if (isPreview) this.#playback = seek(this.#playback, run.nRows - 1, run);
    else if (reducedMotion.matches) this.#playback = createPlayback(this.#playback.speed);
    else this.#playback = restart(this.#playback);
    if (isNew) this.#root.dataset.runs = String(Number(this.#root.dataset.runs ?? 0) + 1);
    this.#gallery.showStill(run);
    if (isPreview) this.#gallery.rescale(run);
    this.#wake();
  }

  #followTheme() {
    const theme = readTheme(this.#root);
    const isChanged = theme.background !== this.#theme.background || theme.text !== this.#theme.text;
    this.#theme = theme;
    if (isChanged) {
      this.#gallery.theme = theme;
      if (this.#run) this.#gallery.showStill(this.#run);
      this.#wake();
    }
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
    this.#gallery.draw(run, position, isPlaying);
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

  #settle() {
    if (this.#run && !this.#playback.isPlaying) this.#gallery.settle(this.#run, this.#playback.position);
  }
}

/** What pictures need to know of the page's settings. */
function displayOf({ residuals, lossAxes, dataName, pickable, excluded, lineOffset = 1, missingRows }) {
  return { residuals, lossAxes, dataName, pickable: pickable === true, excluded: excluded ?? null, lineOffset, missingRows: missingRows ?? [] };
}

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
