// A run that is kept as text: the bytes that a trainer has sent, compressed as they were, in letters.

/** @import { Run } from "../../live/static/run.js" */

import { epochsInView } from "../../live/static/converged.js";
import { ChunkReader } from "../../live/static/decode.js";
import { addChunk, createRun } from "../../live/static/run.js";

export class NotReadable extends Error {}

/**
 * @param {string} text base64 of a gzip stream
 * @returns {Promise<Run>} with all of its rows
 */
export async function readRun(text) {
  if (typeof DecompressionStream === "undefined") {
    throw new NotReadable("This browser is too old to unpack the run: any browser since 2023 can.");
  }
  return runOf(new ChunkReader().push(await unpacked(bytesOf(text))));
}

/** @param {object[]} chunks of a whole run */
export function runOf(chunks) {
  const start = chunks.find(({ kind }) => kind === "start");
  if (!start || !chunks.some(({ kind }) => kind === "end")) throw new NotReadable("The run in this file is not whole.");
  const run = createRun(start);
  for (const chunk of chunks) addChunk(run, chunk);
  run.epochsInView = epochsInView(run);
  return run;
}

/** The bytes that base64 spells. */
export function bytesOf(text) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

async function unpacked(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
