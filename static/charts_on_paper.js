/* A chart keeps the width that it has on the screen, which a sheet of paper may not have: while the page is
   printed its drawing is given a frame of its own size, so that `print.css` can fit it to the sheet whole. */
(() => {
  if (window.dengtaPaper) return;
  window.dengtaPaper = true;
  const drawings = () => document.querySelectorAll(".js-plotly-plot .main-svg");

  window.addEventListener("beforeprint", () => {
    for (const one of drawings()) one.setAttribute("viewBox", `0 0 ${one.getAttribute("width")} ${one.getAttribute("height")}`);
  });
  window.addEventListener("afterprint", () => {
    for (const one of drawings()) one.removeAttribute("viewBox");
  });
})();
