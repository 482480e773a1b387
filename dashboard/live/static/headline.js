// The headline numbers, the learned equation, and the sentence that explains the run.

import { element } from "./element.js";
import { count, duration, number } from "./format.js";
import { lossUnit } from "./loss_picture.js";
import { equation, shortened, WHOLE } from "./names.js";
import { createRoom } from "./room.js";
import { distanceAt, lossAt, readParams } from "./run.js";

const FIELDS = ["Epoch", "Train loss", "Test loss", "Distance to reference", "Status"];
const HINTS = {
  "Distance to reference":
    "Root mean square difference between the learned and the least-squares predictions, training rows",
};

const UNIT_LETTERS = 18;
const TOOLTIP = { nTerms: 16, letters: WHOLE };

export function createHeadline(parent) {
  const row = element("dl", "ll-headline");
  const values = {};
  for (const name of FIELDS) {
    const cell = element("div", "ll-metric");
    const term = element("dt", "");
    term.textContent = name;
    if (HINTS[name]) term.title = HINTS[name];
    values[name] = { value: element("span", "ll-value"), unit: element("span", "ll-unit") };
    const detail = element("dd", "");
    detail.append(values[name].value, values[name].unit);
    cell.append(term, detail);
    row.append(cell);
  }
  const learned = element("p", "ll-equation");
  const note = element("p", "ll-note", { role: "status", "aria-live": "polite" });
  const engine = element("p", "ll-engine");
  const rooms = [learned, note, engine].map(createRoom);
  const remarks = element("div", "ll-remarks");
  remarks.append(rooms[1].element, rooms[2].element);
  parent.append(row, rooms[0].element, remarks);

  const set = (name, value, unit = "", whole = "") => {
    values[name].value.textContent = value;
    values[name].unit.textContent = unit ? ` ${unit}` : "";
    values[name].unit.title = shortened(whole, WHOLE);
  };
  let message = "";
  let shownNote = "";
  let shownRun = null;
  const makeRoom = (run) => {
    const isNamedAlike = shownRun && namesOf(run) === namesOf(shownRun);
    if (!isNamedAlike) for (const room of rooms) room.reset();
    shownRun = run;
  };
  return {
    update(run, position, isPlaying) {
      const at = Math.floor(position);
      const unit = lossUnit(run);
      set("Epoch", count(run.epoch[at]));
      const { targetName, featureNames } = run.start;
      if (run !== shownRun) makeRoom(run);
      set("Train loss", number(lossAt(run.trainLoss, at), 5), unit, targetName);
      set("Test loss", run.testLoss ? number(lossAt(run.testLoss, at), 5) : "\u2013", run.testLoss ? unit : "", targetName);
      set("Distance to reference", number(distanceAt(run, position), 3), shortened(targetName, UNIT_LETTERS), targetName);
      set("Status", statusWords(run, position, isPlaying));
      const { weights, bias } = readParams(run, position);
      learned.textContent = equation(targetName, featureNames, weights, bias);
      learned.title = isPlaying ? "" : equation(targetName, featureNames, weights, bias, TOOLTIP);
      const isAtEnd = run.end && position >= run.nRows - 1;
      const text = message || (isAtEnd ? noteOf(run) : "");
      if (text !== shownNote) note.textContent = shownNote = text;
      note.classList.toggle("ll-alert", Boolean(message) || run.end?.status === "diverged");
      const line = run.end && engineLine(run.end);
      if (line && line !== engine.textContent) engine.textContent = line;
      engine.classList.toggle("ll-former", !line); // most runs end before it would fade
    },
    /** A message from the stream; "" takes it away. */
    say(text) {
      message = text;
      if (text !== shownNote) note.textContent = shownNote = text;
      note.classList.toggle("ll-alert", Boolean(text));
    },
  };
}

const namesOf = ({ start }) => JSON.stringify([start.targetName, start.featureNames]);

function noteOf({ end: { note, status, isIterative } }) {
  if (note) return note;
  return status === "converged" && isIterative ? "The gradient has vanished: nothing is left to learn." : "";
}

/**
 * Which engine ran, and what it took: the training alone, not the way here.
 * @param {object} end a run's "end" chunk
 */
export function engineLine({ engine, engineReason, solver, isIterative, epoch, elapsed }) {
  if (!isIterative) return `${solver} \u00b7 solved in one step in ${duration(elapsed)}`;
  const reason = engineReason ? `, because ${lowered(engineReason)}` : "";
  const epochs = `${count(epoch)} ${epoch === 1 ? "epoch" : "epochs"}`;
  return `${engine}${reason} \u00b7 ${solver} \u00b7 ${epochs} in ${duration(elapsed)}`;
}

/** A sentence as a clause. */
function lowered(sentence) {
  return sentence[0].toLowerCase() + sentence.slice(1).replace(/\.$/, "");
}

function statusWords(run, position, isPlaying) {
  const isAtEnd = run.end && position >= run.nRows - 1;
  if (isAtEnd) return { diverged: "Diverged", converged: "Converged", finished: "Finished" }[run.end.status];
  if (isPlaying) return "Learning";
  return position === 0 ? "At the start" : "Paused";
}
