/* Arrow keys move between the cells of the matrix; the links work without it. */
(() => {
  "use strict";
  const table = document.querySelector("[data-matrix]");
  if (!table) return;
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

  table.addEventListener("keydown", (event) => {
    const move = step[event.key];
    const from = event.target.closest("td");
    if (!move || !from || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const rows = table.tBodies[0].rows;
    let row = from.parentElement.sectionRowIndex + move[0];
    let column = from.cellIndex + move[1];
    while (rows[row] && rows[row].cells[column] && column > 0) {
      const link = rows[row].cells[column].querySelector("a");
      if (link) { link.focus(); return; }
      row += move[0];
      column += move[1];
    }
  });
})();
