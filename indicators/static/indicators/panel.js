/* The panel of details beside the sheet: opens for a cell, follows while the person moves, and sends its forms without leaving the
   page. Without this script each cell has a page of its own. On any page it lets files be dropped and screenshots be pasted. */
(() => {
  const panel = document.getElementById("panel");
  const sheet = document.getElementById("sheet");
  const WAIT = 250;
  let shown = "";
  let wanted = "";
  let timer = 0;

  const address = (key) => `${location.pathname}cells/${encodeURIComponent(key)}/`;
  const tell = (key) => sheet.dispatchEvent(new CustomEvent("cell-changed", { detail: { key } }));

  async function load(key, { focus = false } = {}) {
    wanted = key;
    panel.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address(key), { headers: { "X-Requested-With": "fetch" }, credentials: "same-origin" });
      if (wanted === key && answer.ok && !answer.redirected) show(key, await answer.text(), focus);
    } catch {
      /* The network is away; what is shown stays, and the next cell asks again. */
    } finally {
      panel.removeAttribute("aria-busy");
    }
  }

  function show(key, html, focus) {
    shown = key;
    panel.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
    panel.hidden = false;
    panel.setAttribute("aria-label", panel.querySelector("h2")?.textContent ?? "");
    prepare(panel);
    if (focus) panel.querySelector("h2")?.focus();
  }

  function close() {
    panel.hidden = true;
    wanted = "";
    document.getElementById(`input-${shown}`)?.focus();
    shown = "";
  }

  /* What is being typed into the panel is not thrown away by moving to another cell. */
  const busy = () => panel.contains(document.activeElement) || [...panel.querySelectorAll("textarea, input:not([type=hidden], [type=file])")].some((box) => box.value !== box.defaultValue);

  async function send(form, deed, files = null) {
    const key = shown;
    const body = new FormData(form);
    if (files) body.delete("files");
    for (const file of files ?? []) body.append("files", file, file.name);
    body.set("deed", deed);
    panel.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" }, credentials: "same-origin" });
      const html = await answer.text();
      if (answer.redirected || !(answer.headers.get("Content-Type") ?? "").startsWith("text/html") || !html.includes("cell-details")) return say("signedOut");
      if (shown === key) show(key, html, false);
      panel.querySelector("[role=alert]")?.focus();
      if (answer.ok) tell(key);
    } catch {
      say("failed");
    } finally {
      panel.removeAttribute("aria-busy");
    }
  }

  /* What was typed stays in its fields. */
  function say(what) {
    const place = panel.querySelector(".cell-done");
    place.textContent = place.dataset[what];
    place.classList.add("not-done");
  }

  /* Dropped and pasted files go the same way as chosen ones. */
  function take(form, files) {
    if (!files.length) return;
    if (panel?.contains(form)) return send(form, "bring", files);
    const held = new DataTransfer();
    const box = form.querySelector("input[type=file]");
    for (const file of [...box.files, ...files]) held.items.add(file);
    box.files = held.files;
  }

  const named = (file) => (file.name && file.name !== "image.png" ? file : new File([file], `screenshot-${new Date().toISOString().slice(0, 19).replace(/[:T]/g, "-")}.png`, { type: file.type }));

  function prepare(place) {
    for (const words of place.querySelectorAll("[data-with-script]")) words.hidden = false;
    for (const form of place.querySelectorAll("[data-drop]")) {
      form.addEventListener("dragover", (event) => {
        event.preventDefault();
        form.classList.add("over");
      });
      form.addEventListener("dragleave", () => form.classList.remove("over"));
      form.addEventListener("drop", (event) => {
        event.preventDefault();
        form.classList.remove("over");
        take(form, [...event.dataTransfer.files]);
      });
    }
  }

  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])].map(named);
    const form = (panel && !panel.hidden ? panel : document).querySelector("[data-drop]");
    if (!files.length || !form) return;
    event.preventDefault();
    take(form, files);
  });

  prepare(document);
  if (!panel || !sheet) return;

  sheet.addEventListener("cell-open", (event) => load(event.detail.key, { focus: true }));
  sheet.addEventListener("cell-focus", (event) => {
    clearTimeout(timer);
    const key = event.detail.key;
    if (panel.hidden || key === shown || busy()) return;
    timer = setTimeout(() => load(key), WAIT);
  });
  panel.addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.target, event.submitter?.value ?? event.target.querySelector("[name=deed]").value);
  });
  panel.addEventListener("click", (event) => {
    if (event.target.closest("[data-close-panel]")) close();
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    close();
  });
})();
