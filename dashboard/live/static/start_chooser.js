// The choice of a run's start in a picture by keys: arrows move a cross, Enter takes it. A click does it too.

import { element } from "./element.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 4; // pixels
const LEAP = 24; // with Shift
const HINT = "Click in the picture to start a run from there. By keys: arrows move a cross (with Shift further), Enter takes it, Escape leaves it.";

/**
 * @typedef {object} Chooser what the keys do
 * @property {() => [number, number]|null} begin where the cross stands first, in pixels; null: nowhere
 * @property {(cross: [number, number]|null) => [number, number]|null} move shows the cross, held in the picture
 * @property {(cross: [number, number]) => void} take
 * @property {(cross: [number, number]) => string} tell what the place is, for those who can't see it
 */

/** @param {Chooser} chooser */
export function createStartChooser({ begin, move, take, tell }) {
  const button = element("button", "ll-start-button", { type: "button", "aria-label": "Choose the start", "aria-pressed": "false", title: HINT });
  button.textContent = "Start";
  const status = element("span", "ll-place", { role: "status" });
  /** @type {[number, number]|null} */
  let cross = null;

  const show = (place) => {
    cross = move(place);
    button.setAttribute("aria-pressed", String(cross !== null));
    status.textContent = cross ? tell(cross) : "";
  };
  button.addEventListener("click", () => show(cross ? null : begin()));
  button.addEventListener("blur", () => cross && show(null));
  button.addEventListener("keydown", (event) => {
    if (!cross || event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) {
      const size = event.shiftKey ? LEAP : STEP;
      show([cross[0] + size * arrow[0], cross[1] + size * arrow[1]]);
    } else if (event.key === "Enter" || event.key === " ") {
      take(cross);
      show(null);
    } else if (event.key === "Escape") show(null);
    else return;
    event.preventDefault();
    event.stopPropagation(); // arrows would step through the run
  });
  return { elements: [button, status], button };
}
