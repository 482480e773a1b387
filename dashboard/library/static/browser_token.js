// Whose saved runs: a random text that this browser keeps. Whoever has it has the library, and nobody else.

import { drawnToken } from "../../room/static/identity.js";

const KEY = "linreg-library";
const TOKEN = /^[A-Za-z0-9_-]{22,64}$/;

/**
 * The browser's token, drawn where there is none yet; "" where this browser keeps nothing.
 * @param {() => Storage} [storage] may throw: some browsers keep nothing
 */
export function browserToken(storage = () => window.localStorage) {
  try {
    const kept = storage().getItem(KEY);
    if (kept && TOKEN.test(kept)) return kept;
    storage().setItem(KEY, drawnToken());
    return storage().getItem(KEY) ?? ""; // of two tabs that open at once, the last to write
  } catch {
    return "";
  }
}

/** Tells the page this browser's token; "-" says that it keeps nothing. */
export function createBrowserToken() {
  return {
    /**
     * @param {unknown} _data
     * @param {(name: string, value: string) => void} setStateValue
     */
    update: (_data, setStateValue) => setStateValue("token", browserToken() || "-"),
  };
}
