"""The names that other libraries have for things, and those that these have here.

All that helps people who come from elsewhere reads these rows, which stand in
``words.txt``: errors, and the page "Coming from PyTorch or Keras".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

__all__ = ["Word", "normal", "word_of", "words"]


class Word(NamedTuple):
    """A word for something, here and elsewhere.

    Attributes:
        ours: What it is called here, as it is typed; "" of what is left out.
        method: Of a layer, how a chain is continued by it.
        torch: What PyTorch calls it; several words stand apart by spaces.
        keras: What Keras and TensorFlow call it.
        others: What other tools and textbooks call it.
        note: What else is to be said of it.
    """

    ours: str
    method: str = ""
    torch: str = ""
    keras: str = ""
    others: str = ""
    note: str = ""

    @property
    def theirs(self) -> list[str]:
        """All words of others."""
        return f"{self.torch} {self.keras} {self.others}".split()


@cache
def words(*sections: str) -> tuple[Word, ...]:
    """Return the rows of some sections of the table.

    Args:
        sections: "layer", "import", "zoo", "question", "argument", "left out", "value"
            or "no part".
    """
    from importlib.resources import files

    text = files("cnncalc.words").joinpath("words.txt").read_text("utf-8")
    found = []
    for section in text.split("\n\n[")[1:]:
        title, *lines = section.splitlines()
        if title.partition("]")[0] in sections:
            found += [Word(*map(str.strip, line.split("|"))) for line in lines]
    return tuple(found)


def normal(word: str) -> str:
    """Return a word without what its writings differ in: case and underscores."""
    return re.sub("[^a-z0-9]", "", word[:_LONGEST].lower())


_LONGEST = 100  # characters; a text that is longer, as of a whole file, is no word


def word_of(theirs: str, *sections: str) -> Iterator[Word]:
    """Give the rows that have a word of others, whatever its case and underscores."""
    return iter(_by_word(*sections).get(normal(theirs), ()))


@cache
def _by_word(*sections: str) -> dict[str, list[Word]]:
    """Return the rows of some sections by each word of others: once for all errors."""
    found: dict[str, list[Word]] = {}
    for row in words(*sections):
        for word in dict.fromkeys(map(normal, row.theirs)):
            found.setdefault(word, []).append(row)
    return found
