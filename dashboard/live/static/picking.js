// Clicks on points of a picture, by mouse, pen or finger.

const REACH = 14; // pixels from a point
const TOUCH_REACH = 24;
const MOST_MOVED = 5; // pixels: further is a drag
const DOUBLE_CLICK_MS = 280; // a second click within this resets the axes and picks nothing

/**
 * @typedef {object} Pick a point that can be clicked
 * @property {number} x in pixels of the picture
 * @property {number} y
 * @property {object} pick what a click on it says
 */

/**
 * @param {HTMLElement} div plotly's
 * @param {(x: number, y: number, reach: number) => {pick: object}|null} at what a click on a place says; null: nothing
 * @param {(pick: object) => void} onPick
 */
export function watchPicks(div, at, onPick) {
  let down = null;
  let waiting = 0;
  const find = (event, reach) => {
    const box = div.getBoundingClientRect();
    return at(event.clientX - box.left, event.clientY - box.top, reach);
  };
  const isOnPoints = (event) => Boolean(event.target.closest?.(".nsewdrag"));

  div.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch") return;
    div.classList.toggle("ll-picks", isOnPoints(event) && find(event, REACH) !== null);
  });
  div.addEventListener("pointerleave", () => div.classList.remove("ll-picks"));
  div.addEventListener("pointerdown", (event) => {
    const isSecond = waiting !== 0;
    clearTimeout(waiting);
    waiting = 0;
    down = !isSecond && event.isPrimary && event.button === 0 && isOnPoints(event) ? event : null;
    if (down) addEventListener("pointerup", release, { once: true }); // plotly covers the page while it drags
  });
  div.addEventListener("pointercancel", () => (down = null)); // the page scrolls

  const release = (event) => {
    if (!down || event.pointerId !== down.pointerId) return;
    const moved = Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY);
    const found = moved <= MOST_MOVED ? find(down, down.pointerType === "touch" ? TOUCH_REACH : REACH) : null;
    down = null;
    if (!found) return;
    waiting = setTimeout(() => {
      waiting = 0;
      onPick(found.pick);
    }, DOUBLE_CLICK_MS);
  };
}

/** The candidate nearest to a place, or null where none is within `reach`. */
export function nearest(candidates, x, y, reach) {
  let best = null;
  let least = reach;
  for (const candidate of candidates) {
    const distance = Math.hypot(candidate.x - x, candidate.y - y);
    if (distance <= least) [best, least] = [candidate, distance];
  }
  return best;
}
