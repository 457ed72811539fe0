// How warm a vial is that is out: counted on along its warming curve, without the network. What is
// said aloud is said once: a minute before its time is up, when it is up, and when it is too warm.
import "./clock.js";

const started = performance.now();
const told = new WeakMap();

// Between two points the curve is straight; beyond the last one nobody knows.
function celsiusAfter(points, seconds) {
  for (let number = 1; number < points.length; number += 1) {
    const [since, colder] = points[number - 1];
    const [until, warmer] = points[number];
    if (seconds <= until) return colder + ((warmer - colder) * (seconds - since)) / (until - since);
  }
  return null;
}

function say(panel, key, words) {
  const before = told.get(panel) ?? new Set();
  told.set(panel, before);
  if (before.has(key)) return;
  before.add(key);
  panel.querySelector("[data-running-said]").textContent = words;
}

function inWords(celsius) {
  return `${celsius.toFixed(1).replace("-", "−")} °C`;
}

function warm(panel, passed) {
  if (!panel.dataset.points) return;
  const celsius = celsiusAfter(JSON.parse(panel.dataset.points), passed);
  const above = Number(panel.dataset.above);
  panel.querySelector("[data-running-shown]").textContent =
    celsius === null ? "temperature unknown: beyond what its curve tells" : `up to ${inWords(celsius)}, estimated`;
  if (celsius === null) say(panel, "unknown", "Its temperature is unknown from now on. Put it back.");
  else if (celsius > above) say(panel, "warm", `Warmer than ${inWords(above)} by estimate. Put it back and call QA.`);
}

function tick() {
  const passed = (performance.now() - started) / 1000;
  for (const panel of document.querySelectorAll("[data-running]")) {
    const limit = Number(panel.dataset.limit);
    const left = limit - Number(panel.dataset.elapsed) - passed;
    warm(panel, passed);
    if (limit > 0 && left < 0) say(panel, "over", "It is out for longer than allowed. Put it back and call QA.");
    else if (limit > 0 && left <= 60) say(panel, "soon", "One minute is left. Put it back.");
  }
}

tick();
window.setInterval(tick, 1000);
