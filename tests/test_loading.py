"""Files of any format: told by what is in them, or refused by name."""

import json
import shutil
import struct
import sys
import types
import zipfile
from pathlib import Path

import pytest
from onnx_files import stored

from cnncalc import (
    ConfigError,
    Sequential,
    Shape,
    from_keras,
    from_onnx,
    from_tflite,
    from_yolo,
    load,
    zoo,
)
from cnncalc.cli.main import main
from cnncalc.interop.safetensors import safetensors_params

DATA = Path(__file__).parent / "data"
KERAS = {
    "class_name": "Sequential",
    "config": {
        "name": "small",
        "layers": [
            {
                "class_name": "InputLayer",
                "config": {"batch_shape": [None, 8, 8, 3], "name": "image"},
            },
            {
                "class_name": "Dense",
                "module": "keras.layers",
                "config": {"name": "dense", "units": 4, "use_bias": True},
            },
        ],
    },
}

# Parameters and MACs as onnxruntime, TensorFlow and a hand sum have them; and of a
# convolution of 7×7 with stride 2, one of 3×3 behind a pool, and one of 1×1 what of the
# input a unit sees.
FILES = [
    ("onnx", 11_244, 9_736_832, "stem", "5 5", "7,13,7,13"),
    ("tflite", 2_212, 301_904, "functional_1/re_lu_1_2", "3 3", "4,9,4,9"),
    ("keras", 16, 768, "dense", "2 3", "2,2,3,3"),
]


@pytest.fixture
def models(tmp_path):
    """Return a folder with a model's file of each format."""
    (tmp_path / "m.onnx").write_bytes(stored("cbam"))
    shutil.copy(DATA / "tflite" / "n11_i8.tflite", tmp_path / "m.tflite")
    with zipfile.ZipFile(tmp_path / "m.keras", "w") as archive:
        archive.writestr("config.json", json.dumps(KERAS))
    return tmp_path


@pytest.fixture
def file(tmp_path):
    """Return what writes a file."""

    def written(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


class TestWhatIsRead:
    def test_each_format(self, file):
        """A network that was saved, one of Keras, and one of TFLite, by content alone."""
        net = zoo.lenet()

        assert net == load(file("a.bin", net.to_json()))
        assert 16 == load(file("b.bin", json.dumps(KERAS))).params
        assert load(DATA / "tflite" / "n11_i8.tflite").source.format == "tflite"

    def test_a_keras_archive(self, tmp_path):
        """Of a .keras file the configuration alone is read."""
        with zipfile.ZipFile(tmp_path / "a.keras", "w") as archive:
            archive.writestr("config.json", json.dumps(KERAS))
            archive.writestr("model.weights.h5", b"no weights")

        assert 16 == load(tmp_path / "a.keras").params

    def test_another_input(self, file):
        """The input's shape goes to the reader; where a file fixes its own, behind it."""
        saved = file("a.json", Sequential(input=(8, 8, 3)).conv(3, 4).to_json())

        assert Shape(16, 16, 3) == load(saved, (16, 16, 3)).input


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"\x80\x02}q\x00.", "a pickle"),
            (b"\x80\x05]\x94.", "a pickle"),
            (b"version https://git-lfs.github.com/spec/v1", "Git LFS pointer"),
            (b"GGUF\x03\0\0\0", "GGUF"),
            (b"\x89HDF\r\n\x1a\n", "HDF5 file is damaged"),
            (b"\0\0\0\0ORTM", r"\.ort"),
            (b"<!DOCTYPE html>", "HTML"),
            (b"PK\x03\x04", "damaged"),
            (struct.pack("<Q", 8) + b'{"a": 3}', "safetensors"),
            (b"\xff\xfe\xfd\xfc", "."),
            (b"", "empty"),
        ],
    )
    def test_by_its_name(self, file, content, words):
        """What is no network is called what it is, with what to do instead."""
        with pytest.raises(ConfigError, match=words) as caught:
            load(file("model.pt", content))

        assert caught.value.fix

    @pytest.mark.parametrize(
        ("members", "words"),
        [
            (["archive/data.pkl"], "with a pickle"),
            (["archive/code/__torch__.py", "archive/constants.pkl"], "TorchScript"),
            (["m/archive_format", "m/models/model.json"], "torch.export.load"),
            (["a.txt"], "of something else"),
        ],
    )
    def test_archives(self, tmp_path, members, words):
        """Archives of PyTorch are never loaded; others are none of ours."""
        with zipfile.ZipFile(tmp_path / "a.pth", "w") as archive:
            for member in members:
                archive.writestr(member, "x")

        with pytest.raises(ConfigError, match=words):
            load(tmp_path / "a.pth")

    def test_an_archive_of_another_time(self, tmp_path):
        """One that asks for a version of zip that does not exist is called damaged."""
        path = tmp_path / "a.keras"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("config.json", "{}")
        raw = bytearray(path.read_bytes())
        raw[raw.index(b"PK\1\2") + 6] = 127
        path.write_bytes(raw)

        for read in (load, from_keras):
            with pytest.raises(ConfigError, match="is damaged"):
                read(path)

    def test_folders_and_no_paths(self, tmp_path):
        """A SavedModel, another folder, a file that is not there, and no path at all."""
        (tmp_path / "saved").mkdir()
        (tmp_path / "saved" / "saved_model.pb").write_bytes(b"")

        for path, words in [
            (tmp_path / "saved", "SavedModel"),
            (tmp_path, "is a folder"),
            (tmp_path / "none.onnx", "cannot be read: No such file"),
            ("a\0b", "cannot be read: embedded null byte"),
            ("a" * 5000, "cannot be read: File name too long"),
            (3, "is no path"),
            (b"TFL3", "bytes are no path. Read them by from_onnx or from_tflite"),
            ("lenet", "It is in the zoo: zoo.build[(]'lenet'"),
        ]:
            with pytest.raises(ConfigError, match=words):
                load(path)

    def test_python_source(self, file):
        """It is not run, and the way in which a command takes it is told."""
        with pytest.raises(ConfigError, match='a command takes "mine:net"'):
            load(file("mine.py", "net = 3"))

    @pytest.mark.parametrize(
        "read",
        [load, from_keras, from_onnx, from_yolo, from_tflite, safetensors_params],
    )
    @pytest.mark.parametrize("source", ["a\0b", ".", "", "a" * 5000, b"", 5, "\ud800"])
    def test_no_path_ends_in_a_fault(self, read, source):
        """Whatever a reader is given for a path, it says what it is, and once."""
        with pytest.raises(ConfigError) as caught:
            read(source)

        assert ".." not in str(caught.value)

    def test_of_what_is_read_a_reason_stands_once(self, file):
        """An error from within a file is told as it is, and not as one of its path."""
        bare = zipfile.ZipFile(file("a.keras", b""), "w")
        bare.writestr("metadata.json", "{}")
        bare.close()

        for name, content, why in [
            ("a.keras", None, "it is no .keras file. Check that the file was saved"),
            ("b.json", "{}", "b.json: it is no configuration of a Keras model."),
        ]:
            path = Path(bare.filename) if content is None else file(name, content)
            with pytest.raises(ConfigError, match=why) as caught:
                from_keras(path) if content is None else load(path)
            assert "cannot be read" not in str(caught.value)

    @pytest.mark.parametrize("read", [load, from_onnx, from_keras])
    def test_a_shape_is_not_turned_around_for_another_reason(self, read):
        """Readers take a shape as their files have it: that is never what is wrong."""
        with pytest.raises(ConfigError) as caught:
            read("none.onnx", (3, 224, 224))

        assert "Write" not in str(caught.value)


HEADER = {
    "__metadata__": {"format": "pt"},
    "conv.weight": {
        "dtype": "F32",
        "shape": [8, 3, 3, 3],
        "data_offsets": [0, 864],
    },
    "conv.bias": {"dtype": "F32", "shape": [8], "data_offsets": [864, 896]},
}


class TestSafetensors:
    @staticmethod
    def written(header):
        text = header if isinstance(header, bytes) else json.dumps(header).encode()
        return struct.pack("<Q", len(text)) + text

    def test_parameters(self, file):
        """Its header tells names and shapes: 8·3·3·3 weights and 8 biases."""
        path = file("a.safetensors", self.written(HEADER))

        assert {"conv.weight": (8, 3, 3, 3), "conv.bias": (8,)} == safetensors_params(
            path
        )

    @pytest.mark.parametrize(
        "content",
        [
            b"\x02",
            b"PK\3\4",
            struct.pack("<Q", 1 << 60) + b"{}",
            struct.pack("<Q", 10) + b"{}",
            b"[]",
            b"{",
            {"a": 3},
            {"a": {"shape": "x"}},
            {"a": {"shape": [-1]}},
            {"a": {"shape": [True]}},
        ],
    )
    def test_damage(self, file, content):
        """A header that is cut off, too long or says nothing is refused."""
        raw = content
        if not (
            isinstance(content, bytes) and len(content) != 2 and content[:1] != b"{"
        ):
            raw = self.written(content)
        with pytest.raises(ConfigError):
            safetensors_params(file("a.safetensors", raw))

    def test_a_file_that_is_not_there(self, tmp_path):
        """It says so, and why."""
        with pytest.raises(ConfigError, match="cannot be read: No such file"):
            safetensors_params(tmp_path / "a.safetensors")

    def test_another_format(self, file, capsys):
        """Another model's file is called what it is, and by its name."""
        path = file("a.tflite", b"\0\0\0\0TFL3")

        assert 2 == main(["params", str(path)])
        assert f"{path}: it is a TFLite model." in capsys.readouterr().err

    def test_the_command(self, file, capsys):
        """`cnncalc params` prints names and sizes, and their sum."""
        path = file("a.safetensors", self.written(HEADER))

        assert 0 == main(["params", str(path)])
        assert "224" in capsys.readouterr().out


class Fake:
    """A module of PyTorch, as far as the command line looks."""


class TestCommandLine:
    def test_a_file(self, capsys):
        """A command takes the path of a model."""
        assert 0 == main(["summary", str(DATA / "tflite" / "n11_i8.tflite")])
        assert "2,212" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("suffix", "params", "macs", "node", "unit", "seen"), FILES
    )
    def test_a_file_of_each_format(
        self, models, capsys, suffix, params, macs, node, unit, seen
    ):
        """What is put to a network is put to a model's file; a saved one is the same."""
        path, saved = f"{models}/m.{suffix}", f"{models}/saved.json"
        numbers = ["--columns", "params,macs", "--format", "csv"]

        assert 0 == main(["save", path, "--output", saved])
        assert 0 == main(["compare", path, saved, *numbers])
        rows = capsys.readouterr().out.splitlines()
        assert [[str(params), str(macs)]] * 2 == [
            row.split(",")[1:] for row in rows[1:]
        ]
        assert 0 == main(["region", path, node, *unit.split(), "--format", "csv"])
        assert seen == capsys.readouterr().out.splitlines()[1]
        assert 0 == main(["reconcile", path, "torchvision", "--base", "fvcore"])
        assert f"{macs:,}" in capsys.readouterr().out

    def test_a_file_that_is_none(self, file, capsys):
        """Where it is none, the path stands before the reason."""
        path = file("model.onnx", b"GGUF....")

        assert 2 == main(["summary", str(path)])
        assert "model.onnx" in capsys.readouterr().err

    def test_a_model_of_keras(self, capsys, monkeypatch):
        """What has `to_json` and layers is a model of Keras, or returns one."""
        module = types.ModuleType("own_keras")
        model = types.SimpleNamespace(to_json=lambda: json.dumps(KERAS), layers=[])
        module.model, module.build, module.none = model, lambda: model, lambda: 7
        monkeypatch.setitem(sys.modules, "own_keras", module)

        assert 0 == main(["summary", "own_keras:model", "--keras"])
        assert 0 == main(["summary", "own_keras:build"])
        capsys.readouterr()
        assert 2 == main(["summary", "own_keras:none", "--keras"])
        assert "no model of keras" in capsys.readouterr().err
        assert 2 == main(["summary", "own_keras:none"])
        assert "must be a network" in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            (None, (3, 224, 224)),
            ("3x64x64", (3, 64, 64)),
            ("64x64x3", (3, 64, 64)),
            ("10", (10,)),
            ("16x3", (3, 16)),
        ],
    )
    def test_a_model_of_pytorch(self, given, expected, capsys, monkeypatch):
        """A module is read with its channels first, however they are written."""
        torch = types.SimpleNamespace(nn=types.SimpleNamespace(Module=Fake))
        module = types.ModuleType("own_torch")
        module.build = lambda **settings: Fake()
        seen = []

        def from_torch(model, input):
            seen.append(input)
            return Sequential(input=4).fc(3).graph

        reader = types.ModuleType("cnncalc.interop.torch.module")
        reader.from_torch = from_torch
        monkeypatch.setitem(sys.modules, "torch", torch)
        monkeypatch.setitem(sys.modules, "own_torch", module)
        monkeypatch.setitem(sys.modules, "cnncalc.interop.torch.module", reader)
        more = [] if given is None else ["--input", given]

        assert 0 == main(
            ["summary", "own_torch:build", "--torch", "--classes", "7", *more]
        )
        assert "15" in capsys.readouterr().out
        assert [expected] == seen


READERS = {
    from_keras: "model of Keras",
    from_onnx: "ONNX model",
    from_tflite: "TFLite model",
    from_yolo: "YAML of a model",
}
OTHERS = [
    (b"\x08\x07\x12\x07pytorch", "an ONNX model", from_onnx),
    (b"\x1c\0\0\0TFL3" + bytes(30), "a TFLite model", from_tflite),
]


@pytest.mark.parametrize(
    ("read", "content", "what", "reader"),
    [(read, *other) for read in READERS for other in OTHERS if read is not other[-1]],
)
def test_the_file_of_another_reader(file, read, content, what, reader):
    """Each reader says whose file it is, and which of them reads it."""
    with pytest.raises(ConfigError) as caught:
        read(file("model.yaml", content))

    assert f"this is {what}, no {READERS[read]}" in str(caught.value)
    assert f"Use {reader.__name__}." in str(caught.value)
