"""The list of data sets: the built-in ones, then the person's own."""

from PySide6.QtCore import QEvent, QModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from core.base.words import say
from core.data.datasets import dataset_names, first_images
from core.data.library import LibraryError
from tp5gui import theme
from tp5gui.canvases.small_picture import as_icon, strip
from tp5gui.panels.picture_box import Row
from tp5gui.session.shelf import built_in, title_of

Move = QAbstractItemView.CursorAction
NAME = Qt.ItemDataRole.UserRole
LEAPS = (Move.MoveHome, Move.MoveEnd, Move.MovePageUp, Move.MovePageDown)
SHOWN = 6  # images of a set below its name
WIDE = 24 * theme.SPACE  # px of the list, as type is without a zoom
SIDE, GAP = 22, 4  # px: how large each is, and what is between them
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class _Pictured(QStyledItemDelegate):
    """Paints the first images of a set below its name; they are read when the set is first seen."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._made: dict[str, QIcon] = {}

    def forget(self) -> None:
        """Read the images anew: they may be others now, or want another colour."""
        self._made.clear()

    def initStyleOption(self, option: QStyleOptionViewItem, index: Row) -> None:
        super().initStyleOption(option, index)
        name = index.data(NAME)
        if name:
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
            option.icon = self._pictures(name)
            option.decorationSize = QSize(SHOWN * (SIDE + GAP) - GAP, SIDE)
            option.decorationPosition = QStyleOptionViewItem.Position.Bottom
            option.decorationAlignment = option.displayAlignment = LEFT

    def _pictures(self, name: str) -> QIcon:
        """The first images of a set side by side; nothing where it cannot be read."""
        if name not in self._made:
            try:
                self._made[name] = as_icon(strip(first_images(name, SHOWN), SIDE, GAP))
            except LibraryError:  # which is said where the set is opened
                self._made[name] = QIcon()
        return self._made[name]


class SetList(QListWidget):
    """Lists every set with its first images, under a heading that says whose it is.

    Signals
    -------
    pointed_at(str) : the person went to the set of this name.
    """

    pointed_at = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(say("Data sets"))
        self.setToolTip(say("The built-in sets, and those of your own."))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrap(True)
        self._fit()
        self._pictured = _Pictured(self)
        self.setItemDelegate(self._pictured)
        self.currentItemChanged.connect(self._on_current)

    def names(self) -> tuple[str, ...]:
        """The sets that are listed, from the top."""
        listed = (self.item(row).data(NAME) for row in range(self.count()))
        return tuple(name for name in listed if name)

    @property
    def current_name(self) -> str:
        """The set that is marked, empty for none."""
        item = self.currentItem()
        return "" if item is None else item.data(NAME) or ""

    def list_sets(self, current: str) -> None:
        """List the sets there are now and mark one."""
        self.blockSignals(True)
        self.clear()
        self._pictured.forget()
        names = dataset_names()
        own = [name for name in names if not built_in(name)]
        self._add(say("Built in"), [name for name in names if built_in(name)])
        self._add(say("Your own"), own)
        if not own:
            self._add_words(say("None yet. Change a set, begin a new one, or drop pictures here."))
        self.blockSignals(False)
        self.mark(current)

    def mark(self, name: str) -> None:
        """Mark the set of that name."""
        for row in range(self.count()):
            if self.item(row).data(NAME) == name:
                self.setCurrentRow(row)

    def moveCursor(self, action: Move, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Where a key leads: where there is no set, to the nearest one; Qt would stay where it was."""
        target = super().moveCursor(action, modifiers)
        rows = [row for row in range(self.count()) if self.item(row).data(NAME)]
        if action in LEAPS and rows:
            wanted = {Move.MoveHome: rows[0], Move.MoveEnd: rows[-1]}.get(action, target.row())
            return self.model().index(min(rows, key=lambda row: abs(row - wanted)), 0)
        return target

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._pictured.forget()
            for row in range(self.count()):
                if not self.item(row).data(NAME):
                    self.item(row).setForeground(QColor(theme.tokens().text_soft))
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.count():
            self._fit()
            self._fit_rows()

    def _fit_rows(self) -> None:
        """Make the rows as high as the type is now."""
        for item in map(self.item, range(self.count())):
            if item.data(NAME) or item.font().bold():
                item.setSizeHint(self._room_of(item))

    def _room_of(self, item: QListWidgetItem) -> QSize:
        """How large a row is: a set's, in as many lines as its title takes, or a heading's."""
        if not item.data(NAME):
            return QSize(0, self.fontMetrics().height() + 2 * theme.SPACE)
        room = QRect(0, 0, self.width() - theme.BAR - 2 * theme.SPACE, 0)
        tall = self.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, item.text()).height()
        return QSize(0, tall + theme.SPACE + SIDE + GAP)

    def _fit(self) -> None:
        """Go with type half as far as it goes: the pictures beside need room as well."""
        self.setFixedWidth((WIDE + theme.size(WIDE)) // 2)

    def _add(self, heading: str, names: list[str]) -> None:
        head = self._add_words(heading)
        bold = head.font()
        bold.setBold(True)
        head.setFont(bold)
        head.setSizeHint(self._room_of(head))
        for name in names:
            item = QListWidgetItem(title_of(name))
            item.setData(NAME, name)
            item.setSizeHint(self._room_of(item))
            self.addItem(item)

    def _add_words(self, words: str) -> QListWidgetItem:
        """A line that is no set, over which the keyboard passes."""
        item = QListWidgetItem(words)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setForeground(QColor(theme.tokens().text_soft))
        self.addItem(item)
        return item

    def _on_current(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(NAME):
            self.pointed_at.emit(item.data(NAME))
