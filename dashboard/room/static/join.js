// The participant's page: joins the room that its address names, or asks for a code.

import { element } from "../../live/static/element.js";
import { showDoor } from "./door.js";
import { identityFor } from "./identity.js";
import { JoinRoom } from "./join_room.js";
import { readCode } from "./room_code.js";
import { postTo, RoomError } from "./room_link.js";

const RETRY_MS = [500, 1000, 2000];
const FULL = 429;
const HEADINGS = { 403: "You can\u2019t join this room", 404: "No such room", 410: "This room has ended", 429: "Not now" };
const UNREADABLE = "A room\u2019s code has six letters and digits, as ABC-DEF.";

const root = document.getElementById("join");
const { base, code } = document.documentElement.dataset;

function enter(typed) {
  location.assign(`${base}join/${encodeURIComponent(typed)}`);
}

function showWaiting(text) {
  const waiting = element("p", "lj-first", { role: "status" });
  waiting.textContent = text;
  root.replaceChildren(waiting);
}

/** Joins, for as long as the server can't be reached; rejects when it refuses. */
async function joined(address, token) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await postTo(address, token, {});
    } catch (error) {
      if (error instanceof RoomError && error.status < 500) throw error;
      showWaiting("Connecting \u2026");
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]));
    }
  }
}

async function start() {
  const known = readCode(code);
  if (!known) return showDoor(root, { code, heading: code ? "No such room" : undefined, message: code ? UNREADABLE : "", enter });
  const { token, isKept } = identityFor(known);
  try {
    const { person } = await joined(`${base}room/${known}/people`, token);
    const onOut = (heading, message) => showDoor(root, { heading, message, code: known, enter });
    new JoinRoom(root, { base, code: known, token, person, isKept, onOut });
  } catch (error) {
    if (!(error instanceof RoomError)) throw error;
    const again = error.status === FULL ? start : null;
    showDoor(root, { heading: HEADINGS[error.status] ?? "You can\u2019t join this room", message: error.message, code: known, again, enter });
  }
}

start();
