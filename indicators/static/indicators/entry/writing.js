/* Joins all that lets a person write on the sheet. */
import { byId, sheet } from "./page.js";
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
import * as sums from "./sums.js";
import * as paste from "./paste.js";
import * as presence from "./presence.js";

const details = (key) => sheet.dispatchEvent(new CustomEvent("cell-open", { detail: { key } }));

export function begin() {
  load();
  for (const [key, item] of items) cells.restore(key, item);
  saving.hear({ stale: conflict.offer, signedOut: door.signedOut, saved: history.remember });
  for (const part of [editing, conflict, door, history, status, constant, sums, paste, presence]) part.listen();
  keys.listen({ menu: status.open, details, same: constant.open, undo: history.undo });
  byId("save-again").addEventListener("click", saving.retry);
  addEventListener("online", saving.retry);
  sheet.addEventListener("cell-changed", (event) => saving.refresh([event.detail.key]));
  for (const key of items.keys()) if (items.get(key).state === "stale") conflict.offer(key);
  if (items.size) saving.run();
  saving.summary();
}
