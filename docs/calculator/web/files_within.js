// Where the files are that Python is made of: within the page, which is one file.

const TYPES = {
  js: "text/javascript",
  mjs: "text/javascript",
  wasm: "application/wasm",
};

const addressed = async (script) => {
  const { file } = script.dataset;
  const bytes = Uint8Array.from(atob(script.textContent), (letter) =>
    letter.charCodeAt(0),
  );
  const stream = new Blob([bytes])
    .stream()
    .pipeThrough(new DecompressionStream("gzip"));
  const type = TYPES[file.split(".").at(-1)] ?? "application/octet-stream";
  return [file, new Blob([await new Response(stream).arrayBuffer()], { type })];
};

export const files = Object.fromEntries(
  await Promise.all([...document.querySelectorAll("[data-file]")].map(addressed)),
);
