// The editor of procedures: steps are moved by keys, buttons and drag without asking the server.
// What is typed is kept on the server as it goes, and in this browser where the server is out of
// reach. Everything works without it.
const form = document.querySelector("[data-procedure-editor]");
const steps = () => form.querySelector(".editor-steps");
const stepOf = (element) => element?.closest?.(".editor-step");

function rearranged() {
  form.dispatchEvent(new Event("rearranged"));
  keep();
}

function say(step) {
  const place = [...steps().children].indexOf(step) + 1;
  const line = document.getElementById("messages");
  const words = document.createElement("p");
  words.className = "visually-hidden";
  words.textContent = `${step.dataset.step} is now step ${place} of ${steps().children.length}`;
  line.append(words);
  window.setTimeout(() => words.remove(), 4000);
}

function move(step, by) {
  const focused = document.activeElement;
  if (by < 0 && step.previousElementSibling) step.previousElementSibling.before(step);
  else if (by > 0 && step.nextElementSibling) step.nextElementSibling.after(step);
  else return;
  if (step.contains(focused)) focused.focus();
  step.scrollIntoView({ block: "nearest" });
  say(step);
  rearranged();
}

form.addEventListener("keydown", (event) => {
  const step = stepOf(event.target);
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!step || !by || !event.altKey) return;
  event.preventDefault();
  move(step, by);
});

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (!button) return;
  event.preventDefault();
  move(stepOf(button), Number(button.dataset.move));
});

// Enter in a field must not press the first button of the form, which would be another's.
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input:not([type=checkbox])")) event.preventDefault();
});

// A dragged step passes the one under the pointer in the direction in which the pointer moves.
let dragged = null;
let height = 0;
form.addEventListener("dragstart", (event) => {
  if (!event.target.closest?.("[data-drag]")) return;
  dragged = stepOf(event.target);
  height = event.clientY;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.step);
});
form.addEventListener("dragover", (event) => {
  const over = stepOf(event.target);
  if (!dragged || !over) return;
  event.preventDefault();
  const down = event.clientY - height;
  height = event.clientY;
  if (over === dragged || down === 0) return;
  const comes = dragged.compareDocumentPosition(over) & Node.DOCUMENT_POSITION_FOLLOWING;
  if (down > 0 && comes) over.after(dragged);
  else if (down < 0 && !comes) over.before(dragged);
});
form.addEventListener("drop", (event) => {
  if (dragged) event.preventDefault();
});
form.addEventListener("dragend", () => {
  if (dragged) rearranged();
  dragged = null;
});

// A new step takes the focus, so that typing goes on where the eye is.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "editor-result") return;
  const { fresh } = steps().dataset;
  if (fresh) document.getElementById(`id_${fresh}.title`)?.focus();
  rearranged();
});

const place = `procedure-draft:${window.location.pathname}`;
const NOT_KEPT = new Set(["csrfmiddlewaretoken", "read_digest", "saved_digest", "kept_revision", "new_title", "new_kind"]);
const typed = () => [...new FormData(form)].filter(([name]) => !NOT_KEPT.has(name));
const opened = JSON.stringify(typed());
const PAUSE = 1200;
const LONGEST = 6000; // who types without a pause is kept all the same
let timer = 0;
let posting = 0;
let since = 0;
let leaves = false;

function keepHere() {
  sessionStorage.setItem(place, JSON.stringify({ typed: typed(), digest: form.elements.read_digest.value }));
}

function keepThere() {
  window.clearTimeout(posting);
  since = 0;
  if (!leaves) form.dispatchEvent(new Event("keep"));
}

function keep() {
  window.clearTimeout(timer);
  timer = window.setTimeout(keepHere, 300);
  window.clearTimeout(posting);
  since ||= Date.now();
  posting = window.setTimeout(keepThere, Math.max(0, Math.min(PAUSE, since + LONGEST - Date.now())));
}
form.addEventListener("input", keep);
form.addEventListener("submit", () => {
  leaves = true;
  window.clearTimeout(timer);
  window.clearTimeout(posting);
  keepHere();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden && since) keepThere();
});

// What the server has is not needed here; what it could not take, this browser still has.
const line = document.getElementById("kept-result");
line.addEventListener("htmx:afterRequest", (event) => {
  const { xhr } = event.detail;
  if (event.detail.successful && !since && !xhr.responseText.includes("kept-problem")) {
    window.clearTimeout(timer);
    sessionStorage.removeItem(place);
  } else if (!event.detail.successful) {
    const words = line.querySelector("p");
    words.className = "kept-problem";
    words.textContent = "Kept in this browser only: the server did not answer. Go on; it is tried again as you type.";
  }
});

const bar = document.getElementById("kept-text");
const kept = JSON.parse(sessionStorage.getItem(place) ?? "null");
if (new URLSearchParams(window.location.search).has("saved")) {
  sessionStorage.removeItem(place);
  window.history.replaceState(null, "", window.location.pathname);
} else if (kept && JSON.stringify(kept.typed) !== opened) {
  bar.hidden = false;
}

bar.addEventListener("click", (event) => {
  const choice = event.target.dataset.kept;
  if (choice === "drop") {
    sessionStorage.removeItem(place);
    bar.hidden = true;
  } else if (choice === "take") {
    const again = document.createElement("form");
    again.method = "post";
    again.action = form.action;
    const sent = [...kept.typed, ["do", "restore"], ["read_digest", kept.digest], ["csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value]];
    for (const [name, value] of sent) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      again.append(field);
    }
    document.body.append(again);
    again.submit();
  }
});
