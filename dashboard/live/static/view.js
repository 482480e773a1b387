// The live view: fetches a run, plays it, and keeps pictures, numbers and transport in step.

import { createDoctor } from "./doctor.js";
import { element } from "./element.js";
import { Gallery } from "./gallery.js";
import { ghostsOf, positionAt, shownEpoch, tailOf } from "./ghosts.js";
import { createHeadline } from "./headline.js";
import { createKeepGoing, hasReached, rowToGoOnFrom } from "./keep_going.js";
import { settingOf } from "./knob.js";
import { loadStyle } from "./load_style.js";
import { createPinActions } from "./pin_actions.js";
import { createPlayback, restart, seek } from "./playback.js";
import { Player } from "./player.js";
import { createPreview } from "./preview.js";
import { createPublished } from "./published.js";
import { lastEpoch } from "./run.js";
import { createRuns, FRONT } from "./runs.js";
import { valueOf, watchSliders } from "./sidebar.js";
import { createStrip } from "./strip.js";
import { readTheme } from "./theme.js";
import { createTransport } from "./transport.js";

const PASSING_MS = 250; // the axes of what is dragged past change no more often: plotly takes longer than a run
const ANSWER_MS = 5000; // within which the page's script has taken a slider's move
const ADDRESS = /\/(?:live\/([^/?]+)|(watched\/[^/?]+\/\d+))\?/; // of the run, without who looks at it
const reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)");

/**
 * @param {HTMLElement} root
 * @param {{style: string, plotly: string, isWatched?: boolean}} assets `isWatched`: the run is trained elsewhere, so that nothing
 *   can be set or pinned here
 */
export async function createView(root, assets) {
  await Promise.all([loadStyle(assets.style), loadPlotly(assets.plotly)]);
  return new View(root, assets.isWatched === true);
}

class View {
  #root;
  #nShown = 0; // runs that were on screen, this one included
  #runs; // by slot; the one in front is on screen, or a preview of another
  #player;
  #theme;
  #gallery;
  #transport;
  #strip;
  #keepGoing;
  /** @type {number|null} the epoch from which the next run is played; null: from its start */
  #goOnFrom = null;
  #headline;
  #published;
  #pinActions;
  /** @type {number|null} which race the page has started last */
  #race = null;
  #raceWaits = false;
  #pinPlaces = { strip: element("div", ""), table: element("div", "") };
  /** @type {Promise<void>|null} */
  #loadsPins = null;
  /** @type {ReturnType<typeof import("./pinned.js").createPinned>|null} once there are any */
  #pinsView = null;
  /** @type {Map<number, string>} what is said of a pinned run, by slot */
  #said = new Map();
  /** @type {{pins: import("./ghosts.js").PinTold[], compared: import("./pins_table.js").Told[]}} as the page says */
  #pinned = { pins: [], compared: [] };
  /** @type {import("./ghosts.js").Ghost[]} the pinned runs that have rows */
  #ghosts = [];
  #url = null; // of the run in front
  #knobs = []; // what that is set to
  #moved = null; // a number that the page is about to be set to
  #unwatch;
  #ended = { isWanted: false, url: null, told: null }; // what the page hears of runs' ends
  #nameOfReference = null;
  /** @type {Omit<Display, "feature"|"ghosts">} */
  #display = displayOf({});
  /** @type {(name: string, value: unknown) => void} */
  #setState = () => {};
  #preview;
  #doctor;
  /** @type {{take: (moment: object) => void, destroy: () => void}|null} of a browser that presents a room */
  #leading = null;
  #isGone = false;
  #passingTimer = 0;
  #themeObserver;

  constructor(root, isWatched) {
    this.#root = root;
    root.replaceChildren();
    root.classList.add("ll-ready");
    root.classList.toggle("ll-watched", isWatched);
    this.#theme = readTheme(root);
    this.#runs = createRuns({
      onChunk: (held, kind) => (held.slot === FRONT ? this.#take(held, kind) : this.#takeGhost(kind)),
      onSettled: (held) => held.slot === FRONT && this.#confirm(held),
      onMessage: (held, message) => (held.slot === FRONT ? this.#headline.say(message) : this.#sayOfPin(held.slot, message)),
    });
    this.#preview = createPreview((run) => this.#putOnScreen(run, { isPreview: true }));
    this.#player = new Player({
      draw: (run, playback) => this.#drawFrame(run, playback),
      settle: (run, { position }) => this.#settle(run, position),
      tail: (run) => tailOf(run, this.#ghosts),
    });
    this.#pinActions = createPinActions((told) => this.#setState("pins", told));
    this.#transport = createTransport(root, { ...this.#player.actions, ...(!isWatched && { pin: () => this.#pin() }) });
    this.#strip = createStrip({ drag: (knob, value) => this.#dragNumber(knob, value), take: (knob, value) => this.#takeNumber(knob, value) });
    root.append(this.#strip.element);
    this.#doctor = createDoctor(() => this.#player.wake());
    this.#headline = createHeadline(root, {
      goOn: () => this.#setState("go_on", Date.now()),
      cure: (changes) => this.#setState("cure", { changes, at: Date.now() }),
    });
    root.append(this.#pinPlaces.strip);
    this.#keepGoing = createKeepGoing(root, {
      onToggle: (on) => this.#setState("keep_going", { on, at: Date.now() }),
      moment: () => this.#moment,
      onHold: (moment) => this.#setState("hold", { ...moment }),
    });
    this.#gallery = new Gallery(root, this.#theme, {
      onChange: () => this.#player.wake(),
      onPick: ({ start, ...pick }) => (start ? this.#setState("start", { ...start, at: Date.now() }) : this.#setState("picked", { ...pick, at: Date.now() })),
      onChoose: (choice) => this.#setState("picture", { ...choice, at: Date.now() }),
    });
    root.append(this.#pinPlaces.table);
    this.#published = createPublished(root);
    if (presentsRoom()) this.#lead();
    this.#unwatch = watchSliders((move) => this.#followSlider(move));
    this.#themeObserver = new MutationObserver(() => this.#followTheme());
    for (const watched of [document.head, document.querySelector(".stApp"), root.parentElement]) {
      if (watched) this.#themeObserver.observe(watched, { attributes: true, attributeFilter: ["class", "style"], childList: watched === document.head });
    }
  }

  /** Streamlit's data has changed: another run, or another way to show it. */
  update(data, setState) {
    this.#setState = setState;
    this.#nameOfReference = data.referenceName ?? null;
    this.#published.show(data.published);
    this.#display = displayOf(data);
    this.#pinned = { pins: data.pins ?? [], compared: data.compared ?? [] };
    this.#pinActions.done(data.pinActionsDone);
    this.#headline.judge(data.verdict ?? null, data.runs[FRONT]?.url ?? null);
    this.#headline.offerCures(data.hasRemedy !== true);
    this.#ended.isWanted = data.tellsEnd === true;
    this.#follow(data);
    this.#noteRace(data.race ?? 0);
    this.#showPins();
    this.#startRace();
    if (data.refusal) this.#headline.say(data.refusal);
    this.#tellEnd();
    this.#followTheme();
    if (this.#run) this.#gallery.showStill(this.#run);
    this.#player.wake();
  }

  /** What is on screen, for those who take it away; null before there is a run. */
  get onScreen() {
    const run = this.#run;
    if (!run) return null;
    const isWhole = run.end !== null && !run.isPreview && run.url !== undefined;
    return { run, isWhole, position: Math.min(this.#player.playback.position, run.nRows - 1), display: this.#gallery.display, theme: this.#theme };
  }

  /** Saves a place's picture as large as paper has it: see `Gallery`. */
  savePrint(place, theme) {
    return this.#gallery.savePrint(place, theme);
  }

  destroy() {
    this.#isGone = true;
    this.#leading?.destroy();
    this.#unwatch();
    this.#runs.closeAll();
    this.#preview.stop();
    this.#doctor.stop();
    this.#player.stop();
    clearTimeout(this.#passingTimer);
    this.#themeObserver.disconnect();
    this.#keepGoing.destroy();
    this.#transport.destroy();
    this.#gallery.destroy();
  }

  /** Has the room that this browser presents follow, where its presenter says so. */
  async #lead() {
    const { createLeading } = await import("../../room/static/leading.js");
    if (this.#isGone) return;
    this.#leading = createLeading(this.#transport.element);
    this.#player.wake();
  }

  /** On screen. */
  get #run() {
    return this.#player.run;
  }

  /** Where the screen stands, from which a change may go on; null where it shows a preview. */
  get #moment() {
    const run = this.#run;
    if (!run || run.isPreview) return null;
    const { row } = this.#player;
    const { id, isHere } = this.#runs.of(FRONT) ?? {};
    return { epoch: run.epoch[row], run: isHere ? id : undefined, isOver: run.end !== null && row === run.nRows - 1 };
  }

  /** Holds the runs that the page is set to, unless it is about to be set to others. */
  #follow({ knobs, runs, goOnFrom, keepGoing }) {
    this.#keepGoing.show(keepGoing === true);
    const url = runs[FRONT]?.url ?? null;
    this.#knobs = knobs;
    if (this.#isOfEarlierMove(knobs)) {
      this.#url = url;
      return;
    }
    this.#moved = null;
    this.#strip.show(knobs);
    if (url !== this.#url) {
      this.#preview.stop();
      this.#url = url;
      this.#ended.url = this.#ended.told = null;
      const held = this.#runs.of(FRONT);
      const isOnScreen = held?.isExpected && held.isHere && held.id === runs[FRONT]?.id;
      this.#goOnFrom = isOnScreen ? null : (goOnFrom ?? null);
    }
    this.#runs.hold(runs);
  }

  /** Whether the page has not taken a move yet that was made since. */
  #isOfEarlierMove(knobs) {
    const { name, value, until } = this.#moved ?? {};
    const knob = knobs.find((each) => each.name === name);
    return knob !== undefined && knob.value !== value && performance.now() < until;
  }

  /** A slider of the sidebar was moved, or says once more where it stands. */
  #followSlider(move) {
    const knob = this.#knobs.find(({ name }) => name === move.name);
    if (!knob || this.#url === null) return;
    const last = this.#moved ?? { ...knob, isDragged: false };
    const value = valueOf(knob, move);
    if (last.name === knob.name && last.value === value && last.isDragged === move.isDragged) return;
    if (move.isDragged) this.#dragNumber(knob, value);
    else this.#setNumber(knob, value);
  }

  /** The strip was let go, or one of its values clicked. */
  #takeNumber(knob, value) {
    this.#setNumber(knob, value);
    const hold = this.#keepGoing.held;
    if (value !== knob.value) this.#setState("knob", { ...settingOf(knob, value), hold, at: Date.now() });
  }

  /** Shows where a number would lead, while it is dragged. */
  #dragNumber(knob, value) {
    this.#noteMove(knob, value, { isDragged: true });
    this.#runs.close(FRONT);
    this.#preview.request(this.#url, settingOf(knob, value), this.#run, this.#keepGoing.from(knob.name)?.epoch);
  }

  /** A number was set: its run comes before the page says which it is. */
  #setNumber(knob, value) {
    this.#preview.stop();
    this.#ended.url = this.#ended.told = null;
    const from = this.#keepGoing.from(knob.name);
    this.#goOnFrom = from?.epoch ?? null;
    if (value === knob.value) {
      this.#moved = null;
      this.#runs.open(FRONT, this.#url);
      return;
    }
    this.#noteMove(knob, value, { isDragged: false });
    const { name, text } = settingOf(knob, value);
    const query = new URLSearchParams({ [name]: text, ...(from && { at: String(from.epoch) }) });
    this.#runs.expect(FRONT, `${this.#url}&${query}`);
  }

  #noteMove({ name }, value, { isDragged }) {
    this.#moved = { name, value, isDragged, until: performance.now() + ANSWER_MS };
  }

  /** The page is set to the run that was expected. */
  #confirm({ run, url, isHere }) {
    if (!isHere) return;
    run.url = url;
    if (run.end) this.#noteEnd();
    if (this.#leading) this.#player.wake();
  }

  /** The run in front has got more. */
  #take({ run, url, isExpected }, kind) {
    if (run !== this.#run) {
      if (this.#goOnFrom !== null && !hasReached(run, this.#goOnFrom)) return;
      this.#putOnScreen(run);
    }
    if (kind === "reference" || kind === "end") this.#gallery.showStill(run);
    if (kind === "zones") this.#strip.showZones(run.zones);
    this.#gallery.rescale(run);
    if (kind === "end" && reducedMotion.matches) this.#player.actions.end();
    if (kind === "end" && !isExpected) this.#noteEnd();
    if (kind === "end") this.#doctor.ask(run, url);
    if (this.#pinned.pins.length && (kind === "end" || kind === "reference")) this.#showPins();
    this.#player.wake();
  }

  /** A race that was started since plays from its start, once all are here. */
  #noteRace(race) {
    if (this.#race !== null && race !== this.#race) this.#raceWaits = true;
    this.#race = race;
  }

  #isAllHere(slot) {
    const held = this.#runs.of(slot);
    return Boolean(held?.isHere && held.run.end);
  }

  #startRace() {
    const { pins } = this.#pinned;
    if (!this.#raceWaits || !this.#run || !pins.every(({ slot }) => this.#isAllHere(slot))) return;
    this.#raceWaits = false;
    if (reducedMotion.matches) this.#player.actions.end();
    else this.#player.change(restart);
  }

  /** A pinned run has got more. */
  #takeGhost(kind) {
    this.#showPins();
    if (kind === "end") this.#startRace();
    if (this.#run && kind !== "zones") this.#gallery.rescale(this.#run);
    this.#player.wake();
  }

  /** Pins the run that the page is set to, or shows that it is. */
  #pin() {
    const id = this.#runs.of(FRONT)?.id;
    if (this.#moment === null || (id && this.#pinsView?.flash(id))) return;
    this.#pinActions.act({ what: "pin" });
  }

  /** Chips, ghosts and the table of what differs. */
  #showPins() {
    const { pins, compared } = this.#pinned;
    const runOf = (slot) => this.#runs.of(slot)?.run ?? null;
    this.#ghosts = ghostsOf(pins, runOf, this.#theme);
    this.#gallery.display = { ...this.#display, ghosts: this.#ghosts };
    if (pins.length) this.#loadsPins ??= this.#loadPins();
    const front = this.#run?.isPreview ? null : this.#run;
    this.#pinsView?.show({ pins, compared, front, runOf, said: this.#said, theme: this.#theme });
  }

  async #loadPins() {
    const { createPinned } = await import("./pinned.js");
    if (this.#isGone) return;
    this.#pinsView = createPinned(this.#pinPlaces, this.#pinActions.act);
    this.#showPins();
  }

  /** A line at the end of a chip; "" takes it away. */
  #sayOfPin(slot, text) {
    this.#said.set(slot, text);
    this.#showPins();
  }

  #noteEnd() {
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
    Object.assign(run, { url: this.#url, isPreview, nameOfReference: this.#nameOfReference });
    const goOnFrom = this.#goOnFrom;
    this.#player.show(run, (playback) => {
      if (isPreview) return seek(playback, run.nRows - 1, run);
      if (reducedMotion.matches) return createPlayback(playback.speed);
      return goOnFrom === null ? restart(playback) : { ...seek(playback, rowToGoOnFrom(run, goOnFrom), run), isPlaying: true };
    });
    if (!isPreview) {
      this.#goOnFrom = null;
      this.#keepGoing.letGo();
    }
    if (isNew) this.#nShown++;
    this.#gallery.showStill(run);
    if (isPreview) this.#rescaleInPassing();
    if (run.zones?.nEpochs === run.start.nEpochs) this.#strip.showZones(run.zones); // else of its first epochs
    this.#player.wake();
  }

  /** Fits the axes to the preview that is on screen then. */
  #rescaleInPassing() {
    this.#passingTimer ||= setTimeout(() => {
      this.#passingTimer = 0;
      if (!this.#run.isPreview) return;
      this.#gallery.rescale(this.#run, { inPassing: true });
      this.#player.wake();
    }, PASSING_MS);
  }

  #followTheme() {
    const theme = readTheme(this.#root);
    const isChanged = theme.background !== this.#theme.background || theme.text !== this.#theme.text;
    this.#theme = theme;
    if (isChanged) {
      this.#gallery.theme = theme;
      this.#showPins();
      if (this.#run) this.#gallery.showStill(this.#run);
      this.#player.wake();
    }
  }

  /** Tells the room what is on screen, once its run has an address that anybody can open. */
  #tell(run, row, { isPlaying, speed }) {
    const held = this.#runs.of(FRONT);
    const [, trained, watched] = this.#url?.match(ADDRESS) ?? [];
    const address = trained ?? watched;
    if (address && held?.isHere && !held.isExpected && held.run === run) this.#leading.take({ address, row, isPlaying, speed });
  }

  /** Draws what is to be seen now. The root's data tell of it, all of them of one frame. */
  #drawFrame(run, { position: playhead, isPlaying, speed }) {
    const position = Math.min(playhead, run.nRows - 1);
    const tail = tailOf(run, this.#ghosts);
    const epoch = shownEpoch(run, this.#ghosts, playhead);
    for (const ghost of this.#ghosts) ghost.position = positionAt(ghost.run, epoch);
    this.#gallery.draw(run, position, isPlaying);
    const { row } = this.#player;
    const nRows = run.nRows + (run.end ? tail.nRows : 0);
    const nEpochs = Math.max(lastEpoch(run), tail.run ? lastEpoch(tail.run) : 0);
    this.#transport.update({ isPlaying, row: Math.min(Math.floor(playhead), nRows - 1), nRows, epoch: Math.floor(epoch), nEpochs });
    this.#headline.update(run, position, isPlaying);
    this.#pinsView?.showOrder(epoch);
    this.#published.update(run);
    if (this.#leading) this.#tell(run, row, { isPlaying, speed });
    Object.assign(this.#root.dataset, {
      state: isPlaying ? "playing" : "paused",
      epoch: String(run.epoch[row]),
      status: run.end?.status ?? "running",
      page: this.#moved === null ? "set" : "follows",
      runs: String(this.#nShown),
      ghosts: this.#ghosts.map((ghost) => `${ghost.slot}:${ghost.run.epoch[Math.floor(ghost.position)]}`).join(" "),
      settled: "false",
    });
  }

  /** Nothing moves any more: pictures get what they show only at rest, axes included. */
  async #settle(run, playhead) {
    const position = Math.min(playhead, run.nRows - 1);
    await this.#gallery.settle(run, position);
    if (this.#player.isAtRest) this.#root.dataset.settled = "true";
  }
}

/**
 * @typedef {object} Display
 * @property {"none"|"segments"|"squares"} residuals
 * @property {"linear"|"log"|"log-log"|"log-x"} lossAxes of x and y
 * @property {string} [lossX] what the x axis of losses counts: see `loss_axis.js`
 * @property {Object<string, string>} pictures what people chose for a place, or "default"
 * @property {string} dataName for a download's name
 * @property {boolean} pickable whether a click on a point leaves its row out
 * @property {{x: number[], y: number[], ids: number[]}|null} excluded the points that were left out
 * @property {number|null} lineOffset what to add to a row's position for its number; null: it has none
 * @property {number[]} missingRows rising: positions that the file has and the data set has not
 * @property {number[]} [marked] positions in the data set of the rows that are marked in the report
 * @property {import("./ghosts.js").Ghost[]} ghosts pinned runs, which pictures draw behind the one in front
 * @property {string|undefined} feature of the partial regression; the view knows none
 * @property {[number, number]|null} [cross] the start that is being chosen, in pixels; the view knows none
 */

/**
 * What pictures need to know of the page's settings.
 * @param {Object<string, any>} data
 * @returns {Omit<Display, "feature"|"ghosts">}
 */
function displayOf({ residuals, lossAxes, pictures, dataName, pickable, excluded, lineOffset = 1, missingRows, marked }) {
  return { residuals, lossAxes, pictures, dataName, pickable: pickable === true, excluded: excluded ?? null, lineOffset, missingRows: missingRows ?? [], marked: marked ?? [] };
}

/** Whether a room was started or presented here; its own module knows the rest. */
function presentsRoom() {
  try {
    return window.localStorage.getItem("linreg-presenting") !== null;
  } catch {
    return false; // the browser forbids it
  }
}

function loadPlotly(src) {
  if ("Plotly" in window) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src });
    script.onload = resolve;
    script.onerror = () => reject(new Error(`Could not load ${src}`));
    document.head.append(script);
  });
}
