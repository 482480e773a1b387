// The doctor is asked about a run that stays, once.

import assert from "node:assert/strict";
import test, { afterEach, beforeEach, mock } from "node:test";

import { createDoctor } from "../../dashboard/live/static/doctor.js";
import { until } from "./harness.js";

const URL = "live/abc?visitor=x&slot=0&learning_rate=0.2";
const HEALTHY = { kind: "healthy", sentence: "All is well.", cures: [] };

let requests, answer, told, doctor;

beforeEach(() => {
  [requests, told] = [[], []];
  answer = () => Response.json(HEALTHY);
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(globalThis, "fetch", async (url) => {
    requests.push(url);
    return answer();
  });
  doctor = createDoctor((run) => told.push(run));
});

afterEach(() => {
  doctor.stop();
  mock.timers.reset();
  mock.restoreAll();
});

test("a run that stays is asked about, at its own address", async () => {
  const run = {};
  doctor.ask(run, URL);
  assert.deepEqual(requests, []);
  mock.timers.tick(300);
  await until(() => told.length);
  assert.deepEqual(requests, ["live/abc/diagnosis?visitor=x&slot=0&learning_rate=0.2"]);
  assert.deepEqual(run.diagnosis, HEALTHY);
  doctor.ask(run, URL);
  mock.timers.tick(300);
  assert.equal(requests.length, 1);
});

test("one that is gone at once is not", () => {
  doctor.ask({}, URL);
  mock.timers.tick(200);
  doctor.ask({}, URL.replace("abc", "def"));
  mock.timers.tick(300);
  assert.deepEqual(requests, [URL.replace("abc?", "def/diagnosis?")]);
});

test("an answer that comes too late is about nobody", async () => {
  let arrive;
  answer = () => new Promise((resolve) => (arrive = () => resolve(Response.json(HEALTHY))));
  const run = {};
  doctor.ask(run, URL);
  mock.timers.tick(300);
  doctor.stop();
  arrive();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([told, run.diagnosis], [[], undefined]);
});

for (const [what, response] of Object.entries({
  "nothing to say": () => new Response(null, { status: 204 }),
  "a server that is away": () => Promise.reject(new TypeError("Failed to fetch")),
  "an answer that is none": () => new Response("<html>"),
})) {
  test(`${what}: nothing is said`, async () => {
    answer = response;
    const run = {};
    doctor.ask(run, URL);
    mock.timers.tick(300);
    await until(() => told.length);
    assert.equal(run.diagnosis, null);
  });
}
