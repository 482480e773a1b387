// What a page shows of its pins beside the pictures: the strip of chips, and the table of what differs.
// Loaded once there are any.

/** @import { PinTold } from "./ghosts.js" */
/** @import { Run } from "./run.js" */

import { createPinsSheet } from "./pins_sheet.js";
import { createPinsStrip } from "./pins_strip.js";
import { columnsOf, raceOf, rowsOf } from "./pins_table.js";
import { saidAt, standingsOf } from "./standings.js";

/**
 * @param {{strip: HTMLElement, table: HTMLElement}} places
 * @param {(action: {what: string, slot?: number, name?: string}) => void} act
 */
export function createPinned(places, act) {
  const sheet = createPinsSheet(places.table);
  const strip = createPinsStrip(places.strip, { act, save: () => sheet.save() });
  /** @type {{slot: number, run: Run|null, standing: import("./standings.js").Standing|null}[]} */
  let racers = [];
  return {
    flash: strip.flash,
    addEntry: strip.addEntry,
    /**
     * @param {object} told
     * @param {PinTold[]} told.pins
     * @param {import("./pins_table.js").Told[]} told.compared
     * @param {Run|null} told.front
     * @param {(slot: number) => Run|null} told.runOf
     * @param {Map<number, string>} told.said lines at the ends of chips, by slot
     * @param {import("./theme.js").Theme} told.theme
     */
    show({ pins, compared, front, runOf, said, theme }) {
      strip.show(pins, theme);
      const runs = pins.map(({ slot }) => runOf(slot));
      const standings = standingsOf(runs, raceOf);
      racers = pins.map(({ slot }, i) => ({ slot, run: runs[i], standing: said.get(slot) ? null : standings[i] }));
      for (const [slot, text] of said) strip.say(slot, text);
      const columns = columnsOf(front, pins, runOf);
      sheet.show(columns, pins.length ? rowsOf(columns, compared) : []);
    },
    /** Says in the chips who has come within 1 % of the goal until this epoch. */
    showOrder(epoch) {
      for (const { slot, run, standing } of racers) if (standing) strip.say(slot, saidAt(standing, run, epoch));
    },
  };
}
