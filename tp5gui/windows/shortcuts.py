"""The sheet of shortcuts and gestures, made from the menus and the table of the pictures' gestures."""

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QMenu,
    QMenuBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.base.words import say
from tp5gui import theme
from tp5gui.panels.label import Label
from tp5gui.windows.gestures import hands
from tp5gui.words import capital

SHARE = 0.9  # of the screen, at most

Section = tuple[str, list[tuple[str, str]]]
"""A title, and what there is below it: how it is done, what it does."""


class ShortcutSheet(QDialog):
    """Lists every shortcut of the menus and every gesture; it stays beside the window.

    Attributes
    ----------
    sections : what it lists.
    """

    def __init__(self, bar: QMenuBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(say("Shortcuts and gestures"))
        self.sections: list[Section] = [*_of_menus(bar), *_of_pictures()]
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setAccessibleName(say("Shortcuts and gestures"))
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.isVisible():
            # not at once: Qt is on its way through all widgets, and the old page is one of them
            QTimer.singleShot(0, self, self._fit)

    def _fit(self) -> None:
        """Break no line: two columns where the screen is as wide as that, else one."""
        room = self.screen().availableSize() * SHARE
        for count in (2, 1):
            page = _page(self.sections, count)
            self._scroll.setWidget(page)  # from now on it has the font of the window
            wanted = page.sizeHint() + QSize(theme.BAR, 0)
            if wanted.width() <= room.width():
                break
        self.resize(wanted.boundedTo(room))


def _page(sections: list[Section], count: int) -> QWidget:
    """The sections, in one column or in two that are about as long."""
    page = QWidget()
    columns = QHBoxLayout(page)
    columns.setContentsMargins(2 * theme.SPACE, theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE)
    columns.setSpacing(4 * theme.SPACE)
    share = sum(len(rows) + 2 for _, rows in sections) / count
    filled, parts = 0.0, [QVBoxLayout() for _ in range(count)]
    for title, rows in sections:
        middle = filled + len(rows) / 2
        parts[min(int(middle / share), count - 1)].addLayout(_block(title, rows))
        filled += len(rows) + 2
    for part in parts:
        part.setSpacing(theme.SPACE)
        part.addStretch(1)
        columns.addLayout(part)
    return page


def _block(title: str, rows: list[tuple[str, str]]) -> QVBoxLayout:
    """One section: a heading, and a line for each entry."""
    block, grid = QVBoxLayout(), QGridLayout()
    heading = Label(title)
    heading.setObjectName("heading")
    block.setSpacing(theme.SPACE // 2)
    block.addWidget(heading)
    grid.setHorizontalSpacing(2 * theme.SPACE)
    grid.setVerticalSpacing(theme.SPACE // 2)
    grid.setColumnStretch(0, 1)
    for number, (how, what) in enumerate(rows):
        does, done = Label(what), Label(how)
        done.setObjectName("soft")
        done.setAlignment(Qt.AlignmentFlag.AlignRight)
        grid.addWidget(does, number, 0)
        grid.addWidget(done, number, 1)
    block.addLayout(grid)
    return block


def _of_menus(bar: QMenuBar) -> Iterator[Section]:
    """The shortcuts of every menu that has any."""
    for menu in bar.actions():
        rows = [
            (", ".join(_native(key) for key in action.shortcuts()), action.iconText())
            for action in _entries(menu)
            if action.shortcuts()
        ]
        if rows:
            yield menu.iconText(), rows


def _entries(action: QAction) -> Iterator[QAction]:
    """The entries of a menu, those of the menus in it as well; an entry alone is itself."""
    menu = action.menu()
    if not isinstance(menu, QMenu):
        yield action
        return
    for entry in menu.actions():
        yield from _entries(entry)


def _of_pictures() -> Iterator[Section]:
    """The gestures of every picture."""
    for each in hands():
        yield each.title, [(gesture.words, capital(gesture.does)) for gesture in each.gestures]


def _native(key: QKeySequence) -> str:
    """A shortcut as the platform writes it; one that ends in a sign, with the sign apart."""
    words = key.toString(QKeySequence.SequenceFormat.NativeText)
    front, sign = words[:-2], words[-1:]
    return f"{front} + {sign}" if words[-2:-1] == "+" and not sign.isalnum() else words
