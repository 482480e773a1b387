// The choice of a picture, in the place of its title where there are alternatives.

import { element } from "./element.js";

/** @param {(name: string) => void} onChoose gets the picture's name */
export function createPictureMenu(onChoose) {
  const select = element("select", "ll-title ll-menu", { "aria-label": "Picture" });
  let shown = "";
  select.addEventListener("change", () => onChoose(select.value));
  return {
    element: select,
    /**
     * @param {{name: string, title: string}[]} pictures one of them is no choice: the title stays
     * @param {string} chosen
     * @param {string} hint names that axis titles cut, in full
     */
    show(pictures, chosen, hint) {
      const now = JSON.stringify(pictures);
      if (now !== shown) select.replaceChildren(...pictures.map(({ name, title }) => new Option(title, name)));
      shown = now;
      select.value = chosen;
      select.title = hint;
      select.hidden = pictures.length < 2;
    },
  };
}
