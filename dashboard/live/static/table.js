// A picture's data as a table in a dialog: for the keyboard, for screen readers, and to read exactly.

import { element } from "./element.js";
import { count, number } from "./format.js";

const MOST_ROWS = 200;
const DIGITS = 7; // what a float32 holds

/**
 * @typedef {object} Table
 * @property {string[]} columns
 * @property {(string|number)[][]} rows
 * @property {string} [note] what to know of the numbers
 */

/** Up to `most` of the rows, evenly spaced, the first and the last among them. */
export function spread(rows, most = MOST_ROWS) {
  if (rows.length <= most) return rows;
  return Array.from({ length: most }, (_, i) => rows[Math.round((i * (rows.length - 1)) / (most - 1))]);
}

/**
 * The button that opens the table.
 * @param {() => {title: string, table: Table}|null} read what the picture shows now, if anything
 */
export function createTableButton(read) {
  const button = element("button", "ll-table-button", { type: "button", "aria-haspopup": "dialog" });
  button.textContent = "Table";
  button.addEventListener("click", () => {
    const shown = read();
    if (shown) open(shown, button);
  });
  return button;
}

function open({ title, table }, opener) {
  const dialog = element("dialog", "ll-table", { "aria-label": `${title}, as a table` });
  const close = element("button", "ll-table-close", { type: "button" });
  close.textContent = "Close";
  close.addEventListener("click", () => dialog.close());
  const about = element("p", "");
  about.textContent = [title, ...sentences(table)].join(" ");
  const sheet = element("div", "ll-table-sheet", { tabindex: "0", role: "region", "aria-label": "Rows" });
  sheet.append(createTable(table));
  dialog.append(about, sheet, close);
  dialog.addEventListener("keydown", (event) => event.stopPropagation()); // arrows scroll, and play nothing
  dialog.addEventListener("close", () => {
    dialog.remove();
    opener.focus();
  });
  opener.closest(".linreg-live").append(dialog);
  dialog.showModal();
}

function sentences({ rows, note }) {
  const isPart = rows.length > MOST_ROWS;
  const part = `${count(MOST_ROWS)} of ${count(rows.length)} rows, evenly spaced.`;
  return [...(isPart ? [part] : []), ...(note ? [`${note}.`] : [])];
}

function createTable({ columns, rows }) {
  const table = element("table", "");
  const row = (parent, cells, tag) => {
    const line = parent.insertRow();
    for (const cell of cells) {
      const made = element(tag, "", tag === "th" ? { scope: "col" } : {});
      made.textContent = typeof cell === "number" ? number(cell, DIGITS) : cell;
      line.append(made);
    }
  };
  row(table.createTHead(), columns, "th");
  const body = table.createTBody();
  for (const cells of spread(rows)) row(body, cells, "td");
  return table;
}
