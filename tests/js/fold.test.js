// Words that are cut where there is no room for them, until somebody asks.

import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";

import { createFold } from "../../dashboard/live/static/fold.js";

const ROOM = 40;

beforeEach(() => {
  globalThis.document = { createElement: () => madeElement() };
  globalThis.ResizeObserver = class { observe() {} };
});

function madeElement() {
  const classes = new Set();
  return {
    classList: { toggle: (name, isOn) => (isOn ? classes.add(name) : classes.delete(name)) },
    setAttribute(name, value) { this[name] = value; },
    addEventListener(_, press) { this.press = press; },
    get isFolded() { return classes.has("ll-folded"); },
  };
}

/** A text so many pixels high, which shows 40 of them while it is folded. */
const textOf = (height) => Object.defineProperties(madeElement(), {
  scrollHeight: { get: () => height },
  clientHeight: { get() { return this.isFolded ? Math.min(height, ROOM) : height; } },
  scrollWidth: { value: 300 },
  clientWidth: { value: 300 },
});

test("what fits has no button", () => {
  assert.equal(createFold([textOf(20), textOf(40)], () => {}).element.hidden, true);
});

test("what is cut is shown at a press, and cut at the next", () => {
  const [text, told] = [textOf(80), []];
  const { element: button } = createFold([text], (isFolded) => told.push(isFolded));
  const state = () => [button.hidden, button.textContent, button["aria-expanded"], text.isFolded];
  assert.deepEqual(state(), [false, "More", "false", true]);
  button.press();
  assert.deepEqual(state(), [false, "Less", "true", false]);
  button.press();
  assert.deepEqual(state(), [false, "More", "false", true]);
  assert.deepEqual(told, [false, true]);
});

test("other words are folded again, but for those that must be seen whole", () => {
  const text = textOf(80);
  const fold = createFold([text], () => {});
  fold.element.press();
  fold.renew();
  assert.deepEqual([fold.element.hidden, text.isFolded], [false, true]);
  fold.renew({ isWhole: true });
  assert.deepEqual([fold.element.hidden, text.isFolded], [true, false]);
});
