/* The entry page: joins typing, saving, keys and dialogs. Without it the page is a form with one button. */
import { byId, input, sheet } from "./page.js";
import { items, load } from "./queue.js";
import * as cells from "./cells.js";
import * as saving from "./saving.js";
import * as editing from "./editing.js";
import * as keys from "./keys.js";
import * as conflict from "./conflict.js";
import * as door from "./door.js";
import * as history from "./undo.js";
import * as status from "./status.js";
import * as constant from "./same.js";

const details = (key) => sheet.dispatchEvent(new CustomEvent("cell-open", { detail: { key } }));

function begin() {
  load();
  for (const [key, item] of items) cells.restore(key, item);
  saving.hear({ stale: conflict.offer, signedOut: door.signedOut, saved: history.remember });
  for (const part of [editing, conflict, door, history, status, constant]) part.listen();
  keys.listen({ menu: status.open, details, same: constant.open, undo: history.undo });
  byId("save-again").addEventListener("click", saving.retry);
  addEventListener("online", saving.retry);
  sheet.addEventListener("cell-changed", (event) => saving.refresh([event.detail.key]));
  for (const key of items.keys()) if (items.get(key).state === "stale") conflict.offer(key);
  if (items.size) saving.run();
  saving.summary();
}

/* The table's head and every link to a row stay clear of the bar, however high it is. */
function measure() {
  const bar = byId("bar");
  const watch = new ResizeObserver(() => document.documentElement.style.setProperty("--bar", `${bar.offsetHeight}px`));
  watch.observe(bar);
}

/* A link to a cell opens what it lies in and goes there. */
function arrive() {
  const target = location.hash && byId(decodeURIComponent(location.hash.slice(1)));
  const folded = target && target.closest("details");
  if (folded) folded.open = true;
  if (target) input(target.id)?.focus({ preventScroll: true });
}

if (sheet?.hasAttribute("data-editable")) begin();
if (byId("bar")) measure();
if (sheet) {
  addEventListener("hashchange", arrive);
  arrive();
}
