// Room for a text whose lines come and go: as high as it has been, so that nothing below it jumps.

import { element } from "./element.js";

/**
 * @param {HTMLElement} content keeps its own height; the room around it only grows, until `reset` or
 *   another width
 */
export function createRoom(content) {
  const room = element("div", "ll-room");
  room.append(content);
  let [tallest, width] = [0, 0];
  const observer = new ResizeObserver((entries) => { // told after layout: nothing is measured in a frame
    const { inlineSize, blockSize } = entries.at(-1).borderBoxSize[0];
    tallest = inlineSize === width ? Math.max(tallest, blockSize) : blockSize;
    width = inlineSize;
    room.style.minHeight = `${tallest}px`;
  });
  observer.observe(content);
  return {
    element: room,
    /** Forgets the former texts: the room is as high as the present one. */
    reset() {
      tallest = 0;
      observer.unobserve(content);
      observer.observe(content); // which tells the size anew
    },
  };
}
