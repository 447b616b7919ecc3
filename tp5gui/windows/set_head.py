"""What stands above the pictures of a set: its name and kind, undo and redo, saving it and training on it."""

from PySide6.QtCore import QEvent, Slot
from PySide6.QtGui import QAction, QKeySequence, QUndoStack
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from core.base.words import say
from core.data.datasets import Dataset
from tp5gui import theme
from tp5gui.icons import icon, looks_otherwise
from tp5gui.panels.label import Label
from tp5gui.panels.note import SIDE, Note
from tp5gui.session.history import redo_name, undo_name
from tp5gui.session.shelf import built_in, described, title_of
from tp5gui.windows.help_button import HelpButton
from tp5gui.windows.inline import button
from tp5gui.windows.twins import Twins
from tp5gui.words import folded


class SetHead(QWidget):
    """Names a set and offers what can be done with it as a whole.

    Attributes
    ----------
    title, kind : what the set is called; how many images of what size it holds.
    twins : a button that says how many pictures are identical to others, and goes to them.
    save_as, train, help : buttons; the second one begins a new run, the last one asks what is seen.
    """

    def __init__(self, undo: QUndoStack, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.kind = Note(SIDE), Label()
        self.title.setObjectName("title")
        self.kind.setObjectName("soft")
        self.kind.setWordWrap(True)
        self.save_as = button(say("Save as..."), say("Copy this set under another name."))
        self.train = button(
            say("New run on this set"),
            folded(
                say("Begins a new run that learns this set, with the other settings as they are."),
                say(
                    "It takes the place of the run in the window and waits at epoch 0 for Start; Undo there "
                    "brings the run back."
                ),
            ),
            "primary",
        )
        self.twins = Twins()
        rows, row, kinds = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme.SPACE // 2)
        rows.addLayout(row)
        rows.addLayout(kinds)
        for line in (row, kinds):
            line.setSpacing(theme.SPACE)
        kinds.addStrut(self.twins.sizeHint().height())  # nothing moves when it comes
        kinds.addWidget(self.kind, 1)
        kinds.addWidget(self.twins)
        row.addWidget(self.title, 1)
        self._back = self._action("undo", QKeySequence.StandardKey.Undo)
        self._forward = self._action("redo", QKeySequence.StandardKey.Redo)
        self._back.triggered.connect(undo.undo)
        self._forward.triggered.connect(undo.redo)
        undo.indexChanged.connect(self.on_step)
        self._undo = undo
        self.on_step()
        row.addWidget(self.save_as)
        row.addWidget(self._button(self._back, say("Undo")))
        row.addWidget(self._button(self._forward, say("Redo")))
        row.addWidget(self.train)
        self.help = HelpButton(say("Data sets"))
        row.addWidget(self.help)

    def show_set(self, name: str, dataset: Dataset | None) -> None:
        """Show a set's name and kind, and allow what can be done with it; None could not be read."""
        self.title.setText(title_of(name))
        self.kind.setText("" if dataset is None else described(dataset))
        self.twins.show_set(dataset)
        self.save_as.setEnabled(dataset is not None)
        self.save_as.setVisible(not built_in(name))  # the line below the pictures copies a built-in set
        self.train.setEnabled(dataset is not None)

    @Slot()
    def on_step(self) -> None:
        """Say which step the buttons take back and make again."""
        # in the names of steps a "&" is doubled, as menus want it
        names = undo_name(self._undo), redo_name(self._undo)
        undo, redo = (name.replace("&&", "&") for name in names)
        self._name(self._back, say("Undo: {step}", step=undo) if undo else say("Undo"), bool(undo))
        self._name(self._forward, say("Redo: {step}", step=redo) if redo else say("Redo"), bool(redo))

    def changeEvent(self, event: QEvent) -> None:
        if looks_otherwise(event):
            for action in self.actions():
                action.setIcon(icon(action.objectName()))
        super().changeEvent(event)

    def _name(self, action: QAction, words: str, possible: bool) -> None:
        action.setEnabled(possible)
        action.setToolTip(folded(words))

    def _action(self, name: str, key: QKeySequence.StandardKey) -> QAction:
        action = QAction(icon(name), "", self)
        action.setObjectName(name)
        action.setShortcut(key)
        self.addAction(action)
        return action

    def _button(self, action: QAction, name: str) -> QToolButton:
        step = QToolButton()
        step.setDefaultAction(action)
        step.setAccessibleName(name)
        return step
