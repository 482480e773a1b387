// Bytes as files are made of them.

/** One array of all parts, in their order. */
export function joinedBytes(parts) {
  const whole = new Uint8Array(parts.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A whole number, its largest byte first. */
export function bigEndian(value, nBytes) {
  return Uint8Array.from({ length: nBytes }, (_, i) => Math.floor(value / 256 ** (nBytes - 1 - i)) % 256);
}

/** A whole number of 32 bits, its smallest byte first. */
export const littleEndian = (value) => bigEndian(value, 4).reverse();

/** Letters of ASCII. */
export const letters = (text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** A number as a float64, its largest byte first. */
export function float64(value) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return bytes;
}
