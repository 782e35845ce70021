/* A table or a map that is wider than the screen scrolls by itself; it can be reached, and scrolled, by keys. */
(() => {
  if (window.dengtaScrolled) return;
  window.dengtaScrolled = true;
  const BOXES = "[data-testid=stTable], [data-testid=stTable] div, [class*=st-key-wide_map_]";
  const ours = new WeakSet();
  let soon = 0;

  function reach() {
    soon = 0;
    for (const box of document.querySelectorAll(BOXES)) {
      const scrolls = box.scrollWidth > box.clientWidth && /auto|scroll/.test(getComputedStyle(box).overflowX);
      if (scrolls && !box.hasAttribute("tabindex")) {
        box.tabIndex = 0;
        ours.add(box);
      } else if (!scrolls && ours.delete(box)) box.removeAttribute("tabindex");
    }
  }

  const later = () => { soon ||= requestAnimationFrame(reach); };
  new MutationObserver(later).observe(document.body, { subtree: true, childList: true });
  window.addEventListener("resize", later);
  later();
})();
