// Clocks that run: each counts on from the time that the server had measured when it made the page,
// so that a wrong clock on this computer does not matter.
const started = new WeakMap();

function shown(seconds) {
  const parts = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  const days = Math.floor(seconds / 86_400);
  const two = (number) => String(number).padStart(2, "0");
  if (days > 0) return `${days} d ${parts.map(two).join(":")}`;
  return parts[0] > 0 ? `${parts[0]}:${two(parts[1])}:${two(parts[2])}` : `${parts[1]}:${two(parts[2])}`;
}

function tick() {
  for (const clock of document.querySelectorAll("[data-clock]")) {
    if (!started.has(clock)) started.set(clock, performance.now());
    const passed = Math.floor((performance.now() - started.get(clock)) / 1000);
    const seconds = Number(clock.dataset.elapsed) + passed;
    const limit = Number(clock.dataset.limit);
    clock.querySelector("[data-clock-shown]").textContent = shown(seconds);
    clock.classList.toggle("clock-over", limit > 0 && seconds > limit);
  }
}

tick();
window.setInterval(tick, 1000);
document.addEventListener("htmx:afterSettle", tick);
