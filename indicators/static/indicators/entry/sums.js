/* Reckons every figure that follows from what is being typed, shown as provisional until the server has confirmed it,
   and says under the row at hand how it comes about and what else it changes. */
import { byId, codeOf, counted, element, input, sheet, words } from "./page.js";
import { items } from "./queue.js";
import { own, ratio, read } from "./exact.js";

const computed = [...sheet.querySelectorAll("[data-top]")];
const line = element("tr", "", { className: "below focus-line" });
line.append(element("td"), element("td", "", { colSpan: 10 }));

function figureOf(key) {
  const box = input(key);
  return read(box ? box.value : (byId(`value-${key}`)?.dataset.plain ?? ""));
}

function reckon(place) {
  const { top, bottom } = place.dataset;
  const [above, below] = [figureOf(top), figureOf(bottom)];
  return above && below ? ratio(above, below, place.dataset) : null;
}

/* Show what follows from a cell at once; with nothing under way the server's own figure stands. */
export function follow(key) {
  for (const place of computed) {
    const { top, bottom } = place.dataset;
    if (top !== key && bottom !== key) continue;
    const pending = items.has(top) || items.has(bottom);
    const found = pending && reckon(place);
    place.dataset.confirmed ??= place.textContent;
    if (found) place.textContent = found.text;
    else place.textContent = place.dataset.confirmed;
    place.classList.toggle("provisional", Boolean(found));
    place.title = found ? words("provisional") : "";
  }
  if (line.dataset.key === key) explain(key);
}

/* The indicator that a row belongs to: the row itself, or the one above its inputs. */
function resultOf(row) {
  let head = row;
  while (head && head.matches(".input-of, .below")) head = head.previousElementSibling;
  const place = head?.querySelector("[data-top]");
  return place && [place.dataset.top, place.dataset.bottom].includes(row.id) ? place : null;
}

function explain(key) {
  const row = byId(key);
  const content = [];
  const place = row.matches("tr") && resultOf(row);
  if (place) content.push(equation(place));
  const figure = figureOf(key);
  if (figure?.scaled) content.push(element("p", `= ${own(figure)}`, { className: "quiet" }));
  const fed = (input(key)?.dataset.fed ?? "").split(" ").filter(Boolean);
  if (fed.length) content.push(changes(key, fed));
  line.dataset.key = key;
  if (!content.length) return line.remove();
  line.lastElementChild.replaceChildren(...content);
  if (line.previousElementSibling !== last(row)) last(row).after(line);
  return undefined;
}

/* The row itself, or what already stands under it. */
function last(row) {
  let found = row.closest("tr");
  while (found.nextElementSibling?.matches(".finer, .below:not(.focus-line, .equation-row)")) found = found.nextElementSibling;
  return found;
}

function equation(place) {
  const said = element("p", "", { className: "equation" });
  const row = place.closest("tr");
  let own = row.nextElementSibling;
  while (own && !own.matches(".equation-row")) own = own.nextElementSibling;
  said.append(element("span", own?.querySelector("[data-words]")?.textContent ?? "", { className: "quiet" }));
  const found = reckon(place);
  if (!found) return said;
  const times = place.dataset.multiplier === "1" ? "" : ` × ${place.dataset.multiplier}`;
  said.append(` = ${found.top} ÷ ${found.bottom}${times} = `, element("b", found.text));
  if (place.classList.contains("provisional")) said.append(` · ${words("provisional")}`);
  return said;
}

/* A quiet word before a shared input is saved: which figures go with it. */
function changes(key, fed) {
  const list = element("ul", "", { className: "plain-list" });
  const period = key.slice(codeOf(key).length);
  list.append(...fed.map((code) => element("li", `${code} ${byId(`name-${code}${period}`)?.textContent ?? ""}`)));
  const more = element("details");
  const count = counted(items.has(key) ? "changes" : "would-change", fed.length);
  more.append(element("summary", count), list);
  return more;
}

/* A computed figure that the server has spoken of is weighed again by one of its inputs. */
function moved(key) {
  follow(byId(`value-${key}`)?.dataset.top ?? key);
}

export function listen() {
  for (const name of ["cell-typed", "cell-taken"]) sheet.addEventListener(name, (event) => moved(event.detail.key));
  sheet.addEventListener("cell-focus", (event) => explain(event.detail.key));
  for (const key of items.keys()) follow(key);
}
