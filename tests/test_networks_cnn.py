"""Convolutional networks of the zoo against timm, torchvision and Keras."""

import pytest
from facts_cnn import NETWORKS, facts, ours

from cnncalc import zoo

FACTS = facts()


@pytest.mark.parametrize("name", NETWORKS)
def test_totals(name):
    """The published input, parameters, buffers and MACs are those of the framework."""
    theirs, found = FACTS[name], ours(name)

    for total in ("input", "params", "buffers", "macs"):
        assert theirs[total] == found[total]


@pytest.mark.parametrize("name", NETWORKS)
def test_every_layer_in_order(name):
    """Convolutions, linear layers, norms, pools and attentions are theirs, in order."""
    assert FACTS[name]["rows"] == ours(name)["rows"]


# Stages of n blocks of two 3×3 convolutions, each with a norm, of 16, 32 and 64 filters,
# behind one of 16 and before ten classes: He et al. 2015, §4.2.
def resnet(layers):
    n = (layers - 2) // 6
    stages = ((16, 16), (16, 32), (32, 64))
    convs = [9 * i * o + 9 * o * o * (2 * n - 1) + 4 * n * o for i, o in stages]
    return 9 * 3 * 16 + 2 * 16 + sum(convs) + 64 * 10 + 10


@pytest.mark.parametrize("layers", [20, 32, 44, 56, 110])
def test_shortcuts_of_small_resnets(layers):
    """Option A adds no parameters; B two projections, with their norms."""
    name = f"resnet{layers}_cifar"
    padded, projected = zoo.build(name), zoo.build(name, project=True)

    assert resnet(layers) == padded.params
    assert 16 * 32 + 2 * 32 + 32 * 64 + 2 * 64 == projected.params - padded.params
    assert 3 * 2 == sum(row.kind == "Slice" for row in padded.nodes) + 2
    assert layers == sum(row.role in {"conv", "linear"} for row in padded.nodes)


def test_option_a_keeps_every_second_position():
    """Where a stage begins the shortcut has half the positions, and zeros around."""
    shortcut = [
        (row.kind, str(row.output))
        for row in zoo.resnet20_cifar().nodes
        if row.path.startswith("layer2/0/residual1/shortcut")
    ]

    assert [
        ("Slice", "16×32×16"),
        ("Slice", "16×16×16"),
        ("Pad", "16×16×32"),
    ] == shortcut


# Of pytorchcv's README, for CIFAR-10: growth, bottleneck, and parameters.
@pytest.mark.parametrize(
    ("settings", "params"),
    [
        ({"compression": 0.5}, 599_050),
        ({"compression": 0.5, "bottleneck": 4}, 176_122),
        ({"compression": 0.5, "bottleneck": 4, "growth": 24}, 690_346),
        ({"compression": 0.5, "bottleneck": 4, "growth": 36}, 1_542_682),
        ({"compression": 0.5, "bottleneck": 4, "layers": 100}, 769_162),
    ],
)
def test_small_densenets(settings, params):
    """With a bottleneck and half the maps in transitions it is a DenseNet-BC."""
    assert params == zoo.densenet40(**settings).params


# Those of Zagoruyko & Komodakis' README and of pytorchcv's, for CIFAR-10.
@pytest.mark.parametrize(
    ("layers", "widen", "params"),
    [(28, 10, 36_479_194), (16, 10, 17_116_634), (40, 8, 35_748_314)],
)
def test_wide_networks(layers, widen, params):
    """Depth and width are settings."""
    assert params == zoo.wrn_28_10(layers=layers, widen=widen).params


def test_dropout_is_a_layer_where_it_drops():
    """Between the convolutions of each block, as §2.4 of the paper has it."""
    net = zoo.wrn_28_10(dropout=0.3)

    assert 12 == sum(row.kind == "Dropout" for row in net.nodes)


def test_stochastic_depth_may_be_left_out():
    """Of Keras' network no layer is left that drops blocks, at a rate of 0."""
    kinds = [row.kind for row in zoo.efficientnet_v2_b0(stochastic_depth=0.0).nodes]

    assert "StochasticDepth" not in kinds


def test_maps_are_resized_to_whole_patches():
    """Of 299 positions 19 are left at the fourth stage: 20 for patches of 2, and back."""
    net = zoo.mobilevit_s(input=(299, 299, 3))
    resized = [row.output.space for row in net.nodes if row.kind == "Upsample"]

    assert [(20, 20), (19, 19)] == resized
