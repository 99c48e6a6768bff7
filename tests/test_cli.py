"""The command line: what it prints, and how it fails."""

import gc
import io
import json
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from onnx_files import stored

import cnncalc
from cnncalc import Sequential, from_json, zoo
from cnncalc.cli import help_text, main
from cnncalc.cli.known import COMMANDS
from cnncalc.cli.networks import value_of
from cnncalc.cli.parser import parsed, parser
from cnncalc.operations.conventions import CONVENTIONS
from cnncalc.report import columns, diff
from cnncalc.report import compare as totals

DATA = Path(__file__).parent / "data"

HOME = str(Path(cnncalc.__file__).parent.parent)


def run(capsys, *words):
    code = main(words)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    """Print tables as wide as they are."""
    monkeypatch.setenv("COLUMNS", "250")


class TestCommands:
    def test_summary(self, capsys):
        """The summary of a network is its table."""
        expected = zoo.lenet().summary().to_text() + "\n"

        assert (0, expected, "") == run(capsys, "summary", "lenet")

    @pytest.mark.parametrize(
        ("words", "title"),
        [
            ("report lenet", "lenet: 32×32×1 → 10"),
            ("report lenet --sliders", "lenet"),
            ("compare lenet lenet5 --report", "2 networks, % of lenet"),
            ("diff lenet lenet --report", "lenet → lenet (2): no difference"),
        ],
    )
    def test_pages(self, capsys, tmp_path, words, title):
        """A report is one page, and so may a comparison and a difference be."""
        path = tmp_path / "page.html"
        code, out, _ = run(capsys, *words.split())

        assert 0 == code
        assert f"<title>{title}</title>" in out
        assert (0, "", "") == run(capsys, *words.split(), "--output", str(path))
        assert out.rstrip("\n") == path.read_text(encoding="utf-8").rstrip("\n")
        code, _, err = run(capsys, *words.split(), "--output", "page.csv")
        assert 2 == code
        assert "no csv is written" in err

    def test_summary_with_columns_and_input(self, capsys):
        """Columns and an input shape can be chosen."""
        for shape in ("64x48x3", "64×48×3", "64,48,3"):
            code, out, _ = run(
                capsys, "summary", "lenet", "--columns", "layer,MACs", "--input", shape
            )

            assert 0 == code
            assert "lenet: 64×48×3 → 10" in out
            assert ["layer", "MACs"] == out.splitlines()[2].split()

    @pytest.mark.parametrize(
        ("name", "start"),
        [
            ("html", "<"),
            ("markdown", "| layer"),
            ("csv", "layer,input"),
            ("json", "{"),
            ("latex", "%"),
        ],
    )
    def test_summary_in_other_formats(self, capsys, tmp_path, name, start):
        """A summary comes in other formats, here or in a file."""
        code, out, _ = run(capsys, "summary", "lenet", "--format", name)
        path = tmp_path / "out"
        written = run(
            capsys, "summary", "lenet", "--format", name, "--output", str(path)
        )

        assert 0 == code
        assert start in out
        assert (0, "", "") == written
        assert out.strip() in path.read_text(encoding="utf-8")  # HTML is a page there

    @pytest.mark.parametrize(
        ("suffix", "start"),
        [
            ("svg", b"<svg"),
            ("tex", b"% lenet"),
            ("tikz", b"% lenet"),
            ("pdf", b"%PDF"),
            ("png", b"\x89PNG"),
        ],
    )
    def test_a_figure_has_the_format_of_its_name(self, capsys, tmp_path, suffix, start):
        """What LaTeX takes is TikZ, of a command that draws; the rest is as it says."""
        path = tmp_path / f"net.{suffix}"
        how = ["--style", "flat", "--dimensions", "--no-heading", "--output", str(path)]

        assert (0, "", "") == run(capsys, "draw", "lenet", *how)
        assert path.read_bytes().startswith(start)

    def test_draw(self, capsys, tmp_path):
        """A network is drawn as SVG, here or in a file."""
        path = tmp_path / "net.svg"
        code, out, _ = run(capsys, "draw", "lenet", "--kind", "macs")

        assert 0 == code
        assert out.startswith("<svg")
        assert (0, "", "") == run(
            capsys, "draw", "lenet", "--kind", "macs", "--output", str(path)
        )
        assert out.strip() == path.read_text(encoding="utf-8").strip()

    def test_list(self, capsys):
        """The list has every network, its input and its costs, or names alone."""
        names = "\n".join(zoo.names()) + "\n"
        _, out, _ = run(capsys, "list", "--format", "csv")

        assert (0, names, "") == run(capsys, "list", "--names")
        assert zoo.names() == [line.split(",")[0] for line in out.splitlines()[1:]]
        assert "vgg16,224×224×3,138357544,15470264320" in out.splitlines()

    def test_the_settings_of_a_network(self, capsys):
        """The list of one network has its settings, as options, with their defaults."""
        code, out, _ = run(capsys, "list", "mobilenet_v2", "--format", "csv")

        assert 0 == code
        assert [
            "setting,default,what it may be",
            'input,224x224x3,"a shape: sizes and channels, as in 224×224×3"',
            "classes,1000,a positive integer",
        ] == (out.splitlines()[:3])
        assert (
            "training,false," in run(capsys, "list", "googlenet", "--format", "csv")[1]
        )

    def test_alone_it_teaches(self, capsys):
        """Without a command, ten lines show what one can do, and each of them works."""
        code, out, err = run(capsys)
        lines = [line[2:] for line in out.splitlines() if line.startswith("  cnncalc")]

        assert (0, "") == (code, err)
        assert 10 == len(out.splitlines())
        assert [0] * 6 == [
            run(capsys, *shlex.split(line.split("   ")[0])[1:])[0] for line in lines
        ]

    def test_help_names_what_there_is(self):
        """The columns and conventions that a help names are those that there are."""

        def words_of(text):
            return re.findall(r"\w[\w.-]*", text.partition(":\n")[2].partition(";")[0])

        assert list(CONVENTIONS) == words_of(help_text.CONVENTION_HELP)
        assert list(columns.COLUMNS) == words_of(help_text.COLUMN_HELP)
        assert list(diff._NUMBERS) == words_of(help_text.NUMBERS)
        plain = [key for key in totals.COMPARED if not key.endswith("_percent")]
        assert plain == words_of(help_text.TOTALS)

    @pytest.mark.parametrize(
        "example",
        [
            f"{name} {words}"
            for name, command in COMMANDS.items()
            for words in command.examples
            if not re.search(r"\.json|mymodels|>", words)
        ],
    )
    def test_the_examples_of_a_help_run(self, capsys, monkeypatch, tmp_path, example):
        """Each is a command that works, in an empty folder."""
        monkeypatch.chdir(tmp_path)
        (tmp_path / "model.safetensors").write_bytes(b"\2" + bytes(7) + b"{}")
        (tmp_path / "cnncalc.ini").write_text("[lenet]\nmax-macs = 1M\n")
        shutil.copy(DATA / "tflite" / "n11_i8.tflite", tmp_path / "model.tflite")
        code, _, err = run(capsys, *shlex.split(example))

        assert (0, "") == (code, err)

    def test_a_dash_is_the_standard_output(self, capsys, monkeypatch, tmp_path):
        """As a file to write, too: no file has that name."""
        monkeypatch.chdir(tmp_path)

        assert run(capsys, "list", "--output", "-") == run(capsys, "list")
        assert [] == list(tmp_path.iterdir())

    @pytest.mark.parametrize(
        "words", [["--version"], ["--help"], ["summary", "--help"]]
    )
    def test_version_and_help(self, capsys, words):
        """Version and help print something and succeed."""
        with pytest.raises(SystemExit) as stop:
            main(words)

        assert 0 == stop.value.code
        assert "cnncalc" in capsys.readouterr().out

    def test_python_m_runs_it(self, capsys, monkeypatch):
        """The package runs as a module, and exits with the command's code.

        As a process of its own it looks for objects in circles seldom, and not at its
        end.
        """
        asked = []
        monkeypatch.setattr("gc.set_threshold", asked.append)
        monkeypatch.setattr("atexit.register", asked.append)
        monkeypatch.setattr(sys, "argv", ["cnncalc", "list"])
        with pytest.raises(SystemExit) as stop:
            runpy.run_module("cnncalc", run_name="__main__")

        assert 0 == stop.value.code
        assert "lenet" in capsys.readouterr().out
        assert [100_000, gc.freeze] == asked

    def test_version_is_the_packages(self, capsys):
        """The version is that of the package."""
        with pytest.raises(SystemExit):
            main(["--version"])

        assert f"cnncalc {cnncalc.__version__}\n" == capsys.readouterr().out


class TestReports:
    def test_text_with_lines_around_the_cells(self, capsys):
        """A table comes with box lines, and with colour if that is wanted."""
        _, plain, _ = run(capsys, "summary", "lenet")
        _, boxed, _ = run(capsys, "summary", "lenet", "--box")
        _, coloured, _ = run(capsys, "summary", "lenet", "--color", "always")

        assert "│" in boxed
        assert "│" not in plain
        assert "\x1b[" in coloured
        assert "\x1b[" not in plain

    def test_the_options_of_a_summary(self, capsys):
        """Sorting, filtering, units, layout, batch and language are options."""
        words = (
            "--sort=-macs",
            "--where",
            "Conv2d",
            "--units",
            "K",
            "--language",
            "zh",
        )
        more = ("--layout", "CHW", "--batch", "2", "--columns", "layer,output,macs")
        code, out, _ = run(capsys, "summary", "lenet", *words, *more, "--dtype", "8")
        lines = [line.split() for line in out.splitlines()]

        assert 0 == code
        assert ["Conv2", "2×16×10×10", "480.000", "K"] == lines[4]
        assert ["Conv1", "2×6×28×28", "235.200", "K"] == lines[5]

    def test_a_convention(self, capsys):
        """A tool's number of operations stands below, or is explained."""
        _, table, _ = run(capsys, "summary", "resnet50", "--convention", "fvcore")
        _, more, _ = run(capsys, "summary", "lenet", "--convention", "fvcore, ptflops")
        _, sums, _ = run(capsys, "explain", "resnet50", "--convention", "fvcore")
        _, both, _ = run(
            capsys, *("compare", "resnet50", "resnet18", "--convention", "fvcore,thop")
        )

        assert "Operations as counted by fvcore" in table
        assert "4,111,512,576" in table
        assert "416,520\nOperations as counted by ptflops:" in more
        assert sums.endswith("global pool 100,352 = 4,111,512,576\n")
        assert "4,111,512,576" in both
        assert "4,133,742,592" in both

    @pytest.mark.parametrize("name", ["text", "markdown", "latex", "html"])
    def test_explain(self, capsys, name):
        """A node is explained in every format, in both languages."""
        explanation = zoo.lenet5().explain("C3", language="zh")
        expected = getattr(explanation, f"to_{name}")().rstrip("\n")
        words = ("--format", name, "--language", "zh")

        assert (0, f"{expected}\n", "") == run(
            capsys, "explain", "lenet5", "C3", *words
        )

    def test_compare(self, capsys):
        """Networks are compared side by side, with the numbers that are named."""
        words = ("--columns", "params", "--format", "csv", "--input", "32x32x1")
        code, out, _ = run(capsys, "compare", "lenet", "lenet5", *words)

        assert 0 == code
        assert out.startswith("network,parameters")

    def test_diff(self, capsys):
        """A difference is shown, and is an exit code if that is wanted."""
        code, out, _ = run(capsys, "diff", "vgg11", "vgg13")

        assert 0 == code
        assert "4 added, 29 unchanged" in out
        words = ("--columns", "buffers", "--convention", "fvcore,thop")
        _, out, _ = run(capsys, "diff", "vgg11", "vgg11_bn", *words, "--language", "zh")
        difference = zoo.vgg11().diff(
            zoo.vgg11_bn(),
            columns=["buffers"],
            convention=["fvcore", "thop"],
            language="zh",
        )
        assert f"{difference}\n" == out
        assert 1 == run(capsys, "diff", "vgg11", "vgg13", "--exit-code")[0]
        assert 0 == run(capsys, "diff", "vgg11", "vgg11", "--exit-code")[0]

    def test_claims_in_other_formats(self, capsys):
        """What papers claim comes in the formats of every report."""
        code, out, _ = run(capsys, "claims", "lenet5", "--format", "csv")

        assert 0 == code
        assert "60000,yes" in out
        _, out, _ = run(capsys, "claims", "lenet5", "--format", "csv", "--language=zh")
        assert out.startswith("部分,指标,文献值,计算值,相符,出处,不符原因\n")
        assert "60000,是" in out

    def test_an_explanation_in_a_file(self, capsys, tmp_path):
        """An explanation is written to a file."""
        path = tmp_path / "lenet.md"
        words = ("--format", "markdown", "--output", str(path))

        assert (0, "", "") == run(capsys, "explain", "lenet", *words)
        assert zoo.lenet().explain().to_markdown() == path.read_text(encoding="utf-8")

    def test_the_suffix_of_a_file_tells_the_format(self, capsys, tmp_path):
        """A file gets the format that its name says, and text if that says none."""
        net = zoo.lenet()
        for name, made in {
            "a.HTM": net.summary().to_html().strip(),
            "a.md": net.summary().to_markdown(),
            "a.tex": net.summary().to_latex(),
            "a.csv": net.summary().to_csv(),
            "a.log": net.summary().to_text(),
        }.items():
            path = tmp_path / name

            assert 0 == run(capsys, "summary", "lenet", "--output", str(path))[0]
            assert made in path.read_text(encoding="utf-8")
        run(capsys, "save", "lenet", "--output", str(tmp_path / "net.py"))
        assert net.to_python() == (tmp_path / "net.py").read_text(encoding="utf-8")

    def test_a_format_that_is_named_needs_no_suffix(self, capsys, tmp_path):
        """It is believed with a suffix that says nothing, and with that of a text."""
        expected = zoo.lenet().summary().to_csv()
        for name in ("a.dat", "a.txt", "a", "tmp.4Fx"):
            path = str(tmp_path / name)
            run(capsys, "summary", "lenet", "--format", "csv", "--output", path)

            assert expected == Path(path).read_text(encoding="utf-8")

    def test_a_text_in_a_file_looks_as_is_wanted(self, capsys, tmp_path):
        """Lines around the cells, and colours, go into a file, too."""
        path = tmp_path / "a.txt"
        look = ("--box", "--color", "always", "--output", str(path))
        run(capsys, "summary", "lenet", *look)
        expected = zoo.lenet().summary().to_text(box=True, color=True)

        assert expected == path.read_text(encoding="utf-8")

    def test_words_may_be_spelled_otherwise(self, capsys):
        """Formats have short names, and languages those of locales."""
        summary = zoo.lenet().summary(language="zh").to_markdown()
        for short, language in (("md", "zh-CN"), ("Markdown", "ZH"), ("MD", "zh_TW")):
            words = ("--format", short, "--language", language)

            assert summary.strip() == run(capsys, "summary", "lenet", *words)[1].strip()

    @pytest.mark.parametrize(
        "words", [[], ["--help"], ["--version"], ["summary", "--help"], ["list"]]
    )
    def test_what_cannot_be_printed_is_no_success(self, capsys, monkeypatch, words):
        """Whatever was to be printed: the exit code says that it was not."""
        monkeypatch.setattr(sys, "stdout", Broken())
        monkeypatch.setattr("cnncalc.cli.output._close_output", lambda: None)
        try:
            code = main(words)
        except SystemExit as done:
            code = done.code

        assert 2 == code
        assert "cannot be written: [Errno 28]" in capsys.readouterr().err

    @pytest.mark.parametrize("shell", ["bash", "fish", "zsh", "tcsh"])
    def test_completion(self, capsys, shell):
        """A script for the shell names the commands."""
        code, out, _ = run(capsys, "completion", shell)

        assert 0 == code
        assert "explain" in out

    def test_completion_without_shtab(self, capsys, monkeypatch):
        """Without the package that writes the script, a line says what to install."""
        monkeypatch.setitem(sys.modules, "shtab", None)
        code, _, err = run(capsys, "completion", "bash")

        assert 2 == code
        assert "pip install 'cnncalc[completion]'" in err


MODULE = """
import sys
from cnncalc import Layer, Sequential

net = Sequential(input=(8, 8, 3), name="mine").conv(3, 4)
number = 5

class Models:
    @staticmethod
    def small():
        return net.pool(2)

def broken():
    raise RuntimeError("no luck\\nat all")

def leaves():
    raise SystemExit(7)

def interrupted():
    raise KeyboardInterrupt

def loud():
    print("loud")
    return net

def impossible():
    return net.conv(9, 4)

class Mute(Exception):
    def __str__(self):
        raise RuntimeError

def mute():
    raise Mute

class Failing(Layer):
    def output(self, x):
        return x

    def params(self, x):
        raise ValueError("no\\nluck")

failing = net.add(Failing())

def built(filters=4):
    return Sequential(input=(8, 8, 3)).conv(3, filters)

def acts(function="relu"):
    return Sequential(input=8).activation(function, **SHARED.get(function, {}))

SHARED = {"prelu": {"shared": True}}

def spoils():
    sys.path = []
    return net
"""


class Broken(io.StringIO):
    """A stream that no more fits on."""

    def write(self, text):
        raise OSError(28, "No space left on device")


class TestNetworks:
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path, monkeypatch):
        """Work in a folder of its own, with a module of the user's."""
        (tmp_path / "mymodels.py").write_text(MODULE, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        yield tmp_path
        sys.modules.pop("mymodels", None)

    def test_an_attribute_of_a_module(self, capsys):
        """A network, or a function that returns one, is taken from a module."""
        _, net, _ = run(capsys, "summary", "mymodels:net")
        _, small, _ = run(
            capsys, "summary", "mymodels:Models.small", "--input", "9x9x3"
        )

        assert "mine: 8×8×3 → 6×6×4" in net
        assert "mine: 9×9×3 → 3×3×4" in small

    @pytest.mark.parametrize(
        ("word", "message"),
        [
            ("mymodels:nothing", "AttributeError"),
            ("nomodule:net", "nomodule:net cannot be had: ModuleNotFoundError"),
            ("mymodels:broken", r"RuntimeError: no luck\nat all"),
            ("mymodels:leaves", "mymodels:leaves cannot be had: SystemExit: 7."),
            ("mymodels:mute", "mymodels:mute cannot be had: Mute. Name a module"),
            ("mymodels:failing", r"ValueError: no\nluck."),
            ("mymodels:number", "mymodels:number is 5. It must be a network"),
            ("mymodels:impossible", "conv2: Conv2d on 6×6×4"),
            ("none.json", "none.json: it cannot be read: No such file"),
            ("binary.json", "binary.json: it is no JSON"),
            ("empty.json", "empty.json: "),
        ],
    )
    def test_what_cannot_be_had(self, capsys, folder, word, message):
        """What is no network is one clear line, with exit code 2."""
        (folder / "binary.json").write_bytes(b"\xff\xfe")
        (folder / "empty.json").write_text("", encoding="utf-8")
        code, _, err = run(capsys, "explain", word)

        assert (2, 1) == (code, err.count("\n"))
        assert message in err

    def test_what_fails_within_a_layer_says_where(self, capsys, folder):
        """The line of the user's own code is told that an error came through."""
        lines = MODULE.splitlines()
        line = next(n for n, text in enumerate(lines, 1) if "ValueError" in text)
        code, _, err = run(capsys, "summary", "mymodels:failing")

        assert (2, 1) == (code, err.count("\n"))
        assert f"{folder / 'mymodels.py'}:{line}: ValueError" in err

    def test_a_fault_of_our_own_is_no_fault_of_the_user(self, capsys, monkeypatch):
        """It keeps its traceback, which tells us where it is."""
        monkeypatch.setattr("cnncalc.cost.rows.rows", None)
        with pytest.raises(TypeError, match="NoneType"):
            run(capsys, "summary", "mymodels:net")

    def test_a_module_may_spoil_the_path(self, capsys):
        """Where modules are looked for is afterwards what it was before."""
        before = [*sys.path]

        assert 0 == run(capsys, "summary", "mymodels:spoils")[0]
        assert before == sys.path

    @pytest.mark.parametrize(
        ("word", "shape"),
        [
            ("16000x1", "16000×1"),
            ("9×9×9×3", "9×9×9×3"),
            ("10", "10"),
            ("2x2x2x2x3",) * 2,
        ],
    )
    def test_inputs_of_any_rank(self, capsys, folder, word, shape):
        """A sequence, a volume, a vector: sizes and channels, whatever their number."""
        (folder / "any.py").write_text(
            "from cnncalc import Sequential\nnet = Sequential(name='n').norm()\n"
        )
        code, out, _ = run(capsys, "summary", "any:net", "--input", word)
        sys.modules.pop("any")

        assert 0 == code
        assert f"n: {shape.replace('x', '×')} → " in out

    @pytest.mark.parametrize(
        ("word", "said"),
        [
            ("x=3x32x32", "32×32×3"),
            ("x=32x32x3", "32×32×3"),
            ("H=32", "there is no input or axis 'H'"),
            ("x=3x32x32,y", "'3x32x32,y' is no shape"),
        ],
    )
    def test_inputs_by_name(self, capsys, tmp_path, word, said):
        """Those of a file that is read may be told by the names that it has."""
        path = tmp_path / "cbam.onnx"
        path.write_bytes(stored("cbam"))
        _, out, err = run(capsys, "summary", str(path), "--input", word)

        assert said in out + err

    @pytest.mark.parametrize(
        ("words", "net"),
        [
            ("mobilenet_v2 --width 0.5", zoo.mobilenet_v2(width=0.5)),
            ("mobilenet_v2(classes=10)", zoo.mobilenet_v2(classes=10)),
            ("mobilenet_v2(depth=2) --deployed", zoo.mobilenet_v2(depth=2).deployed()),
            (
                "resnet50 --groups 2 --input 64x64x3",
                zoo.resnet50((64, 64, 3), groups=2),
            ),
            ("googlenet --aux", zoo.googlenet(aux=True)),
            ("mymodels:built --filters 7", Sequential((8, 8, 3)).conv(3, 7)),
            ("conv(3,7) --input 8x8x3", Sequential((8, 8, 3)).conv(3, 7)),
            ("relu() --input 8", Sequential(8).relu()),
        ],
    )
    def test_a_network_with_settings(self, capsys, words, net):
        """Settings of a network are options, or stand behind its name in brackets."""
        code, out, err = run(capsys, "save", *words.split())

        assert (0, "") == (code, err)
        assert net == from_json(out)

    def test_a_sweep(self, capsys):
        """Each setting takes its values in turn, and the input its shapes."""
        words = (
            "sweep mymodels:built --filters 1,2 --input 8x8x3,9x9x3 --columns params"
        )
        code, out, _ = run(capsys, *words.split(), "--format", "csv")
        each = "sweep lenet --classes 5 --deployed --columns params --format csv"

        assert 0 == code
        assert [28, 28, 56, 56] == [
            int(line.split(",")[-2]) for line in out.splitlines()[1:]
        ]
        assert "5,61281," in run(capsys, *each.split())[1].splitlines()

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (
                "mobilenet_v2 --widht 0.5,1",
                "no option '--widht'. The nearest: \"--width",
            ),
            ("lenet --classes 0,-1", "lenet: classes is 0. It must be a positive"),
            ("lenet --input 3x3x1,4x4x1", "its kernel 5×5 is larger than the padded"),
        ],
    )
    def test_a_sweep_of_nothing(self, capsys, words, message):
        """Where no variant is a network, it fails, and says why the first is none."""
        code, out, err = run(capsys, "sweep", *words.split())

        assert (2, "") == (code, out)
        assert message in err

    def test_settings_may_be_words(self, capsys):
        """A setting takes words in turn, too; the mask of a dropout has its size."""
        words = (
            "sweep mymodels:acts --function relu,prelu --columns params --format csv"
        )
        code, out, _ = run(capsys, *words.split())
        masks = "memory alexnet --optimizer sgd --mask-bytes {} --format csv"
        one, four = (run(capsys, *masks.format(n).split())[1] for n in (1, 4))

        assert (0, ["relu,0,", "prelu,1,"]) == (code, out.splitlines()[1:])
        assert one != four

    def test_networks_that_differ_in_a_setting(self, capsys):
        """In a comparison each is called what was typed."""
        words = ["lenet", "lenet(classes=5)", "--columns", "params", "--format", "csv"]

        assert ["network,parameters", "lenet,61706", "lenet(classes=5),61281"] == (
            run(capsys, "compare", *words)[1].splitlines()
        )

    def test_a_saved_network(self, capsys, folder):
        """What `save` writes is read by the others, with another input if wanted."""
        saved = run(capsys, "save", "lenet", "--output", "lenet.json")
        _, before, _ = run(capsys, "summary", "lenet", "--input", "64x64x1")
        _, after, _ = run(capsys, "summary", "lenet.json", "--input", "64x64x1")

        assert (0, "", "") == saved
        assert before == after

    def test_a_network_on_the_standard_input(self, capsys, monkeypatch):
        """A pipe from `save` to another command works, with - for the network."""
        _, text, _ = run(capsys, "save", "lenet5")
        stdin = io.TextIOWrapper(io.BytesIO(text.encode()))
        monkeypatch.setattr(sys, "stdin", stdin)
        code, out, _ = run(capsys, "diff", "lenet5", "-", "--exit-code")

        assert 0 == code
        assert "no difference" in out

    def test_a_network_as_python(self, capsys):
        """A network is written as Python source, too."""
        expected = zoo.lenet().to_python()

        assert (0, expected, "") == run(capsys, "save", "lenet", "--format", "python")

    def test_a_file_may_have_any_name(self, capsys, folder):
        """Any file is read, but the name of a network of the zoo is that network."""
        for name in ("net.txt", "net", "lenet", "a:b"):
            run(capsys, "save", "lenet5", "--format", "json", "--output", name)
        words = ("--columns", "params", "--format", "csv")
        nets = ("net.txt", "net", "./lenet", "a:b", "lenet")
        _, out, _ = run(capsys, "compare", *nets, *words)

        assert [60_840] * 4 + [61_706] == [
            int(line.rpartition(",")[2]) for line in out.splitlines()[1:]
        ]

    def test_equal_words_mean_one_network(self, capsys, monkeypatch):
        """The standard input is read once for all that name it."""
        stdin = io.TextIOWrapper(io.BytesIO(zoo.lenet5().to_json().encode()))
        monkeypatch.setattr(sys, "stdin", stdin)
        code, out, _ = run(capsys, "compare", "-", "-", "--columns", "params")

        assert 0 == code
        assert 2 == out.count("60,840")

    @pytest.mark.parametrize(
        ("raw", "words"),
        [
            (b"\xff\xfe", "the standard input is no text in UTF-8"),
            (b"{}", "standard input: "),
        ],
    )
    def test_a_standard_input_without_a_network(self, capsys, monkeypatch, raw, words):
        """It is called by its name in the line that says why not."""
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        code, out, err = run(capsys, "summary", "-")

        assert (2, "") == (code, out)
        assert words in err

    def test_what_a_module_prints_is_no_output(self, capsys):
        """The prints of a module are on the standard error."""
        words = ("--format", "csv", "--columns", "params")
        code, out, err = run(capsys, "summary", "mymodels:loud", *words)

        assert (0, "parameters\n112\n", "loud\n") == (code, out, err)

    def test_an_interruption(self, capsys):
        """An interruption is a line, and the exit code that shells have for it."""
        interrupted = run(capsys, "summary", "mymodels:interrupted")

        assert (130, "", "cnncalc: interrupted\n") == interrupted

    def test_a_network_that_fails_half_way(self, capsys, folder):
        """It is shown up to the layer that failed, and then the line that says why."""
        words = ("vgg16", "--input", "8x8x3", "--columns", "layer,output")
        code, out, err = run(capsys, "summary", *words)
        csv = (*words, "--format", "csv")

        assert 2 == code
        assert out.startswith("vgg16 up to relu4_3: 8×8×3 → 1×1×512\n")
        assert err.startswith("cnncalc: pool4: Pool on 1×1×512")
        in_csv = run(capsys, "summary", *csv)
        assert (2, err) == (in_csv[0], in_csv[2])
        assert in_csv[1].startswith("layer,output\nconv1_1,8×8×64\n")
        assert (2, "", err) == run(capsys, "summary", *csv, "--output", "half.csv")
        assert in_csv[1] == (folder / "half.csv").read_text(encoding="utf-8")
        wrong = run(capsys, "summary", *words, "--sort", "nothing")
        assert (2, "", err) == wrong  # the network's own error comes first

    def test_a_saved_network_that_fails_half_way(self, capsys, folder):
        """What was read of a file is shown, and then the line that says why."""
        text = zoo.lenet().to_json().replace('"units": 84', '"units": -3')
        (folder / "half.json").write_text(text, encoding="utf-8")
        code, out, err = run(capsys, "summary", "half.json", "--columns", "layer")

        assert 2 == code
        assert out.startswith("lenet up to FC1: 32×32×1 → 120\n")
        assert err.startswith("cnncalc: node 6, FC2: FC: units is -3.")


FVCORE = ("--convention", "fvcore")

# What contradicts itself.
REFUSED = [
    (["explain", "lenet", "x", *FVCORE], "a tool's number is not explained of x"),
    (["explain", "lenet", *FVCORE, "--format", "html"], "is not explained in html"),
    (["explain", "lenet", *FVCORE, "--output", "a.md"], "not explained in markdown"),
    (["explain", "lenet", *FVCORE, "--language", "zh"], "in the language zh"),
    (
        ["summary", "lenet", *FVCORE, "--format", "csv"],
        "--convention: CSV has the rows",
    ),
    (["diff", "lenet", "lenet", *FVCORE, "--format", "csv"], "CSV has the rows alone"),
    (
        ["summary", "lenet", "--format", "csv", "--output", "a.html"],
        "--output: .html is for html, and not for csv. Name the file by its format: .txt, ",
    ),
    (["draw", "lenet", "--output", "a.gif"], "--output: no gif is written. Name the"),
    (
        ["draw", "lenet", "--output", "a.tex", "--font", "a.ttf"],
        "--font: it is for pdf and png, and does nothing to tikz. Leave it out.",
    ),
    (
        ["draw", "lenet", "--format", "pdf"],
        "pdf is no text to print. Name a file: net.pdf",
    ),
    (
        ["summary", "lenet", "--output", "a.rst"],
        "no rst is written. Name the file by its format: .txt, .html, .md, .csv, .json, "
        ".tex; or say --format.",
    ),
    (["summary", "lenet", "--output", "a.adoc"], "--output: no adoc is written"),
    (["compare", "lenet", "--output", "dir.md/a.TSV"], "--output: no tsv is written"),
    (
        ["explain", "lenet", "--output", "a.csv"],
        "by its format: .txt, .md, .tex, .html",
    ),
    (["save", "lenet", "--output", "a.txt"], "--output: no text is written"),
    (["draw", "lenet", "--output", "a.html"], "no html is written"),
    (["save", "lenet", "--output", "a.csv"], "its format: .json, .py; or say"),
    (
        ["summary", "lenet", "--format", "csv", "--box"],
        "--box: it is for text, and does",
    ),
    (
        ["diff", "lenet", "lenet", "--output", "a.md", "--color", "always"],
        "--color: it",
    ),
    (["claims", "net.json"], "Claims are of networks that `cnncalc list` prints"),
    (["summary", "./net"], "./net: it cannot be read: No such file"),
    (["summary", "a/mymodels.py:net"], "Write mymodels:net, in the folder a."),
    (["summary", "mymodels.py:net"], "called without its suffix. Write mymodels:net."),
    (["summary", "lenet", "--language", "fr"], "invalid choice: 'fr'"),
    (["summary", "\x1b[31m\n\udcff.json"], r"\x1b[31m\n\udcff.json: it cannot be read"),
]


class Unwritable:
    """An output that refuses to be written to."""

    encoding = None

    def __init__(self, file, error):
        self.fileno, self.error = file.fileno, error

    def isatty(self):
        return True

    def write(self, _):
        raise self.error


class TestFailures:
    @pytest.mark.parametrize(
        ("words", "message"),
        [
            *REFUSED,
            (
                ["summary", "lenett"],
                "there is no network 'lenett'. The nearest: \"lenet\"",
            ),
            (["summary", "lenet", "--columns", "x"], "there is no column 'x'"),
            (["summary", "lenet", "--columns", ""], "there is no column ''"),
            (
                ["summary", "lenet", "--input", "32"],
                "Conv1: Conv2d on 32: it works on a",
            ),
            (["summary", "lenet", "--input", "32x"], "--input: '32x' is no shape"),
            (["summary", "lenet", "--input", "-3x3x3"], "'-3x3x3' is no shape"),
            (["summary", "lenet", "--input", "--box"], "expected one argument"),
            (["summary", "lenet", "--input=-3x3x3"], "'-3x3x3' is no shape"),
            (["summary", "lenet", "--input", "3x3"], "3×3, a sequence, reached it"),
            (["summary", "lenet", "--input", "0x3x3"], "height is 0"),
            (["summary", "lenet", "--input", "9" * 99], "is no shape"),
            (
                ["draw", "lenet", "--output", "/no/such/folder/x.svg"],
                "cannot be written: No such file",
            ),
            (["summary", "lenet", "--format", "odt"], "invalid choice: 'odt'"),
            (["summary"], "required: NETWORK"),
            (["summary", "lenet", "--clases", "3"], 'nearest: "--classes"'),
            (["summary", "lenet(5)"], "lenet(5): its settings cannot be read. Write"),
            (["summary", "lenet(classes=x)"], "as in lenet(classes=10)"),
            (["summary", "lenet(classes=0)"], "classes is 0. It must be a positive"),
            (["summary", "conv(3"], "character 7, conv(3▸: a comma or ')' is missing"),
            (["summary", "relu()", "--zzz", "2"], "--zzz, and the network no set"),
            (["list", "lenett"], "there is no network 'lenett'"),
            (["lenet"], "Write cnncalc summary lenet."),
            (["conv(5, 6)"], "Write cnncalc summary 'conv(5, 6)'."),
            (["summary", "lenet", "--colums", "layer"], 'The nearest: "--columns"'),
            (["check", "lenet", "--max-parms", "9"], 'The nearest: "--max-params"'),
            (["summary", "lenet", "--num-classes", "9"], "Write --classes."),
            (["summary", "resnet50", "--pretrained"], "have no weights here"),
            (["summary", "lenet", "--kernel-size", "3"], "no option '--kernel-size'"),
            (
                ["fits", "lenet", "stm32h743"],
                "no place for stm32h743. See `cnncalc fits",
            ),
            (["--zzz", "list"], "no place for --zzz. See `cnncalc --help`."),
            (["draw", "lenet", "x.svg"], "for x.svg. Write a file's name behind an"),
            (["summary", "conv(5, 6)"], "Say it, as --input 32x32x1."),
            (["layer", "conv(5, 6)"], "Say it, as --input 32x32x1."),
            (
                ["layer", "conv(5, 6) relu", "--input", "9x9x1"],
                "these are 2 layers. Write",
            ),
            (["layer", "relu pool(2)"], "Say it, as --input"),
            (["layer", "MaxPool2d(2)"], "Write Pool(2)."),
            (["layer", "max_pool2d(2)"], "Write max_pool(2)."),
            (["layer", "matmul()"], "Write add(MatMul())."),
            (["layer", "nn.Conv2d(3, 6, 5)"], "Write calls, as in"),
            (["sumary"], "no command 'sumary'. The nearest: \"summary\""),
        ],
    )
    def test_are_one_line_and_exit_code_2(self, capsys, words, message):
        """Bad input is one clear line on stderr, with exit code 2."""
        code, out, err = run(capsys, *words)

        assert (2, "", 1) == (code, out, err.count("\n"))
        assert message in err

    def test_a_closed_pipe_is_no_error(self):
        """When the reader has seen enough, nothing is complained about."""
        read, write = os.pipe()
        os.close(read)
        done = subprocess.run(
            [sys.executable, "-m", "cnncalc", "list"],
            stdout=write,
            stderr=subprocess.PIPE,
            check=False,
        )
        os.close(write)

        assert (0, b"") == (done.returncode, done.stderr)

    def test_a_closed_pipe_within(self, monkeypatch, tmp_path):
        """A broken pipe is answered by writing to nowhere."""
        with (tmp_path / "out").open("w") as file:
            monkeypatch.setattr(sys, "stdout", Unwritable(file, BrokenPipeError))

            assert 0 == main(["list"])

    def test_a_full_disk_is_one_line(self, monkeypatch, tmp_path, capsys):
        """Output that cannot be written is one clear line, with exit code 2."""
        with (tmp_path / "out").open("w") as file:
            monkeypatch.setattr(sys, "stdout", Unwritable(file, OSError("no space")))

            assert 2 == main(["list"])
        assert "cnncalc: the output cannot be written: no space\n" == (
            capsys.readouterr().err
        )

    def test_a_pipe_gets_utf_8(self):
        """Nothing is lost on the way into a pipe, whatever the locale's encoding."""
        done = subprocess.run(
            [sys.executable, "-m", "cnncalc", "summary", "lenet"],
            env={**os.environ, "PYTHONIOENCODING": "ascii"},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

        assert (0, "") == (done.returncode, done.stderr)
        assert "5×5×1×6 + 6" in done.stdout

    def test_a_terminal_gets_what_it_can_show(self, monkeypatch):
        """Where a terminal has no such character, a question mark stands for it."""
        raw = io.BytesIO()
        terminal = io.TextIOWrapper(raw, encoding="ascii")
        monkeypatch.setattr(terminal, "isatty", lambda: True, raising=False)
        monkeypatch.setattr(sys, "stdout", terminal)

        assert 0 == main(["summary", "lenet", "--color", "never"])
        assert b"5?5?1?6 + 6" in raw.getvalue()

    def test_a_stream_that_stands_in_gets_the_text(self, monkeypatch):
        """A stream of text alone, as of a test, gets the text."""
        monkeypatch.setattr(sys, "stdout", text := io.StringIO())

        assert 0 == main(["summary", "lenet"])
        assert "5×5×1×6 + 6" in text.getvalue()

    @pytest.mark.parametrize(
        ("words", "closed", "code", "out", "err"),
        [
            ("list", ">&-", 2, "", "cannot be written: the standard output is closed"),
            ("summary -", "<&-", 2, "", "cnncalc: the standard input is closed. Pipe"),
            ("summary nothing", "2>&-", 2, "", ""),
            ("save lenet --output net.json", ">&- 2>&- <&-", 0, "", ""),
        ],
    )
    def test_closed_streams_are_no_crash(self, tmp_path, words, closed, code, out, err):
        """Where a stream is closed, the exit code tells, and a line if there is one."""
        done = subprocess.run(
            ["sh", "-c", f'exec "$0" -m cnncalc {words} {closed}', sys.executable],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": HOME},
            capture_output=True,
            text=True,
            check=False,
        )

        assert (code, out) == (done.returncode, done.stdout)
        assert err in done.stderr
        assert done.stderr.count("\n") == bool(err)

    def test_a_stream_that_is_not_there(self, capsys, monkeypatch):
        """As Python has it, a stream that is closed from the start is None."""
        for name, words in (("stdin", "summary -"), ("stdout", "list")):
            with monkeypatch.context() as patch:
                patch.setattr(sys, name, None)

                assert 2 == main(words.split())
                assert "closed" in capsys.readouterr().err
        monkeypatch.setattr(sys, "stderr", None)

        assert (2, "", "") == run(capsys, "summary", "nothing")

    def test_an_error_without_a_reader_is_no_crash(self, monkeypatch, tmp_path):
        """A standard error that cannot be written to is done without."""
        with (tmp_path / "out").open("w") as file:
            monkeypatch.setattr(sys, "stderr", Unwritable(file, BrokenPipeError))

            assert 2 == main(["summary", "nothing"])


class TestWords:
    @pytest.mark.parametrize(
        "words", ["summary a", "diff a b", "draw a", "claims a", "list", "save a"]
    )
    def test_a_command_without_options_is_read_as_argparse_reads_it(self, words):
        """A command without options has the defaults that its parser gives."""
        expected = {"settings": {}, **vars(parser().parse_args(words.split()))}

        assert expected == vars(parsed(words.split()))

    @pytest.mark.parametrize(
        ("words", "settings", "rest"),
        [
            ("--width 0.5 --classes=10", {"width": "0.5", "classes": "10"}, []),
            ("--aux --depth 1 --training", dict.fromkeys(("aux", "training"), True), 1),
            ("--depth-multiplier 2 --dept 3", {"depth_multiplier": "2"}, 3),
        ],
    )
    def test_what_is_no_option_is_a_setting(self, words, settings, rest):
        """An option that a command does not have is one of its network."""
        options = parsed(["summary", "googlenet", *words.split()])

        assert settings == options.settings
        assert (rest or None) == options.depth

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            *[("0.5", 0.5), ("10", 10), ("3,4,6", (3, 4, 6)), ("-1", -1)],
            *[("true", True), ("False", False), ("none", None), ("relu", "relu")],
            *[("__import__('os')", "__import__('os')"), ("(" * 999, "(" * 999)],
        ],
    )
    def test_the_value_of_a_setting(self, text, value):
        """A setting is a number, some, a flag, or a word; nothing in it is run."""
        assert value == value_of(text)

    def test_it_needs_no_argparse(self):
        """Such a command loads neither argparse nor what is for type checkers."""
        code = "import sys; from cnncalc.cli import main; main(['summary', 'lenet'])"
        code += "; print({'argparse', 'typing_extensions'} & {*sys.modules})"
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )

        assert "set()" == done.stdout.splitlines()[-1]


class TestFit:
    """The largest input, batch or setting, by commands."""

    # MobileNetV2 has 2,223,872 parameters before its classes, 1,281 for each of these;
    # 17,056 less when each of its norms' pairs is one bias.
    @pytest.mark.parametrize(("words", "most"), [("", 1386), ("--deployed", 1399)])
    def test_a_setting(self, capsys, words, most):
        """The largest of a network's own, for which a limit holds."""
        words = ["mobilenet_v2", "classes", "--params", "4M", *words.split()]
        code, out, _ = run(capsys, "fit", *words, "--format", "json")

        assert (0, most) == (code, json.loads(out)["totals"]["value"])

    def test_an_end(self, capsys):
        """It is looked for between two integers."""
        ends = ["--least", "5", "--most", "100", "--input", "96x96x3"]
        words = ["mobilenet_v2", "classes", "--params", "4M", *ends]
        code, out, _ = run(capsys, "fit", *words, "--format", "json")

        assert (0, 100) == (code, json.loads(out)["totals"]["value"])

    @pytest.mark.parametrize(
        ("words", "why"),
        [
            ("lenet batch", "nothing is limited"),
            ("lenet --macs 1M --memory 1MiB", "--memory is nothing for input"),
            ("lenet batch --memory 1MiB --macs 1M", "--macs is nothing for batch"),
            ("lenet --macs 1M --least 3", "--least is nothing for input"),
        ],
    )
    def test_what_belongs_to_another(self, capsys, words, why):
        """It is refused, and not left unheard."""
        code, _, err = run(capsys, "fit", *words.split())

        assert 2 == code
        assert why in err
