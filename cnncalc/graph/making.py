"""Lowering: what layers and blocks become on given shapes, found once.

A block becomes a fragment, which is in the making while it adds its parts, each lowered
in its turn. People add parts to one by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import GeneratorType
from typing import Any

from cnncalc.cache import Memo, weight_of
from cnncalc.errors import CnncalcError, ConfigError, GraphError
from cnncalc.graph.block import Block, Tensor, checked_part, is_layer
from cnncalc.graph.call import Call, called, check_training_only
from cnncalc.graph.failure import failing
from cnncalc.graph.fragment import Fragment, FragmentStep, Returned, Source, mapped
from cnncalc.graph.mistakes import note
from cnncalc.graph.names import Names
from cnncalc.graph.sharing import Owners
from cnncalc.graph.walk import freeze, walked
from cnncalc.graph.wrappers import WRAPPERS, unwrapped
from cnncalc.layers.base import Layer
from cnncalc.layers.interned import fields_of
from cnncalc.sizes.shape import Shape

__all__ = ["Making", "lowered", "placed"]


class Making:
    """A fragment in the making, which nobody sees but who adds to it.

    Args:
        shapes: The shapes of its inputs.
    """

    def __init__(self, shapes: tuple[Shape, ...] = ()) -> None:
        self._shapes = shapes
        self._captured: list[Tensor] = []
        self._steps: list[FragmentStep] = []
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
        checked_part(part)
        try:
            inputs = tuple(map(self._source, xs))
            shapes = tuple([x.shape for x in xs])
            step = placed(part, name, inputs, shapes, idle=self._idle)
            if isinstance(step.made, Fragment) and step.made.captured:
                xs = (*xs, *step.made.captured)
                step = step._replace(inputs=tuple(map(self._source, xs)))
            step = step._replace(group=self._group) if self._group else step
            return self._took(step, xs)
        except CnncalcError as error:
            own = [x for x in xs if isinstance(x, Tensor) and x.maker is self]
            known = [(x.step, x.output) for x in own if x.step < len(self._steps)]
            raise self._failed(error, part, name, tuple(known)) from None

    def paste(self, fragment: Fragment, xs: tuple[Tensor, ...]) -> Any:
        """Add a fragment whose nodes stand in the open scope, and return its result."""
        inputs = tuple(map(self._source, xs))
        return self._took(FragmentStep(fragment, inputs, None, "", idle=self._idle), xs)

    def _took(self, step: FragmentStep, xs: tuple[Tensor, ...]) -> Any:
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
        failed = failing(error, part, name, inputs)
        steps = [*self._steps, failed._replace(group=self._group)]
        error.trail = Fragment(steps, None, self._shapes)
        return error

    def _source(self, x: Any) -> Source:
        """Return where a tensor comes from.

        Raises:
            GraphError: If that is no tensor of this builder, or one that runs in
                training only while what uses it does not.
        """
        if not isinstance(x, Tensor) or x.step >= len(x.maker._steps):
            why = "its input is no tensor of this builder"
            raise GraphError(why, "Pass what input() or add() of this one returned")
        if x.maker is not self:
            return self._beyond(x)
        if x.step >= 0:
            check_training_only(self._steps[x.step].idles(x.output), self._idle)
        return x.step, x.output

    def _beyond(self, x: Tensor) -> Source:
        """Return the input that a tensor from around the block becomes.

        Whether it does come from there, only what is around can tell.
        """
        if x not in self._captured:
            self._captured.append(x)
            self._shapes = (*self._shapes, x.shape)
        return ~(len(self._shapes) - len(self._captured) + self._captured.index(x)), 0

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
        immutable = self._immutable and block.immutable and not self._captured
        return Fragment(
            tuple(self._steps),  # the block may have kept this, and add to it later
            result,
            self._shapes,
            immutable=immutable,
            captured=tuple(self._captured),
        )

    def node_of(self, x: Tensor) -> int:
        """Return the node of the table so far that puts out a tensor."""
        result = Returned((x.step, x.output))
        return walked(Fragment(self._steps, result, self._shapes)).ends[0]

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
        return Returned((x.step, x.output) if x.maker is self else self._beyond(x))


# What parts become.


def lowered(part: Any, shapes: tuple[Shape, ...]) -> Call | Fragment:
    """Return what a layer or block becomes on such shapes; asked again, the same.

    Raises:
        CnncalcError: If it cannot take them.
    """
    key = (id(part), *shapes)
    known = _LOWERED.get(key)
    if known is not None:
        made: Call | Fragment = known[1]
        return made
    if is_layer(part):
        made = called(part, shapes)
        note(made)
        _LOWERED.put(key, (part, made), weight_of(fields_of(part).values()))
        return made
    try:
        made = Making(shapes).lowered(part)
    except RecursionError:
        why = "its blocks nest too deeply for Python's stack"
        raise ConfigError(why, "Add parts one after another") from None
    if made.immutable:
        _LOWERED.put(key, (part, made), weight=1 + len(made.steps))
    return made


# What parts became on which shapes. A part is kept with it, since its identity is the
# key. It buys all that recurs: without it a layer of a chain costs 5 times as much, and
# ResNet-152 with other classes 30 times.
_LOWERED = Memo(most=100_000)  # steps, and one for each


def placed(
    part: Layer | Block,
    name: str | None,
    inputs: tuple[Source, ...],
    shapes: tuple[Shape, ...],
    *,
    idle: bool = False,
) -> FragmentStep:
    """Return the step that a part becomes: lowered, and with what it is wrapped in.

    Args:
        part: A layer or block.
        name: The name that it is given here, whatever its own.
        inputs: Where its inputs come from.
        shapes: The shapes of these.
        idle: Whether it runs in training only.

    Raises:
        CnncalcError: If it cannot take what reaches it.
    """
    if type(part) in WRAPPERS:
        inner, name, weights, paths = unwrapped(part, name)
    else:
        inner, weights, paths = part, None, []
    made = lowered(inner, shapes)
    if name is None:
        name = inner.name
    for path in paths:
        # A layer by itself is what its own name says, given or automatic.
        own = isinstance(made, Call) and path in {name, f"{inner.default_name}1"}
        made = freeze(made, "" if own else path)
    return FragmentStep(made, inputs, name, inner.default_name, weights, idle)
