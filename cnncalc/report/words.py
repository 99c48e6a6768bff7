"""The languages of reports: English as it is written in the code, and its translations.

A text is looked up by its English form, so that the code stays readable and a text
without a translation comes out in English instead of not at all.
"""

from __future__ import annotations

from typing import Any

from cnncalc.checks import for_message
from cnncalc.report.names import resolve

__all__ = ["LANGUAGES", "said", "understood"]

LANGUAGES = ("en", "zh")


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


def said(text: str, language: str = "en") -> str:
    """Return *text*, which is English, in a language.

    Example:
        >>> said("parameters"), said("parameters", "zh")
        ('parameters', '参数量')
    """
    if language == "en":
        return text
    from cnncalc.report.words_zh import WORDS, source_in_chinese

    return WORDS.get(text) or source_in_chinese(text)
