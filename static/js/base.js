// What every page does: shortcuts, menus, messages, htmx failures, scanning and box maps.
import { startBoxMaps } from "./box_map.js";
import { startMenus } from "./menus.js";
import { announce, startMessages } from "./messages.js";
import { startRows } from "./rows.js";
import { startScanning } from "./scan.js";
import { startSessionLock } from "./session_lock.js";
import { startShortcuts } from "./shortcuts.js";

startMenus();
startMessages();
startShortcuts();
startBoxMaps(document);
startScanning();
startRows();
startSessionLock();
document.documentElement.dataset.ready = "";

// After a refused form, what is to be mended comes into view, also far down a long page.
document.querySelector("form .form-problems, form .field-problems")?.scrollIntoView({ block: "center" });

document.addEventListener("htmx:afterSettle", (event) => startBoxMaps(event.target));

// A session that ended answers with the sign-in page: show it as a page, not inside a fragment.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (/<body class="[^"]*sign-in/.test(xhr.responseText)) {
    event.detail.shouldSwap = false;
    window.location.reload();
  } else if (/^\s*<!doctype html/i.test(xhr.responseText) && xhr.status >= 400) {
    event.detail.shouldSwap = false;
    announce(`This was not done: the server answered ${xhr.status}. Reload the page and look before you repeat it.`);
  }
});

for (const failure of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, () =>
    announce("The server did not answer, so it is not known whether this was done. Reload the page and look before you repeat it."),
  );
}
document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  if (status === 401) return; // the session is locked, and its cover says so
  announce(`This was not done: the server answered ${status}. Reload the page and look before you repeat it.`);
});

// A scanner ends each code with Enter: in a form to fill in, that leads to the next field.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.("[data-scan-next]")) return;
  event.preventDefault();
  const fields = [...event.target.form.elements].filter((field) => field.type !== "hidden" && field.offsetParent);
  fields[fields.indexOf(event.target) + 1]?.focus();
});
