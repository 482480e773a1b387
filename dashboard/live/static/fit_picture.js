// The first picture: the line over the data, or, with several features, predicted against actual.

import { dots, line } from "./canvas.js";
import { number, plotlyText } from "./format.js";
import { extent, padded } from "./plot.js";
import { paramRow, predictionsAt, referencePredictions, weightsAt } from "./run.js";

const MAX_SQUARE = 1.2; // heights of the picture: larger squares would only paint it over
const MAX_RESIDUALS = 400; // more of them are a grey wall

export function title(run) {
  return run.nFeatures === 1 ? "Data and learned line" : "Predicted against actual";
}

export function axes(run) {
  const [feature, target] = [run.start.featureNames[0], run.start.targetName].map(plotlyText);
  return run.nFeatures === 1
    ? { xTitle: feature, yTitle: target }
    : { xTitle: `actual ${target}`, yTitle: `predicted ${target}` };
}

export function ranges(run) {
  if (run.nFeatures === 1) {
    return { x: padded(...extent(run.X), 0.04), y: padded(...extent(run.y), 0.1) };
  }
  const both = padded(...extent(run.y), 0.06);
  return { x: both, y: both };
}

export function traces(run, theme) {
  return run.nFeatures === 1 ? lineTraces(run, theme) : predictionTraces(run, theme);
}

function lineTraces(run, theme) {
  const [low, high] = padded(...extent(run.X), 0.5);
  const straight = (name, weight, bias, color, dash) => ({
    name,
    x: [low, high],
    y: [low * weight + bias, high * weight + bias],
    mode: "lines",
    line: { color, dash, width: 2 },
    hoverinfo: "skip",
  });
  const result = [points(run, theme, 0, "data")];
  if (run.start.nTest) result.push(points(run, theme, 1, "test data"));
  if (run.trueWeights) {
    result.push(straight("true line", run.trueWeights[0], run.trueBias, theme.truth, "dot"));
  }
  if (run.reference) {
    const { weights, bias } = run.reference;
    result.push(straight("np.polyfit", weights[0], bias, theme.reference, "dash"));
  }
  result.push({
    uid: "learned",
    meta: "moving",
    name: "learned",
    x: [null],
    y: [null],
    mode: "lines",
    line: { color: theme.learned, width: 3 },
    hovertemplate: "%{x:.4~g}, %{y:.5~g}<extra>learned</extra>",
  });
  return result;
}

function points(run, theme, isTest, name) {
  const rows = rowsOf(run, isTest);
  return {
    name,
    x: rows.map((row) => run.X[row]),
    y: rows.map((row) => run.y[row]),
    mode: "markers",
    marker: {
      color: theme.data,
      size: rows.length > 400 ? 4 : 6,
      opacity: rows.length > 400 ? 0.6 : 0.85,
      symbol: isTest ? "circle-open" : "circle",
      line: { width: isTest ? 1.4 : 0, color: theme.data },
    },
    hovertemplate: "%{x:.5~g}, %{y:.5~g}<extra></extra>",
  };
}

function predictionTraces(run, theme) {
  const [low, high] = padded(...extent(run.y), 1);
  const moving = (uid, name, symbol) => ({
    uid,
    meta: "moving",
    name,
    x: [null],
    y: [null],
    mode: "markers",
    marker: { color: theme.learned, size: 6, symbol, line: { width: 1.4, color: theme.learned } },
    hovertemplate: "actual %{x:.5~g}, predicted %{y:.5~g}<extra></extra>",
  });
  const result = [
    {
      name: "perfect",
      x: [low, high],
      y: [low, high],
      mode: "lines",
      line: { color: theme.text, dash: "dot", width: 1.5 },
      hoverinfo: "skip",
    },
  ];
  if (run.reference) {
    const rows = rowsOf(run, 0);
    const predictions = referencePredictions(run);
    result.push({
      name: "reference fit",
      x: rows.map((row) => run.y[row]),
      y: rows.map((row) => predictions[row]),
      mode: "markers",
      marker: { color: theme.reference, size: 5, symbol: "x-thin", line: { width: 1.2, color: theme.reference } },
      opacity: 0.55,
      hoverinfo: "skip",
    });
  }
  result.push(moving("train", "training rows", "circle"));
  if (run.start.nTest) result.push(moving("test", "test rows", "circle-open"));
  return result;
}

/** What plotly gets when playback stops. */
export function handOver(run, position) {
  const predictions = predictionsAt(run, position);
  if (run.nFeatures === 1) {
    const order = [...run.X.keys()].sort((a, b) => run.X[a] - run.X[b]);
    const ends = order.length > 200 ? order.filter((_, i) => i % Math.ceil(order.length / 200) === 0) : order;
    return [{ uid: "learned", x: ends.map((row) => run.X[row]), y: ends.map((row) => predictions[row]) }];
  }
  return [
    ["train", 0],
    ["test", 1],
  ].map(([uid, isTest]) => {
    const rows = rowsOf(run, isTest);
    return { uid, x: rows.map((row) => run.y[row]), y: rows.map((row) => predictions[row]) };
  });
}

export function draw(context, map, run, position, theme, { residuals }) {
  const predictions = predictionsAt(run, position);
  if (residuals !== "none") drawResiduals(context, map, run, predictions, theme, residuals);
  if (run.nFeatures === 1) drawLine(context, map, run, position, theme);
  else drawPredictions(context, map, run, predictions, theme);
}

function drawLine(context, map, run, position, theme) {
  if (!map.shows("learned")) return;
  const weight = weightsAt(run, position)[0];
  const bias = run.bias[paramRow(run, position)];
  const ends = map.xRange.flatMap((x) => [map.x(x), map.y(x * weight + bias)]);
  line(context, ...ends, { color: theme.learned, width: 3 });
}

function drawPredictions(context, map, run, predictions, theme) {
  const place = (isTest) => (row) =>
    Boolean(run.isTest[row]) === isTest ? [map.x(run.y[row]), map.y(predictions[row])] : null;
  if (map.shows("train")) {
    dots(context, run.y.length, place(false), { color: theme.learned, radius: 2.6 });
  }
  if (map.shows("test")) {
    dots(context, run.y.length, place(true), { color: theme.learned, radius: 3, hollow: true });
  }
}

function drawResiduals(context, map, run, predictions, theme, style) {
  const isLine = run.nFeatures === 1;
  const stride = Math.ceil(run.y.length / MAX_RESIDUALS);
  for (let row = 0; row < run.y.length; row += stride) {
    const x = map.x(isLine ? run.X[row] : run.y[row]);
    const from = map.y(run.y[row]);
    const to = map.y(predictions[row]);
    if (style === "squares") {
      const side = to - from;
      if (Math.abs(side) > MAX_SQUARE * map.area.height) continue;
      context.fillStyle = theme.square;
      context.strokeStyle = theme.residual;
      context.lineWidth = 0.7;
      context.fillRect(x, from, Math.abs(side), side);
      context.strokeRect(x, from, Math.abs(side), side);
    } else {
      line(context, x, from, x, to, { color: theme.residual, width: 1.2 });
    }
  }
}

export function describe(run, position) {
  const row = paramRow(run, position);
  if (run.nFeatures > 1) return `Predicted against actual ${run.start.targetName} at epoch ${run.epoch[row]}.`;
  const weight = number(weightsAt(run, position)[0]);
  return `${run.y.length} data points and the learned line at epoch ${run.epoch[row]}: slope ${weight}, intercept ${number(run.bias[row])}.`;
}

function rowsOf(run, isTest) {
  return [...run.isTest.keys()].filter((row) => run.isTest[row] === isTest);
}
