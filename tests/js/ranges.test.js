import assert from "node:assert/strict";

import { extent, hoverFormat, isLarge, logTick, padded, suits } from "../../dashboard/live/static/ranges.js";
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

table(
  "a log axis's ticks",
  {
    "ten decades": [[-3, 7], 2],
    "three decades": [[0, 3], 1],
    "one decade": [[0, 1], "D2"],
    "a factor of 1.5, from 10": [[1, 1.18], "L1"],
    "a factor of 3, from 0.1": [[-1, -0.52], "L0.05"],
    "no range yet": [undefined, 1],
  },
  (range, expected) => assert.equal(logTick(range), expected)
);

table("isLarge", [[[0, 20000], true], [[-9800, 5], true], [[0, 9000], false]], (range, expected) => {
  assert.equal(isLarge(range), expected);
});

table(
  "hoverFormat",
  [[[0, 900000], ",.5~r"], [[-0.2, 0.1], ",.5~r"], [[0, 1e12], ".5~g"], [[0, 1e-6], ".5~g"], [[Infinity, -Infinity], ".5~g"]],
  (span, expected) => assert.equal(hoverFormat(span, 5), expected)
);
