"""The builder that lowers layers and blocks onto the flat table.

What nests (groups, branches, repeats) is syntax: a `Block` lowers itself onto the
table by adding its parts, and leaves its name behind as the scope of the nodes that
it made. A block that recurs with input shapes that it had before is not lowered
again: its columns are copied (see `Piece`).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from types import GeneratorType
from typing import Any, NamedTuple

from cnncalc.cache import Memo
from cnncalc.checks import shown
from cnncalc.errors import CnncalcError, ConfigError, GraphError, shortened
from cnncalc.graph.block import Block, Tensor, is_layer, is_part
from cnncalc.graph.columns import Columns
from cnncalc.graph.names import Scope
from cnncalc.graph.table import (
    Call,
    Links,
    Piece,
    Table,
    applied,
    check_sharing,
    described,
)
from cnncalc.graph.wrappers import Frozen, Named, Shared, is_group
from cnncalc.layers.base import Layer
from cnncalc.layers.merge import Input
from cnncalc.sizes.shape import Shape, ShapeLike

__all__ = ["PIECES", "Builder"]


class _Frame(NamedTuple):
    """A block whose lowering has begun."""

    part: Block
    xs: tuple[Tensor, ...]
    start: int
    outer: Scope
    name: str | None
    running: Generator[Any, Any, Any]


class Builder:
    """Lower layers and blocks onto a table, one after another.

    Example:
        >>> from cnncalc import Builder, Conv2d
        >>> g = Builder()
        >>> x = g.input((32, 32, 1))
        >>> x = g.add(Conv2d(5, 6), x)
        >>> print(x.shape, [node.name for node in g.table()])
        28×28×6 ['input1', 'conv1']
    """

    def __init__(self) -> None:
        self._columns = Columns()
        self._shared: dict[Shared, tuple[int, int]] = {}
        self._idle = False
        self._changeable = -1  # where the last block began that is not immutable

    def __len__(self) -> int:
        return len(self._columns.calls)

    def input(self, shape: ShapeLike, name: str | None = None) -> Tensor:
        """Add an input of the network and return what enters there."""
        return self._apply(Input(shape, name=name), (), name)

    def add(self, part: Layer | Block, /, *xs: Tensor, name: str | None = None) -> Any:
        """Apply a layer or block and return its output; a failed call adds nothing.

        Args:
            part: A layer, or a block such as an open `Sequential`.
            xs: What it is applied to.
            name: What to call it here, whatever its own name.

        Returns:
            The tensor that it puts out; of a block, whatever that returns.

        Raises:
            CnncalcError: If it cannot be applied to that; the message says where, and
                the error has the table up to there.
            GraphError: If an input belongs to another builder.
        """
        columns = self._columns
        length, scope = len(columns.calls), columns.scope
        try:
            if is_layer(type(part)):
                layer: Any = part
                return self._apply(layer, xs, part.name if name is None else name)
            return self._run(part if name is None else Named(part, name), xs)
        except BaseException as error:
            if isinstance(error, CnncalcError) and error.table is None:
                error.table = self.table()
            columns.scope = scope
            self.cut(length)
            raise

    def cut(self, length: int) -> None:
        """Forget what was added from the node *length* on."""
        self._columns.cut(length)
        self._shared = self._shared_before(length)

    def _shared_before(self, length: int) -> dict[Shared, tuple[int, int]]:
        return {s: at for s, at in self._shared.items() if at[1] <= length}

    def table(self, length: int | None = None) -> Table:
        """Return what was added, or the first *length* nodes of it, as a table."""
        return self._columns.table(len(self) if length is None else length)

    def applied(self, length: int) -> tuple[list[Call], list[tuple[int, Piece]]]:
        """Return the calls of the first *length* nodes, and the groups that recur."""
        return self._columns.applied(length)

    def copy(self, length: int) -> Builder:
        """Return a builder of its own that goes on after the first *length* nodes."""
        new = Builder()
        new._columns = self._columns.copy(length)
        new._shared = self._shared_before(length)
        return new

    @contextmanager
    def scope(self, name: str) -> Iterator[None]:
        """Put what is added meanwhile into a group of that name."""
        try:
            outer = self._columns.enter(name, name)
        except CnncalcError as error:
            path = self._columns.next_path(name, name)
            raise error.at_place(path) from None
        length = len(self)
        try:
            yield
        except BaseException:
            self._columns.scope = outer
            self.cut(length)
            raise
        self._columns.leave(outer)

    @contextmanager
    def training_only(self) -> Iterator[None]:
        """Let what is added meanwhile run in training only, as auxiliary heads do."""
        before, self._idle = self._idle, True
        try:
            yield
        finally:
            self._idle = before

    # Lowering.

    def _run(self, part: Any, xs: tuple[Tensor, ...]) -> Any:
        """Lower *part*; blocks within blocks are a stack here, not Python's."""
        stack: list[_Frame] = []
        try:
            while True:
                result: Any = None
                name = getattr(part, "name", None)
                while type(part) is Named:
                    part = part.part
                if is_layer(type(part)):
                    result = self._apply(part, xs, name)
                elif (piece := self._recall(part, xs, name)) is not None:
                    result = self._paste(piece, part, xs, name)
                else:
                    stack.append(self._begin(part, xs, name))
                while stack:  # hand the result to the block that asked for it
                    frame = stack[-1]
                    try:
                        part, *inputs = frame.running.send(result)
                    except StopIteration as done:
                        result = self._end(stack.pop(), done.value, len(stack))
                        continue
                    xs = tuple(inputs)
                    if frame.part.transparent and frame.name:
                        part = Named(part, frame.name)
                    if not is_layer(type(part)):
                        break
                    result = self._apply(part, xs, part.name)
                else:
                    return result
        finally:
            for frame in reversed(stack):
                frame.running.close()

    def _apply(self, layer: Layer, xs: tuple[Tensor, ...], name: str | None) -> Tensor:
        columns = self._columns
        index = len(columns.calls)
        try:
            shapes = self._shapes(xs)
            key = (id(layer), self._idle, *map(id, shapes))
            call = CALLS.get(key)
            if call is None:
                call = self._called(layer, shapes)
                if shapes:
                    CALLS.put(key, call)
            if len(xs) == 1 and xs[0].index == index - 1:
                links = _BEFORE
            else:
                links = tuple([x.index - index for x in xs])
            columns.append(call, links, name)
        except CnncalcError as error:
            error = error.at_layer(self._described(layer, xs))
            raise self._placed(error, name, layer) from None
        return Tensor(index, call.output, self)

    def _called(self, layer: Layer, shapes: tuple[Shape, ...]) -> Call:
        """Return what a layer does with such shapes."""
        least, most = layer.arity
        if not least <= len(shapes) <= most:
            why = f"{len(shapes)} inputs reached it, and it takes {least}"
            raise GraphError(why, "Join several by Add, Concat or Multiply")
        output = applied(layer, shapes)
        known = SHAPES.get(output)
        if known is None:
            known = _plain(output)
            SHAPES.put(known, known)
        return Call(layer, shapes, known, idle=self._idle)

    def _described(self, layer: Layer, xs: tuple[Tensor, ...]) -> str:
        """Return a layer with what reaches it and, if that is several, from where."""
        reached = [x for x in xs if isinstance(x, Tensor) and x.builder is self]
        if len(reached) <= 1:
            return described(layer, [x.shape for x in reached])
        columns = self._columns
        sources = [f"{x.shape} ({shortened(columns.path(x.index))})" for x in reached]
        return f"{layer.class_name} on {' and '.join(sources)}"

    def _shapes(self, xs: tuple[Tensor, ...]) -> tuple[Shape, ...]:
        if len(xs) == 1 and type(xs[0]) is Tensor and xs[0].builder is self:
            return (xs[0].shape,)
        for x in xs:
            if type(x) is not Tensor or x.builder is not self:
                why = "its input is no tensor of this builder"
                raise GraphError(why, "Pass what input() or add() of this one returned")
        return tuple([x.shape for x in xs])

    def _begin(self, block: Block, xs: tuple[Tensor, ...], name: str | None) -> _Frame:
        start, outer = len(self), self._columns.scope
        try:
            self._shapes(xs)
            if not block.transparent and (name or block.default_name):
                self._columns.enter(name, block.default_name)
        except CnncalcError as error:
            error = error.at_layer(type(block).__name__)
            raise self._placed(error, name, block) from None
        if not block.immutable:
            self._changeable = start
        running = block.lower(self, *xs)
        if not isinstance(running, GeneratorType):
            running = _returning(running)
        return _Frame(block, xs, start, outer, name, running)

    def _end(self, frame: _Frame, result: Any, depth: int) -> Any:
        if isinstance(frame.part, Shared):
            self._share(frame.part, frame.start)
        elif isinstance(frame.part, Frozen):
            path = frame.part.path
            opens = bool(path) and is_group(frame.part.part, frame.name)
            self._columns.freeze(frame.start, path, opens=opens)
        if frame.outer is not self._columns.scope:
            self._columns.leave(frame.outer)
            if depth < _DEEPEST:
                self._remember(frame, result)
        return result

    def _placed(
        self, error: CnncalcError, name: str | None, part: Layer | Block
    ) -> CnncalcError:
        """Return *error* with the path at which *part* was about to be added."""
        return error.at_place(self._columns.next_path(name, part.default_name))

    # Blocks that recur.

    def _recall(
        self, block: Any, xs: tuple[Tensor, ...], name: str | None
    ) -> Piece | None:
        """Return what a block became on such shapes, if that is known."""
        known = PIECES.get((id(block), *[x.shape for x in xs if type(x) is Tensor]))
        if known is None:
            if not is_part(type(block)):
                why = f"{shown(block)} is neither a layer nor a block"
                fix = "Add a layer, such as Conv2d(5, 6), or a Sequential"
                raise ConfigError(why, fix)
            return None
        if self._idle or not (name or block.default_name):
            return None
        piece: Piece = known[1]
        return piece

    def _remember(self, frame: _Frame, result: Any) -> None:
        shares = any(stop > frame.start for _, stop in self._shared.values())
        if shares or self._idle or self._changeable >= frame.start:
            return
        if not isinstance(result, Tensor):
            return
        key = (id(frame.part), *[x.shape for x in frame.xs])
        inputs = tuple(x.index for x in frame.xs)
        piece = self._columns.piece(frame.start, inputs, result.index)
        if piece is not None:
            PIECES.put(key, (frame.part, piece), weight=1 + len(piece.calls))
            self._columns.note(frame.start, piece)

    def _paste(
        self, piece: Piece, block: Block, xs: tuple[Tensor, ...], name: str | None
    ) -> Tensor:
        try:
            self._shapes(xs)
            inputs = tuple([x.index for x in xs])
            columns = self._columns
            index = columns.paste(piece, inputs, name, block.default_name)
        except CnncalcError as error:
            error = error.at_layer(type(block).__name__)
            raise self._placed(error, name, block) from None
        return Tensor(index, columns.calls[index].output, self)

    # Shared weights.

    def _share(self, shared: Shared, start: int) -> None:
        """Note where *shared* was applied first; later, use the weights from there."""
        first = self._shared.setdefault(shared, (start, len(self)))
        if first[0] != start:
            for owner, node in zip(range(*first), range(start, len(self)), strict=True):
                self._own(owner, node)

    def _own(self, owner: int, node: int) -> None:
        """Let *node* use the weights of *owner*."""
        columns = self._columns
        ours, theirs = columns.calls[node], columns.call(owner)
        try:
            check_sharing(ours, theirs)
        except GraphError as error:
            raise error.at_place(columns.table(node + 1).path(node)) from None
        columns.forget([node])
        columns.calls[node] = Call(
            ours.layer, ours.shapes, ours.output, shared=True, idle=ours.idle
        )
        if not theirs.layer.trainable:
            columns.calls[node] = columns.calls[node].frozen()
        columns.owners[node] = owner


_BEFORE: Links = (-1,)  # one for all nodes whose one input is the node before

# What layers do with shapes, by the identity of both, which the calls keep; and the
# one of equal shapes that stands for all.
CALLS = Memo(most=8192)
SHAPES = Memo(most=4096)

# What blocks became, by block and input shapes. The block is kept with its piece, since
# its identity is the key.
PIECES = Memo(most=100_000)  # nodes, and one for each
_DEEPEST = 16  # what is nested deeper is not worth remembering, level by level


def _plain(shape: Shape) -> Shape:
    """Return a shape without terms: what is kept here is found by others, too."""
    if set(map(type, shape)) == {int}:
        return shape
    *space, channels = map(int, shape)
    return Shape.made(tuple(space), channels)


def _returning(value: Any) -> Generator[Any, Any, Any]:
    """Return a generator that asks for nothing and returns *value*."""
    yield from ()
    return value
