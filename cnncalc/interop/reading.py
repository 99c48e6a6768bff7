"""A network in the making that another tool's model says: layers put onto values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod
from typing import Any

from cnncalc.checks import for_message
from cnncalc.errors import ConfigError
from cnncalc.graph.block import Block, Tensor
from cnncalc.graph.wrappers import Shared
from cnncalc.interop.functions import run_as
from cnncalc.interop.names import Path, cleaned, readable
from cnncalc.interop.placing import Placing
from cnncalc.interop.values import (
    Constant,
    Dims,
    Value,
    fixed,
    letters_in,
    natural_order,
    placed_axes,
)
from cnncalc.layers import Constant as Fixed
from cnncalc.layers import Parameter, Permute, Reshape
from cnncalc.layers.base import Layer
from cnncalc.network.graph import Graph
from cnncalc.sizes.shape import Shape

__all__ = ["UNFIT", "Reading", "Unread", "check_numbers", "known_shape"]

# What a rule raises of inputs and arguments that it does not expect: of all that a file
# may hold, not every case is worth a check of its own.
UNFIT = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class Unread(Exception):  # noqa: N818 - no fault of the user's: the node is unknown
    """A part of a model that a reader does not know, or cannot follow.

    Args:
        why: The reason, in a line without a full stop.
        shape: What it puts out nevertheless, if that is known.
    """

    def __init__(self, why: str, shape: Dims | None = None) -> None:
        super().__init__(why)
        self.shape = shape


def check_numbers(part: Layer | Block, *inputs: Tensor | Constant) -> None:
    """Refuse a part with letters in place of numbers: a file's texts are no symbols.

    Args:
        part: A layer or block.
        inputs: What it is applied to, which may have letters that the user gave it.

    Raises:
        Unread: If it has others.
    """
    letters = {*letters_in(part)}
    if letters and letters.difference(*[letters_in(x.shape) for x in inputs]):
        raise Unread("its arguments have letters in place of numbers")


class Reading(Placing):
    """A network in the making, from a model of another tool.

    Readers give it values with the axes of their own order; it finds the layer's. What
    depends on weights alone makes no node until something uses it as a value.

    Attributes:
        notes: What the user should know of the model, a line each.
        uses: How often each weight is used, by its name.
        runs: How PyTorch runs what is added next, if not as a module: see `run_as`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.notes: list[str] = []
        self.uses: dict[str, int] = {}
        self._weights: dict[str, Constant] = {}
        self._made: dict[Constant, Tensor] = {}
        self._shared: dict[Any, Shared] = {}
        self._owners: dict[Any, Shared] = {}
        self.runs = ""
        self._runs: dict[int, str] = {}  # of parts

    def input(
        self, shape: Dims, order: Sequence[int], name: str | None = None
    ) -> Value:
        """Return an input of the network.

        Args:
            shape: Its sizes as the model says them, with the batch.
            order: Which of these it has here, channels last: (2, 3, 1) of N×C×H×W.
            name: What to call it.

        Raises:
            ConfigError: If one of them is 0.
        """
        if 0 in [shape[axis] for axis in order]:
            sizes = "×".join(map(str, shape))
            why = (
                f"its input {for_message(name or '')} is {sizes}, which has a size of 0"
            )
            raise ConfigError(why, "Read a model of which an input has values")
        own = self._enter((), name, None)
        x = self.builder.input(_sizes(shape, order), name=own)
        return Value(shape, placed_axes(len(shape), order), x)

    def weight(
        self, name: str, shape: Dims, dtype: str = "float32", *, trainable: bool = True
    ) -> Value:
        """Return a weight, as the value that it is until a layer owns it."""
        constant = self._weights.get(name)
        order = range(len(shape))
        if constant is None:
            layer = Parameter(_sizes(shape, order), trainable=trainable)
            last = name.removesuffix(":0").replace("/", ".").rpartition(".")[2]
            own = cleaned(last or name) or None
            constant = Constant(layer, (), layer.output(), frozenset((name,)), own)
            self._weights[name] = constant
        return Value(shape, tuple(order), constant, None, dtype)

    def put(
        self,
        part: Layer | Block,
        *inputs: Tensor | Constant,
        owning: Sequence[Value | None] = (),
        named: bool = True,
    ) -> Any:
        """Apply a part to what is here; on constants alone it waits until it is used.

        Args:
            part: A layer, or a block.
            inputs: What it is applied to.
            owning: The weights that it owns, as the model has them.
            named: Whether it has the name of the node that is read.

        Raises:
            Unread: If it has letters in place of numbers.
        """
        check_numbers(part)
        if isinstance(part, Layer) and not any(isinstance(x, Tensor) for x in inputs):
            known: Any = inputs
            shape = part.output(*[x.shape for x in known])
            owned = [weight for weight in owning if weight is not None]
            roots = frozenset().union(*[x.roots for x in (*known, *owned)])
            groups, name = self._path
            name = name if named else None
            if named:
                self._path = Path(groups, None)
            part = self._sharing(part, owning)
            return Constant(part, known, shape, roots, name, groups, self.runs)
        tensors = [self.tensor(x) for x in inputs]
        groups, own = self._path
        name = self._enter(groups, own if named else None, part)
        if named:
            self._path = Path(groups, None)
        part = self._sharing(part, owning)
        return self._added(part, tensors, name, self.runs)

    def _added(
        self, part: Any, xs: list[Tensor], name: str | None, runs: str
    ) -> Tensor:
        added: Tensor = self.builder.add(part, *xs, name=name)
        if runs:
            self._runs[self.builder.parts - 1] = runs
        return added

    def tensor(self, x: Tensor | Constant) -> Tensor:
        """Return what is here as a tensor: constants become nodes."""
        if isinstance(x, Tensor):
            return x
        made = self._made.get(x)
        if made is None:
            inputs = [self.tensor(each) for each in x.inputs]
            around = self._path.groups
            within = x.groups is not None and x.groups[: len(around)] == around
            groups = x.groups if within and x.groups else around
            name = x.name if within or x.groups is None else None
            own = self._enter(groups, name, x.part)
            made = self._added(x.part, inputs, own, x.runs)
            self._made[x] = made
        return made

    def unknown(
        self,
        kind: str,
        inputs: Sequence[Value | None],
        why: str,
        shape: Any = None,
        *,
        channels_first: bool = True,
        params: int | None = None,
        weights: Sequence[Value] | None = None,
    ) -> Value:
        """Return what a node puts out that is not known; its shape may be.

        Args:
            kind: What the node is called.
            inputs: What reaches it.
            why: Why it is not known.
            shape: The shape that the model states of what it puts out, with numbers and
                names of sizes, if it states one.
            channels_first: Whether its second axis is the channels.
            params: How many parameters it has, if that is known.
            weights: Its weights, if it is known which they are.
        """
        from cnncalc.layers import Unknown

        flowing = [self.here(x) for x in inputs if x is not None and not x.is_constant]
        owned: list[Value] = []
        if weights is not None:
            owned = [weight for weight in weights if self.owns(weight)]
            params = sum(prod(known_shape(weight)) for weight in owned)
            flowing += [self.here(x) for x in weights if not flowing or x not in owned]
        known = (
            shape if shape and all(type(n) is int and n > 0 for n in shape) else None
        )
        if not flowing:
            return fixed(known) if known else Value(None)
        order = natural_order(len(known), channels_first) if known else ()
        sizes = _sizes(known, order) if known else None
        own: Any = params
        kind, why = cleaned(kind) or "node", readable(why)
        layer = Unknown(kind, sizes, own, reason=why)
        here = self.put(layer, *flowing, owning=owned)
        return Value(known, placed_axes(len(known), order) if known else (), here)

    def arranged(self, x: Value, order: Sequence[int]) -> Tensor | Constant:
        """Return a value with just these axes of the model's, in this order.

        Raises:
            Unread: If it has others that are not of size 1.
        """
        shape = known_shape(x)
        sizes = _sizes(shape, order)
        here = self.here(fixed(sizes) if x.here is None else x)
        if x.here is None:  # numbers alone are made just as they are needed
            return here
        found = [x.axes[axis] for axis in order]
        places = [place for place in found if place is not None]
        others = [n for n in range(len(here.shape)) if n not in places]
        size = prod(sizes)
        if size != here.shape.size:
            left = "×".join(str(here.shape[n]) for n in others if here.shape[n] > 1)
            raise Unread(f"its axes of {left or 'the batch'} stand where it takes none")
        if places != sorted(places):
            here = self.put(Permute((*others, *places)), here, named=False)
        if here.shape != sizes:
            here = self.put(Reshape(sizes), here, named=False)
        return here

    def here(self, x: Value) -> Tensor | Constant:
        """Return what a value is here; numbers alone are a node without weights."""
        if x.here is not None:
            return x.here
        shape = _sizes(known_shape(x), range(len(known_shape(x))))
        layer = Fixed(shape, kept=False)
        return Constant(layer, (), layer.output(), frozenset())

    # Weights that several nodes use.

    def size_of(self, names: Iterable[str]) -> int:
        """Return how many numbers weights have together."""
        return sum(self._weights[name].shape.size for name in names)

    def owns(self, weight: Value, with_: Value | None = None) -> bool:
        """Tell whether a layer can own a weight: it is nothing but that, if moved.

        Args:
            weight: The weight, as the model has it.
            with_: Another of the same layer: biases that other layers have, too, stand
                for themselves.
        """
        if not weight.roots:
            return False
        if self.size_of(weight.roots) != prod(known_shape(weight)):
            return False
        counts = {self.uses.get(name, 1) for name in weight.roots}
        others = weight.roots if with_ is None else with_.roots
        return counts == {self.uses.get(name, 1) for name in others}

    def _sharing(
        self, part: Layer | Block, weights: Sequence[Value | None]
    ) -> Layer | Block:
        """Return a part that owns weights; for the same weights it is the same one."""
        names = tuple([tuple(sorted(w.roots)) for w in weights if w is not None])
        if all(self.uses.get(name, 1) == 1 for each in names for name in each):
            return part
        key = (part, names)
        if key not in self._shared:
            owner = self._owners.setdefault(names, Shared(part))
            same = type(owner.part) is type(part)
            if not same:
                what = ", ".join(sorted(name for each in names for name in each))
                note = f"{what[:200]}: layers of two kinds share it, and both count it"
                self.notes.append(note)
            if owner.part != part:
                owner = Shared(part, owner if same else None)
            self._shared[key] = owner
        return self._shared[key]

    def unused(self, name: str, params: int, buffers: int = 0) -> None:
        """Add weights that a model has and never uses at inference."""
        parts: dict[str, Layer] = {}
        if params:
            parts[f"unused {cleaned(name)}"] = Parameter(params)
        if buffers:
            parts[f"unused state of {cleaned(name)}"] = Fixed(buffers)
        for called, part in parts.items():
            own = self._enter((), called, part)
            with self.builder.training_only():
                self.builder.add(part, name=own)
        if params:
            self.notes.append(f"{params:,} parameters of {name} are never used")

    # Its end.

    def graph(
        self,
        outputs: Sequence[Value],
        name: str | None = None,
        *,
        in_order: bool = False,
    ) -> Graph:
        """Return the network that was read.

        Args:
            outputs: What it puts out.
            name: What to call it.
            in_order: Whether the model's axes stand in the order of those here.
        """
        self._path = Path((), None)
        tensors = [
            self.tensor(self._ended(x, in_order)) for x in outputs if x.here is not None
        ]
        self._enter((), None, None)
        net = self.builder.graph(*tensors, name=name)
        nodes = self.builder.nodes_of(self._runs)
        return run_as(net, dict(nodes)) if self._runs else net

    def _ended(self, x: Value, in_order: bool) -> Tensor | Constant:
        """Return an output without axes of size 1 that the model does not have."""
        here = self.here(x)
        if not here.shape or x.shape is None:
            return here
        there = [a for a, place in enumerate(x.axes) if place is not None]
        if not there and here.shape.is_vector:
            return here
        order = there if in_order else sorted(there, key=lambda a: x.axes[a] or 0)
        if [x.axes[a] for a in order] == list(range(len(here.shape))):
            return here
        if not there:  # a single number, for each input of a batch
            return self.tensor(self.put(Reshape(1), here, named=False))
        try:
            return self.arranged(x, order)
        except Unread:  # as it is, then: nothing else is done with it
            return here


def known_shape(x: Value) -> Dims:
    """Return the shape of a value.

    Raises:
        Unread: If it is not known.
    """
    if x.shape is None:
        raise Unread("what reaches it has no known shape")
    return x.shape


def _sizes(shape: Dims, order: Sequence[int]) -> Shape:
    sizes = [shape[axis] for axis in order] or [1]
    if 0 in sizes:
        raise Unread("a size of it is 0")
    return Shape.made(tuple(sizes[:-1]), sizes[-1])
