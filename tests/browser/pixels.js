// (canvas, [red, green, blue]) -> how many of its pixels have about that colour, and where.
(canvas, [red, green, blue]) => {
  const near = 24;
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const found = { count: 0, left: width, right: -1, top: height, bottom: -1 };
  for (let at = 0; at < data.length; at += 4) {
    const off = [red, green, blue].map((level, channel) => Math.abs(level - data[at + channel]));
    if (data[at + 3] < 200 || Math.max(...off) > near) continue;
    const [x, y] = [(at / 4) % width, Math.floor(at / 4 / width)];
    found.count++;
    found.left = Math.min(found.left, x);
    found.right = Math.max(found.right, x);
    found.top = Math.min(found.top, y);
    found.bottom = Math.max(found.bottom, y);
  }
  return found;
};
