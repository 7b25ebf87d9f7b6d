/* The rows that belong together: an indicator with the inputs under it; and how many of them are answered. */
import { byId, sheet } from "./page.js";

export const groups = [...sheet.querySelectorAll("tbody[data-group]")].map((body) => ({ body, families: familiesOf(body) }));
export const families = groups.flatMap((group) => group.families);

function familiesOf(body) {
  const found = [];
  for (const row of body.rows) {
    if (row.matches(".group, .focus-line")) continue;
    const current = found.at(-1);
    const key = row.id || row.dataset.see || "";
    if (!row.matches(".row")) current?.rows.push(row);
    else if (row.matches(".input-of") && current?.needs.includes(key)) current.rows.push(row);
    else found.push({ head: row, rows: [row], needs: (row.dataset.needs ?? "").split(" ").filter(Boolean), body });
  }
  return found;
}

export const answered = (family) => family.needs.every((key) => byId(key)?.hasAttribute("data-answered"));

/* Count anew what is answered, in the bar, the jump list and the heads of the groups. */
export function recount() {
  const done = { required: 0, other: 0 };
  for (const { body, families: own } of groups) {
    const counted = own.filter((family) => family.needs.length);
    const ready = counted.filter(answered);
    for (const family of ready) done[family.head.hasAttribute("data-required") ? "required" : "other"] += 1;
    if (!counted.length || sheet.hasAttribute("data-veiled")) continue;
    for (const place of document.querySelectorAll(`[data-count="${body.dataset.group}"]`)) place.textContent = `${ready.length}/${counted.length}`;
  }
  const [required, other] = document.querySelectorAll("#meters .progress");
  if (required) required.querySelector("b").textContent = done.required;
  if (required?.querySelector("progress")) required.querySelector("progress").value = done.required;
  if (other) other.querySelector("b").textContent = done.other;
}

/* Every group folds away under its head. */
export function foldable() {
  for (const { body } of groups) {
    const head = body.querySelector(".group > th");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "fold-group";
    button.setAttribute("aria-expanded", "true");
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const folded = body.toggleAttribute("data-folded");
      button.setAttribute("aria-expanded", String(!folded));
    });
  }
}

/* Show a row that lies in a folded group or behind a filter. */
export function reveal(row) {
  const body = row.closest("tbody");
  if (!body) return;
  body.removeAttribute("data-folded");
  body.querySelector(".fold-group")?.setAttribute("aria-expanded", "true");
}
