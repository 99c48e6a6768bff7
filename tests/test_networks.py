"""The zoo against the frameworks: totals, and every layer in execution order."""

import gzip
import json
from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path
from typing import ClassVar

import pytest

from cnncalc import ConfigError, Shape, zoo

DATA = Path(__file__).parent / "data"
with gzip.open(DATA / "networks.json.gz", "rt", encoding="utf-8") as file:
    REFERENCE = json.load(file)

ROLES = {
    "Conv2d": "conv",
    "Linear": "linear",
    "BatchNorm2d": "batch norm",
    "LayerNorm": "layer norm",
    "LayerNorm2d": "layer norm",
    "MaxPool2d": "max pool",
    "AvgPool2d": "average pool",
    "AdaptiveAvgPool2d": "adaptive average pool",
    "Conv2D": "conv",
    "DepthwiseConv2D": "conv",
    "SeparableConv2D": "conv",
    "Dense": "linear",
    "BatchNormalization": "batch norm",
    "MaxPooling2D": "max pool",
    "AveragePooling2D": "average pool",
    "GlobalAveragePooling2D": "global average pool",
}
POOLS = {"max pool", "average pool", "adaptive average pool", "global average pool"}

# What stands in torchvision's files: its name there, ours, and our settings.
TORCHVISION = {
    name: (name.removesuffix("_noaux"), {"aux": True} if aux else {})
    for name in REFERENCE["torchvision"]
    for aux in [name in {"googlenet", "inception_v3"}]
}
UNORDERED = {"NASNetMobile"}
KERAS = {
    "Xception": "xception",
    "MobileNet": "mobilenet",
    "NASNetMobile": "nasnet_mobile",
    "ResNet50": "resnet50_keras",
    "ResNet50V2": "resnet50_v2",
}
# Keras' networks that torchvision has too, and how many parameters Keras has more.
TWINS = {
    "VGG16": ("vgg16", 0),
    "VGG19": ("vgg19", 0),
    # Keras counts the running statistics of batch norms as parameters.
    "MobileNetV2": ("mobilenet_v2", 34_112),
    "DenseNet121": ("densenet121", 83_648),
}


def sizes(shape):
    return shape.channels, shape.height, shape.width


def ours(net):
    """Return kind, output, parameters and MACs of what the files list."""
    rows = []
    for row, call in zip(net.nodes, running(net), strict=True):
        functional = any(fnmatchcase(row.path, p) for p in net.module_less)
        if (
            row.role in ROLES.values()
            and call
            and not (functional and row.role in POOLS)
        ):
            rows.append((row.role, sizes(row.output), row.params, row.macs))
    return rows


def running(net):
    table = net.graph.table
    return [
        not call.idle
        for call, links in zip(table.calls, table.links, strict=True)
        if links
    ]


def theirs(layers, *, channels_first):
    """Return the same of a reference file."""
    rows = []
    for kind, shape, params, macs in layers:
        if kind not in ROLES:
            continue
        full = shape + [1, 1] if len(shape) == 1 else shape
        last = not channels_first or kind in {"LayerNorm", "Linear"}
        if last and len(shape) == 3:
            full = [shape[2], shape[0], shape[1]]
        rows.append((ROLES[kind], tuple(full), params, macs))
    return rows


class TestTorchvision:
    @pytest.mark.parametrize("name", TORCHVISION)
    def test_totals(self, name):
        """Parameters, buffers, MACs and output are torchvision's."""
        ours_name, settings = TORCHVISION[name]
        reference, net = (
            REFERENCE["torchvision"][name],
            zoo.build(ours_name, **settings),
        )

        assert (reference["params"], reference["buffers"], reference["macs"]) == (
            net.params,
            net.buffers,
            net.macs,
        )
        assert Shape.of(reference["output_shape"][0]) == net.output
        assert Shape.chw(*reference["input"]) == net.input

    @pytest.mark.parametrize("name", TORCHVISION)
    def test_every_layer_in_order(self, name):
        """Convolutions, linear layers, norms and pools are torchvision's, one by one."""
        ours_name, settings = TORCHVISION[name]
        reference = REFERENCE["torchvision"][name]
        net = zoo.build(ours_name, **settings)

        assert theirs(reference["layers"], channels_first=True) == ours(net)


class TestKeras:
    @pytest.mark.parametrize("name", KERAS)
    def test_totals(self, name):
        """Parameters with batch-norm state, trainable ones and MACs are Keras'."""
        reference, net = REFERENCE["keras"][name], zoo.build(KERAS[name])

        assert (
            reference["total_params"],
            reference["trainable"],
            reference["macs"],
        ) == (
            net.params + net.buffers,
            net.trainable_params,
            net.macs,
        )
        assert Shape.of(tuple(reference["input"])) == net.input

    @pytest.mark.parametrize("name", KERAS)
    def test_every_layer(self, name):
        """Convolutions, dense layers, norms and pools are Keras', one by one.

        Keras lists the layers of branches by depth; of NASNet the order is left out.
        """
        reference, net = REFERENCE["keras"][name], zoo.build(KERAS[name])
        expected = [
            (role, shape, params, macs)
            for role, shape, params, macs in theirs(
                reference["layers"], channels_first=False
            )
        ]
        found = [
            (row.role, sizes(row.output), row.params + row.buffers, row.macs)
            for row in net.nodes
            if row.role in ROLES.values()
        ]

        assert Counter(expected) == Counter(found)
        if name not in UNORDERED:
            assert expected == found

    @pytest.mark.parametrize("name", TWINS)
    def test_twins(self, name):
        """Networks of both frameworks agree in MACs; where parameters differ, it is why."""
        twin, more = TWINS[name]
        reference, net = REFERENCE["keras"][name], zoo.build(twin)

        assert reference["macs"] == net.macs
        assert reference["total_params"] == net.params + more
        assert more == net.buffers

    def test_inception_v3_has_norms_without_scale(self):
        """Keras' Inception v3 has no scale in its norms, which torchvision's has."""
        reference, net = REFERENCE["keras"]["InceptionV3"], zoo.inception_v3()
        scales = sum(
            row.output.channels for row in net.nodes if row.role == "batch norm"
        )

        assert reference["macs"] == net.macs
        assert reference["total_params"] == net.params - scales + net.buffers


# Totals that the frameworks give for the others, and papers for those that have none.
TOTALS = {
    "densenet161": 28_681_000,
    "densenet169": 14_149_480,
    "densenet201": 20_013_928,
    "squeezenet1_1": 1_235_496,
    "resnext101_32x8d": 88_791_336,
    "resnext101_64x4d": 83_455_272,
    "wide_resnet101_2": 126_886_696,
    "mnasnet0_5": 2_218_512,
    "mnasnet0_75": 3_170_208,
    "mnasnet1_3": 6_282_256,
    "mobilenet_v3_large": 5_483_032,
    "shufflenet_v2_x0_5": 1_366_792,
    "shufflenet_v2_x1_5": 3_503_624,
    "shufflenet_v2_x2_0": 7_393_996,
    "efficientnet_b1": 7_794_184,
    "efficientnet_b2": 9_109_994,
    "efficientnet_b3": 12_233_232,
    "efficientnet_b4": 19_341_616,
    "efficientnet_b5": 30_389_784,
    "efficientnet_b6": 43_040_704,
    "efficientnet_b7": 66_347_960,
    "efficientnet_v2_s": 21_458_488,
    "efficientnet_v2_m": 54_139_356,
    "efficientnet_v2_l": 118_515_272,
    "regnet_x_400mf": 5_495_976,
    "regnet_x_800mf": 7_259_656,
    "regnet_x_1_6gf": 9_190_136,
    "regnet_x_3_2gf": 15_296_552,
    "regnet_x_8gf": 39_572_648,
    "regnet_x_16gf": 54_278_536,
    "regnet_x_32gf": 107_811_560,
    "regnet_y_800mf": 6_432_512,
    "regnet_y_1_6gf": 11_202_430,
    "regnet_y_3_2gf": 19_436_338,
    "regnet_y_8gf": 39_381_472,
    "regnet_y_16gf": 83_590_140,
    "regnet_y_32gf": 145_046_770,
    "regnet_y_128gf": 644_812_894,
    "convnext_small": 50_223_688,
    "convnext_base": 88_591_464,
    "convnext_large": 197_767_336,
    "googlenet_2014": 6_998_552,
    "resnet101_v2": 44_577_896,
    "resnet152_v2": 60_236_904,
    "inception_resnet_v2": 55_813_192,
    "unet": 31_030_658,
    "fpn_resnet50": 26_852_416,
    "fcn_resnet50": 32_957_013,
    "deeplabv3_resnet50": 39_638_869,
    "lraspp_mobilenet_v3_large": 3_221_538,
}


@pytest.mark.parametrize("name", TOTALS)
def test_parameters_of_the_other_networks(name):
    """The other networks' parameters are those of the framework or paper."""
    assert TOTALS[name] == zoo.build(name).params


class TestSettings:
    def test_auxiliary_heads(self):
        """Heads add parameters and buffers; their work counts in training alone."""
        for name, heads in (
            ("googlenet", 2),
            ("googlenet_2014", 2),
            ("inception_v3", 1),
        ):
            plain, aux = zoo.build(name), zoo.build(name, aux=True)
            training = zoo.build(name, aux=True, training=True)

            assert plain.params < aux.params == training.params
            assert (plain.macs, plain.activations) == (aux.macs, aux.activations)
            assert plain.peak_memory() == aux.peak_memory()
            assert plain.receptive_field == aux.receptive_field
            assert aux.macs < training.macs
            assert 1 + heads == len(training.output)

    def test_training_needs_heads(self):
        """Without auxiliary heads there is nothing that runs in training alone."""
        for name in ("googlenet", "googlenet_2014", "inception_v3"):
            with pytest.raises(ConfigError, match=f"{name}: .* Pass aux=True too"):
                zoo.build(name, training=True)

    def test_nasnet_has_two_inputs_to_a_cell(self):
        """A cell of NASNet takes the outputs of the two cells before."""
        net = zoo.nasnet_mobile()

        assert Shape.of(1000) == net.output
        assert 12 <= len({row.scope[0] for row in net.nodes if row.scope})

    def test_fpn_puts_out_each_level(self):
        """A feature pyramid has an output for each level."""
        assert [200, 100, 50, 25, 13] == [x.height for x in zoo.fpn_resnet50().output]
        assert {256} == {x.channels for x in zoo.fpn_resnet50().output}

    def test_unet_shrinks(self):
        """U-Net's unpadded convolutions give 388×388 of 572×572."""
        assert Shape(388, 388, 2) == zoo.unet().output

    def test_segmentation_keeps_the_size(self):
        """Segmentation networks put out a map of 21 classes, as large as the input."""
        for name in ("fcn_resnet50", "deeplabv3_resnet50", "lraspp_mobilenet_v3_large"):
            assert Shape(520, 520, 21) == zoo.build(name).output

    @pytest.mark.parametrize(
        ("name", "settings", "params"),
        [
            ("mobilenet", {"width": 0.25}, 470_072),
            ("mobilenet", {"width": 0.5}, 1_331_592),
            ("mobilenet", {"width": 0.75}, 2_585_560),
            ("mobilenet_v2", {"width": 1.4}, 6_108_776),
        ],
    )
    def test_widths(self, name, settings, params):
        """Narrower and wider networks have the published parameters."""
        assert params == zoo.build(name, **settings).params


class TestGoogLeNet:
    # Table 1 of Szegedy et al. 2014, as the structure really gives it: weights without
    # biases, and MACs.
    ROWS: ClassVar = {
        "inception_3a": (163_328, 128.0),
        "inception_3b": (388_096, 304.3),
        "inception_4a": (375_552, 73.6),
        "inception_4b": (448_512, 87.9),
        "inception_4c": (509_440, 99.9),
        "inception_4d": (604_672, 118.5),
        "inception_4e": (867_328, 170.0),
        "inception_5a": (1_042_432, 51.1),
        "inception_5b": (1_442_816, 70.7),
        "conv1": (9_408, 118.0),
        "fc": (1_024_000, 1.0),
    }

    @pytest.mark.parametrize("place", ROWS)
    def test_table_1_row_by_row(self, place):
        """Each module has the weights and multiply-adds of the paper's structure."""
        part = zoo.googlenet_2014().graph[place]
        rows = [part] if hasattr(part, "role") else part.nodes
        biases = sum(
            r.layer.biases(r.input) for r in rows if isinstance(r.input, Shape)
        )
        weights, macs = self.ROWS[place]

        assert weights == part.params - biases
        assert macs == round(part.macs / 1e6, 1)
