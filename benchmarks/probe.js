// Notes in the page itself when keys were pressed and the pointer moved, when messages and requests left, when our
// canvases were drawn and when frames came, so that no measurement waits for the one who asks.
(() => {
  const probe = { keyAt: null, moveAt: null, sends: [], fetches: [], draws: [], frames: [], scripts: [], firstDrawAt: null };
  window.benchmarkProbe = probe;
  const root = () => document.querySelector(".linreg-live");
  const before = (owner, name, note) => {
    const original = owner[name];
    owner[name] = function (...values) {
      note(...values);
      return original.apply(this, values);
    };
  };
  before(WebSocket.prototype, "send", () => probe.sends.push(performance.now()));
  before(window, "fetch", (url) => {
    if (String(url).includes("/live/")) probe.fetches.push(performance.now());
  });
  before(CanvasRenderingContext2D.prototype, "clearRect", () => {
    const runs = Number(root()?.dataset.runs ?? 0);
    if (runs === 0) return;
    probe.firstDrawAt ??= performance.timeOrigin + performance.now();
    probe.draws.push([performance.now(), runs]);
  });
  addEventListener("keydown", (event) => (probe.keyAt = event.timeStamp), true);
  addEventListener("pointermove", (event) => (probe.moveAt = event.timeStamp), true);
  const frame = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (work) =>
    frame((now) => {
      const [began, nDraws] = [performance.now(), probe.draws.length];
      work(now);
      if (probe.draws.length > nDraws) probe.scripts.push(performance.now() - began);
    });
  const tick = (now) => {
    probe.frames.push([now, probe.draws.length, root()?.dataset.epoch ?? ""]);
    frame(tick);
  };
  frame(tick);
})();
