// An MP4 file of frames encoded as H.264 (ISO 14496-12 and -15): what says where they are comes first, so that it
// plays while it loads.

/** @import { EncodedMovie } from "./movie.js" */

import { bigEndian, joinedBytes, letters } from "./bytes.js";

const UNITY = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].map((value) => bigEndian(value, 4)); // the matrix that changes nothing
const [SHOWN, HERE] = [3, 1]; // flags: the track is enabled, the data are in this file
const NO_LANGUAGE = 0x55c4; // "und", five bits a letter
const DOTS_AN_INCH = 0x480000;
const DEPTH = 0x18;

/**
 * @param {EncodedMovie} movie
 * @returns {Uint8Array}
 */
export function mp4Of(movie) {
  const kinds = box("ftyp", letters("isom"), bigEndian(0x200, 4), letters("isomiso2avc1mp41"));
  const start = kinds.length + moovOf(movie, 0).length + 8; // the index is as long, wherever the frames are
  return joinedBytes([kinds, moovOf(movie, start), box("mdat", ...movie.frames.map(({ data }) => data))]);
}

function moovOf(movie, start) {
  const { width, height, frames, frameMs } = movie;
  const units = Math.round(frameMs * 90); // 90 to the millisecond
  const time = { scale: 90_000, duration: units * frames.length };
  const track = box("trak", tkhd(time, width, height), box("mdia", mdhd(time), handler(), box("minf", full("vmhd", 1, bigEndian(0, 8)), place(), samples(movie, units, start))));
  return box("moov", mvhd(time), track);
}

const mvhd = ({ scale, duration }) =>
  full("mvhd", 0, zeros(8), bigEndian(scale, 4), bigEndian(duration, 4), bigEndian(0x10000, 4), bigEndian(0x100, 2), zeros(10), ...UNITY, zeros(24), bigEndian(2, 4));

const tkhd = ({ duration }, width, height) =>
  full("tkhd", SHOWN, zeros(8), bigEndian(1, 4), zeros(4), bigEndian(duration, 4), zeros(16), ...UNITY, bigEndian(width * 0x10000, 4), bigEndian(height * 0x10000, 4));

const mdhd = ({ scale, duration }) => full("mdhd", 0, zeros(8), bigEndian(scale, 4), bigEndian(duration, 4), bigEndian(NO_LANGUAGE, 2), zeros(2));

const handler = () => full("hdlr", 0, zeros(4), letters("vide"), zeros(12), letters("Linreg Live\0"));

const place = () => box("dinf", full("dref", 0, bigEndian(1, 4), full("url ", HERE)));

/** What each frame is: how long it stands, where it begins, and which of them stand alone. */
function samples({ width, height, description, frames }, units, start) {
  const keys = frames.flatMap(({ isKey }, i) => (isKey ? [i + 1] : []));
  const each = (numbers) => joinedBytes(numbers.map((value) => bigEndian(value, 4)));
  return box(
    "stbl",
    full("stsd", 0, bigEndian(1, 4), avc1(width, height, description)),
    full("stts", 0, each([1, frames.length, units])),
    full("stss", 0, each([keys.length, ...keys])),
    full("stsc", 0, each([1, 1, frames.length, 1])),
    full("stsz", 0, each([0, frames.length, ...frames.map(({ data }) => data.length)])),
    full("stco", 0, each([1, start]))
  );
}

const avc1 = (width, height, description) =>
  box("avc1", zeros(6), bigEndian(1, 2), zeros(16), bigEndian(width, 2), bigEndian(height, 2), bigEndian(DOTS_AN_INCH, 4), bigEndian(DOTS_AN_INCH, 4), zeros(4), bigEndian(1, 2), zeros(32), bigEndian(DEPTH, 2), bigEndian(0xffff, 2), box("avcC", description));

const zeros = (n) => new Uint8Array(n);

function box(kind, ...parts) {
  const size = 8 + parts.reduce((sum, { length }) => sum + length, 0);
  return joinedBytes([bigEndian(size, 4), letters(kind), ...parts]);
}

/** A box with a version, 0, and flags. */
const full = (kind, flags, ...parts) => box(kind, bigEndian(flags, 4), ...parts);
