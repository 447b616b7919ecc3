"""The page of a room says how to add one more: its examples run."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("room", ["base", "choices", "experiment", "nn"])
def test_that_the_examples_of_a_rooms_page_run(room):
    page = (ROOT / "core" / room / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert examples
    for example in examples:
        done = subprocess.run([sys.executable, "-c", example], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("room", ["base", "choices", "experiment", "nn"])
def test_that_a_rooms_page_names_every_file_and_no_other(room):
    folder = ROOT / "core" / room
    listed = set(
        re.findall(r"^\| `(\w+\.py)` \|", (folder / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert listed == {path.name for path in folder.glob("*.py")} - {"__init__.py"}
