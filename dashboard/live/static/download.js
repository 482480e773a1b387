// A picture as a PNG file: all that is seen, on the page's ground, in twice the size, or as large as paper has it.

import { withDensity } from "./png_density.js";

const SCALE = 2;
const PRINT = { width: 1890, metres: 0.16 }; // 300 dots an inch
const FONT = "Arial, sans-serif"; // an image can't load the page's own
const TITLE_ROOM = 30; // pixels, for text of 12
const LEGEND_ROOM = 24;

/**
 * Saves a picture.
 * @param {object} Plotly
 * @param {{data: object[], layout: object}} figure with the numbers of what moves
 * @param {{title: string, dataName: string, ground: string, isPrint?: boolean}} about
 */
export async function savePicture(Plotly, figure, { title, dataName, ground, isPrint = false }) {
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
  const scale = isPrint ? PRINT.width / width : SCALE;
  const url = await Plotly.toImage({ data, layout: still }, { format: "png", width, height, scale });
  const href = isPrint ? await asPrinted(url) : url;
  const link = Object.assign(document.createElement("a"), { href, download: `${fileName(title, dataName, isPrint ? "print" : "")}.png` });
  link.click();
}

/** The same picture, which also says how wide it is on paper. */
async function asPrinted(url) {
  const letters = atob(url.slice(url.indexOf(",") + 1));
  const png = withDensity(Uint8Array.from(letters, (letter) => letter.charCodeAt(0)), Math.round(PRINT.width / PRINT.metres));
  return URL.createObjectURL(new Blob([png], { type: "image/png" }));
}

/** A name that every system takes: "loss-by-epoch-noisy-line". */
export function fileName(...parts) {
  const words = parts.filter(Boolean).join(" ").normalize("NFKC").toLowerCase().match(/[\p{L}\p{Nd}]+/gu) ?? [];
  return words.join("-").slice(0, 80).replace(/-$/, "") || "picture";
}
