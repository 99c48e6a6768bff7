"""Chains of parts, linked, so that a longer one costs the same at any length."""

from __future__ import annotations

from typing import Any

from cnncalc._typing import override
from cnncalc.checks import for_message
from cnncalc.errors import ConfigError, GraphError
from cnncalc.graph.block import WRAPPERS, depth_of, nesting, unwrapped
from cnncalc.graph.call import Call, called
from cnncalc.graph.fragment import BEFORE, Fragment, FragmentStep, Returned, mapped
from cnncalc.graph.lowering import chained, placed
from cnncalc.graph.names import Names
from cnncalc.graph.table import Folded, table_of_once
from cnncalc.graph.walk import Owners
from cnncalc.layers.input import Input
from cnncalc.sizes.remembering import is_column
from cnncalc.sizes.shape import Shape

__all__ = ["Link"]


class Link:
    """A chain: the part that was added last, and the chain before it.

    Nothing that two chains share is ever written to. Parts that are added in one call
    share a link: Python's collector looks at each link again and again, and sixty parts
    would take a sixth longer.

    Attributes:
        before: The chain without the parts of this link; None if it is empty.
        part: Its last part.
        step: What that became, or the input; None if the chain is open.
        more: The parts of this link before its last, and what they became.
        shape: The shape of what goes out; None if the chain is open.
        input: The shape of its input; None if the chain is open.
        count: The number of its parts.
        depth: How deeply these nest.
        names: The names that are given to them.
        owners: The weights that are shared in it.
    """

    __slots__ = (
        *("before", "count", "depth", "input", "more", "names", "owners", "part"),
        *("shape", "step"),
    )

    def __init__(
        self,
        before: Link | None,
        part: Any,
        step: FragmentStep | None,
        shape: Shape | None,
        names: Names,
        owners: Owners,
    ) -> None:
        self.before, self.part, self.step = before, part, step
        self.shape, self.names, self.owners = shape, names, owners
        self.more: tuple[list[Any], list[Any]] | None = None
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
        return cls(None, None, step, call.output, _NO_NAMES, _NO_OWNERS)

    def longer(self, part: Any, since: Link, *, is_run: bool = False) -> Link:
        """Return the chain that is longer by one part.

        Args:
            part: A layer or block.
            since: The chain that others have; one that grew from it, nobody else has
                yet, and it may grow itself.
            is_run: Whether the part stands for parts of this chain, one after another.

        Raises:
            CnncalcError: If the part cannot take what reaches it, or be named so.
        """
        depth = depth_of(part)
        if depth >= self.depth:  # only such a part makes the chain deeper
            depth = depth if is_run else nesting((part,), "Sequential")
        if self.shape is None:
            names = self._open_names(part)
            longer = self._grown(part, None, None, names, self.owners, since)
        else:
            names, owners = self.names, self.owners
            try:
                if type(part) in WRAPPERS:
                    step = placed(part, None, BEFORE, (self.shape,))
                else:
                    step = chained(part, (self.shape,))
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
            shape = made.output if type(made) is Call else _behind(made, part)
            longer = self._grown(part, step, shape, names, owners, since)
        if depth > self.depth:
            longer.depth = depth
        return longer

    def _grown(
        self,
        part: Any,
        step: FragmentStep | None,
        shape: Shape | None,
        names: Names,
        owners: Owners,
        since: Link,
    ) -> Link:
        """Return the chain with one part more: itself, if nobody else has it."""
        if self is since:
            return Link(self, part, step, shape, names, owners)
        self.more = self.more or ([], [])
        self.more[0].append(self.part)
        self.more[1].append(self.step)
        self.part, self.step, self.shape = part, step, shape
        self.names, self.owners, self.count = names, owners, self.count + 1
        return self

    def _open_names(self, part: Any) -> Names:
        """Return the names that are given in an open chain with one part more."""
        if part.name is None:
            return self.names
        try:
            shared = unwrapped(part)[2] is not None
            return self.names.and_also((part.name,), again=shared)
        except ConfigError as error:
            raise error.at_place(part.name) from None

    def _failed(self, error: Exception, part: Any) -> Exception:
        """Return the error of a part that was to be added, with where that was."""
        from cnncalc.graph.failure import captured_by, failing, note_trail, placed_error

        steps = self.steps()
        # What it took besides its input stands in no chain.
        besides = [(~n, 0) for n in range(len(captured_by(error)))]
        inputs = ((len(steps) - 1, 0), *besides)
        steps.append(failing(error, part, None, inputs))
        note_trail(error, Fragment(steps, None, ()))
        return placed_error(error)

    def parts(self, behind: Link | None = None) -> list[tuple[Any, Any]]:
        """Return its parts, each with what it became, if the chain is not open.

        Args:
            behind: Where it was made longer: only parts behind that are returned.
        """
        found = []
        link = self
        while link.before is not None and link is not behind:
            found.append((link.part, link.step))
            if link.more:
                found += zip(*map(reversed, link.more), strict=True)
            link = link.before
        return found[::-1]

    def steps(self) -> list[Any]:
        """Return what its input and its parts became."""
        found = []
        link: Link | None = self
        while link is not None:
            found.append(link.step)
            if link.more:
                found += reversed(link.more[1])
            link = link.before
        return found[::-1]

    def fragment(self) -> Fragment:
        """Return it as a fragment, which puts out what goes out."""
        return Fragment(self.steps(), Returned((self.count, 0)), ())

    def folded(self) -> Folded | None:
        """Return its nodes with what a column repeats once; None if none does."""
        if self.shape is not None and any(is_column(s.made.size) for s in self.steps()):
            return table_of_once(self.fragment())
        return None


def _behind(made: Any, part: Any) -> Any:
    """Return the shape with which a chain goes on behind what a part became.

    Raises:
        GraphError: If it cannot.
    """
    if type(made.result) is Returned and not made.captured and not made.idle[0]:
        return made.outputs[0]
    if made.captured:
        why = "it takes a tensor of a builder, and a chain has none"
    elif len(made.ends) > 1:
        why = "it puts out several tensors, and a chain goes on from one"
    elif not isinstance(made.result, Returned):
        returned = mapped(made.result, Returned, lambda _: _A_TENSOR)
        why = f"its lower() returned {for_message(returned)}, and no tensor"
    else:
        why = "it puts out what runs in training only, and a chain goes on"
    raise GraphError(why, "Use a Builder", type(part).__name__)


class _ATensor:
    """Stands for a tensor in a message."""

    @override
    def __repr__(self) -> str:
        return "a tensor"


_A_TENSOR = _ATensor()
_NO_NAMES, _NO_OWNERS = Names(), Owners()
_NOTHING = Link(None, None, None, None, _NO_NAMES, _NO_OWNERS)
