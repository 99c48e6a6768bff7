"""Fragments in the making, to which blocks add parts, each lowered in its turn.

People add parts to one by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from operator import attrgetter
from types import GeneratorType
from typing import Any

from cnncalc.checks import for_message
from cnncalc.errors import ConfigError, GraphError
from cnncalc.graph.block import Block, Tensor, checked_part, is_layer_class, no_tensor
from cnncalc.graph.call import Call, check_arity, check_training_only
from cnncalc.graph.fragment import (
    BEFORE,
    Fragment,
    FragmentStep,
    Returned,
    Source,
    mapped,
)
from cnncalc.graph.lowering import placed
from cnncalc.graph.names import Names
from cnncalc.graph.walk import Owners, walked
from cnncalc.layers.base import Layer
from cnncalc.sizes.shape import Shape

__all__ = ["Making"]

_shape = attrgetter("shape")


class Making:
    """A fragment in the making, which nobody sees but who adds to it.

    Args:
        shapes: The shapes of its inputs.
    """

    def __init__(self, shapes: tuple[Shape, ...] = ()) -> None:
        self._shapes = shapes
        self._captured: dict[Tensor, int] = {}  # each with its place among them
        self._steps: list[FragmentStep] = []
        self._names: dict[tuple[str, ...], Names] = {}
        self._group: tuple[str, ...] = ()
        self._owners = _NO_OWNERS
        self._idle = False
        self._immutable = True
        self.times = 1  # how often all of it stands there, one after another

    def add(
        self,
        part: Layer | Block,
        /,
        *xs: Tensor,
        name: str | None = None,
        follows: Tensor | None = None,
    ) -> Any:
        """Apply a layer or block and return its output; a failed call adds nothing.

        Args:
            part: A layer, or a block such as an open `Sequential`.
            xs: Its inputs.
            name: What to call it here, whatever its own name.
            follows: What a resize, unpool or crop is to be as large as, on this input
                of the network and on others: another tensor, of which only the size
                counts.

        Returns:
            The tensor that it puts out; of a block, whatever that returns.

        Raises:
            CnncalcError: If it cannot be applied to that; the message says where, and
                the error has the network up to there.
            GraphError: If an input belongs to another builder.
        """
        if not is_layer_class(type(part)):
            checked_part(part)
        taken = len(self._captured)
        try:
            inputs = tuple(map(self._source, xs))
            shapes = tuple(map(_shape, xs))
            source = None if follows is None else self._source(follows)
            if follows is not None:
                from cnncalc.graph.wrappers import part_fitted

                part = part_fitted(part, shapes, follows.shape)
            before = len(self._steps)
            known = BEFORE if inputs == ((before - 1, 0),) else inputs
            step = placed(part, name, known, shapes, self._idle, self._group)
            if len(self._steps) != before:  # the part added others to this
                step = step._replace(inputs=inputs)
            if step.made.captured:
                xs = (*xs, *step.made.captured)
                step = step._replace(inputs=tuple(map(self._source, xs)))
            if source is not None:
                step = step._replace(follows=source)
            return self._took(step, xs)
        except Exception as error:
            self._keep_captured(taken)
            self._failed(error, part, name, xs)
            raise

    def paste(self, fragment: Fragment, xs: tuple[Tensor, ...]) -> Any:
        """Add a fragment whose nodes stand in the open scope, and return its result."""
        inputs = tuple(map(self._source, xs))
        step = FragmentStep(fragment, inputs, None, "", None, self._idle, self._group)
        return self._took(step, xs)

    def _took(self, step: FragmentStep, xs: tuple[Tensor, ...]) -> Any:
        """Add a step and return what it puts out."""
        made = step.made
        if step.name is not None or made.given:
            names = self._names.get(step.group, _NO_NAMES)
            names = names.and_also(step.given, again=step.is_own_name)
            self._names[step.group] = names
        if step.weights is not None or made.shares:
            self._owners = self._owners.and_also(step)
        at = len(self._steps)
        self._steps.append(step)
        if type(made) is Call:
            return Tensor(self, (at, 0), made.output, step)
        assert isinstance(made, Fragment)
        self._immutable = self._immutable and made.immutable
        outputs = count()

        def put(returned: Returned) -> Tensor:
            output = next(outputs)
            source, _ = returned.source
            if source < 0:
                return xs[~source]
            return Tensor(self, (at, output), made.outputs[output], step)

        return mapped(made.result, Returned, put)

    def _failed(
        self, error: Exception, part: Layer | Block | None, name: str | None, xs: Any
    ) -> None:
        """Note with the error of a part that was to be added where that was.

        Its inputs are those that a fragment of it would have: its own, and then what it
        took from around. What is not here is one from around this, too.
        """
        from cnncalc.graph.failure import captured_by, failing, note_trail

        inputs, captured = [], dict(self._captured)  # what fails itself takes nothing
        for x in (*xs, *captured_by(error)):
            if isinstance(x, Tensor) and x.maker is self and self.has(x):
                inputs.append(x.source)
            elif isinstance(x, Tensor):
                place = captured.setdefault(x, len(captured))
                inputs.append((~(len(self._shapes) + place), 0))
        failed = failing(error, part, name, tuple(inputs))._replace(group=self._group)
        shapes = (*self._shapes, *map(_shape, captured))
        steps = [*self._steps, failed]
        note_trail(error, Fragment(steps, None, shapes, captured=tuple(captured)))

    def has(self, x: Tensor) -> bool:
        """Tell whether a tensor of its own is there: no scope failed that made it."""
        at, _ = x.source
        return at < 0 or (at < len(self._steps) and self._steps[at] is x.of)

    def _source(self, x: Any) -> Source:
        """Return where a tensor comes from.

        Raises:
            GraphError: If that is no tensor of this builder, or one that runs in
                training only while what uses it does not.
        """
        if not isinstance(x, Tensor) or not x.maker.has(x):
            raise no_tensor()
        if x.maker is not self:
            return self._beyond(x)
        at, output = source = x.source
        if at >= 0 and not self._idle and x.of.idles(output):
            check_training_only(source=True, user=False)
        return source

    def _beyond(self, x: Tensor) -> Source:
        """Return the input that a tensor from around the block becomes.

        Whether it does come from there, only what is around can tell.
        """
        place = self._captured.setdefault(x, len(self._captured))
        return ~(len(self._shapes) + place), 0

    def _keep_captured(self, number: int) -> None:
        """Forget the tensors from around that were taken since there were so many."""
        while len(self._captured) > number:
            self._captured.popitem()

    def _all_shapes(self) -> tuple[Shape, ...]:
        """Return the shapes of its inputs, with those of what it took besides."""
        if not self._captured:
            return self._shapes
        return (*self._shapes, *map(_shape, self._captured))

    @contextmanager
    def scope(self, name: str) -> Iterator[None]:
        """Put what is added meanwhile into a group of that name."""
        outer, start, owners = self._group, len(self._steps), self._owners
        taken = len(self._captured)
        inner, names = (*outer, name), self._names.get(outer, _NO_NAMES)
        try:
            self._names[outer] = names.and_also((name,))
        except ConfigError as error:
            self._failed(error, None, name, ())
            raise
        self._group, self._names[inner] = inner, _NO_NAMES
        try:
            yield
        except BaseException:
            del self._steps[start:]
            self._keep_captured(taken)
            self._owners = owners
            self._names[outer] = names
            raise
        finally:
            self._group = outer

    @contextmanager
    def training_only(self) -> Iterator[None]:
        """Let what is added meanwhile run in training only, as auxiliary heads do."""
        before, self._idle = self._idle, True
        try:
            yield
        finally:
            self._idle = before

    def lowered(self, block: Block) -> Fragment:
        """Return the fragment that a block becomes, which adds its parts to this."""
        check_arity(block, self._shapes)
        shapes = enumerate(self._shapes)
        result = block.lower(self, *[Tensor(self, (~n, 0), x) for n, x in shapes])
        if isinstance(result, GeneratorType):
            result = self._driven(result)
        result = mapped(result, Tensor, self._returned)
        immutable = self._immutable and block.immutable and not self._captured
        return Fragment(
            tuple(self._steps),  # the block may have kept this, and add to it later
            result,
            self._all_shapes(),
            immutable=immutable,
            captured=tuple(self._captured),
            times=self.times,
            part=block,
        )

    def node_of(self, x: Tensor) -> int:
        """Return the node of the table so far that puts out a tensor."""
        result = self._returned(x)
        return walked(Fragment(self._steps, result, self._all_shapes())).ends[0]

    def _driven(self, running: Any) -> Any:
        """Add what a generator yields, and return what it returns."""
        result = None
        try:
            while True:
                part = running.send(result)
                if not isinstance(part, (tuple, list)) or not part:
                    why = f"its lower() yielded {for_message(part)}"
                    raise GraphError(why, "Yield a part with its inputs: yield part, x")
                result = self.add(*part)
        except StopIteration as done:
            return done.value

    def _returned(self, x: Tensor) -> Returned:
        if not isinstance(x, Tensor) or not x.maker.has(x):
            raise no_tensor()
        return Returned(x.source if x.maker is self else self._beyond(x))


_NO_NAMES, _NO_OWNERS = Names(), Owners()
