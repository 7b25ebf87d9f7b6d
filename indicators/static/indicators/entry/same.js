/* Takes over last year's figure of what does not change, with the reason that the person gives. */
import { announce, byId, codeOf, input, nameOf, words } from "./page.js";
import { figure, set } from "./editing.js";
import { run } from "./saving.js";

const dialog = byId("same");
const why = byId("same-why");
let key = "";

export function open(asked) {
  const last = input(asked).dataset.last;
  if (!last) {
    byId("toast").textContent = words("no-constant");
    announce(words("no-constant"));
    return;
  }
  key = asked;
  dialog.querySelector("h2").textContent = `${codeOf(key)} ${nameOf(key)}: ${last}`;
  why.value = "";
  dialog.showModal();
}

function take() {
  const box = input(key);
  box.value = box.dataset.last;
  figure(key, box.value, {});
  set(key, { explanation: why.value.trim() });
  dialog.close();
  box.focus();
  run();
}

export function listen() {
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    take();
  });
  dialog.querySelector("[data-later]").addEventListener("click", () => dialog.close());
}
