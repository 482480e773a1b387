// One request in flight, the newest waiting: for what is asked anew at every move of a slider or a pointer.

import { openStream } from "../../live/static/stream.js";

const PATIENCE_MS = 700; // a request that has taken longer gives way to a newer one

/**
 * @param {object} handlers
 * @param {(asked: object, chunk: object) => void} handlers.onChunk
 * @param {(asked: object, message: string, status?: number) => void} handlers.onMessage
 * @param {(asked: object, id: string|null) => void} [handlers.onId]
 * @param {(url: string, handlers: object) => () => void} [open]
 */
export function createAsking({ onChunk, onMessage, onId = () => {} }, open = openStream) {
  let close = () => {};
  /** @type {{url: string, startedAt: number}|null} */
  let current = null;
  /** @type {{url: string}|null} */
  let waiting = null;

  const start = (asked) => {
    const mine = (current = Object.assign(asked, { startedAt: performance.now() }));
    waiting = null;
    const isMine = () => current === mine;
    const finish = () => {
      if (!isMine()) return;
      current = null;
      if (waiting) start(waiting);
    };
    close = open(asked.url, {
      onId: (id) => isMine() && onId(mine, id),
      onChunk: (chunk) => {
        if (!isMine()) return;
        onChunk(mine, chunk);
        if (chunk.kind === "end" || chunk.kind === "error") finish();
      },
      onMessage: (message, status) => {
        if (!isMine()) return;
        onMessage(mine, message, status);
        if (message && status !== undefined && status !== 429) finish();
      },
      onWait: (message) => isMine() && onMessage(mine, message),
    });
  };

  return {
    /** Whether something is on its way. */
    get isBusy() {
      return current !== null;
    },
    get isWaiting() {
      return waiting !== null;
    },
    /** Asks at once; what is on its way ends. */
    now(asked) {
      this.stop();
      start(asked);
    },
    /** Asks as soon as what is on its way has come, unless that takes long. */
    soon(asked) {
      if (!current) start(asked);
      else if (performance.now() - current.startedAt > PATIENCE_MS) this.now(asked);
      else waiting = asked;
    },
    stop() {
      close();
      current = waiting = null;
    },
  };
}
