"""Wishes for a source, and which of them are of use to it."""

import gzip
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sources import npy, png, refusal, written

from core.data.importers import ImportRefused, uses_of
from core.data.wishes import EVERYWHERE, WISHES, Wishes

ALL = Wishes(
    grid=(1, 2), margin=0, spacing=3, size=(4, 5), characters="a", array="x", range=(0.0, 1.0),
    transpose=True, mirror=True, count=6, invert=True,
)  # fmt: skip


@given(st.frozensets(st.sampled_from(sorted(WISHES))))
def test_that_of_all_wishes_those_named_are_left(uses):
    assert ALL.of(uses).uses == uses
    assert all(getattr(ALL.of(uses), wish) == getattr(ALL, wish) for wish in uses)


def test_that_a_source_says_which_wishes_are_of_use_by_its_beginning_alone(tmp_path):
    (tmp_path / "folder").mkdir()
    assert {"count", *EVERYWHERE} <= uses_of(tmp_path / "folder")
    assert {"grid", "margin", "spacing"} <= uses_of(written(tmp_path / "a.png", b"\x89PNG, and no picture"))
    for blob in (npy([[[0.0]]])[:20], gzip.compress(npy([[[0.0]]]))):
        assert {"range", "transpose", "mirror", "count"} <= uses_of(written(tmp_path / "a.txt", blob))
    with pytest.raises(ImportRefused, match="empty"):
        uses_of(written(tmp_path / "nothing", b""))
    with pytest.raises(FileNotFoundError):
        uses_of(tmp_path / "nowhere")


def test_that_a_file_that_is_nothing_known_is_not_called_a_picture(tmp_path):
    path = written(tmp_path / "8x13.pcf.gz", gzip.compress(b"\1fcp" + bytes(99)))
    for wishes in ({}, {"characters": "A"}, {"array": "x"}):
        assert "is not a picture" in refusal(path, **wishes)
    assert "this is a picture" in refusal(
        written(tmp_path / "a.png", png(np.eye(3, dtype=np.uint8))), characters="A"
    )


def test_that_wishes_do_not_bring_pillow():
    code = "import sys, core.data.wishes; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
