// Python with cnncalc in a worker. The first message has its files; each that follows
// is a question {id, call, args}, and is answered by {id, value} or {id, error, fatal}.
//
// It is no module: a page on a disk cannot have one, and what a module imports would need
// a policy that lets code of a link start workers which no policy holds for. Pyodide asks
// for a module, and knows one by this:
globalThis.importScripts = undefined;

// A page on a disk gives blobs, and their addresses hold where they were made.
const addressed = (file) =>
  typeof file === "string" ? file : URL.createObjectURL(file);

const started = async ({ files, calls }) => {
  const python = Object.fromEntries(
    Object.entries(files).map(([name, file]) => [name, addressed(file)]),
  );
  const lock = fetch(python["lock.json"]).then((answer) => answer.text());
  const site = fetch(python["site.zip"]).then((answer) => answer.arrayBuffer());
  const [{ loadPyodide }, { default: createPyodideModule }] = await Promise.all([
    import(python["pyodide.mjs"]),
    import(python["pyodide.asm.mjs"]),
  ]);
  // Pyodide takes the address of all its files but this one.
  const { fetch: fetched } = globalThis;
  globalThis.fetch = (address, ...more) =>
    fetched(
      String(address).endsWith(".wasm") ? python["pyodide.asm.wasm"] : address,
      ...more,
    );
  const pyodide = await loadPyodide({
    checkAPIVersion: false,
    createPyodideModule,
    indexURL: "https://nowhere.invalid/",
    lockFileContents: await lock,
    packageBaseUrl: "https://nowhere.invalid/",
    stdin: () => null, // nobody can be asked
    stdLibURL: python["python_stdlib.zip"],
  });
  globalThis.fetch = fetched;
  pyodide.FS.writeFile("/lib/site.zip", new Uint8Array(await site));
  pyodide.runPython("import sys; sys.path.append('/lib/site.zip')");
  return { pyodide, module: pyodide.pyimport(calls) };
};

let python;

globalThis.onmessage = async ({ data: { id, call, args, ...first } }) => {
  try {
    python ??= started(first);
    const { pyodide, module } = await python;
    const value = module[call](...args.map((arg) => pyodide.toPy(arg)));
    postMessage({ id, value });
  } catch (error) {
    // What cnncalc refuses is an answer; whatever else ends a call has broken Python.
    const last = String(error).trim().split("\n").at(-1);
    const [ours, words] = last.split(/^cnncalc\.errors\.\w+: /);
    postMessage({ id, error: words ?? ours, fatal: words === undefined });
  }
};
