/* Shows each cell as it stands: what the server said of it, and over that what is still under way. */
import { byId, element, input, isValue, nodes, piece, sheet, words } from "./page.js";
import { items } from "./queue.js";

/* What stands in a cell for certain. */
export function base(key) {
  const box = input(key);
  return { value: box.defaultValue, reason: box.dataset.reason ?? "", flag: box.dataset.flag ?? "A", until: box.dataset.until ?? "" };
}

export const versionOf = (key) => sheet.elements[`${key}.version`].value;

/* Put a state over the word of the server: saving, waiting, failed, refused, stale, done; nothing takes it away again. */
export function mark(key, state) {
  const place = byId(`status-${key}`);
  if (!place) return;
  place.querySelector(":scope > .cell-state")?.remove();
  place.classList.toggle("has-state", Boolean(state));
  byId(key)?.classList.toggle("unsaved", Boolean(state) && state !== "done");
  if (!state) return;
  const sign = piece(state);
  sign.classList.add("cell-state");
  place.append(sign);
}

/* Show an item of the queue in its cell. */
export function show(key) {
  const item = items.get(key);
  const box = input(key);
  if (!box) return;
  if (item?.state === "refused") box.setAttribute("aria-invalid", "true");
  else box.removeAttribute("aria-invalid");
  box.classList.toggle("warned", item?.state === "stale" || byId(key).hasAttribute("data-warned"));
  mark(key, item && item.state !== "typing" ? item.state : "");
}

/* The saved tick stays for two seconds, then the plain word of the server. */
export function tick(key) {
  mark(key, "done");
  setTimeout(() => {
    if (!items.has(key)) mark(key, "");
  }, 2000);
}

/* Put what the server says of a cell in place; what is being typed stays as it is. */
export function take(key, look) {
  const row = byId(key);
  if (!row) return;
  row.toggleAttribute("data-answered", look.answered);
  row.toggleAttribute("data-warned", look.warned);
  input(key)?.classList.toggle("warned", look.warned);
  fill(byId(`status-${key}`), look.status);
  below(key, look.below);
  const change = row.querySelector("[data-change]");
  if (change) change.textContent = look.change;
  if (look.aim !== undefined) fill(row.querySelector("[data-aim]"), look.aim);
  if (look.texts) takeTexts(key, look);
  else takeFigure(key, look);
  for (const one of sheet.querySelectorAll("[data-same-as]")) if (one.dataset.sameAs === key) one.textContent = look.text;
  sheet.dispatchEvent(new CustomEvent("cell-taken", { detail: { key } }));
}

function takeTexts(key, look) {
  const box = input(key);
  if (!box) return;
  const untouched = box.value === box.defaultValue;
  box.defaultValue = look.texts.value;
  box.dataset.plain = look.plain;
  for (const name of ["reason", "flag", "until"]) box.dataset[name] = look.texts[name] ?? "";
  sheet.elements[`${key}.version`].value = look.version;
  sheet.elements[`${key}.seen`].value = look.seen;
  box.readOnly = look.locked;
  if (items.has(key)) return show(key);
  if (document.activeElement === box && !untouched) return undefined;
  box.value = box.defaultValue;
  return show(key);
}

function takeFigure(key, look) {
  const place = byId(`value-${key}`);
  if (!place) return;
  place.dataset.plain = look.plain;
  place.textContent = place.dataset.confirmed = look.text;
}

function fill(place, markup) {
  if (place) place.replaceChildren(...nodes(markup));
}

/* The line under a row that says what is to be said of its figure; made when there is something, gone when there is not. */
export function below(key, markup) {
  let line = byId(`below-${key}`);
  if (line && markup && line.contains(document.activeElement) && document.activeElement.matches("textarea")) return;
  if (!markup && line?.tagName === "TR") line.remove();
  if (!markup && line?.tagName === "DIV") line.replaceChildren();
  const box = input(key);
  if (box) box.setAttribute("aria-describedby", markup ? `status-${key} below-${key}` : `status-${key}`);
  if (!markup) return;
  line ??= newLine(key);
  fill(line.tagName === "TR" ? line.lastElementChild : line, markup);
}

function newLine(key) {
  const line = element("tr", "", { id: `below-${key}`, className: "below" });
  line.append(element("td"), element("td", "", { colSpan: 10 }));
  let last = byId(key);
  while (last.nextElementSibling?.matches(".finer, .equation-row")) last = last.nextElementSibling;
  last.after(line);
  return line;
}

/* Show what was refused on an earlier visit, before the server has spoken again. */
export function restore(key, item) {
  const box = input(key);
  if (!box) return;
  if (item.texts.value !== undefined) box.value = item.texts.value;
  if (item.state === "refused") {
    below(key, " ");
    const line = byId(`below-${key}`);
    const place = line.tagName === "TR" ? line.lastElementChild : line;
    place.replaceChildren(...(item.messages ?? []).map((text) => element("p", text, { className: "error-text" })));
  }
  show(key);
}

/* Bring back what stood in a cell before the present edit. */
export function revert(key) {
  const box = input(key);
  box.value = box.defaultValue;
  if (byId(`below-${key}`)?.querySelector(".error-text, .conflict")) below(key, "");
  show(key);
}

export function lastKey() {
  return isValue(document.activeElement) ? document.activeElement.name.slice(0, -6) : "";
}

export const emptyWord = (text) => text || words("empty");
