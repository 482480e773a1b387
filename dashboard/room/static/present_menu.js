// What a presenter seldom needs: how the room is run, its results as a file, its end.

/** @import { Room } from "./present_state.js" */

import { copied } from "../../live/static/clipboard.js";
import { fileName } from "../../live/static/download.js";
import { element } from "../../live/static/element.js";
import { createConfirmed } from "./confirmed.js";
import { shownCode } from "./room_code.js";

/**
 * @param {object} options
 * @param {string} options.code
 * @param {string} options.keyLink the link that presents the room from another machine
 * @param {string} options.watchLink the page that a run from elsewhere plays on
 * @param {(command: object) => Promise<boolean>} options.act
 * @param {() => Promise<Blob>} options.csv
 * @param {(message: string) => void} options.say
 */
export function createMenu({ code, keyLink, watchLink, act, csv, say }) {
  const button = element("button", "pr-button pr-quiet", { type: "button", popovertarget: "pr-menu" });
  button.textContent = "Room";
  const panel = element("div", "pr-panel pr-menu", { popover: "auto", id: "pr-menu", role: "dialog", "aria-label": "The room" });
  const check = (text, name) => {
    const label = element("label", "pr-check");
    const input = element("input", "", { type: "checkbox" });
    input.addEventListener("change", () => act({ do: name, on: input.checked }));
    label.append(input, Object.assign(element("span", ""), { textContent: text }));
    panel.append(label);
    return input;
  };
  const podium = check("A podium at the reveal", "podium");
  const typed = check("People may type their names", "typed_names");
  const press = (text, onClick) => {
    const made = element("button", "pr-button pr-quiet", { type: "button" });
    made.textContent = text;
    made.addEventListener("click", onClick);
    panel.append(made);
  };
  press("Download results (CSV)", async () => {
    try {
      save(await csv(), `${fileName("room", shownCode(code), "results")}.csv`);
    } catch {
      say("The results did not come. Try again when the connection is back.");
    }
  });
  press("Copy the link to present elsewhere", async () => {
    say((await copied(keyLink)) ? "Copied. Whoever has this link presents the room: keep it to yourself." : "This browser does not let us copy.");
  });
  const watch = element("a", "pr-button pr-quiet", { href: watchLink, target: "_blank", title: "It plays on a page of its own, which the room can follow" });
  watch.textContent = "Watch a run from elsewhere";
  watch.addEventListener("click", () => panel.hidePopover());
  panel.append(watch);
  const end = createConfirmed({ label: "End the room", question: () => "End it for everybody?", yes: "End it", onYes: () => act({ do: "end" }) });
  const remove = createConfirmed({ label: "Delete everything", question: () => "Delete the room with all results?", yes: "Delete", onYes: () => act({ do: "delete" }) });
  const until = element("p", "pr-note");
  panel.append(end.element, remove.element, until);
  return {
    button,
    panel,
    /** @param {Room} room */
    show({ isPodium, mayTypeNames, hasEnded, endsAt }) {
      [podium.checked, typed.checked] = [isPodium, mayTypeNames];
      podium.disabled = typed.disabled = hasEnded;
      end.element.hidden = until.hidden = hasEnded;
      if (endsAt) until.textContent = `It ends by itself: ${new Date(1000 * endsAt).toLocaleString([], { weekday: "long", hour: "2-digit", minute: "2-digit" })}.`;
    },
  };
}

function save(blob, name) {
  const url = URL.createObjectURL(blob);
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
