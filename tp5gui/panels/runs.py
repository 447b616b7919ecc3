"""Runs: those that were kept and saved, to open again, to name, to compare."""

from functools import partial

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.base.words import say
from core.train.about import MAX_NOTE
from core.train.listing import RunEntry
from tp5gui import theme
from tp5gui.panels.label import Label
from tp5gui.panels.run_list import RunList
from tp5gui.session.comparing import Source
from tp5gui.session.run_entries import on_the_bench, title_of
from tp5gui.session.run_shelf import RunShelf
from tp5gui.session.session import Session
from tp5gui.words import as_name

LEAST, MOST = 2, 4  # runs that are compared
NOTE_LINES = 2
ONE_ROW = 420  # px of the panel, as type is without a zoom, from which the search has room beside the buttons
UNDOES = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)


class NoteField(QPlainTextEdit):
    """A note that counts once the field is left, or at Ctrl+Enter; Escape brings back the one in use.

    Signals
    -------
    edited(str) : another note counts.
    """

    edited = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._in_use = ""
        self.setTabChangesFocus(True)
        self._fit()

    def settle(self, note: str) -> None:
        """Show a note that is in use, unless another one is being typed."""
        if note != self._in_use or not self.hasFocus():
            self._in_use = note
            if note != self.toPlainText():
                self.setPlainText(note)

    def commit(self) -> None:
        """Let the note count as it stands here."""
        note = self.toPlainText()[:MAX_NOTE].rstrip()
        if note != self._in_use:
            self._in_use = note
            self.edited.emit(note)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            typed = self.toPlainText() != self._in_use
            if event.key() == Qt.Key.Key_Escape and typed:
                event.accept()  # no shortcut takes the key
                return True
            if any(map(event.matches, UNDOES)) and not typed:
                event.ignore()  # it is meant for the window
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enters = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enters and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.commit()
        elif event.key() == Qt.Key.Key_Escape and self.toPlainText() != self._in_use:
            self.setPlainText(self._in_use)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.commit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        margins = 2 * (self.frameWidth() + round(self.document().documentMargin()))
        self.setFixedHeight(NOTE_LINES * self.fontMetrics().lineSpacing() + margins)


class SearchLine(QLineEdit):
    """A line of words to look for: Escape empties it, and the arrow down leads on to what is found.

    Signals
    -------
    left_down() : the arrow down was pressed.
    """

    left_down = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText(say("Search"))
        self.setAccessibleName(say("Search the runs"))
        self.setToolTip(say("Finds runs by name, note, preset and data set."))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self._clears(event):
            event.accept()  # no shortcut takes the key
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._clears(event):
            self.clear()
        elif event.key() == Qt.Key.Key_Down:
            self.left_down.emit()
        else:
            super().keyPressEvent(event)

    def _clears(self, event: QEvent) -> bool:
        return isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and bool(self.text())


class RunsPanel(QWidget):
    """Lists the runs, with a search, and does with the chosen ones what a person asks for.

    Attributes
    ----------
    search : finds runs by their words.
    list : the runs, as cards.
    open, compare, more : the buttons; the last one has the menu of everything else.
    menu : what can be done with the chosen runs; filled when it is about to show.
    note : the note of the chosen run.

    Signals
    -------
    open_asked(str) : the person wants to open the run in this file.
    compare_asked(object) : the person wants to compare these runs, a list of `Source`.
    """

    open_asked = Signal(str)
    compare_asked = Signal(object)

    def __init__(self, session: Session, shelf: RunShelf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._shelf = session, shelf
        self._noted: RunEntry | None = None
        self.search = SearchLine()
        self.open = self._button(say("Open"), say("Take up this run where it is."))
        self.compare = self._button(say("Compare"), "")
        self.more = self._button(say("More"), say("Name, pin, duplicate or delete the chosen runs."))
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        self.more.setMenu(self.menu)
        self.list = RunList(shelf)
        self.note = NoteField()
        self.note.setAccessibleName(say("Note on the run"))
        label = Label(say("Note"))
        label.setBuddy(self.note)
        self._lay_out(label)
        self.search.textChanged.connect(self.list.look_for)
        self.search.left_down.connect(self.list.go_in)
        self.open.clicked.connect(self._on_open)
        self.compare.clicked.connect(self._on_compare)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.note.edited.connect(self._on_note)
        self.list.chosen.connect(self.on_chosen)
        self.list.opening.connect(self.open_run)
        self.list.deleting.connect(self._on_delete)
        self.list.menu_asked.connect(self._on_menu)
        self.on_chosen()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._shelf.look()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= theme.size(ONE_ROW)
        direction = QBoxLayout.Direction
        self._head.setDirection(direction.LeftToRight if beside else direction.TopToBottom)
        self._head.setSpacing(theme.SPACE if beside else theme.SPACE // 2)

    def minimumSizeHint(self) -> QSize:
        """As narrow as the buttons are: the search goes above them where there is no room beside."""
        hint = super().minimumSizeHint()
        buttons = sum(button.sizeHint().width() for button in (self.open, self.compare, self.more))
        least = buttons + 4 * theme.SPACE
        return QSize(min(hint.width(), least), hint.height())

    @Slot(object)
    def open_run(self, entry: RunEntry) -> None:
        """Open a run, unless it is on the bench."""
        if entry.fault is not None:
            name = as_name(entry.path.name)
            self._session.fail(say("{name} cannot be opened: its card says what is wrong.", name=name))
        elif not on_the_bench(entry):
            self.open_asked.emit(str(entry.path))

    @Slot()
    def on_chosen(self) -> None:
        """Offer what can be done with the runs that are chosen now."""
        runs = self.list.chosen_runs
        sound = [run for run in runs if run.fault is None]
        one = sound[0] if len(runs) == len(sound) == 1 else None
        self.open.setEnabled(one is not None and not on_the_bench(one))
        self.more.setEnabled(bool(runs))
        enough = LEAST <= len(runs) <= MOST and len(sound) == len(runs)
        self.compare.setEnabled(enough)
        self.compare.setToolTip(
            say("Put the chosen runs side by side.")
            if enough
            else say("Choose two to four runs to compare: Ctrl and a click adds one.")
        )
        if one is None or self._noted is None or not self._same(one, self._noted):
            self.note.commit()  # to the run that it was typed for
        self._noted = one
        self.note.settle("" if one is None else one.about.note)
        self.note.setEnabled(one is not None)
        self.note.setPlaceholderText(
            say("A note of your own") if one is not None else say("Choose a run to note something of it.")
        )

    @staticmethod
    def _same(one: RunEntry, other: RunEntry) -> bool:
        """Whether two entries are of one run, as read at different times."""
        live, was = on_the_bench(one), on_the_bench(other)
        return live and was if live or was else one.path == other.path

    @Slot()
    def _on_open(self) -> None:
        for run in self.list.chosen_runs[:1]:
            self.open_run(run)

    @Slot()
    def _on_compare(self) -> None:
        self.compare_asked.emit([_source(run) for run in self.list.chosen_runs])

    @Slot(str)
    def _on_note(self, note: str) -> None:
        if self._noted is not None:
            self._shelf.note(self._noted, note)

    @Slot()
    def _on_delete(self) -> None:
        self._shelf.delete(self.list.chosen_runs)

    @Slot(object)
    def _on_menu(self, place: QPoint) -> None:
        self.menu.popup(place)

    @Slot()
    def _fill_menu(self) -> None:
        """Fill the menu with what can be done with the chosen runs."""
        runs, shelf = self.list.chosen_runs, self._shelf
        self.menu.clear()
        if not runs:
            return
        sound = [run for run in runs if run.fault is None]
        one = sound[0] if len(runs) == len(sound) == 1 else None
        opens = self.menu.addAction(say("Open"), self._on_open)
        opens.setEnabled(self.open.isEnabled())
        compares = self.menu.addAction(say("Compare"), self._on_compare)
        compares.setEnabled(self.compare.isEnabled())
        self.menu.addSeparator()
        renames = self.menu.addAction(say("Rename"), self.list.rename_chosen)
        renames.setShortcut(QKeySequence(Qt.Key.Key_F2))
        renames.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # shown here, obeyed by the list
        renames.setEnabled(one is not None)
        pinned = bool(sound) and all(run.about.pinned for run in sound)
        pins = self.menu.addAction(say("Unpin") if pinned else say("Pin"))
        pins.setToolTip(say("A pinned run stands at the top and is never removed to make room."))
        pins.triggered.connect(partial(self._pin, sound, not pinned))
        pins.setEnabled(bool(sound))
        copies = self.menu.addAction(say("Duplicate"))
        copies.setToolTip(say("Keep the run once more, to go on from it in another way."))
        copies.setEnabled(one is not None and shelf.can_be_kept_twice(one))
        if one is not None:
            copies.triggered.connect(partial(shelf.duplicate, one))
        self.menu.addSeparator()
        ours = all(shelf.is_kept(run) for run in runs)
        deletes = self.menu.addAction(say("Delete") if ours else say("Take off the list"), self._on_delete)
        deletes.setToolTip(
            say("Undo brings it back.") if ours else say("The file stays where it is; only its card goes.")
        )
        deletes.setEnabled(not any(map(on_the_bench, runs)))

    def _pin(self, runs: list[RunEntry], pinned: bool, _checked: bool = False) -> None:
        for run in runs:
            self._shelf.pin(run, pinned)

    def _button(self, words: str, help: str) -> QPushButton:
        button = QPushButton(words)
        button.setToolTip(help)
        return button

    def _lay_out(self, label: Label) -> None:
        column, buttons, foot = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        half = theme.SPACE // 2
        column.setContentsMargins(theme.SPACE, half, theme.SPACE, half)
        column.setSpacing(half)
        for row in (self._head, buttons, foot):
            row.setSpacing(theme.SPACE)
        for button in (self.open, self.compare, self.more):
            buttons.addWidget(button)
        self._head.addWidget(self.search, 1)
        self._head.addLayout(buttons)
        foot.addWidget(label)
        foot.addWidget(self.note, 1)
        column.addLayout(self._head)
        column.addWidget(self.list, 1)
        column.addLayout(foot)


def _source(run: RunEntry) -> Source:
    """A run of the list as it is compared: the one on the bench as it is by then."""
    return Source(title_of(run), "" if on_the_bench(run) else str(run.path))
