// The headline numbers, the learned equation, and the sentence that explains the run.

import { element } from "./element.js";
import { count, number } from "./format.js";
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
  const rooms = [createRoom(learned), createRoom(note)];
  parent.append(row, ...rooms.map((room) => room.element));

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

function noteOf(run) {
  const { note, engine, solver, elapsed, status } = run.end;
  if (note) return note;
  const seconds = elapsed < 1 ? `${Math.max(1, Math.round(elapsed * 1000))} ms` : `${elapsed.toFixed(1)} s`;
  const who = engine === "torch" ? "PyTorch (autograd)" : engine;
  const ending = status === "converged" ? "The gradient has vanished: nothing is left to learn. " : "";
  if (solver === "closed_form") return `Solved in one step, by least squares, in ${seconds}.`;
  return `${ending}Trained with ${who} in ${seconds}.`;
}

function statusWords(run, position, isPlaying) {
  const isAtEnd = run.end && position >= run.nRows - 1;
  if (isAtEnd) return { diverged: "Diverged", converged: "Converged", finished: "Finished" }[run.end.status];
  if (isPlaying) return "Learning";
  return position === 0 ? "At the start" : "Paused";
}
