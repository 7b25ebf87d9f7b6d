/* Folds the navigation, closes notices; the pages work without it. */
(() => {
  "use strict";
  const root = document.documentElement;
  root.dataset.script = "";

  const fold = document.querySelector("[data-fold]");
  if (fold) {
    const show = () => fold.setAttribute("aria-expanded", String(root.dataset.nav !== "folded"));
    fold.addEventListener("click", () => {
      const folded = root.dataset.nav !== "folded";
      if (folded) root.dataset.nav = "folded"; else delete root.dataset.nav;
      document.cookie = `nav=${folded ? "folded" : ""}; path=/; max-age=31536000; samesite=lax`;
      show();
    });
    show();
  }

  document.addEventListener("click", (event) => {
    const close = event.target.closest("[data-close]");
    if (close) close.closest(".notice").remove();
    if (event.target.closest("[data-print]")) print();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && location.hash === "#navigation") location.hash = "#main";
  });
})();
