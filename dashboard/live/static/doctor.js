// Asks the doctor about a run that has ended and stays on screen: what happened, and what would help.

const PATIENCE_MS = 300; // a run that is gone sooner is not asked about

/**
 * @typedef {object} Cure
 * @property {string} label what it will reach
 * @property {Object<string, string>} changes settings by name, as the address spells them
 *
 * @typedef {object} Diagnosis
 * @property {string} kind "healthy", "diverged" ...
 * @property {string} sentence
 * @property {Cure[]} cures each was trained before it is offered
 */

/**
 * @param {(run: import("./run.js").Run) => void} onDiagnosis the run's `diagnosis` is there; null: nothing is said
 */
export function createDoctor(onDiagnosis) {
  let timer = 0;
  let controller = new AbortController();
  const stop = () => {
    clearTimeout(timer);
    controller.abort();
  };
  return {
    /**
     * @param {import("./run.js").Run} run which has ended
     * @param {string} url where it came from
     */
    ask(run, url) {
      stop();
      if (run.diagnosis !== undefined) return;
      const { signal } = (controller = new AbortController());
      timer = setTimeout(async () => {
        const diagnosis = await ask(url.replace("?", "/diagnosis?"), signal);
        if (signal.aborted) return;
        run.diagnosis = diagnosis;
        onDiagnosis(run);
      }, PATIENCE_MS);
    },
    stop,
  };
}

/** @returns {Promise<Diagnosis|null>} */
async function ask(address, signal) {
  try {
    const response = await fetch(address, { cache: "no-store", signal });
    return response.status === 200 ? await response.json() : null;
  } catch {
    return null; // the run itself is there
  }
}
