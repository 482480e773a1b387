// Asks our routes for a file that is made of a run.

const RETRY_MS = [500, 1000, 2000, 4000];
const FULL = 429;
const LOST = "The server can\u2019t be reached. Try again.";

/** Beside the address of a run: that of what is made of it. */
export const besideRun = (url, name) => url.replace(/\?|$/, `/${name}?`).replace(/\?$/, "");

/**
 * @param {string} url
 * @param {BodyInit} body
 * @param {AbortSignal} signal
 * @returns {Promise<Blob>} rejects with a sentence that people can read
 */
export async function askFor(url, body, signal) {
  for (let attempt = 0; ; attempt++) {
    const response = await fetch(url, { method: "POST", body, signal, cache: "no-store" }).catch((error) => {
      throw error.name === "AbortError" ? error : new Error(LOST);
    });
    if (response.ok) return response.blob();
    if (response.status !== FULL || attempt >= RETRY_MS.length) {
      const { message } = await response.json().catch(() => ({ message: "" }));
      throw new Error(message || LOST);
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS[attempt]));
  }
}

/** Saves a file under a name. */
export function save(blob, name) {
  const href = URL.createObjectURL(blob);
  Object.assign(document.createElement("a"), { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
