"""The builder of any graph without cycles, node by node."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cnncalc._typing import override
from cnncalc.errors import CnncalcError, GraphError
from cnncalc.graph.block import Block, Tensor
from cnncalc.graph.call import called
from cnncalc.graph.failure import placed_error
from cnncalc.graph.fragment import Fragment, FragmentStep, Source
from cnncalc.graph.making import Making
from cnncalc.graph.mistakes import NOTED, warn_of_step
from cnncalc.graph.table import Table, table_of
from cnncalc.graph.walk import walked
from cnncalc.layers.base import Layer
from cnncalc.layers.merge import Input
from cnncalc.network.graph import Graph, show
from cnncalc.sizes.entry import entered
from cnncalc.sizes.shape import ShapeLike

__all__ = ["Builder"]


class Builder(Making):
    """Put a network together node by node: any graph without cycles.

    Example:
        >>> from cnncalc import Add, Builder, Conv2d
        >>> g = Builder()
        >>> x = g.input((32, 32, 3))
        >>> y = g.add(Conv2d(3, 8, padding=1), x)
        >>> z = g.add(Conv2d(1, 8), x)
        >>> net = g.graph(g.add(Add(), y, z))
        >>> print(net.output, net.params)
        32×32×8 256
    """

    def __len__(self) -> int:
        return len(self.table())

    def input(self, shape: ShapeLike, name: str | None = None) -> Tensor:
        """Add an input of the network and return what enters there."""
        entry = Input(entered(shape), name=name)
        made = called(entry, ())
        step = FragmentStep(
            made, (), name, entry.default_name, None, self._idle, self._group
        )
        x: Tensor = self._took(step, ())
        return x

    @override
    def add(self, part: Layer | Block, /, *xs: Tensor, name: str | None = None) -> Any:
        try:
            found = super().add(part, *xs, name=name)
        except CnncalcError as error:
            raise self._shown(error) from None
        if NOTED:
            warn_of_step(self._steps[-1])
        return found

    @contextmanager
    @override
    def scope(self, name: str) -> Iterator[None]:
        try:
            with super().scope(name):
                yield
        except CnncalcError as error:
            raise self._shown(error) from None

    def _shown(self, error: CnncalcError) -> CnncalcError:
        """Return an error with its place, unless it has one, and with the network."""
        error = placed_error(error)
        show(error)
        return error.at_door()

    def table(self) -> Table:
        """Return what was added so far, as a table."""
        return table_of(self._fragment(()))

    def graph(self, *outputs: Tensor, name: str | None = None) -> Graph:
        """Return what was added so far as a network.

        Args:
            outputs: What it puts out.
            name: What to call it.

        Raises:
            GraphError: If there is no output, or one belongs to another builder.
        """
        if not outputs:
            raise GraphError(
                "a network needs an output", "Name it: g.graph(x)", "Builder"
            )
        fragment = self._fragment(outputs)
        return Graph(table_of(fragment), walked(fragment).ends, name)

    @override
    def _beyond(self, x: Tensor) -> Source:
        why = "its input is no tensor of this builder"
        raise GraphError(why, "Pass what input() or add() of this one returned")

    def _fragment(self, outputs: tuple[Any, ...]) -> Fragment:
        ends = tuple([self._returned(x) for x in outputs])
        return Fragment(tuple(self._steps), ends, ())
