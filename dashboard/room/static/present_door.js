// What somebody sees who does not present this room: where to join it, and the rooms that this browser presents.

import { element } from "../../live/static/element.js";
import { shownCode } from "./room_code.js";

/**
 * @param {HTMLElement} root
 * @param {{base: string, code: string, codes: string[], message?: string}} about `codes` are those with a key here
 */
export function createDoor(root, { base, code, codes, message = "" }) {
  const box = element("section", "pr-door");
  const line = (text, tag = "p") => Object.assign(element(tag, ""), { textContent: text });
  const link = (text, href, className = "") => Object.assign(element("a", className, { href, target: "_self" }), { textContent: text });
  box.append(line(code ? `Room ${shownCode(code)}` : "Rooms", "h2"));
  if (message) box.append(line(message));
  else if (code) {
    box.append(line("This browser does not have the key to present this room."));
    box.append(link(`Join it at ${window.location.host}${base}/join/${code}`, `${base}/join/${code}`, "pr-button pr-primary"));
    box.append(line("To present it here, open the link that the presenter copied under Room on their own page."));
  } else box.append(line("Start a room on the Play page: it trains what that page shows."));
  if (codes.length) {
    box.append(line("Rooms that this browser presents:"));
    const list = element("ul", "");
    for (const each of codes) {
      const item = element("li", "");
      item.append(link(shownCode(each), `${base}/room?room=${each}`));
      list.append(item);
    }
    box.append(list);
  }
  box.append(link("To the Play page", `${base}/`));
  root.replaceChildren(box);
  root.classList.add("pr-ready");
  return { destroy: () => root.replaceChildren() };
}
