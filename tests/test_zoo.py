"""The zoo: every number that the articles and papers print."""

import csv
import importlib
import inspect
import pickle
import pydoc
import re
from fractions import Fraction
from pathlib import Path

import pytest
from test_formula import evaluated

from cnncalc import (
    CnncalcError,
    ConfigError,
    Named,
    Sequential,
    Shape,
    UnknownNameError,
    zoo,
)

DATA = Path(__file__).parent / "data"
with (DATA / "source_tables.csv").open(encoding="utf-8") as file:
    TABLES = list(csv.DictReader(file))

NETWORKS = {
    "lenet": "lenet",
    "lenet5-1998": "lenet5",
    "alexnet-merged": "alexnet_merged",
    "vgg16": "vgg16",
    "coursera-lenet": "coursera_lenet",
}


def printed(network):
    """Return the rows that an article prints of a network, the input's apart."""
    rows = [row for row in TABLES if row["network"] == network]
    return [row for row in rows if row["kind"] != "input"]


def tabulated(network):
    """Return our rows for those that an article prints; it leaves some kinds out."""
    left_out = {"Activation", "Dropout", "AdaptivePool"}
    return [row for row in zoo.build(network).nodes if row.kind not in left_out]


def number(text):
    return int(text) if text else None


class TestArticles:
    @pytest.mark.parametrize("network", NETWORKS)
    def test_every_row_is_the_articles(self, network):
        """Shapes, parameters, formula, connections and sizes are what articles print."""
        ours, theirs = tabulated(NETWORKS[network]), printed(network)

        assert len(theirs) == len(ours)
        for mine, row in zip(ours, theirs, strict=True):
            assert row["input"].replace("x", "×") == str(mine.input)
            assert row["output"].replace("x", "×") == str(mine.output)
            assert int(row["params"]) == mine.trainable
            assert int(row["activation_size"]) == mine.activation_size
            if row["connections"]:
                assert int(row["connections"]) == mine.connections
            if row["formula"]:
                theirs_text = row["formula"].replace("x", "×")
                assert evaluated(theirs_text) == evaluated(str(mine.formula))
            if row["kernel"]:
                height, width = map(int, row["kernel"].split("x"))
                assert ((height, width), int(row["stride"]), int(row["padding"])) == (
                    mine.kernel,
                    *{*mine.stride},
                    *{*mine.padding},
                )

    @pytest.mark.parametrize("network", [n for n in NETWORKS if n != "vgg16"])
    def test_names_are_the_articles(self, network):
        """Rows are found under the names that the tables print."""
        names = [row["layer"] for row in printed(network)]

        assert names == [row.name for row in zoo.build(NETWORKS[network]).nodes]

    def test_vgg_is_named_by_stage(self):
        """VGG's layers are named by stage and number."""
        names = [row.name for row in tabulated("vgg16")]

        assert ["conv1_1", "conv1_2", "pool1", "conv2_1"] == names[:4]
        assert ["conv5_3", "pool5", "fc6", "fc7", "fc8"] == names[-5:]

    def test_c3_prints_its_connections(self):
        """The partial connections of 1998 are grouped as the paper tells them."""
        c3 = zoo.lenet5()["C3"]

        assert "6×(3×25 + 1) + 6×(4×25 + 1) + 3×(4×25 + 1) + 1×(6×25 + 1)" == str(
            c3.formula
        )
        assert (1_516, 151_600) == (c3.params, c3.connections)

    def test_one_convolution_of_six_filters(self):
        """The articles' first example: six filters of 5×5 on an image of 32×32×3."""
        from cnncalc import Sequential

        row = Sequential(input=(32, 32, 3)).conv(5, 6)[0]

        assert (Shape(28, 28, 6), 456, "5×5×3×6 + 6", 4704) == (
            row.output,
            row.params,
            str(row.formula),
            row.activation_size,
        )


# Totals from the papers and, for alexnet and VGG, from torchvision 0.29.
TOTALS = {
    "lenet": {"params": 61_706, "trainable_params": 61_706},
    "lenet5": {"params": 60_840, "trainable_params": 60_000, "connections": 340_908},
    "coursera_lenet": {"params": 62_958},
    "alexnet_merged": {"params": 62_378_344},
    "alexnet_2012": {"params": 60_965_224},
    "alexnet": {"params": 61_100_840, "macs": 714_188_480},
    "vgg11": {"params": 132_863_336, "macs": 7_609_090_048},
    "vgg13": {"params": 133_047_848},
    "vgg13_bn": {"params": 133_053_736, "buffers": 5_888, "macs": 11_308_466_176},
    "vgg16": {"params": 138_357_544, "macs": 15_470_264_320},
    "vgg16_bn": {"params": 138_365_992, "buffers": 8_448},
    "vgg19": {"params": 143_667_240, "macs": 19_632_062_464},
}


class TestTotals:
    @pytest.mark.parametrize("network", TOTALS)
    def test_are_the_published_ones(self, network):
        """Totals agree with what papers and frameworks publish."""
        net = zoo.build(network)

        assert TOTALS[network] == {key: getattr(net, key) for key in TOTALS[network]}

    @pytest.mark.parametrize(
        ("network", "memory"),
        [
            ("lenet", "241.039 KiB"),
            ("alexnet_merged", "237.9545 MiB"),
            ("vgg16", "527.7921 MiB"),
        ],
    )
    def test_memory_is_printed_as_in_the_articles(self, network, memory):
        """The parameters' memory reads as in the articles."""
        lines = str(zoo.build(network).summary()).splitlines()
        (line,) = [line for line in lines if line.startswith("Params size")]

        assert memory == line.partition(":")[2].strip()


with (DATA / "torchvision_weights.csv").open(encoding="utf-8") as file:
    WEIGHTS = list(csv.DictReader(file))

# torchvision measures segmentation at 520×520, with an auxiliary head on 65×65×1024: a
# 3×3 convolution of 256 filters, a norm, and a convolution to 21 classes.
MASKS = 520
AUX_MACS = 65 * 65 * (9 * 1024 * 256 + 256 * 21)
AUX_PARAMS = 9 * 1024 * 256 + 2 * 256 + 257 * 21
# The authors' sizes (Tan & Le 2019, code), where torchvision takes other crops.
OTHER_SIZES = {"efficientnet_b2": 260}


class TestPublishedInputs:
    @pytest.mark.no_cover
    @pytest.mark.parametrize(
        "row", WEIGHTS, ids=lambda row: f"{row['model']}-{row['weights']}"
    )
    def test_numbers_are_torchvisions(self, row):
        """At the crop of some weights, parameters and GMACs are those published."""
        size, model = int(row["crop"] or MASKS), row["model"]
        *frames, _, _, channels = zoo.build(model).input
        net = zoo.build(
            model,
            input=(*frames, size, size, channels),
            **({"aux": True} if model == "inception_v3" else {}),
        )
        head = model in {"fcn_resnet50", "deeplabv3_resnet50"}

        assert int(row["params"]) == net.params + head * AUX_PARAMS
        assert Fraction(row["gmacs"]) == round(
            Fraction(net.macs + head * AUX_MACS, 10**9), 3
        )

    @pytest.mark.parametrize("model", sorted({row["model"] for row in WEIGHTS}))
    def test_the_default_is_published(self, model):
        """A network's default input is one that its weights are measured with."""
        sizes = {
            int(row["crop"] or MASKS) for row in WEIGHTS if row["model"] == model
        } | {OTHER_SIZES.get(model)}

        *frames, height, width, channels = zoo.build(model).input
        assert frames in ([], [16])
        assert height == width == OTHER_SIZES.get(model, height)
        assert height in sizes
        assert channels == 3

    def test_efficientnets_grow(self):
        """B0 to B7 and V2 have the sizes of the authors' code and of torchvision's."""
        sizes = {
            **dict(enumerate((224, 240, 260, 300, 380, 456, 528, 600))),
            "s": 384,
            "m": 480,
            "l": 480,
        }
        ours = {
            size: zoo.build(f"efficientnet_{'b' if size in range(8) else 'v2_'}{size}")
            for size in sizes
        }

        assert sizes == {size: net.input.height for size, net in ours.items()}

    def test_a_detectors_pyramid(self):
        """With its heads, the pyramid has the GMACs of torchvision's Faster R-CNN."""
        positions = 200**2 + 100**2 + 50**2 + 25**2 + 13**2
        proposing = positions * (9 * 256 * 256 + 256 * (3 + 4 * 3))
        boxes = 1000 * (7 * 7 * 256 * 1024 + 1024 * 1024 + 1024 * (91 + 4 * 91))
        macs = zoo.fpn_resnet50().macs + proposing + boxes

        assert Fraction("134.38") == round(Fraction(macs, 10**9), 3)


class TestSettings:
    @pytest.mark.no_cover
    @pytest.mark.parametrize("network", zoo.names())
    def test_classes_and_input(self, network):
        """Every network takes an input, and one that classifies a number of classes."""
        net = zoo.build(network)
        larger = Shape(*(2 * size for size in net.input.space), net.input.channels)
        built = zoo.build(network, input=larger)

        assert (network, network) == (net.name, built.name)
        assert larger == built.input
        if "classes" in getattr(zoo, network).settings:
            output = zoo.build(network, classes=7).output
            assert 7 == (output if isinstance(output, Shape) else output[0]).channels

    def test_width(self):
        """VGG's width scales its convolutions."""
        assert Shape(7, 7, 128) == zoo.vgg11(width=16)["avgpool"].output

    @pytest.mark.parametrize("name", ["googlenet", "efficientnet_b4", "vgg16"])
    def test_dropout(self, name):
        """A rate of dropout that is given stands for the network's own."""
        nets = zoo.build(name), zoo.build(name, dropout=0.375)
        rates = [
            {row.layer.rate for row in net.nodes if row.role == "dropout"}
            for net in nets
        ]

        assert {0.375} == rates[1] != rates[0]

    @pytest.mark.no_cover
    def test_networks_are_functions(self):
        """Each network is a function that builds it afresh, and documents itself."""
        for name in zoo.names():
            function = getattr(zoo, name)

            assert function() == zoo.build(name)
            assert function() is not function()
            assert re.fullmatch(r"[A-Zvr].*\.", function.about)
            assert function.__doc__.startswith(f"{function.about}\n\nArgs:\n")
            assert re.fullmatch(rf"<zoo network {name}\(.*input=.*\)>", repr(function))
            assert name in dir(zoo)

    def test_they_tell_their_settings(self):
        """A network's signature has its settings; its input may come without a name."""
        parameters = inspect.signature(zoo.vgg16).parameters

        assert {"input", "classes", "width", "dropout"} == set(parameters)
        assert 1000 == parameters["classes"].default
        assert zoo.lenet((28, 28, 1)) == zoo.lenet(input=(28, 28, 1))

    def test_their_signatures_have_types(self):
        """A signature shows defaults, annotations and what is returned."""
        signature = inspect.signature(zoo.efficientnet_b7)

        assert (
            "(input: 'ShapeLike' = (600, 600, 3), *, classes: 'int' = 1000, dropout: "
            "'float | None' = None, stochastic_depth: 'float' = 0.2) -> 'Sequential'"
        ) == str(signature)
        assert "groups" not in inspect.signature(zoo.resnext50_32x4d).parameters

    def test_help_tells_of_each_setting(self):
        """`help` says what a network is, and what each setting may be."""
        text = pydoc.render_doc(zoo.mobilenet_v2, renderer=pydoc.plaintext)

        assert "MobileNet V2, as in torchvision." in text
        assert "width: A positive number; by default 1.0." in text
        assert "input: A shape: sizes and channels" in text

    def test_they_can_be_sent_to_a_process(self):
        """A network's function is pickled by its name."""
        functions = [getattr(zoo, name) for name in zoo.names()]

        assert functions == pickle.loads(pickle.dumps(functions))

    @pytest.mark.parametrize("family", zoo._FAMILIES)
    def test_type_checkers_are_told_of_each(self, family):
        """What a family offers are its networks, all of which checkers read."""
        module = importlib.import_module(f"cnncalc.zoo.families.{family}")
        source = Path(zoo.__file__).read_text(encoding="utf-8")

        assert sorted(zoo._FAMILIES[family].split()) == sorted(module.__all__)
        assert f"    from {module.__name__} import *\n" in source

    def test_a_mistyped_name_is_answered_with_the_nearest(self):
        """A name that is nearly right is answered with what it may have meant."""
        for wrong in (lambda: zoo.build("vgg61"), lambda: zoo.build("VGG61")):
            with pytest.raises(UnknownNameError, match='network .*"vgg16"'):
                wrong()
        with pytest.raises(UnknownNameError, match='nearest: "edsr_baseline"'):
            zoo.build("edsr")
        with pytest.raises(UnknownNameError, match='There are: "lenet"'):
            zoo.build(3)
        with pytest.raises(AttributeError, match="no vgg61. .*zoo.vgg16"):
            zoo.vgg61

    def test_an_unknown_setting_is_answered_with_those_there_are(self):
        """A setting that a network does not have is refused, with those it has."""
        with pytest.raises(
            ConfigError, match="lenet: it has no setting 'width'. It has: i"
        ):
            zoo.build("lenet", width=3)


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("fcn_resnet50", (256, 320, 3)),
        ("deeplabv3_resnet50", (160, 160, 3)),
        ("lraspp_mobilenet_v3_large", (160, 192, 3)),
        ("fpn_resnet50", (256, 320, 3)),
        ("unet", (444, 444, 1)),
        ("segnet", (100, 130, 3)),
        ("unet3d", (100, 108, 92, 3)),
        ("swin_t", (100, 250, 3)),
    ],
)
class TestOtherSizes:
    """Layers that fit one map to another go by the input that there is."""

    def test_on_another_shape(self, name, shape):
        """It is the network that is built for that shape."""
        net = zoo.build(name)

        assert zoo.build(name, input=shape) == net.on(shape)
        assert net.module_less == net.on(shape).module_less
        assert pickle.loads(pickle.dumps(net)).on(shape) == net.on(shape)

    def test_as_a_part(self, name, shape):
        """It takes what reaches it as its input; frozen, too."""
        net, built = zoo.build(name), zoo.build(name, input=shape)
        whole = Sequential(input=shape).relu() if name != "fpn_resnet50" else None
        frozen = net.freeze(net.nodes[0].path).on(shape)

        assert whole is None or built.output == whole.add(net).output
        assert built.params > frozen.trainable_params
        assert built.freeze(net.nodes[0].path) == frozen


def test_what_runs_as_functions_in_a_part():
    """A part brings what torchvision runs as functions, under its own name."""
    net = zoo.mobilenet_v2()
    within = Sequential(input=(224, 224, 3)).add(net)
    named = Sequential(input=(224, 224, 3)).add(Named(net, "body"))

    assert ("mobilenet_v2/avgpool",) == within.module_less
    assert ("body/avgpool",) == named.module_less
    for tool in ("ptflops", "thop", "torchscan"):
        assert net.operations(tool) == within.operations(tool) == named.operations(tool)


class Index:
    """An integer as other packages have them: equal to an `int`, but of its own type."""

    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value

    def __eq__(self, other):
        return self.value == other

    def __hash__(self):
        return hash(self.value)


def equals(value):
    """Return what equals a setting's value, but is of other types."""
    match value:
        case bool():
            return [int(value), float(value), [value]]
        case int():
            return [float(value), Index(value), value == 1, [value]]
        case float():
            return [int(value), value == 1, [value]]
        case tuple():
            return [tuple(map(other, value)) for other in (float, Index)]
        case _:
            return [[value]]


def tried(name, **settings):
    """Build a network, perhaps in vain."""
    try:
        zoo.build(name, **settings)
    except CnncalcError as error:
        return error.why
    return ""


BAD = [
    ("resnet50", "groups", 0, "a positive integer"),
    ("resnet50", "width_per_group", 0, "a positive integer"),
    ("resnet50", "groups", 1.0, "a positive integer"),
    ("unet", "depth", -1, "a positive integer"),
    ("unet", "depth", "2", "a positive integer"),
    ("xception", "repeats", -1, "a positive integer"),
    ("xception", "repeats", 1.5, "a positive integer"),
    ("nasnet_mobile", "repeats", "a", "a positive integer"),
    ("densenet121", "bottleneck", [4], "a positive integer"),
    ("regnet_x_400mf", "squeeze", -1, "an integer from 0 on"),
    ("mobilenet_v2", "depth", 0, "a positive number"),
    ("mobilenet_v2", "width", -1, "a positive number"),
    ("mobilenet_v2", "width", float("inf"), "a positive number"),
    ("mobilenet_v2", "width", None, "a positive number"),
    ("mobilenet", "width", float("nan"), "a positive number"),
    ("mobilenet_v2", "width", 1e305, "a positive number"),
    ("mobilenet_v2", "dropout", [1], "a number from 0 to 1"),
    ("efficientnet_b0", "stochastic_depth", "x", "a number from 0 to 1"),
    ("efficientnet_b0", "dropout", 2, "a number from 0 to 1, or None"),
    ("googlenet", "aux", "no", "True or False"),
    ("shufflenet_v2_x1_0", "depths", (4, 8), "3 positive integers in a tuple"),
    ("shufflenet_v2_x1_0", "depths", 4, "3 positive integers in a tuple"),
]


class TestValuesOfSettings:
    @pytest.mark.no_cover
    @pytest.mark.parametrize("name", zoo.names())
    def test_no_call_changes_a_later_one(self, name):
        """What equals a setting, but is of another type, leaves no trace."""
        settings = getattr(zoo, name).settings
        before = zoo.build(name)

        for setting, its in settings.items():
            for other in equals(its.default):
                tried(name, **{setting: other})

        after = zoo.build(name)
        assert repr(before) == repr(after)
        assert before == after

    @pytest.mark.parametrize(("name", "setting", "value", "expected"), BAD)
    def test_bad_settings_are_named(self, name, setting, value, expected):
        """The message has the network, the setting, its value, and what it must be."""
        with pytest.raises(ConfigError) as caught:
            zoo.build(name, **{setting: value})

        assert caught.value.layer == name
        assert caught.value.why.startswith(f"{setting} is ")
        assert caught.value.fix == f"It must be {expected}"

    def test_integers_of_other_packages_are_integers(self):
        """Settings that can be used as an index become `int`, in tuples too."""
        fire = zoo.squeezenet1_1(squeeze=Index(16))
        shuffle = zoo.shufflenet_v2_x1_0(depths=[4, Index(8), 4])

        assert repr(zoo.squeezenet1_1()) == repr(fire)
        assert zoo.shufflenet_v2_x1_0() == shuffle

    def test_real_numbers_of_other_packages_are_floats(self):
        """A fraction is a factor too, but for one that no float can hold."""
        half = zoo.mobilenet_v2(width=Fraction(1, 2))

        assert zoo.mobilenet_v2(width=0.5) == half
        assert tried("mobilenet_v2", width=Fraction(10**400)).startswith("width is ")

    @pytest.mark.parametrize(
        ("name", "setting", "text", "value"),
        [
            ("mobilenet_v2", "classes", "10", 10),
            ("mobilenet_v2", "width", "0.5", 0.5),
            ("mobilenet_v2", "width", "2", 2.0),
            ("mobilenet_v2", "dropout", "0", 0.0),
            ("mobilenet_v2", "input", "96x96x3", (96, 96, 3)),
            ("mobilenet_v2", "input", "96×96,3", (96, 96, 3)),
            ("lenet", "input", "10", 10),
            ("regnet_x_400mf", "squeeze", "0", 0),
            ("googlenet", "aux", "True", True),
            ("googlenet", "aux", "no", False),
            ("googlenet", "dropout", "none", None),
            ("googlenet", "dropout", "0.25", 0.25),
            ("shufflenet_v2_x1_0", "depths", "4,8,4", (4, 8, 4)),
            ("shufflenet_v2_x1_0", "depths", "4x8x4", (4, 8, 4)),
        ],
    )
    def test_a_setting_is_read_from_text(self, name, setting, text, value):
        """What is typed at a command line becomes the value that it means."""
        found = getattr(zoo, name).parsed(setting, text)

        assert value == found
        assert type(value) is type(found)

    @pytest.mark.parametrize(
        ("name", "setting", "text", "expected"),
        [
            ("mobilenet_v2", "classes", "1.5", "a positive integer"),
            ("mobilenet_v2", "classes", "0", "a positive integer"),
            ("mobilenet_v2", "width", "wide", "a positive number"),
            ("mobilenet_v2", "width", "1e999", "a positive number"),
            ("mobilenet_v2", "dropout", "2", "a number from 0 to 1"),
            ("mobilenet_v2", "input", "large", "a shape: sizes and channels"),
            ("regnet_x_400mf", "squeeze", "-1", "an integer from 0 on"),
            ("googlenet", "aux", "maybe", "True or False"),
            ("googlenet", "dropout", "", "a number from 0 to 1, or None"),
            ("shufflenet_v2_x1_0", "depths", "4,8", "3 positive integers in a tuple"),
            ("shufflenet_v2_x1_0", "depths", "4,,8", "3 positive integers in a tuple"),
        ],
    )
    def test_other_text_is_refused(self, name, setting, text, expected):
        """The message says what is expected; nothing is built."""
        with pytest.raises(ConfigError) as caught:
            getattr(zoo, name).parsed(setting, text)

        assert caught.value.layer == name
        assert caught.value.why.startswith(f"{setting} is ")
        assert caught.value.fix.startswith(f"It must be {expected}")

    def test_a_setting_that_is_not_there_is_not_read(self):
        """The message has those that there are."""
        with pytest.raises(ConfigError, match="no setting 'widht'. It has: input, cl"):
            zoo.mobilenet_v2.parsed("widht", "0.5")

    @pytest.mark.parametrize(
        ("inputs", "settings"),
        [((1, 2), {}), (((28, 28, 1),), {"input": (32, 32, 1)})],
    )
    def test_one_input_is_taken(self, inputs, settings):
        """A second input shape is refused, with or without its name."""
        with pytest.raises(ConfigError, match="more than one input shape"):
            zoo.lenet(*inputs, **settings)
