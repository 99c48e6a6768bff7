// A report of a network: what is packed is opened, and rows, blocks and bars that stand
// for the same layers are lit together. All markup here was made, and escaped, with the
// page.

const byId = (id) => document.getElementById(id);

const opened = async (id) => {
  const bytes = Uint8Array.from(atob(byId(id).textContent), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream();
  return new Response(stream.pipeThrough(new DecompressionStream("gzip"))).json();
};

// For scripts that come after.
const there = Promise.withResolvers();
globalThis.cnncalc = { byId, opened, isThere: there.promise };

const { table, charts } = await opened("views");
byId("table").innerHTML = table;
charts.forEach((chart, place) => {
  byId(`chart-${place}`).innerHTML = chart;
});

// Rows: a name is a button, and within its group it is short.

const body = byId("table");
const isGroup = (row) => row.classList.contains("cnncalc-group");
let rows;

const shorten = () => {
  const scopes = [];
  for (const row of rows) {
    const depth = Number(row.dataset.depth ?? 0);
    const place = row.cells[0];
    const path = place.textContent.replace(/ …$/, "");
    if (isGroup(row)) {
      scopes[depth] = path;
      continue;
    }
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

// All buttons of rows are one stop of the Tab key; arrows lead from one to the next.

const buttons = () =>
  [...body.querySelectorAll("tbody button")].filter((button) => button.offsetHeight);

body.addEventListener("keydown", (event) => {
  const steps = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };
  if (!event.target.closest("tbody button") || !(event.key in steps)) return;
  const all = buttons();
  const to = all.indexOf(event.target) + steps[event.key];
  all[Math.max(0, Math.min(all.length - 1, to))].focus();
  event.preventDefault();
});
body.addEventListener("focusin", ({ target }) => {
  if (!target.closest("tbody button")) return;
  for (const button of body.querySelectorAll("button[tabindex='0']"))
    button.tabIndex = -1;
  target.tabIndex = 0;
});

// What stands for a layer, by the layer's number. Where there are two networks, each
// has its side, whose name stands before the number.

const nodesOf = (mark) => {
  const side = mark.closest("[data-side]")?.dataset.side ?? "";
  return mark.dataset.node.split(" ").map((node) => side + node);
};
const marks = new Map();
const rowsOf = (node) =>
  (marks.get(node) ?? []).filter((mark) => mark.localName === "tr" && !isGroup(mark));

// Of a difference, what is there on one side alone, or otherwise than before.

const tellApart = () => {
  for (const row of document.querySelectorAll(".difference tbody tr")) {
    row.dataset.change = row.cells[1].textContent;
    if (row.dataset.change === "=") continue;
    for (const node of nodesOf(row))
      for (const mark of marks.get(node)) mark.classList.add("changed");
  }
};

// Once, and again by scripts that put another network there: first its table, and then
// its pictures.

let pinned = null;

const connectTable = () => {
  rows = [...body.querySelectorAll("tbody tr")];
  shorten();
  body.querySelectorAll("tbody button").forEach((button, place) => {
    button.tabIndex = place ? -1 : 0;
  });
  connectMarks();
};
const connectMarks = () => {
  pinned = null;
  marks.clear();
  for (const mark of document.querySelectorAll("[data-node]")) {
    for (const node of nodesOf(mark)) {
      if (!marks.has(node)) marks.set(node, []);
      marks.get(node).push(mark);
    }
  }
};
connectTable();
tellApart();

const light = (nodes) => {
  for (const lit of document.querySelectorAll(".lit")) lit.classList.remove("lit");
  const wanted = new Set(nodes);
  for (const node of wanted) {
    for (const mark of marks.get(node) ?? []) {
      if (!isGroup(mark) || nodesOf(mark).every((other) => wanted.has(other)))
        mark.classList.add("lit");
    }
  }
};

// The arithmetic of what is pointed at, or was chosen.

const MOST = 12; // layers at once
const panel = byId("arithmetic");
let explained;
let asked;

// Where it comes from, and how it is put there: other scripts may know better.
const arithmetic = {
  of: () => {
    explained ??= opened("explained");
    return explained;
  },
  put: (place, markup) => {
    place.innerHTML = markup;
  },
};
Object.assign(globalThis.cnncalc, { arithmetic, connectMarks, connectTable });

const explain = async (nodes) => {
  asked = nodes;
  const shown = nodes.slice(0, MOST);
  const sides = await arithmetic.of(shown);
  if (asked !== nodes) return;
  const markup = shown
    .map((node) => {
      const [, side, number] = node.match(/^(\D*)(\d+)$/);
      const { steps, parts } = sides[side];
      const [above, places, below] = parts[number];
      const lines = places.map((place) => steps[place]).join("");
      const table = `<div class="cnncalc-scroll" tabindex="0"><table>${lines}</table></div>`;
      return `<details open>${above}${lines && table}${below}</details>`;
    })
    .join("");
  arithmetic.put(panel, markup);
  if (nodes.length > MOST) panel.append(`… ${nodes.length - MOST}`);
};

const point = (mark) => {
  // Of a node that has become another both are shown, as their row has them.
  const nodes = [
    ...new Set(
      nodesOf(mark).flatMap((node) => [node, ...rowsOf(node).flatMap(nodesOf)]),
    ),
  ];
  light(nodes);
  explain(nodes);
};

const pin = (mark) => {
  for (const button of body.querySelectorAll("[aria-pressed=true]"))
    button.ariaPressed = "false";
  pinned = pinned === mark ? null : mark;
  document.body.classList.toggle("pinned", Boolean(pinned));
  panel.ariaLive = pinned ? "polite" : "off"; // what is but passed over is not read out
  if (!pinned) return;
  point(mark);
  const [row] = rowsOf(nodesOf(mark)[0]);
  const button = row?.querySelector("button");
  if (button && !isGroup(mark)) button.ariaPressed = "true";
  row?.scrollIntoView({ block: "nearest" });
};

const markAt = (event) => {
  const mark = event.target.closest?.("[data-node]");
  return mark && !panel.contains(mark) ? mark : null;
};
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
  body.classList.toggle("searched", Boolean(wanted));
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

// A notebook gives the page a frame of the height that it asks for.

if (parent !== window) {
  new ResizeObserver(() => {
    parent.postMessage({ cnncalc: document.documentElement.offsetHeight }, "*");
  }).observe(document.documentElement);
}
there.resolve();
document.body.dataset.ready = "";
performance.mark("ready");
