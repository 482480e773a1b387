// A GIF of a run: the browser draws its frames, the server makes one file of them.

/** @import { Moment } from "./moments.js" */

import { joinedBytes, littleEndian } from "./bytes.js";
import { Cancelled } from "./movie.js";

/**
 * The frames as the server takes them: for each its time, its size, and a PNG file.
 * @param {HTMLCanvasElement} canvas on which `paint` paints
 * @param {object} options
 * @param {Moment[]} options.moments
 * @param {(position: number) => void} options.paint
 * @param {(part: number) => void} options.onProgress
 * @param {AbortSignal} options.signal
 */
export async function framesAsPng(canvas, { moments, paint, onProgress, signal }) {
  const parts = [];
  for (const [i, { position, ms }] of moments.entries()) {
    paint(position);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    if (signal.aborted) throw new Cancelled();
    if (!blob) throw new Error("The browser could not draw a frame.");
    const frame = new Uint8Array(await blob.arrayBuffer());
    parts.push(littleEndian(Math.round(ms)), littleEndian(frame.length), frame);
    onProgress((i + 1) / moments.length);
  }
  return joinedBytes(parts);
}
