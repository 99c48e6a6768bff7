"""ONNX files of exporters and tools, against what onnxruntime and PyTorch say."""

import gzip
from functools import cache

import pytest
from onnx_files import DATA, facts, stored, traced

from cnncalc import ConfigError, from_json, from_onnx
from cnncalc.interop.onnx.schema import MODEL
from cnncalc.interop.onnx.wire import decoded

FACTS = facts()
# Values of the file that are no weights, or of a quantised one more than bytes.
APART = {
    "densenet121_op14": 33_920,  # equal statistics of norms are one tensor of the file
    "crnn_gru": -256,  # zeros, from which a GRU starts
    "odd_initializers_as_inputs": 1,  # the one bias of the head is a single number
    "siamese": 1,
    "siamese_scopes": 1,
}


@cache
def read_and_traced(name):
    """Read a file once, for all that is asked of its network."""
    return traced(stored(name), FACTS[name]["input"])


def read(name):
    net, _ = read_and_traced(name)
    return net


@pytest.mark.parametrize("name", FACTS)
def test_counts_and_shapes_are_those_of_onnxruntime(name):
    """MACs by what is multiplied, and the shape of each value, are the run model's."""
    fact = FACTS[name]
    net, values = read_and_traced(name)

    assert fact["macs"] == [net.weight_macs, net.product_macs, net.constant_macs]
    assert {} == net.unknown.reasons
    got = {
        key: list(values[key].shape)
        for key, shape in fact["shapes"].items()
        if hasattr(values[key], "shape")
    }
    assert {key: fact["shapes"][key] for key in got} == got
    assert len(fact["shapes"]) - len(got) <= 12  # lists of tensors have none


@pytest.mark.parametrize("name", FACTS)
def test_parameters_are_the_tensors_of_the_file(name):
    """Each tensor of weights counts once; statistics of batch norms are buffers."""
    net, fact = read(name), FACTS[name]
    quantised = {  # int8 weights; biases are int8, too, or int32
        "mobilenet_v2_qdq": fact["bytes"],
        "resnet18_qdq_pertensor": fact["bytes"] + 4800 + 1000,
        "resnet18_qoperator": fact["bytes"],
        "timm_vit_tiny_patch16_224_dynq": fact["bytes"] + fact["float"],
    }
    expected = quantised.get(name, fact["float"] + APART.get(name, 0))

    assert expected == net.params + net.buffers


@pytest.mark.parametrize(
    "name",
    [
        *("mvit_v1_b", "odd_initializers_as_inputs", "r2plus1d_18_bn", "siamese"),
        *("siamese_scopes", "ssd300_vgg16_static", "text_cnn", "timm_crossvit_9_240"),
        *("timm_focalnet_tiny_srf", "timm_inception_next_atto_unoptimised"),
        *("timm_mixer_s32_224", "timm_resnetv2_50x1_bit", "timm_twins_svt_small"),
        *("timm_vit_small_patch14_dinov2", "timm_vit_tiny_patch16_224_dynq"),
        *("timm_vit_tiny_patch16_224_op23", "timm_vit_tiny_patch16_224_ort_extended"),
        "vit_b_32",
    ],
)
def test_parameters_are_those_of_pytorch(name):
    """Where no norm was folded and none was pruned, PyTorch has as many."""
    assert FACTS[name]["torch_params"] == read(name).params


def test_names_are_the_modules_of_pytorch():
    """Weights tell where a node stands, also if a norm was folded into it."""
    net = read("resnet18_qdq_pertensor")
    paths = [row.path for row in net.nodes][:7]

    assert ["conv1", "maxpool", "layer1/0/conv1", "layer1/0/conv2"] == paths[:4]
    assert ["layer1/0/add1", "layer1/1/conv1", "layer1/1/conv2"] == paths[4:]


def test_scopes_of_the_newer_exporter_name_what_has_no_weights():
    """Modules without weights stand under their names, of which a second call has 2."""
    paths = [row.path for row in read("siamese_scopes").nodes]

    assert ["tower/0", "tower/1", "tower/2", "tower/3"] == paths[:4]
    assert ["tower/0_2", "tower/1_2", "tower/2_2"] == paths[8:11]


def test_without_names_a_node_stands_between_its_neighbours():
    """What has no name of its own is in the groups of what is before and behind."""
    paths = [row.path for row in read("timm_vit_tiny_patch16_224_op23").nodes]

    assert "blocks/0/attn/qkv" in paths
    assert "blocks/0/attn/attention1" in paths
    assert "blocks/11/mlp/gelu1" in paths


@pytest.mark.no_cover
@pytest.mark.parametrize("name", FACTS)
def test_each_weight_stands_where_its_name_says(name):
    """A module of PyTorch's stands at its path, with dots for some slashes.

    That is so also where others run between its parts, where exporters give equal
    weights one name, and where they leave out the lists that modules are in.
    """
    data = stored(name)
    told = decoded(data, 0, len(data), MODEL)["graph"]
    used = {each for node in told["nodes"] for each in node["inputs"]}
    weights = used.intersection(tensor["name"] for tensor in told["tensors"])
    modules = [w.removesuffix(".weight") for w in weights if w.endswith(".weight")]
    paths = [f"{row.path}/".replace("/", ".") for row in read(name).nodes]
    away = [m for m in modules if not any(p.startswith(f"{m}.") for p in paths)]

    assert [] == away


def test_names_of_tensorflow_are_paths():
    """They have slashes, and dots that part nothing."""
    paths = [row.path for row in read("keras_MobileNet_050_160_tf2onnx").nodes]

    assert "mobilenet_0.50_160_1/conv1_1/convolution" == paths[0]


def test_folded_norms_are_noted():
    """Both exporters fold norms, and names tell of it."""
    (note,) = read("mc3_18").notes
    expected = "batch norms were folded into convolutions by the exporter, 20 of them"

    assert note.startswith(expected)
    assert any("folded" in note for note in read("cbam").notes)
    assert () == read("r2plus1d_18_bn").notes


def test_what_is_quantised_or_of_half_precision_is_noted():
    """Notes say that bytes are weights, and that memory is another."""
    assert any("quantised" in note for note in read("resnet18_qoperator").notes)
    assert any("16 bits" in note for note in read("cbam_fp16").notes)


def test_sizes_that_are_open_are_asked_for_by_name():
    """A file may leave sizes open; the message says which, and how to give them."""
    with pytest.raises(ConfigError) as error:
        from_onnx(stored("fcn_resnet101_dyn"))

    assert "input 'input0' leaves 'H', 'W' open" == error.value.why
    assert "Give sizes: input={'H': 224, 'W': 224}" == error.value.fix


@pytest.mark.parametrize(
    "given", [(3, 64, 64), (64, 64, 3), (1, 3, 64, 64), {"H": 64, "W": 64}]
)
def test_sizes_may_be_given_in_any_form(given):
    """In the file's order or channels last, with the batch or without, or by name."""
    net = from_onnx(stored("fcn_resnet101_dyn"), given)

    assert (64, 64, 3) == net.input
    assert 53986459648 // 16 == net.macs  # of 256 × 256


def test_an_open_batch_is_one_and_scales():
    """Counts are of one input, whatever the batch; that it scales is tried out."""
    one = from_onnx(stored("timm_repvit_m0_9_dynbatch"))
    four = from_onnx(stored("timm_repvit_m0_9_dynbatch"), batch=4)

    assert FACTS["timm_repvit_m0_9_dynbatch"]["macs"][0] == one.macs == four.macs
    assert one.notes == four.notes == ()


def test_saving_keeps_what_was_read():
    """A network that was read can be saved as any other."""
    net = read("timm_efficientformer_l1")
    again = from_json(net.to_json())

    assert (net.macs, net.params) == (again.macs, again.params)


def test_the_source_is_told(tmp_path):
    """Where a network comes from: file, producer, opset and hash."""
    path = tmp_path / "small.onnx"
    path.write_bytes(stored("odd_functions"))
    net = from_onnx(path)

    assert "small" == net.name
    assert ("onnx", str(path), "opset 17") == (
        net.source.format,
        net.source.name,
        net.source.version,
    )
    assert 64 == len(net.source.sha256)


def test_files_stay_small():
    """No file of tests/data/onnx is larger than 200 kB, and all of them have facts."""
    sizes = {path.name: path.stat().st_size for path in DATA.iterdir()}

    assert max(sizes.values()) < 200_000
    assert {f"{name}.onnx.gz" for name in FACTS} == {*sizes} - {
        "facts.json.gz",
        "operators.json.gz",
    }
    assert FACTS == facts()
    assert b"\x08" == gzip.decompress((DATA / "cbam.onnx.gz").read_bytes())[:1]
