// What a scanner types, brought back to what the code says. No decision is made here: the
// symbology prefix (]d2, ]C1) and every separator go to the server, which reads the code.
export const GS = "\x1d";
export const RS = "\x1e";
export const EOT = "\x04";

const SUBSTITUTES = [
  [/<GS>|\{GS\}|\[GS\]|\^\]|\\x1d|\\u001d|\u241d|\u2194/gi, GS],
  [/<RS>|\{RS\}|\[RS\]|\^\^|\\x1e|\\u001e|\u241e/gi, RS],
  [/<EOT>|\{EOT\}|\[EOT\]|\\x04|\\u0004|\u2404/gi, EOT],
];

// Keys that a wedge presses for control characters: Ctrl+] is GS, Ctrl+^ is RS, Ctrl+D is EOT.
const CONTROL_KEYS = { "]": GS, "^": RS, 6: RS, d: EOT, D: EOT };
const CONTROL_SUFFIXES = new Set(["j", "J", "m", "M", "i", "I"]);

export function controlCharacter(event) {
  if (!event.ctrlKey || event.altKey || event.metaKey) return "";
  if (event.key === GS || event.code === "BracketRight") return GS;
  return CONTROL_KEYS[event.key] ?? "";
}

export function isControlSuffix(event) {
  return event.ctrlKey && !event.altKey && !event.metaKey && CONTROL_SUFFIXES.has(event.key);
}

export function restore(text) {
  return SUBSTITUTES.reduce((code, [written, meant]) => code.replace(written, meant), text);
}

// Several codes at once come one per line, or with a tab between; nothing else separates codes.
export function split(text) {
  return text
    .split(/[\r\n\t]+/)
    .map((code) => restore(code.trim()))
    .filter(Boolean);
}
