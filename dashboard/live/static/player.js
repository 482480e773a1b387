// Plays the run that is on screen: what transport and keys do to it, and the loop that asks for frames,
// which runs only while something moves.

/** @import { Playback } from "./playback.js" */
/** @import { Run } from "./run.js" */

import { advance, createPlayback, restart, seek, step, toggle, withSpeed } from "./playback.js";

const SETTLE_MS = 120; // a scrubber on the move has not settled

/**
 * @typedef {object} Frames
 * @property {(run: Run, playback: Playback) => void} draw
 * @property {(run: Run, playback: Playback) => void} settle playback has stopped, or rests where it was put
 * @property {(run: Run) => {nRows: number, isComplete: boolean}} [tail] rows that are played when the run is over
 */

export class Player {
  /** @type {Run|null} */
  #run = null;
  #playback = createPlayback();
  #frames;
  #frame = 0;
  #settleTimer = 0;
  #lastTime = 0;
  #isStale = true;

  /** @param {Frames} frames */
  constructor(frames) {
    this.#frames = frames;
  }

  /** The run on screen. */
  get run() {
    return this.#run;
  }

  get playback() {
    return this.#playback;
  }

  /**
   * Puts a run on screen, or one that has grown.
   * @param {Run} run
   * @param {(playback: Playback) => Playback} place where playback stands then
   */
  show(run, place = restart) {
    this.#run = run;
    this.#playback = place(this.#playback);
    this.wake();
  }

  /** The last row of the run that has been reached. */
  get row() {
    return Math.min(Math.floor(this.#playback.position), this.#run.nRows - 1);
  }

  /** Whether all is drawn and settled. */
  get isAtRest() {
    return this.#frame === 0 && this.#settleTimer === 0;
  }

  /** What transport and keys do. */
  get actions() {
    const change = (next) => () => this.change(next);
    return {
      reset: change((playback, extent) => seek(playback, 0, extent)),
      end: change((playback, extent) => seek(playback, extent.nRows - 1, extent)),
      back: change((playback, extent) => step(playback, -1, extent)),
      step: change((playback, extent) => step(playback, 1, extent)),
      toggle: change(toggle),
      seek: (row) => this.change((playback, extent) => seek(playback, row, extent)),
      speed: (factor) => this.change((playback) => withSpeed(playback, factor)),
    };
  }

  /** @param {(playback: Playback, extent: {nRows: number, nExpected: number, isComplete: boolean}) => Playback} next */
  change(next) {
    if (!this.#run) return;
    this.#playback = next(this.#playback, this.#extent);
    this.wake();
  }

  /** Asks for a frame: something has changed. */
  wake() {
    this.#isStale = true;
    if (this.#frame === 0) {
      this.#lastTime = performance.now();
      this.#frame = requestAnimationFrame((now) => this.#tick(now));
    }
  }

  stop() {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#settleTimer);
  }

  get #extent() {
    const { nRows, start, end, isStopped } = this.#run;
    const isEarly = end?.status === "converged"; // perhaps: such a run plays as long as any other
    const tail = this.#frames.tail?.(this.#run) ?? { nRows: 0, isComplete: true };
    const nExpected = (isEarly ? nRows : start.nRows) + tail.nRows;
    const isComplete = isStopped === true || (end !== null && tail.isComplete);
    return { nRows: nRows + (end ? tail.nRows : 0), nExpected, isComplete };
  }

  #tick(now) {
    this.#frame = 0;
    if (!this.#run) return;
    const elapsed = Math.max(0, now - this.#lastTime);
    this.#lastTime = now;
    const before = this.#playback;
    this.#playback = advance(before, elapsed, this.#extent);
    if (this.#playback.position !== before.position || this.#isStale) this.#frames.draw(this.#run, this.#playback);
    this.#isStale = false;
    if (this.#playback.isPlaying) this.#frame = requestAnimationFrame((next) => this.#tick(next));
    else this.#settleSoon();
  }

  #settleSoon() {
    clearTimeout(this.#settleTimer);
    this.#settleTimer = setTimeout(() => {
      this.#settleTimer = 0;
      if (!this.#playback.isPlaying) this.#frames.settle(this.#run, this.#playback);
    }, SETTLE_MS);
  }
}
