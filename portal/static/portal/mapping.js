// The mapping editor, made more convenient: search among the fields, rows that move at once, and a preview that follows.
// Without it the same buttons send the form, and the server moves the rows.
(() => {
  const exported = document.getElementById("exported");
  const others = document.getElementById("others");
  if (!exported || !others) {
    return;
  }
  const status = document.getElementById("mapping-status");
  const search = document.getElementById("field-search");
  const catalogue = [...others.rows];

  const changed = () => document.body.dispatchEvent(new CustomEvent("mapping-changed"));

  const filter = () => {
    const wanted = search.value.trim().toLowerCase();
    let found = 0;
    for (const row of [...exported.rows, ...others.rows]) {
      row.hidden = wanted !== "" && !row.dataset.search.toLowerCase().includes(wanted);
      found += row.hidden ? 0 : 1;
    }
    status.textContent = wanted ? `${status.dataset.found} ${found}` : "";
  };

  search.closest(".search").hidden = false;
  search.addEventListener("input", filter);
  search.addEventListener("keydown", (event) => {
    // Enter would send the form.
    if (event.key === "Enter") {
      event.preventDefault();
    }
  });

  const settle = (row, isExported) => {
    if (isExported) {
      exported.append(row);
      return;
    }
    // Back to its place among the others.
    const place = catalogue.indexOf(row);
    const next = catalogue.slice(place + 1).find((other) => other.parentElement === others);
    others.insertBefore(row, place < 0 ? others.firstElementChild : next ?? null);
  };

  document.getElementById("fields").addEventListener("change", (event) => {
    if (event.target.matches(".export")) {
      settle(event.target.closest("tr"), event.target.checked);
      event.target.focus();
    }
    if (event.target !== search) {
      changed();
    }
  });

  document.getElementById("fields").addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) {
      return;
    }
    event.preventDefault();
    const row = button.closest("tr");
    if (button.dataset.move === "up" && row.previousElementSibling) {
      row.previousElementSibling.before(row);
    } else if (button.dataset.move === "down" && row.nextElementSibling) {
      row.nextElementSibling.after(row);
    }
    button.focus();
    status.textContent = `${status.dataset.moved} ${[...exported.rows].indexOf(row) + 1}`;
    changed();
  });
})();
