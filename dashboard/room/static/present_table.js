// The dots as a table: for the keyboard, for screen readers, and to read exactly. Each row opens its run.

import { element } from "../../live/static/element.js";
import { count } from "../../live/static/format.js";
import { axesOf, fateOf, textOn } from "./dot_axes.js";

const MOST_ROWS = 200;
const FATES = { arrived: "within 1 %", short: "short of it", diverged: "diverged" };

/**
 * @typedef {object} Told
 * @property {import("./present_state.js").Task} task
 * @property {import("./present_state.js").Dot[]} dots
 * @property {(person: number) => string} nameOf
 * @property {(dot: import("./present_state.js").Dot) => string} addressOf
 */

/** @param {() => Told} read what the chart shows now */
export function createTable(read) {
  const button = element("button", "pr-button pr-quiet pr-table-button", { type: "button", "aria-haspopup": "dialog" });
  button.textContent = "Table";
  button.addEventListener("click", () => open(read(), button));
  return { button };
}

/** @param {Told} told @param {HTMLElement} opener */
function open(told, opener) {
  const dialog = element("dialog", "pr-dialog", { "aria-label": "The runs as a table" });
  const about = element("p", "");
  const n = told.dots.length;
  about.textContent = n > MOST_ROWS ? `The latest ${count(MOST_ROWS)} of ${count(n)} runs. The file under Room has all.` : `${count(n)} ${n === 1 ? "run" : "runs"}, the latest first.`;
  const sheet = element("div", "pr-sheet", { tabindex: "0", role: "region", "aria-label": "Runs" });
  sheet.append(tableOf(told));
  const close = element("button", "pr-button pr-quiet", { type: "button" });
  close.textContent = "Close";
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    opener.focus();
  });
  dialog.append(about, sheet, close);
  opener.closest(".linreg-room").append(dialog);
  dialog.showModal();
}

/** @param {Told} told */
function tableOf({ task, dots, nameOf, addressOf }) {
  const axes = axesOf(task).filter(({ name }) => name !== "minutes");
  const table = element("table", "");
  const head = table.createTHead().insertRow();
  for (const text of ["Name", ...axes.map(({ label }) => label), "Result", ""]) head.append(Object.assign(element("th", "", { scope: "col" }), { textContent: text }));
  const body = table.createTBody();
  for (const dot of dots.slice(-MOST_ROWS).reverse()) {
    const row = body.insertRow();
    const cells = [nameOf(dot.person), ...axes.map((axis) => textOn(axis, dot, task)), FATES[fateOf(dot)]];
    for (const text of cells) row.insertCell().textContent = text;
    const link = element("a", "", { href: addressOf(dot), target: "_blank", rel: "noopener" });
    link.textContent = "Open";
    row.insertCell().append(link);
  }
  return table;
}
