"""The builder: any graph, blocks, scopes, shared weights, training-only parts."""

import pickle

import attrs
import pytest

from cnncalc import (
    FC,
    Add,
    Block,
    Builder,
    Concat,
    ConfigError,
    Conv2d,
    Frozen,
    Graph,
    GraphError,
    Norm,
    Residual,
    Sequential,
    Shape,
    ShapeError,
    Shared,
    UnknownPositionError,
    blocks,
)
from cnncalc.blocks.nasnet import NORMAL
from cnncalc.cache import Memo
from cnncalc.graph import lowering
from cnncalc.graph.remade import part_of


@attrs.frozen
class Skip(Block):
    """A residual block in the plain style: it adds its parts itself."""

    filters: int
    name: str | None = None

    immutable = True

    def lower(self, g, *xs):
        y = g.add(Conv2d(3, self.filters, padding=1), *xs)
        y = g.add(Conv2d(3, self.filters, padding=1), y)
        return g.add(Add(), y, *xs)


@attrs.frozen
class Nest(Block):
    """A block of another part, which the builder lowers from its own stack."""

    part: object
    name: str | None = None

    immutable = True

    def lower(self, g, *xs):
        x = yield self.part, *xs
        return x


@attrs.frozen
class After(Nest):
    """A block of a layer, and another part after it."""

    def lower(self, g, *xs):
        x = yield FC(9), *xs
        x = yield self.part, x
        return x


@attrs.frozen
class Identity(Block):
    """A block that passes on what it gets."""

    name: str | None = None

    def lower(self, g, *xs):
        return xs[0]


def two_inputs():
    g = Builder()
    a, b = g.input((8, 8, 3), "a"), g.input((8, 8, 5), "b")
    y = g.add(Concat(), g.add(Conv2d(1, 5), a), b)
    return g.graph(y, g.add(FC(2), y), name="two")


class TestGraphs:
    def test_several_inputs_and_outputs(self):
        """A graph may have several inputs and outputs, and reports each."""
        net = two_inputs()

        assert (Shape(8, 8, 3), Shape(8, 8, 5)) == net.input
        assert (Shape(8, 8, 10), Shape.of(2)) == net.output
        assert 3 * 5 + 5 + 8 * 8 * 10 * 2 + 2 == net.params
        assert [("a",), ("conv1", "b"), ("concat1",)] == [r.inputs for r in net.nodes]
        assert (Shape(8, 8, 5), Shape(8, 8, 5)) == net["concat1"].input

    def test_nodes_of_the_table_point_back(self):
        """The table's nodes know name, layer, inputs, output and scope."""
        node = two_inputs().table[3]

        assert ("concat1", Concat(), (2, 1)) == (node.name, node.layer, node.inputs)
        assert (Shape(8, 8, 10), ()) == (node.output, node.scope)

    def test_is_a_sequence_of_its_rows(self):
        """A graph has a length, positions, names and slices."""
        net = two_inputs()

        assert 3 == len(net) == len(list(net))
        assert net[1] == net["concat1"] == net[-2]
        assert isinstance(net[:2], Graph)
        assert 20 == net[:2].params
        assert (Shape(8, 8, 10),) * 2 == (net[2:].input, net[:2].output)
        for wrong in (slice(None, None, 2), slice(3, 3), 3, -4):
            with pytest.raises(UnknownPositionError):
                net[wrong]
        assert (
            "<Graph 'two' of 3 nodes: 8×8×3, 8×8×5 → 8×8×10, 2; source: to_python()>"
            == repr(net)
        )

    def test_is_a_value(self):
        """Graphs made the same way are equal, and survive pickling."""
        assert two_inputs() == two_inputs() == pickle.loads(pickle.dumps(two_inputs()))
        assert hash(two_inputs()) == hash(two_inputs())

    def test_which_outputs_it_has_is_part_of_it(self):
        """Graphs over one table with different outputs differ."""
        net = two_inputs()

        assert net != Graph(net.table, net.outputs[:1])

    def test_on_gives_other_input_shapes(self):
        """A graph can be asked about other inputs; it must get all of them."""
        net = two_inputs().on((9, 9, 3), (9, 9, 1))

        assert (Shape(9, 9, 6), Shape.of(2)) == net.output
        with pytest.raises(GraphError, match="1 input shapes were given for 2 inputs"):
            net.on((9, 9, 3))
        with pytest.raises(ShapeError, match="concat1: Concat on 9×9×5 and 8×8×1"):
            net.on((9, 9, 3), (8, 8, 1))

    def test_a_branch_that_nothing_uses_counts_too(self):
        """What was added counts, whether or not an output depends on it."""
        g = Builder()
        x = g.input(4)
        g.add(FC(3), x)

        assert 4 * 3 + 3 + 4 * 2 + 2 == g.graph(g.add(FC(2), x)).params

    def test_a_graph_needs_an_output(self):
        """A graph without outputs is refused, as is a tensor from elsewhere."""
        g, other = Builder(), Builder()
        x = other.input(3)

        with pytest.raises(GraphError, match="a network needs an output"):
            g.graph()
        for wrong in (
            lambda: g.graph(x),
            lambda: g.add(FC(3), x),
            lambda: g.add(FC(3), 4),
        ):
            with pytest.raises(
                GraphError, match="belongs to another builder|is no tensor"
            ):
                wrong()
        with pytest.raises(GraphError, match="belongs to another builder|is no tensor"):
            g.add(Skip(3), x)

    def test_a_join_needs_an_input(self):
        """Of others it takes as many as there are."""
        with pytest.raises(GraphError, match="0 inputs reached it"):
            Builder().add(Add())

    @pytest.mark.parametrize("count", [0, 4])
    @pytest.mark.parametrize(
        ("part", "takes"),
        [
            (FC(3), "1"),
            (Sequential(), "1"),
            (Sequential().relu(), "1"),
            (Sequential(input=(4, 4, 4)).relu().graph, "1"),
            (Frozen(Sequential().relu()), "1"),
            (blocks.Repeat(2, Sequential().relu()), "1"),
            (blocks.Residual(Sequential().relu()), "1"),
            (blocks.Branch([Sequential().relu()]), "1"),
            (blocks.Bottleneck(4, 4), "1"),
            (blocks.Inception(1, (1, 1), (1, 1), 1), "1"),
            (blocks.Fire(2, 2), "1"),
            (blocks.Cell(4, NORMAL), "1 to 2"),
            (blocks.WindowAttention(2, 2), "1 to 2"),
            (blocks.MultiHeadAttention(2), "1 to 3"),
        ],
        ids=lambda part: part if isinstance(part, str) else type(part).__name__,
    )
    def test_the_number_of_inputs_must_fit(self, part, takes, count):
        """A layer or block gets as many inputs as it takes."""
        g = Builder()
        x = g.input((4, 4, 4))

        why = f"{count} inputs reached it, and it takes {takes}\\."
        with pytest.raises(GraphError, match=why):
            g.add(part, *[x] * count)

    def test_what_is_no_part_is_refused(self):
        """Only layers and blocks can be added."""
        g = Builder()

        with pytest.raises(ConfigError, match="'conv' is neither a layer nor a block"):
            g.add("conv", g.input(3))


class TestBlocks:
    def test_a_block_is_a_scope(self):
        """A block's nodes stand in a scope of its name, automatic or given."""
        net = Sequential(input=(8, 8, 4)).add(Skip(4), Skip(4, name="s"), Skip(4))

        assert ["skip1/conv1", "skip1/conv2", "skip1/add1"] == [
            row.path for row in net.nodes[:3]
        ]
        assert ["s/conv1", "skip2/conv1"] == [net.nodes[3].path, net.nodes[6].path]
        assert ("skip2/conv2", "s/add1") == net["skip2/add1"].inputs
        assert 2 * (3 * 3 * 4 * 4 + 4) == net["s"].params

    def test_a_block_that_recurs_is_the_same_again(self):
        """Adding one block again and again equals adding equal blocks."""
        one = Skip(4)
        again = Sequential(input=(8, 8, 4)).add(one, one, one)
        apart = Sequential(input=(8, 8, 4)).add(Skip(4), Skip(4), Skip(4))

        assert again == apart
        assert [r.inputs for r in again.nodes] == [r.inputs for r in apart.nodes]

    def test_blocks_of_blocks_recur_with_their_scopes(self):
        """A nested block that recurs keeps its inner scopes, named as before."""
        inner = Nest(Sequential().add(Skip(4), Nest(Skip(4)), Identity()))
        net = Sequential(input=(8, 8, 4)).add(inner, inner)
        paths = [row.path for row in net.nodes]

        assert "nest1/skip1/conv1" == paths[0]
        assert "nest1/nest1/skip1/add1" == paths[5]
        assert [p.replace("nest1/", "nest2/", 1) for p in paths[:6]] == paths[6:]

    def test_what_is_remembered_is_bounded(self, monkeypatch):
        """Parts are remembered up to a number of their steps; the oldest go."""
        monkeypatch.setattr(lowering, "_LOWERED", Memo(most=64))
        for channels in range(1, 41):
            net = Sequential(input=(8, 8, channels)).add(Skip(channels))

        assert 16 <= len(lowering._LOWERED) <= 64
        assert 3 == len(net.nodes)

    def test_what_is_remembered_weighs_its_steps(self, monkeypatch):
        """A block weighs a step more than it has, and each of its layers one."""
        monkeypatch.setattr(lowering, "_LOWERED", Memo(most=1000))
        lowering.chained(Skip(4), (Shape(8, 8, 4),))

        # two convolutions and a sum; the convolutions are one layer on one shape
        assert (1 + 3) + 1 + 1 == lowering._LOWERED._weight

    def test_an_identity_returns_its_input(self):
        """A block may return what it got, also when it recurs."""
        one = Identity()
        net = Sequential(input=3).add(one, one).fc(2).add(one)

        assert (1, Shape.of(2)) == (len(net.nodes), net.output)
        assert ("input1",) == net.nodes[0].inputs

    def test_nesting_has_an_end(self):
        """Fifty blocks of one's own inside one another are lowered, and 5,000 refused."""
        part = Sequential().fc(2)
        for _ in range(50):
            part = Nest(part)
        net = Sequential(input=3).add(part)
        for _ in range(5000):
            part = Nest(part)

        assert 8 == net.params
        assert 50 == len(net.nodes[0].scope)
        with pytest.raises(ConfigError, match="its blocks nest too deeply"):
            net.add(part)

    def test_an_error_inside_names_its_path(self):
        """An error within blocks has the whole path, and undoes the whole block."""
        g = Builder()
        x = g.input((8, 8, 4))

        with pytest.raises(
            ShapeError, match="nest1/skip1/add1: Add on 8×8×5 .* and 8×8×4"
        ):
            g.add(Nest(Skip(5)), x)
        assert 1 == len(g)
        assert "skip1/conv1" == g.graph(g.add(Skip(4), x)).nodes[0].path

    def test_a_name_given_twice_is_refused(self):
        """Two blocks of one name are refused, whether new or recurring."""
        block = Skip(4, name="s")
        net = Sequential(input=(8, 8, 4)).add(block)

        for again in (block, Skip(4, name="s")):
            with pytest.raises(
                ConfigError, match='s: Skip: the name "s" is given twice'
            ):
                net.add(again)

    def test_what_reaches_outside_is_not_reused(self):
        """A block that takes more than its inputs is lowered each time."""
        g = Builder()
        x = g.input((8, 8, 4))
        y = g.add(Conv2d(1, 4), x)

        class Reaching(Block):
            name = None

            def __init__(self, beyond, add):
                self.beyond, self.add = beyond, add

            def lower(self, g, *xs):
                return g.add(Add(), *xs, self.beyond) if self.add else self.beyond

            immutable = True

        for add in (True, False):
            block = Reaching(x, add)
            g.add(block, y)
            g.add(block, y)

        assert [(1, 0), (1, 0)] == [node.inputs for node in g.table()][2:]

    def test_a_block_with_a_stem_of_its_own(self):
        """What a block calls its first layers does not name its scope."""

        class Begun(Block):
            name = None
            stem = _stem = Conv2d(3, 4)

            def lower(self, g, *xs):
                return g.add(self.stem, *xs)

        net = Sequential(input=(8, 8, 3)).add(Begun())

        assert ["begun1/conv1"] == [row.path for row in net.nodes]

    def test_a_block_of_one_input_twice(self):
        """A block that gets the same tensor twice is lowered each time."""

        class Sum(Block):
            name = None
            immutable = True

            def lower(self, g, *xs):
                return g.add(Add(), *xs)

        g, block = Builder(), Sum()
        x = g.input(3)
        g.add(block, x, x)
        g.add(block, x, x)

        assert [(0, 0), (0, 0)] == [node.inputs for node in g.table()][1:]

    def test_scopes_can_be_opened_by_hand(self):
        """A builder's scope groups what is added within it."""
        g = Builder()
        x = g.input(3)
        with g.scope("a"):
            x = g.add(FC(2), x)
            with g.scope("b"):
                x = g.add(FC(2), x)
            with pytest.raises(ConfigError, match="a/b: "), g.scope("b"):
                pass
        net = g.graph(g.add(FC(2), x))

        assert ["a/fc1", "a/b/fc1", "fc1"] == [row.path for row in net.nodes]
        assert 14 == net["a"].params

    def test_a_scope_that_fails_leaves_nothing(self):
        """After an error within a scope opened by hand, the scope was never there."""
        g = Builder()
        x = g.input(3)
        with pytest.raises(RuntimeError), g.scope("a"):
            g.add(FC(2), x)
            raise RuntimeError
        with g.scope("a"):
            g.add(FC(2), x)

        assert 2 == len(g)

    def test_a_block_of_several_outputs(self):
        """A block may return several tensors; it is lowered each time."""

        @attrs.frozen
        class Both(Block):
            name: str | None = None
            immutable = True

            def lower(self, g, *xs):
                return xs[0], g.add(FC(2), xs[0])

        g, both = Builder(), Both()
        x = g.input(3)
        first, second = g.add(both, x)
        again = g.add(both, x)

        assert (x, 2) == (first, second.shape.channels)
        assert 2 == again[1].index

    def test_what_may_change_is_lowered_each_time(self):
        """A block that is not immutable may give another result the next time."""

        class Growing(Block):
            name = None
            units = 1

            def lower(self, g, *xs):
                Growing.units += 1
                return g.add(FC(self.units), *xs)

        block = Growing()
        net = Sequential(input=3).add(Nest(block), Nest(block))
        after = After(block)
        again = Sequential(input=3).add(after, after)

        assert [2, 3] == [row.output.channels for row in net.nodes]
        assert [9, 4, 9, 5] == [row.output.channels for row in again.nodes]

    def test_a_shared_part_is_not_remembered_without_its_owner(self):
        """A block that only uses shared weights counts them in another network."""

        class Using(Block):
            name = None
            immutable = True
            fc = Shared(FC(3))

            def lower(self, g, *xs):
                return g.add(self.fc, *xs)

        block = Using()

        assert 12 == Sequential(input=3).add(block, block, block).params
        assert 12 == Sequential(input=3).add(block).params

    def test_reading_while_a_block_grows_is_safe(self):
        """A network may be read, and grown, from within a block that is added to it."""
        net = Sequential(input=3).fc(3)

        class Reading(Block):
            name = None

            def lower(self, g, *xs):
                assert 12 == net.params
                assert 24 == net.fc(3).params
                return g.add(FC(3), *xs)

        assert 24 == net.add(Reading()).params
        assert 12 == net.params


class Beside(Block):
    """A block that adds what it is given to a tensor from around it."""

    name = None
    immutable = True

    def __init__(self, other):
        self.other = other

    def lower(self, g, x, /):
        return g.add(Add(), g.add(Conv2d(1, 3), x), self.other)


class TestTensorsFromAround:
    @pytest.mark.parametrize("path", ["", "conv1"])
    def test_a_block_that_takes_one_may_be_frozen(self, path):
        """It takes the same tensor when it is frozen, or a part of it."""
        g = Builder()
        x = g.input((4, 4, 3))
        other = g.add(Conv2d(1, 3), x)
        net = g.graph(g.add(Frozen(Beside(other), path), x))

        assert ("beside1/conv1", "conv1") == net["beside1/add1"].inputs
        assert (24, 12) == (net.params, net.trainable_params)

    def test_nothing_is_added_to_a_block_that_is_complete(self):
        """What a block kept of its lowering leads nowhere afterwards."""
        kept = []

        class Keeping(Skip):
            def lower(self, g, x, /):
                kept.append((g, x))
                return super().lower(g, x)

        net = Sequential(input=(4, 4, 3)).add(Keeping(3))
        builder, x = kept[0]
        builder.add(Conv2d(1, 3), x)

        assert 3 == len(net) == len(Sequential(input=(4, 4, 3)).add(net.steps[0]))


class TestSharing:
    def test_shared_weights_count_once(self):
        """A shared layer's parameters count where it is first applied."""
        g, tower = Builder(), Shared(Sequential().conv(3, 8).norm())
        a, b = g.input((9, 9, 3)), g.input((9, 9, 3))
        net = g.graph(g.add(Concat(), g.add(tower, a), g.add(tower, b)))
        first, norm, again, norm_again = net.nodes[:4]

        assert ("conv1", "conv2") == (first.name, again.name)
        assert 3 * 3 * 3 * 8 + 8 + 2 * 8 == net.params == net.trainable_params
        assert (16, 2 * first.macs) == (net.buffers, net.macs)
        assert (0, 0, "0") == (again.params, norm_again.buffers, str(again.formula))
        assert ("0", "3×3×3×8×7×7") == (
            str(again.formulas["params"]),
            str(again.formulas["macs"]),
        )
        assert {4: 2, 5: 3} == net.table.owners
        assert 16 == norm.params
        assert net == pickle.loads(pickle.dumps(net))

    def test_what_is_shared_within_what_is_shared_counts_once(self):
        """A layer keeps its owner in a tower that shares it, whatever is first."""
        layer = Shared(Conv2d(1, 4))
        tower = Shared(Residual(Sequential().add(layer, layer)))
        x = Sequential(input=(8, 8, 4))
        own = 4 * 4 + 4

        assert own == x.add(layer, tower, tower).params == x.add(tower, layer).params
        rows = x.add(tower, tower).nodes
        assert [own, 0, 0, 0, 0, 0] == [row.params for row in rows]

    def test_what_is_shared_must_fit_other_inputs_too(self):
        """Inputs of other sizes, on which the weights would differ, are refused."""
        g, fc = Builder(), Shared(FC(5))
        a, b = g.input((4, 4, 3)), g.input((4, 4, 3))
        net = g.graph(g.add(Concat(), g.add(fc, a), g.add(fc, b)))

        assert 8 * 8 * 3 * 5 + 5 == net.on((8, 8, 3), (8, 8, 3)).params
        with pytest.raises(GraphError, match="fc2: FC.* shares 245 .* need 965 here"):
            net.on((4, 4, 3), (8, 8, 3))

    def test_a_part_whose_weights_are_elsewhere_differs_from_one_with_its_own(self):
        """Subtotals without and with parameters are not equal."""
        fc = Shared(FC(8))
        net = Sequential(input=8).add(fc)
        user = net.add(Sequential(name="b").add(fc))["b"]
        owner = net.add(Sequential(name="b").fc(8))["b"]

        assert (0, 72) == (user.params, owner.params)
        assert user != owner

    def test_two_equal_layers_are_two(self):
        """Without sharing, equal layers have weights of their own."""
        conv = Conv2d(3, 3, padding=1)

        assert "Shared(Conv2d(3, 3, padding=1))" == repr(Shared(conv))
        assert 2 * 84 == Sequential(input=(9, 9, 3)).add(conv, conv).params

    def test_a_shared_layer_may_stand_in_a_chain(self):
        """A chain may apply shared weights again, and be made longer two ways."""
        conv = Shared(Conv2d(3, 3, padding=1))
        net = Sequential(input=(9, 9, 3)).add(conv)
        longer = net.add(conv, Norm())
        other = net.relu().add(conv)

        assert [84, 0] == [row.params for row in longer.nodes[:2]]
        assert [84, 0, 0] == [row.params for row in other.nodes]
        assert {2: 1} == longer[:2].graph.table.owners
        assert 84 == longer.graph[1:2].params == net.params
        assert [84, 0] == [row.params for row in other.add(conv).graph[2:].nodes]

    def test_of_a_groups_subtotal_shared_weights_are_no_part(self):
        """A group that only uses weights of another has none; a slice has them."""
        conv = Shared(Conv2d(3, 3, padding=1))
        group = Sequential(name="g").add(conv)
        net = Sequential(input=(9, 9, 3)).add(conv, group, conv)

        assert (84, 0, 84) == (net.params, net["g"].params, net.graph[1:].params)
        assert 84 == net.graph[:1].params

    def test_what_is_shared_must_fit(self):
        """Shared weights cannot serve an input that needs other weights."""
        g, fc = Builder(), Shared(FC(2))
        g.add(fc, g.input(3))

        with pytest.raises(
            GraphError, match="fc2: FC: it shares 8 parameters, but would need 10 here"
        ):
            g.add(fc, g.input(4))
        assert 3 == len(g)

    def test_a_failed_first_use_shares_nothing(self):
        """When what uses a shared layer fails, its next use is the first."""
        g, fc = Builder(), Shared(FC(2))
        x = g.input((4, 4, 1))
        for _ in range(2):
            with pytest.raises(ShapeError):
                g.add(Nest(Sequential().add(Nest(fc)).pool(2)), x)

        assert 34 == g.graph(g.add(fc, x)).params

    def test_a_block_that_shares_is_lowered_each_time(self):
        """A block with shared weights inside shares them wherever it recurs."""
        block = Nest(Shared(FC(3)))
        net = Sequential(input=3).add(block, block)

        assert [12, 0] == [row.params for row in net.nodes]


class TestTrainingOnly:
    def test_counts_parameters_but_no_work(self):
        """What runs in training only has parameters; its work does not count."""
        g = Builder()
        x = g.input((9, 9, 3))
        with g.training_only():
            g.add(Nest(Conv2d(3, 8)), x)
            g.add(Nest(Conv2d(3, 8)), x)
        net = g.graph(g.add(FC(2), x))
        head, _, fc = net.nodes

        assert (224, 0, 0, 0) == (
            head.params,
            head.macs,
            head.connections,
            head.activation_size,
        )
        assert (2 * 224 + 488, fc.macs) == (net.params, net.macs)


class TestTables:
    def table(self, join=None):
        g = Builder()
        x = g.input((4, 4, 2))
        a, b = g.add(Conv2d(1, 2), x), g.add(Conv2d(3, 2, padding=1), x)
        c = g.add(Conv2d(1, 2), a)
        return g.graph(g.add(join or Add(), c, b)).table

    def test_what_is_used_later_comes_out_of_a_part(self):
        """A part puts out all that any later node uses, not only what the last does."""
        part, outputs = part_of(self.table(), 0, 3, [4])

        assert (3, [1, 2]) == (len(part), outputs)

    def test_tables_differ_where_a_node_differs(self):
        """Another layer, name or link makes another table; nothing else equals one."""
        table = self.table()

        assert table == self.table()
        assert table != self.table(Concat())
        assert table != part_of(table, 0, 3, [2])[0]
        assert table != "table"

    def test_users_of_shared_weights_stay_users_in_a_part(self):
        """In a part that has the owner, the second use does not own, the third neither."""
        conv = Shared(Conv2d(1, 2))
        net = Sequential(input=(4, 4, 2)).add(conv, Norm(), conv, conv)
        chain = part_of(net.graph.table, 0, 5, [4])[0]
        later = part_of(net.graph.table, 3, 5, [4])[0]

        assert {3: 1, 4: 1} == chain.owners
        assert {2: 1} == later.owners
        assert 6 == net.graph[3:].params == net.on((2, 2, 2)).params - 4
        assert [False, True] == [call.shared for call in later.calls[1:]]

    def test_a_group_that_recurs_is_a_piece(self):
        """Equal groups on equal shapes are one fragment, wherever they stand."""
        g = Builder()
        x, one = g.input((4, 4, 37)), Skip(37)
        for _ in range(3):
            x = g.add(one, x)

        assert [(1, 3), (4, 3), (7, 3)] == [
            (at, piece.size) for at, piece in g.graph(x).table.pieces
        ]

    def test_weights_are_still_shared_where_networks_part(self):
        """Two networks made from one that has a shared layer both use its weights."""
        conv = Shared(Conv2d(1, 2))
        net = Sequential(input=(4, 4, 2)).add(conv).relu()
        one, two = net.norm(), net.add(conv)

        assert (6 + 4, 6) == (one.params, two.params)

    def test_a_network_knows_nothing_of_what_another_shares(self):
        """Of two longer networks one uses weights again where the other has new ones."""
        conv = Shared(Conv2d(1, 2))
        net = Sequential(input=(4, 4, 2)).add(conv)
        used = net.add(conv)
        apart = Sequential(input=(4, 4, 2))
        first = apart.add(conv)
        later = apart.conv(1, 2).add(conv)

        assert (6, 6 + 9) == (used.params, net.conv(1, 3).params)
        later = net.add(Conv2d(1, 2), conv)
        assert ({3: 1}, {}) == tuple(n.graph.table.owners for n in (later, net))
        assert ({2: 1}, {}) == tuple(
            n.graph.table.owners for n in (used, net.conv(1, 3))
        )
        assert (6, 6 + 6) == (first.params, later.params)

    def test_long_values_are_equal_too(self):
        """Open networks of hundreds of equal layers are equal, one layer more is not."""
        long = Sequential().add(*[Conv2d(1, 1)] * 300)

        assert long == Sequential().add(*[Conv2d(1, 1)] * 300)
        assert long != long.conv(1, 1)

    def test_what_came_before_a_failure_has_its_own_owners(self):
        """A later use of shared weights is no part of the network up to the failure."""
        conv = Shared(Conv2d(1, 2))
        net = Sequential(input=(8, 8, 2)).add(conv).pool(4).conv(2, 2).add(conv)

        with pytest.raises(ShapeError) as caught:
            net.graph.on((4, 4, 2))

        assert {} == caught.value.table.owners
        assert {4: 1} == net.graph.table.owners

    def test_freezing_inside_a_group_that_recurs_is_seen_in_totals(self):
        """Of a group that is partly frozen, only that part is not trained: 4·4 + 4."""
        small, large = Skip(4), Nest(Sequential().add(*[Conv2d(1, 4)] * 6))
        net = Sequential(input=(8, 8, 4)).add(*[small] * 3, *[large] * 3)
        frozen = net.freeze("nest3/conv5")

        assert net.params - 20 == frozen.trainable_params
