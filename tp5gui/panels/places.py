"""Asks for a file or a folder; the window goes on meanwhile."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_place(parent: QWidget, title: str, kinds: str, suffix: str, then: Callable[[str], object]) -> None:
    """Ask where to save a file of some kinds, as "Runs (*.tp5)"; `then` gets the path, with a suffix."""
    dialog = QFileDialog(parent, title, "", kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    _open(dialog, then)


def ask_source(
    parent: QWidget,
    title: str,
    then: Callable[[str], object],
    *,
    kinds: str = "",
    folder: bool = False,
    start: str = "",
) -> None:
    """Ask for a file that exists, or a folder, from `start` on; `then` gets the path."""
    dialog = QFileDialog(parent, title, start, kinds)
    dialog.setFileMode(QFileDialog.FileMode.Directory if folder else QFileDialog.FileMode.ExistingFile)
    _open(dialog, then)


def _open(dialog: QFileDialog, then: Callable[[str], object]) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(then)
    dialog.open()
