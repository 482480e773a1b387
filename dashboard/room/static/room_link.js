// One browser's link to a room: what happens there comes by server-sent events, or, where something on
// the way holds these back, by asking every two seconds. It mends itself and goes on from where it was.

import { EventReader } from "./event_reader.js";

const RETRY_MS = [300, 1000, 1500]; // the last one from then on
const JITTER = 0.25; // of a pause: a hundred browsers that lost the server at once don't come back at once
const FIRST_MS = 2000; // without an event, it is asked once: something may hold them back, or the server is busy
const MUTE_MS = 3000; // without an event though that was answered, they are taken to be blocked
const BRIEF_MS = 5000; // a stream that breaks off sooner was none
const PATIENCE = 3; // streams that break off though the server answers, before they are taken to be blocked
const POLL_MS = 2000;
const AGAIN_MS = 60_000; // so long it polls before it tries events again
const SILENT_MS = 35_000; // two pings have stayed away: the stream is dead, though nobody said so
const PING_MS = 15_000;
const LOOK_MS = 5000;
const ANSWER_MS = 10_000; // for an answer to come
const REFUSALS = [400, 401, 403, 404, 410]; // asking again would change nothing
const INCREMENTS = ["dot", "person"];

/**
 * @typedef {object} Change something that happened in the room
 * @property {number} n
 * @property {string} kind
 * @property {any} body
 *
 * @typedef {"live"|"polling"|"lost"|"refused"} LinkState
 */

/** An answer of the server's that is none of the good ones; the message is a sentence of its, or "". */
export class RoomError extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.name = "RoomError";
    this.status = status;
  }
}

/**
 * @param {object} options
 * @param {string} options.base the address of the app, with a slash at its end
 * @param {string} options.code the room's
 * @param {string} options.token a participant's, or the presenter's key
 * @param {(change: Change) => void} options.onChange in order, each one once; of `room`, `board` and `playhead` the newest
 * @param {(state: LinkState, message: string) => void} [options.onState]
 * @param {() => number} [options.random] 0 to 1
 */
export function createRoomLink({ base, code, token, onChange, onState = () => {}, random = Math.random }) {
  const address = (path) => `${base}room/${encodeURIComponent(code)}/${path}`;
  const headers = { Authorization: `Bearer ${token}` };
  const sieve = createSieve(onChange);
  let isClosed = false;
  let told = "";
  let heardAt = Date.now();
  let breakOff = () => {}; // the stream that is open
  let skipPause = () => {};

  const tell = (state, message = "") => {
    if (isClosed || told === state + message) return;
    told = state + message;
    onState(state, message);
  };
  const refuse = (error) => {
    tell("refused", error.message);
    isClosed = true;
  };
  const pause = (milliseconds) => {
    const time = milliseconds * (1 + JITTER * (2 * random() - 1));
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, time);
      skipPause = () => (clearTimeout(timer), resolve());
    });
  };

  /** Asks for what has come since. */
  const poll = async () => {
    for (let more = true; more && !isClosed; ) {
      const answer = await request(address(`changes?after=${sieve.cursor}`), { headers });
      if (isClosed) return;
      for (const change of answer.changes) sieve.push(change);
      sieve.cursor = Math.max(sieve.cursor, answer.n);
      more = answer.more === true;
    }
    if (!isClosed) heardAt = Date.now();
  };

  /** Asks, and tells whether there was an answer. */
  const isAnswered = async () => {
    try {
      await poll();
      tell("polling");
      return true;
    } catch (error) {
      failed(error);
      return false;
    }
  };

  /** Polls until that fails, or it is time to try events again. */
  const pollOn = async () => {
    const end = Date.now() + AGAIN_MS;
    while (!isClosed && Date.now() < end && (await isAnswered())) await pause(POLL_MS);
  };

  const failed = (error) => {
    if (isClosed) return;
    if (REFUSALS.includes(error.status)) refuse(error);
    else tell("lost", error instanceof RoomError ? error.message : "");
  };

  /**
   * Listens to one stream until it is over.
   * @returns {Promise<"good"|"brief"|"blocked">}
   */
  const listen = async () => {
    const controller = new AbortController();
    const openedAt = Date.now();
    let isMute = true;
    let isBlocked = false;
    breakOff = () => controller.abort();
    const ask = async () => {
      await poll().catch(breakOff);
      if (!isMute || controller.signal.aborted) return;
      tell("polling");
      timer = setTimeout(() => {
        isBlocked = isMute;
        if (isBlocked) controller.abort();
      }, MUTE_MS);
    };
    let timer = setTimeout(() => isMute && ask(), FIRST_MS);
    const watch = setInterval(() => Date.now() - heardAt > SILENT_MS && controller.abort(), LOOK_MS);
    const heard = () => {
      heardAt = Date.now();
      isMute = false;
      tell("live");
    };
    try {
      await readEvents(address(`events?after=${sieve.cursor}`), { headers, signal: controller.signal }, (event) => {
        heard();
        if (event) sieve.push({ n: Number(event.id), kind: event.kind, body: JSON.parse(event.data) });
      });
    } catch (error) {
      if (!controller.signal.aborted) failed(error);
    } finally {
      clearTimeout(timer);
      clearInterval(watch);
    }
    if (isBlocked) return "blocked";
    const isOurs = controller.signal.aborted && !isMute;
    return isOurs || (!isMute && Date.now() - openedAt >= BRIEF_MS) ? "good" : "brief";
  };

  const run = async () => {
    let nBlocked = 0;
    for (let nFailed = 0; !isClosed; ) {
      const outcome = await listen();
      nFailed = outcome === "good" ? 0 : nFailed + 1;
      // One answer alone may be that of a server which has just come back.
      if (outcome === "blocked") nBlocked = PATIENCE;
      else if (nFailed < 2 || isClosed) nBlocked = 0;
      else nBlocked = (await isAnswered()) ? nBlocked + 1 : 0;
      if (!isClosed && nBlocked >= PATIENCE) await pollOn();
      if (!isClosed) await pause(RETRY_MS[Math.min(nFailed, RETRY_MS.length - 1)]);
    }
  };

  /** Something may have happened to the connection: looks at once. */
  const wake = ({ isOther = false } = {}) => {
    if (isOther || Date.now() - heardAt > PING_MS + LOOK_MS) breakOff();
    skipPause();
  };
  const unwatch = watchWaking(wake, () => tell("lost"));
  run();

  return {
    /** The number of the last increment that has come. */
    get cursor() {
      return sieve.cursor;
    },
    wake,
    /**
     * Sends something to the room.
     * @param {string} path below the room's address
     * @param {object} [body]
     * @returns {Promise<any>} the answer; rejects with a RoomError, or as `fetch` does
     */
    post: (path, body = {}) => postTo(address(path), token, body),
    close() {
      isClosed = true;
      unwatch();
      breakOff();
      skipPause();
    },
  };
}

/**
 * Posts JSON as who has the token.
 * @returns {Promise<any>} the answer; rejects with a RoomError, or as `fetch` does
 */
export function postTo(address, token, body) {
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  return request(address, { method: "POST", headers, body: JSON.stringify(body) });
}

async function request(address, options) {
  const response = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS), ...options });
  if (!response.ok) throw await errorOf(response);
  return response.json();
}

async function errorOf(response) {
  const { message } = await response.json().catch(() => ({}));
  return new RoomError(response.status, typeof message === "string" ? message : "");
}

/** Calls `onEvent` with each event, and with null where anything else has come. */
async function readEvents(address, options, onEvent) {
  const response = await fetch(address, { cache: "no-store", ...options });
  if (!response.ok) throw await errorOf(response);
  const reader = response.body.getReader();
  const events = new EventReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const complete = events.push(value);
    if (complete.length === 0) onEvent(null);
    complete.forEach(onEvent);
  }
}

/**
 * Lets each increment pass once, and of what comes whole the newest. A connection begins with the newest
 * state whatever was asked for, so only increments move the cursor: what lies between is still to come.
 * @param {(change: Change) => void} pass
 */
export function createSieve(pass) {
  const newest = new Map();
  return {
    cursor: 0,
    /** @param {Change} change */
    push(change) {
      if (INCREMENTS.includes(change.kind)) {
        if (change.n <= this.cursor) return;
        this.cursor = change.n;
      } else {
        const age = change.kind === "playhead" ? change.body.at : change.n;
        if (age < (newest.get(change.kind) ?? -Infinity)) return;
        newest.set(change.kind, age);
      }
      pass(change);
    },
  };
}

/** Calls when the page is looked at again, or the network is back, and when it is gone. */
function watchWaking(onWake, onLoss) {
  if (typeof window === "undefined") return () => {};
  const show = () => document.visibilityState === "visible" && onWake();
  const online = () => onWake({ isOther: true });
  document.addEventListener("visibilitychange", show);
  window.addEventListener("pageshow", show);
  window.addEventListener("online", online);
  window.addEventListener("offline", onLoss);
  return () => {
    document.removeEventListener("visibilitychange", show);
    window.removeEventListener("pageshow", show);
    window.removeEventListener("online", online);
    window.removeEventListener("offline", onLoss);
  };
}
