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


# At sizes that windows, strides and pools do not divide, and of other clips: what
# torchvision's networks for such inputs have, and half of what the flop counter says.
@pytest.mark.parametrize(
    ("name", "shape", "params", "macs"),
    [
        ("swin_t", (240, 250, 3), 28_288_354, 7_021_768_320),
        ("swin_v2_t", (250, 260, 3), 28_351_570, 7_075_608_576),
        ("maxvit_t", (448, 448, 3), 30_919_624, 22_224_506_880),
        ("r3d_18", (8, 100, 90, 3), 33_371_472, 15_039_206_400),
        ("mc3_18", (9, 57, 63, 3), 11_695_440, 7_478_970_368),
        ("s3d", (20, 230, 240, 3), 8_320_048, 24_902_723_840),
        ("mvit_v1_b", (8, 160, 192, 3), 36_493_552, 18_578_872_512),
        ("mvit_v2_s", (8, 160, 192, 3), 34_509_712, 16_598_077_632),
        ("mvit_v2_s", (16, 224, 288, 3), 34_569_232, 87_889_053_888),
    ],
)
def test_other_sizes(name, shape, params, macs):
    """Maps are padded to whole windows, and tables are as long as they are there."""
    net = zoo.build(name, input=shape)

    assert (params, macs) == (net.params, net.macs)


def test_a_difference_is_told():
    """What is compared is what is there: another network differs in most layers."""
    wrong = differences("swin_s", FACTS["swin_t"])

    assert [line for line in wrong if line.startswith("params 49606258")]
    assert len(wrong) > len(layers(zoo.swin_t()))
