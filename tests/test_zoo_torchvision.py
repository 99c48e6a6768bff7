"""Transformers and video networks beside torchvision, layer by layer."""

import pytest
from zoo_facts import INPUTS, differences, layers, read

from cnncalc import zoo

FACTS = read()


@pytest.mark.parametrize("name", INPUTS)
def test_every_layer_is_torchvisions(name):
    """Layers in order, attentions as a whole and totals are those that ran there."""
    assert [] == differences(name, FACTS[name])


@pytest.mark.parametrize("name", INPUTS)
def test_as_published(name):
    """MACs by weights, of two activations and once a batch are what is published."""
    params, gmacs = FACTS[name]["published"]

    assert params == FACTS[name]["params"] == zoo.build(name).params
    assert gmacs == round(sum(FACTS[name]["macs"]) / 1e9, 3)


def test_what_is_done_once_is_published_too():
    """Swin V2's biases take MACs that do not grow with a batch; 5.94 G has them."""
    net = zoo.swin_v2_t()
    # In each of 2, 2, 6 and 2 blocks 15×15 distances go from 2 numbers to 512 units,
    # and from there to the heads.
    once = sum(
        blocks * 15 * 15 * (2 * 512 + 512 * heads)
        for blocks, heads in ((2, 3), (2, 6), (6, 12), (2, 24))
    )

    assert 18_662_400 == once == net.constant_macs
    assert (5.94, 5.921) == (
        round(net.macs / 1e9, 3),
        round((net.macs - once) / 1e9, 3),
    )
    # Of these, the first linear layers alone: what exporters to ONNX fold.
    assert 2_764_800 == 12 * 15 * 15 * 2 * 512


# At sizes that windows do not divide, torchvision's flop counter, halved, on its
# networks of the same weights.
@pytest.mark.parametrize(
    ("name", "shape", "macs"),
    [
        ("swin_t", (240, 250, 3), 7_021_768_320),
    ],
)
def test_other_sizes(name, shape, macs):
    """Maps are padded to whole windows, and their tokens to whole pairs."""
    net = zoo.build(name, input=shape)

    assert macs == net.macs
    assert zoo.build(name).params == net.params


def test_a_difference_is_told():
    """What is compared is what is there: another network differs in most layers."""
    wrong = differences("swin_s", FACTS["swin_t"])

    assert [line for line in wrong if line.startswith("params 49606258")]
    assert len(wrong) > len(layers(zoo.swin_t()))
