"""The builder of any graph without cycles, node by node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from cnncalc._typing import override
from cnncalc.door import guarded, guarded_call
from cnncalc.errors import GraphError
from cnncalc.graph.block import Block, Tensor, no_tensor
from cnncalc.graph.fragment import Fragment, Source
from cnncalc.graph.lowering import placed
from cnncalc.graph.making import Making
from cnncalc.graph.mistakes import NOTED, warn_of_steps
from cnncalc.graph.table import Table, table_of
from cnncalc.graph.walk import walked
from cnncalc.layers.base import Layer
from cnncalc.layers.input import Input
from cnncalc.network.graph import Graph, show
from cnncalc.refusals import NoNumber, refused
from cnncalc.sizes.shape import ShapeLike, entered

__all__ = ["Builder"]


@guarded("g")
class Builder(Making, NoNumber):
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

    _instead = "g.graph(x).params, or g.graph(x).macs"

    def __init__(self) -> None:
        super().__init__()

    def __len__(self) -> int:
        return len(self.table())

    def input(self, shape: ShapeLike, name: str | None = None) -> Tensor:
        """Add an input of the network and return what enters there."""
        entry = Input(entered(shape), name=name)
        step = placed(entry, name, (), (), self._idle, self._group)
        x: Tensor = self._took(step, ())
        return x

    @override
    def add(
        self,
        part: Layer | Block,
        /,
        *xs: Tensor,
        name: str | None = None,
        follows: Tensor | None = None,
    ) -> Any:
        try:
            added = super().add(part, *xs, name=name, follows=follows)
        except Exception as error:
            found = _placed(error)
            if found is error:
                raise
            raise found from None
        if NOTED:
            warn_of_steps([(part, self._steps[-1])])
        return added

    @property
    def parts(self) -> int:
        """The number of parts that were added so far, inputs among them."""
        return len(self._steps)

    def nodes_of(self, said: Mapping[int, str]) -> Iterator[tuple[int, str]]:
        """Yield the nodes of some of its parts, with what is said of the part."""
        ends = [0, *accumulate(step.made.size for step in self._steps)]
        for part, words in said.items():
            for node in range(ends[part], ends[part + 1]):
                yield node, words

    @contextmanager
    @override
    def scope(self, name: str) -> Iterator[None]:
        with _placing(), super().scope(name):
            yield

    if not TYPE_CHECKING:  # which tells of wrong names itself

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):
                raise AttributeError(name)
            from cnncalc.words.lookup import missing_from_builder

            own = [f"g.{known}" for known in dir(type(self))]
            raise missing_from_builder("Builder", name, own)

        __call__ = refused("parts are added one by one", "x = g.add(Conv2d(3, 8), x)")

    training_only = guarded_call(Making.training_only, "g.training_only", skipped=1)

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
        raise no_tensor()

    def _fragment(self, outputs: tuple[Any, ...]) -> Fragment:
        ends = tuple([self._returned(x) for x in outputs])
        return Fragment(tuple(self._steps), ends, ())


@contextmanager
def _placing() -> Iterator[None]:
    """Give an error its place, unless it has one, and the network up to there."""
    try:
        yield
    except Exception as error:
        found = _placed(error)
        if found is error:
            raise
        raise found from None


def _placed(error: Exception) -> Exception:
    from cnncalc.graph.failure import placed_error

    found = placed_error(error)
    show(found)
    return found
