// Hears of the page's next run from the server itself: Streamlit's message comes later, behind others.

const AGAIN_MS = 2000;
const N_TRIES = 5; // without it the page works as well, a little later

/**
 * @param {string|null} path where the server tells; null: nowhere
 * @param {(news: {visitor: string, turn: number, runs: string[]}) => void} [onNews]
 */
export function createNews(path, onNews) {
  let socket = null;
  let timer = null;
  let nFailed = 0;
  let isOver = path === null;

  const open = () => {
    socket = new WebSocket(new URL(path, document.baseURI.replace(/^http/, "ws")));
    socket.onopen = () => (nFailed = 0);
    socket.onmessage = ({ data }) => onNews(JSON.parse(data));
    socket.onclose = () => {
      nFailed += 1;
      if (!isOver && nFailed < N_TRIES) timer = setTimeout(open, AGAIN_MS * nFailed);
    };
  };

  if (!isOver) open();
  return {
    path,
    end() {
      isOver = true;
      clearTimeout(timer);
      socket?.close();
    },
  };
}
