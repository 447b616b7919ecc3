"""All samples of a set at a glance: as they go in, as they are fed, as they come out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from core.measure.rules import TOLERANCE
from tp5gui import theme
from tp5gui.canvases.pixels import Image, colour_ramp, from_words, levels, mark_pattern, to_layout

GAP = 2  # px, at least, between the glyphs of one sample; larger cells put a cell's width between them
ACROSS = 8  # px, at least, between samples side by side
DOWN = 12  # px, at least, between samples one above the other: the underline and its number
MARK = 2  # px of the underline below a sample that is not recognised
EDGE = 4  # px around everything, room for the frame of a sample


@dataclass(frozen=True, slots=True)
class Layout:
    """Where samples lie; every length is in pixels of the screen."""

    columns: int
    shown: int  # samples that have a place
    scale: int  # side of a cell
    between: int  # from one glyph of a sample to the next
    sample: tuple[int, int]  # width and height of a sample without the space around it
    pitch: tuple[int, int]  # from one sample to the next, across and down
    left: int  # of the first sample


def arrange(
    room: tuple[int, int], count: int, shape: tuple[int, int], glyphs: int, unit: float = 1.0
) -> Layout:
    """Lay out `count` samples of `glyphs` images (H, W) with the largest whole cells that let all fit.

    `room` is the width and height in pixels of the screen, `unit` how many of them make one of the layout.
    What is left over is shared out between the samples. Where cells of one pixel are too many, a
    page holds as many samples as fit.
    """
    (width, height), (high, wide) = room, shape
    across, down = round(ACROSS * unit), round(DOWN * unit)
    for scale in range(max(1, min(width // (wide * glyphs), height // high)), 0, -1):
        between = max(round(GAP * unit), scale)
        sample = glyphs * wide * scale + (glyphs - 1) * between, high * scale
        most = max(1, (width + across) // (sample[0] + across)), max(1, height // (sample[1] + down))
        if most[0] * most[1] >= count:
            break
    shown = min(count, most[0] * most[1])  # rows of a page are whole, as there are more samples than places

    def spare(columns: int) -> tuple[int, int]:
        """Space beside and below every sample."""
        rows = -(-shown // columns)
        return (width + across) // columns - sample[0], height // rows - sample[1]

    fitting = [each for each in range(1, most[0] + 1) if -(-shown // each) <= most[1]]
    columns = min(fitting, key=lambda each: abs(spare(each)[0] - spare(each)[1]))
    # more space than this would no longer read as one grid
    beside = min(max(across, spare(columns)[0]), across + sample[0] // 2)
    below = min(max(down, spare(columns)[1]), down + sample[1] // 2)
    pitch = sample[0] + beside, sample[1] + below
    left = max(0, width - columns * pitch[0] + beside) // 2
    return Layout(columns, shown, scale, between, sample, pitch, left)


class GlyphGrid(QWidget):
    """A grid of samples, each two or three glyphs side by side, wrong pixels marked on the last.

    A sample with more than one wrong pixel, which the slides call not recognised, is underlined and, where
    there is room, numbered with its wrong pixels.

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
        self._marks = True
        self._first = 0  # the sample at the top left; a multiple of the columns
        self._hover = self._pressed = self._current = -1
        self._layout: tuple[object, Layout | None] = (None, None)  # and what for
        self._picture: tuple[object, QImage] = (None, QImage())  # the same
        self._numbers: dict[tuple[object, ...], NDArray[np.bool_]] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        return QSize(360, 260)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 140)

    def set_samples(
        self,
        inputs: Image,
        fed: Image | None,
        outputs: Image,
        wrong: NDArray[np.int64],
        labels: Sequence[str],
        *,
        marks: bool = True,
    ) -> None:
        """Show inputs, what was fed (None where that is the same) and outputs, each (N, H, W) in [0, 1].

        `wrong` (N,) counts the wrong pixels of every output; `labels` are N words. `marks` says
        whether wrong pixels are marked and counted: among greys they say little.

        Raises
        ------
        ValueError : the arrays do not agree in shape.
        """
        shapes = {array.shape for array in (inputs, fed, outputs) if array is not None}
        if inputs.ndim != 3 or len(shapes) > 1 or len(wrong) != len(inputs) or len(labels) != len(inputs):
            raise ValueError(
                f"expected equal (N, H, W) and N counts and labels, got {shapes}, {len(wrong)}, {len(labels)}"
            )
        self._glyphs = [("truth", inputs), ("output", outputs)]
        if fed is not None and not np.array_equal(fed, inputs):
            self._glyphs.insert(1, ("ink", fed))
        self._wrong, self._labels, self._marks = wrong, labels, marks
        self._hover, self._current = (
            each if each < len(inputs) else -1 for each in (self._hover, self._current)
        )
        self._picture = (None, QImage())
        self.update()

    @property
    def glyphs(self) -> Sequence[tuple[str, Image]]:
        """The role and the images (N, H, W) of every glyph of a sample, left to right."""
        return self._glyphs

    @property
    def wrong(self) -> NDArray[np.int64]:
        """The wrong pixels (N,) of every output."""
        return self._wrong

    @property
    def labels(self) -> Sequence[str]:
        """The N labels of the samples."""
        return self._labels

    @property
    def current(self) -> int:
        """The index of the sample that the keyboard points at, -1 for none."""
        return self._current

    @property
    def columns(self) -> int:
        """How many samples stand side by side, 0 without any."""
        return layout.columns if (layout := self._arranged()) is not None else 0

    def sample_at(self, place: QPoint | QPointF) -> int:
        """The index of the sample under a point of the widget, -1 if there is none."""
        layout, ratio = self._arranged(), self.devicePixelRatioF()
        if layout is None:
            return -1
        # the space around a sample is half its own and half its neighbour's, so that no point falls between
        x = place.x() * ratio - self._edge() - layout.left + (layout.pitch[0] - layout.sample[0]) / 2
        y = place.y() * ratio - self._top()
        column, row = int(x // layout.pitch[0]), int(y // layout.pitch[1])
        index = self._first + row * layout.columns + column
        inside = 0 <= column < layout.columns and row >= 0
        return index if inside and index < self._end(layout) else -1

    def sample_rect(self, index: int) -> QRect:
        """Where a sample and its underline are painted, in the widget's own coordinates; empty if nowhere."""
        rect, ratio = self._sample(index), self.devicePixelRatioF()
        return to_layout(rect.adjusted(0, 0, 0, self._below()), ratio) if rect.isValid() else rect

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self.sample_at(event.pos())
            if index >= 0:
                QToolTip.showText(event.globalPos(), self.explained(index), self, self.sample_rect(index))
                return True
        return super().event(event)

    def explained(self, index: int) -> str:
        """What the tool tip says of a sample: its label and its wrong pixels."""
        if not self._marks:
            return self._labels[index]
        wrong = int(self._wrong[index])
        words = {0: self.tr("no wrong pixel"), 1: self.tr("1 wrong pixel")}
        said = words.get(wrong, self.tr("%1 wrong pixels").replace("%1", str(wrong)))
        return f"{self._labels[index]}: {said}"

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self.sample_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self.sample_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        pressed, self._pressed = self._pressed, -1
        if pressed >= 0 and pressed == self.sample_at(event.position()):
            self._choose(pressed)
            self.clicked.emit(pressed)

    def wheelEvent(self, event: QWheelEvent) -> None:
        layout = self._arranged()
        if layout is not None and event.angleDelta().y():
            self._scroll_to(self._first + (-layout.columns if event.angleDelta().y() > 0 else layout.columns))

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(-1)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._choose(max(0, self._current))
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        layout, key = self._arranged(), event.key()
        columns = layout.columns if layout is not None else 1
        moves = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -columns, Qt.Key.Key_Down: columns,
        }  # fmt: skip
        if layout is not None and key in moves:
            target = self._current + moves[Qt.Key(key)] if self._current >= 0 else 0
            if 0 <= target < self._count():
                self._choose(target)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._current >= 0:
            self.clicked.emit(self._current)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        layout = self._arranged()
        if layout is None:
            return
        painter = QPainter(self)
        table, ratio = theme.tokens(), self.devicePixelRatioF()
        self._paint_legend(painter, layout, table)
        # from here on a unit is one pixel of the screen, so that every cell is equally large
        painter.scale(1 / ratio, 1 / ratio)
        key = (layout, table, ratio)
        if self._picture[0] != key:
            self._picture = (key, from_words(self._sheet(layout, table), see_through=True))
        painter.drawImage(QPoint(self._edge() + layout.left, self._top()), self._picture[1])
        for index, colour, thick in ((self._hover, table.text_soft, 1), (self._current, table.accent, 2)):
            if self._first <= index < self._end(layout) and (thick == 1 or self.hasFocus()):
                out = round(3 * ratio)
                pen = QPen(QColor(colour), thick * round(ratio))
                pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
                painter.setPen(pen)
                painter.drawRect(self._sample(index).adjusted(-out, -out, out - 1, self._below()))

    def _paint_legend(self, painter: QPainter, layout: Layout, table: theme.Tokens) -> None:
        words = {"truth": self.tr("in"), "ink": self.tr("fed"), "output": self.tr("out")}
        painter.setFont(theme.caption_font(self.font()))
        metrics = painter.fontMetrics()
        x = round((self._edge() + layout.left) / self.devicePixelRatioF())
        base, middle = EDGE // 2 + metrics.ascent(), EDGE // 2 + metrics.ascent() - metrics.capHeight() // 2
        painter.setPen(QColor(table.text_soft))
        for role, _ in self._glyphs:
            painter.fillRect(x, middle - 4, 8, 8, QColor(getattr(table, role)))
            painter.drawText(x + 12, base, words[role])
            x += 12 + metrics.horizontalAdvance(words[role]) + 12
        page = ""
        if layout.shown < self._count():
            page = self.tr("%1 to %2 of %3")
            for number, count in enumerate((self._first + 1, self._end(layout), self._count()), 1):
                page = page.replace(f"%{number}", str(count))
        said = self.tr("over 1 px wrong")
        room = self.width() - x - (metrics.horizontalAdvance(page) + 16 if page else 0)
        if self._marks and 16 + metrics.horizontalAdvance(said) <= room:
            painter.fillRect(x, middle - 1, 12, MARK, QColor(table.error))
            painter.drawText(x + 16, base, said)
            x += 16 + metrics.horizontalAdvance(said) + 16
        x = min(x, self.width() - metrics.horizontalAdvance(page) - 2)
        painter.drawText(x, base, page)

    def _sheet(self, layout: Layout, table: theme.Tokens) -> NDArray[np.uint32]:
        """The whole grid as one picture (rows x pitch, columns x pitch): one draw call whatever N is."""
        first, shown, scale = self._first, self._end(layout) - self._first, layout.scale
        page = slice(first, first + shown)
        high, wide = self._glyphs[0][1].shape[1:]
        rows, (across, down) = -(-shown // layout.columns), layout.pitch
        sheet = np.zeros((rows * layout.columns, down, across), dtype=np.uint32)
        error = QColor(table.error).rgba()
        for place, (role, images) in enumerate(self._glyphs):
            ramp = colour_ramp(QColor(getattr(table, role)), QColor(table.paper))
            words = np.repeat(np.repeat(ramp[levels(images[page])], scale, 1), scale, 2)
            if role == "output" and self._marks:
                truth = self._glyphs[0][1][page] > 0.5
                _stamp(words, (images[page] > 0.5) != truth, truth, error, QColor(table.paper).rgba())
            left = place * (wide * scale + layout.between)
            sheet[:shown, : high * scale, left : left + wide * scale] = words
        if self._marks:
            self._underline(sheet, layout, error, QColor(table.error_text).rgba())
        return np.ascontiguousarray(sheet.reshape(rows, layout.columns, down, across).swapaxes(1, 2)).reshape(
            rows * down, layout.columns * across
        )

    def _underline(self, sheet: NDArray[np.uint32], layout: Layout, line: int, text: int) -> None:
        """Underline the samples that are not recognised, and number them where there is room."""
        unit, (width, height) = self.devicePixelRatioF(), layout.sample
        top, thick, gap = height + round(3 * unit), round(MARK * unit), round(3 * unit)
        wrong = self._wrong[self._first : self._end(layout)]
        for index in np.flatnonzero(wrong > TOLERANCE).tolist():
            number = self._number(int(wrong[index]))
            tall, long = number.shape
            end = width
            if long + 4 * gap <= width and height + gap + tall <= layout.pitch[1]:
                end -= long + gap
                sheet[index, height + gap - 1 : height + gap - 1 + tall, width - long : width][number] = text
            sheet[index, top : top + thick, :end] = line

    def _number(self, number: int) -> NDArray[np.bool_]:
        """The figures of a number as lit pixels (height, width), cut close."""
        font = theme.figure_font(theme.caption_font(self.font()))
        font.setStyleStrategy(font.StyleStrategy.NoAntialias)
        ratio = self.devicePixelRatioF()
        key = (number, font.key(), ratio)
        if key not in self._numbers:
            image = QImage(round(80 * ratio), round(40 * ratio), QImage.Format.Format_Grayscale8)
            image.setDevicePixelRatio(ratio)
            image.fill(0)
            painter = QPainter(image)
            painter.setFont(font)
            painter.setPen(Qt.GlobalColor.white)
            painter.drawText(2, 30, str(number))
            painter.end()
            grey = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), -1) > 127
            down, across = np.flatnonzero(grey.any(1)), np.flatnonzero(grey.any(0))
            self._numbers[key] = grey[down[0] : down[-1] + 1, across[0] : across[-1] + 1]
        return self._numbers[key]

    def _arranged(self) -> Layout | None:
        if not self._count():
            return None
        ratio = self.devicePixelRatioF()
        room = (
            int(self.width() * ratio) - 2 * self._edge(),
            int(self.height() * ratio) - self._top(),
        )
        images = self._glyphs[0][1]
        key = (room, len(images), images.shape[1:], len(self._glyphs), ratio)
        if self._layout[0] != key:
            self._layout = (key, arrange(*key))
            self._first = 0
        return self._layout[1]

    def _sample(self, index: int) -> QRect:
        layout = self._arranged()
        if layout is None or not self._first <= index < self._end(layout):
            return QRect()
        row, column = divmod(index - self._first, layout.columns)
        corner = QPoint(
            self._edge() + layout.left + column * layout.pitch[0], self._top() + row * layout.pitch[1]
        )
        return QRect(corner, QSize(*layout.sample))

    def _end(self, layout: Layout) -> int:
        """One past the last sample in sight."""
        return min(self._first + layout.shown, self._count())

    def _scroll_to(self, first: int) -> None:
        """Show the samples from about this one, in whole rows, and none beyond the last page."""
        layout = self._arranged()
        if layout is None:
            return
        rows, page = -(-self._count() // layout.columns), layout.shown // layout.columns
        row = min(max(first // layout.columns, 0), max(rows - page, 0))
        if row * layout.columns != self._first:
            self._first = row * layout.columns
            self._picture = (None, QImage())
            self.update()

    def _below(self) -> int:
        """What belongs to a sample below its glyphs, in pixels of the screen: the underline, its number."""
        return round((DOWN - 2) * self.devicePixelRatioF())

    def _edge(self) -> int:
        return round(EDGE * self.devicePixelRatioF())

    def _top(self) -> int:
        """Where the first row begins, in pixels of the screen: below the legend."""
        return round((self.fontMetrics().height() + EDGE) * self.devicePixelRatioF())

    def _count(self) -> int:
        return len(self._glyphs[0][1]) if self._glyphs else 0

    def _point_at(self, index: int) -> None:
        if index != self._hover:
            self._hover = index
            self.setCursor(Qt.CursorShape.PointingHandCursor if index >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def _choose(self, index: int) -> None:
        self._current = index
        layout = self._arranged()
        if layout is not None and not self._first <= index < self._end(layout):
            behind = index < self._first
            self._scroll_to(index if behind else index - layout.shown + layout.columns)
        self.update()


def _stamp(
    words: NDArray[np.uint32], wrong: NDArray[np.bool_], truth: NDArray[np.bool_], ink: int, paper: int
) -> None:
    """Mark wrong cells (N, H, W) in the enlarged picture (N, H x cell, W x cell), in place."""
    count, high, wide = wrong.shape
    cell = words.shape[1] // high
    cells = words.reshape(count, high, cell, wide, cell).swapaxes(2, 3)
    for which, missing in ((wrong & truth, True), (wrong & ~truth, False)):
        cells[which] = np.where(mark_pattern(cell, missing=missing), ink, paper)
