"""The tests under Pyodide, in Node.js: ``python tests/pyodide/run.py [what pytest takes]``.

It takes the Pyodide of the calculator, with all of Python's library, and from PyPI those
packages of the extra `test` that are pure Python. What needs another is not run.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HOME = Path(__file__).resolve().parent
ROOT = HOME.parents[1]
sys.path.insert(0, str(ROOT / "docs" / "calculator"))

from build import unpack_wheels, unpacked_pyodide

# The last jsonschema that needs nothing that is compiled is older than the suite's.
PACKAGES = ["pytest", "hypothesis<6.140", "jsonschema<4.18", "shtab"]


def main(arguments: list[str]) -> int:
    """Run pytest there; return its code."""
    with TemporaryDirectory() as name:
        work = Path(name)
        pyodide = unpacked_pyodide(work)
        unpack_wheels(work, PACKAGES)
        command = ["node", HOME / "run.mjs", pyodide, work / "site", ROOT, *arguments]
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
