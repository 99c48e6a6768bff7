"""TikZ: every network of the zoo compiles with pdfLaTeX, without another package."""

import os
import shutil
import subprocess
from itertools import cycle

import pytest

from cnncalc import zoo
from cnncalc.draw.kinds import KINDS, STYLE_NAMES

pytestmark = pytest.mark.skipif(
    not shutil.which("pdflatex"),
    reason="needs pdflatex: apt install texlive-latex-base texlive-pictures",
)

DOCUMENT = r"""\documentclass{{article}}
\usepackage{{tikz}}
\pagestyle{{empty}}
\begin{{document}}
{}
\end{{document}}
"""
# Each picture is set alone, since no page is as large; what it takes is printed.
BOX = r"\setbox0\hbox{{\input{{{0}}}}}\typeout{{BOX {0} \the\wd0 \space \the\ht0}}"


def compiled(folder, pictures):
    """Return the width and the height of each picture, in points."""
    for name, drawing in pictures.items():
        drawing.to_tikz(folder / f"{name}.tex")
    body = "\n".join(BOX.format(name) for name in pictures)
    (folder / "all.tex").write_text(DOCUMENT.format(body), encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "all.tex"],
        cwd=folder,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=900,
        check=False,
    )
    assert 0 == done.returncode, done.stdout[-3000:]
    sizes = {}
    for line in done.stdout.splitlines():
        if line.startswith("BOX "):
            _, name, wide, high = line.split()
            sizes[name] = float(wide.removesuffix("pt")), float(high.removesuffix("pt"))
    return sizes


def test_the_zoo_compiles(tmp_path):
    """Each network gives a picture about as large as its SVG, in one style or another.

    It takes a minute, so that it is every ninth but where all are asked for, as in CI.
    """
    names = zoo.names()[:: 1 if os.environ.get("WHOLE_ZOO") else 9]
    styles = dict(zip(names, cycle(STYLE_NAMES)))
    pictures = {name: zoo.build(name).draw(style=styles[name]) for name in styles}
    for style in STYLE_NAMES:
        pictures[f"unet-{style}"] = zoo.unet().draw(style=style, dimensions=True)
    sizes = compiled(tmp_path, pictures)

    assert pictures.keys() == sizes.keys()
    for name, (wide, high) in sizes.items():
        scene = pictures[name].scene
        assert 0.4 * scene.width < wide < 0.76 * scene.width, name
        assert 0.4 * scene.height < high < 0.76 * scene.height, name


def test_every_kind_compiles(tmp_path):
    """Charts are pictures, too; and names may hold what TeX would obey."""
    net = zoo.lenet5()
    pictures = {kind.replace("_", "-"): net.draw(kind) for kind in KINDS}
    hostile = r"_^{}\input{x} 100 % $1 & ~#[*|<>" + '"`'
    pictures["hostile"] = net.draw(title=hostile, dimensions=True)

    assert pictures.keys() == compiled(tmp_path, pictures).keys()
