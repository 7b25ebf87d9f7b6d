/* Signs a person in again without leaving the page, and goes on only if it is the same person. */
import { byId, counted, element, sheet, words } from "./page.js";
import { items } from "./queue.js";
import { pulse, resume, summary } from "./saving.js";

const banner = byId("signed-out");
const dialog = byId("sign-in");
const place = dialog.querySelector("[data-form]");
const said = dialog.querySelector("[data-said]");

/* Say that nothing is lost; the form comes when the person asks for it, so that no letter on its way to a cell goes astray. */
export function signedOut() {
  banner.hidden = false;
  banner.querySelector("[data-said]").textContent = counted("signed-out", items.size);
}

async function open() {
  said.textContent = "";
  place.replaceChildren();
  dialog.showModal();
  await load(fetch(`${sheet.dataset.signIn}?next=${encodeURIComponent(sheet.dataset.pulse)}`, { credentials: "same-origin" }));
}

/* Take what the way in answers: the form, once more with its errors, another step, or that the person is in. */
async function load(asked) {
  let answer;
  try {
    answer = await asked;
    if ((answer.headers.get("Content-Type") ?? "").includes("json")) return back(await answer.json());
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const form = page.querySelector("form:has(input[type=password][name=password]):has(input[name=login])");
    if (form) return ask(form);
  } catch {
    said.textContent = words("no-network");
    return undefined;
  }
  return elsewhere();
}

function ask(form) {
  const own = document.adoptNode(form);
  for (const link of own.querySelectorAll("a")) link.target = "_blank";
  own.addEventListener("submit", (event) => {
    event.preventDefault();
    load(fetch(sheet.dataset.signIn, { method: "POST", body: new URLSearchParams(new FormData(own)), credentials: "same-origin" }));
  });
  place.replaceChildren(own);
  (own.querySelector("[aria-invalid]") ?? own.querySelector("input[name=login]")).focus();
}

/* A second factor or a new password is asked for on a page of its own; this one goes on when that is done. */
function elsewhere() {
  said.textContent = words("another-step");
  const link = element("a", words("open-another-step"), { href: sheet.dataset.signIn, target: "_blank", className: "button button-primary" });
  place.replaceChildren(link);
  link.focus();
}

function back(found) {
  if (found.person !== sheet.dataset.person) {
    said.textContent = words("other-person.other");
    const link = element("a", words("reload"), { href: location.pathname, className: "button" });
    place.replaceChildren(link);
    return;
  }
  place.replaceChildren();
  dialog.close();
  banner.hidden = true;
  resume(found.csrf_token);
}

export function listen() {
  banner.querySelector("button").addEventListener("click", open);
  dialog.querySelector("[data-later]").addEventListener("click", () => dialog.close());
  addEventListener("focus", async () => {
    if (banner.hidden) return;
    const found = await pulse();
    if (found) back(found);
    summary();
  });
}
