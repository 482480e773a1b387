// The Play page of a browser that presents a room: while the room follows, it is told which run is on
// screen and where its playhead is. A small mark says so, and sets the room free.

import { element } from "../../live/static/element.js";
import { Memory, MODE } from "./present_keys.js";
import { shownCode } from "./room_code.js";
import { isWatched } from "./follow.js";
import { postTo } from "./room_link.js";

const LOOK_MS = 2000; // between looks whether the room follows
const PAUSE_MS = 150; // between two playheads, at least
const BEAT_MS = 1000; // while it plays, it is told as often: who has just come hears soon
const REFUSALS = [401, 403, 404, 410];

/**
 * @typedef {{address: string, row: number, isPlaying: boolean, speed: number}} Moment
 */

/**
 * Tells of moments: the newest one, no more often than the pause, and not again what is known.
 * @param {(moment: Moment) => Promise<unknown>} post
 * @param {{now: () => number, later: (run: () => void, milliseconds: number) => void}} [clock]
 */
export function createTeller(post, clock = { now: () => performance.now(), later: (run, milliseconds) => void setTimeout(run, milliseconds) }) {
  /** @type {Moment|null} */
  let newest = null;
  /** @type {Moment|null} */
  let told = null;
  let at = -Infinity;
  let isBusy = false;

  const isNews = () => {
    if (newest === null) return false;
    if (told === null || newest.address !== told.address || newest.isPlaying !== told.isPlaying || newest.speed !== told.speed) return true;
    if (!newest.isPlaying || newest.row === told.row) return newest.row !== told.row;
    return newest.row < told.row || clock.now() - at >= BEAT_MS;
  };
  const next = () => {
    if (isBusy || !isNews()) return;
    isBusy = true;
    const wait = PAUSE_MS - (clock.now() - at);
    if (wait > 0) clock.later(send, wait);
    else send();
  };
  const send = () => {
    const moment = newest;
    if (moment === null) return (isBusy = false);
    at = clock.now();
    const done = (isTold) => {
      if (isTold) told = moment;
      isBusy = false;
      next();
    };
    return post(moment).then(() => done(true), () => clock.later(() => done(false), LOOK_MS));
  };
  return {
    /** @param {Moment} moment */
    take(moment) {
      newest = moment;
      next();
    },
    /** The room has just begun to follow, or is free: what was told is not known there. */
    forget() {
      newest = told = null;
    },
  };
}

/**
 * @param {HTMLElement} bar for the mark
 * @returns {{take: (moment: Moment) => void, destroy: () => void}|null} null: this browser presents no room
 */
export function createLeading(bar) {
  const memory = new Memory();
  const code = memory.presenting;
  const key = code && memory.keyOf(code);
  if (!key) return null;
  const base = new URL(import.meta.url).pathname.split("/live/assets/")[0];
  const address = (path) => `${base}/room/${code}/${path}`;
  const mark = createMark(`${base}/room?room=${code}`, code, async () => {
    await postTo(address("present"), key, { do: "follow", on: !isFollowing }).catch(() => {});
    look();
  });
  const teller = createTeller((moment) => postTo(address("playhead"), key, moment));
  let isFollowing = false;
  let isOver = false;
  let timer = 0;
  /** @type {Moment|null} */
  let current = null;

  /** The room's own page, in another tab, has heard that it follows, or is free. */
  const hear = ({ key: changed }) => {
    if (changed === MODE) look();
  };
  /** This page is looked at again: another one may have told its own run since. */
  const showAgain = () => {
    if (document.visibilityState === "visible") teller.forget();
    look();
  };
  const stop = () => {
    isOver = true;
    clearTimeout(timer);
    window.removeEventListener("storage", hear);
    document.removeEventListener("visibilitychange", showAgain);
    mark.element.remove();
  };
  const show = (room) => {
    if (room.hasEnded) return stop();
    if (isFollowing !== (room.mode === "follow")) teller.forget();
    isFollowing = room.mode === "follow";
    mark.show(isFollowing);
    if (!mark.element.isConnected) bar.append(mark.element);
    if (isFollowing && current) teller.take(current);
  };
  const look = async () => {
    clearTimeout(timer);
    try {
      const response = await fetch(address("standing"), { headers: { Authorization: `Bearer ${key}` }, cache: "no-store" });
      if (REFUSALS.includes(response.status)) return stop();
      const { changes } = await response.json();
      if (isOver) return;
      const room = changes?.find(({ kind }) => kind === "room");
      if (room) show(room.body);
    } catch {
      // The server is away: the next look may find it.
    }
    clearTimeout(timer);
    if (!isOver && document.visibilityState === "visible") timer = setTimeout(look, LOOK_MS);
  };
  window.addEventListener("storage", hear);
  document.addEventListener("visibilitychange", showAgain);
  look();
  return {
    take(moment) {
      const isNew = memory.shown !== moment.address && current?.address !== moment.address;
      if (isNew && !isWatched(moment.address)) memory.shown = moment.address;
      current = moment;
      if (isFollowing && !isOver) teller.take(moment);
    },
    destroy: stop,
  };
}

/** Which room this browser presents, and whether it follows this page. */
function createMark(href, code, onToggle) {
  const box = element("span", "ll-presenting", { role: "group", "aria-label": "The room" });
  const link = element("a", "ll-presenting-code", { href, target: "_self", title: "To the room's page" });
  const button = element("button", "ll-button ll-presenting-button", { type: "button" });
  button.addEventListener("click", onToggle);
  box.append(link, button);
  return {
    element: box,
    show(isFollowing) {
      box.dataset.follows = String(isFollowing);
      link.textContent = `${shownCode(code)}${isFollowing ? " follows" : ""}`;
      button.textContent = isFollowing ? "Set free" : "Let it follow";
      button.title = isFollowing ? "Everybody goes on by themselves" : "Everybody in the room sees this run";
    },
  };
}
