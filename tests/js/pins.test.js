// The table of pinned runs and its CSV, and what is done to pins on its way to the page.

import assert from "node:assert/strict";
import test from "node:test";

import { createPinActions } from "../../dashboard/live/static/pin_actions.js";
import { chipActionOf } from "../../dashboard/live/static/pins_strip.js";
import { columnsOf, csvCell, csvOf, rowsOf } from "../../dashboard/live/static/pins_table.js";
import { addChunk } from "../../dashboard/live/static/run.js";
import { endChunk, narrowRun, referenceChunk, table } from "./harness.js";

const NOISE = { name: "noise", label: "Noise", values: ["0.1", null, "0.3"], spelled: ["0.1", null, "0.3"] };
const LOSSES = [9, 3, 1.0000000000000002, 1];

function runOf(last, { end = {}, ...start } = {}) {
  const run = narrowRun({ bias: [0, 1, 2, 2], trainLoss: [...LOSSES.slice(0, -1), last] }, { nRows: 4, ...start });
  addChunk(run, referenceChunk());
  addChunk(run, endChunk({ elapsed: 0.25, distance: 0.5, epoch: 3, ...end }));
  return run;
}

const pin = (slot, name, isBaseline = false) => ({ slot, name, isBaseline, color: slot - 1, id: `${slot}`, missing: "" });
const PINS = [pin(1, "first", true), pin(2, "=2+2,\"x\"")];
const cellsOf = (rows, name) => rows.find((row) => row.name === name).cells;

function tableOf(front, runs, differences = [NOISE]) {
  const columns = columnsOf(front, PINS, (slot) => runs[slot - 1] ?? null);
  return { columns, rows: rowsOf(columns, differences) };
}

test("settings come first, then what came of the runs, with what differs from the baseline", () => {
  const { rows } = tableOf(runOf(1.5), [runOf(1), runOf(0.75)]);
  assert.deepEqual(rows.map(({ label }) => label), ["Noise", "Final train loss", "Distance to reference", "Time of the engine"]);
  assert.deepEqual(cellsOf(rows, "noise").map(({ text }) => text), ["0.1", "\u2013", "0.3"]);
  assert.deepEqual(cellsOf(rows, "train_loss").map(({ value }) => value), [1.5, 1, 0.75]);
  assert.deepEqual(cellsOf(rows, "train_loss").map(({ delta }) => delta), ["+0.5", "", "\u22120.25"]);
  assert.deepEqual(cellsOf(rows, "seconds").map(({ delta }) => delta), ["\u00b10", "", "\u00b10"]);
});

const L1 = { loss: { name: "l1", label: "MAE", unitExponent: 1, squares: null } };

table(
  "losses are compared where data and loss function are the same",
  {
    "another loss function": [L1, "Another loss function: not to be compared", "\u2013"],
    "other data": [{ y: [1, 3, 6] }, "Other data: not to be compared", "\u2013"],
    "other features of the same data": [{ X: [5, 6, 7], featureNames: ["z"] }, "", "\u22120.25"],
  },
  (start, why, delta) => {
    const { rows } = tableOf(null, [runOf(1), runOf(0.75, start)]);
    const cell = cellsOf(rows, "train_loss")[2];
    assert.deepEqual([cell.why, cell.delta, cell.value], [why, delta, 0.75]);
    assert.equal(cellsOf(rows, "seconds")[2].why, "", "time can be compared in any case");
  }
);

test("a run that has not come, or is under way, leaves its place empty", () => {
  const { rows, columns } = tableOf(null, [runOf(1)]);
  assert.deepEqual(cellsOf(rows, "train_loss").map(({ value }) => value), [null, 1, null]);
  assert.equal(csvOf(columns, rows).split("\r\n")[1], "On screen,false,0.1,,,");
});

test("the CSV has every number as exact as it is, and nothing that a spreadsheet runs", () => {
  const { rows, columns } = tableOf(runOf(0.1 + 0.2), [runOf(1), runOf(1e-300)]);
  const lines = csvOf(columns, rows).split("\r\n");
  const middle = "epochs_to_1_percent,seconds,finishing_order";
  assert.equal(lines[0], `run,baseline,noise,train_loss,distance,${middle}`);
  assert.equal(lines[1], "On screen,false,0.1,0.30000000000000004,0.5,,0.25,");
  assert.equal(lines[3], "\"'=2+2,\"\"x\"\"\",false,0.3,1e-300,0.5,3,0.25,1st");
});

table(
  "cells",
  [["=1+1", "'=1+1"], ["-3.5", "-3.5"], ["-3.5 degrees", "'-3.5 degrees"], ["@x", "'@x"], ["\uff1dx", "'\uff1dx"], ["a\nb", '"a\nb"'], [null, ""], [Infinity, "inf"], [2, "2"]],
  (value, expected) => assert.equal(csvCell(value), expected)
);

table(
  "keys on a chip",
  [["b", "baseline"], ["O", "open"], ["Enter", "open"], ["F2", "rename"], ["Delete", "remove"], ["k", undefined], [" ", undefined]],
  (key, what) => {
    assert.equal(chipActionOf({ key }), what);
    assert.equal(chipActionOf({ key, ctrlKey: true }), undefined);
  }
);

test("what the page has not said to be done is told again, each with its number", () => {
  const sent = [];
  const actions = createPinActions((told) => sent.push(told), "here");
  actions.act({ what: "remove", slot: 1 });
  actions.act({ what: "remove", slot: 2 });
  assert.deepEqual(sent[1].actions.map(({ slot, number }) => [slot, number]), [[1, 1], [2, 2]]);
  actions.done({ view: "another", number: 2 });
  actions.done({ view: "here", number: 1 });
  actions.act({ what: "pin" });
  assert.deepEqual(sent[2].actions.map(({ number }) => number), [2, 3]);
});
