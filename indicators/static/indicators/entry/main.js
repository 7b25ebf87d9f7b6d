/* The entry page: joins typing, saving, keys, paste and dialogs. Without it the page is a form with one button. */
import { byId, input, sheet } from "./page.js";

/* The table's head and every link to a row stay clear of the bar, however high it is. */
function measure() {
  const bar = byId("bar");
  const watch = new ResizeObserver(() => document.documentElement.style.setProperty("--bar", `${bar.offsetHeight}px`));
  watch.observe(bar);
}

async function read() {
  const writes = sheet.hasAttribute("data-editable") ? import("./writing.js") : null;
  const [families, filters, writing] = await Promise.all([import("./families.js"), import("./filters.js"), writes]);
  families.foldable();
  filters.listen();
  sheet.addEventListener("cell-taken", () => {
    families.recount();
    filters.number();
  });
  sheet.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (!opener || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    sheet.dispatchEvent(new CustomEvent("cell-open", { detail: { key: opener.closest("tr").id } }));
  });
  writing?.begin();
  sheet.dataset.ready = "";
  return families;
}

/* A link to a cell opens what it lies in and goes there. */
function arrive(families) {
  const target = location.hash && byId(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  const folded = target.closest("details");
  if (folded) folded.open = true;
  families.reveal(target);
  input(target.id)?.focus({ preventScroll: true });
}

if (byId("bar")) measure();
if (sheet) {
  const families = await read();
  addEventListener("hashchange", () => arrive(families));
  arrive(families);
}
