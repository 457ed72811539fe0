// Tables in forms: a row more, a row less; without this there are empty rows to fill in.
const NUMBER = /-(\d+)-/;

function renumber(row, number) {
  for (const part of row.querySelectorAll("input, select")) {
    part.name = part.name.replace(NUMBER, `-${number}-`);
    part.setAttribute("aria-label", part.getAttribute("aria-label").replace(/^Row \d+/, `Row ${number + 1}`));
  }
  row.querySelector("[data-row-name]").textContent = `Row ${number + 1}`;
  row.querySelector("[data-remove-row]").setAttribute("aria-label", `Remove row ${number + 1}`);
}

// As the server counts them, so that a fault names the row that is seen.
function renumberAll(table) {
  table.querySelectorAll("[data-row]").forEach(renumber);
}

function add(table) {
  const rows = table.querySelectorAll("[data-row]");
  const last = rows[rows.length - 1];
  const row = last.cloneNode(true);
  for (const input of row.querySelectorAll("input")) input.value = "";
  last.after(row);
  renumberAll(table);
  row.querySelector("input, select").focus();
}

function remove(table, row) {
  if (table.querySelectorAll("[data-row]").length > 1) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    renumberAll(table);
    next.querySelector("input, select").focus();
  } else {
    for (const input of row.querySelectorAll("input")) input.value = "";
  }
}

export function startRows() {
  for (const table of document.querySelectorAll("[data-rows]")) {
    for (const button of table.querySelectorAll("[data-add-row], [data-remove-row]")) button.hidden = false;
    table.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button?.matches("[data-add-row]")) add(table);
      if (button?.matches("[data-remove-row]")) remove(table, button.closest("[data-row]"));
    });
  }
}
