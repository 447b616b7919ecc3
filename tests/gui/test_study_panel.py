"""The study panel and its plot, against the same studies run without a window."""

import csv
import math
import re
import shlex
import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QThreadPool
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu

import core.studies.groups
import core.studies.running
from core import preset
from core.cli.parser import main
from core.experiment.spec import FIELDS
from core.studies.journal import journal
from core.studies.measures import measures
from core.studies.study import TEST_NOISE, Axis, Study
from core.studies.summary import Cell, cells
from tests.gui.tabs import show_tab
from tp5gui import theme
from tp5gui.canvases.study_plot import Mark, StudyPlot
from tp5gui.panels.study_answer import Answer
from tp5gui.session.messages import Phase
from tp5gui.session.session import Session
from tp5gui.session.studying import Progress
from tp5gui.windows.main_window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("does not support (propagateSizeHints|raise|grabbing)")  # of menus

LEFT, KEY = Qt.MouseButton.LeftButton, Qt.Key
DIRECT = Qt.FindChildOption.FindDirectChildrenOnly
RATES = (0.1, 0.01, 0.001)
BELOW = QPoint(0, 30)  # from the middle of a map's field, where its number is, to its bare ground


def vary(qtbot, panel, field, values, runs=2):
    """Choose the question of one's own, and say what varies."""
    qtbot.keyClick(panel.form.question, KEY.Key_End)
    qtbot.keyClick(panel.form.field, KEY.Key_Home)
    for _ in range(panel.form.field.findData(field)):
        qtbot.keyClick(panel.form.field, KEY.Key_Down)
    for box, text in ((panel.form.values, values), (panel.form.runs, str(runs))):
        box.selectAll()
        qtbot.keyClick(box, KEY.Key_Delete)
        qtbot.keyClicks(box, text)


def ended(qtbot, window):
    qtbot.waitUntil(lambda: not window.studying.running)


def ask(qtbot, window):
    """Press Ask, and wait for the answer."""
    qtbot.mouseClick(window.study.form.start, LEFT)
    assert window.study.form.start.text() == "Stop"
    ended(qtbot, window)
    assert window.study.form.start.text() == "Run study"


@pytest.fixture
def panel(window, qtbot):
    """The panel in sight, the settings on the left those of a tiny run."""
    qtbot.waitUntil(lambda: window.study is not None)
    show_tab(qtbot, window, "Study")
    window.session.store.update(hidden=(4,), epochs=20)
    return window.study


@pytest.fixture
def answered(panel, qtbot, window):
    """The panel with the answer of six runs."""
    vary(qtbot, panel, "learning_rate", ", ".join(map(str, RATES)))
    ask(qtbot, window)
    return panel


@pytest.fixture
def held(monkeypatch):
    """The groups that began; those after the first wait in their first epoch until `go` is set."""
    real, begun, go = core.studies.running.run_group, [], threading.Event()

    def run_group(study, group, watch, done):
        begun.append(group.runs)
        wait = len(begun) > 1
        return real(study, group, lambda share: (not wait or go.wait(20)) and watch(share), done)

    monkeypatch.setattr(core.studies.running, "run_group", run_group)
    yield begun, go
    go.set()
    assert QThreadPool.globalInstance().waitForDone(20_000)


def buttons(panel):
    """What takes the answer away: as a table, as a figure, as a command."""
    return panel.exports.table, panel.exports.figure, panel.exports.command


def take(qtbot, panel, action):
    """Choose an entry of the menu that takes the answer away."""
    menu = panel.exports.menu()
    menu.popup(panel.exports.mapToGlobal(QPoint(0, 0)))
    qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())


def six(window):
    return Study(window.session.store.spec, (Axis("learning_rate", RATES),), 2)


def shown(panel):
    return [(mark.mean, mark.low, mark.high) for mark in panel.plot.marks]


def answer(study, measure="recognised", band="sd"):
    return [
        (cell.mean, cell.low, cell.high)
        for cell in cells(study, core.studies.running.run(study), measure, band)
    ]


def test_that_the_answer_is_that_of_the_same_study_run_without_a_window(answered, window):
    for measure, band in (("recognised", "sd"), ("loss", "range"), ("wrong_pixels", "bootstrap")):
        answered.measure.setCurrentIndex(answered.measure.findData(measure))
        answered.band.setCurrentIndex(answered.band.findData(band))
        assert shown(answered) == answer(six(window), measure, band)
    assert [mark.name for mark in answered.plot.marks] == ["0.1", "0.01", "0.001"]
    assert answered.words.text().startswith("6 of 6 runs;")
    assert answered.progress.value() == answered.progress.maximum()
    assert all(button.isEnabled() for button in buttons(answered))


BAD = (
    ("learning_rate", "fast", "fast"), ("learning_rate", "", "no value is given"),
    ("learning_rate", "nan", "nan"), ("learning_rate", "0.1, 0.1", "twice"),
    ("learning_rate", "0.1, -5", "-5"), ("epochs", "1:inf:3", "LOW:HIGH:COUNT"),
    ("learning_rate", "0.1:0.2:1e9", "LOW:HIGH:COUNT"), ("learning_rate", "0.1:0.2:1", "range"),
    ("hidden", "4;0.5", "0.5"), ("dataset", "nobody", "nobody"),
)  # fmt: skip


def test_that_values_that_cannot_be_are_said_by_the_label_of_their_field_and_nothing_runs(
    panel, qtbot, window
):
    for field, values, named in BAD:
        vary(qtbot, panel, field, values)
        with qtbot.waitSignal(window.session.failed) as failed:
            qtbot.mouseClick(panel.form.start, LEFT)
        (words,) = failed.args
        assert window.statusBar().currentMessage() == words
        assert named in words
        assert FIELDS[field].metadata["label"].lower() in words.lower()
        assert "--" not in words
        assert "_" not in words
        assert (window.studying.running, panel.form.start.text()) == (False, "Run study")
    assert not window.settings.studies.exists()


def test_that_a_journal_that_cannot_be_written_is_said_and_asking_again_works(panel, qtbot, window):
    window.settings.studies.write_text("in the way")
    vary(qtbot, panel, "learning_rate", "0.1", runs=1)
    with qtbot.waitSignal(window.session.failed):
        ask(qtbot, window)
    window.settings.studies.unlink()
    ask(qtbot, window)
    assert panel.words.text().startswith("1 of 1 runs;")


def test_that_a_study_stops_while_its_first_runs_are_under_way(panel, qtbot, window):
    window.session.store.update(epochs=1_000_000)
    vary(qtbot, panel, "learning_rate", "0.1, 0.01")
    with qtbot.waitSignal(window.studying.progressed):
        qtbot.mouseClick(panel.form.start, LEFT)
    assert panel.plot.hint == "The first runs are being trained."
    assert panel.plot.mark_at(QPointF(panel.plot.rect().center())) == -1
    qtbot.mouseClick(panel.plot, LEFT)
    qtbot.mouseClick(panel.form.start, LEFT)
    ended(qtbot, window)
    assert (panel.form.start.text(), panel.progress.value()) == ("Run study", 0)
    assert panel.plot.hint == "Stopped before a run was done. Press Run study to train them."


def test_that_a_stopped_study_goes_on_where_it_was(panel, qtbot, window, held):
    begun, go = held
    vary(qtbot, panel, "epochs", "5, 20")
    qtbot.mouseClick(panel.form.start, LEFT)
    qtbot.waitUntil(lambda: len(begun) == 2)
    qtbot.mouseClick(panel.form.start, LEFT)
    go.set()
    ended(qtbot, window)
    assert panel.words.text().startswith("2 of 4 runs;")
    assert panel.progress.value() == panel.progress.maximum() / 2
    assert [math.isfinite(mark.mean) for mark in panel.plot.marks] == [True, False]
    kept = panel.answer.rows
    ask(qtbot, window)
    assert begun[2:] == [begun[1]]  # the finished group was not run again
    assert panel.answer.rows[:2] == kept
    assert shown(panel) == answer(panel.answer.study)


@pytest.fixture
def asks(panel, qtbot, monkeypatch):
    """Asks a study that the form has no words for."""

    def ask(study):
        monkeypatch.setattr(panel.form, "study", lambda spec: study)
        qtbot.mouseClick(panel.form.start, LEFT)

    return ask


def test_that_the_share_of_a_stopped_study_counts_runs_and_not_their_tests(panel, qtbot, window, held, asks):
    window.session.store.update(noise="flip", noise_level=0.1)
    axes = (Axis("epochs", (5, 20)), Axis(TEST_NOISE, (0.0, 0.1, 0.2)))
    asks(Study(window.session.store.spec, axes, 2))
    qtbot.waitUntil(lambda: len(held[0]) == 2)
    window.studying.stop()
    held[1].set()
    ended(qtbot, window)
    assert panel.progress.value() == panel.progress.maximum() / 2


def test_that_a_click_on_any_setting_trains_its_typical_run_on_the_bench(answered, qtbot, window):
    study = six(window)
    rows, frame = core.studies.running.run(study), lambda: window.session.frame
    answered.measure.setCurrentIndex(answered.measure.findData("loss"))
    for index, rate in enumerate(RATES):
        own, mean = [row for row in rows if row["learning_rate"] == rate], answered.plot.marks[index].mean
        spec = study.spec_of((rate,), min(own, key=lambda row: abs(row["loss"] - mean))["run"])
        qtbot.mouseClick(answered.plot, LEFT, pos=answered.plot.place_of(index).toPoint())
        assert window.session.store.spec == spec
        qtbot.waitUntil(lambda spec=spec: (frame().spec, frame().phase) == (spec, Phase.FINISHED))


def test_that_any_run_of_a_setting_can_be_taken_to_the_bench(answered, qtbot, window):
    study, place = six(window), answered.plot.place_of(1).toPoint()
    qtbot.mouseClick(answered.plot, Qt.MouseButton.RightButton, pos=place)
    (menu,) = answered.findChildren(QMenu, options=DIRECT)
    assert len(menu.actions()) == 2
    menu.actions()[1].trigger()
    menu.close()
    assert window.session.store.spec == study.spec_of((RATES[1],), 1)


def test_that_the_time_left_is_told_while_a_study_runs(panel, qtbot, window):
    vary(qtbot, panel, "epochs", "300, 200000")
    qtbot.mouseClick(panel.form.start, LEFT)
    qtbot.waitUntil(lambda: " left" in panel.words.text())
    qtbot.mouseClick(panel.form.start, LEFT)
    ended(qtbot, window)
    assert panel.progress.value() < panel.progress.maximum()


def test_that_a_click_in_a_map_trains_the_setting_of_its_row(panel, qtbot, window, asks):
    window.session.store.update(noise="flip", noise_level=0.1)
    levels = (0.1, 0.2, 0.3)
    axes = (Axis("noise_level", levels), Axis(TEST_NOISE, (0.0, 0.1)))
    asks(study := Study(window.session.store.spec, axes, 1))
    ended(qtbot, window)
    assert shown(panel) == answer(study)
    for index in range(6):
        qtbot.mouseClick(panel.plot, LEFT, pos=panel.plot.place_of(index).toPoint())
        assert window.session.store.spec == study.spec_of((levels[index // 2],)), index


def test_that_asking_anew_offers_nothing_of_the_old_answer(answered, qtbot, window):
    before, place = window.session.store.spec, answered.plot.place_of(2).toPoint()
    vary(qtbot, answered, "learning_rate", "0.02")
    qtbot.mouseClick(answered.form.start, LEFT)  # what is told arrives only after the next click
    offered = [button.isEnabled() for button in buttons(answered)]
    qtbot.mouseClick(answered.plot, LEFT, pos=place)
    ended(qtbot, window)
    assert window.session.store.spec == before
    assert not any(offered)


def test_that_the_table_and_the_figure_are_written(answered, qtbot, window, tmp_path):
    for button, name in zip(buttons(answered)[:2], ("runs.csv", "answer.svg"), strict=True):
        take(qtbot, answered, button)
        dialog = answered.exports.findChildren(QFileDialog)[-1]
        with qtbot.waitSignal(window.session.saved) as saved:
            dialog.fileSelected.emit(str(tmp_path / name))
        dialog.close()
        assert saved.args == [str(tmp_path / name)]
    with (tmp_path / "runs.csv").open(newline="", encoding="utf-8") as file:
        losses = [float(row["loss"]) for row in csv.DictReader(file)]
    assert losses == [row["loss"] for row in core.studies.running.run(six(window))]
    assert (tmp_path / "answer.svg").read_text(encoding="utf-8").rstrip().endswith("</svg>")


@pytest.mark.parametrize("write", ["write_table", "write_figure"])
@pytest.mark.parametrize("name", ["no/such/folder/file.svg", "file.strange"])
def test_that_what_cannot_be_written_is_said(answered, qtbot, window, tmp_path, write, name):
    with qtbot.waitSignal(window.session.failed):
        getattr(answered.exports, write)(str(tmp_path / name))


@pytest.mark.parametrize(
    ("field", "values"), [("noise_level", "0:0.3:2"), ("hidden", "4;6,3"), ("hidden", "6")]
)
def test_that_the_command_copied_asks_the_same(panel, qtbot, window, monkeypatch, capsys, field, values):
    window.session.store.update(noise="flip", noise_level=0.15, variational=True, beta=0.3, seed=7)
    vary(qtbot, panel, field, values, runs=1)
    ask(qtbot, window)
    asked, real = [], core.studies.running.run
    monkeypatch.setattr(
        core.studies.running, "run", lambda study, *rest: asked.append(study) or real(study, *rest)
    )
    take(qtbot, panel, panel.exports.command)
    assert main(shlex.split(QGuiApplication.clipboard().text())[1:]) == 0, capsys.readouterr().err
    (again,) = asked
    assert again.same_runs(panel.answer.study)


def test_that_a_window_closed_while_a_study_runs_lets_its_thread_end_in_peace(
    qapp, qtbot, light, settings, held, caplog
):
    window = MainWindow(Session(preset("font-autoencoder")), settings)
    window.show()
    qtbot.waitUntil(lambda: window.study is not None and window.session.frame is not None)
    window.session.store.update(hidden=(4,))
    vary(qtbot, window.study, "epochs", "5, 1000000")
    qtbot.mouseClick(window.study.form.start, LEFT)
    qtbot.waitUntil(lambda: len(held[0]) == 2)
    assert window.close()
    window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # gone before the thread sees that it is to stop
    held[1].set()
    assert QThreadPool.globalInstance().waitForDone(10_000)
    assert not caplog.records, caplog.text


# --- a person who changes their mind ---


def test_that_a_click_on_a_point_does_not_change_what_is_asked_next(answered, qtbot, window):
    study = answered.answer.study
    for index in (2, 0):
        qtbot.mouseClick(answered.plot, LEFT, pos=answered.plot.place_of(index).toPoint())
    assert window.session.store.spec != study.base
    ask(qtbot, window)
    assert answered.answer.study == study
    qtbot.mouseClick(answered.plot, LEFT, pos=answered.plot.place_of(1).toPoint())
    window.session.store.update(epochs=25)  # what the person changes counts, and nothing else
    window.session.store.update(epochs=20)
    window.session.store.update(latent=3)
    ask(qtbot, window)
    assert answered.answer.study == replace(study, base=replace(study.base, latent=3))


def test_that_after_a_click_another_experiment_or_question_is_asked_as_it_is_on_the_left(
    answered, qtbot, window
):
    qtbot.mouseClick(answered.plot, LEFT, pos=answered.plot.place_of(1).toPoint())
    window.session.store.replace(other := replace(preset("font-deep"), hidden=(3,), epochs=5))
    ask(qtbot, window)
    assert answered.answer.study.base == other
    qtbot.mouseClick(answered.plot, LEFT, pos=answered.plot.place_of(1).toPoint())
    vary(qtbot, answered, "latent", "2, 3")
    ask(qtbot, window)
    assert answered.answer.study.base == window.session.store.spec


@pytest.mark.parametrize("box", ["question", "field"])
def test_that_choosing_another_question_puts_the_old_answer_away(answered, qtbot, window, box):
    qtbot.keyClick(getattr(answered.form, box), KEY.Key_Up)
    assert answered.answer is None
    assert not answered.plot.marks
    assert answered.plot.hint.startswith("Choose a question")
    assert answered.progress.value() == 0
    assert "runs;" not in answered.words.text()
    assert not any(button.isEnabled() for button in buttons(answered))


@pytest.mark.parametrize("box", ["question", "field"])
def test_that_an_answer_is_there_again_with_its_question_and_the_number_of_runs(answered, qtbot, box):
    said, marks, runs = answered.words.text(), answered.plot.marks, answered.form.runs.value()
    study = answered.answer.study
    qtbot.keyClick(getattr(answered.form, box), KEY.Key_Up)
    assert answered.answer is None
    qtbot.keyClick(getattr(answered.form, box), KEY.Key_Down)
    assert answered.answer.study == study
    assert (answered.words.text(), answered.form.runs.value()) == (said, runs)
    assert [mark.name for mark in answered.plot.marks] == [mark.name for mark in marks]
    assert answered.progress.value() == 1000
    assert any(button.isEnabled() for button in buttons(answered))


def test_that_the_number_of_runs_of_a_ready_made_question_is_the_persons_as_well(panel, qtbot):
    box, runs = panel.form.question, panel.form.runs
    qtbot.keyClick(box, KEY.Key_Home)
    runs.setFocus()
    runs.selectAll()
    qtbot.keyClicks(runs, "6")
    qtbot.keyClick(box, KEY.Key_Down)
    assert runs.value() == panel.form.asked.runs
    qtbot.keyClick(box, KEY.Key_Up)
    assert runs.value() == 6


def test_that_choosing_another_question_stops_the_study_and_nothing_of_it_comes_back(
    panel, qtbot, window, held
):
    vary(qtbot, panel, "epochs", "5, 20")
    qtbot.mouseClick(panel.form.start, LEFT)
    qtbot.waitUntil(lambda: len(held[0]) == 2)
    asked = panel.answer.study
    qtbot.keyClick(panel.form.question, KEY.Key_Home)
    assert panel.form.start.text() == "Run study"
    assert "is kept" in window.statusBar().currentMessage()
    held[1].set()
    ended(qtbot, window)
    assert panel.answer is None
    assert not panel.plot.marks
    vary(qtbot, panel, "epochs", "5, 20")
    ask(qtbot, window)
    assert panel.answer.study == asked
    assert len(held[0]) == 3  # the finished group was not run again


@pytest.fixture
def overtaken(panel, qtbot, held):
    """The panel, asked another question while the study of the last one still stops."""
    vary(qtbot, panel, "epochs", "5, 20")
    qtbot.mouseClick(panel.form.start, LEFT)
    qtbot.waitUntil(lambda: len(held[0]) == 2)
    vary(qtbot, panel, "latent", "2, 3")
    qtbot.mouseClick(panel.form.start, LEFT)
    return panel


def test_that_the_last_report_of_a_stopped_study_answers_no_other_question(overtaken, qtbot, window, held):
    panel, seen = overtaken, []
    window.studying.progressed.connect(lambda progress: seen.append((progress.study, panel.answer.study)))
    held[1].set()
    ended(qtbot, window)
    assert {told.axes[0].field for told, _ in seen} == {"epochs", "latent"}
    assert {shown.axes[0].field for _, shown in seen} == {"latent"}


def test_that_another_question_can_be_asked_while_the_last_one_still_stops(overtaken, qtbot, window, held):
    panel = overtaken
    assert panel.form.start.text() == "Stop"
    held[1].set()
    ended(qtbot, window)
    assert [mark.name for mark in panel.plot.marks] == ["2", "3"]
    assert panel.words.text().startswith("4 of 4 runs;")


def test_that_stop_keeps_every_run_that_is_measured(panel, qtbot, window, monkeypatch):
    """Six runs are one program: two are measured when Escape stops it, and those two are kept."""
    real, measured, go = core.studies.groups.report, [], threading.Event()

    def report(trainer, replica, on_progress):
        measured.append(replica)
        assert len(measured) < 3 or go.wait(20)
        return real(trainer, replica, on_progress)

    monkeypatch.setattr(core.studies.groups, "report", report)
    vary(qtbot, panel, "learning_rate", ", ".join(map(str, RATES)))
    qtbot.mouseClick(panel.form.start, LEFT)
    qtbot.waitUntil(lambda: len(measured) == 3)
    qtbot.keyClick(panel.plot, KEY.Key_Escape)
    assert window.statusBar().currentMessage().startswith("Stopped. Every measured run is kept")
    go.set()
    ended(qtbot, window)
    assert panel.words.text().startswith("2 of 6 runs;")
    kept = panel.answer.rows
    ask(qtbot, window)
    assert measured == [0, 1, 2, 2, 3, 4, 5]  # those that were kept are not measured again
    assert set(map(str, kept)) < set(map(str, panel.answer.rows))
    assert shown(panel) == answer(six(window))


def test_that_values_are_marked_where_they_are_typed_until_they_are_right(panel, qtbot, window):
    form = panel.form
    vary(qtbot, panel, "learning_rate", "0.1, fast")
    qtbot.mouseClick(form.values, LEFT)
    qtbot.waitUntil(form.values.hasFocus)
    assert not form.values.property("invalid")  # not while they are typed
    qtbot.keyClick(form.values, KEY.Key_Tab)
    assert form.values.property("invalid")
    assert "fast" in panel.words.text()
    assert panel.words.objectName() == "reason"
    assert panel.words.alignment() & Qt.AlignmentFlag.AlignLeft  # beside its sign
    assert panel.words.contentsRect().left() > 16
    form.values.end(False)
    for _ in "fast":
        qtbot.keyClick(form.values, KEY.Key_Backspace)
    qtbot.keyClicks(form.values, "0.2")
    assert not form.values.property("invalid")
    assert panel.words.objectName() == "soft"
    assert "fast" not in panel.words.text()
    assert not window.studying.running


@pytest.mark.parametrize("box", ["values", "runs"])
def test_that_enter_asks(panel, qtbot, window, box):
    vary(qtbot, panel, "learning_rate", "0.1", runs=1)
    qtbot.keyClick(getattr(panel.form, box), KEY.Key_Return)
    assert panel.form.start.text() == "Stop"
    qtbot.keyClick(getattr(panel.form, box), KEY.Key_Return)  # and never stops
    ended(qtbot, window)
    assert panel.words.text().startswith("1 of 1 runs;")


def test_that_enter_over_values_that_cannot_be_asks_nothing_and_says_why(panel, qtbot, window):
    vary(qtbot, panel, "learning_rate", "fast", runs=1)
    qtbot.keyClick(panel.form.values, KEY.Key_Return)
    assert panel.form.values.property("invalid")
    assert "fast" in window.statusBar().currentMessage()
    assert (window.studying.running, panel.form.start.text()) == (False, "Run study")


def test_that_what_is_counted_is_said_and_the_time_left_never_rises(panel, qtbot, window, asks):
    window.session.store.update(noise="flip", noise_level=0.1, epochs=300)
    axes = (Axis("hidden", ((4,), (6,), (8,))), Axis(TEST_NOISE, (0.1, 0.2)))
    said, lefts = [], []
    window.studying.progressed.connect(lambda progress: lefts.append(progress.left))
    window.studying.progressed.connect(lambda progress: said.append(panel.words.text()))
    asks(Study(window.session.store.spec, axes, 2))
    ended(qtbot, window)
    known = [left for left in lefts if math.isfinite(left)]
    assert known == sorted(known, reverse=True)
    assert any(re.match(r"\d+ of 6 runs trained; \d+ of 12 measured", words) for words in said), said


def test_that_a_damaged_journal_is_put_aside_and_said_and_the_study_begins_anew(answered, qtbot, window):
    (path,) = window.settings.studies.iterdir()
    path.write_bytes(damaged := path.read_bytes().replace(b'"recognised"', b'"recognized"'))
    with qtbot.waitSignal(window.studying.told) as told:
        ask(qtbot, window)
    assert "begins anew" in told.args[0]
    assert answered.words.text().startswith("6 of 6 runs;")
    assert path.with_suffix(".damaged").read_bytes() == damaged
    assert shown(answered) == answer(six(window))


def test_that_a_study_of_another_window_is_left_to_it(answered, qtbot, window):
    (path,) = window.settings.studies.iterdir()
    with journal(six(window), path), qtbot.waitSignal(window.session.failed) as failed:
        ask(qtbot, window)
    assert "another window" in failed.args[0]
    ask(qtbot, window)
    assert answered.words.text().startswith("6 of 6 runs;")


def test_that_what_no_run_has_gives_no_figure(answered, qtbot, window, tmp_path):
    answered.measure.setCurrentIndex(answered.measure.findData("first_perfect"))
    assert answered.plot.hint == "None of these runs has this measure."
    assert [button.isEnabled() for button in buttons(answered)] == [True, False, True]
    with qtbot.waitSignal(window.session.failed) as failed:
        answered.exports.write_figure(str(tmp_path / "none.svg"))
    assert "none of the runs" in failed.args[0]


def test_that_a_race_names_its_leader_beside_the_curves(window, qtbot):
    assert window.training.leader.text() == ""
    window.session.start(replace(window.session.store.spec, replicas=8, epochs=30))
    qtbot.waitUntil(lambda: window.session.frame.spec.replicas == 8)
    qtbot.waitUntil(lambda: window.session.frame.phase is Phase.FINISHED)
    leader = window.session.frame.leader + 1
    assert window.training.leader.text() == f"run {leader} of 8 leads"


# --- what can be compared ---


def offered(box):
    """The names that the box lists when a person opens it."""
    box.showPopup()
    names = [box.itemData(index) for index in range(box.count())]
    box.hidePopup()
    return names


def test_that_the_box_offers_what_the_runs_asked_for_are_measured_by_and_keeps_its_choice(
    panel, qtbot, window
):
    vary(qtbot, panel, "learning_rate", "0.1, 0.01")
    plain = offered(panel.measure)
    assert set(plain) == {measure.name for measure in measures(six(window))}
    assert "kl" not in plain
    panel.measure.setCurrentIndex(plain.index("wrong_pixels"))
    window.session.store.update(variational=True)
    assert "kl" in offered(panel.measure)
    assert panel.measure.currentData() == "wrong_pixels"
    panel.measure.setCurrentIndex(panel.measure.findData("kl"))
    window.session.store.update(variational=False)
    assert offered(panel.measure) == plain
    assert panel.measure.currentIndex() == 0
    panel.form.values.setText("fast")  # no such study: everything is offered
    assert set(offered(panel.measure)) > set(plain)


def test_that_what_has_a_known_best_stands_first_in_the_box(panel):
    names = [panel.measure.itemData(index) for index in range(panel.measure.count())]
    assert names[:4] == ["recognised", "perfect", "wrong_pixels", "squared_error"]


def never_and_later(study, firsts):
    """Rows of the first setting of a study, with the epochs in which they were first perfect."""
    (axis,) = study.axes
    return tuple(
        {axis.field: axis.values[0], "run": run, "seed": run, "seconds": 1.0, "first_perfect": first}
        for run, first in enumerate(firsts)
    )


def test_that_runs_without_the_measure_are_listed_with_a_dash_and_not_taken_for_typical(
    panel, qtbot, window, asks, monkeypatch
):
    monkeypatch.setattr(window.studying, "start", lambda study: None)
    study = Study(window.session.store.spec, (Axis("learning_rate", (0.1, 0.2)),), 3)
    asks(study)
    panel.on_progress(Progress(study, never_and_later(study, (None, 90, 40)), 3))
    panel.measure.setCurrentIndex(panel.measure.findData("first_perfect"))
    place = panel.plot.place_of(0).toPoint()
    qtbot.mouseClick(panel.plot, Qt.MouseButton.RightButton, pos=place)
    (menu,) = panel.findChildren(QMenu, options=DIRECT)
    assert [action.text().partition(": ")[2] for action in menu.actions()] == ["–", "90", "40"]
    menu.close()
    qtbot.mouseClick(panel.plot, LEFT, pos=place)
    assert window.session.store.spec == study.spec_of((0.1,), 1)


def test_that_a_typical_run_is_a_measured_one_else_the_first_and_none_where_none_is_done():
    study = Study(preset("font-autoencoder"), (Axis("learning_rate", (0.1, 0.2)),), 3)
    for firsts, typical in (((None, 40, 90), 40), ((math.nan, 40, 90), 40), ((None, None), None)):
        answer = Answer(study, never_and_later(study, firsts), None, "first_perfect", "range")
        done = Cell((0.1,), 2, 64.0, 40.0, 90.0)
        assert answer.typical(done)["first_perfect"] == typical
        assert math.isnan(answer.value_of(answer.rows[0]))
        assert answer.typical(Cell((0.2,), 0, math.nan, math.nan, math.nan)) is None
    missing = Answer(study, never_and_later(study, (7, 8)), None, "kl", "sd")
    assert missing.typical(done)["run"] == 0


# --- words ---


def test_that_the_number_of_runs_is_said_as_one_says_it(panel):
    for runs, words in ((1, "1 run"), (2, "2 runs"), (30, "30 runs"), (1, "1 run")):
        panel.form.runs.setValue(runs)
        assert panel.form.runs.text() == words


def test_that_a_copied_command_is_said(answered, qtbot, window):
    take(qtbot, answered, answered.exports.command)
    command = QGuiApplication.clipboard().text()
    assert command.startswith("tp5 ")
    assert window.statusBar().currentMessage() == f"Copied: {command}"


def test_that_why_a_study_failed_is_no_longer_said_once_another_begins(panel, qtbot, window):
    vary(qtbot, panel, "learning_rate", "fast")
    qtbot.mouseClick(panel.form.start, LEFT)
    assert "fast" in window.statusBar().currentMessage()
    vary(qtbot, panel, "learning_rate", "0.1", runs=1)
    ask(qtbot, window)
    assert "fast" not in window.statusBar().currentMessage()


# --- the plot alone ---


def marks(means):
    return [Mark("a|b", mean, mean - 1, mean + 1, "") for mean in means]


@pytest.fixture
def plot(qtbot, light):
    plot = StudyPlot()
    qtbot.addWidget(plot)
    plot.resize(420, 220)
    return plot


def found(plot, means, off=QPointF()):  # noqa: B008
    return [plot.mark_at(plot.place_of(index) + off) for index in range(len(means))]


SIZES = pytest.mark.parametrize("size", [(220, 120), (420, 220), (1200, 500)])
LINES = {
    "logarithm": (RATES, (3.0, 20.0, 19.0)),
    "close": ((0.1, 0.03, 0.01, 0.003), (1.0, 20.0, 20.5, 20.0)),
    "many": ([place / 30 for place in range(30)], [15 + place % 3 for place in range(30)]),
    "categories": (range(5), (4.0, 4.0, 9.0, 4.0, 5.0)),
}


@SIZES
@pytest.mark.parametrize("line", LINES)
def test_that_a_mark_is_found_where_it_is_painted(plot, qtbot, size, line):
    x, means = LINES[line]
    plot.resize(*size)
    plot.set_line(marks(means), list(x), ("x", "y"))
    assert found(plot, means) == list(range(len(means)))
    plot.picked.connect((picked := []).append)
    qtbot.mouseClick(plot, LEFT, pos=plot.place_of(0).toPoint())
    assert picked == [0]


@SIZES
@pytest.mark.parametrize(("rows", "columns"), [(2, 3), (6, 6), (3, 2)])
def test_that_a_field_of_a_map_is_found_anywhere_in_it_and_not_beside(plot, size, rows, columns):
    means = range(rows * columns)
    plot.resize(*size)
    plot.set_map(marks(means), columns, ("x", "y"))
    away = plot.place_of(columns + 1) - plot.place_of(0)
    for share in (-0.4, 0, 0.4):
        assert found(plot, means, share * away) == list(means)
    assert plot.mark_at(QPointF(plot.place_of(0).x(), 1)) == -1


def test_that_a_map_begins_below_on_the_left_and_is_darker_where_more_is(plot):
    plot.set_map(marks(range(6)), 3, ("x", "y"))
    shot, places = plot.grab().toImage(), [plot.place_of(index).toPoint() for index in range(6)]
    assert places[0].x() < places[1].x() < places[2].x()
    assert places[0].y() == places[2].y() > places[3].y()
    grounds = [shot.pixelColor(place + BELOW).lightness() for place in places]
    assert grounds == sorted(set(grounds), reverse=True)


def test_that_what_is_not_known_is_neither_painted_nor_picked(plot):
    means = (1.0, math.nan, 3.0)
    plot.set_line(marks(means), (0, 1, 2), ("x", "y"))
    shot, ink = plot.grab().toImage(), QColor(theme.tokens().series)
    painted = [shot.pixelColor(plot.place_of(index).toPoint()) == ink for index in range(3)]
    assert painted == [True, False, True]
    assert found(plot, means) == [0, -1, 2]
    plot.set_line(marks((math.nan, math.nan)), (1, 2), ("x", "y"))
    assert plot.mark_at(QPointF(100, 60)) == -1


def test_that_what_is_not_known_of_a_map_is_not_painted_as_the_least(plot):
    means = (1.0, math.nan, 3.0, 4.0)
    plot.set_map(marks(means), 2, ("x", "y"))
    shot = plot.grab().toImage()
    grounds = [shot.pixelColor(plot.place_of(index).toPoint() + BELOW).name() for index in range(4)]
    assert grounds[0] != grounds[1]
    assert found(plot, means)[1] == -1


@pytest.mark.parametrize(
    ("x", "even"),
    [(RATES[::-1], True), ((0.007, 0.07, 0.7), True), ((0.02, 0.2, 1.9), False), ((0, 0.1, 10), False)],
)  # fmt: skip
def test_that_values_a_hundred_times_apart_are_set_by_their_logarithm(plot, x, even):
    plot.set_line(marks((1, 2, 3)), x, ("x", "y"))
    first, second, third = (plot.place_of(index).x() for index in range(3))
    share = 0.5 if even else (x[1] - x[0]) / (x[2] - x[0])
    assert (second - first) / (third - first) == pytest.approx(share)
