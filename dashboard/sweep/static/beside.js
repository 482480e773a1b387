// The run of the cell that was opened, beside the map: its pictures at the end of what has come, drawn by the
// live view's modules on canvases, and the way to the play page.

import { createChartPicture } from "../../live/static/chart_picture.js";
import { element } from "../../live/static/element.js";
import { pictureOf, shownFor } from "../../live/static/gallery.js";
import { addChunk, createRun } from "../../live/static/run.js";
import { createAsking } from "./asking.js";

const PLACES = ["loss", "fit"]; // of the pictures: how it went, and what was learned

/**
 * @param {HTMLElement} parent
 * @param {(query: Object<string, string>) => void} onOpen the run is wanted on the play page
 */
export function createBeside(parent, onOpen) {
  const box = element("section", "sw-beside", { "aria-label": "The run of a cell" });
  const hint = element("p", "sw-hint");
  hint.textContent = "Click a cell to see its run; drag along a row or a column to watch the runs change.";
  const head = element("div", "sw-beside-head");
  const name = element("p", "sw-name");
  const link = element("a", "sw-open");
  link.textContent = "Open in Play";
  head.append(name, link);
  const said = element("p", "sw-beside-said", { role: "status" });
  const places = element("div", "sw-pictures");
  head.hidden = said.hidden = places.hidden = true;
  box.append(hint, head, said, places);
  parent.append(box);
  /** @type {ReturnType<typeof createChartPicture>[]} */
  const charts = [];
  let run = null;
  let query = null;

  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || !query) return; // another tab, by its address
    event.preventDefault();
    onOpen(query);
  });
  const say = (message) => {
    said.textContent = message;
    said.hidden = !message;
  };
  const asking = createAsking({
    onChunk(asked, chunk) {
      if (chunk.kind === "start") asked.run = createRun(chunk);
      else if (asked.run && chunk.kind !== "error") addChunk(asked.run, chunk);
      if (!asked.run || asked.run.nRows === 0) return;
      run = asked.run;
      say(run.end?.status === "diverged" ? "Diverged." : "");
      show();
    },
    onMessage: (_asked, message) => say(message),
  });
  const show = () => {
    places.hidden = false;
    const names = shownFor(run);
    PLACES.forEach((place, i) => {
      charts[i] ??= createChartPicture(places);
      charts[i].show(pictureOf(names[place]), run);
      charts[i].rescale();
      charts[i].draw(run, run.nRows - 1);
    });
    box.dataset.status = run.end?.status ?? "running";
  };

  return {
    /**
     * @param {string} url of the cell's run
     * @param {string} title
     * @param {{path: string, query: Object<string, string>}} play where it stands on the play page
     */
    show(url, title, play) {
      hint.hidden = true;
      head.hidden = false;
      name.textContent = title;
      query = play.query;
      link.setAttribute("href", `${play.path}?${new URLSearchParams(play.query)}`);
      asking.soon({ url });
    },
    /** No cell is open. */
    clear() {
      asking.stop();
      hint.hidden = false;
      head.hidden = said.hidden = places.hidden = true;
      query = null;
    },
    /** @param {import("../../live/static/theme.js").Theme} theme */
    set theme(theme) {
      for (const chart of charts) chart.theme = theme;
    },
    destroy: () => asking.stop(),
  };
}
