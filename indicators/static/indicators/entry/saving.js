/* Sends what waits, one request after the other, and takes the answers; without a network or a session it waits and tries again. */
import { byId, counted, sheet, words } from "./page.js";
import { change, drop, inState, items } from "./queue.js";
import { mark, show, take, tick } from "./cells.js";

const PATIENCE = [2, 4, 8, 15, 30];
const state = byId("save-state");
const again = byId("save-again");
let token = sheet.elements.csrfmiddlewaretoken.value;
let busy = false;
let tried = 0;
let timer = 0;
let trouble = "";
let savedAt = "";
const hears = { stale: () => {}, saved: () => {}, signedOut: () => {} };

export const hear = (handlers) => Object.assign(hears, handlers);
export const troubled = () => trouble;

export async function run() {
  if (busy) return;
  if (trouble === "signed-out") {
    signedOut([]);
    summary();
    return;
  }
  busy = true;
  clearTimeout(timer);
  let keys = next();
  while (keys.length && (await send(keys))) keys = next();
  busy = false;
  summary();
}

/* The next cell that waits, or all those that were pasted together. */
function next() {
  const waiting = inState("waiting");
  const batch = waiting.length && items.get(waiting[0]).batch;
  return batch ? waiting.filter((key) => items.get(key).batch === batch) : waiting.slice(0, 1);
}

export function bodyOf(entries) {
  const body = new URLSearchParams({ csrfmiddlewaretoken: token });
  for (const [key, item] of entries) {
    for (const [name, text] of Object.entries(item.texts)) body.set(`${key}.${name}`, text);
    body.set(`${key}.version`, item.version);
  }
  return body;
}

export function post(body) {
  return fetch(location.pathname, { method: "POST", body, headers: { "X-Requested-With": "fetch" }, credentials: "same-origin", redirect: "manual" });
}

async function send(keys) {
  const edits = new Map(keys.map((key) => [key, items.get(key).edit]));
  for (const key of keys) {
    change(key, { state: "saving" });
    show(key);
  }
  summary();
  let answer;
  try {
    answer = await post(bodyOf(keys.map((key) => [key, items.get(key)])));
    if (answer.ok) {
      accept(await answer.json(), edits);
      return true;
    }
  } catch {
    return wait(keys, "offline");
  }
  if (answer.type === "opaqueredirect") return signedOut(keys);
  if (answer.status === 403) return renewed(keys);
  return wait(keys, "failed");
}

/* A refused request may come from a token that another sign-in has replaced. */
async function renewed(keys) {
  const found = await pulse();
  if (!found) return signedOut(keys);
  if (found.person !== sheet.dataset.person) return wait(keys, "other-person");
  if (token !== found.csrf_token && tried < 2) {
    token = found.csrf_token;
    tried += 1;
    return wait(keys, "", 0);
  }
  return wait(keys, "forbidden");
}

/* Ask who is signed in; nothing when nobody is, or no answer came. */
export async function pulse(at = "") {
  try {
    const answer = await fetch(`${sheet.dataset.pulse}?at=${encodeURIComponent(at)}`, { credentials: "same-origin", redirect: "manual" });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

function wait(keys, why, seconds = PATIENCE[Math.min(tried, PATIENCE.length - 1)]) {
  trouble = why;
  tried += why ? 1 : 0;
  for (const key of keys) {
    if (items.get(key)?.state === "saving") change(key, { state: "waiting" });
  }
  for (const key of inState("waiting")) mark(key, why === "failed" ? "failed" : "waiting");
  clearTimeout(timer);
  if (why !== "other-person" && why !== "forbidden") timer = setTimeout(run, seconds * 1000);
  return false;
}

function signedOut(keys) {
  wait(keys, "signed-out");
  clearTimeout(timer);
  hears.signedOut();
  return false;
}

/* The person is back: go on with a fresh token. */
export function resume(fresh) {
  token = fresh;
  retry();
}

export function retry() {
  trouble = "";
  tried = 0;
  run();
}

function accept(told, edits) {
  trouble = "";
  tried = 0;
  savedAt = told.at;
  const saved = [];
  for (const [key, outcome] of Object.entries(told.outcomes)) {
    const item = items.get(key);
    if (!item) continue;
    const look = told.cells[key];
    if (outcome.status === "refused") change(key, { state: "refused", messages: outcome.messages, batch: undefined });
    else if (outcome.status === "stale") change(key, { state: "stale", theirs: { ...outcome.theirs, ...look?.texts, version: look?.version }, batch: undefined });
    else if (item.edit === edits.get(key)) {
      drop(key);
      saved.push({ key, status: outcome.status, before: item.was, version: look?.version, also: outcome.also });
    } else change(key, { version: look.version, before: look.texts.value });
  }
  for (const [key, look] of Object.entries(told.cells)) take(key, look);
  for (const one of saved) tick(one.key);
  hears.saved(saved);
  for (const key of inState("stale")) if (told.outcomes[key]) hears.stale(key);
}

/* Fetch cells anew, after the panel or a colleague changed them. */
export async function refresh(keys) {
  const query = new URLSearchParams(keys.map((key) => ["cells", key]));
  try {
    const answer = await fetch(`${location.pathname}?${query}`, { headers: { "X-Requested-With": "fetch" }, credentials: "same-origin", redirect: "manual" });
    if (!answer.ok) return;
    for (const [key, look] of Object.entries((await answer.json()).cells)) take(key, look);
  } catch {
    // The next save brings the same news.
  }
}

/* Say in one line how the saving stands. */
export function summary() {
  const waiting = inState("waiting", "saving").length;
  const refused = inState("refused", "stale").length;
  const said = busy && !trouble ? words("saving") : line(waiting, refused);
  if (state.textContent !== said) state.textContent = said;
  state.className = trouble || (refused && !busy) ? "failed" : "";
  again.hidden = !waiting || !trouble || trouble === "signed-out";
}

function line(waiting, refused) {
  const parts = [];
  if (waiting && trouble) parts.push(counted(trouble, waiting));
  if (refused) parts.push(counted("not-saved", refused));
  if (parts.length) return parts.join(" · ");
  if (waiting) return words("saving");
  return savedAt ? words("all-saved", { at: savedAt }) : "";
}
