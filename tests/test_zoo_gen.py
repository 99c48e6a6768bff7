"""Networks that no framework ships, beside what frameworks say when they build them."""

import gzip
import json
from pathlib import Path

import pytest
from facts_zoo import ROLES, differences
from printed import table

from cnncalc import Shape, zoo

DATA = Path(__file__).parent / "data"
with gzip.open(DATA / "zoo_gen.json.gz", "rt", encoding="utf-8") as file:
    FACTS = json.load(file)
ANALYSED = {row["model"]: row for row in table("st_edge_ai.csv")}


@pytest.mark.parametrize("name", FACTS)
def test_every_layer_is_the_frameworks(name):
    """Layers have the outputs, parameters and MACs of PyTorch or Keras."""
    compared = [kind for kind, *_ in FACTS[name]["layers"] if kind in ROLES]

    assert len(compared) >= 5
    assert [] == differences(name, FACTS[name])


def test_a_difference_is_told():
    """A layer, a total or a number of layers that is another is seen."""
    fact = json.loads(json.dumps(FACTS["srcnn"]))
    fact["macs"] += 1
    fact["layers"][0][2] += 1
    del fact["layers"][-1]

    assert [
        "macs 4,872,800, and there 4,872,801",
        "5 layers, and there 4",
        "layer 0: ('conv', (25, 25, 64), 5248, 3240000), and there "
        "('conv', (25, 25, 64), 5249, 3240000)",
    ] == differences("srcnn", fact)


# Parameters that are printed of other settings: Dong et al. 2015, §4.3.2 (weights, to
# which biases are added), MMAction2's C3D of UCF-101, and the same networks in PyTorch.
BIASES = 64 + 32 + 1
SETTINGS = [
    ("srcnn", {"kernels": (9, 3, 5)}, 24_416 + BIASES),
    ("srcnn", {"kernels": (9, 5, 5)}, 57_184 + BIASES),
    ("c3d", {"classes": 101}, 78_409_573),
    ("crnn_gru", {"hidden": 128}, 6_284_965),
    ("textcnn", {"words": 20_000}, 6_360_902),
]


@pytest.mark.parametrize(("name", "settings", "params"), SETTINGS)
def test_other_settings(name, settings, params):
    """With other settings, too, a network has the parameters that are known of it."""
    assert params == zoo.build(name, **settings).params


def test_the_m5_of_the_paper():
    """The paper's M5 has the weights of its table 1, which prints 0.5 million."""
    net = zoo.m5(input=(32_000, 1), classes=10, filters=(128, 128, 256, 512), stride=4)
    weights = 80 * 128 + 3 * (128 * 128 + 128 * 256 + 256 * 512)
    biases_and_norms = 3 * (128 + 128 + 256 + 512)

    assert weights + biases_and_norms + 513 * 10 == net.params


def test_edsr_of_other_scales():
    """It doubles once or twice, or triples at once; the large one has 43 million."""
    triple = zoo.edsr_baseline(scale=3)
    large = zoo.edsr_baseline(scale=4, depth=32, width=256)

    assert Shape(144, 144, 3) == triple.output
    assert Shape(192, 192, 3) == large.output
    assert (1_554_499, 43) == (triple.params, round(large.params / 1e6))
    assert [Shape(96, 96, 256), Shape(192, 192, 256)] == [
        row.output for row in large.nodes if row.kind == "PixelShuffle"
    ]


def test_wavenet_looks_back():
    """A stack has the paper's field of 1,024 samples, and five that of the code."""
    one, net = zoo.wavenet(stacks=1), zoo.wavenet()
    first = 1  # sample more, of the convolution before

    assert (1024 + first,) == one.receptive_field
    assert (5 * 1023 + 1 + first,) == net.receptive_field
    assert (1 + 1 + first,) == zoo.wavenet(stacks=1, depth=1).receptive_field


def test_tcn_does_not_compute_what_is_cut_off():
    """Its authors pad both ends and cut off what that makes: 13 million MACs more."""
    levels = [(2**level, 175 if level == 0 else 4375) for level in range(8)]
    more = sum(6 * step * (first + 4375) for step, first in levels)

    assert 64_969_350 == zoo.tcn().macs + more


def test_segnet_finds_its_way_back():
    """Sizes that pools round up come back, on other inputs too."""
    net = zoo.segnet()
    sizes = [tuple(row.output)[:2] for row in net.nodes if row.kind == "MaxUnpool"]

    assert [(23, 30), (45, 60), (90, 120), (180, 240), (360, 480)] == sizes
    assert Shape(50, 70, 11) == net.on((50, 70, 3)).output
    assert zoo.segnet(input=(50, 70, 3)) == net.on((50, 70, 3))


@pytest.mark.parametrize(
    ("name", "model"),
    [("person_detect", "person_detect.tflite"), ("kws_ds_cnn", "kws.tflite")],
)
def test_st_analyses_the_same_network(name, model):
    """ST's MACC has biases once, a mean's inputs, and 15 for a value of softmax."""
    net, analysed = zoo.build(name).deployed(), ANALYSED[model]
    biases = sum(row.layer.biases(row.input) for row in net.nodes if row.macs)
    pooled = sum(row.input.size for row in net.nodes if "average pool" in row.role)
    weights = net.params - biases

    assert int(analysed["macc"]) == net.macs + biases + pooled + 15 * net.output.size
    assert float(analysed["weights_kib"]) == pytest.approx(
        (weights + 4 * biases) / 1024, abs=0.05
    )


def test_what_a_voxel_of_unet3d_sees():
    """Voxels see 68 and the steps of 8 between the deepest voxels that reach them."""
    net = zoo.unet3d()
    regions = [net.region("classifier", 10 + i, 20, 14).table.lines[0] for i in (0, 2)]

    # Of four or five deepest voxels, which depends on where the units between stand.
    assert {68 + 3 * 8, 68 + 4 * 8} == {last - first + 1 for first, last, *_ in regions}
