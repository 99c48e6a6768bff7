"""The languages of reports: English as it is written in the code, and its translations.

A text is looked up by its English form, so that the code stays readable and a text
without a translation comes out in English instead of not at all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from cnncalc.checks import for_message
from cnncalc.report.names import resolve

__all__ = ["LANGUAGES", "cited", "said", "translations", "understood"]

LANGUAGES = ("en", "zh")
_CITATIONS = "citations, by pattern"


def understood(language: Any) -> str:
    """Return the language that is meant: "zh-CN" is "zh".

    Raises:
        OptionError: If reports cannot be written in it.

    Example:
        >>> understood("zh-CN"), understood("EN")
        ('zh', 'en')
    """
    word = language
    if isinstance(language, str):
        word = language.replace("_", "-").partition("-")[0]
    known = {name: name for name in LANGUAGES}
    return resolve(
        word, known, f"there is no language {for_message(language)}", LANGUAGES
    )


def cited(source: str, language: str = "en") -> str:
    """Return a source, as the documentation of a layer names it, in a language.

    Example:
        >>> cited("LeCun et al. 1998, table I.")
        'LeCun et al. 1998, table I.'
    """
    if language == "en":
        return source
    known = said(source, language)
    if known != source:
        return known
    clauses = [said(c, language) for c in source.removesuffix(".").split("; ")]
    text = said("; ", language).join(clauses) + "."
    for pattern, instead in _parts(language)[_CITATIONS].items():
        text = re.sub(pattern, instead, text)
    return text


def said(text: str, language: str = "en") -> str:
    """Return *text*, which is English, in a language.

    What stands in brackets at its end stays as it is, if it is not known with them.

    Example:
        >>> said("parameters"), said("parameters", "zh"), said("MACs (G)", "zh")
        ('parameters', '参数量', '乘加次数 (G)')
    """
    if language == "en":
        return text
    words = translations(language)
    start, *rest = (text,) if text in words else text.partition(" (")
    return "".join([words.get(start, start), *rest])


@cache
def translations(language: str) -> Mapping[str, str]:
    """Return the words of a language by their English."""
    parts = {
        name: part for name, part in _parts(language).items() if name != _CITATIONS
    }
    return {english: word for part in parts.values() for english, word in part.items()}


@cache
def _parts(language: str) -> Mapping[str, Mapping[str, str]]:
    """Return the words of a language by what they are for, as its file has them."""
    file = files("cnncalc.report").joinpath(f"words.{language}.json")
    parts: Mapping[str, Mapping[str, str]] = json.loads(file.read_text("utf-8"))
    return parts
