// Where a room's code is typed, and why somebody stands here: there is no such room, it has ended or is full.

import { element } from "../../live/static/element.js";
import { readCode, shownCode } from "./room_code.js";

/**
 * @param {HTMLElement} parent
 * @param {object} options
 * @param {string} [options.heading]
 * @param {string} [options.message] why they stand here
 * @param {string} [options.code] what was typed
 * @param {(() => void)|null} [options.again] tries the same room once more
 * @param {(code: string) => void} options.enter
 */
export function showDoor(parent, { heading = "Join a room", message = "", code = "", again = null, enter }) {
  const title = element("h1", "lj-door-title");
  title.textContent = heading;
  const why = element("p", "lj-door-why", { role: "status" });
  why.textContent = message;
  const form = element("form", "lj-door-form");
  const label = element("label", "lj-door-label", { for: "lj-code" });
  label.textContent = message ? "Another code" : "The code on the screen in front";
  const field = element("input", "lj-field lj-code", { id: "lj-code", type: "text", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", maxlength: 12, placeholder: "ABC-DEF" });
  const button = element("button", "lj-button lj-main-button", { type: "submit" });
  button.textContent = "Join";
  const hint = element("p", "lj-hint", { role: "alert" });
  form.append(label, field, button, hint);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = readCode(field.value);
    if (typed) enter(typed);
    else {
      hint.textContent = "A code has six letters and digits, as ABC-DEF.";
      field.focus();
    }
  });
  field.value = again ? "" : shownCode(code);
  const box = element("div", "lj-door");
  box.append(title, ...(message ? [why] : []), ...(again ? [againButton(again)] : []), form);
  parent.replaceChildren(box);
  if (!message) field.focus();
}

function againButton(again) {
  const button = element("button", "lj-button", { type: "button" });
  button.textContent = "Try again";
  button.addEventListener("click", again);
  return button;
}
