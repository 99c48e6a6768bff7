// One listener for the page: it does not matter when, or how often, this runs.
// Rows are hidden by one walk: below a folded group, all that is deeper. Numbers may be
// larger than a double holds, and what is unknown comes after zero. It stands in XML
// too, which takes no less-than sign and no ampersand.

(() => {
  if (window.cnncalcTables) return;
  window.cnncalcTables = true;
  const words = new Intl.Collator(undefined, { numeric: true });
  const isGroup = (row) => row.classList.contains("cnncalc-group");
  const expanded = (row) => row.querySelector("[aria-expanded]");
  const depth = (row) => Number(row.dataset.depth);
  const show = (body) => {
    let limit = Infinity;
    for (const row of body.rows) {
      row.hidden = depth(row) > limit;
      const isFolded = expanded(row)?.ariaExpanded === "false";
      if (!row.hidden) limit = isFolded ? depth(row) : Infinity;
    }
  };
  const fold = (button, all) => {
    const row = button.closest("tr");
    const body = row.parentNode;
    const to = button.getAttribute("aria-expanded") === "true" ? "false" : "true";
    for (const other of all ? body.querySelectorAll(".cnncalc-group") : [row]) {
      if (depth(other) === depth(row))
        expanded(other).setAttribute("aria-expanded", to);
    }
    show(body);
  };
  const number = (cell) => {
    const digits = (cell.dataset.value || cell.textContent).replace(/[^0-9-]/g, "");
    return digits ? BigInt(digits) : -1n;
  };
  const order = (a, b) => (a > b ? 1 : b > a ? -1 : 0);
  const sort = (head) => {
    const heads = [...head.parentNode.cells];
    const place = heads.indexOf(head);
    const body = head.closest("table").tBodies[0];
    const numbers = ["count", "number", "bytes", "percent", "change"];
    const counts = numbers.includes(head.dataset.unit);
    const turns = counts
      ? ["none", "descending", "ascending"]
      : ["none", "ascending", "descending"];
    const to = turns[(turns.indexOf(head.getAttribute("aria-sort")) + 1) % 3];
    for (const other of heads) {
      other.setAttribute("aria-sort", other === head ? to : "none");
    }
    body.cnncalcRows ??= [...body.rows];
    const first = body.cnncalcRows;
    if (to === "none") {
      body.append(...first);
      show(body);
      return;
    }
    const sign = to === "ascending" ? 1 : -1;
    const key = (row) =>
      counts ? number(row.cells[place]) : row.cells[place].textContent;
    const compare = counts ? order : words.compare;
    const keyed = first.filter((row) => !isGroup(row)).map((row) => [key(row), row]);
    keyed.sort((a, b) => sign * compare(a[0], b[0]));
    const groups = first.filter(isGroup);
    body.append(...groups, ...keyed.map((pair) => pair[1]));
    for (const row of body.rows) row.hidden = isGroup(row);
  };
  document.addEventListener("click", (event) => {
    const target = event.composedPath()[0];
    const button = target.closest ? target.closest(".cnncalc button") : null;
    if (!button) return;
    if (button.hasAttribute("aria-expanded")) fold(button, event.altKey);
    else if (button.closest("thead")) sort(button.closest("th"));
  });
})();
