// The numbers of a network on other sizes, by expressions alone: a function of the page
// has them all, and here they are written where they belong.

const { byId, opened, isThere } = globalThis.cnncalc;
const sizes = await opened("sizes");
await isThere;

const form = byId("sliders");
const inputs = sizes.own.map((_, place) => [
  byId(`size-${place}`),
  byId(`range-${place}`),
]);
const rows = [...document.querySelectorAll("#table tbody tr[data-node]")];
const isGroup = (row) => row.classList.contains("cnncalc-group");
const bounds = new Set(sizes.bounds);

const inBytes = (value) => {
  const { base, names } = sizes.units;
  let [power, size] = [0, Number(value)];
  while (size >= base && power < names.length - 1)
    [power, size] = [power + 1, size / base];
  const digits = [0, 3, 4][Math.min(power, 2)];
  const how = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return `${size.toLocaleString("en", how)} ${names[power]}`;
};
const written = (value, unit) => {
  if (unit === "size") return `${value}`;
  return unit === "bytes" ? inBytes(value) : value.toLocaleString("en");
};

const show = (values) => {
  const { numbers, holds } = globalThis.numbersAt(...values);
  const failed = (kind) =>
    sizes.conditions[kind].filter((_, place) => !holds[kind][place]);
  const wrong = failed("all");
  byId("holds").textContent = wrong.length
    ? sizes.refused.replace("{}", wrong.join(", "))
    : "";
  const unknown = { all: wrong.length > 0, bytes: failed("memory").length > 0 };

  // The place of a number is not there where it is unknown.
  const isKnown = (place, unit) =>
    place !== undefined && !unknown.all && !(unit === "bytes" && unknown.bytes);
  const told = (place, unit) =>
    isKnown(place, unit)
      ? (bounds.has(place) ? "≥ " : "") + written(numbers[place], unit)
      : "?";

  for (const [key, place] of Object.entries(sizes.totals)) {
    byId(`total-${key}`).textContent = told(
      place,
      key === "peak_memory" ? "bytes" : "",
    );
  }
  for (const row of rows) {
    const nodes = row.dataset.node.split(" ").map((node) => sizes.rows[node]);
    if (!isGroup(row)) {
      const places = unknown.all ? undefined : nodes[0].output;
      const output = places?.map((place) => told(place, "size"));
      if (output && sizes.first) output.unshift(output.pop());
      row.cells[1].textContent = output?.join("×") ?? "?";
    }
    sizes.columns.forEach(({ key, unit, adds }, place) => {
      const cell = row.cells[place + 2];
      if (isGroup(row) && !adds) return;
      const known = nodes.map((node) => node[key]).filter((at) => isKnown(at, unit));
      const sum = known.reduce((all, at) => all + numbers[at], 0n);
      const text = known.length ? written(sum, unit) : "?";
      if (isGroup(row)) cell.dataset.sum = text;
      else cell.textContent = told(nodes[0][key], unit);
      cell.dataset.value = sum;
      const whole = numbers[sizes.totals[key]];
      const share = adds && whole ? Number((1000n * sum) / whole) / 10 : 0;
      cell.style.setProperty("--share", `${share}%`);
    });
  }
  for (const chart of document.querySelectorAll("svg.bars")) {
    const { key } = chart.dataset;
    const { unit } = sizes.columns.find((column) => column.key === key);
    const heights = sizes.rows.map((row) =>
      isKnown(row[key], unit) ? numbers[row[key]] : 0n,
    );
    let most = 0n;
    for (const value of heights) if (value > most) most = value;
    const { height } = chart.viewBox.baseVal;
    byId(`most-${key}`).textContent = unknown.all ? "?" : `max. ${written(most, unit)}`;
    heights.forEach((value, place) => {
      const bar = chart.children[place];
      const high = most ? (height * Number((10000n * value) / most)) / 10000 : 0;
      bar.setAttribute("y", height - high);
      bar.setAttribute("height", high);
    });
  }
};

const follow = () => {
  const values = inputs.map(([number]) => Number(number.value));
  const isSize = (value) => Number.isSafeInteger(value) && value > 0;
  inputs.forEach(([number], place) => {
    number.ariaInvalid = String(!isSize(values[place]));
  });
  if (values.every(isSize)) show(values);
  else byId("holds").textContent = sizes.whole;
};
for (const pair of inputs) {
  pair.forEach((input, place) => {
    input.addEventListener("input", () => {
      pair[1 - place].value = input.value;
      follow();
    });
  });
}
form.addEventListener("reset", () => setTimeout(follow));
form.addEventListener("submit", (event) => event.preventDefault());
follow();
document.body.dataset.slides = "";
