// The keys of the rooms that this browser presents, which no address shows.

const PREFIX = "linreg-room-";
const PRESENTING = "linreg-presenting"; // the room of this browser that was on screen last
const HOST = "linreg-room-host"; // what the presenter typed in the place of localhost
export const MODE = "linreg-room-mode"; // of the room on screen: what other pages of this browser look for
const SHOWN = "linreg-shown"; // the address of the run on the Play page
const LETTERS = /^[A-Za-z0-9_-]{16,128}$/;

/** What a browser remembers; where it may not, for as long as the page is there. */
export class Memory {
  #own = new Map();
  #storage;

  /** @param {Storage|null} storage */
  constructor(storage = storageOrNone()) {
    this.#storage = storage;
  }

  get(name) {
    try {
      return this.#storage?.getItem(name) ?? this.#own.get(name) ?? null;
    } catch {
      return this.#own.get(name) ?? null;
    }
  }

  /** @param {string|null} value null: forgotten */
  set(name, value) {
    if (value === null) this.#own.delete(name);
    else this.#own.set(name, value);
    try {
      if (value === null) this.#storage?.removeItem(name);
      else this.#storage?.setItem(name, value);
    } catch {
      // Full, or not allowed: the page's own memory has it.
    }
  }

  /** The codes of all rooms with a key here. */
  get codes() {
    const names = new Set(this.#own.keys());
    try {
      for (let i = 0; i < (this.#storage?.length ?? 0); i++) names.add(this.#storage.key(i));
    } catch {
      // as above
    }
    const found = [...names].filter((name) => name.startsWith(PREFIX) && LETTERS.test(this.get(name) ?? ""));
    return found.map((name) => name.slice(PREFIX.length)).filter((code) => /^[A-Z0-9]{6}$/.test(code)).sort();
  }

  keyOf = (code) => this.get(PREFIX + code);
  keep = (code, key) => this.set(PREFIX + code, key);
  get host() {
    return this.get(HOST) ?? "";
  }
  set host(host) {
    this.set(HOST, host || null);
  }
  get presenting() {
    return this.get(PRESENTING);
  }
  set presenting(code) {
    this.set(PRESENTING, code);
  }
  set mode(mode) {
    if (this.get(MODE) !== mode) this.set(MODE, mode);
  }
  get shown() {
    return this.get(SHOWN);
  }
  set shown(address) {
    this.set(SHOWN, address);
  }
}

function storageOrNone() {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null; // the browser forbids it
  }
}

/** The key that a link's fragment brings, or null: "#key=..." */
export function keyInFragment(hash) {
  const key = new URLSearchParams(hash.replace(/^#/, "")).get("key");
  return key !== null && LETTERS.test(key) ? key : null;
}

/**
 * Where people join, as they are told.
 * @param {{protocol: string, host: string, hostname: string, port: string}} location
 * @param {string} base what all paths begin with
 * @param {string} host typed by the presenter, with or without a port; "" for the page's own
 */
export function joinAddress({ protocol, host: own, port }, base, code, host = "") {
  const [, scheme, typed] = host.trim().match(/^(?:(https?:)\/\/)?([^/?#\s]*)/i);
  const isWhole = typed === "" || scheme !== undefined || /:\d+$/.test(typed) || port === "";
  const text = `${typed || own}${isWhole ? "" : `:${port}`}${base}/join/${code}`;
  return { url: `${scheme?.toLowerCase() ?? protocol}//${text}`, text };
}

/** Whether only this machine finds that host. */
export const isLocal = (hostname) => /^(localhost|.*\.localhost|127(\.\d+){3}|0\.0\.0\.0|\[?::1\]?)$/i.test(hostname);
