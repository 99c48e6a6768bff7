"""Large ONNX files: how long reading takes, and how much memory.

``python tests/bench/large_onnx.py`` writes a file of 1.1 GB (300 matrices of 896 × 1024,
1,500 nodes, the batch open) and one of 100,000 nodes in reverse order into a temporary
folder, reads each in a process of its own, and prints seconds of the processor for the
import and for reading, and the largest memory. Paths after it are read instead.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # onnx_files.py

from onnx_files import graph, model, node, put, value, varint

READ = """
import resource, sys, time
start = time.process_time()
from cnncalc import from_onnx
import cnncalc.interop.onnx.model
imported = time.process_time()
net = from_onnx(sys.argv[1])
numbers = f"{net.macs:,} MACs, {net.params:,} parameters, {len(net.nodes):,} nodes"
read = time.process_time()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
print(f"{imported - start:.2f} s import, {read - imported:.2f} s, {peak} MB: {numbers}")
"""


def write_matrices(path: Path, layers: int = 300) -> None:
    """Write a chain of linear layers with their weights, as a stream."""
    wide, narrow = 1024, 896
    nodes, sizes, x = [], [], "x"
    for n in range(layers):
        ends = (narrow, wide) if n % 2 == 0 else (wide, narrow)
        sizes += [(f"layers.{n}.weight", ends), (f"layers.{n}.bias", ends[1:])]
        nodes += [
            node("MatMul", f"{x} layers.{n}.weight", f"m{n}", f"/layers.{n}/MatMul"),
            node("Add", f"m{n} layers.{n}.bias", f"a{n}", f"/layers.{n}/Add"),
            node("Relu", f"a{n}", f"r{n}", f"/layers.{n}/Relu"),
            node("Transpose", f"r{n}", f"t{n}", f"/layers.{n}/t", perm=[0, 2, 1]),
            node("Transpose", f"t{n}", f"u{n}", f"/layers.{n}/u", perm=[0, 2, 1]),
        ]
        x = f"u{n}"
    dims = ["batch", 16, narrow]
    body = graph(nodes, [value("x", dims)], [value(x)])
    heads = []
    for name, shape in sizes:
        size = 4 * shape[0] * (shape[1] if len(shape) > 1 else 1)
        head = b"".join(put(1, n) for n in shape) + put(2, 1) + put(8, name)
        head += varint(9 << 3 | 2) + varint(size)
        heads.append((varint(5 << 3 | 2) + varint(len(head) + size) + head, size))
    total = len(body) + sum(len(head) + size for head, size in heads)
    with path.open("wb") as file:
        file.write(put(1, 8) + varint(7 << 3 | 2) + varint(total) + body)
        for head, size in heads:
            file.write(head + bytes(size))
        file.write(put(8, put(2, 17)))


def write_reversed(path: Path, count: int = 100_000) -> None:
    """Write a chain of nodes, the last one first."""
    nodes = [node("Relu", f"v{n}", f"v{n + 1}", f"r{n}") for n in range(count)][::-1]
    body = graph(nodes, [value("v0", (1, 3))], [value(f"v{count}")])
    path.write_bytes(model(body))


def report(path: Path) -> None:
    """Read a file in a process of its own, and print what that took."""
    size = path.stat().st_size
    command = [sys.executable, "-c", READ, str(path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    print(f"{path.name}, {size:,} bytes: {said.strip()}", flush=True)


def main() -> None:
    """Write the files, read them, and report."""
    if sys.argv[1:]:
        for name in sys.argv[1:]:
            report(Path(name))
        return
    with tempfile.TemporaryDirectory() as folder:
        for name, write in (("matrices", write_matrices), ("reversed", write_reversed)):
            path = Path(folder) / f"{name}.onnx"
            write(path)
            report(path)
            path.unlink()


if __name__ == "__main__":
    main()
