"""The modules of Inception-ResNet v2."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.blocks.base import FUNCTION, PART, Composite
from cnncalc.blocks.chain import Chain
from cnncalc.blocks.combine import Branch
from cnncalc.graph.block import Block, Tensor
from cnncalc.graph.making import Making
from cnncalc.layers import Activation, Add, Conv2d, Layer, Norm
from cnncalc.sizes.axes import Pair

__all__ = ["BranchStep", "InceptionResidual", "mixed", "scaleless"]

# Filters and kernel of a convolution, and its stride if there is one that pads nothing;
# or a layer as it is.
BranchStep = tuple[int, int | Pair] | tuple[int, int, int] | Layer


def scaleless(
    filters: int,
    kernel: int | Pair = 1,
    *,
    stride: int = 1,
    padding: str = "same",
) -> Chain:
    """Return a convolution, its batch norm, which shifts but does not scale, and relu.

    Args:
        filters: Number of filters.
        kernel: Height and width of a filter.
        stride: Steps.
        padding: "same" or "valid".

    Source:
        Keras' `InceptionResNetV2`: relu makes the scales idle.
    """
    conv = Conv2d(kernel, filters, stride=stride, padding=padding, bias=False)
    return Chain(conv, Norm(scale=False), Activation("relu"))


def mixed(*arms: Sequence[BranchStep]) -> Branch:
    """Return branches whose outputs are stacked.

    Args:
        arms: What each branch does, step by step.
    """
    return Branch(tuple([Chain(*map(_part, arm)) for arm in arms]))


def _part(step: BranchStep) -> Layer | Block:
    match step:
        case (filters, kernel, stride):
            return scaleless(filters, kernel, stride=stride, padding="valid")
        case (filters, kernel):
            return scaleless(filters, kernel)
        case _:
            return step


@final
@frozen(eq=False, repr=False)
class InceptionResidual(Composite):
    """Branches, stacked and brought to the input's depth, past which it is added.

    What is added is first scaled by a constant, which costs nothing that is counted.

    Args:
        branches: The branches.
        activation: The function after the sum, or None.
        name: What to call its scope.

    Source:
        Szegedy et al. 2016, https://arxiv.org/abs/1602.07261, figures 16, 17, 19, 20.
    """

    branches: Branch = field(metadata=PART)
    activation: str | None = field(
        default="relu",
        metadata={
            "good": lambda value: value is None or FUNCTION["good"](value),
            "expected": f"{FUNCTION['expected']}, or None",
        },
    )

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        (x,) = xs
        y = g.add(Conv2d(1, x.shape.channels), g.add(self.branches, x))
        y = g.add(Add(), x, y)
        return y if self.activation is None else g.add(Activation(self.activation), y)
