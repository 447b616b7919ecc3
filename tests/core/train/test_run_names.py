"""What run files are called."""

import pytest

from core.train.run_names import is_run_name, run_path


@pytest.mark.parametrize(
    ("name", "run"), [("a.tp5", True), ("a.TP5", True), ("a.Tp5", True), ("a.png", False), (".tp5", False)]
)
def test_that_a_run_is_known_by_its_suffix(name, run):
    assert is_run_name(name) == run


@pytest.mark.parametrize(
    ("asked", "saved"), [("a.tp5", "a.tp5"), ("a.TP5", "a.TP5"), ("a.txt", "a.txt.tp5"), ("a", "a.tp5")]
)
def test_that_a_run_is_saved_under_a_name_by_which_it_is_known(asked, saved, tmp_path):
    path = run_path(tmp_path / asked)
    assert path == tmp_path / saved
    assert is_run_name(path)
