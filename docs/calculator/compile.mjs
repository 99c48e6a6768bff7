// node compile.mjs PYODIDE FOLDER: run compile.py in Pyodide, on a folder of this machine.
// Byte code is of one version of Python, and the one that runs it is Pyodide's.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [home, folder] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${home}/pyodide.mjs`));
const pyodide = await loadPyodide({ indexURL: home });
pyodide.FS.mkdirTree("/work");
pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: folder }, "/work");
try {
  const source = readFileSync(new URL("compile.py", import.meta.url), "utf8");
  pyodide.runPython(source);
} catch (error) {
  // Node.js would print the line of Pyodide that it comes from, which is all of it.
  console.error(error.message);
  process.exitCode = 1;
}
