// The map's pure parts: cells and what is said of them, colours, places on the canvas, and what is asked when.

import assert from "node:assert/strict";
import test from "node:test";

import { createAsking } from "../../dashboard/sweep/static/asking.js";
import { cellAt, labelled, layOut, movedBy, nearestCell } from "../../dashboard/sweep/static/cell_layout.js";
import { colorAt, lightnessAt } from "../../dashboard/sweep/static/colors.js";
import { addCells, bestOf, cellText, createGrid, mapText, NO_RUN, partOf, placeAlong, renew, scaleOf, tableOf, valueOf } from "../../dashboard/sweep/static/grid.js";
import { marksOf } from "../../dashboard/sweep/static/map_legend.js";
import { secondsLeft, waitText } from "../../dashboard/sweep/static/progress.js";
import { table } from "./harness.js";

const [FINISHED, DIVERGED] = [1, 3];
const X = { name: "learning_rate", label: "Learning rate", scale: "log", values: [0.01, 0.1, 1], texts: ["0.01", "0.1", "1"], spelled: ["0.01", "0.1", "1"] };
const Y = { name: "noise", label: "Noise", scale: "linear", values: [0, 0.5], texts: ["0", "0.5"], spelled: ["0", "0.5"] };

const columns = (rows) => ({
  number: { values: Uint32Array.from(rows.map(([at]) => at)) },
  final: { values: Float64Array.from(rows.map(([, final]) => final)) },
  near: { values: Float32Array.from(rows.map(([, , near]) => near)) },
  status: { values: Uint32Array.from(rows.map(([, , , status]) => status)) },
});

function filled(nSeeds, rows) {
  const grid = createGrid({ nColumns: 3, nRows: 2, nSeeds });
  addCells(grid, columns(rows));
  return grid;
}

const SIX = [[0, 4, Infinity, FINISHED], [1, 0.5, 20, FINISHED], [2, 1e9, Infinity, DIVERGED], [3, 2, 90, FINISHED], [4, 1, 7, FINISHED], [5, NaN, Infinity, NO_RUN]];

test("a cell says what became of its run", () => {
  const grid = filled(1, SIX);
  assert.equal(grid.nDone, 6);
  assert.deepEqual(grid.cells.map((cell) => valueOf(cell, "final_loss")), [4, 0.5, null, 2, 1, null]);
  assert.deepEqual(grid.cells.map((cell) => valueOf(cell, "epochs")), [null, 20, null, 90, 7, null]);
  assert.deepEqual(bestOf(grid, "epochs"), { column: 1, row: 1, value: 7 });
  assert.deepEqual(grid.cells.map(cellText), [
    "final loss 4 \u00b7 not within 1 % of the least loss",
    "final loss 0.5 \u00b7 within 1 % after 20 epochs",
    "diverged",
    "final loss 2 \u00b7 within 1 % after 90 epochs",
    "final loss 1 \u00b7 within 1 % after 7 epochs",
    "these two values do not go together",
  ]);
  assert.equal(mapText(grid, X, Y, "final_loss"), "Least final loss: 0.5 at learning rate 0.1, noise 0. 1 of 5 cells diverged.");
  assert.deepEqual(marksOf(grid, "epochs", null), ["diverged", "far", "none"]);
  assert.deepEqual(tableOf(grid, X, Y, "epochs").rows, [["0.5", 90, 7, "no run"], ["0", "no", 20, "diverged"]]);
});

test("a cell of several seeds shows their median and how far they are apart", () => {
  const seeds = (...rows) => filled(4, rows.map(([final, near, status], i) => [i, final, near, status])).cells[0];
  const cell = seeds([1, 5, FINISHED], [3, 6, FINISHED], [2, 7, FINISHED], [1e9, Infinity, DIVERGED]);
  assert.deepEqual([cell.loss, cell.near, cell.spread, cell.nDiverged, cell.isDiverged], [2, 7, 1, 1, false]);
  assert.match(cellText(cell), /seeds 100 % apart \u00b7 1 of 4 seeds diverged/);
  assert.ok(seeds([1, 5, FINISHED], [1, 5, FINISHED], [1e9, Infinity, DIVERGED], [1e9, Infinity, DIVERGED]).isDiverged);
  assert.equal(seeds([1, 5, FINISHED]).nRuns, 1);
});

test("what is on screen stays until its cell comes anew, and only the new runs of a cell count", () => {
  const grid = filled(4, [0, 1, 2, 3].map((at) => [at, 8, 9, FINISHED]));
  renew(grid);
  assert.equal(grid.cells[0].loss, 8);
  addCells(grid, columns([[1, 2, 3, FINISHED]]));
  assert.deepEqual([grid.cells[0].loss, grid.cells[0].nRuns, grid.nDone], [2, 1, 1]);
  addCells(grid, columns([[99, 2, 3, FINISHED]]));
  assert.equal(grid.nDone, 1);
});

test("the scale has room for nearly all cells, and none of a loss of 0", () => {
  const scale = scaleOf(filled(1, SIX), "final_loss");
  assert.deepEqual([scale.low, scale.high, scale.isLog], [0.5, 4, true]);
  assert.deepEqual([0.5, Math.sqrt(2), 4, 1e5, 0].map((value) => Math.round(100 * partOf(scale, value))), [0, 50, 100, 100, 0]);
  assert.equal(scaleOf(createGrid({ nColumns: 1, nRows: 1, nSeeds: 1 }), "epochs"), null);
  const equal = scaleOf(filled(1, [[0, 0, 1, FINISHED], [1, 0, 1, FINISHED]]), "final_loss");
  assert.ok(equal.low > 0 && equal.high > equal.low);
});

test("colours get lighter all the way", () => {
  const lightness = Array.from({ length: 65 }, (_, i) => lightnessAt(1 - i / 64));
  assert.ok(lightness.every((value, i) => i === 0 || value > lightness[i - 1]));
  // ... also as the browser shows them in grey
  const grey = Array.from({ length: 65 }, (_, i) => luminance(colorAt(1 - i / 64)));
  assert.ok(grey.every((value, i) => i === 0 || value >= grey[i - 1] - 1e-3));
  assert.ok(grey.at(-1) - grey[0] > 0.6);
});

function luminance(color) {
  const [r, g, b] = color.match(/\d+/g).map((value) => (value / 255) ** 2.2);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

test("cells are found under a pointer, and keys go from one to the next", () => {
  const layout = layOut({ width: 400, height: 300, size: 12 }, { nColumns: 3, nRows: 2 }, { left: 30, right: 40 });
  const { columnEdges, rowEdges } = layout;
  assert.ok(rowEdges[0] > rowEdges[1], "the first row is the lowest");
  for (const column of [0, 1, 2]) {
    for (const row of [0, 1]) {
      assert.deepEqual(cellAt(layout, columnEdges[column], rowEdges[row + 1]), { column, row });
      assert.deepEqual(cellAt(layout, columnEdges[column + 1] - 1, rowEdges[row] - 1), { column, row });
    }
  }
  assert.equal(cellAt(layout, columnEdges[0] - 1, rowEdges[1]), null);
  assert.equal(cellAt(layout, columnEdges[3], rowEdges[1]), null);
  assert.equal(cellAt(layout, columnEdges[1], rowEdges[0]), null);
  assert.deepEqual(nearestCell(layout, 1e4, -1e4), { column: 2, row: 1 });
  const grid = { nColumns: 3, nRows: 2 };
  assert.deepEqual(movedBy("ArrowUp", { column: 1, row: 0 }, grid), { column: 1, row: 1 });
  assert.deepEqual(movedBy("ArrowLeft", { column: 0, row: 0 }, grid), { column: 0, row: 0 });
  assert.deepEqual(movedBy("End", { column: 0, row: 1 }, grid), { column: 2, row: 1 });
  assert.equal(movedBy("a", { column: 0, row: 0 }, grid), null);
});

test("round numbers are the ones that are written", () => {
  const rates = Array.from({ length: 31 }, (_, i) => String(Number((10 ** (i / 10 - 3)).toPrecision(3))));
  const written = labelled(rates, 8).map((i) => rates[i]);
  for (const round of ["0.001", "0.01", "0.1", "1"]) assert.ok(written.includes(round), written.join());
  assert.deepEqual(labelled(["1", "2", "4"], 8), [0, 1, 2]);
  assert.equal(labelled(Array.from({ length: 64 }, (_, i) => String(i)), 1).length, 1);
});

table("where a value stands along an axis", [
  [X, 0.01, 0.5], [X, 0.1, 1.5], [X, Math.sqrt(0.01), 1.5], [X, 10, 3.5], [X, 0.001, -0.5], [Y, 0.25, 1], [Y, NaN, NaN],
], (axis, value, place) => {
  const found = placeAlong(axis, value);
  assert.ok(Object.is(found, place) || Math.abs(found - place) < 1e-9, String(found));
});

table("the time left is told as one says it", [
  [0, 500, ""], [0.5, 1000, "about a second left"], [0.1, 1000, "about 9 s left"], [0.01, 3000, "about 5 min left"],
], (part, elapsed, said) => assert.equal(waitText(secondsLeft(part, elapsed)), said));

test("one request is in flight, and the newest waits", () => {
  const opened = [];
  const open = (url, handlers) => {
    opened.push({ url, handlers, isClosed: false });
    return () => (opened.find((each) => each.handlers === handlers).isClosed = true);
  };
  const heard = [];
  const asking = createAsking({ onChunk: ({ url }, { kind }) => heard.push(`${url} ${kind}`), onMessage: () => {} }, open);
  for (const url of ["a", "b", "c"]) asking.soon({ url });
  assert.deepEqual(opened.map(({ url }) => url), ["a"]);
  opened[0].handlers.onChunk({ kind: "end" });
  assert.deepEqual(opened.map(({ url }) => url), ["a", "c"]);
  asking.now({ url: "d" });
  assert.ok(opened[1].isClosed);
  opened[1].handlers.onChunk({ kind: "end" }); // too late: nobody wants it
  opened[2].handlers.onMessage("Refused.", 400);
  assert.deepEqual([heard, asking.isBusy], [["a end"], false]);
});
