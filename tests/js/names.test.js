import assert from "node:assert/strict";
import test from "node:test";

import * as names from "../../dashboard/live/static/names.js";
import { table } from "./harness.js";

const HOSTILE = "<img src=x onerror=alert(1)> $x^2$ %{y} & <b>";

table(
  "shortened",
  {
    "a short name": ["price", 10, "price"],
    "a name that just fits": ["0123456789", 10, "0123456789"],
    "a long name keeps both ends": ["region = northeast", 10, "region\u2026ast"],
    "no blank beside the gap": ["region = northeast", 12, "region =\u2026ast"],
    "lines become one": ["sale\n  price\t(EUR)", 30, "sale price (EUR)"],
    "letters beyond the basic plane are whole": ["\u{1f600}".repeat(9), 4, "\u{1f600}\u{1f600}\u2026\u{1f600}"],
    "what turns the direction of reading": ["a\u202eb\u2066c", 30, "abc"],
    "a number": [7, 5, "7"],
  },
  (name, most, expected) => assert.equal(names.shortened(name, most), expected)
);

table(
  "plotlyText",
  [
    ["plain", "plain"],
    ["<b>bold</b>", "&lt;b&gt;bold&lt;/b&gt;"],
    ["a & b", "a &amp; b"],
    ["&lt;", "&amp;lt;"],
    ["$x$", "&#36;x&#36;"],
    ["%{x} 5 %", "&#37;{x} 5 %"],
    [7, "7"],
  ],
  (text, expected) => assert.equal(names.plotlyText(text), expected)
);

table("nothing that plotly reads is left", ["plotlyText", "plotlyName", "plotlyLines"], (how) => {
  const shown = names[how](HOSTILE, 60);
  assert.doesNotMatch(shown.replaceAll("<br>", ""), /[<>$]|%\{/);
});

test("an escape is never cut in two", () => {
  assert.equal(names.plotlyName("<<<<<<<<<<", 4), "&lt;&lt;\u2026&lt;");
});

test("a whole name takes as many lines as it needs, up to a bound", () => {
  assert.deepEqual(names.plotlyLines("n".repeat(100)).split("<br>").map((each) => each.length), [40, 40, 20]);
  assert.equal(names.plotlyLines("n".repeat(100_000)).split("<br>").length, 6);
});

table("squared", [["price", "price\u00b2"], ["sale_price", "sale_price\u00b2"], ["m\u00b2", "(m\u00b2)\u00b2"], ["prix", "prix\u00b2"], ["a b", "(a b)\u00b2"]], (unit, expected) => {
  assert.equal(names.squared(unit), expected);
});

table(
  "equation",
  {
    "one feature": ["price", ["sqft"], [1246.51], -37866.33, "price = 1,246.5 \u00b7 sqft \u2212 37,866"],
    "a negative slope": ["y", ["x"], [-2], 0.5, "y = \u22122 \u00b7 x + 0.5"],
    "two features": ["y", ["a", "b"], [1, -2], 3, "y = 1 \u00b7 a \u2212 2 \u00b7 b + 3"],
    "many features": ["y", ["a", "b"], Array(2000).fill(1), 0, "y = 1 \u00b7 a + 1 \u00b7 b + \u2026 1,998 more terms + 0"],
    "more names than are shown": ["y", ["a", "b", "c", "d", "e"], [1, 1, 1, 1, 1], 0, "y = 1 \u00b7 a + 1 \u00b7 b + 1 \u00b7 c + 1 \u00b7 d + \u2026 1 more term + 0"],
    "through the origin": ["y", ["x"], [2], null, "y = 2 \u00b7 x"],
    "a name that looks like HTML": ["<b>", ["<i>"], [1], 1, "<b> = 1 \u00b7 <i> + 1"],
    "a name that reads like a part of it": ["y", ["city = Oslo"], [1], 1, "y = 1 \u00b7 (city = Oslo) + 1"],
    "a name with a unit": ["price (EUR)", ["area (m\u00b2)"], [1], 1, "price (EUR) = 1 \u00b7 area (m\u00b2) + 1"],
    "a long name": ["y", ["n".repeat(200)], [1], 1, `y = 1 \u00b7 ${"n".repeat(16)}\u2026${"n".repeat(7)} + 1`],
  },
  (target, features, weights, bias, expected) =>
    assert.equal(names.equation(target, features, weights, bias), expected)
);

test("all terms, with whole names", () => {
  const features = Array.from({ length: 6 }, (_, j) => `a feature with quite a long name ${j + 1}`);
  const text = names.equation("y", features, Array(6).fill(1), 0, { nTerms: 16, letters: 300 });
  for (const feature of features) assert.ok(text.includes(`1 \u00b7 ${feature}`), text);
});
