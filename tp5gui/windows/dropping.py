"""Files dropped on a window: what is taken, and the dialogs that take it."""

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget


def droppable(mime: QMimeData) -> str | None:
    """The path of the one file or folder that is dropped, if it is on this machine and is not a run."""
    path = _dropped(mime)
    return None if path is None or path.endswith(".tp5") else path


def dropped_run(mime: QMimeData) -> str | None:
    """The path of the one run that is dropped, if it is a file of this machine."""
    path = _dropped(mime)
    return path if path is not None and path.endswith(".tp5") else None


def _dropped(mime: QMimeData) -> str | None:
    paths = [url.toLocalFile() for url in mime.urls()]
    return paths[0] if len(paths) == 1 and paths[0] and Path(paths[0]).exists() else None


class DropDialog(QDialog):
    """A dialog that takes one dropped file or folder anywhere on it, and is deleted when it is closed.

    Signals
    -------
    dropped(str) : the path of what was dropped.
    """

    dropped = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)

    def showEvent(self, event: QShowEvent) -> None:
        for field in self.findChildren(QLineEdit):
            field.setAcceptDrops(False)  # a field would take a file's address as text
        super().showEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if droppable(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = droppable(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.dropped.emit(path)
