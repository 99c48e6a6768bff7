"""A row of a model's YAML as the rules see it, and the convolution of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from math import ceil, gcd
from typing import Any

from attrs import frozen

from cnncalc.errors import ConfigError
from cnncalc.graph.block import Tensor
from cnncalc.interop.reading import Unread, check_numbers
from cnncalc.layers import Activation, Add, Concat, Conv2d, Norm, Pool
from cnncalc.network.builder import Builder
from cnncalc.sizes.shape import Shape

__all__ = [
    "MOST_LAYERS",
    "Module",
    "Setup",
    "Texts",
    "TooManyError",
    "YoloModel",
    "by_eight",
]


def by_eight(n: float) -> int:
    """Return the next multiple of 8: widths are such.

    Example:
        >>> by_eight(0.25 * 80)
        24
    """
    return ceil(n / 8) * 8


@frozen
class Setup:
    """The facts that a YAML states for all its rows.

    Attributes:
        classes: How many classes it tells apart.
        depth: By what repeats are multiplied.
        width: By what channels are multiplied.
        most: How many channels a row has at most, before they are.
        scale: The letter of its scale; empty if it has none.
        activation: What follows each convolution.
        keypoints: How many values the points of a pose are.
        bins: How many bins the distance to a side of a box has.
        end_to_end: Whether its head has a second one, which needs no suppression.
        modern: Whether rows are of versions from 11 on, which have other heads.
    """

    classes: int
    depth: float = 1.0
    width: float = 1.0
    most: float = float("inf")
    scale: str = ""
    activation: str = "silu"
    keypoints: tuple[int, ...] = (17, 3)
    bins: int = 16
    end_to_end: bool = False
    modern: bool = False

    def channels(self, n: Any) -> int:
        """Return how many channels a row has that says *n*.

        Raises:
            Unread: If that is no number.
        """
        if not isinstance(n, (int, float)):
            raise Unread(f"its channels are {n!r}, and no number")
        return int(n) if n == self.classes else by_eight(min(n, self.most) * self.width)


class Texts:
    """The embeddings of the classes' names, an input that is there once it is used.

    Args:
        model: The model in the making.
    """

    def __init__(self, model: YoloModel) -> None:
        self._model = model
        self._first: Tensor | None = None
        self._now: Tensor | None = None

    def first(self) -> Tensor:
        """Return them as they reach the network."""
        if self._first is None:
            shape = (self._model.setup.classes, _EMBEDDING)
            self._first = self._model.g.input(shape, name="texts")
        return self._first

    def __call__(self) -> Tensor:
        """Return them as the picture has changed them, if it has."""
        return self._now or self.first()

    def became(self, texts: Tensor) -> None:
        """Let later modules see them changed."""
        self._now = texts


_MOST = 1_000_000  # of an argument; such a number of channels or repeats fits
_EMBEDDING = 512  # numbers of a name, as CLIP makes them


class YoloModel:
    """A model in the making.

    Args:
        g: What its nodes are added to.
        setup: What its YAML says of all rows.
    """

    def __init__(self, g: Builder, setup: Setup) -> None:
        self.g, self.setup, self.texts = g, setup, Texts(self)
        self._count = 0

    def add(self, part: Any, *xs: Tensor, name: str | None = None) -> Tensor:
        """Return what a layer puts out.

        Raises:
            ConfigError: If there are too many of them.
            Unread: If its row has letters in place of numbers.
        """
        self._count += 1
        if self._count > MOST_LAYERS:
            why = f"its rows become more than {MOST_LAYERS:,} layers"
            raise TooManyError(why, "Let its modules repeat less often")
        check_numbers(part, *xs)
        found: Tensor = self.g.add(part, *xs, name=name)
        return found


MOST_LAYERS = 10_000


class TooManyError(ConfigError):
    """More layers than a model has, as a hostile one asks for."""


@frozen(eq=False)
class Module:
    """A module of a row: what it is given, and where it is put.

    Attributes:
        model: The model in the making.
        kind: What it is called.
        args: What the row gives it.
        xs: What reaches it.
        repeats: How often what is in it is repeated.
    """

    model: YoloModel
    kind: str
    args: Sequence[Any]
    xs: Sequence[Any]
    repeats: int = 1

    @property
    def setup(self) -> Setup:
        """The facts of all rows."""
        return self.model.setup

    @property
    def texts(self) -> Texts:
        """The embeddings of the classes' names, for heads of words."""
        return self.model.texts

    @property
    def x(self) -> Tensor:
        """The first that reaches it."""
        first: Tensor = self.xs[0]
        return first

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The shapes of what reaches it."""
        return tuple([x.shape for x in self.xs])

    def get(self, place: int, default: Any = None) -> Any:
        """Return what the row gives at a place, counted from 0.

        Raises:
            Unread: If it is a number that no model has.
        """
        found = self.args[place] if place < len(self.args) else None
        if type(found) is int and not -_MOST < found < _MOST:
            raise Unread(f"its argument {place} is larger than those of any model")
        return default if found is None else found

    @property
    def filters(self) -> int:
        """The number of channels it puts out, the first that the row gives, scaled."""
        return self.setup.channels(self.get(0))

    @contextmanager
    def at(self, *names: str) -> Iterator[None]:
        """Put what is added meanwhile into groups of these names."""
        if not names:
            yield
            return
        with self.model.g.scope(names[0]), self.at(*names[1:]):
            yield

    def add(self, part: Any, *xs: Tensor, name: str | None = None) -> Tensor:
        """Return what a layer puts out."""
        return self.model.add(part, *xs, name=name)

    def conv(
        self,
        x: Tensor,
        filters: int,
        kernel: Any = 1,
        stride: Any = 1,
        *,
        name: str | None = None,
        act: bool | str = True,
        padding: Any = None,
        **fields: Any,
    ) -> Tensor:
        """Return a convolution, a batch norm, and an activation, if there is one.

        Args:
            x: What reaches it.
            filters: How many channels it puts out.
            kernel: Its size.
            stride: Its step.
            name: Of the group; None is where it is.
            act: Whether the activation of all follows, or which other does.
            padding: None keeps the size at stride 1.
            fields: Other fields of `Conv2d`: groups, dilation.
        """
        if padding is None:
            padding = _half(kernel, fields.get("dilation", 1))
        sizes = {"stride": _axes(stride), "padding": _axes(padding), **fields}
        layer = Conv2d(_axes(kernel), filters, bias=False, **sizes)
        with self.at(*filter(None, [name])):
            y = self.add(Norm(), self.add(layer, x, name="conv"), name="bn")
            word = self.setup.activation if act is True else act
            return self.add(Activation(word), y, name="act") if word else y

    def depthwise(self, x: Tensor, filters: int, kernel: Any, **fields: Any) -> Tensor:
        """Return a convolution of as many groups as its channels have in common."""
        groups = gcd(x.shape.channels, filters)
        return self.conv(x, filters, kernel, groups=groups, **fields)

    def cat(self, *xs: Tensor) -> Tensor:
        """Return values behind one another along the channels."""
        return self.add(Concat(), *xs)

    def joined(self, x: Tensor, y: Tensor, wanted: bool = True) -> Tensor:
        """Return their sum, if it is wanted, and both have the same channels."""
        if wanted and x.shape.channels == y.shape.channels:
            return self.add(Add(), x, y)
        return y

    def pool(self, x: Tensor, size: int, name: str | None = None) -> Tensor:
        """Return the maxima of windows around each position."""
        return self.add(Pool(size, 1, padding=size // 2), x, name=name)

    def chained(
        self, x: Tensor, rules: Iterable[Callable[[Tensor], Tensor]], name: str = "m"
    ) -> list[Tensor]:
        """Return what each of a chain of modules puts out, numbered in a group."""
        found = []
        with self.at(name):
            for number, rule in enumerate(rules):
                with self.at(str(number)):
                    x = rule(x)
                found.append(x)
        return found

    def repeated(self, x: Tensor, rule: Callable[[Tensor], Tensor]) -> Tensor:
        """Return what the last of a chain of the same module puts out."""
        return self.chained(x, [rule] * self.repeats)[-1]


def _axes(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _half(kernel: Any, dilation: Any) -> Any:
    """Return the padding that keeps a size at stride 1."""
    if isinstance(kernel, (list, tuple)):
        return tuple([_half(k, dilation) for k in kernel])
    if not isinstance(kernel, int) or not isinstance(dilation, int):
        raise Unread(f"its kernel is {kernel!r}, and no number")
    return dilation * (kernel - 1) // 2
