import assert from "node:assert/strict";

import * as format from "../../dashboard/live/static/format.js";
import { table } from "./harness.js";

table(
  "number",
  [
    [0, "0"],
    [-0, "0"],
    [1, "1"],
    [1234.5678, "1,235"],
    [123456.7, "123,457"],
    [-0.123456, "\u22120.1235"],
    [0.0001, "0.0001"],
    [0.00009, "9.000e\u22125"],
    [12345678, "1.235e7"],
    [-1e300, "\u22121.000e300"],
    [Infinity, "\u221e"],
    [-Infinity, "\u2212\u221e"],
    [NaN, "\u2013"],
    [null, "\u2013"],
    [undefined, "\u2013"],
  ],
  (value, expected) => assert.equal(format.number(value), expected)
);

table("number with digits", [[37866.33, 5, "37,866"], [1246.5123, 6, "1,246.51"], [0.5, 3, "0.5"]], (value, digits, expected) => {
  assert.equal(format.number(value, digits), expected);
});

table(
  "plainNumber",
  [
    [0.05, "0.05"],
    [0.1 + 0.2, "0.3"],
    [2e-7, "2e\u22127"],
    [10, "10"],
    [1e-9, "1e\u22129"],
    [1e-6, "0.000001"],
    [1.5e-5, "0.000015"],
    [1e12, "1000000000000"],
  ],
  (value, expected) => assert.equal(format.plainNumber(value), expected)
);

table("shortNumber", [
  [0.05, "0.05"],
  [1e-5, "0.00001"],
  [1e-6, "1e\u22126"],
  [1.01e-6, "1.01e\u22126"],
  [0.00123, "0.00123"],
  [1e8, "1e8"],
  [12345678, "12345678"],
], (value, expected) => assert.equal(format.shortNumber(value), expected));

table(
  "decimals",
  [[0.80049, 4, "0.8005"], [-37866.331, 2, "\u221237,866.33"], [2, 3, "2.000"], [Infinity, 2, "\u221e"], [NaN, 2, "\u2013"]],
  (value, places, expected) => assert.equal(format.decimals(value, places), expected)
);

table(
  "duration",
  [
    [0, "0 ms"],
    [42e-6, "0.042 ms"],
    [0.000834, "0.83 ms"],
    [0.0123, "12 ms"],
    [0.4561, "456 ms"],
    [0.9996, "1.0 s"],
    [12.345, "12.3 s"],
    [1234.5, "1,234.5 s"],
  ],
  (seconds, expected) => assert.equal(format.duration(seconds), expected)
);

table("count", [[0, "0"], [999, "999"], [1000, "1,000"], [1234567, "1,234,567"]], (value, expected) => {
  assert.equal(format.count(value), expected);
});

table(
  "a number that came on a grid keeps the places that the grid can tell",
  [[0.1234, 0.004, 0.12], [1234.5, 70, 1200], [-0.1234, 0.01, -0.12], [0.1234, 0, 0.1234]],
  (value, step, expected) => assert.equal(format.roundedTo(value, step), expected)
);
