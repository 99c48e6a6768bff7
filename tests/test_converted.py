"""Networks as TensorFlow's converter makes them: each rule, and what it made."""

import pytest
from tflm_facts import FACTS, written

from cnncalc import (
    Activation,
    Add,
    Builder,
    Concat,
    Conv1d,
    Conv2d,
    Flatten,
    Maximum,
    Multiply,
    Norm,
    OptionError,
    Pool,
    Reshape,
    SeparableConv2d,
    Sequential,
    Shared,
    Unknown,
    zoo,
)

X = (16, 16, 8)


def made(net):
    """Return the roles of the operators of a network, without parameters."""
    rows = net.deployed("tflite").nodes
    return [row.role.removeprefix("activation: ") for row in rows if row.inputs]


def of(*layers):
    """Return the operators of layers one after another."""
    net = Sequential(input=X)
    for layer in layers:
        net = net.add(layer)
    return made(net)


CONV = Conv2d(3, 8, padding="same")


class TestConverter:
    @pytest.mark.parametrize("number", range(len(FACTS)))
    def test_what_it_made_of_random_networks(self, number):
        """There are as many operators, and they put out the same shapes.

        Before a sum over one position the converter once made a vector of it, though
        it is one: that reshaping has no shape in the facts.
        """
        fact = FACTS[number]
        ready = written(fact).deployed("tflite")
        found = [list(row.output) for row in ready.nodes if row.inputs]
        told = [shape for _, *shape in fact["float32"]["operators"] if shape]

        assert sorted(told) == sorted(found)

    def test_its_names_and_counts(self):
        """The last operator of a node keeps its name; no parameter is lost.

        What is not known stays as it is, and no name is there twice.
        """
        net = Sequential(input=X).add(SeparableConv2d(3, 4)).norm().relu().fc(2)
        ready = net.deployed("tflite")

        assert ["separable1_first", "separable1", "fc1_first", "fc1"] == [
            row.path for row in ready.nodes
        ]
        assert net.deployed().params == ready.params
        assert net.macs == ready.macs
        assert ready is ready.deployed("tflite")
        net = Sequential(input=X).relu(name="fc1_first").fc(2, name="fc1")
        assert "fc1_first_" in net.deployed("tflite")
        net = Sequential(input=X).add(Unknown("thing")).relu()
        assert ["unknown1", "relu1"] == [r.path for r in net.deployed("tflite").nodes]

    def test_there_is_no_other_runtime(self):
        """A runtime that is not known is refused."""
        with pytest.raises(OptionError, match="no runtime 'onnx'"):
            Sequential(input=X).relu().deployed("onnx")


class TestNormsAndActivations:  # rule a
    def test_norms_before_anything_are_a_product_and_a_sum(self):
        """A relu behind them is computed with the sum."""
        assert ["multiply", "add", "conv"] == of(Norm(), CONV)
        net = Sequential(input=X).norm().relu().conv(1, 4)
        assert ["multiply", "add", "conv"] == made(net)
        assert 2 * 8 + 8 * 4 + 4 == net.deployed("tflite").params

    def test_norms_behind_a_function_stay(self):
        """What a convolution's activation has changed, its weights cannot take up."""
        net = Sequential(input=X).add(CONV).relu().norm()

        assert ["conv", "multiply", "add"] == made(net)

    def test_a_norm_of_shared_weights(self):
        """Factors that two places share are there once."""
        norm = Shared(Norm())
        net = Sequential(input=X).add(norm).relu().add(norm)

        assert 2 * 8 == net.deployed("tflite").params
        assert ["multiply", "add"] * 2 == made(net)

    @pytest.mark.parametrize("relu", ["relu", "relu6"])
    def test_where_relus_are_within(self, relu):
        """In convolutions, linear layers, pools, and what joins two by arithmetic."""

        def after(net):
            return made(getattr(net, relu)())

        assert ["conv"] == after(Sequential(input=X).add(CONV))
        assert ["flatten", "linear"] == after(Sequential(input=X).fc(4))
        assert ["max pool"] == after(Sequential(input=X).pool(2))
        assert ["average pool"] == after(Sequential(input=X).pool(2, mode="average"))
        assert ["conv", "multiply"] == after(
            Sequential(input=X).branch(CONV, Sequential(name="x"), join=Multiply())
        )
        assert ["max pool", "flatten"] == after(Sequential(input=X).pool(2).flatten())

    def test_where_they_are_not(self):
        """A concatenation, a mean and a maximum have none; nor has any other function."""
        two = Sequential(input=X).branch(CONV, Sequential(name="x"), join=Maximum())
        both = Sequential(input=X).branch(CONV, Sequential(name="x"))

        assert ["conv", "maximum", "relu"] == made(two.relu())
        assert ["conv", "concat", "relu"] == made(both.relu())
        assert "relu" == made(Sequential(input=X).global_pool().relu())[-1]
        assert ["conv", "sigmoid"] == made(Sequential(input=X).add(CONV).sigmoid())
        assert ["conv", "softmax"] == made(Sequential(input=X).add(CONV).softmax())

    def test_what_others_use_stays(self):
        """A convolution whose values are used without the relu, too, has none."""
        g = Builder()
        y = g.add(CONV, g.input(X))
        net = g.graph(g.add(Concat(), g.add(Activation("relu"), y), y))

        assert ["conv", "relu", "concat"] == made(net)

    def test_a_silu_is_two(self):
        """It is a sigmoid, and a product."""
        assert ["conv", "sigmoid", "multiply"] == made(
            Sequential(input=X).add(CONV).silu()
        )


class TestWhatVanishes:  # rules b and e
    def test_dropouts_and_what_changes_nothing(self):
        """Dropouts, identities, a padding by nothing, a flattening of a vector."""
        net = Sequential(input=X).dropout().add(CONV).identity().pad(0).global_pool()

        assert ["conv", "global average pool"] == made(net.flatten())

    def test_reshapes_stay(self):
        """A flattening is a node; before a linear layer of one position it is none."""
        flat = Sequential(input=X).flatten().elu()
        one = Sequential(input=X).global_pool(keep_map=True).flatten().fc(3)

        assert ["flatten", "elu"] == made(flat)
        assert ["global average pool", "linear"] == made(one)

    @pytest.mark.parametrize("function", ["relu", "relu6", "sigmoid", "tanh"])
    def test_functions_that_are_computed_before_a_reshaping(self, function):
        """Those that TensorFlow's converter puts there, and no others."""
        net = Sequential(input=X).flatten()

        assert [function, "flatten"] == made(getattr(net, function)())
        assert ["flatten", "hardswish"] == made(net.hardswish())

    def test_of_reshapings_the_last_is_left(self):
        """Of two, what the second says; back to what it was, none."""
        net = Sequential(input=X).add(CONV).reshape((32, 64))

        assert ["conv", "move"] == made(net.reshape((128, 16)))
        assert ["conv", "flatten"] == made(net.flatten())
        assert ["conv", "sigmoid", "conv"] == made(net.sigmoid().reshape(X).add(CONV))

    def test_joins_of_what_is_put_alike(self):
        """They are computed before; of what was computed in other shapes, behind."""
        g = Builder()
        x = g.input((4, 4, 8))
        a, b = g.add(Conv2d(1, 8), x), g.add(Conv2d(1, 16, stride=(1, 2)), x)
        a, b, c = (g.add(Reshape((8, 16)), each) for each in (a, b, x))
        joined = g.graph(g.add(Add(), a, c))
        apart = g.graph(g.add(Add(), a, b))

        assert ["conv", "add", "move"] == made(joined)
        assert ["conv", "conv", "move", "move", "add"] == sorted(
            made(apart), key="convmoveadd".index
        )

    def test_norms_of_what_is_reshaped(self):
        """Their product and sum go before, if the channels stay the same."""
        net = Sequential(input=X).add(Pool(2))
        scaled = ["multiply", "add"]

        assert ["max pool", *scaled, "move"] == made(net.reshape((64, 8)).norm())
        assert ["max pool", "move", *scaled] == made(net.reshape((32, 16)).norm())

    def test_shuffled_channels(self):
        """They are an axis of their own, turned, and one axis again."""
        net = Sequential(input=X).add(CONV).channel_shuffle(2).add(CONV)

        assert ["conv", "move", "permute", "move", "conv"] == made(net)

    def test_a_concatenation_of_one(self):
        """It is what it has."""
        g = Builder()
        net = g.graph(g.add(CONV, g.add(Concat(), g.input(X))))

        assert ["conv"] == made(net)

    def test_what_does_the_same_to_the_same_is_one(self):
        """Of NASNet's 113 relus that stand alone 48 are left."""
        relus = [role for role in made(zoo.nasnet_mobile()) if role == "relu"]

        assert 48 == len(relus)

    def test_pools_and_shared_weights_too(self):
        """Equal pools are one, and shared convolutions; others never are."""
        shared = Shared(Conv2d(1, 4))
        pools = Sequential(input=X).branch(Pool(2), Pool(2))
        convs = Sequential(input=X).branch(shared, shared)
        others = Sequential(input=X).branch(Conv2d(1, 4), Conv2d(1, 4))

        assert ["max pool", "concat"] == made(pools)
        assert ["conv", "concat"] == made(convs)
        assert ["conv", "conv", "concat"] == made(others)

    def test_what_nothing_uses(self):
        """A branch that leads to no output is gone."""
        g = Builder()
        x = g.input(X)
        g.add(Flatten(), x)
        net = g.graph(g.add(CONV, x))

        assert ["conv"] == made(net)


class TestPaddings:  # rule c
    @pytest.mark.parametrize(
        ("size", "pad", "stride", "roles"),
        [
            (16, 1, 1, ["conv"]),
            (16, ((0, 1), (0, 1)), 2, ["conv"]),
            (15, ((0, 1), (0, 1)), 2, ["pad", "conv"]),
            (15, 1, 2, ["conv"]),
            (16, 1, 2, ["pad", "conv"]),
            (16, 2, 1, ["pad", "conv"]),
        ],
    )
    def test_zeros_around_a_convolution(self, size, pad, stride, roles):
        """What "same" pads is part of it, as its own layer and as stated for it."""
        net = Sequential(input=(size, size, 3))

        assert roles == made(net.pad(pad).conv(3, 8, stride=stride))
        assert roles == made(net.conv(3, 8, stride=stride, padding=pad))

    def test_a_pad_that_others_use(self):
        """A pool needs it, and the convolution has its own."""
        net = Sequential(input=X).pad(1).branch(Conv2d(3, 2), Pool(3, 1))

        assert ["pad", "conv", "max pool", "concat"] == made(net)

    def test_what_is_no_plain_zeros(self):
        """A mirrored border, or channels of zeros, are no part of a convolution."""
        net = Sequential(input=X)

        assert ["pad", "conv"] == made(net.pad(1, padding_mode="edge").conv(3, 8))
        assert ["pad", "conv"] == made(net.pad(1, channels=1).conv(3, 8))

    def test_pools_with_paddings(self):
        """They need a node, and so does a last window that is cut off."""
        net = Sequential(input=(15, 15, 8))

        assert ["max pool"] == made(net.pool(3, 2, padding="same"))
        assert ["pad", "max pool"] == made(net.pool(3, 2, padding=((0, 1), (1, 0))))
        assert ["pad", "max pool"] == made(
            Sequential(input=X).pool(3, 3, ceil=True, padding="valid")
        )
        assert (6, 6, 8) == tuple(
            Sequential(input=X).pool(3, 3, ceil=True).deployed("tflite").output
        )

    def test_other_values(self):
        """Mirrored borders are a node even where "same" pads as much."""
        assert ["pad", "conv"] == of(Conv2d(3, 8, padding=1, padding_mode="reflect"))


class TestJoinsAndStages:  # rules d and f
    def test_a_separable_convolution_is_two(self):
        """The padding is the first one's, the norm the second one's."""
        net = Sequential(input=X).pad(1).separable(3, 4).norm().relu()

        assert ["conv", "conv"] == made(net)

    def test_sums_of_several(self):
        """A sum of three is two, of which the last has the relu."""
        arms = [Sequential().add(CONV).relu(), Conv2d(3, 8, padding=1)]
        net = Sequential(input=X).branch(*arms, Sequential(name="x"), join=Add())

        assert ["conv", "conv", "add"] == made(net.relu())
        net = Sequential(input=X).branch(arms[0], arms[0], arms[0], join=Maximum())
        assert ["conv", "conv", "conv", "maximum", "maximum"] == made(net)

    def test_concatenations_grow(self):
        """Each layer of torchvision's DenseNet has a concatenation of its own."""
        net = Sequential(input=X).branch(CONV, Sequential(name="x"))
        net = net.branch(CONV, Sequential(name="y"))

        assert ["conv", "concat"] * 2 == made(net)


class TestOneAxis:
    def test_windows_are_maps_of_one_row(self):
        """A sequence is reshaped before the first, and back behind the last."""
        net = Sequential(input=(32, 4)).conv1d(3, 8).norm().relu().pool(2).conv1d(3, 8)

        assert ["move", "conv", "max pool", "conv", "move"] == made(net)

    def test_paddings_before(self):
        """A causal padding is a node before the reshaping."""
        net = Sequential(input=(32, 4)).conv1d(3, 8, padding="causal").relu()

        assert ["pad", "move", "conv", "move"] == made(net)

    def test_one_sequence_for_all(self):
        """What several nodes take is reshaped once."""
        g = Builder()
        y = g.add(Conv1d(3, 4), g.input((32, 4)))
        net = g.graph(g.add(Concat(), y, y))

        assert ["move", "conv", "move", "concat"] == made(net)

    def test_what_is_no_window(self):
        """It takes the sequence, which is made once for all that do."""
        arm = Sequential().conv1d(3, 4, padding="same").silu()
        net = Sequential(input=(32, 4)).residual(arm).global_pool().fc(2)

        assert [
            *("move", "conv", "move", "sigmoid", "multiply"),
            *("add", "global average pool", "linear"),
        ] == made(net)

    def test_joins_of_windows_and_sequences(self):
        """They are joined as the sequences that all are, two at a time."""
        g = Builder()
        x = g.input((16, 4))
        arms = [g.add(Conv1d(k, 4, padding="same"), x) for k in (3, 5)]
        arms = [g.add(Activation("relu"), arm) for arm in arms]
        net = g.graph(g.add(Add(), *arms, x))

        assert ["move", "conv", "conv", "add", "move", "add"] == made(net)

    def test_joins_of_two_windows(self):
        """They are maps of one row, as what they join; so is a norm behind a relu."""
        g = Builder()
        a = g.add(Conv1d(3, 8, padding="same"), g.input((16, 4)))
        b = g.add(Activation("relu"), g.add(Conv1d(5, 8, padding="same"), a))
        two = g.graph(g.add(Conv1d(3, 4), g.add(Add(), a, b)))
        norm = Sequential(input=(16, 4)).conv1d(3, 8).relu().norm().conv1d(3, 8)

        assert ["move", "conv", "conv", "add", "conv", "move"] == made(two)
        assert ["move", "conv", "multiply", "add", "conv", "move"] == made(norm)
