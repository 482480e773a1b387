// How far a map has come: a line once it is there, a bar with the time left and a way to stop where it is long.

import { element } from "../../live/static/element.js";
import { count, duration } from "../../live/static/format.js";

const LONG_MS = 1000; // from here a map shows how far it is
const LEAST_PART = 0.01;
const WAITING = "Waiting for the trainer\u2026 it may still be preparing its compiled loops.";

/** What is left, by what was needed for the part that is done; null while that says nothing. */
export function secondsLeft(part, elapsedMs) {
  return part < LEAST_PART ? null : (elapsedMs / 1000) * (1 / part - 1);
}

/** Seconds as one says them while one waits. */
export function waitText(seconds) {
  if (seconds === null) return "";
  if (seconds < 1.5) return "about a second left";
  if (seconds < 90) return `about ${Math.round(seconds)} s left`;
  return `about ${Math.round(seconds / 60)} min left`;
}

/** @param {{onStop: () => void}} handlers */
export function createProgress({ onStop }) {
  const box = element("div", "sw-progress");
  const bar = element("progress", "sw-bar", { max: "1", "aria-label": "Runs trained" });
  const text = element("span", "sw-said", { role: "status" });
  const stop = element("button", "sw-button sw-stop", { type: "button" });
  stop.textContent = "Stop";
  stop.addEventListener("click", onStop);
  box.append(bar, text, stop);
  let [startedAt, timer, state] = [0, 0, { part: 0, nDone: 0, nRuns: 0 }];

  const draw = () => {
    const elapsed = performance.now() - startedAt;
    const isLong = elapsed > LONG_MS;
    bar.hidden = stop.hidden = !isLong;
    if (!isLong) return;
    bar.value = state.part;
    text.textContent = [`${count(state.nDone)} of ${count(state.nRuns)} runs`, waitText(secondsLeft(state.part, elapsed))].filter(Boolean).join(" \u00b7 ");
  };
  bar.hidden = stop.hidden = true;
  return {
    element: box,
    /** A map was asked for; nothing of it is here. A trainer that has just started takes its time. */
    wait() {
      startedAt = performance.now();
      clearInterval(timer);
      timer = window.setInterval(() => {
        if (performance.now() - startedAt > LONG_MS) text.textContent = WAITING;
      }, 250);
    },
    /** A map begins. */
    begin(nRuns) {
      startedAt = performance.now();
      state = { part: 0, nDone: 0, nRuns };
      clearInterval(timer);
      timer = window.setInterval(draw, 250);
      draw();
    },
    /** @param {number} part of the work @param {number} nDone runs */
    advance(part, nDone) {
      Object.assign(state, { part, nDone });
      draw();
    },
    /** @param {string} said what to know at its end */
    end(said) {
      clearInterval(timer);
      bar.hidden = stop.hidden = true;
      text.textContent = said;
    },
    destroy: () => clearInterval(timer),
  };
}

/** What is said of a whole map. */
export const trainedText = (nRuns, seconds) => `${count(nRuns)} ${nRuns === 1 ? "run" : "runs"} trained in ${duration(seconds)}`;
