// After a refusal the field is locked until the panel is read and answered. A scanner types fast
// and ends with Enter, so only a key pressed on its own, by a person, counts as an answer.
const READ_AT_LEAST_MS = 400;
const QUIET_MS = 250;

let lockedAt = 0;
let lastKeyAt = 0;

export function panel() {
  return document.querySelector("[data-locks]");
}

export function isLocked() {
  return panel() !== null;
}

export function lock(form) {
  lockedAt = performance.now();
  form.classList.add("scan-locked");
  const input = form.querySelector("[data-scan-input]");
  input.readOnly = true;
  input.setAttribute("aria-disabled", "true");
  form.querySelector("[type=submit]").disabled = true;
  panel()?.focus();
}

export function release(form) {
  panel()?.remove();
  form.classList.remove("scan-locked");
  const input = form.querySelector("[data-scan-input]");
  input.readOnly = false;
  input.removeAttribute("aria-disabled");
  form.querySelector("[type=submit]").disabled = false;
  input.value = "";
  input.focus();
}

// Says whether this key, pressed while locked, is a person's answer; remembers when keys came.
export function isAnswer(event) {
  const now = performance.now();
  const alone = now - lastKeyAt > QUIET_MS && now - lockedAt > READ_AT_LEAST_MS;
  lastKeyAt = now;
  if (!alone || event.repeat) return false;
  if (event.key === "Escape") return true;
  const onButton = event.target.matches("[data-read]");
  return event.key === "Enter" ? onButton || event.target === panel() : event.key === " " && onButton;
}

export function sayUnused(count) {
  const words = panel()?.querySelector("[data-unused]");
  if (!words || count === 0) return;
  words.hidden = false;
  words.textContent = count === 1
    ? "One more code was scanned after this and was not used: scan it again."
    : `${count} more codes were scanned after this and were not used: scan them again.`;
}
