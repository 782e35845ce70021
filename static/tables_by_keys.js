/* A table that is wider than the screen scrolls by itself; it can be reached, and scrolled, by keys as well. */
(() => {
  if (window.dengtaTables) return;
  window.dengtaTables = true;
  let soon = 0;

  function reach() {
    soon = 0;
    for (const table of document.querySelectorAll("[data-testid=stTable], [data-testid=stTable] div")) {
      if (table.scrollWidth > table.clientWidth) table.tabIndex = 0;
      else table.removeAttribute("tabindex");
    }
  }

  const later = () => { soon ||= requestAnimationFrame(reach); };
  new MutationObserver(later).observe(document.body, { subtree: true, childList: true });
  window.addEventListener("resize", later);
  later();
})();
