// The participant's page as it stands in a room: head, task, pictures, knobs, transport, numbers, board.

/** @import { Run } from "../../live/static/run.js" */

import { epochsInView } from "../../live/static/converged.js";
import * as curve from "../../live/static/curve_picture.js";
import { element } from "../../live/static/element.js";
import { createHeadline } from "../../live/static/headline.js";
import * as line from "../../live/static/line_picture.js";
import * as loss from "../../live/static/loss_picture.js";
import { createPlayback, restart, seek } from "../../live/static/playback.js";
import { Player } from "../../live/static/player.js";
import * as predictions from "../../live/static/predictions_picture.js";
import { lastEpoch } from "../../live/static/run.js";
import { readTheme } from "../../live/static/theme.js";
import { createTransport } from "../../live/static/transport.js";
import { createChartPicture } from "../../live/static/chart_picture.js";
import { followed } from "./follow.js";
import { createJoinBoard, ownResult } from "./join_board.js";
import { createJoinHeader } from "./join_header.js";
import { createJoinKnobs } from "./join_knobs.js";
import { createJoinTask } from "./join_task.js";

const PASSING_MS = 250; // the axes of what is dragged past change no more often
const NOT_KEPT = "This browser keeps nothing of this page: after a reload you would be somebody else here.";
const AT_START = 0.1; // of a run: until then axes may change, and nothing jumps

export class JoinView {
  #root;
  #header;
  #task;
  #knobs;
  #board;
  #headline;
  #transport;
  #player;
  #fit;
  #loss;
  #controls; // what a hold takes away
  #status = element("p", "lj-status", { role: "status" });
  #own = element("p", "lj-own", { role: "status" });
  #kept = element("p", "lj-hint");
  #isHeld = false; // by the presenter
  #passingTimer = 0;
  #unwatch;

  /**
   * @param {HTMLElement} root
   * @param {object} actions drag(knob, value), take(knob, value), rename(name), leave(), over()
   */
  constructor(root, { drag, take, rename, leave, over }) {
    this.#root = root;
    root.dataset.link = ""; // not there yet
    this.#header = createJoinHeader(rename);
    this.#task = createJoinTask(over);
    this.#knobs = createJoinKnobs({ drag, take });
    this.#board = createJoinBoard();
    this.#player = new Player({ draw: (run, playback) => this.#drawFrame(run, playback), settle: (run) => this.#settle(run) });
    const [fit, side, numbers] = ["lj-fit", "lj-loss", "lj-numbers"].map((name) => element("div", name));
    this.#controls = element("div", "lj-controls");
    this.#controls.append(this.#knobs.element);
    this.#transport = createTransport(this.#controls, this.#actions());
    this.#controls.append(this.#status);
    this.#headline = createHeadline(numbers);
    const work = element("div", "lj-work");
    work.append(fit, this.#controls, numbers, side);
    root.replaceChildren(this.#header.element, this.#task.element, this.#own, this.#board.element, work, this.#kept, createLeave(leave));
    [this.#fit, this.#loss] = [fit, side].map((place) => createChartPicture(place));
    this.#unwatch = this.#watchTheme();
  }

  /** @returns {Run|null} on screen */
  get run() {
    return this.#player.run;
  }

  get isOver() {
    return this.#task.isOver;
  }

  showRoom(state) {
    this.#header.showRoom(state);
    this.#root.dataset.room = state.code;
  }

  showPerson(person) {
    this.#header.showPerson(person);
  }

  showLink(state) {
    this.#root.dataset.link = state;
    this.#header.showLink(state);
  }

  showKept(isKept) {
    this.#kept.textContent = isKept ? "" : NOT_KEPT;
  }

  showTask(task, now) {
    this.#task.show(task, now);
    this.#root.dataset.task = String(task.number);
  }

  showKnobs(knobs, bounds) {
    this.#knobs.show(knobs, bounds);
  }

  /** Puts knobs where the run's settings are; those that were not moved, where the task has put them. */
  placeKnobs(values) {
    this.#knobs.place(values);
  }

  showZones(zones) {
    this.#knobs.showZones(zones);
  }

  showOwn(dots, task) {
    setText(this.#own, task.knobs.length ? ownResult(dots, task) : "");
    this.#root.dataset.dots = String(dots.length);
  }

  showBoard(board, knobs) {
    this.#board.showBoard(board, knobs);
  }

  /**
   * What keeps people from setting anything now.
   * @param {string} hold "frozen", "following", "over" or "" for nothing
   * @param {string} words
   */
  hold(hold, words) {
    this.#root.dataset.hold = hold;
    setText(this.#status, words);
    this.#knobs.element.inert = hold !== "";
    this.#isHeld = hold === "frozen" || hold === "following";
    this.#controls.querySelector(".ll-transport").inert = this.#isHeld;
  }

  pause() {
    this.#player.change((playback) => ({ ...playback, isPlaying: false }));
  }

  say(message) {
    this.#headline.say(message);
  }

  /** Where the presenter's playhead is, as it was told so many seconds ago. */
  follow(told, age) {
    this.#player.change((playback, extent) => followed(playback, told, extent, age));
  }

  /** Puts a run on screen: it plays from its start; a preview shows how far it has come. */
  show(run) {
    const isNew = this.run !== run;
    this.#player.show(run, (playback) => {
      if (run.isPreview) return seek(playback, run.nRows - 1, run);
      return this.#isCalm ? seek(createPlayback(playback.speed), run.nRows - 1, run) : restart(playback);
    });
    if (isNew) this.#root.dataset.runs = String(Number(this.#root.dataset.runs ?? 0) + 1);
    if (run.isPreview) this.#showInPassing();
    else this.#showStill();
  }

  /** The run on screen has got more. */
  grow(kind) {
    if (kind === "end" && this.#player.playback.position < AT_START * this.run.start.nRows) this.run.epochsInView = epochsInView(this.run);
    this.#showStill();
    if (kind === "end" && this.#isCalm) this.#player.actions.end();
    this.#player.wake();
  }

  destroy() {
    this.#unwatch();
    this.#player.stop();
    this.#task.stop();
    this.#transport.destroy();
    clearTimeout(this.#passingTimer);
    for (const name of Object.keys(this.#root.dataset)) delete this.#root.dataset[name];
    this.#root.replaceChildren();
  }

  /** What transport and keys do, while nobody holds the picture. */
  #actions() {
    const free = ([name, action]) => [name, (value) => this.#isHeld || action(value)];
    return Object.fromEntries(Object.entries(this.#player.actions).map(free));
  }

  get #isCalm() {
    return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  #showInPassing() {
    if (!this.#root.dataset.state) this.#showStill();
    this.#passingTimer ||= setTimeout(() => {
      this.#passingTimer = 0;
      this.#showStill();
    }, PASSING_MS);
  }

  #showStill() {
    const { run } = this;
    this.#fit.show([curve, line].find((each) => each.isFor(run)) ?? predictions, run);
    this.#loss.show(loss, run);
  }

  #drawFrame(run, { position, isPlaying }) {
    this.#fit.draw(run, position);
    this.#loss.draw(run, position);
    const { row } = this.#player;
    this.#transport.update({ isPlaying, row, nRows: run.nRows, epoch: run.epoch[row], nEpochs: lastEpoch(run) });
    this.#headline.update(run, position, isPlaying);
    Object.assign(this.#root.dataset, {
      state: isPlaying ? "playing" : "paused",
      epoch: String(run.epoch[row]),
      status: run.end?.status ?? "running",
      preview: String(run.isPreview === true),
    });
  }

  #settle(run) {
    if (!run.end || run.epochsInView !== null) return;
    run.epochsInView = epochsInView(run);
    this.#showStill();
    this.#player.wake();
  }

  #watchTheme() {
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    const follow = () => {
      const theme = readTheme(this.#root);
      this.#fit.theme = theme;
      this.#loss.theme = theme;
      this.#player.wake();
    };
    dark.addEventListener("change", follow);
    return () => dark.removeEventListener("change", follow);
  }
}

function setText(place, words) {
  if (place.textContent !== words) place.textContent = words;
}

function createLeave(leave) {
  const button = element("button", "lj-leave", { type: "button" });
  button.textContent = "Leave the room";
  button.addEventListener("click", leave);
  return button;
}
