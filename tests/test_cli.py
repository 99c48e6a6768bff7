"""The command line: what it prints, and how it fails."""

import os
import runpy
import subprocess
import sys

import pytest

import cnncalc
from cnncalc import zoo
from cnncalc.cli import main


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
        assert out.strip() == path.read_text(encoding="utf-8").strip()

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
        """The list has the name of every network."""
        assert (0, "\n".join(zoo.names()) + "\n", "") == run(capsys, "list")

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
        """The package runs as a module, and exits with the command's code."""
        monkeypatch.setattr(sys, "argv", ["cnncalc", "list"])
        with pytest.raises(SystemExit) as stop:
            runpy.run_module("cnncalc", run_name="__main__")

        assert 0 == stop.value.code
        assert "lenet" in capsys.readouterr().out

    def test_version_is_the_packages(self, capsys):
        """The version is that of the package."""
        with pytest.raises(SystemExit):
            main(["--version"])

        assert f"cnncalc {cnncalc.__version__}\n" == capsys.readouterr().out


class Unwritable:
    """An output that refuses to be written to."""

    encoding = None

    def __init__(self, file, error):
        self.fileno, self.error = file.fileno, error

    def write(self, _):
        raise self.error


class TestFailures:
    @pytest.mark.parametrize(
        ("words", "message"),
        [
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
            (["summary", "lenet", "--input", "-3x3x3"], "expected one argument"),
            (["summary", "lenet", "--input=-3x3x3"], "'-3x3x3' is no shape"),
            (["summary", "lenet", "--input", "3x3"], "(3, 3) is no shape"),
            (["summary", "lenet", "--input", "0x3x3"], "height is 0"),
            (["summary", "lenet", "--input", "9" * 99], "is no shape"),
            (
                ["draw", "lenet", "--output", "/no/such/folder/x.svg"],
                "cannot be written: No such file",
            ),
            (["summary", "lenet", "--format", "odt"], "invalid choice: 'odt'"),
            (["summary"], "required: NAME"),
            ([], "required: COMMAND"),
            (["sumary"], "invalid choice: 'sumary'"),
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

    def test_an_encoding_without_box_lines_is_no_error(self):
        """Where a character cannot be encoded, a question mark stands for it."""
        done = subprocess.run(
            [sys.executable, "-m", "cnncalc", "summary", "lenet"],
            env={**os.environ, "PYTHONIOENCODING": "ascii"},
            capture_output=True,
            text=True,
            check=False,
        )

        assert (0, "") == (done.returncode, done.stderr)
        assert "5?5?1?6 + 6" in done.stdout
