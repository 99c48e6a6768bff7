"""Products of activations: computed values are multiplied, and no weights."""

from __future__ import annotations

from typing import Any, ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.errors import ShapeError
from cnncalc.layers.base import Layer, Saves
from cnncalc.layers.fields import flag
from cnncalc.sizes.number import holds, product
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import GLOBAL, Reach

__all__ = ["MatMul"]


class Product(Layer):
    """A product of activations: no weights, and each multiplication is a link."""

    __slots__ = ()

    @override
    def params_of(self, *xs: Any, **_: Any) -> int:
        return 0

    @override
    def macs_of(self, *xs_and_y: Any, **_: Any) -> int | None:
        return self.product_macs_of(*xs_and_y)

    @override
    def connections_of(self, *xs_and_y: Any, **_: Any) -> int | None:
        return self.macs_of(*xs_and_y)

    @override
    def reach(self, *xs: Any, **_: Any) -> Reach:
        """All of a sequence; along several axes, which of them mix is not told."""
        return GLOBAL if all(x.rank <= 1 for x in xs) else None


def needs_rows(x: Shape, number: int, doing: str) -> None:
    """Refuse a vector where rows and columns are needed."""
    if x.is_vector:
        why = f"it {doing}, and input {number} is a vector of {x}"
        raise ShapeError(why, f"Give it rows: a shape such as 1×{x}")


@final
@frozen(eq=False, repr=False)
class MatMul(Product):
    """Multiply two matrices that were computed.

    Args:
        transpose_a: Take the first with its last two axes exchanged.
        transpose_b: Take the second so: of queries and keys the scores.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        L×K and K×N → L×N. Axes before these are a batch of matrices, as NumPy spreads
        them: D×L×K and K×N → D×L×N.

    Counting:
        MACs: K for each output, all of them products of two activations. Connections:
        one a multiplication. No parameters.

        Its receptive field is all of a sequence; along several axes it is unknown.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If a vector reaches it, or the matrices do not fit.

    Source:
        PyTorch's and NumPy's `matmul`; Vaswani et al. 2017,
        https://arxiv.org/abs/1706.03762, equation 1.

    Example:
        >>> from cnncalc import MatMul, Shape
        >>> scores, x = MatMul(transpose_b=True), Shape(12, 197, 64)
        >>> print(scores.output(x, x), scores.macs(x, x))
        12×197×197 29805312
    """

    stem: ClassVar[str] = "matmul"
    task: ClassVar[str] = "matmul"
    arity: ClassVar[tuple[int, int]] = (2, 2)

    transpose_a: bool = field(default=False, kw_only=True, metadata=flag())
    transpose_b: bool = field(default=False, kw_only=True, metadata=flag())

    @override
    def output_of(self, a: Shape, b: Shape, /) -> Shape:
        for number, x in enumerate((a, b), 1):
            needs_rows(x, number, "multiplies matrices")
        inner = a[-2] if self.transpose_a else a[-1]
        if not holds(inner == (b[-1] if self.transpose_b else b[-2])):
            matrices = " and ".join(
                f"{x}, transposed" if turned else str(x)
                for x, turned in ((a, self.transpose_a), (b, self.transpose_b))
            )
            why = f"its matrices do not fit: {matrices}"
            raise ShapeError(
                why, "Let the first have as many columns as the second rows"
            )
        rows = a[-1] if self.transpose_a else a[-2]
        return Shape.made((*_spread(a, b), rows), b[-2] if self.transpose_b else b[-1])

    @override
    def product_macs_of(self, a: Shape, b: Shape, y: Shape, /) -> int:
        return y.size * (a[-2] if self.transpose_a else a[-1])

    @override
    def saves(self, a: Shape, b: Shape, y: Shape, /) -> Saves:
        """Both, for the gradients of each other; what is spread is copied for that."""
        spread = [x for x in (a, b) if x[:-2] != y[:-2]]
        if not spread:
            return Saves("factors")
        batch = product(y[:-2])
        kept = tuple([place for place, x in enumerate((a, b)) if x[:-2] == y[:-2]])
        return Saves(extra=sum(batch * x[-2] * x[-1] for x in spread), inputs=kept)


def _spread(a: Shape, b: Shape) -> tuple[int, ...]:
    """Return the axes before two matrices, as NumPy spreads them over each other."""
    longer, shorter = sorted((a[:-2], b[:-2]), key=len, reverse=True)
    found = list(longer)
    for place, size in enumerate(shorter, len(longer) - len(shorter)):
        if holds(found[place] == 1):
            found[place] = size
        elif not holds(size == 1) and not holds(size == found[place]):
            why = f"the axes before its matrices differ: {a} and {b}"
            raise ShapeError(why, "Let them be equal, or 1")
    return tuple(found)
