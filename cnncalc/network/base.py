"""The questions that every network answers, however it was made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

from cnncalc.analysis.cost import AtLeast, total
from cnncalc.errors import unknown_name
from cnncalc.shape import Shape, ShapeLike

if TYPE_CHECKING:
    from cnncalc.analysis.conventions import Convention
    from cnncalc.analysis.flops import Backward
    from cnncalc.analysis.lints import Lint
    from cnncalc.analysis.plan import MemoryPlan
    from cnncalc.analysis.reconcile import Reconciliation
    from cnncalc.analysis.roofline import Bound, Device
    from cnncalc.analysis.rules import Counted
    from cnncalc.analysis.training import Sums, TrainingMemory
    from cnncalc.network.graph import Graph
    from cnncalc.report.diff import Difference
    from cnncalc.report.drawing import Drawing
    from cnncalc.report.explaining import Explanation
    from cnncalc.report.output import PathName
    from cnncalc.report.summary import Summary, Where

from cnncalc.network.core import Core

__all__ = ["Network"]


class Network(Core):
    """A network: a table of nodes, and all questions about it."""

    __slots__ = ()

    # Operations.

    def _counted(self) -> list[Counted]:
        """Return the nodes as counting conventions see them."""
        from cnncalc.analysis.rules import counted

        graph = self.graph
        return counted(graph.table, graph.outputs, self.functional)

    def operations(self, convention: str | Convention = "torchvision") -> int:
        """Return the number of operations as a tool or a paper counts them.

        Args:
            convention: A preset: "torchvision" (our own, also called "cnncalc"),
                "torchinfo", "fvcore", "ptflops", "ptflops-aten", "thop", "calflops",
                "torchscan", "onnx-tool", "netscope" or "convnet-burden"; or a
                `Convention`.

        Raises:
            UnknownNameError: If there is no such preset.

        Example:
            >>> from cnncalc import zoo
            >>> net = zoo.resnet50()
            >>> net.operations(), net.operations("fvcore")
            (4089184256, 4111512576)
        """
        from cnncalc.analysis.conventions import convention as named
        from cnncalc.analysis.rules import known

        nodes = self._counted()
        number = sum(named(convention).lines(nodes).values())
        return number if known(nodes) else AtLeast(number)

    def reconcile(
        self,
        convention: str | Convention,
        *,
        base: str | Convention = "torchvision",
    ) -> Reconciliation:
        """Return how one convention's number comes from another's, line by line.

        Args:
            convention: The convention to explain: a preset's name, or a `Convention`.
            base: The one to start from.

        Raises:
            UnknownNameError: If there is no such preset.

        Example:
            >>> from cnncalc import zoo
            >>> zoo.resnet50().reconcile("fvcore")
            4,089,184,256 + batch norm 22,227,968 + global pool 100,352 = 4,111,512,576
        """
        from cnncalc.analysis.conventions import convention as named
        from cnncalc.analysis.reconcile import Reconciliation

        unknown = [row.path for row in self.nodes if row.macs is None]
        return Reconciliation(
            named(convention),
            named(base),
            self._counted(),
            tuple(unknown),
        )

    @property
    def flops(self) -> int:
        """Floating-point operations of one evaluation.

        2 × MACs, an addition for each biased output, and a published cost for each
        value of every other kind: `cnncalc.analysis.flops.PER_VALUE`.
        """
        from cnncalc.analysis.flops import flops

        return total([flops(call) for call in self.graph.table.calls])

    @property
    def backward_macs(self) -> Backward:
        """MACs of one backward pass, for the gradients of weights and of inputs."""
        from cnncalc.analysis.flops import backward

        return backward(self.graph.table)

    @property
    def backward_flops(self) -> Backward:
        """FLOPs of one backward pass through the weighted layers: 2 × its MACs."""
        macs = self.backward_macs
        return type(macs)(total([macs.weights] * 2), total([macs.inputs] * 2))

    @property
    def training_flops(self) -> int:
        """FLOPs of one step of training, for one input, without the optimiser's.

        Those of the forward pass, and of the gradients of weights and of inputs.

        Example:
            >>> from cnncalc import zoo
            >>> net = zoo.lenet()
            >>> net.flops, net.backward_flops, net.training_flops
            (845862, Backward(weights=833040, inputs=597840), 2276742)
        """
        backward = self.backward_flops
        return total([self.flops, backward.weights, backward.inputs])

    @property
    def padding_macs(self) -> int:
        """How many of the MACs only meet zero padding."""
        from cnncalc.analysis.flops import padding_macs

        calls = self.graph.table.calls
        return total([padding_macs(call) for call in calls if not call.idle])

    def bit_operations(self, weight_bits: int, activation_bits: int) -> int:
        """Return MACs × the bits of a weight × the bits of an activation (BOPs).

        Raises:
            OptionError: If a number of bits is no positive integer.

        Source:
            Baskin et al. 2018, https://arxiv.org/abs/1804.10969, without accumulators.
        """
        from cnncalc.analysis.memory import bits

        each = bits(weight_bits) * bits(activation_bits)
        macs = [row.macs for row in self.nodes]
        return total([None if number is None else number * each for number in macs])

    def bounds(
        self, on: str | Device, dtype: str | int = "float32"
    ) -> dict[str, Bound | None]:
        """Return for each node its roofline bound on a device: no measurement.

        Args:
            on: A `Device`, or the name of one.
            dtype: The values' data type, or a number of bits.

        Returns:
            By path the bound; None where a node's operations are unknown.

        Raises:
            UnknownNameError: If there is no such device.
            OptionError: If there is no such type.
        """
        from cnncalc.analysis.roofline import bound, device

        machine, table = device(on), self.graph.table
        return {
            table.path(index): bound(call, machine, dtype)
            for index, call in enumerate(table.calls)
            if call.shapes and not call.idle
        }

    def lint(self) -> list[Lint]:
        """Return what is odd about the geometry: dropped borders and the like."""
        from cnncalc.analysis.lints import lints

        return lints(self.graph.table)

    def complexity(self) -> dict[str, str]:
        """Return by path the time and space of each convolution, as articles do.

        Example:
            >>> from cnncalc import zoo
            >>> zoo.lenet().complexity()["Conv1"]
            'time O(28×28×5×5×1×6), space O(5×5×1×6 + 28×28×6)'
        """
        from cnncalc.analysis.flops import complexity

        table = self.graph.table
        texts = {table.path(i): complexity(call) for i, call in enumerate(table.calls)}
        return {path: text for path, text in texts.items() if text is not None}

    # Memory.

    def memory(self, dtype: str | int = "float32") -> int:
        """Return the bytes that the parameters take.

        Args:
            dtype: Their data type, such as "float32" or "int8", or a number of bits.

        Raises:
            OptionError: If there is no such type.
        """
        from cnncalc.analysis.memory import stored

        return stored(self.params, dtype)

    def peak_memory(
        self, dtype: str | int = "float32", *, inplace: bool = True, batch: int = 1
    ) -> int:
        """Return the bytes of the largest sum of tensors that are alive at once.

        A tensor, the input too, dies after its last use; a node's inputs and output
        are alive while it runs. This is of evaluation, for one input; the parameters
        are not in it.

        Args:
            dtype: The values' data type, or a number of bits.
            inplace: Whether activations that PyTorch can apply in place, and
                additions, overwrite an operand of their size that dies there.
            batch: How many inputs are run at once.

        Raises:
            OptionError: If there is no such type, or *batch* is no positive integer.
        """
        from cnncalc.analysis.liveness import peak, storages
        from cnncalc.analysis.memory import sizing

        graph = self.graph
        held = storages(graph.table, graph.outputs, inplace=inplace)
        return sizing(dtype, batch)(peak(held))

    def memory_plan(
        self, dtype: str | int = "float32", *, inplace: bool = True, batch: int = 1
    ) -> MemoryPlan:
        """Return what is alive at each step, the best order, and a packed arena.

        Args:
            dtype: The values' data type, or a number of bits.
            inplace: As of `peak_memory`.
            batch: How many inputs are run at once.

        Raises:
            OptionError: If there is no such type, or *batch* is no positive integer.

        Example:
            >>> from cnncalc import zoo
            >>> plan = zoo.squeezenet1_0().memory_plan()
            >>> plan.peak, plan.arena_size >= plan.peak, plan.best_peak <= plan.peak
            (5971968, True, True)
        """
        from cnncalc.analysis.plan import memory_plan

        graph = self.graph
        table, outputs = graph.table, graph.outputs
        return memory_plan(table, outputs, inplace=inplace, dtype=dtype, batch=batch)

    def deployed(self) -> Graph:
        """Return the network as an inference engine runs it.

        Batch norms are folded into the convolutions before them, which get a bias;
        activations are fused into what they follow; dropouts are gone. All counts are
        those of what is left.

        Example:
            >>> from cnncalc import zoo
            >>> zoo.resnet50().deployed().peak_memory()
            7225344
        """
        from cnncalc.analysis.deploy import deployed
        from cnncalc.network.graph import Graph

        graph = self.graph
        table, outputs = deployed(graph.table, graph.outputs)
        return Graph(table, outputs, self.name, self.functional)

    def saved_for_backward(
        self, dtype: str | int = "float32", *, batch: int = 1, inplace: bool = True
    ) -> int:
        """Return the bytes that PyTorch keeps from the forward for the backward pass.

        Args:
            dtype: The values' data type, or a number of bits.
            batch: How many inputs are run at once.
            inplace: Whether activations overwrite their inputs.

        Raises:
            OptionError: If there is no such type, or *batch* is no positive integer.
        """
        from cnncalc.analysis.training import saved_for_backward

        saved = saved_for_backward(self.graph.table, inplace=inplace)
        return saved.bytes(dtype, batch)

    def training_memory(
        self,
        optimizer: str = "sgd",
        *,
        mixed: bool = False,
        batch: int = 1,
        dtype: str | int = "float32",
        inplace: bool = True,
    ) -> TrainingMemory:
        """Return the bytes that training takes, part by part.

        Args:
            optimizer: "sgd", "momentum", "adam" or "adamw".
            mixed: Mixed precision: half weights and gradients, and a full copy.
            batch: How many inputs are run at once.
            dtype: The values' data type, or a number of bits.
            inplace: Whether activations overwrite their inputs.

        Raises:
            OptionError: If there is no such optimizer or type.
        """
        from cnncalc.analysis.training import training_memory

        table = self.graph.table
        return training_memory(
            table, optimizer, mixed=mixed, batch=batch, dtype=dtype, inplace=inplace
        )

    def memory_report(
        self,
        dtypes: Any = "float32",
        *,
        activations: str | int | None = None,
        batch: int = 1,
    ) -> Sums:
        """Return the bytes of parameters, buffers and outputs, each summed.

        Args:
            dtypes: A data type, a number of bits, or a mapping of kinds or paths to
                these.
            activations: Another type for what the nodes put out.
            batch: How many inputs are run at once; parameters do not multiply.

        Raises:
            OptionError: If there is no such type, or *batch* is no positive integer.
        """
        from cnncalc.analysis.training import memory_of

        table = self.graph.table
        return memory_of(table, dtypes, activations=activations, batch=batch)

    # Reports.

    def summary(  # noqa: PLR0913 - each is a choice of its own
        self,
        *,
        columns: Sequence[str] | None = None,
        input: ShapeLike | None = None,
        depth: int | None = None,
        sort: str | None = None,
        where: Where | None = None,
        batch: int = 1,
        dtype: str | int = "float32",
        units: str = "exact",
        byte_units: str = "binary",
        layout: str = "HWC",
        language: str = "en",
        convention: str | Convention | None = None,
    ) -> Summary:
        """Return a table of the layers, with totals; its `str` is the table as text.

        Args:
            columns: The columns to show, by name, ours or torchinfo's; None shows the
                usual ones.
            input: Another input shape, or that of a network which has none yet.
            depth: How many levels of groups to show; what is deeper is folded into
                one line for each group. None shows all.
            sort: The column to sort by; "-params" puts the largest first.
            where: Which rows to show: kinds of layers, such as "Conv2d", or a function
                of a row. The totals stay those of the whole network.
            batch: How many inputs are run at once. It stands before the shapes, and
                multiplies all but parameters and buffers.
            dtype: The values' data type, or a number of bits, for what is in bytes.
            units: "exact"; "auto" for K, M, G as fits; or one of these for all. CSV,
                JSON and data frames stay exact.
            byte_units: "binary" for KiB and MiB, "decimal" for kB and MB.
            layout: The order of shapes, "HWC" or "CHW".
            language: Of titles, "en" or "zh".
            convention: A tool's, as of `operations`, whose number stands below too.

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
        graph = (self if input is None else self.on(input)).graph
        operations: dict[str, int] = {}
        if convention is not None:
            name = str(getattr(convention, "name", convention))
            operations[name] = graph.operations(convention)
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
        input: ShapeLike | None = None,
        language: str = "en",
    ) -> Explanation:
        """Return how the numbers of a node, a group or all nodes come about.

        Args:
            path: The path of a node or group; None explains every node.
            input: Another input shape, or that of a network which has none yet.
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
        from cnncalc.report.explaining import explain

        graph = (self if input is None else self.on(input)).graph
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
        self, other: Network, *, unchanged: bool = False, language: str = "en"
    ) -> Difference:
        """Return how another network differs from this one, node by node.

        Nodes are paired in order, by name or by what they do, whichever leaves fewer
        differences. Below stands what became of each number.

        Args:
            other: The network to compare with: the one that this one became.
            unchanged: Whether to show also the nodes that did not change.
            language: "en" or "zh".

        Raises:
            OptionError: If *other* is no network, or there is no such language.
            OpenNetworkError: If a network has no input shape.

        Example:
            >>> from cnncalc import zoo
            >>> difference = zoo.lenet().diff(zoo.lenet(classes=100))
            >>> [(line.after.path, line.what) for line in difference.changed]
            [('FC3', 'units 10 → 100')]
        """
        from cnncalc.report.diff import difference

        return difference(self, other, unchanged=unchanged, language=language)

    def draw(
        self,
        kind: str = "architecture",
        *,
        depth: int | None = None,
        title: str | None = None,
        input: ShapeLike | None = None,
    ) -> Drawing:
        """Return a picture as SVG, which a notebook shows.

        Args:
            kind: "architecture"; "params", "macs" or "activations" as bars for each
                layer; "receptive_field" over the input; or "memory" over time.
            depth: How many levels of groups to show; None shows what stays readable.
            title: What stands above it; None takes the network's name.
            input: Another input shape, or that of a network which has none yet.

        Raises:
            OptionError: If there is no such kind, or *depth* is no positive integer.
            OpenNetworkError: If the network has no input shape.

        Example:
            >>> from cnncalc import zoo
            >>> zoo.lenet().draw().to_svg()[:4]
            '<svg'
        """
        from cnncalc.report.drawing import draw

        graph = (self if input is None else self.on(input)).graph
        shape = graph.input
        return draw(
            graph.nodes,
            title=title or self._title(),
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

    def _title(self) -> str:
        return self.name or type(self).__name__
