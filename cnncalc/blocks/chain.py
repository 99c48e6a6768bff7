"""The base of blocks that have fields and a name, and parts one after another."""

from __future__ import annotations

from typing import Any, ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.checks import for_message, integer, is_count
from cnncalc.errors import ConfigError
from cnncalc.graph.block import Block, Tensor, children_of, is_part
from cnncalc.graph.making import Making
from cnncalc.graph.names import Child
from cnncalc.graph.wrappers import Value
from cnncalc.layers.activation import FUNCTIONS, Activation
from cnncalc.layers.base import Layer
from cnncalc.layers.conv import Conv2d
from cnncalc.layers.fields import NAME, Metadata, choice
from cnncalc.layers.interned import Interned
from cnncalc.layers.norm import Norm
from cnncalc.sizes.axes import PadsLike, Pair, PairLike
from cnncalc.sizes.remembering import remembered

__all__ = [
    "FUNCTION",
    "OPTIONAL_FUNCTION",
    "OPTIONAL_PART",
    "PART",
    "Chain",
    "Composite",
    "activated",
    "conv_norm_act",
    "counts",
    "integers",
    "pair",
]


@frozen(eq=False, repr=False)
class Composite(Value, metaclass=Interned):
    """A block with fields, which are checked as those of a layer are.

    Args:
        name: What to call its scope; not part of its equality.
    """

    arity: ClassVar[tuple[int, int] | None] = (1, 1)

    name: str | None = field(  # pyright: ignore[reportIncompatibleMethodOverride]
        default=None, kw_only=True, eq=False, metadata=NAME
    )


PART = {"good": is_part, "expected": "a layer or a block, such as an open Sequential"}

OPTIONAL_PART = {
    "good": lambda value: value is None or is_part(value),
    "expected": "a layer, a block, or None",
}

# Those of an `Activation`, by all their names.
FUNCTION = choice(*FUNCTIONS, "swish")
OPTIONAL_FUNCTION = {
    "good": lambda value: value is None or FUNCTION["good"](value),
    "expected": f"{FUNCTION['expected']}, or None",
}


def counts(length: int | None = None) -> Metadata:
    """Return the facts of a field that is a tuple of positive integers.

    Args:
        length: How many; None is one or more.
    """

    def good(value: Any) -> bool:
        fits = isinstance(value, tuple) and len(value) == (length or len(value))
        return fits and len(value) > 0 and all(map(is_count, value))

    return {
        "good": good,
        "expected": f"{length or 'one or more'} positive integers in a tuple",
    }


def integers(value: Any) -> Any:
    """Return a tuple or list of what supports ``__index__`` as a tuple of `int`."""
    return tuple(map(integer, value)) if isinstance(value, (tuple, list)) else value


def pair(value: PairLike) -> Pair:
    """Return two integers as such a tuple."""
    found: Pair = integers(value)
    return found


# Parts one after another.

_NORM = Norm()


@final
@frozen(eq=False, repr=False, init=False)
class Chain(Value, metaclass=Interned):
    """Apply parts one after another, in the scope of what is around them.

    Args:
        parts: Layers or blocks.

    Raises:
        ConfigError: If a part is no layer or block.
    """

    _name_stem: ClassVar[str | None] = ""

    parts: tuple[Layer | Block, ...]

    def __init__(self, *parts: Layer | Block) -> None:
        for part in parts:
            if not is_part(part):
                why = f"parts has {for_message(part)}"
                raise ConfigError(why, f"Each must be {PART['expected']}", "Chain")
        self.__attrs_init__(parts)  # pyright: ignore[reportAttributeAccessIssue]

    @override
    def __repr__(self) -> str:
        return f"Chain({', '.join(map(repr, self.parts))})"

    @override
    def __reduce__(self) -> Any:
        return Chain, self.parts

    @override
    def _children(self) -> list[Child]:
        return [child for part in self.parts for child in children_of(part)]

    @property
    @override
    def name(self) -> None:
        return None

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        # Blocks of this room call it themselves. A chain that is added to them becomes
        # a fragment of its own: to make one takes as long as two layers.
        (x,) = xs
        for part in self.parts:
            x = g.add(part, x)
        return x


def activated(
    conv: Layer, activation: str | None = "relu", *, norm: Layer | None = _NORM
) -> Chain:
    """Return a convolution, a norm and an activation.

    Args:
        conv: The convolution.
        activation: The activation's function, or None.
        norm: The norm, or None.
    """
    function = None if activation is None else Activation(activation)
    return Chain(*[part for part in (conv, norm, function) if part is not None])


# Without it 10,000 variants of MobileNetV2 take a sixteenth longer.
@remembered(4096)
def conv_norm_act(
    filters: int,
    kernel: int | Pair = 1,
    *,
    stride: int = 1,
    padding: PadsLike | None = None,
    dilation: int = 1,
    groups: int = 1,
    norm: bool = True,
    activation: str | None = "relu",
) -> Chain:
    """Return a convolution without bias, its batch norm, and an activation.

    Args:
        filters: Number of filters.
        kernel: Height and width of a filter.
        stride: Steps.
        padding: As of `Conv2d`; None keeps the size at stride 1 with an odd kernel.
        dilation: Distances between neighbouring taps.
        groups: Number of groups.
        norm: Whether a batch norm follows; without one, the convolution has a bias.
        activation: The activation's function, or None.
    """
    if padding is None:
        height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
        padding = ((height - 1) // 2 * dilation, (width - 1) // 2 * dilation)
    conv = Conv2d(
        kernel,
        filters,
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
        bias=not norm,
    )
    return activated(conv, activation, norm=_NORM if norm else None)
