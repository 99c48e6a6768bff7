"""What is not known: an operation, its shape, and everything behind it."""

import copy
import json
import pickle

import pytest
from drawn import networks
from hypothesis import given, settings
from hypothesis import strategies as st

from cnncalc import (
    FC,
    Add,
    ArgumentError,
    AtLeast,
    Block,
    Builder,
    Concat,
    ConfigError,
    Conv2d,
    InvertedResidual,
    Sequential,
    Shape,
    Shared,
    Unknown,
    UnknownShapeError,
    Upsample,
    compare,
    from_json,
    zoo,
)
from cnncalc.cli.main import main
from cnncalc.operations.conventions import CONVENTIONS
from cnncalc.report.columns import COLUMNS
from cnncalc.sizes.unknown import UNKNOWN

# 112 parameters, 3·3·3·4·36 MACs and 144 values before it; nothing is known behind it.
BEFORE = Sequential(input=(8, 8, 3)).conv(3, 4)
NET = (
    BEFORE.add(Unknown("Wavelet"))
    .conv(3, 5, padding=1)
    .norm()
    .relu()
    .pool(2)
    .dropout()
    .residual(Sequential().conv(3, 5, padding=1))
    .lstm(3)
    .fc(10)
)
MAPPED = BEFORE.add(Unknown("Wavelet", output=(3, 3, 4), params=9, reason="why not"))


class TestShape:
    def test_it_has_no_numbers(self):
        """It is false, prints as a question mark, and tells no size."""
        assert not UNKNOWN
        assert ("?", "UNKNOWN") == (str(UNKNOWN), repr(UNKNOWN))
        assert not UNKNOWN.is_vector
        assert isinstance(UNKNOWN, Shape)
        for name in ("channels", "positions", "size", "height", "rank", "space"):
            with pytest.raises(UnknownShapeError, match="its shape is unknown"):
                getattr(UNKNOWN, name)
        for ask in (list, lambda shape: shape[0]):
            with pytest.raises(UnknownShapeError, match="so are its sizes"):
                ask(UNKNOWN)

    def test_there_is_one(self):
        """Copies and pickles are the same."""
        for made in (
            copy.copy(UNKNOWN),
            copy.deepcopy(UNKNOWN),
            pickle.loads(pickle.dumps(UNKNOWN)),
        ):
            assert made is UNKNOWN


def test_whether_something_is_unknown():
    """What a network tells of it is true only where something is."""
    assert bool(MAPPED.unknown)
    assert not Sequential(input=(8, 8, 3)).conv(3, 4).unknown


class TestKnownOutput:
    def test_what_follows_is_counted(self):
        """9 parameters are stated; MACs are those of what is around it."""
        net = MAPPED.fc(10)

        assert 112 + 9 + 370 == net.params
        assert AtLeast(3888 + 360) == net.macs
        assert (None, None) == (net["unknown1"].macs, net["unknown1"].connections)
        assert {"unknown1": "unknown: Wavelet: why not"} == net.unknown.reasons
        assert 112 + 9 + 370 == net.trainable_params
        assert AtLeast is type(net.flops) is type(net.buffers)
        assert net.peak_memory() == 4 * (192 + 144)

    def test_a_frozen_one(self):
        """Training leaves its parameters alone."""
        net = BEFORE.add(Unknown("W", output=4, params=9, trainable=False))

        assert (121, 112) == (net.params, net.trainable_params)

    def test_none_of_its_own(self):
        """An operation may be known to have no parameters."""
        assert 112 == BEFORE.add(Unknown("W", params=0)).params

    def test_of_several_inputs(self):
        """It takes any number of inputs."""
        g = Builder()
        x = g.input((8, 8, 3))
        net = g.graph(g.add(Unknown("Correlate", output=(8, 8, 64)), x, x, x))

        assert Shape(8, 8, 64) == net.output

    def test_its_explanation_says_why(self):
        """The reason that is given stands there; and there is a formula of what is stated."""
        text = str(MAPPED.explain())

        assert "MACs: unknown; unknown: Wavelet: why not" in text
        assert "parameters: 9" in text


class TestUnknownOutput:
    def test_totals_are_lower_bounds(self):
        """What stands before it counts, and nothing behind it does."""
        assert (AtLeast(112), AtLeast(3888)) == (NET.params, NET.macs)
        assert AtLeast(144) == NET.totals.activation_size
        assert "≥ 112" in str(NET.summary())
        assert not NET.macs <= 10**15
        assert NET.output is None
        assert NET.nodes[0].output == (6, 6, 4)

    def test_each_row_behind_it_says_so(self):
        """Its shapes and numbers are unknown, and the reason is that it follows."""
        paths = [row.path for row in NET.nodes][1:]
        first, *others = NET.unknown.reasons.values()

        for row in NET.nodes[2:]:
            assert row.output is None
            assert row.input is None or None in row.input
            assert None is row.params is row.macs is row.receptive_field
        assert tuple(paths) == NET.unknown["macs"] == NET.unknown["params"]
        assert "Unknown does not state it" == first
        assert {"the shape that reaches it is unknown"} == {*others}

    @pytest.mark.parametrize("style", [{}, {"layout": "CHW"}, {"batch": 2}])
    def test_in_every_format_of_a_summary(self, style):
        """A question mark, null, or nothing: never a size."""
        summary = NET.summary(columns=list(COLUMNS), **style)
        rows = json.loads(summary.to_json())["rows"]

        assert "→ ?" in str(summary)
        assert {None} == {row["output"] for row in rows[1:]}
        assert {None} == {row["macs"] for row in rows[1:]}
        for text in (summary.to_html(), summary.to_markdown(), summary.to_latex()):
            assert "?" in text
        assert "?" in summary.to_csv()
        assert summary.to_pandas().output[1:].isna().all()
        assert "None" in str(summary.to_pandas())

    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_in_every_format_of_an_explanation(self, language):
        """Each step of what follows says that the shape is unknown."""
        found = NET.explain(language=language)
        words = {"en": "shape that reaches it is unknown", "zh": "到达它的形状未知"}

        for text in (found.to_text(), found.to_html(), found.to_markdown()):
            assert words[language] in text
        assert found.to_latex()

    @pytest.mark.parametrize(
        "kind",
        ["architecture", "params", "macs", "activations", "receptive_field", "memory"],
    )
    def test_in_every_picture(self, kind):
        """Pictures are drawn, with what is known to scale."""
        svg = NET.draw(kind).to_svg()

        assert "unknown1" in svg or "conv1" in svg
        assert "None" not in svg

    def test_memory_is_a_lower_bound(self):
        """The known tensors are counted: 192 + 144 values of 4 bytes."""
        plan = NET.memory_plan()

        assert AtLeast(4 * 336) == NET.peak_memory() == plan.peak
        assert AtLeast is type(plan.arena_size) is type(plan.best_peak)
        assert 0 == plan.overhead
        assert not plan.exact
        assert AtLeast(0) == plan.timeline[-1].bytes
        assert AtLeast(448) == NET.memory() == NET.training_memory().parameters
        assert str(NET.saved_for_backward()).startswith("≥")
        assert AtLeast(4 * 144) == NET.memory_report().outputs

    @pytest.mark.parametrize("name", sorted(CONVENTIONS))
    def test_every_convention_says_so(self, name):
        """Presets count what stands before it, and name what they cannot tell."""
        found = NET.reconcile(name)

        assert AtLeast is type(NET.operations(name)) is type(found.total)
        assert NET.unknown["macs"] == found.unknown

    def test_fields_and_regions_are_unknown(self):
        """What a unit behind it sees is not told."""
        assert {None} == {*list(NET.fields().values())[1:]}
        assert NET.receptive_field is NET.region("fc1") is None
        assert NET.region("relu1", 0, 0) is None
        assert [] == NET.lint()

    def test_rooflines_and_orders(self):
        """What has unknown operations has no bound, and no complexity."""
        assert NET.roofline("T4")["fc1"] is NET.roofline("T4")["unknown1"] is None
        assert ["conv1"] == list(NET.complexity())
        assert AtLeast(3888 * 64) == NET.bit_operations(8, 8)
        assert AtLeast is type(NET.backward_flops.weights)

    def test_compared_and_deployed(self):
        """Other networks stand beside it; norms behind it are still merged."""
        assert "?" in str(compare(NET, zoo.lenet()))
        assert "≥ 112 → 61,706" in str(NET.diff(zoo.lenet()))
        assert "no difference" in str(NET.diff(NET))
        assert AtLeast(112) == NET.deployed().params
        assert "norm1" not in [row.path for row in NET.deployed().nodes]

    def test_it_is_saved_and_read(self):
        """JSON, Python source and a pickle bring the same network back."""
        for net in (NET, MAPPED):
            names = {}
            exec(net.to_python(), names)

            assert net == from_json(net.to_json()) == names["net"]
            assert net == pickle.loads(pickle.dumps(net))
            assert net.nodes == from_json(net.to_json()).nodes

    def test_a_part_behind_it_is_not_saved(self):
        """A part without an input shape can be asked, and is refused by name in files."""
        part = NET[3:]

        assert AtLeast(0) == part.params
        assert "? → ?" in str(part.summary())
        for write in (part.to_json, part.to_python):
            with pytest.raises(
                ConfigError, match="its shape is unknown, and a network"
            ):
                write()

    def test_a_block_whose_parts_depend_on_what_reaches_it(self):
        """It is one unknown layer where its sizes cannot be told; all others are made."""
        net = BEFORE.add(Unknown("A"), InvertedResidual(3, 20, 5))
        inner = net["invertedresidual1/unknown1"]

        assert "unknown: InvertedResidual" == inner.role
        assert net == from_json(net.to_json())
        assert "its parts depend on what reaches it" in inner.layer.reason
        assert net.output is None

    def test_a_block_of_ones_own(self):
        """One that takes the shape apart is unknown; one that hides its unknown is refused."""

        class Own(Block):
            name = "own"

            def __init__(self, before):
                self.before = before

            def lower(self, g, x):
                x = g.add(Unknown("A"), x) if self.before else x
                height, width, channels = x.shape
                return g.add(Conv2d((height, width), channels), x)

        assert BEFORE.add(Unknown("A"), Own(before=False)).output is None
        with pytest.raises(UnknownShapeError, match="own: .*its shape is unknown"):
            BEFORE.add(Own(before=True))

    def test_on_another_input(self):
        """The known part follows the input."""
        assert AtLeast(27 * 4 * 49) == NET.on((9, 9, 3)).macs

    def test_a_row_by_itself(self):
        """It prints and explains itself with what is known."""
        for row in NET.nodes[1:]:
            assert "?" in str(row)
            assert "unknown" in str(row.explain())
            assert None is row.flops is row.memory() is row.weight_macs
        assert "形状未知" in str(NET["fc1"].explain(language="zh"))

    def test_it_lists_itself(self):
        """A table has each node with its numbers and the reason, in both languages."""
        found = NET.unknown

        assert "params, connections, macs, flops  the shape that reaches" in str(found)
        assert "到达它的形状未知" in found.styled(language="zh").to_text()

    def test_a_part_without_a_shape_is_drawn(self):
        """Nothing is to scale in it, and still all is there."""
        for kind in ("architecture", "receptive_field", "memory"):
            assert NET[3:].draw(kind).to_svg()
        assert "peak ≥ 0 B" in NET[3:].draw("memory").to_svg()

    def test_a_mistake_behind_it_is_told_as_one(self):
        """An argument that is no such thing is refused as anywhere else."""
        with pytest.raises(ArgumentError, match="kernel_size is called kernel"):
            NET.conv(3, 4, kernel_size=3)

    def test_what_follows_its_size(self):
        """A resize keeps what it has where nobody knows how large the other is."""
        g = Builder()
        x = g.input((8, 8, 3))
        y = g.add(Upsample(2), g.add(Unknown("A"), x), follows=x)
        z = g.add(Upsample(2), x, follows=y)
        net = g.graph(z)

        assert Shape(16, 16, 3) == net.output
        assert Shape(10, 10, 3) == net.on((5, 5, 3)).output

    def test_a_command_line_says_so(self, capsys, tmp_path):
        """A file with an unknown layer is shown as any other."""
        path = tmp_path / "net.json"
        NET.to_json(path)
        for command in ("summary", "explain", "lint", "plan", "reconcile"):
            more = ("thop",) if command == "reconcile" else ()

            assert main([command, str(path), *more]) == 0
        assert "≥ 112" in capsys.readouterr().out

    def test_a_join_of_known_and_unknown(self):
        """One unknown input is enough."""
        for join in (Add(), Concat()):
            g = Builder()
            x = g.input((8, 8, 3))
            unknown, known = g.add(Unknown("A", params=7), x), g.add(Conv2d(1, 3), x)
            net = g.graph(g.add(join, unknown, known))

            assert not net.output
            assert AtLeast(7 + 12) == net.params
            assert "? + 8×8×3" in str(net.summary())

    def test_shared_weights_behind_it(self):
        """Weights that are used before it and behind it are counted once."""
        shared = Shared(Conv2d(1, 3))
        net = Sequential(input=(8, 8, 3)).add(shared, Unknown("A"), shared)

        assert AtLeast(12) == net.params

    def test_a_mapping_of_types(self):
        """Bytes by a mapping of types count what is known."""
        assert AtLeast(112) == NET.memory({"weights": "int8"})

    @pytest.mark.filterwarnings("ignore::cnncalc.LikelyMistake")
    @settings(deadline=None, max_examples=25)
    @given(networks(most=5), st.data())
    def test_totals_hold_wherever_it_stands(self, net, data):
        """Behind a drawn network its totals stay, now as bounds; every face answers."""
        kind = data.draw(st.sampled_from(["Wavelet", "GridSample"]))
        longer = net.add(Unknown(kind), Conv2d(1, 2), FC(3))

        assert int(longer.params) == int(net.params)
        assert int(longer.macs) == int(net.macs)
        assert AtLeast is type(longer.params) is type(longer.macs)
        assert longer == from_json(longer.to_json())
        for face in (longer.summary(), longer.explain(), longer.draw().to_svg()):
            assert "?" in str(face) or "unknown" in str(face)
        assert longer.peak_memory() >= int(net.peak_memory()) // 2


class TestFields:
    @pytest.mark.parametrize(
        ("make", "message"),
        [
            (lambda: Unknown(""), "kind is ''. It must be a text that is not empty"),
            (lambda: Unknown(3), "kind is 3. It must be a text that is not empty"),
            (lambda: Unknown("A", params=-1), "an integer from 0 on, or None"),
            (lambda: Unknown("A", params=1.5), "an integer from 0 on, or None"),
            (
                lambda: Unknown("A", reason=3),
                "reason is 3. It must be a text that is not empty, or None",
            ),
            (lambda: Unknown("A", output="x"), "'x' is no shape"),
        ],
    )
    def test_a_wrong_field_is_refused(self, make, message):
        """A message says what it must be."""
        with pytest.raises(ConfigError, match=message):
            make()

    def test_its_role_tells_its_kind(self):
        """No convention takes it for something that it knows."""
        assert "unknown: conv" == Unknown("conv").role

    def test_its_repr_can_be_pasted_back(self):
        """Arguments are written as they are given."""
        layer = Unknown("A", output=(3, 4), params=5, reason="b", name="c")
        text = "Unknown('A', output=Shape(3, 4), params=5, reason='b', name='c')"

        assert text == repr(layer)
        assert layer == eval(text, {"Unknown": Unknown, "Shape": Shape})
