// The colours of a scale from dark to light: lightness rises evenly, so that order can be read off it, in
// grey and with any eyes as well. Computed in OKLab (Bjorn Ottosson, 2020).

// Lightness, chroma and hue: deep blue, purple, orange, a pale yellow. Small values are the light ones.
const STOPS = [
  [0.27, 0.09, 277],
  [0.44, 0.15, 318],
  [0.61, 0.16, 25],
  [0.78, 0.14, 66],
  [0.93, 0.11, 98],
];
const N = 256;

const RAMP = Array.from({ length: N }, (_, i) => cssOf(labAt(i / (N - 1))));

/** @param {number} part 0 (the scale's lower end, light) to 1 (its upper end, dark) */
export const colorAt = (part) => RAMP[Math.round((1 - Math.max(0, Math.min(1, part))) * (N - 1))];

/** The lightness of a place on the scale, as the eye has it: for what is drawn over it. */
export const lightnessAt = (part) => labAt(1 - part)[0];

/** @returns {number[]} */
function labAt(part) {
  const at = part * (STOPS.length - 1);
  const i = Math.min(Math.floor(at), STOPS.length - 2);
  const [from, to] = [lab(STOPS[i]), lab(STOPS[i + 1])];
  return from.map((value, k) => value + (at - i) * (to[k] - value));
}

/** @param {number[]} stop @returns {number[]} */
function lab([lightness, chroma, hue]) {
  return [lightness, chroma * Math.cos((hue * Math.PI) / 180), chroma * Math.sin((hue * Math.PI) / 180)];
}

/** @param {number[]} lab */
function cssOf([lightness, a, b]) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return `rgb(${linear.map((value) => Math.round(255 * gamma(Math.max(0, Math.min(1, value))))).join(", ")})`;
}

function gamma(value) {
  return value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
}
