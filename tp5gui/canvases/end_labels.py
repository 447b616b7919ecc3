"""The names of curves at their right ends, pushed apart so that none lies over another."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from tp5gui import theme
from tp5gui.canvases.canvas import on_paper
from tp5gui.canvases.gestures import show_tip

LEAD = 18  # px of the line from the end of a curve to its name
GAP = 4  # px from that line to the name


@dataclass(frozen=True)
class EndLabel:
    """The name of a curve.

    Attributes
    ----------
    name, explained : what stands there, and what its tool tip says.
    y : where the curve ends, in px from the top of the labels, whole ones.
    pen : what the curve is drawn with.
    colour : of the name, as `#rrggbb`.
    """

    name: str
    explained: str
    y: float
    pen: QPen
    colour: str


class EndLabels(QWidget):
    """Names beside the plots, each led to by a piece of its own curve: colour and dashes say whose it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asked: object = None
        self._given: list[EndLabel] = []  # whether there is room for them or not
        self._labels: list[EndLabel] = []
        self._tops: list[int] = []
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        self.setAutoFillBackground(True)

    def sizeHint(self) -> QSize:
        return QSize(self.minimumWidth(), 0)

    def set_labels(self, labels: Sequence[EndLabel]) -> None:
        """Show these names, those first that matter most: the last ones go where there is no room for all."""
        asked = (list(labels), self.size())
        if asked == self._asked:
            return
        self._given, self._asked = asked[0], asked
        metrics = self._metrics()
        height = metrics.height()
        self._labels = sorted(labels[: max(1, self.height() // height)], key=lambda label: label.y)
        tops = apart([label.y - height / 2 for label in self._labels], height, self.height())
        self._tops = [math.floor(top + 1e-6) for top in tops]  # as far apart, in whole pixels
        widest = max((metrics.horizontalAdvance(label.name) for label in labels), default=0)
        self.setFixedWidth(LEAD + GAP + widest + 2 if labels else 0)
        self.update()

    @property
    def labels(self) -> list[EndLabel]:
        """What stands there, from the top."""
        return list(self._labels)

    def rect_of(self, name: str) -> QRect:
        """Where a name is painted; empty if it is not."""
        height = self._metrics().height()
        found = (top for label, top in zip(self._labels, self._tops, strict=True) if label.name == name)
        top = next(found, None)
        return QRect() if top is None else QRect(LEAD + GAP, top, self.width() - LEAD - GAP, height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find the names places in the new room: the plots may have been laid out before it."""
        super().resizeEvent(event)
        self.set_labels(self._given)

    def event(self, event: QEvent) -> bool:
        return show_tip(event, self, self._words_at) or super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, table = QPainter(self), theme.tokens()
        painter.fillRect(self.rect(), QColor(table.surface))
        painter.setFont(theme.caption_font(self.font()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = self._metrics().height()
        for label, top in zip(self._labels, self._tops, strict=True):
            pen = QPen(label.pen)
            pen.setCosmetic(not on_paper())  # there as wide as the words are large
            painter.setPen(pen)
            painter.drawLine(QPointF(0, label.y), QPointF(LEAD, top + height / 2))
            painter.setPen(QColor(label.colour))
            place = QRectF(LEAD + GAP, top, self.width(), height)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, label.name)

    def _words_at(self, place: QPoint) -> tuple[str, QRect]:
        for label in self._labels:
            where = self.rect_of(label.name).adjusted(-LEAD - GAP, 0, 0, 0)
            if where.contains(place):
                return label.explained, where
        return "", QRect()

    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(theme.caption_font(self.font()))


def apart(wanted: Sequence[float], height: float, room: float) -> list[float]:
    """Tops of labels as near as can be to where they are wanted, none over another.

    Parameters
    ----------
    wanted : tops, rising.
    height : of every label.
    room : the height that all of them have; where it is too little for them, they overlap evenly.

    Returns
    -------
    The least squares of all moves: labels that would overlap move as one group, and none leaves the room.
    """
    if not wanted:
        return []
    pitch = min(height, (room - height) / (len(wanted) - 1)) if len(wanted) > 1 else height
    groups: list[tuple[float, int]] = []  # mean of the tops less those of the labels above, and how many
    for number, top in enumerate(wanted):
        mean, count = top - number * pitch, 1
        while groups and groups[-1][0] > mean:
            above, many = groups.pop()
            mean, count = (above * many + mean * count) / (many + count), many + count
        groups.append((mean, count))
    last = max(0.0, room - height - (len(wanted) - 1) * pitch)
    flat = [min(max(mean, 0.0), last) for mean, count in groups for _ in range(count)]
    return [base + number * pitch for number, base in enumerate(flat)]
