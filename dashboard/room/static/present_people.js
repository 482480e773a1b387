// Who is in the room: how many always, their names when asked for, and the way out for one of them.

/** @import { Person } from "./present_state.js" */

import { element } from "../../live/static/element.js";
import { count } from "../../live/static/format.js";
import { createConfirmed } from "./confirmed.js";

/**
 * @param {(person: Person) => void} onRemove
 */
export function createPeople(onRemove) {
  const button = element("button", "pr-button pr-people-button", { type: "button", popovertarget: "pr-people" });
  const panel = element("div", "pr-panel pr-people", { popover: "auto", id: "pr-people", role: "dialog", "aria-label": "People" });
  const empty = element("p", "pr-note");
  empty.textContent = "Nobody has joined yet.";
  const list = element("ul", "");
  panel.append(empty, list);
  const items = new Map(); // by the person's number
  let isOpen = false;
  /** @type {Person[]} */
  let people = [];

  const fill = () => {
    empty.hidden = people.length > 0;
    const wanted = new Set(people.map(({ id }) => id));
    for (const [id, item] of items) {
      if (wanted.has(id)) continue;
      item.element.remove();
      items.delete(id);
    }
    people.forEach((person, i) => {
      if (!items.has(person.id)) items.set(person.id, createItem(person, onRemove));
      const item = items.get(person.id);
      item.show(person);
      if (list.children[i] !== item.element) list.insertBefore(item.element, list.children[i] ?? null);
    });
  };
  panel.addEventListener("toggle", (event) => {
    isOpen = /** @type {ToggleEvent} */ (event).newState === "open";
    if (isOpen) fill();
  });
  return {
    button,
    panel,
    /** @param {Person[]} next @param {number} nPeople without those who have left @param {number} most that there is room for */
    show(next, nPeople, most) {
      const isFull = next.length >= most; // who has left may come back
      button.textContent = `${count(nPeople)} ${nPeople === 1 ? "person" : "people"}${isFull ? ", full" : ""}`;
      people = next;
      if (isOpen) fill();
    },
  };
}

function createItem(person, onRemove) {
  const item = element("li", "");
  const name = element("span", "pr-name");
  let shown = person;
  const remove = createConfirmed({
    label: "Remove",
    title: () => `Remove ${shown.name}`,
    question: () => `Remove ${shown.name} for good?`,
    yes: "Remove",
    onYes: () => onRemove(shown),
  });
  item.append(name, remove.element);
  return {
    element: item,
    /** @param {Person} next */
    show(next) {
      shown = next;
      name.textContent = next.hasLeft ? `${next.name} (left)` : next.name;
      remove.refresh();
    },
  };
}
