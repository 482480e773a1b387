import assert from "node:assert/strict";

import { nearest } from "../../dashboard/live/static/picking.js";
import { hoverOf, rowNames, rowNumber } from "../../dashboard/live/static/rows.js";
import { narrowRun, table } from "./harness.js";

const POINTS = [
  { x: 10, y: 10, pick: "a" },
  { x: 20, y: 10, pick: "b" },
  { x: 20, y: 50, pick: "c" },
];

table(
  "nearest",
  {
    "on a point": [10, 10, 5, "a"],
    "beside a point": [13, 6, 5, "a"],
    "between two, the nearer one": [16, 10, 14, "b"],
    "just within reach": [20, 64, 14, "c"],
    "out of reach": [20, 65, 14, undefined],
  },
  (x, y, reach, pick) => assert.equal(nearest(POINTS, x, y, reach)?.pick, pick)
);

table(
  "nearest of none, and of points that are not in the picture",
  { none: [[]], "not a number": [[{ x: NaN, y: 3 }]] },
  (candidates) => assert.equal(nearest(candidates, 0, 0, 1e9), null)
);

table(
  "rowNumber",
  {
    "people count from one": [0, 1, [], 1],
    "a header above": [0, 2, [], 2],
    "before a missing row": [2, 1, [3], 3],
    "after a missing row": [3, 1, [3], 5],
    "after several": [0, 1, [0, 1, 5], 3],
    "between several": [2, 1, [0, 1, 5], 5],
    "after all of them": [3, 1, [0, 1, 5], 7],
    "rows without numbers": [3, null, [], null],
  },
  (row, lineOffset, missingRows, expected) => assert.equal(rowNumber(row, { lineOffset, missingRows }), expected)
);

table(
  "rowNames",
  {
    "of a sample": [{ lineOffset: 2, missingRows: [0] }, ["row 10", "row 2,003"]],
    "where rows have no numbers": [{ lineOffset: null, missingRows: [] }, []],
  },
  (display, expected) => {
    const run = narrowRun({ bias: [0] }, { rows: [7, 42, 2000] });
    assert.deepEqual(rowNames(run, [0, 2], display), expected);
  }
);

table(
  "hoverOf",
  {
    "a row that can be left out": [{ lineOffset: 1, pickable: true }, "at<br>%{text}<br>click to leave this row out<extra></extra>"],
    "a row": [{ lineOffset: 1, pickable: false }, "at<br>%{text}<extra></extra>"],
    "no row": [{ lineOffset: null, pickable: false }, "at<extra></extra>"],
  },
  (display, expected) => assert.equal(hoverOf("at", display), expected)
);
