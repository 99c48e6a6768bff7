"""Networks: the questions that each answers, however it was made."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from cnncalc._lazy import modules
from cnncalc._typing import Self, override
from cnncalc.door import guarded
from cnncalc.network.question import fact, question, writer
from cnncalc.refusals import NoNumber, Unchanging, not_called, refused

if TYPE_CHECKING:
    from cnncalc.cost import complexity, lints, seen, work
    from cnncalc.cost.rows import Row
    from cnncalc.cost.totals import Totals
    from cnncalc.devices import fits
    from cnncalc.draw import drawing
    from cnncalc.explain import explanation
    from cnncalc.graph.table import Folded
    from cnncalc.memory import (
        flash,
        liveness,
        parameters,
        patches,
        plan,
        saved,
        training,
        types,
    )
    from cnncalc.network.graph import Graph
    from cnncalc.operations import flops, padding, reconcile, roofline, unknown
    from cnncalc.page import reporting
    from cnncalc.report import diff, summary
    from cnncalc.sizes.shape import ShapeLike
    from cnncalc.symbolic import answer, backwards, batches, largest
else:  # each is imported when one of its questions is asked
    globals().update(
        **modules("cnncalc.cost", "complexity lints seen work"),
        **modules("cnncalc.devices", "fits"),
        **modules("cnncalc.draw", "drawing"),
        **modules("cnncalc.explain", "explanation"),
        **modules(
            "cnncalc.memory",
            "flash liveness parameters patches plan saved training types",
        ),
        **modules("cnncalc.operations", "flops padding reconcile roofline unknown"),
        **modules("cnncalc.page", "reporting"),
        **modules("cnncalc.report", "diff summary"),
        **modules("cnncalc.symbolic", "answer backwards batches largest"),
    )

__all__ = ["Network"]


# What is there for other parts of the house, and what version 0.1 called otherwise.
_INNER = {
    *("arity", "default_name", "immutable", "lower", "next_name", "place", "read_from"),
    *("keys", "remade_by", "row"),
    *("bounds", "functional", "running_as_functions", "told"),
}


_FIXED = "a network never changes"
_LONGER = "net = net.add(part), or net = net[:-1].add(part) for another end"


@guarded("net", asked=("deployed",))
class Network(NoNumber, Unchanging, ABC):
    """A network: a table of nodes, and all questions about it."""

    __slots__ = ()

    _another = _LONGER
    _instead = "net.params, or net.macs"

    # What a kind of network says of itself.

    @property
    @abstractmethod
    def name(self) -> str | None:
        """The name of the network."""

    @property
    @abstractmethod
    def input(self) -> Any:
        """The shape of its input; of several, a tuple; None of an open network."""

    @property
    @abstractmethod
    def output(self) -> Any:
        """The shape of its output, None if unknown; of several, a tuple."""

    @property
    @abstractmethod
    def graph(self) -> Graph:
        """The network as a graph, whose `table` has its nodes."""

    def _folded(self) -> Folded:
        return self.graph.table, ()

    @property
    @abstractmethod
    def totals(self) -> Totals:
        """All sums below together; asked again, the same."""

    @property
    @abstractmethod
    def module_less(self) -> tuple[str, ...]:
        """Patterns of the paths of nodes that torchvision runs as functions.

        Tools that look for modules do not see those. A pattern may say behind an "as"
        how else they run: ``*/attention1 as matmul, softmax`` (see
        `cnncalc.operations.rules.RUNS`). The first that fits a path holds.
        """

    @abstractmethod
    def calling_as_functions(self, *patterns: str) -> Self:
        """Return the same network with these patterns as its `module_less`."""

    @abstractmethod
    def on(self, shape: ShapeLike) -> Self:
        """Return the same layers with another input shape."""

    @abstractmethod
    def freeze(self, path: str) -> Self:
        """Return the same network of which training does not change a part."""

    # Rows and totals.

    @property
    def nodes(self) -> tuple[Row, ...]:
        """A row for each node, in execution order; none for an input or a group."""
        return self.graph.nodes

    @property
    def params(self) -> int:
        """Number of parameters, trainable or not; shared ones count once."""
        return self.totals.params

    @property
    def trainable_params(self) -> int:
        """Number of parameters that training changes."""
        return self.totals.trainable

    @property
    def buffers(self) -> int:
        """Number of values kept that are not parameters, as running statistics."""
        return self.totals.buffers

    @property
    def connections(self) -> int:
        """Number of links into units, those of biases included."""
        return self.totals.connections

    @property
    def macs(self) -> int:
        """Number of multiply-accumulates, for one input.

        Those of convolutions and linear layers, and of products of two activations.
        """
        return self.totals.macs

    weight_macs = fact(lambda: work.weight_macs)
    product_macs = fact(lambda: work.product_macs)
    constant_macs = fact(lambda: work.constant_macs)

    @property
    def activations(self) -> int:
        """Number of values that the nodes put out, the input's not among them."""
        return self.totals.activation_size

    # Receptive fields and geometry.

    receptive_field = fact(lambda: seen.receptive_field)
    receptive_fields = fact(lambda: seen.receptive_fields)
    fields = question(lambda: seen.fields)
    region = question(lambda: seen.region)
    lint = question(lambda: lints.lint)

    # Operations.

    operations = question(lambda: reconcile.operations)
    reconcile = question(lambda: reconcile.reconcile)
    unknown = fact(lambda: unknown.unknown)
    flops = fact(lambda: flops.network_flops)
    backward_macs = fact(lambda: flops.backward_macs)
    backward_flops = fact(lambda: flops.backward_flops)
    training_flops = fact(lambda: flops.training_flops)
    padding_macs = fact(lambda: padding.network_padding_macs)
    padding_share = fact(lambda: padding.padding_share)
    bit_operations = question(lambda: flops.bit_operations)
    roofline = question(lambda: roofline.roofline)
    complexity = question(lambda: complexity.complexity)
    symbolic = question(lambda: answer.symbolic)
    inputs_for = question(lambda: backwards.inputs_for)
    largest_input = question(lambda: largest.largest_input)
    largest_batch = question(lambda: batches.largest_batch)

    # Memory.

    memory = question(lambda: parameters.memory)
    flash = question(lambda: flash.flash)
    fits = question(lambda: fits.fits)
    memory_report = question(lambda: types.memory_report)
    peak_memory = question(lambda: liveness.peak_memory)
    memory_plan = question(lambda: plan.memory_plan)
    patches = question(lambda: patches.patches)
    saved_for_backward = question(lambda: saved.saved_for_backward)
    training_memory = question(lambda: training.training_memory)

    def deployed(self, runtime: str | None = None) -> Graph:
        """Return the network as an inference engine runs it.

        - Dropout, stochastic depth and what else runs in training only are gone.
        - A batch norm directly after a convolution or a fully connected layer whose
          output nothing else uses is folded into its weights; the layer has a bias
          then; so is one directly before a fully connected layer that alone uses it.
          Norms of another kind, and those before their convolution, stay.
        - Convolutions of one input that are added up, with the norms behind them, norms
          of that input, and the input itself, become one: that whose window holds all
          of theirs, if their strides and groups are the same and nothing else uses
          them. A branch may be subtracted, and its channels may have learned factors.
          So do fully connected layers of one input. So the branches of RepVGG,
          MobileOne, RepViT and FastViT are merged.
        - An activation directly after a convolution, a fully connected layer or an
          addition whose output nothing else uses is computed with it, and is no node
          of its own; one with parameters (prelu) stays, and so does softmax.

        The other nodes keep their names; all counts are those of what is left. For
        memory this is MCUNet's convention.

        With *runtime* "tflite" it is what TensorFlow's converter makes of the network
        for TensorFlow Lite: norms are folded and branches merged as above, and then

        - a batch norm that is left is a product and a sum;
        - of activations relu and relu6 alone are computed with what they follow, which
          may be a product, a difference, a quotient or a pool, too;
        - a pad before a convolution without padding is part of it where both are what
          "same" pads; every other padding is a node of its own, and so are paddings
          that are stated for a convolution or a pool;
        - a separable convolution is two, a silu a sigmoid and a product, a join of
          several inputs joins of two, and a flattening before a linear layer a node;
        - what slides along one axis works on maps of one row, made by reshapings;
        - nodes that do the same to the same are one, and what changes nothing, as a
          concatenation of one input, or is used by nothing, is gone.

        Args:
            runtime: Whose: None is any engine's, "tflite" TensorFlow Lite's.

        Raises:
            OptionError: If there is no such runtime.

        Source:
            Jacob et al. 2017, https://arxiv.org/abs/1712.05877, §3.2, for folding; Ding
            et al. 2021, https://arxiv.org/abs/2101.03697, §3.3, for branches; Lin et
            al. 2020, https://arxiv.org/abs/2007.10319, for memory; TensorFlow 2.21's
            converter for "tflite".

        Example:
            >>> from cnncalc import zoo
            >>> zoo.resnet50().deployed().peak_memory()
            7225344
            >>> net = zoo.mobilenet()  # its pads become part of convolutions
            >>> len(net.nodes), len(net.deployed("tflite").nodes)
            (90, 31)
        """
        from cnncalc.cost.deployed import deployed

        graph = self.graph
        if runtime is not None and graph.runtime == runtime:
            return graph
        table, outputs = deployed(graph.table, graph.outputs, runtime)
        ready = type(graph)(table, outputs, self.name, self.module_less)
        ready.runtime = runtime
        ready.source = graph.source if runtime else None
        return ready

    # Reports.

    summary = question(lambda: summary.summary)
    explain = question(lambda: explanation.explain)
    diff = question(lambda: diff.diff)
    draw = question(lambda: drawing.draw)
    report = question(lambda: reporting.report)
    to_json = writer("cnncalc.saving.to_json", "to_json")
    to_python = writer("cnncalc.saving.python", "to_python")

    def _repr_html_(self) -> str | None:
        """Return its summary, folded if it is long; of an open network, nothing."""
        html: str | None = summary.glance(self)
        return html

    # What version 0.1 called otherwise.

    bounds = roofline

    @property
    def functional(self) -> tuple[str, ...]:
        """The same as `module_less`."""
        return self.module_less

    def running_as_functions(self, *patterns: str) -> Self:
        """Return what `calling_as_functions` does."""
        return self.calling_as_functions(*patterns)

    # Names that it does not have, and those that people look for.

    if not TYPE_CHECKING:  # which tells of wrong names itself

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):
                raise AttributeError(name)
            from cnncalc.words.lookup import missing_from_network

            paths = () if self.input is None else self.graph.paths()
            raise missing_from_network(type(self).__name__, name, dir(self), paths)

        __setitem__ = __delitem__ = refused(_FIXED, _LONGER)
        __add__ = refused("networks are put together by add", "net.add(other)")
        _summed = refused("a network is no number", "sum(net.params for net in nets)")
        __mul__ = refused(
            "a part is repeated by repeat", "Sequential(input=shape).repeat(2, part)"
        )
        keys = refused("a network has rows", "{row.path: row for row in net.nodes}")
        __call__ = not_called("net.summary()")

    @override
    def __dir__(self) -> list[str]:
        """Return the names that people use, without those for whoever extends it."""
        names = [name for name in object.__dir__(self) if name not in _INNER]
        return [name for name in names if name.startswith("__") or name[0] != "_"]

    # A value.

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Network):
            return NotImplemented
        if other.input is None:
            return False
        mine, theirs = self.graph, other.graph
        ends = mine.outputs == theirs.outputs
        return (
            ends
            and mine.module_less == theirs.module_less
            and mine.table == theirs.table
        )

    @override
    def __hash__(self) -> int:
        return hash(self.graph.table)

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and self.graph.place(path) is not None

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: Any) -> Self:
        return self
