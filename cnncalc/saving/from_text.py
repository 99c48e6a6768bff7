r"""Networks from text: calls as people type them, which are read and never run.

A text says three things: layers as methods (``conv(5, 6)``), classes of layers and
blocks (``Inception(64, (96, 128), (16, 32), 32)``), and plain values. So a text from
anybody is safe to read. Its grammar, where a dot may be left out::

    network = ["Sequential" arguments] {["."] method [arguments]}
    arguments = "(" [[name "="] value {"," [name "="] value}] ")"
    value = number | text | "True" | "False" | "None" | list | class arguments | network
    list = "(" [value {"," value}] ")" | "[" [value {"," value}] "]"
"""

from __future__ import annotations

import ast
import re
from typing import Any, NamedTuple, NoReturn

from cnncalc import blocks, graph, layers
from cnncalc.checks import for_message
from cnncalc.door import guarded
from cnncalc.errors import CnncalcError, ConfigError, unknown_name
from cnncalc.graph.block import DEEPEST
from cnncalc.network.fluent import FluentMethods, fluent
from cnncalc.network.sequential import Sequential
from cnncalc.saving.limits import MOST_DIGITS, limited
from cnncalc.sizes.shape import Shape, ShapeLike

__all__ = ["from_text"]

_LONGEST = 1_000_000  # characters
_AS_CALLS = 'Write calls, as in "conv(5, 6).pool(2)"'
_NEAR = 20  # characters that a message shows, before the fault and behind it

_WORD = re.compile(
    r"""\s*(?:
      (?P<number> (?: \d+ (?:\.\d*)? | \.\d+ ) (?: [eE][+-]?\d+ )? )
    | (?P<text> "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' )
    | (?P<name> [^\W\d]\w* )
    | (?P<mark> [().,=\[\]-] )
    | (?P<end> \Z )
    )""",
    re.VERBOSE,
)
_CONSTANTS = {"True": True, "False": False, "None": None}
_METHODS = {name for name, m in vars(FluentMethods).items() if isinstance(m, fluent)}
_METHODS |= {"add", "calling_as_functions"}


@guarded
def from_text(text: str, input: ShapeLike | None = None) -> Sequential:
    """Return the network that a text describes, by the calls that would make it.

    Calls are separated by dots or spaces; one without arguments needs no brackets:
    ``"conv(5, 6) relu pool(2) fc(10)"``. What `repr` shows of a network is read, too.
    Nothing of the text is run. It has at most 1,000,000 characters, 100 brackets
    within one another, and numbers of 300 digits.

    Args:
        text: The calls.
        input: The input shape; None leaves it to the text.

    Raises:
        ConfigError: If the text cannot be read, or a layer not be made so; the
            message says where.
        UnknownNameError: If there is no such layer.
        ShapeError: If a layer cannot take what reaches it.

    Example:
        >>> from cnncalc import from_text
        >>> net = from_text("conv(5, 6) norm pool(2)", input=(32, 32, 1))
        >>> net
        Sequential(input=(32, 32, 1)).conv(5, 6).norm().pool(2)
        >>> from_text(repr(net)) == net
        True
    """
    words: Any = text
    if not isinstance(words, str):
        why = f"a network is read from a text, and this is {for_message(words)}"
        raise ConfigError(why, 'Write its calls: "conv(5, 6).pool(2)"')
    limited(len(text), _LONGEST, "characters")
    return _Reader(text).network(input)


class _Word(NamedTuple):
    """A word of a text: its kind, what it is, and where it begins."""

    kind: str
    text: str
    at: int


class _Reader:
    """A text that is read from left to right, with the next word in sight."""

    def __init__(self, text: str) -> None:
        self._text, self._end, self._depth = text, 0, 0
        self._ends_with_comma = False
        self._word = self._found()

    def network(self, input: ShapeLike | None) -> Sequential:
        """Return the network that the whole text describes."""
        net: Any = Sequential(input)
        if self._word.text == "Sequential":
            net = self._class()
            net = net if input is None else net.on(input)
        net = self._calls(net)
        if self._word.kind != "end":
            self._refuse(f"{self._word.text!r} is no layer")
        return net  # type: ignore[no-any-return]

    # Words.

    def _found(self) -> _Word:
        """Return the word that comes next."""
        found = _WORD.match(self._text, self._end)
        if found is None:
            rest = self._text[self._end :].lstrip()
            self._word = _Word("", rest[0], len(self._text) - len(rest))
            self._refuse(f"{rest[0]!r} has no meaning here")
        self._end, kind = found.end(), str(found.lastgroup)
        return _Word(kind, found[kind], found.start(kind))

    def _next(self) -> str:
        """Go on by one word, and return the one that is left behind."""
        before, self._word = self._word, self._found()
        return before.text

    def _sees(self, *marks: str) -> bool:
        return self._word.kind == "mark" and self._word.text in marks

    def _takes(self, *marks: str) -> bool:
        """Tell whether one of these marks comes next, and go on behind it."""
        seen = self._sees(*marks)
        if seen:
            self._next()
        return seen

    def _refuse(self, why: str) -> NoReturn:
        raise ConfigError(why, _AS_CALLS, place=self._place(self._word.at))

    def _place(self, at: int) -> str:
        near = f"{self._text[max(at - _NEAR, 0) : at]}▸{self._text[at : at + _NEAR]}"
        return f"character {at + 1}, {near}"

    def _unknown(self, at: int, name: str, names: list[str]) -> CnncalcError:
        """Return the error that there is no such layer, with what is meant."""
        from cnncalc.words.table import word_of

        error = unknown_name("layer", name, names)
        for row in word_of(name, "layer"):
            method = row.method[1:] or f"add({row.ours})"
            error.fix = f"Write {row.ours if name[0].isupper() else method}"
        if any(word_of(name, "import")):  # a module, as of torch.nn
            error.fix = _AS_CALLS
        return error.at_place(self._place(at))

    # Calls.

    def _calls(self, net: Any) -> Any:
        """Return a network with the calls that come next; a class adds its value."""
        while self._takes(".") or self._word.kind == "name":
            at, name = self._word.at, self._word.text
            if self._word.kind != "name":
                self._refuse("a layer is missing")
            if name[0].isupper():
                net = net.add(self._class())
                continue
            if name not in _METHODS:
                raise self._unknown(at, name, sorted(_METHODS))
            self._next()
            net = self._made(at, getattr(net, name))
        return net

    def _class(self) -> Any:
        """Return the value of a class that is called next."""
        at, name = self._word.at, self._next()
        own = {"Sequential": Sequential, "Shape": Shape}
        homes = [room for room in (layers, blocks, graph) if name in room.__all__]
        if name not in own and not homes:
            names = [each for room in (layers, blocks, graph) for each in room.__all__]
            raise self._unknown(at, name, names)
        made = self._made(at, own.get(name) or getattr(homes[0], name))
        return self._calls(made) if name == "Sequential" else made

    def _made(self, at: int, make: Any) -> Any:
        """Return what a call makes of the arguments that come next, if any."""
        args: list[Any] = []
        fields: dict[str, Any] = {}
        if self._takes("("):
            for name, value in self._values(")", named=True):
                if name is None:
                    args.append(value)
                elif name in fields:
                    self._refuse(f"{name} is given twice")
                else:
                    fields[name] = value
        try:
            return make(*args, **fields)
        except CnncalcError as error:
            raise error.at_place(self._place(at)) from None

    # Values.

    def _values(self, end: str, *, named: bool) -> list[tuple[str | None, Any]]:
        """Return the values up to a bracket, with the names that stand before them."""
        self._depth += 1
        if self._depth > DEEPEST:
            self._refuse(f"there are more than {DEEPEST} brackets within one another")
        found, self._ends_with_comma = [], False
        while not self._takes(end):
            name = None
            if named and self._word.kind == "name" and self._text_goes_on("="):
                name = self._next()
                self._next()
            found.append((name, self._value()))
            self._ends_with_comma = self._takes(",")
            if not self._ends_with_comma and not self._sees(end):
                self._refuse(f"a comma or {end!r} is missing")
        self._depth -= 1
        return found

    def _text_goes_on(self, mark: str) -> bool:
        return self._text[self._end :].lstrip()[:1] == mark

    def _value(self) -> Any:
        """Return the value that comes next."""
        kind, text = self._word.kind, self._word.text
        if kind == "number":
            return self._number()
        if kind == "text":
            return ast.literal_eval(self._next())  # of one text: its escapes
        if kind == "name":
            if text in _CONSTANTS:
                return _CONSTANTS[self._next()]
            return self._class() if text[0].isupper() else self._calls(Sequential())
        if self._takes("-"):
            return -self._number()
        for start, end in ("()", "[]"):
            if self._takes(start):
                values = tuple([value for _, value in self._values(end, named=False)])
                alone = start == "(" and len(values) == 1 and not self._ends_with_comma
                return values[0] if alone else values
        return self._refuse("a value is missing")

    def _number(self) -> int | float:
        text = self._word.text
        if self._word.kind != "number":
            self._refuse("a number is missing")
        if len(text) > MOST_DIGITS:
            self._refuse(f"a number has more than {MOST_DIGITS} digits")
        self._next()
        return int(text) if text.isdecimal() else float(text)
