import assert from "node:assert/strict";
import test from "node:test";

import { browserToken } from "../../dashboard/library/static/browser_token.js";
import { matching, shownLoss, shownTime } from "../../dashboard/library/static/saved_rows.js";
import { isProject, sent, watchDrops } from "../../dashboard/project/static/drop.js";

const run = (name, about = "", file = null) => ({ id: 1, name, about, file, loss: 0.5, at: 0 });
const RUNS = [run("Noisy LINE", "Noisy line · SGD"), run("Flats", "Own table · Adam", "flats 2024.csv"), run("<b>")];

for (const [typed, found] of [
  ["", 3],
  ["  ", 3],
  ["line", 1],
  ["SGD noisy", 1],
  ["flats ADAM", 1],
  ["2024", 1],
  ["<B>", 1],
  ["line adam", 0],
  ["ｌｉｎｅ", 1], // as some keyboards type it
]) {
  test(`a search for "${typed}" finds ${found}`, () => assert.equal(matching(RUNS, typed).length, found));
}

test("a loss is short, and nothing where there is none", () => {
  assert.deepEqual([0.0123456, 1.5e21, 1.25e-9, 0, null].map(shownLoss), ["0.01235", "1.5e21", "1.25e−9", "0", "–"]);
  assert.match(shownTime(1.7e9, "en-GB"), /2023/);
});

test("a browser keeps one token", () => {
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  const token = browserToken(() => storage);
  assert.match(token, /^[A-Za-z0-9_-]{32}$/);
  assert.equal(browserToken(() => storage), token);
  kept.set([...kept.keys()][0], "<script>");
  assert.match(browserToken(() => storage), /^[A-Za-z0-9_-]{32}$/);
});

test("a browser that keeps nothing has no token", () => {
  const refuse = () => {
    throw new Error("denied");
  };
  assert.equal(browserToken(refuse), "");
  assert.equal(browserToken(() => ({ getItem: () => null, setItem: refuse })), "");
});

test("projects are known by their name", () => {
  const names = ["a.linreg.zip", "A.LINREG.ZIP", "a.zip", "linreg.zip.csv", "a.linreg.zip.csv"];
  assert.deepEqual(names.map(isProject), [true, true, false, false, false]);
});

const answers = (ok, message) => async () => ({ ok, json: async () => ({ message }) });

test("what comes of sending a file is a sentence, or nothing", async () => {
  const file = { size: 10 };
  assert.equal(await sent(file, "/project", answers(true, "")), "");
  assert.equal(await sent(file, "/project", answers(false, "It is damaged.")), "It is damaged.");
  assert.match(await sent(file, "/project", async () => Promise.reject(new Error("offline"))), /could not be sent/);
  assert.match(await sent(file, "/project", async () => ({ ok: false, json: async () => JSON.parse("<") })), /could not be sent/);
  assert.match(await sent({ size: 2e8 }, "/project", () => assert.fail("it is not sent")), /at most 100 MB/);
});

test("only a project is taken from where it was dropped", () => {
  const target = new EventTarget();
  const watch = watchDrops(target);
  const dropped = (...names) => {
    const event = new Event("drop", { cancelable: true });
    event.dataTransfer = { types: ["Files"], files: names.map((name) => ({ name, size: 3e8 })) };
    target.dispatchEvent(event);
    return event.defaultPrevented;
  };
  assert.deepEqual([dropped("table.csv"), dropped("a.csv", "b.linreg.zip"), dropped()], [false, true, false]);
  watch.destroy();
  assert.equal(dropped("b.linreg.zip"), false);
});
