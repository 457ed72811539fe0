// Single-key shortcuts: an element with data-shortcut="/" is focused by that key.
// They can be switched off in the user menu (WCAG 2.1.4) and never act while somebody types.
export function isTyping(element) {
  return Boolean(element?.closest?.("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]"));
}

export function startShortcuts() {
  document.addEventListener("keydown", (event) => {
    if (document.body.dataset.shortcuts === "off" || event.defaultPrevented) return;
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    const wanted = [...document.querySelectorAll("[data-shortcut]")].find(
      (element) => element.dataset.shortcut === event.key,
    );
    if (!wanted) return;
    event.preventDefault();
    wanted.focus();
    wanted.select?.();
  });
}
