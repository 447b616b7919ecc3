"""The list of the runs: what hands and keys do in it."""

from pathlib import Path

from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from core.base.words import say
from core.train.listing import RunEntry
from tp5gui.canvases.empty import has_room, paint_empty
from tp5gui.canvases.gestures import ENTER
from tp5gui.panels.run_cards import RunCards, RunModel
from tp5gui.session.run_entries import on_the_bench
from tp5gui.session.run_shelf import RunShelf

DELETES = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
Flag = QItemSelectionModel.SelectionFlag


class RunList(QListView):
    """Shows the runs of a shelf as cards. What was chosen stays chosen while others come and go.

    Signals
    -------
    chosen() : other runs are chosen, or other things are known of them.
    opening(object) : the person wants to open this run: a double click, or Enter.
    deleting() : the person wants the chosen runs away.
    menu_asked(object) : the person wants to know what can be done with the chosen runs; where to say it, on
        the screen.
    """

    chosen = Signal()
    opening = Signal(object)
    deleting = Signal()
    menu_asked = Signal(object)

    def __init__(self, shelf: RunShelf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self._late = False  # others have come while a name was typed
        self.cards = RunModel(shelf, self)
        self.setModel(self.cards)
        self._painted = RunCards(shelf, self.cards, self)
        self._painted.closeEditor.connect(self._on_typed)
        self.setItemDelegate(self._painted)
        self.setUniformItemSizes(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(say("Runs"))
        self.setToolTip(say("A double click or Enter opens a run, F2 renames it, Del takes it away."))
        self.selectionModel().selectionChanged.connect(self.chosen)
        shelf.changed.connect(self.on_changed)
        shelf.moved.connect(self.on_moved)
        shelf.pictured.connect(self.on_pictured)
        self.on_changed()

    @property
    def chosen_runs(self) -> list[RunEntry]:
        """The runs that are chosen, from the top."""
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        return [self.cards.entries[row] for row in rows]

    @property
    def hint(self) -> str:
        """What is said where there is no run but the one on the bench; "" where there are others."""
        others = [entry for entry in self.cards.entries if not on_the_bench(entry)]
        if others or not self._shelf.ready:
            return ""
        if self.cards.search.strip():
            return (
                ""
                if self.cards.entries
                else say("No run has these words in its name, note, preset or data set.")
            )
        return say("What you train, save or open is listed here by itself.")

    def choose(self, entries: list[RunEntry]) -> None:
        """Choose some runs, and bring the first one into sight."""
        keys = [self._key(entry) for entry in entries]
        self._choose(keys, keys[0] if keys else None)

    def look_for(self, words: str) -> None:
        """Show the runs that these words find."""
        self.cards.search = words
        self.on_changed()

    @Slot()
    def go_in(self) -> None:
        """Take the keys, and choose the first run where none is chosen."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.chosen_runs and self.cards.entries:
            self.choose([self.cards.entries[0]])

    def rename_chosen(self) -> None:
        """Have the current run's name typed over."""
        if self.currentIndex().isValid():
            self.edit(self.currentIndex())

    @Slot()
    def on_changed(self) -> None:
        if self.state() == QAbstractItemView.State.EditingState:
            self._late = True
            return
        self._late = False
        chosen = [self._key(entry) for entry in self.chosen_runs]
        current = self.cards.entry(self.currentIndex())
        place = self.verticalScrollBar().value()
        self.cards.renew()
        self._choose(chosen, None if current is None else self._key(current))
        self.verticalScrollBar().setValue(place)
        self.chosen.emit()

    @Slot()
    def on_moved(self) -> None:
        live = self._shelf.live
        chosen = any(index.row() == 0 for index in self.selectionModel().selectedIndexes())
        if not self.cards.follow():
            self.on_changed()
        elif chosen and live is not None:
            self.chosen.emit()

    @Slot()
    def on_pictured(self) -> None:
        self.viewport().update()

    @Slot()
    def _on_typed(self) -> None:
        if self._late:
            QTimer.singleShot(0, self, self.on_changed)  # once the editor is gone

    def keyPressEvent(self, event: QKeyEvent) -> None:
        editing = self.state() == QAbstractItemView.State.EditingState
        entry = self.cards.entry(self.currentIndex())
        if not editing and event.key() in ENTER and entry is not None:
            self.opening.emit(entry)
        elif not editing and event.key() in DELETES and self.chosen_runs:
            self.deleting.emit()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        entry = self.cards.entry(self.indexAt(event.position().toPoint()))
        if entry is not None and event.button() == Qt.MouseButton.LeftButton:
            self.opening.emit(entry)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if not index.isValid():
            return
        if not self.selectionModel().isSelected(index):
            self.selectionModel().setCurrentIndex(index, Flag.ClearAndSelect)
        place = self.visualRect(index).center() if by_key else event.pos()
        self.menu_asked.emit(self.viewport().mapToGlobal(place))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        last = self.cards.index(self.cards.rowCount() - 1)
        below = self.visualRect(last).bottom() + 1 if last.isValid() else 0
        room = QRect(QPoint(0, below), self.viewport().rect().bottomRight())
        if self.hint and has_room(self.fontMetrics(), room, self.hint):
            paint_empty(QPainter(self.viewport()), room, self.hint)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.scheduleDelayedItemsLayout()

    def _key(self, entry: RunEntry) -> Path | None:
        """What a run is known by from one reading to the next; the one on the bench may have any file."""
        return None if on_the_bench(entry) else entry.path

    def _choose(self, keys: list[Path | None], current: Path | None) -> None:
        rows = {self._key(entry): row for row, entry in enumerate(self.cards.entries)}
        model = self.selectionModel()
        model.clearSelection()
        if keys and current in rows:
            model.setCurrentIndex(self.cards.index(rows[current]), Flag.NoUpdate)
        for key in keys:
            if key in rows:
                model.select(self.cards.index(rows[key]), Flag.Select)
