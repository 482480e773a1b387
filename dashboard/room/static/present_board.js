// The ten best of a task, and, where the presenter wants it, the three steps of a podium.

/** @import { Board, Row } from "./present_state.js" */

import { element } from "../../live/static/element.js";
import { count } from "../../live/static/format.js";
import { scoreText } from "./measures.js";
import { podiumOf } from "./present_state.js";

const STEPS = 3;

export function createBoard() {
  const box = element("section", "pr-board", { "aria-label": "Board", hidden: "" });
  const title = element("h3", "");
  const podium = element("ol", "pr-podium");
  const list = /** @type {HTMLTableElement} */ (element("table", ""));
  const note = element("p", "pr-note");
  box.append(title, podium, list, note);
  let drawn = "";
  return {
    element: box,
    /** @param {Board|null} board null: nothing is revealed @param {boolean} isPodium */
    show(board, isPodium) {
      box.hidden = board === null;
      const key = JSON.stringify([board, isPodium]);
      if (!board || key === drawn) return;
      drawn = key;
      title.textContent = board.rows.length ? "The ten best" : "Nobody is on the board";
      podium.hidden = !isPodium || board.rows.length === 0;
      podium.replaceChildren(...(isPodium ? podiumOf(board.rows).map(([place, row]) => stepOf(place, row, board.measure)) : []));
      fillTable(list, board, isPodium ? STEPS : 0);
      note.textContent = `${count(board.nCounted)} of ${count(board.nPeople)} ${board.nPeople === 1 ? "person has" : "people have"} a run that counts.`;
    },
  };
}

/** @param {number} place 1 to 3 @param {Row} row */
function stepOf(place, row, measure) {
  const step = element("li", `pr-step pr-place-${place}`);
  const parts = [["pr-step-name", row.name], ["pr-step-score", scoreText(measure, row.score)], ["pr-step-rank", String(row.rank)]];
  step.append(...parts.map(([name, text]) => Object.assign(element("span", name), { textContent: text })));
  return step;
}

/** The rows that stand on no step. */
function fillTable(table, { measure, rows }, nSteps) {
  const others = rows.slice(nSteps);
  table.replaceChildren();
  table.hidden = others.length === 0;
  const body = table.createTBody();
  for (const { rank, name, score } of others) {
    const line = body.insertRow();
    for (const text of [String(rank), name, scoreText(measure, score)]) line.insertCell().textContent = text;
  }
}
