// A participant's own runs: their addresses, and those whose dot has not come yet, which are asked for
// again: the server keeps a run once, however often it is sent.

import { openStream } from "../../live/static/stream.js";

const AGAIN_MS = [5000, 10_000, 20_000, 40_000];
export const SLOTS = { own: 0, followed: 1, again: 2 };

/**
 * The address of a run of a task.
 * @param {string} room the room's address, with a slash at its end
 * @param {object} of
 * @param {number} of.task
 * @param {string} of.visitor
 * @param {Object<string, string>} of.settings as addresses spell them
 * @param {number} [of.slot]
 * @param {number} [of.preview] epochs: a run of that many that is no dot
 */
export function runAddress(room, { task, visitor, settings, slot = SLOTS.own, preview }) {
  const query = { task: String(task), visitor, slot: String(slot), ...settings, ...(preview ? { preview: String(preview) } : {}) };
  return `${room}run?${new URLSearchParams(query)}`;
}

/**
 * @param {object} options
 * @param {Object<string, string>} options.headers
 * @param {(task: number, run: string) => boolean} options.hasDot
 * @param {() => void} options.onChange more or fewer dots are waited for
 */
export function createPending({ headers, hasDot, onChange }) {
  const waiting = new Map();
  const drop = (key) => {
    const entry = waiting.get(key);
    if (!entry) return;
    clearTimeout(entry.timer);
    entry.close();
    waiting.delete(key);
    onChange();
  };
  const ask = (key) => {
    const entry = waiting.get(key);
    if (!entry) return;
    if (hasDot(entry.task, entry.run)) return drop(key);
    entry.close();
    entry.close = openStream(entry.address, { onChunk: () => {}, onMessage: () => {} }, headers);
    wait(key);
  };
  const wait = (key) => {
    const entry = waiting.get(key);
    clearTimeout(entry.timer);
    entry.timer = setTimeout(ask, AGAIN_MS[Math.min(entry.nAsked++, AGAIN_MS.length - 1)], key);
  };
  return {
    get size() {
      return waiting.size;
    },
    /** A run has ended here; its dot is to come. `address` is what to ask for if it does not. */
    add(task, run, address) {
      const key = `${task}/${run}`;
      if (waiting.has(key) || hasDot(task, run)) return;
      waiting.set(key, { task, run, address, nAsked: 0, timer: 0, close: () => {} });
      wait(key);
      onChange();
    },
    /** A dot has come. */
    came: (task, run) => drop(`${task}/${run}`),
    /** The connection is back: what has been lost meanwhile is asked for now. */
    askNow: () => [...waiting.keys()].forEach(ask),
    /** Only runs of this task can still become dots. */
    keepOnly(task) {
      for (const [key, entry] of waiting) if (entry.task !== task) drop(key);
    },
    stop: () => [...waiting.keys()].forEach(drop),
  };
}
