import assert from "node:assert/strict";
import test, { afterEach, beforeEach, mock } from "node:test";

import { createPreview } from "../../dashboard/live/static/preview.js";
import { openStream } from "../../dashboard/live/static/stream.js";
import { encodeChunk, startChunk, until } from "./harness.js";

const START = encodeChunk("start", { nRows: 1 });
const END = encodeChunk("end", { status: "finished" });
const FAILURE = encodeChunk("error", { message: "Sorry." });
const RATE = (value) => ({ name: "learning_rate", text: String(value) });
const LOST = /connection to the server was lost/;

const ok = (...pieces) => () => new Response(new Blob(pieces).stream());
const refusal = (status, body) => () => new Response(body, { status });
const says = (status, message) => refusal(status, JSON.stringify({ message }));
const fails = () => Promise.reject(new TypeError("Failed to fetch"));

let answers, requests, kinds, messages, close;

beforeEach(() => {
  [answers, requests, kinds, messages] = [[], [], [], []];
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(console, "warn", () => {});
  mock.method(globalThis, "fetch", async (url, { signal }) => {
    requests.push(url);
    return (answers.length > 1 ? answers.shift() : answers[0])(signal);
  });
});

afterEach(() => {
  close();
  mock.timers.reset();
  mock.restoreAll();
});

/** Opens a stream whose requests get these answers in turn, the last one from then on. */
function open(...next) {
  answers = next;
  close = openStream("run", {
    onChunk: ({ kind }) => kinds.push(kind),
    onMessage: (message) => messages.push(message),
  });
}

/** Lets the pauses between attempts pass as fast as they are asked for, until `condition` holds. */
async function hurry(condition) {
  await until(() => (mock.timers.tick(100), condition()));
}

const settled = async (turns = 50) => {
  for (let turn = 0; turn < turns; turn++) {
    mock.timers.tick(1000);
    await new Promise((resolve) => setImmediate(resolve));
  }
};

test("a whole run is fetched once", async () => {
  open(ok(START, END));
  await hurry(() => kinds.length === 2);
  await settled();
  assert.deepEqual([kinds, messages, requests], [["start", "end"], [""], ["run"]]);
});

for (const [name, broken] of Object.entries({
  "before its end": ok(START),
  "within a chunk": ok(START, END.subarray(0, 7)),
  "before it began": fails,
  "with a proxy's page": refusal(502, "<html>Bad gateway</html>"),
})) {
  test(`a stream that breaks off ${name} is fetched again`, async () => {
    open(broken, broken, ok(START, END));
    await hurry(() => kinds.includes("end"));
    await settled();
    assert.equal(requests.length, 3);
    assert.deepEqual(kinds.slice(-2), ["start", "end"]);
    assert.ok(messages.every((message) => message === ""));
  });
}

test("a stream that stays broken says so once, and is tried until it comes", async () => {
  open(...Array(12).fill(fails), ok(START, END));
  await hurry(() => messages.length > 0);
  assert.match(messages[0], LOST);
  assert.equal(requests.length, 5);
  await hurry(() => kinds.includes("end"));
  assert.deepEqual([messages.slice(1), requests.length], [[""], 13]);
});

test("a full room says so, and is asked again until there is room", async () => {
  open(...Array(9).fill(says(429, "The room is full.")), ok(START, END));
  await hurry(() => kinds.includes("end"));
  assert.equal(requests.length, 10);
  assert.deepEqual(messages, [...Array(9).fill("The room is full."), ""]);
});

for (const status of [400, 410, 500]) {
  test(`a refusal with a reason (${status}) is final`, async () => {
    open(says(status, "Because."));
    await hurry(() => messages.length > 0);
    await settled();
    assert.deepEqual([messages, kinds, requests.length], [["Because."], [], 1]);
  });
}

test("a run that another has superseded is left without a word", async () => {
  open(refusal(204, null));
  await until(() => requests.length === 1);
  await settled();
  assert.deepEqual([messages, kinds, requests.length], [[], [], 1]);
  assert.equal(console.warn.mock.callCount(), 0);
});

test("a run that failed on the server is not asked for again", async () => {
  open(ok(START, FAILURE));
  await hurry(() => messages.includes("Sorry."));
  await settled();
  assert.equal(requests.length, 1);
});

test("closing in a pause ends it", async () => {
  open(fails);
  await until(() => requests.length === 1);
  close();
  await settled();
  assert.deepEqual([requests.length, messages], [1, []]);
});

test("closing in mid-request aborts the request, silently", async () => {
  let signal;
  open((given) => new Promise((_, reject) => {
    signal = given;
    given.addEventListener("abort", () => reject(given.reason));
  }));
  await until(() => signal);
  close();
  await settled();
  assert.ok(signal.aborted);
  assert.deepEqual([requests.length, messages, console.warn.mock.callCount()], [1, [], 0]);
});

const previewed = { start: { nEpochs: 40 }, end: null };

/** A preview's answer: a whole run, once `release` is called. */
function held() {
  let release;
  const isReleased = new Promise((resolve) => (release = resolve));
  const { columns, ...fields } = startChunk();
  const values = Object.fromEntries(Object.entries(columns).map(([name, { values }]) => [name, values]));
  const rows = {
    epoch: Uint32Array.of(0),
    trainLoss: Float32Array.of(1),
    bias: Float32Array.of(0),
    weights: new Float32Array(fields.nFeatures),
  };
  const whole = [
    encodeChunk("start", fields, values),
    encodeChunk("rows", { firstRow: 0 }, rows),
    encodeChunk("end", {}, { weights: Float64Array.of(1) }),
  ];
  return { release, answer: () => isReleased.then(ok(...whole)) };
}

test("previews: one request in flight, the newest value waits, the ones between are dropped", async () => {
  const [first, second] = [held(), held()];
  answers = [first.answer, second.answer];
  const shown = new Set(); // a preview is shown with its first rows, and again as it grows
  const preview = createPreview((run) => shown.add(run));
  close = preview.stop;
  for (const rate of [0.1, 0.2, 0.3]) preview.request("run?slot=0", RATE(rate), previewed);
  await settled(3);
  assert.deepEqual(requests, ["run?slot=0&learning_rate=0.1&n_epochs=40"]);
  first.release();
  await hurry(() => requests.length === 2);
  second.release();
  await hurry(() => shown.size === 2);
  assert.equal(requests[1], "run?slot=0&learning_rate=0.3&n_epochs=40");
  assert.deepEqual([...shown].map((run) => run.start.nEpochs), [40, 40]);
});

test("a preview that ended early does not shorten the next", async () => {
  answers = [held().answer];
  const ended = (epoch) => ({ start: { nEpochs: 5000 }, end: { epoch, elapsed: 0.002 } });
  const preview = createPreview(() => {});
  for (const [url, epoch] of [["run?slot=0", 5000], ["run?slot=0", 1], ["other?slot=0", 1]]) {
    preview.request(url, RATE(0.1), ended(epoch));
    preview.stop();
  }
  await settled();
  const asked = requests.map((address) => address.replace("?slot=0&learning_rate=0.1&n_epochs=", " "));
  assert.deepEqual(asked, ["run 5000", "run 5000", "other 60"]);
});

test("a stopped preview shows nothing more", async () => {
  const { answer, release } = held();
  answers = [answer];
  const preview = createPreview(() => assert.fail("A stopped preview was shown."));
  close = preview.stop;
  preview.request("run?slot=0", RATE(0.1), previewed);
  preview.request("run?slot=0", RATE(0.2), previewed);
  await until(() => requests.length === 1);
  preview.stop();
  release();
  await settled();
  assert.equal(requests.length, 1);
});
