// How a code came: a scanner types a whole code in a moment, a person needs time for each key.
// The server asks for a second entry of a typed code that no check character guards (URS-04).
const SCANNER_MS_A_KEY = 60;
const FEWEST_KEYS = 4;
const PAUSE_MS = 1000;

let keys = 0;
let firstAt = 0;
let lastAt = 0;

export function noteKey(event) {
  if (event.key.length !== 1) return;
  if (keys === 0 || event.timeStamp - lastAt > PAUSE_MS) {
    keys = 0;
    firstAt = event.timeStamp;
  }
  keys += 1;
  lastAt = event.timeStamp;
}

// Says how the keys since the last code came, and begins to count anew.
export function entryOf() {
  const fast = keys >= FEWEST_KEYS && (lastAt - firstAt) / (keys - 1) < SCANNER_MS_A_KEY;
  keys = 0;
  return fast ? "scanned" : "typed";
}

export function noteEntry(form, entry) {
  const field = form.querySelector("[data-scan-entry]");
  if (field) field.value = entry;
}
