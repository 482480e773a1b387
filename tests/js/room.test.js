import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";

import { createRoom } from "../../dashboard/live/static/room.js";

let told, watched;

beforeEach(() => {
  watched = [];
  globalThis.document = { createElement: () => ({ style: {}, append() {} }) };
  globalThis.ResizeObserver = class {
    constructor(tell) {
      told = (blockSize, inlineSize = 350) => tell([{ borderBoxSize: [{ blockSize, inlineSize }] }]);
    }
    observe(content) { watched.push(content); }
    unobserve(content) { watched = watched.filter((each) => each !== content); }
  };
});

/** The room's height after each of these sizes of its content. */
const heights = (room, ...sizes) => sizes.map((size) => (told(...size), room.element.style.minHeight));

test("a room only grows", () => {
  assert.deepEqual(heights(createRoom({}), [48], [72], [48], [80], [24]), ["48px", "72px", "72px", "80px", "80px"]);
});

test("another width is another text flow", () => {
  assert.deepEqual(heights(createRoom({}), [72], [24, 800], [48, 800], [24, 800]), ["72px", "24px", "48px", "48px"]);
});

test("a reset forgets what was, and asks for the present size", () => {
  const content = {};
  const room = createRoom(content);
  heights(room, [96]);
  room.reset();
  assert.deepEqual(watched, [content]);
  assert.deepEqual(heights(room, [48], [24]), ["48px", "48px"]);
});
