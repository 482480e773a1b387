// What a tab keeps over a refresh: where its knobs stand in a task.

const KEY = (code, task) => `linreg-room-${code}-${task}`;

/** @returns {Object<string, number|null>|null} null: nothing was set yet */
export function keptSettings(code, task) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY(code, task)));
    return kept && typeof kept === "object" ? kept : null;
  } catch {
    return null; // this browser keeps nothing
  }
}

export function keepSettings(code, task, values) {
  try {
    sessionStorage.setItem(KEY(code, task), JSON.stringify(values));
  } catch {
    // after a refresh the knobs stand where the task has put them
  }
}
