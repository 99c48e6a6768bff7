// Cells of a page that can be changed and run, by cnncalc in a worker. Nothing of it is
// loaded before somebody runs a cell.

const at = (name) => new URL(name, import.meta.url).href;

const styled = async (name) => {
  const sheet = document.createElement("link");
  Object.assign(sheet, { rel: "stylesheet", href: at(name) });
  document.head.append(sheet);
};

let loaded;
const load = async () => {
  const [{ files }, { put }, { Python }] = await Promise.all([
    import("./files.js"),
    import("./markup.js"),
    import("./python.js"),
    import("./tables.js"),
    styled("tables.css"),
  ]);
  return { put, python: new Python(files, "cnncalc_live.cells") };
};

const cells = [...document.querySelectorAll(".cell")]
  .map((cell) => ({ cell, source: cell.querySelector(".cell_input pre"), ran: null }))
  .filter(({ source }) => source);

// What a cell left, as the pages have it: printed first, then what its last line is.

const KINDS = {
  printed: "stream",
  html: "text_html",
  svg: "image_svg",
  text: "text_plain",
  error: "traceback live-error",
};

const show = (cell, left, put) => {
  const output = document.createElement("div");
  output.className = "cell_output docutils container";
  for (const [kind, style] of Object.entries(KINDS)) {
    if (!left[kind]) continue;
    const part = document.createElement("div");
    part.className = `output ${style}`;
    if (kind === "html" || kind === "svg") put(part, left[kind]);
    else {
      const text = document.createElement("pre");
      text.textContent = left[kind];
      part.append(text);
    }
    output.append(part);
  }
  cell.querySelector(".cell_output")?.remove();
  cell.append(output);
};

const runOne = async (each, { put, python }) => {
  each.cell.classList.add("live-runs");
  const source = each.source.textContent;
  const { value, error, fatal } = await python.ask("run", source);
  const left = error ? { error } : JSON.parse(value);
  each.ran = source;
  if (fatal) for (const other of cells) other.ran = null;
  show(each.cell, left, put);
  each.cell.classList.remove("live-runs");
};

// All above a cell is run before it, and run again from the beginning if it has changed.

const run = async (upto) => {
  loaded ??= load();
  const live = await loaded;
  const above = cells.slice(0, cells.indexOf(upto) + 1);
  const changed = (each) => each.ran !== null && each.ran !== each.source.textContent;
  if (above.some((each) => each !== upto && changed(each))) {
    await live.python.ask("start");
    for (const each of cells) each.ran = null;
  }
  for (const each of above) {
    if (each === upto || each.ran === null) await runOne(each, live);
  }
  document.body.dataset.ran = cells.indexOf(upto);
};

let running = Promise.resolve();
const next = (each) => {
  running = running.then(() => run(each));
  return running;
};

if (cells.length) styled("live.css");
for (const each of cells) {
  const { cell, source } = each;
  source.contentEditable = "plaintext-only";
  source.spellcheck = false;
  source.tabIndex = 0;
  source.setAttribute("role", "textbox");
  source.setAttribute("aria-multiline", "true");
  source.setAttribute("aria-label", "Python. Shift and Enter run it");
  source.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.shiftKey || event.ctrlKey)) return;
    event.preventDefault();
    next(each);
  });
  const button = document.createElement("button");
  Object.assign(button, {
    type: "button",
    className: "live-run",
    textContent: "▶ Run",
  });
  button.addEventListener("click", () => next(each));
  cell.querySelector(".cell_input").append(button);
}
