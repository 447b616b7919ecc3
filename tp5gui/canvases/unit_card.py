"""A card that tells of one unit: its picture, its activity over the set, the images that excite it most."""

import math

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from core.base.words import say
from core.measure.inside import UnitReport
from tp5gui import theme
from tp5gui.canvases.canvas import Canvas, on_paper
from tp5gui.canvases.network_paint import PIN, paint_pin_head
from tp5gui.canvases.network_units import picture_colours
from tp5gui.canvases.pixels import Image, draw_image, from_words, to_qimage

SIDE = theme.SPACE
PICTURE = QSize(70, 84)  # px, at most
HISTOGRAM = QSize(150, 56)
EXCITING = 30  # px wide, at most
PIN_ROOM = 2 * PIN + SIDE / 2  # px that the head of a pin has before its words


class UnitCard(Canvas):
    """Floats above its parent, beside what it tells of; the mouse goes through it unless it is pinned.

    Attributes
    ----------
    report : what it tells; None while it is hidden.
    pinned : whether it stays wherever the pointer goes, which it says.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.report: UnitReport | None = None
        self.pinned = False
        self._name, self._words = "", ""
        self.setAccessibleName(say("Card of a unit"))
        self.telling.show(self._told)
        self._images: list[Image] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @property
    def picture_name(self) -> str:
        return self._name

    def sizeHint(self) -> QSize:
        lines = QFontMetricsF(theme.caption_font(self.font())).lineSpacing()
        name = QFontMetricsF(self._bold).horizontalAdvance(self._name)
        held = QFontMetricsF(theme.caption_font(self.font())).horizontalAdvance(self._held) + PIN_ROOM
        wide = max(3 * SIDE + PICTURE.width() + HISTOGRAM.width(), 2 * SIDE + math.ceil(max(name, held)))
        words = self._broken(wide - 2 * SIDE).height() if self._words else 0.0
        tall = 4 * SIDE + (3 if self.pinned else 2) * lines + PICTURE.height() + lines + 44 + words
        return QSize(wide, round(tall))

    def tell(
        self, name: str, report: UnitReport, images: list[Image], words: str, near: QRect, *, pinned: bool
    ) -> None:
        """Tell of a unit, below or above the rectangle `near` of the parent.

        Parameters
        ----------
        name : what the unit is called.
        images : (H, W) each, those that excite it most.
        words : what else there is to say.
        pinned : whether it stays wherever the pointer goes.
        """
        self.report, self._name, self._images, self._words = report, name, images, words
        self.pinned = pinned
        self.setAttribute(
            Qt.WidgetAttribute.WA_TransparentForMouseEvents, not pinned
        )  # its picture can be taken
        self.setAccessibleName(name)
        self.telling.show(self._told, name, pinned)
        self.resize(self.sizeHint())
        self.move(self._beside(near))
        self.show()
        self.raise_()
        self.update()

    def forget(self) -> None:
        """Tell of nothing."""
        self.report = None
        self.hide()

    def told_whole(self) -> str:
        """What the card says, and of which unit."""
        return f"{self._name}. {self._told()}"

    def _told(self) -> str:
        """What the card says beside its pictures."""
        told = " ".join(filter(None, (self._held, self._words)))
        return told or say("It tells of the unit that is pointed at.")

    def _beside(self, near: QRect) -> QPoint:
        """Where it stands: below, or above where there is more room, and always inside the parent."""
        parent = self.parentWidget()
        assert parent is not None
        room = parent.rect()
        below = room.bottom() - near.bottom()
        fits = below >= self.height() + SIDE or below >= near.top() - room.top()
        x = near.center().x() - self.width() // 2
        y = near.bottom() + SIDE if fits else near.top() - SIDE - self.height()
        return QPoint(
            max(room.left(), min(x, room.right() - self.width())),
            max(room.top(), min(y, room.bottom() - self.height())),
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.report is None:
            return
        painter, table = QPainter(self), theme.tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(table.surface))
        held = self.pinned and not on_paper()
        painter.setPen(QPen(QColor(table.accent), 2.0) if held else QColor(table.line))
        edge = painter.pen().widthF() / 2
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(edge, edge, -edge, -edge), theme.RADIUS, theme.RADIUS
        )
        painter.setFont(self._bold)
        painter.setPen(QColor(table.text))
        top = SIDE + QFontMetricsF(self._bold).ascent()
        painter.drawText(QPointF(SIDE, top), self._name)
        painter.setFont(theme.caption_font(self.font()))
        metrics = QFontMetricsF(painter.font())
        if held:
            top += metrics.lineSpacing()
            paint_pin_head(painter, QPointF(SIDE + PIN, top - metrics.xHeight() / 2))
            painter.setPen(QColor(table.accent))
            painter.drawText(QPointF(SIDE + PIN_ROOM, top), self._held)
        top += SIDE
        self._picture(painter, QRectF(SIDE, top, PICTURE.width(), PICTURE.height()))
        left = 2 * SIDE + PICTURE.width()
        self._histogram(painter, QRectF(left, top, HISTOGRAM.width(), HISTOGRAM.height()), table, metrics)
        top += PICTURE.height() + SIDE + metrics.ascent()
        painter.setPen(QColor(table.text_soft))
        painter.drawText(QPointF(SIDE, top), say("most excited by") if self._images else say("never excited"))
        top += SIDE / 2
        top += self._exciting(painter, top, table) + SIDE
        if self._words:
            painter.setPen(QColor(table.text))
            room = self._broken(self.width() - 2 * SIDE)
            painter.drawText(room.translated(SIDE, top), Qt.TextFlag.TextWordWrap, self._words)

    @property
    def _held(self) -> str:
        """What is said of a card that stays."""
        return say("Pinned. A click beside the units, or Esc there, lets it go.") if self.pinned else ""

    @property
    def _bold(self) -> QFont:
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        return bold

    def _broken(self, wide: float) -> QRectF:
        """The room of the words, broken into lines."""
        metrics = QFontMetricsF(theme.caption_font(self.font()))
        return metrics.boundingRect(QRectF(0, 0, wide, 1000), Qt.TextFlag.TextWordWrap, self._words)

    def _picture(self, painter: QPainter, room: QRectF) -> None:
        assert self.report is not None
        picture = self.report.picture
        rows, columns = picture.shape
        cell = min(room.width() / columns, room.height() / rows)
        place = QRectF(room.left(), room.top(), columns * cell, rows * cell)
        draw_image(painter, place, from_words(picture_colours(picture, theme.tokens())))

    def _histogram(
        self, painter: QPainter, room: QRectF, table: theme.Tokens, metrics: QFontMetricsF
    ) -> None:
        """How active it is over the images of the set, and for the image that is read."""
        assert self.report is not None
        counts, edges = self.report.counts, self.report.edges
        most, wide = float(counts.max(initial=1)) or 1.0, room.width() / max(1, len(counts))
        painter.setPen(Qt.PenStyle.NoPen)
        for number, count in enumerate(counts.tolist()):
            tall = room.height() * count / most
            bar = QRectF(room.left() + number * wide, room.bottom() - tall, max(1.0, wide - 1), tall)
            painter.fillRect(bar, QColor(table.text_soft))
        painter.setPen(QColor(table.line))
        painter.drawLine(room.bottomLeft(), room.bottomRight())
        low, high = float(edges[0]), float(edges[-1])
        if high > low and np.isfinite(self.report.activity):
            share = max(0.0, min(1.0, (self.report.activity - low) / (high - low)))
            x = room.left() + share * room.width()
            painter.setPen(QPen(QColor(table.ink), 2.0))
            painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom() + 3))
        painter.setPen(QColor(table.text_soft))
        under = room.bottom() + metrics.ascent() + 2
        for value, align in ((low, 0.0), (high, 1.0)):
            words = f"{value:.2g}"
            shift = align * (room.width() - metrics.horizontalAdvance(words))
            painter.drawText(QPointF(room.left() + shift, under), words)

    def _exciting(self, painter: QPainter, top: float, table: theme.Tokens) -> float:
        """The images that excite it most; how tall they are."""
        x, tall = float(SIDE), 0.0
        for image in self._images:
            rows, columns = image.shape
            side = min(EXCITING, 44 * columns / rows)
            high = side * rows / columns
            if x + side > self.width() - SIDE:
                break
            place = QRectF(x, top, side, high)
            draw_image(painter, place, to_qimage(image, QColor(table.truth), QColor(table.paper)))
            painter.setPen(QColor(table.line))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(place)
            x, tall = x + side + SIDE / 2, max(tall, high)
        return tall
