// "Keep going": with it on, a change of what may change goes on from the epoch on screen.

import { element } from "./element.js";

/** What may change while a run is under way, by the settings' names. */
export const CHANGEABLE = ["learning_rate", "momentum", "batch_size", "solver", "weight_decay", "l1"];

const SIDEBAR = '[data-testid="stSidebar"], [data-baseweb="popover"], [role="listbox"]';
const OWN = ".ll-transport, .ll-strip";
const ICON =
  '<svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round" stroke-linecap="round"><path d="M4 12h15M13 6l6 6-6 6"/><path d="M9 4v4M9 16v4" stroke-width="3"/></svg>';
const TITLE = "Keep going. On: a change of rate, momentum, batch size or solver goes on from the epoch on screen. Off: it starts anew.";

/**
 * @typedef {object} Moment where the screen stands
 * @property {number} epoch
 * @property {string|undefined} run the id of the run on screen
 * @property {boolean} isOver whether the run has ended there
 */

/**
 * The toggle, and what it remembers: the moment at which somebody has reached for a control.
 * @param {HTMLElement} root
 * @param {object} handlers
 * @param {(isOn: boolean) => void} handlers.onToggle
 * @param {() => Moment|null} handlers.moment the one on screen; null where a preview stands there
 * @param {(moment: Moment) => void} handlers.onHold somebody reaches for a control that the page's script reads
 */
export function createKeepGoing(root, { onToggle, moment, onHold }) {
  const button = element("button", "ll-button ll-keep-going", { type: "button", "aria-pressed": "false", title: TITLE });
  button.innerHTML = ICON;
  const label = element("span", "");
  label.textContent = "Keep going";
  button.append(label);
  button.addEventListener("click", () => {
    show(!isOn);
    onToggle(isOn);
  });
  root.querySelector(".ll-keys-button").before(button);
  let isOn = false;
  let held = null;
  let told = "";

  const show = (next) => {
    isOn = next;
    button.setAttribute("aria-pressed", String(isOn));
  };
  /** Before the control itself hears of it, so that the moment is known first. */
  const watch = ({ target }) => {
    if (!isOn || !(target instanceof Element)) return;
    const isOfPage = target.closest(SIDEBAR) !== null;
    if (!isOfPage && !target.closest(OWN)) return;
    held = moment() ?? held;
    if (!isOfPage || held === null || told === JSON.stringify(held)) return;
    told = JSON.stringify(held);
    onHold(held);
  };
  for (const type of ["pointerdown", "keydown"]) document.addEventListener(type, watch, { capture: true });

  return {
    show,
    /**
     * The moment from which a run goes on when that setting is changed now; null where it starts anew.
     * @param {string} name
     * @returns {Moment|null}
     */
    from(name) {
      held ??= moment();
      return isOn && held !== null && mayGoOn(held, name) ? held : null;
    },
    /** The moment that was held, for whoever tells the page of a change. */
    get held() {
      return isOn ? held : null;
    },
    /** Another run is on screen: the next reach for a control is at another moment. */
    letGo: () => (held = null),
    destroy() {
      for (const type of ["pointerdown", "keydown"]) document.removeEventListener(type, watch, { capture: true });
      button.remove();
    },
  };
}

/**
 * @param {Moment} moment
 * @param {string} name of a setting
 */
export function mayGoOn({ epoch, run, isOver }, name) {
  return CHANGEABLE.includes(name) && run !== undefined && epoch > 0 && !isOver;
}

/**
 * The row from which a run goes on that was changed after an epoch: the last that it shares with the one before.
 * @param {import("./run.js").Run} run
 */
export function rowToGoOnFrom({ epoch, nRows }, from) {
  let row = 0;
  while (row + 1 < nRows && epoch[row + 1] <= from) row++;
  return row;
}

/**
 * Whether a run has come as far as the epoch from which it goes on.
 * @param {import("./run.js").Run} run
 */
export function hasReached({ epoch, nRows, end }, from) {
  return end !== null || (nRows > 0 && epoch[nRows - 1] >= from);
}
