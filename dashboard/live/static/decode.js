// The wire format of a live run, read as it arrives. `wire.py` writes it.

const ARRAYS = { float64: Float64Array, float32: Float32Array, uint32: Uint32Array };
const MAX_CHUNK_BYTES = 64 * 1024 * 1024;

/**
 * @typedef {object} Column
 * @property {Float64Array|Float32Array|Uint32Array|Int16Array} values row by row
 * @property {number[]} shape
 */

/** Cuts a byte stream into chunks, wherever the network happened to cut it. */
export class ChunkReader {
  #pending = new Uint8Array(0);

  /**
   * @param {Uint8Array} bytes the next bytes of the stream
   * @returns {object[]} the chunks that are now complete
   */
  push(bytes) {
    let data = joined(this.#pending, bytes);
    const chunks = [];
    while (data.length >= 4) {
      const size = new DataView(data.buffer, data.byteOffset).getUint32(0, true);
      if (size < 4 || size > MAX_CHUNK_BYTES) throw new RangeError(`A chunk can't have ${size} bytes.`);
      if (data.length < 4 + size) break;
      chunks.push(parseChunk(data.subarray(4, 4 + size)));
      data = data.subarray(4 + size);
    }
    this.#pending = data.slice();
    return chunks;
  }
}

/**
 * @param {Uint8Array} bytes a chunk without its leading size
 * @returns {object} the header's fields, and `columns` by name
 */
export function parseChunk(bytes) {
  const headerSize = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + headerSize)));
  let offset = 4 + headerSize;
  const columns = {};
  for (const { name, dtype, shape } of header.columns) {
    const count = shape.reduce((product, length) => product * length, 1);
    const [values, size] = readColumn(bytes, offset, dtype, count);
    columns[name] = { values, shape };
    offset += size;
  }
  return { ...header, columns };
}

/**
 * Undoes `quantise`: sums the differences down the rows.
 * @param {Column} column int16 differences, shape [nRows, nValues]
 * @param {{low: number, step: number}} grid
 * @returns {Float32Array[]} one array a row
 */
export function dequantise({ values, shape: [nRows, nValues] }, { low, step }) {
  const levels = new Int32Array(nValues);
  return Array.from({ length: nRows }, (_, row) => {
    const decoded = new Float32Array(nValues);
    for (let i = 0; i < nValues; i++) {
      levels[i] += values[row * nValues + i];
      decoded[i] = low + step * levels[i];
    }
    return decoded;
  });
}

function readColumn(bytes, offset, dtype, count) {
  if (dtype === "int16") return [readBytePlanes(bytes, offset, count), 2 * count];
  const ArrayType = ARRAYS[dtype];
  const size = count * ArrayType.BYTES_PER_ELEMENT;
  return [new ArrayType(bytes.slice(offset, offset + size).buffer), size];
}

/** int16 travels as all low bytes, then all high bytes. */
function readBytePlanes(bytes, offset, count) {
  const values = new Int16Array(count);
  for (let i = 0; i < count; i++) {
    values[i] = bytes[offset + i] | (bytes[offset + count + i] << 8);
  }
  return values;
}

function joined(first, second) {
  if (first.length === 0) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
