"""What networks answer about operations and memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.cost.totals import AtLeast, total
from cnncalc.network.core import Core

if TYPE_CHECKING:
    from cnncalc.cost.complexity import Complexity
    from cnncalc.cost.lints import Lint
    from cnncalc.memory.plan import MemoryPlan
    from cnncalc.memory.training import TrainingMemory
    from cnncalc.memory.types import DataTypes, Sums
    from cnncalc.network.graph import Graph
    from cnncalc.operations.conventions import Convention
    from cnncalc.operations.flops import Backward
    from cnncalc.operations.reconcile import Reconciliation
    from cnncalc.operations.roofline import Bound, Device
    from cnncalc.operations.rules import Counted

__all__ = ["Measured"]


class Measured(Core):
    """A network, and the questions about what it computes and what that takes."""

    __slots__ = ()

    # Operations.

    def _counted(self) -> list[Counted]:
        """Return the nodes as counting conventions see them."""
        from cnncalc.operations.rules import counted

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
        from cnncalc.operations.conventions import convention as named

        nodes, which = self._counted(), named(convention)
        number = sum(which.lines(nodes).values())
        return AtLeast(number) if which.unknown(nodes) else number

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
        from cnncalc.operations.conventions import convention as named
        from cnncalc.operations.reconcile import Reconciliation

        return Reconciliation(named(convention), named(base), self._counted())

    @property
    def unknown(self) -> dict[str, tuple[str, ...]]:
        """The nodes of which a number is unknown: for each number, their paths.

        Totals over these are lower bounds, and print as ``≥ n``.

        Example:
            >>> from cnncalc import Layer, Sequential
            >>> class Mystery(Layer):
            ...     def output(self, x):
            ...         return x
            >>> net = Sequential(input=8).fc(4).add(Mystery(name="what"))
            >>> net.params, net.unknown["params"]
            (AtLeast(36), ('what',))
        """
        from cnncalc.operations.flops import flops

        table, rows = self.graph.table, self.nodes
        numbers = {
            name: [(row.path, getattr(row, name)) for row in rows]
            for name in ("params", "connections", "macs")
        }
        numbers["flops"] = [
            (table.path(index), flops(call)) for index, call in enumerate(table.calls)
        ]
        return {
            name: tuple([path for path, number in pairs if number is None])
            for name, pairs in numbers.items()
        }

    @property
    def flops(self) -> int:
        """Floating-point operations of one evaluation.

        2 × MACs, an addition for each biased output, and a published cost for each
        value of every other kind: `cnncalc.operations.flops.PER_VALUE`.
        """
        from cnncalc.operations.flops import flops

        return total([flops(call) for call in self.graph.table.calls])

    @property
    def backward_macs(self) -> Backward:
        """MACs of one backward pass, for the gradients of weights and of inputs."""
        from cnncalc.operations.flops import backward

        return backward(self.graph.table)

    @property
    def backward_flops(self) -> Backward:
        """FLOPs of one backward pass through the weighted layers: 2 × its MACs."""
        macs = self.backward_macs
        return type(macs)(total([macs.weights] * 2), total([macs.inputs] * 2))

    @property
    def training_flops(self) -> int:
        """FLOPs of one step of training, for one input, without the optimiser's.

        Those of the forward pass, and of the gradients of weights and of inputs; heads
        that run in training only are counted.

        Example:
            >>> from cnncalc import zoo
            >>> net = zoo.lenet()
            >>> net.flops, net.backward_flops, net.training_flops
            (845862, Backward(weights=833040, inputs=597840), 2276742)
        """
        from cnncalc.operations.flops import flops

        forward = [flops(call, training=True) for call in self.graph.table.calls]
        return total([*forward, *self.backward_flops])

    @property
    def padding_macs(self) -> int:
        """How many of the MACs only meet zero padding, a layer's own or a pad's."""
        from cnncalc.operations.flops import padding_macs

        table = self.graph.table
        return total([padding_macs(table, node) for node in range(len(table))])

    @property
    def padding_share(self) -> float | None:
        """The share of the MACs that only meet zero padding; None if it is unknown.

        Example:
            >>> from cnncalc import zoo
            >>> net = zoo.vgg16()
            >>> net.padding_macs, round(net.padding_share, 4)
            (500440320, 0.0323)
        """
        wasted, every = self.padding_macs, self.macs
        if AtLeast in (type(wasted), type(every)):
            return None
        return wasted / every if every else 0.0

    def bit_operations(self, weight_bits: int, activation_bits: int) -> int:
        """Return MACs × the bits of a weight × the bits of an activation (BOPs).

        Raises:
            OptionError: If a number of bits is no positive integer.

        Source:
            Baskin et al. 2018, https://arxiv.org/abs/1804.10969, without accumulators.
        """
        from cnncalc.memory.types import bits

        each = bits(weight_bits) * bits(activation_bits)
        macs = [row.macs for row in self.nodes]
        return total([None if number is None else number * each for number in macs])

    def bounds(
        self, on: str | Device, dtype: str | int = "float32", *, batch: int = 1
    ) -> dict[str, Bound | None]:
        """Return for each node its roofline bound on a device: no measurement.

        Args:
            on: A `Device`, or the name of one, or a part that only one has.
            dtype: The values' data type, or a number of bits.
            batch: How many inputs are run at once: parameters are moved once for all.

        Returns:
            By path the bound; None where a node's operations are unknown.

        Raises:
            UnknownNameError: If there is no such device.
            OptionError: If there is no such type, the device has no rate for it, or
                *batch* is no positive integer.

        Example:
            >>> from cnncalc import zoo
            >>> bound = zoo.vgg16().bounds("T4", "float16")["fc6"]
            >>> bound.limit, round(1000 * bound.seconds, 2)
            ('memory', 0.64)
        """
        from cnncalc.checks import checked_batch
        from cnncalc.operations.roofline import bound, device

        machine, table, batch = device(on), self.graph.table, checked_batch(batch)
        return {
            table.path(index): bound(call, machine, dtype, batch)
            for index, call in enumerate(table.calls)
            if call.shapes and not call.idle
        }

    def lint(self) -> list[Lint]:
        """Return what is odd about the geometry: dropped borders and the like."""
        from cnncalc.cost.lints import lints

        return lints(self.graph.table)

    def complexity(self) -> dict[str, Complexity]:
        """Return by path the time and space of each layer with weights.

        In the form of the articles, O(M²·K²·C_in·C_out), and with its numbers.

        Example:
            >>> from cnncalc import zoo
            >>> conv = zoo.lenet().complexity()["Conv1"]
            >>> print(conv.time)
            O(M²·K²·C_in·C_out) = O(28²·5²·1·6) = 117,600
            >>> print(conv.space)
            O(K²·C_in·C_out + M²·C_out) = O(5²·1·6 + 28²·6) = 4,854
        """
        from cnncalc.cost.complexity import complexity

        table = self.graph.table
        found = {table.path(i): complexity(call) for i, call in enumerate(table.calls)}
        return {path: orders for path, orders in found.items() if orders is not None}

    # Memory.

    def memory(self, dtype: DataTypes = "float32") -> int:
        """Return the bytes that the parameters take.

        Args:
            dtype: Their data type, such as "float32" or "int8", or a number of bits;
                or a mapping to these from nodes, groups and kinds, and from "weights"
                and "activations", which stand for all that are not named.

        Raises:
            OptionError: If there is no such type.
            UnknownNameError: If no node, group or kind has a name in the mapping.

        Example:
            >>> from cnncalc import zoo
            >>> zoo.lenet().memory(), zoo.lenet().memory({"FC": "int4", "weights": 8})
            (246824, 32139)
        """
        from cnncalc.memory.types import parameter_bytes, stored

        if isinstance(dtype, (str, int)):
            return stored(self.params, dtype)
        return parameter_bytes(self.graph.table, dtype)

    def peak_memory(
        self, dtype: DataTypes = "float32", *, inplace: bool = True, batch: int = 1
    ) -> int:
        """Return the bytes of the largest sum of tensors that are alive at once.

        A tensor, the input too, dies after its last use; a node's inputs and output
        are alive while it runs. This is of evaluation; the parameters are not in it.

        Args:
            dtype: The values' data type, or a number of bits, or a mapping as of
                `memory`.
            inplace: Whether activations that PyTorch can apply in place, and
                additions, overwrite an operand of their size that dies there.
            batch: How many inputs are run at once.

        Raises:
            OptionError: If there is no such type, *inplace* is neither True nor False,
                or *batch* is no positive integer.
            UnknownNameError: If no node, group or kind has a name in the mapping.
        """
        from cnncalc.checks import checked_flag
        from cnncalc.memory.liveness import peak, storages
        from cnncalc.memory.types import tensor_bytes

        graph = self.graph
        sizes = tensor_bytes(graph.table, dtype, batch)
        inplace = checked_flag("inplace", inplace)
        return peak(storages(graph.table, graph.outputs, sizes, inplace=inplace))

    def memory_plan(
        self, dtype: DataTypes = "float32", *, inplace: bool = True, batch: int = 1
    ) -> MemoryPlan:
        """Return what is alive at each step, the best order, and a packed arena.

        Args:
            dtype: As of `peak_memory`.
            inplace: As of `peak_memory`.
            batch: How many inputs are run at once.

        Raises:
            OptionError: As of `peak_memory`.
            UnknownNameError: If no node, group or kind has a name in the mapping.

        Example:
            >>> from cnncalc import zoo
            >>> plan = zoo.squeezenet1_0().memory_plan()
            >>> plan.peak, plan.arena_size >= plan.peak, plan.best_peak <= plan.peak
            (5971968, True, True)
        """
        from cnncalc.checks import checked_flag
        from cnncalc.memory.plan import memory_plan

        graph, inplace = self.graph, checked_flag("inplace", inplace)
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
        from cnncalc.cost.deployed import deployed
        from cnncalc.network.graph import Graph

        graph = self.graph
        table, outputs = deployed(graph.table, graph.outputs)
        return Graph(table, outputs, self.name, self.functional)

    def saved_for_backward(
        self, dtype: DataTypes = "float32", *, batch: int = 1, inplace: bool = True
    ) -> int:
        """Return the bytes that PyTorch keeps from the forward for the backward pass.

        Args:
            dtype: As of `peak_memory`.
            batch: How many inputs are run at once.
            inplace: Whether activations overwrite their inputs.

        Raises:
            OptionError: As of `peak_memory`.
            UnknownNameError: If no node, group or kind has a name in the mapping.
        """
        from cnncalc.checks import checked_flag
        from cnncalc.memory.saved import saved_for_backward

        inplace = checked_flag("inplace", inplace)
        return saved_for_backward(self.graph.table, dtype, inplace=inplace).bytes(batch)

    def training_memory(
        self,
        optimizer: str = "sgd",
        *,
        mixed: bool = False,
        batch: int = 1,
        dtype: DataTypes = "float32",
        inplace: bool = True,
    ) -> TrainingMemory:
        """Return the bytes that training takes, part by part.

        Args:
            optimizer: "sgd", "momentum", "adam" or "adamw".
            mixed: Mixed precision: half weights and gradients, and a full copy.
            batch: How many inputs are run at once.
            dtype: As of `memory`; a mapping may set "weights" and "activations" apart.
            inplace: Whether activations overwrite their inputs.

        Raises:
            OptionError: If there is no such optimizer or type, *mixed* or *inplace*
                is neither True nor False, or *batch* is no positive integer.
            UnknownNameError: If no node, group or kind has a name in the mapping.
        """
        from cnncalc.checks import checked_flag
        from cnncalc.memory.training import training_memory

        return training_memory(
            self.graph.table,
            optimizer,
            mixed=checked_flag("mixed", mixed),
            batch=batch,
            dtype=dtype,
            inplace=checked_flag("inplace", inplace),
        )

    def memory_report(
        self,
        dtypes: DataTypes = "float32",
        *,
        activations: DataTypes | None = None,
        batch: int = 1,
    ) -> Sums:
        """Return the bytes of parameters, buffers and outputs, each summed.

        Args:
            dtypes: As of `memory`.
            activations: Another type, or mapping, for what the nodes put out.
            batch: How many inputs are run at once; parameters do not multiply.

        Raises:
            OptionError: If there is no such type, or *batch* is no positive integer.
            UnknownNameError: If no node, group or kind has a name in the mapping.
        """
        from cnncalc.memory.types import memory_of

        table = self.graph.table
        return memory_of(table, dtypes, activations=activations, batch=batch)
