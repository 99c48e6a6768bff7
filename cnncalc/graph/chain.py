"""Chains of parts, linked, so that a longer one costs the same at any length."""

from __future__ import annotations

from typing import Any

from cnncalc._typing import override
from cnncalc.checks import for_message
from cnncalc.errors import ConfigError, GraphError
from cnncalc.graph.block import WRAPPERS, depth_of, nesting, unwrapped
from cnncalc.graph.call import Call, called
from cnncalc.graph.fragment import Fragment, FragmentStep, Returned, mapped
from cnncalc.graph.making import chained, placed
from cnncalc.graph.names import Names
from cnncalc.graph.table import Folded, table_of_once
from cnncalc.graph.walk import Owners
from cnncalc.layers.input import Input
from cnncalc.sizes.remembering import is_column
from cnncalc.sizes.shape import Shape

__all__ = ["Link"]


class Link:
    """A chain: the part that was added last, and the chain before it.

    Nothing that two chains share is ever written to.

    Attributes:
        before: The chain without its last part; None if it is empty.
        part: Its last part.
        step: What that became, or the input; None if the chain is open.
        tip: The step that puts out what goes out.
        shape: The shape of that; None if the chain is open.
        input: The shape of its input; None if the chain is open.
        count: The number of its parts.
        depth: How deeply these nest.
        names: The names that are given to them.
        owners: The weights that are shared in it.
    """

    __slots__ = (
        *("before", "count", "depth", "input", "names", "owners", "part", "shape"),
        *("step", "tip"),
    )

    def __init__(
        self,
        before: Link | None,
        part: Any,
        step: FragmentStep | None,
        tip: int,
        shape: Shape | None,
        names: Names,
        owners: Owners,
    ) -> None:
        self.before, self.part, self.step = before, part, step
        self.tip, self.shape, self.names, self.owners = tip, shape, names, owners
        if before is None:
            self.input, self.count, self.depth = shape, 0, 1
        else:
            self.input, self.count = before.input, before.count + 1
            self.depth = before.depth

    @classmethod
    def first(cls, shape: Shape | None) -> Link:
        """Return an empty chain: on an input shape, or open."""
        if shape is None:
            return _NOTHING
        entry = Input(shape)
        call = called(entry, ())
        step = FragmentStep(call, (), None, entry.default_name)
        return cls(None, None, step, 0, call.output, _NO_NAMES, _NO_OWNERS)

    def longer(self, part: Any, *, is_run: bool = False) -> Link:
        """Return the chain that is longer by one part.

        Args:
            part: A layer or block.
            is_run: Whether it stands for parts of this chain, one after another.

        Raises:
            CnncalcError: If the part cannot take what reaches it, or be named so.
        """
        depth = depth_of(part)
        if depth >= self.depth:  # only such a part makes the chain deeper
            depth = depth if is_run else nesting((part,), "Sequential")
        if self.shape is None:
            longer = self._open_longer(part)
        else:
            names, owners = self.names, self.owners
            try:
                if self.tip == self.count and type(part) not in WRAPPERS:
                    step = chained(part, (self.shape,))
                else:
                    step = placed(part, None, ((self.tip, 0),), (self.shape,))
                made = step.made
                if step.name is not None or made.given:
                    names = names.and_also(step.given, again=step.is_own_name)
                if step.weights is not None or made.shares:
                    owners = owners.and_also(step)
            except Exception as error:
                found = self._failed(error, part)
                if found is error:
                    raise
                raise found from None
            if type(made) is Call:
                tip, shape = self.count + 1, made.output
            else:
                tip, shape = self._behind(made, part)
            longer = Link(self, part, step, tip, shape, names, owners)
        if depth > self.depth:
            longer.depth = depth
        return longer

    def _open_longer(self, part: Any) -> Link:
        names = self.names
        if part.name is not None:
            try:
                shared = unwrapped(part)[2] is not None
                names = names.and_also((part.name,), again=shared)
            except ConfigError as error:
                raise error.at_place(part.name) from None
        return Link(self, part, None, 0, None, names, self.owners)

    def _failed(self, error: Exception, part: Any) -> Exception:
        """Return the error of a part that was to be added, with where that was."""
        from cnncalc.graph.failure import failing, note_trail, placed_error

        steps = [*self.steps(), failing(error, part, None, ((self.tip, 0),))]
        note_trail(error, Fragment(steps, None, ()))
        return placed_error(error)

    def _behind(self, made: Any, part: Any) -> tuple[int, Shape]:
        """Return where a longer chain goes on: behind its last step, if that is any."""
        if type(made.result) is not Returned or made.captured or made.idle[0]:
            raise _no_end(made, part)
        if made.ends[0][0] < 0:  # it is its input
            assert self.shape is not None
            return self.tip, self.shape
        return self.count + 1, made.outputs[0]

    def parts(self, behind: Link | None = None) -> list[tuple[Any, Any]]:
        """Return its parts, each with what it became, if the chain is not open.

        Args:
            behind: Where it was made longer: only parts behind that are returned.
        """
        found = []
        link = self
        while link.before is not None and link is not behind:
            found.append((link.part, link.step))
            link = link.before
        return found[::-1]

    def steps(self) -> list[Any]:
        """Return what its input and its parts became."""
        found = []
        link: Link | None = self
        while link is not None:
            found.append(link.step)
            link = link.before
        return found[::-1]

    def fragment(self) -> Fragment:
        """Return it as a fragment, which puts out what goes out."""
        return Fragment(self.steps(), Returned((self.tip, 0)), ())

    def folded(self) -> Folded | None:
        """Return its nodes with what a column repeats once; None if none does."""
        if self.shape is not None and any(is_column(s.made.size) for s in self.steps()):
            return table_of_once(self.fragment())
        return None


def _no_end(made: Any, part: Any) -> GraphError:
    """Return the error that a chain cannot go on behind what a part became."""
    if made.captured:
        why = "it takes a tensor of a builder, and a chain has none"
    elif len(made.ends) > 1:
        why = "it puts out several tensors, and a chain goes on from one"
    elif not isinstance(made.result, Returned):
        returned = mapped(made.result, Returned, lambda _: _A_TENSOR)
        why = f"its lower() returned {for_message(returned)}, and no tensor"
    else:
        why = "it puts out what runs in training only, and a chain goes on"
    return GraphError(why, "Use a Builder", type(part).__name__)


class _ATensor:
    """Stands for a tensor in a message."""

    @override
    def __repr__(self) -> str:
        return "a tensor"


_A_TENSOR = _ATensor()
_NO_NAMES, _NO_OWNERS = Names(), Owners()
_NOTHING = Link(None, None, None, 0, None, _NO_NAMES, _NO_OWNERS)
