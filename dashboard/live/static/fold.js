// Words that a narrow screen has no lines for: cut there, and whole once somebody asks for them, so that what comes
// late moves nothing below. Which screen is narrow, and where words are cut, says the style sheet.

import { element } from "./element.js";

const FOLDED = "ll-folded";

/**
 * @param {HTMLElement[]} parts have the class "ll-folded" while they are not asked for
 * @param {(isFolded: boolean) => void} onToggle somebody has pressed the button
 */
export function createFold(parts, onToggle) {
  const button = element("button", "ll-more", { type: "button" });
  let [isOpen, mustBeWhole] = [false, false];
  const show = () => {
    for (const part of parts) part.classList.toggle(FOLDED, !isOpen && !mustBeWhole);
    button.hidden = mustBeWhole || (!isOpen && !parts.some(isCut));
    button.textContent = isOpen ? "Less" : "More";
    button.setAttribute("aria-expanded", String(isOpen));
  };
  button.addEventListener("click", () => {
    isOpen = !isOpen;
    show();
    onToggle(!isOpen);
  });
  const observer = new ResizeObserver(() => requestAnimationFrame(show)); // not within the round that tells of it
  for (const part of parts) observer.observe(part);
  show();
  return {
    element: button,
    /** Other words are there, which asks for layout: folded, unless they must be seen whole. */
    renew({ isWhole = false } = {}) {
      isOpen = false;
      mustBeWhole = isWhole;
      show();
    },
  };
}

/** @param {HTMLElement} part */
const isCut = (part) => part.scrollHeight > part.clientHeight + 1 || part.scrollWidth > part.clientWidth + 1;
