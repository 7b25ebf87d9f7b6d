/* Copies a text when its button is pressed; without this script the text can be marked and copied by hand. */
(() => {
  "use strict";

  const copy = async (field) => {
    if (navigator.clipboard && window.isSecureContext) {
      await navigator.clipboard.writeText(field.value);
      return;
    }
    /* Over plain http browsers know only the old way. */
    field.select();
    document.execCommand("copy");
  };

  for (const button of document.querySelectorAll("[data-copies]")) {
    const field = document.getElementById(button.dataset.copies);
    button.hidden = false;
    button.addEventListener("click", async () => {
      await copy(field);
      const said = document.getElementById(`${field.id}-copied`);
      said.textContent = button.dataset.copied;
    });
  }
})();
