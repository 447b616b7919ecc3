"""What is dropped on a window: what of it is taken, what is said of the rest, and dialogs that take it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from core.base.words import say
from core.train.run_names import is_run_name


@dataclass(frozen=True, slots=True)
class Offer:
    """What is made of a drop.

    Attributes
    ----------
    path : the one file or folder that is taken, empty for none.
    words : what was not taken and why, or what else there is to say; empty for nothing.
    """

    path: str
    words: str


def offer(mime: QMimeData, why_not: Callable[[str], str] = lambda path: "") -> Offer:
    """Of what is dropped, the first file or folder that can be taken, and a word on the rest.

    Parameters
    ----------
    mime : what is dropped.
    why_not : why a file or folder that exists is not taken here, in words; empty where it is.
    """
    urls = mime.urls()
    refusals = [_fault(url, why_not) for url in urls]
    taken = next((url.toLocalFile() for url, refusal in zip(urls, refusals, strict=True) if not refusal), "")
    if taken and len(urls) > 1:
        return Offer(taken, _one_of(len(urls), Path(taken).name))
    if taken:
        return Offer(taken, "")
    if mime.hasImage():  # dragged out of a browser or a drawing
        return Offer("", say("This picture comes without a file: save it first, then drop the file."))
    if len(urls) > 1:
        words = say(
            "None of the {count} things that were dropped can be taken. {reason}",
            count=len(urls), reason=refusals[0],
        )  # fmt: skip
        return Offer("", words)
    if urls:
        return Offer("", refusals[0])
    if mime.hasText():
        return Offer("", say("Text cannot be dropped here: drop a file or a folder."))
    return Offer("", say("What was dropped is no file: drop a file or a folder."))


def no_run(path: str) -> str:
    """Why a dialog that wants pictures does not take a run; empty for anything else."""
    if not is_run_name(path):
        return ""
    return say("{file} is a run, not pictures: drop it on the main window.", file=Path(path).name)


def _one_of(count: int, name: str) -> str:
    return say(
        "{file} is taken, one of {count} that were dropped. A folder of pictures becomes one set.",
        file=name, count=count,
    )  # fmt: skip


def _fault(url: QUrl, why_not: Callable[[str], str]) -> str:
    """Why one of the things dropped is not taken; empty where it is."""
    path = url.toLocalFile()
    if not path:
        return say("{address} is a web address: save the file first, then drop it.", address=_short(url))
    if not Path(path).exists():
        return say("{file} is not there.", file=Path(path).name)
    return why_not(path)


def _short(url: QUrl) -> str:
    """An address that fits into a line; one that carries a whole picture in itself has a million letters."""
    words = url.toDisplayString()
    return words if len(words) <= 60 else words[:57] + "..."


class Drops(QObject):
    """Makes a window take what is dropped anywhere on it; every drop gets an answer in words.

    A drop always answers "copied", never "moved", for after a move its source may delete the original; where
    nothing is taken, the source is told so.

    Parameters
    ----------
    window : on which something is dropped; this object becomes its child.
    why_not : as in `offer`.

    Signals
    -------
    dropped(str, str) : the path of what is taken, empty for nothing, and what is to be said.
    """

    dropped = Signal(str, str)

    def __init__(self, window: QWidget, why_not: Callable[[str], str] = lambda path: "") -> None:
        super().__init__(window)
        self._window, self._why_not = window, why_not
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def guard_fields(self) -> None:
        """Let no field of the window take what is dropped: it would take a file's address as text."""
        for field in self._window.findChildren(QLineEdit):
            field.setAcceptDrops(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Show:
            self.guard_fields()
        elif isinstance(event, QDropEvent) and kind in (QEvent.Type.DragEnter, QEvent.Type.DragMove):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()  # whatever it is: what cannot be taken is said when it is dropped
            return True
        elif isinstance(event, QDropEvent) and kind == QEvent.Type.Drop:
            offered = offer(event.mimeData(), self._why_not)
            taken = bool(offered.path)
            event.setDropAction(Qt.DropAction.CopyAction if taken else Qt.DropAction.IgnoreAction)
            event.setAccepted(taken)
            self.dropped.emit(offered.path, offered.words)
            return True
        return super().eventFilter(watched, event)


class DropDialog(QDialog):
    """A dialog that takes one dropped file or folder anywhere on it, and is deleted when it is closed.

    Signals
    -------
    dropped(str, str) : the path of what is taken, empty for nothing, and what is to be said.
    """

    dropped = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._drops = Drops(self, no_run)
        self._drops.dropped.connect(self.dropped)
