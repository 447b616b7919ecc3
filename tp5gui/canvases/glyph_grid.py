"""All samples of a set at a glance: as they go in, as they are fed, as they come out."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from tp5gui import theme
from tp5gui.canvases.pixels import Image, colour_ramp, from_words, levels

GAP = 3  # px between the glyphs of one sample
SPACE = 8  # px between samples
MARK = 3  # px of the underline below a sample that is not recognised
TOLERANCE = 1  # wrong pixels that a recognised character may have


class GlyphGrid(QWidget):
    """A grid of samples, each two or three glyphs side by side, wrong pixels marked on the last.

    Signals
    -------
    clicked(int) : the index of the sample that was clicked or chosen by Enter.
    """

    clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._glyphs: list[tuple[str, Image]] = []  # role and (N, H, W), left to right
        self._wrong: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._labels: Sequence[str] = ()
        self._marked = -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        return QSize(320, 260)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 140)

    def set_samples(
        self,
        inputs: Image,
        fed: Image | None,
        outputs: Image,
        wrong: NDArray[np.int64],
        labels: Sequence[str],
    ) -> None:
        """Show inputs, what was fed (None where that is the same) and outputs, each (N, H, W) in [0, 1].

        `wrong` (N,) counts the wrong pixels of every output; `labels` are N words.
        """
        self._glyphs = [("truth", inputs), *([("ink", fed)] if fed is not None else []), ("output", outputs)]
        self._wrong, self._labels = wrong, labels
        self.update()

    def sample_at(self, place: QPoint) -> int:
        """The index of the sample under a point, -1 if there is none."""
        columns, scale = self._layout()
        if not scale:
            return -1
        width, height = self._pitch(scale)
        origin = self._origin(columns, scale)
        column, row = (place.x() - origin.x()) // width, (place.y() - origin.y()) // height
        index = row * columns + column
        inside = 0 <= column < columns and row >= 0 and 0 <= index < self._count()
        return int(index) if inside else -1

    def sample_rect(self, index: int) -> QRect:
        """Where a sample is painted."""
        columns, scale = self._layout()
        width, height = self._pitch(scale)
        corner = self._origin(columns, scale) + QPoint(index % columns * width, index // columns * height)
        return QRect(corner, QSize(width - SPACE, height - SPACE + MARK))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mark(self.sample_at(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self.sample_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self.clicked.emit(index)

    def leaveEvent(self, event: QEvent) -> None:
        self._mark(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        columns = self._layout()[0]
        moves = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -columns, Qt.Key.Key_Down: columns,
        }  # fmt: skip
        if event.key() in moves and self._count():
            self._mark(min(max(self._marked + moves[Qt.Key(event.key())], 0), self._count() - 1))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._marked >= 0:
            self.clicked.emit(self._marked)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            index = self.sample_at(event.pos())
            if index >= 0:
                QToolTip.showText(event.globalPos(), self._explained(index), self, self.sample_rect(index))
                return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        columns, scale = self._layout()
        if not scale:
            return
        painter = QPainter(self)
        table = theme.tokens()
        self._paint_legend(painter, table)
        origin = self._origin(columns, scale)
        sheet = self._sheet(columns, scale, table)
        painter.drawImage(origin, from_words(sheet))
        if 0 <= self._marked < self._count():
            painter.setPen(QPen(QColor(table.accent), 1))
            painter.drawRect(self.sample_rect(self._marked).adjusted(-3, -3, 2, 1))

    def _paint_legend(self, painter: QPainter, table: theme.Tokens) -> None:
        words = {"truth": self.tr("in"), "ink": self.tr("fed"), "output": self.tr("out")}
        painter.setFont(theme.caption_font(self.font()))
        metrics = painter.fontMetrics()
        x, middle = 0, metrics.height() // 2
        for role, _ in self._glyphs:
            painter.fillRect(x, middle - 4, 8, 8, QColor(getattr(table, role)))
            painter.setPen(QColor(table.text_soft))
            painter.drawText(x + 13, metrics.ascent(), words[role])
            x += 13 + metrics.horizontalAdvance(words[role]) + 14
        painter.fillRect(x, middle + 1, 12, MARK, QColor(table.error))
        painter.drawText(x + 17, metrics.ascent(), self.tr("over 1 px wrong"))

    def _sheet(self, columns: int, scale: int, table: theme.Tokens) -> NDArray[np.uint32]:
        """The whole grid as one picture (rows x pitch, columns x pitch): one draw call whatever N is."""
        count, (high, wide) = self._count(), self._glyphs[0][1].shape[1:]
        rows = -(-count // columns)
        width, height = self._pitch(scale)
        ground = _word(table.surface)
        sheet = np.full((rows * columns, height, width), ground, dtype=np.uint32)
        outputs, truth = self._glyphs[-1][1] > 0.5, self._glyphs[0][1] > 0.5
        for place, (role, images) in enumerate(self._glyphs):
            ramp = colour_ramp(QColor(getattr(table, role)), QColor(table.paper))
            words = np.repeat(np.repeat(ramp[levels(images)], scale, 1), scale, 2)
            if role == "output":
                _stamp(words, outputs != truth, truth, scale, _word(table.error))
            left = place * (wide * scale + GAP)
            sheet[:count, : high * scale, left : left + wide * scale] = words
        bottom = high * scale + 2
        sheet[:count][self._wrong > TOLERANCE, bottom : bottom + MARK, : width - SPACE] = _word(table.error)
        return (
            sheet.reshape(rows, columns, height, width).swapaxes(1, 2).reshape(rows * height, columns * width)
        )

    def _layout(self) -> tuple[int, int]:
        """Columns of samples and screen pixels a cell: the largest cells that fit, then few columns."""
        best = (1, 0)
        if self._glyphs and self._count():
            for columns in range(1, min(self._count(), 48) + 1):
                rows = -(-self._count() // columns)
                high, wide = self._glyphs[0][1].shape[1:]
                across = (self.width() / columns - SPACE - (len(self._glyphs) - 1) * GAP) / (
                    wide * len(self._glyphs)
                )
                down = ((self.height() - self._top()) / rows - SPACE - MARK) / high
                best = max(best, (columns, int(min(across, down))), key=lambda each: (each[1], -each[0]))
            best = (best[0], max(1, best[1]))
        return best

    def _pitch(self, scale: int) -> tuple[int, int]:
        high, wide = self._glyphs[0][1].shape[1:]
        width = len(self._glyphs) * wide * scale + (len(self._glyphs) - 1) * GAP + SPACE
        return width, high * scale + SPACE + MARK

    def _origin(self, columns: int, scale: int) -> QPoint:
        return QPoint(0, self._top())

    def _top(self) -> int:
        return self.fontMetrics().height() + SPACE

    def _count(self) -> int:
        return len(self._glyphs[0][1]) if self._glyphs else 0

    def _mark(self, index: int) -> None:
        if index != self._marked:
            self._marked = index
            self.setCursor(Qt.CursorShape.PointingHandCursor if index >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def _explained(self, index: int) -> str:
        wrong = int(self._wrong[index])
        words = {0: self.tr("no wrong pixel"), 1: self.tr("1 wrong pixel")}
        said = words.get(wrong, self.tr("%1 wrong pixels").replace("%1", str(wrong)))
        return f"{self._labels[index]}: {said}"


def _word(colour: str) -> int:
    return QColor(colour).rgb() & 0xFFFFFFFF


def _stamp(
    words: NDArray[np.uint32], wrong: NDArray[np.bool_], truth: NDArray[np.bool_], scale: int, ink: int
) -> None:
    """Mark wrong cells (N, H, W) in the enlarged picture: a ring where one is missing, else a cross.

    Below 3 screen pixels a cell there is no room for a shape: a missing pixel is marked by its lower half,
    one too many by all of it.
    """
    at = np.arange(scale)
    across = (at[:, None] == at[None, :]) | (at[:, None] == scale - 1 - at[None, :])
    edge = (at == 0) | (at == scale - 1)
    ring = edge[:, None] | edge[None, :]
    if scale < 3:
        across, ring = (
            np.ones((scale, scale), bool),
            np.broadcast_to((at >= scale / 2)[:, None], (scale, scale)),
        )
    cells = words.reshape(len(words), wrong.shape[1], scale, wrong.shape[2], scale).swapaxes(2, 3)
    for which, mark in ((wrong & truth, ring), (wrong & ~truth, across)):
        cells[which] = np.where(mark, ink, cells[which])
