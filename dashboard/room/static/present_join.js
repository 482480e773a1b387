// Where people join: a code and a QR code, large before anybody is in, then beside the dots, then in a line.

import { element } from "../../live/static/element.js";
import { isLocal, joinAddress } from "./present_keys.js";
import { shownCode } from "./room_code.js";

/** @typedef {"full"|"side"|"line"} Size */

/**
 * How large it is, unless the presenter has said.
 * @param {import("./present_state.js").Room} room
 * @param {number} nPeople
 * @returns {Size}
 */
export function usualSize({ task, hasEnded }, nPeople) {
  if (hasEnded || task.number > 1) return "line";
  return nPeople === 0 ? "full" : "side";
}

/**
 * @param {{code: string, base: string, memory: import("./present_keys.js").Memory, onResize: (size: Size) => void}} options
 */
export function createJoinPanel({ code, base, memory, onResize }) {
  const box = element("section", "pr-join", { "aria-label": "How to join" });
  const picture = element("img", "pr-qr", { alt: "", draggable: "false" });
  const told = element("div", "pr-told");
  const lead = element("p", "pr-lead");
  lead.textContent = "Join on a phone:";
  const address = element("p", "pr-address");
  const shown = element("p", "pr-code", { "aria-label": `Code ${[...code].join(" ")}` });
  shown.textContent = shownCode(code);
  const hint = createHostHint(memory, () => place());
  const buttons = element("div", "pr-join-buttons");
  const [larger, smaller] = ["Show large", "Hide"].map((text) => {
    const button = element("button", "pr-button pr-quiet", { type: "button" });
    button.textContent = text;
    buttons.append(button);
    return button;
  });
  told.append(lead, address, shown, hint.element, buttons);
  box.append(picture, told);

  const place = () => {
    const { url, text } = joinAddress(window.location, base, code, memory.host);
    address.textContent = text;
    picture.src = `${base}/room/${code}/qr.svg?address=${encodeURIComponent(url)}`;
    picture.alt = `QR code of ${url}`;
  };
  place();
  larger.addEventListener("click", () => onResize("full"));
  smaller.addEventListener("click", () => onResize("line"));
  return {
    element: box,
    /** The server is back: what did not come is asked for again. */
    again() {
      if (!picture.complete || picture.naturalWidth === 0) place();
    },
    /** @param {Size} size @param {boolean} hasEnded */
    show(size, hasEnded) {
      box.dataset.size = size;
      box.hidden = hasEnded;
      larger.hidden = size === "full";
      larger.textContent = size === "line" ? "QR code" : "Larger";
      smaller.hidden = size === "line";
      smaller.textContent = size === "full" ? "Show the dots" : "Hide";
      hint.element.hidden = size === "line" || !hint.isWanted;
    },
  };
}

/** On localhost phones need another name of this machine: the presenter types it, and the QR code follows. */
function createHostHint(memory, onChange) {
  const isWanted = isLocal(window.location.hostname);
  const form = element("form", "pr-host");
  const label = element("label", "");
  label.textContent = "Phones can't find localhost. This machine's address in the network:";
  const input = element("input", "", { type: "text", placeholder: "192.168.1.20", autocomplete: "off", spellcheck: "false", maxlength: "120" });
  input.value = memory.host;
  label.append(input);
  form.append(label);
  const take = () => {
    memory.host = input.value.trim();
    onChange();
  };
  input.addEventListener("input", take);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    take();
  });
  return { element: form, isWanted };
}
