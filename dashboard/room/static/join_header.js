// The page's head: the room's title, who one is there, and the state of the connection when it is not well.

import { element } from "../../live/static/element.js";
import { shownCode } from "./room_code.js";

const STATES = {
  lost: "Connecting again \u2026",
  polling: "Slow connection",
};
const HINTS = { polling: "Something on the way holds the room's events back, so this page asks for them every two seconds." };
const STEADY_MS = 1200; // what is mended sooner is not told

/** @param {(name: string) => Promise<void>} rename rejects with a sentence */
export function createJoinHeader(rename) {
  const bar = element("header", "lj-header");
  const title = element("h1", "lj-title");
  const who = element("span", "lj-who");
  const name = element("b", "lj-name");
  const typed = createNameForm(rename);
  const link = element("span", "lj-link", { role: "status" });
  who.append(name, typed.button);
  bar.append(title, link, who, typed.form);
  let timer = 0;
  return {
    element: bar,
    showRoom({ title: text, code, mayTypeNames }) {
      const words = text || `Room ${shownCode(code)}`;
      if (title.textContent !== words) title.textContent = words;
      document.title = `${words} \u00b7 Linreg Live`;
      typed.allow(mayTypeNames === true);
    },
    showPerson(person) {
      name.textContent = person.name;
      typed.fill(person.name);
    },
    /** @param {string} state of the link */
    showLink(state) {
      clearTimeout(timer);
      const show = () => {
        link.textContent = STATES[state] ?? "";
        link.title = HINTS[state] ?? "";
      };
      if (state === "live") show();
      else timer = setTimeout(show, STEADY_MS);
    },
  };
}

function createNameForm(rename) {
  const button = element("button", "lj-rename", { type: "button", "aria-expanded": "false" });
  button.textContent = "Change";
  const form = element("form", "lj-name-form");
  const field = element("input", "lj-field", { type: "text", maxlength: 40, autocomplete: "off", "aria-label": "Your name in this room" });
  const save = element("button", "lj-button", { type: "submit" });
  save.textContent = "Save";
  const said = element("p", "lj-hint", { role: "alert" });
  form.append(field, save, said);
  const open = (isOpen) => {
    form.hidden = !isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
  };
  button.addEventListener("click", () => {
    open(form.hidden);
    if (!form.hidden) field.focus();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = "";
    try {
      await rename(field.value);
      open(false);
      button.focus();
    } catch (error) {
      said.textContent = error.message || "This could not be saved. Try again.";
    }
  });
  open(false);
  button.hidden = true;
  return {
    button,
    form,
    allow(isAllowed) {
      button.hidden = !isAllowed;
      if (!isAllowed) open(false);
    },
    fill: (text) => form.hidden && (field.value = text),
  };
}
