"""Chains of parts, linked, so that a longer one costs the same at any length."""

from __future__ import annotations

from typing import Any

from cnncalc.errors import CnncalcError, ConfigError, GraphError
from cnncalc.graph.block import nesting
from cnncalc.graph.call import called
from cnncalc.graph.failure import failing, placed_error
from cnncalc.graph.fragment import Fragment, FragmentStep, Returned
from cnncalc.graph.making import placed
from cnncalc.graph.names import Names
from cnncalc.graph.sharing import Owners
from cnncalc.layers.merge import Input
from cnncalc.sizes.shape import Shape

__all__ = ["Link"]


class Link:
    """A chain: the part that was added last, and the chain before it.

    Nothing that two chains share is ever written to.

    Attributes:
        before: The chain without its last part; None if it is empty.
        part: Its last part.
        input: The shape of its input; None if the chain is open.
        count: The number of its parts.
        depth: How deeply these nest.
        names: The names that are given to them.
        step: What the last part became, or the input; None if the chain is open.
        tip: The step that puts out what goes out, and its shape.
        owners: The weights that are shared in it.
    """

    __slots__ = (
        *("before", "count", "depth", "input", "names", "owners", "part", "step"),
        "tip",
    )

    def __init__(
        self,
        before: Link | None,
        part: Any,
        step: FragmentStep | None,
        tip: tuple[int, Shape] | None,
        names: Names,
        owners: Owners,
    ) -> None:
        self.before, self.part, self.step, self.tip = before, part, step, tip
        self.names, self.owners = names, owners
        self.count, self.depth = 0, 1
        self.input = tip and tip[1]
        if before is not None:
            self.input, self.count = before.input, before.count + 1
            self.depth = before.depth
            # Only such a part makes the chain deeper; the bound is checked there alone.
            if getattr(part, "_depth", 0) >= self.depth:
                self.depth = nesting((part,), "Sequential")

    @classmethod
    def first(cls, shape: Shape | None) -> Link:
        """Return an empty chain: on an input shape, or open."""
        if shape is None:
            return cls(None, None, None, None, Names(), Owners())
        entry = Input(shape)
        call = called(entry, ())
        step = FragmentStep(call, (), None, entry.default_name)
        return cls(None, None, step, (0, call.output), Names(), Owners())

    def longer(self, part: Any) -> Link:
        """Return the chain that is longer by one part.

        Raises:
            CnncalcError: If the part cannot take what reaches it, or be named so.
        """
        if self.tip is None:
            return self._open_longer(part)
        at, shape = self.tip
        names, owners = self.names, self.owners
        try:
            step = placed(part, None, ((at, 0),), (shape,))
            if step.name is not None or step.is_spliced:
                names = names.and_also(step.given())
            if step.weights is not None or step.shares:
                owners = owners.and_also(step)
        except CnncalcError as error:
            steps = [*self.steps(), failing(error, part, None, ((at, 0),))]
            error.trail = Fragment(steps, None, ())
            raise placed_error(error) from None
        return Link(self, part, step, self._tip_after(step, part), names, owners)

    def _open_longer(self, part: Any) -> Link:
        names = self.names
        if part.name is not None:
            try:
                names = names.and_also((part.name,))
            except ConfigError as error:
                raise error.at_place(part.name) from None
        return Link(self, part, None, None, names, self.owners)

    def _tip_after(self, step: FragmentStep, part: Any) -> tuple[int, Shape]:
        """Return where a longer chain goes on: behind its last step, if that is any."""
        made = step.made
        if isinstance(made, Fragment):
            why = ""
            if made.captured:
                why = "it takes a tensor of a builder, and a chain has none"
            elif not isinstance(made.result, Returned):
                why = "it puts out several tensors, and a chain goes on from one"
            if why:
                raise GraphError(why, "Use a Builder", type(part).__name__)
            if made.ends[0][0] < 0:  # it is its input
                assert self.tip is not None
                return self.tip
        return self.count + 1, made.outputs[0]

    def links(self) -> list[Link]:
        """Return all chains that this one was made from, and itself last."""
        found: list[Link] = []
        link: Link | None = self
        while link is not None:
            found.append(link)
            link = link.before
        return found[::-1]

    def steps(self) -> list[Any]:
        """Return what its input and its parts became."""
        return [link.step for link in self.links()]

    def fragment(self) -> Fragment:
        """Return it as a fragment, which puts out what goes out."""
        assert self.tip is not None
        return Fragment(self.steps(), Returned((self.tip[0], 0)), ())
