"""Laws that hold for every network: drawn at random, with groups and branches."""

import copy
import inspect
import pickle

import pytest
from drawn import PUBLIC, after, chains_of_parts, networks
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import each, ends
from strategies import chains_on, depthwise_on, keeping, maps, pools_on, slid, small
from test_formula import evaluated

from cnncalc import (
    Branch,
    Builder,
    CnncalcError,
    Concat,
    Conv2d,
    Graph,
    Sequential,
    Shape,
    from_json,
    zoo,
)
from cnncalc.answers.answer import Answer
from cnncalc.formula import RULES
from cnncalc.graph.block import Block
from cnncalc.interop.source import Source
from cnncalc.network.fluent import FluentMethods, fluent
from cnncalc.operations.conventions import CONVENTIONS

TOTALS = {
    "params": "params",
    "trainable_params": "trainable",
    "buffers": "buffers",
    "connections": "connections",
    "macs": "macs",
    "activations": "activation_size",
}

# Networks that are drawn may well be odd.
pytestmark = pytest.mark.filterwarnings("ignore::cnncalc.LikelyMistake")


@pytest.mark.no_cover
class TestShapes:
    @staticmethod
    def sliding_on(x):
        """Draw what slides windows over a map, or keeps its size."""
        convs = st.builds(lambda window, n: Conv2d(filters=n, **window), slid(x), small)
        pools = pools_on(x).filter(lambda pool: not pool.ceil)
        return st.one_of(convs, depthwise_on(x), pools, keeping)

    @staticmethod
    def count(size, kernel, stride, padding, dilation):
        """Slide a window of taps along an axis and count where it fits."""
        if padding == "same":
            return sum(1 for position in range(size) if position % stride == 0)
        before, after = (0, 0) if padding == "valid" else padding
        taps = [tap * dilation for tap in range(kernel)]
        padded = range(before + size + after)
        starts = padded[::stride]
        return sum(all(start + tap in padded for tap in taps) for start in starts)

    @classmethod
    def walk(cls, call, reached):
        """Return the shape that comes out, by counting positions."""
        layer, first = call.layer, reached[0]
        if layer.role == "concat":
            channels = sum(shape.channels for shape in reached)
            return Shape(first.height, first.width, channels)
        kernel, stride, padding = (
            getattr(layer, name, None) for name in ("kernel", "stride", "padding")
        )
        if kernel is None:
            return first
        stride = stride or kernel
        rows, columns = (
            cls.count(
                size,
                each(kernel)[axis],
                each(stride)[axis],
                ends(padding)[axis],
                each(layer.dilation)[axis],
            )
            for axis, size in enumerate((first.height, first.width))
        )
        channels = getattr(layer, "filters", None) or first.channels
        return Shape(rows, columns, channels * getattr(layer, "multiplier", 1))

    @pytest.mark.no_cover
    @given(maps, st.lists(keeping, max_size=3), st.data())
    def test_are_those_of_a_walk(self, shape, arm, data):
        """Output shapes are those of windows that are moved one by one."""
        branch = Branch((Sequential().add(*arm), Sequential()), join=Concat())
        x = after(shape, branch)
        layers = data.draw(chains_on(x, self.sliding_on, least=1))
        net = Sequential(input=shape).add(branch, *layers)
        table = net.graph.table
        outputs = []
        for index, (call, links) in enumerate(
            zip(table.calls, table.links, strict=True)
        ):
            reached = [outputs[index + link] for link in links]
            outputs.append(self.walk(call, reached) if links else shape)

        assert outputs == [call.output for call in table.calls]


# What to ask methods that need arguments.
ARGUMENTS = {
    "on": lambda net: (net.input,),
    "operations": lambda net: ("fvcore",),
    "reconcile": lambda net: ("fvcore",),
    "bit_operations": lambda net: (8, 8),
    "bounds": lambda net: ("NVIDIA T4",),
    "roofline": lambda net: ("NVIDIA T4",),
    "diff": lambda net: (net,),
    "inputs_for": lambda net: (net.output.space,),
    "largest_input": lambda net: (net.macs,),
    "fits": lambda net: ("raspberry-pi-4",),
    "largest_batch": lambda net: ("1 GiB",),
    "freeze": lambda net: (net.nodes[0].path,),
    "region": lambda net: (net.nodes[0].path, 0, 0),
    "by_position": lambda net: (slice(0, 1),),
    "add": lambda net: (Conv2d(1, 2),),
    "row": lambda net: (1,),
    "place": lambda net: ("x",),
    "restored": lambda net: (net.state(),),
    "read_from": lambda net: (Source("yolo"),),
    "lower": lambda net: (g := Builder(), g.input(net.input)),
    "next_name": lambda net: (None, "conv"),
    "running_as_functions": lambda net: ("*",),
    "calling_as_functions": lambda net: ("*",),
    # Layers and blocks, as methods, where numbers are not enough.
    "partial_conv": lambda net: (1, [[0]]),
    "activation": lambda net: ("relu",),
    "function": lambda net: ("exp",),
    "reshape": lambda net: (-1,),
    "expand": lambda net: ((2, *[-1] * len(net.output)),),
    "upsample": lambda net: (2,),
    "permute": lambda net: ((1, 2, 0),),
    "channel_shuffle": lambda net: (1,),
    "group_norm": lambda net: (2,),
    "locally_connected1d": lambda net: (1, 2),
    "locally_connected2d": lambda net: (1, 2),
    "embedding": lambda net: (10, 2),
    **dict.fromkeys(("lstm", "gru", "rnn"), lambda net: (2,)),
    "conv_lstm": lambda net: (1, 2),
    "attention": lambda net: (1,),
    "einsum": lambda net: ("hwc->wc",),
    "branch": lambda net: (Conv2d(1, 2), Sequential()),
    "residual": lambda net: (Sequential().relu(),),
    "repeat": lambda net: (2, Sequential().relu()),
    "inception": lambda net: (1, (1, 1), (1, 1), 1),
}


def arguments(name, net):
    """Return what to ask with: of a method that makes a layer, a 1 for each number."""
    if name in ARGUMENTS:
        return ARGUMENTS[name](net)
    method = vars(FluentMethods).get(name)
    if not isinstance(method, fluent):
        return ()
    needed = inspect.signature(method.make).parameters.values()
    return tuple(1 for p in needed if p.default is p.empty)


class TestImmutability:
    @staticmethod
    def questions(kind):
        # A network has keys only to say that it is no mapping.
        return [n for n in dir(kind) if not n.startswith("_") and n != "keys"]

    @staticmethod
    def ask(net, name):
        """Ask one question; return whether there was an answer."""
        try:
            value = getattr(net, name)
            if callable(value) and not isinstance(value, (Answer, Block)):
                value(*arguments(name, net))
        except CnncalcError:
            return False
        return True

    @pytest.mark.no_cover
    @settings(max_examples=min(settings.default.max_examples, 15))
    @given(networks(most=4), st.booleans())
    def test_no_question_changes_a_network(self, net, as_graph):
        """Every public property is read and every method called: all stays as it was."""
        net = net.relu().graph if as_graph else net.relu()
        before = (repr(net), hash(net), net.nodes, net.totals, net.to_json())
        for name in self.questions(type(net)):
            self.ask(net, name)

            assert before == (
                repr(net),
                hash(net),
                net.nodes,
                net.totals,
                net.to_json(),
            ), name

    @pytest.mark.parametrize("kind", [Sequential, Graph], ids=["Sequential", "Graph"])
    def test_every_question_has_an_answer(self, kind):
        """A question that needs arguments gets them: a new one must be told of here."""
        net = Sequential(input=(16, 16, 3)).conv(3, 4).norm().relu().pool(2)
        net = net if kind is Sequential else net.graph

        along = {"1d": Sequential(input=(16, 3)), "3d": Sequential(input=(4, 4, 4, 3))}
        along |= dict.fromkeys(("lstm", "gru", "rnn"), along["1d"])
        along["conv_lstm"] = along["3d"]
        for name in self.questions(kind):
            other = along.get(name, along.get(name[-2:], net))

            assert self.ask(other, name), name


@pytest.mark.no_cover
class TestBuilding:
    @given(chains_of_parts())
    def test_in_one_go_or_in_pieces(self, drawn):
        """Parts added one by one, at once, or as a network of their own are the same."""
        shape, parts = drawn
        one_by_one = Sequential(input=shape)
        for part in parts:
            one_by_one = one_by_one.add(part)
        at_once = Sequential(input=shape).add(*parts)
        as_network = Sequential(input=shape).add(Sequential().add(*parts))
        given_later = Sequential().add(*parts).on(shape)

        assert one_by_one == at_once == as_network == given_later
        assert one_by_one.nodes == at_once.nodes == as_network.nodes

    @given(chains_of_parts(), st.data())
    def test_adding_a_network_adds_its_layers(self, drawn, data):
        """What can be added as a network can be added layer by layer."""
        shape, parts = drawn
        at = data.draw(st.integers(0, len(parts)))
        first = Sequential(input=shape).add(*parts[:at])
        second = Sequential(input=first.output).add(*parts[at:])
        together = first.add(second)

        assert together == first.add(*second.steps) == Sequential(shape).add(*parts)
        assert together.graph == together

    @given(networks())
    def test_copies_are_equal(self, net):
        """A pickle, a copy and the network as JSON come back as what they were."""
        again = pickle.loads(pickle.dumps(net))

        assert net == again == net.graph == from_json(net.to_json())
        assert hash(net) == hash(again)
        assert net.nodes == again.nodes
        assert copy.copy(net) == copy.deepcopy(net) == net

    @given(networks(sharing=False))
    def test_what_is_printed_makes_it_again(self, net):
        """The repr of a network makes an equal one, where no weights are shared."""
        assert net == eval(repr(net), dict(PUBLIC))


@pytest.mark.no_cover
class TestNumbers:
    @given(networks())
    def test_totals_are_sums(self, net):
        """Each total is the sum of the rows' numbers."""
        for total, column in TOTALS.items():
            assert sum(getattr(row, column) for row in net.nodes) == getattr(net, total)

    @given(networks(), small)
    def test_folding_changes_no_total(self, net, depth):
        """Totals, and the sums of the columns that add up, are the same at any depth."""
        columns = ["layer", "params", "macs", "connections", "activation_size"]
        whole = net.summary(columns=columns).table
        folded = net.summary(columns=columns, depth=depth).table

        assert whole.totals == folded.totals
        for place in range(1, len(columns)):
            assert sum(line[place] for line in whole.lines) == (
                sum(line[place] for line in folded.lines)
            )

    @given(networks())
    def test_formulas_evaluate_to_the_numbers(self, net):
        """The printed arithmetic of each rule gives its number."""
        for row in net.nodes:
            for rule in RULES:
                formula = row.formulas[rule]

                assert int(formula) == evaluated(str(formula))

    @given(maps, st.lists(keeping, max_size=4), small, small)
    def test_more_filters_never_have_fewer_parameters(self, shape, layers, few, more):
        """Parameters, MACs and connections grow with the filters of a layer."""
        small_net, large_net = (
            Sequential(input=shape).conv(1, filters).add(*layers)
            for filters in (few, few + more)
        )

        for total in ("params", "macs", "connections", "activations"):
            assert getattr(small_net, total) <= getattr(large_net, total)

    @given(maps, maps, st.lists(keeping, max_size=4))
    def test_larger_inputs_never_need_fewer_macs(self, a, b, layers):
        """Where layers keep the size, MACs grow with the input, and parameters stay."""
        low = Shape(min(a.height, b.height), min(a.width, b.width), a.channels)
        high = Shape(max(a.height, b.height), max(a.width, b.width), a.channels)
        net = Sequential(input=low).add(*layers)

        assert net.macs <= net.on(high).macs
        assert net.params == net.on(high).params


@pytest.mark.no_cover
class TestMemory:
    @given(networks(), st.booleans())
    def test_the_peak_is_between_one_node_and_all(self, net, inplace):
        """It holds what any node reads and writes, and never more than all there is.

        What is quantized to 4 bits takes half a byte a value, rounded up where it ends.
        """
        peak = net.peak_memory(8, inplace=inplace)
        of_batch = net.peak_memory(8, inplace=inplace, batch=3)
        outputs = [row.activation_size for row in net.nodes]
        halves = any(getattr(row.layer, "dtype", "") == "int4" for row in net.nodes)

        assert max([net.input.size, *outputs]) <= peak * (2 if halves else 1)
        assert peak <= net.input.size + sum(outputs)
        assert of_batch <= 3 * peak if halves else of_batch == 3 * peak
        assert net.peak_memory(8, inplace=True) <= net.peak_memory(8, inplace=False)

    @given(networks(most=3))
    def test_an_arena_is_never_below_the_peak(self, net):
        """Neither is the peak below what the best order needs."""
        plan = net.memory_plan(8)

        assert plan.lower_bound <= plan.best_peak <= plan.peak <= plan.arena_size


@pytest.mark.no_cover
class TestAnalyses:
    @given(networks())
    def test_what_is_deployed_puts_out_the_same_shape(self, net):
        """Folding and fusing change what is computed where, not what comes out."""
        deployed = net.deployed()

        assert net.output == deployed.output
        assert len(deployed.nodes) <= len(net.nodes)
        assert deployed.peak_memory() <= net.peak_memory(inplace=True)

    @given(networks(), st.sampled_from(sorted(CONVENTIONS)))
    def test_lines_add_up(self, net, convention):
        """A reconciliation's lines lead from one convention's number to the other's."""
        lines = net.reconcile(convention)

        assert lines.total == lines.start + sum(number for _, number in lines.lines)
        assert lines.total == net.operations(convention)

    @given(networks())
    def test_a_difference_to_itself_is_none(self, net):
        """A network does not differ from itself, and does from one more layer."""
        assert not net.diff(net)
        assert net.diff(net.relu())


@pytest.mark.parametrize("name", ["lenet5", "resnet18", "googlenet", "unet"])
def test_zoo_networks_obey_too(name):
    """Totals are sums, also over heads that run in training only."""
    net = zoo.build(name)

    for total, column in TOTALS.items():
        assert sum(getattr(row, column) for row in net.nodes) == getattr(net, total)
