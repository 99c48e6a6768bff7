"""Blocks of any parts: branches that join, shortcuts, and repeats."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.blocks.chain import OPTIONAL_PART, PART, Composite
from cnncalc.checks import Mixed, integer
from cnncalc.errors import CnncalcError, ConfigError
from cnncalc.graph.block import Block, Tensor, is_part
from cnncalc.graph.making import Making
from cnncalc.graph.wrappers import Named
from cnncalc.layers.base import Layer
from cnncalc.layers.elementwise import Add
from cnncalc.layers.fields import count
from cnncalc.layers.merge import Concat
from cnncalc.sizes.number import in_symbols
from cnncalc.sizes.remembering import is_column

__all__ = ["Branch", "Copies", "Repeat", "Residual", "branch", "named_arm"]


def _arms(value: Iterable[Layer | Block]) -> tuple[Layer | Block, ...]:
    given: Any = value
    # An open network can be iterated, too, and is one arm, which is refused.
    if isinstance(value, Block) or not isinstance(value, Iterable):
        return given  # type: ignore[no-any-return]
    return tuple(value)


@final
@frozen(eq=False, repr=False)
class Branch(Composite):
    """Apply several arms to one input, and join what they put out.

    Args:
        arms: Layers or blocks, such as open networks; an empty one is the identity.
        join: What joins them.
        name: What to call its scope.

    Shape:
        That of the join, on what the arms put out.

    Raises:
        ConfigError: If an arm is no layer or block.
        ShapeError: If the arms do not fit together; the message names the arm.

    Example:
        >>> from cnncalc import Add, Sequential
        >>> arm = Sequential().conv(3, 8, padding=1)
        >>> net = Sequential(input=(9, 9, 8)).branch(arm, Sequential(), join=Add())
        >>> [row.path for row in net.nodes]
        ['branch1/arm1/conv1', 'branch1/add1']
    """

    arity: ClassVar[tuple[int, int] | None] = None

    arms: tuple[Layer | Block, ...] = field(
        converter=_arms,
        metadata={
            "good": lambda value: isinstance(value, tuple) and _are_parts(value),
            "expected": "one or more layers or blocks, such as open Sequentials",
        },
    )
    join: Layer | Block = field(factory=Concat, metadata=PART)

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        outputs = []
        for number, arm in enumerate(self.arms, 1):
            outputs.append(g.add(named_arm(arm, f"arm{number}"), *xs))
        return g.add(self.join, *outputs)


def _are_parts(arms: tuple[Any, ...]) -> bool:
    return len(arms) > 0 and all(map(is_part, arms))


def branch(
    *arms: Layer | Block,
    join: Layer | Block = Concat(),  # noqa: B008 - a value
    name: str | None = None,
) -> Branch:
    """Apply several arms to one input, and join what they put out; see `Branch`."""
    return Branch(arms, join, name=name)


@final
@frozen(eq=False, repr=False)
class Repeat(Composite):
    """Apply copies of a part one after another, each with weights of its own.

    Args:
        count: How many copies.
        body: A layer or block, such as an open network.
        name: What to call its scope; the copies in it are called 1, 2, ...

    Shape:
        That of the last copy.

    Raises:
        ConfigError: If *count* is no positive integer, or *body* no layer or block.

    Example:
        >>> from cnncalc import Sequential
        >>> net = Sequential(input=(9, 9, 3)).repeat(2, Sequential().conv(3, 8).relu())
        >>> [row.path for row in net.nodes][:3]
        ['repeat1/1/conv1', 'repeat1/1/relu1', 'repeat1/2/conv1']
    """

    count: int = field(converter=integer, metadata=count("n"))
    body: Layer | Block = field(metadata=PART)

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        (x,) = xs
        if is_column(self.count):
            return g.add(Copies(self.count, self.body), x)
        if in_symbols((self.count,)):
            why = f"it is repeated {self.count} times"
            raise ConfigError(why, "Give a number: each copy is nodes of its own")
        for number in range(1, self.count + 1):
            x = g.add(Named(self.body, str(number)), x)
        return x


@final
@frozen(eq=False, repr=False)
class Copies(Composite):
    """Copies of a part one after another, for many networks at once.

    What keeps its shape is lowered once: what all cost is so many times what one does.

    Args:
        count: How many in each network, from 0 on: a column.
        body: A layer or block.
    """

    _name_stem: ClassVar[str | None] = ""

    count: int
    body: Layer | Block

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        (x,) = xs
        try:
            y = g.add(self.body, x)
        except CnncalcError:
            _ = self.count >= 1  # who has none of it is parted from the others
            raise
        if y.shape != x.shape or y.of.shares or len(y.of.inputs) > 1:
            raise Mixed(self.count, "a number of parts")
        g.times = self.count
        return y


@final
@frozen(eq=False, repr=False)
class Residual(Composite):
    """Add what a body makes of its input to the input, or to a shortcut's output.

    Args:
        body: A layer or block, such as an open network.
        shortcut: What is applied on the way past the body; None is the identity.
        join: What joins them.
        name: What to call its scope.

    Shape:
        That of the body, which must be that of the shortcut.

    Raises:
        ConfigError: If *body*, *shortcut* or *join* is no layer or block.
        ShapeError: If body and shortcut differ in shape.

    Source:
        He et al. 2015, https://arxiv.org/abs/1512.03385, figure 2.

    Example:
        >>> from cnncalc import Sequential
        >>> body = Sequential().conv(3, 8, padding=1).relu().conv(3, 8, padding=1)
        >>> net = Sequential(input=(9, 9, 8)).residual(body).relu()
        >>> [row.path for row in net.nodes][-2:], net["residual1/add1"].inputs
        (['residual1/add1', 'relu1'], ('residual1/conv2', 'input1'))
    """

    arity: ClassVar[tuple[int, int] | None] = None

    body: Layer | Block = field(metadata=PART)
    shortcut: Layer | Block | None = field(default=None, metadata=OPTIONAL_PART)
    join: Layer | Block = field(factory=Add, kw_only=True, metadata=PART)

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        outputs = [g.add(self.body, *xs)]
        if self.shortcut is None:
            outputs += xs
        else:
            outputs.append(g.add(named_arm(self.shortcut, "shortcut"), *xs))
        return g.add(self.join, *outputs)


def named_arm(part: Layer | Block, name: str) -> Layer | Block:
    """Return *part* under that name if it is a block without one, to be a group."""
    if isinstance(part, Block) and not part.name and not part.default_name:
        return Named(part, name)
    return part
