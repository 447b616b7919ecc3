"""Undo and redo of the whole window, as actions that name what they undo."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QKeySequence

from core.base.words import say
from tp5gui.icons import icon
from tp5gui.session.session import Session


class Undoing(QObject):
    """Two actions, for a bar and a menu.

    Attributes
    ----------
    undo, redo : the actions; each names what it would do, and cannot be pressed where that is nothing.
    """

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._history = session.history
        self.undo, self.redo = QAction(self), QAction(self)
        self.undo.setShortcut(QKeySequence(QKeySequence.StandardKey.Undo))
        self.undo.setIconText(say("Undo"))  # whatever is undone next
        self.redo.setIconText(say("Redo"))
        self.redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        self.undo.triggered.connect(session.undo)
        self.redo.triggered.connect(session.redo)
        self._history.changed.connect(self.on_history)
        self.dress()
        self.on_history()

    def dress(self) -> None:
        """Take the colours of the theme."""
        self.undo.setIcon(icon("undo"))
        self.redo.setIcon(icon("redo"))

    @Slot()
    def on_history(self) -> None:
        undo, redo = self._history.undo_text, self._history.redo_text
        self.undo.setText(say("Undo: {step}", step=undo) if undo else say("Undo"))
        self.redo.setText(say("Redo: {step}", step=redo) if redo else say("Redo"))
        self.undo.setEnabled(self._history.stack.canUndo())
        self.redo.setEnabled(self._history.stack.canRedo())
