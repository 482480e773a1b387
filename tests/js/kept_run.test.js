// A run that is kept as text comes back as it was; a damaged one is told.

import assert from "node:assert/strict";
import test from "node:test";
import { gzipSync } from "node:zlib";

import { bytesOf, NotReadable, readRun } from "../../dashboard/replay/static/kept_run.js";
import { encodeChunk, joined, table } from "./harness.js";

const START = encodeChunk(
  "start",
  { nRows: 3, nEpochs: 2, nFeatures: 1, nTest: 0, nPoints: 2, wide: false, trueBias: null, featureNames: ["x"], targetName: "y", loss: { name: "mse", label: "MSE", unitExponent: 2, squares: 1 } },
  { X: Float32Array.of(0, 1), y: Float32Array.of(1, 3), isTest: Uint32Array.of(0, 0) }
);
const ROWS = encodeChunk("rows", { firstRow: 0 }, { epoch: Uint32Array.of(0, 1, 2), trainLoss: Float64Array.of(5, 2, 1), bias: Float32Array.of(0, 0.5, 1), weights: Float32Array.of(0, 1, 2) });
const END = encodeChunk("end", { status: "finished", epoch: 2, bias: 1 }, { weights: Float64Array.of(2) });
const kept = (parts) => gzipSync(joined(parts)).toString("base64");

test("a kept run is the run", async () => {
  const run = await readRun(kept([START, ROWS, END]));
  assert.deepEqual([run.nRows, [...run.trainLoss.subarray(0, 3)], run.end.status, [...run.y]], [3, [5, 2, 1], "finished", [1, 3]]);
});

table("what is not whole is told", {
  "no end": [kept([START, ROWS])], "no start": [kept([ROWS, END])], "nothing": [kept([])],
}, (text) => assert.rejects(readRun(text), NotReadable));

table("what is damaged is told", {
  "cut off": [kept([START, ROWS, END]).slice(0, 80)], "no gzip": [btoa("words")], "no base64": ["\u00e9"],
}, (text) => assert.rejects(readRun(text)));

test("base64 is bytes, also beyond ASCII", () => assert.deepEqual([...bytesOf(btoa("\u0000\u00ff\u0080"))], [0, 255, 128]));
