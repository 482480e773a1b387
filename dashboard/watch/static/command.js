// The command that sends a run here: copied unseen, since whoever has the address in it can send one, and a projector
// shows it to everybody. It is shown to who asks.

import { copied } from "../../live/static/clipboard.js";
import { element } from "../../live/static/element.js";
import { loadStyle } from "../../live/static/load_style.js";

/** @typedef {{style: string, command: string, address: string}} Data the address is in the command once */

const DOTS = "\u2022".repeat(12);

/**
 * @param {HTMLElement} root
 * @param {Data} first
 */
export function createCommand(root, first) {
  loadStyle(first.style);
  const [before, place, after] = ["", "watch-address", ""].map((name) => element("span", name));
  const code = element("code", "");
  code.append(before, place, after);
  const line = element("pre", "");
  line.append(code);
  const copy = element("button", "watch-copy", { type: "button" });
  copy.textContent = "Copy the command";
  const show = element("button", "watch-show", { type: "button" });
  const note = element("p", "", { role: "status" });
  const buttons = element("div", "watch-buttons");
  buttons.append(copy, show, note);
  root.replaceChildren(line, buttons);
  let [command, address] = ["", ""];
  let isShown = false;
  const draw = () => {
    [before.textContent, after.textContent] = command.split(address);
    place.textContent = isShown ? address : DOTS;
    place.toggleAttribute("data-hidden", !isShown);
    show.textContent = isShown ? "Hide the address" : "Show the address";
  };
  show.addEventListener("click", () => {
    isShown = !isShown;
    draw();
  });
  copy.addEventListener("click", async () => {
    note.textContent = (await copied(command))
      ? "Copied. Paste it into a terminal, with your own files and target."
      : "This browser keeps its clipboard closed: show the address, and copy the command by hand.";
  });
  return {
    /** @param {Data} data */
    update(data) {
      if (data.address === address) return;
      [command, address, isShown, note.textContent] = [data.command, data.address, false, ""];
      draw();
    },
  };
}
