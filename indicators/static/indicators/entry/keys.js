/* The keys of the grid, as people know them from spreadsheets. A word that is still being composed is left alone. */
import { byId, inputs, isField, isValue, keyOf, sheet, shown } from "./page.js";
import { cancel } from "./editing.js";

const STEPS = { Enter: 1, ArrowDown: 1, ArrowUp: -1 };

export function listen({ menu, details, same, undo }) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const box = event.target;
    if (isValue(box) && isField(box)) inCell(event, box, { menu, details, same });
    else if (isField(box) && event.key === "Escape") cancel(keyOf(box));
    if (event.defaultPrevented) return;
    const command = event.ctrlKey || event.metaKey;
    if (command && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "z" && !underEdit(box)) {
      event.preventDefault();
      undo();
    }
    if (event.key === "F6" && !command) answer(event);
    if (event.key === "?" && !command && (!writes(box) || isValue(box))) {
      event.preventDefault();
      byId("keys").showModal();
    }
  });
  for (const opener of document.querySelectorAll("[data-keys]")) opener.addEventListener("click", () => byId("keys").showModal());
}

/* Go to the first button of what waits beside the sheet: a conflict, a sign-in, a block to paste. Tab would pass every cell before it. */
function answer(event) {
  const waiting = document.querySelector("#conflict[open], #signed-out:not([hidden]), #paste:not([hidden])");
  const button = [...(waiting?.querySelectorAll("button") ?? [])].find(shown);
  if (!button) return;
  event.preventDefault();
  button.focus();
}

function inCell(event, box, { menu, details, same }) {
  const command = event.ctrlKey || event.metaKey;
  const key = keyOf(box);
  const stop = (act) => {
    event.preventDefault();
    act();
  };
  if (event.key === "Escape") return stop(() => cancel(key) ?? box.select());
  if (event.altKey && event.key === "ArrowDown") return stop(() => menu(key));
  if (command && event.key === "Enter") return stop(() => details(key));
  if (command && (event.key === ";" || event.code === "Semicolon")) return stop(() => same(key));
  if (command || event.altKey) return undefined;
  if (event.key === "Tab") return tab(event, box);
  if (event.key in STEPS) return stop(() => step(box, event.key === "Enter" && event.shiftKey ? -1 : STEPS[event.key]));
  return undefined;
}

/* Go to the next figure up or down; past the last one the present one is left. */
function step(box, by) {
  const open = inputs().filter(shown);
  const next = open[open.indexOf(box) + by];
  if (next) next.focus();
  else box.blur();
}

/* Go to the next place to write, which may be an explanation or a choice under the row; past the last one the page goes on. */
function tab(event, box) {
  const stops = [...sheet.querySelectorAll("input.value, .below textarea, .below button, .below a.button, .part-below button")].filter(shown);
  const next = stops[stops.indexOf(box) + (event.shiftKey ? -1 : 1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

const writes = (control) => control.matches?.("input, textarea, select, [contenteditable]");
const underEdit = (control) => writes(control) && control.value !== control.defaultValue;
