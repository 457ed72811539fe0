// The scan field. One code is sent at a time and the rest wait; the same code twice within the
// blanking time is one scan; keys typed with the focus lost still arrive; a refusal locks the field.
// Without this script the field is a plain form that sends what is typed in it.
import { controlCharacter, isControlSuffix, restore, split } from "./scan/codes.js";
import { entryOf, noteEntry, noteKey } from "./scan/pace.js";
import { isAnswer, isLocked, lock, panel, release, sayUnused } from "./scan/lock.js";
import { flash, play, wake } from "./scan/sounds.js";
import { isTyping } from "./shortcuts.js";

const BLANKING_MS = 400;
const BURST_MS = 60;

const waiting = [];
let busy = false;
let unused = 0;
let lastCode = "";
let lastCodeAt = -Infinity;
let lastKeyAt = -Infinity;

const screenForm = () => document.querySelector("[data-scan-screen]");
const inputOf = (form) => form.querySelector("[data-scan-input]");

function isRepeat(code) {
  const now = performance.now();
  const repeat = code === lastCode && now - lastCodeAt < BLANKING_MS;
  lastCode = code;
  lastCodeAt = now;
  return repeat;
}

function sayWaiting(form) {
  const words = form.querySelector("[data-waiting]");
  if (!words) return;
  words.hidden = waiting.length === 0;
  words.textContent = waiting.length === 0 ? "" : `${waiting.length} more waiting`;
}

function setBusy(form, isBusy) {
  busy = isBusy;
  form?.setAttribute("aria-busy", String(isBusy));
}

// What the scanner is typing meanwhile stays in the field while a code that waited is sent.
function sendNext(form) {
  if (busy || isLocked() || waiting.length === 0) return;
  setBusy(form, true);
  const input = inputOf(form);
  const typing = input.value;
  const next = waiting.shift();
  input.value = next.code;
  noteEntry(form, next.entry);
  sayWaiting(form);
  form.requestSubmit();
  if (form.matches("[hx-post], [hx-get]")) input.value = typing;
}

// The bar in the header looks one thing up: it sends the first code and opens the answer.
function lookUp(form, code) {
  inputOf(form).value = code;
  form.requestSubmit();
}

function take(form, text, entry) {
  const codes = split(text).filter((code) => !isRepeat(code));
  if (!form.matches("[data-scan-screen]")) {
    if (codes.length > 0) lookUp(form, codes[0]);
    return;
  }
  for (const code of codes) {
    if (isLocked()) {
      unused += 1;
      sayUnused(unused);
    } else {
      waiting.push({ code, entry });
    }
  }
  sayWaiting(form);
  sendNext(form);
}

function insert(input, character) {
  input.setRangeText(character, input.selectionStart, input.selectionEnd, "end");
}

function finish(event, form) {
  const input = inputOf(form);
  const text = input.value;
  if (text.trim() === "") return;
  event.preventDefault();
  input.value = "";
  take(form, text, entryOf());
}

function onKeyInField(event, form) {
  const control = controlCharacter(event);
  const fast = event.timeStamp - lastKeyAt < BURST_MS;
  if (control && (control !== "\x04" || fast)) {
    event.preventDefault();
    insert(inputOf(form), control);
  } else if (isControlSuffix(event) && fast) {
    event.preventDefault();
    finish(event, form);
  } else if (event.key === "Enter" || (event.key === "Tab" && fast)) {
    finish(event, form);
  }
}

function onKeyWhileLocked(event, form) {
  const fast = event.timeStamp - lastKeyAt < BURST_MS;
  if (event.key.length > 1 && !["Enter", "Escape"].includes(event.key)) return;
  if ((event.ctrlKey || event.altKey || event.metaKey) && !fast) return;
  const answer = isAnswer(event);
  const link = panel().querySelector("a[data-read]");
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!answer) {
    if (event.key === "Enter") refuseScan();
  } else if (link) {
    link.click();
  } else {
    unlock(form);
  }
}

function refuseScan() {
  unused += 1;
  sayUnused(unused);
  play("wrong");
  flash("wrong");
}

function unlock(form) {
  unused = 0;
  release(form);
}

// A space presses the button that has the focus, and / is a shortcut, unless a scanner types them.
function startsOrContinuesScan(event) {
  const fast = event.timeStamp - lastKeyAt < BURST_MS;
  if (event.key === " ") return fast || !event.target.matches("button, a, summary, [tabindex]");
  return event.key !== "/" || fast;
}

// On a scan screen, keys typed anywhere but in another field belong to the scan field.
function onLostKey(event, form) {
  if (isTyping(event.target) || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key.length !== 1 || !startsOrContinuesScan(event)) return;
  const input = inputOf(form);
  event.preventDefault();
  event.stopImmediatePropagation();
  input.focus();
  input.setSelectionRange(input.value.length, input.value.length);
  insert(input, event.key);
}

function onKey(event) {
  if (document.body.classList.contains("is-locked")) return; // its cover takes the keys
  wake();
  noteKey(event);
  const form = event.target.closest?.("[data-scan-form]");
  const screen = screenForm();
  if (screen && isLocked() && (!form || form === screen)) onKeyWhileLocked(event, screen);
  else if (form && event.target.matches("[data-scan-input]")) onKeyInField(event, form);
  else if (screen) onLostKey(event, screen);
  lastKeyAt = event.timeStamp;
}

function onPaste(event) {
  const form = event.target.closest?.("[data-scan-form]");
  const text = event.clipboardData?.getData("text") ?? "";
  if (!form || !/[\r\n\t]/.test(text.trim())) return;
  event.preventDefault();
  take(form, text, "scanned");
}

// The button and a script may submit too: what is sent is restored the same way.
function onSubmit(event) {
  const form = event.target.closest?.("[data-scan-form]");
  if (!form) return;
  if (form.matches("[data-scan-screen]") && isLocked()) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  inputOf(form).value = restore(inputOf(form).value.trim());
  if (event.submitter) noteEntry(form, "typed");
}

function onAnswered(event) {
  const form = event.detail.elt;
  if (!form.matches?.("[data-scan-screen]")) return;
  setBusy(form, false);
  if (!event.detail.successful && !isLocked()) {
    unused = waiting.splice(0).length;
    play("wrong");
    flash("wrong");
  }
}

// A fragment or page says by data-sound how the scan went, and by data-locks that it must be read.
function react() {
  const form = screenForm();
  const outcome = document.querySelector("[data-sound]:not([data-heard])");
  if (outcome) {
    outcome.dataset.heard = "";
    play(outcome.dataset.sound);
    flash(outcome.dataset.sound);
  }
  if (!form) return;
  if (isLocked()) {
    unused = waiting.splice(0).length;
    sayWaiting(form);
    lock(form);
    sayUnused(unused);
  } else {
    sendNext(form);
  }
}

function keepFocus(event) {
  const form = screenForm();
  if (!form || isLocked() || (event?.relatedTarget && event.relatedTarget.id !== "content")) return;
  window.setTimeout(() => {
    const focused = document.activeElement;
    const nowhere = !focused || focused === document.body || focused.id === "content";
    if (nowhere && !isLocked() && window.getSelection()?.isCollapsed !== false) inputOf(form).focus();
  }, 0);
}

function onClick(event) {
  const form = screenForm();
  const read = event.target.closest?.("button[data-read]");
  if (read && form) unlock(form);
  else if (read) panel()?.remove();
}

export function startScanning() {
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("paste", onPaste, true);
  document.addEventListener("submit", onSubmit, true);
  document.addEventListener("click", onClick);
  document.addEventListener("focusout", keepFocus);
  window.addEventListener("focus", () => keepFocus());
  window.addEventListener("pageshow", () => setBusy(screenForm(), false));
  document.addEventListener("htmx:afterRequest", onAnswered);
  document.addEventListener("htmx:afterSettle", () => { react(); keepFocus(); });
  react();
}
