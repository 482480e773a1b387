// What a presenter knows of a room: what its changes have told this far.

import { clockAhead, secondsLeft } from "./countdown.js";

/**
 * @typedef {object} Task
 * @property {number} number
 * @property {string} kind
 * @property {string} title
 * @property {string} text
 * @property {"epochs_to_1_percent"|"learning_rate"|"final_loss"|null} measure
 * @property {"smaller"|"larger"|null} better
 * @property {number} startedAt
 * @property {number|null} endsAt of its countdown
 * @property {boolean} isOver
 * @property {string[]} free
 * @property {string} address of the run that it is about
 * @property {import("../../live/static/knob.js").Knob[]} knobs the free ones
 * @property {{name: string, label: string}[]} [offered] what could be free
 * @property {string} about
 *
 * @typedef {object} Room
 * @property {string} code
 * @property {string} title
 * @property {"free"|"follow"} mode
 * @property {boolean} isFrozen
 * @property {boolean} isRevealed
 * @property {boolean} isExplained
 * @property {boolean} isPodium
 * @property {boolean} mayTypeNames
 * @property {boolean} hasEnded
 * @property {number} nPeople when it was told
 * @property {number} maxPeople
 * @property {number|null} endsAt
 * @property {number} [now] the server's clock when it said so
 * @property {Task} task
 *
 * @typedef {object} Person
 * @property {number} id
 * @property {string} name
 * @property {boolean} isRemoved
 * @property {boolean} hasLeft
 *
 * @typedef {object} Dot
 * @property {number} task
 * @property {number} person
 * @property {string} run
 * @property {Object<string, number|null>} settings
 * @property {"converged"|"finished"|"diverged"} status
 * @property {number|null} finalLoss
 * @property {number|null} epochsTo1Percent
 * @property {number|null} distance
 * @property {number|null} score
 * @property {number} at
 *
 * @typedef {object} Row of the board
 * @property {number} rank
 * @property {number} person
 * @property {string} name
 * @property {number} score
 * @property {Object<string, number|null>} settings
 *
 * @typedef {object} Board
 * @property {number} task
 * @property {string|null} measure
 * @property {Row[]} rows
 * @property {number} nPeople
 * @property {number} nCounted
 *
 * @typedef {{n: number, kind: string, body: any}} Change
 */

export class PresentState {
  /** @type {Room|null} */
  room = null;
  /** @type {Map<number, Person>} */
  people = new Map();
  /** @type {Board|null} */
  board = null;
  /** @type {number|null} seconds that the server's clock is ahead of ours */
  clockAhead = null;
  version = 0; // of the dots: another one where some have gone
  #dots = new Map(); // by task; each by person and run

  /**
   * Takes in a change, also one that has come before.
   * @param {Change} change
   * @param {number} now seconds of our own clock
   */
  take({ kind, body }, now) {
    if (kind === "room") this.#takeRoom(body, now);
    else if (kind === "person") this.#takePerson(body);
    else if (kind === "dot") this.#takeDot(body);
    else if (kind === "board") this.board = body;
  }

  /**
   * The dots of a task, in the order in which they came.
   * @returns {Dot[]}
   */
  dotsOf(task) {
    return this.#dots.get(task)?.list ?? [];
  }

  /** The numbers of the tasks that have dots. */
  get tasksWithDots() {
    return [...this.#dots.keys()].sort((a, b) => a - b);
  }

  /** The board of the task in hand, once it is revealed. */
  get shownBoard() {
    const { room, board } = this;
    return room?.isRevealed && board?.task === room.task.number ? board : null;
  }

  nameOf(person) {
    return this.people.get(person)?.name ?? "Somebody";
  }

  /** How many are in the room: the room's own state tells it only when something else has changed, too. */
  get nPresent() {
    let n = 0;
    for (const { isRemoved, hasLeft } of this.people.values()) if (!isRemoved && !hasLeft) n += 1;
    return n;
  }

  /** Those who were not removed, by name. */
  get present() {
    return [...this.people.values()].filter(({ isRemoved }) => !isRemoved).sort((a, b) => a.name.localeCompare(b.name, "en"));
  }

  /** @param {Room} room */
  #takeRoom(room, now) {
    this.room = room;
    if (room.now !== undefined) this.clockAhead = clockAhead(this.clockAhead, room.now, now);
  }

  /** @param {Person} person */
  #takePerson(person) {
    this.people.set(person.id, person);
    if (!person.isRemoved) return;
    for (const held of this.#dots.values()) {
      const kept = held.list.filter((dot) => dot.person !== person.id);
      if (kept.length === held.list.length) continue;
      held.list = kept;
      held.places = new Map(kept.map((dot, i) => [keyOf(dot), i]));
      this.version += 1;
    }
  }

  /** @param {Dot} dot */
  #takeDot(dot) {
    if (this.people.get(dot.person)?.isRemoved) return;
    if (!this.#dots.has(dot.task)) this.#dots.set(dot.task, { list: [], places: new Map() });
    const { list, places } = this.#dots.get(dot.task);
    if (places.has(keyOf(dot))) return;
    places.set(keyOf(dot), list.length);
    list.push(dot);
  }
}

const keyOf = ({ person, run }) => `${person} ${run}`;

/** @typedef {"task"|"end"|"reveal"|"explain"|"none"} Step */

/**
 * What a presenter does next.
 * @param {Room} room
 * @param {boolean} isOver also by our own clock, where the server has not said so yet
 * @param {boolean} canExplain whether theory has anything to say
 * @returns {Step}
 */
export function nextStep(room, isOver, canExplain) {
  if (room.hasEnded) return "none";
  if (room.task.measure === null) return room.task.kind === "free_play" || isOver ? "task" : "end";
  if (!isOver && !room.isRevealed) return "end";
  if (!room.isRevealed) return "reveal";
  return room.isExplained || !canExplain ? "task" : "explain";
}

/** Seconds that are left of a task's countdown; null where it has none. */
export const leftOf = ({ endsAt }, now) => (endsAt === null ? null : secondsLeft(endsAt, now));

/**
 * A podium's steps from left to right, each with its place: second, first, third.
 * @param {Row[]} rows in order
 * @returns {[number, Row][]}
 */
export function podiumOf(rows) {
  return [2, 1, 3].filter((place) => place <= rows.length).map((place) => [place, rows[place - 1]]);
}
