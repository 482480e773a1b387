// Movies: which moments they show, and files that hold the frames that went in.

import assert from "node:assert/strict";
import test from "node:test";

import { checksum, withDensity } from "../../dashboard/live/static/png_density.js";
import { besideRun } from "../../dashboard/replay/static/asking.js";
import { bigEndian, joinedBytes, littleEndian } from "../../dashboard/replay/static/bytes.js";
import { framesOf, momentsOf } from "../../dashboard/replay/static/moments.js";
import { mp4Of } from "../../dashboard/replay/static/mp4.js";
import { framesIn } from "../../dashboard/replay/static/recorder.js";
import { placesFor, SCENE } from "../../dashboard/replay/static/scene.js";
import { choicesFor, VIDEO } from "../../dashboard/replay/static/take_pictures.js";
import { webmOf } from "../../dashboard/replay/static/webm.js";
import { narrowRun, table, wideRun } from "./harness.js";

const FRAME_MS = 1000 / 30;
const frames = Array.from({ length: 7 }, (_, i) => ({ data: Uint8Array.of(i, 0xa3, 0xe7, 255 - i, ...Array(300 * i).fill(i)), ms: i * FRAME_MS, isKey: i % 3 === 0 }));
const MOVIE = { width: 1280, height: 720, codec: "V_VP9", description: Uint8Array.of(1, 0x64, 0, 0x20), frameMs: FRAME_MS, frames };

table("moments run from the start to the end, which rests", {
  "more frames than rows": [{ nRows: 3, nFrames: 5, frameMs: 50, restMs: 100 }, [0, 0.5, 1, 1.5, 2]],
  "fewer": [{ nRows: 101, nFrames: 3, frameMs: 50, restMs: 100 }, [0, 50, 100]],
  "one row": [{ nRows: 1, nFrames: 3, frameMs: 50, restMs: 100 }, [0, 0, 0]],
}, (options, positions) => {
  const moments = momentsOf(options);
  assert.deepEqual(moments.map(({ position }) => position), positions);
  assert.deepEqual(moments.map(({ ms }) => ms), [...Array(positions.length - 1).fill(50), 150]);
  assert.equal(framesOf(moments, 50).length, positions.length + 2);
});

test("a video takes as long as its dialog says", () => {
  const frames = framesOf(momentsOf({ nRows: 61, ...VIDEO }), VIDEO.frameMs);
  assert.equal(Math.round((frames.length * VIDEO.frameMs) / 100), 80); // tenths of a second
  assert.equal(frames.filter((position) => position === 60).length, 61);
});

test("a WebM file holds its frames, and says how long it is", () => {
  const file = webmOf(MOVIE);
  const { codec, frames: found } = framesIn(file);
  assert.equal(codec, "V_VP9");
  assert.deepEqual(found.map(({ data }) => [...data]), frames.map(({ data }) => [...data]));
  assert.deepEqual(found.map(({ ms, isKey }) => [ms, isKey]), frames.map(({ ms, isKey }) => [Math.round(ms), isKey]));
  const text = Buffer.from(file);
  const duration = text.indexOf(Buffer.from([0x44, 0x89]));
  assert.ok(Math.abs(text.readDoubleBE(duration + 10) - 7 * FRAME_MS) < 1e-9);
});

test("its index leads to its clusters", () => {
  const file = Buffer.from(webmOf(MOVIE));
  const segment = file.indexOf(Buffer.from([0x18, 0x53, 0x80, 0x67])) + 12; // where what is in it begins
  const places = [];
  for (let at = file.indexOf(Buffer.from([0xf1, 0x01])); at > 0 && at < file.indexOf(Buffer.from([0x1f, 0x43, 0xb6, 0x75])); at = file.indexOf(Buffer.from([0xf1, 0x01]), at + 1)) places.push(file.readUInt32BE(at + 9));
  assert.equal(places.length, 3);
  for (const place of places) assert.equal(file.readUInt32BE(segment + place), 0x1f43b675);
});

test("a recorder's file, which does not say how long its parts are, is read as well", () => {
  const unknown = Uint8Array.of(0x01, 255, 255, 255, 255, 255, 255, 255);
  const id = (value) => bigEndian(value, 4);
  const block = (ms, key, byte) => Uint8Array.of(0xa3, 0x85, 0x81, 0, ms, key ? 0x80 : 0, byte);
  const codec = Uint8Array.of(0x86, 0x85, ...Buffer.from("V_VP8"));
  const tracks = joinedBytes([id(0x1654ae6b), Uint8Array.of(0x80 | (codec.length + 2)), Uint8Array.of(0xae, 0x80 | codec.length), codec]);
  const cluster = (time, ...blocks) => joinedBytes([id(0x1f43b675), unknown, Uint8Array.of(0xe7, 0x81, time), ...blocks]);
  const grouped = (ms, byte, refers) => Uint8Array.of(0xa0, 0x87 + (refers ? 3 : 0), 0xa1, 0x85, 0x81, 0, ms, 0, byte, ...(refers ? [0xfb, 0x81, 0xdf] : []));
  const file = joinedBytes([id(0x1a45dfa3), Uint8Array.of(0x81, 0), id(0x18538067), unknown, tracks, cluster(5, block(0, true, 1), block(33, false, 2)), cluster(90, grouped(10, 3, false), grouped(43, 4, true))]);
  assert.deepEqual(framesIn(file).frames.map(({ ms, isKey, data }) => [ms, isKey, ...data]), [[0, true, 1], [33, false, 2], [95, true, 3], [128, false, 4]]);
});

/** The boxes of an MP4 file, those in others named by their way. */
function boxesOf(file, from = 0, to = file.length, way = "") {
  const found = {};
  for (let at = from; at < to; ) {
    const size = file.readUInt32BE(at);
    const name = `${way}${file.toString("latin1", at + 4, at + 8)}`;
    found[name] = { start: at + 8, end: at + size };
    if (/(moov|trak|mdia|minf|stbl)$/.test(name)) Object.assign(found, boxesOf(file, at + 8, at + size, `${name}/`));
    at += size;
  }
  return found;
}

test("an MP4 file says where each frame is", () => {
  const file = Buffer.from(mp4Of(MOVIE));
  const boxes = boxesOf(file);
  const stbl = "moov/trak/mdia/minf/stbl/";
  const numbers = (name) => {
    const { start, end } = boxes[stbl + name];
    return Array.from({ length: (end - start) / 4 }, (_, i) => file.readUInt32BE(start + 4 * i));
  };
  let at = numbers("stco")[2];
  assert.equal(at, boxes.mdat.start);
  const sizes = numbers("stsz").slice(3);
  for (const [i, size] of sizes.entries()) {
    assert.deepEqual(file.subarray(at, at + size), Buffer.from(frames[i].data));
    at += size;
  }
  assert.deepEqual([at, sizes.length], [boxes.mdat.end, frames.length]);
  assert.deepEqual(numbers("stss").slice(2), [1, 4, 7]);
  assert.deepEqual(numbers("stts").slice(2), [7, 3000]); // of 90,000 a second
  assert.ok(file.subarray(boxes[`${stbl}stsd`].start, boxes[`${stbl}stsd`].end).includes(Buffer.from("avcC")));
});

test("a picture for paper tells its density, and is the same picture", () => {
  const [head, rest] = [Uint8Array.from({ length: 33 }, (_, i) => i), Uint8Array.of(9, 9, 9)];
  const told = Buffer.from(withDensity(joinedBytes([head, rest]), 11_811));
  assert.deepEqual([...told.subarray(0, 33), ...told.subarray(54)], [...head, ...rest]);
  assert.deepEqual([told.readUInt32BE(33), told.toString("latin1", 37, 41), told.readUInt32BE(41), told.readUInt32BE(45), told[49]], [9, "pHYs", 11_811, 11_811, 1]);
  assert.equal(told.readUInt32BE(50), 0x78a53f76); // by zlib
  assert.equal(checksum(Buffer.from("123456789")), 0xcbf43926);
});

table("numbers as bytes", [[bigEndian(258, 2), [1, 2]], [bigEndian(0, 1), [0]], [littleEndian(258), [2, 1, 0, 0]], [bigEndian(2 ** 33, 8), [0, 0, 0, 2, 0, 0, 0, 0]]], (bytes, expected) => assert.deepEqual([...bytes], expected));

table("what is made of a run stands beside it", [
  ["/live/abc?visitor=x&slot=0", "/live/abc/gif?visitor=x&slot=0"], ["/lab/live/abc", "/lab/live/abc/gif"],
], (url, expected) => assert.equal(besideRun(url, "gif"), expected));

table("charts of a scene", [1, 2, 3, 4].map((n) => [n]), (n) => {
  const places = placesFor(n);
  assert.equal(places.length, n);
  for (const { left, top, width, height } of places) {
    assert.ok(left >= 0 && top >= 0 && width > 150 && height > 100);
    assert.ok(left + width <= SCENE.width && top + height <= SCENE.height);
  }
});

test("a movie shows a run's own pictures", () => {
  const display = /** @type {any} */ ({ pictures: {} });
  assert.deepEqual(choicesFor(narrowRun({ bias: [0, 1] }), display)[0], ["line", "loss"]);
  const wide = choicesFor(wideRun(), display);
  assert.deepEqual(wide[0], ["predictions", "loss"]);
  assert.ok(wide.at(-1).length > 2 && wide.at(-1).length <= 4);
});
