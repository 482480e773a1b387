import assert from "node:assert/strict";
import test from "node:test";

import { ChunkReader, dequantise } from "../../dashboard/live/static/decode.js";
import { encodeChunk, joined, table, u32 } from "./harness.js";

const LEVELS = Int16Array.of(0, 1, -1, 255, 256, -256, 4095, -4095, 32767, -32768);
const COLUMNS = {
  bias: Float64Array.of(0.1, -1e300, Math.PI),
  losses: Float32Array.of(1.5, NaN, Infinity),
  epoch: Uint32Array.of(0, 7, 4294967295),
  levels: LEVELS,
  none: new Float32Array(0),
};
const STREAM = joined([
  encodeChunk("start", { targetName: "pr\u00efs \u20ac", trueBias: null }),
  encodeChunk("rows", { firstRow: 3 }, COLUMNS),
  encodeChunk("end", { status: "finished" }),
]);

function read(...pieces) {
  const reader = new ChunkReader();
  return pieces.flatMap((piece) => reader.push(piece));
}

test("a chunk keeps its fields and its columns' values and types", () => {
  const [start, rows, end] = read(STREAM);
  assert.equal(start.targetName, "pr\u00efs \u20ac");
  assert.equal(start.trueBias, null);
  assert.equal(rows.firstRow, 3);
  assert.equal(end.status, "finished");
  for (const [name, values] of Object.entries(COLUMNS)) assert.deepEqual(rows.columns[name].values, values);
});

test("a stream cut at any byte reads the same", () => {
  const whole = read(STREAM);
  for (let cut = 0; cut <= STREAM.length; cut++) {
    assert.deepEqual(read(STREAM.subarray(0, cut), STREAM.subarray(cut)), whole, `cut at ${cut}`);
  }
});

test("a stream that comes byte by byte reads the same, each chunk as soon as it is whole", () => {
  const reader = new ChunkReader();
  const sizes = [...STREAM].map((byte) => reader.push(Uint8Array.of(byte)).length);
  assert.equal(sizes.reduce((sum, size) => sum + size), 3);
  assert.equal(sizes.at(-1), 1);
  assert.ok(sizes.every((size) => size <= 1));
});

test("what was read does not change when the network's buffer is used again", () => {
  const buffer = STREAM.slice();
  const reader = new ChunkReader();
  const chunks = reader.push(buffer.subarray(0, STREAM.length - 5));
  const last = STREAM.slice(-5);
  buffer.fill(0);
  assert.deepEqual(chunks[1].columns.bias.values, COLUMNS.bias);
  assert.equal(reader.push(last)[0].status, "finished");
});

table("a size that no chunk has is refused", [0, 3, 64 * 1024 * 1024 + 1, 4294967295], (size) => {
  assert.throws(() => read(u32(size)), RangeError);
});

test("dequantise sums the differences down the rows", () => {
  const column = { values: Int16Array.of(0, 10, 4095, -10, -95, 5), shape: [3, 2] };
  const rows = dequantise(column, { low: -1, step: 0.5 });
  assert.deepEqual(rows.map((row) => [...row]), [[-1, 4], [2046.5, -1], [1999, 1.5]]);
});
