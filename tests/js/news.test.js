import assert from "node:assert/strict";
import test, { afterEach, beforeEach, mock } from "node:test";

import { createNews } from "../../dashboard/live/static/news.js";

let sockets, heard, news;

beforeEach(() => {
  [sockets, heard] = [[], []];
  mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.document = { baseURI: "https://school.example/lab/" };
  globalThis.WebSocket = class {
    isClosed = false;
    constructor(url) {
      this.url = String(url);
      sockets.push(this);
    }
    close() {
      this.isClosed = true;
      this.onclose();
    }
  };
  news = createNews("/lab/live/news/someone", (what) => heard.push(what));
});

afterEach(() => {
  news.end();
  mock.timers.reset();
  delete globalThis.WebSocket;
  delete globalThis.document;
});

test("news come from the page's own server, encrypted as the page is", () => {
  assert.equal(sockets[0].url, "wss://school.example/lab/live/news/someone");
  sockets[0].onmessage({ data: '{"turn":2,"runs":["a"]}' });
  assert.deepEqual(heard, [{ turn: 2, runs: ["a"] }]);
});

test("a lost connection is made again, but not for ever", () => {
  for (let turn = 0; turn < 20; turn++) {
    sockets.at(-1).onclose();
    mock.timers.tick(60_000);
  }
  assert.equal(sockets.length, 5);
});

test("one that has worked may be lost as often as it likes", () => {
  for (let turn = 0; turn < 20; turn++) {
    sockets.at(-1).onopen();
    sockets.at(-1).onclose();
    mock.timers.tick(60_000);
  }
  assert.equal(sockets.length, 21);
});

test("once it is over nothing is asked for again", () => {
  news.end();
  assert.equal(sockets[0].isClosed, true);
  mock.timers.tick(60_000);
  assert.equal(sockets.length, 1);
});

test("without a path nobody is asked", () => {
  createNews(null).end();
  assert.equal(sockets.length, 1);
});
