// Server-sent events as they come out of a `fetch`, which, unlike an EventSource, can send a header.

/**
 * @typedef {object} ServerEvent
 * @property {string} kind its `event:`
 * @property {string} data
 * @property {string} id "" where it has none
 */

/** Cuts the text of a stream into events, wherever the network happened to cut it. */
export class EventReader {
  #decoder = new TextDecoder();
  #pending = "";

  /**
   * @param {Uint8Array} bytes the next of the stream
   * @returns {ServerEvent[]} the events that are now complete; comments, which keep a line open, are none
   */
  push(bytes) {
    const blocks = (this.#pending + this.#decoder.decode(bytes, { stream: true })).split(/\r\n\r\n|\n\n|\r\r/);
    this.#pending = blocks.pop() ?? "";
    return blocks.map(parseEvent).filter((event) => event.data !== "");
  }
}

/** @returns {ServerEvent} */
function parseEvent(block) {
  const event = { kind: "message", data: [], id: "" };
  for (const line of block.split(/\r\n|\n|\r/)) {
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (field === "data") event.data.push(value);
    else if (field === "event") event.kind = value;
    else if (field === "id") event.id = value;
  }
  return { ...event, data: event.data.join("\n") };
}
