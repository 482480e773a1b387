// Numbers as people read them.

const MINUS = "\u2212";
const MOST_LETTERS = 7; // of a short number
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

/** A number rounded to a decimal place that a grid of steps can tell: what the grid adds is not told. */
export function roundedTo(value, step) {
  if (!(step > 0) || !Number.isFinite(value)) return value;
  const unit = 10 ** Math.ceil(Math.log10(step));
  return Number((Math.round(value / unit) * unit).toPrecision(12));
}

/** A number as it was set, without trailing noise: 0.05, 2e\u22127. */
export function plainNumber(value) {
  return String(Number(value.toPrecision(9))).replace("-", MINUS);
}

/** The same where there is little room: 1.01e\u22126 in the place of 0.00000101. */
export function shortNumber(value) {
  const plain = plainNumber(value);
  const short = Number(value.toPrecision(9)).toExponential().replace("e+", "e").replaceAll("-", MINUS);
  return plain.length > MOST_LETTERS && short.length < plain.length ? short : plain;
}

/** A time span: two digits where it is short, tenths of a second where it is not. */
export function duration(seconds) {
  return seconds < 0.9995 ? `${number(seconds * 1000, 2)} ms` : `${decimals(seconds, 1)} s`;
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
