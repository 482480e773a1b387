// A picture as a PNG file: all that is seen, on the page's ground, in twice the size.

const SCALE = 2;
const FONT = "Arial, sans-serif"; // an image can't load the page's own
const TITLE_ROOM = 30; // pixels, for text of 12
const LEGEND_ROOM = 24;

/**
 * Saves a picture.
 * @param {object} Plotly
 * @param {{data: object[], layout: object}} figure with the numbers of what moves
 * @param {{title: string, dataName: string, ground: string}} about
 */
export async function savePicture(Plotly, figure, { title, dataName, ground }) {
  const { data, layout } = figure;
  const size = layout.font.size;
  const room = ((TITLE_ROOM + (layout.showlegend ? LEGEND_ROOM : 0)) * size) / 12;
  const { width, margin } = layout;
  const height = layout.height + room - margin.t;
  const plotHeight = height - room - margin.b;
  const still = {
    ...layout,
    height,
    font: { ...layout.font, family: FONT },
    margin: { ...margin, t: room },
    paper_bgcolor: ground,
    title: { text: title, x: margin.l / width, xanchor: "left", y: 1 - (0.45 * TITLE_ROOM * size) / 12 / height, yanchor: "middle", font: { size: 1.25 * size } },
    legend: { orientation: "h", x: 0, xanchor: "left", y: 1 + 4 / plotHeight, yanchor: "bottom", font: { size } },
  };
  const url = await Plotly.toImage({ data, layout: still }, { format: "png", width, height, scale: SCALE });
  const link = Object.assign(document.createElement("a"), { href: url, download: `${fileName(title, dataName)}.png` });
  link.click();
}

/** A name that every system takes: "loss-by-epoch-noisy-line". */
export function fileName(...parts) {
  const words = parts.filter(Boolean).join(" ").normalize("NFKC").toLowerCase().match(/[\p{L}\p{Nd}]+/gu) ?? [];
  return words.join("-").slice(0, 80).replace(/-$/, "") || "picture";
}
