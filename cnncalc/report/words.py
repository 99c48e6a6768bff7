"""The languages of reports: English as it is written in the code, and its translations.

A text is looked up by its English form, so that the code stays readable and a text
without a translation comes out in English instead of not at all.

Names of options are words, too: they are taken however people write them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from cnncalc.checks import for_message
from cnncalc.errors import OptionError

__all__ = [
    "LANGUAGES",
    "cited",
    "language_of",
    "names_of",
    "normalised",
    "resolve",
    "translate",
    "translations",
]

LANGUAGES = ("en", "zh")


def language_of(language: Any) -> str:
    """Return the language that is meant: "zh-CN" is "zh".

    Raises:
        OptionError: If reports cannot be written in it.

    Example:
        >>> language_of("zh-CN"), language_of("EN")
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
    known = translate(source, language)
    if known != source:
        return known
    clauses = source.removesuffix(".").split("; ")
    return "；".join([_clause(clause, language) for clause in clauses]) + "。"  # noqa: RUF001


def _clause(clause: str, language: str) -> str:
    """Return a part of a citation: as it is known, or its words one by one."""
    if (known := translate(clause, language)) != clause:
        return known
    for pattern, instead in _parts(language)["citations"].items():
        clause = re.sub(pattern, instead, clause)
    return clause


def translate(text: str, language: str = "en") -> str:
    """Return *text*, which is English, in a language.

    What stands in brackets at its end stays as it is, if it is not known with them.

    Example:
        >>> translate("parameters"), translate("parameters", "zh")
        ('parameters', '参数量')
        >>> translate("MACs (G)", "zh")
        '乘加次数 (G)'
    """
    if language == "en":
        return text
    words = translations(language)
    start, *rest = (text,) if text in words else text.partition(" (")
    return "".join([words.get(start, start), *rest])


@cache
def translations(language: str) -> Mapping[str, str]:
    """Return the words of a language by their English."""
    parts = _parts(language).items()
    words = (words.items() for part, words in parts if part != "citations")
    return {english: word for pairs in words for english, word in pairs}


@cache
def _parts(language: str) -> Mapping[str, Mapping[str, str]]:
    """Return what a language's file has: words by what they are for.

    Of citations it has patterns, which are replaced one after another.
    """
    # What English needs none of: these load archives, temporary files and more.
    import json
    from importlib.resources import files

    file = files("cnncalc.report").joinpath(f"words.{language}.json")
    parts: dict[str, dict[str, str]] = json.loads(file.read_text("utf-8"))
    return parts


# Names of options, however people write them.


def normalised(name: str) -> str:
    """Return a name without what people write in different ways.

    Example:
        >>> normalised("Mult-Adds"), normalised("H×W×C"), normalised("MACs %")
        ('multadds', 'hwc', 'macspercent')
    """
    return re.sub(r"[\W_]+", "", name.lower().replace("%", "percent"))


def resolve(
    name: Any, known: Mapping[str, str], why: str, choices: Iterable[str]
) -> str:
    """Return what a name means; case, blanks, hyphens and underscores do not matter.

    Args:
        name: What somebody wrote.
        known: For each name, what it means; of two that look alike the first counts.
        why: What is wrong if there is no such name.
        choices: The names that a message tells then, if none is near.

    Raises:
        OptionError: If there is no such name.

    Example:
        >>> resolve("num-params", {"num_params": "params"}, "", ())
        'params'
    """
    if isinstance(name, str) and name in known:
        return known[name]
    word = normalised(name) if isinstance(name, str) else ""
    places: dict[str, str] = {}
    for candidate in known:
        places.setdefault(normalised(candidate), candidate)
    if word in places:
        return known[places[word]]
    from difflib import get_close_matches

    matches = get_close_matches(word, places, n=3)
    near = dict.fromkeys(known[places[match]] for match in matches)
    start = "The nearest" if near else "There are"
    raise OptionError(why, f"{start}: {', '.join(near or choices)}")


def names_of(names: Any, what: str) -> list[Any]:
    """Return names that are given in a list, or with commas between them.

    Raises:
        OptionError: If they are neither.
    """
    if isinstance(names, str):
        return names.split(",")
    if not isinstance(names, Iterable):
        fix = "Give names in a list, or with commas between them"
        raise OptionError(f"{what} is {for_message(names)}", fix)
    return list(names)
