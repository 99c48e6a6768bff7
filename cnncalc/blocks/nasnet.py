"""The cells of NASNet."""

from __future__ import annotations

from typing import Any, ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.blocks.chain import Chain, Composite
from cnncalc.checks import integer
from cnncalc.graph.block import Block, Tensor
from cnncalc.graph.making import Making
from cnncalc.layers import (
    Activation,
    Add,
    Concat,
    Conv2d,
    Layer,
    Norm,
    Pad,
    Pool,
    SeparableConv2d,
)
from cnncalc.layers.fields import count
from cnncalc.sizes.shape import Shape

__all__ = ["NORMAL", "REDUCTION", "Cell", "CellPlan"]

# An operation: its kind, kernel and stride; None leaves its input as it is.
Operation = tuple[str, int, int] | None
# Where an operand comes from, and what is done to it. It comes from "x", the cell's
# input; from "previous", the input of the cell before; from "padded", which is x for
# strided pools; or from the sum of an earlier step, by number.
Operand = tuple[str, Operation]
# The steps, each a sum of two operands, and which of all these the cell stacks.
CellPlan = tuple[tuple[tuple[Operand, Operand], ...], tuple[str, ...]]

NORMAL: CellPlan = (
    (
        (("x", ("separable", 5, 1)), ("previous", ("separable", 3, 1))),
        (("previous", ("separable", 5, 1)), ("previous", ("separable", 3, 1))),
        (("x", ("average", 3, 1)), ("previous", None)),
        (("previous", ("average", 3, 1)), ("previous", ("average", 3, 1))),
        (("x", ("separable", 3, 1)), ("x", None)),
    ),
    ("previous", "1", "2", "3", "4", "5"),
)
REDUCTION: CellPlan = (
    (
        (("x", ("separable", 5, 2)), ("previous", ("separable", 7, 2))),
        (("padded", ("max", 3, 2)), ("previous", ("separable", 7, 2))),
        (("padded", ("average", 3, 2)), ("previous", ("separable", 5, 2))),
        (("2", None), ("1", ("average", 3, 1))),
        (("1", ("separable", 3, 1)), ("padded", ("max", 3, 2))),
    ),
    ("2", "3", "4", "5"),
)


@final
@frozen(eq=False, repr=False)
class Cell(Composite):
    """Sums of pairs of operations on the outputs of the two cells before, stacked.

    The first cell of a network has but one input, and takes it twice.

    Args:
        filters: Filters of all its convolutions.
        plan: What it does: `NORMAL` or `REDUCTION`.
        name: What to call its scope.

    Source:
        Zoph et al. 2017, https://arxiv.org/abs/1707.07012, figure 4, with the details
        that Keras' `NASNet` has.
    """

    arity: ClassVar[tuple[int, int] | None] = (1, 2)

    filters: int = field(converter=integer, metadata=count(""))
    plan: CellPlan = field(
        metadata={
            "good": lambda value: (
                isinstance(value, tuple) and value in (NORMAL, REDUCTION)
            ),
            "expected": "NORMAL or REDUCTION of cnncalc.blocks.nasnet",
        }
    )

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        x, *before = xs
        steps, stacked = self.plan
        values = {"previous": self._adjusted(g, x, before[0]) if before else x}
        values["x"] = g.add(self._projection(), x)
        if any(source == "padded" for step in steps for source, _ in step):
            values["padded"] = g.add(_padding(values["x"].shape, 3), values["x"])
        for number, step in enumerate(steps, 1):
            with g.scope(str(number)):
                operands = []
                for side, (source, operation) in zip(
                    ("left", "right"), step, strict=True
                ):
                    y = values[source]
                    if operation is not None:
                        y = g.add(self._part(operation, y.shape), y, name=side)
                    operands.append(y)
                values[str(number)] = g.add(Add(), *operands)
        return g.add(Concat(), *(values[source] for source in stacked))

    def _projection(self) -> Chain:
        conv = Conv2d(1, self.filters, bias=False)
        return Chain(Activation("relu"), conv, Norm())

    def _adjusted(self, g: Making, x: Tensor, previous: Tensor) -> Tensor:
        """Bring the output of the cell before the last to the size of *x*."""
        if previous.shape.width == x.shape.width:
            if previous.shape.channels == self.filters:
                return previous
            projected: Tensor = g.add(self._projection(), previous, name="adjust")
            return projected
        with g.scope("adjust"):
            y = g.add(Activation("relu"), previous)
            # Keras shifts the map by a row and a column for the second half: it pads
            # and crops it. There is no such node here; no shape depends on it.
            half = Chain(
                Pool(1, stride=2, mode="average"),
                Conv2d(1, self.filters // 2, bias=False),
            )
            halves = [g.add(half, y, name=side) for side in ("even", "odd")]
            adjusted: Tensor = g.add(Norm(), g.add(Concat(), *halves))
            return adjusted

    def _part(self, operation: tuple[str, int, int], x: Shape) -> Layer | Block:
        kind, kernel, stride = operation
        padding = "same" if stride == 1 else "valid"
        if kind != "separable":
            return Pool(kernel, stride=stride, padding=padding, mode=kind)
        first, second = (
            SeparableConv2d(kernel, self.filters, stride=s, padding=p, bias=False)
            for s, p in ((stride, padding), (1, "same"))
        )
        pads = [_padding(x, kernel)] if stride > 1 else []
        relu = Activation("relu")
        return Chain(relu, *pads, first, Norm(), relu, second, Norm())


def _padding(x: Shape, kernel: int) -> Pad:
    """Return the padding with which a stride of 2 halves *x*, rounded up."""
    most = kernel // 2
    top, left = (most - 1 + size % 2 for size in (x.height, x.width))
    return Pad(((top, most), (left, most)))
