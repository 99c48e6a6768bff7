"""A network as the operators that TensorFlow's converter makes for TensorFlow Lite.

Each node becomes the operators that do what it does there, by rules of its role. Those
that do the same to the same are one, and what nothing uses is gone.

Source:
    TensorFlow 2.21's converter, whose files `tests/live/tflm.py` compares.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cnncalc.cost.branches import without
from cnncalc.cost.forms import (
    is_reshaping,
    is_sliding,
    is_still,
    padded_apart,
    takes_any_form,
)
from cnncalc.graph.call import Call, called
from cnncalc.graph.table import Table
from cnncalc.layers import Activation, Add, Multiply, Parameter, Reshape
from cnncalc.layers.apart import with_padding
from cnncalc.layers.base import Layer
from cnncalc.sizes.shape import Shape

__all__ = ["converted", "is_pointwise"]

_OF_TWO = frozenset({"add", "multiply", "maximum", "minimum"})

# What the converter computes before values are put into another shape, though it stands
# behind that: functions of each value, and joins of two that are put alike.
_BEFORE_RESHAPING = _OF_TWO | {
    "subtract",
    "divide",
    "activation: relu",
    "activation: relu6",
    "activation: sigmoid",
    "activation: hardsigmoid",
    "activation: tanh",
}

# These need all values of a position before they put out one.
_NOT_POINTWISE = frozenset({"activation: softmax", "activation: log_softmax"})


def is_pointwise(role: str) -> bool:
    """Tell whether a role is that of an activation of each value by itself."""
    return role.startswith("activation: ") and role not in _NOT_POINTWISE


def converted(table: Table, outputs: Sequence[int]) -> tuple[Table, list[int]]:
    """Return a network's operators, and which of them put something out.

    Args:
        table: The nodes as they run at inference, with batch norms folded.
        outputs: Those that the network puts out.
    """
    writing = _Writing(table, outputs)
    for node, call in enumerate(table.calls):
        value = writing.taken(node, call)
        writing.values.append(value)
        if writing.is_wanted(node):
            writing.flat(value)
    ends = [writing.flat(writing.values[node]) for node in outputs]
    new = writing.table()
    return without(new, ends, _unused(new, ends))


def _unused(table: Table, outputs: Sequence[int]) -> dict[int, int]:
    """Return the nodes that lead to no output, each with one before it."""
    used = set(outputs)
    for node in range(len(table) - 1, -1, -1):
        if node in used:
            used.update(node + link for link in table.links[node])
    return {
        node: node + links[0]
        for node, links in enumerate(table.links)
        if links and node not in used
    }


class _Value(NamedTuple):
    """The output of an old node, as it is wanted.

    Attributes:
        place: The operator that computes it.
        shape: The shape in which it is wanted, which that may not have.
        node: The old node that puts it into that shape.
        view: How, if it is asked for; else the window before wants it as it was.
        stage: Which of the layers of that node does it, counted from the last.
    """

    place: int
    shape: Shape
    node: int
    view: Layer | None = None
    stage: int = 0


class _Writing:
    """Operators in the making.

    To put values into another shape is an operator only where something needs them in
    it: of several in turns the last one is left. Along one axis windows slide over maps
    of one row: what is *raised* is such a map, with the shape of the sequence here.
    Functions go before a reshaping that nothing else uses; where several do, or what
    cannot go before it, it is an operator behind what it reshapes.
    """

    def __init__(self, old: Table, outputs: Sequence[int]) -> None:
        self.old = old
        self._users: dict[int, list[Call | None]] = {node: [None] for node in outputs}
        for node, call in enumerate(old.calls):
            for link in () if takes_any_form(call) else old.links[node]:
                self._users.setdefault(node + link, []).append(call)
        self.values: list[_Value] = []  # what each old node puts out
        self._calls: list[Call] = []
        self._links: list[tuple[int, ...]] = []
        self._labels: list[tuple[tuple[str, ...], str]] = []
        self._taken = set(zip(old.scopes, old.names, strict=True))
        self._owners: dict[int, int] = {}
        self._owned: dict[tuple[int, int], int] = {}  # by old owner and stage
        self._known: dict[tuple[Layer, tuple[int, ...], int | None, bool], int] = {}
        self._raised: set[int] = set()

    def table(self) -> Table:
        """Return the table of all operators."""
        links = enumerate(self._links)
        follows = self.old.follows.items()
        return Table(
            tuple(self._calls),
            tuple([tuple([i - place for i in inputs]) for place, inputs in links]),
            tuple([name for _, name in self._labels]),
            tuple([scope for scope, _ in self._labels]),
            self._owners,
            follows={self.values[a].place: self.values[b].place for a, b in follows},
        )

    def is_wanted(self, node: int) -> bool:
        """Tell whether what a node puts out is wanted in the shape that it has."""
        users = self._users.get(node, [])
        goes_before = _BEFORE_RESHAPING | {"batch norm"}
        return len(users) > 1 or any(
            user is None or user.layer.role not in goes_before for user in users
        )

    def _input(self, node: int, call: Call) -> _Value:
        """Return what a node puts out, as another takes it."""
        x = self.values[node]
        several = len(self._users.get(node, ())) > 1
        return self._whole(x) if several and not takes_any_form(call) else x

    def taken(self, node: int, call: Call) -> _Value:
        """Write the operators of a node, and return what the last puts out."""
        xs = [self._input(node + link, call) for link in self.old.links[node]]
        role = call.layer.role
        if not call.is_known:
            place = self._put(node, call.layer, [self.flat(x) for x in xs])
            return _Value(place, call.output, node)
        if is_still(call):
            return xs[0]
        if role == "batch norm":
            return self._scaled(node, xs[0])
        if role == "activation: silu":
            x = self._whole(xs[0])
            gate = self._put(node, Activation("sigmoid"), [x.place], stage=1)
            return self._new(node, self._put(node, Multiply(), [x.place, gate]))
        if role in _OF_TWO and len(xs) > len("ab"):
            return self._one_by_one(node, call.layer, xs)
        layers = call.layer.stages(*call.shapes)
        for stage, layer in enumerate(layers, 1 - len(layers)):
            xs = [self._one(node, layer, xs, -stage)]
        return xs[0]

    def _one(self, node: int, layer: Layer, xs: list[_Value], stage: int) -> _Value:
        """Write a layer as one operator, with what it needs before it."""
        if xs and is_sliding(layer, xs[0].shape):
            return self._slid(node, layer, xs[0], stage)
        if len(xs) == 1 and is_reshaping(layer, xs[0].shape):
            shape = layer.output_of(xs[0].shape)
            return _Value(xs[0].place, shape, node, layer, stage)
        if layer.role in _BEFORE_RESHAPING and self._alike(xs):
            return self._before(node, layer, xs, stage=stage)
        places = [self.flat(x) for x in xs]
        if layer.role == "linear":  # one position is a vector to it, too
            x = xs[0]
            if x.shape.rank == 0 and self._calls[x.place].output.positions == 1:
                places = [x.place]
        return self._new(node, self._put(node, layer, places, stage=stage))

    def _new(self, node: int, place: int) -> _Value:
        return _Value(place, self._calls[place].output, node)

    def _whole(self, x: _Value) -> _Value:
        return _Value(self.flat(x), x.shape, x.node)

    def _form(self, place: int) -> tuple[Shape, bool]:
        """Return the shape of what an operator puts out, and whether it is raised."""
        return self._calls[place].output, place in self._raised

    def _alike(self, xs: Sequence[_Value]) -> bool:
        """Tell whether values are wanted in one shape, and computed in one."""
        forms = {(x.shape, *self._form(x.place)) for x in xs}
        return len(forms) == 1

    def _before(
        self,
        node: int,
        layer: Layer,
        xs: Sequence[_Value],
        part: str = "",
        stage: int = 0,
    ) -> _Value:
        """Write a layer before its inputs are put into the shape that they have."""
        x = xs[0]
        raised = x.place in self._raised
        places = [each.place for each in xs]
        place = self._put(node, layer, places, part, stage, raised=raised)
        return x._replace(place=place)

    def _slid(self, node: int, layer: Layer, x: _Value, stage: int) -> _Value:
        """Write what slides a window, with a padding that it has not there."""
        before = self._calls[x.place]
        if before.layer.role == "pad" and layer.role == "conv":
            fitting = with_padding(before.layer, layer, before.shapes[0])
            if fitting is not None and x.shape == before.output:
                layer, x = fitting, self._new(x.node, self._links[x.place][0])
        if padded := padded_apart(layer, x.shape):
            pad, layer = padded
            x = self._new(node, self._put(node, pad, [self.flat(x)], "pad"))
        row = x.shape.rank == 1
        place = self._row(node, x) if row else self.flat(x)
        return self._new(node, self._put(node, layer, [place], stage=stage, raised=row))

    def _row(self, node: int, x: _Value) -> int:
        """Return a sequence as a map of one row."""
        if self._form(x.place) == (x.shape, True):
            return x.place
        return self._put(node, Reshape(tuple(x.shape)), [x.place], "map", raised=True)

    def flat(self, x: _Value) -> int:
        """Return the operator that puts out a value in the shape that is wanted."""
        shape, raised = self._form(x.place)
        if shape == x.shape and not raised:
            return x.place
        view: Layer = Reshape(tuple(x.shape))
        if x.view is None:
            return self._put(x.node, view, [x.place], "sequence")
        if x.view.role == "flatten":
            view = x.view
        return self._put(x.node, view, [x.place], stage=x.stage)

    def _scaled(self, node: int, x: _Value) -> _Value:
        """Write a batch norm that no layer took up: a product, and a sum."""
        if x.shape.channels != self._calls[x.place].output.channels:
            x = self._whole(x)
        weights = Parameter(self.old.calls[node].output.channels)
        owner = self.old.owners.get(node, node)
        parts = (Multiply(), "factors", "product"), (Add(), "offsets", "")
        for stage, (join, what, part) in enumerate(parts, 2):  # no stage of a layer
            found = self._owned.get((owner, stage))
            if found is None:
                found = self._put(node, weights, [], what)
                self._owned[owner, stage] = found
            x = self._before(node, join, [x, self._new(node, found)], part)
        return x

    def _one_by_one(self, node: int, layer: Layer, xs: list[_Value]) -> _Value:
        """Write a join of several as joins of two."""
        so_far, *others = xs
        for number, x in enumerate(others, 1):
            pair, part = (so_far, x), "" if number == len(others) else f"{number}"
            if self._alike(pair):
                so_far = self._before(node, layer, pair, part)
            else:  # one may be spread over the other
                places = [self.flat(each) for each in pair]
                so_far = self._new(node, self._put(node, layer, places, part))
        return so_far

    def _put(
        self,
        node: int,
        layer: Layer,
        xs: Sequence[int],
        part: str = "",
        stage: int = 0,
        *,
        raised: bool = False,
    ) -> int:
        """Write an operator, or find the one that does the same to the same.

        Args:
            node: The old node that it is of.
            layer: What it does.
            xs: Where its inputs stand.
            part: What is behind the name of the node, if it is not the last of it.
            stage: Which of its layers it is, counted from the last.
            raised: Whether it puts out a map of one row.
        """
        old, links = self.old.calls[node], tuple(xs)
        whose = self.old.owners.get(node)
        owner = None if whose is None or part else self._owned.get((whose, stage))
        key = (layer, links, owner, raised)
        if key in self._known:
            return self._known[key]
        shapes = tuple([self._calls[x].output for x in links])
        call = old
        if layer is not old.layer or shapes != old.shapes:
            call = called(layer, shapes, owner is not None, old.idle)
            call.notes = () if part or stage else old.notes
        place = len(self._calls)
        if raised:
            self._raised.add(place)
        self._calls.append(call)
        self._links.append(links)
        self._labels.append(self._label(node, part or ("first" if stage else "")))
        if owner is not None:
            self._owners[place] = owner
        if not part:
            self._owned.setdefault((node, stage), place)
        if links and call.params == 0:
            self._known[key] = place
        elif links:
            self._known[(*key[:2], place if owner is None else owner, raised)] = place
        return place

    def _label(self, node: int, part: str) -> tuple[tuple[str, ...], str]:
        """Return a group and a name that are not taken."""
        name, scope = self.old.names[node], self.old.scopes[node]
        name = f"{name}_{part}" if part else name
        while part and (scope, name) in self._taken:
            name += "_"
        self._taken.add((scope, name))
        return scope, name
