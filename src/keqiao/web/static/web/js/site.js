// Progressive enhancement only: every page works without this file.
"use strict";

// Warn before a half-filled form is left.
for (const form of document.querySelectorAll("form[data-guard]")) {
  let isTouched = false;
  form.addEventListener("input", () => { isTouched = true; });
  form.addEventListener("submit", () => { isTouched = false; });
  window.addEventListener("beforeunload", (event) => {
    if (isTouched) event.preventDefault();
  });
}

// Count characters beside long fields.
for (const field of document.querySelectorAll("[data-count]")) {
  const most = field.dataset.count;
  const shown = document.createElement("span");
  shown.className = "field__count";
  shown.setAttribute("aria-hidden", "true");
  const count = () => { shown.textContent = `${[...field.value].length} / ${most}`; };
  field.addEventListener("input", count);
  count();
  field.after(shown);
}

// Bring the summary of errors into view and under the reader's focus.
document.querySelector("[data-focus]")?.focus();

// Open the filters where there is room for them.
if (window.matchMedia("(min-width: 60rem)").matches) {
  for (const panel of document.querySelectorAll("details[data-wide]")) panel.open = true;
}

if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js");
