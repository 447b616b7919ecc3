"""The pages that say how to add something: their examples run, and they name the files that there are."""

import re
from pathlib import Path

import pytest

from core.base.registry import Registry
from core.choices import activations, losses, optimizers, penalties, schedules, sparsities
from core.data import datasets, noise
from core.measure import metrics

ROOT = Path(__file__).resolve().parent.parent
ROOMS = sorted(path.parent for folder in ("core", "tp5gui") for path in (ROOT / folder).glob("*/__init__.py"))
PAGES = [ROOT / "CONTRIBUTING.md", *(room / "README.md" for room in ROOMS)]
MODULES = (activations, losses, optimizers, penalties, schedules, sparsities, datasets, noise, metrics)


def examples(page):
    return re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


EXAMPLES = [
    pytest.param(text, id=f"{page.parent.name}/{page.name}, {number}")
    for page in PAGES for number, text in enumerate(examples(page), 1)
]  # fmt: skip


@pytest.fixture
def tables(monkeypatch):
    """Whatever an example adds to a table is gone afterwards."""
    for module in MODULES:
        for table in vars(module).values():
            if isinstance(table, Registry):
                monkeypatch.setattr(table, "_records", table._records.copy())


@pytest.mark.parametrize("example", EXAMPLES)
def test_that_an_example_of_a_page_runs(example, tables, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # some write a file
    exec(compile(example, "example", "exec"), {"__name__": "example"})


def test_that_every_kind_of_thing_has_its_example():
    shown = "\n".join(text for page in PAGES for text in examples(page))
    for name in (
        "NOISES",
        "METRICS",
        "ACTIVATIONS",
        "PENALTIES",
        "OPTIMIZERS",
        "DATASETS",
        "setting",
        "Question",
        "Session",
    ):
        assert re.search(rf"\b{name}\b", shown), name


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: f"{room.parent.name}/{room.name}")
def test_that_a_rooms_page_names_its_files_and_no_other(room):
    rows = re.findall(
        r"^\| *((?:`[\w/]+(?:\.py|/)`(?:, )?)+) *\|", (room / "README.md").read_text(encoding="utf-8"), re.M
    )
    named = {name.rstrip("/") for row in rows for name in re.findall(r"`([\w/.]+)`", row)}
    files = {path.name for path in room.glob("*.py")} - {"__init__.py"}
    assert named == files | {path.parent.name for path in room.glob("*/__init__.py")}


def test_that_the_walks_name_signals_and_methods_that_there_are():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    code = "\n".join(path.read_text(encoding="utf-8") for room in ROOMS for path in room.rglob("*.py"))
    walks = text.split("## A learning rate")[1].split("## Glossary")[0]
    for name in re.findall(r"`(\w+)\.(\w+)`", walks):
        kind, method = name
        if method != "py":
            assert f"class {kind}" in code, kind
            assert f"def {method}(" in code, method
    for path in re.findall(r"`((?:panels|session|canvases|core)/[\w/]+\.py)`", walks):
        assert (ROOT / path).exists() or (ROOT / "tp5gui" / path).exists(), path
