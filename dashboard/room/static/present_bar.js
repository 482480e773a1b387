// The task in hand and what a presenter does next: the steps of a round in their order, one of them primary.

/** @import { Room, Step } from "./present_state.js" */

import { element } from "../../live/static/element.js";
import { clockText } from "./countdown.js";
import { leftOf, nextStep } from "./present_state.js";

const TICK_MS = 250;
const HURRY = 10; // seconds: from here on the countdown is told apart

/**
 * @param {object} options
 * @param {(command: object) => void} options.act
 * @param {() => void} options.onNext
 * @param {() => number} options.now seconds of the server's clock
 */
export function createBar({ act, onNext, now }) {
  const box = element("section", "pr-task", { "aria-label": "The task" });
  const words = element("div", "pr-words");
  const [title, text, about] = [element("h2", "pr-title"), element("p", "pr-text"), element("p", "pr-about")];
  words.append(title, text, about);
  const clock = element("output", "pr-clock", { role: "timer", hidden: "" });
  const steps = element("div", "pr-steps", { role: "group", "aria-label": "Steps" });
  /** @type {Room} */
  let room = null;
  let canExplain = false;
  const isOver = () => room.task.isOver || leftOf(room.task, now()) === 0;
  const step = (name, label, onClick) => {
    const button = element("button", `pr-button pr-step-${name}`, { type: "button" });
    button.textContent = label;
    button.addEventListener("click", onClick);
    steps.append(button);
    return button;
  };
  const buttons = {
    end: step("end", "End task", () => act({ do: "end_task" })),
    reveal: step("reveal", "Reveal", () => act({ do: "reveal", on: !room.isRevealed })),
    explain: step("explain", "Explain", () => act({ do: "explain", on: !room.isExplained })),
    task: step("task", "Next task", onNext),
  };
  const apart = element("div", "pr-steps pr-apart", { role: "group", "aria-label": "Everybody's screens" });
  const toggle = (label, title, onClick) => {
    const button = element("button", "pr-button", { type: "button", title });
    button.textContent = label;
    button.addEventListener("click", onClick);
    apart.append(button);
    return button;
  };
  const follow = toggle("Follow", "Everybody sees the run of your Play page, or one from elsewhere", () => act({ do: "follow", on: room.mode !== "follow" }));
  const freeze = toggle("Freeze", "Everybody's picture is held", () => act({ do: "freeze", on: !room.isFrozen }));
  box.append(words, clock, steps, apart);

  let timer = 0;
  let wasOver = false;
  const tick = () => {
    const left = leftOf(room.task, now());
    const isRunning = left !== null && !room.task.isOver && !room.hasEnded;
    clock.hidden = !isRunning;
    const said = isRunning ? clockText(left) : "";
    if (clock.textContent !== said) clock.textContent = said;
    clock.classList.toggle("pr-hurry", isRunning && left <= HURRY);
    clearTimeout(timer);
    if (isRunning && left > 0) timer = setTimeout(tick, TICK_MS);
    if (isOver() !== wasOver) draw();
  };
  const draw = () => {
    wasOver = isOver();
    const { task, isRevealed, isExplained, hasEnded } = room;
    const next = nextStep(room, wasOver, canExplain);
    const isJudged = task.measure !== null;
    for (const [name, button] of Object.entries(buttons)) button.classList.toggle("pr-primary", name === next);
    buttons.end.hidden = task.kind === "free_play";
    buttons.end.disabled = wasOver || hasEnded;
    buttons.reveal.hidden = !isJudged;
    buttons.explain.hidden = !canExplain;
    for (const button of [buttons.reveal, buttons.explain, buttons.task, follow, freeze]) button.disabled = hasEnded;
    press(buttons.reveal, isRevealed, "Reveal", "Hide the board");
    press(buttons.explain, isExplained, "Explain", "Hide theory");
    press(follow, room.mode === "follow", "Follow", "Set free");
    press(freeze, room.isFrozen, "Freeze", "Unfreeze");
    buttons.task.textContent = task.kind === "free_play" && task.number === 1 ? "Start a task" : "Next task";
  };
  return {
    element: box,
    /** @param {Room} next @param {boolean} explains whether theory has anything to say */
    show(next, explains) {
      [room, canExplain] = [next, explains];
      const { task, hasEnded } = room;
      title.textContent = hasEnded ? "This room has ended" : task.number > 1 ? `${task.number - 1}. ${task.title}` : task.title;
      text.textContent = hasEnded ? "Its results can still be downloaded, under Room." : task.text;
      about.textContent = hasEnded ? "" : task.about;
      draw();
      tick();
    },
    destroy: () => clearTimeout(timer),
  };
}

/** A button that is down says what it would undo. */
function press(button, isOn, label, undo) {
  button.textContent = isOn ? undo : label;
  button.classList.toggle("pr-on", isOn);
}
