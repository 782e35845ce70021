/* Where the side would take more than a quarter of the screen it begins folded, once: whoever unfolds it keeps
   it (decision 0152). Streamlit itself folds it on phones only. */
(() => {
  const NARROW = 1100, PATIENCE_MS = 5000;
  if (window.dengtaFolded || window.innerWidth > NARROW) return;
  window.dengtaFolded = true;

  function fold() {
    const side = document.querySelector("[data-testid=stSidebar]");
    if (!side) return false;
    const button = side.querySelector("[data-testid=stSidebarCollapseButton] button");
    if (button && side.getBoundingClientRect().width > 0) button.click();
    return true;
  }

  if (fold()) return;
  const seen = new MutationObserver(() => { if (fold()) seen.disconnect(); });
  seen.observe(document.body, { subtree: true, childList: true });
  setTimeout(() => seen.disconnect(), PATIENCE_MS);
})();
