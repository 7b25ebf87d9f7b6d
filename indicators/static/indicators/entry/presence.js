/* Shows who else of the team is at which issue. Asked every twenty seconds while somebody works here, so that a page left alone falls asleep. */
import { element, sheet } from "./page.js";
import { pulse } from "./saving.js";

const EVERY = 20_000;
const IDLE_AFTER = 120_000;
let worked = Date.now();
let at = "";

async function meet() {
  if (document.hidden || Date.now() - worked > IDLE_AFTER) return;
  const found = await pulse(at);
  if (found?.person !== sheet.dataset.person) return;
  for (const place of document.querySelectorAll("[data-here]")) {
    const issue = sheet.querySelector(`tbody[data-group="${place.dataset.here}"]`)?.dataset.issue ?? "";
    place.replaceChildren(...found.others.filter((other) => issue && other.at === issue).map(({ name }) => face(name)));
  }
}

function face(name) {
  const made = element("i", [...name][0], { title: name });
  made.append(element("span", name, { className: "unseen" }));
  return made;
}

export function listen() {
  for (const name of ["keydown", "pointerdown"]) addEventListener(name, () => (worked = Date.now()));
  sheet.addEventListener("cell-focus", (event) => {
    const issue = document.getElementById(event.detail.key)?.closest("tbody")?.dataset.issue ?? "";
    if (issue === at) return;
    at = issue;
    meet();
  });
  setInterval(meet, EVERY);
  meet();
}
