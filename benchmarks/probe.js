// Notes in the page itself when keys were pressed, when our canvases were drawn and when frames
// came, so that no measurement waits for the one who asks.
(() => {
  const probe = { keyAt: null, draws: [], frames: [], firstDrawAt: null };
  window.benchmarkProbe = probe;
  const root = () => document.querySelector(".linreg-live");
  const clearRect = CanvasRenderingContext2D.prototype.clearRect;
  CanvasRenderingContext2D.prototype.clearRect = function (...area) {
    const runs = Number(root()?.dataset.runs ?? 0);
    if (runs > 0) {
      const now = performance.now();
      probe.firstDrawAt ??= performance.timeOrigin + now;
      probe.draws.push([now, runs]);
    }
    return clearRect.apply(this, area);
  };
  addEventListener("keydown", (event) => (probe.keyAt = event.timeStamp), true);
  const tick = (now) => {
    probe.frames.push([now, probe.draws.length, root()?.dataset.epoch ?? ""]);
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
})();
