/* Takes back the last twenty saves of this visit, each only while nobody has changed the cell since. */
import { announce, byId, codeOf, words } from "./page.js";
import { items } from "./queue.js";
import { versionOf } from "./cells.js";
import { set } from "./editing.js";
import { run } from "./saving.js";

const MOST = 20;
const done = [];
const undoing = new Set();
const button = byId("undo");

/* Keep what a save replaced; what an undo saved is not undone again. A paste counts as one. */
export function remember(saved) {
  const steps = saved.filter((one) => one.status !== "unchanged" && one.before && !undoing.delete(one.key));
  if (steps.length) done.push(steps.map(({ key, before, version }) => ({ key, before, version })));
  if (done.length > MOST) done.shift();
  show();
}

export function undo() {
  const steps = done.pop();
  show();
  if (!steps) return;
  const still = steps.filter(({ key, version }) => String(version) === versionOf(key) && !items.has(key));
  const batch = still.length > 1 ? `undo-${Date.now()}` : undefined;
  for (const { key, before } of still) {
    undoing.add(key);
    set(key, { ...before }, { batch });
  }
  const codes = steps.map(({ key }) => codeOf(key)).join(", ");
  announce(words(still.length === steps.length ? "undone" : "undo-refused", { code: codes }));
  byId("toast").textContent = words(still.length === steps.length ? "undone" : "undo-refused", { code: codes });
  run();
}

function show() {
  const last = done.at(-1);
  button.hidden = !last;
  if (last) button.textContent = last.length > 1 ? words("undo-many", { count: last.length }) : words("undo", { code: codeOf(last[0].key) });
}

export function listen() {
  button.addEventListener("click", undo);
}
