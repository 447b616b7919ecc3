"""Several processes write one file while others read it: every look finds a whole one."""

import subprocess
import sys
import time

import numpy as np
import pytest

from core.data import library

WRITER = """
import sys, time
from pathlib import Path
import numpy as np
from core.data import library
library.folder = lambda: Path(sys.argv[1])
level, until, turn = float(sys.argv[2]), time.monotonic() + float(sys.argv[3]), 0
while time.monotonic() < until:
    turn += 1
    count = 200 + turn % 3
    library.write("mine", np.full((count, 20, 20), level, np.float32), tuple(map(str, range(count))))
print(turn)
"""
LEVELS = (0.25, 0.5, 0.75)


def look(seconds, folder, monkeypatch):
    """Three write for so many seconds, one reads: how many looks and how many writes there were."""
    monkeypatch.setattr(library, "folder", lambda: folder)
    library.write("mine", np.full((200, 20, 20), 0.5, np.float32), tuple(map(str, range(200))))
    words = [sys.executable, "-c", WRITER, str(folder)]
    writers = [
        subprocess.Popen([*words, str(level), str(seconds)], stdout=subprocess.PIPE, text=True)
        for level in LEVELS
    ]
    looks = 0
    while any(writer.poll() is None for writer in writers):
        images, labels = library.read("mine")
        assert images.min() == images.max()
        assert images.min() in LEVELS
        assert labels == tuple(map(str, range(len(images))))
        looks += 1
        time.sleep(0.002)
    turns = [int(writer.communicate()[0] or 0) for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    assert [path.name for path in folder.iterdir()] == ["mine.npz"]
    return looks, turns


def test_that_every_look_at_a_set_that_is_written_finds_it_whole(tmp_path, monkeypatch):
    looks, turns = look(1.5, tmp_path, monkeypatch)
    assert looks > 3
    assert all(turns)


@pytest.mark.slow
def test_that_thousands_of_looks_find_it_whole(tmp_path, monkeypatch):
    looks, turns = look(60, tmp_path, monkeypatch)
    assert looks > 300
    assert min(turns) > 30
