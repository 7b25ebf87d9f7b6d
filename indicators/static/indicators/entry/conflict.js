/* A colleague changed the same cell: both figures are shown, neither is lost, and the person decides.
   The dialog waits beside the page and takes no key away from somebody who is typing on. */
import { announce, byId, codeOf, input, nameOf, sheet, words } from "./page.js";
import { change, drop, inState, items } from "./queue.js";
import { below, mark, show } from "./cells.js";
import { run, summary } from "./saving.js";

const dialog = byId("conflict");
let asked = "";

export function offer(key) {
  show(key);
  if (!dialog.open || asked === key) ask(key);
  announce(dialog.querySelector("[data-said]").textContent);
}

function ask(key) {
  const item = items.get(key);
  asked = key;
  const theirs = item.theirs ?? {};
  const facts = {
    who: theirs.who || words("somebody"),
    at: theirs.at ?? "",
    code: codeOf(key),
    name: nameOf(key),
    theirs: theirs.value || words("empty"),
    mine: item.texts.value ?? item.was?.value ?? "",
    before: item.before || words("empty"),
  };
  dialog.querySelector("[data-said]").textContent = words("conflict", { ...facts, mine: facts.mine || words("empty") });
  const more = inState("stale").length - 1;
  dialog.querySelector("[data-more]").textContent = more > 0 ? words("more-conflicts", { count: more }) : "";
  if (!dialog.open) dialog.setAttribute("open", "");
}

function close() {
  dialog.removeAttribute("open");
  asked = "";
}

/* Go on to the next conflict, or back to the cell. */
function decided(key) {
  const next = inState("stale")[0];
  if (next) ask(next);
  else close();
  summary();
  input(key)?.focus({ preventScroll: true });
}

export function keepTheirs(key) {
  const box = input(key);
  drop(key);
  box.value = box.defaultValue;
  below(key, "");
  mark(key, "");
  show(key);
  decided(key);
}

export function useMine(key) {
  const item = items.get(key);
  change(key, { state: "waiting", version: item.theirs?.version ?? item.version, before: item.theirs?.value ?? item.before, theirs: undefined });
  below(key, "");
  decided(key);
  run();
}

export function listen() {
  dialog.addEventListener("click", (event) => {
    if (event.target.closest("[data-theirs]")) keepTheirs(asked);
    else if (event.target.closest("[data-mine]")) useMine(asked);
    else if (event.target.closest("[data-later]")) close();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  sheet.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-theirs], [data-mine]");
    if (!choice) return;
    event.preventDefault();
    const line = choice.closest("[id^='below-']");
    const key = line.id.slice("below-".length);
    if (!items.has(key)) return;
    if (choice.matches("[data-theirs]")) keepTheirs(key);
    else useMine(key);
  });
}
