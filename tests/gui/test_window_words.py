"""Words that carry something of the person's: a label, a file's name, an option, a field."""

import ast
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from core import Spec, preset
from core.base.words import FieldName, Option, Refusal
from core.data import library
from core.data.datasets import Dataset, load_dataset, save_dataset
from core.data.pictures import write_png
from core.experiment.fields import SpecError
from core.experiment.spec import FIELDS, edit, parse_value
from core.studies.axes import parse_axis
from core.studies.study import TEST_NOISE, Study
from tp5gui.session.history import undo_name
from tp5gui.session.session import Session
from tp5gui.session.shelf import Shelf
from tp5gui.windows.import_images import ImportImages
from tp5gui.words import explained, literal, naming, resembling

ROOT = Path(__file__).resolve().parent.parent.parent
FONT = load_dataset("font5x7")
AWKWARD = ("50%2 milk", "%1", "{0}", "{label}", "{", "}}", "a & b", "&File", "&&", "<b>bold</b>", "<", "“”")
LABELS = st.one_of(
    st.sampled_from(AWKWARD),
    st.lists(st.sampled_from([*"%12{}&<>b/“”", "{label}", " "]), min_size=1, max_size=12).map("".join),
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12),
)


def shown(action_text):
    """What a menu shows of an action's text, in which nothing may mark a key."""
    assert QKeySequence.mnemonic(action_text).isEmpty()
    return action_text.replace("&&", "&")


def test_that_any_label_is_undone_by_its_own_name(qapp):
    session = Session(preset("font-autoencoder"))

    @given(LABELS)
    def check(label):
        session.drawing.set_image(np.zeros((7, 5), dtype=np.float32))
        session.load_image(FONT.images[3], label)
        assert shown(undo_name(session.drawing.stack)) == f"Load {label}"

    check()


@pytest.mark.parametrize("label", AWKWARD)
def test_that_changes_of_a_set_are_undone_by_their_own_names(qapp, tmp_path, monkeypatch, label):
    monkeypatch.setattr(library, "folder", lambda: tmp_path / "library")
    save_dataset(Dataset("mine", FONT.images[:2], (label, "other")))
    shelf = Shelf()
    shelf.look_at("mine", 0)
    for verb, change in (
        ("Replace", lambda: shelf.replace(0, FONT.images[5])),
        ("Rename", lambda: shelf.rename(0, "new")),
        ("Add", lambda: shelf.add(FONT.images[6], label)),
        ("Remove", lambda: shelf.remove(2)),
    ):
        change()
        assert shown(undo_name(shelf.undo)) == f"{verb} “{label}”"


@given(LABELS, st.sampled_from([None, 0, 3]))
def test_that_what_an_image_resembles_is_called_by_its_own_label(label, differing):
    words = resembling(SimpleNamespace(label=label, differing=differing))
    assert f"“{label}”" in words
    assert words.endswith("3 px off") == (differing == 3)


def test_that_a_run_is_listed_and_opened_by_its_own_name(window, qtbot, tmp_path):
    path = tmp_path / "a & b %1 {0} <b>.tp5"
    with qtbot.waitSignal(window.session.saved):
        window.session.save(str(path))
    assert window.statusBar().currentMessage() == f"Saved {path}"
    window.menus.recent.aboutToShow.emit()
    first = window.menus.recent.actions()[0]
    assert shown(first.text()) == path.name
    first.trigger()
    qtbot.waitUntil(lambda: window.statusBar().currentMessage() == f"Opened {path.name}")


@pytest.mark.parametrize("name", FIELDS)
def test_that_a_field_is_called_by_the_label_of_its_control(name):
    label = FIELDS[name].metadata["label"]
    assert naming(FieldName(name)) == label
    assert explained(SpecError(name, "must be {value}", value=FieldName(name))) == f"{label}: must be {label}"


@given(st.text())
def test_that_no_option_is_called_as_on_the_command_line(name):
    assert not naming(Option(name.lstrip("-"))).startswith(("-", "“-"))
    assert literal(name).count("&") == 2 * name.count("&")


def test_that_an_error_of_another_kind_is_never_silent():
    assert explained(OSError("the disk is full")) == "the disk is full"
    assert explained(KeyError()) == "KeyError"
    assert explained(Refusal("give {size}", size=Option("size"))) == "give “Size of a picture”"


SIZE, GRID = "“Size of a picture”", "“Grid of one image”"


def large(path):
    np.save(path / "source.npy", np.zeros((1, 200, 300), dtype=np.uint8))
    return path / "source.npy"


def heavy(path):
    np.save(path / "source.npy", np.zeros((5000, 64, 64), dtype=np.uint8))
    return path / "source.npy"


def picture(path):
    return write_png(np.zeros((200, 300), dtype=np.uint8), path / "source.png")


def folder(path):
    (path / "source").mkdir()
    for number in (1, 2):
        write_png(np.zeros((7, 4 + number), dtype=np.uint8), path / "source" / f"{number}.png")
    return path / "source"


@pytest.mark.parametrize(
    ("make", "options", "field"),
    [
        (large, {}, SIZE),
        (picture, {}, SIZE),
        (folder, {}, SIZE),
        (large, {"wide": 4096}, SIZE),
        (picture, {"columns": 2}, SIZE),
        (picture, {"wide": 8, "columns": 301}, GRID),
        (heavy, {"wide": 128}, SIZE),
    ],
)
def test_that_a_refusal_names_the_field_of_the_dialog(qapp, qtbot, light, tmp_path, make, options, field):
    dialog = ImportImages()
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    for name, value in options.items():
        control = getattr(dialog.options, name)
        control.setText(value) if isinstance(value, str) else control.setValue(value)
    source = make(tmp_path)
    dialog.set_source(str(source))
    qtbot.waitUntil(lambda: not dialog.working)
    words = dialog.refusal.text()
    assert dialog.refusal.isVisible()
    assert words.startswith(f"{source.name}: ")
    assert field in words
    assert "--" not in words
    assert str(tmp_path) not in words
    dialog.close()


def test_that_a_source_that_has_gone_is_named_without_its_folder(qapp, qtbot, light, tmp_path):
    dialog = ImportImages()
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.set_source(str(tmp_path / "gone <b> {0}.png"))
    qtbot.waitUntil(lambda: not dialog.working)
    assert dialog.refusal.text() == "gone <b> {0}.png: there is no such file or folder"
    dialog.close()


TYPED = (
    "",
    "x",
    "-1",
    "0",
    "1e9",
    "nan",
    "1,2",
    "1:2:3",
    "1:2:0",
    "64, 32; 5",
    "tanh",
    "true",
    "a:b:c",
    "9" * 30,
)


def refusals(name):
    """Why what is typed for a field, as its value or as the values of a study, is refused in the window."""
    for text in TYPED:
        for ask in (
            lambda text=text: edit(Spec(), {name: parse_value(name, text)}),
            lambda text=text: Study(Spec(), (parse_axis(name, text),), 3),
            lambda text=text: Study(Spec(), (parse_axis(name, text), parse_axis(name, text)), 3),
        ):
            try:
                ask()
            except SpecError as error:
                yield error.reason
                yield explained(error)
            except Refusal as error:
                yield explained(error)


@pytest.mark.parametrize("name", [*FIELDS, TEST_NOISE])
def test_that_no_refusal_speaks_as_the_command_line_does(name):
    words = list(refusals(name)) if name in FIELDS else [naming(FieldName(name))]
    assert words
    for said in words:
        assert not re.search(r"[a-z]_[a-z]|--[a-z]|`|\btp5 |exit status", said), said


def test_that_nothing_the_window_says_speaks_as_the_command_line_does():
    """Every template of the window, read from its source."""
    templates = [
        argument.value
        for path in sorted((ROOT / "tp5gui").rglob("*.py"))
        if path.name != "app.py"  # which speaks on the command line
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("say", "say_count")
        for argument in call.args[:2]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
    assert len(templates) > 200
    for template in templates:
        plain = re.sub(r"\{[^}]*\}", "", template)
        assert not re.search(r"[a-z]_[a-z]|--[a-z]|`|\btp5 |exit status|%s", plain), template
