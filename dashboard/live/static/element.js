// Elements of the page, in one line each.

/** A style is set as a property: as an attribute, a page that is strict about its contents would ignore it. */
export function element(tag, className, /** @type {Object<string, any>} */ { style, ...attributes } = {}) {
  const made = document.createElement(tag);
  made.className = className;
  if (style) made.style.cssText = style;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** A sentence's parts, those between backticks as names: they come from files, and stay text. */
export function marked(sentence) {
  return sentence.split("`").map((part, i, { length }) => {
    if (i % 2 === 0 || i === length - 1) return i % 2 === 0 ? part : `\`${part}`;
    const name = element("b", "");
    name.textContent = part;
    return name;
  });
}
