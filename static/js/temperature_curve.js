// Draws the curve of one unit: gaps as gaps, limits as lines, excursions and gaps shaded.
// Drag or + zooms in, a double click or 0 goes back, the arrows move; finer readings are fetched.
const frame = document.querySelector("[data-curve]");
const says = document.querySelector("[data-curve-says]");
const whole = { from: Number(frame.dataset.from), to: Number(frame.dataset.to) };
const SHORTEST = 120; // seconds
const DASHES = [[], [8, 4], [2, 3], [12, 4, 2, 4]];
const WHOLE_BREAK = 2; // a break lasts up to the probe's own next value, whatever others said meanwhile
const RESOLUTIONS = { raw: "every reading", hour: "hours with lowest and highest", day: "days with lowest and highest" };
const zone = frame.dataset.zone;
let shown = { ...whole };
let curve = null;
let chart = null;
let asking = null;

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const local = (seconds) =>
  new Date(seconds * 1000).toLocaleString("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
const number = (value) => (value == null ? "–" : value.toFixed(1).replace("-", "−"));
const isWide = () => curve.resolution !== "raw";

function say(words, isBad = false) {
  says.textContent = words;
  says.classList.toggle("said-red", isBad);
}

async function load(from, to) {
  asking?.abort();
  asking = new AbortController();
  const iso = (seconds) => new Date(seconds * 1000).toISOString();
  const address = `${frame.dataset.url}?${new URLSearchParams({ from: iso(from), to: iso(to) })}`;
  try {
    const answer = await fetch(address, { signal: asking.signal, headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    curve = await answer.json();
    shown = { from, to };
    draw();
    say(`${local(from)} to ${local(to)}, ${RESOLUTIONS[curve.resolution]}. ${zone} time.`);
  } catch (problem) {
    if (problem.name !== "AbortError") say("The curve could not be read. Reload the page.", true);
  }
}

// A time that is asked for: never beyond now, never shorter than can be read.
function show(from, to) {
  const length = Math.max(to - from, SHORTEST);
  const end = Math.min(from + length, whole.to);
  load(end - length, end);
}

function columns() {
  const tables = curve.series.map((series) =>
    isWide() ? [series.times, series.values, series.lowest, series.highest] : [series.times, series.values],
  );
  const breaks = tables.map((table) => table.map(() => WHOLE_BREAK));
  return tables.length ? window.uPlot.join(tables, breaks) : [[]];
}

function described() {
  const lines = [{ label: "Time", value: (_, at) => (at == null ? "–" : local(at)) }];
  const bands = [];
  curve.series.forEach((series, place) => {
    const stroke = colour(place % 2 ? "--ink" : "--accent");
    const shape = { scale: series.unit, spanGaps: false, points: { size: 4 }, value: (_, value) => `${number(value)} ${series.unit}` };
    const label = `${series.code} ${series.zone}`;
    lines.push({ ...shape, label, stroke, width: 2, dash: DASHES[Math.floor(place / 2) % DASHES.length] });
    if (!isWide()) return;
    const edge = { ...shape, stroke: "transparent", points: { show: false } };
    lines.push({ ...edge, label: `${series.code} lowest` }, { ...edge, label: `${series.code} highest` });
    bands.push({ series: [lines.length - 1, lines.length - 2], fill: `color-mix(in srgb, ${stroke} 22%, transparent)` });
  });
  return { lines, bands };
}

// The scale of a unit holds its values and its limits, so that how near they are is seen.
function scaleOf(unit) {
  const limits = curve.limits.filter((limit) => limit.unit === unit).map((limit) => limit.limit);
  return {
    range: (_, low, high) => {
      const all = [low, high, ...limits].filter((value) => value != null);
      if (all.length === 0) return [0, 1];
      const [least, most] = [Math.min(...all), Math.max(...all)];
      const room = Math.max((most - least) * 0.08, 1);
      return [least - room, most + room];
    },
  };
}

// The clock by 24 hours, with the day where it begins.
function timesOf(_, splits, axis, space, step) {
  let before = "";
  return splits.map((at) => {
    const [day, time] = local(at).split(" ");
    const isNew = day !== before;
    before = day;
    if (step >= 86_400) return day;
    return isNew ? `${time}\n${day}` : time;
  });
}

function options() {
  const { lines, bands } = described();
  const units = [...new Set(curve.series.map((series) => series.unit))];
  const scales = Object.fromEntries(units.map((unit) => [unit, scaleOf(unit)]));
  const line = { stroke: colour("--ink-soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line") } };
  return {
    width: frame.clientWidth,
    height: Math.max(240, Math.min(440, Math.round(frame.clientWidth * 0.45))),
    tzDate: (seconds) => window.uPlot.tzDate(new Date(seconds * 1000), zone),
    series: lines,
    bands,
    scales: { x: { range: () => [shown.from, shown.to] }, ...scales },
    axes: [
      { ...line, values: timesOf, space: 88 },
      ...units.map((unit, place) => ({
        ...line,
        scale: unit,
        side: place ? 1 : 3,
        size: 72,
        grid: { ...line.grid, show: place === 0 },
        values: (_, values) => values.map((value) => `${String(value).replace("-", "−")} ${unit}`),
      })),
    ],
    cursor: {
      drag: { x: true, y: false, setScale: false },
      bind: { dblclick: () => () => show(whole.from, whole.to) },
    },
    hooks: { drawClear: [shades], draw: [limitLines, events], setCursor: [sayEvents], setSelect: [zoomed] },
  };
}

function zoomed(plot) {
  if (plot.select.width < 8) return;
  show(plot.posToVal(plot.select.left, "x"), plot.posToVal(plot.select.left + plot.select.width, "x"));
}

function inside(plot, paint) {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  paint(ctx, bbox);
  ctx.restore();
}

function shades(plot) {
  inside(plot, (ctx, box) => {
    const ends = ({ from, to }) => {
      const left = plot.valToPos(Math.max(from, shown.from), "x", true);
      const right = plot.valToPos(Math.min(to ?? shown.to, shown.to), "x", true);
      return [left, Math.max(right - left, 2 * devicePixelRatio)];
    };
    ctx.strokeStyle = colour("--grey-line");
    ctx.lineWidth = devicePixelRatio;
    for (const gap of curve.gaps) hatch(ctx, box, ...ends(gap));
    ctx.fillStyle = `color-mix(in srgb, ${colour("--ink")} 10%, transparent)`;
    for (const door of isWide() ? [] : curve.doors) {
      const [left, width] = ends(door);
      ctx.fillRect(left, box.top, width, box.height);
    }
    for (const excursion of curve.excursions) {
      const [left, width] = ends(excursion);
      ctx.fillStyle = colour("--red-tint");
      ctx.fillRect(left, box.top, width, box.height);
      ctx.fillStyle = colour("--red-line");
      ctx.fillRect(left, box.top, width, 4 * devicePixelRatio);
    }
  });
}

// Alarms stand along the top, what was taken out along the bottom and open doors above it: a bar for
// how long, a mark where it began.
function events(plot) {
  inside(plot, (ctx, box) => {
    const high = 5 * devicePixelRatio;
    const bottom = box.top + box.height;
    const lanes = [[curve.alarms, box.top], [curve.openings, bottom - high], [curve.doors, bottom - 2.5 * high]];
    for (const [rows, top] of lanes) {
      for (const row of rows) {
        const left = plot.valToPos(row.from, "x", true);
        const right = plot.valToPos(row.to ?? shown.to, "x", true);
        const quiet = rows === curve.doors ? "--ink" : "--accent";
        ctx.fillStyle = colour({ critical: "--red", action: "--red" }[row.level] ?? (row.level ? "--amber" : quiet));
        ctx.fillRect(left, top, Math.max(right - left, 3 * devicePixelRatio), high);
        if (row.level) bell(ctx, left, top + high);
      }
    }
  });
}

function bell(ctx, left, top) {
  const size = 5 * devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(left - size, top + 2 * size);
  ctx.lineTo(left + size, top + 2 * size);
  ctx.lineTo(left, top);
  ctx.fill();
}

// Under the cursor, alarms, doors and what was out are named beside the curve.
function sayEvents(plot) {
  if (plot.cursor.left == null || plot.cursor.left < 0) return;
  const at = plot.posToVal(plot.cursor.left, "x");
  const room = 3 * (plot.posToVal(1, "x") - plot.posToVal(0, "x"));
  const here = [...curve.alarms, ...curve.doors, ...curve.openings].filter(
    (row) => row.from - room <= at && at <= (row.to ?? shown.to) + room,
  );
  frame.title = here.map((row) => `${row.label}, ${local(row.from)}`).join("\n");
}

function hatch(ctx, box, left, width) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, box.top, width, box.height);
  ctx.clip();
  ctx.beginPath();
  for (let x = left - box.height; x < left + width; x += 10 * devicePixelRatio) {
    ctx.moveTo(x, box.top + box.height);
    ctx.lineTo(x + box.height, box.top);
  }
  ctx.stroke();
  ctx.restore();
}

function limitLines(plot) {
  inside(plot, (ctx, box) => {
    ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.textAlign = "left"; // the axes leave theirs behind
    ctx.textBaseline = "alphabetic";
    ctx.lineWidth = 1.5 * devicePixelRatio;
    for (const limit of curve.limits) {
      if (!(limit.unit in plot.scales)) continue;
      const y = plot.valToPos(limit.limit, limit.unit, true);
      ctx.strokeStyle = ctx.fillStyle = colour(/Critical|Action/.test(limit.level) ? "--red" : "--amber");
      ctx.setLineDash([10 * devicePixelRatio, 5 * devicePixelRatio]);
      ctx.beginPath();
      ctx.moveTo(plot.valToPos(limit.from, "x", true), y);
      ctx.lineTo(plot.valToPos(limit.to, "x", true), y);
      ctx.stroke();
      if (limit.to < shown.to) continue; // only the limits of the end are named
      const since = limit.from > shown.from ? `, since ${local(limit.from)}` : "";
      const room = box.width - 12 * devicePixelRatio;
      const value = `${number(limit.limit)} ${limit.unit}`;
      const told = [`${limit.level} ${limit.side} ${value}${since}`, `${limit.level} ${value}`, value];
      const words = told.find((each) => ctx.measureText(each).width <= room) ?? value;
      const left = box.left + box.width - ctx.measureText(words).width - 6 * devicePixelRatio;
      const isCut = y - box.top < 16 * devicePixelRatio; // above the line there is no room
      ctx.fillText(words, left, y + (isCut ? 14 : -4) * devicePixelRatio);
    }
  });
}

function draw() {
  chart?.destroy();
  chart = null;
  frame.classList.toggle("curve-empty", curve.series.length === 0);
  if (curve.series.length) chart = new window.uPlot(options(), columns(), frame);
}

frame.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const length = shown.to - shown.from;
  const acts = {
    "+": () => show(shown.from + length / 4, shown.to - length / 4),
    "=": () => show(shown.from + length / 4, shown.to - length / 4),
    "-": () => show(shown.from - length / 2, shown.to + length / 2),
    ArrowLeft: () => show(shown.from - length / 4, shown.to - length / 4),
    ArrowRight: () => show(shown.from + length / 4, shown.to + length / 4),
    0: () => show(whole.from, whole.to),
  };
  if (!acts[event.key]) return;
  event.preventDefault();
  acts[event.key]();
});

new ResizeObserver(() => {
  if (chart && chart.width !== frame.clientWidth) draw();
}).observe(frame);
new MutationObserver(() => curve && draw()).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
load(whole.from, whole.to);
