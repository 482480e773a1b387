// Which keys act on playback, by what has the focus.

import assert from "node:assert/strict";
import test from "node:test";

import { actionOf } from "../../dashboard/live/static/transport.js";

/** A focused element that is only what one kind of selector asks for. */
const focused = (...kinds) => ({ closest: (selector) => (kinds.some((kind) => selector.split(", ").includes(kind)) ? {} : null) });
const pressed = (key, target = null, more = {}) => actionOf({ key, target, ...more });
const nowhere = focused();
const slider = { closest: (selector) => (/(^|, )(input(?=,|$)|\[role=slider\])/.test(selector) ? {} : null) };

test("letters and Space work on a slider, which keeps its arrows, Home and End", () => {
  const actions = { " ": "toggle", k: "toggle", j: "back", l: "step", s: "reset", e: "end", 0: "reset", p: "pin" };
  for (const [key, action] of Object.entries(actions)) {
    assert.equal(pressed(key, slider), action, key);
    assert.equal(pressed(key, nowhere), action, key);
  }
  for (const key of ["ArrowLeft", "ArrowRight", "Home", "End"]) {
    assert.equal(pressed(key, slider), undefined, key);
    assert.ok(pressed(key, nowhere), key);
  }
});

test("a button keeps its Space, letters work beside it", () => {
  assert.equal(pressed(" ", focused("button")), undefined);
  assert.equal(pressed("K", focused("button")), "toggle");
});

test("who writes, writes", () => {
  for (const kind of ["textarea", "[role=combobox]", "[contenteditable]", "select"])
    for (const key of [" ", "k", "0", "Home", "ArrowLeft"]) assert.equal(pressed(key, focused(kind)), undefined, `${kind} ${key}`);
});

test("the browser's and Streamlit's own shortcuts stay theirs", () => {
  for (const more of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }, { defaultPrevented: true }])
    assert.equal(pressed("s", nowhere, more), undefined);
  for (const key of ["c", "r", "Enter", "Tab"]) assert.equal(pressed(key, nowhere), undefined);
});
