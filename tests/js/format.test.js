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

table("plain", [[0.05, "0.05"], [0.1 + 0.2, "0.3"], [2e-7, "2e\u22127"], [10, "10"], [1e-9, "1e\u22129"]], (value, expected) => {
  assert.equal(format.plain(value), expected);
});

table(
  "decimals",
  [[0.80049, 4, "0.8005"], [-37866.331, 2, "\u221237,866.33"], [2, 3, "2.000"], [Infinity, 2, "\u221e"], [NaN, 2, "\u2013"]],
  (value, places, expected) => assert.equal(format.decimals(value, places), expected)
);

table("count", [[0, "0"], [999, "999"], [1000, "1,000"], [1234567, "1,234,567"]], (value, expected) => {
  assert.equal(format.count(value), expected);
});

table(
  "equation",
  {
    "one feature": ["price", ["sqft"], [1246.51], -37866.33, "price = 1,246.5 \u00b7 sqft \u2212 37,866"],
    "a negative slope": ["y", ["x"], [-2], 0.5, "y = \u22122 \u00b7 x + 0.5"],
    "two features": ["y", ["a", "b"], [1, -2], 3, "y = 1 \u00b7 a \u2212 2 \u00b7 b + 3"],
    "many features": ["y", ["a", "b"], Array(2000).fill(1), 0, "y = 1 \u00b7 a + 1 \u00b7 b + \u2026 1,998 more terms + 0"],
    "more names than are shown": ["y", ["a", "b", "c", "d", "e"], [1, 1, 1, 1, 1], 0, "y = 1 \u00b7 a + 1 \u00b7 b + 1 \u00b7 c + 1 \u00b7 d + \u2026 1 more term + 0"],
    "a name that looks like HTML": ["<b>", ["<i>"], [1], 1, "<b> = 1 \u00b7 <i> + 1"],
  },
  (target, features, weights, bias, expected) =>
    assert.equal(format.equation(target, features, weights, bias), expected)
);

table(
  "plotlyText",
  [
    ["plain", "plain"],
    ["<b>bold</b>", "&lt;b&gt;bold&lt;/b&gt;"],
    ["a & b", "a &amp; b"],
    ["&lt;", "&amp;lt;"],
    ["$x$", "&#36;x&#36;"],
    [7, "7"],
  ],
  (text, expected) => assert.equal(format.plotlyText(text), expected)
);
