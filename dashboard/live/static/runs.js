// The runs that a page holds: each has a slot and a stream of its own.

import { addChunk, createRun } from "./run.js";
import { openStream } from "./stream.js";

export const FRONT = 0; // the slot of the run that pictures and transport show

/**
 * @typedef {object} Held
 * @property {number} slot
 * @property {string} url
 * @property {object|null} run its newest run, from the first rows on
 */

/**
 * @param {object} handlers
 * @param {(held: Held, kind: string) => void} handlers.onChunk a held run has got more: kind says what
 * @param {(held: Held, message: string) => void} handlers.onMessage what a person should know; "" when all is well
 */
export function createRuns({ onChunk, onMessage }) {
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
      Object.assign(held, { run, incoming: null });
    }
    if (run === held.run) onChunk(held, chunk.kind);
  };

  const close = (slot) => slots.get(slot)?.close();

  /** Fetches the run of a slot, also once more. What the slot has shown stays until its next rows. */
  const open = (slot, url) => {
    close(slot);
    const held = { slot, url, run: slots.get(slot)?.run ?? null, incoming: null, close: () => {} };
    slots.set(slot, held);
    held.close = openStream(url, {
      onChunk: (chunk) => take(held, chunk),
      onMessage: (message) => onMessage(held, message),
      onWait: (message) => onMessage(held, message),
    });
  };

  return {
    open,
    close,
    /** Holds these, by slot: fetches those that are new, and ends those that are wanted no more. */
    hold(urls) {
      for (const slot of [...slots.keys()].filter((slot) => !urls[slot])) {
        close(slot);
        slots.delete(slot);
      }
      urls.forEach((url, slot) => {
        if (url && slots.get(slot)?.url !== url) open(slot, url);
      });
    },
    /** @returns {Held|undefined} */
    of: (slot) => slots.get(slot),
    closeAll: () => [...slots.keys()].forEach(close),
  };
}
