// What the tests of our modules share: the wire's encoder in reverse, small runs, tables of cases.

import test from "node:test";

import { addChunk, createRun } from "../../dashboard/live/static/run.js";

const PATIENCE_MS = 60_000;
const DTYPES = {
  Float64Array: "float64",
  Float32Array: "float32",
  Uint32Array: "uint32",
  Int16Array: "int16",
};

/**
 * One test a row.
 * @param {string} title
 * @param {object|Array} cases by name, or a list of rows whose JSON names them
 * @param {(...row: any) => void} check
 */
export function table(title, cases, check) {
  const rows = Array.isArray(cases) ? cases.map((row) => [JSON.stringify(row), row]) : Object.entries(cases);
  for (const [name, row] of rows) test(`${title}: ${name}`, () => check(...(Array.isArray(row) ? row : [row])));
}

/** A chunk as `wire.py` writes it. */
export function encodeChunk(kind, fields = {}, columns = {}) {
  const described = Object.entries(columns).map(([name, values]) => ({
    name,
    dtype: DTYPES[values.constructor.name],
    shape: [values.length],
  }));
  const header = new TextEncoder().encode(JSON.stringify({ kind, ...fields, columns: described }));
  const body = joined(Object.values(columns).map(columnBytes));
  return joined([u32(4 + header.length + body.length), u32(header.length), header, body]);
}

function columnBytes(values) {
  const bytes = new Uint8Array(values.buffer.slice(0));
  if (!(values instanceof Int16Array)) return bytes;
  const [low, high] = [0, 1].map((plane) => bytes.filter((_, i) => i % 2 === plane));
  return joined([low, high]);
}

export function u32(value) {
  return new Uint8Array(new Uint32Array([value]).buffer);
}

export function joined(parts) {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/**
 * A "start" chunk, already parsed; `X` and `y` are what the pictures show. Columns that are not always
 * there come where they are given: `isTest` (0 where not), `rows`, `featureScales`, `trueWeights`, `curve`.
 */
export function startChunk({ X = [0, 1, 2], y = [1, 3, 5], isTest = [], nRows = 5, rows, featureScales, trueWeights, group, curve, ...fields } = {}) {
  const columns = {
    X: column(Float32Array.from(X)),
    y: column(Float32Array.from(y)),
    isTest: column(Uint32Array.from(y, (_, i) => isTest[i] ?? 0)),
  };
  if (rows) columns.rows = column(Uint32Array.from(rows));
  if (featureScales) columns.featureScales = column(Float32Array.from(featureScales));
  if (trueWeights) columns.trueWeights = column(Float32Array.from(trueWeights));
  if (group) columns.group = column(Uint32Array.from(group));
  if (curve) {
    for (const name of ["X", "At", "Features"]) columns[`curve${name}`] = column(Float64Array.from(curve[name.toLowerCase()]));
    fields.curve = { column: curve.column };
  }
  if (fields.wide) delete columns.X;
  const described = { featureNames: ["x"], targetName: "y", loss: { name: "mse", label: "MSE", unitExponent: 2, squares: 1 } };
  const sizes = { nRows, nEpochs: nRows - 1, nFeatures: 1, nTest: 0, nPoints: y.length, wide: false };
  return { kind: "start", trueBias: null, ...described, ...sizes, ...fields, columns };
}

/** A "rows" chunk, already parsed, of epochs that follow one another from `firstRow` on. */
export function rowsChunk(firstRow, columns, fields = {}) {
  const epoch = columns.bias.map((_, i) => firstRow + i);
  const typed = { epoch: column(Uint32Array.from(columns.epoch ?? epoch)) };
  for (const [name, values] of Object.entries(columns)) {
    const Kind = /Loss$|Squares$/.test(name) ? Float64Array : Float32Array;
    if (name !== "epoch") typed[name] ??= column(Kind.from(values));
  }
  return { kind: "rows", firstRow, ...fields, columns: typed };
}

export function column(values, shape = [values.length]) {
  return { values, shape };
}

export function endChunk(fields = {}) {
  const ending = { status: "finished", epoch: 4, distance: 0, elapsed: 0.01, note: null };
  const engine = { engine: "Compiled", engineReason: null, solver: "SGD", isIterative: true };
  return { kind: "end", ...ending, ...engine, ...fields, columns: { weights: column(Float64Array.of(2)) } };
}

/** A run of one weight; `rows` are the columns of its one "rows" chunk. */
export function narrowRun(rows, start = {}) {
  const run = createRun(startChunk({ nRows: rows.bias.length, ...start }));
  const filled = { trainLoss: rows.bias.map(() => 1), weights: rows.bias, ...rows };
  addChunk(run, rowsChunk(0, filled));
  return run;
}

/** A wide run with key frames at rows 0 and 4 of two weights and three predictions. */
export function wideRun(start = {}) {
  const run = createRun(startChunk({ wide: true, nFeatures: 2, ...start }));
  const chunk = rowsChunk(0, { bias: [0, 0, 0, 0, 0], trainLoss: [1, 1, 1, 1, 1] });
  const grid = { low: 0, step: 1 };
  Object.assign(chunk, { keyWeights: grid, keyPredictions: grid });
  chunk.columns.keyRows = column(Uint32Array.of(0, 4));
  chunk.columns.keyWeights = column(Int16Array.of(0, 8, 4, -8), [2, 2]);
  chunk.columns.keyPredictions = column(Int16Array.of(0, 0, 0, 4, 8, 12), [2, 3]);
  addChunk(run, chunk);
  return run;
}

/** A "reference" chunk, already parsed, of values in plain arrays. */
export function referenceChunk({ weights = [2], ...columns } = {}, fields = {}) {
  const typed = Object.entries(columns).map(([name, values]) => [name, column(Float32Array.from(values))]);
  const all = { weights: column(Float64Array.from(weights)), ...Object.fromEntries(typed) };
  return { kind: "reference", bias: 1, trainLoss: 0, ...fields, columns: all };
}

/**
 * What a "reference" chunk says of a landscape whose coordinates are those of the parameters: of two
 * features, weights and not the bias.
 */
export function withLandscape(chunk, { hessian = [2, 1, 1, 1], nStill = 0, ...fields } = {}) {
  const n = chunk.columns.weights.values.length;
  const isPlane = n > 1;
  const landscape = { hessian, center: isPlane ? [0, 0] : [2, 1], least: chunk.trainLoss, yScale: 1, condition: 6.85, nStill };
  const axis = (at) => Array.from({ length: n + 1 }, (_, j) => Number(j === at));
  const columns = { origin: [...chunk.columns.weights.values, chunk.bias], toPlane: [...axis(0), ...axis(1)], fromPlane: [...axis(0), ...axis(1)] };
  if (isPlane) Object.assign(columns, { planeScale: Array(n).fill(1), planeMean: Array(n).fill(0) });
  for (const [name, values] of Object.entries(columns)) chunk.columns[name] = column(Float64Array.from(values));
  return { ...chunk, landscape: { ...landscape, ...(isPlane ? { biasScale: 1 } : {}), ...fields } };
}

/** Resolves once `condition` holds; a wait in vain fails. */
export async function until(condition) {
  const end = performance.now() + PATIENCE_MS;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`Waited in vain for ${condition}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export const AREA = { left: 50, top: 20, width: 400, height: 200 };

/** A map of ranges onto the area. */
export function mapOf({ x, y }) {
  const scale = ([low, high], from, size) => (value) => from + ((value - low) / (high - low)) * size;
  const up = scale(y, AREA.top + AREA.height, -AREA.height);
  return { x: scale(x, AREA.left, AREA.width), y: up, area: AREA, xRange: x, shows: () => true };
}

/** A canvas that keeps what was written, and every coordinate of a path or a bar in `color`. */
export function createContext() {
  const texts = [];
  const points = [];
  let path = [];
  const add = (x, y) => path.push([x, y]);
  const keep = (style) => points.push(...path.map((point) => [...point, style]));
  const context = {
    texts, points,
    beginPath: () => (path = []), moveTo: add, lineTo: add, arc: add,
    stroke: () => keep(context.strokeStyle), fill: () => keep(context.fillStyle),
    fillRect: (x, y, width, height) => points.push([x, y, context.fillStyle], [x + width, y + height, context.fillStyle]),
    strokeRect: (x, y, width, height) => points.push([x, y, context.strokeStyle], [x + width, y + height, context.strokeStyle]),
    setLineDash: () => {}, strokeText: () => {}, measureText: (text) => ({ width: 7 * text.length }),
    fillText: (text, x, y) => texts.push({ text, x, y }),
    save: () => {}, restore: () => {}, translate: (x, y) => points.push([x, y, context.strokeStyle]),
    getTransform: () => ({ a: 1 }), setTransform: () => {},
    drawImage: (image, ...place) => points.push([place[0], place[1], "image"], [place[4], place[5], "image"], [place[6], place[7], "image"]),
  };
  return context;
}

/** What a browser has and Node has not, for pictures that keep what they have drawn. */
export function standInForCanvases() {
  const shape = class {};
  const canvas = class {
    constructor(width, height) {
      [this.width, this.height, this.context] = [width, height, createContext()];
    }
    getContext = () => this.context;
  };
  Object.assign(globalThis, { Path2D: shape, OffscreenCanvas: canvas });
}
