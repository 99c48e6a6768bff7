"""Answers: whatever a question returns is a report, in every format.

An answer states its table as data. What writes a format stands below, in `report`, and
is asked for by its place when somebody wants a text: an analysis knows columns and
units, and no format.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypedDict, cast, overload

from cnncalc._lazy import modules
from cnncalc._typing import Self, Unpack, override
from cnncalc.answers.output import PathName, given
from cnncalc.answers.table import Column, Table
from cnncalc.door import guarded, guarded_call
from cnncalc.errors import ArgumentError, unknown_name
from cnncalc.refusals import NoNumber, Unchanging, missing, refused

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FOR_PROGRAMS", "Answer", "Record", "Report", "Write", "Written"]
__all__ += ["written_as"]

_SHOWN = 20, 5  # of a long table, how many first and last lines are printed
FOR_PROGRAMS = frozenset({"csv", "json", "pandas"})  # formats of exact numbers

_modules = {
    **modules("cnncalc.report", "style"),
    **modules("cnncalc.report.render", "as_html as_pandas terminal text"),
}


class Written(TypedDict, total=False):
    """The ways to write numbers and titles that every question for a report takes.

    Attributes:
        units: Of counts: "exact", "auto", or one for all, as "K", "G" or "Mi".
        byte_units: "binary" for KiB and MiB, "decimal" for kB and MB.
        layout: The order of shapes, "HWC" or "CHW".
        language: Of titles, "en" or "zh".
    """

    units: str
    byte_units: str
    layout: str
    language: str


class Write(Protocol):
    """Returns a text, or with a path writes it to that file."""

    @overload
    def __call__(self, path: None = None) -> str: ...
    @overload
    def __call__(self, path: PathName) -> None: ...


class Writer(Protocol):
    """A method that does so, as checkers are told of it."""

    def __get__(self, answer: Any, owner: type[Any]) -> Write: ...


def written_as(kind: str, about: str, package: str = "cnncalc.report.render") -> Writer:
    """Return the method ``to_KIND`` of an answer.

    Args:
        kind: The name of the format.
        about: What the method says of itself.
        package: Where the module ``as_KIND`` stands, which renders it.
    """
    module = modules(package, f"as_{kind}")[f"as_{kind}"]

    def write(self: Answer, path: PathName | None = None) -> str | None:
        whole = {"page": True} if kind == "html" and path is not None else {}
        return given(module.render(self._data(kind), **whole), path)

    write.__doc__, write.__name__ = about, f"to_{kind}"
    return cast("Writer", guarded_call(write, f"report.to_{kind}", skipped=1))


@guarded("report")
class Answer(NoNumber, Unchanging):
    """The answer to a question: a table, with totals below, in every format.

    Its `str` is a short table, with the first and the last lines of a long one; so is
    what a notebook shows. The methods ``to_*`` have all of it: they return it in a
    format, or write it to a file, and return text where they get no path.
    """

    __slots__ = ()

    _another = "another: each question takes options, as net.summary(depth=1) does"
    _instead = "report.table.lines, or report.to_pandas()"

    _how: Mapping[str, Any] = {}

    if not TYPE_CHECKING:  # which tells of this itself
        __call__ = refused("a report is no function", "print(report)")

    @override
    def __init_subclass__(cls, *, is_read_often: bool = False, **words: Any) -> None:
        """Let the table that a class states be written as somebody wants it.

        Args:
            is_read_often: Whether it is a named tuple of which a field must be read
                fast. Wrong names are left to Python then, since what tells of them
                would make every attribute slower.
            words: What other bases take.
        """
        super().__init_subclass__(**words)
        if is_read_often:
            # Where Python's cache of attributes has no place for one, it looks through
            # all classes, and through this one first.
            for name in cls._fields:  # type: ignore[attr-defined]
                type.__setattr__(cls, name, getattr(cls, name))
        else:
            type.__setattr__(cls, "__getattr__", _missing)
        for name, does in _of_container(cls).items():
            if name not in vars(cls):
                type.__setattr__(cls, name, does)
        stated = vars(cls).get("table")
        if type(stated) is property:
            shown = _InStyle(stated.fget, doc=stated.__doc__)
            type.__setattr__(cls, "table", shown)

    @property
    def table(self) -> Table:
        """The table as data."""
        raise NotImplementedError

    def _written(self, how: Mapping[str, Any]) -> Self:
        """Return this answer, whose numbers and titles are written so from now on.

        Args:
            how: Options as of `Written`.

        Raises:
            OptionError: If one is not what it may be.
        """
        if how:
            _modules["style"].changes_of(how)
            self._how = how  # type: ignore[misc]  # of classes without slots
        return self

    def _data(self, kind: str) -> Any:
        """Return what is written in a format."""
        return self.table if kind in FOR_PROGRAMS else self.table.as_shown()

    def _shown(self) -> Table:
        """Return what is printed, and shown in a notebook."""
        return self.table.as_shown().shortened(*_SHOWN)

    @overload
    def to_text(
        self,
        path: None = None,
        *,
        width: int | None = None,
        box: bool = False,
        color: bool | None = None,
    ) -> str: ...
    @overload
    def to_text(
        self,
        path: PathName,
        *,
        width: int | None = None,
        box: bool = False,
        color: bool | None = None,
    ) -> None: ...
    def to_text(
        self,
        path: PathName | None = None,
        *,
        width: int | None = None,
        box: bool = False,
        color: bool | None = None,
    ) -> str | None:
        """Return the table as text, or write it to a file.

        Args:
            path: The file to write.
            width: How many characters a line may have: formulas and names are
                wrapped, numbers never. None sets no limit.
            box: Whether to draw lines around the cells.
            color: Whether titles are bold and zeros dim. None asks the terminal that
                is written to, and the variables NO_COLOR and FORCE_COLOR.

        Raises:
            OptionError: If *width* is no positive integer, or *box* or *color* no flag.
        """
        look = _modules["terminal"].looked(width, box, color, is_file=path is not None)
        return given(_modules["text"].render(self._data("text"), **look), path)

    to_html = written_as(
        "html",
        "Return the table as HTML for a notebook, or write a page to a file.",
    )
    to_markdown = written_as(
        "markdown", "Return the table as Markdown, or write it to a file."
    )
    to_csv = written_as(
        "csv", "Return the rows as CSV, without the totals, or write them to a file."
    )
    to_json = written_as(
        "json", "Return the table as JSON, as its schema says, or write it to a file."
    )
    to_latex = written_as(
        "latex", "Return the table as a LaTeX ``tabular`` with booktabs, or write it."
    )

    def to_pandas(self) -> pd.DataFrame:
        """Return the table as a data frame, with columns by key and typed.

        Raises:
            OptionError: If pandas is not installed.
        """
        frame: pd.DataFrame = _modules["as_pandas"].render(self._data("pandas"))
        return frame

    def styled(self, **told: Unpack[Written]) -> Report:
        """Return it as a report whose numbers and titles are written in another way.

        Args:
            units: Of counts: "exact", "auto", or one for all, as "K", "G" or "Mi".
            byte_units: "binary" for KiB and MiB, "decimal" for kB and MB.
            layout: The order of shapes, "HWC" or "CHW".
            language: Of titles, "en" or "zh".

        Raises:
            OptionError: If an option is none of those above.

        Example:
            >>> from cnncalc import zoo
            >>> plan = zoo.lenet().memory_plan()
            >>> print(plan.styled(byte_units="decimal").table.totals[0].value)
            23520
        """
        restyled = _modules["style"].restyled
        return Report(restyled(self.table, told), restyled(self._shown(), told))

    def _repr_html_(self) -> str | None:
        html: str = _modules["as_html"].render(self._shown())
        return html

    @override
    def __str__(self) -> str:
        look = _modules["terminal"].looked_at_terminal()
        text: str = _modules["text"].render(self._shown(), **look)
        return text

    __repr__ = __str__


_missing = missing("missing_from_answer")


def _item(answer: Any, key: Any) -> Any:
    """Return an item of an answer that is a tuple; it is their ``__getitem__``."""
    if isinstance(key, str):
        if not hasattr(answer, key):
            _missing(answer, key)
        raise ArgumentError("its parts are attributes", f"Write report.{key}")
    return tuple.__getitem__(answer, key)


def _no_item(answer: Any, key: Any) -> Any:
    """Tell of a key that an answer does not have; it is their ``__missing__``."""
    raise unknown_name("line", str(key), answer)


# What an answer that is a tuple, list or dictionary, too, does as those do.
_CONTAINERS = {
    tuple: "__add__ __mul__ __rmul__ __lt__ __le__ __gt__ __ge__",
    list: "__add__ __mul__ __rmul__ __lt__ __le__ __gt__ __ge__",
    dict: "__or__ __ror__",
}
_NO_LINES = refused(
    "a report has a table", 'report.table.lines, or report.to_pandas()["params"]'
)


def _of_container(cls: Any) -> dict[str, Any]:
    """Return the methods by which answers of a class hold others, or do not."""
    for held, names in _CONTAINERS.items():
        if issubclass(cls, held):
            does = {name: getattr(held, name) for name in names.split()}
            by_name = {tuple: {"__getitem__": _item}, dict: {"__missing__": _no_item}}
            return does | by_name.get(held, {})
    if hasattr(cls, "__getitem__"):
        return {}
    lacks = [name for name in ("__iter__", "__len__") if not hasattr(cls, "__iter__")]
    none = dict.fromkeys(("__getitem__", *lacks), _NO_LINES)
    return none | {"__bool__": lambda _: True}


class _InStyle(property):
    """A table, in the style that its answer was asked for."""

    @override
    def __get__(self, answer: Any, owner: Any = None) -> Any:
        found = super().__get__(answer, owner)
        how = {} if answer is None else answer._how
        return _modules["style"].restyled(found, how) if how else found


@guarded("report")
class Report(Answer):
    """A table, which is printed whole.

    Args:
        table: The table.
        shown: What is printed instead.
    """

    __slots__ = ("_brief", "_table")

    def __init__(self, table: Table, shown: Table | None = None) -> None:
        self._table, self._brief = table, shown

    @property
    @override
    def table(self) -> Table:
        return self._table

    @override
    def _shown(self) -> Table:
        return self._brief or self.table


class Record(Answer):
    """An answer of one line, which is a tuple; it is printed as a list of its parts.

    A class that has it behind the tuple keeps the `repr` of the tuple.
    """

    __slots__ = ()

    _title: ClassVar[str]
    _columns: ClassVar[tuple[Column, ...]]

    if TYPE_CHECKING:

        def __iter__(self) -> Iterator[Any]: ...

    @property
    @override
    def table(self) -> Table:
        """The table as data: a column for each part."""
        return Table(self._title, self._columns, (tuple(self),), ())

    @override
    def _shown(self) -> Table:
        return self.table.as_list()
