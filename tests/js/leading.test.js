// What a presenter's Play page tells the room: the newest moment, seldom enough, and nothing twice.

import assert from "node:assert/strict";
import test from "node:test";

import { createTeller } from "../../dashboard/room/static/leading.js";

const MOMENT = { address: "a", row: 0, isPlaying: false, speed: 1 };
const moment = (rest) => ({ ...MOMENT, ...rest });

/** A clock that is moved by hand, and a server that answers when it is told to. */
function createWorld({ isDown = false } = {}) {
  const world = { time: 0, posted: [], waiting: [], isDown };
  const clock = { now: () => world.time, later: (run, milliseconds) => world.waiting.push({ run, at: world.time + milliseconds }) };
  const teller = createTeller(async (posted) => {
    world.posted.push(posted);
    if (world.isDown) throw new Error("away");
  }, clock);
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    posted: world.posted,
    world,
    forget: teller.forget,
    async take(rest, after = 0) {
      world.time += after;
      for (const due of world.waiting.filter(({ at }) => at <= world.time)) {
        world.waiting.splice(world.waiting.indexOf(due), 1);
        due.run();
        await settle();
      }
      if (rest) teller.take(moment(rest));
      await settle();
    },
  };
}

test("a still picture is told once", async () => {
  const { take, posted } = createWorld();
  for (let i = 0; i < 5; i++) await take({}, 1000);
  assert.deepEqual(posted, [moment({})]);
});

test("of what comes quickly the last is told, after the pause", async () => {
  const { take, posted } = createWorld();
  await take({ row: 1 });
  for (const row of [2, 3, 4]) await take({ row }, 10);
  assert.deepEqual(posted.map(({ row }) => row), [1]);
  await take(null, 200);
  assert.deepEqual(posted.map(({ row }) => row), [1, 4]);
});

test("what plays is told at its beginning, its beats and its end", async () => {
  const { take, posted } = createWorld();
  for (let frame = 0; frame <= 120; frame++) await take({ row: frame, isPlaying: true }, 16);
  await take({ row: 121 }, 16);
  await take(null, 200);
  const states = posted.map(({ isPlaying }) => isPlaying);
  assert.ok(posted.length <= 5, `${posted.length} posts in two seconds`);
  assert.equal(states[0], true);
  assert.deepEqual(posted.at(-1), moment({ row: 121 }));
});

test("what waits for its next row is not told again", async () => {
  const { take, posted } = createWorld();
  for (const row of [0, 0, 0, 0, 1, 1, 1]) await take({ row, isPlaying: true }, 2000);
  assert.deepEqual(posted.map(({ row }) => row), [0, 1]);
});

test("another run, another speed, a step back are news", async () => {
  const { take, posted } = createWorld();
  await take({ row: 50, isPlaying: true });
  await take({ row: 51, isPlaying: true, speed: 2 }, 200);
  await take({ row: 3, isPlaying: true, speed: 2 }, 200);
  await take({ address: "b", row: 4, isPlaying: true, speed: 2 }, 200);
  assert.deepEqual(posted.map(({ address, row, speed }) => [address, row, speed]), [["a", 50, 1], ["a", 51, 2], ["a", 3, 2], ["b", 4, 2]]);
});

test("a server that is away is told later", async () => {
  const { take, posted, world } = createWorld({ isDown: true });
  await take({ row: 7 });
  world.isDown = false;
  await take({ row: 8 }, 500);
  assert.equal(posted.length, 1);
  await take(null, 2000);
  await take(null, 200);
  assert.deepEqual(posted.map(({ row }) => row), [7, 8]);
});

test("a room that begins to follow once more is told anew", async () => {
  const { take, posted, forget } = createWorld();
  await take({ row: 7 });
  forget();
  await take({ row: 7 }, 1000);
  assert.equal(posted.length, 2);
});
