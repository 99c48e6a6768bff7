"""Models of Ultralytics' YAML, read without PyTorch."""

import builtins
import json
import random
import sys
import types
from pathlib import Path

import pytest
import yaml
from mutants import mutated
from yolo_texts import TEXTS

from cnncalc import Activation, CnncalcError, ConfigError, from_yolo, interop
from cnncalc.interop.registry import TABLES, USERS

# What Ultralytics 8.4.190 builds of the texts, for a picture of 320×320: parameters,
# those that are trained, running statistics, and MACs by PyTorch's flop counter.
FACTS = json.loads((Path(__file__).parent / "data" / "yolo.json").read_text())


def chain(*rows, before=""):
    """Return the text of a model of these rows."""
    lines = "".join(f"  - {row}\n" for row in rows)
    return f"nc: 4\n{before}backbone:\n{lines}"


def parted(key):
    """Return the name of a text and a scale."""
    name, _, scale = key.rpartition(" ")
    return (key, None) if key in TEXTS else (name, scale)


@pytest.mark.parametrize("key", FACTS)
def test_modules_count_as_the_framework_counts(key):
    """Every module, head and scale has the numbers that Ultralytics has."""
    name, scale = parted(key)
    net = from_yolo(TEXTS[name], scale, input=(320, 320, 3))
    told = FACTS[key]

    # The framework multiplies 64 frequencies by 10·10 places, twice, for AIFI's fixed
    # encoding of places.
    fixed = 2 * 64 * 20 * 20 if name.startswith("rt-detr") else 0
    assert told["macs"] == net.macs + fixed
    assert told["params"] == net.params
    assert told["trainable"] == net.trainable_params
    assert told["buffers"] == net.buffers
    assert not net.unknown.reasons


@pytest.mark.parametrize(
    ("name", "shapes"),
    [
        ("plain", [(10,)]),
        ("detect", [(2100, 10)]),  # 40² + 20² + 10² positions; 4 sides and 6 classes
        ("detect twice", [(300, 6), (2100, 10)]),
        ("segment", [(2100, 18), (80, 80, 8)]),
        ("pose", [(2100, 25)]),
        ("oriented 26", [(300, 7), (2100, 11)]),
        ("semantic", [(40, 40, 6)]),
        ("depth", [(80, 80, 1)]),
        ("words", [(9600, 11)]),  # 80² + 40² + 40² positions; 7 names
        ("rt-detr", [(300, 10)]),
    ],
)
def test_outputs(name, shapes):
    """A head puts out its boxes, decoded, with what it tells of each."""
    net = from_yolo(TEXTS[name], input=(320, 320, 3))
    found = net.output if len(net.outputs) > 1 else [net.output]

    assert shapes == [tuple(shape) for shape in found]


def test_by_hand():
    """A convolution, a C2f and a classifier have the weights that one adds up by hand."""
    net = from_yolo(
        chain(
            "[-1, 1, Conv, [16, 3, 2]]",
            "[-1, 2, C2f, [32, True]]",
            "[-1, 1, Classify, [nc]]",
        ),
        input=(32, 32, 3),
    )
    conv = 3 * 16 * 9 + 2 * 16
    block = 16 * 32 + 64 + 4 * (16 * 16 * 9 + 32) + 64 * 32 + 64
    classifier = 32 * 1280 + 2 * 1280 + 1280 * 4 + 4

    assert conv == net["model/0"].params
    assert block == net["model/1"].params
    assert classifier == net["model/2"].params
    assert (4,) == net.output


def test_names_are_those_of_the_framework():
    """A module stands where Ultralytics has it, and folds as it does there."""
    net = from_yolo(TEXTS["detect"], input=(64, 64, 3))

    assert net["model/0/conv"].params == 3 * 16 * 9
    assert {"model/5/cv2/0/0/conv", "model/5/cv3/2/2", "model/5/dfl/conv"} <= {
        *net.paths()
    }
    assert "yolo" == net.source.format


def test_the_fixed_weights_of_a_distribution_are_not_trained():
    """The 16 weights that average a box's bins are parameters that training leaves."""
    net = from_yolo(TEXTS["detect"], input=(64, 64, 3))

    assert 16 == net.params - net.trainable_params == net["model/5/dfl/conv"].params


# Where a YAML comes from.


def test_a_path_with_a_scale_in_its_name(tmp_path):
    """yolov99l.yaml is yolov99.yaml at scale l, as in the framework."""
    (tmp_path / "yolov99.yaml").write_text(TEXTS["attention"])
    net = from_yolo(tmp_path / "yolov99l.yaml", input=(320, 320, 3))

    assert FACTS["attention l"]["params"] == net.params
    assert "yolov99l" == net.name
    assert () == net.notes


def test_a_scale_that_is_given(tmp_path):
    """The scale that is asked for comes before all; without any it is the first."""
    path = tmp_path / "own.yaml"
    path.write_text(TEXTS["attention"])
    first, large = from_yolo(path), from_yolo(path, scale="l")

    assert (FACTS["attention n"]["params"], "own n") == (first.params, first.name)
    assert (FACTS["attention l"]["params"], "own l") == (large.params, large.name)
    assert ("its scale is 'n', the first that it has",) == first.notes


@pytest.mark.parametrize("name", ["yolov99n", "yolov99n.yaml", "yolov99.yaml"])
def test_a_bare_name_is_looked_up_and_not_imported(name, tmp_path, monkeypatch):
    """A name is found in the folder of an installed ultralytics, which never runs."""
    package = tmp_path / "ultralytics"
    models = package / "cfg" / "models" / "v99"
    models.mkdir(parents=True)
    (package / "__init__.py").write_text("raise SystemExit")
    (models / "yolov99.yaml").write_text(TEXTS["attention"])
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)

    assert FACTS["attention n"]["params"] == from_yolo(name).params
    assert "ultralytics" not in sys.modules


def test_no_such_name(monkeypatch, tmp_path):
    """A name of nothing is refused with where it was looked for, installed or not."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match="no model of that name. Write its path"):
        from_yolo("yolov98n")
    with pytest.raises(ConfigError, match="there is no file"):
        from_yolo(tmp_path / "yolo\0.yaml")
    monkeypatch.setattr(
        "importlib.util.find_spec",
        lambda name: types.SimpleNamespace(submodule_search_locations=None),
    )
    with pytest.raises(ConfigError, match="no model of that name"):
        from_yolo("yolov98n")


def test_load_knows_a_yaml_by_its_name(tmp_path):
    """load() reads a file whose name ends in .yaml."""
    path = tmp_path / "own.yaml"
    path.write_text(TEXTS["csp"])

    assert FACTS["csp"]["params"] == interop.load(path).params


# What is not known.


def test_an_unknown_module():
    """A module that is not known is a row of its own, and what follows a lower bound."""
    net = from_yolo(
        chain(
            "[-1, 1, Conv, [8, 3, 2]]",
            "[-1, 1, Wavelet, [16]]",
            "[-1, 1, Conv, [8, 3, 2]]",
        )
    )

    assert "≥ 232" == str(net.params)  # 3·8·9 weights and 2·8 of the norm
    assert "unknown: Wavelet: it is no module that is known here" in {
        *net.unknown.reasons.values()
    }


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("[-1, 1, Conv, [many]]", "its channels are 'many', and no number"),
        ("[-1, 1, Conv, [8, [a, b]]]", "its kernel is 'a', and no number"),
        ("[-1, 1, Conv, [8, 3, s]]", "letters in place of numbers"),
        ("[-1, 1, C2f, []]", "its channels are None, and no number"),
        (
            "[-1, 1, Conv, [8, 99999999]]",
            "its argument 1 is larger than those of any model",
        ),
        ("[-1, 1, RepNCSPELAN4, [16, 8, 8, two]]", "its arguments are damaged"),
        ("[-1, 1, TorchVision, [512, resnet18]]", "it is no module that is known here"),
    ],
)
def test_damaged_arguments(row, why):
    """A module with arguments that it cannot have is unknown, with the reason."""
    net = from_yolo(chain("[-1, 1, Conv, [8, 3, 2]]", row))

    assert why in "".join(net.unknown.reasons.values())


def test_letters_of_the_user_are_symbols_and_of_a_file_are_not():
    """Sizes may be letters where the user gives them, and nowhere in a row."""
    rows = ("[-1, 1, Conv, [8, 3, 2]]", "[-1, 1, Conv, [8, 3, s]]")
    whole, broken = [
        from_yolo(chain(*rows[:count]), input=("H", "W", 3)) for count in (1, 2)
    ]

    assert ("8·⌈H/2⌉·⌈W/2⌉", ()) == (
        str(whole.output.size),
        tuple(whole.unknown.reasons),
    )
    assert ["unknown: Conv: its arguments have letters in place of numbers"] == [
        *broken.unknown.reasons.values()
    ]


def test_of_parts_that_are_not_known():
    """What takes one of several parts of an unknown module is unknown, too."""
    net = from_yolo(chain("[-1, 1, CBLinear, [[8]]]", "[-1, 1, Wavelet, [16]]"))

    assert net.unknown.reasons


def test_a_module_of_the_user():
    """A module that the user teaches the reader is put there, as often as it is asked for."""

    @interop.operator("yolo", "Swoosh")
    def swoosh(module):
        assert module.shapes[0].channels == module.get(0)
        return Activation("gelu")

    try:
        net = from_yolo(chain("[-1, 1, Conv, [8, 3, 2]]", "[-1, 3, Swoosh, [8]]"))
    finally:
        del TABLES["yolo"]["Swoosh"]
        USERS["yolo"].discard("Swoosh")

    assert not net.unknown.reasons
    assert 232 == net.params
    assert 6 == len(net)


# What is refused.


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("backbone: 3\n", "it has no backbone"),
        ("- 1\n", "it has no backbone"),
        ("a: [\n", "it is no YAML"),
        ("a: 2020-99-99\n", "it is no YAML"),
        ("a: 1" + ":59" * 200 + ".5\n", "it is no YAML"),  # a number of base 60
        ("a: &b [1]\nc: *b\n", "it has references"),
        ("a: !!timestamp x\n", "it has types"),
        ("a: !!bool x\n", "it has types"),
        ("a: " + "[" * 60 + "\n", "nest more than 50 deep"),
        ("#" * 70_000 + "\n", "it is longer than 64 KiB"),
        (chain("[-1, 1, Conv]"), "row 0 is"),
        (chain("3"), "row 0 is 3"),
        (chain("[-1, 1, Conv, 3]"), "row 0 gives its module 3"),
        (chain("[-1, 0, Conv, [8]]"), "row 0 is repeated 0 times"),
        (chain("[-1, x, Conv, [8]]"), "row 0 is repeated 'x' times"),
        (chain("[[], 1, Conv, [8]]"), "row 0 is from"),
        (chain("[a, 1, Conv, [8]]"), "row 0 is from"),
        (chain("[3, 1, Conv, [8]]"), "row 0 takes what row 3 puts out"),
        (chain("[-2, 1, Conv, [8]]"), "row 0 takes what row -2 puts out"),
        (chain("[-1, 1, Conv, [8]]").replace("nc: 4", "nc: x"), "its nc is 'x'"),
        (chain("[-1, 1, Conv, [8]]", before="scales: {n: 3}\n"), "its scale 'n' is 3"),
        (
            chain("[-1, 1, Conv, [8]]", before="scales: {n: [1, 0]}\n"),
            "its scale 'n' is",
        ),
        (chain("[-1, 1990, C2f, [8]]"), "become more than 10,000 layers"),
        (
            chain("[-1, 999, Conv, [3]]", before="depth_multiple: 900.0\n"),
            "repeated too often",
        ),
        (chain(*["[-1, 1, Conv, [8]]"] * 2001), "it has more than 2000 rows"),
    ],
)
def test_what_is_no_model(text, why):
    """A text that is no model is refused with what is wrong, and what to do."""
    with pytest.raises(ConfigError, match=why):
        from_yolo(text)


def test_scales_that_are_not_there():
    """A scale that a model does not have is refused, with those that it has."""
    with pytest.raises(CnncalcError, match="'z'"):
        from_yolo(TEXTS["attention"], scale="z")
    with pytest.raises(ConfigError, match="it has no scales"):
        from_yolo(TEXTS["csp"], scale="n")


def test_neither_path_nor_text():
    """What is no path, text or name is refused."""
    with pytest.raises(ConfigError, match="3 is no path, text or name"):
        from_yolo(3)


def test_without_pyyaml(monkeypatch):
    """Without PyYAML the message says how to install it."""
    real = builtins.__import__

    def missing(name, *args, **kwargs):
        if name == "yaml":
            raise ImportError
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(ConfigError, match=r'pip install "cnncalc\[yolo\]"'):
        from_yolo(TEXTS["csp"])


def test_without_libyaml(monkeypatch):
    """Where PyYAML was built without libyaml, its own loader reads the same."""
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)

    assert FACTS["csp"]["params"] == from_yolo(TEXTS["csp"]).params


@pytest.mark.no_cover
def test_mutated_texts_are_read_or_refused():
    """A text with random changes is a network, or a CnncalcError that says why not."""
    models = [yaml.safe_load(text) for text in TEXTS.values()]
    for seed in range(400):
        chance = random.Random(seed)
        text = yaml.safe_dump(mutated(chance.choice(models), chance)) + "\n"
        try:
            net = from_yolo(text, input=(64, 64, 3))
        except CnncalcError:
            continue

        assert net.params is not None
