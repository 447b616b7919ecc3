"""`tp5 datasets export`: a set for other programs, never in the place of anything unasked."""

import numpy as np
import pytest

from core.data.datasets import load_dataset

pytestmark = pytest.mark.usefixtures("library")


@pytest.mark.parametrize("place", ["set.npz", "set.png", "set"])
def test_that_a_set_is_exported_and_imported_again(document, tp5, place):
    printed = document("datasets", "export", "font5x7", "--out", place)
    assert printed == {"name": "font5x7", "count": 32, "height": 7, "width": 5, "out": place}
    assert document("datasets", "import", place, "--name", "again")["count"] == 32
    assert np.array_equal(load_dataset("again").images, load_dataset("font5x7").images)
    labels = load_dataset("again").labels == load_dataset("font5x7").labels
    assert labels == (place != "set.png")
    status, out, _ = tp5("datasets", "export", "again", "--out", place, "--replace")
    assert status == 0
    assert ("A picture has no labels" in out) == (place == "set.png")


@pytest.mark.parametrize("place", ["set.npz", "set.png", "set"])
def test_that_what_is_there_stays_unless_it_is_to_be_replaced(document, mistaken, place):
    document("datasets", "export", "font5x7", "--out", place)
    assert "--replace" in mistaken("datasets", "export", "digits", "--out", place)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nonsense", "--out", "a.npz"], "font5x7"),
        (["font5x7", "--out", "gone/a.npz"], "gone"),
        (["font5x7", "--out", "gone/a"], "gone"),
        (["font5x7", "--out", "a.jpg"], ".npz"),
        (["font5x7", "--out", ".."], "other things"),
        (["font5x7"], "--out"),
    ],
)
def test_that_a_mistake_is_one_line_before_anything_is_written(mistaken, tmp_path, words, said):
    (tmp_path / "something").write_bytes(b"")
    assert said in mistaken("datasets", "export", *words)
