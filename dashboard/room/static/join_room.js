// A participant in a room: what the room says, what its person sets, and the runs that come of it.

/** @import { Run } from "../../live/static/run.js" */
/** @import { Change } from "./room_link.js" */

import { settingOf } from "../../live/static/knob.js";
import { createPreview } from "../../live/static/preview.js";
import { createRuns } from "../../live/static/runs.js";
import { clockAhead } from "./countdown.js";
import { isWatched } from "./follow.js";
import { drawnToken } from "./identity.js";
import { JoinView } from "./join_view.js";
import { settingsIn } from "./join_knobs.js";
import { createOwnDots } from "./own_dots.js";
import { createPending, runAddress, SLOTS } from "./own_runs.js";
import { createRoomLink } from "./room_link.js";
import { keptSettings, keepSettings } from "./tab_memory.js";

const BAD = 400;
const N_AGAIN = 8; // slots for runs that are asked for again

/** What keeps a person from setting anything, and what is said of it; the first that is so counts. */
const HOLDS = /** @type {const} */ ([
  ["frozen", "The presenter holds the picture for a moment."],
  ["following", "You are following the presenter."],
  ["over", ""], // the task's clock says so
]);

export class JoinRoom {
  #base;
  #room; // its address
  #headers;
  #visitor = drawnToken(); // one per tab
  #link;
  #view;
  #runs;
  #preview;
  #pending;
  #dots = createOwnDots();
  #person;
  #state = null;
  #values = {}; // what the knobs are set to
  #accepted = {}; // the same, of the last run that came
  #board = null;
  #playhead = null;
  #saidOfFollowed = "";
  #ahead = null; // of this clock, the server's
  #held = null; // what comes while the picture is frozen
  #hasGrown = false; // the run on screen, meanwhile
  #isOwn = false; // whether the run in front becomes a dot
  #nAsked = 0;
  #onOut;

  /**
   * @param {HTMLElement} root
   * @param {object} options
   * @param {string} options.base the address of the app, with a slash at its end
   * @param {string} options.code
   * @param {string} options.token
   * @param {{id: number, name: string}} options.person
   * @param {boolean} options.isKept whether the browser keeps who this is
   * @param {(heading: string, message: string) => void} options.onOut one is in the room no more
   */
  constructor(root, { base, code, token, person, isKept, onOut }) {
    this.#base = base;
    this.#room = `${base}room/${encodeURIComponent(code)}/`;
    this.#headers = { Authorization: `Bearer ${token}` };
    this.#person = person;
    this.#onOut = onOut;
    this.#runs = createRuns({
      onChunk: ({ slot, run, url }, kind) => this.#takeChunk(slot, run, url, kind),
      onSettled: () => {},
      onMessage: ({ slot }, message, status) => this.#takeMessage(slot, message, status),
    }, this.#headers);
    this.#preview = createPreview((run) => this.#putOnScreen(run, { isPreview: true }), { length: "preview", headers: this.#headers });
    this.#pending = createPending({
      headers: this.#headers,
      hasDot: this.#dots.has,
      onChange: () => (root.dataset.pending = String(this.#pending.size)),
    });
    this.#view = new JoinView(root, {
      drag: (knob, value) => this.#drag(knob, value),
      take: (knob, value) => this.#take(knob, value),
      rename: async (name) => this.#showPerson((await this.#link.post("name", { name })).person),
      leave: () => this.#leave(),
      over: () => this.#applyHolds(),
    });
    this.#view.showPerson(person);
    this.#view.showKept(isKept);
    this.#link = createRoomLink({
      base, code, token,
      onChange: (change) => this.#takeChange(change),
      onState: (state, message) => this.#takeLink(state, message),
    });
  }

  destroy() {
    this.#link.close();
    this.#runs.closeAll();
    this.#preview.stop();
    this.#pending.stop();
    this.#view.destroy();
  }

  /** @param {Change} change */
  #takeChange({ kind, body }) {
    if (kind === "room") this.#takeState(body);
    else if (kind === "person") this.#takePerson(body);
    else if (kind === "dot") this.#takeDot(body);
    else if (kind === "board") this.#takeBoard(body);
    else if (kind === "playhead") this.#takePlayhead(body);
  }

  #takeState(state) {
    const [before, { task }] = [this.#state, state];
    this.#state = state;
    this.#ahead = clockAhead(this.#ahead, state.now ?? Date.now() / 1000, Date.now() / 1000);
    if (state.hasEnded) return this.#leaveFor("This room has ended", "Thank you for taking part. Your results stay with the presenter for a day.");
    this.#view.showRoom(state);
    if (task) this.#view.showTask(task, () => this.#now);
    if (task && (task.number !== before?.task?.number || task.about !== before.task.about)) this.#startTask(task);
    if (!state.isRevealed) this.#board = null;
    this.#showBoard();
    this.#applyHolds();
    this.#showZones();
  }

  /** The server's clock. */
  get #now() {
    return Date.now() / 1000 + (this.#ahead ?? 0);
  }

  #startTask(task) {
    this.#pending.keepOnly(task.number);
    this.#preview.stop();
    const kept = keptSettings(this.#state.code, task.number);
    const isFree = (name) => task.knobs.some((knob) => knob.name === name);
    this.#values = Object.fromEntries(Object.entries(kept ?? {}).filter(([name]) => isFree(name)));
    this.#accepted = {};
    this.#view.showKnobs(task.knobs, task.bounds ?? {});
    this.#view.placeKnobs(this.#values);
    this.#showOwn();
    if (kept && !this.#isOver) this.#train();
    else this.#showBase(task);
  }

  /** The task's own run, which is nobody's dot. */
  #showBase(task) {
    this.#isOwn = false;
    this.#runs.open(SLOTS.own, this.#addressOf(task.address, SLOTS.own));
  }

  /**
   * The address of a run that is nobody's dot: the task's own as the room has it, though it were of a table
   * of the presenter's, and any other as all may see it.
   */
  #addressOf(address, slot) {
    const { task } = this.#state;
    if (address === task.address && !this.#isOver) return runAddress(this.#room, { task: task.number, visitor: this.#visitor, settings: {}, slot, preview: task.nEpochs });
    return `${this.#base}${isWatched(address) ? "" : "live/"}${address}?${new URLSearchParams({ visitor: this.#visitor, slot: String(slot) })}`;
  }

  get #isOver() {
    return this.#state.task.isOver || this.#view.isOver;
  }

  get #hold() {
    const { isFrozen, mode } = this.#state;
    const isSo = { frozen: isFrozen, following: mode === "follow", over: this.#isOver };
    const [hold, words] = HOLDS.find(([name]) => isSo[name]) ?? ["", ""];
    return [hold, (hold === "following" && this.#saidOfFollowed) || words];
  }

  #applyHolds() {
    if (!this.#state) return;
    const [hold, words] = this.#hold;
    this.#view.hold(hold, words);
    if (this.#isOver) this.#pending.stop(); // what was in time comes as a dot
    if (this.#holdsStill) return this.#view.pause();
    const held = this.#held;
    this.#held = null;
    if (held) this.#putOnScreen(held);
    if (this.#hasGrown) this.#view.grow(this.#view.run.end ? "end" : "rows");
    this.#hasGrown = false;
    if (this.#isFollowing) this.#followPlayhead();
    else this.#showOwnRun();
  }

  /** Whether a picture is held; who has just come has none yet. */
  get #holdsStill() {
    return this.#state.isFrozen && this.#view.run !== null;
  }

  get #isFollowing() {
    return this.#state?.mode === "follow";
  }

  get #slotInFront() {
    return this.#isFollowing ? SLOTS.followed : SLOTS.own;
  }

  /** Back from following, one's own run is in front again; one that is still under way elsewhere is let go. */
  #showOwnRun() {
    const own = this.#runs.of(SLOTS.own) ?? null;
    const followed = this.#runs.of(SLOTS.followed)?.run;
    if (own?.run && followed && this.#view.run === followed) this.#putOnScreen(own.run);
    if (!followed?.end) this.#runs.hold([own]);
  }

  #takePlayhead(playhead) {
    this.#playhead = playhead;
    if (this.#isFollowing && !this.#holdsStill) this.#followPlayhead();
  }

  #followPlayhead() {
    const told = this.#playhead;
    if (!told?.address) return;
    const url = this.#addressOf(told.address, SLOTS.followed);
    if (this.#runs.of(SLOTS.followed)?.url !== url) this.#runs.open(SLOTS.followed, url);
    const { run, isHere } = this.#runs.of(SLOTS.followed);
    if (!run || !isHere || this.#holdsStill) return;
    if (this.#view.run !== run) this.#putOnScreen(run);
    this.#view.follow(told, Math.max(0, this.#now - told.at));
    if (this.#state.isFrozen) this.#view.pause();
  }

  #takePerson(person) {
    if (person.id !== this.#person.id) return;
    if (person.isRemoved) return this.#leaveFor("You were taken out of this room", "The presenter has removed you. You can join another room.");
    this.#showPerson(person);
  }

  #showPerson(person) {
    this.#person = person;
    this.#view.showPerson(person);
  }

  #takeDot(dot) {
    if (dot.person !== this.#person.id) return;
    this.#dots.add(dot);
    this.#pending.came(dot.task, dot.run);
    this.#showOwn();
  }

  #showOwn() {
    if (this.#state?.task) this.#view.showOwn(this.#dots.of(this.#state.task.number), this.#state.task);
  }

  #takeBoard(board) {
    this.#board = board;
    this.#showBoard();
  }

  #showBoard() {
    const { isRevealed, task } = this.#state ?? {};
    const isThis = isRevealed && this.#board?.task === task.number;
    this.#view.showBoard(isThis ? { person: this.#person.id, ...this.#board } : null, task?.knobs ?? []);
  }

  #takeLink(state, message) {
    this.#view.showLink(state);
    if (state === "refused") return this.#leaveFor("You can\u2019t go on here", message);
    if (state === "lost") return;
    for (const slot of [SLOTS.own, ...(this.#isFollowing ? [SLOTS.followed] : [])]) {
      const { run, url, isHere } = this.#runs.of(slot) ?? {};
      if (url && !(isHere && run.end)) this.#runs.open(slot, url);
    }
    this.#pending.askNow();
  }

  /** Shows where a value leads, while it is dragged. */
  #drag(knob, value) {
    this.#runs.close(SLOTS.own);
    this.#isOwn = false;
    const others = { ...this.#values };
    delete others[knob.name];
    this.#preview.request(this.#address(others), settingOf(knob, value), this.#view.run);
  }

  /** A value was set: its run is trained, and becomes a dot. */
  #take(knob, value) {
    this.#values = { ...this.#values, [knob.name]: value };
    this.#keep();
    this.#preview.stop();
    this.#train();
  }

  #keep() {
    keepSettings(this.#state.code, this.#state.task.number, this.#values);
  }

  #train() {
    this.#isOwn = true;
    this.#runs.open(SLOTS.own, this.#address(this.#values));
  }

  #address(values, slot = SLOTS.own) {
    const { task } = this.#state;
    return runAddress(this.#room, { task: task.number, visitor: this.#visitor, settings: settingsIn(task.knobs, values), slot });
  }

  #takeChunk(slot, run, url, kind) {
    if (slot === SLOTS.own && this.#isOwn) this.#accepted = this.#values;
    if (kind === "end" && slot === SLOTS.own && this.#isOwn) this.#waitForDot();
    if (kind === "end") this.#keepSecrets(run);
    if (slot !== this.#slotInFront) return;
    if (slot === SLOTS.followed && this.#playhead) this.#followPlayhead();
    if (run !== this.#view.run) this.#putOnScreen(run, { url });
    if (this.#state.isFrozen && this.#view.run === run) this.#hasGrown = true;
    else if (this.#view.run === run) this.#view.grow(kind);
    if (kind === "zones") this.#showZones();
  }

  /** A value that is refused goes back to the one before, with the server's sentence. */
  #takeMessage(slot, message, status) {
    if (slot === SLOTS.followed) {
      this.#saidOfFollowed = message;
      return this.#applyHolds();
    }
    if (!this.#isFollowing) this.#view.say(message);
    if (status !== BAD || !this.#isOwn) return;
    this.#values = this.#accepted;
    this.#keep();
    this.#view.placeKnobs(this.#values);
  }

  #waitForDot() {
    const { id } = this.#runs.of(SLOTS.own);
    const slot = SLOTS.again + (this.#nAsked++ % N_AGAIN);
    if (id) this.#pending.add(this.#state.task.number, id, this.#address(this.#values, slot));
  }

  /** @param {Run} run */
  #putOnScreen(run, { isPreview = false, url = run.url } = {}) {
    const isFromElsewhere = this.#isFollowing && isWatched(this.#playhead?.address ?? "");
    Object.assign(run, { isPreview, url, diagnosis: null, nameOfReference: isFromElsewhere ? "least squares" : null });
    if (this.#state.isFrozen && this.#view.run) this.#held = run;
    else this.#view.show(run);
    if (this.#state.isFrozen) this.#view.pause();
    this.#showZones();
  }

  /** What a run's end says of limits would give the task away until it is explained. */
  #keepSecrets(run) {
    run.end.note = this.#state.isExplained ? run.end.note : null;
  }

  #showZones() {
    const { zones, start } = this.#view.run ?? {};
    if (!this.#state.isExplained) this.#view.showZones(null);
    else if (zones && zones.nEpochs === start.nEpochs) this.#view.showZones(zones); // else of a preview's epochs
  }

  async #leave() {
    await this.#link.post("leave").catch(() => {});
    this.#leaveFor("You have left the room", "With the same browser you come back as the same person.");
  }

  #leaveFor(heading, message) {
    this.destroy();
    this.#onOut(heading, message);
  }
}
