// A box map is one tab stop; the arrow keys, Home and End move from place to place.
const STEPS = {
  ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0],
};

function gridOf(map) {
  return [...map.querySelectorAll(".box-grid tbody tr")].map((row) =>
    [...row.cells].slice(1).map((cell) => cell.querySelector("a.spot")),
  );
}

function placeOf(grid, link) {
  for (const [row, cells] of grid.entries()) {
    const column = cells.indexOf(link);
    if (column >= 0) return [row, column];
  }
  return null;
}

function neighbour(grid, from, [down, right]) {
  let [row, column] = [from[0] + down, from[1] + right];
  while (grid[row] && column >= 0 && column < grid[row].length) {
    if (grid[row][column]) return grid[row][column];
    row += down;
    column += right;
  }
  return null;
}

function goal(grid, from, key) {
  const row = grid[from[0]].filter(Boolean);
  if (key === "Home") return row[0];
  if (key === "End") return row[row.length - 1];
  return STEPS[key] ? neighbour(grid, from, STEPS[key]) : null;
}

function startMap(map) {
  map.dataset.started = "";
  const links = [...map.querySelectorAll(".box-grid a.spot")];
  if (links.length === 0) return;
  const first = links.find((link) => link.matches(".spot-here, .spot-next")) ?? links[0];
  for (const link of links) link.tabIndex = link === first ? 0 : -1;
  map.addEventListener("keydown", (event) => {
    const grid = gridOf(map);
    const from = placeOf(grid, document.activeElement);
    const to = from && goal(grid, from, event.key);
    if (!to) return;
    event.preventDefault();
    document.activeElement.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  });
}

export function startBoxMaps(root) {
  for (const map of root.querySelectorAll?.("[data-box-map]:not([data-started])") ?? []) startMap(map);
}
