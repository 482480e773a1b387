// The gaps between data and predictions, as segments or as squares.

import { line } from "./canvas.js";

const MAX_SQUARE = 1.2; // heights of the picture: larger squares would only paint it over
const MAX_RESIDUALS = 400; // more of them are a grey wall

/**
 * @param {ArrayLike<number>} across where each point is along the x axis
 * @param {string} style "segments" or "squares"
 */
export function drawResiduals(context, map, run, across, predictions, theme, style) {
  const stride = Math.ceil(run.y.length / MAX_RESIDUALS);
  for (let i = 0; i < run.y.length; i += stride) {
    const x = map.x(across[i]);
    const from = map.y(run.y[i]);
    const to = map.y(predictions[i]);
    if (style === "squares") drawSquare(context, map, x, from, to - from, theme);
    else line(context, x, from, x, to, { color: theme.residual, width: 1.2 });
  }
}

function drawSquare(context, map, x, y, side, theme) {
  if (Math.abs(side) > MAX_SQUARE * map.area.height) return;
  context.fillStyle = theme.square;
  context.strokeStyle = theme.residual;
  context.lineWidth = 0.7;
  context.fillRect(x, y, Math.abs(side), side);
  context.strokeRect(x, y, Math.abs(side), side);
}
