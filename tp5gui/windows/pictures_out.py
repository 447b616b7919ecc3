"""Every picture of the window can be copied and saved: by a menu on it, or from the menus of the window."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Slot
from PySide6.QtGui import QAction, QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from core.base.words import say
from core.experiment.wording import name_of
from tp5gui.canvases.canvas import Canvas
from tp5gui.canvases.gestures import opens_menu
from tp5gui.canvases.picture_out import Picture, image_of, picture_of
from tp5gui.panels.places import ask_place_and_kind

if TYPE_CHECKING:
    from tp5gui.windows.main_window import MainWindow

COPIED = 2  # pixels for each of the layout in a copied picture, at least
FORMS = (("png", 2), ("png", 4), ("png", 1), ("svg", 1), ("pdf", 1))
"""What a picture can be saved as: the suffix, and the scale of pixels; the first is proposed."""


class PicturesOut(QObject):
    """Copies and saves the canvases of a window.

    The menus of the window mean the picture that had the focus or was clicked last. A click with the right
    button opens a menu on a picture where the mouse does not move meanwhile, and where the picture has no
    other use for it; the Menu key and Shift+F10 open it on the picture that has the focus.

    Attributes
    ----------
    copy, save : the entries of the menus.
    """

    def __init__(self, window: "MainWindow", parent: QObject) -> None:
        super().__init__(parent)
        self._window, self._session = window, window.session
        self._last: Canvas | None = None  # that had the focus, or was clicked
        self._pressed: QPoint | None = None  # where on the screen the right button went down
        self.copy = QAction(say("Copy pi&cture"), self)
        self.copy.setShortcut(QKeySequence("Ctrl+Shift+C"))
        self.copy.triggered.connect(self.on_copy)
        self.save = QAction(say("Save p&icture..."), self)
        self.save.setShortcut(QKeySequence("Ctrl+Shift+E"))
        self.save.triggered.connect(self.on_save)
        for view in self._views():
            self.watch(view)
        window.training.curves_added.connect(self.watch)

    @Slot(object)
    def watch(self, view: Canvas) -> None:
        """Let the picture of a canvas be taken away."""
        for part in (view, *view.findChildren(QWidget)):
            part.installEventFilter(self)

    @property
    def view(self) -> Canvas | None:
        """What the menus of the window mean: what was clicked last, or else the first that is in sight."""
        last = [self._last] if self._last is not None else []
        return next(filter(self._window.is_in_sight, [*last, *self._views()]), None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice which picture is meant, and when its menu is wanted."""
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress or (isinstance(event, QFocusEvent) and _is_given(event)):
            self._last = _view_of(watched)
        if kind == QEvent.Type.ContextMenu:  # the platforms do not agree on when it comes
            return True
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._open_by_key(watched, event)
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
            self._open_by_click(watched, event)
        return False

    @Slot()
    def on_copy(self) -> None:
        view = self.view
        if view is not None:
            with waiting():
                image = image_of(view, max(COPIED, view.devicePixelRatioF()))
            QGuiApplication.clipboard().setImage(image)
            self._session.tell(say("Copied the picture: {name}", name=view.accessibleName()))

    @Slot()
    def on_save(self) -> None:
        view = self.view
        if view is None:
            return
        name = self.name_of(view)
        with waiting():
            picture = picture_of(view, name)
        ask_place_and_kind(
            self._window,
            say("Save the picture: {name}", name=view.accessibleName()),
            list(zip(_forms(), (suffix for suffix, _ in FORMS), strict=True)),
            partial(self._write, picture),
            name=name,
            folder=self._session.folder,
        )

    def name_of(self, view: Canvas) -> str:
        """What a picture shows: of which run, which panel, which epoch; of a study, which question."""
        answer, frame = self._window.study.answer, self._session.frame
        if view is self._window.study.plot:
            about = "" if answer is None else answer.name
        else:
            about = "" if frame is None else f"{name_of(frame.spec)}-{frame.snapshot.epoch}"
        return f"{about} {view.accessibleName()}".strip()

    def _write(self, picture: Picture, path: str, form: int) -> None:
        """Write a picture; `saved` or `failed` of the session says how it went."""
        with waiting():
            self._session.attempt(lambda: picture.write(path, FORMS[form][1]), path)

    def _open_by_key(self, watched: QObject, event: QKeyEvent) -> bool:
        view = _view_of(watched)
        if view is None or not opens_menu(event) or not view.leaves_menu_key():
            return False
        self._open(view, view.mapToGlobal(view.rect().center()))
        return True

    def _open_by_click(self, watched: QObject, event: QEvent) -> None:
        view = _view_of(watched)
        if view is None or not isinstance(event, QMouseEvent):
            return
        if event.button() != Qt.MouseButton.RightButton:
            return
        place = event.globalPosition().toPoint()
        if event.type() == QEvent.Type.MouseButtonPress:
            free = view.leaves_right_button(view.mapFromGlobal(event.globalPosition()))
            self._pressed = place if free else None
            return
        pressed, self._pressed = self._pressed, None
        if pressed is not None and (place - pressed).manhattanLength() < QApplication.startDragDistance():
            self._open(view, place)

    def _open(self, view: Canvas, place: QPoint) -> None:
        """Offer what can be done with a picture, at a place of the screen."""
        self._last = view
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self.copy, self.save])
        menu.popup(place)

    def _views(self) -> list[Canvas]:
        """The pictures of the panels, wherever these are."""
        return [view for view in self._window.findChildren(Canvas) if not isinstance(view.window(), QDialog)]


@contextmanager
def waiting() -> Iterator[None]:
    """Say by the cursor that something takes a moment."""
    QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
    try:
        yield
    finally:
        QGuiApplication.restoreOverrideCursor()


def _view_of(part: QObject | None) -> Canvas | None:
    """The picture that a widget is, or is a part of."""
    while part is not None and not isinstance(part, Canvas):
        part = part.parent()
    return part


def _is_given(event: QFocusEvent) -> bool:
    """Whether somebody gave a picture the focus: from a menu, maybe of another one, it comes by itself."""
    reasons = Qt.FocusReason
    back = (reasons.PopupFocusReason, reasons.MenuBarFocusReason, reasons.ActiveWindowFocusReason)
    return event.gotFocus() and event.reason() not in back


def _forms() -> tuple[str, ...]:
    """What each of `FORMS` is called."""
    return (
        say("PNG, 2x"),
        say("PNG, 4x, for print"),
        say("PNG, 1x"),
        say("SVG, sharp at any size"),
        say("PDF, sharp at any size"),
    )
