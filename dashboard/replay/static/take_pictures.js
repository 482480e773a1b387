// The Share dialog's pictures: the run on screen as a replay, a video, a GIF, and as pictures for paper.

/** @import { Run } from "../../live/static/run.js" */
/** @import { Theme } from "../../live/static/theme.js" */
/** @import { Display } from "../../live/static/view.js" */
/** @import { Format } from "./movie.js" */

import { fileName } from "../../live/static/download.js";
import { element } from "../../live/static/element.js";
import { pictureOf, shownFor } from "../../live/static/gallery.js";
import { loadStyle } from "../../live/static/load_style.js";
import { whiteTheme } from "../../live/static/theme.js";
import { askFor, besideRun, save } from "./asking.js";
import { framesAsPng } from "./gif.js";
import { momentsOf, framesOf } from "./moments.js";
import { Cancelled, formatsFor, videoOf } from "./movie.js";
import { canRecord, recordedVideo } from "./recorder.js";
import { createScene, SCENE } from "./scene.js";

export const VIDEO = { width: 1280, height: 720, frameMs: 1000 / 30, nFrames: 181, restMs: 2000 };
const GIF = { width: 640, height: 360, frameMs: 60, nFrames: 60, restMs: 1500 };
const LOOK_MS = 400; // between two looks at whether the run has ended
const SAID = {
  replay: "A page of its own that plays this run anywhere, without a network.",
  video: "For slides: 1280 \u00d7 720, 8 seconds.",
  recorded: "For slides: 1280 \u00d7 720. It is recorded for 8 seconds: keep this tab in view.",
  noVideo: "This browser can\u2019t make a video here. A GIF works everywhere.",
  gif: "For documents and chats: 640 \u00d7 360, again and again.",
  print: "As it stands now: 16 cm wide at 300 dots an inch.",
  waiting: "There is a run to take away once it has ended.",
};

/**
 * @typedef {object} OnScreen what `view.js` tells of the run on screen
 * @property {Run} run
 * @property {boolean} isWhole
 * @property {number} position
 * @property {Display} display
 * @property {Theme} theme
 */

/**
 * @param {HTMLElement} root
 * @param {{title: string, dataName: string, style: string}} told
 */
export async function createTakePictures(root, told) {
  await loadStyle(told.style);
  const parts = createParts(root);
  let timer = 0;
  let isGone = false;
  /** @type {AbortController|null} */
  let making = null;
  /** @type {any} */
  let view = null;

  const look = async () => {
    view ??= await [...document.querySelectorAll(".linreg-live")].map((each) => /** @type {any} */ (each).view).find(Boolean);
    if (isGone) return;
    const shown = /** @type {OnScreen|null} */ (view?.onScreen ?? null);
    if (!shown?.isWhole) {
      parts.say(SAID.waiting);
      timer = setTimeout(look, LOOK_MS);
      return;
    }
    parts.say("");
    parts.offer(shown, await videoFormats(), { preview, begin: (kind, choice) => begin(shown, kind, choice) });
  };

  const preview = (shown, choice) => sceneOn(parts.canvas, shown, choice, told.title)(shown.position);

  /** Makes one file; another one waits until it is there. */
  const begin = async (shown, kind, choice) => {
    if (making) return;
    making = new AbortController();
    const { signal } = making;
    const report = (part) => parts.busy(part, () => making?.abort());
    report(null);
    try {
      await MAKERS[kind](shown, choice, { told, view, signal, report, canvas: parts.canvas });
      parts.say("");
    } catch (error) {
      const isCancelled = error instanceof Cancelled || signal.aborted;
      if (!isGone) parts.say(isCancelled ? "" : error.message || "This did not work. Try again.", { isFault: !isCancelled });
    } finally {
      making = null;
      parts.rest();
      if (!isGone && ["video", "gif"].includes(kind)) preview(shown, choice);
    }
  };

  look();
  return {
    update(data) {
      told = data;
    },
    destroy() {
      isGone = true;
      clearTimeout(timer);
      making?.abort();
      root.replaceChildren();
    },
  };
}

/** What makes each kind of file. */
const MAKERS = {
  async replay({ run, display }, _, { told, signal }) {
    const words = Object.entries(display).filter(([, value]) => typeof value === "string");
    const about = {
      ...told,
      link: window.location.href,
      look: { ...Object.fromEntries(words), pictures: display.pictures },
      referenceName: run.nameOfReference ?? "",
      sentence: run.diagnosis?.sentence ?? "",
    };
    save(await askFor(besideRun(run.url, "replay"), JSON.stringify(about), signal), `${fileName("replay", told.title)}.html`);
  },
  async video(shown, choice, { told, signal, report, canvas }) {
    const paint = sceneOn(canvas, shown, choice, told.title, VIDEO);
    const moments = momentsOf({ nRows: shown.run.nRows, ...VIDEO });
    const filming = { positions: framesOf(moments, VIDEO.frameMs), frameMs: VIDEO.frameMs, paint, onProgress: report, signal };
    const format = /** @type {Format|null} */ (choice.format);
    const video = await (format ? videoOf(format, canvas, filming) : recordedVideo(canvas, filming));
    save(video, `${fileName(told.title)}.${format?.suffix ?? "webm"}`);
  },
  async gif(shown, choice, { told, signal, report, canvas }) {
    const paint = sceneOn(canvas, shown, choice, told.title, GIF);
    const moments = momentsOf({ nRows: shown.run.nRows, ...GIF });
    const frames = await framesAsPng(canvas, { moments, paint, onProgress: report, signal });
    report(null);
    save(await askFor(besideRun(shown.run.url, "gif"), /** @type {any} */ (frames), signal), `${fileName(told.title)}.gif`);
  },
  async print({ theme }, { place, isWhite }, { view }) {
    await view.savePrint(place, isWhite ? whiteTheme(theme) : theme);
  },
};

/** Paints moments of a run onto a canvas, which takes the size of the frames. */
function sceneOn(canvas, { run, display, theme }, { pictures, isWhite }, title, { width, height } = VIDEO) {
  [canvas.width, canvas.height] = [width, height];
  const scene = createScene({ run, display, theme: isWhite ? whiteTheme(theme) : theme, title, pictures, scale: width / SCENE.width });
  const context = canvas.getContext("2d");
  return (position) => scene.paint(context, position);
}

/** The formats in which this browser can make a video: those that it encodes, or null for one that it records. */
async function videoFormats() {
  const formats = await formatsFor(VIDEO);
  return formats.length ? formats : canRecord() ? [null] : [];
}

/**
 * Which pictures a movie may show: the two of the first row, the first with another one, and all.
 * @param {Run} run
 * @param {Display} display
 * @returns {string[][]}
 */
export function choicesFor(run, display) {
  const [fit, loss, ...others] = Object.values(shownFor(run, display.pictures));
  const pairs = [[fit, loss], ...others.filter((name) => name !== "bias").map((name) => [fit, name])];
  const all = [fit, loss, ...others].slice(0, 4);
  return all.length > 2 ? [...pairs, all] : pairs;
}

/** The dialog's elements. */
function createParts(root) {
  root.replaceChildren();
  const canvas = /** @type {HTMLCanvasElement} */ (element("canvas", "lp-preview", { role: "img", "aria-label": "A frame of the video" }));
  const which = /** @type {HTMLSelectElement} */ (element("select", "lp-which", { "aria-label": "Pictures in videos and GIFs" }));
  const white = /** @type {HTMLInputElement} */ (element("input", "", { type: "checkbox" }));
  const whiteLabel = element("label", "lp-white");
  whiteLabel.append(white, " White ground");
  const choices = element("div", "lp-choices");
  choices.append(which, whiteLabel);
  const files = element("div", "lp-files");
  const status = element("div", "lp-status");
  const said = element("p", "lp-said", { role: "status" });
  const bar = /** @type {HTMLProgressElement} */ (element("progress", "lp-bar", { max: 1, "aria-label": "Progress" }));
  const cancel = element("button", "lp-button", { type: "button" });
  cancel.textContent = "Cancel";
  let onCancel = () => {};
  let focused = /** @type {HTMLElement|null} */ (null); // the button that was pressed: it gets the focus back
  cancel.addEventListener("click", () => onCancel());
  bar.hidden = cancel.hidden = true;
  status.append(said, bar, cancel);
  const work = element("div", "lp-work");
  work.hidden = true;
  work.append(canvas, choices, files);
  root.append(work, status);

  const disable = (isBusy) => {
    for (const button of files.querySelectorAll("button")) button.disabled = isBusy;
    which.disabled = white.disabled = isBusy;
  };
  return {
    canvas,
    say(text, { isFault = false } = {}) {
      said.textContent = text;
      said.classList.toggle("lp-fault", isFault);
    },
    /** A file is being made: `part` of it is there, null: nobody knows. */
    busy(part, stop) {
      onCancel = stop;
      said.textContent = "";
      if (part === null) bar.removeAttribute("value");
      else bar.value = part;
      if (bar.hidden) {
        focused = /** @type {HTMLElement} */ (document.activeElement);
        disable(true);
      }
      bar.hidden = cancel.hidden = false;
      root.dataset.busy = "true";
    },
    rest() {
      const isLost = [document.body, cancel].includes(/** @type {any} */ (document.activeElement));
      disable(false);
      if (isLost) focused?.focus({ preventScroll: true });
      bar.hidden = cancel.hidden = true;
      root.dataset.busy = "false";
    },
    /** What can be made of this run here. */
    offer(shown, formats, { preview, begin }) {
      const { run, display, theme } = shown;
      const sets = choicesFor(run, display);
      const titles = (names) => (names.length > 2 ? "All pictures" : names.map((name) => pictureOf(name).title(run)).join(" + "));
      which.replaceChildren(...sets.map((names, i) => new Option(titles(names), String(i))));
      whiteLabel.hidden = !theme.isDark;
      const choice = () => ({ pictures: sets[Number(which.value)], isWhite: white.checked });
      const draw = () => preview(shown, choice());
      which.onchange = white.onchange = draw;
      const button = (label, kind, more = {}) => {
        const made = element("button", "lp-button", { type: "button", "data-kind": kind });
        made.textContent = label;
        made.addEventListener("click", () => begin(kind, { ...choice(), ...more }));
        return made;
      };
      const prints = Object.entries(shownFor(run, display.pictures)).map(([place, name]) => button(pictureOf(name).title(run), "print", { place }));
      const videos = formats.map((format) => button(format?.label ?? "WebM", "video", { format }));
      files.replaceChildren(
        row("Replay", SAID.replay, [button("HTML", "replay")]),
        row("Video", formats.length === 0 ? SAID.noVideo : formats[0] ? SAID.video : SAID.recorded, videos),
        row("GIF", SAID.gif, [button("GIF", "gif")]),
        row("PNG for paper", SAID.print, prints)
      );
      work.hidden = false;
      draw();
      root.dataset.ready = "true";
    },
  };
}

/** One kind of file: its name, what it is for, and the buttons that make it. */
function row(name, what, buttons) {
  const made = element("div", "lp-row", { role: "group", "aria-label": name });
  const text = element("p", "lp-what");
  const title = element("b", "");
  title.textContent = name;
  text.append(title, element("br", ""), what);
  const place = element("div", "lp-buttons");
  place.append(...buttons);
  made.append(text, place);
  return made;
}
