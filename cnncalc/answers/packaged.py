"""Scripts and styles, which are files of the package."""

from __future__ import annotations

import re
from functools import cache

__all__ = ["packaged"]


@cache  # a page has the same few, and a notebook shows many
def packaged(package: str, name: str) -> str:
    r"""Return the text of a file of a package, without indentation and blank lines.

    Args:
        package: The package's name.
        name: The file's.

    Example:
        >>> packaged("cnncalc.report.render", "table.css").split("\n")[1]
        '.cnncalc {'
    """
    from importlib.resources import files

    text = files(package).joinpath(name).read_text("utf-8")
    return re.sub(r"\n\s+", "\n", text)
