/* The places of the entry page by the key of a cell, and the page's words in the reader's language. */
export const sheet = document.getElementById("sheet");
export const byId = (id) => document.getElementById(id);
export const input = (key) => byId(`input-${key}`);
export const keyOf = (control) => control.name.slice(0, control.name.lastIndexOf("."));
export const fieldOf = (control) => control.name.slice(control.name.lastIndexOf(".") + 1);
export const isField = (control) => Boolean(control.name && control.name.includes("@") && control.form === sheet);
export const isValue = (control) => Boolean(control && control.classList && control.classList.contains("value"));
export const shown = (element) => element.offsetParent !== null;
export const inputs = () => [...sheet.querySelectorAll("input.value")];
export const codeOf = (key) => key.slice(0, key.lastIndexOf("@"));

export function nameOf(key) {
  const name = byId(`name-${key}`);
  return name ? name.textContent : codeOf(key);
}

const spoken = byId("words");

export function words(name, facts = {}) {
  const found = spoken.content.querySelector(`[data-word="${name}"]`);
  return found.textContent.trim().replace(/\{(\w+)\}/g, (_, fact) => facts[fact] ?? "");
}

export function counted(name, count, facts = {}) {
  return words(`${name}.${count === 1 ? "one" : "other"}`, { count, ...facts });
}

/* A piece of markup from the page's own templates: an icon with its word. */
export function piece(name) {
  return spoken.content.querySelector(`[data-piece="${name}"]`).firstElementChild.cloneNode(true);
}

export function element(name, text, more = {}) {
  const made = Object.assign(document.createElement(name), more);
  if (text) made.textContent = text;
  return made;
}

/* Reads markup that the server wrote; scripts in it never run, and the server escapes what people typed. */
export function nodes(markup) {
  return [...new DOMParser().parseFromString(markup, "text/html").body.childNodes];
}

export function announce(text) {
  byId("announce").textContent = text;
}
