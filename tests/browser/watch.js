// Notes every state that the live view goes through, and what pops up for some seconds, so that no test
// has to be quick to see one.
window.seen = [];
new MutationObserver(() => {
  const root = document.querySelector(".linreg-live");
  if (!root?.dataset.state) return;
  const { state, status, epoch, runs } = root.dataset;
  window.seen.push({ state, status, epoch: Number(epoch), runs: Number(runs) });
}).observe(document, { subtree: true, attributeFilter: ["data-state", "data-status", "data-epoch"] });

window.toasts = new Map(); // what each said last, by its element
new MutationObserver(() => {
  for (const toast of document.querySelectorAll("[data-testid=stToast]")) {
    window.toasts.set(toast, toast.textContent);
  }
}).observe(document, { subtree: true, childList: true, characterData: true });
