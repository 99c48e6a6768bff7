"""Expressions in symbols: what a network's numbers are, whatever its size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from importlib import import_module
from itertools import chain
from keyword import iskeyword
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cnncalc._lazy import modules
from cnncalc._typing import Never, override
from cnncalc.checks import checked_count, for_message, integer, is_count
from cnncalc.door import guarded
from cnncalc.errors import ArgumentError, OptionError, ShapeError
from cnncalc.refusals import refused
from cnncalc.sizes.arithmetic import Notation, write
from cnncalc.sizes.bound import AtLeast
from cnncalc.symbolic.conditions import Condition
from cnncalc.symbolic.evaluation import evaluated
from cnncalc.symbolic.operations import Operations
from cnncalc.symbolic.polynomial import Polynomial, as_polynomial, variable
from cnncalc.symbolic.size import Size, made_size
from cnncalc.symbolic.together import conditions_text, meeting, restated, violated
from cnncalc.symbolic.writing import as_text, tree

__all__ = ["Expression", "Symbol", "expression_of"]

_NOTHING: Mapping[str, int] = MappingProxyType({})

_modules = {
    **modules("cnncalc.explain", "as_html as_latex"),
    **modules("cnncalc.draw", "curves"),
}


@guarded("expression")
class Expression(Operations):
    """A number as an exact expression in the sizes of a network's input.

    It is a polynomial with integer coefficients over symbols and over quotients that
    are rounded, in a canonical form: equal arithmetic is equal, and looks equal. Where
    it holds for some sizes alone, its conditions say for which. As arithmetic that is
    written in any notation it is a `cnncalc.sizes.arithmetic.Arithmetic`.

    Attributes:
        polynomial: The arithmetic.
        symbols: The names of the sizes that it may depend on.
        conditions: What they must be like, each with a text and with `holds`.
        is_bound: Whether it is only known to be at least so much: something in the
            network is unknown.
        like: For symbols the number that rules of layers take them for.

    Example:
        >>> from cnncalc import Sequential
        >>> net = Sequential(input=(224, 224, 3)).conv(7, 64, stride=2, padding=3)
        >>> macs = net.symbolic().macs
        >>> print(macs, macs.at(H=224, W=224), macs.at(H=97, W=131))
        9,408·⌈H/2⌉·⌈W/2⌉ 118013952 30425472
        >>> print(macs.in_terms_of(H=2 * Symbol("h"), W=2 * Symbol("w")), 2 * macs)
        9,408·h·w 18,816·⌈H/2⌉·⌈W/2⌉
    """

    __slots__ = ()

    def __init__(
        self,
        polynomial: Polynomial,
        symbols: Iterable[str] = (),
        conditions: tuple[Condition, ...] = (),
        *,
        is_bound: bool = False,
        like: Mapping[str, int] = _NOTHING,
    ) -> None:
        self.polynomial, self.conditions = polynomial, conditions
        self.symbols, self.is_bound, self.like = tuple(symbols), is_bound, like

    if not TYPE_CHECKING:  # which tells of this itself
        __call__ = refused("an expression is no function", "macs.at(H=224, W=224)")

    # What it is at a size, and in other words.

    def at(self, *unnamed: Never, **sizes: int) -> int:
        """Return the number for some sizes: an `AtLeast` where only that is known.

        Args:
            unnamed: None: sizes have names.
            sizes: Each size by its symbol: ``H=224``.

        Raises:
            OptionError: If a size is no positive integer, is not given, or is of no
                symbol that it has.
            ShapeError: If its conditions do not hold for these.
        """
        _check_named("at", unnamed, self.symbols)
        known = checked_sizes(sizes, self.symbols, self._needed)
        failed = violated(self.conditions, known)
        if failed:
            given = ", ".join(f"{name} = {size}" for name, size in known.items())
            why = f"it holds for {conditions_text(failed)}, and not for {given}"
            fix = "Ask the network on that size: net.on(shape).symbolic()"
            raise ShapeError(why, fix)
        number: int = evaluated(self.polynomial, known)
        return AtLeast(number) if self.is_bound else number

    def holds(self, *unnamed: Never, **sizes: int) -> bool:
        """Tell whether its conditions hold for some sizes.

        Raises:
            OptionError: As of `at`.
        """
        _check_named("holds", unnamed, self.symbols)
        known = checked_sizes(sizes, self.symbols, self._needed)
        return not violated(self.conditions, known)

    def in_terms_of(self, **sizes: Any) -> Expression:
        """Return the same with other expressions for its symbols.

        Args:
            sizes: For a symbol an integer, or an expression of others.

        Raises:
            OptionError: If it has no such symbol, or something else is given for one.

        Example:
            >>> from cnncalc import zoo
            >>> h = Symbol("h")
            >>> print(zoo.resnet18().symbolic().macs.in_terms_of(H=32 * h, W=32 * h))
            37,011,456·h² + 512,000
        """
        given = {}
        for name, size in sizes.items():
            is_name = isinstance(size, str) and size.isidentifier()
            found = expression_of(Symbol(size) if is_name else size)
            if name not in self.symbols:
                raise _no_symbol(name, self.symbols)
            if found is None or (
                found.polynomial.is_constant and found.polynomial.constant < 1
            ):
                why = f"{name} is {for_message(size)}"
                fix = 'Give a positive integer, or an expression: 32 * Symbol("h")'
                raise OptionError(why, fix)
            given[name] = found
        polynomials = {name: variable(name) for name in self.symbols}
        polynomials |= {name: e.polynomial for name, e in given.items()}
        names = [s for name in self.symbols for s in _symbols_for(name, given)]
        conditions = [e.conditions for e in given.values()]
        return Expression(
            as_polynomial(evaluated(self.polynomial, polynomials)),
            dict.fromkeys(names),
            meeting(restated(self.conditions, polynomials), *conditions),
            is_bound=self.is_bound,
            like=dict(chain(*[e.like.items() for e in (self, *given.values())])),
        )

    def function(self, *names: str) -> Callable[..., Any]:
        """Return a function of its sizes, in plain Python.

        It takes integers, and arrays of NumPy with integers, for all of which it is
        computed at once. It does not look at the conditions: `holds` does.

        Args:
            names: The symbols that are its arguments, in this order; else all.

        Raises:
            OptionError: If a name is none of its symbols, or one of those is missing.

        Example:
            >>> from cnncalc import zoo
            >>> macs = zoo.resnet50().symbolic().macs.function("H", "W")
            >>> macs(224, 224), macs(97, 131)
            (4089184256, 1283932544)
        """
        names = names or self.symbols
        known = dict.fromkeys(names, 1)
        checked_sizes(known, self.symbols, set(self.polynomial.symbols))
        polynomial = self.polynomial

        def function(*sizes: Any) -> Any:
            return evaluated(polynomial, dict(zip(names, sizes, strict=True)))

        function.__doc__ = f"Return {self}."
        return function

    @property
    @override
    def as_size(self) -> Any:
        """The same as a size that layers and shapes may have."""
        known = {name: _usual(name) for name in self.polynomial.symbols}
        known.update(self.like)
        return made_size(self.polynomial, evaluated(self.polynomial, known))

    def draw(self, **how: Any) -> Any:
        """Return a picture of its curve over a size, which all its symbols have.

        Args:
            how: As of `cnncalc.curves`: ``least=1``, ``most=512``, ``title=``,
                ``language=``.

        Raises:
            OptionError: As there.
        """
        return _modules["curves"].curves(self, **how)

    @classmethod
    @override
    def _of(cls, value: Any) -> Expression | None:
        return expression_of(value)

    @override
    def _with(self, other: Any, polynomial: Polynomial) -> Expression:
        return Expression(
            polynomial,
            dict.fromkeys((*self.symbols, *other.symbols)),
            meeting(self.conditions, other.conditions),
            is_bound=self.is_bound or other.is_bound,
            like={**other.like, **self.like},
        )

    # Written in other notations.

    def to_latex(self) -> str:
        """Return it in LaTeX, for mathematics mode."""
        return self._written(_modules["as_latex"].LATEX._replace(times=r" \cdot "))

    def to_mathml(self) -> str:
        """Return it in MathML, the part that all browsers draw."""
        notation = _modules["as_html"].MATHML._replace(times="<mo>·</mo>")
        return f"<math>{self._written(notation)}</math>"

    def to_sympy(self) -> Any:
        """Return it as an expression of SymPy, over positive integers.

        Raises:
            OptionError: If SymPy is not installed.
        """
        try:
            sympy = import_module("sympy")
        except ImportError:
            why = "this needs SymPy, which is not installed"
            raise OptionError(why, "Run: pip install 'cnncalc[symbolic]'") from None
        names = self.polynomial.symbols
        known = {n: sympy.Symbol(n, integer=True, positive=True) for n in names}
        return sympy.sympify(evaluated(self.polynomial, known))

    def _written(self, notation: Notation) -> str:
        text = write(tree(self.polynomial), notation, general=True)
        return f"{notation.at_least}{text}" if self.is_bound else text

    def _repr_latex_(self) -> str:
        return f"${self.to_latex()}$"

    @override
    def __str__(self) -> str:
        text = as_text(self.polynomial)
        return f"≥ {text}" if self.is_bound else text

    @override
    def __repr__(self) -> str:
        return f"<{self}>"

    @override
    def __format__(self, spec: str) -> str:
        if spec and spec[-1] in "eEfFgG%":
            return format(int(self), spec)
        return format(str(self), spec.removesuffix("d").removesuffix(","))

    @override
    def __eq__(self, other: object) -> bool:
        found = expression_of(other)
        if found is None:
            return NotImplemented
        same = self.polynomial == found.polynomial
        return same and self.is_bound == found.is_bound

    @override
    def __hash__(self) -> int:
        return hash(self.polynomial)

    @override
    def __reduce__(self) -> Any:
        state = self.polynomial, self.symbols, self.conditions
        return partial(Expression, is_bound=self.is_bound, like=dict(self.like)), state


def _usual(name: str) -> int:
    """Return what a symbol is taken for where nothing is said of it.

    It is large, and all small numbers divide it, as a rule expects most often; no two
    symbols are alike.
    """
    return 20_160 * (1 + int.from_bytes(name.encode(), "big") % 997)


@guarded
def Symbol(name: str, *, like: int | None = None) -> Expression:  # noqa: N802
    """Return a symbol as an expression, of which others are made.

    Fields of layers, and input shapes, take it for an integer, and it is in the
    expressions of `Network.symbolic` then.

    Args:
        name: A letter, or a word.
        like: The number that it is taken for where a rule compares it, which becomes a
            condition. None is a large one that all small numbers divide, as fits sizes
            and widths; a kernel is not as large: ``Symbol("k", like=3)``.

    Raises:
        OptionError: If it is no name, or *like* no positive integer.

    Example:
        >>> h = Symbol("h")
        >>> print(32 * h - 1, (h + 1) * (h - 1))
        32·h - 1 h² - 1
        >>> from cnncalc import Sequential
        >>> m, n = Symbol("m", like=5), Symbol("n", like=5)
        >>> net = Sequential(input=(28, 28, Symbol("d"))).conv((m, n), Symbol("k"))
        >>> found = net.symbolic()
        >>> print(found.params, "if", *found.conditions)
        (d·m·n + 1)·k if H ≥ m W ≥ n
    """
    if not (isinstance(name, str) and name.isidentifier()) or iskeyword(name):
        why = f"{for_message(name)} is no name of a symbol"
        raise OptionError(why, 'Give a letter or a word, as "H"')
    if like is not None and not is_count(like := integer(like)):
        why = f"like is {for_message(like)}"
        raise OptionError(why, "It must be a positive integer, as of a network")
    known = {} if like is None else {name: like}
    return Expression(variable(name), (name,), like=known)


def checked_sizes(
    sizes: Mapping[str, Any], symbols: Iterable[str], needed: set[str]
) -> dict[str, int]:
    """Return sizes by symbol as plain integers.

    Raises:
        OptionError: If one is no positive integer, is missing, or is of no symbol.
    """
    for name in sizes:
        if name not in symbols:
            raise _no_symbol(name, symbols)
    known = {name: checked_count(name, size) for name, size in sizes.items()}
    missing = sorted(needed - known.keys())
    if missing:
        why = f"{' and '.join(missing)} must be known"
        raise OptionError(why, f"Give {', '.join(f'{name}=224' for name in missing)}")
    return known


def _check_named(question: str, unnamed: Sequence[Any], symbols: Iterable[str]) -> None:
    """Refuse sizes without names.

    Raises:
        ArgumentError: If there is one.
    """
    if unnamed:
        pairs = zip(symbols, unnamed, strict=False)
        sizes = ", ".join(f"{name}={size!r}" for name, size in pairs)
        why = "each size is given by its symbol"
        raise ArgumentError(why, f"Write .{question}({sizes})")


def _no_symbol(name: str, symbols: Iterable[str]) -> OptionError:
    there = " and ".join(symbols) or "none: it is a number"
    return OptionError(f"there is no symbol {name}", f"Its symbols are {there}")


def _symbols_for(name: str, given: Mapping[str, Expression]) -> Iterable[str]:
    return given[name].symbols if name in given else (name,)


def expression_of(value: Any) -> Expression | None:
    """Return an expression, also of an integer or a size; None of all else."""
    if isinstance(value, Expression):
        return value
    if isinstance(value, Size):
        return Expression(value.polynomial, sorted(value.polynomial.symbols))
    number = integer(value)
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    return Expression(as_polynomial(number), is_bound=isinstance(value, AtLeast))
