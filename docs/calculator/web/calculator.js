// The calculator: what is written goes to Python, and what comes back is shown.

import { files } from "./files.js";
import { packed, unpacked } from "./links.js";
import { put } from "./markup.js";
import { Python } from "./python.js";

// What a report is connected by: its script runs before this one.
await globalThis.cnncalc.isThere;
const { arithmetic, byId, connectMarks, connectTable } = globalThis.cnncalc;

const PAUSE = 120; // milliseconds without a stroke before it is calculated

const source = byId("source");
const dropped = new Map();
let counted;
// A Python that was started anew gets what the one before it had.
const python = new Python(files, "cnncalc_live.calculator", async (ask) => {
  for (const [name, file] of dropped) await ask("keep", name, await bytesOf(file));
  if (counted) await ask("calculate", counted);
});
const bytesOf = async (file) => new Uint8Array(await file.arrayBuffer());
const say = (words) => {
  byId("state").textContent = words;
};

arithmetic.put = put;

// The lines of the source, and the one that an error comes from.

const number = (wrong) => {
  const lines = source.value.split("\n").map((_, place) => {
    const line = document.createElement(place + 1 === wrong ? "mark" : "span");
    line.textContent = `${place + 1}\n`;
    return line;
  });
  byId("numbers").replaceChildren(...lines);
  source.rows = lines.length;
};

const complain = ({ error, line, printed = "" }) => {
  number(line);
  byId("error").textContent = error ? `${line ? `Line ${line}: ` : ""}${error}` : "";
  byId("printed").textContent = printed;
  byId("printed").hidden = !printed;
};

// Totals and table first, then the drawings, unless something else is written by then.

const show = (parts) => {
  for (const [name, markup] of Object.entries(parts)) {
    const place = byId(name);
    if (place) put(place, markup);
  }
};

const calculate = async (text) => {
  const start = performance.now();
  const answer = await python.ask("calculate", text);
  const { title, totals, table, ...more } = answer.error
    ? answer
    : JSON.parse(answer.value);
  complain(more);
  say(more.error ? "" : `${Math.round(more.ms)} ms`);
  if (more.error) return;
  counted = text;
  byId("title").textContent = title;
  show({ totals, table });
  connectTable();
  arithmetic.of = async (nodes) => {
    const { value } = await python.ask("arithmetic", nodes.map(Number));
    const { steps, parts } = JSON.parse(value ?? "{}");
    const numbered = nodes.map((node, place) => [node, parts?.[place] ?? ["", [], ""]]);
    return { "": { steps, parts: Object.fromEntries(numbered) } };
  };
  performance.measure("totals", { start });
  if (text !== source.value) return;
  const pictures = await python.ask("drawings");
  if (pictures.value) show(JSON.parse(pictures.value));
  connectMarks();
  performance.measure("drawings", { start });
};

// A browser may refuse an address that is too long, or is written too often.
const remember = async (text) => {
  try {
    history.replaceState(null, "", `#${await packed(text)}`);
  } catch {
    say("This text has no link yet.");
  }
};

let calculated;
let busy = false;

const follow = async () => {
  if (busy) return;
  busy = true;
  while (calculated !== source.value) {
    calculated = source.value;
    await calculate(calculated).catch((error) => complain({ error }));
    await remember(calculated);
  }
  busy = false;
  document.body.dataset.calculated = calculated;
};

const write = (text) => {
  source.value = text;
  number();
  follow();
};

let pause;
source.addEventListener("input", () => {
  number();
  clearTimeout(pause);
  pause = setTimeout(follow, PAUSE);
});
byId("example").addEventListener("change", ({ target }) => write(target.value));

// Links, files and downloads.

const fromLink = async () => {
  const text = location.hash.slice(1);
  if (text)
    write(await unpacked(text).catch(() => `# This link is not whole: #${text}`));
};
addEventListener("hashchange", fromLink);
byId("link").addEventListener("click", async () => {
  await navigator.clipboard.writeText(location.href);
  say("The link is copied.");
});

const take = async ([file]) => {
  if (!file) return;
  say(`${file.name} is being read.`);
  const { value, error } = await bytesOf(file)
    .then((bytes) => python.ask("keep", file.name, bytes))
    .catch((refused) => ({ error: `${file.name} cannot be read: ${refused.message}` }));
  say("");
  if (error) {
    complain({ error });
    return;
  }
  // Only now: a Python that is started anew is to get what the one before could keep.
  dropped.set(file.name, file);
  write(value);
};
byId("file").addEventListener("change", ({ target }) => take(target.files));
// What is dropped may be a text, too, which goes where it falls.
for (const kind of ["dragover", "drop"]) {
  addEventListener(kind, (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    take(event.dataTransfer.files);
  });
}

for (const button of document.querySelectorAll("[data-export]")) {
  button.addEventListener("click", async () => {
    const suffix = button.dataset.export;
    const { value, error } = await python.ask("exported", suffix);
    if (error) {
      complain({ error });
      return;
    }
    const [name] = byId("title").textContent.split(":");
    const href = URL.createObjectURL(new Blob([value]));
    Object.assign(document.createElement("a"), {
      href,
      download: `${name}.${suffix}`,
    }).click();
    URL.revokeObjectURL(href);
  });
}

number();
if (location.hash) await fromLink();
else follow();
