// What a presenter's page makes of a room's changes, and what it says comes next.

import assert from "node:assert/strict";
import test from "node:test";

import { leftOf, nextStep, podiumOf, PresentState } from "../../dashboard/room/static/present_state.js";
import { table } from "./harness.js";

const TASK = { number: 2, kind: "fewest_epochs", measure: "epochs_to_1_percent", startedAt: 100, endsAt: null, isOver: false };
const ROOM = { code: "ABCDEF", isRevealed: false, isExplained: false, hasEnded: false, nPeople: 2, now: 1000, task: TASK };
const room = (changes = {}, task = {}) => ({ ...ROOM, ...changes, task: { ...TASK, ...task } });
const dot = (person, run, task = 2) => ({ kind: "dot", n: 0, body: { task, person, run } });
const person = (id, rest = {}) => ({ kind: "person", n: 0, body: { id, name: `Person ${id}`, isRemoved: false, hasLeft: false, ...rest } });

function stateOf(...changes) {
  const state = new PresentState();
  for (const change of changes) state.take(change, 990);
  return state;
}

test("a dot that comes twice is one dot", () => {
  const state = stateOf(dot(1, "a"), dot(1, "a"), dot(2, "a"), dot(1, "b"), dot(1, "a", 3));
  assert.deepEqual(state.dotsOf(2).map(({ person, run }) => [person, run]), [[1, "a"], [2, "a"], [1, "b"]]);
  assert.deepEqual(state.tasksWithDots, [2, 3]);
});

test("whoever is removed takes their dots along, also those that come later", () => {
  const state = stateOf(person(1), person(2), dot(1, "a"), dot(2, "a"));
  const before = state.version;
  state.take(person(1, { isRemoved: true }), 990);
  state.take(dot(1, "late"), 990);
  assert.deepEqual(state.dotsOf(2).map(({ person }) => person), [2]);
  assert.notEqual(state.version, before);
  assert.deepEqual(state.present.map(({ id }) => id), [2]);
  state.take(dot(2, "a"), 990);
  assert.equal(state.dotsOf(2).length, 1);
});

test("who has left or was removed is not counted", () => {
  const state = stateOf(person(1), person(2), person(3), person(2, { hasLeft: true }), person(3, { isRemoved: true }));
  assert.equal(state.nPresent, 1);
  assert.deepEqual(state.present.map(({ id }) => id), [1, 2]);
});

test("the server's clock is followed", () => {
  assert.equal(stateOf({ kind: "room", n: 1, body: room() }).clockAhead, 10);
});

test("a board is shown once it is revealed, and never another task's", () => {
  const board = { kind: "board", n: 2, body: { task: 2, rows: [] } };
  assert.equal(stateOf({ kind: "room", n: 1, body: room() }, board).shownBoard, null);
  assert.equal(stateOf({ kind: "room", n: 1, body: room({ isRevealed: true }) }, board).shownBoard, board.body);
  assert.equal(stateOf({ kind: "room", n: 1, body: room({ isRevealed: true }, { number: 3 }) }, board).shownBoard, null);
});

const FREE = { kind: "free_play", measure: null };
table("what a presenter does next", {
  "free play": [room({}, FREE), false, true, "task"],
  "a task is under way": [room(), false, true, "end"],
  "its time is over": [room(), true, true, "reveal"],
  "revealed": [room({ isRevealed: true }), true, true, "explain"],
  "revealed, and theory says nothing": [room({ isRevealed: true }), true, false, "task"],
  "explained": [room({ isRevealed: true, isExplained: true }), true, true, "task"],
  "a task that nobody judges": [room({}, { kind: "own", measure: null }), false, true, "end"],
  "the same, over": [room({}, { kind: "own", measure: null }), true, true, "task"],
  "the end": [room({ hasEnded: true }), true, true, "none"],
}, (state, isOver, canExplain, expected) => assert.equal(nextStep(state, isOver, canExplain), expected));

table("a countdown", [[{ endsAt: null }, 5, null], [{ endsAt: 10 }, 5.2, 5], [{ endsAt: 10 }, 9.99, 1], [{ endsAt: 10 }, 11, 0]], (task, now, expected) => assert.equal(leftOf(task, now), expected));

table("a podium", { three: [3, [2, 1, 3]], "ten": [10, [2, 1, 3]], two: [2, [2, 1]], one: [1, [1]], none: [0, []] }, (n, expected) => {
  const rows = Array.from({ length: n }, (_, i) => ({ rank: i + 1, person: i, name: `${i + 1}`, score: i, settings: {} }));
  const steps = podiumOf(rows);
  assert.deepEqual(steps.map(([place]) => place), expected);
  for (const [place, row] of steps) assert.equal(row.name, String(place));
});
