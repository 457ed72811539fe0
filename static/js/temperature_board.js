// Keeps the wall board fresh: asks while the page is seen, and says in red when no answer comes.
const EVERY = 15_000;
const STALE_AFTER = 45_000;

const board = document.querySelector("[data-board]");
const stale = document.querySelector("[data-board-stale]");
let heard = performance.now(); // the computer's own clock may be wrong: only what passed is counted
let heardAt = clock();

function clock() {
  return board.querySelector(".board-answer time")?.textContent ?? "an unknown time";
}

function ask() {
  if (document.visibilityState === "visible") window.htmx.trigger(board, "refresh");
}

function look() {
  const isStale = performance.now() - heard > STALE_AFTER;
  const words = `Not updated since ${heardAt}. Look at the units themselves until the server answers.`;
  if (isStale && stale.textContent !== words) stale.textContent = words;
  stale.hidden = !isStale;
}

board.addEventListener("htmx:afterSwap", () => {
  heard = performance.now();
  heardAt = clock();
  look();
});

// What the board asks for by itself was nobody's act: the strip above says it, not a message.
for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  board.addEventListener(failure, (event) => {
    if (event.detail.xhr?.status === 401) return; // the session is locked, and its cover says so
    event.stopPropagation();
    look();
  });
}

document.addEventListener("visibilitychange", () => {
  look();
  ask();
});
window.setInterval(ask, EVERY);
window.setInterval(look, 1000);
