// The choice of one feature, in a picture's caption.

import { element } from "./element.js";
import { shortened, WHOLE } from "./names.js";

const LETTERS = 24;

/** @param {(feature: string) => void} onChoose gets the feature's whole name */
export function createFeatureSelect(onChoose) {
  const select = element("select", "ll-feature", { "aria-label": "Feature of the partial regression" });
  let names = [];
  select.addEventListener("change", () => onChoose(names[select.selectedIndex]));
  return {
    element: select,
    /** @param {string[]} features @param {number} chosen the place of the one shown */
    show(features, chosen) {
      if (features.join("\n") !== names.join("\n")) {
        names = features;
        select.replaceChildren(...features.map((name) => new Option(shortened(name, LETTERS))));
      }
      select.selectedIndex = chosen;
      select.title = shortened(names[chosen], WHOLE);
    },
  };
}
