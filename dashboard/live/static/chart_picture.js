// One of the live view's pictures on a canvas of its own: the same module draws here, without plotly.

/** @import { Picture } from "./gallery.js" */
/** @import { Run } from "./run.js" */
/** @import { Theme } from "./theme.js" */

import { createLegend } from "./legend.js";
import { suits } from "./ranges.js";
import { fingerprint, referenceFingerprint } from "./rows.js";
import { createCanvasChart } from "./canvas_chart.js";
import { axesOf, paintStill, remarksOf } from "./still.js";

/** How pictures are shown on a page that has no settings of them. */
export const DISPLAY = /** @type {import("./view.js").Display} */ ({
  residuals: "none", lossAxes: "log", pictures: {}, dataName: "", pickable: false,
  excluded: null, lineOffset: null, missingRows: [], ghosts: [], feature: undefined,
});

/**
 * @param {HTMLElement} container
 * @param {import("./view.js").Display} [display]
 */
export function createChartPicture(container, display = DISPLAY) {
  /** @type {Picture} */
  let picture = null;
  /** @type {Run} */
  let run = null;
  let position = 0;
  let [traces, remarks] = [[], []];
  let [ranges, identity, drawn] = [null, "", ""];
  const hidden = new Set();
  const isShown = (uid) => !hidden.has(traces.find((trace) => trace.uid === uid)?.name) && traces.some((trace) => trace.uid === uid);
  const chart = createCanvasChart(container, {
    title: "",
    x: { title: "", range: [0, 1] },
    y: { title: "", range: [0, 1] },
    describe: () => (run ? picture.describe(run, position, display) : ""),
    shows: isShown,
  });
  const legend = createLegend((name, isWanted) => {
    if (isWanted) hidden.delete(name);
    else hidden.add(name);
    redraw();
  });
  chart.caption.append(legend.element);

  const redraw = () => {
    legend.show(picture.axes(run, display).extra?.showlegend === false ? [] : traces, hidden);
    chart.drawStill((context, map) => paintStill(context, map, { traces, hidden, remarks, theme: chart.theme }));
    drawMoving();
  };
  const drawMoving = () => chart.draw((context, map) => run && picture.draw(context, map, run, position, chart.theme, display));
  const setAxes = () => chart.setAxes(axesOf(picture, run, display, ranges));
  const makeTraces = () => {
    traces = picture.traces(run, chart.theme, display);
    remarks = remarksOf(picture, run, display);
    redraw();
  };

  return {
    element: chart.element,
    /** Puts a choice of pictures into the title's place; where it is hidden there is none. */
    showMenu(menu) {
      chart.caption.prepend(menu);
    },
    /**
     * Another run, or one that has got more: its still parts are drawn anew where they have changed.
     * @param {Picture} nextPicture
     * @param {Run} nextRun
     */
    show(nextPicture, nextRun) {
      const isOther = picture !== nextPicture;
      [picture, run] = [nextPicture, nextRun];
      const names = JSON.stringify([picture.title(run), picture.axes(run, display)]);
      const key = [names, fingerprint(run), referenceFingerprint(run), run.testLoss !== null, run.batchLoss !== null, picture.key?.(run, display)].join("|");
      if (isOther || names !== identity) ranges = null;
      identity = names;
      this.rescale();
      if (key === drawn) return;
      drawn = key;
      chart.title = picture.title(run);
      makeTraces();
    },
    /** Fits the axes to what has been learned, unless they still suit. */
    rescale() {
      if (!run) return;
      const next = picture.ranges(run, display);
      if (ranges && suits(ranges, next)) return;
      ranges = next;
      setAxes();
    },
    draw(nextRun, nextPosition) {
      [run, position] = [nextRun, nextPosition];
      drawMoving();
    },
    /** @param {Theme} theme */
    set theme(theme) {
      chart.theme = theme;
      if (run) makeTraces();
    },
  };
}
