"""Budgets: limits, locks, formats of servers, hooks, and a workflow that runs."""

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from test_cli import run
from test_layers import Mystery

import cnncalc
from cnncalc import (
    ArgumentError,
    ConfigError,
    Device,
    OptionError,
    Sequential,
    Symbol,
    Unknown,
    UnknownNameError,
    check,
    zoo,
)
from cnncalc.budget.checking import verdict

HOME = Path(cnncalc.__file__).parent.parent
DOCS = Path(__file__).parents[1] / "docs"
HOOKS = DOCS.parent / ".pre-commit-hooks.yaml"


def digits(filters=8):
    """Build a network of 8 filters."""
    net = Sequential(input=(28, 28, 1), name="digits").conv(3, filters).relu()
    return net.pool(2).fc(10)


class TestLimits:
    def test_all_kept(self):
        """LeNet-5's first relative has 61,706 parameters and 416,520 MACs."""
        found = check(zoo.lenet(), max_params=61_706, max_macs="0.5M")

        assert found.passed
        assert [("params", 61_706, 0), ("macs", 416_520, -83_480)] == [
            (line.what, line.found, line.change) for line in found
        ]

    def test_one_is_not(self):
        """The error is one of assertions, and prints the table."""
        with pytest.raises(AssertionError) as error:
            check(zoo.lenet(), max_params=61_705, max_macs="1M")

        *_, params, macs, _, checks, failed = str(error.value).rstrip().splitlines()
        assert ["lenet", "params", "at", "most", "61,705", "61,706", "+1", "no"] == (
            params.split()
        )
        assert "yes" == macs.split()[-1]
        assert ("2", "1") == (checks.split()[-1], failed.split()[-1])

    def test_all_that_can_be_limited(self):
        """Each is what the network's own question answers."""
        net = zoo.vww_mobilenet()
        expected = {
            "params": net.params,
            "macs": net.macs,
            "flops": net.flops,
            "activations": net.activations,
            "connections": net.connections,
            "ram": 73_728,  # measured with the runtime
            "flash": net.flash("int8").file_size,
        }
        found = verdict(net, **{f"max_{name}": 1 for name in expected})

        assert expected == {line.what: line.found for line in found}

    def test_values_of_a_type(self):
        """Those of float32 take four times as much."""
        limits = {"max_ram": "1 MiB", "max_flash": "1 MiB"}
        small, large = (
            [line.found for line in verdict(zoo.lenet(), dtype=dtype, **limits)]
            for dtype in (None, "float32")
        )

        assert [5_888, zoo.lenet().flash().file_size] == small
        assert zoo.lenet().flash("float32").file_size == large[1]
        assert 4 * 1_176 + 18_816 == large[0]

    @pytest.mark.parametrize("file", ["n2_i8.tflite", "n2_f32.tflite"])
    def test_a_file_has_types_of_its_own(self, file):
        """Without a type, the arena of a TFLite file is that of its tensors."""
        path = Path(__file__).parent / "data" / "tflite" / file
        net = cnncalc.from_tflite(path)
        (line,) = verdict(net, max_ram="1 GiB")

        assert net.memory_plan(planner="tflm").arena_size == line.found

    def test_what_is_converted_is_of_int8_too(self):
        """Without a type, a network and what the converter makes of it are equal."""
        net = zoo.lenet()
        (line,) = verdict(net.deployed("tflite"), max_ram="1 GiB")

        assert 5_888 == line.found

    def test_a_device(self):
        """Its RAM and flash are limits, of all that the runtime keeps."""
        net = zoo.vww_mobilenet()
        fit = net.fits("stm32f746")
        ram, flash = check(net, device="stm32f746")

        assert ("ram", "on the device", 327_680, fit.ram) == ram[1:5]
        assert ("flash", 1_048_576, fit.flash) == (flash.what, flash.limit, flash.found)
        assert not ram.note

    def test_a_device_that_is_too_small(self):
        """It is said what would help."""
        found = verdict(zoo.mobilenet((96, 96, 3), width=0.25), device="stm32l476")

        assert [False, True] == [line.passed for line in found]
        assert "fits: largest input 88×88×3; fits: better plan" in found[0].note
        assert "98,304" in found.to_github().splitlines()[0]
        assert "; fits: largest input 88×88×3" in found.to_github()

    def test_a_device_without_flash_of_its_own(self):
        """Where it is on a card, RAM alone is a limit."""
        board = Device("mine", ram="1 MiB")
        found = check(zoo.lenet(), device=board)

        assert ["ram"] == [line.what for line in found]

    def test_what_is_unknown_keeps_nothing(self):
        """A bound below the limit is no promise."""
        net = Sequential(input=(8, 8, 3)).conv(3, 4).add(Unknown("x")).fc(2)
        found = verdict(net, max_params="1M", max_ram="1 MiB", max_flash="1 MiB")

        assert [False] * 3 == [line.passed for line in found]
        assert "≥ 112" in str(found)

    @pytest.mark.parametrize(
        ("wrong", "error", "said"),
        [
            ({}, OptionError, "nothing to check"),
            ({"max_macs": "20 apples"}, OptionError, "max_macs is '20 apples'"),
            ({"max_macs": "20 KiB"}, OptionError, "max_macs is '20 KiB'"),
            ({"max_mac": 3}, ArgumentError, "max_macs=3"),
            ({"device": "esp99"}, UnknownNameError, "esp99"),
            ({"lock": 3}, OptionError, "lock is 3"),
            ({"max_macs": 3, "name": 3}, OptionError, "name is 3"),
            ({"write_lock": True}, OptionError, "no lock to write"),
            ({"write_lock": 1, "lock": "x"}, OptionError, "write_lock"),
            ({"max_macs": 3, "units": "X"}, OptionError, "units"),
        ],
    )
    def test_what_is_refused(self, wrong, error, said):
        """Each is named, with what to write."""
        with pytest.raises(error, match=said):
            check(zoo.lenet(), **wrong)

    def test_what_is_no_network(self):
        """Nor has anything else a budget, nor sizes in symbols."""
        net = Sequential(input=(8, 8, 3)).conv(3, Symbol("F"))
        for other, said in ((3, "3 is no network"), (net, "its macs is")):
            with pytest.raises(OptionError, match=said):
                check(other, max_macs="1M")

    def test_names_within(self):
        """Where nothing guards the call, a name is still not taken for a limit."""
        with pytest.raises(UnknownNameError, match="max_macs"):
            verdict(zoo.lenet(), max_mac=3)


class TestLock:
    def test_nothing_changed(self, tmp_path):
        """What was written is as it was; a line for each number."""
        lock = tmp_path / "cnncalc.lock"
        check(digits(), lock=lock, write_lock=True)
        found = check(digits(), lock=lock)

        assert ["params", "macs", "activations", "ram"] == [line.what for line in found]
        assert {"as locked"} == {line.rule for line in found}

    def test_other_versions(self, tmp_path):
        """A lock of another version is neither read nor written over."""
        lock = tmp_path / "cnncalc.lock"
        check(digits(), lock=lock, write_lock=True)
        text = lock.read_text("utf-8").replace('"version": 1,', '"version": 2,', 1)
        lock.write_text(text, "utf-8")

        for writes in (False, True):
            with pytest.raises(ConfigError, match="its version is 2, and this reads 1"):
                check(digits(), lock=lock, write_lock=writes)
        assert text == lock.read_text("utf-8")

    def test_what_changed(self, tmp_path):
        """Numbers with their difference, and nodes with what became of them."""
        lock = tmp_path / "cnncalc.lock"
        check(digits(), lock=lock, write_lock=True)
        found = verdict(digits(12), lock=lock, max_params="1M")
        changes = {line.what: line.change for line in found if not line.passed}

        assert 4 * (10 + 1690) == changes["params"]
        assert [("conv1", "~ filters 8 → 12")] == [
            (line.what, line.note) for line in found if line.what == "conv1"
        ]
        assert ("params", "at most", True) == (
            found[0].what,
            found[0].rule,
            found[0].passed,
        )

    def test_nodes_that_come_and_go(self, tmp_path):
        """A node that was added is told, and so is one that is gone."""
        lock = tmp_path / "cnncalc.lock"
        check(digits(), lock=lock, write_lock=True)
        other = (
            Sequential(input=(28, 28, 1), name="digits").conv(3, 8).pool(2).dropout()
        )
        notes = [line.note for line in verdict(other.fc(10), lock=lock) if line.note]

        assert ["- Activation('relu')", "+ Dropout()"] == [
            note for note in notes if note[0] in "+-"
        ]

    def test_many_networks(self, tmp_path):
        """A lock has networks by name, in order, and keeps the others."""
        lock = tmp_path / "cnncalc.lock"
        check(zoo.lenet(), lock=lock, write_lock=True)
        check(digits(), lock=str(lock), write_lock=True)
        check(digits(12), lock=lock, write_lock=True, name="wide")
        check(digits(), lock=lock)
        check(zoo.lenet(), lock=lock)

        assert ["digits", "lenet", "wide"] == list(
            json.loads(lock.read_text())["networks"]
        )
        assert 29 == len(lock.read_text().splitlines())

    def test_one_that_is_not_there(self, tmp_path):
        """It was not agreed upon."""
        lock = tmp_path / "cnncalc.lock"
        check(zoo.lenet(), lock=lock, write_lock=True)
        with pytest.raises(AssertionError, match="not in the lock"):
            check(digits(), lock=lock)

    def test_layers_of_ones_own(self, tmp_path):
        """They are read by the classes of the network at hand; what is unknown stays so."""
        lock = tmp_path / "cnncalc.lock"
        net = Sequential(input=(8, 8, 3)).conv(3, 4).add(Mystery()).fc(2)
        check(net, lock=lock, write_lock=True)

        assert check(net, lock=lock).passed
        with pytest.raises(ConfigError, match="Write the lock anew"):
            check(Sequential(input=(8, 8, 3)).conv(3, 4), lock=lock)

    @pytest.mark.parametrize(
        "text",
        ["", "[]", "{}", '{"format": "x"}', '{"format": "cnncalc lock"}', "\xff"],
    )
    def test_what_is_none(self, tmp_path, text):
        """A file that is no lock is not read, and not written over."""
        lock = tmp_path / "cnncalc.lock"
        lock.write_bytes(text.encode("latin-1"))
        for writes in (False, True):
            with pytest.raises(ConfigError, match="no lock"):
                check(zoo.lenet(), lock=lock, write_lock=writes)

        assert text.encode("latin-1") == lock.read_bytes()

    def test_a_missing_one(self, tmp_path):
        """It is said how to write it."""
        with pytest.raises(ConfigError, match="--write-lock"):
            check(zoo.lenet(), lock=tmp_path / "none")


class TestFormats:
    def failing(self):
        net = Sequential(input=(8, 8, 1), name='a "<b>" 50%\n&').conv(3, 2)
        return verdict(net, max_params=19, max_macs=1_000)

    def test_github(self):
        """A failure is an error with its percent signs escaped; the rest is a line."""
        first, second = self.failing().to_github().splitlines()

        assert first.startswith('::error title=cnncalc check::a "<b>" 50%25')
        assert first.endswith("params is 20, at most 19 (+1)")
        assert not second.startswith("::")
        assert second.endswith("macs is 648, at most 1,000")

    def test_github_escapes_lines(self):
        """What would end the command does not."""
        from cnncalc.budget.as_github import escaped_command

        assert "a%25%0D%0Ab" == escaped_command("a%\r\nb")

    def test_junit(self):
        """It is XML, with a test for each line and a failure in each that failed."""
        suite = ET.fromstring(self.failing().to_junit().encode()).find("testsuite")

        assert ("2", "1") == (suite.get("tests"), suite.get("failures"))
        assert ["params at most", "macs at most"] == [
            case.get("name") for case in suite
        ]
        assert [1, 0] == [len(case) for case in suite]
        assert suite[0][0].get("message").endswith("params is 20, at most 19 (+1)")

    def test_the_schema_of_junit(self, tmp_path):
        """Elements stand where they may, with what they must and may have.

        The counts are those of what is inside, though names have signs of XML.
        """
        lock = tmp_path / "cnncalc.lock"
        net = Sequential(input=(8, 8, 3), name="a <&\"'\x07> é").conv(3, 4, name="c")
        check(net, lock=lock, write_lock=True)
        other = Sequential(input=(8, 8, 3), name=net.name).conv(5, 4, name="c")
        text = verdict(other, max_params=1, max_macs="1G", lock=lock).to_junit()
        root = ET.fromstring(text.encode())
        counts = {"name", "tests", "failures", "errors", "time"}
        schema = {  # inside what, what it must have, and what it may
            "testsuites": (None, set(), counts),
            "testsuite": ("testsuites", {"name"}, counts),
            "testcase": ("testsuite", {"name", "classname", "time"}, set()),
            "failure": ("testcase", {"type"}, {"message"}),
        }
        inside = {child: parent.tag for parent in root.iter() for child in parent}

        for each in root.iter():
            parent, must, may = schema[each.tag]
            assert parent == inside.get(each)
            assert must <= {*each.attrib} <= must | may
        for each in (root, root[0]):
            kinds = [kind.tag for kind in each.iter()]
            assert str(kinds.count("testcase")) == each.get("tests")
            assert str(kinds.count("failure")) == each.get("failures") != "0"
            assert "0" == each.get("errors")
        assert {"a <&\"'\\x07> é"} == {case.get("classname") for case in root[0]}

    def test_changes_of_nodes(self, tmp_path):
        """They are said as they are."""
        lock = tmp_path / "cnncalc.lock"
        check(digits(), lock=lock, write_lock=True)
        found = verdict(digits(12), lock=lock)

        assert "digits: conv1 ~ filters 8 → 12" in found.to_github()
        assert "conv1 as locked" in found.to_junit()

    def test_unknown_numbers(self):
        """They are said to be unknown, or bounds."""
        net = Sequential(input=(8, 8, 3), name="n").conv(3, 4).add(Unknown("x")).fc(2)
        text = verdict(net, max_macs="1G").to_github()

        assert "macs is ≥ 3,888, at most 1,000,000,000" in text


class TestCommand:
    def test_exit_codes(self, capsys):
        """0 is all kept, 1 not all, and 2 a mistake."""
        kept = run(capsys, "check", "lenet", "--max-macs", "1M", "--max-ram", "8KiB")
        broken = run(capsys, "check", "lenet", "--max-macs", "1k")
        wrong = run(capsys, "check", "lenet", "--max-macs", "1x")

        assert (0, 1, 2) == (kept[0], broken[0], wrong[0])
        assert kept[1].endswith("Failed:  0\n")
        assert broken[1].endswith("Failed:  1\n")
        assert "max_macs is '1x'" in wrong[2]

    def test_settings_of_the_network(self, capsys):
        """As in all commands, they are options."""
        words = "check mobilenet_v2 --width 0.35 --input 96x96x3 --max-macs 12M"

        assert 0 == run(capsys, *words.split())[0]

    @pytest.mark.parametrize("kind", ["github", "junit", "json", "markdown"])
    def test_formats(self, capsys, kind):
        """Each is that of the answer."""
        found = verdict(zoo.lenet(), max_macs="1M")
        _, out, _ = run(capsys, "check", "lenet", "--max-macs", "1M", "--format", kind)

        assert getattr(found, f"to_{kind}")().rstrip() == out.rstrip()

    def test_a_file_of_junit(self, capsys, tmp_path):
        """Its suffix tells the format; other reports are none."""
        path = str(tmp_path / "report.xml")
        code, out, _ = run(
            capsys, "check", "lenet", "--max-macs", "1k", "--output", path
        )
        wrong = run(capsys, "summary", "lenet", "--output", path)

        assert (1, "") == (code, out)
        assert "testsuites" == ET.parse(path).getroot().tag
        assert 2 == wrong[0]

    def test_in_a_shell(self, tmp_path):
        """A process ends with the code."""
        words = [
            sys.executable,
            "-m",
            "cnncalc",
            "check",
            "lenet",
            "--max-params",
            "1k",
        ]
        done = subprocess.run(
            words, env=environment(), capture_output=True, check=False
        )

        assert 1 == done.returncode


def environment():
    return {**os.environ, "PYTHONPATH": str(HOME), "PYTHONIOENCODING": "utf-8"}


BUDGET = """
[DEFAULT]
max-ram = 256 KiB  # of the board
lock = cnncalc.lock

[lenet]
max-params = 100k

[wake word]
network = mobilenet_v2(width=0.35, classes=2)
input = 96x96x3
max-macs = 20M
dtype = int8

[on the board]
network = mobilenet_v2
input = 96x96x3
deployed = yes
max-ram = 2 MiB
"""


class TestBudget:
    """Budgets of many networks."""

    @pytest.fixture(autouse=True)
    def folder(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        Path("cnncalc.ini").write_text(BUDGET, "utf-8")

    def test_many_networks(self, capsys):
        """Each section is checked by its name, and locked by it."""
        words = "check --budget cnncalc.ini --write-lock --format csv"
        code, out, _ = run(capsys, *words.split())
        names = {line.partition(",")[0] for line in out.splitlines()[1:]}

        assert 0 == code
        assert {"lenet", "wake word", "on the board"} == names
        assert 0 == run(capsys, "check", "--budget", "cnncalc.ini")[0]

    def test_one_of_them(self, capsys):
        """It is named as in the file; the command goes before the file."""
        words = ["check", "wake word", "--budget", "cnncalc.ini", "--format", "csv"]
        code, out, _ = run(capsys, *words, "--write-lock", "--max-macs", "1M")

        assert 1 == code
        assert 7 == len(out.splitlines())
        assert "wake word,macs,at most,1000000" in out

    @pytest.mark.parametrize(
        ("words", "text", "said"),
        [
            (["other"], BUDGET, "'other'"),
            ([], "", "no networks"),
            ([], "max-macs = 3", "cannot be read"),
            ([], "[lenet]\nmax-mac = 3", "max-macs"),
            ([], "[lenet]\nmax-macs = many", "max_macs is 'many'"),
            ([], "[lenet]", "nothing to check"),
            ([], "[lenet]\nmax-params = 1M\ndtype = int9", "no data type 'int9'"),
        ],
    )
    def test_what_is_refused(self, capsys, words, text, said):
        """Each is said in a line."""
        Path("cnncalc.ini").write_text(text, "utf-8")
        code, _, line = run(capsys, "check", *words, "--budget", "cnncalc.ini")

        assert 2 == code
        assert said in line

    def test_texts_in_quotes(self, capsys):
        """They are what is in the quotes, as in other formats of settings."""
        text = '[a]\nnetwork = "lenet"\nmax-params = "62k"\ndtype = \'int8\''
        Path("cnncalc.ini").write_text(text, "utf-8")

        assert 0 == run(capsys, "check", "--budget", "cnncalc.ini")[0]

    def test_a_missing_file(self, capsys):
        """So is one that is not there, and a command without either."""
        for words, said in ((["--budget", "none"], "No such file"), ([], "no network")):
            code, _, line = run(capsys, "check", *words)

            assert 2 == code
            assert said in line

    def test_where_it_is(self, capsys):
        """A message names the file and the section."""
        for line in (
            "max-mac = 3",
            "max-macs = many",
            "device = esp23",
            "network = lenett",
            "network = conv(5, 6)\nmax-macs = 3",
        ):
            Path("cnncalc.ini").write_text(f"[lenet]\n{line}", "utf-8")
            code, _, said = run(capsys, "check", "--budget", "cnncalc.ini")

            assert 2 == code
            assert said.startswith("cnncalc: cnncalc.ini [lenet]: ")

    def test_the_hook(self, capsys):
        """What pre-commit runs is a command that there is, on the file it names."""
        text = HOOKS.read_text("utf-8")
        (entry,) = re.findall("entry: cnncalc (.*)", text)
        (words,) = re.findall(r"args: \[(.*)\]", text)

        assert 0 == run(capsys, entry, *words.split(", "), "--write-lock")[0]
        assert "id: cnncalc-check" in text
        assert "id: cnncalc-check" in (DOCS / "howto" / "ci.md").read_text("utf-8")


@pytest.mark.skipif(os.name == "nt", reason="its steps are those of a POSIX shell")
def test_the_workflow_runs(tmp_path):
    """The steps of the example run in a shell: all pass, and a smaller limit fails."""
    page = (DOCS / "howto" / "ci.md").read_text("utf-8")
    (workflow, *_) = re.findall("```yaml\n(name: budget.*?)```", page, re.DOTALL)
    (budget,) = re.findall("```ini\n(.*?)```", page, re.DOTALL)
    steps = [step for step in re.findall("- run: (.*)", workflow) if "pip" not in step]
    file, tool = tmp_path / "cnncalc.ini", tmp_path / "cnncalc"
    file.write_text(budget, "utf-8")
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cnncalc "$@"\n')
    tool.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"

    def codes(*commands):
        return [
            subprocess.run(
                ["/bin/sh", "-c", command],
                cwd=tmp_path,
                env={**environment(), "PATH": path},
                capture_output=True,
                check=False,
            ).returncode
            for command in commands
        ]

    assert 2 == len(steps)
    assert [0, 0, 0] == codes(f"{steps[0]} --write-lock", *steps)
    assert (tmp_path / "report.xml").exists()
    file.write_text(budget.replace("100k", "10k"), "utf-8")
    assert [1, 1] == codes(*steps)
