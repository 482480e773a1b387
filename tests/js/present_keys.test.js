// The presenter's keys, codes and addresses.

import assert from "node:assert/strict";
import test from "node:test";

import { isLocal, joinAddress, keyInFragment, Memory } from "../../dashboard/room/static/present_keys.js";
import { table } from "./harness.js";

const KEY = "k".repeat(32);

/** As `localStorage` behaves; `isFull` and `isForbidden` as some browsers'. */
class FakeStorage {
  constructor({ isForbidden = false } = {}) {
    this.held = new Map();
    this.isForbidden = isForbidden;
  }
  #check() {
    if (this.isForbidden) throw new Error("SecurityError");
  }
  get length() {
    return this.#check(), this.held.size;
  }
  key(i) {
    return [...this.held.keys()][i];
  }
  getItem(name) {
    return this.#check(), this.held.get(name) ?? null;
  }
  setItem(name, value) {
    this.#check();
    this.held.set(name, value);
  }
  removeItem(name) {
    this.#check();
    this.held.delete(name);
  }
}

table("a browser's memory", { allowed: [{}], forbidden: [{ isForbidden: true }] }, (options) => {
  const memory = new Memory(/** @type {any} */ (new FakeStorage(options)));
  memory.keep("ABCDEF", KEY);
  memory.host = "192.168.1.20";
  assert.equal(memory.keyOf("ABCDEF"), KEY);
  assert.deepEqual(memory.codes, ["ABCDEF"]); // and not the host
  assert.equal(memory.host, "192.168.1.20");
  memory.keep("ABCDEF", null);
  assert.equal(memory.keyOf("ABCDEF"), null);
  assert.deepEqual(memory.codes, []);
});

test("no storage at all", () => {
  const memory = new Memory(null);
  memory.presenting = "ABCDEF";
  assert.equal(memory.presenting, "ABCDEF");
});

table("a link's key", [[`#key=${KEY}`, KEY], ["", null], ["#", null], ["#key=", null], ["#key=short", null], [`#key=${KEY}<script>`, null], [`#other=${KEY}`, null]], (hash, key) => assert.equal(keyInFragment(hash), key));

const HERE = { protocol: "http:", host: "localhost:8501", hostname: "localhost", port: "8501" };
const THERE = { protocol: "https:", host: "linreg.example", hostname: "linreg.example", port: "" };
table("where to join", {
  "the page's own": [THERE, "", "", "https://linreg.example/join/ABCDEF"],
  "below a path": [THERE, "/live", "", "https://linreg.example/live/join/ABCDEF"],
  "another name": [HERE, "", "192.168.1.20", "http://192.168.1.20:8501/join/ABCDEF"],
  "another port": [HERE, "", "192.168.1.20:80", "http://192.168.1.20:80/join/ABCDEF"],
  "a whole address": [HERE, "/x", " https://class.example/whatever ", "https://class.example/x/join/ABCDEF"],
}, (location, base, host, url) => {
  const told = joinAddress(location, base, "ABCDEF", host);
  assert.equal(told.url, url);
  assert.equal(told.text, url.replace(/^https?:\/\//, ""));
});

table("what only this machine finds", [["localhost", true], ["127.0.0.1", true], ["[::1]", true], ["0.0.0.0", true], ["192.168.1.20", false], ["localhost.example", false]], (host, expected) => assert.equal(isLocal(host), expected));
