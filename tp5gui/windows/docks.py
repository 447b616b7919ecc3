"""The frames of the panels: each closes with a way back, and offers to explain what it shows."""

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QColor, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import QAbstractButton, QApplication, QDockWidget, QMenu, QToolButton, QWidget

from core.base.words import say, say_count
from tp5gui import theme
from tp5gui.icons import icon
from tp5gui.session.history import Named, Passing
from tp5gui.windows.help_button import HelpButton
from tp5gui.windows.panel_area import PanelArea
from tp5gui.windows.tabbing import tab_in
from tp5gui.words import literal

BUTTONS = {"qt_dockwidget_floatbutton": "float", "qt_dockwidget_closebutton": "close"}
"""Qt's own buttons in a title, by Qt's names for them, and our icons of them; asked for anew at each use."""

TOGETHER = 0.5  # s between a panel and its window that are closed by one and the same act


class PanelDock(QDockWidget):
    """The frame of a panel, with a "?" in its title; empty until it is filled.

    Attributes
    ----------
    help : the "?".

    Signals
    -------
    closed() : the person closed it.
    returned(bool) : undo shows it again, or redo closes it again; whoever arranges the panels does so.
    """

    closed = Signal()
    returned = Signal(bool)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.help = HelpButton("", self)
        self._closed_at = -TOGETHER

    def fill(self, title: str, panel: QWidget) -> None:
        """Frame a panel; the one before is deleted."""
        before, help = self.widget(), self.help
        # a ground of its own, so that Qt paints none of what lies behind it whenever something in it changes
        panel.setAutoFillBackground(True)
        panel.setBackgroundRole(QPalette.ColorRole.Base)
        self.setWindowTitle(title)
        self.setWidget(PanelArea(panel))
        self.help = HelpButton(title, self)
        floats = say("Float or dock the panel {panel}", panel=title)
        closes = say("Close the panel {panel}", panel=title)
        for name, words in zip(
            BUTTONS, (floats, closes), strict=True
        ):  # Qt says English words in every language
            button = self._button(name)
            button.setAccessibleName(words)
            button.setAccessibleDescription("")
            button.installEventFilter(self)
        self._place_help()
        for replaced in filter(None, (before, help)):
            replaced.hide()
            replaced.deleteLater()

    @property
    def is_closed(self) -> bool:
        """Whether it is closed; one that lies behind another is not."""
        # its action is unchecked as well while the whole window is hidden
        return self.isHidden() and self.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)

    def bring(self) -> None:
        """Show it, before those that share its place."""
        self.show()
        self.raise_()

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab stays in a window of its own, as in any; docked, the main window leads on."""
        if self.isFloating():
            return tab_in(self, forward=next)
        return super().focusNextPrevChild(next)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape that nothing else took means to a window of its own what it means to the main window."""
        window = self.parentWidget()
        if window is not None and self.isFloating() and event.key() == Qt.Key.Key_Escape:
            QApplication.sendEvent(window, event)
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        if event.isAccepted():
            self._closed_at = time.monotonic()
            self.closed.emit()

    def give_back(self, shown: bool) -> None:
        """Let undo show it again, or redo close it again: `returned` follows."""
        self.returned.emit(shown)

    def stay(self) -> None:
        """The whole window closes: a floating panel that did just before was closed with it, and stays open.

        Where the system ends a session, or all windows are closed at once, each hears it by itself.
        """
        if self.isFloating() and time.monotonic() - self._closed_at < TOGETHER:
            self.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
            self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QAbstractButton) and watched.objectName() in BUTTONS:
            if event.type() == QEvent.Type.Paint:
                self._paint(watched)
                return True
            if event.type() in (
                QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide,
            ):  # fmt: skip
                self._make_square(watched)
                self._place_help()
        return super().eventFilter(watched, event)

    def _button(self, name: str) -> QAbstractButton:
        button = self.findChild(QAbstractButton, name)
        assert button is not None  # Qt makes one for every dock
        return button

    def _paint(self, button: QAbstractButton) -> None:
        """Paint one of Qt's buttons: its own icons are 10 px, whatever the type, and grey in the dark."""
        painter, table, over = QPainter(button), theme.tokens(), button.underMouse()
        if over:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(table.sunken))
            painter.drawRoundedRect(button.rect(), theme.RADIUS, theme.RADIUS)
        colour = table.text if over else table.text_soft
        icon(BUTTONS[button.objectName()], colour).paint(painter, button.rect().adjusted(2, 2, -2, -2))

    def _make_square(self, button: QAbstractButton) -> None:
        """Make a button as high as it is wide: the style sheet has a say in its width only (Qt 6.11)."""
        place, side = button.geometry(), button.width()
        if place.height() != side:
            button.setGeometry(place.left(), place.center().y() - side // 2, side, side)

    def _place_help(self) -> None:
        """Put the "?" beside the buttons that Qt puts into the title; a frame of the system has none."""
        button = self._button(next(iter(BUTTONS)))
        beside = button.geometry()
        side = beside.height()
        self.help.setGeometry(beside.left() - side, beside.top(), side, side)
        self.help.setVisible(button.isVisibleTo(self))
        self.help.raise_()


class Closing(Passing):
    """The step of undo of closing a panel, which is closed already when it is pushed."""

    def __init__(self, dock: PanelDock) -> None:
        super().__init__(lambda: say("Close {panel}", panel=literal(dock.windowTitle())))
        self._dock, self._done = dock, True

    @property
    def outlived(self) -> bool:
        """Whether the panel was shown again in another way."""
        return self._done and not self._dock.is_closed

    def undo(self) -> None:
        self._done = False
        self._dock.give_back(True)

    def redo(self) -> None:
        if not self._done:
            self._done = True
            self._dock.give_back(False)


class Arranging(Named):
    """The step of undo of putting the panels where they were at first.

    Parameters
    ----------
    before : the state of the panels, as Qt writes it.
    arrange : gives the panels such a state, or the places that they have at first.
    """

    def __init__(self, before: QByteArray, arrange: Callable[[QByteArray | None], None]) -> None:
        super().__init__(lambda: say("Reset the panels"))
        self._before, self._arrange = before, arrange

    def undo(self) -> None:
        self._arrange(self._before)

    def redo(self) -> None:
        self._arrange(None)


class ClosedPanels(QToolButton):
    """A quiet button that names the closed panels and brings them back; hidden where none is closed."""

    def __init__(self, docks: Sequence[PanelDock]) -> None:
        super().__init__()
        self._docks = docks
        self._hushed = False
        self._menu = QMenu(self)
        self.setText(say("Show closed panels again"))  # one without words would be higher
        self.clicked.connect(self._on_clicked)
        for dock in docks:
            dock.toggleViewAction().toggled.connect(self._fit)
        self._fit()

    @property
    def closed(self) -> list[PanelDock]:
        """The panels that are closed."""
        return [dock for dock in self._docks if dock.is_closed]

    def hush(self, on: bool) -> None:
        """Say nothing for a while: panels are out of sight on purpose."""
        self._hushed = on
        self._fit()

    @Slot()
    def show_all(self) -> None:
        """Bring every closed panel back."""
        for dock in self.closed:
            dock.show()

    @Slot()
    def _fit(self) -> None:
        closed = self.closed
        if len(closed) == 1:
            self.setText(say("Show {panel} again", panel=literal(closed[0].windowTitle())))
            self.setToolTip(say("This panel is closed. A click shows it again."))
        elif closed:
            self.setText(say_count("{count} panel is closed", "{count} panels are closed", len(closed)))
            self.setToolTip(say("A click lists them, to show them again."))
        self.setVisible(bool(closed) and not self._hushed)

    @Slot()
    def _on_clicked(self) -> None:
        closed = self.closed
        if len(closed) == 1:
            closed[0].bring()
            return
        self._menu.clear()
        for dock in closed:
            self._menu.addAction(literal(dock.windowTitle())).triggered.connect(dock.bring)
        self._menu.addSeparator()
        self._menu.addAction(say("Show all panels")).triggered.connect(self.show_all)
        self._menu.popup(self.mapToGlobal(self.rect().topLeft()))
