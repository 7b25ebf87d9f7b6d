/* Saves each figure as it is left, shows what the server made of it, and moves between rows by keyboard.
   Without this script the page is a form with one button. */
(() => {
  "use strict";
  const form = document.getElementById("sheet");
  const state = document.getElementById("save-state");
  if (!form || !state) return;
  const again = document.getElementById("save-again");
  const all = document.getElementById("save-all");
  const waiting = new Set();
  const failed = new Set();
  let busy = false;

  const keyOf = (control) => control.name.slice(0, control.name.lastIndexOf("."));
  const controlsOf = (key) => [...form.elements].filter((control) => control.name && control.name.startsWith(`${key}.`));
  const isField = (target) => target.name && target.name.includes("@") && target.form === form;

  function say(word, trouble) {
    state.textContent = word;
    state.classList.toggle("failed", Boolean(trouble));
    again.hidden = !failed.size;
  }

  function clock() {
    const now = new Date();
    return `${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")}`;
  }

  function summary() {
    if (failed.size) return;
    const refused = form.querySelector('[aria-invalid="true"]');
    if (refused) say(form.dataset.refused, true);
    else say(`${form.dataset.saved} ${clock()}`);
  }

  /* One request at a time: the next one then carries the version that the last one brought back. */
  async function run() {
    if (busy) return;
    busy = true;
    while (waiting.size) {
      const [key] = waiting;
      waiting.delete(key);
      await save(key);
    }
    busy = false;
    summary();
  }

  async function save(key) {
    const controls = controlsOf(key);
    const body = new URLSearchParams();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    controls.forEach((control) => body.set(control.name, control.value));
    say(form.dataset.saving);
    try {
      const answer = await fetch(location.pathname, { method: "POST", body, headers: { "X-Requested-With": "fetch" }, credentials: "same-origin", redirect: "manual" });
      if (answer.type === "opaqueredirect" || answer.status === 403) return fail(key, form.dataset.signedOut);
      if (!answer.ok) return fail(key, form.dataset.failed);
      failed.delete(key);
      failed.forEach((other) => waiting.add(other));
      take(new DOMParser().parseFromString(await answer.text(), "text/html"), key, body);
    } catch {
      fail(key, form.dataset.failed);
    }
  }

  function fail(key, words) {
    failed.add(key);
    say(words, true);
  }

  /* Put what the server answered in place; a field that was typed in meanwhile keeps its text. */
  function take(page, key, sent) {
    for (const fresh of page.querySelectorAll("[data-live][id]")) {
      const old = document.getElementById(fresh.id);
      if (old && !old.contains(document.activeElement)) old.replaceWith(document.adoptNode(fresh));
    }
    for (const fresh of page.querySelectorAll("[data-live][data-same-as]")) {
      for (const old of form.querySelectorAll("[data-same-as]")) {
        if (old.dataset.sameAs === fresh.dataset.sameAs) old.textContent = fresh.textContent;
      }
    }
    for (const control of controlsOf(key)) {
      const fresh = page.querySelector(`[name="${CSS.escape(control.name)}"]`);
      if (!fresh || control.type === "hidden" || control.value !== sent.get(control.name)) continue;
      if (control.value !== fresh.value) control.value = fresh.value;
      control.dataset.before = control.value;
      if (!control.classList.contains("value")) continue;
      control.className = fresh.className;
      if (fresh.hasAttribute("aria-invalid")) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    }
  }

  function changed(control) {
    waiting.add(keyOf(control));
    run();
  }

  function move(from, step) {
    const open = [...form.querySelectorAll("input.value")].filter((input) => input.offsetParent !== null);
    const next = open[open.indexOf(from) + step];
    if (next) next.focus();
    else from.blur();
  }

  form.addEventListener("change", (event) => {
    if (isField(event.target)) changed(event.target);
  });

  form.addEventListener("focusin", (event) => {
    const input = event.target;
    if (!isField(input) || input.tagName === "SELECT") return;
    if (input.dataset.before === undefined) input.dataset.before = input.defaultValue;
    if (input.classList.contains("value")) input.select();
  });

  form.addEventListener("keydown", (event) => {
    const input = event.target;
    if (event.isComposing || !isField(input) || input.tagName === "SELECT") return;
    if (event.key === "Escape") {
      input.value = input.dataset.before;
      return;
    }
    if (!input.classList.contains("value")) {
      if (event.key === "Enter" && input.tagName === "INPUT") {
        event.preventDefault();
        input.blur();
      }
      return;
    }
    const step = { Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    move(input, step);
  });

  form.addEventListener("click", (event) => {
    const theirs = event.target.closest("[data-take]");
    if (!theirs) return;
    event.preventDefault();
    const input = document.getElementById(`input-${theirs.dataset.take}`);
    input.value = theirs.dataset.value;
    input.focus();
    changed(input);
  });

  /* With the script every figure is saved by itself, so a press of Enter or Save sends what still waits. */
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    form.querySelectorAll('[aria-invalid="true"]').forEach((input) => waiting.add(keyOf(input)));
    failed.forEach((key) => waiting.add(key));
    run();
  });

  again.addEventListener("click", () => {
    failed.forEach((key) => waiting.add(key));
    run();
  });

  addEventListener("beforeunload", (event) => {
    const active = document.activeElement;
    const typing = active && isField(active) && active.dataset.before !== undefined && active.value !== active.dataset.before;
    if (busy || failed.size || typing) event.preventDefault();
  });

  /* A link to a finer period opens what it lies in. */
  function unfold() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = target && target.closest("details");
    if (folded) folded.open = true;
    const input = target && target.querySelector("input.value");
    if (input) input.focus({ preventScroll: true });
  }
  addEventListener("hashchange", unfold);
  unfold();
})();
