// What theory says of a task's base run: it comes in that run's own stream, as the live view gets it.

import { openStream } from "../../live/static/stream.js";

/**
 * @param {string} base what all paths begin with
 * @param {(zones: Object<string, import("../../live/static/zones.js").Zones|null>) => void} onZones
 */
export function createZonesReader(base, onZones) {
  let address = null;
  let close = () => {};
  return {
    /** @param {string|null} next the address of the run that it is about */
    follow(next) {
      if (next === address) return;
      close();
      address = next;
      onZones({});
      if (next === null) return;
      const visitor = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
      close = openStream(`${base}/live/${next}?visitor=${visitor}&slot=0`, {
        onChunk: (chunk) => {
          if (chunk.kind !== "zones") return;
          onZones(chunk.of);
          close();
        },
        onMessage: () => {},
        onWait: () => {},
      });
    },
    destroy: () => close(),
  };
}
