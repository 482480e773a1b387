import assert from "node:assert/strict";
import test, { afterEach, beforeEach, mock } from "node:test";

import { createRuns, FRONT } from "../../dashboard/live/static/runs.js";
import { encodeChunk, startChunk, until } from "./harness.js";

let streams, names, seen, settled, messages, runs;

beforeEach(() => {
  [streams, names, seen, settled, messages] = [new Map(), new Map(), [], [], []];
  mock.method(console, "warn", () => {});
  mock.method(globalThis, "fetch", async (url, { signal }) => {
    const body = new ReadableStream({ start: (pieces) => streams.set(url, { pieces, signal }) });
    return new Response(body, { headers: { "Linreg-Run": names.get(url) ?? url } });
  });
  runs = createRuns({
    onSettled: (held) => settled.push(held.url),
    onChunk: (held, kind) => seen.push([held.slot, kind]),
    onMessage: (held, message) => messages.push([held.slot, message]),
  });
});

afterEach(() => {
  runs.closeAll();
  mock.restoreAll();
});

/** What the page is set to, by slot; a run's name is the address, where it has no other. */
const hold = (...urls) => runs.hold(urls.map((url) => (url ? { url, id: names.get(url) ?? url } : null)));

const count = (slot, kind) => seen.filter((one) => one[0] === slot && one[1] === kind).length;

/** Sends a whole run, of as many rows as `losses`. */
async function send(url, losses) {
  await until(() => streams.has(url));
  const { columns, ...fields } = startChunk();
  const values = Object.fromEntries(Object.entries(columns).map(([name, { values }]) => [name, values]));
  const { pieces } = streams.get(url);
  pieces.enqueue(encodeChunk("start", fields, values));
  pieces.enqueue(
    encodeChunk("rows", { firstRow: 0 }, {
      epoch: Uint32Array.from(losses.keys()),
      trainLoss: Float64Array.from(losses),
      bias: new Float32Array(losses.length),
      weights: new Float32Array(losses.length * fields.nFeatures),
    }),
  );
  pieces.enqueue(encodeChunk("end", {}, { weights: Float64Array.of(1) }));
  pieces.close();
}

test("several runs come side by side, each into its slot", async () => {
  hold("a", undefined, "c");
  await send("c", [3, 2, 1]);
  await send("a", [9, 8]);
  await until(() => count(0, "end") + count(2, "end") === 2);
  assert.deepEqual([runs.of(FRONT).run.nRows, runs.of(1), runs.of(2).run.nRows], [2, undefined, 3]);
});

test("what is held already is not fetched again, and what is wanted no more is ended", async () => {
  hold("a", "b");
  await until(() => streams.size === 2);
  const before = streams.get("a");
  hold("a", null);
  assert.equal(streams.get("b").signal.aborted, true);
  assert.equal(runs.of(1), undefined);
  await send("a", [1]);
  await until(() => count(0, "end") === 1);
  assert.equal(streams.get("a"), before);
});

test("a slot keeps its run until the next one's first rows are here", async () => {
  hold("a");
  await send("a", [5, 4]);
  await until(() => count(0, "end") === 1);
  const first = runs.of(FRONT).run;
  hold("b");
  await until(() => streams.has("b"));
  assert.equal(runs.of(FRONT).run, first);
  await send("b", [7]);
  await until(() => count(0, "end") === 2);
  assert.notEqual(runs.of(FRONT).run, first);
  assert.equal(runs.of(FRONT).run.nRows, 1);
});

test("a run that is fetched once more ends its former stream", async () => {
  hold("a");
  await until(() => streams.size === 1);
  const { signal } = streams.get("a");
  runs.open(FRONT, "a");
  assert.equal(signal.aborted, true);
  await until(() => streams.get("a").signal !== signal);
});

test("a run that is expected is here when the page is set to it, and is not fetched again", async () => {
  hold("a");
  names.set("a&rate=2", "second").set("b", "second");
  runs.expect(FRONT, "a&rate=2");
  await send("a&rate=2", [3, 2]);
  await until(() => count(0, "end") === 1);
  const { run } = runs.of(FRONT);
  assert.deepEqual([runs.of(FRONT).isExpected, settled], [true, []]);
  hold("b");
  assert.deepEqual([runs.of(FRONT).isExpected, settled, streams.has("b")], [false, ["b"], false]);
  assert.equal(runs.of(FRONT).run, run);
});

test("a page that is set to it before it has a name waits for that", async () => {
  names.set("a&rate=2", "second").set("b", "second");
  runs.expect(FRONT, "a&rate=2");
  hold("b");
  assert.deepEqual([streams.has("b"), settled], [false, []]);
  await send("a&rate=2", [3, 2]);
  await until(() => count(0, "end") === 1);
  assert.deepEqual([streams.has("b"), settled], [false, ["b"]]);
});

test("where the page is set to another run, that one comes", async () => {
  runs.expect(FRONT, "a&rate=2");
  hold("b");
  await until(() => streams.has("b"));
  assert.equal(streams.get("a&rate=2").signal.aborted, true);
  await send("b", [1]);
  await until(() => count(0, "end") === 1);
  assert.deepEqual(settled, []);
});

test("nothing is said of an expected run that is refused, and the page's own comes", async () => {
  const fetching = globalThis.fetch;
  mock.method(globalThis, "fetch", (url, init) =>
    url === "bad" ? new Response(JSON.stringify({ message: "No." }), { status: 400 }) : fetching(url, init),
  );
  runs.expect(FRONT, "bad");
  await until(() => runs.of(FRONT).id === null);
  hold("b");
  await send("b", [1]);
  await until(() => count(0, "end") === 1);
  assert.deepEqual(messages.filter(([, message]) => message), []);
});
