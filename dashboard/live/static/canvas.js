// Strokes on a canvas, in pixels.

const DOTS_AT_ONCE = 200; // a path of thousands takes longer to fill than its parts

/** A straight line through two points. */
export function line(context, x1, y1, x2, y2, { color, width = 2, dash = [] }) {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.setLineDash(dash);
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
  context.setLineDash([]);
}

/** A curve through `n` points; `at(i)` gives [x, y], and a point that is not finite is passed over. */
export function curve(context, n, at, { color, width = 2, dash = [] }) {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.setLineDash(dash);
  context.lineJoin = "round";
  context.beginPath();
  for (let i = 0, isFirst = true; i < n; i++) {
    const [x, y] = at(i);
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    if (isFirst) context.moveTo(x, y);
    else context.lineTo(x, y);
    isFirst = false;
  }
  context.stroke();
  context.setLineDash([]);
}

/** Filled dots, or rings; `at(i)` gives [x, y] or null for none. */
export function dots(context, n, at, { color, radius = 3, hollow = false }) {
  context.fillStyle = color;
  context.strokeStyle = color;
  context.lineWidth = 1.3;
  for (let start = 0; start < n; start += DOTS_AT_ONCE) {
    context.beginPath();
    for (let i = start; i < Math.min(n, start + DOTS_AT_ONCE); i++) {
      const point = at(i);
      if (!point) continue;
      context.moveTo(point[0] + radius, point[1]);
      context.arc(point[0], point[1], radius, 0, 2 * Math.PI);
    }
    if (hollow) context.stroke();
    else context.fill();
  }
}

/** The mark at which a diverged curve ends. */
export function cross(context, x, y, { color, size = 7 }) {
  line(context, x - size, y - size, x + size, y + size, { color, width: 3 });
  line(context, x - size, y + size, x + size, y - size, { color, width: 3 });
}
