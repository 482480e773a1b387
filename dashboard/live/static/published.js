// A tutorial's published numbers beside those of the run on screen.

import { element } from "./element.js";
import { decimals } from "./format.js";
import { lossAt, readParams, rowOfEpoch } from "./run.js";

/** @param {HTMLElement} parent */
export function createPublished(parent) {
  const section = element("section", "ll-published", { "aria-label": "Published numbers" });
  parent.append(section);
  let cells = [];
  let key = "";
  return {
    /** @param {object|null} published from `presets.py` */
    show(published) {
      if (JSON.stringify(published) === key) return;
      key = JSON.stringify(published);
      cells = published ? fill(section, published) : (section.replaceChildren(), []);
    },
    update(run) {
      for (const { row, ours } of cells) {
        const value = valueOf(run, row);
        const text = Number.isFinite(value) ? decimals(value, row.decimals) : "\u2026";
        if (ours.textContent !== text) ours.textContent = text;
      }
    },
  };
}

function fill(section, { title, note, rows }) {
  const heading = element("h4", "");
  heading.textContent = `${title}: published and ours`;
  const list = element("div", "ll-published-rows");
  const cells = rows.map((row) => {
    const item = element("div", "ll-published-row");
    const [label, value, ours] = ["ll-label", "ll-theirs", "ll-ours"].map((name) => element("span", name));
    label.textContent = row.label;
    value.textContent = decimals(row.value, row.decimals);
    value.title = "Published";
    ours.title = "Ours";
    item.append(label, value, ours);
    list.append(item);
    return { row, ours };
  });
  const legend = element("p", "ll-published-note");
  legend.textContent = note;
  section.replaceChildren(heading, list, legend);
  return cells;
}

function valueOf(run, { quantity, epoch }) {
  if (quantity === "referenceWeight") return run.reference?.weights[0];
  if (quantity === "referenceBias") return run.reference?.bias;
  const row = rowOfEpoch(run, epoch);
  if (row < 0) return NaN;
  if (quantity === "weight") return readParams(run, row).weights[0];
  if (quantity === "bias") return run.bias[row];
  return run[quantity] ? lossAt(run[quantity], row) : NaN;
}
