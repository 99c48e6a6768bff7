// Where the files are that Python is made of: beside this one.

const NAMES = [
  "worker.js",
  "pyodide.mjs",
  "pyodide.asm.mjs",
  "pyodide.asm.wasm",
  "python_stdlib.zip",
  "site.zip",
  "lock.json",
];

export const files = Object.fromEntries(
  NAMES.map((name) => [name, new URL(name, import.meta.url).href]),
);
