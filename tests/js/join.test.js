// The participant's page: what is read off runs, names and clocks, without a page.

import assert from "node:assert/strict";
import test, { afterEach, beforeEach, mock } from "node:test";

import { plainText, plotlyText } from "../../dashboard/live/static/names.js";
import { createPlayback } from "../../dashboard/live/static/playback.js";
import { clockAhead, clockText, secondsLeft } from "../../dashboard/room/static/countdown.js";
import { followed } from "../../dashboard/room/static/follow.js";
import { drawnToken, identityFor } from "../../dashboard/room/static/identity.js";
import { ownResult, placeText, settingsText } from "../../dashboard/room/static/join_board.js";
import { settingsIn, typedValue } from "../../dashboard/room/static/join_knobs.js";
import { ordinal, scoreText } from "../../dashboard/room/static/measures.js";
import { bestOf, createOwnDots } from "../../dashboard/room/static/own_dots.js";
import { createPending, runAddress } from "../../dashboard/room/static/own_runs.js";
import { readCode, shownCode } from "../../dashboard/room/static/room_code.js";
import { paintTraces } from "../../dashboard/live/static/trace_paint.js";
import { createContext, encodeChunk, mapOf, table } from "./harness.js";

const RATE = { name: "learning_rate", label: "Learning rate", value: 0.1, rungs: [0.01, 0.1, 1], isFine: true, word: "", isWhole: false };
const BATCH = { name: "batch_size", label: "Batch size", value: null, rungs: [1, 2, null], word: "full", isWhole: true };
const dot = (fields) => ({ task: 1, person: 1, run: "a", settings: {}, status: "converged", score: 5, finalLoss: 1, epochsTo1Percent: 5, at: 0, ...fields });

table("codes", {
  "as it is": ["CDF346", "CDF346"], "with a dash": ["cdf-346", "CDF346"], "with spaces": [" c d f 3 4 6 ", "CDF346"],
  "with a long dash": ["CDF\u2013346", "CDF346"], "too short": ["CDF34", ""], "no letters": ["CDF34\u00c9", ""], "markup": ["<b>AB>", ""],
}, (typed, code) => assert.equal(readCode(typed), code));

test("a code is shown with a dash", () => assert.deepEqual(["CDF346", "CDF"].map(shownCode), ["CDF-346", "CDF"]));

test("tokens are as the server wants them, and no two are alike", () => {
  const tokens = Array.from({ length: 200 }, drawnToken);
  assert.equal(new Set(tokens).size, 200);
  for (const token of tokens) assert.match(token, /^[A-Za-z0-9_-]{22,64}$/);
});

const storage = (entries = {}) => {
  const kept = new Map(Object.entries(entries));
  return { kept, getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
};
const refuse = () => {
  throw new Error("SecurityError");
};

test("a browser stays the same person in a room, and is another in the next room", () => {
  const kept = storage();
  const [first, again, other] = ["CDF346", "CDF346", "GHJ347"].map((code) => identityFor(code, () => kept));
  assert.deepEqual([first.isKept, again.token], [true, first.token]);
  assert.notEqual(other.token, first.token);
});

table("a browser that keeps nothing takes part all the same, and says so", {
  "no storage": [refuse],
  "none that reads": [() => ({ ...storage(), getItem: refuse })],
  "none that writes": [() => ({ ...storage(), setItem: refuse })],
}, (store) => {
  const { token, isKept } = identityFor("CDF346", store);
  assert.match(token, /^[A-Za-z0-9_-]{22,64}$/);
  assert.equal(isKept, false);
});

test("what is no token of ours is drawn anew", () => {
  const kept = storage({ "linreg-room-person-CDF346": "<script>" });
  assert.equal(identityFor("CDF346", () => kept).token, kept.getItem("linreg-room-person-CDF346"));
  assert.match(kept.getItem("linreg-room-person-CDF346"), /^[A-Za-z0-9_-]{32}$/);
});

table("countdowns", { "a minute": [60, "1:00"], "less": [9, "0:09"], "more": [605, "10:05"], "none": [0, "0:00"] },
  (seconds, text) => assert.equal(clockText(seconds), text));

test("seconds that have begun count, and none is below zero", () => {
  assert.deepEqual([[100, 98.2], [100, 100], [100, 130]].map(([end, now]) => secondsLeft(end, now)), [2, 0, 0]);
});

test("the server's clock is as far ahead as the quickest message says", () => {
  const told = [[100, 90.4], [110, 100.1], [120, 112]]; // it is 10 ahead; messages took 0.4, 0.1 and 2 seconds
  const ahead = told.reduce((before, [theirs, ours]) => clockAhead(before, theirs, ours), null);
  assert.ok(Math.abs(ahead - 9.9) < 1e-9);
});

const EXTENT = { nRows: 101, nExpected: 101 };
const at = (position, isPlaying) => ({ ...createPlayback(), position, isPlaying });
table("following", {
  "goes where the presenter is": [at(3, false), { row: 50, isPlaying: false, speed: 1 }, 50, false],
  "plays on by itself where it is near": [at(48.5, true), { row: 50, isPlaying: true, speed: 1 }, 48.5, true],
  "jumps where it is not": [at(20, true), { row: 50, isPlaying: true, speed: 1 }, 50, true],
  "stands still exactly where the presenter does": [at(48.5, true), { row: 50, isPlaying: false, speed: 1 }, 50, false],
  "goes on from where it was told": [at(0, true), { row: 10, isPlaying: true, speed: 1, age: 1.5 }, 60, true],
  "goes on faster": [at(0, true), { row: 10, isPlaying: true, speed: 2, age: 0.75 }, 60, true],
  "waits at the last row that is here": [at(99.5, true), { row: 10, isPlaying: true, speed: 1, age: 600 }, 99.5, true],
  "that stands still has not moved since": [at(0, true), { row: 10, isPlaying: false, speed: 1, age: 600 }, 10, false],
  "stays in the run": [at(0, false), { row: 500, isPlaying: false, speed: 1 }, 100, false],
}, (playback, told, position, isPlaying) => {
  const next = followed(playback, told, EXTENT, told.age);
  assert.ok(Math.abs(next.position - position) < 1e-9, `${next.position}`);
  assert.equal(next.isPlaying, isPlaying);
});

test("a dot counts once, however often it comes", () => {
  const dots = createOwnDots();
  for (const each of [dot({}), dot({}), dot({ run: "b" }), dot({ task: 2 })]) dots.add(each);
  assert.deepEqual([dots.of(1).length, dots.of(2).length, dots.has(1, "b"), dots.has(2, "b")], [2, 1, true, false]);
});

table("the best dot", {
  "smallest": [[dot({ run: "a", score: 5 }), dot({ run: "b", score: 3 })], "smaller", "b"],
  "largest": [[dot({ run: "a", score: 5 }), dot({ run: "b", score: 3 })], "larger", "a"],
  "of equals the first": [[dot({ run: "a", at: 9 }), dot({ run: "b", at: 4 })], "smaller", "b"],
  "of those that count": [[dot({ run: "a", score: null }), dot({ run: "b", score: 3 })], "smaller", "b"],
  "of none": [[dot({ score: null })], "smaller", undefined],
}, (dots, better, run) => assert.equal(bestOf(dots, better)?.run, run));

const EPOCHS = { measure: "epochs_to_1_percent", better: "smaller" };
table("one's own result", {
  "nothing yet": [[], EPOCHS, /let go/],
  "free play": [[dot({}), dot({ run: "b" })], { measure: null, better: null }, /^2 runs$/],
  "none counts": [[dot({ score: null })], EPOCHS, /^1 run, none of which counts yet$/],
  "some count": [[dot({ score: null }), dot({ run: "b", score: 12 })], EPOCHS, /^Best: 12 epochs · 1 of 2 runs count$/],
  "all count": [[dot({ score: 12 })], EPOCHS, /^Best: 12 epochs · 1 run$/],
}, (dots, task, expected) => assert.match(ownResult(dots, task), expected));

table("scores", {
  "epochs": ["epochs_to_1_percent", 1234, "1,234 epochs"], "one epoch": ["epochs_to_1_percent", 1, "1 epoch"],
  "a rate": ["learning_rate", 0.05, "0.05"], "a loss": ["final_loss", 0.0123456, "0.012346"], "another": ["later", 2, "2"],
}, (measure, score, text) => assert.equal(scoreText(measure, score), text));

test("places", () => {
  assert.deepEqual([1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map(ordinal), ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th"]);
  assert.equal(placeText({ you: { rank: 14, score: 33 }, nCounted: 40 }), "You are 14th of 40.");
  assert.match(placeText({ you: null, nCounted: 40 }), /None of your runs/);
  assert.equal(placeText({ you: null, nCounted: 0 }), "");
});

test("settings are told as the knobs are called", () => {
  assert.equal(settingsText({ learning_rate: 0.5, batch_size: null, seed: 3 }, [RATE, BATCH]), "Learning rate 0.5, Batch size full, seed 3");
});

table("typed values", {
  "a number": [RATE, "0.25", 0.25], "with a comma": [RATE, "0,25", 0.25], "in science": [RATE, " 1e-3 ", 0.001],
  "with our minus": [RATE, "1e\u22123", 0.001], "grouped": [BATCH, "1,024", 1024], "a word": [BATCH, "Full", null],
  "nothing": [RATE, " ", undefined], "letters": [RATE, "fast", undefined], "another knob's word": [RATE, "full", undefined], "infinity": [RATE, "Infinity", undefined],
}, (knob, text, value) => assert.equal(typedValue(knob, text), value));

test("an address says what was moved, and nothing else", () => {
  assert.deepEqual(settingsIn([RATE, BATCH], { learning_rate: 0.1, batch_size: 2 }), { batch_size: "2" });
  assert.deepEqual(settingsIn([RATE, { ...BATCH, value: 2 }], { batch_size: null }), { batch_size: "full" });
  const address = new URL(runAddress("http://here/room/CDF346/", { task: 2, visitor: "v", settings: { learning_rate: "0.5" }, preview: 7 }));
  assert.deepEqual(Object.fromEntries(address.searchParams), { task: "2", visitor: "v", slot: "0", learning_rate: "0.5", preview: "7" });
});

table("text for plotly says the same elsewhere", ["a & b", "<b>x</b>", "$\\alpha$", "%{y}", "&lt;", "&#36;", "plain"],
  (text) => assert.equal(plainText(plotlyText(text)), text));

let asked, pending, known;
beforeEach(() => {
  [asked, known] = [[], new Set()];
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(globalThis, "fetch", async (url) => (asked.push(url), new Response(encodeChunk("end"))));
  pending = createPending({ headers: {}, hasDot: (task, run) => known.has(`${task}/${run}`), onChange: () => {} });
});
afterEach(() => {
  pending.stop();
  mock.timers.reset();
  mock.restoreAll();
});

test("a run whose dot comes is not asked for again", () => {
  pending.add(1, "a", "run-a");
  pending.came(1, "a");
  mock.timers.tick(100_000);
  assert.deepEqual([asked, pending.size], [[], 0]);
});

test("a run whose dot does not come is asked for again, ever more seldom", () => {
  pending.add(1, "a", "run-a");
  mock.timers.tick(4999);
  assert.equal(asked.length, 0);
  for (const wait of [1, 10_000, 20_000, 40_000, 40_000]) mock.timers.tick(wait);
  assert.deepEqual(asked, Array(5).fill("run-a"));
});

test("once its task is over, nothing comes of a run", () => {
  pending.add(1, "a", "run-a");
  pending.add(2, "b", "run-b");
  pending.keepOnly(2);
  assert.equal(pending.size, 1);
  pending.askNow();
  assert.deepEqual(asked, ["run-b"]);
});

test("a dot that is known is not waited for", () => {
  known.add("1/a");
  pending.add(1, "a", "run-a");
  assert.equal(pending.size, 0);
});

test("what stands still is painted in its colours, and what moves is not", () => {
  const context = createContext();
  const traces = [
    { name: "data", uid: "data", x: [1, 2], y: [1, 2], mode: "markers", marker: { color: "blue", size: 6, symbol: "circle" } },
    { name: "floor", x: [0, 10], y: [5, 1e12], mode: "lines", line: { color: "green", dash: "dash" } },
    { name: "cross", x: [3], y: [3], mode: "markers", marker: { color: "grey", size: 6, symbol: "x-thin", line: { width: 1, color: "grey" } } },
    { name: "second", x: [4], y: [4], mode: "markers", marker: { color: "violet", size: 6, symbol: "diamond" } },
    { name: "learned", uid: "moving-learned", x: [1], y: [1], mode: "lines", line: { color: "orange" } },
    { name: "gone", x: [1], y: [1], mode: "lines", line: { color: "red" } },
  ];
  paintTraces(context, mapOf({ x: [0, 10], y: [0, 10] }), traces, new Set(["gone"]));
  assert.deepEqual(new Set(context.points.map(([, , color]) => color)), new Set(["blue", "green", "grey", "violet"]));
  assert.ok(context.points.every(([x, y]) => Math.abs(x) < 1e4 && Math.abs(y) < 1e4));
});
