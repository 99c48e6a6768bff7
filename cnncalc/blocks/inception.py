"""The inception module of GoogLeNet, and the residual one that came from it."""

from __future__ import annotations

from typing import Any, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.blocks.chain import (
    OPTIONAL_FUNCTION,
    PART,
    Chain,
    Composite,
    conv_norm_act,
    counts,
    pair,
)
from cnncalc.blocks.combine import Branch
from cnncalc.checks import integer
from cnncalc.graph.block import Tensor
from cnncalc.graph.making import Making
from cnncalc.graph.wrappers import Named
from cnncalc.layers import Activation, Add, Conv2d, Pool
from cnncalc.layers.fields import count, flag
from cnncalc.sizes.axes import Pair

__all__ = ["Inception", "InceptionResidual"]


_REDUCED = {
    **counts(len(("reduce", "filters"))),
    "expected": "a pair of positive integers: (1×1 filters before it, filters)",
}


@final
@frozen(eq=False, repr=False)
class Inception(Composite):
    """Look at a map through four branches at once, and stack what they see.

    Args:
        b1: Number of 1×1 filters.
        b3: Number of 1×1 filters that reduce the channels, and of the 3×3 filters
            after them.
        b5: The same for 5×5 filters.
        pool_proj: Number of 1×1 filters after a 3×3 max pool.
        norm: Put a batch norm, rather than a bias, to each convolution.
        last_kernel: The kernel of the third branch. torchvision has 3, the paper 5.
        ceil: Round the pool's output up, which at stride 1 changes nothing.
        name: What to call its scope.

    Shape:
        H×W×C → H×W×(b1 + b3[1] + b5[1] + pool_proj).

    Raises:
        ConfigError: If a field is no such thing.

    Source:
        Szegedy et al. 2014, https://arxiv.org/abs/1409.4842, figure 2(b).

    Example:
        >>> from cnncalc import Sequential
        >>> net = Sequential(input=(28, 28, 192), name="3a")
        >>> net = net.inception(64, (96, 128), (16, 32), 32)
        >>> print(net.output, net.params)
        28×28×256 163696
    """

    b1: int = field(converter=integer, metadata=count("b1"))
    b3: Pair = field(converter=pair, metadata=_REDUCED)
    b5: Pair = field(converter=pair, metadata=_REDUCED)
    pool_proj: int = field(converter=integer, metadata=count("p"))
    norm: bool = field(default=False, kw_only=True, metadata=flag())
    last_kernel: int = field(
        default=5, converter=integer, kw_only=True, metadata=count("k")
    )
    ceil: bool = field(default=False, kw_only=True, metadata=flag())

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        pool = Pool(3, stride=1, padding=1, ceil=self.ceil)
        arms = (
            Chain(self._unit(self.b1)),
            Chain(self._unit(self.b3[0]), self._unit(self.b3[1], 3)),
            Chain(self._unit(self.b5[0]), self._unit(self.b5[1], self.last_kernel)),
            Chain(pool, self._unit(self.pool_proj)),
        )
        named = [Named(arm, f"branch{number}") for number, arm in enumerate(arms, 1)]
        return Branch(tuple(named)).lower(g, *xs)

    def _unit(self, filters: int, kernel: int = 1) -> Chain:
        return conv_norm_act(filters, kernel, norm=self.norm)


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
    activation: str | None = field(default="relu", metadata=OPTIONAL_FUNCTION)

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        (x,) = xs
        y = g.add(Conv2d(1, x.shape.channels), g.add(self.branches, x))
        y = g.add(Add(), x, y)
        return y if self.activation is None else g.add(Activation(self.activation), y)
