// The replay of a kept run: transport, numbers and pictures, drawn by the live view's modules.

/** @import { Run } from "../../live/static/run.js" */

import { createChartPicture, DISPLAY } from "../../live/static/chart_picture.js";
import { element } from "../../live/static/element.js";
import { offeredFor, pictureOf, shownFor } from "../../live/static/gallery.js";
import { createHeadline } from "../../live/static/headline.js";
import { createPictureMenu } from "../../live/static/picture_menu.js";
import { createPlayback, restart, seek } from "../../live/static/playback.js";
import { Player } from "../../live/static/player.js";
import { lastEpoch } from "../../live/static/run.js";
import { readTheme } from "../../live/static/theme.js";
import { createTransport } from "../../live/static/transport.js";

/**
 * @param {HTMLElement} root
 * @param {Run} run
 * @param {object} look what the page had set that the pictures show
 */
export function createReplay(root, run, look) {
  root.replaceChildren();
  const player = new Player({ draw: (_, playback) => draw(playback), settle: () => {} });
  const transport = createTransport(root, player.actions);
  const headline = createHeadline(root);
  headline.offerCures(false); // there is nobody here to train one
  const places = createPlaces(root, run, { ...DISPLAY, ...look }, () => player.wake());
  const draw = ({ position, isPlaying }) => {
    for (const { chart } of places) chart.draw(run, position);
    const { row } = player;
    transport.update({ isPlaying, row, nRows: run.nRows, epoch: run.epoch[row], nEpochs: lastEpoch(run) });
    headline.update(run, position, isPlaying);
    Object.assign(root.dataset, { state: isPlaying ? "playing" : "paused", epoch: String(run.epoch[row]), status: run.end.status });
  };
  followTheme(root, (theme) => {
    for (const { chart } of places) chart.theme = theme;
    player.wake();
  });
  const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  player.show(run, (playback) => (isCalm ? seek(createPlayback(playback.speed), run.nRows - 1, run) : restart(playback)));
}

/** The pictures of a run, each in its place, with a menu where others can stand there. */
function createPlaces(root, run, display, onChange) {
  const grid = element("div", "lr-grid");
  root.append(grid);
  const offered = offeredFor(run);
  const shown = Object.entries(shownFor(run, display.pictures));
  return shown.map(([place, name]) => {
    const box = element("div", `lr-place lr-${place}`);
    grid.append(box);
    const chart = createChartPicture(box, display);
    const menu = createPictureMenu((chosen) => show(chosen));
    chart.showMenu(menu.element);
    const show = (chosen) => {
      chart.show(pictureOf(chosen), run);
      menu.show(offered[place].map((each) => ({ name: each, title: pictureOf(each).title(run) })), chosen, "");
      onChange();
    };
    show(name);
    return { chart };
  });
}

function followTheme(root, onChange) {
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => onChange(readTheme(root)));
}
