"""Fragments in the making: where blocks, and people, add parts one after another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import GeneratorType
from typing import Any

from cnncalc.checks import shown
from cnncalc.errors import CnncalcError, ConfigError, GraphError
from cnncalc.graph.block import Block, Tensor, checked_part
from cnncalc.graph.call import Call
from cnncalc.graph.failure import failing
from cnncalc.graph.fragment import Fragment, Returned, Step, mapped, placed
from cnncalc.graph.names import Names
from cnncalc.graph.sharing import Owners
from cnncalc.layers.base import Layer
from cnncalc.sizes.shape import Shape

__all__ = ["Making"]


class Making:
    """A fragment in the making, which nobody sees but who adds to it.

    Args:
        shapes: The shapes of its inputs.
    """

    def __init__(self, shapes: tuple[Shape, ...] = ()) -> None:
        self._shapes = shapes
        self._steps: list[Step] = []
        self._names: dict[tuple[str, ...], Names] = {(): Names()}
        self._group: tuple[str, ...] = ()
        self._owners = Owners()
        self._idle = False
        self._immutable = True

    def add(self, part: Layer | Block, /, *xs: Tensor, name: str | None = None) -> Any:
        """Apply a layer or block and return its output; a failed call adds nothing.

        Args:
            part: A layer, or a block such as an open `Sequential`.
            xs: Its inputs.
            name: What to call it here, whatever its own name.

        Returns:
            The tensor that it puts out; of a block, whatever that returns.

        Raises:
            CnncalcError: If it cannot be applied to that; the message says where, and
                the error has the network up to there.
            GraphError: If an input belongs to another builder.
        """
        inputs = tuple([(x.step, x.output) for x in xs if isinstance(x, Tensor)])
        checked_part(part)
        try:
            self._check_inputs(xs)
            shapes = tuple([x.shape for x in xs])
            step = placed(part, name, inputs, shapes, idle=self._idle)
            step = step._replace(group=self._group) if self._group else step
            return self._took(step, xs)
        except CnncalcError as error:
            raise self._failed(error, part, name, inputs) from None

    def paste(self, fragment: Fragment, xs: tuple[Tensor, ...]) -> Any:
        """Add a fragment whose nodes stand in the open scope, and return its result."""
        inputs = tuple([(x.step, x.output) for x in xs])
        return self._took(Step(fragment, inputs, None, "", idle=self._idle), xs)

    def _took(self, step: Step, xs: tuple[Tensor, ...]) -> Any:
        """Add a step and return what it puts out."""
        made = step.made
        names = self._names[self._group].and_also(step.given())
        self._owners = self._owners.and_also(step)
        self._names[self._group] = names
        self._steps.append(step)
        at = len(self._steps) - 1
        if isinstance(made, Call):
            return Tensor(self, at, 0, made.output)
        self._immutable = self._immutable and made.immutable
        outputs = iter(range(len(made.ends)))

        def put(returned: Returned) -> Tensor:
            output = next(outputs)
            source, _ = returned.source
            return (
                xs[~source]
                if source < 0
                else Tensor(self, at, output, made.outputs[output])
            )

        return mapped(made.result, Returned, put)

    def _failed(
        self,
        error: CnncalcError,
        part: Layer | Block | None,
        name: str | None,
        inputs: tuple[Any, ...],
    ) -> CnncalcError:
        """Return the error of a part that was to be added, with where that was."""
        known = [i for i in inputs if -len(self._shapes) <= i[0] < len(self._steps)]
        failed = failing(error, part, name, tuple(known))
        steps = [*self._steps, failed._replace(group=self._group)]
        error.trail = Fragment(steps, None, self._shapes)
        return error

    def _check_inputs(self, xs: tuple[Any, ...]) -> None:
        """Refuse what is no tensor of this builder.

        Raises:
            ConfigError: If something is no tensor.
            GraphError: If one belongs to another builder, or runs in training only
                while what uses it does not.
        """
        for x in xs:
            if not isinstance(x, Tensor):
                why = f"{shown(x)} is no tensor"
                fix = "Pass what g.input() or g.add() returned"
                raise ConfigError(why, fix)
            self._check_own(x)
            if x.step >= 0 and self._steps[x.step].idle and not self._idle:
                why = "its input runs in training only, and it does not"
                raise GraphError(why, "Add it under g.training_only(), too")

    def _check_own(self, x: Tensor) -> None:
        if x.maker is not self or x.step >= len(self._steps):
            why = "its input belongs to another builder, or to what failed"
            raise GraphError(why, "Build one network by one builder")

    @contextmanager
    def scope(self, name: str) -> Iterator[None]:
        """Put what is added meanwhile into a group of that name."""
        outer, start, owners = self._group, len(self._steps), self._owners
        inner, before = (*outer, name), dict(self._names)
        try:
            self._names[outer] = self._names[outer].and_also((name,))
        except CnncalcError as error:
            raise self._failed(error, None, name, ()) from None
        self._group, self._names[inner] = inner, Names()
        try:
            yield
        except BaseException:
            del self._steps[start:]
            self._names, self._owners = before, owners
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
        inputs = [Tensor(self, ~n, 0, shape) for n, shape in enumerate(self._shapes)]
        result = block.lower(self, *inputs)
        if isinstance(result, GeneratorType):
            result = self._driven(result)
        result = mapped(result, Tensor, self._returned)
        immutable = self._immutable and block.immutable
        return Fragment(self._steps, result, self._shapes, immutable=immutable)

    def node_of(self, x: Tensor) -> int:
        """Return the node of the table so far that puts out a tensor."""
        result = Returned((x.step, x.output))
        return Fragment(self._steps, result, self._shapes).columns.ends[0]

    def _driven(self, running: Any) -> Any:
        """Add what a generator yields, and return what it returns."""
        result = None
        try:
            while True:
                part, *xs = running.send(result)
                result = self.add(part, *xs)
        except StopIteration as done:
            return done.value

    def _returned(self, x: Tensor) -> Returned:
        self._check_own(x)
        return Returned((x.step, x.output))
