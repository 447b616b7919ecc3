"""The same images as several made them, side by side, with what became better and worse."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.base.words import say, say_count
from tp5gui import theme
from tp5gui.canvases.canvas import Canvas, on_paper
from tp5gui.canvases.empty import paint_empty
from tp5gui.canvases.gestures import by_keyboard, show_tip, step_of, walk
from tp5gui.canvases.glyph_sheet import mark_wrong
from tp5gui.canvases.pair_layout import BETWEEN, PairLayout, arranged
from tp5gui.canvases.pixels import Image, colour_ramp, draw_image, from_words, levels, on_screen
from tp5gui.canvases.side_mark import LETTERS, paint_change, paint_letter
from tp5gui.words import as_name

EDGE = 6  # px around everything
MARK = 9  # px, without a zoom: a side of the mark of what became of an image


class PairGrid(Canvas):
    """Samples of an original and what each of several made of it; below each, its error and how that changed.

    What does not fit is on further pages: the wheel and the keys turn them.

    Signals
    -------
    pointed(int) : the sample under the pointer, or chosen by key; -1 for none.
    """

    pointed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inputs: Image = np.zeros((0, 1, 1), dtype=np.float32)
        self._outputs = np.zeros((0, 0, 1, 1), dtype=np.float32)
        self._labels: Sequence[str] = ()
        self._growth = np.zeros((0, 0))
        self._wrong: NDArray[np.int64] | None = None
        self._order: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._first = 0  # place in the order of the sample at the top left
        self._current = self._marked = -1
        self._hint = ""
        self._kept: tuple[object, QPixmap] = (None, QPixmap())  # the page as painted, and what for
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        return QSize(600, 400)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.size(300), theme.size(160))

    # --- what is shown ---

    def set_pairs(
        self,
        inputs: Image,
        outputs: NDArray[np.float32],
        labels: Sequence[str],
        growth: NDArray[np.float64],
        wrong: NDArray[np.int64] | None,
    ) -> None:
        """Show inputs (n, H, W) and what S of them made of each, (S, n, H, W), in [0, 1]; there are n labels.

        Parameters
        ----------
        growth : (S, n) by how much every error is larger than the first one's; 0 for that one itself.
        wrong : (S, n) wrong pixels, which are marked and counted; None where images are grey.
        """
        self._inputs, self._outputs, self._labels = inputs, outputs, labels
        self._growth, self._wrong = growth, wrong
        self._current = self._marked = -1
        self.set_order(np.arange(len(inputs)))

    def set_order(self, order: NDArray[np.int64]) -> None:
        """Show some samples, by their numbers, in this order, from the first one on."""
        self._order, self._first = order, 0
        self._kept = None, QPixmap()
        self._tell()
        self.update()

    def set_marked(self, index: int) -> None:
        """Mark the sample of this number, which is pointed at elsewhere; -1 for none. Nothing scrolls."""
        if index != self._marked:
            self._marked = index
            self.update()

    def set_hint(self, hint: str) -> None:
        """Set what is said while there are no samples."""
        self._hint = hint
        self._tell()
        self.update()

    @property
    def order(self) -> NDArray[np.int64]:
        """The numbers of the samples, in the order in which they stand."""
        return self._order

    @property
    def in_sight(self) -> list[int]:
        """The numbers of the samples on the page."""
        layout = self._arranged()
        return self._order[self._first : self._first + layout.shown].tolist() if layout else []

    @property
    def current(self) -> int:
        """The number of the sample that the keyboard points at, -1 for none."""
        return self._current

    @property
    def marked(self) -> int:
        """The number of the sample that is marked, -1 for none."""
        return self._marked

    @property
    def hint(self) -> str:
        """What is said while there are no samples."""
        return self._hint

    def sample_at(self, place: QPointF) -> int:
        """The number of the sample at a place of the widget, -1 for none."""
        layout, ratio = self._arranged(), self.devicePixelRatioF()
        if layout is None:
            return -1
        on_page = layout.place_at((place.x() - EDGE) * ratio, (place.y() - self._top()) * ratio)
        at = self._first + on_page
        return int(self._order[at]) if on_page >= 0 and at < len(self._order) else -1

    def sample_rect(self, index: int) -> QRect:
        """Where a sample is painted; empty where it is not on the page."""
        layout, ratio = self._arranged(), self.devicePixelRatioF()
        if layout is None or index not in self.in_sight:
            return QRect()
        x, y = layout.corner(self.in_sight.index(index))
        size = QSize(round(layout.sample[0] / ratio), round(layout.sample[1] / ratio))
        return QRect(QPoint(EDGE + round(x / ratio), self._top() + round(y / ratio)), size)

    def explained(self, index: int) -> str:
        """What is said of a sample: its label, and of each its error and what became of that."""
        lines = [as_name(self._labels[index])]
        for side in range(len(self._outputs)):
            parts = [self._error_words(side, index), _became(float(self._growth[side, index]), side)]
            lines.append(f"{LETTERS[side]}: " + ", ".join(filter(None, parts)))
        return "\n".join(lines)

    # --- gestures ---

    def event(self, event: QEvent) -> bool:
        return show_tip(event, self, self._words_at) or super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self.sample_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.sample_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self._choose(index)

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(-1)

    def wheelEvent(self, event: QWheelEvent) -> None:
        layout = self._arranged()
        if layout is not None and event.angleDelta().y():
            self._scroll(layout, -1 if event.angleDelta().y() > 0 else 1)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if by_keyboard(event) and len(self._order):
            self._choose(self._current if self._current >= 0 else int(self._order[self._first]))
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step, layout = step_of(event), self._arranged()
        if layout is None or (step is None and event.key() not in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)):
            super().keyPressEvent(event)
            return
        at, count = self._place_of(self._current), len(self._order)
        if step is not None:
            at = walk(at, step, layout.columns, count)
        else:
            page = layout.shown if event.key() == Qt.Key.Key_PageDown else -layout.shown
            at = min(max(at + page, 0), count - 1)
        self._choose(int(self._order[at]))

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, layout = QPainter(self), self._arranged()
        table = theme.tokens()
        if layout is None:
            painter.fillRect(self.rect(), QColor(table.surface))
            paint_empty(painter, self.rect(), self._hint)
            return
        if on_paper():
            self._paint_page(painter, layout, table)
            return
        painter.drawPixmap(0, 0, self._page(layout, table))
        chosen = self._current if self.hasFocus() else -1
        for index, colour, thick in ((self._marked, table.text_soft, 1), (chosen, table.accent, 2)):
            rect = self.sample_rect(index)
            if rect.isValid():
                painter.setPen(QPen(QColor(colour), thick))
                painter.drawRect(rect.adjusted(-4, -3, 3, 2))

    def _page(self, layout: PairLayout, table: theme.Tokens) -> QPixmap:
        """The page as it is painted now, kept until it changes: what is pointed at is framed over it."""
        ratio = self.devicePixelRatioF()
        key = (layout, self._first, self.size(), ratio, self.font(), table)
        if self._kept[0] != key:
            page = QPixmap(on_screen(self.size(), ratio))
            page.setDevicePixelRatio(ratio)
            painter = QPainter(page)
            self._paint_page(painter, layout, table)
            painter.end()
            self._kept = key, page
        return self._kept[1]

    def _paint_page(self, painter: QPainter, layout: PairLayout, table: theme.Tokens) -> None:
        painter.fillRect(self.rect(), QColor(table.surface))
        painter.setFont(theme.caption_font(self.font()))
        self._paint_legend(painter, layout, table)
        ratio = self.devicePixelRatioF()
        for place, index in enumerate(self.in_sight):
            x, y = layout.corner(place)
            self._paint_sample(painter, layout, index, EDGE + x / ratio, self._top() + y / ratio, table)

    def _paint_legend(self, painter: QPainter, layout: PairLayout, table: theme.Tokens) -> None:
        """Which image is whose, what the marks mean, and which samples are in sight."""
        metrics = painter.fontMetrics()
        base, x = EDGE + metrics.ascent(), float(EDGE)
        painter.setPen(QColor(table.text_soft))

        def write(words: str) -> None:
            nonlocal x
            painter.drawText(QPointF(x, base), words)
            x += metrics.horizontalAdvance(words) + 2 * theme.SPACE

        write(say("original"))
        for side in range(len(self._outputs)):
            box = QRectF(x, EDGE - 1, metrics.height() + 1, metrics.height() + 1)
            paint_letter(painter, box, side, table)
            x += box.width() + theme.SPACE
        x += theme.SPACE
        mark = theme.size(MARK)
        for step, words in ((-1, say("better than A")), (1, say("worse")), (0, say("the same"))):
            top = base - metrics.capHeight() / 2 - mark / 2
            paint_change(painter, QRectF(x, top, mark, mark), step, table)
            x += mark + theme.SPACE / 2
            write(words)
        shown, total = len(self.in_sight), len(self._order)
        if shown < total:
            words = say("{first} to {last} of {count}", first=self._first + 1, last=self._first + shown,
                        count=total)  # fmt: skip
            room = self.width() - EDGE - metrics.horizontalAdvance(words)
            if room > x:
                painter.drawText(QPointF(room, base), words)

    def _paint_sample(
        self, painter: QPainter, layout: PairLayout, index: int, x: float, y: float, table: theme.Tokens
    ) -> None:
        ratio, truth = self.devicePixelRatioF(), self._inputs[index]
        wide, high = (length / ratio for length in layout.image)
        step = layout.left(1, round(BETWEEN * ratio)) / ratio
        for number, image in enumerate([truth, *self._outputs[:, index]]):
            role = "output" if number else "truth"
            ramp = colour_ramp(QColor(getattr(table, role)), QColor(table.paper))
            words = np.repeat(np.repeat(ramp[levels(image)], layout.cell, 0), layout.cell, 1)
            if number and self._wrong is not None:
                mark_wrong(words[None], image[None], truth[None], table)
            left = x + number * step
            draw_image(painter, QRectF(left, y, wide, high), from_words(words))
            if number:
                self._paint_below(painter, index, number - 1, QRectF(left, y + high, wide, 0), table)

    def _paint_below(
        self, painter: QPainter, index: int, side: int, above: QRectF, table: theme.Tokens
    ) -> None:
        """The wrong pixels of one, and what became of them since the first."""
        metrics, mark, x = painter.fontMetrics(), theme.size(MARK), above.left()
        base = above.bottom() + 2 + metrics.ascent()
        if side:
            top = base - metrics.capHeight() / 2 - mark / 2
            paint_change(painter, QRectF(x, top, mark, mark), float(self._growth[side, index]), table)
            x += mark + 3
        if self._wrong is not None:
            painter.setPen(QColor(table.text_soft))
            painter.drawText(QPointF(x, base), str(self._wrong[side, index]))

    def _words_at(self, place: QPoint) -> tuple[str, QRect]:
        index = self.sample_at(QPointF(place))
        return (self.explained(index), self.sample_rect(index)) if index >= 0 else ("", QRect())

    def _error_words(self, side: int, index: int) -> str:
        if self._wrong is None:
            return ""
        wrong = int(self._wrong[side, index])
        return say_count("{count} wrong pixel", "{count} wrong pixels", wrong)

    def _arranged(self) -> PairLayout | None:
        if not len(self._order):
            return None
        ratio = self.devicePixelRatioF()
        room = (self.width() - 2 * EDGE) * ratio, (self.height() - self._top() - EDGE) * ratio
        below = self._caption_height() + 2
        return arranged(
            (max(1, int(room[0])), max(1, int(room[1]))), len(self._order),
            (self._inputs.shape[1], self._inputs.shape[2]), 1 + len(self._outputs),
            round(below * ratio), ratio,
        )  # fmt: skip

    def _top(self) -> int:
        """Where the first row begins: below the legend."""
        return 2 * EDGE + self._caption_height() + 4

    def _caption_height(self) -> int:
        return theme.size(theme.CAPTION) + 4

    def _place_of(self, index: int) -> int:
        found = np.flatnonzero(self._order == index)
        return int(found[0]) if len(found) else -1

    def resizeEvent(self, event: QResizeEvent) -> None:
        layout = self._arranged()
        if layout is not None:
            self._first -= self._first % layout.columns
            self._scroll(layout, 0)

    def _scroll(self, layout: PairLayout, rows: int) -> None:
        count = len(self._order)
        last = max(0, -(-count // layout.columns) - layout.rows) * layout.columns
        self._first = min(max(self._first + rows * layout.columns, 0), last)
        self.update()

    def _choose(self, index: int) -> None:
        self._current, layout = index, self._arranged()
        at = self._place_of(index)
        if layout is not None:
            row, first = at // layout.columns, self._first // layout.columns
            if not first <= row < first + layout.rows:
                self._scroll(layout, row - first - (layout.rows - 1 if row > first else 0))
        self._point_at(index)
        self._tell()
        self.update()

    def _point_at(self, index: int) -> None:
        if index != self._marked:
            self._marked = index
            self.pointed.emit(index)
            self.update()

    def _tell(self) -> None:
        self.telling.show(self._told, self._current, len(self._order))

    def _told(self) -> str:
        if self._current >= 0:
            return self.explained(self._current).replace("\n", "; ")
        if not len(self._order):
            return self._hint
        return say_count("{count} image as each makes it.", "{count} images as each makes them.",
                         len(self._order))  # fmt: skip


def _became(step: float, side: int) -> str:
    """What became of an image from the first of them to another."""
    if not side:
        return ""
    if step == 0:
        return say("the same as in A")
    return say("better than in A") if step < 0 else say("worse than in A")
