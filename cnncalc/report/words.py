"""The languages of reports: English as it is written in the code, and its translations.

A text is looked up by its English form, so that the code stays readable and a text
without a translation comes out in English instead of not at all.
"""

from __future__ import annotations

from cnncalc.errors import OptionError
from cnncalc.shape import shown

__all__ = ["LANGUAGES", "said", "understood"]

LANGUAGES = ("en", "zh")


def understood(language: str) -> str:
    """Return *language* if reports can be written in it.

    Raises:
        OptionError: If they cannot.
    """
    if language not in LANGUAGES:
        fix = f"The languages are: {', '.join(LANGUAGES)}"
        raise OptionError(f"there is no language {shown(language)}", fix)
    return language


def said(text: str, language: str = "en") -> str:
    """Return *text*, which is English, in a language.

    Example:
        >>> said("parameters"), said("parameters", "zh")
        ('parameters', '参数量')
    """
    if language == "en":
        return text
    from cnncalc.report.words_zh import WORDS

    return WORDS.get(text, text)
