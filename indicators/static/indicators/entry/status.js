/* The list of one cell: how sure its figure is, or why there is none. */
import { byId, codeOf, input, nameOf, sheet } from "./page.js";
import { items } from "./queue.js";
import { base } from "./cells.js";
import { set } from "./editing.js";
import { run } from "./saving.js";

const dialog = byId("status");
const list = byId("status-list");
const until = byId("status-until");
const SIGNS = /^\s*(≥|≤|≈|>=|<=|>|<|~|～|约|大约)?\s*/;
let key = "";

export function open(asked) {
  key = asked;
  const now = { ...base(key), ...items.get(key)?.texts };
  dialog.querySelector("h2").textContent = `${codeOf(key)} ${nameOf(key)}`;
  list.value = now.reason ? `reason:${now.reason}` : `flag:${now.flag}`;
  until.value = now.until;
  dated();
  dialog.showModal();
  list.focus();
}

function dated() {
  byId("status-date").hidden = list.value !== "reason:not-yet";
}

/* Take the choice: a reason empties the figure, a kind or a sign keeps it. */
function choose() {
  const [kind, choice] = list.value.split(":");
  const box = input(key);
  if (kind === "reason") {
    box.value = "";
    set(key, { value: "", flag: "A", reason: choice, until: choice === "not-yet" ? until.value : "" });
  } else {
    const cleared = base(key).reason ? { reason: "", until: "" } : {};
    if (kind === "sign") box.value = box.value.trim() && `${choice === "=" ? "" : `${choice} `}${box.value.replace(SIGNS, "")}`;
    set(key, kind === "sign" ? { value: box.value, ...cleared } : { flag: choice, ...cleared });
  }
  dialog.close();
  box.focus();
  run();
}

export function listen() {
  list.addEventListener("change", dated);
  list.addEventListener("dblclick", choose);
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    choose();
  });
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    if (list.value === "reason:not-yet" && !until.value) until.focus();
    else choose();
  });
  dialog.querySelector("[data-later]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => input(key)?.focus());
  for (const opener of sheet.querySelectorAll("[data-menu]")) {
    opener.setAttribute("role", "button");
    opener.setAttribute("aria-haspopup", "dialog");
    opener.tabIndex = -1;
  }
  sheet.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-menu]");
    if (!opener) return;
    event.preventDefault();
    open(opener.closest("[id*='@']").id);
  });
}
