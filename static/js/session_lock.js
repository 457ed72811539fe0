// Covers the page when nobody used the session for the site's limit: nothing on it can be read, and
// everything typed or scanned in it stays. The server locks by its own clock; the page only asks it.
const cover = () => document.getElementById("session-lock");
let timer = 0;
let before = null;

function askAgainIn(seconds) {
  window.clearTimeout(timer);
  timer = window.setTimeout(look, Math.max(seconds, 1) * 1000);
}

// Whether another page of this session was used meanwhile, only the server knows.
async function look() {
  try {
    const answer = await fetch(cover().dataset.session, { headers: { "X-Polled": "1" } });
    if (answer.redirected) return window.location.reload();
    const { locked, seconds_left: left } = await answer.json();
    if (locked || left <= 0) return show();
    if (!cover().hidden) hide(); // unlocked in another tab
    askAgainIn(left);
  } catch {
    show();
  }
}

function show() {
  const lock = cover();
  if (!lock.hidden) return;
  before = document.activeElement;
  for (const part of document.body.children) if (part !== lock) part.inert = true;
  document.body.classList.add("is-locked");
  lock.hidden = false;
  lock.querySelector("input[type=password], a").focus();
}

function hide() {
  const lock = cover();
  lock.hidden = true;
  document.body.classList.remove("is-locked");
  for (const part of document.body.children) part.inert = false;
  before?.focus?.();
  askAgainIn(Number(lock.dataset.idleSeconds));
}

function say(words) {
  const problem = cover().querySelector("[data-problem]");
  problem.textContent = words;
  problem.hidden = words === "";
}

async function unlock(event) {
  event.preventDefault();
  event.stopPropagation();
  const form = event.target;
  const input = form.querySelector("input[type=password]");
  const body = new URLSearchParams(new FormData(form));
  input.value = "";
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
    if (answer.status === 204) {
      say("");
      hide();
    } else if (answer.status === 422) {
      say(await answer.text());
      input.focus();
    } else {
      window.location.reload();
    }
  } catch {
    say("The server did not answer. Try again.");
  }
}

export function startSessionLock() {
  const lock = cover();
  if (!lock) return;
  const idle = Number(lock.dataset.idleSeconds);
  lock.querySelector("form").addEventListener("submit", unlock);
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) askAgainIn(idle);
  });
  document.addEventListener("session-locked", show);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) look();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) look();
  });
  askAgainIn(idle);
}
