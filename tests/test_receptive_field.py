"""Receptive fields: published ones, measured ones, and a walk by index sets."""

import json
import math
from fractions import Fraction
from functools import partial
from pathlib import Path

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from naive import indices
from strategies import (
    chains_on,
    convs_on,
    depthwise_on,
    fitting,
    layers_on,
    maps,
    pools_on,
    separable_on,
    small,
    spaces,
    transposed_on,
    upsamples_on,
)
from test_layers import Mystery

from cnncalc import (
    AdaptivePool,
    Add,
    Builder,
    Concat,
    Conv2d,
    ConvTranspose2d,
    Crop,
    Expand,
    Gather,
    GlobalPool,
    Multiply,
    Pad,
    Permute,
    Pool,
    Reduce,
    Reshape,
    Roll,
    Select,
    Sequential,
    Shape,
    ShapeError,
    Slice,
    UnknownNameError,
    UnknownPositionError,
    Upsample,
    compare,
    zoo,
)
from cnncalc.cost.receptive_field import table_fields
from cnncalc.cost.region import Region
from cnncalc.operations.padding import padding_macs
from cnncalc.sizes.places import Slide, behind, either, hull

MEASURED = json.loads((Path(__file__).parent / "data" / "rf.json").read_text("utf-8"))
# Where each measured map ends in our networks.
PLACES = {
    ("alexnet", "last_conv"): "relu5",
    ("alexnet", "features_incl_last_pool"): "pool5",
    ("vgg16", "last_conv"): "relu5_3",
    ("vgg16", "features_incl_last_pool"): "pool5",
    ("squeezenet1_0", "features"): "fire9/concat1",
    ("resnet18", "layer4"): "layer4/1/relu2",
    ("resnet50", "layer4"): "layer4/2/relu3",
    ("mobilenet_v2", "features"): "head/relu6_1",
    ("inception_v3", "Mixed_7c"): "mixed_7c/concat1",
    ("densenet121", "features"): "norm5",
}


@pytest.mark.parametrize(
    ("name", "place"), [(n, p) for n in MEASURED for p in MEASURED[n]]
)
def test_measured_fields(name, place):
    """Size, stride and padding are those that gradients show in torchvision."""
    measured = MEASURED[name][place]
    row = zoo.build(name)[PLACES[name, place]]

    assert tuple(measured["receptive_field"]) == row.receptive_field
    assert tuple(measured["effective_stride"]) == row.effective_stride
    assert -measured["first_row_seen_by_unit_0"] == row.effective_padding[0]


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("alexnet", 195),
        ("vgg16", 212),
        ("resnet50_v1", 483),
        ("resnet50", 427),
        ("resnet101_v1", 1027),
        ("resnet152_v1", 1507),
        ("inception_v3", 1311),
        ("mobilenet", 315),
    ],
)
def test_published_fields(name, size):
    """The last feature map's field is that of Araujo et al. 2019."""
    assert (size, size) == zoo.build(name).receptive_field


def windowed_on(x):
    return st.one_of(convs_on(x), depthwise_on(x), pools_on(x))


def seeing_on(x):
    adaptive = st.builds(AdaptivePool, st.tuples(*[small] * x.rank))
    return st.one_of(windowed_on(x), transposed_on(x), upsamples_on(x), adaptive)


def zeros(layer):
    """Return a layer that pads with zeros alone."""
    if not hasattr(layer, "padding_mode"):
        return layer
    return attrs.evolve(layer, padding_mode="zeros")


class TestOracle:
    @given(spaces, st.data())
    def test_a_chain_sees_what_index_sets_see(self, x, data):
        """The region of a unit is the hull of the positions that reach it, exactly."""
        layers = data.draw(chains_on(x, seeing_on, least=1, most=4))
        net = Sequential(x).add(*layers)
        seen = [[{i} for i in range(size)] for size in x.space]
        for row in net.nodes:
            local = indices(row.layer, row.input.space, row.output.space)
            seen = [
                [set().union(*(behind[i] for i in unit)) for unit in units]
                for behind, units in zip(seen, local, strict=True)
            ]
        at = [data.draw(st.integers(0, size - 1)) for size in net.output.space]
        region = net.region(net.nodes[-1].path, *at)
        hulls = [
            range(min(units[i]), max(units[i]) + 1) if units[i] else range(0)
            for units, i in zip(seen, at, strict=True)
        ]
        if not all(hulls):  # along one axis all is padding: no position is left
            hulls = [range(0)] * x.rank

        assert hulls == [found or range(0) for found in region]

    @given(maps, st.data())
    def test_a_field_is_where_its_units_see(self, x, data):
        """Unit i sees from i·stride - padding on, size positions, within the input."""
        layers = data.draw(chains_on(x, windowed_on, least=1, most=4))
        layers = [zeros(layer) for layer in layers]  # else it may see the other end
        net = Sequential(x).add(*layers)
        row = net.nodes[-1]
        for axis, (size, units) in enumerate(
            [(x.height, row.output.height), (x.width, row.output.width)]
        ):
            for i in range(units):
                region = net.region(row.path, *((i, 0) if axis == 0 else (0, i)))[axis]
                start = i * row.effective_stride[axis] - row.effective_padding[axis]
                stop = start + row.receptive_field[axis]
                assert not region or max(start, 0) <= region.start
                assert not region or region.stop <= min(stop, size)

    @given(fitting(transposed_on))
    def test_the_field_of_a_transposed_convolution(self, fit):
        """No output is met by inputs that lie farther apart than its field is wide."""
        x, layer = fit
        net = Sequential(x).add(layer)
        y, (row,) = net.output, net.nodes
        seen = indices(layer, (x.height, x.width), (y.height, y.width))
        field = row.receptive_field or x.space  # of one position, all of it is seen
        for units, size in zip(seen, field, strict=True):
            assert all(max(unit) - min(unit) < size for unit in units if unit)

    @pytest.mark.parametrize(("dilation", "size"), [(1, 2), (2, 3), (3, 4), (4, 5)])
    def test_the_field_of_a_dilated_transposed_convolution(self, dilation, size):
        """At a stride of 2, an odd dilation lets every second tap meet, an even all.

        With 4 (odd) or 3 taps: 2 taps that are 1 or 3 inputs apart; 3 taps, 1 or 2.
        """
        taps = 4 if dilation % 2 else 3
        net = Sequential(input=(20, 20, 1)).conv_transpose(
            taps, 1, stride=2, dilation=dilation
        )
        units = indices(net.nodes[0].layer, (20, 20), (net.output.height,) * 2)[0]

        assert size == max(max(unit) - min(unit) + 1 for unit in units if unit)
        assert (size, size) == net.nodes[0].receptive_field

    @given(st.tuples(small, small), st.tuples(small, small), st.tuples(small, small))
    def test_where_a_stack_is_cut_does_not_matter(self, a, b, c):
        """The field of a stack is that of its parts, composed in any way."""
        layers = [Conv2d(k, 1, stride=s, padding=k // 2) for k, s in (a, b, c)]
        whole = Sequential(input=(99, 99, 1)).add(*layers).nodes[-1]
        size = stride = 1
        for kernel, step in (a, b, c):
            size += (kernel - 1) * stride
            stride *= step

        assert ((size, size), (stride, stride)) == (
            whole.receptive_field,
            whole.effective_stride,
        )


class TestBranches:
    def net(self, *arms, join=None):
        g = Builder()
        x = g.input((32, 32, 4))
        return g.graph(g.add(join or Add(), *(g.add(arm, x) for arm in arms)))

    def test_the_hull_is_taken(self):
        """A join sees what any branch sees."""
        net = self.net(Conv2d(3, 4, padding=1), Conv2d(7, 4, padding=3))
        row = net.nodes[-1]

        assert ((7, 7), (1, 1), (3, 3), True) == (
            row.receptive_field,
            row.effective_stride,
            row.effective_padding,
            row.aligned,
        )

    def test_different_centres_are_told(self):
        """Where the centres of branches differ, the row says that it is not aligned."""
        net = self.net(
            Conv2d(3, 4, padding=1),
            Conv2d(3, 4, padding=((2, 0), (1, 1))),
            join=Concat(),
        )
        row = net.nodes[-1]

        assert ((4, 3), (2, 1), False) == (
            row.receptive_field,
            row.effective_padding,
            row.aligned,
        )

    def test_different_strides_have_no_field(self):
        """Where branches of different strides meet there is no one field."""
        net = self.net(
            Conv2d(3, 4, stride=2, padding=1),
            Sequential().conv(3, 4, padding=1).crop(8),
        )

        assert net.nodes[-1].receptive_field is None
        assert net.receptive_field is None

    def test_a_gate_is_left_out_or_counted(self):
        """The path through a squeeze-excitation gate counts on request."""
        gate = Sequential().adaptive_pool(1).conv(1, 4).sigmoid()
        net = self.net(Sequential().conv(3, 4, padding=1), gate, join=Multiply())

        assert (3, 3) == net.nodes[-1].receptive_field
        assert "global" == table_fields(net.table, gates=True)[-1]

    def test_what_sees_all_makes_all_see_all(self):
        """After a branch that sees the whole input, everything does."""
        net = self.net(
            Sequential().conv(3, 4, padding=1),
            Sequential().adaptive_pool(1).upsample(size=32),
        )

        assert net.nodes[-1].receptive_field is None
        assert "global" == table_fields(net.table)[-1]


class TestKinds:
    @pytest.mark.parametrize(
        ("layer", "field"),
        [
            (GlobalPool(), None),
            (AdaptivePool(4), (8, 8)),
            (AdaptivePool(1), None),
            (AdaptivePool(16), (5, 5)),
            (Pad(2), (5, 5)),
            (Crop(2), (5, 5)),
            (Pool(2), (6, 6)),
            (Upsample(2), (5, 5)),
            (Upsample(2, mode="bilinear"), (6, 6)),
            (ConvTranspose2d(4, 1, stride=2), (6, 6)),
            (Permute(), (5, 5)),
            (Permute((1, 0, 2)), None),
            (Mystery(), None),
        ],
    )
    def test_each_kind_has_its_window(self, layer, field):
        """What a layer sees is composed with what is below it."""
        net = Sequential(input=(20, 20, 1)).conv(5, 1).add(layer)

        assert field == net.nodes[-1].receptive_field

    def test_past_the_global_there_is_none(self):
        """After a global operation rows have no field; the network's is the last map's."""
        net = Sequential(input=(20, 20, 1)).conv(5, 1).fc(3).fc(2)

        assert [(5, 5), None, None] == [row.receptive_field for row in net.nodes]
        assert (5, 5) == net.receptive_field
        assert (1, 1) == Sequential(input=(9, 9, 1)).receptive_field

    def test_a_map_of_one_position_goes_on(self):
        """LeNet-5's F6 sees what C5 sees, whose map has one position."""
        net = zoo.lenet5()

        assert (32, 32) == net["C5"].receptive_field == net["F6"].receptive_field
        assert (32, 32) == net["OUTPUT"].receptive_field

    def test_enlarging_makes_strides_fractions(self):
        """A doubled map has half the stride, which meets whole numbers again."""
        net = Sequential(input=(9, 9, 1)).upsample(2).pool(2).upsample(2).upsample(2)

        assert [Fraction(1, 2), 1, Fraction(1, 2), Fraction(1, 4)] == [
            row.effective_stride[0] for row in net.nodes
        ]

    def test_whole_sizes_are_integers(self):
        """Sizes behind an enlarged map are integers where they are whole."""
        net = Sequential(input=(8, 8, 3)).upsample(2).conv(3, 4, padding=1)
        row = net.nodes[-1]

        assert {int} == set(map(type, row.receptive_field))
        assert ((2, 2), (1, 1)) == (row.receptive_field, row.effective_padding)

    def test_all_fields_by_path(self):
        """Fields are told by path: how much, all, or unknown; with gates if wanted."""
        gate = Sequential().global_pool().fc(4).sigmoid()
        net = Sequential(input=(9, 9, 4)).branch(
            Sequential().conv(3, 4, padding=1), gate, join=Multiply()
        )
        path = "branch1/multiply1"

        assert (3, 3) == net.fields()[path].size
        assert "global" == net.fields(gates=True)[path]
        assert "input1" not in net.fields()


class TestRegion:
    def test_of_several_inputs_is_told_by_name(self):
        """A unit that depends on several inputs has a region in each."""
        g = Builder()
        a, b = g.input((9, 9, 1), "a"), g.input((9, 9, 1), "b")
        net = g.graph(g.add(Add(), g.add(Conv2d(3, 1, padding=1), a), b))

        regions = net.region("add1", 4, 0)

        assert {"a", "b"} == set(regions)
        assert (range(3, 6), range(2)) == regions["a"]
        assert (range(4, 5), range(1)) == regions["b"]

    def test_of_a_global_unit_is_the_whole_input(self):
        """A unit behind a gate or a classifier sees everything."""
        net = zoo.lenet()

        assert (range(32), range(32)) == net.region("FC3", 0, 0) == net.region("FC3")

    def test_of_an_adaptive_pool_is_its_window(self):
        """A unit of an adaptive pool sees the window that covers it."""
        net = Sequential(input=(13, 13, 1)).adaptive_pool(7)

        assert (range(5, 8), range(12)[:2]) == net.region("adaptive_pool1", 3, 0)

    def test_the_first_input_is_no_gate(self):
        """What is weighed counts even if it sees everything; both questions agree."""
        g = Builder()
        x = g.input((16, 16, 4))
        whole = g.add(Sequential().global_pool(keep_map=True).upsample(size=4), x)
        part = g.add(Pool(4, stride=4), x)
        net = g.graph(g.add(Multiply(), whole, part))

        assert "global" == net.fields()["multiply1"]
        assert Region(range(16), range(16)) == net.region("multiply1", 1, 2)

    def test_a_gate_of_many_positions_is_left_out(self):
        """A gate that saw everything is left out, however many positions it has."""
        g = Builder()
        x = g.input((16, 16, 4))
        part = g.add(Pool(4, stride=4), x)
        whole = g.add(Sequential().global_pool(keep_map=True).upsample(size=4), x)
        net = g.graph(g.add(Multiply(), part, whole))

        assert (4, 4) == net.fields()["multiply1"].size
        assert Region(range(4, 8), range(8, 12)) == net.region("multiply1", 1, 2)
        assert Region(range(16), range(16)) == net.region("multiply1", 1, 2, gates=True)

    def test_a_gate_is_spread_over_its_map(self):
        """A unit of a gated map depends on the whole gate, which is left out unasked."""
        gate = Sequential().global_pool().fc(4).sigmoid()
        net = Sequential(input=(9, 9, 4)).branch(Sequential(), gate, join=Multiply())
        ask = partial(net.region, "branch1/multiply1", 2, 3)

        assert (range(9), range(9)) == ask(gates=True)
        assert (range(2, 3), range(3, 4)) == ask()

    def test_a_node_is_told_by_path_number_or_row(self):
        """All three ask the same; one that there is not is answered so."""
        net = zoo.lenet()
        region = net.region("Conv2", 1, 2)

        assert region == net.region(2, 1, 2) == net.region(net["Conv2"], 1, 2)
        with pytest.raises(UnknownPositionError, match="no node 7 among 7"):
            net.region(7, 0, 0)
        with pytest.raises(UnknownNameError, match="no node"):
            net.region(2.5, 0, 0)

    def test_axes_that_are_exchanged(self):
        """Behind a turned map rows are columns; what became channels is all there."""
        net = Sequential(input=(9, 8, 3)).conv((3, 1), 2)
        turned = net.add(Permute((1, 0, 2)))
        deep = net.add(Permute((2, 1, 0)))

        assert (range(2, 5), range(5, 6)) == turned.region("permute1", 5, 2)
        assert (range(9), range(6, 7)) == deep.region("permute1", 1, 6)

    def test_one_of_several_inputs(self):
        """A network of several inputs has a dictionary, though one alone is seen."""
        g = Builder()
        a, b = (g.input((9, 9, 1), name=name) for name in "ab")
        x = g.add(Conv2d(3, 1), a)
        net = g.graph(g.add(Concat(), g.add(GlobalPool(), x), g.add(GlobalPool(), b)))

        assert {"a": (range(3), range(1, 4))} == net.region("conv1", 0, 1)

    def test_branches_that_see_apart(self):
        """Of two branches the hull is seen, though one sees padding, or with gaps."""

        def both(*arms):
            net = Sequential(input=(9, 9, 1)).branch(*arms).conv((3, 1), 1, dilation=2)
            return net.region("conv1", 0, 0).rows

        far = Sequential().conv((3, 1), 1, dilation=4, padding=((4, 4), (0, 0)))
        out = Sequential().conv((1, 1), 1, stride=9, padding=((9, 71), (0, 0)))

        assert range(9) == both(far, far)
        assert range(9) == both(far, Sequential())
        assert (
            range(1)
            == Sequential(input=(1, 1, 1))
            .branch(out, Sequential().conv((1, 1), 1, padding=((0, 8), (0, 0))))
            .region("branch1/concat1", 0, 0)
            .rows
        )

    def test_regions_of_the_largest_maps(self):
        """What leaves gaps is not looked at one by one where it is too much."""
        n = 10**9
        net = Sequential(input=(n, n, 1)).conv(1, 1, stride=2).conv(n // 2, 1)
        shifted = Sequential(input=(n, n, 1)).branch(
            Sequential().conv(n // 2, 1, padding=((n // 2, 0), (0, 0))),
            Sequential().conv(1, 1, padding=((n // 2, 0), (0, 0))).conv(n // 2, 1),
        )

        assert (range(n - 1), range(n - 1)) == net.region(1, 0, 0)
        assert range(n // 2) == shifted.region("branch1/concat1", n // 2 - 1, 0).columns

    def test_of_what_is_unknown_is_unknown(self):
        """Behind a layer without a window the region is unknown."""
        assert (
            Sequential(input=(3, 3, 1)).add(Mystery()).region("mystery1", 0, 0) is None
        )

    def test_a_unit_must_exist(self):
        """A node or position that is not there is refused."""
        net = zoo.lenet()
        with pytest.raises(UnknownNameError, match="no node 'Conv3'"):
            net.region("Conv3", 0, 0)
        for at in ((28, 0), (-1, 0), (0, 28), (1.5, 0), (True, 0)):
            with pytest.raises(
                UnknownPositionError, match="no unit .* in a map of 28×28×6"
            ):
                net.region("Conv1", *at)


def turned(layer):
    """Return a layer with height and width exchanged."""
    values = {f.name: (f, getattr(layer, f.name)) for f in attrs.fields(type(layer))}
    pairs = {
        name: value[::-1]
        for name, (f, value) in values.items()
        if "along" in f.metadata and isinstance(value, tuple)
    }
    return attrs.evolve(layer, **pairs)


def missed(net):
    """Return how many multiply-accumulates of the last node only meet padding."""
    return padding_macs(net.graph.table, len(net.graph.table) - 1)


# What names its axes by their numbers, which stay where the picture is turned.
BY_NUMBER = (Expand, Gather, Permute, Reduce, Reshape, Roll, Select, Slice)


def across(x):
    """Return a network without layers on a map that is turned."""
    return Sequential(input=Shape(x.width, x.height, x.channels))


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "kind", [layers_on, convs_on, separable_on, transposed_on, pools_on]
)
@given(maps, st.sampled_from([Conv2d((1, 2), 2), Upsample((2, 3))]), st.data())
def test_turning_the_picture_turns_what_is_seen(kind, x, below, data):
    """With height and width exchanged everywhere, pairs turn, and counts stay."""
    below = Upsample((2, 3)) if x.width == 1 else below
    layer = data.draw(kind(below.output(x)))
    assume(not isinstance(layer, BY_NUMBER))
    numbered = {getattr(layer, name, None) for name in ("axis", "axes")}
    assume(numbered <= {None, -1})  # the channels, or all
    net = Sequential(input=x).add(below, layer)
    across_net = across(x).add(turned(below), turned(layer))
    row, other = net.nodes[-1], across_net.nodes[-1]

    for name in ("params", "macs", "connections"):
        assert getattr(row, name) == getattr(other, name)
    assert missed(net) == missed(across_net)
    for name in ("receptive_field", "effective_stride", "effective_padding"):
        here, there = getattr(row, name), getattr(other, name)
        assert here == (there and there[::-1])
        assert list(map(type, here or ())) == list(map(type, there or ()))[::-1]


@given(maps, st.tuples(st.integers(10, 12), small), st.tuples(small, small))
def test_turning_the_picture_turns_what_is_refused(x, kernel, dilation):
    """A window that is too long for one axis is so when all is turned."""
    layer = Conv2d(kernel, 1, dilation=dilation)
    for net, part in ((Sequential(input=x), layer), (across(x), turned(layer))):
        with pytest.raises(ShapeError, match="larger than the padded map"):
            net.add(part)


def test_axes_become_whole_one_by_one():
    """Where one axis is enlarged, sizes and strides of both are still integers."""
    net = Sequential(input=(8, 8, 1)).upsample((2, 1)).conv(3, 1, padding=1)
    row = net.pool((2, 1)).nodes[-1]

    assert [(2, 3), (3, 3)] == [r.receptive_field for r in (net.nodes[-1], row)]
    assert (1, 1) == row.effective_stride
    for values in (net.nodes[-1].receptive_field, row.effective_stride):
        assert {int} == set(map(type, values))


@pytest.mark.parametrize(
    "net",
    [
        Sequential(input=8).fc(4),
        Sequential(input=8),
        Sequential(input=(9, 9, 1)).fc(4),
        Sequential(input=(9, 9, 1)).norm("layer").relu().flatten().fc(4),
        zoo.build("ad_autoencoder"),
        zoo.build("vit_b_16"),
        zoo.build("dcgan_generator"),
        zoo.build("pix2pix_generator"),
    ],
    ids=str,
)
def test_all_see_the_whole_input(net):
    """Where each unit does, that is what is said, in words."""
    assert "whole input" == net.receptive_field == net.receptive_fields
    assert "whole input" in compare(net, net, columns=["receptive_field"]).to_text()


def test_a_map_of_one_position_is_flattened_as_it_is():
    """Behind the flattening of one position a unit sees what the position saw."""
    net = Sequential(input=(5, 7, 1)).conv((5, 7), 3).flatten()

    assert (5, 7) == net.nodes[-1].receptive_field


def test_a_transposed_convolution_begins_before_its_input():
    """The first output is met by inputs down to the first that paints as far as it."""
    kernel, stride, sides = (9, 13), (2, 3), ((1, 0), (3, 0))
    net = Sequential(input=(9, 9, 1)).conv_transpose(
        kernel, 1, stride=stride, padding=sides
    )
    # Input i paints at i·stride + tap - cut, and the first output is at 0.
    firsts = [
        min((cut - tap) // step for tap in range(reach) if (cut - tap) % step == 0)
        for reach, step, (cut, _) in zip(kernel, stride, sides, strict=True)
    ]

    assert [-3, -3] == firsts
    assert (3, 3) == net.nodes[-1].effective_padding


def test_a_crop_begins_behind_the_first_position():
    """The first unit sees the first position that is left; its padding is negative."""
    net = Sequential(input=(9, 9, 1)).crop(((1, 0), (2, 0)))

    assert (-1, -2) == net.nodes[-1].effective_padding


@pytest.mark.parametrize(
    ("kernels", "aligned"),
    [(((3, 7), (5, 1)), True), (((3, 6), (3, 7)), False), (((6, 3), (7, 3)), False)],
)
def test_each_axis_has_its_centres(kernels, aligned):
    """Branches are aligned where the centres of their windows agree on both axes."""
    g = Builder()
    x = g.input((20, 20, 1))
    arms = [
        g.add(
            Conv2d((h, w), 1, padding=((h // 2, (h - 1) // 2), (w // 2, (w - 1) // 2))),
            x,
        )
        for h, w in kernels
    ]

    assert aligned is g.graph(g.add(Add(), *arms)).nodes[-1].aligned


def test_same_cuts_a_transposed_convolution_on_both_sides():
    """Of 7 taps at steps of 3, 2 are cut off in front; of 4 at steps of 2, 1.

    The first output is then met by inputs from (4 - 1 - 1) // 2 and (7 - 1 - 2) // 3
    before the first on.
    """
    net = Sequential(input=(5, 4, 1)).conv_transpose(
        (4, 7), 1, stride=(2, 3), padding="same"
    )

    assert (1, 1) == net.nodes[-1].effective_padding
    assert (2, 3) == net.nodes[-1].receptive_field


def test_a_region_is_the_hull_of_what_all_users_see():
    """A node that two branches use is seen as far as either sees."""
    g = Builder()
    x = g.add(Conv2d(1, 2), g.input((9, 9, 1)))
    arms = [g.add(Conv2d(1, 2), x), g.add(Conv2d(3, 2, padding=1), x)]
    net = g.graph(g.add(Add(), *arms))

    assert (range(3, 6), range(3, 6)) == net.region("add1", 4, 4)


def test_a_region_of_a_transposed_convolution_ends_with_its_map():
    """Of 4×4 positions painted 3×3, the last output has the last position alone."""
    net = Sequential(input=(4, 4, 1)).conv_transpose(3, 1)

    assert (range(3, 4), range(1)) == net.region("conv_transpose1", 5, 0)


def test_a_large_field_has_its_centre_too():
    """Branches whose windows are hundreds of positions wide are aligned as others."""
    net = Sequential(input=(700, 700, 1)).conv(601, 1)
    net = net.branch(Sequential(), Sequential().conv(3, 1, padding=1), join=Add())

    assert net.nodes[-1].aligned
    assert (603, 603) == net.receptive_field


@pytest.mark.parametrize(
    "layer",
    [
        ConvTranspose2d(4, 1, stride=2),
        ConvTranspose2d(3, 1, stride=2, dilation=4),
        ConvTranspose2d((2, 5), 1, stride=(1, 3), dilation=(3, 1)),
    ],
)
def test_a_field_is_in_integers_where_it_is_whole(layer):
    """The size of a transposed convolution's field is an integer, not a float."""
    (row,) = Sequential(input=(9, 9, 1)).add(layer).nodes

    assert {int} == set(map(type, row.receptive_field))


@pytest.mark.parametrize("factor", [2, 3, 5])
def test_bilinear_positions_lie_between_their_neighbours(factor):
    """Output o lies at (o + ½) / factor - ½, between two inputs, or just at one."""
    size = 7
    net = Sequential(input=(size, size, 1)).upsample(factor, mode="bilinear")
    seen = [net.region(0, o, 0).rows for o in range(size * factor)]
    places = [
        Fraction(2 * o + 1, 2 * factor) - Fraction(1, 2) for o in range(len(seen))
    ]
    inside = [min(max(place, 0), size - 1) for place in places]

    assert [range(math.floor(p), math.ceil(p) + 1) for p in inside] == seen


def test_positions_far_apart_become_their_hull():
    """Up to 100,000 positions gaps are kept between them; beyond, it is one range."""
    n = 100_000

    assert {7, 6 + n} == either(range(7, 8), range(6 + n, 7 + n))
    assert range(7, 8 + n) == either(range(7, 8), range(7 + n, 8 + n))
    assert range(7, 9 + n) == either(range(7, 8), range(8 + n, 9 + n))


def test_positions_of_two_are_all_of_both_and_no_others():
    """Ranges that touch are one range; what lies between others is in neither."""
    n = 200_000

    assert range(8) == either(range(5), range(3, 8)) == either(range(3), range(3, 8))
    assert {0, 1, 5, 6} == either(range(2), range(5, 7))
    assert {0, 1, 2, 9} == either(range(2), frozenset({2, 9}))
    assert {131_070, 131_073} == either(
        range(131_070, 131_071), range(131_073, 131_074)
    )
    assert range(n, n + 1) == either(range(0), range(n, n + 1))
    assert range(n, n + 1) == either(range(n, n + 1), frozenset())
    assert range(0) == hull(frozenset())


@pytest.mark.parametrize(
    ("taken", "up", "gapless"),
    [
        (lambda n: range(2 * n, 2 * n + 2), 1, True),
        (lambda n: range(2 * n, 2 * n + 3), 1, True),
        (lambda n: range(n // 2, n // 2 + 1), 2, True),
        (lambda n: range(3 * n, 3 * n + 2), 1, False),
        (lambda n: range(n, n + 5, 2), 1, False),
        (lambda n: range(n // 2 - n % 2, n // 2 + 3), 2, False),
        (lambda n: range(n // 2, n // 2 + 5 - n % 2), 2, False),
        (lambda n: range(n, n + 1), 100_000, True),
        (lambda n: range(n, n + 1), 100_001, False),
    ],
    ids=["next to each other", "overlapping", "repeated", "apart", "dilated"]
    + ["starts earlier", "ends earlier", "many", "too many to look at"],
)
def test_windows_that_leave_no_gap(taken, up, gapless):
    """Neighbours touch, and none begins or ends before the one before it."""
    assert gapless is Slide(taken, 1, up).gapless


def test_what_is_behind_positions_far_apart():
    """The same of what is behind the positions of an output."""
    n = 100_000

    def few(*outputs):
        return behind(
            frozenset(outputs), 3 * n, lambda i: range(2 * i, 2 * i + 1), gapless=False
        )

    assert {14, 2 * (6 + n)} == few(7, 6 + n)
    assert range(14, 2 * (7 + n) + 1) == few(7, 7 + n)
    assert range(14, 2 * (8 + n) + 1) == few(7, 8 + n)


def test_a_dilation_of_nothing_paints_one_place():
    """PyTorch takes a dilation of 0 with groups: all taps of an input meet there."""
    net = Sequential(input=(4, 4, 2)).conv_transpose(3, 2, groups=2, dilation=0)

    assert (4, 4) == (net.output.height, net.output.width)
    assert (range(2, 3), range(1, 2)) == net.region(0, 2, 1)


@given(st.lists(st.integers(1, 40), min_size=2, max_size=2), st.data())
def test_branches_are_aligned_where_their_centres_are(sizes, data):
    """Half a kernel less the padding before it is where a window's centre lies."""
    before = [data.draw(st.integers(0, size)) for size in sizes]
    x = Sequential(input=(50, 1, 1))
    arms = [
        Sequential().conv((size, 1), 1, padding=((pad, size - 1), (0, 0)))
        for size, pad in zip(sizes, before, strict=True)
    ]
    arms = [arm.crop(((0, pad), (0, 0))) for arm, pad in zip(arms, before, strict=True)]
    row = x.branch(*arms, join=Add()).nodes[-1]
    one, other = (Fraction(size - 1, 2) - pad for size, pad in zip(sizes, before))

    assert row.aligned is (one == other)


def test_a_region_has_rows_and_columns_of_all_users():
    """What two branches see is united along each axis by itself."""
    wide, high = (
        Sequential().conv(k, 2, padding=p)
        for k, p in (((1, 7), (0, 3)), ((5, 1), (2, 0)))
    )
    net = Sequential(input=(20, 30, 1)).conv(1, 2).branch(wide, high, join=Add())

    assert (range(8, 13), range(12, 19)) == net.region("branch1/add1", 10, 15)


@pytest.mark.parametrize("kernel", [2**62, 2**63, 2**70])
def test_fields_larger_than_any_range_of_python(kernel):
    """Of a map twice as large, k positions see k / 2 of it, and one where they begin."""
    net = Sequential(input=(16, 16, 3)).upsample(2).conv(kernel, 4, padding=kernel)

    assert (kernel // 2 + 1,) * 2 == net.receptive_field
