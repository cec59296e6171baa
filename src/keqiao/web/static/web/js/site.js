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

// Say what the scores of a review come to while they are given; the server counts again.
for (const panel of document.querySelectorAll("[data-scores]")) {
  const shown = document.createElement("p");
  shown.setAttribute("role", "status");
  shown.className = "criteria__total";
  const groups = new Set([...panel.querySelectorAll("input")].map((one) => one.name));
  const count = () => {
    const given = [...panel.querySelectorAll("input:checked")].map((one) => Number(one.value));
    if (given.length < groups.size) return;
    const total = given.reduce((sum, one) => sum + one, 0);
    const { enough, short, zero } = panel.dataset;
    const said = given.includes(0) ? zero : total < 10 ? short : enough;
    shown.textContent = said.replace("{total}", total);
  };
  panel.addEventListener("change", count);
  panel.after(shown);
  count();
}

// Bring the summary of errors into view and under the reader's focus.
document.querySelector("[data-focus]")?.focus();

// Open the filters where there is room for them.
if (window.matchMedia("(min-width: 60rem)").matches) {
  for (const panel of document.querySelectorAll("details[data-wide]")) panel.open = true;
}

// Press the button of the waiting page again after a while; what the form holds is nowhere but in that page.
const again = document.querySelector("form[data-again]");
if (again) {
  again.querySelector("[data-again-said]").hidden = false;
  window.setTimeout(() => again.requestSubmit(), Number(again.dataset.again) * 1000);
}

// Ask now and then whether what a page waits for is done, and say so; whoever reads decides when to look.
for (const waiting of document.querySelectorAll("[data-wait]")) {
  const look = async () => {
    const answer = await fetch(window.location.href).catch(() => null);
    const page = answer && answer.ok ? await answer.text() : "";
    if (page && !page.includes("data-wait=")) {
      waiting.querySelector("span").textContent = waiting.dataset.wait;
    } else {
      window.setTimeout(look, 5000);
    }
  };
  window.setTimeout(look, 5000);
}

if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js");
