// The headline numbers, the learned equation, and the sentence that explains the run.

import { element, marked } from "./element.js";
import { count, duration, number } from "./format.js";
import { lossUnit } from "./loss_picture.js";
import { createEquation } from "./equation.js";
import { createFold } from "./fold.js";
import { shortened, WHOLE } from "./names.js";
import { narrated } from "./narration.js";
import { createRoom } from "./room.js";
import { distanceAt, lossAt, readParams, scoresAt } from "./run.js";

const FIELDS = ["Train loss", "Test loss", "Distance to reference", "Status"];
const HINT_OF_SCORES =
  "RMSE: root of the mean squared error, in the target's unit. R\u00b2: 1 minus the mean squared error over the target's variance";
const SCORED = /** @type {const} */ ({ "Train loss": "train", "Test loss": "test" });
const DIGITS = 3; // of an R2
const FAR_OFF = -9.9995; // an R2 below has no use for decimals

const UNIT_LETTERS = 18;

/**
 * @param {HTMLElement} parent
 * @param {object} [actions]
 * @param {() => void} [actions.goOn] the verdict's button was pressed
 * @param {(changes: Object<string, string>) => void} [actions.cure] the doctor's was
 */
export function createHeadline(parent, { goOn: onGoOn = () => {}, cure: onCure = () => {} } = {}) {
  const row = element("dl", "ll-headline");
  const values = {};
  for (const name of FIELDS) {
    const cell = element("div", "ll-metric");
    const term = element("dt", "");
    term.textContent = name;
    values[name] = { value: element("span", "ll-value"), unit: element("span", "ll-unit") };
    const detail = element("dd", "");
    detail.append(values[name].value, values[name].unit);
    cell.append(term, detail);
    Object.assign(values[name], { cell, term });
    if (name in SCORED) {
      values[name].scores = element("dd", "ll-scores", { title: HINT_OF_SCORES });
      cell.append(values[name].scores);
    }
    row.append(cell);
  }
  const learned = createEquation();
  const note = element("p", "ll-note", { role: "status", "aria-live": "polite" });
  const engine = element("p", "ll-engine");
  const goOn = element("button", "ll-go-on", { type: "button" });
  goOn.hidden = true;
  let press = () => {};
  goOn.addEventListener("click", () => press());
  const offer = (label, action) => {
    goOn.hidden = !label;
    if (!label) return;
    if (goOn.textContent !== label) goOn.title = goOn.textContent = label;
    press = action;
  };
  const said = element("div", "ll-said");
  const rooms = [said, engine].map(createRoom);
  const fold = createFold([note, goOn, engine], (isFolded) => {
    for (const room of isFolded ? rooms : []) room.reset();
  });
  said.append(note, goOn, fold.element);
  const result = element("div", "ll-result");
  result.append(learned.element, rooms[1].element);
  parent.append(row, result, rooms[0].element);

  const set = (name, value, unit = "", whole = "") => {
    values[name].value.textContent = value;
    values[name].unit.textContent = unit ? ` ${unit}` : "";
    values[name].unit.title = shortened(whole, WHOLE);
  };
  let message = "";
  let shownNote = "";
  let folded = ""; // the words that are
  const refold = () => {
    const words = JSON.stringify([message, shownNote, !goOn.hidden && goOn.textContent, engine.textContent]);
    if (words !== folded) fold.renew({ isWhole: message !== "" });
    folded = words;
  };
  let shownRun = null;
  let verdict = null; // on the run of one address, once that is known not to have arrived
  let offersCures = true;
  const makeRoom = (run) => {
    const isNamedAlike = shownRun && namesOf(run) === namesOf(shownRun);
    if (!isNamedAlike) for (const each of [...rooms, learned]) each.reset();
    shownRun = run;
  };
  return {
    update(run, position, isPlaying) {
      const at = Math.floor(position);
      const unit = lossUnit(run);
      const { targetName } = run.start;
      if (run !== shownRun) makeRoom(run);
      set("Train loss", number(lossAt(run.trainLoss, at), 5), unit, targetName);
      values["Test loss"].cell.hidden = !run.testLoss;
      if (run.testLoss) set("Test loss", number(lossAt(run.testLoss, at), 5), unit, targetName);
      for (const [name, rows] of Object.entries(SCORED)) {
        if (name === "Train loss" || run.testLoss) values[name].scores.textContent = scoresText(run, at, rows);
      }
      values["Distance to reference"].term.title = hintOfDistance(run);
      const distance = distanceAt(run, position);
      const distanceUnit = Number.isNaN(distance) ? "" : shortened(targetName, UNIT_LETTERS);
      set("Distance to reference", number(distance, 3), distanceUnit, targetName);
      const isAtEnd = run.end && position >= run.nRows - 1;
      const judged = isAtEnd && run.reference && !run.isPreview && run.url === verdict?.run ? verdict : null;
      const { words, tone } = judged?.status ? { words: judged.status, tone: "warning" } : statusOf(run, position, isPlaying);
      set("Status", words);
      values.Status.value.dataset.tone = tone;
      learned.show(run, judged ? run.reference : readParams(run, position), isPlaying, judged?.leader);
      const text = message || (isAtEnd ? judged?.note || verdictOn(run) : narrated(run, position));
      const cure = isAtEnd && offersCures ? run.diagnosis?.cures[0] : undefined;
      if (judged?.action) offer(judged.action, onGoOn);
      else offer(cure?.label, () => onCure(cure.changes));
      if (text !== shownNote) note.replaceChildren(...marked((shownNote = text)));
      note.classList.toggle("ll-alert", Boolean(message) || (isAtEnd && run.end.status === "diverged"));
      note.classList.toggle("ll-told", Boolean(judged ?? cure));
      const line = run.end && engineLine(run.end);
      if (line && line !== engine.textContent) engine.textContent = line;
      engine.classList.toggle("ll-former", !line); // most runs end before it would fade
      refold();
    },
    /** What the page says of the run of an address that has not arrived; null where it has. */
    judge(found, run) {
      verdict = found && { ...found, run };
    },
    /** Whether the doctor's cures get a button; else the page has one of its own. */
    offerCures(isWanted) {
      offersCures = isWanted;
    },
    /** A message from the stream; "" takes it away. */
    say(text) {
      message = text;
      if (text !== shownNote) note.replaceChildren(...marked((shownNote = text)));
      note.classList.toggle("ll-alert", Boolean(text));
      refold();
    },
  };
}

function hintOfDistance(run) {
  const name = run.reference?.name ?? "least squares";
  return `How far the learned predictions are from those of ${name}: root mean square over the training rows`;
}

/**
 * RMSE and R2 as they stand beside a loss; "" while they are not known.
 * @param {import("./run.js").Run} run
 * @param {"train"|"test"} rows
 */
export function scoresText(run, row, rows) {
  const { rmse, r2 } = scoresAt(run, row, rows);
  if (Number.isNaN(rmse)) return "";
  const parts = [`RMSE ${number(rmse, DIGITS)}`];
  if (Number.isFinite(r2)) parts.unshift(`R\u00b2 ${r2 < FAR_OFF ? number(r2, DIGITS) : r2.toFixed(DIGITS).replace("-", "\u2212")}`);
  return parts.join(" \u00b7 ");
}

const namesOf = ({ start }) => JSON.stringify([start.targetName, start.featureNames]);

/** What is said of a run that has ended: the doctor's word; nothing while it is on its way. */
function verdictOn(run) {
  if (run.isPreview) return noteOf(run);
  return run.diagnosis === undefined ? "" : run.diagnosis?.sentence || noteOf(run);
}

function noteOf({ end: { note, status, isIterative } }) {
  if (note) return note;
  return status === "converged" && isIterative ? "The gradient is practically zero: more epochs would change nothing that shows." : "";
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

const ENDINGS = {
  diverged: { words: "Diverged", tone: "bad" },
  converged: { words: "Converged", tone: "good" },
  finished: { words: "Finished", tone: "done" },
};

/** What a run is at, in words, and in a tone that `view.css` has a colour and a sign for. */
export function statusOf(run, position, isPlaying) {
  const isAtEnd = run.end && position >= run.nRows - 1;
  if (isAtEnd) return ENDINGS[run.end.status];
  if (run.isStopped && position >= run.nRows - 1) return { words: "Stopped", tone: "still" };
  if (isPlaying) return { words: "Learning", tone: "busy" };
  return { words: position === 0 ? "At the start" : "Paused", tone: "still" };
}
