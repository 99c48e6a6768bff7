"""Python's library and ours as byte code, trimmed: it is run by Pyodide, in /work.

What is kept of Python's library is what is loaded when all is imported that cnncalc and
its dependencies name anywhere, and some modules that people use beside it.
"""

import ast
import contextlib
import importlib.util
import os
import re
import sys
import zipfile
from collections.abc import Iterator
from importlib._bootstrap_external import _code_to_hash_pyc
from pathlib import Path

WORK = Path("/work")
SITE = WORK / "site"
LIBRARY = Path(os.__file__).parent  # Python's, a zip file

# What people write beside a network, what a codec or a zip file asks for by its name.
BESIDE = """
    bisect calendar cmath collections.abc colorsys copy csv dataclasses datetime decimal
    enum fractions functools graphlib hashlib heapq html.parser io itertools json math
    numbers operator pathlib pprint random re statistics string textwrap time timeit
    typing encodings.ascii encodings.cp437 encodings.idna encodings.latin_1
    encodings.utf_8 encodings.utf_8_sig encodings.utf_16 _pydatetime _pydecimal
    concurrent.futures pyodide.code pyodide.ffi pyodide.webloop asyncio _ast_unparse
"""


def imported(source: bytes) -> Iterator[str]:
    """Yield the modules that a source imports, within functions too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def wanted() -> set[str]:
    """Return the paths in Python's library of what is kept."""
    sys.path.append(str(SITE))
    names = set(BESIDE.split())
    for path in SITE.rglob("*.py"):
        names.update(imported(path.read_bytes()))
    for name in sorted(names):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    files = (getattr(module, "__file__", None) for module in [*sys.modules.values()])
    home = f"{LIBRARY}/"
    return {file.removeprefix(home) for file in files if file and file.startswith(home)}


def compiled(source: bytes, name: str) -> bytes:
    """Return the byte code of a source, which never looks for it.

    Python's own has no docstrings; ours has them, for `help`.
    """
    optimize = 0 if (SITE / name).exists() or "pyodide/" in name else 2
    code = compile(source, name, "exec", dont_inherit=True, optimize=optimize)
    made = _code_to_hash_pyc(code, importlib.util.source_hash(source), checked=False)
    return bytes(made)


def pack(name: str, files: dict[str, bytes]) -> str:
    """Write a zip file, in which Python is byte code; return what it holds.

    Nothing is deflated in it: one stream over all of it takes 40 % less, which servers
    send and the page in one file has.
    """
    with zipfile.ZipFile(WORK / name, "w") as packed:
        for path, content in sorted(files.items()):
            is_code = path.endswith(".py")
            place = zipfile.ZipInfo(f"{path}c" if is_code else path)
            made = compiled(content, path) if is_code else content
            packed.writestr(place, made)
    return f"{name}: {len(files)} files, {(WORK / name).stat().st_size:,} bytes"


def main() -> str:
    """Write both zip files; return what they hold."""
    kept = wanted()
    with zipfile.ZipFile(LIBRARY) as library:
        python = {
            path: library.read(path)
            for path in library.namelist()
            if path in kept
            or path.startswith(("pyodide/", "_pyodide/", "_sysconfigdata"))
            if path.endswith(".py")
        }
    ours = {
        path.relative_to(SITE).as_posix(): path.read_bytes()
        for path in SITE.rglob("*.*")
        if path.is_file() and not re.search("__pycache__|dist-info", str(path))
    }
    packed = {"python_stdlib.zip": python, "site.zip": ours}
    return "\n".join(pack(name, files) for name, files in packed.items())


if __name__ == "__main__":
    print(main())
