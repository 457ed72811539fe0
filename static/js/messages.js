// Messages in their fixed place: good news leaves by itself, anything else waits to be dismissed.
const STAYS_MS = 8000;

function place() {
  return document.getElementById("messages");
}

function letGo(line) {
  if (!line.classList.contains("toast-success")) return;
  let timer = 0;
  const start = () => { timer = window.setTimeout(() => line.remove(), STAYS_MS); };
  const stop = () => window.clearTimeout(timer);
  for (const name of ["mouseenter", "focusin"]) line.addEventListener(name, stop);
  for (const name of ["mouseleave", "focusout"]) line.addEventListener(name, start);
  start();
}

export function announce(words) {
  const line = document.createElement("div");
  line.className = "toast-line toast-error";
  line.dataset.toast = "";
  const text = document.createElement("span");
  text.textContent = words;
  const dismiss = document.createElement("button");
  dismiss.type = "button";
  dismiss.dataset.dismiss = "";
  dismiss.textContent = "Dismiss";
  line.append(text, dismiss);
  place()?.append(line);
}

export function startMessages() {
  document.addEventListener("click", (event) => {
    event.target.closest?.("[data-dismiss]")?.closest("[data-toast]")?.remove();
  });
  for (const line of place()?.querySelectorAll("[data-toast]") ?? []) letGo(line);
}
