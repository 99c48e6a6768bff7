"""Likely mistakes: each is seen, each once, and nothing that is meant is taken for one."""

import copy
import pickle
import subprocess
import sys
import warnings
from pathlib import Path
from random import Random

import pytest
from sensible import sensible

import cnncalc
from cnncalc import (
    FC,
    Add,
    Block,
    Builder,
    ConfigError,
    Conv2d,
    LikelyMistake,
    Sequential,
    Shape,
    ShapeError,
    from_json,
    zoo,
)
from cnncalc.cli import main
from cnncalc.graph.mistakes import CHECKS, mistakes

HOME = str(Path(cnncalc.__file__).parent.parent)


def named(net):
    """Return the names of the mistakes of a network."""
    return [mistake.name for mistake in mistakes(net)]


def silent(build):
    """Return what a function returns, without the warnings on the way."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LikelyMistake)
        return build()


PICTURE = Sequential(input=(32, 32, 3))
WIDE = Sequential(input=(9000, 9000, 3))

# What is a mistake, what it is called, and where it stands.
MISTAKES = [
    (lambda: Sequential(input=(3, 224, 224)).conv(3, 8), "channels first", "input1"),
    (lambda: Sequential(input=(1, 28, 28)).conv(1, 6), "channels first", "input1"),
    (lambda: Sequential(input=(3, 16, 112, 112)).relu(), "channels first", "input1"),
    (lambda: Sequential(input=(1, 3, 64, 64)).relu(), "batch in the shape", "input1"),
    (lambda: Sequential(input=(1, 28, 28, 1)).relu(), "batch in the shape", "input1"),
    (lambda: Sequential(input=(64, 3, 32, 32)).relu(), "batch in the shape", "input1"),
    (lambda: PICTURE.conv(16, 3), "filters first", "conv1"),
    (lambda: PICTURE.conv(32, 3, padding="same"), "filters first", "conv1"),
    (lambda: WIDE.conv(8192, 3), "filters first", "conv1"),
    (lambda: PICTURE.conv(12, 4).relu(), "filters first", "conv1"),
    (lambda: PICTURE.conv(3, 512).conv(12, 3), "filters first", "conv2"),
    (lambda: PICTURE.conv_transpose(64, 3), "filters first", "conv_transpose1"),
    (lambda: PICTURE.residual(Sequential().conv(12, 3, padding="same")), *("filters first", "residual1/conv1")),
    (lambda: PICTURE, "empty network", ""),
    (lambda: PICTURE.conv(3, 8).fc(10).norm(), "norm last", "norm1"),
    (lambda: PICTURE.fc(10).softmax().fc(10), "softmax inside", "fc2"),
    (lambda: PICTURE.conv(3, 8).relu().relu(), "twice in a row", "relu2"),
    (lambda: PICTURE.fc(10).softmax().fc(10).relu(), "softmax inside", "fc2"),
    (lambda: PICTURE.conv(3, 8).relu().relu().conv(3, 8), "twice in a row", "relu2"),
    (lambda: PICTURE.conv(3, 8).conv(3, 8).conv(3, 8).relu().relu().conv(3, 8), "twice in a row", "relu2"),
    (lambda: PICTURE.conv(3, 8).norm().batch_norm(), "twice in a row", "norm2"),
    (lambda: PICTURE.fc(1).softmax(), "softmax of one", "softmax1"),
]  # fmt: skip


@pytest.mark.parametrize(("build", "name", "path"), MISTAKES)
def test_each_is_seen_by_lint(build, name, path):
    """A mistake stands in `lint()` with its node, its name, and what to write."""
    net = silent(build)
    found = net.lint()[0]

    assert (path, name) == (found.path, found.kind)
    assert [name] == named(net)


@pytest.mark.parametrize(("build", "name", "path"), MISTAKES)
def test_each_is_warned_of_once(build, name, path):
    """A network that is built and shown twice warns once of its mistake."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        net = build()
        for _ in range(2):
            assert net.graph.summary() is not None

    assert [LikelyMistake] == [warning.category for warning in caught]
    assert [__file__] == [warning.filename for warning in caught]


def test_a_warning_can_be_filtered():
    """Its class is a user's warning of its own."""
    assert issubclass(LikelyMistake, UserWarning)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", LikelyMistake)

        assert 8 * (3 * 3 * 224 + 1) == MISTAKES[0][0]().params


SHAPES = [(3, 224, 224), (1, 3, 64, 64), (1, 28, 28, 1), (64, 3, 32, 32)]


@pytest.mark.parametrize("sizes", SHAPES)
def test_who_writes_a_shape_means_it(sizes):
    """Of a `Shape` nothing is said, wherever it enters, nor by `lint`."""
    net = Sequential(input=Shape(*sizes)).relu()
    g = Builder()
    built = g.graph(g.add(Conv2d(1, 2), g.input(Shape(3, 24, 24))))

    assert [] == named(net) == named(net.on(Shape(*sizes))) == named(built)


@pytest.mark.parametrize("sizes", SHAPES)
@pytest.mark.parametrize(
    "enter",
    [
        lambda sizes: Sequential(input=sizes),
        lambda sizes: Sequential().relu().on(sizes),
        lambda sizes: Sequential().relu().summary(input=sizes),
        lambda sizes: Sequential(input=(8, 8, 3)).relu().graph.on(sizes),
        lambda sizes: Builder().input(sizes),
        lambda sizes: FC(3).params(sizes),
    ],
)
def test_wherever_a_shape_enters_it_is_seen(enter, sizes):
    """Each way in of an input shape warns, with the shape that is meant."""
    meant = {3: "224, 224, 3", 1: "64, 64, 3", 64: "32, 32, 3"}[sizes[0]]
    meant = "28, 28, 1" if sizes == (1, 28, 28, 1) else meant
    with pytest.warns(LikelyMistake, match=rf"Write input=\({meant}\), or input=Shape"):
        enter(sizes)


@pytest.mark.parametrize(
    "sizes",
    [
        *[(4, 4, 512), (1, 1, 2048), (2, 2, 64), (1, 128, 9), (1, 26, 512)],
        *[(3, 300), (4, 16000), (1, 16, 16, 64), (16, 112, 112, 3), (1, 1, 1, 1)],
        *[(5, 224, 224), (3, 7, 7), (1, 8, 8, 3), (3,), 3],
    ],
)
def test_what_may_be_meant_is_not_doubted(sizes):
    """Small maps, sequences along one row, and volumes are taken without a word."""
    assert [] == named(Sequential(input=sizes).relu())


@pytest.mark.parametrize(
    "build",
    [
        lambda: PICTURE.conv(32, 3),  # one window over all of the map
        lambda: PICTURE.conv(13, 3),
        lambda: PICTURE.conv(12, 5),
        lambda: WIDE.conv(8194, 3),  # no network has so many filters
        lambda: PICTURE.conv((12, 1), 3),
        lambda: Sequential(input=(300, 3)).conv1d(64, 3),
        lambda: PICTURE.conv(16, 3, stride=16),
        lambda: PICTURE.depthwise(12),
        lambda: PICTURE.conv(3, 4).conv(12, 4, groups=2),
        lambda: PICTURE.fc(10, bias=False).norm(),
        lambda: PICTURE.conv(3, 8).norm(),
        lambda: PICTURE.fc(10).norm().relu(),
        lambda: PICTURE.fc(10).norm("layer"),
        lambda: PICTURE.fc(10).relu().norm(),
        lambda: Sequential(input=(9, 4)).lstm(8, sequences=False).norm(),
        lambda: PICTURE.fc(12).softmax().dropout(),
        lambda: PICTURE.fc(12).softmax().reshape((2, 2, 3)),
        lambda: PICTURE.relu().dropout().relu(),
        lambda: PICTURE.conv(3, 8).relu().residual(Sequential().relu()),
        lambda: PICTURE.norm("layer").norm("group", groups=3),
        lambda: PICTURE.conv(3, 1).softmax(),
        lambda: PICTURE.fc(2).softmax(),
        lambda: PICTURE.branch(Sequential().relu(), Sequential(), join=Add()).relu(),
    ],
)
def test_what_is_nearly_a_mistake_is_none(build):
    """What differs from a mistake in one thing is not taken for it."""
    assert [] == named(build())


@pytest.mark.no_cover
@pytest.mark.parametrize("name", zoo.names())
def test_no_network_of_the_zoo_is_doubted(name):
    """No network, on its own input or others that it takes, warns or has a mistake."""
    own = zoo.build(name)
    takes = own.input.rank == 2 and own.input.channels == 3
    # A generator that halves the map eight times takes multiples of 256 only, and of a
    # smaller image nothing is left at the top of SSD.
    sides = {"pix2pix_generator": (256,), "ssd300": (512,)}.get(name, (224, 299))
    sides = sides if takes else ()

    assert [] == named(own)
    for side in sides:
        assert [] == named(zoo.build(name, input=(side, side, 3)))


@pytest.mark.no_cover
@pytest.mark.parametrize("name", zoo.names())
def test_every_network_of_the_zoo_doubts_the_order_of_pytorch(name):
    """Each warns of an input whose channels come first, or refuses it with a hint."""
    with pytest.raises(LikelyMistake, match="channels first"):
        zoo.build(name, input=(3, 224, 224))


@pytest.mark.no_cover
@pytest.mark.parametrize("seed", range(300))
def test_no_sensible_network_is_doubted(seed):
    """Networks as people build them are built and shown without a warning."""
    net = sensible(Random(seed))

    assert [] == named(net)
    assert str(net.summary())


def test_what_follows_is_told_where_it_comes_from():
    """A layer that cannot take such an input says which mistake it follows from."""
    wrong = silent(lambda: Sequential(input=(3, 64, 64)).conv(3, 8))
    why = (
        r"conv2: .* larger than the padded map 1×62.* channels first\? .*\(64, 64, 3\)"
    )
    with pytest.raises(ShapeError, match=why):
        wrong.conv(3, 8)
    with pytest.raises(ShapeError, match=why) as caught:
        wrong.add(Conv2d(3, 8))
    assert caught.value.hint.startswith("The input is (3, 64, 64): channels first? ")


def test_what_is_known_to_be_meant_is_told_instead():
    """Where the layer that fails has a mistake of its own, that alone is told."""
    wrong = silent(lambda: Sequential(input=(3, 64, 64)))
    with pytest.raises(ShapeError) as caught:
        wrong.conv(64, 3)

    assert "channels" not in str(caught.value)
    assert caught.value.hint.endswith("Write conv(3, 64)")


def test_what_an_error_says_already_is_kept():
    """A block's own error keeps its hint on an input that is doubted."""
    error = ConfigError("its side is odd", "Make it even")
    error.hint = "Write side=4"

    class Odd(Block):
        name = None

        def lower(self, g, /, *xs):
            raise error

    wrong = silent(lambda: Sequential(input=(3, 64, 64)))
    with pytest.raises(ConfigError, match=r"odd1: .* Write side=4\.$"):
        wrong.add(Odd())


@pytest.mark.parametrize(
    ("build", "told"),
    [
        (MISTAKES[-1][0], "softmax1: a softmax of one value"),
        (lambda: Sequential(input=8), "the network has no layer"),
    ],
)
def test_a_warning_says_where(build, told):
    """It begins with the path of the node, if it is of one."""
    with pytest.warns(LikelyMistake, match=f"^{told}"):
        build().summary()


def test_a_kernel_that_does_not_fit_may_be_filters():
    """A kernel larger than its map, as large as a number of filters, is doubted."""
    hint = r"Filters first\? The order is conv\(kernel, filters\). Write conv\(3, 64"
    with pytest.raises(ShapeError, match=rf"{hint}, stride=2\)\.$"):
        PICTURE.conv(64, 3, stride=2)
    with pytest.raises(ShapeError, match=r"larger input\.$"):
        PICTURE.conv(64, 64)
    with pytest.raises(ShapeError, match=r"larger input\.$"):
        PICTURE.conv(filters=3, kernel=64)
    with pytest.raises(ShapeError, match=r"larger input\.$"):
        PICTURE.max_pool(64)


def test_a_shape_of_other_axes_may_have_a_batch_or_no_channels():
    """A map with a batch, or without channels, is told so by the layer that fails."""
    with pytest.raises(
        ShapeError, match=r"If 64 is a batch, leave it out: \(32, 32, 3"
    ):
        Sequential(input=(64, 32, 32, 3)).conv(3, 8)
    with pytest.raises(ShapeError, match=r"channels are missing, write \(32, 32, 1\)"):
        Sequential(input=(32, 32)).conv(3, 8)
    with pytest.raises(ShapeError, match=r"whose name ends in 1d\.$"):
        Sequential(input=(32, 3)).conv3d(3, 8)


def test_the_doubt_goes_where_the_shape_goes():
    """A copy has it, a layer's output has not; the shape equals any other."""
    net = silent(lambda: Sequential(input=(3, 32, 32)))

    assert Shape(3, 32, 32) == net.input
    assert "Sequential(input=(3, 32, 32))" == repr(net)
    assert ["channels first"] == named(copy.deepcopy(net).relu())
    assert ["channels first"] == named(pickle.loads(pickle.dumps(net.relu())))
    assert [] == named(Sequential(input=net.conv(3, 8).output).relu())
    assert [] == named(from_json(net.relu().to_json()))


def test_a_builder_warns_of_filters_first():
    """A builder warns where the layer is added, too."""
    g = Builder()
    x = g.input((32, 32, 3))
    with pytest.warns(LikelyMistake, match="3 filters of 16×16: filters first"):
        g.add(Conv2d(16, 3), x)
    assert g.add(Conv2d(3, 16), x)


def test_each_check_has_its_case():
    """Every name of a check is among the mistakes above."""
    assert set(CHECKS) <= {name for _, name, _ in MISTAKES}


class TestCommandLine:
    """One line on the standard error."""

    def run(self, *words, flags=()):
        command = [sys.executable, *flags, "-m", "cnncalc", *words]
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=HOME, check=False
        )
        return done.returncode, done.stdout, done.stderr

    def test_a_mistake_is_one_line(self):
        """The summary comes nevertheless; Python's own option silences the line."""
        words = ("summary", "resnet18", "--input", "3x224x224", "--depth", "1")
        code, out, err = self.run(*words)
        start = "cnncalc: warning: the input is (3, 224, 224): channels first?"

        assert 0 == code
        assert err.startswith(start)
        assert 1 == err.count("\n")
        assert (0, out, "") == self.run(*words, flags=("-W", "ignore"))

    def test_the_command_says_it_where_it_fails_too(self, capsys):
        """The warning stands above the error that follows."""
        with warnings.catch_warnings():
            warnings.simplefilter("always")

            assert 2 == main(["summary", "alexnet", "--input", "3x64x64"])
        first, second = capsys.readouterr().err.splitlines()
        assert first.startswith("cnncalc: warning: the input is (3, 64, 64)")
        assert "channels first?" in second

    def test_other_warnings_are_shown_as_python_does(self, tmp_path, monkeypatch):
        """A module that warns of something else is shown as Python shows it."""
        code = "import warnings\nfrom cnncalc import Sequential\n"
        code += "def net():\n    warnings.warn('careful')\n"
        code += "    return Sequential(input=8).fc(3)\n"
        (tmp_path / "warner.py").write_text(code)
        monkeypatch.chdir(tmp_path)
        with pytest.warns(UserWarning, match="careful"):
            assert 0 == main(["summary", "warner:net"])
