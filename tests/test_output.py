"""Files: what is written is there whole, or what was there before still is."""

import os
from pathlib import Path

import pytest

from cnncalc import zoo
from cnncalc.report.output import given

NET = zoo.lenet5()


@pytest.fixture
def full(monkeypatch):
    """Let the disk be full when half of a file is written."""
    write = Path.write_bytes

    def half(path, data):
        write(path, data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)


WRITERS = {
    "table.csv": lambda path: NET.summary().to_csv(path),
    "table.html": lambda path: NET.summary().to_html(path),
    "table.txt": lambda path: NET.summary().to_text(path),
    "explanation.md": lambda path: NET.explain().to_markdown(path),
    "net.json": lambda path: NET.to_json(path),
    "net.py": lambda path: NET.to_python(path),
    "net.svg": lambda path: NET.draw().save(path),
}


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.usefixtures("full")
def test_a_failed_write_leaves_what_was_there(tmp_path, name):
    """The file is as it was, and nothing lies beside it; a new one does not appear."""
    old, new = tmp_path / name, tmp_path / f"new.{name}"
    old.write_text("before")
    for path in (old, new):
        with pytest.raises(OSError, match="No space left"):
            WRITERS[name](path)

    assert b"before" == old.read_bytes()
    assert [old] == [*tmp_path.iterdir()]


def test_a_file_keeps_its_rights_and_its_links(tmp_path):
    """What a link leads to is written, and may be read by whom it might before."""
    file, link = tmp_path / "a.txt", tmp_path / "b.txt"
    file.write_text("before")
    file.chmod(0o640)
    link.symlink_to(file)
    given("after\n", link)

    assert "after\n" == file.read_text()
    assert 0o640 == file.stat().st_mode & 0o777
    assert link.is_symlink()
    assert {file, link} == {*tmp_path.iterdir()}


def test_a_device_is_no_file_to_be_replaced():
    """What is written to /dev/null is gone, and it is a device still."""
    given("text", os.devnull)

    assert not Path(os.devnull).is_file()


def test_a_text_is_given_back_without_a_file():
    """Without a path it is returned as it is."""
    assert "text" == given("text", None)
