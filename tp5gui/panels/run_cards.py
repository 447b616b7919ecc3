"""A list of runs as cards: what they give back, what they are called, how their loss went."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from core.base.words import say
from core.train.about import MAX_NAME
from core.train.listing import RunEntry
from tp5gui import theme
from tp5gui.canvases.pixels import draw_image, to_qimage
from tp5gui.canvases.sparkline import lines_of, paint_curve, shape
from tp5gui.panels.run_words import BETWEEN, figures, found_by, in_lines, joined, origin, told
from tp5gui.session.run_entries import kind_of, on_the_bench, title_of
from tp5gui.session.run_shelf import RunShelf

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
SIDE, GAP, IN_A_ROW = 25, 3, 2  # px of a picture, px between two, and how many stand side by side
PICTURES = IN_A_ROW * (SIDE + GAP) - GAP  # px along the side of all four
CURVE_WIDE, CURVE_HIGH = 88, 14  # px
WIDE = 460  # px of a card, as type is without a zoom, from which one line is enough for what it says
ACTIVE = QPalette.ColorGroup.Active
ELIDED = Qt.TextElideMode.ElideRight
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class RunModel(QAbstractListModel):
    """The runs of a shelf that a search finds; the one on the bench comes first.

    Attributes
    ----------
    search : words that all have to be found, in any order.
    """

    def __init__(self, shelf: RunShelf, parent: QWidget) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self._rows: list[RunEntry] = []
        self.search = ""

    @property
    def entries(self) -> Sequence[RunEntry]:
        """The runs that are shown, from the top."""
        return self._rows

    def entry(self, index: Index) -> RunEntry | None:
        """The run of a row."""
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None

    def renew(self) -> None:
        """Show what the shelf has by now; whoever shows it marks again what was marked."""
        self.beginResetModel()
        self._rows = self._wanted()
        self.endResetModel()

    def follow(self) -> bool:
        """Show how far the run on the bench is; whether its row was there."""
        live, first = self._shelf.live, self.index(0)
        if live is None or not self._rows or not on_the_bench(self._rows[0]):
            return False
        self._rows[0] = live
        self.dataChanged.emit(first, first)
        return True

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entry(index)
        if entry is None:
            return None
        live = on_the_bench(entry)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return title_of(entry)
            case Qt.ItemDataRole.EditRole:
                return entry.about.name
            case Qt.ItemDataRole.ToolTipRole:
                return told(entry, live=live)
            case Qt.ItemDataRole.AccessibleTextRole:
                return say(
                    "{name}: {figures}; {origin}",
                    name=title_of(entry), figures=joined(figures(entry)),
                    origin=joined(origin(entry, live=live)),
                )  # fmt: skip
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        entry = self.entry(index)
        if entry is None or role != Qt.ItemDataRole.EditRole:
            return False
        self._shelf.rename(entry, str(value))
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        entry = self.entry(index)
        editable = entry is not None and entry.fault is None
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        return flags | Qt.ItemFlag.ItemIsEditable if editable else flags

    def _wanted(self) -> list[RunEntry]:
        live = [] if self._shelf.live is None else [self._shelf.live]
        words = self.search.casefold().split()
        return [
            entry for entry in [*live, *self._shelf.entries] if all(word in found_by(entry) for word in words)
        ]


class RunCards(QStyledItemDelegate):
    """Paints the cards, and has the name of a run typed over where it stands."""

    def __init__(self, shelf: RunShelf, model: RunModel, view: QAbstractScrollArea) -> None:
        super().__init__(view)
        self._shelf, self._model, self._view = shelf, model, view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        wide = _is_wide(self._view.viewport().width())
        words = sum(_highs(wide)) + theme.SPACE
        pictures = PICTURES + theme.SPACE + (0 if wide else CURVE_HIGH + GAP)
        return QSize(10 * theme.SPACE, max(words, pictures) + theme.SPACE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = self._model.entry(index)
        if entry is None:
            return
        painter.save()
        self._paint_ground(painter, option)
        self._paint_pictures(painter, option.rect, entry)
        if len(entry.curve[0]) > 1:
            points = shape(*entry.curve, log=True)
            paint_curve(painter, QRectF(_curve_place(option.rect)), points, lines_of(points), "part1")
        self._paint_words(painter, option, entry)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        entry, line = self._model.entry(index), QLineEdit(parent)
        line.setMaxLength(MAX_NAME)
        line.setAccessibleName(say("Name of the run"))
        line.setPlaceholderText("" if entry is None else kind_of(entry))
        return line

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        place = _lines(option.rect)[0]
        high = max(place.height(), editor.sizeHint().height())
        left, top = place.left() - theme.SPACE // 2, place.center().y() - high // 2
        editor.setGeometry(left, top, place.width(), high)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QLineEdit):
            model.setData(index, editor.text(), Qt.ItemDataRole.EditRole)

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        """A chosen card is sunken, with a bar at its side; the one that the keys go to has a ring."""
        table, card = theme.tokens(), option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(card, QColor(table.sunken))
            painter.fillRect(QRect(card.topLeft(), QSize(theme.RING, card.height())), QColor(table.accent))
        painter.setPen(QColor(table.line))
        painter.drawLine(card.bottomLeft(), card.bottomRight())
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(table.accent), 1))
            painter.drawRect(card.adjusted(0, 0, -1, -1))

    def _paint_pictures(self, painter: QPainter, card: QRect, entry: RunEntry) -> None:
        """Four images as the run gives them back, or frames where they are to come."""
        table, images = theme.tokens(), self._shelf.pictures(entry)
        left, top = _pictures_place(card).topLeft().toTuple()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for number in range(IN_A_ROW * IN_A_ROW):
            across, down = number % IN_A_ROW, number // IN_A_ROW
            room = QRect(left + across * (SIDE + GAP), top + down * (SIDE + GAP), SIDE, SIDE)
            painter.setPen(QColor(table.line))
            if images is None or number >= len(images):
                painter.drawRect(room.adjusted(0, 0, -1, -1))
                continue
            high, wide = images[number].shape
            cell = (SIDE - 2) / max(high, wide)
            cell = float(int(cell)) if cell >= 1 else cell
            width, height = max(1, round(cell * wide)), max(1, round(cell * high))
            place = QRect(room.center().x() - width // 2, room.center().y() - height // 2, width, height)
            picture = to_qimage(images[number], QColor(table.output), QColor(table.paper))
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, cell < 1)
            draw_image(painter, QRectF(place), picture)
            painter.drawRect(place.adjusted(-1, -1, 0, 0))

    def _paint_words(self, painter: QPainter, option: QStyleOptionViewItem, entry: RunEntry) -> None:
        table, live = theme.tokens(), on_the_bench(entry)
        text, soft = option.palette.color(ACTIVE, QPalette.ColorRole.Text), QColor(table.text_soft)
        lines = _lines(option.rect)
        each = len(lines) // 2  # for how it does, and for whence
        painter.setFont(theme.sized_font(option.font, theme.BODY, strong=True))
        if entry.about.pinned:
            lines[0].setLeft(lines[0].left() + self._paint_pin(painter, lines[0]))
        painter.setPen(text)
        used = self._write_in(painter, lines[:each], title_of(entry).split(" "), " ")
        painter.setFont(theme.figure_font(theme.sized_font(option.font, theme.CAPTION)))
        painter.setPen(QColor(table.error_text) if entry.fault is not None else text)
        used += self._write_in(painter, lines[used : used + each], figures(entry))
        painter.setPen(QColor(table.accent) if live else soft)
        self._write_in(painter, lines[used : used + each], origin(entry, live=live))

    def _write_in(
        self, painter: QPainter, places: list[QRect], parts: list[str], between: str = BETWEEN
    ) -> int:
        """Write parts into lines; how many lines they took."""
        metrics, width = painter.fontMetrics(), min(place.width() for place in places)
        lines = in_lines(parts, lambda line: metrics.horizontalAdvance(line) <= width, len(places), between)
        for place, words in zip(places, lines, strict=False):
            self._write(painter, place, words)
        return len(lines)

    @staticmethod
    def _write(painter: QPainter, place: QRect, words: str) -> None:
        painter.drawText(place, LEFT, painter.fontMetrics().elidedText(words, ELIDED, place.width()))

    @staticmethod
    def _paint_pin(painter: QPainter, line: QRect) -> int:
        """A pin before the name; how much room it takes."""
        side = line.height() // 2
        head = QRectF(line.left(), line.center().y() - side / 2, side, side)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(theme.tokens().accent)
        painter.setPen(QPen(colour, 2))
        painter.drawLine(head.center(), head.bottomLeft())
        painter.setBrush(colour)
        painter.drawEllipse(head.center() + (head.topRight() - head.center()) / 3, side / 3.2, side / 3.2)
        painter.restore()
        return side + theme.SPACE // 2


def _is_wide(width: int) -> bool:
    return width >= theme.size(WIDE)


def _highs(wide: bool) -> list[int]:
    """How high the lines of a card are: the name, then one or two for how it does, and as many for whence.

    Where there are two for each, a long name may take the second one as well.
    """
    each = 1 if wide else 2
    steps = (*[theme.BODY] * each, *[theme.CAPTION] * (each + 1))
    return [theme.size(step) + theme.SPACE // 2 for step in steps]


def _pictures_place(card: QRect) -> QRect:
    high = PICTURES if _is_wide(card.width()) else PICTURES + GAP + CURVE_HIGH
    return QRect(card.left() + theme.SPACE, card.top() + (card.height() - high) // 2, PICTURES, PICTURES)


def _lines(card: QRect) -> list[QRect]:
    """Where the lines of words of a card stand; the curve stands beside the first one where there is room."""
    wide = _is_wide(card.width())
    left, highs = _pictures_place(card).right() + 1 + theme.SPACE, _highs(wide)
    top, places = card.top() + (card.height() - sum(highs)) // 2, []
    for high in highs:
        places.append(QRect(left, top, card.right() - theme.SPACE - left, high))
        top += high
    if wide:
        places[0].setRight(places[0].right() - CURVE_WIDE - theme.SPACE)
    return places


def _curve_place(card: QRect) -> QRect:
    """Where the curve stands: beside the name, or below the pictures where there is no room."""
    if _is_wide(card.width()):
        line = _lines(card)[0]
        return QRect(line.right() + theme.SPACE, line.center().y() - CURVE_HIGH // 2, CURVE_WIDE, CURVE_HIGH)
    pictures = _pictures_place(card)
    return QRect(pictures.left(), pictures.bottom() + 1 + GAP, PICTURES, CURVE_HIGH)
