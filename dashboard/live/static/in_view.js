// A place on the page whose contents are made once somebody comes near it. Until then it is a button, which presses
// itself: whoever has no view of the page, or comes by the keyboard, can press it, too.

import { element } from "./element.js";
import { loadStyle } from "./load_style.js";

/** @typedef {{style: string, label: string, busy: string}} Data the button's name, and what it is while it is pressed */

const SCROLLER = "[data-testid=stMain]";
const MARGIN = "400px 0px"; // so near is in view

/**
 * @param {HTMLElement} root
 * @param {Data} data
 */
export function createInView(root, data) {
  loadStyle(data.style);
  const button = element("button", "take-away-button", { type: "button" });
  button.textContent = data.label;
  root.replaceChildren(button);
  /** @type {(name: string, value: unknown) => void} */
  let tell = () => {};
  const ask = () => {
    button.textContent = data.busy;
    tell("seen", true);
  };
  button.addEventListener("click", ask);
  const observer = new IntersectionObserver((entries) => entries.at(-1)?.isIntersecting && ask(), {
    root: root.closest(SCROLLER),
    rootMargin: MARGIN,
  });
  return {
    /**
     * @param {Data} _data
     * @param {unknown} _setStateValue
     * @param {(name: string, value: unknown) => void} setTriggerValue
     */
    update(_data, _setStateValue, setTriggerValue) {
      tell = setTriggerValue;
      observer.observe(root);
    },
    destroy: () => observer.disconnect(),
  };
}
