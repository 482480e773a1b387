// The table of pinned runs in the page, below the pictures.

/** @import { Column, Row } from "./pins_table.js" */

import { element } from "./element.js";
import { csvOf } from "./pins_table.js";

const FILE = "compared-runs.csv";

/** @param {HTMLElement} parent */
export function createPinsSheet(parent) {
  const section = element("section", "ll-pins-table", { "aria-label": "Compared runs", hidden: "" });
  const heading = element("h4", "");
  heading.textContent = "What differs";
  const sheet = element("div", "ll-pins-sheet", { tabindex: "0", role: "region", "aria-label": "Compared runs" });
  section.append(heading, sheet);
  parent.append(section);
  let shown = "";
  /** @type {{columns: Column[], rows: Row[]}} */
  let told = { columns: [], rows: [] };
  return {
    element: section,
    /**
     * @param {Column[]} columns
     * @param {Row[]} rows
     */
    show(columns, rows) {
      told = { columns, rows };
      section.hidden = columns.length < 2;
      const key = JSON.stringify([columns.map(({ name, isBaseline }) => [name, isBaseline]), rows]);
      if (section.hidden || key === shown) return;
      shown = key;
      sheet.replaceChildren(tableOf(columns, rows));
    },
    save() {
      const file = new Blob(["\ufeff", csvOf(told.columns, told.rows)], { type: "text/csv" });
      const url = URL.createObjectURL(file);
      Object.assign(document.createElement("a"), { href: url, download: FILE }).click();
      setTimeout(() => URL.revokeObjectURL(url), 0);
    },
  };
}

function tableOf(columns, rows) {
  const table = element("table", "");
  const head = table.createTHead().insertRow();
  head.append(cellOf("th", "", { scope: "col" }));
  for (const { name, isBaseline } of columns) {
    const cell = cellOf("th", name, { scope: "col" });
    if (isBaseline) cell.append(cellOf("small", "baseline"));
    head.append(cell);
  }
  const body = table.createTBody();
  for (const { name, label, cells } of rows) {
    const line = body.insertRow();
    line.dataset.row = name;
    line.append(cellOf("th", label, { scope: "row" }));
    for (const { text, delta, why } of cells) {
      const cell = cellOf("td", text, why && !delta ? { title: why } : {});
      if (delta) cell.append(cellOf("small", delta, why ? { title: why } : {}));
      line.append(cell);
    }
  }
  return table;
}

function cellOf(tag, text, attributes = {}) {
  const cell = element(tag, "", attributes);
  cell.textContent = text;
  return cell;
}
