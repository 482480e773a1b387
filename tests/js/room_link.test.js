import assert from "node:assert/strict";
import test, { afterEach, beforeEach, mock } from "node:test";

import { createRoomLink, createSieve } from "../../dashboard/room/static/room_link.js";
import { table, until } from "./harness.js";

const room = (n, fields = {}) => ({ n, kind: "room", body: { title: "Room", ...fields } });
const dot = (n) => ({ n, kind: "dot", body: { run: `run ${n}` } });
const event = ({ n, kind, body }) => `id: ${n}\nevent: ${kind}\ndata: ${JSON.stringify(body)}\n\n`;
const says = (status, message) => () => new Response(JSON.stringify({ message }), { status });
const fails = () => Promise.reject(new TypeError("Failed to fetch"));
const answer = (changes, n, more = false) => () => Response.json({ changes, n, more });

/** Streams these changes, and then stays open, or ends. */
const streams = (changes, { isOpen = true } = {}) => (signal) => {
  const body = new ReadableStream({
    start(controller) {
      for (const change of changes) controller.enqueue(new TextEncoder().encode(event(change)));
      if (!isOpen) controller.close();
      signal.addEventListener("abort", () => controller.error(signal.reason));
    },
  });
  return new Response(body);
};
const mute = streams([]);

let events, polls, posts, asked, seen, states, link;

beforeEach(() => {
  [asked, seen, states, posts] = [[], [], [], []];
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  mock.method(globalThis, "fetch", async (url, { signal, method, ...options }) => {
    const { pathname, search } = new URL(url);
    const path = pathname.split("/").pop();
    if (method === "POST") return posts.push({ path, ...options }), Response.json({ n: 9 });
    asked.push(`${path}${search}`);
    const answers = path === "events" ? events : polls;
    return (answers.length > 1 ? answers.shift() : answers[0])(signal);
  });
});

afterEach(() => {
  link.close();
  mock.timers.reset();
  mock.restoreAll();
});

function open({ streamed = [fails], polled = [fails] }) {
  [events, polls] = [streamed, polled];
  link = createRoomLink({
    base: "http://here/app/",
    code: "ABC234",
    token: "secret",
    random: () => 0.5,
    onChange: ({ n }) => seen.push(n),
    onState: (state, message) => states.push(message ? [state, message] : state),
  });
}

const turns = async (n = 30) => {
  for (let turn = 0; turn < n; turn++) await new Promise((resolve) => setImmediate(resolve));
};
const pass = async (seconds) => {
  for (let part = 0; part < 10 * seconds; part++) {
    mock.timers.tick(100);
    await turns(4);
  }
};

test("changes come by events", async () => {
  open({ streamed: [streams([room(3), dot(1), dot(3)])] });
  await until(() => seen.length === 3);
  assert.deepEqual([seen, states, link.cursor, asked], [[3, 1, 3], ["live"], 3, ["events?after=0"]]);
});

test("a stream that breaks off is opened again where it was", async () => {
  open({ streamed: [streams([room(1), dot(2)], { isOpen: false }), streams([room(5), dot(4)])] });
  await turns();
  await pass(2);
  assert.deepEqual([seen, asked], [[1, 2, 5, 4], ["events?after=0", "events?after=2"]]);
});

test("a server that is away is asked until it is back, within three seconds of that", async () => {
  open({ streamed: [streams([room(1)], { isOpen: false }), ...Array(12).fill(fails), streams([room(2)])] });
  await pass(40);
  assert.deepEqual(states, ["live", "lost", "live"]);
  const before = asked.length;
  events = [fails];
  link.wake({ isOther: true });
  await pass(30);
  const tried = asked.length - before;
  assert.ok(tried >= 10 && tried <= 60, `${tried} requests in half a minute`);
});

test("a server that comes back between two requests is listened to again at once", async () => {
  open({ streamed: [fails, fails, fails, streams([room(1)])], polled: [fails, answer([room(1)], 1)] });
  await pass(8);
  assert.deepEqual(states, ["lost", "polling", "live"]);
});

test("events that are held back are replaced by polling after five seconds", async () => {
  open({ streamed: [mute], polled: [answer([room(1)], 1), answer([room(1), dot(2)], 2)] });
  await pass(1);
  assert.deepEqual(states, []);
  await pass(2);
  assert.deepEqual([states, seen], [["polling"], [1]]);
  await pass(20);
  assert.deepEqual([states, link.cursor], [["polling"], 2]);
  assert.equal(seen.filter((n) => n === 2).length, 1);
});

test("events that break off at once are replaced by polling, and tried again each minute", async () => {
  open({ streamed: Array(4).fill(streams([], { isOpen: false })).concat(streams([room(7)])), polled: [answer([], 5)] });
  await pass(10);
  assert.equal(states.at(-1), "polling");
  assert.equal(asked.filter((path) => path.startsWith("events")).length, 4);
  await pass(130);
  assert.equal(states.at(-1), "live");
});

test("polling asks on while there is more", async () => {
  open({ polled: [answer([dot(1), dot(2)], 2, true), answer([dot(3)], 3)] });
  await pass(8);
  assert.deepEqual(seen, [1, 2, 3]);
  assert.deepEqual(asked.filter((path) => path.startsWith("changes")).slice(0, 3), ["changes?after=0", "changes?after=2", "changes?after=3"]);
});

for (const status of [403, 404, 410]) {
  test(`a refusal (${status}) is final, and says why`, async () => {
    open({ streamed: [says(status, "Because.")] });
    await pass(20);
    assert.deepEqual([states, asked.length], [[["refused", "Because."]], 1]);
  });
}

for (const status of [429, 502, 503]) {
  test(`after ${status} it is tried again`, async () => {
    open({ streamed: [says(status, "Wait."), streams([room(1)])] });
    await pass(4);
    assert.deepEqual(states, [["lost", "Wait."], "live"]);
  });
}

test("a stream that has been silent for too long is given up", async () => {
  open({ streamed: [streams([room(1)]), streams([room(2)])] });
  await pass(30);
  assert.equal(asked.length, 1);
  await pass(15);
  assert.deepEqual(seen, [1, 2]);
});

test("who wakes up after a sleep asks at once; a glance elsewhere changes nothing", async () => {
  open({ streamed: [streams([room(1)]), streams([room(2)])] });
  await pass(5);
  link.wake();
  await pass(2);
  assert.equal(asked.length, 1);
  await pass(18);
  link.wake();
  await pass(1);
  assert.equal(asked.length, 2);
});

test("what is sent bears the token", async () => {
  open({ streamed: [mute] });
  assert.deepEqual(await link.post("present", { do: "end_task" }), { n: 9 });
  const [{ path, headers, body }] = posts;
  assert.deepEqual([path, headers.Authorization, JSON.parse(body)], ["present", "Bearer secret", { do: "end_task" }]);
});

test("once closed, it says nothing more", async () => {
  open({ streamed: [streams([room(1)])] });
  await turns();
  link.close();
  await pass(60);
  assert.deepEqual([states, asked.length], [["live"], 1]);
});

const sieved = (changes) => {
  const passed = [];
  const sieve = createSieve((change) => passed.push(change.n));
  changes.forEach((change) => sieve.push(change));
  return [passed, sieve.cursor];
};
const playhead = (at) => ({ n: at, kind: "playhead", body: { at } });

table("the sieve", {
  "lets each increment pass once": [[dot(1), dot(2), dot(1), dot(2), dot(3)], [1, 2, 3], 3],
  "is not moved by a state, before which increments are still to come": [[room(9), dot(4), dot(9)], [9, 4, 9], 9],
  "lets the newest state pass, also again": [[room(9), room(8), room(9), room(10)], [9, 9, 10], 0],
  "lets the newest playhead pass": [[playhead(2), playhead(1), playhead(3)], [2, 3], 0],
}, (changes, passed, cursor) => assert.deepEqual(sieved(changes), [passed, cursor]));
