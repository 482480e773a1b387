// Notes every state that the live view goes through, so that no test has to be quick to see one.
window.seen = [];
new MutationObserver(() => {
  const root = document.querySelector(".linreg-live");
  if (!root?.dataset.state) return;
  const { state, status, epoch, runs } = root.dataset;
  window.seen.push({ state, status, epoch: Number(epoch), runs: Number(runs) });
}).observe(document, { subtree: true, attributeFilter: ["data-state", "data-status", "data-epoch"] });
