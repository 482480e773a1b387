// A project file that is dropped anywhere on a page is sent to the server; all other files go where they went.

const SUFFIX = ".linreg.zip";
const MOST_BYTES = 100_000_000;
const TOO_LARGE = "A project file must have at most 100 MB. This one has more.";
const NOT_SENT = "The project file could not be sent. Drop it again.";

/** @param {string} name */
export function isProject(name) {
  return name.toLowerCase().endsWith(SUFFIX);
}

/**
 * Sends a file, and tells why it was not taken; "" where it was.
 * @param {{size: number}} file
 * @param {string} url
 * @param {(url: string, init: object) => Promise<Response>} [send]
 */
export async function sent(file, url, send = (to, init) => fetch(to, init)) {
  if (file.size > MOST_BYTES) return TOO_LARGE;
  try {
    const answer = await send(url, { method: "POST", body: file });
    return answer.ok ? "" : String((await answer.json()).message || NOT_SENT);
  } catch {
    return NOT_SENT;
  }
}

/** The component of the page: it watches the whole of it. */
export const createDrop = () => watchDrops(window);

/**
 * Watches a page until `destroy`. `update` says where files go, and whom to tell what came of it.
 * @param {EventTarget} target
 */
export function watchDrops(target) {
  let url = "";
  let tell = (/** @type {string} */ _refusal) => {};
  const over = (/** @type {DragEvent} */ event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault(); // else nothing can be dropped
  };
  const drop = async (/** @type {DragEvent} */ event) => {
    const file = [...(event.dataTransfer?.files ?? [])].find(({ name }) => isProject(name));
    if (!file) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // a field for tables is no place for it
    tell(await sent(file, url));
  };
  target.addEventListener("dragover", over);
  target.addEventListener("drop", drop, { capture: true });
  return {
    /**
     * @param {{url: string}} data
     * @param {unknown} _setStateValue
     * @param {(name: string, value: unknown) => void} setTriggerValue
     */
    update(data, _setStateValue, setTriggerValue) {
      url = data.url;
      tell = (refusal) => setTriggerValue("dropped", { refusal });
    },
    destroy() {
      target.removeEventListener("dragover", over);
      target.removeEventListener("drop", drop, { capture: true });
    },
  };
}
