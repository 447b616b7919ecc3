"""The marks of things that are side by side: a letter in a box, in the colour and the dashes of its curve."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from tp5gui import theme

LETTERS = "ABCD"
ROLES = ("part1", "part2", "part3", "part4")
"""Whose colours and dashes they have: those of the parts of a loss, which keep apart in one picture."""

BOX = 18  # px, without a zoom: a side of the box
THICK = 2  # px of its edge


def paint_letter(painter: QPainter, place: QRectF, side: int, table: theme.Tokens) -> None:
    """Paint the letter of one of them in a box, filled with its colour, in the painter's font."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(getattr(table, ROLES[side])))
    painter.drawRoundedRect(place, 3, 3)
    painter.setPen(QColor(table.surface))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, LETTERS[side])
    painter.restore()


def paint_change(painter: QPainter, place: QRectF, step: float, table: theme.Tokens) -> None:
    """Paint what became of something: better, a full triangle upwards; worse, a hollow one downwards; a bar.

    Parameters
    ----------
    step : by how much an error has grown: below 0 is better.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    inside = place.adjusted(1, 1, -1, -1)
    middle = inside.center()
    if step == 0:
        pen = QPen(QColor(table.text_soft), 2)
        painter.setPen(pen)
        painter.drawLine(QPointF(inside.left() + 1, middle.y()), QPointF(inside.right() - 1, middle.y()))
    else:
        colour = QColor(table.recognised if step < 0 else table.error)
        tip, base = (inside.top(), inside.bottom()) if step < 0 else (inside.bottom(), inside.top())
        pen = QPen(colour, 1.6)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(colour if step < 0 else Qt.BrushStyle.NoBrush)
        painter.drawPolygon(
            [QPointF(inside.left(), base), QPointF(inside.right(), base), QPointF(middle.x(), tip)]
        )
    painter.restore()


class SideMark(QWidget):
    """The letter of one of the things that are side by side."""

    def __init__(self, side: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.side = side
        self.setAccessibleName(LETTERS[side])
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(theme.size(BOX), theme.size(BOX))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = theme.caption_font(self.font())
        font.setBold(True)
        painter.setFont(font)
        paint_letter(painter, QRectF(QRect(self.rect())), self.side, theme.tokens())
