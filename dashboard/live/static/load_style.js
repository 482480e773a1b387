/**
 * Loads one of our style sheets, once. A page without it is better than none: it is waited for, and no more.
 * @param {string} href
 * @returns {Promise<void>}
 */
export function loadStyle(href) {
  const sheets = [...document.querySelectorAll("link[rel=stylesheet]")];
  if (sheets.some((sheet) => sheet.getAttribute("href") === href)) return Promise.resolve();
  return new Promise((resolve) => {
    const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    sheet.onload = sheet.onerror = () => resolve();
    document.head.append(sheet);
  });
}
