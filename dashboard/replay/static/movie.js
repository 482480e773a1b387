// Frames of a canvas as a video file: encoded by the browser one by one, each exactly once, however long it takes.

import { mp4Of } from "./mp4.js";
import { webmOf } from "./webm.js";

const KEY_EVERY = 60; // frames: between two of them players must decode all that come before
const MOST_WAITING = 4; // frames in the encoder's queue
const LOOK_MS = 200;
const BITS_A_SECOND = 4_000_000;

/**
 * @typedef {object} EncodedMovie
 * @property {number} width
 * @property {number} height
 * @property {string} codec as Matroska names it
 * @property {Uint8Array} [description] what a decoder of H.264 has to know
 * @property {number} frameMs
 * @property {number} [lengthMs] where the last frame stands longer than others
 * @property {{data: Uint8Array, ms: number, isKey: boolean}[]} frames
 *
 * @typedef {object} Format
 * @property {string} label
 * @property {string} suffix
 * @property {string} type
 * @property {string} codec as WebCodecs names it
 * @property {string} name as the file names it
 * @property {(movie: EncodedMovie) => Uint8Array} fileOf
 *
 * @typedef {object} Filming
 * @property {number[]} positions one for each frame
 * @property {number} frameMs
 * @property {(position: number) => void} paint onto the canvas
 * @property {(part: number) => void} onProgress how much of it is done
 * @property {AbortSignal} signal
 */

/** @type {Format[]} the first that a browser can encode are offered */
const FORMATS = [
  { label: "MP4", suffix: "mp4", type: "video/mp4", codec: "avc1.640020", name: "avc1", fileOf: mp4Of },
  { label: "MP4", suffix: "mp4", type: "video/mp4", codec: "avc1.42001f", name: "avc1", fileOf: mp4Of },
  { label: "WebM", suffix: "webm", type: "video/webm", codec: "vp09.00.31.08", name: "V_VP9", fileOf: webmOf },
  { label: "WebM", suffix: "webm", type: "video/webm", codec: "vp8", name: "V_VP8", fileOf: webmOf },
];

/** The maker has been told to stop. */
export class Cancelled extends Error {}

/**
 * The formats that this browser can encode in this size; one of each label.
 * @param {{width: number, height: number, frameMs: number}} size
 * @returns {Promise<Format[]>}
 */
export async function formatsFor(size) {
  if (typeof VideoEncoder === "undefined") return [];
  const isSupported = async (format) => (await VideoEncoder.isConfigSupported(configOf(format, size)).catch(() => ({ supported: false }))).supported;
  const supported = await Promise.all(FORMATS.map(isSupported));
  const known = FORMATS.filter((_, i) => supported[i]);
  return known.filter(({ label }, i) => known.findIndex((each) => each.label === label) === i);
}

/** @returns {VideoEncoderConfig} */
function configOf({ codec, name }, { width, height, frameMs }) {
  const avc = name === "avc1" ? { avc: { format: /** @type {const} */ ("avc") } } : {};
  return { codec, width, height, framerate: 1000 / frameMs, bitrate: BITS_A_SECOND, latencyMode: "quality", ...avc };
}

/**
 * @param {Format} format
 * @param {HTMLCanvasElement} canvas
 * @param {Filming} filming
 * @returns {Promise<Blob>}
 */
export async function videoOf(format, canvas, { positions, frameMs, paint, onProgress, signal }) {
  const { width, height } = canvas;
  /** @type {EncodedMovie} */
  const movie = { width, height, codec: format.name, frameMs, frames: [] };
  let failure = null;
  const encoder = new VideoEncoder({
    output: (chunk, metadata) => take(movie, chunk, metadata),
    error: (error) => (failure = error),
  });
  try {
    encoder.configure(configOf(format, { width, height, frameMs }));
    for (const [i, position] of positions.entries()) {
      paint(position);
      const frame = new VideoFrame(canvas, { timestamp: Math.round(i * frameMs * 1000), duration: Math.round(frameMs * 1000) });
      encoder.encode(frame, { keyFrame: i % KEY_EVERY === 0 });
      frame.close();
      await turn();
      while (encoder.encodeQueueSize > MOST_WAITING && !failure && !signal.aborted) await someRoom(encoder);
      if (signal.aborted) throw new Cancelled();
      if (failure) throw failure;
      onProgress((i + 1) / positions.length);
    }
    await encoder.flush();
    if (failure) throw failure;
  } finally {
    if (encoder.state !== "closed") encoder.close();
  }
  return new Blob([/** @type {any} */ (format.fileOf(movie))], { type: format.type });
}

/** The encoder has taken a frame, or a moment has passed in which it might have failed. */
function someRoom(encoder) {
  return new Promise((resolve) => {
    encoder.addEventListener("dequeue", resolve, { once: true });
    setTimeout(resolve, LOOK_MS);
  });
}

/** @param {EncodedMovie} movie */
function take(movie, chunk, metadata) {
  const data = new Uint8Array(chunk.byteLength);
  chunk.copyTo(data);
  movie.frames.push({ data, ms: chunk.timestamp / 1000, isKey: chunk.type === "key" });
  const { description } = metadata?.decoderConfig ?? {};
  if (description && !movie.description) movie.description = new Uint8Array(description.slice?.(0) ?? description);
}

/** Lets others work: also in a tab that nobody sees, where timers are held back. */
export function turn() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
