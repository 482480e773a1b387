// What the class is asked to do, and how long it still has.

import { element } from "../../live/static/element.js";
import { clockText, secondsLeft } from "./countdown.js";

const TICK_MS = 250;
const SOON = 10; // seconds: the last ones are told apart

/** @param {() => void} onOver the countdown has ended */
export function createJoinTask(onOver) {
  const box = element("section", "lj-task", { "aria-label": "Task" });
  const said = element("div", "lj-task-said", { "aria-live": "polite" });
  const title = element("h2", "lj-task-title");
  const text = element("p", "lj-task-text");
  const about = element("p", "lj-about");
  const clock = element("span", "lj-clock", { role: "timer", "aria-live": "off", "aria-label": "Time left" });
  said.append(title, text);
  box.append(clock, said, about);
  let timer = 0;
  let isOver = false;

  const set = (place, words) => {
    if (place.textContent !== words) place.textContent = words;
  };
  return {
    element: box,
    /**
     * @param {object} task as the room tells it
     * @param {() => number} now the server's clock, in unix seconds
     */
    show(task, now) {
      set(title, task.title);
      set(text, task.text);
      set(about, task.about ?? "");
      clearInterval(timer);
      const look = () => {
        const left = task.endsAt === null ? null : secondsLeft(task.endsAt, now());
        const isNowOver = task.isOver || left === 0;
        clock.hidden = left === null;
        if (left !== null) set(clock, isNowOver ? "Over" : clockText(left));
        clock.classList.toggle("lj-soon", left !== null && left <= SOON);
        if (isNowOver) clearInterval(timer);
        const isNews = isNowOver && !isOver;
        isOver = isNowOver;
        if (isNews) onOver();
      };
      isOver = false;
      if (task.endsAt !== null && !task.isOver) timer = setInterval(look, TICK_MS);
      look();
    },
    get isOver() {
      return isOver;
    },
    stop: () => clearInterval(timer),
  };
}
