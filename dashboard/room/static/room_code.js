// A room's code as people type it.

const LETTERS = 6;

/** A code without what people put between its letters; "" where it has not as many as a code. */
export function readCode(typed) {
  const code = typed.replace(/[\s_\-\u2010-\u2015\u2212]+/g, "").toUpperCase();
  return code.length === LETTERS && /^[A-Z0-9]+$/.test(code) ? code : "";
}

/** A code as it is shown: ABC-DEF. */
export const shownCode = (code) => (code.length === LETTERS ? `${code.slice(0, LETTERS / 2)}-${code.slice(LETTERS / 2)}` : code);
