// The list of saved runs: to be searched, opened, renamed and deleted. Names are only ever set as text.

import { element } from "../../live/static/element.js";
import { loadStyle } from "../../live/static/load_style.js";
import { matching, shownLoss, shownTime } from "./saved_rows.js";

const FIRST_ROWS = 100;

/**
 * @typedef {import("./saved_rows.js").SavedRun} SavedRun
 * @typedef {{runs: SavedRun[], deleted: string, style: string}} Data `deleted`: a name that can come back, or ""
 * @typedef {(action: {do: string, id?: number, name?: string}) => void} Tell
 */

/** @param {HTMLElement} root */
export function createSaved(root) {
  let /** @type {Data} */ data = { runs: [], deleted: "", style: "" };
  let /** @type {Tell} */ tell = () => {};
  let [isWhole, drawn] = [false, ""];

  const search = /** @type {HTMLInputElement} */ (
    element("input", "sv-search", { type: "search", placeholder: "Search", "aria-label": "Search saved runs" })
  );
  const count = element("p", "sv-count", { role: "status" });
  const undo = element("p", "sv-undo", { role: "status" });
  const list = element("ul", "sv-list");
  const more = button("sv-more", "", () => show((isWhole = true)));
  search.addEventListener("input", () => show());
  const head = element("div", "sv-head");
  head.append(search, count);
  root.replaceChildren(head, undo, list, more);

  function show(_isWhole = isWhole) {
    const found = matching(data.runs, search.value);
    const rows = isWhole ? found : found.slice(0, FIRST_ROWS);
    const all = data.runs.length.toLocaleString("en");
    head.hidden = data.runs.length < 2;
    count.textContent = search.value ? `${found.length.toLocaleString("en")} of ${all}` : `${all} runs`;
    list.replaceChildren(...rows.map((run) => rowOf(run, (action) => tell(action))));
    more.textContent = `Show all ${found.length.toLocaleString("en")}`;
    more.hidden = rows.length === found.length;
    undo.replaceChildren(...(data.deleted ? undoOf(data.deleted, () => tell({ do: "restore" })) : []));
  }

  return {
    /**
     * @param {Data} next
     * @param {unknown} _setStateValue
     * @param {(name: string, value: unknown) => void} setTriggerValue
     */
    update(next, _setStateValue, setTriggerValue) {
      tell = (action) => setTriggerValue("action", action);
      const text = JSON.stringify(next);
      if (text === drawn) return; // a script that runs again leaves a name that is being typed alone
      [data, drawn] = [next, text];
      loadStyle(next.style);
      show();
    },
  };
}

/**
 * @param {SavedRun} run
 * @param {Tell} tell
 */
function rowOf(run, tell) {
  const row = element("li", "sv-row");
  const main = element("div", "sv-main");
  const name = button("sv-name", run.name, () => tell({ do: "open", id: run.id }));
  name.title = "Open this run";
  const about = element("span", "sv-about");
  about.textContent = run.file ? `${run.about} · ${run.file}` : run.about;
  main.append(name, about);
  const loss = element("span", "sv-loss", { title: "Final training loss" });
  loss.textContent = shownLoss(run.loss);
  const at = element("time", "sv-at", { datetime: new Date(1000 * run.at).toISOString() });
  at.textContent = shownTime(run.at);
  const rename = button("sv-act", "Rename", () => {
    const field = fieldOf(run, tell, name);
    name.replaceWith(field);
    field.focus();
    field.select();
  });
  const remove = button("sv-act", "Delete", () => tell({ do: "delete", id: run.id }));
  for (const [act, what] of [[rename, "Rename"], [remove, "Delete"]]) act.setAttribute("aria-label", `${what} ${run.name}`);
  row.append(main, loss, at, rename, remove);
  return row;
}

/**
 * A field in the place of a name: Enter and leaving it rename, Escape does not.
 * @param {SavedRun} run
 * @param {Tell} tell
 * @param {HTMLElement} name
 */
function fieldOf(run, tell, name) {
  const field = /** @type {HTMLInputElement} */ (
    element("input", "sv-field", { type: "text", maxlength: "120", "aria-label": `New name of ${run.name}` })
  );
  field.value = run.name;
  let isOver = false;
  const end = (/** @type {boolean} */ isKept) => {
    if (isOver) return;
    isOver = true;
    const typed = field.value.trim();
    field.replaceWith(name);
    name.focus();
    if (isKept && typed && typed !== run.name) tell({ do: "rename", id: run.id, name: typed });
  };
  field.addEventListener("keydown", (event) => {
    const isEnter = event.key === "Enter" && !event.isComposing;
    if (!isEnter && event.key !== "Escape") return;
    event.preventDefault(); // Enter would press the button that has the focus next
    end(isEnter);
  });
  field.addEventListener("blur", () => end(true));
  return field;
}

/**
 * @param {string} name
 * @param {() => void} onUndo
 */
function undoOf(name, onUndo) {
  const text = element("span", "");
  text.textContent = `“${name}” was deleted. `;
  return [text, button("sv-act", "Undo", onUndo)];
}

/**
 * @param {string} className
 * @param {string} label
 * @param {() => void} onClick
 */
function button(className, label, onClick) {
  const made = element("button", className, { type: "button" });
  made.textContent = label;
  made.addEventListener("click", onClick);
  return made;
}
