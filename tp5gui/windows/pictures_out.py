"""Every picture of a window can be copied and saved: by a menu on it, by keys, or from the window's menus."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Slot
from PySide6.QtGui import QAction, QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QDialog, QMenu, QWidget

from core.base.words import say
from core.experiment.wording import name_of
from tp5gui.canvases.canvas import Canvas
from tp5gui.canvases.gestures import opens_menu
from tp5gui.canvases.picture_out import image_of, largest_scale, picture_of
from tp5gui.manner import FORMS, Manner
from tp5gui.panels.places import ask_place_and_kind
from tp5gui.session.session import Session
from tp5gui.windows.picture_manner import PictureManner, forms
from tp5gui.windows.picture_writing import Beside, PictureWriting, Teller
from tp5gui.words import explained

if TYPE_CHECKING:
    from tp5gui.windows.main_window import MainWindow

COPIED = 2  # pixels for each of the layout in a copied picture, at least


class Pictures(QObject):
    """Copies and saves the canvases of a window.

    The entries of the menus mean the picture that had the focus or was clicked last. A click with the right
    button opens a menu on a picture where the mouse does not move meanwhile, and where the picture has no
    other use for it; the Menu key and Shift+F10 open it on the picture that has the focus.

    Attributes
    ----------
    copy, save : the entries of the menus.
    writing : writes them; it outlives this.
    """

    def __init__(self, window: QWidget, teller: Teller, writing: PictureWriting, parent: QObject) -> None:
        super().__init__(parent)
        self._window, self._teller, self.writing = window, teller, writing
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

    def is_in_sight(self, view: Canvas) -> bool:
        """Whether a picture of the window can be seen."""
        return view.isVisible()

    def about(self, view: Canvas) -> str:
        """What a picture is of."""
        raise NotImplementedError

    @Slot(object)
    def watch(self, view: Canvas) -> None:
        """Let the picture of a canvas be taken away."""
        around = view.parentWidget()
        scrolled = [around] if isinstance(around, QAbstractScrollArea) and around.viewport() is view else []
        for part in (view, *view.findChildren(QWidget), *scrolled):
            part.installEventFilter(self)

    @property
    def view(self) -> Canvas | None:
        """What the menus of the window mean: what was clicked last, or else the first that is in sight."""
        last = [self._last] if self._last is not None else []
        return next(filter(self.is_in_sight, [*last, *self._views()]), None)

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
            self._teller.tell(say("Copied the picture: {name}", name=view.picture_name))

    @Slot()
    def on_save(self) -> None:
        view = self.view
        if view is None:
            return
        asking = PictureManner(self._window, view, self.writing.manner)
        asking.taken.connect(lambda manner: self._save(view, manner))
        asking.open()

    def _save(self, view: Canvas, manner: Manner) -> None:
        """Take a picture, and ask where to save it."""
        name, writing = self.name_of(view), self.writing
        writing.keep_manner(manner)
        beside = self._teller if isinstance(self._teller, Beside) else None
        try:
            with waiting():
                picture = picture_of(view, name, min(manner.scale, largest_scale(view.size())))
        except MemoryError as error:
            self._teller.tell(explained(error))
            return
        words = forms()
        order = sorted(FORMS, key=lambda form: form != manner.form)  # what was chosen is proposed
        ask_place_and_kind(
            self._window,
            say("Save the picture: {name}", name=view.picture_name),
            [(words[form], form) for form in order],
            lambda path, _: writing.write(picture, path, beside),
            name=name,
            folder=self._teller.folder,
        )

    def name_of(self, view: Canvas) -> str:
        """What a picture is called: what it is of, and what it shows of that."""
        return f"{self.about(view)} {view.picture_name}".strip()

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
        """The pictures of the window, but for those of dialogs that belong to it."""
        views = self._window.findChildren(Canvas)
        return [
            view for view in views if view.window() is self._window or not isinstance(view.window(), QDialog)
        ]


class PicturesOut(Pictures):
    """Those of the main window, wherever its panels are."""

    def __init__(self, window: "MainWindow", parent: QObject) -> None:
        self._main = window
        super().__init__(window, window.session, window.writing, parent)
        window.training.curves_added.connect(self.watch)

    def is_in_sight(self, view: Canvas) -> bool:
        return self._main.is_in_sight(view)

    def about(self, view: Canvas) -> str:
        """Of which run, and at which epoch; of a study, which question."""
        answer, frame = self._main.study.answer, self._main.session.frame
        if view is self._main.study.plot:
            return "" if answer is None else answer.name
        return "" if frame is None else f"{name_of(frame.spec)}-{frame.snapshot.epoch}"


class DialogPictures(Pictures):
    """Those of a dialog, which says by itself what became of a picture.

    Parameters
    ----------
    tell : shows words in the dialog.
    named : what the pictures of the dialog are of.
    writing : writes them, also once the dialog is gone; None for one of the dialog's own.
    session : where dialogs begin; None for where the system has them begin.

    Attributes
    ----------
    beside : says in the dialog what became of what it writes.
    """

    def __init__(
        self,
        dialog: QDialog,
        tell: Callable[[str], object],
        named: Callable[[], str],
        writing: PictureWriting | None = None,
        session: Session | None = None,
    ) -> None:
        self._named = named
        self.beside = Beside(dialog, tell, "" if session is None else session.folder)
        super().__init__(dialog, self.beside, writing or PictureWriting(self.beside, dialog), dialog)
        dialog.addActions([self.copy, self.save])
        dialog.installEventFilter(self)  # before Escape closes it, it stops what it writes

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return event.key() == Qt.Key.Key_Escape and self.writing.stop(self.beside)
        return super().eventFilter(watched, event)

    def about(self, view: Canvas) -> str:
        return self._named()


@contextmanager
def waiting() -> Iterator[None]:
    """Say by the cursor that something takes a moment."""
    QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
    try:
        yield
    finally:
        QGuiApplication.restoreOverrideCursor()


def _view_of(part: QObject | None) -> Canvas | None:
    """The picture that a widget is, or is a part of, or scrolls."""
    if isinstance(part, QAbstractScrollArea):
        part = part.viewport()
    while part is not None and not isinstance(part, Canvas):
        part = part.parent()
    return part


def _is_given(event: QFocusEvent) -> bool:
    """Whether somebody gave a picture the focus: from a menu, maybe of another one, it comes by itself."""
    reasons = Qt.FocusReason
    back = (reasons.PopupFocusReason, reasons.MenuBarFocusReason, reasons.ActiveWindowFocusReason)
    return event.gotFocus() and event.reason() not in back
