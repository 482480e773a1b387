// Fetches a run and hands on its chunks, through lost connections and a full room.

import { ChunkReader } from "./decode.js";
import { createSilence } from "./silence.js";

const RUN_HEADER = "Linreg-Run";
const RETRY_MS = [300, 1000, 2000, 4000];
const SUPERSEDED = 204; // the page's next run is on its way
const GONE = 410;
const FULL = 429;

/**
 * @param {string} url
 * @param {object} handlers
 * @param {(chunk: object) => void} handlers.onChunk "start" comes again after a lost connection
 * @param {(message: string, status?: number) => void} handlers.onMessage what a person should know; "" when all
 *   is well; with the status of an answer that refuses
 * @param {(id: string|null) => void} [handlers.onId] which run is coming: null where none does
 * @param {(message: string) => void} [handlers.onWait] why nothing comes; "" when something does again
 * @param {Object<string, string>} [headers] what the request says beside its address
 * @returns {() => void} stops it
 */
export function openStream(url, { onChunk, onMessage, onId = () => {}, onWait }, headers = {}) {
  const controller = new AbortController();
  const silence = createSilence(url, onWait);
  run(url, controller.signal, { onChunk, onMessage, onId, silence, headers }).finally(silence.end);
  return () => {
    silence.end();
    controller.abort();
  };
}

async function run(url, signal, handlers) {
  for (let attempt = 0; !signal.aborted; attempt++) {
    const outcome = await tryOnce(url, signal, handlers);
    if (outcome === "done" || signal.aborted) return;
    if (attempt === RETRY_MS.length && outcome === "lost") {
      handlers.onMessage("The connection to the server was lost. It is tried again every few seconds.");
    }
    await pause(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)], signal);
  }
}

async function tryOnce(url, signal, handlers) {
  try {
    const response = await fetch(url, { signal, cache: "no-store", headers: handlers.headers });
    handlers.onId(response.headers.get(RUN_HEADER));
    if (response.status === SUPERSEDED) return "done";
    if (!response.ok) return await refused(response, handlers.onMessage);
    const isComplete = await readAll(response.body.getReader(), handlers);
    return isComplete ? "done" : "lost";
  } catch (error) {
    if (error.name !== "AbortError") console.warn("Linreg Live: the run's stream broke off.", error);
    return "lost";
  }
}

async function refused(response, onMessage) {
  const { message } = await response.json().catch(() => ({ message: "" }));
  if (message) onMessage(message, response.status);
  if (response.status === FULL) return "full";
  return response.status === GONE || (response.status >= 400 && message) ? "done" : "lost";
}

async function readAll(reader, { onChunk, onMessage, silence }) {
  const chunks = new ChunkReader();
  let isEnded = false;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return isEnded;
    silence.broken();
    for (const chunk of chunks.push(value)) {
      if (chunk.kind === "start") onMessage("");
      if (chunk.kind === "error") onMessage(chunk.message);
      isEnded ||= chunk.kind === "end" || chunk.kind === "error";
      onChunk(chunk);
    }
  }
}

function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
