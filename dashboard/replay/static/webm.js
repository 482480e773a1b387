// A WebM file of encoded frames: a small part of Matroska (RFC 9559), with its length and an index, so that
// players can seek in it.

/** @import { EncodedMovie } from "./movie.js" */

import { bigEndian, float64, joinedBytes, letters } from "./bytes.js";

const ID = {
  ebml: 0x1a45dfa3, version: 0x4286, readVersion: 0x42f7, maxId: 0x42f2, maxSize: 0x42f3, docType: 0x4282, docVersion: 0x4287, docReadVersion: 0x4285,
  segment: 0x18538067, info: 0x1549a966, scale: 0x2ad7b1, duration: 0x4489, muxer: 0x4d80, writer: 0x5741,
  tracks: 0x1654ae6b, track: 0xae, number: 0xd7, uid: 0x73c5, lacing: 0x9c, codec: 0x86, type: 0x83, frameTime: 0x23e383, video: 0xe0, width: 0xb0, height: 0xba,
  cues: 0x1c53bb6b, cue: 0xbb, cueTime: 0xb3, cuePlaces: 0xb7, cueTrack: 0xf7, cuePlace: 0xf1,
  cluster: 0x1f43b675, time: 0xe7, block: 0xa3,
};
const NANOSECONDS = 1_000_000; // of a millisecond
const KEY = 0x80;
const APP = "Linreg Live";

/**
 * @param {EncodedMovie} movie whose first frame is a key frame
 * @returns {Uint8Array}
 */
export function webmOf({ width, height, codec, frames, frameMs, lengthMs = frames.length * frameMs }) {
  const clusters = clustersOf(frames).map((cluster) => ({ time: Math.round(cluster[0].ms), bytes: clusterOf(cluster) }));
  const head = joinedBytes([
    node(ID.info, [whole(ID.scale, NANOSECONDS), node(ID.duration, [float64(lengthMs)]), words(ID.muxer, APP), words(ID.writer, APP)]),
    node(ID.tracks, [trackOf({ width, height, codec, frameMs })]),
  ]);
  const nCueBytes = cuesOf(clusters, 0).length; // whatever the places are: they have one length
  const cues = cuesOf(clusters, head.length + nCueBytes);
  return joinedBytes([headOf(), node(ID.segment, [head, cues, ...clusters.map(({ bytes }) => bytes)])]);
}

const headOf = () =>
  node(ID.ebml, [whole(ID.version, 1), whole(ID.readVersion, 1), whole(ID.maxId, 4), whole(ID.maxSize, 8), words(ID.docType, "webm"), whole(ID.docVersion, 4), whole(ID.docReadVersion, 2)]);

const trackOf = ({ width, height, codec, frameMs }) =>
  node(ID.track, [
    whole(ID.number, 1), whole(ID.uid, 1), whole(ID.lacing, 0), words(ID.codec, codec), whole(ID.type, 1),
    whole(ID.frameTime, Math.round(frameMs * NANOSECONDS)),
    node(ID.video, [whole(ID.width, width), whole(ID.height, height)]),
  ]);

/** Frames from one key frame to the next. */
function clustersOf(frames) {
  const clusters = [];
  for (const frame of frames) {
    if (frame.isKey) clusters.push([]);
    clusters.at(-1).push(frame);
  }
  return clusters;
}

function clusterOf(frames) {
  const first = Math.round(frames[0].ms);
  const block = ({ data, ms, isKey }) => node(ID.block, [Uint8Array.of(0x81, ...bigEndian(Math.round(ms) - first, 2), isKey ? KEY : 0), data]);
  return node(ID.cluster, [whole(ID.time, first), ...frames.map(block)]);
}

/** The index: where each cluster begins, counted from the segment's first byte. */
function cuesOf(clusters, start) {
  let at = start;
  const cues = clusters.map(({ time, bytes }) => {
    const cue = node(ID.cue, [node(ID.cueTime, [bigEndian(time, 4)]), node(ID.cuePlaces, [whole(ID.cueTrack, 1), node(ID.cuePlace, [bigEndian(at, 4)])])]);
    at += bytes.length;
    return cue;
  });
  return node(ID.cues, cues);
}

/** An element: its id, the length of what is in it, and that. */
function node(id, parts) {
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  const length = bigEndian(size, 8);
  length[0] |= 0x01; // a length in eight bytes
  return joinedBytes([bigEndian(id, idLength(id)), length, ...parts]);
}

const idLength = (id) => (id > 0xffffff ? 4 : id > 0xffff ? 3 : id > 0xff ? 2 : 1);

function whole(id, value) {
  let nBytes = 1;
  while (value >= 256 ** nBytes) nBytes++;
  return node(id, [bigEndian(value, nBytes)]);
}

const words = (id, text) => node(id, [letters(text)]);
