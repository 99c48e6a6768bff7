"""A network as the operators that TensorFlow's converter makes for TensorFlow Lite.

Each node becomes the operators that do what it does there, by rules of its role. Those
that do the same to the same are one, and what nothing uses is gone.

Source:
    TensorFlow 2.21's converter, whose files `tests/live/tflm.py` compares.
"""

from __future__ import annotations

from collections.abc import Sequence

from cnncalc.cost.branches import without
from cnncalc.graph.call import Call, called
from cnncalc.graph.table import Table
from cnncalc.layers import Activation, Add, Multiply, Parameter, Reshape
from cnncalc.layers.apart import padding_apart, with_padding
from cnncalc.layers.base import Layer
from cnncalc.sizes.window import LOCAL

__all__ = ["converted", "is_pointwise"]

_SLIDING = frozenset({"conv", "max pool", "average pool"})
_OF_TWO = frozenset({"add", "multiply", "maximum", "minimum"})

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
    writing = _Writing(table)
    for node, call in enumerate(table.calls):
        writing.place.append(writing.taken(node, call))
    ends = [writing.flat(node, writing.place[node]) for node in outputs]
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


def _is_still(call: Call) -> bool:
    """Tell whether a node puts out what reaches it."""
    layer, shapes = call.layer, call.shapes
    if len(shapes) != 1 or shapes[0] != call.output:
        return False
    if layer.role in {"activation: identity", "concat", "pad", "crop"}:
        return True
    return layer.is_view and layer.reach(*shapes) == LOCAL


class _Writing:
    """Operators in the making.

    Along one axis windows slide over maps of one row: what is *raised* is such a map,
    and has the shape of the sequence here.
    """

    def __init__(self, old: Table) -> None:
        self.old = old
        self.place: list[int] = []  # of what each old node puts out
        self._calls: list[Call] = []
        self._links: list[tuple[int, ...]] = []
        self._labels: list[tuple[tuple[str, ...], str]] = []
        self._taken = set(zip(old.scopes, old.names, strict=True))
        self._owners: dict[int, int] = {}
        self._owned: dict[tuple[int, int], int] = {}  # by old owner and stage
        self._known: dict[tuple[Layer, tuple[int, ...], int | None], int] = {}
        self._raised: dict[int, int | None] = {}  # each with the same that is not

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
            follows={self.place[a]: self.place[b] for a, b in follows},
        )

    def taken(self, node: int, call: Call) -> int:
        """Write the operators of a node, and return the last."""
        xs = [self.place[node + link] for link in self.old.links[node]]
        role = call.layer.role
        if not call.is_known:
            return self._put(node, call.layer, [self.flat(node, x) for x in xs])
        if _is_still(call):
            return xs[0]
        if role == "batch norm":
            return self._scaled(node, self.flat(node, xs[0]))
        if role == "activation: silu":
            gate = self._put(node, Activation("sigmoid"), xs, stage=1)
            return self._level(xs[0], self._put(node, Multiply(), [xs[0], gate]))
        if role in _OF_TWO and len(xs) > len("ab"):
            return self._one_by_one(node, call.layer, xs)
        layers = call.layer.stages(*call.shapes)
        for stage, layer in enumerate(layers, 1 - len(layers)):
            xs = [self._one(node, layer, xs, -stage)]
        return xs[0]

    def _one(self, node: int, layer: Layer, xs: list[int], stage: int) -> int:
        """Write a layer as one operator, with what it needs before it."""
        if layer.role in _SLIDING:
            return self._slid(node, layer, xs[0], stage)
        if is_pointwise(layer.role):
            return self._level(xs[0], self._put(node, layer, xs, stage=stage))
        xs = [self.flat(node, x) for x in xs]
        if layer.role == "linear":  # one position is a vector to it, too
            xs = [self._before_flattening(xs[0])]
        return self._put(node, layer, xs, stage=stage)

    def _before_flattening(self, x: int) -> int:
        call = self._calls[x]
        alone = call.layer.role == "flatten" and call.shapes[0].positions == 1
        return self._links[x][0] if alone else x

    def _slid(self, node: int, layer: Layer, x: int, stage: int) -> int:
        """Write what slides a window, with a padding that it has not there."""
        before = self._calls[x]
        if before.layer.role == "pad" and layer.role == "conv":
            fitting = with_padding(before.layer, layer, before.shapes[0])
            if fitting is not None:
                layer, x = fitting, self._links[x][0]
        shape = self._calls[x].output
        apart = padding_apart(layer, shape, layer.output_of(shape))
        if apart is not None:
            pad, layer = apart
            x = self._put(node, pad, [self.flat(node, x)], "pad")
        if shape.rank > 1:
            return self._put(node, layer, [x], stage=stage)
        if x not in self._raised:
            row = self._put(node, Reshape(tuple(self._calls[x].output)), [x], "map")
            self._raised[row], x = x, row
        found = self._put(node, layer, [x], stage=stage)
        self._raised.setdefault(found, None)
        return found

    def _level(self, x: int, found: int) -> int:
        """Note that what is computed of each value is raised, if these are."""
        if x in self._raised:
            self._raised.setdefault(found, None)
        return found

    def flat(self, node: int, x: int) -> int:
        """Return a value that is no map of one row, put into shape for a node."""
        if x not in self._raised:
            return x
        flat = self._raised[x]
        if flat is None:
            shape = tuple(self._calls[x].output)
            flat = self._raised[x] = self._put(node, Reshape(shape), [x], "sequence")
        return flat

    def _scaled(self, node: int, x: int) -> int:
        """Write a batch norm that no layer took up: a product, and a sum."""
        weights = Parameter(self.old.calls[node].output.channels)
        owner = self.old.owners.get(node, node)
        parts = (Multiply(), "factors", "product"), (Add(), "offsets", "")
        for stage, (join, what, part) in enumerate(parts, 2):  # no stage of a layer
            found = self._owned.get((owner, stage))
            if found is None:
                found = self._put(node, weights, [], what)
                self._owned[owner, stage] = found
            x = self._put(node, join, [x, found], part)
        return x

    def _one_by_one(self, node: int, layer: Layer, xs: list[int]) -> int:
        """Write a join of several as joins of two."""
        so_far, *others = [self.flat(node, x) for x in xs]
        for number, x in enumerate(others, 1):
            last = number == len(others)
            so_far = self._put(node, layer, [so_far, x], "" if last else f"{number}")
        return so_far

    def _put(
        self,
        node: int,
        layer: Layer,
        xs: Sequence[int],
        part: str = "",
        stage: int = 0,
    ) -> int:
        """Write an operator, or find the one that does the same to the same.

        Args:
            node: The old node that it is of.
            layer: What it does.
            xs: Where its inputs stand.
            part: What is behind the name of the node, if it is not the last of it.
            stage: Which of its layers it is, counted from the last.
        """
        old, links = self.old.calls[node], tuple(xs)
        whose = self.old.owners.get(node)
        owner = None if whose is None or part else self._owned.get((whose, stage))
        key = (layer, links, owner)
        if key in self._known:
            return self._known[key]
        shapes = tuple([self._calls[x].output for x in links])
        call = old
        if layer is not old.layer or shapes != old.shapes:
            call = called(layer, shapes, owner is not None, old.idle)
            call.notes = () if part or stage else old.notes
        place = len(self._calls)
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
            self._known[layer, links, place if owner is None else owner] = place
        return place

    def _label(self, node: int, part: str) -> tuple[tuple[str, ...], str]:
        """Return a group and a name that are not taken."""
        name, scope = self.old.names[node], self.old.scopes[node]
        name = f"{name}_{part}" if part else name
        while part and (scope, name) in self._taken:
            name += "_"
        self._taken.add((scope, name))
        return scope, name
