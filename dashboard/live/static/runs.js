// The runs that a page holds: each has a slot and a stream of its own.

import { addChunk, createRun } from "./run.js";
import { openStream } from "./stream.js";

export const FRONT = 0; // the slot of the run that pictures and transport show

/**
 * @typedef {object} Held
 * @property {number} slot
 * @property {string} url
 * @property {object|null} run its newest run, from the first rows on
 * @property {boolean} isHere whether that is the run of `url`; else the one before
 * @property {boolean} isExpected the page has not said yet that it is set to this run
 * @property {string|undefined} id of the run of `url`, once its stream has begun
 */

/**
 * @param {object} handlers
 * @param {(held: Held, kind: string) => void} handlers.onChunk a held run has got more: kind says what
 * @param {(held: Held) => void} handlers.onSettled the page is set to a run that was expected
 * @param {(held: Held, message: string, status?: number) => void} handlers.onMessage what a person should know; ""
 *   when all is well; with the status of an answer that refuses
 * @param {Object<string, string>} [headers] of each request
 */
export function createRuns({ onChunk, onSettled, onMessage }, headers = {}) {
  const slots = new Map();

  const take = (held, chunk) => {
    if (chunk.kind === "start") {
      held.incoming = createRun(chunk);
      return;
    }
    const run = held.incoming ?? held.run;
    if (!run) return;
    addChunk(run, chunk);
    if (run === held.incoming && run.nRows > 0) {
      Object.assign(held, { run, incoming: null, isHere: true });
    }
    if (run === held.run) onChunk(held, chunk.kind);
  };

  const close = (slot) => slots.get(slot)?.close();

  /** Fetches the run of a slot, also once more. What the slot has shown stays until its next rows. */
  const open = (slot, url, { isExpected = false } = {}) => {
    close(slot);
    const run = slots.get(slot)?.run ?? null;
    const held = { slot, url, run, isHere: false, incoming: null, isExpected, id: undefined, told: null, close: () => {} };
    const say = (message, status) => {
      const mayComeToNothing = held.isExpected && !held.told; // the page may never be set to it
      if (message === "" || !mayComeToNothing) onMessage(held, message, status);
    };
    slots.set(slot, held);
    const onId = (id) => {
      held.id = id;
      if (held.told) settle(held, held.told);
    };
    held.close = openStream(url, { onId, onChunk: (chunk) => take(held, chunk), onMessage: say, onWait: say }, headers);
  };

  /** The page is set to this run, of which `held` may be the beginning. */
  const settle = (held, { url, id }) => {
    if (held.isExpected && held.id === undefined) held.told = { url, id };
    else if (held.isExpected && held.id === id) {
      Object.assign(held, { url, isExpected: false });
      onSettled(held);
    } else open(held.slot, url);
  };

  return {
    open,
    close,
    /** Fetches the run that the page will be set to, before it says so. */
    expect: (slot, url) => open(slot, url, { isExpected: true }),
    /**
     * Holds these, by slot: fetches those that are new, and ends those that are wanted no more.
     * @param {({url: string, id: string}|null)[]} wanted
     */
    hold(wanted) {
      for (const slot of [...slots.keys()].filter((slot) => !wanted[slot])) {
        close(slot);
        slots.delete(slot);
      }
      wanted.forEach((run, slot) => {
        const held = slots.get(slot);
        if (run && held?.url !== run.url) held ? settle(held, run) : open(slot, run.url);
      });
    },
    /** @returns {Held|undefined} */
    of: (slot) => slots.get(slot),
    closeAll: () => [...slots.keys()].forEach(close),
  };
}
