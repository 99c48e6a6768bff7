"""The tables of docs/coming-from.md, made of the table of words.

``python -m cnncalc.words.page`` prints what stands there below the text.
"""

from __future__ import annotations

from collections.abc import Iterator

from cnncalc.words.table import Word, words

__all__ = ["tables"]

_TITLES = {
    "layer": "Layers",
    "question": "Questions",
    "no part": "What is no part of a network",
    "import": "Imports",
    "zoo": "Networks of the zoo",
    "argument": "Arguments",
    "left out": "Arguments that are left out",
    "value": "Values of options",
}


def tables() -> str:
    """Return the tables as Markdown."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    for section, title in _TITLES.items():
        first = "why" if section in {"left out", "no part"} else "here"
        yield f"## {title}\n"
        yield f"| {first} | PyTorch | Keras, TensorFlow | elsewhere |"
        yield "|---|---|---|---|"
        for row in words(section):
            theirs = map(_listed, (row.torch, row.keras, row.others))
            yield f"| {_here(row)} | {' | '.join(theirs)} |"
        yield ""


def _here(row: Word) -> str:
    both = [f"`{code}`" for code in (row.ours, row.method) if code]
    return ", ".join(both) + (f"; {row.note}" if row.note and both else row.note)


def _listed(cell: str) -> str:
    return ", ".join(f"`{word}`" for word in cell.split())


if __name__ == "__main__":
    print(tables(), end="")  # noqa: T201 - what it is for
