"""Fields behind what enlarges, which depend on the position: against naive walks."""

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from naive import indices

from cnncalc import (
    FC,
    Add,
    Builder,
    ConfigError,
    Conv1d,
    Conv2d,
    ConvTranspose1d,
    Crop,
    MaxUnpool,
    Pool,
    Region,
    Sequential,
    Upsample,
    compare,
    sweep,
    zoo,
)

SIZE = 240  # of the inputs here
# What lies between these is behind no border of a map: those may end long before what
# they are made of does, where strides leave something out.
FIRST, LAST = 50, 120

few, some = st.integers(1, 3), st.integers(1, 4)
slid = st.builds(Conv1d, some, st.just(1), dilation=few, padding=st.integers(0, 2))
halving = st.builds(Pool, some, stride=st.integers(1, 2))
enlarging = st.one_of(
    st.builds(ConvTranspose1d, some, st.just(1), stride=few, dilation=few),
    st.builds(Upsample, few, mode=st.sampled_from(["nearest", "linear"])),
    st.builds(Upsample, size=st.sampled_from([96, 160, 200, 320])),
)
chains = st.lists(slid | halving | enlarging, min_size=1, max_size=4)


def walked(net):
    """Return what each unit of each node sees: sets of positions, along one axis."""
    seen = {"input1": [{i} for i in range(net.input.length)]}
    for row in net.nodes:
        branches = []
        for path, x in zip(row.inputs, row.shapes, strict=True):
            local = [[{i} for i in range(x.length)]]
            if not isinstance(row.layer, Add):
                local = indices(row.layer, x.space, row.output.space)
            below = seen[path]
            branches.append([set().union(*(below[i] for i in u)) for u in local[0]])
        seen[row.path] = [set().union(*units) for units in zip(*branches, strict=True)]
    return seen


def told(row, place):
    """Return what a row says that a unit sees, from the first position to the last."""
    each = row.period[0] if row.period else ()
    if not each:
        (size,), (step,) = row.receptive_field, row.effective_stride
        first = place * step - row.effective_padding[0]
        return range(first, first + size)
    turns, which = divmod(place, len(each))
    more = turns * len(each) * row.effective_stride[0]
    assert more == int(more)
    return range(each[which].start + int(more), each[which].stop + int(more))


def hulls_in_the_middle(row, seen):
    """Yield what is said of units far from the border, and what they see."""
    if row.receptive_field is None:  # it has no period, or a very long one
        return
    for place, unit in enumerate(seen[row.path]):
        said = told(row, place)
        if not said:
            assert not unit
        elif said.start >= FIRST and said.stop <= LAST:
            yield said, range(min(unit), max(unit) + 1)


@given(chains)
def test_a_chain(layers):
    """Each unit in the middle of the map sees what one period says, exactly."""
    net = Sequential(input=(SIZE, 1)).add(*layers)
    assume(net.output.length < 8 * SIZE)
    seen = walked(net)
    for row in net.nodes:
        for said, real in hulls_in_the_middle(row, seen):
            assert said == real


@st.composite
def unets(draw):
    """Draw a network that goes down and up again, with what is kept on the way."""
    g = Builder()
    x, kept = g.input((SIZE, 1)), []
    for _ in range(draw(st.integers(1, 3))):
        x = g.add(draw(slid), x)
        kept.append(x)
        x = g.add(draw(st.sampled_from([Pool(2), Conv1d(4, 1, stride=2)])), x)
    x = g.add(draw(slid), x)
    up = [
        ConvTranspose1d(draw(some), 1, stride=2),
        Upsample(2),
        Upsample(2, mode="linear"),
    ]
    for other in reversed(kept):
        x = g.add(draw(st.sampled_from(up)), x)
        least = min(x.shape.length, other.shape.length)
        arms = [
            g.add(Crop(((0, arm.shape.length - least),)), arm) for arm in (x, other)
        ]
        x = g.add(Add(), *arms)
        if draw(st.booleans()):
            x = g.add(draw(slid), x)
    return g.graph(x)


@given(unets())
def test_a_network_with_joins(net):
    """What is joined is seen together, at each position of the period."""
    seen = walked(net)
    for row in net.nodes:
        for said, real in hulls_in_the_middle(row, seen):
            assert said == real


# Of FOUND: gradients of PyTorch's modules show these, by the position.
@pytest.mark.parametrize(
    ("net", "path", "least", "most"),
    [
        (zoo.unet(), "classifier", 188, 204),
        (zoo.fpn_resnet50((2048, 2048, 3)), "fpn/layer1", 427, 459),
        (zoo.fpn_resnet50((2048, 2048, 3)), "fpn/layer0", 427, 459),
    ],
    ids=str,
)
def test_measured(net, path, least, most):
    """A row, its text, a table and the explanation say the smallest and the largest."""
    row, both = net[path], f"{least} to {most}"

    assert ((least, least), (most, most)) == row.receptive_fields
    assert (most, most) == row.receptive_field
    assert {least, most} == {len(units) for units in row.period[0]}
    assert not row.aligned
    assert f"receptive field:   {both}\n" in f"{row}\n"
    assert f" {both} " in net.fields().to_csv().replace(",", " ")
    text = str(net.explain(path))
    assert f"height and width: {both}; it depends on the position" in text
    assert f"{least} 至 {most}" in net.explain(path, language="zh").to_text()


def test_a_unet():
    """Of 16 units one after another 4 see 188 positions, and 12 see 204.

    A unit of the map before the last transposed convolution sees 188 or 196 + 8 of
    them: of 8 units there 2 lie so that their 5 positions touch one of 16 less.
    """
    net = zoo.unet()
    seen = [len(net.region("classifier", 200 + n, 200).rows) for n in range(16)]

    assert [4, 12] == [seen.count(188), seen.count(204)]
    assert "of 16 units one after another 4 see 188, 12 see 204" in str(
        net.explain("classifier")
    )
    assert ((188, 188), (204, 204)) == net.receptive_fields
    assert (204, 204) == net.receptive_field
    assert [[188, 188], [204, 204]] == json.loads(
        compare(net, net, columns=["receptive_field"]).to_json()
    )["rows"][0]["receptive_field"]
    assert "188 to 204" in net.summary(columns=["receptive_field"], depth=1).to_text()


def test_what_sees_all_is_largest():
    """In the front of a sweep more is seen by what sees the whole input."""
    nets = {"unet": zoo.unet(), "vgg": zoo.vgg16(), "mlp": zoo.ad_autoencoder()}
    rows = sweep(
        lambda name: nets[name], {"name": list(nets)}, columns=["receptive_field"]
    )
    front = rows.pareto("-receptive_field", "-receptive_field")

    assert ["mlp"] == [row.settings["name"] for row in front]
    assert [(212, 212)] == [
        row.of("receptive_field") for row in rows if row.settings["name"] == "vgg"
    ]


@pytest.mark.parametrize(
    ("net", "least", "most"),
    [
        # Of two units that come from one, one has two of the four taps beyond it.
        (Sequential(input=(16, 16, 1)).conv_transpose(3, 1, stride=2), 1, 2),
        (Sequential(input=(16, 16, 1)).conv_transpose(1, 1, stride=2), 0, 1),
        (Sequential(input=(16, 16, 1)).conv_transpose((3, 2), 1, stride=2), 1, 2),
        (Sequential(input=(16, 16, 1)).upsample(2).conv(3, 1, padding=1), 2, 2),
        (Sequential(input=(16, 16, 1)).upsample(2).conv(2, 1), 1, 2),
        (Sequential(input=(16, 16, 1)).upsample(3).conv(3, 1), 1, 2),
        (Sequential(input=(16, 16, 1)).add(MaxUnpool(3, stride=2)), 1, 2),
        (Sequential(input=(14, 14, 1)).adaptive_pool(4), 4, 4),
        (Sequential(input=(14, 14, 1)).adaptive_pool(10), 2, 3),
        (Sequential(input=(15, 15, 1)).adaptive_pool(10), 2, 2),
        (Sequential(input=(16, 16, 1)).adaptive_pool(10), 2, 3),
    ],
    ids=str,
)
def test_small(net, least, most):
    """What can be counted by hand on squared paper."""
    assert (least, most) == tuple(sizes[0] for sizes in net.receptive_fields)


def test_it_is_one_number_where_all_see_as_far():
    """What is enlarged and made smaller again sees what it saw."""
    net = Sequential(input=(16, 16, 1)).conv(3, 1).upsample(2).pool(2)
    row = net.nodes[-1]

    assert ((3, 3), (1, 1), (0, 0), ()) == (
        row.receptive_field,
        row.effective_stride,
        row.effective_padding,
        row.period,
    )
    assert "it depends" not in str(net.fields())


def test_a_period_may_be_too_long():
    """Sizes that have no common divisor repeat late: then the field is unknown."""
    net = Sequential(input=(101, 1)).upsample(size=211).conv1d(3, 1).upsample(size=307)

    assert ((1,), (2,)) == net[:2].receptive_fields
    assert net.receptive_field is None is net.receptive_fields
    assert "it repeats after 10,000 units" in str(net.explain(net.nodes[-1].path))


def two_arms(length, one, two):
    """Return what two networks make of a sequence, added up."""
    g = Builder()
    x = g.input((length, 1))
    return g.graph(g.add(Add(), *[g.add(arm, x) for arm in (one, two)]))


def test_two_periods_may_be_too_long_together():
    """Means over 101 and over 103, spread again: together 10,403 units differ."""
    arms = [Sequential().pool(n).upsample(size=101 * 103) for n in (101, 103)]

    assert two_arms(101 * 103, *arms).receptive_field is None


def test_an_arm_that_sees_more_hides_the_other():
    """A window of 33 holds all that is behind its unit of the other arm."""
    net = two_arms(
        240, Sequential().pool(4).upsample(2), Conv1d(33, 1, stride=2, padding=16)
    )

    assert ((33,), (2,), ()) == (
        net.receptive_field,
        net["add1"].effective_stride,
        net["add1"].period,
    )


def test_many_sizes_are_not_told_one_by_one():
    """Beside a window up to the unit, of 31, its block of 20 ends 0 to 19 later."""
    arms = Sequential().pool(20).upsample(20), Conv1d(31, 1, padding="causal")
    net = two_arms(240, *arms)

    assert ((31,), (50,)) == net.receptive_fields
    told = str(net.explain("add1"))
    assert "length: 31 to 50; it depends on the position; the hull" in told


def test_what_nobody_can_print_is_unknown():
    """Behind an upsampling, too, a stride of 598 digits is none; a region is one."""
    net = Sequential(input=(3, 3, 1)).conv(1, 1, stride=10**299).upsample(2)
    long = Sequential(input=(4, 1)).upsample(size=400_003)

    assert net.conv(1, 1, stride=10**299).receptive_field is None
    assert (range(3, 4),) == long.region("upsample1", 400_002)
    with pytest.raises(ConfigError, match=r"Write Region\(range\(0, 5\), range"):
        Region((0, 5))


def test_a_map_of_one_position_is_spread():
    """What comes from there sees what it does; not all need be the whole input."""
    whole = Sequential(input=(8, 8, 1)).conv(8, 4).conv_transpose(4, 1)
    part = Sequential(input=(8, 8, 1)).crop(3).conv(2, 4).conv_transpose(4, 1, stride=2)

    assert "whole input" == whole.upsample(2).receptive_field
    assert "whole input" in str(whole.upsample(2).explain("upsample1"))
    assert "whole input" != part.receptive_field


def test_vectors_beside_maps():
    """What is spread from a vector has no positions; alone it is seen whole."""
    g = Builder()
    image, code = g.input((8, 8, 4), name="image"), g.input(4, name="code")
    film = g.add(Add(), g.add(Conv2d(3, 4), image), g.add(FC(4), code))
    net = g.graph(film)

    assert (3, 3) == net.receptive_field
    assert "global" == net.fields()["fc1"]
    assert "it has no positions" in str(net.explain("fc1"))


def test_regions_through_a_reshape():
    """A token that stands for a patch sees that; of half a row, some columns."""
    tokens = Sequential(input=(32, 32, 3)).conv(8, 5, stride=8).reshape((16, 5))
    halves = Sequential(input=(4, 6, 4)).reshape((8, 12))

    assert (range(8, 16), range(16, 24)) == tokens.region("reshape1", 6)
    assert (range(1), range(3, 6)) == halves.region("reshape1", 1)
    many = Sequential(input=(400, 400, 1)).reshape((160_000, 1)).conv1d(120_001, 1)
    assert (range(400), range(400)) == many.region("conv1", 7)


def test_a_field_that_is_no_square():
    """Windows of 2 and of 4 on doubled positions see 1 or 2, and 2 or 3 of them."""
    net = Sequential(input=(8, 8, 1)).upsample(2).conv((2, 4), 1)

    assert ((1, 2), (2, 3)) == net.receptive_fields
    assert "1×2 to 2×3" in net.summary(columns=["receptive_field"]).to_text()
