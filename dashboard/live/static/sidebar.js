// Hears what a person moves the sidebar's sliders to. Streamlit tells its server on release alone, and
// what comes of it arrives behind all that the script draws.

/**
 * @typedef {object} Move
 * @property {string} name of the control
 * @property {string} text what the slider says it stands at
 * @property {number} number its position: the value itself, where it goes in even steps
 * @property {boolean} isDragged whether it is still held
 */

/**
 * @param {(move: Move) => void} onMove may be called again with the same move
 * @returns {() => void} stops it
 */
export function watchSliders(onMove) {
  const observer = new MutationObserver((records) => {
    for (const { target } of records) {
      const slider = /** @type {HTMLInputElement} */ (target);
      const name = nameOf(slider);
      if (name === undefined || slider !== document.activeElement) continue; // moved by the page itself
      const isDragged = slider.closest("[data-dragging]") !== null;
      onMove({ name, text: slider.getAttribute("aria-valuetext"), number: Number(slider.value), isDragged });
    }
  });
  observer.observe(document.body, { subtree: true, attributes: true, attributeFilter: ["aria-valuetext"] });
  return () => observer.disconnect();
}

/** A control's name is its key, which Streamlit makes a class of. */
const nameOf = (element) => /(?:^|\s)st-key-(\S+)/.exec(element.closest('[class*="st-key-"]')?.className ?? "")?.[1];

/**
 * The value that a move leads to.
 * @param {import("./knob.js").Knob} knob
 * @param {Move} move
 */
export function valueOf(knob, { text, number }) {
  if (knob.word && text === knob.word) return null;
  return knob.rungs ? Number(text.replaceAll(",", "").replace("\u2212", "-")) : number;
}
