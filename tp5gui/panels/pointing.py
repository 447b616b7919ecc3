"""Choosing an image by eye: the button that asks for one, and what makes a view of images answer."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QToolButton, QWidget

from tp5gui.canvases.gestures import CHOOSE
from tp5gui.icons import icon, looks_otherwise
from tp5gui.session.messages import Image
from tp5gui.session.picking import Picking, Taken

At = Callable[[QPointF | None], tuple[Image, str] | None]
"""The image of the set at a place of a view, with its label; at None, where its keyboard points."""

ENDS = (QEvent.Type.MouseButtonPress, QEvent.Type.KeyPress, QEvent.Type.Leave)


class PickButton(QToolButton):
    """Asks for an image while it is pressed; Escape, or a second press, lets it be.

    Parameters
    ----------
    picking : who is asked.
    question : in words, as "Where from?".
    taken : what is done with the image.
    """

    def __init__(self, picking: Picking, question: str, taken: Taken) -> None:
        super().__init__()
        self._picking, self._question, self._taken = picking, question, taken
        self._asks = False
        self.setCheckable(True)
        self.setIcon(icon("pick"))
        self.toggled.connect(self._on_toggled)
        picking.ended.connect(self.on_ended)

    @Slot()
    def on_ended(self) -> None:
        if self._asks:
            self._asks = False
            _app().removeEventFilter(self)
            self.setChecked(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take Escape from whatever has the focus, before a shortcut or a widget does."""
        if not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Escape:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        elif event.type() == QEvent.Type.KeyPress:
            self._picking.stop()
        return True

    def changeEvent(self, event: QEvent) -> None:
        if looks_otherwise(event):
            self.setIcon(icon("pick"))
        super().changeEvent(event)

    def _on_toggled(self, pressed: bool) -> None:
        if pressed:
            self._picking.ask(self._question, self._taken)
            self._asks = True
            _app().installEventFilter(self)
        elif self._asks:
            self._picking.stop()


class Pointing(QObject):
    """Lets a click on an image of a view choose it while one is asked for; else the view is left alone.

    Parameters
    ----------
    view : what shows images.
    picking : who asks.
    at : the images of the view.
    """

    def __init__(self, view: QWidget, picking: Picking, at: At) -> None:
        super().__init__(view)
        self._view, self._picking, self._at = view, picking, at
        self._own = view.cursor()  # the pointer that the view has otherwise
        picking.began.connect(self.on_began)
        picking.ended.connect(self.on_ended)

    @Slot()
    def on_began(self) -> None:
        self._view.installEventFilter(self)
        self._own = self._view.cursor()
        self._view.setCursor(Qt.CursorShape.CrossCursor)

    @Slot()
    def on_ended(self) -> None:
        self._view.setCursor(self._own)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self._picking.active:
            return self._rest(event)
        if isinstance(event, QMouseEvent):
            return self._on_mouse(event)
        if event.type() == QEvent.Type.Leave:
            self._picking.point_at(None)
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in CHOOSE:
                self._give(self._at(None))
                return True
            QTimer.singleShot(0, self, self.on_keyboard_moved)
        return False

    @Slot()
    def on_keyboard_moved(self) -> None:
        self._say(self._at(None))

    def _on_mouse(self, event: QMouseEvent) -> bool:
        """Whether the view hears nothing of it: a click is for whoever asks, another button for the view."""
        left = event.button() == Qt.MouseButton.LeftButton
        if event.type() == QEvent.Type.MouseMove and event.buttons() == Qt.MouseButton.NoButton:
            found = self._at(event.position())
            self._view.setCursor(
                Qt.CursorShape.PointingHandCursor if found is not None else Qt.CursorShape.CrossCursor
            )
            self._say(found)
            return True
        if event.type() == QEvent.Type.MouseButtonPress and left:
            self._give(self._at(event.position()))
        return left

    def _rest(self, event: QEvent) -> bool:
        """Leave the view alone from the next gesture on; the second click of two is still for nobody."""
        second = event.type() == QEvent.Type.MouseButtonDblClick
        if second or event.type() in ENDS:
            self._view.removeEventFilter(self)
        return second

    def _give(self, found: tuple[Image, str] | None) -> None:
        if found is not None:
            self._picking.give(*found)

    def _say(self, found: tuple[Image, str] | None) -> None:
        self._picking.point_at(None if found is None else found[1])


def _app() -> QCoreApplication:
    app = QCoreApplication.instance()
    assert app is not None  # there is a widget
    return app
