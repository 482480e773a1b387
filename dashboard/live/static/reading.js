// How a file was read, on the data page: a line whose words can be changed, and its first rows as
// they stand and as they were read. Text comes from files: it is only ever set as text.

import { element } from "./element.js";
import { loadStyle } from "./load_style.js";

/**
 * What can be chosen in the place of a word.
 * @typedef {object} Choices
 * @property {string} label what is chosen, for those who can't see where it stands
 * @property {string[]} options
 * @property {number} chosen the position of the one in use
 *
 * @typedef {{text: string, id: string, choices: Choices|null}} Part
 *
 * @typedef {object} Line
 * @property {string} name the file's
 * @property {Part[]} parts
 *
 * @typedef {object} Cell
 * @property {string} text
 * @property {boolean} isNumber
 * @property {boolean} isMissing
 *
 * @typedef {object} Row
 * @property {number} number the line's
 * @property {string} text as it stands
 * @property {[number, number][]} marks from where to where something was taken off
 * @property {"header"|"row"|"out"} kind
 * @property {Cell[]} cells as they were read; none of a row that was left out
 *
 * @typedef {object} Preview of a file that could not be read there are no columns
 * @property {{name: string, choices: Choices|null, text: string, isNumber: boolean}[]} columns
 * @property {Row[]} rows
 * @property {boolean} hasLines whether the file's own lines can be seen
 * @property {string} more what is not shown
 *
 * @typedef {(id: string, chosen: number) => void} OnChosen
 */

/**
 * A component of the page, which is drawn anew when it has something else to say.
 * @param {HTMLElement} root
 */
export function createReading(root) {
  let drawn = "";
  return {
    /**
     * @param {{style: string, line?: Line, preview?: Preview}} data
     * @param {unknown} _setStateValue
     * @param {(name: string, value: unknown) => void} setTriggerValue
     */
    update(data, _setStateValue, setTriggerValue) {
      const text = JSON.stringify(data);
      if (text === drawn) return; // a script that runs again leaves an open menu alone
      drawn = text;
      loadStyle(data.style);
      const onChosen = (/** @type {string} */ id, /** @type {number} */ chosen) => setTriggerValue("chosen", { id, chosen });
      root.replaceChildren(
        data.line ? lineOf(data.line, onChosen) : previewOf(/** @type {Preview} */ (data.preview), onChosen),
      );
    },
  };
}

/** @param {Line} line @param {OnChosen} onChosen */
function lineOf({ name, parts }, onChosen) {
  const drawn = element("p", "rd-line");
  drawn.append(withText("b", "rd-name", name));
  for (const { text, id, choices } of parts) {
    drawn.append(choices ? choiceOf(text, choices, (chosen) => onChosen(id, chosen)) : text);
  }
  return drawn;
}

/**
 * A word with a menu: the browser's own, which every keyboard and phone knows, lies over it unseen.
 * @param {string} text
 * @param {Choices} choices
 * @param {(chosen: number) => void} onChosen
 */
function choiceOf(text, { label, options, chosen }, onChosen) {
  const drawn = element("label", "rd-choice");
  const menu = /** @type {HTMLSelectElement} */ (element("select", "rd-menu", { "aria-label": label, title: label }));
  for (const option of options) menu.add(new Option(option));
  menu.selectedIndex = chosen;
  menu.addEventListener("change", () => onChosen(menu.selectedIndex));
  drawn.append(withText("span", "rd-part", text), menu);
  return drawn;
}

/** @param {Preview} preview @param {OnChosen} onChosen */
function previewOf({ columns, rows, hasLines, more }, onChosen) {
  const drawn = element("div", hasLines && columns.length ? "rd-preview" : "rd-preview rd-alone");
  const raw = pane("As it stands", "rd-raw");
  const read = pane("As it was read", "rd-read");
  if (columns.length) {
    raw.body.append(element("tr", "rd-kinds"));
    raw.body.lastElementChild?.append(element("td", ""));
  }
  read.body.append(kindsRow(columns, onChosen));
  for (const row of rows) {
    raw.body.append(rawRow(row));
    read.body.append(readRow(row, columns));
  }
  drawn.append(...(hasLines ? [raw.pane] : []), ...(columns.length ? [read.pane] : []));
  if (more) drawn.append(withText("p", "rd-more", more));
  return drawn;
}

/** @param {string} title @param {string} name */
function pane(title, name) {
  const drawn = element("figure", `rd-pane ${name}`);
  const scroller = element("div", "rd-scroller", { tabindex: "0", role: "group", "aria-label": title });
  const table = element("table", "");
  const body = element("tbody", "");
  table.append(body);
  scroller.append(table);
  drawn.append(withText("figcaption", "rd-title", title), scroller);
  return { pane: drawn, body };
}

/** @param {Preview["columns"]} columns @param {OnChosen} onChosen */
function kindsRow(columns, onChosen) {
  const drawn = element("tr", "rd-kinds");
  columns.forEach(({ choices, text, isNumber }, index) => {
    const cell = element("td", isNumber ? "rd-figure" : "");
    cell.append(choices ? choiceOf(text, choices, (chosen) => onChosen(String(index), chosen)) : withText("span", "rd-part", text));
    drawn.append(cell);
  });
  return drawn;
}

/** @param {Row} row */
function rawRow({ number, text, marks, kind }) {
  const drawn = element("tr", `rd-${kind}`);
  const line = element("td", "rd-text");
  let end = 0;
  for (const [from, to] of marks) {
    line.append(text.slice(end, from), withText("mark", "", text.slice(from, to)));
    end = to;
  }
  line.append(text.slice(end));
  const place = withText("th", "rd-number", String(number));
  place.setAttribute("scope", "row");
  drawn.append(place, line);
  return drawn;
}

/** @param {Row} row @param {Preview["columns"]} columns */
function readRow({ kind, cells }, columns) {
  const drawn = element("tr", `rd-${kind}`);
  if (kind === "header") {
    drawn.append(...columns.map(({ name, isNumber }) => withText("th", isNumber ? "rd-figure" : "", name)));
  } else if (kind === "out") {
    const note = withText("td", "rd-note", "left out");
    note.setAttribute("colspan", String(Math.max(1, columns.length)));
    drawn.append(note);
  } else {
    for (const { text, isNumber, isMissing } of cells) {
      drawn.append(withText("td", [isNumber && "rd-figure", isMissing && "rd-missing"].filter(Boolean).join(" "), text));
    }
  }
  return drawn;
}

/** @param {string} tag @param {string} name @param {string} text */
function withText(tag, name, text) {
  const drawn = element(tag, name);
  drawn.textContent = text;
  return drawn;
}
