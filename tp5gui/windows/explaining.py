"""What am I seeing? A card in the window that says it; Esc, or a click anywhere else, puts it away."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleEvent, QCursor, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QDialog, QFrame, QMainWindow, QVBoxLayout, QWidget

from core.base.words import say
from tp5gui import theme
from tp5gui.panels.label import Label
from tp5gui.windows.docks import PanelDock
from tp5gui.windows.help_button import HelpButton
from tp5gui.windows.panel_words import panel_words

WIDTH = 360  # px of the card, as type is without a zoom


class Explanation(QFrame):
    """The card. It takes no focus and swallows no click, so that what it explains can be used meanwhile.

    Attributes
    ----------
    title : names what is explained.
    sentences : what is said, in labels of their own.
    about : the name of the panel or dialog that is explained, "" while the card is hidden.

    Signals
    -------
    turned() : it explains something now, or no longer.
    """

    turned = Signal()

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.about = ""
        self.setObjectName("card")
        self.setAutoFillBackground(True)
        self.title = Label()
        self.title.setObjectName("heading")
        self.sentences = tuple(Label() for _ in range(3))
        last = Label(say("Esc closes this."))
        last.setObjectName("soft")
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * theme.SPACE, theme.SPACE, 2 * theme.SPACE, theme.SPACE)
        column.setSpacing(theme.SPACE)
        for label in (self.title, *self.sentences, last):
            label.setWordWrap(True)
            column.addWidget(label)
        self.hide()

    def toggle(self, name: str, title: str, near: QWidget) -> None:
        """Explain a panel beside a widget of it; where it is explained already, put the card away."""
        if self.about == name:
            self.put_away()
        else:
            self.explain(name, title, near)

    def explain(self, name: str, title: str, near: QWidget) -> None:
        """Explain a panel beside a widget of it."""
        words = panel_words()[name]
        self.about = name
        self.title.setText(title)
        for label, sentence in zip(self.sentences, (words.shows, words.looks, words.hands), strict=True):
            label.setText(sentence)
        self.setAccessibleName(" ".join((title, words.shows, words.looks, words.hands)))
        self.setParent(near.window())  # a panel may float, and a dialog has a window of its own
        self._place(near)
        self.show()
        self.raise_()
        self._listen(True)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
        self.turned.emit()

    def put_away(self) -> None:
        """Hide the card."""
        self._listen(False)
        self.about = ""
        self.hide()
        self.setParent(self._window)  # a dialog would take it along when it goes
        self.turned.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # what lies behind has no part in it

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(watched, QWidget):
            return False
        left = event.type() == QEvent.Type.Hide and watched is self.window()
        if left or (event.type() == QEvent.Type.MouseButtonPress and not self._holds(watched)):
            self.put_away()
        elif isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and self._hears(watched):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
            elif event.type() == QEvent.Type.KeyPress:
                self.put_away()
            return True
        return False

    def _listen(self, on: bool) -> None:
        """Watch the whole application, only while the card is shown: every event passes by."""
        app = QApplication.instance()
        assert app is not None  # there is a widget
        app.removeEventFilter(self)
        if on:
            app.installEventFilter(self)

    def _holds(self, widget: QWidget) -> bool:
        """Whether a press there leaves the card as it is: on itself, or on the "?" that toggles it."""
        return widget is self or self.isAncestorOf(widget) or isinstance(widget, HelpButton)

    def _hears(self, widget: QWidget) -> bool:
        return widget.window() is self.window()

    def _place(self, near: QWidget) -> None:
        """Below the widget, its right edges in line, inside the window."""
        parent = near.window()
        room = parent.rect().adjusted(theme.SPACE, theme.SPACE, -theme.SPACE, -theme.SPACE)
        self.setFixedWidth(min(theme.size(WIDTH), room.width()))
        self.setFixedHeight(self.heightForWidth(self.width()))
        corner = near.mapTo(parent, QPoint(near.width(), near.height() + theme.SPACE // 2))
        left = max(room.left(), min(corner.x() - self.width(), room.right() - self.width()))
        top = max(room.top(), min(corner.y(), room.bottom() - self.height()))
        self.move(left, top)


class Explaining(QObject):
    """Answers the "?" of every panel, and the key that asks about the one that is looked at.

    Parameters
    ----------
    in_sight : whether a widget can be seen: Qt takes a panel behind another for visible.

    Attributes
    ----------
    card : where it is said.
    """

    def __init__(
        self,
        window: QMainWindow,
        docks: list[PanelDock],
        bar: QWidget,
        in_sight: Callable[[QWidget], bool],
    ) -> None:
        super().__init__(window)
        self._window, self._docks, self._bar, self._in_sight = window, docks, bar, in_sight
        self._rests: QPoint | None = None  # where the pointer was when something else was done last
        self._chosen = False  # whether the focus is where the person put it
        self.card = Explanation(window)
        self.destroyed.connect(self.card.deleteLater)
        for dock in docks:
            dock.help.clicked.connect(lambda _checked=False, dock=dock: self._explain(dock))
            dock.visibilityChanged.connect(self._on_shown)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self.on_focus_changed)

    @Slot(QWidget, QWidget)
    def on_focus_changed(self, before: QWidget | None, now: QWidget | None) -> None:
        if before is not None and now is not None:  # else a window was chosen, not a place in it
            self._chosen = True
            self.forget_pointer()

    @Slot()
    def forget_pointer(self) -> None:
        """Where the pointer is now says nothing of what the person looks at, until it moves."""
        self._rests = QCursor.pos()

    def explain_looked_at(self) -> None:
        """Explain what the person looks at: a panel, the bar, or the dialog that is in use.

        Of a dialog there may be no words.
        """
        dialog = QApplication.activeWindow()
        if isinstance(dialog, QDialog):
            if dialog.objectName() in panel_words():
                self.explain_dialog(dialog)
            return
        place = self.looked_at()
        if isinstance(place, PanelDock):
            self._explain(place)
        else:
            self._explain_bar()

    def looked_at(self) -> QWidget:
        """The panel that the person looks at, or the bar: the pointer or the focus says it, what moved last.

        The focus that a new window has by itself says nothing; with neither, it is the drawing, or the first
        panel that is in sight.
        """
        pointer, focus = QCursor.pos(), QApplication.focusWidget()
        shown = [dock for dock in self._docks if self._in_sight(dock.widget())]
        places: list[QWidget] = [*sorted(shown, key=lambda dock: not dock.isFloating()), self._bar]
        asked: list[QWidget] = []
        if pointer != self._rests:
            asked += [place for place in places if place.rect().contains(place.mapFromGlobal(pointer))]
        if self._chosen and focus is not None:
            asked += [place for place in places if place is focus or place.isAncestorOf(focus)]
        asked += [dock for dock in shown if dock.objectName() == "draw"]
        return next(iter((*asked, *shown)), self._bar)

    def explain_dialog(self, dialog: QDialog) -> None:
        """Explain a dialog in itself; where it is explained already, put the card away."""
        self.card.toggle(dialog.objectName(), dialog.windowTitle(), dialog.findChild(HelpButton) or dialog)

    def explain(self, name: str) -> None:
        """Explain what is called so: a panel, the bar, or a dialog that is open; "" is nothing."""
        dock = next((dock for dock in self._docks if dock.objectName() == name), None)
        dialog = self._window.findChild(QDialog, name) if name else None
        if dock is not None:
            self._explain(dock)
        elif isinstance(dialog, QDialog):
            self.explain_dialog(dialog)
        elif name:
            self._explain_bar()

    def _explain_bar(self) -> None:
        self.card.toggle("controls", say("The bar"), self._bar)

    def _explain(self, dock: PanelDock) -> None:
        self.card.toggle(dock.objectName(), dock.windowTitle(), dock.help)

    def _on_shown(self, shown: bool) -> None:
        """A card of a panel that went out of sight has nothing to say any more."""
        about = next((dock for dock in self._docks if dock.objectName() == self.card.about), None)
        if not shown and about is not None and not self._in_sight(about.widget()):
            self.card.put_away()
