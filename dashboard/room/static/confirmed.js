// A button that asks once more before it does what can't be taken back.

import { element } from "../../live/static/element.js";

/**
 * @param {object} options
 * @param {string} options.label
 * @param {() => string} [options.title] its whole name, for those who hear it alone
 * @param {() => string} options.question
 * @param {string} options.yes
 * @param {() => void} options.onYes
 */
export function createConfirmed({ label, title = () => "", question, yes, onYes }) {
  const box = element("span", "pr-confirmed");
  const first = element("button", "pr-button pr-quiet", { type: "button" });
  first.textContent = label;
  const asked = element("span", "pr-asked", { role: "group", hidden: "" });
  const text = element("span", "");
  const [sure, no] = [yes, "Cancel"].map((name, i) => {
    const button = element("button", `pr-button ${i === 0 ? "pr-grave" : "pr-quiet"}`, { type: "button" });
    button.textContent = name;
    return button;
  });
  asked.append(text, sure, no);
  box.append(first, asked);
  const ask = (isAsked) => {
    if (isAsked) text.textContent = question();
    [first.hidden, asked.hidden] = [isAsked, !isAsked];
    (isAsked ? no : first).focus();
  };
  first.addEventListener("click", () => ask(true));
  no.addEventListener("click", () => ask(false));
  sure.addEventListener("click", () => {
    ask(false);
    onYes();
  });
  const refresh = () => title() && first.setAttribute("aria-label", title());
  refresh();
  return { element: box, refresh };
}
