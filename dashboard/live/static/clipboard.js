// What goes to the clipboard, on pages too that no browser gives one: outside of https there is only what copying by
// the keyboard does.

import { element } from "./element.js";

/**
 * Tells whether it is on the clipboard.
 * @param {string} text
 * @param {string} [html] the same for documents
 */
export async function copied(text, html) {
  try {
    await navigator.clipboard.write([new ClipboardItem(parts(text, html))]);
    return true;
  } catch {
    return copiedAsOfOld(text, html);
  }
}

/** @param {string} text @param {string} [html] */
function parts(text, html) {
  const plain = { "text/plain": new Blob([text], { type: "text/plain" }) };
  return html === undefined ? plain : { "text/html": new Blob([html], { type: "text/html" }), ...plain };
}

/** @param {string} text @param {string} [html] */
function copiedAsOfOld(text, html) {
  let isDone = false;
  const give = (/** @type {ClipboardEvent} */ event) => {
    if (html !== undefined) event.clipboardData?.setData("text/html", html);
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
    isDone = true;
  };
  const before = /** @type {HTMLElement|null} */ (document.activeElement);
  const area = element("textarea", "", { style: "position: fixed; opacity: 0" });
  area.value = text;
  document.body.append(area);
  area.select(); // some browsers copy nothing where nothing is selected
  document.addEventListener("copy", give, { once: true });
  document.execCommand("copy");
  document.removeEventListener("copy", give);
  area.remove();
  before?.focus();
  return isDone;
}
