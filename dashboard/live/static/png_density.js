// How large a PNG file is on paper: programs that lay out pages take it in that size.

const HEAD = 33; // bytes of the signature and the first chunk, behind which it may stand
const METRE = 1;
const POLYNOMIAL = 0xedb88320;

/**
 * The file with its density, dots to the metre, told in a chunk "pHYs".
 * @param {Uint8Array} png without one
 * @param {number} dots
 */
export function withDensity(png, dots) {
  const chunk = new Uint8Array(21);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, 9); // bytes of what is told
  chunk.set(Uint8Array.from("pHYs", (letter) => letter.charCodeAt(0)), 4);
  view.setUint32(8, dots);
  view.setUint32(12, dots);
  chunk[16] = METRE;
  view.setUint32(17, checksum(chunk.subarray(4, 17)));
  const told = new Uint8Array(png.length + chunk.length);
  told.set(png.subarray(0, HEAD));
  told.set(chunk, HEAD);
  told.set(png.subarray(HEAD), HEAD + chunk.length);
  return told;
}

/** CRC-32, as PNG has it. */
export function checksum(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ POLYNOMIAL : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}
