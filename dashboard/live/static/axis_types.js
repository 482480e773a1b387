// Which axes of a picture are logarithmic: two small buttons beside its title.

import { element } from "./element.js";

const NAMES = { x: "Horizontal axis logarithmic", y: "Vertical axis logarithmic" };

/** @param {(axis: "x"|"y") => void} onToggle */
export function createAxisTypes(onToggle) {
  const group = element("span", "ll-axis-types", { role: "group", "aria-label": "Logarithmic axes" });
  const buttons = Object.entries(NAMES).map(([axis, name]) => {
    const button = element("button", "ll-axis-type", { type: "button", "aria-label": name, title: name });
    button.textContent = `log ${axis}`;
    button.addEventListener("click", () => onToggle(/** @type {"x"|"y"} */ (axis)));
    group.append(button);
    return { axis, button };
  });
  return {
    element: group,
    /** @param {{x: string, y: string}} types "log" or "linear" */
    show(types) {
      for (const { axis, button } of buttons) button.setAttribute("aria-pressed", String(types[axis] === "log"));
    },
  };
}
