// A video of a canvas where the browser encodes no single frames, as on a page without https: it is recorded
// while it plays, and then gets what recorders leave out, its length and an index.

/** @import { EncodedMovie, Filming } from "./movie.js" */

import { joinedBytes } from "./bytes.js";
import { Cancelled } from "./movie.js";
import { webmOf } from "./webm.js";

const TYPE = "video/webm;codecs=vp8";
const BITS_A_SECOND = 4_000_000;
const HOLDS = new Set([0x18538067, 0x1654ae6b, 0xae, 0x1f43b675, 0xa0]); // segment, tracks, track, cluster, group: what is in them is read
const [CODEC, TIME, SIMPLE_BLOCK, BLOCK, REFERENCE] = [0x86, 0xe7, 0xa3, 0xa1, 0xfb];
const KEY = 0x80;

export const canRecord = () => typeof MediaRecorder !== "undefined" && MediaRecorder.isTypeSupported(TYPE);

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Filming} filming
 * @returns {Promise<Blob>}
 */
export async function recordedVideo(canvas, { positions, frameMs, paint, onProgress, signal }) {
  const stream = canvas.captureStream(0);
  const [track] = /** @type {CanvasCaptureMediaStreamTrack[]} */ (stream.getVideoTracks());
  const recorder = new MediaRecorder(stream, { mimeType: TYPE, videoBitsPerSecond: BITS_A_SECOND });
  const parts = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const stopped = new Promise((resolve, reject) => {
    recorder.onstop = resolve;
    recorder.onerror = () => reject(new Error("The browser could not record the video."));
  });
  recorder.start();
  const began = performance.now();
  for (const [i, position] of positions.entries()) {
    paint(position);
    track.requestFrame();
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, began + (i + 1) * frameMs - performance.now())));
    if (signal.aborted) break;
    onProgress((i + 1) / positions.length);
  }
  recorder.stop();
  track.stop();
  await stopped;
  if (signal.aborted) throw new Cancelled();
  const bytes = joinedBytes(await Promise.all(parts.map(async (part) => new Uint8Array(await part.arrayBuffer()))));
  const { codec, frames } = framesIn(bytes);
  if (frames.length === positions.length) frames.forEach((frame, i) => (frame.ms = i * frameMs)); // however busy the machine was
  const lengthMs = Math.max(positions.length * frameMs, (frames.at(-1)?.ms ?? 0) + frameMs); // a recorder leaves out frames that rest
  const movie = { width: canvas.width, height: canvas.height, frameMs, lengthMs, codec, frames };
  return new Blob([/** @type {any} */ (webmOf(movie))], { type: "video/webm" });
}

/**
 * The frames of a WebM file, whether or not it says how long its parts are.
 * @param {Uint8Array} bytes
 * @returns {Pick<EncodedMovie, "codec"|"frames">}
 */
export function framesIn(bytes) {
  const found = { codec: "V_VP8", frames: [] };
  let time = 0;
  let at = 0;
  while (at < bytes.length) {
    const [id, afterId] = numberAt(bytes, at, { keepsMark: true });
    const [size, start] = numberAt(bytes, afterId);
    const data = () => bytes.subarray(start, start + size);
    if (id === CODEC) found.codec = String.fromCharCode(...data());
    if (id === TIME) time = data().reduce((value, byte) => value * 256 + byte, 0);
    if (id === SIMPLE_BLOCK) found.frames.push(frameOf(data(), time));
    if (id === BLOCK) found.frames.push({ ...frameOf(data(), time), isKey: true }); // unless it refers to another
    if (id === REFERENCE) found.frames.at(-1).isKey = false;
    at = HOLDS.has(id) ? start : start + size;
  }
  const first = found.frames[0]?.ms ?? 0;
  for (const frame of found.frames) frame.ms -= first;
  return found;
}

/** A block: track (one byte), time since the cluster's, flags, and the frame. */
function frameOf(block, time) {
  const since = new DataView(block.buffer, block.byteOffset).getInt16(1);
  return { ms: time + since, isKey: (block[3] & KEY) !== 0, data: block.slice(4) };
}

/** A number of Matroska's, whose leading zeros tell its length; ids keep the mark that ends these. */
function numberAt(bytes, at, { keepsMark = false } = {}) {
  const length = Math.clz32(bytes[at]) - 23;
  let value = keepsMark ? bytes[at] : bytes[at] & (0xff >> length);
  for (let i = 1; i < length; i++) value = value * 256 + bytes[at + i];
  return [value, at + length];
}
