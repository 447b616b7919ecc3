"""All samples of a set at a glance: as they go in, as they are fed, as they come out."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.base.words import say, say_count
from core.measure.rules import TOLERANCE
from tp5gui import theme
from tp5gui.canvases.canvas import Canvas, on_paper
from tp5gui.canvases.empty import paint_empty
from tp5gui.canvases.gestures import CHOOSE, by_keyboard, show_tip, step_of, walk
from tp5gui.canvases.glide import Glide
from tp5gui.canvases.glyph_layout import DOWN, Layout, arrange
from tp5gui.canvases.glyph_legend import legend_words, paint_legend
from tp5gui.canvases.glyph_sheet import MARK, Figures, paint_sheet
from tp5gui.canvases.pixels import Image, is_raster, laid_on, to_layout
from tp5gui.words import as_name

EDGE = 4  # px around everything, room for the frame of a sample
BELOW = 4  # px between the legend and the first row


class GlyphGrid(Canvas):
    """A grid of samples, of two or three glyphs side by side; wrong pixels are marked on the last.

    A sample with more wrong pixels than the tolerance is not recognised (the slides' rule): it is underlined
    and, where there is room, the number of its wrong pixels stands below it. What does not fit is on further
    pages: the wheel and the arrow keys turn them.

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
        self._hint = ""
        self._first = 0  # the sample at the top left; a multiple of the columns
        self._hover = self._pressed = self._current = -1
        self._layout: tuple[object, Layout | None] = (None, None)  # the layout, and what it is for
        self._glide = Glide(self)  # of the outputs
        self._picture: tuple[object, object, QImage] = (None, None, QImage())  # the page, and what it is for
        self._figures = Figures()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        return QSize(360, 260)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.size(200), 140)

    def set_samples(
        self,
        inputs: Image,
        fed: Image | None,
        outputs: Image,
        wrong: NDArray[np.int64],
        labels: Sequence[str],
        *,
        marks: bool = True,
        glides: float = 0.0,
    ) -> None:
        """Show inputs, what was fed (None where that is the same) and outputs, all (N, H, W) in [0, 1].

        `wrong` (N,) counts the wrong pixels of every output; there are N `labels`. `marks` says whether wrong
        pixels are marked and counted, which says little where images are grey. Outputs glide to what they are
        for so many seconds at most; their marks are there at once.

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
            index if index < len(inputs) else -1 for index in (self._hover, self._current)
        )
        self._glide.send("outputs", outputs, glides)
        self._picture = (None, None, QImage())
        self._tell()
        self.update()

    def set_hint(self, hint: str) -> None:
        """Set what is said while there are no samples."""
        self._hint = hint
        self._tell()
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

    @property
    def hint(self) -> str:
        """What is said while there are no samples."""
        return self._hint

    def sample_at(self, place: QPoint | QPointF) -> int:
        """The index of the sample under a point of the widget, -1 if there is none."""
        layout, ratio = self._arranged(), self.devicePixelRatioF()
        if layout is None:
            return -1
        on_page = layout.place_at(place.x() * ratio - self._edge(), place.y() * ratio - self._top())
        index = self._first + on_page
        return index if on_page >= 0 and index < self._end(layout) else -1

    def sample_rect(self, index: int) -> QRect:
        """Where a sample and its underline are painted, in the widget's own coordinates; empty if nowhere."""
        rect, ratio = self._sample(index), self.devicePixelRatioF()
        return to_layout(rect.adjusted(0, 0, 0, self._below()), ratio) if rect.isValid() else rect

    def legend_rect(self) -> QRect:
        """Where the legend is painted, in the widget's own coordinates: above the first row."""
        return QRect(0, 0, self.width(), self.fontMetrics().height() + EDGE + BELOW)

    def explained(self, index: int) -> str:
        """What the tool tip says of a sample: its label and its wrong pixels."""
        label, wrong = as_name(self._labels[index]), int(self._wrong[index])
        if not self._marks:
            return label
        if not wrong:
            return say("{label}: no wrong pixel", label=label)
        return say_count("{label}: {count} wrong pixel", "{label}: {count} wrong pixels", wrong, label=label)

    def event(self, event: QEvent) -> bool:
        return show_tip(event, self, self._words_at) or super().event(event)

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
            row = -layout.columns if event.angleDelta().y() > 0 else layout.columns
            self._show_from(layout.page_from(self._first + row, self._count()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(-1)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if by_keyboard(event) and self._count():
            self._choose(max(0, self._current))
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step, layout = step_of(event), self._arranged()
        if step is not None and self._count():
            self._choose(walk(self._current, step, self.columns, self._count()))
        elif event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) and layout is not None:
            page = layout.shown if event.key() == Qt.Key.Key_PageDown else -layout.shown
            self._choose(min(max(self._current + page, 0), self._count() - 1))
        elif event.key() in CHOOSE and self._current >= 0:
            self.clicked.emit(self._current)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, layout = QPainter(self), self._arranged()
        if layout is None:
            paint_empty(painter, self.rect(), self._hint)
            return
        table, ratio = theme.tokens(), self.devicePixelRatioF()
        painter.setFont(theme.caption_font(self.font()))
        left = round((self._edge() + layout.left) / ratio)
        legend = self.legend_rect().adjusted(left, EDGE // 2, 0, 0)
        roles = [role for role, _ in self._glyphs]
        paint_legend(painter, legend, roles, MARK if self._marks else 0, self._page_words(layout), table)
        # from here on a unit is one pixel of the screen, so that every cell is equally large
        painter.scale(1 / ratio, 1 / ratio)
        key, outputs = (layout, table, ratio), self._glide.now("outputs")
        if self._picture[0] != key or self._picture[1] is not outputs:
            self._picture = (key, outputs, self._painted(layout, outputs, table))
        page = self._picture[2] if is_raster(painter) else laid_on(self._picture[2], QColor(table.paper))
        painter.drawImage(QPoint(self._edge() + layout.left, self._top()), page)
        hover = -1 if on_paper() else self._hover
        for index, colour, thick in ((hover, table.text_soft, 1), (self._current, table.accent, 2)):
            if self._first <= index < self._end(layout) and (thick == 1 or self.hasFocus()):
                out = round(3 * ratio)
                pen = QPen(QColor(colour), thick * round(ratio))
                pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
                painter.setPen(pen)
                painter.drawRect(self._sample(index).adjusted(-out, -out, out - 1, self._below()))

    def _page_words(self, layout: Layout) -> str:
        """Which samples are in sight; nothing where all are."""
        if layout.shown == self._count():
            return ""
        return say(
            "{first} to {last} of {count}",
            first=self._first + 1, last=self._end(layout), count=self._count(),
        )  # fmt: skip

    def _painted(self, layout: Layout, outputs: Image, table: theme.Tokens) -> QImage:
        """The page as one picture, with outputs (N, H, W) on their way."""
        page = slice(self._first, self._end(layout))
        glyphs = [(role, images[page]) for role, images in self._glyphs]
        judged, glyphs[-1] = glyphs[-1][1], (glyphs[-1][0], outputs[page])
        wrong = (judged, self._wrong[page]) if self._marks else None
        return paint_sheet(glyphs, wrong, layout, table, self.font(), self.devicePixelRatioF(), self._figures)

    def _words_at(self, place: QPoint) -> tuple[str, QRect]:
        index, legend = self.sample_at(place), self.legend_rect()
        if index < 0 and self._glyphs and legend.contains(place):
            return legend_words([role for role, _ in self._glyphs], marks=self._marks), legend
        return (self.explained(index), self.sample_rect(index)) if index >= 0 else ("", QRect())

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
        if on_paper():
            return arrange(*key)  # and on the screen nothing moves
        if self._layout[0] != key:
            self._layout = (key, arrange(*key))
            self._first = 0
        return self._layout[1]

    def _sample(self, index: int) -> QRect:
        layout = self._arranged()
        if layout is None or not self._first <= index < self._end(layout):
            return QRect()
        x, y = layout.corner(index - self._first)
        return QRect(QPoint(self._edge() + x, self._top() + y), QSize(*layout.sample))

    def _end(self, layout: Layout) -> int:
        """One past the last sample in sight."""
        return min(self._first + layout.shown, self._count())

    def _show_from(self, first: int) -> None:
        """Show the page that begins at this sample."""
        if first != self._first:
            self._first = first
            self._picture = (None, None, QImage())
            self.update()

    def _below(self) -> int:
        """What belongs to a sample below its glyphs, in pixels of the screen: the underline, its number."""
        return round((DOWN - 2) * self.devicePixelRatioF())

    def _edge(self) -> int:
        return round(EDGE * self.devicePixelRatioF())

    def _top(self) -> int:
        """Where the first row begins, in pixels of the screen: below the legend."""
        return round(self.legend_rect().height() * self.devicePixelRatioF())

    def _count(self) -> int:
        return len(self._glyphs[0][1]) if self._glyphs else 0

    def _point_at(self, index: int) -> None:
        if index != self._hover:
            self._hover = index
            self.setCursor(Qt.CursorShape.PointingHandCursor if index >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def _tell(self) -> None:
        current = self._current
        self.telling.show(self._told, current, int(self._wrong[current]) if current >= 0 else 0)

    def _told(self) -> str:
        """What is chosen; before anything is, how the samples do."""
        if self._current >= 0:
            return self.explained(self._current)
        total, good = self._count(), int((self._wrong <= TOLERANCE).sum())
        if not total:
            return self._hint
        if not self._marks:
            return say_count("{count} image and its output.", "{count} images and their outputs.", total)
        return say("{good} of {total} outputs have at most one wrong pixel.", good=good, total=total)

    def _choose(self, index: int) -> None:
        self._current = index
        self._tell()
        layout = self._arranged()
        if layout is not None:
            self._show_from(layout.page_with(index, self._first, self._count()))
        self.update()
