"""Embeddings: integers become rows of a table."""

from __future__ import annotations

from typing import ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.checks import integer
from cnncalc.layers.base import Free, Saves
from cnncalc.layers.fields import count
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import LOCAL, Reach

__all__ = ["Embedding"]


@final
@frozen(eq=False, repr=False)
class Embedding(Free):
    """Look up a row of a table for each integer, such as a word's number.

    Args:
        rows: How many different integers there are.
        features: How many numbers a row has, the channels of the output.
        name: What to call it.
        trainable: Whether training changes the table.

    Shape:
        L integers, a vector → L×features; L×1, one channel of integers → L×features,
        too; other axes likewise.

    Counting:
        Parameters: rows × features. Connections: one for each value that it puts out.
        It looks up and multiplies nothing: no MACs.

        Its receptive field is known of a sequence L×1, not of a vector, which has no
        positions.

    Raises:
        ConfigError: If a field is no such thing.

    Source:
        Kim 2014, https://arxiv.org/abs/1408.5882, §2; PyTorch's and Keras' `Embedding`.

    Example:
        >>> from cnncalc import Embedding, Shape
        >>> words, x = Embedding(10_000, 300), Shape.of(50)
        >>> print(words.output(x), words.params(x), words.formula("params", x).general)
        50×300 3000000 V×E
    """

    task: ClassVar[str] = "embedding"

    rows: int = field(converter=integer, metadata=count("V"))
    features: int = field(converter=integer, metadata=count("E"))

    @override
    def output_of(self, x: Shape, /) -> Shape:
        one_channel = x.rank > 0 and x.channels == 1
        return Shape.made(x.space if one_channel else tuple(x), self.features)

    @override
    def params_of(self, x: Shape, /) -> int:
        return self.rows * self.features

    @override
    def connections_of(self, x: Shape, y: Shape, /) -> int:
        return y.size

    @override
    def saves(self, x: Shape, y: Shape, /) -> Saves:
        return Saves(indices=x.size)

    @override
    def reach(self, x: Shape, /) -> Reach:
        return LOCAL if x.rank > 0 and x.channels == 1 else None
