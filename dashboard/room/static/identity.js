// Who a browser is in a room: a random token that it keeps. Whoever has it is that person, and nobody else.

const BYTES = 24;
const KEY = (code) => `linreg-room-person-${code}`;
const TOKEN = /^[A-Za-z0-9_-]{22,64}$/;

/**
 * The token for a room, drawn where there is none yet.
 * @param {string} code
 * @param {() => Storage} [storage] may throw: some browsers keep nothing
 * @returns {{token: string, isKept: boolean}}
 */
export function identityFor(code, storage = () => window.localStorage) {
  try {
    const kept = storage().getItem(KEY(code));
    if (kept && TOKEN.test(kept)) return { token: kept, isKept: true };
  } catch {
    return { token: drawnToken(), isKept: false };
  }
  const token = drawnToken();
  try {
    storage().setItem(KEY(code), token);
    return { token, isKept: true };
  } catch {
    return { token, isKept: false };
  }
}

/** A random text of 32 letters, digits, `-` and `_`, that nobody can guess. */
export function drawnToken() {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}
