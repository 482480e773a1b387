// Colours: Streamlit's own where it has them, and a palette that colour-blind people can tell apart
// (Okabe and Ito). Each meaning also has a dash or a marker of its own.

const LIGHT = {
  data: "#5a7794",
  group: "#6a3d9a",
  learned: "#d97600",
  reference: "#00755a",
  truth: "#a64d85",
  test: "#0072b2",
  batch: "rgba(217, 118, 0, 0.28)",
  residual: "rgba(90, 119, 148, 0.8)",
  square: "rgba(90, 119, 148, 0.14)",
  mark: "#b03a00",
  leftOut: "#767676",
};
const DARK = {
  data: "#9fb6cc",
  group: "#c3a5ea",
  learned: "#f59322",
  reference: "#2bbf98",
  truth: "#e39ac5",
  test: "#56b4e9",
  batch: "rgba(245, 147, 34, 0.32)",
  residual: "rgba(159, 182, 204, 0.5)",
  square: "rgba(159, 182, 204, 0.15)",
  mark: "#ff8a5c",
  leftOut: "#9a9a9a",
};

const [LIGHT_GRID, DARK_GRID] = ["rgba(20, 40, 60, 0.1)", "rgba(255, 255, 255, 0.11)"];

/**
 * @typedef {typeof LIGHT & {isDark: boolean, text: string, background: string, grid: string, font: string}} Theme
 */

/**
 * The colours that suit the page as it is now.
 * @returns {Theme}
 */
export function readTheme(element) {
  const style = getComputedStyle(element);
  const text = style.getPropertyValue("--st-text-color").trim() || style.color;
  const background = style.getPropertyValue("--st-background-color").trim() || "#ffffff";
  const isDark = luminance(background) < 0.4;
  return {
    ...(isDark ? DARK : LIGHT),
    isDark,
    text,
    background,
    grid: isDark ? DARK_GRID : LIGHT_GRID,
    font: style.getPropertyValue("--st-font").trim() || style.fontFamily,
  };
}

/**
 * The same for paper and slides: a white ground, whatever the page has.
 * @param {Theme} theme
 * @returns {Theme}
 */
export function whiteTheme({ font }) {
  return { ...LIGHT, isDark: false, text: "#24303c", background: "#ffffff", grid: LIGHT_GRID, font };
}

/**
 * A colour that lets others through. (Opacity of its own would have the browser blend what has it
 * anew at each frame that is drawn over it: with 2,000 points that halves the frame rate.)
 */
export function faded(color, alpha) {
  return `rgba(${rgb(color).join(", ")}, ${alpha})`;
}

/** Relative luminance of a CSS colour, 0 to 1, near enough to tell dark from light. */
export function luminance(color) {
  const [r, g, b] = rgb(color);
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}

function rgb(color) {
  const hex = color.match(/^#([0-9a-f]{6}|[0-9a-f]{3})/i)?.[1];
  if (hex) {
    const wide = hex.length === 3 ? [...hex].map((digit) => digit + digit).join("") : hex;
    return [0, 2, 4].map((at) => parseInt(wide.slice(at, at + 2), 16));
  }
  return color.match(/[\d.]+/g)?.slice(0, 3).map(Number) ?? [255, 255, 255];
}
