// The form of the next task: one of a short list or one's own, with or without a countdown, and what is free.

/** @import { Task } from "./present_state.js" */

import { element } from "../../live/static/element.js";

const COUNTDOWNS = [[0, "No countdown"], [30, "30 seconds"], [60, "1 minute"], [120, "2 minutes"], [180, "3 minutes"], [300, "5 minutes"], [600, "10 minutes"]];
const MEASURES = [["", "Nothing: no board"], ["learning_rate", "The largest learning rate that still converges"], ["epochs_to_1_percent", "The fewest epochs to 1 % of least squares"], ["final_loss", "The lowest final loss"]];
const OFFERED = [["learning_rate", "Learning rate"], ["batch_size", "Batch size"], ["momentum", "Momentum"], ["n_epochs", "Epochs"], ["weight_decay", "Weight decay"]];

/**
 * @typedef {{kind: string, title: string, text: string, measure: string|null}} Kind of a task, as `tasks.py` has it
 * @typedef {{kind: string, title: string, text: string, measure: string|null, seconds: number|null, address: string, free: string[], bounds: {}}} Start
 */

/**
 * @param {object} options
 * @param {Kind[]} options.kinds
 * @param {() => string|null} options.onPlayPage the address of the run on the Play page, if this browser knows one
 * @param {(start: Start) => Promise<boolean>} options.onStart whether it was taken
 * @param {() => void} options.onCancel
 */
export function createTaskForm({ kinds, onPlayPage, onStart, onCancel }) {
  const form = element("form", "pr-form", { hidden: "", "aria-label": "The next task" });
  const list = element("fieldset", "pr-kinds");
  list.append(legendOf("The next task"), ...kinds.map(kindOption));
  const own = createOwn();
  const details = element("div", "pr-details");
  const countdown = select("pr-countdown", COUNTDOWNS);
  const [base, free] = [createBase(), createFree()];
  details.append(labelled("Countdown", countdown), free.element, base.element);
  const buttons = element("div", "pr-buttons");
  const start = element("button", "pr-button pr-primary", { type: "submit" });
  start.textContent = "Start";
  const cancel = element("button", "pr-button pr-quiet", { type: "button" });
  cancel.textContent = "Cancel";
  buttons.append(start, cancel);
  form.append(list, own.element, details, buttons);

  const chosen = () => kinds.find(({ kind }) => kind === new FormData(form).get("kind")) ?? kinds[0];
  const follow = () => (own.element.hidden = chosen().kind !== "own");
  form.addEventListener("change", follow);
  cancel.addEventListener("click", onCancel);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") onCancel();
  });
  /** @type {Task} */
  let task = null;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { kind, title, text, measure } = chosen();
    const said = kind === "own" ? own.read() : { title, text, measure };
    const seconds = Number(countdown.value) || null;
    start.disabled = true;
    await onStart({ kind, ...said, seconds, address: base.read() ?? task.address, free: free.read(), bounds: {} });
    start.disabled = false;
  });
  return {
    element: form,
    /** @param {Task} current the one in hand, whose run the next one has unless somebody chooses */
    open(current) {
      task = current;
      free.show(current);
      base.show(current, onPlayPage());
      form.hidden = false;
      const next = kinds[(kinds.findIndex(({ kind }) => kind === current.kind) + 1) % kinds.length];
      const option = /** @type {HTMLInputElement} */ (form.querySelector(`input[name=kind][value="${CSS.escape(next.kind)}"]`));
      option.checked = true;
      follow();
      option.focus();
    },
    close() {
      form.hidden = true;
    },
  };
}

function legendOf(text) {
  return Object.assign(element("legend", ""), { textContent: text });
}

function kindOption({ kind, title, text }) {
  const label = element("label", "pr-kind");
  const input = element("input", "", { type: "radio", name: "kind", value: kind });
  const [name, more] = [element("b", ""), element("span", "")];
  [name.textContent, more.textContent] = kind === "own" ? ["One of your own", ""] : [title, text];
  label.append(input, name, more);
  return label;
}

function select(className, options) {
  const made = element("select", className);
  made.append(...options.map(([value, text]) => new Option(text, String(value))));
  return made;
}

function labelled(text, control) {
  const label = element("label", "pr-labelled");
  label.append(Object.assign(element("span", ""), { textContent: text }), control);
  return label;
}

/** A task in the presenter's own words. */
function createOwn() {
  const box = element("div", "pr-own", { hidden: "" });
  const title = element("input", "", { type: "text", maxlength: "80", placeholder: "Title" });
  const text = element("textarea", "", { maxlength: "400", rows: "2", placeholder: "What is to be done" });
  const measure = select("", MEASURES);
  box.append(labelled("Title", title), labelled("Text", text), labelled("What counts", measure));
  return {
    element: box,
    read: () => ({ title: title.value.trim() || "A task", text: text.value.trim(), measure: measure.value || null }),
  };
}

/** Which knobs the class may move. */
function createFree() {
  const box = element("fieldset", "pr-free");
  box.append(legendOf("What everybody may move"));
  const options = element("div", "pr-options");
  box.append(options);
  return {
    element: box,
    /** @param {Task} task */
    show({ free, offered }) {
      const all = offered?.map(({ name, label }) => [name, label]) ?? OFFERED;
      options.replaceChildren(...all.map(([name, label]) => checkbox(name, label, free.includes(name))));
    },
    read: () => [.../** @type {NodeListOf<HTMLInputElement>} */ (options.querySelectorAll("input:checked"))].map(({ value }) => value),
  };
}

function checkbox(name, text, isChecked) {
  const label = element("label", "pr-check");
  const input = element("input", "", { type: "checkbox", value: name });
  input.checked = isChecked;
  label.append(input, Object.assign(element("span", ""), { textContent: text }));
  return label;
}

/** What is trained: as it was, or what the Play page shows. */
function createBase() {
  const box = element("fieldset", "pr-base");
  box.append(legendOf("What is trained"));
  const options = element("div", "pr-options");
  box.append(options);
  let onPage = null;
  const option = (value, text, isChecked) => {
    const label = element("label", "pr-check");
    const input = element("input", "", { type: "radio", name: "base", value });
    input.checked = isChecked;
    label.append(input, Object.assign(element("span", ""), { textContent: text }));
    return label;
  };
  return {
    element: box,
    /** @param {Task} task @param {string|null} shown */
    show({ about, address }, shown) {
      onPage = shown !== address ? shown : null;
      const now = about ? `As now: ${about}` : "As now";
      options.replaceChildren(option("now", now, true), ...(onPage ? [option("page", "What the Play page shows", false)] : []));
    },
    /** @returns {string|null} null: as it was */
    read() {
      const input = /** @type {HTMLInputElement|null} */ (options.querySelector("input:checked"));
      return input?.value === "page" ? onPage : null;
    },
  };
}
