// A report of a network: what is packed is opened, and rows, blocks and bars that stand
// for the same layers are lit together. All markup here was made, and escaped, with the
// page.

export const byId = (id) => document.getElementById(id);

const opened = async (id) => {
  const bytes = Uint8Array.from(atob(byId(id).textContent), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream();
  return new Response(stream.pipeThrough(new DecompressionStream("gzip"))).json();
};

const { table, ...charts } = await opened("views");
byId("table").innerHTML = table;
for (const [kind, chart] of Object.entries(charts)) byId(kind).innerHTML = chart;

// Rows: a name is a button, and within its group it is short.

const isGroup = (row) => row.classList.contains("cnncalc-group");

const shorten = (rows) => {
  const scopes = [];
  for (const row of rows) {
    const depth = Number(row.dataset.depth ?? 0);
    const place = row.cells[0];
    const path = place.textContent.replace(/ …$/, "");
    if (isGroup(row)) {
      scopes[depth] = path;
      continue;
    }
    if (place.querySelector("button")) continue;
    const button = document.createElement("button");
    Object.assign(button, { type: "button", tabIndex: -1, ariaPressed: "false" });
    const scope = depth ? `${scopes[depth - 1]}/` : "";
    if (scope && path.startsWith(scope)) {
      const within = document.createElement("span");
      within.className = "scope";
      within.textContent = scope;
      button.append(within, path.slice(scope.length));
    } else {
      button.textContent = path;
    }
    place.replaceChildren(button);
  }
};
const pressable = () =>
  [...byId("table").querySelectorAll("[aria-pressed]")].filter(
    (button) => button.offsetHeight,
  );

byId("table").addEventListener("keydown", (event) => {
  const steps = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };
  if (!event.target.ariaPressed || !(event.key in steps)) return;
  const all = pressable();
  const to = all.indexOf(event.target) + steps[event.key];
  event.target.tabIndex = -1;
  const next = all[Math.max(0, Math.min(all.length - 1, to))];
  next.tabIndex = 0;
  next.focus();
  event.preventDefault();
});

// What stands for a layer, by the layer's number.

const nodesOf = (mark) => mark.dataset.node.split(" ");
const marks = new Map();
let rows;
let pinned = null;

// Connect what is on the page now: once, and whenever other content has been put there.
export const connect = () => {
  rows = [...byId("table").querySelectorAll("tbody tr")];
  pinned = null;
  shorten(rows);
  const [first] = pressable();
  if (first) first.tabIndex = 0;
  marks.clear();
  for (const mark of document.querySelectorAll("[data-node]")) {
    for (const node of nodesOf(mark)) {
      if (!marks.has(node)) marks.set(node, []);
      marks.get(node).push(mark);
    }
  }
};
connect();

const light = (nodes) => {
  for (const lit of document.querySelectorAll(".lit")) lit.classList.remove("lit");
  const wanted = new Set(nodes);
  for (const node of wanted) {
    for (const mark of marks.get(node) ?? []) {
      const whole =
        mark.localName !== "tr" || nodesOf(mark).every((n) => wanted.has(n));
      if (whole) mark.classList.add("lit");
    }
  }
};

// The arithmetic of what is pointed at, or was chosen.

const MOST = 12; // layers at once
const panel = byId("arithmetic");
let explained;
let asked;

// Where the arithmetic comes from, and how markup is put into the page.
export const arithmetic = {
  of: async (nodes) => {
    explained ??= opened("explained");
    const { steps, parts } = await explained;
    return { steps, parts: nodes.map((node) => parts[node]) };
  },
  put: (place, markup) => {
    place.innerHTML = markup;
  },
};

const explain = async (nodes) => {
  asked = nodes;
  const { steps, parts } = await arithmetic.of(nodes.slice(0, MOST));
  if (asked !== nodes) return;
  const shown = parts.map(
    ([above, places, below]) =>
      `<details open>${above}<div class="cnncalc-scroll" tabindex="0"><table>${places
        .map((place) => steps[place])
        .join("")}</table></div>${below}</details>`,
  );
  arithmetic.put(panel, shown.join(""));
  if (nodes.length > MOST) panel.append(`… ${nodes.length - MOST}`);
};

const point = (mark) => {
  const nodes = nodesOf(mark);
  light(nodes);
  explain(nodes);
};

const pin = (mark) => {
  for (const button of document.querySelectorAll("[aria-pressed=true]"))
    button.ariaPressed = "false";
  pinned = pinned === mark ? null : mark;
  document.body.classList.toggle("pinned", Boolean(pinned));
  if (!pinned) return;
  point(mark);
  const [row] = (marks.get(nodesOf(mark)[0]) ?? []).filter(
    (other) => other.localName === "tr" && !isGroup(other),
  );
  const button = row?.querySelector("button");
  if (button && !isGroup(mark)) button.ariaPressed = "true";
  if (mark.localName !== "tr") row?.scrollIntoView({ block: "nearest" });
};

const markAt = (event) => event.target.closest?.("[data-node]");
for (const kind of ["mouseover", "focusin"]) {
  document.addEventListener(kind, (event) => {
    if (!pinned && markAt(event)) point(markAt(event));
  });
}
document.addEventListener("click", (event) => {
  if (markAt(event) && !event.target.closest("[aria-expanded]")) pin(markAt(event));
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && pinned) pin(pinned);
});

// Search.

const search = byId("search");
search.addEventListener("input", () => {
  const wanted = search.value.trim().toLowerCase();
  const layers = rows.filter((row) => !isGroup(row));
  const hits = layers.filter((row) => row.textContent.toLowerCase().includes(wanted));
  const found = new Set(hits.map((row) => row.dataset.node));
  for (const row of rows) {
    row.classList.toggle("missed", !nodesOf(row).some((node) => found.has(node)));
  }
  byId("table").classList.toggle("searched", Boolean(wanted));
  byId("found").textContent = wanted ? `${found.size} / ${layers.length}` : "";
});

// Tabs, as the ARIA Authoring Practices Guide has them.

const tabs = [...document.querySelectorAll("[role=tab]")];
const select = (chosen) => {
  for (const tab of tabs) {
    tab.ariaSelected = String(tab === chosen);
    tab.tabIndex = tab === chosen ? 0 : -1;
    byId(tab.getAttribute("aria-controls")).hidden = tab !== chosen;
  }
};
tabs.forEach((tab, place) => {
  tab.addEventListener("click", () => select(tab));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(place + step + tabs.length) % tabs.length];
    select(next);
    next.focus();
  });
});
select(tabs[0]);

// Light and dark, where somebody wants the other.

byId("scheme").addEventListener("click", () => {
  const root = document.documentElement;
  const dark = getComputedStyle(root).colorScheme === "dark";
  const prefers = matchMedia("(prefers-color-scheme: dark)").matches;
  const now = root.style.colorScheme ? dark : prefers;
  root.style.colorScheme = now ? "light" : "dark";
});
document.body.dataset.ready = "";
