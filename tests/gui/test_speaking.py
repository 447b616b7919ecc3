"""Two languages in one window: switched while it is in use, and nothing of the person's is lost."""

import gc
import threading
from collections import Counter

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QCheckBox, QDialog, QFileDialog, QScrollArea, QSplitter, QWidget
from tabs import show_tab

from core.base.words import language, say
from tp5gui.canvases import picture_out
from tp5gui.language import resolved, speak
from tp5gui.panels.places import ask_place
from tp5gui.session.messages import Phase
from tp5gui.settings import Settings
from tp5gui.windows import pictures_out
from tp5gui.windows.about import About
from tp5gui.windows.picture_manner import PictureManner
from tp5gui.windows.preferences import Preferences
from tp5gui.windows.reopening import Open
from tp5gui.windows.shortcuts import ShortcutSheet
from tp5gui.windows.slides import Slides

LEFT = Qt.MouseButton.LeftButton
# what every window says offscreen, and floating panels
pytestmark = pytest.mark.qt_log_ignore("does not support")


@pytest.fixture(autouse=True)
def _english(qapp):
    yield
    speak(qapp, "en")


def menus(window):
    return [action.text().replace("&", "") for action in window.menuBar().actions()]


def choose(qtbot, window, name):
    """Choose a language by the menu; the window speaks it once the menu is closed."""
    (entry,) = (each for each in window.findChildren(QAction) if each.text().replace("&", "") == name)
    entry.trigger()
    wanted = {"English": "File", "Español": "Archivo"}[name]
    qtbot.waitUntil(lambda: menus(window)[0] == wanted)


def settle(qapp, qtbot, window):
    """Let what was replaced go, and the answers to all that is asked anew come."""
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    qtbot.waitUntil(lambda: np.array_equal(window.draw.answered, window.session.drawing.image))


def test_that_a_language_is_chosen_in_the_menu_and_remembered(qapp, window, qtbot, settings):
    assert menus(window) == ["File", "Edit", "Run", "View", "Help"]
    choose(qtbot, window, "Español")
    assert menus(window) == ["Archivo", "Editar", "Corrida", "Ver", "Ayuda"]
    assert [dock.windowTitle() for dock in window.docks][:1] == ["Experimento"]
    assert (language(), settings.language) == ("es", "es")
    assert qapp.translate("QPlatformTheme", "Cancel") == "Cancelar"  # Qt's own words
    choose(qtbot, window, "English")
    assert menus(window) == ["File", "Edit", "Run", "View", "Help"]
    assert settings.language == "en"
    assert qapp.translate("QPlatformTheme", "Cancel") == "Cancel"


def test_that_keys_are_called_as_they_are_printed_on_spanish_keyboards(qapp):
    keys = ("Ctrl+Shift+Z", "Ctrl+Backspace", "Del", "Return", "Esc", "PgUp", "Space")

    def named():
        return [QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in keys]

    speak(qapp, "es")
    assert named() == ["Ctrl+Mayús+Z", "Ctrl+Retroceso", "Supr", "Enter", "Esc", "Re Pág", "Espacio"]
    speak(qapp, "en")
    assert named() == list(keys)


def choose_by_keys(qapp, qtbot, window):
    """Choose the last language as a person does: a click on View, then the arrows and Enter."""
    bar = window.menuBar()
    view = bar.actions()[3]
    qtbot.mouseClick(bar, LEFT, pos=bar.actionGeometry(view).center())
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Return):
        qtbot.keyClick(qapp.activePopupWidget(), key)
    qtbot.waitUntil(lambda: menus(window)[0] == "Archivo")


def test_that_a_dialog_that_asks_for_a_file_is_all_in_spanish_and_as_wide_as_its_title(qapp, qtbot):
    title = "Guardar la imagen: " + "la red responde " * 4
    speak(qapp, "es")
    parent = QWidget()
    qtbot.addWidget(parent)
    ask_place(parent, title, "Runs (*.tp5)", "tp5", print)
    (dialog,) = parent.findChildren(QFileDialog)
    kinds = QFileDialog.DialogLabel
    words = [
        dialog.labelText(kind).replace("&", "") for kind in (kinds.LookIn, kinds.FileName, kinds.FileType)
    ]
    assert words == ["Buscar en:", "Nombre de archivo:", "Tipo de archivo:"]
    assert qapp.translate("QFileDialog", "Show &hidden files") == "Mostrar los archivos ocultos"
    assert dialog.width() > dialog.fontMetrics().horizontalAdvance(title)
    assert qapp.translate("QAbstractFileIconProvider", "Folder") == "Carpeta"
    speak(qapp, "en")
    assert qapp.translate("QFileDialog", "&Look in:") == "&Look in:"


def test_that_panels_keep_their_sizes_while_keys_show_what_has_the_focus(qapp, window, qtbot):
    window.draw.canvas.setFocus()
    window.walking.shown.show_keys()
    assert window.walking.shown.ring.around is window.draw.canvas
    places = [dock.geometry() for dock in window.docks]
    for name in ("es", "en"):
        window.speak(name)
        settle(qapp, qtbot, window)
    assert [dock.geometry() for dock in window.docks] == places
    assert window.walking.shown.ring.around is window.draw.canvas
    window.training.curves.setFocus()
    window.speak("es")
    assert window.focusWidget() is window.training.curves  # which were made later than all else


def test_that_training_goes_on_while_the_language_is_switched(qapp, window, qtbot):
    session = window.session
    window.resize(1600, 800)  # where the bar is one line in either language
    session.store.update(epochs=1_000_000)
    qtbot.mouseClick(window.controls.start, LEFT)
    qtbot.waitUntil(lambda: session.frame.phase is Phase.RUNNING and session.frame.snapshot.epoch > 10)
    version, epoch = session.frame.version, session.frame.snapshot.epoch
    window.draw.canvas.setFocus()
    places = [dock.geometry() for dock in window.docks]
    choose_by_keys(qapp, qtbot, window)
    settle(qapp, qtbot, window)
    assert window.focusWidget() is window.draw.canvas
    assert [dock.geometry() for dock in window.docks] == places
    qtbot.waitUntil(lambda: session.frame.snapshot.epoch > epoch + 100)
    assert (session.frame.version, session.frame.phase) == (version, Phase.RUNNING)
    qtbot.waitUntil(lambda: window.training.curves.epochs[-1] > epoch)  # the new panel follows
    qtbot.mouseClick(window.controls.start, LEFT)
    qtbot.waitUntil(lambda: session.frame.phase is Phase.PAUSED)


def test_that_drawing_undo_noise_cursor_and_map_stay(qapp, window, qtbot):
    window.session.drawing.replace(np.zeros((7, 5), np.float32), lambda: say("Clear"))
    window.draw.noise.setCurrentIndex(window.draw.noise.findData("flip"))
    window.draw.level.setValue(35)
    window.draw.moments.setChecked(True)
    latent = window.latent.map
    qtbot.mousePress(latent, LEFT, pos=latent.to_widget(3.0, 2.0).toPoint())
    qtbot.mouseRelease(latent, LEFT, pos=latent.to_widget(3.0, 2.0).toPoint())
    place = latent.cursor_point
    latent._half, latent._fitting = 2.0, False
    bounds = latent.bounds()
    qtbot.waitUntil(lambda: window.latent.decoded.place == place.toTuple())
    decoded = window.latent.decoded.image
    choose(qtbot, window, "Español")
    settle(qapp, qtbot, window)
    assert not window.session.drawing.image.any()
    assert (window.draw.noise.currentData(), window.draw.level.value()) == ("flip", 35)
    assert window.session.asking.questions.noise == "flip"
    assert window.session.asking.renews_noise
    assert window.latent.map is not latent
    assert window.latent.map.cursor_point == place
    assert window.latent.map.bounds() == bounds
    qtbot.waitUntil(lambda: window.latent.decoded is not None)
    assert window.latent.decoded.place == place.toTuple()
    assert np.allclose(window.latent.map.cursor_image, decoded, atol=1e-6)  # but for rounding
    for plot in window.training.curves._plots:  # drawn anew before they had their width
        for curve in plot.curves.values():
            shown = np.stack(curve.getData())
            curve.fit()
            assert np.array_equal(shown, np.stack(curve.getData()))
    window.draw.moments.setChecked(False)
    assert window.controls.undoing.undo.text() == "Deshacer: Vaciar"  # what was done in English
    window.controls.undoing.undo.trigger()
    assert window.session.drawing.image.any()


def test_that_the_panels_stay_where_they_are_and_closing_one_is_still_undone(qapp, window, qtbot):
    window.dock("study").close()
    window.dock("latent").setFloating(True)
    show_tab(qtbot, window, "Explore")
    window.explore.kind.setCurrentIndex(1)
    places = {dock.objectName(): dock.geometry() for dock in window.docks if not dock.isHidden()}
    choose(qtbot, window, "Español")
    settle(qapp, qtbot, window)
    assert {dock.objectName() for dock in window.docks if dock.isHidden()} == {"study"}
    assert window.dock("latent").isFloating()
    assert window.is_in_sight(window.explore)
    assert window.explore.kind.currentData() == "beside"
    qtbot.waitUntil(lambda: window.explore.strip.images is not None)
    now = {dock.objectName(): dock.geometry() for dock in window.docks if not dock.isHidden()}
    assert now.keys() == places.keys()
    window.controls.undoing.undo.trigger()
    assert not window.dock("study").isHidden()
    window.dock("latent").setFloating(False)


def test_that_the_focus_and_a_refused_value_stay(qapp, window, qtbot):
    line = window.experiment.form.row("learning_rate").editor.line
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "abc")
    choose(qtbot, window, "Español")
    settle(qapp, qtbot, window)
    now = window.experiment.form.row("learning_rate").editor.line
    assert now is not line
    assert now.hasFocus()
    assert now.text() == "abc"
    assert "En uso: 0.015" in window.experiment.board.refused.text()
    assert "Tasa de aprendizaje" in window.experiment.board.refused.text()
    window.controls.undoing.undo.trigger()  # the step is the new form's
    assert now.text() == "0.015"
    assert not window.experiment.board.refused.text()
    window.controls.undoing.redo.trigger()
    assert now.text() == "abc"
    window.controls.undoing.undo.trigger()
    choose(qtbot, window, "English")
    window.controls.undoing.redo.trigger()  # what could be redone still can
    assert window.experiment.form.row("learning_rate").editor.line.text() == "abc"


def test_that_every_way_to_explore_keeps_what_it_was_set_to(qapp, window, qtbot):
    """Also where a stack of pages has changed the order in which Qt lists them."""
    show_tab(qtbot, window, "Explore")
    for kind in (1, 2, 0):
        window.explore.kind.setCurrentIndex(kind)
    window.explore.between.steps.setValue(7)
    window.explore.between.path.setCurrentIndex(1)
    window.explore.beside.offset.setValue(30)
    choose(qtbot, window, "Español")
    explore = window.explore
    assert (explore.kind.currentData(), explore.between.steps.value()) == ("between", 7)
    assert (explore.between.path.currentData(), explore.beside.offset.value()) == ("spherical", 30)


def test_that_the_window_of_the_data_sets_opens_again_on_the_same_set(qapp, window, qtbot):
    window.open_data_sets()
    window.shelf.look_at("emojis-20")
    before = window.data_sets
    choose(qtbot, window, "Español")
    assert window.data_sets is not before
    assert window.data_sets.windowTitle() == "Conjuntos de datos"
    assert window.shelf.name == "emojis-20"
    window.data_sets.close()


def test_that_pictures_are_written_on_until_they_are_stopped(qapp, window, qtbot, tmp_path, monkeypatch):
    made, go, saved, places = picture_out._png, threading.Event(), [], iter("abc")
    monkeypatch.setattr(picture_out, "_png", lambda image: go.wait(60) and made(image))
    monkeypatch.setattr(
        pictures_out,
        "ask_place_and_kind",
        lambda *asked, **_: asked[3](str(tmp_path / f"{next(places)}.png"), 0),
    )
    said = []
    window.writing.told.connect(said.append)
    window.session.saved.connect(saved.append)
    sets = window.open_data_sets()
    sets.pictures_out.save.trigger()
    window.menus.pictures.save.trigger()
    for each in window.findChildren(PictureManner):
        qtbot.keyClick(each, Qt.Key.Key_Return)
    choose(qtbot, window, "Español")
    settle(qapp, qtbot, window)
    assert window.status.currentMessage() == said[-1] != ""
    go.set()
    qtbot.waitUntil(lambda: saved == [str(tmp_path / "a.png"), str(tmp_path / "b.png")])
    qtbot.waitUntil(lambda: not window.writing.busy)
    assert said[-1] == ""
    window.data_sets.close()
    go.clear()
    window.menus.pictures.save.trigger()
    qtbot.keyClick(window.findChildren(PictureManner)[-1], Qt.Key.Key_Return)
    choose(qtbot, window, "English")
    settle(qapp, qtbot, window)
    assert window.status.currentMessage() == said[-1] != ""
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert said[-1] == ""
    go.set()
    qtbot.waitUntil(lambda: not window.writing.busy)
    assert sorted(path.name for path in tmp_path.glob("*.png")) == ["a.png", "b.png"]


def test_that_dialogs_that_are_open_stay_open_as_they_stand(qapp, window, qtbot):
    help = window.menus.help
    for opened in (window.menus.show_preferences, help.show_about, help.show_shortcuts, help.show_slides):
        opened()
    sets = window.open_data_sets()
    sets.pictures.point_at(7)
    sets.tools.new_label.setText("mine")
    sets.open_import()
    sets.importing.options.field.setText("half filled")
    slides = window.findChild(Slides)
    slides.list.setCurrentRow(slides.list.count() - 1)
    slides.hide()
    slides.made_way.emit(True)  # it made way for the place that it led to
    places = {type(each): each.geometry() for each in window.findChildren(QDialog)}
    choose(qtbot, window, "Español")
    assert {type(each): each.geometry() for each in window.findChildren(QDialog)} == places
    assert {each.windowTitle() for each in window.findChildren(QDialog) if not each.isHidden()} == {
        "Preferencias", "Acerca de tp5gui", "Atajos y gestos", "Conjuntos de datos", "Importar imágenes",
    }  # fmt: skip
    sets = window.data_sets
    assert (sets.pictures.current, sets.tools.new_label.text()) == (7, "mine")
    assert sets.importing.options.field.text() == "half filled"
    assert not window.menus.help.back.isHidden()
    qtbot.mouseClick(window.menus.help.back, LEFT)
    assert window.findChild(Slides).isVisible()
    assert window.findChild(Slides).list.currentRow() == window.findChild(Slides).list.count() - 1
    for each in window.findChildren(QDialog):
        each.close()


def test_that_the_dialog_that_was_in_front_is_in_front_in_the_other_language(
    qapp, window, qtbot, monkeypatch
):
    """And those behind it open in the order in which they were in use, not in that of their first opening."""
    help, orders = window.menus.help, []
    for opened in (window.menus.show_preferences, help.show_shortcuts, help.show_about):
        opened()
    for kind in (About, ShortcutSheet, Preferences):  # in front one after the other
        dialog = window.findChild(kind)
        dialog.raise_()
        with qtbot.waitActive(dialog):
            dialog.activateWindow()
        qtbot.waitUntil(lambda dialog=dialog: QApplication.focusWidget() in dialog.findChildren(QWidget))
    hand_over = Open.hand_over
    monkeypatch.setattr(
        Open, "hand_over", lambda each, dialog: orders.append(type(dialog)) or hand_over(each, dialog)
    )
    window.speak("es")
    qtbot.waitUntil(window.findChild(Preferences).isActiveWindow)
    window.speak("en")
    assert orders == [About, ShortcutSheet, Preferences] * 2
    qtbot.waitUntil(window.findChild(Preferences).isActiveWindow)
    for each in window.findChildren(QDialog):
        each.close()


def test_that_what_is_explained_pinned_scrolled_arranged_or_presented_stays_so(qapp, window, qtbot):
    qtbot.keyClick(
        window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    choose(qtbot, window, "Español")
    settle(qapp, qtbot, window)
    assert window.isFullScreen()
    assert window.menuBar().height() == 0
    assert "Esc" in window.status.currentMessage()
    window.stage.leave()
    qtbot.waitUntil(lambda: not window.arrangement.shares.gives)
    view = window.draw.network.view
    qtbot.waitUntil(lambda: view.inside is not None and not view.picture_of(0, 1).isNull())
    spot = view.picture_of(0, 1).center().toPoint()
    qtbot.mouseClick(view, LEFT, pos=spot)
    assert view.marked is not None
    pinned = view.marked
    window.experiment.form.more.set_open(True)
    (bar,) = (
        area.verticalScrollBar()
        for area in window.experiment.findChildren(QScrollArea)
        if area.isAncestorOf(window.experiment.form)
    )
    qtbot.waitUntil(lambda: bar.maximum() > 100)
    bar.setValue(100)
    splitter = window.training.findChild(QSplitter)
    splitter.setSizes([200, 400])
    sizes = splitter.sizes()
    window.explaining.explain("draw")
    card = window.explaining.card
    words = card.sentences[0].text()
    choose(qtbot, window, "English")
    settle(qapp, qtbot, window)
    assert window.explaining.card is not card
    assert window.explaining.card.isVisible()
    assert window.explaining.card.about == "draw"
    assert window.explaining.card.sentences[0].text() != words
    assert window.draw.network.view.marked == pinned
    qtbot.waitUntil(lambda: not window.draw.network.card.isHidden())
    assert window.training.findChild(QSplitter).sizes() == sizes
    assert window.experiment.form.more.is_open
    (bar,) = (
        area.verticalScrollBar()
        for area in window.experiment.findChildren(QScrollArea)
        if area.isAncestorOf(window.experiment.form)
    )
    assert bar.value() == 100


def test_that_a_control_that_only_one_language_has_stops_nothing(qapp, window, qtbot):
    window.made.pop(next(iter(window.made)))
    window.made["draw", QCheckBox, 99] = QCheckBox(window)
    choose(qtbot, window, "Español")
    assert window.is_in_sight(window.draw.canvas)


def test_that_a_study_goes_on_and_its_answer_is_still_there(qapp, window, qtbot):
    panel = window.study
    show_tab(qtbot, window, "Study")
    window.session.store.update(epochs=20)
    panel.form.question.setCurrentIndex(panel.form.question.count() - 1)
    panel.form.values.setText("0.1, 0.01")
    panel.form.runs.setValue(2)
    qtbot.mouseClick(panel.form.start, LEFT)
    choose(qtbot, window, "Español")
    assert window.study is not panel
    qtbot.waitUntil(lambda: not window.studying.running)
    qtbot.waitUntil(lambda: window.study.form.start.text() == "Ejecutar")
    assert window.study.form.values.text() == "0.1, 0.01"
    assert len(window.study.answer.rows) == 4
    assert window.study.plot.mark_at(QPointF(-1, -1)) == -1


def test_that_switching_often_leaves_nothing_behind(qapp, window, qtbot):
    """But for what pyqtgraph leaves, which is no child of the window."""

    def there():
        for _ in range(3):  # what goes may let other things go
            settle(qapp, qtbot, window)
        return Counter(type(widget).__name__ for widget in window.findChildren(QWidget))

    for name in ("Español", "English"):
        choose(qtbot, window, name)
    before = there()
    for name in ("Español", "English"):
        choose(qtbot, window, name)
    assert there() - before == Counter()


@pytest.mark.parametrize(
    ("names", "chosen"),
    [(["es-AR", "en"], "es"), (["de-DE", "en-GB"], "en"), (["fr"], "en"), ([], "en"), (["es_419"], "es")],
)
def test_that_the_window_follows_the_system_until_a_language_is_chosen(monkeypatch, names, chosen):
    class System:
        @staticmethod
        def uiLanguages():
            return names

    monkeypatch.setattr("PySide6.QtCore.QLocale.system", lambda: System)
    assert resolved("system") == chosen
    assert (resolved("en"), resolved("es")) == ("en", "es")


def test_that_numbers_have_a_decimal_point_in_every_language(qapp, window, qtbot):
    choose(qtbot, window, "Español")
    settle(qapp, qtbot, window)
    assert window.latent.place_words.text().replace("-", "") == "cursor 0.00, 0.00"
    assert say("epoch") == "época"
    assert window.experiment.form.row("learning_rate").editor.line.text() == "0.015"


def test_that_a_language_that_is_none_is_no_setting(tmp_path):
    (tmp_path / "settings.json").write_text('{"language": "xx"}')
    settings = Settings(tmp_path)
    assert settings.language == "system"
    assert settings.fault
