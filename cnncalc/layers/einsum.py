"""Products of activations along any axes, as an equation names them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.errors import ConfigError, ShapeError
from cnncalc.layers.base import Saves
from cnncalc.layers.products import Product
from cnncalc.sizes.number import holds, product
from cnncalc.sizes.shape import Shape

__all__ = ["Einsum"]


class _Step(NamedTuple):
    """Two operands of an `Einsum` that are multiplied.

    Attributes:
        left: The sizes of the first's letters, those that others do not have summed up.
        right: Those of the second's.
        kept: The letters that are left after it.
        summed: The letters over which products are added up.
    """

    left: dict[str, int]
    right: dict[str, int]
    kept: list[str]
    summed: list[str]

    @property
    def sizes(self) -> dict[str, int]:
        """The sizes of all letters; one that is 1 is spread."""
        return _larger(self.left, self.right)

    @property
    def products(self) -> int:
        """The number of products that it takes."""
        sizes = self.sizes
        return product([sizes[letter] for letter in (*self.kept, *self.summed)])


def _larger(left: dict[str, int], right: dict[str, int]) -> dict[str, int]:
    found = dict(left)
    for letter, size in right.items():
        if letter not in found or found[letter] == 1:
            found[letter] = size
    return found


_EQUATION = re.compile(r"[a-zA-Z]+(,[a-zA-Z]+)*->[a-zA-Z]+")


def _spaceless(value: Any) -> Any:
    return value.replace(" ", "") if isinstance(value, str) else value


@final
@frozen(eq=False, repr=False)
class Einsum(Product):
    """Multiply what was computed, and add up along some axes, as an equation tells.

    Args:
        equation: A letter for each axis of each input, channels last and no batch; and
            behind "->" those of the output: "lc,sc->ls".
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        As the equation tells. An axis of 1 is spread over that of the same letter.

    Counting:
        The first two inputs are multiplied, then what comes of it with the third, and
        so on. MACs: of each of these the sizes of all its letters multiplied, where it
        adds up products; value by value it takes none. A letter that one input alone
        has, and nothing after it, is added up before. Connections: one a
        multiplication that is counted. No parameters.

        Its receptive field is all of a sequence; along several axes it is unknown. What
        is kept of more than two inputs for the backward pass is unknown, too.

    Raises:
        ConfigError: If *equation* is none.
        ShapeError: If inputs do not have the axes that it names.

    Source:
        PyTorch's `einsum`, which does the same without opt_einsum.

    Example:
        >>> from cnncalc import Einsum, Shape
        >>> scores, x = Einsum("lhd,shd->hls"), Shape(197, 12, 64)
        >>> print(scores.output(x, x), scores.macs(x, x))
        12×197×197 29805312
    """

    task: ClassVar[str] = "einsum"
    arity: ClassVar[tuple[int, int]] = (1, 99)

    equation: str = field(
        converter=_spaceless,
        metadata={
            "symbol": None,
            "good": lambda value: (
                isinstance(value, str) and _EQUATION.fullmatch(value) is not None
            ),
            "expected": 'letters such as "lc,sc->ls"',
        },
    )

    @override
    def check(self) -> None:
        operands, result = self._letters
        wrong = [c for c in result if result.count(c) > 1 or c not in "".join(operands)]
        if wrong:
            why = f"its output {result!r} has {wrong[0]!r} twice, or no input has it"
            fix = "Name each axis of the output once, and in an input"
            raise ConfigError(why, fix, self.class_name)

    @property
    def _letters(self) -> tuple[list[str], str]:
        before, result = self.equation.split("->")
        return before.split(","), result

    def _sizes(self, xs: Sequence[Shape]) -> list[dict[str, int]]:
        """Return the size of each letter of each input."""
        operands, _ = self._letters
        if len(xs) != len(operands):
            why = (
                f"its equation is for {len(operands)} inputs, and {len(xs)} reached it"
            )
            raise ShapeError(why, "Write the letters of all of them")
        found = []
        for number, (letters, x) in enumerate(zip(operands, xs, strict=True), 1):
            if len(letters) != len(x):
                why = f"its {letters!r} is not for input {number}, {x}"
                raise ShapeError(why, "Write a letter for each axis and the channels")
            found.append(dict(zip(letters, x, strict=True)))
            if any(
                not holds(found[-1][c] == n) for c, n in zip(letters, x, strict=True)
            ):
                why = f"its {letters!r} takes a diagonal of input {number}, {x}"
                raise ShapeError(why, "Let axes of the same letter have equal sizes")
        return found

    @override
    def output_of(self, *xs: Shape) -> Shape:
        sizes: dict[str, int] = {}
        for number, own in enumerate(self._sizes(xs), 1):
            for letter, size in own.items():
                known = sizes.get(letter, 1)
                if known != 1 and size != 1 and not holds(known == size):
                    why = f"{letter!r} is {known}, and of input {number} it is {size}"
                    raise ShapeError(
                        why, "Let axes of the same letter have equal sizes"
                    )
            sizes = _larger(sizes, own)
        *space, channels = [sizes[letter] for letter in self._letters[1]]
        return Shape.made(tuple(space), channels)

    def _steps(self, xs: Sequence[Shape]) -> list[_Step]:
        """Return which two are multiplied when, from the left."""
        operands, result = self._letters
        left, *others = self._sizes(xs)
        steps = []
        for number, right in enumerate(others, 2):
            later = [*result, *"".join(operands[number:])]
            both = [c for c in (*left, *right) if c not in later]
            summed = [c for c in left if c in both and left[c] != 1]
            summed = [c for c in summed if right.get(c, 1) != 1]
            kept = [c for c in dict.fromkeys([*later, *left, *right]) if c in later]
            alone = [c for c in both if c not in summed]
            one = {c: n for c, n in left.items() if c not in alone}
            other = {c: n for c, n in right.items() if c not in alone}
            kept = [c for c in kept if c in one or c in other]
            steps.append(_Step(one, other, kept, summed))
            sizes = steps[-1].sizes
            left = {c: sizes[c] for c in kept}
        return steps

    @override
    def product_macs_of(self, *xs_and_y: Shape) -> int:
        steps = self._steps(xs_and_y[:-1])
        return sum([step.products for step in steps if step.summed])

    @override
    def inner_values(self, *xs_and_y: Shape) -> int:
        """Products of which none are added up; of one input, what is added up."""
        xs = xs_and_y[:-1]
        if len(xs) == 1:
            return xs[0].size if xs[0].size != xs_and_y[-1].size else 0
        return sum([step.products for step in self._steps(xs) if not step.summed])

    @override
    def saves(self, *xs_and_y: Shape) -> Saves | None:
        """Both, for the gradients of each other, and copies where axes are moved."""
        operands, result = self._letters
        xs = xs_and_y[:-1]
        if len(xs) == 1:
            return Saves()
        step, *others = self._steps(xs)
        if others or any(len({*letters}) < len(letters) for letters in operands):
            return None
        both = step.left.keys() & step.right.keys()
        shared = [c for c in result if c in both]
        shared = [c for c in shared if min(step.left[c], step.right[c]) > 1]
        extra, kept = 0, []
        for place, own in enumerate((step.left, step.right)):
            alone = [c for c in result if own.get(c, 1) > 1 and c not in shared]
            groups = (["", *shared], alone, sorted(step.summed))
            size = product([*own.values()])
            moved = step.summed and not _as_it_lies(own, groups)
            if moved or size < xs[place].size:
                extra += size
            else:
                kept.append(place)
        return Saves(extra=extra, inputs=tuple(kept)) if extra else Saves("factors")


def _as_it_lies(own: dict[str, int], groups: Sequence[list[str]]) -> bool:
    """Tell whether the letters of each group are neighbours in memory, in that order.

    The batch, "", is before all of them. Then PyTorch makes a view, else a copy.
    """
    order = ["", *[letter for letter, size in own.items() if size != 1]]
    places = [[order.index(letter) for letter in group] for group in groups]
    return all(b == a + 1 for group in places for a, b in pairwise(group))
