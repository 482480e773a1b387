// Two buttons beside those for files: one copies a table for a document, one opens the report as a page that prints
// itself. Both say in their own place what came of it.

import { copied } from "./clipboard.js";
import { element } from "./element.js";
import { loadStyle } from "./load_style.js";

/**
 * @typedef {{html: string, text: string}} Table as documents take it, and as all else does
 *
 * @typedef {object} Report a page without plotly.js, which the browser has
 * @property {number} number of the click that asked for it
 * @property {string} html
 * @property {string} mark what stands where plotly.js belongs
 * @property {string} plotly where that is
 *
 * @typedef {{style: string, label: string, what: "copy"|"print", table?: Table, report?: Report|null}} Data
 */

const SAID_MS = 3000;
const REVOKED_AFTER_MS = 60_000;
const ICONS = {
  copy: "M9 9V4h11v11h-5M4 9h11v11H4z",
  print: "M7 8V3h10v5M7 17H4V8h16v9h-3M7 13h10v8H7z",
};

/**
 * @param {HTMLElement} root
 * @param {Data} first
 */
export function createTakeAway(root, first) {
  loadStyle(first.style);
  const { button, label } = made(root, first);
  /** @type {{number: number, view: Window}|null} */
  let waiting = null;
  let saying = 0;
  let data = first;
  /** @type {(number: number) => void} */
  let ask = () => {};
  /** Says what happened in the place of the button's name, which comes back after a while. */
  const say = (/** @type {string} */ sentence) => {
    label.textContent = sentence;
    clearTimeout(saying);
    saying = setTimeout(() => (label.textContent = data.label), SAID_MS);
  };
  const copy = async () => {
    const { text, html } = /** @type {Table} */ (data.table);
    const isDone = await copied(text, html);
    say(isDone ? "Copied" : "The browser keeps its clipboard closed");
  };
  const print = () => {
    const view = window.open("", "_blank");
    if (!view) return say("Allow new tabs here, or print the file");
    view.document.body.textContent = "Making the report …";
    waiting = { number: Date.now(), view };
    ask(waiting.number);
  };
  button.addEventListener("click", first.what === "copy" ? copy : print);
  return {
    /**
     * @param {Data} next
     * @param {unknown} _setStateValue
     * @param {(name: string, value: unknown) => void} setTriggerValue
     */
    update(next, _setStateValue, setTriggerValue) {
      data = next;
      ask = (number) => setTriggerValue("asked", number);
      if (!data.report || waiting?.number !== data.report.number) return;
      show(waiting.view, data.report);
      waiting = null;
    },
  };
}

/** @param {HTMLElement} root @param {Data} data */
function made(root, { label, what }) {
  const button = element("button", "take-away-button", { type: "button" });
  button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[what]}"/></svg>`;
  const text = element("span", "", { "aria-live": "polite" });
  text.textContent = label;
  button.append(text);
  root.replaceChildren(button);
  return { button, label: text };
}

/** @param {Window} view @param {Report} report */
async function show(view, report) {
  const plotly = await (await fetch(report.plotly)).text();
  const url = URL.createObjectURL(new Blob([whole(report, plotly)], { type: "text/html" }));
  if (!view.closed) view.location.replace(`${url}#print`);
  setTimeout(() => URL.revokeObjectURL(url), REVOKED_AFTER_MS);
}

/**
 * The page as it is in the file. What plotly.js has of "$" is not a pattern's.
 * @param {{html: string, mark: string}} report
 * @param {string} plotly
 */
export function whole({ html, mark }, plotly) {
  return html.replace(mark, () => plotly);
}
