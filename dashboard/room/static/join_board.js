// What a person reads of the class: their own best, and, once it is revealed, the top ten and their place.

/** @import { Dot } from "./own_dots.js" */

import { element } from "../../live/static/element.js";
import { count, plainNumber } from "../../live/static/format.js";
import { measureLabel, ordinal, scoreText } from "./measures.js";
import { bestOf } from "./own_dots.js";

const FIRST = "Drag a knob and let go.";

/**
 * A person's own result in a task, in a sentence.
 * @param {Dot[]} dots theirs
 * @param {{measure: string|null, better: "smaller"|"larger"|null}} task
 */
export function ownResult(dots, { measure, better }) {
  if (dots.length === 0) return FIRST;
  const runs = `${count(dots.length)} ${dots.length === 1 ? "run" : "runs"}`;
  if (measure === null) return runs;
  const best = bestOf(dots, better);
  if (best === null) return `${runs}, none of which counts yet`;
  const nCounted = dots.filter(({ score }) => score !== null).length;
  const counted = nCounted === dots.length ? runs : `${count(nCounted)} of ${runs} count`;
  return `Best: ${scoreText(measure, best.score)} \u00b7 ${counted}`;
}

/** A run's settings, as the knobs' labels tell them. */
export function settingsText(settings, knobs) {
  const told = Object.entries(settings ?? {}).map(([name, value]) => {
    const knob = knobs.find((each) => each.name === name);
    const shown = typeof value === "number" ? plainNumber(value) : (value ?? knob?.word ?? "none");
    return `${knob?.label ?? name.replaceAll("_", " ")} ${shown}`;
  });
  return told.join(", ");
}

/** Where a person stands, in a sentence; "" while they do not. */
export function placeText({ you, nCounted }) {
  if (!you) return nCounted > 0 ? "None of your runs counts yet." : "";
  return `You are ${ordinal(you.rank)} of ${count(nCounted)}.`;
}

export function createJoinBoard() {
  const box = element("section", "lj-board", { "aria-label": "Board" });
  const place = element("p", "lj-place", { role: "status" });
  const table = element("table", "lj-top");
  box.append(place, table);
  table.hidden = true;
  const set = (where, words) => {
    if (where.textContent !== words) where.textContent = words;
  };
  return {
    element: box,
    /**
     * @param {object|null} board as the room tells it; null: it is not revealed
     * @param {import("../../live/static/knob.js").Knob[]} knobs
     */
    showBoard(board, knobs) {
      table.hidden = board === null || board.rows.length === 0;
      set(place, board ? placeText(board) || (board.rows.length ? "" : "No run counts yet.") : "");
      if (!table.hidden) table.replaceChildren(heading(board), body(board, knobs));
    },
  };
}

function heading({ measure }) {
  const head = element("thead", "");
  head.append(rowOf("th", ["", "Name", measureLabel(measure)], "lj-head"));
  return head;
}

function body({ rows, measure, person }, knobs) {
  const made = element("tbody", "");
  for (const row of rows) {
    const line = rowOf("td", [`${row.rank}.`, row.name, scoreText(measure, row.score)], row.person === person ? "lj-me" : "");
    line.title = settingsText(row.settings, knobs);
    made.append(line);
  }
  return made;
}

function rowOf(tag, texts, className) {
  const row = element("tr", className);
  for (const text of texts) {
    const cell = element(tag, "", tag === "th" ? { scope: "col" } : {});
    cell.textContent = text;
    row.append(cell);
  }
  return row;
}
