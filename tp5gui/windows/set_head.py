"""What stands above the pictures of a set: its name and kind, undo and redo, saving it and training on it."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QAction, QKeySequence, QUndoGroup
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from core.base.words import say
from core.data.datasets import Dataset
from tp5gui import theme
from tp5gui.icons import icon
from tp5gui.panels.label import Label
from tp5gui.session.shelf import built_in, described, title_of
from tp5gui.windows.inline import button


class SetHead(QWidget):
    """Names a set and offers what can be done with it as a whole.

    Attributes
    ----------
    title, kind : what the set is called; how many images of what size it holds.
    save_as, train : buttons.
    """

    def __init__(self, undo: QUndoGroup, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.kind = Label(), Label()
        self.title.setObjectName("title")
        self.kind.setObjectName("soft")
        for label in (self.title, self.kind):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.save_as = button(say("Save as..."), say("Copy this set under another name."))
        self.train = button(
            say("Train on this set"), say("Make this the set that the network learns."), "primary"
        )
        names = QVBoxLayout()
        names.setSpacing(theme.SPACE // 2)
        names.addWidget(self.title)
        names.addWidget(self.kind)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE)
        row.addLayout(names, 1)
        step_back = self._action("undo", say("Undo"), QKeySequence.StandardKey.Undo)
        step_back.triggered.connect(undo.undo)
        undo.canUndoChanged.connect(step_back.setEnabled)
        step_forward = self._action("redo", say("Redo"), QKeySequence.StandardKey.Redo)
        step_forward.triggered.connect(undo.redo)
        undo.canRedoChanged.connect(step_forward.setEnabled)
        for action in (step_back, step_forward):
            row.addWidget(self._button(action))
        row.addWidget(self.save_as)
        row.addWidget(self.train)

    def show_set(self, name: str, dataset: Dataset | None) -> None:
        """Show a set's name and kind, and allow what can be done with it; None could not be read."""
        self.title.setText(title_of(name))
        self.kind.setText("" if dataset is None else described(dataset))
        self.save_as.setEnabled(dataset is not None)
        self.save_as.setVisible(not built_in(name))  # the line below the pictures copies a built-in set
        self.train.setEnabled(dataset is not None)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            for action in self.actions():
                action.setIcon(icon(action.objectName()))
        super().changeEvent(event)

    def _action(self, name: str, title: str, key: QKeySequence.StandardKey) -> QAction:
        action = QAction(icon(name), title, self)
        action.setObjectName(name)
        action.setShortcut(key)
        action.setEnabled(False)
        self.addAction(action)
        return action

    def _button(self, action: QAction) -> QToolButton:
        step = QToolButton()
        step.setDefaultAction(action)
        step.setIconSize(QSize(16, 16))
        return step
