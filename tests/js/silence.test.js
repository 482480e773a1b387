import assert from "node:assert/strict";
import test, { afterEach, beforeEach, mock } from "node:test";

import { openStream } from "../../dashboard/live/static/stream.js";
import { encodeChunk, until } from "./harness.js";

const SILENT = "The trainer does not answer.";
const START = encodeChunk("start", { nRows: 1 });
const END = encodeChunk("end", { status: "finished" });

let trainer, asked, waits, pieces, close;

beforeEach(() => {
  [trainer, asked, waits] = ["", [], []];
  const body = new ReadableStream({ start: (controller) => (pieces = controller) });
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(console, "warn", () => {});
  mock.method(globalThis, "fetch", async (url) => {
    if (url !== "app/live/token/trainer?slot=0&n_epochs=3") return new Response(body);
    asked.push(url);
    return new Response(JSON.stringify({ message: trainer }));
  });
  close = openStream("app/live/token?slot=0&n_epochs=3", { onChunk() {}, onMessage() {}, onWait: (message) => waits.push(message) });
});

afterEach(() => {
  close();
  mock.timers.reset();
  mock.restoreAll();
});

/** Lets time pass in steps that leave requests the turns they need. */
async function pass(milliseconds) {
  for (let passed = 0; passed < milliseconds; passed += 100) {
    mock.timers.tick(100);
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}

test("a run that is silent for two seconds has the server asked why", async () => {
  trainer = SILENT;
  await pass(1900);
  assert.deepEqual([asked, waits], [[], []]);
  await pass(200);
  assert.deepEqual(waits, [SILENT]);
});

test("it is said once, and taken back when the run goes on", async () => {
  trainer = SILENT;
  await pass(6000);
  assert.ok(asked.length > 2);
  assert.deepEqual(waits, [SILENT]);
  pieces.enqueue(START);
  await until(() => waits.length > 1);
  assert.deepEqual(waits, [SILENT, ""]);
});

test("it is taken back when the trainer answers again", async () => {
  trainer = SILENT;
  await pass(2500);
  trainer = "";
  await pass(2500);
  assert.deepEqual(waits, [SILENT, ""]);
});

test("a run that takes its time is no reason for a word", async () => {
  await pass(60_000);
  assert.ok(asked.length > 5 && asked.length < 15, `${asked.length}: it is asked less and less often`);
  assert.deepEqual(waits, []);
});

for (const [name, end] of Object.entries({
  "is over": () => (pieces.enqueue(START), pieces.enqueue(END), pieces.close()),
  "was closed": () => close(),
})) {
  test(`nobody is asked about a run that ${name}`, async () => {
    end();
    await pass(10_000);
    assert.deepEqual(asked, []);
  });
}
