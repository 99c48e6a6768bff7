"""Layers as values: their fields, checks, repr, equality, and layers of one's own."""

import contextlib
import copy
import inspect
import pickle
from fractions import Fraction

import attrs
import pytest
from hypothesis import given
from strategies import PUBLIC, fitting, layers, layers_on, shapes
from test_shape import Index

from cnncalc import (
    FC,
    RBF,
    Activation,
    AdaptivePool,
    Add,
    AtLeast,
    Builder,
    ChannelShuffle,
    Concat,
    ConfigError,
    Conv2d,
    ConvTranspose2d,
    Crop,
    DepthwiseConv2d,
    Dropout,
    Flatten,
    GlobalPool,
    Input,
    Layer,
    LayerScale,
    Multiply,
    Norm,
    Pad,
    PartialConv2d,
    Permute,
    Pool,
    SeparableConv2d,
    Sequential,
    Shape,
    ShapeError,
    Split,
    StochasticDepth,
    Upsample,
)
from cnncalc.layers.base import Free, Weighted


@attrs.frozen
class Mystery(Layer):
    """A kind of which only the output is known."""

    def output(self, x):
        return x


class Pairing(Layer):
    """A user's layer of two inputs that states no more than it must."""

    arity = (2, 2)

    def output(self, a, b):
        return Shape(a.height, a.width, a.channels + b.channels)


class Doubling(Layer):
    """A kind without fields, and without attrs."""

    def output(self, x):
        return Shape(2 * x.height, 2 * x.width, x.channels)

    def params(self, x):
        return 2 * x.channels + 1


@attrs.frozen
class Scale(Layer):
    """A kind with a field of its own."""

    factor: int = 2

    def output(self, x):
        return Shape(x.height * self.factor, x.width * self.factor, x.channels)

    def params(self, x):
        return x.channels * self.factor + 1

    def macs_of(self, x, y):
        return self.params(x) * y.positions


class NumpyFloat(float):
    """Stands in for numpy.float64, which is a float too."""


WRONG = [0, -1, True, 2.0, NumpyFloat(3), "3", None, (1, 2, 3), (1,), (0, 1), (1, 2.0)]
WRONG += [(True, 1), Fraction(3), object(), [1, "2"], float("nan"), 1j]


class TestFields:
    @pytest.mark.parametrize("wrong", WRONG)
    @pytest.mark.parametrize(
        "make",
        [
            lambda wrong: Conv2d(wrong, 6),
            lambda wrong: Conv2d(3, 6, stride=wrong),
            lambda wrong: Conv2d(3, 6, dilation=wrong),
            lambda wrong: DepthwiseConv2d(wrong),
            lambda wrong: SeparableConv2d(wrong, 6),
            lambda wrong: ConvTranspose2d(wrong, 6),
            lambda wrong: PartialConv2d(wrong, [[0]]),
        ],
    )
    def test_a_pair_takes_positive_integers_only(self, make, wrong):
        """Zero, negatives, floats, bools, text and wrong lengths are refused."""
        with pytest.raises(
            ConfigError, match="It must be a positive integer, or a pair"
        ):
            make(wrong)

    @pytest.mark.parametrize("wrong", [w for w in WRONG if w not in [(1, 2, 3), (1,)]])
    @pytest.mark.parametrize(
        "make",
        [
            lambda wrong: Pool(wrong),
            lambda wrong: Pool(3, dilation=wrong),
            lambda wrong: AdaptivePool(wrong),
            lambda wrong: Upsample(size=wrong) if wrong is not None else Pool(wrong),
        ],
    )
    def test_any_axes_take_positive_integers_only(self, make, wrong):
        """What works along any number of axes refuses all but the number of them."""
        with pytest.raises(
            ConfigError, match=r"It must be a positive integer, or a tuple|needs just"
        ):
            make(wrong)

    @pytest.mark.parametrize(
        "layer",
        [
            Pool((1, 2, 3)),
            Pool(3, stride=(1, 2, 3)),
            Pool(3, dilation=(1, 2, 3)),
            Pool(9, padding=(1, 2, 3)),
            AdaptivePool((1, 2, 3)),
            Upsample((1, 2, 3)),
            Upsample(size=(1, 2, 3)),
            Pad((1, 2, 3)),
            Crop((1, 2, 3)),
        ],
    )
    def test_what_is_stated_for_other_axes_is_refused_where_it_is_used(self, layer):
        """Three numbers are for a volume: not for a map, and not for a sequence."""
        message = r"\(1, 2, 3\) is stated along 3 axes, and a (map|sequence) has"
        for x in (Shape(20, 20, 4), Shape(20, 4)):
            with pytest.raises(ShapeError, match=message):
                layer.output(x)
        assert 3 == layer.output((20, 20, 20, 4)).rank

    def test_a_pool_is_stated_for_one_number_of_axes(self):
        """A kernel of two axes has no stride along three."""
        with pytest.raises(ConfigError, match="different numbers of axes: 2 and 3"):
            Pool((2, 3), stride=(2, 1, 1))

    @pytest.mark.parametrize("wrong", [w for w in WRONG if not isinstance(w, tuple)])
    @pytest.mark.parametrize(
        "make",
        [
            lambda wrong: Conv2d(3, wrong),
            lambda wrong: Conv2d(3, 6, groups=wrong),
            lambda wrong: SeparableConv2d(3, wrong),
            lambda wrong: SeparableConv2d(3, 6, multiplier=wrong),
            lambda wrong: DepthwiseConv2d(3, multiplier=wrong),
            lambda wrong: ConvTranspose2d(3, wrong),
            lambda wrong: FC(wrong),
            lambda wrong: RBF(wrong),
            lambda wrong: Norm("group", groups=wrong),
            lambda wrong: Norm("local", size=wrong),
            lambda wrong: ChannelShuffle(wrong),
            lambda wrong: Split(wrong),
        ],
    )
    def test_a_count_takes_positive_integers_only(self, make, wrong):
        """What is counted is a positive integer."""
        with pytest.raises(ConfigError, match="It must be a positive integer"):
            make(wrong)

    @pytest.mark.parametrize(
        "wrong",
        [-1, True, 1.0, "smae", "SAME", None, (1, 2, 3), (1, -1), ((1, 2), 3), ()]
        + [((1, 2), (3, 4), (5, 6)), ((1, 2, 3), (4, 5)), ((0, 1), (2, True))],
    )
    @pytest.mark.parametrize(
        "make",
        [
            lambda wrong: Conv2d(3, 6, padding=wrong),
            lambda wrong: DepthwiseConv2d(3, padding=wrong),
            lambda wrong: SeparableConv2d(3, 6, padding=wrong),
            lambda wrong: ConvTranspose2d(3, 6, padding=wrong),
            lambda wrong: PartialConv2d(3, [[0]], padding=wrong),
            lambda wrong: Pool(9, padding=wrong),
            lambda wrong: Pad(wrong),
        ],
    )
    def test_a_padding_is_numbers_or_a_known_word(self, make, wrong):
        """A padding of unknown words, wrong lengths or negatives is refused."""
        any_rank = isinstance(make(0), (Pool, Pad))
        if wrong == ((1, 2), 3):
            make(wrong)  # ((1, 2), (3, 3))
        elif any_rank and wrong in [(1, 2, 3), ((1, 2), (3, 4), (5, 6))]:
            with contextlib.suppress(ConfigError):  # 6 is more than half of the kernel
                assert 3 == make(wrong).output((20, 20, 20, 1)).rank
        else:
            with pytest.raises(ConfigError, match=r"padding is .* It must be"):
                make(wrong)

    @pytest.mark.parametrize(
        ("make", "message"),
        [
            (lambda: Conv2d(3, 6, groups=4), "4 groups do not divide its 6 filters"),
            (lambda: Conv2d(3, 6, bias=1), "bias is 1. It must be True or False"),
            (lambda: Conv2d(3, 6, name=""), "name is ''. It must be a text"),
            (lambda: Conv2d(3, 6, name=3), "name is 3. It must be a text"),
            (
                lambda: Conv2d(3, 6, trainable=None),
                "trainable is None. It must be True",
            ),
            (lambda: ConvTranspose2d(3, 6, groups=4), "4 groups do not divide"),
            (lambda: ConvTranspose2d(3, 6, output_padding=1), "1 is not below 1"),
            (
                lambda: ConvTranspose2d(
                    3, 6, padding="same", dilation=3, output_padding=2, stride=2
                ),
                "2 is not below 2",
            ),
            (lambda: ConvTranspose2d(3, 6, output_padding=-1), "integer from 0 on"),
            (lambda: ConvTranspose2d(3, 6, dilation=-1, groups=2), "integer from 0 on"),
            (
                lambda: ConvTranspose2d(3, 6, dilation=0),
                "It must be a positive integer",
            ),
            (lambda: Pool(3, padding=2), "2 is more than half of its kernel 3"),
            (lambda: Pool(3, padding=((0, 2), (0, 0))), "2 is more than half"),
            (lambda: Pool(3, mode="min"), 'one of "max", "average", "subsample"'),
            (lambda: Pool(3, ceil="yes"), "ceil is 'yes'"),
            (lambda: PartialConv2d(5, []), "a row of different input maps"),
            (lambda: PartialConv2d(5, [[]]), "a row of different input maps"),
            (lambda: PartialConv2d(5, [[0, 0]]), "a row of different input maps"),
            (lambda: PartialConv2d(5, [[-1]]), "a row of different input maps"),
            (lambda: PartialConv2d(5, [3]), "a row of different input maps"),
            (lambda: PartialConv2d(5, 3), "a row of different input maps"),
            (lambda: GlobalPool("mean"), 'one of "average", "max"'),
            (lambda: Norm("bach"), 'one of "batch"'),
            (lambda: Activation("rleu"), 'one of "relu"'),
            (lambda: Activation(3), 'function is 3. It must be one of "relu"'),
            (lambda: Dropout(1.5), "rate is 1.5 .* It must be a number from 0 to 1"),
            (lambda: Dropout(-0.5), "rate is -0.5 .* It must be a number from 0 to 1"),
            (lambda: Dropout(True), "a number from 0 to 1"),
            (lambda: StochasticDepth("0.5"), "a number from 0 to 1"),
            (lambda: Upsample(), "just one of scale and size"),
            (lambda: Upsample(2, size=2), "just one of scale and size"),
            (lambda: Split(2, 2), "no part 2 among 2"),
            (lambda: Split((2, 3), 2), "no part 2 among 2"),
            (lambda: Split(2, -1), "index is -1"),
            (lambda: Split(()), "a positive integer, or a tuple"),
            (lambda: Permute((0,)), "an order of 0, 1 and 2"),
            (lambda: Permute((0, 1, 1)), "an order of 0, 1 and 2"),
            (lambda: Permute((0, 1, "2")), "an order of 0, 1 and 2"),
            (lambda: Permute(3), "an order of 0, 1 and 2"),
            (lambda: Input("x"), "'x' is no shape"),
        ],
    )
    def test_says_what_is_wrong(self, make, message):
        """A message names the field, what arrived and what it must be."""
        with pytest.raises(ConfigError, match=message):
            make()

    def test_takes_integers_of_other_kinds(self):
        """What supports __index__, such as numpy's integers, is taken as an int."""
        layer = Conv2d(Index(5), Index(6), stride=(Index(2), 2), padding=Index(1))

        assert Conv2d(5, 6, stride=2, padding=1) == layer
        assert "Conv2d(5, 6, stride=2, padding=1)" == repr(layer)
        assert int is type(layer.filters)


class TestShapes:
    @pytest.mark.parametrize(
        ("layer", "shapes", "message"),
        [
            (Conv2d(3, 6), [Shape.of(9)], "a vector of 9 reached it"),
            (Conv2d(3, 6), [Shape(2, 9, 3)], "3×3 is larger than the padded map 2×9"),
            (
                Conv2d(3, 6, dilation=4, padding=1),
                [Shape(9, 6, 3)],
                r"9×9 \(dilated\) is larger than the padded map 11×8",
            ),
            (Conv2d(3, 6, groups=2), [Shape(9, 9, 3)], "do not divide the 3 channels"),
            (ConvTranspose2d(3, 6, groups=2), [Shape(9, 9, 3)], "do not divide the 3"),
            (ConvTranspose2d(1, 6, padding=1), [Shape(2, 2, 3)], "cuts away the whole"),
            (
                PartialConv2d(3, [[0], [3]]),
                [Shape(9, 9, 3)],
                "names map 3, and maps 0 to 2 reach it",
            ),
            (PartialConv2d(3, [[0], [7]]), [Shape(9, 9, 3)], "table names map 7"),
            (Pool(3), [Shape(2, 2, 3)], "larger than the padded map"),
            (GlobalPool(), [Shape.of(9)], "a vector of 9"),
            (AdaptivePool(1), [Shape.of(9)], "a vector of 9"),
            (Pad(1), [Shape.of(9)], "a vector of 9"),
            (Crop(2), [Shape(4, 9, 3)], "cuts off 4×4 and leaves nothing"),
            (Upsample(2), [Shape.of(9)], "a vector of 9"),
            (Permute(), [Shape.of(9)], "a vector of 9"),
            (Norm("group", groups=2), [Shape(3, 3, 3)], "do not divide the 3 channels"),
            (ChannelShuffle(2), [Shape(3, 3, 3)], "do not divide the 3 channels"),
            (Split(2), [Shape(3, 3, 3)], "parts 2 do not make up the 3 channels"),
            (Split((1, 1)), [Shape(3, 3, 3)], "do not make up the 3 channels"),
            (Split((2, 2)), [Shape(3, 3, 3)], "do not make up the 3 channels"),
            (
                Add(),
                [Shape(56, 56, 64), Shape(56, 56, 128)],
                "1 and 2 differ: 56×56×64 and 56×56×128. "
                "Put a 1×1 convolution of 64 filters on input 2",
            ),
            (
                Add(),
                [Shape(56, 56, 64)] * 2 + [Shape(28, 28, 64)],
                "Bring input 3 to 56×56: by an Upsample, or strides on the other",
            ),
            (
                Add(),
                [Shape(28, 28, 64), Shape(57, 57, 64)],
                "Bring input 2 to 28×28: by strides or a pool",
            ),
            (
                Add(),
                [Shape(28, 28, 64), Shape(27, 29, 32)],
                "Bring input 2 to 28×28, and its 32 channels to 64: by paddings that",
            ),
            (
                Add(),
                [Shape(28, 14, 64), Shape(14, 28, 64)],
                "Their height and width are exchanged: put a Permute on input 2",
            ),
            (
                Add(),
                [Shape(28, 14, 4, 8), Shape(14, 28, 8, 8)],
                "Bring input 2 to 28×14×4; it is another volume",
            ),
            (
                Multiply(),
                [Shape(28, 28, 64), Shape(14, 64)],
                "reshape input 2 to what spreads to 28×28×64, as 1×1×64 does",
            ),
            (
                Add(),
                [Shape(1, 1, 9), Shape(4, 4, 8)],
                "Put a 1×1 convolution of 9 filters on input 2",
            ),
            (Multiply(), [Shape(4, 4, 8), Shape(2, 2, 8)], "1 and 2 differ"),
            (Multiply(), [Shape(4, 4, 8), Shape.of(3)], "1 and 2 differ"),
            (Concat(), [Shape(4, 4, 8), Shape(2, 4, 8)], "bring input 2 to 4×4"),
            (Concat(), [Shape(1, 1, 8), Shape.of(8)], "1 and 2 differ"),
        ],
    )
    def test_refuses_what_it_cannot_take(self, layer, shapes, message):
        """A layer that cannot take a shape says why, and what to do."""
        with pytest.raises(ShapeError, match=message):
            layer.output(*shapes)

    @pytest.mark.parametrize(
        ("layer", "shapes", "output"),
        [
            (Conv2d((3, 5), 6), [Shape(9, 9, 3)], Shape(7, 5, 6)),
            (Pool(2, ceil=True), [Shape(1, 1, 3)], Shape(1, 1, 3)),
            (GlobalPool(keep_map=True), [Shape(7, 7, 3)], Shape(1, 1, 3)),
            (GlobalPool(), [Shape(7, 7, 3)], Shape.of(3)),
            (Crop(((1, 0), (2, 0))), [Shape(2, 3, 4)], Shape(1, 1, 4)),
            (FC(5, flatten=False), [Shape(7, 7, 3)], Shape(7, 7, 5)),
            (FC(5, flatten=False), [Shape.of(3)], Shape.of(5)),
            (Upsample(size=(5, 6)), [Shape(2, 2, 3)], Shape(5, 6, 3)),
            (Split((1, 3), 1), [Shape.of(4)], Shape.of(3)),
            (Split(), [Shape(2, 2, 4)], Shape(2, 2, 2)),
            (Add(), [Shape.of(4)] * 3, Shape.of(4)),
            (Multiply(), [Shape(4, 4, 8), Shape(4, 4, 1)], Shape(4, 4, 8)),
            (Multiply(), [Shape(4, 4, 8), Shape(1, 1, 8)], Shape(4, 4, 8)),
            (Concat(), [Shape.of(4), Shape.of(5)], Shape.of(9)),
        ],
    )
    def test_puts_out_the_shape_that_its_rule_says(self, layer, shapes, output):
        """Shapes less usual than those of the naive walk."""
        assert output == layer.output(*shapes)


class TestValue:
    @given(layers)
    def test_repr_can_be_pasted_back(self, layer):
        """The repr of a layer makes an equal layer of the same name."""
        pasted = eval(repr(layer), dict(PUBLIC))

        assert layer == pasted
        assert layer.name == pasted.name

    @given(layers)
    def test_survives_pickling_and_copying(self, layer):
        """A pickled and a copied layer equal the original and hash alike."""
        for again in (pickle.loads(pickle.dumps(layer)), copy.deepcopy(layer)):
            assert layer == again
            assert hash(layer) == hash(again)

    @given(layers)
    def test_name_is_no_part_of_equality(self, layer):
        """Two layers that differ in name alone are equal; in trainable, they differ."""
        assert layer == attrs.evolve(layer, name="other")
        assert layer != attrs.evolve(layer, trainable=not layer.trainable)

    def test_kinds_differ(self):
        """Layers of different classes with the same fields are not equal."""
        assert Dropout(0.5) != StochasticDepth(0.5)
        assert Dropout(0.5) != 0.5

    def test_cannot_be_changed(self):
        """A layer's field cannot be set."""
        with pytest.raises(AttributeError):
            Conv2d(5, 6).filters = 7

    @given(fitting(layers_on, shapes))
    def test_what_is_not_trainable_is_no_trainable_parameter(self, fit):
        """With trainable=False no parameter is trainable, but all are counted."""
        x, layer = fit
        frozen = attrs.evolve(layer, trainable=False)

        assert 0 == frozen.trainable_params(x)
        assert layer.params(x) == frozen.params(x)


class TestFacts:
    @pytest.mark.parametrize(
        ("layer", "role"),
        [
            (Conv2d(3, 8), "conv"),
            (DepthwiseConv2d(3), "conv"),
            (ConvTranspose2d(3, 8), "transposed conv"),
            (Pool(2), "max pool"),
            (Pool(2, mode="subsample"), "subsample pool"),
            (GlobalPool(), "global average pool"),
            (AdaptivePool(1), "adaptive average pool"),
            (FC(3), "linear"),
            (RBF(3), "rbf"),
            (Norm("layer"), "layer norm"),
            (LayerScale(), "layer scale"),
            (Activation("relu"), "activation: relu"),
            (Dropout(), "dropout"),
            (StochasticDepth(), "stochastic depth"),
            (Flatten(), "flatten"),
            (Pad(1), "pad"),
            (Crop(1), "crop"),
            (Upsample(2), "upsample: nearest"),
            (Split(), "split"),
            (Permute(), "permute"),
            (ChannelShuffle(2), "channel shuffle"),
            (Add(), "add"),
            (Multiply(), "multiply"),
            (Concat(), "concat"),
            (Input(3), "input"),
            (Doubling(), "Doubling"),
        ],
    )
    def test_a_role_says_what_a_layer_does(self, layer, role):
        """Other rooms go by a layer's role, not by its class."""
        assert role == layer.role

    @pytest.mark.parametrize(
        ("layer", "filters"),
        [
            (Conv2d((3, 5), 8, groups=2), (8, 3, 5, 3)),
            (DepthwiseConv2d(3, multiplier=2), (12, 3, 3, 1)),
            (SeparableConv2d(3, 8), (6, 3, 3, 1)),
            (ConvTranspose2d(3, 8, groups=2), (8, 3, 3, 3)),
            (PartialConv2d(3, [[0], [1, 2]]), (2, 3, 3, 2)),
            (FC(3), (3,)),
            (RBF(3), (3,)),
            (Pool(2), None),
            (Add(), None),
        ],
    )
    def test_filters_are_number_and_size(self, layer, filters):
        """A layer tells how many filters it has, and how large each is."""
        found = layer.filters_of(Shape(9, 9, 6))

        assert filters == found
        assert {int} >= set(map(type, found or ()))

    @pytest.mark.parametrize(
        "layer",
        [
            *(Norm("batch"), Norm("layer"), Norm("group", groups=2), Norm("instance")),
            *(Norm("local"), LayerScale(), Activation("relu"), Activation("prelu")),
            *(Dropout(), StochasticDepth(), Flatten(), Pad(1), Crop(1), Upsample(2)),
            *(Upsample(2, mode="bilinear"), Split(), Permute((1, 0, 2))),
            *(ChannelShuffle(2), Add(), Multiply(), Concat()),
        ],
    )
    def test_what_has_no_weights_for_links_has_no_connections(self, layer):
        """Norms, activations, joins, and what only moves values: no links, no MACs."""
        x = Shape(4, 6, 8)
        shapes = [x] * max(layer.arity[0], 1 if layer.arity[1] == 1 else 2)

        assert (0, 0) == (layer.connections(*shapes), layer.macs(*shapes))

    @pytest.mark.parametrize(
        ("kind", "names"),
        [
            (Conv2d, "kernel filters"),
            (DepthwiseConv2d, "kernel"),
            (SeparableConv2d, "kernel filters"),
            (ConvTranspose2d, "kernel filters"),
            (PartialConv2d, "kernel table"),
            (Pool, "kernel stride"),
            (GlobalPool, "mode"),
            (AdaptivePool, "size mode"),
            (FC, "units"),
            (RBF, "units"),
            (Norm, "kind"),
            (Activation, "function"),
        ],
    )
    def test_few_arguments_go_without_their_names(self, kind, names):
        """All others are given by keyword, so that nobody mistakes their order."""
        parameters = inspect.signature(kind).parameters.values()

        assert names.split() == [
            p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD
        ]


class TestQuestions:
    """What people ask of a layer by itself."""

    @pytest.mark.parametrize("x", [(32, 32, 3), [32, 32, 3], Shape(32, 32, 3)])
    def test_they_take_what_means_a_shape(self, x):
        """A layer alone takes a shape, a tuple or a list: 28·28·(5·5·3 + 1)·6 links."""
        layer = Conv2d(5, 6)

        assert Shape(28, 28, 6) == layer.output(x)
        assert (456, 456, 0) == (
            layer.params(x),
            layer.trainable_params(x),
            layer.buffers(x),
        )
        assert (357_504, 352_800) == (layer.connections(x), layer.macs(x))
        assert "5×5×3×6 + 6" == str(layer.formula("params", x))

    def test_they_take_several_shapes(self):
        """A join is asked about all that reaches it."""
        assert Shape(8, 8, 5) == Concat().output((8, 8, 2), [8, 8, 3])
        assert 0 == Multiply().macs((8, 8, 2), 2)

    def test_a_vector_is_its_length(self):
        """A number is a vector of that length: 10 units of 84 inputs and a bias."""
        assert 850 == FC(10).connections(84)

    def test_no_shape_is_refused(self):
        """What is no shape is refused as everywhere."""
        with pytest.raises(ConfigError, match=r"Shape: '32x32x3' is no shape"):
            Conv2d(5, 6).output("32x32x3")

    def test_rules_that_count_work_are_given_the_output(self):
        """The output of a layer is found once, however many of its rules need it."""
        asked = []

        class Watched(Weighted):
            def output_of(self, x):
                asked.append(x)
                return Shape(x.height // 2, x.width // 2, 5)

            def weights(self, x):
                return 7 * x.channels

            def biases(self, x):
                return 5

            def connections_of(self, x, y):
                return self.params_of(x) * y.positions

            def macs_of(self, x, y):
                return self.weights(x) * y.positions

        row = Sequential(input=(8, 6, 2)).add(Watched())[0]

        assert (19, 14 * 12, 19 * 12) == (row.params, row.macs, row.connections)
        assert [Shape(8, 6, 2)] == asked

    def test_a_kind_may_answer_itself(self):
        """A class of 0.1, whose methods are the questions, is counted all the same."""

        class Old(Free):
            def output(self, x):
                return Shape(x.height, x.width, 2 * x.channels)

            def macs(self, x):
                return 3 * self.output(x).size

        class Older(Old):
            def output(self, x):
                return super().output(super().output(x))

            def params(self, x):
                return super().params(x) + x.channels

            def macs(self, x):
                return super().macs(x) + super().connections(x) + 1

        net = Sequential(input=(4, 4, 3)).add(Old()).add(Older())

        assert [Shape(4, 4, 6), Shape(4, 4, 24)] == [row.output for row in net.nodes]
        assert [(0, 288), (6, 3 * 4 * 4 * 24 + 1)] == [
            (r.params, r.macs) for r in net.nodes
        ]
        assert (0, 0) == (Free.params(Older(), 5), Free.macs(Older(), (4, 4, 3)))

    def test_a_kind_without_an_output_is_none(self):
        """A class that does not say what comes out cannot be made."""

        class Nothing(Layer):
            pass

        with pytest.raises(TypeError, match="output_of"):
            Nothing()
        with pytest.raises(NotImplementedError):
            Layer.output_of(FC(3), Shape.of(2))


class TestOwnKinds:
    def test_a_kind_of_ones_own_is_counted_and_explained(self):
        """A user's class gets its counts and formulas like the built-in ones."""
        net = Sequential(input=(4, 4, 3)).add(Scale(3), Doubling(name="up"))
        row = net["scale1"]

        assert (Shape(12, 12, 3), 10, 1440) == (row.output, row.params, row.macs)
        assert ("3×3 + 1", "C_in×factor + 1") == (str(row.formula), row.formula.general)
        assert "(3×3 + 1)×12×12" == str(row.formulas["macs"])
        assert "Scale" == row.kind
        assert Shape(24, 24, 3) == net.output
        assert 10 + 7 == net.params
        assert ("up", "2×3 + 1") == (net[1].name, str(net[1].formula))

    def test_what_it_does_not_state_is_unknown(self):
        """Unknown counts are None, and totals over them are lower bounds."""
        net = Sequential(input=8).fc(4).add(Mystery())

        assert (None, None) == (net[1].params, net[1].macs)
        assert ("≥ 36", "≥ 32", 36) == (str(net.params), str(net.macs), net.params)
        assert "≥ 36" in str(net.summary())

    def test_of_several_inputs_what_it_does_not_state_is_unknown(self):
        """A kind of two inputs that has only an output can be asked for everything."""
        g = Builder()
        x = g.input((8, 8, 3))
        net = g.graph(g.add(Pairing(), g.add(Conv2d(3, 4), g.add(Pad(1), x)), x))

        assert (AtLeast(112), 0) == (net.params, net.buffers)
        assert ("pairing1",) == net.unknown["macs"] == net.unknown["params"]
        assert net.fields()["pairing1"] is net.region("pairing1", 0, 0) is None
        assert AtLeast(14080) == net.operations("calflops")
        assert "MACs: unknown; Pairing does not state it" in str(net.explain())

    def test_of_several_inputs_without_parameters(self):
        """A kind of two inputs that is declared free costs nothing."""

        class Either(Free):
            arity = (2, 2)

            def output(self, a, b):
                return a

        g = Builder()
        x = g.input((8, 8, 3))
        net = g.graph(g.add(Either(), x, x))

        assert (0, 0, 0) == (net.params, net.connections, net.macs)
        assert (1, 1) == net.fields()["either1"].size

    def test_it_may_give_a_lower_bound(self):
        """A rule that asks a network of unknown parts makes totals lower bounds."""

        class Wrapped(Layer):
            def output(self, x):
                return x

            def params(self, x):
                return 5 + Sequential(input=x).fc(4).add(Mystery()).params + 2

            def macs(self, x):
                return AtLeast(40)

        net = Sequential(input=8).fc(8).add(Wrapped()).fc(2)

        assert "≥ 133" == str(net.params) == str(net.trainable_params)
        assert ("≥ 43", "≥ 120") == (str(net[1].params), str(net.macs))
        assert "≥ 120" == str(net.operations())
        with pytest.raises(TypeError, match="unsupported operand"):
            net.params + "1"

    def test_what_it_gives_must_be_integers(self):
        """A rule that gives a float is refused; other integers are taken."""

        class Odd(Doubling):
            def macs(self, x):
                return self.number

            number = 2.5

        with pytest.raises(
            ConfigError, match=r"odd1: Odd on .*: its macs\(\) returned 2.5"
        ):
            Sequential(input=(2, 2, 1)).add(Odd()).nodes
        Odd.number = Index(7)

        assert 7 == Sequential(input=(2, 2, 1)).add(Odd()).macs

    def test_what_it_keeps_is_a_fact(self):
        """A user's kind has the facts of a plain layer until it says otherwise."""
        layer, x = Doubling(), Shape(2, 2, 1)

        assert (0, 0) == (layer.biases(x), layer.bias_uses(x, x))
        assert layer.saves(x, x) is None
        assert layer.input_positions(x, (range(1), range(1))) is None

    def test_its_repr_has_its_fields(self):
        """A class made by attrs alone keeps the repr and equality of layers or attrs'."""
        assert Scale(3) == Scale(3)
        assert Scale(3) != Scale(4)
        assert "Doubling()" == repr(Doubling())
        assert "doubling" == Doubling().default_name
        assert "MyBig" not in Doubling().default_name

    def test_names_that_depend_on_its_fields(self):
        """A layer is named by its own stem, if it has one, and else by its class."""

        @attrs.frozen(eq=False, repr=False)
        class Called(Doubling):
            stem: str = ""

        net = Sequential(input=(2, 2, 1)).add(Called("twice"), Called())

        assert ["twice1", "called1"] == [row.path for row in net.nodes]

    def test_a_field_that_is_no_argument_is_not_in_the_repr(self):
        """What a class computes for itself is not written among its arguments."""

        @attrs.frozen(eq=False, repr=False)
        class Derived(Layer):
            side: int
            area: int = attrs.field(init=False)

            def __attrs_post_init__(self):
                object.__setattr__(self, "area", self.side**2)

            def output(self, x):
                return x

        assert "Derived(3)" == repr(Derived(3))

    def test_one_that_returns_no_shape_is_told_so(self):
        """An output() that returns something else is refused with its class."""

        class Wrong(Layer):
            def output(self, x):
                return (1, 2, 3)

        with pytest.raises(
            ConfigError, match=r"wrong1: Wrong on 8: .* must return a Shape"
        ):
            Sequential(input=8).add(Wrong())


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "extra"),
    [((4, 8), (4, 6), (4, 3), 0), ((2, 2), 2, 1, 0)],
)
def test_keras_leads_back_from_a_transposed_same(size, kernel, stride, extra):
    """TensorFlow refuses a size that "same" would not bring back to the input's.

    12 rows are 3 strides of 4 where 4 came in, and 1×1 is one where 2×2 did.
    """
    layer = ConvTranspose2d(
        kernel, 4, stride=stride, padding="same", output_padding=extra
    )

    with pytest.raises(ShapeError, match="no convolution with padding same leads"):
        layer.output(Shape(*size, 4))
