// The presenter's page: follows its room by itself, whatever becomes of Streamlit's session.

/** @import { Change } from "./present_state.js" */

import { element } from "../../live/static/element.js";
import { loadStyle } from "../../live/static/load_style.js";
import { createBoard } from "./present_board.js";
import { createBar } from "./present_bar.js";
import { createDotsChart } from "./dots_chart.js";
import { createJoinPanel, usualSize } from "./present_join.js";
import { keyInFragment, Memory } from "./present_keys.js";
import { createMenu } from "./present_menu.js";
import { createPeople } from "./present_people.js";
import { leftOf, PresentState } from "./present_state.js";
import { createTable } from "./present_table.js";
import { createTaskForm } from "./present_tasks.js";
import { createDoor } from "./present_door.js";
import { createZonesReader } from "./present_zones.js";
import { readCode } from "./room_code.js";
import { createRoomLink } from "./room_link.js";

const SAID_MS = 8000;
const LOST = "The connection is lost: trying again. What is on screen stays, and nothing is lost.";

/**
 * @typedef {object} Given by the page's script
 * @property {string} code "" where the address names none
 * @property {string|null} key of a room that this session has just started
 * @property {string} base what all paths begin with
 * @property {string} style
 * @property {import("./present_tasks.js").Kind[]} tasks
 */

/**
 * @param {HTMLElement} root
 * @param {Given} given
 */
export async function createPresenter(root, given) {
  await loadStyle(given.style);
  document.body.dataset.linregRoom = "";
  let view = open(root, given);
  let shown = given.code;
  return {
    /** @param {Given} next */
    update(next) {
      if (next.code === shown) return;
      view.destroy();
      shown = next.code;
      view = open(root, next);
    },
    destroy() {
      delete document.body.dataset.linregRoom;
      view.destroy();
    },
  };
}

/** @param {HTMLElement} root @param {Given} given */
function open(root, given) {
  const memory = new Memory();
  const code = readCode(given.code);
  const brought = keyInFragment(window.location.hash);
  if (brought !== null) {
    if (code) memory.keep(code, brought);
    window.history.replaceState(window.history.state, "", window.location.pathname + window.location.search);
  } else if (code && given.key) memory.keep(code, given.key);
  const key = code ? memory.keyOf(code) : null;
  if (!key) return createDoor(root, { base: given.base, code, codes: memory.codes });
  memory.presenting = code;
  return new Presenter(root, { ...given, code, key, memory });
}

class Presenter {
  #root;
  #base;
  #code;
  #key;
  #memory;
  #state = new PresentState();
  #link;
  #parts;
  /** @type {Object<string, import("../../live/static/zones.js").Zones|null>} */
  #zones = {};
  #zonesReader;
  #size = null; // of the way in, once the presenter has said
  #shownTask = null; // whose dots are on screen; null: the one in hand
  #frame = 0;
  #saidTimer = 0;
  #themeObserver;

  constructor(root, { base, code, key, memory, tasks }) {
    [this.#root, this.#base, this.#code, this.#key, this.#memory] = [root, base, code, key, memory];
    root.replaceChildren();
    root.classList.add("pr-ready");
    this.#parts = this.#build(tasks);
    this.#zonesReader = createZonesReader(base, (zones) => {
      this.#zones = zones;
      this.#wake();
    });
    this.#link = createRoomLink({
      base: `${window.location.origin}${base}/`,
      code,
      token: key,
      onChange: (change) => this.#take(change),
      onState: (state, message) => this.#showLink(state, message),
    });
    this.#themeObserver = new MutationObserver(() => this.#parts.chart.followTheme(root));
    for (const watched of [document.head, document.querySelector(".stApp"), root.parentElement]) {
      if (watched) this.#themeObserver.observe(watched, { attributes: true, attributeFilter: ["class", "style"], childList: watched === document.head });
    }
  }

  destroy() {
    this.#link.close();
    this.#zonesReader.destroy();
    this.#themeObserver.disconnect();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#saidTimer);
    this.#parts.bar.destroy();
    this.#parts.chart.destroy();
    this.#root.replaceChildren();
  }

  #build(tasks) {
    const act = (command) => this.#act(command);
    const join = createJoinPanel({
      code: this.#code,
      base: this.#base,
      memory: this.#memory,
      onResize: (size) => {
        this.#size = size;
        this.#wake();
      },
    });
    const people = createPeople(({ id }) => act({ do: "remove", person: id }));
    const menu = createMenu({
      code: this.#code,
      keyLink: `${window.location.origin}${this.#base}/room?room=${this.#code}#key=${this.#key}`,
      watchLink: `${this.#base}/watch`,
      act,
      csv: () => this.#csv(),
      say: (message) => this.#say(message),
    });
    const form = createTaskForm({
      kinds: tasks,
      onPlayPage: () => this.#memory.shown,
      onStart: async (start) => {
        const isTaken = await act({ do: "start_task", ...start });
        if (isTaken) closeForm();
        return isTaken;
      },
      onCancel: () => closeForm(),
    });
    const closeForm = () => {
      form.close();
      this.#wake();
    };
    const bar = createBar({
      act,
      now: () => this.#now,
      onNext: () => {
        form.open(this.#state.room.task);
        this.#wake();
      },
    });
    const head = element("header", "pr-head");
    const link = element("span", "pr-link", { role: "status" });
    head.append(link, people.button, menu.button, people.panel, menu.panel);
    const said = element("p", "pr-said", { role: "status" });
    const main = element("div", "pr-main");
    const place = element("div", "pr-chart");
    const aside = element("div", "pr-aside");
    const board = createBoard();
    aside.append(board.element);
    main.append(place, aside);
    this.#root.append(join.element, head, said, bar.element, form.element, main);
    const chart = createDotsChart(place, { nameOf: (person) => this.#state.nameOf(person), onOpen: (dot) => this.#open(dot) });
    const table = createTable(() => this.#tableOf());
    const which = createTaskMenu((task) => {
      this.#shownTask = task;
      this.#wake();
    });
    chart.caption.append(which.element, table.button);
    return { join, people, menu, form, bar, link, said, chart, board, which, table, main };
  }

  get #now() {
    return Date.now() / 1000 + (this.#state.clockAhead ?? 0);
  }

  /** @param {Change} change */
  #take(change) {
    const former = this.#state.room?.task.number;
    this.#state.take(change, Date.now() / 1000);
    const { room } = this.#state;
    if (change.kind === "room") {
      if (former !== undefined && former !== room.task.number) [this.#shownTask, this.#size] = [null, null];
      this.#zonesReader.follow(room.task.address || null);
      this.#memory.mode = `${room.code} ${room.mode}`;
    }
    this.#wake();
  }

  /** Draws once for all that came since the last frame. */
  #wake() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw() {
    const { room } = this.#state;
    if (!room) return;
    const { join, people, menu, bar, form, chart, board, which } = this.#parts;
    const explains = Object.values(this.#zones).some((zones) => zones !== null);
    const size = this.#size ?? usualSize(room, this.#state.people.size);
    if (room.hasEnded) form.close();
    join.show(size, room.hasEnded);
    people.show(this.#state.present, this.#state.nPresent, room.maxPeople);
    menu.show(room);
    bar.show(room, explains);
    board.show(this.#state.shownBoard, room.isPodium);
    const task = this.#shownTask ?? room.task.number;
    which.show(room.task, this.#state.tasksWithDots, task);
    Object.assign(this.#root.dataset, { join: room.hasEnded ? "line" : size, form: form.element.hidden ? "closed" : "open", board: this.#state.shownBoard ? "shown" : "hidden", dots: String(this.#state.dotsOf(task).length), people: String(this.#state.nPresent), task: String(room.task.number) });
    if (size === "full" && !room.hasEnded) return;
    chart.show({
      task: task === room.task.number ? room.task : pastTask(task, this.#state.dotsOf(task)),
      dots: this.#state.dotsOf(task),
      version: this.#state.version,
      zones: task === room.task.number ? this.#zones : {},
      showsLimit: this.#mayShowLimit,
      showsZones: room.isExplained,
    });
  }

  /** While a task is judged and under way, the limit would give its answer away. */
  get #mayShowLimit() {
    const { task, isRevealed, isExplained, hasEnded } = this.#state.room;
    return task.measure === null || task.isOver || isRevealed || isExplained || hasEnded || leftOf(task, this.#now) === 0;
  }

  #showLink(state, message) {
    const { link, join, main } = this.#parts;
    this.#root.dataset.link = state;
    link.textContent = state === "lost" ? LOST : state === "polling" ? "By polling" : "";
    if (state === "live") join.again();
    if (state !== "refused") return;
    if (message) link.textContent = message;
    main.hidden = this.#state.room === null;
    if (this.#state.room === null) this.#leave(message);
  }

  /** The key opens nothing here any more. */
  #leave(message) {
    this.destroy();
    createDoor(this.#root, { base: this.#base, code: this.#code, codes: this.#memory.codes.filter((code) => code !== this.#code), message });
  }

  async #act(command) {
    try {
      await this.#link.post("present", command);
      this.#link.wake();
      if (command.do === "delete") this.#forget();
      return true;
    } catch (error) {
      this.#say(error.message || "That did not reach the server. Try again when the connection is back.");
      return false;
    }
  }

  #forget() {
    this.#memory.keep(this.#code, null);
    this.#memory.presenting = null;
    this.#leave("The room and all that it kept are deleted.");
  }

  async #csv() {
    const response = await fetch(`${this.#base}/room/${this.#code}/board.csv`, { headers: { Authorization: `Bearer ${this.#key}` }, cache: "no-store" });
    if (!response.ok) throw new Error(`The server answered ${response.status}.`);
    return response.blob();
  }

  /** @param {import("./present_state.js").Dot} dot */
  #open(dot) {
    window.open(this.#addressOf(dot), "_blank", "noopener");
  }

  #addressOf = (dot) => `${this.#base}/room/${this.#code}/open/${encodeURIComponent(dot.run)}?task=${dot.task}`;

  #tableOf() {
    const task = this.#shownTask ?? this.#state.room.task.number;
    const dots = this.#state.dotsOf(task);
    const about = task === this.#state.room.task.number ? this.#state.room.task : pastTask(task, dots);
    return { task: about, dots, nameOf: (person) => this.#state.nameOf(person), addressOf: this.#addressOf };
  }

  #say(message) {
    const { said } = this.#parts;
    said.textContent = message;
    clearTimeout(this.#saidTimer);
    this.#saidTimer = setTimeout(() => (said.textContent = ""), SAID_MS);
  }
}

/** What is known of a task that is over from its dots alone. */
function pastTask(number, dots) {
  const free = [...new Set(dots.flatMap(({ settings }) => Object.keys(settings)))];
  return { number, kind: "past", title: "", text: "", measure: null, better: null, startedAt: dots[0]?.at ?? 0, endsAt: null, isOver: true, free, address: "", knobs: [], about: "" };
}

/** Whose dots are on screen, where earlier tasks have some. */
function createTaskMenu(onChoose) {
  const menu = element("select", "pr-axis pr-which", { "aria-label": "Whose task's runs are shown", title: "Whose task's runs are shown" });
  let former = "";
  let current = null;
  menu.addEventListener("change", () => onChoose(Number(menu.value) === current ? null : Number(menu.value)));
  const label = (number) => (number === 1 ? "Free play" : `Task ${number - 1}`);
  return {
    element: menu,
    show(task, numbers, shown) {
      current = task.number;
      const all = [...new Set([...numbers, current])].sort((a, b) => a - b);
      menu.hidden = all.length < 2;
      if (all.join() !== former) {
        former = all.join();
        menu.replaceChildren(...all.map((number) => new Option(label(number), String(number))));
      }
      menu.value = String(shown);
    },
  };
}
