"""The questions that every network answers, however it was made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

from cnncalc.errors import unknown_name
from cnncalc.network.measured import Measured
from cnncalc.sizes.shape import Shape, ShapeLike

if TYPE_CHECKING:
    from cnncalc.draw import Drawing
    from cnncalc.explain import Explanation
    from cnncalc.network.graph import Graph
    from cnncalc.operations.conventions import Convention
    from cnncalc.report.diff import Difference
    from cnncalc.report.output import PathName
    from cnncalc.report.summary import Summary, Where

__all__ = ["Network"]


class Network(Measured):
    """A network: a table of nodes, and all questions about it."""

    __slots__ = ()

    # Reports.

    def summary(  # noqa: PLR0913 - each is a choice of its own
        self,
        *,
        columns: Sequence[str] | None = None,
        input: ShapeLike | Sequence[ShapeLike] | None = None,
        depth: int | None = None,
        sort: str | None = None,
        where: Where | None = None,
        batch: int = 1,
        dtype: str | int = "float32",
        units: str = "exact",
        byte_units: str = "binary",
        layout: str = "HWC",
        language: str = "en",
        convention: str | Convention | Sequence[str | Convention] | None = None,
    ) -> Summary:
        """Return a table of the layers, with totals; its `str` is the table as text.

        Args:
            columns: The columns to show, by name, ours or torchinfo's; None shows the
                usual ones.
            input: Another input shape, or that of a network which has none yet; of
                several inputs, a list of shapes.
            depth: How many levels of groups to show; what is deeper is folded into
                one line for each group. None shows all.
            sort: The column to sort by; "-params" puts the largest first.
            where: Which rows to show: kinds of layers, such as "Conv2d", a word in
                their kind or path, such as "conv", or a function of a row. The totals
                stay those of the whole network.
            batch: How many inputs are run at once. It stands before the shapes, and
                multiplies all but parameters and buffers.
            dtype: The values' data type, or a number of bits, for what is in bytes.
            units: "exact"; "auto" for K, M, G as fits; or one of these for all. CSV,
                JSON and data frames stay exact.
            byte_units: "binary" for KiB and MiB, "decimal" for kB and MB.
            layout: The order of shapes, "HWC" or "CHW".
            language: Of titles, "en" or "zh".
            convention: A tool's, as of `operations`, whose number stands below too; of
                several, the numbers.

        Raises:
            OptionError: If there is no such column, kind or type, or an option is none
                of those above.
            UnknownNameError: If there is no such convention.
            OpenNetworkError: If the network has no input shape.

        Example:
            >>> from cnncalc import zoo
            >>> columns = ["layer", "macs", "macs_percent"]
            >>> summary = zoo.lenet().summary(columns=columns, sort="-macs")
            >>> print(summary.to_csv().splitlines()[1])
            Conv2,240000,57.6203
        """
        from cnncalc.report.summary import style_of, summarise

        style = style_of(
            units=units,
            byte_units=byte_units,
            layout=layout,
            batch=batch,
            language=language,
        )
        graph = self._on(input)
        tools = []
        if convention is not None:
            from cnncalc.operations.conventions import conventions_of

            tools = conventions_of(convention)
        operations = {tool.name: graph.operations(tool) for tool in tools}
        return summarise(
            self._title(),
            graph,
            style,
            columns=columns,
            depth=depth,
            sort=sort,
            where=where,
            dtype=dtype,
            operations=operations,
        )

    def explain(
        self,
        path: str | None = None,
        *,
        input: ShapeLike | Sequence[ShapeLike] | None = None,
        language: str = "en",
    ) -> Explanation:
        """Return how the numbers of a node, a group or all nodes come about.

        Args:
            path: The path of a node or group; None explains every node.
            input: Another input shape, or that of a network which has none yet; of
                several inputs, a list of shapes.
            language: The language to write in: "en" or "zh".

        Raises:
            UnknownNameError: If there is no such node or group.
            OptionError: If there is no such language.
            OpenNetworkError: If the network has no input shape.

        Example:
            >>> from cnncalc import zoo
            >>> print(zoo.lenet().explain("Conv1").steps["Conv1"][2])
            parameters: k_h×k_w×C_in×F + F = 5×5×1×6 + 6 = 156
        """
        from cnncalc.explain import explain

        graph = self._on(input)
        nodes = [i for i, links in enumerate(graph.table.links) if links]
        wanted = nodes
        depth: int | None = 0
        if path is not None:
            place = graph.place(path)
            if place is None:
                raise unknown_name("node or group", path, graph.paths())
            span = place if isinstance(place, range) else [place]
            wanted = [index for index in span if index in set(nodes)]
            depth = path.count("/") + 1 if isinstance(place, range) else None
        rows = dict(zip(nodes, graph.nodes, strict=True))
        title = self._title() if path is None else path
        return explain(title, graph.table, rows, wanted, depth=depth, language=language)

    def diff(
        self,
        other: Network,
        *,
        columns: Sequence[str] | None = None,
        convention: str | Convention | Sequence[str | Convention] | None = None,
        unchanged: bool = False,
        language: str = "en",
    ) -> Difference:
        """Return how another network differs from this one, node by node.

        Nodes are paired in order, by name or by what they do, whichever leaves fewer
        differences. Below stands what became of each number.

        Args:
            other: The network to compare with: the one that this one became.
            columns: Which numbers of a node to tell: "params", "trainable", "buffers",
                "connections", "macs", "activation_size"; None tells "params" and
                "macs".
            convention: A tool's, or several, whose numbers to tell below, too.
            unchanged: Whether to show also the nodes that did not change.
            language: "en" or "zh".

        Raises:
            OptionError: If *other* is no network, or there is no such column,
                convention or language.
            OpenNetworkError: If a network has no input shape.

        Example:
            >>> from cnncalc import zoo
            >>> difference = zoo.lenet().diff(zoo.lenet(classes=100))
            >>> [(line.after.path, line.what) for line in difference.changed]
            [('FC3', 'units 10 → 100')]
        """
        from cnncalc.report.diff import difference

        return difference(
            self,
            other,
            columns=columns,
            convention=convention,
            unchanged=unchanged,
            language=language,
        )

    def draw(
        self,
        kind: str = "architecture",
        *,
        depth: int | None = None,
        title: str | None = None,
        input: ShapeLike | Sequence[ShapeLike] | None = None,
    ) -> Drawing:
        """Return a picture as SVG, which a notebook shows.

        Args:
            kind: "architecture"; "params", "macs" or "activations" as bars for each
                layer; "receptive_field" over the input; or "memory" over time.
            depth: How many levels of groups to show; None shows what stays readable.
            title: What stands above it; None takes the network's name.
            input: Another input shape, or that of a network which has none yet; of
                several inputs, a list of shapes.

        Raises:
            OptionError: If there is no such kind, *depth* is no positive integer, or
                *title* is no text.
            OpenNetworkError: If the network has no input shape.

        Example:
            >>> from cnncalc import zoo
            >>> zoo.lenet().draw().to_svg()[:4]
            '<svg'
        """
        from cnncalc.draw import draw

        graph = self._on(input)
        shape = graph.input
        return draw(
            graph.nodes,
            title=self._title() if title in (None, "") else title,
            kind=kind,
            depth=depth,
            input=shape if isinstance(shape, Shape) else None,
            table=graph.table,
            outputs=graph.outputs,
        )

    # Saving.

    @overload
    def to_json(self, path: None = None) -> str: ...
    @overload
    def to_json(self, path: PathName) -> None: ...
    def to_json(self, path: PathName | None = None) -> str | None:
        """Return the network as JSON for `cnncalc.from_json`, or write it to a file.

        Raises:
            OpenNetworkError: If the network has no input shape.
            ConfigError: If JSON cannot hold a field of a layer, or the network is
                larger than `cnncalc.from_json` reads.

        Example:
            >>> from cnncalc import from_json, zoo
            >>> net = zoo.lenet()
            >>> from_json(net.to_json()) == net
            True
        """
        from cnncalc.report.output import given
        from cnncalc.saving.to_json import write

        graph = self.graph
        text = write(graph.table, graph.outputs, self.name, self.functional)
        return given(text, path)

    @overload
    def to_python(self, path: None = None) -> str: ...
    @overload
    def to_python(self, path: PathName) -> None: ...
    def to_python(self, path: PathName | None = None) -> str | None:
        """Return a Python module that leaves an equal network as ``net``, or write it.

        Raises:
            ConfigError: If no source says it: a class of layers cannot be imported, or
                weights are those of a node outside, or shared in an open network.

        Example:
            >>> from cnncalc import Sequential
            >>> print(Sequential(input=8).fc(2, name="out").to_python())
            \"\"\"A network, written by cnncalc.\"\"\"
            <BLANKLINE>
            from cnncalc import Sequential
            <BLANKLINE>
            net = Sequential(input=8).fc(2, name="out")
            <BLANKLINE>
        """
        from cnncalc.report.output import given
        from cnncalc.saving.python import source

        return given(source(self), path)

    def _on(self, input: Any) -> Graph:
        """Return the network as a graph, on other input shapes if they are given."""
        if input is None:
            return self.graph
        several = isinstance(self.input, tuple) and isinstance(input, (list, tuple))
        several = several and not isinstance(self.input, Shape)
        shapes: Any = input if several else [input]
        return self.on(*shapes).graph

    def _title(self) -> str:
        return self.name or type(self).__name__
