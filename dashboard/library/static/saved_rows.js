// What the list of saved runs shows of each, and which of them a search finds.

/**
 * @typedef {object} SavedRun
 * @property {number} id
 * @property {string} name
 * @property {string} about what was trained, on what
 * @property {string|null} file the person's own, which is not kept
 * @property {number|null} loss the final training loss
 * @property {number} at when it was saved, in seconds
 */

/**
 * Runs whose name, line or file hold every word that was typed.
 * @param {SavedRun[]} runs
 * @param {string} typed
 */
export function matching(runs, typed) {
  const words = folded(typed).split(/\s+/).filter(Boolean);
  if (!words.length) return runs;
  return runs.filter((run) => {
    const text = folded(`${run.name} ${run.about} ${run.file ?? ""}`);
    return words.every((word) => text.includes(word));
  });
}

/** @param {string} text */
function folded(text) {
  return text.normalize("NFKC").toLowerCase();
}

/** @param {number|null} loss */
export function shownLoss(loss) {
  if (loss === null) return "–";
  return Number(loss.toPrecision(4)).toString().replace("e+", "e").replace("-", "−");
}

/**
 * @param {number} seconds
 * @param {string} [locale] the browser's own, where none is named
 */
export function shownTime(seconds, locale = undefined) {
  return new Date(1000 * seconds).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });
}
