"""The panel of the runs, by real gestures: what it lists, and what becomes of the files."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from core import Dataset, Spec, Trainer, load_run, preset, save_run
from core.train.about import About, Parent
from core.train.kept import MARK, TRASH, put_away
from core.train.listing import read_about
from core.train.run_header import relabel
from tp5gui.panels.runs import RunsPanel
from tp5gui.session import keeping
from tp5gui.session.comparing import Source
from tp5gui.session.kept_runs import KeptRuns
from tp5gui.session.run_entries import on_the_bench
from tp5gui.session.run_shelf import RunShelf
from tp5gui.session.session import Session
from tp5gui.windows.main_window import MainWindow
from tp5gui.words import duration

LEFT, KEY = Qt.MouseButton.LeftButton, Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SMALL = replace(preset("font-autoencoder"), hidden=(4,), epochs=6)
pytestmark = [
    pytest.mark.usefixtures("shelf_of_nobody", "light"),
    pytest.mark.qt_log_ignore("does not support"),
]


@pytest.fixture
def kept(settings):
    return KeptRuns(settings.kept)


def keep(folder, epochs=2, about=None, spec=SMALL, dataset=None):
    """A run of a window of former days; its file."""
    trainer = Trainer(spec, dataset)
    trainer.advance(epochs)
    trainer.about = about or About()
    former = KeptRuns(folder)
    run = former.put(spec, epochs, lambda path: save_run(trainer, path), None)
    former.close()
    return run.path


@pytest.fixture
def opened(qapp, qtbot, settings, kept):
    """Opens the panel beside a session that keeps its runs, once all there is has been read."""
    made = []

    def opened():
        session = Session(SMALL, kept=kept)
        session.begin()
        session.rewind()
        qtbot.waitUntil(lambda: session.frame is not None)
        shelf = RunShelf(session, settings, session)
        panel = RunsPanel(session, shelf)
        qtbot.addWidget(panel)
        session.show_again()
        panel.resize(640, 400)
        panel.show()
        made.append((session, shelf))
        qtbot.waitUntil(lambda: shelf.ready)
        return panel

    yield opened
    for session, shelf in made:
        shelf.close()
        assert session.close()


def session_of(panel):
    return panel._session


def names(panel):
    model = panel.list.cards
    return [model.data(model.index(row)) for row in range(model.rowCount())]


def paths(panel):
    """The files that are listed beside the run on the bench."""
    return [entry.path for entry in panel.list.cards.entries if not on_the_bench(entry)]


def place_of(panel, path):
    """The middle of a card; that of the run on the bench for None."""
    for row, entry in enumerate(panel.list.cards.entries):
        if entry.path == path or (path is None and on_the_bench(entry)):
            index = panel.list.cards.index(row)
            panel.list.scrollTo(index)
            return panel.list.visualRect(index).center()
    raise AssertionError(path)


def click(qtbot, panel, path, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.mouseClick(panel.list.viewport(), LEFT, modifier, place_of(panel, path))


def type_name(qtbot, panel, name):
    """Rename what is current as a hand does."""
    qtbot.keyClick(panel.list, KEY.Key_F2)
    (line,) = panel.list.viewport().findChildren(QLineEdit)
    line.selectAll()
    qtbot.keyClicks(line, name)
    qtbot.keyClick(line, KEY.Key_Return)


# --- what is listed ---


def test_that_at_first_there_is_the_run_on_the_bench_and_a_sentence(opened):
    panel = opened()
    assert names(panel) == [f"font5x7 {SMALL.hidden[0]}-{SMALL.latent}"]
    assert "listed here by itself" in panel.list.hint
    assert not panel.compare.isEnabled()


def test_that_kept_and_saved_runs_are_listed_pinned_ones_first(opened, settings, tmp_path):
    plain = keep(settings.kept)
    pinned = keep(settings.kept, about=About("the best", pinned=True))
    saved = save_run(Trainer(preset("font-vae")), tmp_path / "saved.tp5")
    settings.add_recent(str(saved))
    settings.add_recent(str(tmp_path / "gone.tp5"))
    panel = opened()
    assert names(panel) == ["font5x7 4-2", "the best", "Variational font autoencoder", "font5x7 4-2"]
    assert paths(panel) == [pinned, saved, plain]
    assert panel.list.hint == ""


def test_that_a_card_says_what_is_known_of_its_run(opened, settings):
    about = About("mine", "after lunch", False, Parent("Font VAE", 200), 65)
    path = keep(settings.kept, about=about)
    panel = opened()
    model, trainer = panel.list.cards, load_run(path)
    words = model.data(model.index(1), Qt.ItemDataRole.AccessibleTextRole)
    recognised = int(trainer.history.curves().values["recognised"][-1, 0])
    for said in (
        "mine", "epoch 2 of 6", f"{recognised} of 32 recognised", "branched at epoch 200 of Font VAE",
        f"{duration(65)} of training", "Font 5x7", "after lunch",
    ):  # fmt: skip
        assert said in words
    assert "epoch 2.tp5" in model.data(model.index(1), Qt.ItemDataRole.ToolTipRole)


def test_that_a_file_that_is_no_run_says_so_and_can_be_taken_away(opened, qtbot, settings):
    path = keep(settings.kept)
    path.write_bytes(b"notes")
    panel = opened()
    model = panel.list.cards
    assert "damaged" in model.data(model.index(1), Qt.ItemDataRole.AccessibleTextRole)
    click(qtbot, panel, path)
    assert not panel.open.isEnabled()
    assert not panel.note.isEnabled()
    with qtbot.waitSignal(session_of(panel).failed):
        qtbot.keyClick(panel.list, KEY.Key_Return)
    qtbot.keyClick(panel.list, KEY.Key_Delete)
    qtbot.waitUntil(lambda: paths(panel) == [])
    assert not path.exists()


def test_that_a_run_whose_set_is_gone_says_so_and_has_its_pictures(opened, qtbot, settings):
    mine = Dataset("mine", np.eye(4, dtype=np.float32).reshape(4, 2, 2), tuple("abcd"))
    path = keep(settings.kept, spec=Spec(dataset="mine", hidden=(), epochs=9), dataset=mine)
    panel = opened()
    model = panel.list.cards
    assert "gone" in model.data(model.index(1), Qt.ItemDataRole.AccessibleTextRole)
    entry = model.entry(model.index(1))
    qtbot.waitUntil(lambda: panel._shelf.pictures(entry) is not None)
    run = load_run(path)
    assert np.array_equal(panel._shelf.pictures(entry), run.model.reconstruct(run.dataset.images[:4]))


def test_that_the_first_card_follows_the_run_on_the_bench(opened, qtbot):
    panel = opened()
    session = session_of(panel)
    session.play()
    qtbot.waitUntil(lambda: panel.list.cards.entries[0].epoch == SMALL.epochs)
    entry = panel.list.cards.entries[0]
    assert entry.metrics["loss"] == session.frame.snapshot.loss
    assert entry.about.seconds > 0
    assert np.array_equal(panel._shelf.pictures(entry), session.frame.snapshot.outputs[:4])
    qtbot.waitUntil(lambda: session.kept_file(session.frame.version) is not None)
    panel._shelf.look()
    qtbot.waitUntil(lambda: len(panel._shelf._all) == 1)
    assert paths(panel) == []  # its own file is no second card
    assert load_run(session.kept_file(session.frame.version)).about.seconds > 0


def test_that_what_another_window_keeps_renames_and_deletes_appears(opened, qtbot, settings):
    panel = opened()
    first = keep(settings.kept)
    panel._shelf.look()
    qtbot.waitUntil(lambda: paths(panel) == [first])
    second = keep(settings.kept)
    qtbot.waitUntil(lambda: set(paths(panel)) == {first, second})
    relabel(first, About("elsewhere"))
    qtbot.waitUntil(lambda: "elsewhere" in names(panel))
    put_away(second, settings.kept)
    qtbot.waitUntil(lambda: paths(panel) == [first])


# --- finding ---


def test_that_a_search_finds_runs_by_all_their_words_and_escape_ends_it(opened, qtbot, settings):
    one = keep(settings.kept, about=About("Wide code", "after lunch"))
    two = keep(settings.kept, about=About("Narrow code"))
    panel = opened()
    qtbot.keyClicks(panel.search, "code WIDE")
    assert paths(panel) == [one]
    panel.search.clear()
    qtbot.keyClicks(panel.search, "LUNCH")
    assert paths(panel) == [one]
    panel.search.clear()
    qtbot.keyClicks(panel.search, "nothing like it")
    assert names(panel) == []
    assert "No run has these words" in panel.list.hint
    qtbot.keyClick(panel.search, KEY.Key_Escape)
    assert set(paths(panel)) == {one, two}
    qtbot.keyClick(panel.search, KEY.Key_Down)
    assert panel.list.chosen_runs == [panel.list.cards.entries[0]]


def test_that_what_is_chosen_stays_chosen_while_others_come(opened, qtbot, settings):
    first = keep(settings.kept)
    panel = opened()
    click(qtbot, panel, first)
    second = keep(settings.kept)
    qtbot.waitUntil(lambda: len(paths(panel)) == 2)
    assert [run.path for run in panel.list.chosen_runs] == [first]
    click(qtbot, panel, second, CTRL)
    assert {run.path for run in panel.list.chosen_runs} == {first, second}


# --- gestures ---


@pytest.mark.parametrize("how", ["double click", "enter", "button", "menu"])
def test_that_a_run_is_opened(opened, qtbot, settings, how):
    path = keep(settings.kept)
    panel = opened()
    click(qtbot, panel, path)
    with qtbot.waitSignal(panel.open_asked) as asked:
        if how == "double click":
            qtbot.mouseDClick(panel.list.viewport(), LEFT, pos=place_of(panel, path))
        elif how == "enter":
            qtbot.keyClick(panel.list, KEY.Key_Return)
        elif how == "button":
            qtbot.mouseClick(panel.open, LEFT)
        else:
            entries_of(panel)["Open"].trigger()
    assert asked.args == [str(path)]


def entries_of(panel):
    """The entries of the menu as it would be shown now, by their words."""
    panel._fill_menu()
    return {entry.text(): entry for entry in panel.menu.actions() if entry.text()}


def test_that_the_run_on_the_bench_is_not_opened_again(opened, qtbot):
    panel = opened()
    click(qtbot, panel, None)
    assert not panel.open.isEnabled()
    asked = []
    panel.open_asked.connect(asked.append)
    qtbot.keyClick(panel.list, KEY.Key_Return)
    assert asked == []


def test_that_a_name_is_typed_where_it_stands_and_undo_takes_it_back(opened, qtbot, settings):
    path = keep(settings.kept, about=About("before"))
    panel = opened()
    click(qtbot, panel, path)
    type_name(qtbot, panel, "my best run")
    qtbot.waitUntil(lambda: "my best run" in names(panel))
    assert read_about(path).name == "my best run"
    assert load_run(path).epoch == 2
    assert session_of(panel).history.undo_text == "Rename before"
    session_of(panel).undo()
    qtbot.waitUntil(lambda: read_about(path).name == "before")
    session_of(panel).redo()
    qtbot.waitUntil(lambda: read_about(path).name == "my best run")


def test_that_escape_leaves_a_name_as_it_was(opened, qtbot, settings):
    path = keep(settings.kept, about=About("before"))
    panel = opened()
    click(qtbot, panel, path)
    qtbot.keyClick(panel.list, KEY.Key_F2)
    (line,) = panel.list.viewport().findChildren(QLineEdit)
    qtbot.keyClicks(line, "x")
    qtbot.keyClick(line, KEY.Key_Escape)
    assert read_about(path).name == "before"
    assert session_of(panel).history.undo_text == ""


def test_that_a_name_is_typed_on_while_other_runs_come(opened, qtbot, settings):
    path = keep(settings.kept)
    panel = opened()
    click(qtbot, panel, path)
    qtbot.keyClick(panel.list, KEY.Key_F2)
    (line,) = panel.list.viewport().findChildren(QLineEdit)
    other = keep(settings.kept)
    qtbot.waitUntil(lambda: other in [entry.path for entry in panel._shelf.entries])
    qtbot.keyClicks(line, "kept typing")
    qtbot.keyClick(line, KEY.Key_Return)
    qtbot.waitUntil(lambda: "kept typing" in names(panel) and other in paths(panel))
    assert read_about(path).name == "kept typing"


def test_that_the_run_on_the_bench_is_named_before_and_after_it_is_kept(opened, qtbot, monkeypatch):
    monkeypatch.setattr(keeping, "FIRST", 1)
    panel = opened()
    session = session_of(panel)
    click(qtbot, panel, None)
    type_name(qtbot, panel, "early")
    qtbot.waitUntil(lambda: session.frame.about.name == "early")
    session.play()
    qtbot.waitUntil(lambda: session.kept_file(session.frame.version) is not None)
    assert read_about(session.kept_file(session.frame.version)).name == "early"
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch == SMALL.epochs)
    click(qtbot, panel, None)
    type_name(qtbot, panel, "late")
    qtbot.waitUntil(lambda: read_about(session.kept_file(session.frame.version)).name == "late")
    qtbot.waitUntil(lambda: names(panel)[0] == "late")
    session.undo()
    qtbot.waitUntil(lambda: names(panel)[0] == "early")


def test_that_undo_of_a_name_reaches_the_run_though_another_is_on_the_bench(opened, qtbot):
    panel = opened()
    session = session_of(panel)
    session.play()
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch == SMALL.epochs)
    qtbot.waitUntil(lambda: session.kept_file(session.frame.version) is not None)
    click(qtbot, panel, None)
    type_name(qtbot, panel, "the first")
    file = session.kept_file(session.frame.version)
    qtbot.waitUntil(lambda: read_about(file).name == "the first")
    step = session.history.stack.command(session.history.stack.index() - 1)
    session.new_seed()
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch == 0)
    step.undo()
    qtbot.waitUntil(lambda: read_about(file).name == "")
    assert session.frame.about.name == ""


@pytest.mark.parametrize("how", ["leave", "ctrl enter", "another run"])
def test_that_a_note_counts_once_it_is_left(opened, qtbot, settings, how):
    path, other = keep(settings.kept), keep(settings.kept)
    panel = opened()
    click(qtbot, panel, path)
    panel.note.setFocus()
    qtbot.keyClicks(panel.note, "two")
    qtbot.keyClick(panel.note, KEY.Key_Return)
    qtbot.keyClicks(panel.note, "lines")
    assert read_about(path).note == ""
    if how == "leave":
        qtbot.keyClick(panel.note, KEY.Key_Tab)
        panel.note.clearFocus()
    elif how == "ctrl enter":
        qtbot.keyClick(panel.note, KEY.Key_Return, CTRL)
    else:
        click(qtbot, panel, other)
    qtbot.waitUntil(lambda: read_about(path).note == "two\nlines")
    assert read_about(other).note == ""
    session_of(panel).undo()
    qtbot.waitUntil(lambda: read_about(path).note == "")


def test_that_escape_brings_the_note_in_use_back(opened, qtbot, settings):
    path = keep(settings.kept, about=About(note="before"))
    panel = opened()
    click(qtbot, panel, path)
    panel.note.setFocus()
    qtbot.keyClicks(panel.note, "x")
    qtbot.keyClick(panel.note, KEY.Key_Escape)
    panel.note.clearFocus()
    assert panel.note.toPlainText() == read_about(path).note == "before"


def test_that_undo_is_the_windows_where_no_note_is_typed(opened, qtbot, settings):
    path = keep(settings.kept)
    panel = opened()
    click(qtbot, panel, path)
    override = QKeyEvent(QEvent.Type.ShortcutOverride, KEY.Key_Z, CTRL)
    override.ignore()
    QApplication.sendEvent(panel.note, override)
    assert not override.isAccepted()
    qtbot.keyClicks(panel.note, "x")
    override = QKeyEvent(QEvent.Type.ShortcutOverride, KEY.Key_Z, CTRL)
    override.ignore()
    QApplication.sendEvent(panel.note, override)
    assert override.isAccepted()


def test_that_several_runs_are_pinned_and_stand_first(opened, qtbot, settings):
    files = [keep(settings.kept) for _ in range(3)]
    panel = opened()
    click(qtbot, panel, files[0])
    click(qtbot, panel, files[1], CTRL)
    entries_of(panel)["Pin"].trigger()
    qtbot.waitUntil(lambda: paths(panel) == [files[1], files[0], files[2]])
    assert [read_about(path).pinned for path in files] == [True, True, False]
    assert "Unpin" in entries_of(panel)


def test_that_a_deleted_run_comes_back_by_one_undo_and_goes_again_by_redo(opened, qtbot, settings):
    path = keep(settings.kept, about=About("mine"))
    content = path.read_bytes()
    panel = opened()
    click(qtbot, panel, path)
    qtbot.keyClick(panel.list, KEY.Key_Delete)
    qtbot.waitUntil(lambda: paths(panel) == [])
    session = session_of(panel)
    qtbot.waitUntil(lambda: session.history.undo_text == "Delete mine")
    for _ in range(2):
        session.undo()
        qtbot.waitUntil(lambda: paths(panel) == [path])
        assert path.read_bytes() == content
        session.redo()
        qtbot.waitUntil(lambda: paths(panel) == [])
    assert len(list(settings.kept.with_name(TRASH).rglob("*.tp5"))) == 1


def test_that_a_deleted_run_that_has_gone_for_good_is_not_promised(opened, qtbot, settings):
    path = keep(settings.kept)
    panel = opened()
    click(qtbot, panel, path)
    qtbot.keyClick(panel.list, KEY.Key_Delete)
    qtbot.waitUntil(lambda: session_of(panel).history.undo_text.startswith("Delete"))
    (waiting,) = settings.kept.with_name(TRASH).rglob("*.tp5")
    waiting.unlink()
    with qtbot.waitSignal(session_of(panel).failed) as failed:
        session_of(panel).undo()
    assert "no longer there" in failed.args[0]


def test_that_a_saved_file_is_only_taken_off_the_list(opened, qtbot, settings, tmp_path):
    path = save_run(Trainer(SMALL), tmp_path / "saved.tp5")
    settings.add_recent(str(path))
    panel = opened()
    click(qtbot, panel, path)
    entries_of(panel)["Take off the list"].trigger()
    qtbot.waitUntil(lambda: paths(panel) == [])
    assert path.is_file()
    assert settings.recent() == []
    session_of(panel).undo()
    qtbot.waitUntil(lambda: paths(panel) == [path])
    assert settings.recent() == [str(path)]


def test_that_a_run_of_another_open_window_stays_and_the_one_on_the_bench_too(opened, qtbot, settings):
    path = keep(settings.kept)
    (path.parent / MARK).touch()
    panel = opened()
    click(qtbot, panel, path)
    with qtbot.waitSignal(session_of(panel).failed) as failed:
        qtbot.keyClick(panel.list, KEY.Key_Delete)
    assert "another window" in failed.args[0]
    click(qtbot, panel, None)
    with qtbot.waitSignal(session_of(panel).failed) as failed:
        qtbot.keyClick(panel.list, KEY.Key_Delete)
    assert "in the window" in failed.args[0]
    assert path.is_file()
    *_, last = entries_of(panel).values()
    assert not last.isEnabled()


def test_that_a_duplicate_is_a_run_of_its_own_and_undo_takes_it_away(opened, qtbot, settings, tmp_path):
    path = save_run(Trainer(SMALL), tmp_path / "saved.tp5")
    relabel(path, About("mine", "a note", True))
    settings.add_recent(str(path))
    panel = opened()
    click(qtbot, panel, path)
    entries_of(panel)["Duplicate"].trigger()
    qtbot.waitUntil(lambda: len(paths(panel)) == 2)
    (copy,) = (each for each in paths(panel) if each != path)
    assert read_about(copy) == About("Copy of mine", "a note")
    assert settings.kept in copy.parents
    session = session_of(panel)
    qtbot.waitUntil(lambda: session.history.undo_text == "Duplicate mine")
    session.undo()
    qtbot.waitUntil(lambda: paths(panel) == [path])
    session.redo()
    qtbot.waitUntil(lambda: len(paths(panel)) == 2)


@pytest.mark.parametrize("count", [1, 2, 4, 5])
def test_that_two_to_four_runs_are_compared(opened, qtbot, settings, count):
    files = [keep(settings.kept) for _ in range(5)]
    panel = opened()
    for number, path in enumerate(files[:count]):
        click(qtbot, panel, path, CTRL if number else Qt.KeyboardModifier.NoModifier)
    assert panel.compare.isEnabled() == (2 <= count <= 4)
    if panel.compare.isEnabled():
        with qtbot.waitSignal(panel.compare_asked) as asked:
            qtbot.mouseClick(panel.compare, LEFT)
        assert sorted(source.path for source in asked.args[0]) == sorted(map(str, files[:count]))


def test_that_the_run_on_the_bench_is_compared_as_it_is(opened, qtbot, settings):
    path = keep(settings.kept, about=About("mine"))
    panel = opened()
    click(qtbot, panel, None)
    click(qtbot, panel, path, CTRL)
    with qtbot.waitSignal(panel.compare_asked) as asked:
        qtbot.mouseClick(panel.compare, LEFT)
    assert asked.args[0] == [Source(names(panel)[0]), Source("mine", str(path))]


def test_that_the_menu_opens_by_hand_and_by_key_for_what_is_chosen(opened, qtbot, settings):
    path = keep(settings.kept, about=About("mine"))
    panel = opened()
    for reason in (QContextMenuEvent.Reason.Mouse, QContextMenuEvent.Reason.Keyboard):
        place = place_of(panel, path)
        if reason is QContextMenuEvent.Reason.Keyboard:
            place = QPoint()
        event = QContextMenuEvent(reason, place, panel.list.viewport().mapToGlobal(place))
        QApplication.sendEvent(panel.list.viewport(), event)
        qtbot.waitUntil(panel.menu.isVisible)
        assert [run.path for run in panel.list.chosen_runs] == [path]
        assert [entry.text() for entry in panel.menu.actions() if entry.text()] == [
            "Open", "Compare", "Rename", "Pin", "Duplicate", "Delete"
        ]  # fmt: skip
        panel.menu.close()


def test_that_a_full_disk_is_said_and_nothing_is_lost(opened, qtbot, settings, monkeypatch):
    path = keep(settings.kept, about=About("before"))
    panel = opened()

    def full(*_):
        raise OSError(28, "No space left on device")

    click(qtbot, panel, path)
    monkeypatch.setattr("os.fsync", full)
    with qtbot.waitSignal(session_of(panel).failed) as failed:
        type_name(qtbot, panel, "after")
    assert "full" in failed.args[0]
    assert read_about(path).name == "before"


# --- pictures ---


def test_that_pictures_come_once_for_every_state_of_a_file(opened, qtbot, settings, monkeypatch):
    path = keep(settings.kept)
    loaded = []
    from core.train import runfile

    load = runfile.load_run
    monkeypatch.setattr(runfile, "load_run", lambda path: (loaded.append(path), load(path))[1])
    panel = opened()
    shelf = panel._shelf
    qtbot.waitUntil(lambda: shelf.pictures(shelf.entries[0]) is not None)
    for _ in range(3):
        panel.list.viewport().repaint()
        shelf.look()
        QTest.qWait(0)
    assert loaded == [path]
    content = save_run(Trainer(replace(SMALL, seed=5)), Path(path.parent / "other.tp5")).read_bytes()
    path.write_bytes(content)
    shelf.look()
    qtbot.waitUntil(lambda: len(loaded) == 2)


# --- the window ---


def test_that_the_window_opens_a_run_of_its_panel_and_says_all_of_it_in_another_language(
    qapp, qtbot, settings, kept
):
    path = keep(settings.kept, about=About("mine"))
    window = MainWindow(Session(preset("font-autoencoder"), kept=kept), settings)
    window.show()
    qtbot.waitUntil(lambda: window.session.frame is not None)
    window.dock("runs").bring()
    qtbot.waitUntil(lambda: paths(window.runs) == [path])
    qtbot.mouseDClick(window.runs.list.viewport(), LEFT, pos=place_of(window.runs, path))
    qtbot.waitUntil(lambda: window.session.frame.spec == SMALL)
    assert window.session.frame.about.name == "mine"
    qtbot.waitUntil(lambda: paths(window.runs) == [])  # it is on the bench
    assert names(window.runs)[0] == "mine"
    window.speak("es")
    assert names(window.runs)[0] == "mine"
    window.speak("en")
    window.close()
    window.deleteLater()


def test_that_a_model_of_no_run_is_sound(qtbot, opened):
    panel = opened()
    model = panel.list.cards
    assert model.data(model.index(99)) is None
    assert not model.setData(model.index(99), "x")
