"""What reports say, in Chinese, by their English."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["WORDS"]

WORDS: Mapping[str, str] = {
    # Headings of columns and totals.
    "parameters": "参数量",
    # Steps of explanations.
    # Comparisons.
}
