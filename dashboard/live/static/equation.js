// The learned equation on one line: what does not fit is left out of its middle, never its end.

import { element } from "./element.js";
import { equation, WHOLE } from "./names.js";

const SIZES = [
  { nTerms: 4, letters: 24 },
  { nTerms: 3, letters: 24 },
  { nTerms: 2, letters: 24 },
  { nTerms: 2, letters: 14 },
  { nTerms: 1, letters: 14 },
  { nTerms: 1, letters: 14, isCounted: false },
  { nTerms: 1, letters: 8, isCounted: false },
  { nTerms: 0, letters: 8, isCounted: false },
];
const SLACK = 0.95; // a canvas knows no figures of one width, which are wider
const IN_FULL = { nTerms: 16, letters: WHOLE };

export function createEquation() {
  const place = element("div", "ll-learned");
  const line = element("p", "ll-equation", { "aria-hidden": "true" });
  const spoken = element("p", "ll-spoken");
  place.append(line, spoken);
  let size = 0; // among SIZES; in a run it only shrinks, so that terms do not come and go with digits
  const text = document.createElement("canvas").getContext("2d");
  let width = Infinity;
  /** @type {(size: object) => string} */
  let write = () => "";
  const isTooWide = () => text.measureText(write(SIZES[size])).width > SLACK * width;
  const fit = () => {
    while (size < SIZES.length - 1 && isTooWide()) size++;
    line.textContent = write(SIZES[size]);
  };
  const fitExactly = () => { // asks for layout: not in a frame of a run that plays
    fit();
    while (size < SIZES.length - 1 && line.scrollWidth > line.clientWidth) line.textContent = write(SIZES[++size]);
  };
  new ResizeObserver(([{ contentRect }]) => {
    width = contentRect.width;
    text.font = getComputedStyle(line).font;
    size = 0;
    fitExactly();
  }).observe(place);
  return {
    element: place,
    /** Another run: as much as fits. */
    reset() {
      size = 0;
    },
    /**
     * @param {import("./run.js").Run} run
     * @param {{weights: ArrayLike<number>, bias: number}} params
     * @param {boolean} isPlaying
     * @param {string} [leader] whose equation it is, where it is not the run's
     */
    show({ start }, { weights, bias }, isPlaying, leader) {
      const before = leader ? `${leader}: ` : "";
      write = (how) => before + equation(start.targetName, start.featureNames, weights, start.fitIntercept === false ? null : bias, how);
      if (isPlaying) fit();
      else fitExactly();
      const whole = isPlaying ? "" : write(IN_FULL);
      line.title = whole;
      if (!isPlaying && spoken.textContent !== whole) spoken.textContent = whole;
    },
  };
}
