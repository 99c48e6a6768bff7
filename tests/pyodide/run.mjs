// node run.mjs PYODIDE SITE ROOT [what pytest takes]: pytest in Pyodide, on a checkout.

import { pathToFileURL } from "node:url";

const [home, site, root, ...args] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${home}/pyodide.mjs`));
const pyodide = await loadPyodide({ indexURL: home });
for (const [place, folder] of Object.entries({ "/site": site, "/root": root })) {
  pyodide.FS.mkdirTree(place);
  pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: folder }, place);
}
pyodide.globals.set("args", pyodide.toPy(args));
try {
  process.exitCode = pyodide.runPython(`
    import os, sys
    os.chdir("/root")
    sys.path[:0] = ["/root", "/site"]
    sys.dont_write_bytecode = True
    import pytest
    marks = "markers=no_cover"  # which pytest-cov has
    int(pytest.main(["-p", "no:cacheprovider", "-q", "-o", marks, *args]))
  `);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
