// Retrains while a control is dragged: one request in flight, the newest value waiting. After one that took
// long it pauses, so that a busy server is asked less.

import { addChunk, createRun } from "./run.js";
import { openStream } from "./stream.js";

const QUICK_MS = 40; // a request that took no longer leaves nobody waiting
const PREVIEW_SECONDS = 0.12; // of training: a longer run is previewed by its first epochs

/**
 * @param {(run: import("./run.js").Run) => void} onRun gets each preview with its first rows, and as it grows
 * @param {object} [options]
 * @param {string} [options.length] what an address calls the number of epochs of a preview
 * @param {Object<string, string>} [options.headers] of each request
 */
export function createPreview(onRun, { length = "n_epochs", headers = {} } = {}) {
  let close = () => {};
  let isBusy = false;
  let waiting = null;
  let pause = 0; // a timer
  let longest = { url: null, run: null }; // shown since the run changed: tells best how long epochs take

  const start = ({ url, query, shown }) => {
    isBusy = true;
    waiting = null;
    let run = null;
    const startedAt = performance.now();
    const onMessage = (message) => {
      if (message) isBusy = false; // refused, or lost: the next move asks anew
    };
    const onChunk = (chunk) => {
      if (chunk.kind === "start") {
        run = createRun(chunk);
        run.start.nEpochs = shown; // the axis stays as long as the whole run's
      } else addChunk(run, chunk);
      if (run.nRows > 0) onRun(run);
      if (chunk.kind !== "end") return;
      pause = setTimeout(goOn, pauseAfter(performance.now() - startedAt));
    };
    close = openStream(`${url}&${query}`, { onMessage, onChunk }, headers);
  };

  const goOn = () => {
    isBusy = false;
    if (waiting) start(waiting);
  };

  return {
    /**
     * Asks for a run with another setting.
     * @param {string} url the run's
     * @param {{name: string, text: string}} setting as the address spells it
     * @param {import("./run.js").Run|null} last the run on screen
     * @param {number} [at] the epoch after which the setting changes; else it is that of the whole run
     */
    request(url, { name, text }, last, at) {
      const former = longest.url === url ? longest.run : null;
      const isShorter = former?.end && !(last?.end?.epoch >= former.end.epoch); // it diverged, say
      longest = { url, run: isShorter ? former : last };
      const isLength = name === "n_epochs";
      const shown = isLength ? Number(text) : (last?.start.nEpochs ?? 1);
      // A schedule's rates depend on the epochs of the whole run.
      const isWhole = last?.start.isTunedAlike === false || at !== undefined;
      const nEpochs = isWhole ? shown : previewEpochs(longest.run, shown);
      const query = new URLSearchParams({ [name]: text, [length]: String(nEpochs), ...(at !== undefined && { at: String(at) }) });
      const request = { url, query, shown };
      if (isBusy) waiting = request;
      else start(request);
    },
    stop() {
      close();
      clearTimeout(pause);
      isBusy = false;
      waiting = null;
    },
  };
}

/** Milliseconds to wait after a request that took so many: none, as many from twice QUICK_MS on, then more. */
export const pauseAfter = (took) => Math.max(0, 2 * (took - QUICK_MS));

/** How many epochs train in about PREVIEW_SECONDS, to go by the run before. */
export function previewEpochs(last, total = last?.start.nEpochs ?? 1) {
  if (!last?.end) return total;
  const secondsPerEpoch = last.end.elapsed / Math.max(1, last.end.epoch);
  return Math.max(1, Math.min(total, Math.round(PREVIEW_SECONDS / secondsPerEpoch)));
}
