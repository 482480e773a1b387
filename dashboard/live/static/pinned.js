// What a page shows of its pins beside the pictures: the strip of chips, and the table of what differs.
// Loaded once there are any.

/** @import { PinTold } from "./ghosts.js" */
/** @import { Run } from "./run.js" */

import { createPinsSheet } from "./pins_sheet.js";
import { createPinsStrip } from "./pins_strip.js";
import { columnsOf, rowsOf } from "./pins_table.js";

/**
 * @param {{strip: HTMLElement, table: HTMLElement}} places
 * @param {(action: {what: string, slot?: number, name?: string}) => void} act
 */
export function createPinned(places, act) {
  const sheet = createPinsSheet(places.table);
  const strip = createPinsStrip(places.strip, { act, save: () => sheet.save() });
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
      for (const [slot, text] of said) strip.say(slot, text);
      const columns = columnsOf(front, pins, runOf);
      sheet.show(columns, pins.length ? rowsOf(columns, compared) : []);
    },
  };
}
