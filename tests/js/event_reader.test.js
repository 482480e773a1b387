import assert from "node:assert/strict";
import test from "node:test";

import { EventReader } from "../../dashboard/room/static/event_reader.js";
import { table } from "./harness.js";

const bytes = (text) => new TextEncoder().encode(text);

table("a stream is cut into events", {
  "one": ["id: 3\nevent: dot\ndata: {}\n\n", [{ id: "3", kind: "dot", data: "{}" }]],
  "with returns": ["id: 3\r\nevent: dot\r\ndata: {}\r\n\r\n", [{ id: "3", kind: "dot", data: "{}" }]],
  "two": ["event: a\ndata: 1\n\nevent: b\ndata: 2\n\n", [{ id: "", kind: "a", data: "1" }, { id: "", kind: "b", data: "2" }]],
  "several lines of data": ["data: 1\ndata: 2\n\n", [{ id: "", kind: "message", data: "1\n2" }]],
  "no space after the colon": ["data:1\n\n", [{ id: "", kind: "message", data: "1" }]],
  "a colon in the data": ["data: {\"a\": 1}\n\n", [{ id: "", kind: "message", data: "{\"a\": 1}" }]],
  "a ping": [": ping - 12:00\n\n", []],
  "a field without a value": ["retry\ndata: 1\n\n", [{ id: "", kind: "message", data: "1" }]],
  "the beginning of one": ["event: dot\ndata: {}\n", []],
  "letters of several bytes": ["data: Bär 🐻\n\n", [{ id: "", kind: "message", data: "Bär 🐻" }]],
}, (text, expected) => {
  assert.deepEqual(new EventReader().push(bytes(text)), expected);
  const reader = new EventReader();
  assert.deepEqual([...bytes(text)].flatMap((byte) => reader.push(Uint8Array.of(byte))), expected);
});

test("what one piece leaves over belongs to the next event", () => {
  const reader = new EventReader();
  assert.deepEqual(reader.push(bytes("data: 1\n\nda")).map(({ data }) => data), ["1"]);
  assert.deepEqual(reader.push(bytes("ta: 2\n\n")).map(({ data }) => data), ["2"]);
});
