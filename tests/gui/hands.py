"""What hands do in tests: click, type, drop; and a stand-in for the readers of what is imported."""

import sys
from dataclasses import replace
from types import SimpleNamespace

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication

from core.base.words import Option, Word, remark
from core.data.datasets import Dataset, load_dataset
from core.data.wishes import WISHES, Wishes

LEFT = Qt.MouseButton.LeftButton
FONT = load_dataset("font5x7")


def click(qtbot, widget):
    assert widget.isEnabled(), widget.toolTip()
    qtbot.mouseClick(widget, LEFT)


def write(qtbot, field, words):
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, words)


def carried(*urls, text="", image=False):
    """What is dragged: paths and web addresses, or text, or a picture without a file."""
    mime = QMimeData()
    if urls:
        mime.setUrls([url if isinstance(url, QUrl) else QUrl.fromLocalFile(str(url)) for url in urls])
    if text:
        mime.setText(text)
    if image:
        mime.setImageData(QImage(4, 4, QImage.Format.Format_RGB32))
    return mime


def drop_of(widget, mime, wanted=Qt.DropAction.CopyAction):
    """Drag something onto a widget and let go; what its source is told was done with it."""
    may, keys = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), may, mime, LEFT, keys)
    over = QDragMoveEvent(QPoint(5, 6), may, mime, LEFT, keys)
    let_go = QDropEvent(QPointF(5, 6), may, mime, LEFT, keys)
    for event in (enter, over, let_go):
        event.setDropAction(wanted)
        event.ignore()
        QApplication.sendEvent(widget, event)
        if not event.isAccepted():
            return Qt.DropAction.IgnoreAction
        assert event is let_go or event.dropAction() == Qt.DropAction.CopyAction
    return let_go.dropAction()


def drop(widget, *paths):
    """Drop files onto a widget; whether it takes them."""
    return drop_of(widget, carried(*paths)) == Qt.DropAction.CopyAction


# --- the window ---


def understood(dataset, *, kind="a test", uses=WISHES, found=None, remarks=(), arrays=(), asks=()):
    """What a reader gives back."""
    return SimpleNamespace(
        dataset=dataset, kind=Word(kind), uses=frozenset(uses), found=found or Wishes(),
        remarks=tuple(remarks), arrays=tuple(arrays), asks=frozenset(asks),
    )  # fmt: skip


def stand_in(monkeypatch, understand, uses=WISHES):
    """Have the dialog read with this in the place of `core.data.importers.understand`."""
    module = SimpleNamespace(understand=understand, uses_of=lambda source: frozenset(uses))
    monkeypatch.setitem(sys.modules, "core.data.importers", module)


def reads(monkeypatch, count=4, **understands):
    """Have whatever is read become the font's first characters, understood like this; the wishes, in turn."""
    asked, guessed = [], understands.pop("found", Wishes())

    def understand(path, name, wishes, on_progress):
        asked.append(wishes)
        found = replace(guessed, **{wish: getattr(wishes, wish) for wish in wishes.uses})
        return understood(Dataset(name, FONT.images[:count], FONT.labels[:count]), found=found, **understands)

    stand_in(monkeypatch, understand, understands.get("uses", WISHES))
    return asked


def full(monkeypatch):
    """Have a source be all that a source can be."""
    words = "What was understood of it and why, which can be had otherwise by the field named {array}."
    reads(
        monkeypatch,
        count=32,
        found=Wishes(
            grid=(4096, 4096), margin=4096, spacing=4096, size=(128, 128), characters="abcdefghijklmno" * 9,
            range=(-1.25, 65535.0), array="a_rather_long_name_of_an_array_of_images",
        ),
        arrays=("a_rather_long_name_of_an_array_of_images", "x"),
        remarks=[remark(words, array=Option("array"))] * 5,
        asks=WISHES,
    )  # fmt: skip
