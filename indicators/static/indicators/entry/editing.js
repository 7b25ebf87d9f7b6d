/* Takes up what is typed: every letter is kept at once, and sent when the cell is left or after two idle seconds. */
import { byId, fieldOf, input, inputs, isField, isValue, keyOf, sheet } from "./page.js";
import { change, drop, items, put } from "./queue.js";
import { base, revert, show, versionOf } from "./cells.js";
import { run, summary } from "./saving.js";

const IDLE = 2000;
let timer = 0;
let start = null;

/* Change texts of a cell; the rest of what is known of it goes along. */
export function set(key, texts, more = {}) {
  const was = items.get(key)?.was ?? base(key);
  return put(key, texts, { version: versionOf(key), before: was.value, was, state: "waiting", batch: undefined, ...more });
}

/* A figure typed where a reason stood takes the reason's place. */
export function figure(key, text, more = {}) {
  const cleared = text.trim() && base(key).reason ? { reason: "", until: "" } : {};
  return set(key, { value: text, ...cleared }, more);
}

function typed(control) {
  const key = keyOf(control);
  const name = fieldOf(control);
  const item = items.get(key);
  if (name === "value" && control.value === control.defaultValue && !alters(item, "value")) {
    if (item) drop(key);
    show(key);
    return;
  }
  if (name === "value") figure(key, control.value, { state: "typing" });
  else set(key, { [name]: control.value }, { state: "typing" });
  show(key);
  sheet.dispatchEvent(new CustomEvent("cell-typed", { detail: { key } }));
}

/* Whether an item changes more than the text of one field. */
function alters(item, field) {
  return item ? Object.keys(item.texts).some((name) => name !== field && item.texts[name] !== (item.was?.[name] ?? "")) : false;
}

/* Send what was typed in a cell; a conflict waits for a decision, which typing a new figure is not. */
export function leave(key) {
  clearTimeout(timer);
  const item = items.get(key);
  const box = input(key);
  if (!item) {
    if (box && box.value !== box.defaultValue) box.value = box.defaultValue;
  } else if (item.state === "typing") {
    change(key, { state: item.theirs ? "stale" : "waiting" });
    show(key);
  }
  run();
}

export function cancel(key) {
  clearTimeout(timer);
  drop(key);
  revert(key);
  // What was saved while the person paused is part of the same edit.
  if (start?.key === key && start.was.value !== base(key).value) {
    input(key).value = start.was.value;
    set(key, { ...start.was });
    run();
  }
  sheet.dispatchEvent(new CustomEvent("cell-typed", { detail: { key } }));
  summary();
}

export function listen() {
  sheet.addEventListener("input", (event) => {
    if (!isField(event.target)) return;
    typed(event.target);
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(() => leave(keyOf(event.target)), IDLE);
  });
  sheet.addEventListener("compositionend", (event) => {
    if (isField(event.target)) timer = setTimeout(() => leave(keyOf(event.target)), IDLE);
  });
  sheet.addEventListener("focusout", (event) => {
    if (isField(event.target)) leave(keyOf(event.target));
  });
  sheet.addEventListener("focusin", (event) => {
    if (!isField(event.target)) return;
    if (isValue(event.target)) {
      event.target.select();
      start = { key: keyOf(event.target), was: base(keyOf(event.target)) };
    }
    sheet.dispatchEvent(new CustomEvent("cell-focus", { detail: { key: keyOf(event.target) } }));
  });
  sheet.addEventListener("click", (event) => {
    const meant = event.target.closest("[data-suggest]");
    if (!meant) return;
    const key = meant.closest("[id^='below-']").id.slice("below-".length);
    const box = input(key);
    box.value = meant.dataset.suggest;
    figure(key, box.value);
    box.focus();
    run();
  });
  /* Without this script the button sends the page; with it there is nothing left to send but what waits. */
  sheet.addEventListener("submit", (event) => {
    event.preventDefault();
    for (const [key, item] of items) if (item.state === "typing") change(key, { state: "waiting" });
    run();
  });
  addEventListener("beforeunload", (event) => {
    if (items.size) event.preventDefault();
  });
  byId("save-all").closest("p").hidden = true;
  // What was typed before this script was there is taken up too.
  for (const box of inputs()) if (box.value !== box.defaultValue && !items.has(keyOf(box))) typed(box);
}
