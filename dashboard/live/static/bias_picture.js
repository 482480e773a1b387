// Bars of the true, learned and reference bias, with their values written on them.

import { number } from "./format.js";
import { extent, padded } from "./plot.js";
import { heldSpan, paramRow } from "./run.js";

const NEGLIGIBLE = 0.01; // in spans of y: biases this small are seen beside the way to them
const HALF_WIDTH = 0.3; // of a bar, in the axis's unit: bars stand one apart

export const title = () => "Bias";

export function axes(run) {
  return {
    xTitle: "",
    yTitle: "bias",
    extra: {
      showlegend: false,
      xaxis: {
        tickvals: names(run).map((_, i) => i),
        ticktext: names(run),
        range: [-0.6, names(run).length - 0.4],
        fixedrange: true,
        zeroline: false,
        showgrid: false,
      },
    },
  };
}

function names(run) {
  return run.trueBias === null ? ["learned", "reference"] : ["true", "learned", "reference"];
}

function place(run, name) {
  return names(run).indexOf(name);
}

export function ranges(run) {
  const [low, high] = extent(run.y);
  const goal = extent([run.trueBias ?? 0, run.reference?.bias ?? 0, 0]);
  const isNegligible = goal[1] - goal[0] < NEGLIGIBLE * (high - low);
  const way = heldSpan([run.biasLow, run.biasHigh], goal, isNegligible ? (high - low) / 4 : 0);
  return { x: [-0.6, names(run).length - 0.4], y: padded(...way, 0.15) };
}

export function traces(run, theme) {
  const bar = (name, value, color, pattern) => ({
    type: "bar",
    name,
    x: [place(run, name)],
    y: [value],
    width: 2 * HALF_WIDTH,
    marker: { color, pattern },
    text: [number(value)],
    textposition: "outside",
    cliponaxis: false,
    hovertemplate: `%{y:.6~g}<extra>${name}</extra>`,
  });
  const result = [];
  if (run.trueBias !== null) result.push(bar("true", run.trueBias, theme.truth, { shape: "." }));
  if (run.reference) result.push(bar("reference", run.reference.bias, theme.reference, { shape: "/" }));
  result.push({ ...bar("learned", 0, theme.learned), uid: "bias", meta: "moving", text: [], y: [null] });
  return result;
}

export function handOver(run, position) {
  return [{ uid: "bias", x: [place(run, "learned")], y: [run.bias[paramRow(run, position)]] }];
}

export function draw(context, map, run, position, theme) {
  const value = run.bias[paramRow(run, position)];
  const center = place(run, "learned");
  const [left, right] = [map.x(center - HALF_WIDTH), map.x(center + HALF_WIDTH)];
  const [zero, top] = [map.y(0), map.y(value)];
  context.fillStyle = theme.learned;
  context.fillRect(left, Math.min(zero, top), right - left, Math.max(Math.abs(top - zero), 2));
  context.fillStyle = theme.text;
  context.font = `12px ${theme.font}`;
  context.textAlign = "center";
  const { top: edge, height } = map.area;
  const label = value < 0 ? top + 15 : top - 5;
  context.fillText(number(value), (left + right) / 2, Math.max(edge + 12, Math.min(label, edge + height - 4)));
}

export function describe(run, position) {
  const row = paramRow(run, position);
  return `Learned bias ${number(run.bias[row])} at epoch ${run.epoch[row]}.`;
}
