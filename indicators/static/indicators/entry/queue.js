/* What a person typed and the server has not taken yet, kept on this computer under the person, the pilot and the period.
   Each cell is kept by itself, so that two windows of one person do not overwrite each other. */
import { sheet } from "./page.js";

const prefix = `entry:${sheet.dataset.person}:${sheet.dataset.pilot}:${sheet.dataset.period}:`;
export const items = new Map();

/* An item: the texts that were changed, the version and figure that the person saw, and its state:
   typing, waiting, saving, refused (with messages) or stale (with what stands there now). */
export function put(key, texts, { version, before, ...more }) {
  const old = items.get(key);
  const item = old ?? { version, before };
  Object.assign(item, more, { texts: { ...item.texts, ...texts }, edit: (item.edit ?? 0) + 1 });
  items.set(key, item);
  keep(key);
  return item;
}

export function change(key, facts) {
  const item = items.get(key);
  if (!item) return;
  Object.assign(item, facts);
  keep(key);
}

export function drop(key) {
  items.delete(key);
  store(() => localStorage.removeItem(prefix + key));
}

function keep(key) {
  store(() => localStorage.setItem(prefix + key, JSON.stringify(items.get(key))));
}

/* A full or closed store costs the safety of a reload, never the saving itself. */
function store(write) {
  try {
    write();
  } catch {
    document.documentElement.dataset.unstored = "";
  }
}

/* Take up what an earlier visit left behind. */
export function load() {
  store(() => {
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith(prefix)) continue;
      const item = read(localStorage.getItem(name));
      if (item) items.set(name.slice(prefix.length), item);
      else localStorage.removeItem(name);
    }
  });
  for (const item of items.values()) {
    if (item.state !== "refused" && item.state !== "stale") item.state = "waiting";
  }
}

function read(text) {
  try {
    const item = JSON.parse(text);
    return item && typeof item.texts === "object" && item.texts ? item : null;
  } catch {
    return null;
  }
}

export const inState = (...states) => [...items].filter(([, item]) => states.includes(item.state)).map(([key]) => key);
