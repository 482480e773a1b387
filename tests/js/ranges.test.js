import assert from "node:assert/strict";
import test from "node:test";

import { extent, hoverFormat, isLarge, logTicks, padded, suits, tickText } from "../../dashboard/live/static/ranges.js";
import { table } from "./harness.js";

const OLD = { x: [0, 10], y: [-1, 1] };

table(
  "suits",
  {
    same: [OLD, true],
    "a little smaller": [{ x: [0, 8], y: [-1, 1] }, true],
    "much smaller": [{ x: [0, 6], y: [-1, 1] }, false],
    "past the right edge": [{ x: [0, 11], y: [-1, 1] }, false],
    "past the lower edge": [{ x: [0, 10], y: [-1.1, 1] }, false],
  },
  (fresh, expected) => assert.equal(suits(OLD, fresh), expected)
);

table(
  "padded",
  {
    "room on both sides": [[0, 10, 0.1], [-1, 11]],
    "one value": [[5, 5, 0.1], [4.5, 5.5]],
    zero: [[0, 0, 0.1], [-1, 1]],
    "no value": [[Infinity, -Infinity], [0, 1]],
  },
  (values, expected) => assert.deepEqual(padded(...values), expected)
);

table(
  "extent",
  {
    "several lists": [[[3, -1], Float32Array.of(7)], [-1, 7]],
    "what is not finite": [[[NaN, Infinity, 2]], [2, 2]],
    "a list that is missing": [[null, [1]], [1, 1]],
    nothing: [[[]], [Infinity, -Infinity]],
  },
  (lists, expected) => assert.deepEqual(extent(...lists), expected)
);

const seen = ([low, high]) => {
  const { tickvals, ticktext } = logTicks([low, high]);
  return ticktext.filter((_, i) => tickvals[i] >= 10 ** low * 0.999 && tickvals[i] <= 10 ** high * 1.001);
};

table(
  "a log axis's ticks are spelled out",
  {
    "ten decades": [[-3, 7], ["0.01", "1", "100", "10,000", "10\u2076"]],
    "three decades": [[0, 3], ["1", "10", "100", "1,000"]],
    "two decades": [[-2.05, -0.4], ["0.01", "0.02", "0.05", "0.1", "0.2"]],
    "a factor of 1.5, from 10": [[1, 1.18], ["10", "11", "12", "13", "14", "15"]],
    "a factor of 3, from 0.1": [[-1, -0.52], ["0.1", "0.15", "0.2", "0.25", "0.3"]],
    "tiny ones": [[-31, -29], ["10\u207b\u00b3\u00b9", "2\u00b710\u207b\u00b3\u00b9", "5\u00b710\u207b\u00b3\u00b9", "10\u207b\u00b3\u2070", "2\u00b710\u207b\u00b3\u2070", "5\u00b710\u207b\u00b3\u2070", "10\u207b\u00b2\u2079"]],
  },
  (range, expected) => assert.deepEqual(seen(range), expected)
);

test("a log axis has more ticks than are seen, for who drags it", () => {
  const { tickvals } = logTicks([0, 1]);
  assert.ok(tickvals[0] <= 0.1 && tickvals.at(-1) >= 100, String(tickvals));
});

table("a tick's text", [[0.0001, "0.0001"], [0.00001, "10\u207b\u2075"], [10000, "10,000"], [200000, "2\u00b710\u2075"]], (value, text) =>
  assert.equal(tickText(value), text)
);

table("isLarge", [[[0, 20000], true], [[-9800, 5], true], [[0, 9000], false]], (range, expected) => {
  assert.equal(isLarge(range), expected);
});

table(
  "hoverFormat",
  [[[0, 900000], ",.5~r"], [[-0.2, 0.1], ",.5~r"], [[0, 1e12], ".5~g"], [[0, 1e-6], ".5~g"], [[Infinity, -Infinity], ".5~g"]],
  (span, expected) => assert.equal(hoverFormat(span, 5), expected)
);
