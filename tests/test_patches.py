"""Patches: figures of MCUNetV2's scheme, brute-force masks, and what is refused."""

import xml.etree.ElementTree as ET

import pytest
from masks import compared
from test_cli import run

from cnncalc import (
    Add,
    Builder,
    Concat,
    Conv1d,
    Conv2d,
    Layer,
    OptionError,
    Parameter,
    Sequential,
    Shape,
    SqueezeExcite,
    Unknown,
    UnknownNameError,
    zoo,
)
from cnncalc.sizes.window import Window

CUT = "stage3/0/conv2"  # the first map of 28×28×32 in MobileNetV2


@pytest.fixture(scope="module")
def mobilenet():
    return zoo.mobilenet_v2()


class TestMobileNetV2:
    @pytest.mark.parametrize(
        ("parts", "side", "peak", "factor"),
        [(2, 125, 468_704, 1.029), (3, 93, 265_952, 1.060), (4, 75, 170_432, 1.093)]
        + [(7, 51, 87_488, 1.201)],
    )
    def test_grids(self, mobilenet, parts, side, peak, factor):
        """Patches that meet in the middle read so much, and cost so much more.

        Measured on MCUNetV2's scheme: 457.7, 259.7, 166.4 and 85.4 KiB.
        """
        found = mobilenet.patches(cut=CUT, grid=parts)

        assert ((side, side), peak) == (found.patch, found.patch_peak)
        assert factor == round(found.factor, 3)
        assert found.macs == mobilenet.macs + found.redundant_macs

    def test_by_layer(self, mobilenet):
        """Layer by layer it needs 1,372 KiB where depthwise works in place."""
        found = mobilenet.patches(cut=CUT, grid=4, depthwise_inplace=True)

        assert 1_372 * 1024 == found.whole_peak

    def test_a_field_beyond_the_stride(self, mobilenet):
        """The cut's units see 27 positions, 8 from the next: neighbours share 19.

        Inner patches read 75, those at the first border 9 fewer, at the last 10 fewer.
        """
        found = mobilenet.patches(cut=CUT, grid=4)
        read = (75 - 9) + 75 + 75 + (75 - 10)

        assert (19, 19) == found.halo
        assert read**2 / 224**2 == found.overlap

    @pytest.mark.no_cover
    @pytest.mark.parametrize(
        ("how", "expected"),
        [
            ({}, ("stage3/2/add1", (4, 7), 261_632)),
            ({"depthwise_inplace": True}, (CUT, (3, 3), 251_888)),
        ],
    )
    def test_the_cheapest_that_fits(self, mobilenet, how, expected):
        """No grid with fewer MACs fits, at any cut."""
        found = mobilenet.patches("256 KiB", **how)

        assert expected == (found.cut, found.grid, found.peak)
        assert found.fits
        cheaper = [
            mobilenet.patches(cut=cut, grid=(rows, columns), **how)
            for cut in (CUT, "stage3/2/add1")
            for rows in range(1, 5)
            for columns in range(rows, 8)
        ]
        assert all(
            other.peak > 256 * 1024
            for other in cheaper
            if other.redundant_macs < found.redundant_macs
        )

    def test_what_fits_anyway(self, mobilenet):
        """One patch is no patches, and costs nothing."""
        found = mobilenet.patches("2 MiB")

        assert ((1, 1), 0, 1.0) == (found.grid, found.redundant_macs, found.factor)

    def test_what_cannot_fit(self, mobilenet):
        """It is said what needs the least."""
        found, least = mobilenet.patches("100 KiB"), mobilenet.patches()

        assert not found.fits
        assert found[:2] == least[:2]
        assert found.peak == least.peak == found.rest_peak
        assert least.fits

    def test_the_input_may_be_there(self, mobilenet):
        """Where it is in memory as a whole, that is 150,528 bytes more."""
        found = mobilenet.patches(cut=CUT, grid=4, input_in_memory=True)

        assert 170_432 + 224 * 224 * 3 == found.patch_peak

    def test_values_of_a_type(self, mobilenet):
        """Those of float32 take four times as much."""
        found = mobilenet.patches(cut=CUT, grid=4, dtype="float32")

        assert 4 * 170_432 == found.patch_peak

    def test_layers(self, mobilenet):
        """The last needs what it puts out: 7×7, and does nothing twice."""
        found = mobilenet.patches(cut=CUT, grid=4)
        first, *_, last = found.layers

        assert ("stem/conv1", (112, 112, 32), (37, 37)) == first[:3]
        assert (CUT, (28, 28, 32), (7, 7)) == last[:3]
        assert 0 == last.redundant_macs
        assert found.redundant_macs == sum(
            layer.redundant_macs for layer in found.layers
        )


@pytest.mark.parametrize("part", range(10))
def test_are_those_of_masks(part):
    """Reads, peaks and MACs of 200 random networks are those of brute force."""
    for seed in range(20 * part, 20 * part + 20):
        expected, found = compared(seed)

        assert expected == found, seed


class TestAxes:
    def test_a_sequence(self):
        """Two halves of 8 positions read 9 each, where windows of 3 reach over one."""
        net = Sequential(input=(16, 2)).conv1d(3, 4, padding=1).global_pool()
        found = net.patches(grid=2)

        assert ((9,), (2,), 16 * 4) == (found.patch, found.halo, found.patch_peak)
        assert 18 / 16 == found.overlap

    def test_a_volume(self):
        """Each axis is cut by itself."""
        net = Sequential(input=(4, 6, 8, 1)).conv3d(1, 2).global_pool()

        assert (2, 2, 8) == net.patches(grid=(2, 3, 1)).patch

    def test_paddings_alone(self):
        """Where a window would see the padding alone, no patch is made."""
        net = (
            Sequential(input=(1, 9, 1))
            .conv(1, 2)
            .conv((2, 3), 2, padding=1, dilation=(2, 1))
        )

        assert "conv1" == net.patches().cut
        with pytest.raises(UnknownNameError, match="conv2"):
            net.patches(cut="conv2")


class TestParts:
    def test_end_at_a_gate(self):
        """A squeeze and excitation sees the whole map."""
        net = Sequential(input=(8, 8, 4)).conv(3, 4, padding=1)
        net = net.add(SqueezeExcite(2)).conv(1, 4)

        assert "conv1" == net.patches().cut

    def test_end_at_a_transposed_convolution(self):
        """What it costs differs by position."""
        net = Sequential(input=(8, 8, 4)).conv(3, 4).conv_transpose(3, 4, stride=2)

        assert "conv1" == net.patches().cut

    def test_end_where_costs_are_unknown(self):
        """A layer of somebody's may tell its window and not its cost."""

        class Odd(Layer):
            def output_of(self, x):
                return x

            def reach(self, x):
                return Window(1, 1, 0)

        net = Sequential(input=(8, 8, 4)).conv(3, 4).add(Odd()).fc(2)
        found = net.patches()

        assert ("conv1", None) == (found.cut, found.factor)
        assert "≥" in str(found)

    def test_parameters_are_no_tensors(self):
        """What is added that a network owns takes no memory and reads nothing."""
        g = Builder()
        x = g.add(Conv2d(3, 4), g.input((8, 8, 1)))
        y = g.add(Add(), x, g.add(Parameter((6, 6, 4))))
        found = g.graph(g.add(Conv2d(3, 2), y)).patches(cut="add1", grid=2)

        assert (5, 5) == found.patch
        assert 6 * 6 * 4 + 3 * 3 * 4 == found.patch_peak

    def test_two_maps_are_no_cut(self):
        """Where a second map waits beside it, a map is no cut."""
        g = Builder()
        x = g.add(Conv2d(3, 4), g.input((8, 8, 1)))
        y = g.add(Conv2d(3, 4), x)
        net = g.graph(g.add(Concat(), g.add(Conv2d(1, 2), y), y))

        with pytest.raises(UnknownNameError, match="conv3"):
            net.patches(cut="conv3")

    def test_of_one_group_for_each_channel(self):
        """A grouped convolution may be a depthwise one, which needs one channel more."""
        net = Sequential(input=(8, 8, 1)).conv(1, 4).conv(3, 4, groups=4, padding=1)
        net = net.conv(1, 1)
        whole, inplace = (
            net.patches(grid=1, cut="conv3", depthwise_inplace=flag).whole_peak
            for flag in (False, True)
        )

        assert (8 * 8 * 8, 8 * 8 * 5) == (whole, inplace)


class TestRefusals:
    @pytest.mark.parametrize(
        "net",
        [
            Sequential(input=10).fc(3),
            Sequential(input=(8, 8, 1)).global_pool(),
            Sequential(input=(8, 8, 1)).add(Unknown("x")).conv(3, 2),
        ],
        ids=["vector", "global", "unknown"],
    )
    def test_no_part_sees_windows(self, net):
        """It is said what patches need."""
        with pytest.raises(OptionError, match="can run in patches"):
            net.patches()

    def test_several_inputs(self):
        """There is no one input to cut."""
        g = Builder()
        net = g.graph(g.add(Add(), g.input((8, 8, 1)), g.input((8, 8, 1))))

        with pytest.raises(OptionError, match="windows of one input"):
            net.patches()

    @pytest.mark.parametrize("grid", [0, 29, (2,), (2, 2, 2), (0, 1), "4", 2.5, True])
    def test_grids(self, mobilenet, grid):
        """A map of 28×28 can be cut into so many."""
        with pytest.raises(OptionError, match="28×28"):
            mobilenet.patches(cut=CUT, grid=grid)

    @pytest.mark.parametrize("cut", ["conv99", 3, [1]])
    def test_cuts(self, mobilenet, cut):
        """Those that there are, are named."""
        with pytest.raises(UnknownNameError, match="there is no cut"):
            mobilenet.patches(cut=cut)

    @pytest.mark.parametrize(
        ("name", "value", "said"),
        [
            ("memory", "256 apples", "memory is '256 apples'"),
            ("depthwise_inplace", 1, "depthwise_inplace is 1"),
            ("input_in_memory", "no", "input_in_memory is 'no'"),
            ("dtype", "int9", "no data type 'int9'"),
            ("units", "X", "units is 'X'"),
        ],
    )
    def test_options(self, mobilenet, name, value, said):
        """Each is refused by its name."""
        with pytest.raises(OptionError, match=said):
            mobilenet.patches(cut=CUT, grid=4, **{name: value})


class TestPicture:
    def test_what_it_says(self, mobilenet):
        """Its text alternative has the numbers."""
        found = mobilenet.patches("256 KiB", cut=CUT, grid=4)
        picture = found.draw(title="net", byte_units="decimal")

        assert "net: inference in patches" == picture.title
        assert (
            "4×4 patches, each reads 75×75 of 224×224. Peak without patches: 1.5053 MB; "
            "Peak of the patches: 170.432 kB; Peak behind the cut: 326.144 kB; "
            "Memory: 262.144 kB" == picture.description
        )

    def test_it_has_a_field_for_each(self, mobilenet):
        """Of 4×4 patches each is a rectangle, and one is marked."""
        picture = mobilenet.patches(cut=CUT, grid=4).draw(language="zh")
        root = ET.fromstring(picture.to_svg())
        kinds = [
            each.get("class") for each in root.iter("{http://www.w3.org/2000/svg}rect")
        ]

        assert 16 == kinds.count("conv field")
        assert 1 == kinds.count("mark")

    def test_other_axes(self):
        """A sequence is a strip, and of a volume the last axes are drawn."""
        sequence = Sequential(input=(16, 2)).add(Conv1d(3, 4)).global_pool()
        volume = Sequential(input=(4, 6, 8, 1)).conv3d(3, 2).global_pool()

        assert (
            "2 patches, each reads 9 of 16"
            in sequence.patches(grid=2).draw().description
        )
        assert "2×2×2 patches" in volume.patches(grid=2).draw().to_svg()

    def test_titles_are_texts(self, mobilenet):
        """Anything else is refused."""
        with pytest.raises(OptionError, match="title is 3"):
            mobilenet.patches(cut=CUT, grid=4).draw(3)


class TestCommand:
    """The command `patches`."""

    def run(self, capsys, words):
        return run(capsys, "patches", *words.split())

    def test_the_report(self, capsys, mobilenet):
        """It is that of the question, with the same options."""
        words = "mobilenet_v2 --memory 256KiB --depthwise-inplace --format csv"
        found = mobilenet.patches("256 KiB", depthwise_inplace=True)

        assert (0, found.to_csv(), "") == self.run(capsys, words)

    def test_a_cut_and_a_grid(self, capsys, mobilenet):
        """They are named; a grid as sizes are."""
        words = f"mobilenet_v2 --cut {CUT} --grid 4x2 --dtype float32 --format json"
        found = mobilenet.patches(cut=CUT, grid=(4, 2), dtype="float32")

        assert found.to_json().rstrip() == self.run(capsys, words)[1].rstrip()

    def test_the_picture(self, capsys, tmp_path, mobilenet):
        """A file of SVG has the picture."""
        path = tmp_path / "patches.svg"
        code, out, _ = self.run(
            capsys, f"mobilenet_v2 --cut {CUT} --grid 4 --output {path}"
        )
        picture = mobilenet.patches(cut=CUT, grid=4).draw()

        assert (0, "") == (code, out)
        assert picture.to_svg() == path.read_text("utf-8")

    def test_what_is_refused(self, capsys):
        """A grid that is none is an error of the command."""
        code, _, line = self.run(capsys, f"mobilenet_v2 --cut {CUT} --grid 40x")

        assert 2 == code
        assert "28×28" in line


def test_shapes_without_a_grid():
    """A map of one position is one patch."""
    net = Sequential(input=(3, 3, 1)).conv(3, 2).fc(2)

    assert ((1, 1), Shape(1, 1, 2)) == (net.patches().grid, net["conv1"].output)
