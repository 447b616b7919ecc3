"""What the tests of the command line share: a library of their own, and the command as it is typed."""

import json

import pytest

import core.data.library
from core.cli.parser import main


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A library of this test alone, and a folder of its own to work in."""
    monkeypatch.setattr(core.data.library, "folder", lambda: tmp_path / "library")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "library"


@pytest.fixture
def tp5(capsys):
    """The command with these words: its exit status, and what it printed and complained of."""

    def call(*words):
        try:
            status = main([str(each) for each in words])
        except SystemExit as leaving:
            status = leaving.code
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return status, out, err

    return call


@pytest.fixture
def document(tp5):
    """What the command with these words prints for scripts: one document, strict JSON, and nothing else."""

    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON")

    def call(*words):
        status, out, err = tp5(*words, "--json")
        assert (status, err) == (0, "")
        return json.loads(out, parse_constant=refuse)

    return call


@pytest.fixture
def mistaken(tp5, tmp_path):
    """Calls what has to be refused: status 2, one line, and every file as it was before."""

    def files():
        return {path: path.read_bytes() if path.is_file() else None for path in tmp_path.rglob("*")}

    def call(*arguments):
        before = files()
        status, out, err = tp5(*arguments)
        assert err.startswith("tp5"), err
        assert (status, out, err.count("\n")) == (2, "", 1), err
        assert files() == before
        return err

    return call
