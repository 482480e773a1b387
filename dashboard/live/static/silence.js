// While a run keeps silent, asks the server whether its trainer is to blame: a run's own stream can't
// say that it has stopped.

const PATIENCE_MS = 2000;
const AGAIN_MS = 1000;
const SELDOM_MS = 10_000; // a run from elsewhere may take minutes for an epoch, with a hundred who wait
const SLOWER = 1.5;

/**
 * @param {string} url the run's address; its trainer's stands below it, for the same visitor and slot
 * @param {(message: string) => void} [onWait] gets what the server says; "" when it is over
 */
export function createSilence(url, onWait) {
  const address = url.replace("?", "/trainer?");
  let timer = null;
  let said = "";
  let pause = AGAIN_MS;
  let isOver = onWait === undefined;

  const say = (message) => {
    if (message !== said) onWait((said = message));
  };
  const wait = (milliseconds) => {
    clearTimeout(timer);
    if (!isOver) timer = setTimeout(look, milliseconds);
  };
  const look = async () => {
    const asking = timer;
    const message = await ask(address);
    if (timer !== asking || isOver) return; // something has come meanwhile
    pause = message === said ? Math.min(pause * SLOWER, SELDOM_MS) : AGAIN_MS;
    say(message);
    wait(pause);
  };

  wait(PATIENCE_MS);
  return {
    /** Something has come. */
    broken() {
      if (isOver) return;
      say("");
      pause = AGAIN_MS;
      wait(PATIENCE_MS);
    },
    /** Nothing more is waited for. */
    end() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

async function ask(address) {
  try {
    const response = await fetch(address, { cache: "no-store" });
    return response.ok ? (await response.json()).message : "";
  } catch {
    return ""; // the server itself is away: the run's stream notices
  }
}
