// Numbers and names as people read them.

const MINUS = "\u2212";
const GROUPED = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** A whole number with thousands separators. */
export function count(value) {
  return GROUPED.format(value);
}

/** A number with about `digits` significant digits, never a long tail. */
export function number(value, digits = 4) {
  if (value === null || value === undefined || Number.isNaN(value)) return "\u2013";
  if (!Number.isFinite(value)) return value > 0 ? "\u221e" : `${MINUS}\u221e`;
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text =
    size >= 1e7 || size < 1e-4
      ? value.toExponential(digits - 1)
      : new Intl.NumberFormat("en-US", {
          maximumSignificantDigits: Math.max(digits, size >= 1 ? Math.floor(Math.log10(size)) + 1 : 0),
        }).format(value);
  return text.replace("e+", "e").replaceAll("-", MINUS);
}

/** A number as it was set, without trailing noise: 0.05, 2e\u22127. */
export function plain(value) {
  return String(Number(value.toPrecision(9))).replace("-", MINUS);
}

/** A number with a fixed count of decimals. */
export function decimals(value, places) {
  if (!Number.isFinite(value)) return number(value);
  return new Intl.NumberFormat("en-US", {
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  })
    .format(value)
    .replace("-", MINUS);
}

/**
 * The learned equation, the first few terms of it where there are many.
 * @param {string} target
 * @param {string[]} features names of at least the terms shown
 * @param {ArrayLike<number>} weights
 * @param {number} bias
 */
export function equation(target, features, weights, bias, nTerms = 4) {
  const shown = Math.min(nTerms, weights.length, features.length);
  let text = `${target} =`;
  for (let j = 0; j < shown; j++) text += `${signed(weights[j], j === 0)} \u00b7 ${features[j]}`;
  const rest = weights.length - shown;
  if (rest > 0) text += ` + \u2026 ${count(rest)} more ${rest === 1 ? "term" : "terms"}`;
  return text + signed(bias, false);
}

function signed(value, isFirst) {
  const size = number(Math.abs(value), 5);
  const isNegative = value < 0;
  if (isFirst) return ` ${isNegative ? MINUS : ""}${size}`;
  return ` ${isNegative ? MINUS : "+"} ${size}`;
}

/** Text for plotly, which reads a little HTML and LaTeX in what it shows. */
export function plotlyText(text) {
  return String(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("$", "&#36;");
}
