"""Python that somebody wrote into a page: it is run, and an error has its line."""

from __future__ import annotations

import ast
import contextlib
import io
import re
import traceback
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import cnncalc
from cnncalc import CnncalcError

__all__ = ["Evaluated", "evaluate"]

_NAME = "<page>"  # of the source, in tracebacks


class Evaluated(NamedTuple):
    """What a source did.

    Attributes:
        value: What its last expression is, or None, or what was made of it.
        printed: What it printed, and what it was warned of.
        error: What is wrong, or None.
        line: The line of the source that the error comes from, if it is known.
    """

    value: Any
    printed: str
    error: str | None = None
    line: int | None = None


def evaluate(
    source: str, space: dict[str, Any], then: Callable[[Any], Any] = lambda value: value
) -> Evaluated:
    r"""Run a source in a space of names, whatever comes of it.

    Args:
        source: Statements, and maybe an expression at the end.
        space: The names that it finds, and leaves.
        then: What is made of the value; an error of it is one of the source, too.

    Example:
        >>> evaluate("side = 6\nprint('a square')\nside ** 2", {})
        Evaluated(value=36, printed='a square\n', error=None, line=None)
        >>> evaluate("side = 6\nside / 0", {}).line
        2
    """
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = lambda message, *_: print(message)
        try:
            value = then(_value(source, space))
        except BaseException as error:  # noqa: BLE001 - that of somebody else
            return Evaluated(None, printed.getvalue(), _message(error), _line(error))
    return Evaluated(value, printed.getvalue())


def _value(source: str, space: dict[str, Any]) -> Any:
    tree = ast.parse(source, _NAME)
    ends = tree.body and isinstance(tree.body[-1], ast.Expr)
    last = [tree.body.pop()] if ends else []
    exec(compile(tree, _NAME, "exec"), space)  # noqa: S102 - what the page is for
    for statement in last:
        assert isinstance(statement, ast.Expr)
        code = compile(ast.Expression(statement.value), _NAME, "eval")
        return eval(code, space)  # noqa: S307 - the same
    return None


def _message(error: BaseException) -> str:
    """Return what is wrong; errors that are not ours have their names before it."""
    if isinstance(error, SyntaxError):
        return f"SyntaxError: {error.msg}"
    if isinstance(error, CnncalcError):
        return str(error)
    shown = traceback.TracebackException.from_exception(error)
    told = "".join(shown.format_exception_only()).strip()
    if isinstance(error, ModuleNotFoundError):
        return f"{told}. Here is cnncalc, and what comes with Python{_meant(error)}"
    if isinstance(error, NameError) and told.endswith("is not defined"):
        return f"{told}{_meant(error)}"
    return told


def _meant(error: NameError | ImportError) -> str:
    """Return what cnncalc has for a name that others have, or that is nearly one."""
    try:
        getattr(cnncalc, str(error.name).partition(".")[0])
    except AttributeError as missing:
        is_known = re.search(r"\bWrite |The nearest: cnncalc\.", str(missing))
        return f". {missing}" if is_known else ""
    return f". Write cnncalc.{error.name}."


def _line(error: BaseException) -> int | None:
    if isinstance(error, SyntaxError):
        return error.lineno if error.filename == _NAME else None
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == _NAME]
    return lines[-1] if lines else None
