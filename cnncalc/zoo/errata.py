"""Errata: what papers and articles print that is not so, as ``docs/errata.md``.

``python -m cnncalc.zoo.errata`` writes the page. Numbers come from the claims of the
networks; what is said of no network's number is listed here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cnncalc import zoo

__all__ = ["ARTICLES", "Erratum", "page"]


class Erratum(NamedTuple):
    """A sentence that is printed somewhere, and what is right.

    Attributes:
        says: What is printed.
        right: What is so.
    """

    says: str
    right: str


ARTICLES = (
    Erratum(
        "SAME with kernel 5 pads 3.",
        "At stride 1 it pads (k - 1) / 2 = 2 on each side.",
    ),
    Erratum("SAME keeps the size.", "Only at stride 1."),
    Erratum("SAME computes ⌈size / kernel size⌉.", "It computes ⌈size / stride⌉."),
    Erratum(
        "The max pool of an inception module has padding 2.",
        "2 in all: 1 on each side.",
    ),
    Erratum(
        "An inception module gives 28×28×(63 + 128 + 32 + 32).",
        "28×28×(64 + 128 + 32 + 32) = 28×28×256.",
    ),
    Erratum(
        "The filters of AlexNet's Conv5 are 3×3×384, as if that were their number.",
        "There are 256 filters of 3×3×384.",
    ),
    Erratum(
        "AlexNet takes images of 224×224×3.",
        "A first map of 55×55 without padding needs 227×227×3.",
    ),
)

_HEAD = """\
# Errata

What papers and articles print, and what their structures really give. This page is
written by `python -m cnncalc.zoo.errata`; a test holds it to the networks.

## Numbers of networks

| network | measure | printed | counted | why, and where it is printed |
|---|---|---:|---:|---|
"""

_TAIL = """
## Other sentences

| printed | right |
|---|---|
"""


def _rows() -> Iterator[str]:
    for name in zoo.names():
        table = zoo.claims(name).table
        for of, measure, says, ours, holds, source, why in table.lines:
            if holds == "no":
                place = f"{name}/{of}" if of else name
                cells = (place, measure, says, f"{ours:,}", f"{why} ({source})")
                yield f"| {' | '.join(cells)} |\n"


def page() -> str:
    """Return the page on errata, as Markdown."""
    others = (f"| {erratum.says} | {erratum.right} |\n" for erratum in ARTICLES)
    return _HEAD + "".join(_rows()) + _TAIL + "".join(others)


if __name__ == "__main__":
    print(page(), end="")
