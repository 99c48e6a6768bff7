"""Keras models, read from their configuration without Keras."""

import gzip
import json
import random
import re
import sys
import types
import zipfile
from math import prod
from pathlib import Path

import pytest
from mutants import mutated, nested_models
from onnx_files import damaged

from cnncalc import (
    Activation,
    CnncalcError,
    ConfigError,
    Sequential,
    from_keras,
    interop,
)
from cnncalc.interop.registry import TABLES, USERS
from cnncalc.memory.lowered import program_of

# What Keras 3.15.1 tells of models, written by tests/live/keras_models.py.
with gzip.open(Path(__file__).parent / "data" / "keras.json.gz") as file:
    FACTS = json.load(file)
# Keras' loops over steps run the first of them twice, to learn what it puts out.
TWICE = {
    *("gru", "simple_rnn", "bidirectional", "cells", "conv_lstm_1d", "conv_lstm_2d"),
    *("embedded", "states", "states_of_both", "lstm"),
}


@pytest.mark.parametrize("name", FACTS)
def test_models_count_as_keras_counts(name):
    """Parameters, those that are trained, outputs and MACs are those of Keras."""
    told = FACTS[name]
    free = '"batch_shape": [null, null' in json.dumps(told["config"])
    is_open = free and name != "two_sizes"
    net = from_keras(told["config"], input=(224, 224, 3) if is_open else None)
    outputs = net.output if len(net.outputs) > 1 else [net.output]

    assert told["params"] == net.params + net.buffers
    assert told["trainable"] == net.trainable_params
    assert not net.unknown.reasons
    assert [prod(y) for y in told["outputs"] if None not in y] == [
        y.size
        for y, stated in zip(outputs, told["outputs"], strict=True)
        if None not in stated
    ]
    if "macs" in told and name not in TWICE:
        assert told["macs"] == net.macs


def sequential(*layers, shape=(8, 8, 3), **first):
    """Return the configuration of a chain, in the form of Keras 3."""
    entry = {
        "class_name": "InputLayer",
        "config": {"batch_shape": [None, *shape], **first},
    }
    every = [entry, *[layer(kind, **config) for kind, config in layers]]
    return {"class_name": "Sequential", "config": {"name": "chain", "layers": every}}


def layer(kind, **config):
    """Return the configuration of a layer of Keras' own."""
    config.setdefault("name", kind.lower())
    return {"module": "keras.layers", "class_name": kind, "config": config}


def tensor(name, call=0, place=0, shape=None):
    """Return a value, as Keras 3 writes it in a call's arguments."""
    history = {"keras_history": [name, call, place], "shape": shape}
    return {"class_name": "__keras_tensor__", "config": history}


def graph(*layers, inputs=("x",), outputs=("y",), shape=(8, 16)):
    """Return the configuration of a graph; layers come with the calls of each."""
    every = []
    for name in inputs:
        every.append(layer("InputLayer", name=name, batch_shape=[None, *shape]))
        every[-1] |= {"name": name, "inbound_nodes": []}
    for one, calls in layers:
        name = one["config"]["name"]
        every.append({**one, "name": name, "inbound_nodes": calls})
    config = {"name": "graph", "layers": every}
    config["input_layers"] = [[name, 0, 0] for name in inputs]
    config["output_layers"] = [[name, 0, 0] for name in outputs]
    return {"class_name": "Functional", "config": config}


def call(*args, **kwargs):
    """Return a call, as Keras 3 writes it."""
    return {"args": list(args), "kwargs": kwargs}


CONV = ("Conv2D", {"filters": 4, "kernel_size": [3, 3]})
CONV_PARAMS = 3 * 4 * 9 + 4


# Where a configuration comes from.


def test_json_in_every_form(tmp_path):
    """A dict, a text, a file of it, and what has a to_json are the same network."""
    config = sequential(CONV)
    text = json.dumps(config)
    path = tmp_path / "model.json"
    path.write_text(text)
    live = types.SimpleNamespace(to_json=lambda: text)
    nets = [from_keras(source) for source in (config, text, path, str(path), live)]

    assert [CONV_PARAMS] * 5 == [net.params for net in nets]
    assert ["", "", str(path), str(path), ""] == [net.source.name for net in nets]
    assert "keras" == nets[0].source.format
    assert "chain" == nets[0].name


def test_archives(tmp_path):
    """A .keras file is read by its config.json alone."""
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", json.dumps(sequential(CONV)))
        archive.writestr("model.weights.h5", b"no weights at all")

    assert CONV_PARAMS == from_keras(path).params == interop.load(path).params


@pytest.mark.parametrize(
    ("layers", "operators", "head"),
    [
        ([("ReLU", {"max_value": 3.0})], ["MINIMUM", "MAXIMUM"], 4096),
        ([("ReLU", {"max_value": 6.0})], [], 3072),
        ([("Cropping2D", {"cropping": [[1, 1], [1, 1]]})], ["STRIDED_SLICE"], 3616),
        ([("Pad", {"pad_width": 4 * [[0, 0]]})], [], 3072),
        (
            [
                (
                    "Pad",
                    {"pad_width": [[0, 0], [1, 1], [2, 2], [0, 0]], "mode": "reflect"},
                )
            ],
            ["MIRROR_PAD"],
            4960,
        ),
    ],
)
def test_what_becomes_of_layers_on_a_device(layers, operators, head):
    """TensorFlow 2.21 makes these operators of them, and TFLM told these heads."""
    same = {"filters": 8, "kernel_size": [3, 3], "padding": "same"}
    last = {"name": "last", "filters": 4, "kernel_size": [1, 1]}
    config = sequential(("Conv2D", same), *layers, ("Conv2D", last), shape=(16, 16, 4))
    net = from_keras(json.dumps(config))
    made = [op.name for op in program_of(net, "int8", 1).operators]

    assert ["CONV_2D", *operators, "CONV_2D"] == made
    assert head == net.memory_plan("int8", planner="tflm").arena_size


def archive(path, name, data, **fields):
    """Write an archive of one member, and return its path."""
    with zipfile.ZipFile(path, "w", **fields) as file:
        file.writestr(name, data)
    return path


def test_archives_that_are_refused(tmp_path):
    """An archive without a configuration, a bomb and a damaged one are refused."""
    path = tmp_path / "model.keras"
    packed = zipfile.ZIP_DEFLATED
    cases = {
        "has no config.json": lambda: archive(path, "other", b""),
        "larger than 64 MiB": lambda: archive(
            path, "config.json", b" " * (65 << 20), compression=packed
        ),
        "packed in an unusual way": lambda: archive(
            path, "config.json", b"{}", compression=zipfile.ZIP_BZIP2
        ),
        "archive is damaged": lambda: path.write_bytes(
            archive(path, "config.json", b"{}" * 999, compression=packed).read_bytes()[
                :60
            ]
        ),
        "is damaged": lambda: path.write_bytes(
            archive(path, "config.json", b"0123456789" * 99, compression=packed)
            .read_bytes()
            .replace(b"3", b"\xff", 3)[:50]
            + path.read_bytes()[50:]
        ),
    }
    for why, write in cases.items():
        write()
        with pytest.raises(ConfigError, match=why):
            from_keras(path)


def hdf5(tmp_path, attributes):
    """Return a file of HDF5's first bytes, and a module that reads such attributes."""

    class File:
        attrs = attributes

        def __init__(self, path, mode):
            if attributes is None:
                raise OSError("unable to open")

        def __enter__(self):
            return self

        def __exit__(self, *args):
            return None

    path = tmp_path / "model.h5"
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(80))
    return path, types.SimpleNamespace(File=File)


@pytest.mark.parametrize("convert", [str, str.encode])
def test_hdf5_through_h5py(convert, tmp_path, monkeypatch):
    """Where there is no pyfive, h5py reads the attribute model_config."""
    text = convert(json.dumps(sequential(CONV)))
    path, module = hdf5(tmp_path, {"model_config": text})
    monkeypatch.setitem(sys.modules, "pyfive", None)
    monkeypatch.setitem(sys.modules, "h5py", module)

    assert CONV_PARAMS == from_keras(path).params


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({}, "has weights alone"),
        ({"model_config": 3}, "has weights alone"),
        (None, "the HDF5 file is damaged: 'unable to open'"),
    ],
)
def test_hdf5_that_is_refused(attributes, words, tmp_path, monkeypatch):
    """A file of weights and a damaged one say what they are."""
    path, module = hdf5(tmp_path, attributes)
    monkeypatch.setitem(sys.modules, "pyfive", module)

    with pytest.raises(ConfigError, match=words):
        from_keras(path)


def test_hdf5_without_a_package(tmp_path, monkeypatch):
    """Where neither package is installed, the message says what to install."""
    for name in ("pyfive", "h5py"):
        monkeypatch.setitem(sys.modules, name, None)

    with pytest.raises(ConfigError, match=r'pip install "cnncalc\[h5\]"'):
        from_keras(hdf5(tmp_path, {})[0])


@pytest.fixture
def saved_by_keras(tmp_path):
    """The bytes of what ``model.save("cnn.h5")`` of Keras 3 wrote, and a path."""
    data = Path(__file__).parent / "data" / "keras_cnn.h5.gz"
    return gzip.decompress(data.read_bytes()), tmp_path / "cnn.h5"


def test_hdf5_of_keras(saved_by_keras):
    """A file that Keras wrote: Conv2D(4, 3), BatchNormalization, pool, Dense(3)."""
    content, path = saved_by_keras
    path.write_bytes(content)
    net = from_keras(path)

    assert (3 * 3 * 3 * 4 + 4) + 2 * 4 + (7 * 7 * 4 * 3 + 3) == net.params
    assert 2 * 4 == net.buffers


def test_hdf5_that_is_damaged(saved_by_keras):
    """Of 300 files damaged in the bytes that say where things are, some are read."""
    content, path = saved_by_keras
    ends = set()
    for seed in range(300):
        first = damaged(content[:4000], random.Random(seed))
        path.write_bytes(first + content[4000:])
        try:
            ends.add(from_keras(path).params >= 0 and "read")
        except CnncalcError:
            ends.add("refused")

    assert {"read", "refused"} == ends


def failing(error):
    """Return a live model whose configuration cannot be written."""

    def to_json():
        raise error

    return types.SimpleNamespace(to_json=to_json)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (3, "3 is no model, path or text of JSON"),
        ("missing.keras", "cannot be read: No such file"),
        ("nul\0", "cannot be read: embedded null byte"),
        ("{", "it is no JSON"),
        ("{}", "it is no configuration of a Keras model"),
        ({"class_name": "Functional"}, "its configuration has no layers"),
        (
            {"class_name": "Sequential", "config": []},
            "it states no shape|puts nothing out",
        ),
        (
            {"class_name": "Mine", "config": {}},
            "Mine does not say how its layers are joined",
        ),
        (
            failing(NotImplementedError("get_config")),
            "does not write its configuration",
        ),
        ('{"class_name": ' + "[" * 100_000, "its JSON nests too deeply"),
        (nested_models(10, 10), "become more than 20,000 layers"),
        (nested_models(60, 1), "nest more than 50 deep"),
        (graph(outputs=("z",)), "its layer 'z' has no call 0"),
        (graph((layer("Dense", name="y", units=3), [call(tensor("y"))])), "waits for"),
        (
            graph((layer("Dense", name="y", units=3), [call(tensor("gone"))])),
            "waits for",
        ),
    ],
)
def test_what_is_no_model(source, why):
    """What is no model of Keras' is refused with what it is, and what to do."""
    with pytest.raises(ConfigError, match=why):
        from_keras(source)


def test_layers_in_any_order():
    """Layers that stand after those that use them are the same network."""
    config = json.loads(json.dumps(FACTS["unet"]["config"]))
    config["config"]["layers"].reverse()
    net = from_keras(config)

    assert (FACTS["unet"]["params"], FACTS["unet"]["macs"]) == (net.params, net.macs)


def test_a_scale_is_kept():
    """What is made larger by a factor is so on another input, as Keras' layer is."""
    net = from_keras(sequential(("UpSampling2D", {"size": [2, 3]})))

    assert "16×24×3" == str(net.output)
    assert "20×36×3" == str(net.on((10, 12, 3)).output)


def test_models_in_models():
    """A model that is applied thrice on three levels has its weights once."""
    net = from_keras(nested_models(3, 3))

    assert 3 * 3 + 3 == net.params
    assert 27 * 3 * 3 == net.macs


# Shapes that are open.


def test_an_input_without_a_shape():
    """A chain that was never built takes its shape from the call."""
    config = {
        "class_name": "Sequential",
        "config": {"layers": [layer(CONV[0], **CONV[1])]},
    }

    assert CONV_PARAMS == from_keras(config, input=(8, 8, 3)).params
    config["config"]["build_input_shape"] = []  # which is none
    with pytest.raises(ConfigError, match="states no shape"):
        from_keras(config)


def test_several_open_inputs():
    """Shapes are given in a list, or by the names of inputs."""
    dense = layer("Dense", name="y", units=3)
    add = layer("Add", name="sum")
    config = graph(
        (dense, [call(tensor("a")), call(tensor("b"))]),
        (add, [call([tensor("y", 0), tensor("y", 1)])]),
        inputs=("a", "b"), outputs=("sum",), shape=(None, 16),
    )  # fmt: skip
    one, two = (
        from_keras(config, input=[(5, 16), (5, 16)]),
        from_keras(config, input={"a": (5, 16), "b": (5, 16)}),
    )

    assert (
        (16 * 3 + 3, 2 * 5 * 16 * 3) == (one.params, one.macs) == (two.params, two.macs)
    )


# What is not known.


def test_a_lambda_is_never_run():
    """A Lambda is unknown, its bytes are left alone, and its stated shape is used."""
    code = {"class_name": "__lambda__", "config": {"code": "4wAAAAAAAA=="}}
    config = graph(
        (layer("Lambda", name="l", function=code), [call(tensor("x"))]),
        (layer("Dense", name="y", units=3), [call(tensor("l", shape=[None, 8, 16]))]),
    )
    net = from_keras(config)

    assert {"l": "unknown: Lambda: it is no layer that is known here"} == dict(
        net.unknown.reasons
    )
    assert "≥ 51" == str(net.params)
    assert (8, 3) == net.output


@pytest.mark.parametrize(
    "told",
    [
        {"module": "mine.layers", "registered_name": "Dense"},
        {"module": "keras.layers", "registered_name": "Mine>Dense"},
        {"module": 3},
    ],
)
def test_a_layer_of_another_module_is_not_keras(told):
    """A class of the user's is unknown, though it is called as one of Keras'."""
    config = sequential(("Dense", {"units": 3}))
    config["config"]["layers"][1] |= told

    assert from_keras(config).unknown.reasons


def test_a_layer_of_the_user():
    """A layer that the user teaches the reader is put there, before what is known."""
    from_keras(sequential(CONV))  # after which the table is full
    known = TABLES["keras"]["Dense"]

    @interop.operator("keras", "Swoosh", "Dense")
    def swoosh(node):
        assert [(8, 8, 3)] == [tuple(shape) for shape in node.shapes]
        assert "swoosh" == node.name or 3 == node.get("units")
        return Activation("silu")

    config = sequential(("Swoosh", {}), ("Dense", {"units": 3}))
    config["config"]["layers"][1]["module"] = "mine"
    try:
        net = from_keras(config)
    finally:
        USERS["keras"] -= {"Swoosh", "Dense"}
        del TABLES["keras"]["Swoosh"]
        TABLES["keras"]["Dense"] = known

    assert not net.unknown.reasons
    assert (0, 2) == (net.params, len(net))


def test_what_users_add_is_not_replaced_by_what_comes_later():
    """An operator of the user's stays, when the readers' own are loaded after it."""

    def ours():
        """Stand for a rule that comes with the readers."""

    ours.__module__ = "cnncalc.interop.keras.ops.dense"
    interop.operator("keras", "Late")(test_a_lambda_is_never_run)
    interop.operator("keras", "Late")(ours)
    try:
        assert test_a_lambda_is_never_run is TABLES["keras"]["Late"]
    finally:
        USERS["keras"].discard("Late")
        del TABLES["keras"]["Late"]


@pytest.mark.parametrize(
    ("shape", "kind", "config", "why"),
    [
        (
            (8, 3),
            "Conv2D",
            {"filters": 2, "kernel_size": 3},
            "what reaches it has 3 axes",
        ),
        ((8, 3), "Conv1D", {"filters": 2, "kernel_size": [3, 3]}, "is not of 1 axes"),
        ((8, 3), "BatchNormalization", {"axis": 5}, "its axis 5 is none of 3"),
        ((8, 3), "Dense", {}, "its units is None|units"),
        (
            (8, 3),
            "Dense",
            {"units": 3, "activation": "swirl"},
            "no activation that is known",
        ),
        (
            (8, 3),
            "Dense",
            {"units": 3, "activation": {"class_name": "Mine"}},
            "no activation",
        ),
        ((8, 3), "Reshape", {"target_shape": [-1, -1]}, "is open"),
        ((8, 3), "Reshape", {"target_shape": [2**62, [1, 3]]}, "in it"),
        ((8, 3), "Reshape", {"newshape": [4, 6]}, "it mixes the batch"),
        (
            (8, 3),
            "Split",
            {"indices_or_sections": 5, "axis": 1},
            "it cuts 8 into 5 parts",
        ),
        ((8, 3), "GetItem", {"slice_spec": "a"}, "in a form that is known"),
        ((8, 3), "GetItem", {"slice_spec": {"config": {}}}, "in a form that is known"),
        (
            (8, 3),
            "Embedding",
            {"input_dim": True, "output_dim": 4},
            "of sizes .True, 4",
        ),
        (
            (8, 3),
            "RNN",
            {"cell": {"class_name": "MineCell"}},
            "with Mine, which is not known",
        ),
        ((8, 3), "Matmul", {}, "one of its factors is a constant"),
        (
            (8, 3),
            "TFOpLambda",
            {"function": "math.bessel"},
            "the function 'bessel' is not known",
        ),
        (
            (8, 3),
            "SpectralNormalization",
            {"layer": {"class_name": "PReLU", "config": {}}},
            "of another kind",
        ),
        (
            (8, 3),
            "Bidirectional",
            {"merge_mode": None, "layer": {}},
            "two directions stay apart",
        ),
        (
            (8, 3),
            "EinsumDense",
            {"equation": "abc,cd->abd", "output_shape": [8, None]},
            "does not say all sizes",
        ),
        (
            (8, 3),
            "MultiHeadAttention",
            {"num_heads": 2, "key_dim": 2, "use_gate": True},
            "has a gate",
        ),
        ((8, 3), "Dense", {"units": 2, "lora_rank": 2}, "low rank"),
        (
            (4, 5, 6, 3),
            "MultiHeadAttention",
            {"num_heads": 2, "key_dim": 2, "attention_axes": [1, 2]},
            "several axes of more",
        ),
        (
            (3, 8, 8, 4),
            "ConvLSTM2D",
            {"filters": 2, "kernel_size": 3, "data_format": "channels_first"},
            "channels last",
        ),
        (
            (3, 4, 4, 4, 2),
            "ConvLSTM3D",
            {"filters": 2, "kernel_size": 3},
            "no layer that is known",
        ),
        ((8, 3), "Conv2DTranspose", {"filters": "x", "kernel_size": 3}, "has 3 axes"),
    ],
)
def test_what_is_not_followed(shape, kind, config, why):
    """A layer that is not known, or not like that, is unknown, and says why."""
    net = from_keras(sequential((kind, config), shape=shape))

    assert re.search(why, "".join(net.unknown.reasons.values()))


@pytest.mark.parametrize(
    ("kind", "config", "why"),
    [
        ("Permute", {"dims": [1] * 100_000}, "it orders 100001 axes, and there are 4"),
        ("Resizing", {"height": [1] * 100_000, "width": 10**9}, "no numbers"),
        ("Reshape", {"target_shape": [10**9, [1] * 100_000]}, "(a list) in it"),
        ("BroadcastTo", {"shape": [10**9, [1] * 100_000, 8, 3]}, "no numbers"),
        ("Tile", {"repeats": [10**9, [1] * 100_000, 8, 3]}, "no numbers"),
        ("a\n\x1b[31m" * 100_000, {}, "unknown: a[31ma"),
        ("", {}, "unknown: node: it is no layer"),
    ],
)
def test_what_is_large_is_not_worked_out(kind, config, why):
    """A list for a size is not multiplied, and long names and texts are shortened."""
    net = from_keras(sequential((kind, {**config, "name": "own"})))
    (reason,) = net.unknown.reasons.values()

    assert why in reason
    assert reason.isprintable()
    assert len(reason) < 400


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("Dense", {"units": "a"}),
        ("LSTM", {"units": "a"}),
        ("DepthwiseConv1D", {"kernel_size": 3, "depth_multiplier": "k1"}),
        ("MultiHeadAttention", {"num_heads": "h", "key_dim": 2, "trainable": False}),
        (
            "MultiHeadAttention",
            {"num_heads": 1, "key_dim": 2, "output_shape": [2, "o"]},
        ),
        ("RepeatVector", {"n": "n"}),
        ("CategoryEncoding", {"num_tokens": "C_in"}),
        ("SpectralNormalization", {"layer": layer("Dense", units=["a"])}),
    ],
)
def test_texts_of_a_file_are_no_symbols(kind, config):
    """Where a file has a letter in place of a number, the layer is unknown."""
    Sequential(input=(8, 4)).linear("a", axis=-1)  # which has a symbol, and is kept
    shape = (4,) if kind == "RepeatVector" else (8, 4)
    net = from_keras(sequential((kind, config), shape=shape))
    (reason,) = net.unknown.reasons.values()

    assert reason.endswith(("letters in place of numbers", "its sizes are no numbers"))
    assert "≥ 0" == str(net.params)


@pytest.mark.parametrize(
    ("shape", "inner", "why"),
    [
        (
            (5, 4, 6, 6, 2),
            ("Conv3D", {"filters": 2, "kernel_size": 3}),
            "more axes than are known",
        ),
        ((5, 6, 2), ("LSTM", {"units": 3}), "several sequences side by side"),
        (
            (5, 6, 6, 2),
            ("AdaptiveAveragePooling2D", {"output_size": 2}),
            "several maps",
        ),
    ],
)
def test_what_is_not_followed_step_by_step(shape, inner, why):
    """Some layers are not known for several samples side by side."""
    net = from_keras(
        sequential(
            ("TimeDistributed", {"layer": layer(inner[0], **inner[1])}), shape=shape
        )
    )

    assert why in "".join(net.unknown.reasons.values())


@pytest.mark.parametrize(
    ("shape", "kind", "config", "output", "params"),
    [
        ((9, 4), "CuDNNLSTM", {"units": 3}, (3,), 4 * 3 * (4 + 3 + 1)),
        ((9, 4), "CuDNNGRU", {"units": 3}, (3,), 3 * 3 * (4 + 3 + 2)),
        ((9, 4), "LocallyConnected1D", {"filters": 2, "kernel_size": [3]}, (7, 2), 7 * (12 * 2 + 2)),
        ((4, 4, 2), "BroadcastTo", {"shape": [None, 4, 4, 2]}, (4, 4, 2), 0),
        ((9,), "CategoryEncoding", {"num_tokens": 5, "output_mode": "one_hot"}, (9, 5), 0),
        ((9,), "OneHot", {"num_classes": 5}, (9, 5), 0),
        ((9,), "CategoryEncoding", {"num_tokens": 5, "output_mode": "count"}, (5,), 0),
        ((8, 3), "LayerScale", {}, (8, 3), 3),
        ((8, 3), "Dense", {"units": 2, "activation": {"class_name": "function", "config": "relu"}}, (8, 2), 8),
        ((8, 3), "GetItem", {"slice_spec": {"class_name": "__tuple__", "config": {"items": [
            {"class_name": "__ellipsis__", "config": {}}, {"start": 0, "stop": 2, "step": None}]}}}, (8, 2), 0),
        ((4, 8, 3), "Squeeze", {}, (4, 8, 3), 0),
        ((9, 4), "MultiHeadAttention", {"num_heads": 2, "key_dim": 2, "trainable": False}, (9, 4), 80),
        ((9, 4), "AdditiveAttention", {"use_scale": False}, (9, 4), 0),
        ((9, 4), "Attention", {"score_mode": "concat"}, (9, 4), 1),
        ((9, 4), "MultiHeadAttention", {"num_heads": 2, "key_dim": 2, "output_shape": [2, 3]}, (9, 2, 3), 90),
        ((9, 6, 4), "MaxPool", {"pool_size": 2, "strides": None, "padding": "same"}, (5, 3, 4), 0),
        ((9, 4), "AveragePool", {"pool_size": [3], "strides": 1, "padding": "valid"}, (7, 4), 0),
        ((9, 4), "Cumsum", {"axis": 1}, (9, 4), 0),
        ((8, 6), "EinsumDense", {"equation": "abc,cd->abd", "output_shape": [8, 2]}, (8, 2), 12),
        ((9, 4), "Where", {}, (9, 4), 0),
    ],
)  # fmt: skip
def test_other_layers(shape, kind, config, output, params):
    """Layers of Keras 2, of Keras' own, and arguments that Keras 3 writes otherwise."""
    net = from_keras(sequential((kind, config), shape=shape))

    assert not net.unknown.reasons
    assert (output, params) == (tuple(net.output), net.params)


@pytest.mark.parametrize("padding", ["same", "valid"])
def test_transposed_step_by_step(padding):
    """A transposed convolution of steps side by side looks at one at a time."""
    config = {
        "filters": 4,
        "kernel_size": [3, 3],
        "strides": [2, 2],
        "padding": padding,
        "output_padding": [1, 1],
    }
    inner = layer("Conv2DTranspose", **config)
    net = from_keras(
        sequential(("TimeDistributed", {"layer": inner}), shape=(5, 6, 6, 2))
    )
    one = from_keras(sequential(("Conv2DTranspose", config), shape=(6, 6, 2)))

    assert (5, *one.output) == tuple(net.output)
    assert (one.params, 5 * one.macs) == (net.params, net.macs)


def test_an_output_that_is_not_known():
    """What a layer puts out besides, and is not known, is unknown by itself."""
    attention = layer("MultiHeadAttention", name="m", num_heads=2, key_dim=8)
    config = graph(
        (attention, [call(tensor("x"), tensor("x"), return_attention_scores=True)]),
        (layer("Flatten", name="y"), [call(tensor("m", 0, 1))]),
    )
    net = from_keras(config)

    assert ["its output 1 is not known here"] == [
        why.partition(": ")[2].partition(": ")[2]
        for why in net.unknown.reasons.values()
        if "m:" in why
    ]


def test_a_choice_of_three_values():
    """A condition and two values are chosen from; with a number there are two."""
    where = layer("Where", name="y", module="keras.src.ops.numpy")
    three = graph((where, [call(tensor("x"), tensor("x"), tensor("x"))]))
    two = graph((where, [call(tensor("x"), tensor("x"), 0.0)]))

    assert [(8, 16), (8, 16)] == [tuple(from_keras(c).output) for c in (three, two)]


# Keras 2.


def old(*layers, outputs, shape=(8, 16), inputs=("x",)):
    """Return a graph in the form of Keras 2: a call is a list of edges."""
    every = [
        {"class_name": "InputLayer", "name": name, "inbound_nodes": [],
         "config": {"batch_input_shape": [None, *shape], "name": name}}
        for name in inputs
    ]  # fmt: skip
    for one, calls in layers:
        every.append({**one, "name": one["config"]["name"], "inbound_nodes": calls})
    config = {"name": "old", "layers": every, "output_layers": outputs}
    config["input_layers"] = [[name, 0, 0] for name in inputs]
    return {"class_name": "Functional", "config": config, "keras_version": "2.15.0"}


@pytest.mark.parametrize("first", [0, 1])
def test_calls_of_models_that_were_built_before(first):
    """Keras 2 counts calls of a model from 1, if it was built with an input, or from 0."""
    dense = layer("Dense", name="d", units=5)
    tower = old((dense, [[["x", 0, 0, {}]]]), outputs=[["d", 0, 0]])
    tower["config"]["name"] = "tower"
    config = old(
        (tower, [[["a", 0, 0, {}]], [["b", 0, 0, {}]]]),
        (layer("Subtract", name="y"), [[["tower", first, 0, {}], ["tower", first + 1, 0, {}]]]),
        outputs=[["y", 0, 0]], inputs=("a", "b"),
    )  # fmt: skip
    net = from_keras(config)

    assert (16 * 5 + 5, 2 * 8 * 16 * 5) == (net.params, net.macs)
    assert "Keras 2.15.0" == net.source.producer


def test_functions_of_tensorflow():
    """Operators of Keras 2 are layers, with their arguments in the call."""

    def function(name, word):
        return {"class_name": "TFOpLambda", "config": {"name": name, "function": word}}

    config = old(
        (function("a", "__operators__.add"), [["x", 0, 0, {"y": 2.0}]]),
        (function("b", "math.multiply"), [["a", 0, 0, {"y": ["x", 0, 0]}]]),
        (function("c", "math.reduce_mean"), [["b", 0, 0, {"axis": [1]}]]),
        (function("d", "math.subtract"), [["_CONSTANT_VALUE", -1, 1.0, {"y": ["c", 0, 0]}]]),
        ({"class_name": "SlicingOpLambda", "config": {"name": "e"}},
         [["b", 0, 0, {"slice_spec": [{"start": None}, 0]}]]),
        outputs={"d": ["d", 0, 0], "e": ["e", 0, 0]},
    )  # fmt: skip
    net = from_keras(config)

    assert not net.unknown.reasons
    assert [(16,), (16,)] == [tuple(y) for y in net.output]


def test_damaged_calls():
    """Edges that are none, and calls without any, leave a layer without an input."""
    dense = layer("Dense", name="y", units=3)
    deep = tensor("x")
    for _ in range(60):
        deep = [deep]
    odd = [
        3,
        [3],
        [["x", 0]],
        [["x", "a", 0]],
        {"args": 3},
        {"args": [tensor("x", "a")]},
    ]
    for node in (*odd, call(deep)):
        with pytest.raises(ConfigError, match="it puts nothing out"):
            from_keras(graph((dense, [node])))


def test_mutated_configurations_are_read_or_refused():
    """A configuration with random changes is a network, or a CnncalcError."""
    models = sorted(
        (each["config"] for each in FACTS.values()), key=lambda c: len(str(c))
    )
    for seed in range(2000):
        chance = random.Random(seed)
        try:
            params = from_keras(mutated(chance.choice(models[:40]), chance)).params
        except CnncalcError:
            continue

        assert params is not None
