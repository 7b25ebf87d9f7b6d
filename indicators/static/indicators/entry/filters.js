/* Leaves on the page the rows that somebody looks for; what is chosen stands in the address. */
import { byId } from "./page.js";
import { items } from "./queue.js";
import { answered, families, groups } from "./families.js";

const controls = [...document.querySelectorAll("[data-filter]")];
const SAYS = {
  q: ({ rows }, text) => rows.some((row) => row.matches(".row") && heading(row).includes(text.trim().toLowerCase())),
  missing: (family) => family.needs.length > 0 && !answered(family),
  warned: ({ rows }) => rows.some((row) => row.hasAttribute("data-warned") || ["refused", "stale"].includes(items.get(row.id)?.state)),
  commented: ({ rows }) => rows.some((row) => row.matches(".commented")),
  issue: ({ body }, key) => body.dataset.issue === key,
  purpose: ({ head }, key) => (head.dataset.purposes ?? "").split(" ").includes(key),
  unit: ({ rows }, name) => rows.some((row) => row.dataset.unit === name),
};

const heading = (row) => `${row.cells[0].textContent} ${row.cells[1].textContent}`.toLowerCase();
const valueOf = (control) => (control.matches("button") ? (control.getAttribute("aria-pressed") === "true" ? "1" : "") : control.value);

function setValue(control, text) {
  if (control.matches("button")) control.setAttribute("aria-pressed", String(Boolean(text)));
  else control.value = text;
}

const chosen = () => controls.map((control) => [control.dataset.filter, valueOf(control)]).filter(([, text]) => text);

export function apply() {
  const wanted = chosen();
  let shown = 0;
  for (const { body, families: own } of groups) {
    const found = own.filter((family) => wanted.every(([name, text]) => SAYS[name](family, text)));
    for (const family of own) for (const row of family.rows) row.classList.toggle("filtered", !found.includes(family));
    body.classList.toggle("filtered", !found.length);
    shown += found.length;
  }
  byId("nothing-found").hidden = shown > 0;
  byId("filter-clear").hidden = !wanted.length;
}

/* How many rows each of the three buttons would show. */
export function number() {
  for (const control of controls) {
    const place = control.querySelector("[data-number]");
    if (place) place.textContent = families.filter((family) => SAYS[control.dataset.filter](family, "1")).length;
  }
}

function remember() {
  const address = new URL(location.href);
  for (const control of controls) {
    const text = valueOf(control);
    if (text) address.searchParams.set(control.dataset.filter, text);
    else address.searchParams.delete(control.dataset.filter);
  }
  history.replaceState(null, "", address);
}

function changed() {
  apply();
  remember();
}

export function listen() {
  const asked = new URL(location.href).searchParams;
  for (const control of controls) {
    setValue(control, asked.get(control.dataset.filter) ?? "");
    if (control.matches("button")) {
      control.addEventListener("click", () => {
        setValue(control, valueOf(control) ? "" : "1");
        changed();
      });
    } else control.addEventListener(control.matches("select") ? "change" : "input", changed);
  }
  byId("filter-clear")?.addEventListener("click", () => {
    for (const control of controls) setValue(control, "");
    changed();
  });
  number();
  apply();
}
