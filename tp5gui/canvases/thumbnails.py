"""The pictures of a set as small tiles with labels. Only those in sight are painted."""

from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QWidget

from core.base.words import say, say_count
from tp5gui import theme
from tp5gui.canvases.canvas import Canvas, on_paper
from tp5gui.canvases.empty import paint_empty
from tp5gui.canvases.gestures import ENTER, by_keyboard, show_tip, step_of, walk
from tp5gui.canvases.pixels import Image, draw_image, to_qimage
from tp5gui.canvases.telling import Telling
from tp5gui.canvases.tiles import AROUND, Tiles
from tp5gui.words import as_name

NOTHING: Image = np.zeros((0, 1, 1), dtype=np.float32)


class _Page(Canvas):
    """What is seen of the pictures, so that it can be taken away as one; its area paints it and names it."""

    def accessibleName(self) -> str:
        around = self.parentWidget()
        return "" if around is None else around.accessibleName()


class Thumbnails(QAbstractScrollArea):
    """Pictures with their labels, row by row; one of them may be the current one.

    On the keyboard, arrows, Home, End and the page keys move, and Enter activates. Where pictures can be put
    in another order, one is dragged to its new place, or taken there with Alt and an arrow; Escape lets go.

    Parameters
    ----------
    movable : whether pictures can be put in another order.

    Signals
    -------
    current_changed(int) : the person pointed at another picture.
    activated(int) : a picture was double-clicked, or Enter pressed on it.
    moved(int, int) : the picture at the first index is to stand at the second.
    """

    current_changed = Signal(int)
    activated = Signal(int)
    moved = Signal(int, int)

    def __init__(self, parent: QWidget | None = None, *, movable: bool = False) -> None:
        super().__init__(parent)
        self._movable = movable
        self.telling = Telling(self, QAccessible.Role.Canvas)
        self._remarks: Mapping[int, str] = {}
        self._pressed: QPoint | None = None  # where a picture was taken hold of
        self._gap = -1  # before which picture the one that is dragged would stand, -1 while none is
        self._mark = QRect()  # the line that says so
        self._images: Image = NOTHING
        self._labels: Sequence[str] = ()
        self._current = self._hover = -1
        self._hint = ""
        self.setViewport(_Page())
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)

    def sizeHint(self) -> QSize:
        return QSize(560, 400)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 160)

    @property
    def pictures(self) -> Image:
        """The images (N, H, W) that are shown."""
        return self._images

    @property
    def current(self) -> int:
        """The index of the picture pointed at, -1 for none."""
        return self._current

    @property
    def labels(self) -> Sequence[str]:
        """The N labels of the pictures."""
        return self._labels

    @property
    def columns(self) -> int:
        """How many pictures stand side by side."""
        return self._tiles().columns

    @property
    def picture_size(self) -> tuple[int, int]:
        """Width and height of a picture in pixels of the screen."""
        return self._tiles().picture

    @property
    def hint(self) -> str:
        """What is said while there is no picture."""
        return self._hint

    def set_pictures(
        self,
        images: Image | None,
        labels: Sequence[str] = (),
        current: int = -1,
        remarks: Mapping[int, str] | None = None,
    ) -> None:
        """Show images (N, H, W) in [0, 1] with N labels, and point at one; None for nothing.

        A picture's tool tip says its remark as well, where it has one.

        Raises
        ------
        ValueError : the array has not three dimensions, or there are not as many labels.
        """
        images = NOTHING if images is None else images
        if images.ndim != 3 or len(labels) != len(images):
            raise ValueError(f"expected (N, H, W) and N labels, got {images.shape} and {len(labels)}")
        self._images, self._labels, self._remarks = images, labels, remarks or {}
        self._hover = -1
        self._let_go()
        self._current = current if current < len(images) else -1
        self._describe()
        self._fit_bar()
        if self._current >= 0:
            self._bring_into_sight()
        else:
            self.verticalScrollBar().setValue(0)
        self.viewport().update()

    def set_hint(self, hint: str) -> None:
        """Set what is said while there is no picture."""
        self._hint = hint
        self.viewport().update()

    def point_at(self, index: int) -> None:
        """Make a picture the current one and bring it into sight."""
        if index != self._current and 0 <= index < len(self._images):
            self._current = index
            self._describe()
            self._bring_into_sight()
            self.viewport().update()
            self.current_changed.emit(index)

    def index_at(self, place: QPoint | QPointF) -> int:
        """The index of the picture under a point of the viewport, -1 if there is none."""
        return self._tiles().index_at(QPointF(place) + QPointF(0, self._scrolled()))

    def tile(self, index: int) -> QRect:
        """Where a picture with its label lies, in the viewport's coordinates."""
        return self._tiles().tile(index).translated(0, -self._scrolled())

    def viewportEvent(self, event: QEvent) -> bool:
        if show_tip(event, self, self._words_at):
            return True
        if event.type() == QEvent.Type.Leave:
            self._hover_over(-1)
        return super().viewportEvent(event)

    def explained(self, index: int) -> str:
        """What the tool tip says of a picture: its place in the set, its label, and the remark on it."""
        words = say("{place}: {label}", place=index + 1, label=as_name(self._labels[index]))
        return "\n".join((words, self._remarks[index])) if index in self._remarks else words

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if self._pressed is None or not self._movable:
            self._hover_over(self.index_at(place))
        elif self._gap >= 0 or (place - self._pressed).manhattanLength() >= QApplication.startDragDistance():
            self._follow(place)
            self._gap, mark = self._tiles().gap_at(place + QPoint(0, self._scrolled()))
            self._mark = mark.translated(0, -self._scrolled())
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            index = self.index_at(event.position())
            self.point_at(index)
            self._pressed = event.position().toPoint() if index >= 0 else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            index, gap = self._current, self._gap
            self._let_go()
            if gap >= 0:
                self._ask_move(index, gap - (gap > index))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.index_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self.point_at(index)
            self.activated.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, step, last = event.key(), step_of(event), len(self._images) - 1
        tiles = self._tiles()
        columns, page = tiles.columns, tiles.columns * max(1, self.viewport().height() // tiles.tall)
        leaps = {
            Qt.Key.Key_PageUp: max(0, self._current - page), Qt.Key.Key_PageDown: self._current + page,
            Qt.Key.Key_Home: 0, Qt.Key.Key_End: last,
        }  # fmt: skip
        if key == Qt.Key.Key_Escape and self._gap >= 0:
            self._let_go()
        elif step is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            if self._current >= 0:
                self._ask_move(self._current, walk(self._current, step, columns, len(self._images)))
        elif step is not None:
            self.point_at(walk(self._current, step, columns, len(self._images)))
        elif key in leaps:
            self.point_at(min(last, leaps[Qt.Key(key)]))
        elif key in ENTER and self._current >= 0:
            self.activated.emit(self._current)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if by_keyboard(event) and self._current < 0:
            self.point_at(0)
        self.viewport().update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.viewport().update()
        super().focusOutEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_bar()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, table = QPainter(self.viewport()), theme.tokens()
        if not len(self._images):
            paint_empty(painter, self.viewport().rect(), self._hint)
            return
        tiles = self._tiles()
        top = (self._scrolled() + event.rect().top()) // tiles.tall * tiles.columns
        bottom = ((self._scrolled() + event.rect().bottom()) // tiles.tall + 1) * tiles.columns
        seen = range(max(0, top), min(bottom, len(self._images)))
        self._paint_pictures(painter, tiles, seen, table)
        painter.setFont(theme.caption_font(self.font()))
        metrics = painter.fontMetrics()
        for index in seen:
            tile = tiles.tile(index).translated(0, -self._scrolled())
            painter.setPen(QColor(table.text if index == self._current or on_paper() else table.text_soft))
            words = tile.adjusted(AROUND // 2, tile.height() - tiles.caption, -AROUND // 2, -AROUND // 2)
            said = metrics.elidedText(
                as_name(self._labels[index]), Qt.TextElideMode.ElideMiddle, words.width()
            )
            painter.drawText(words, Qt.AlignmentFlag.AlignCenter, said)
        if on_paper():
            return
        for index, colour, thick in (
            (self._hover, table.text_soft, 1),
            (self._current, table.accent, 2 if self.hasFocus() else 1),
        ):
            if index in seen:
                pen = QPen(QColor(colour), thick)
                pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
                painter.setPen(pen)
                painter.drawRect(self.tile(index).adjusted(2, 2, -3, -3))
        if self._gap >= 0:
            painter.fillRect(self._mark, QColor(table.accent))

    def _ask_move(self, index: int, target: int) -> None:
        """Ask for a picture to be moved, unless it stands there already."""
        if self._movable and target != index:
            self.moved.emit(index, target)

    def _let_go(self) -> None:
        """Hold no picture any more."""
        self._pressed, self._gap = None, -1
        self.viewport().unsetCursor()
        self.viewport().update()

    def _follow(self, place: QPoint) -> None:
        """Scroll where a picture is dragged over the upper or lower edge."""
        bar, height = self.verticalScrollBar(), self.viewport().height()
        if place.y() < 0:
            bar.setValue(bar.value() - bar.singleStep())
        elif place.y() >= height:
            bar.setValue(bar.value() + bar.singleStep())

    def _words_at(self, place: QPoint) -> tuple[str, QRect]:
        index = self.index_at(place)
        return (self.explained(index), self.tile(index)) if index >= 0 else ("", QRect())

    def _paint_pictures(self, painter: QPainter, tiles: Tiles, seen: range, table: theme.Tokens) -> None:
        """The pictures alone, in pixels of the screen, so that every cell is equally large."""
        ratio, (wide, high) = tiles.ratio, tiles.picture
        ink, paper, line = QColor(table.truth), QColor(table.paper), QColor(table.line)
        shrunk = wide < self._images.shape[2]
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)
        painter.setPen(line)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, shrunk)
        for index in seen:
            tile = tiles.tile(index).translated(0, -self._scrolled())
            left = round((tile.left() + tile.width() / 2) * ratio - wide / 2)
            place = QRect(left, round((tile.top() + AROUND) * ratio), wide, high)
            draw_image(painter, QRectF(place), to_qimage(self._images[index], ink, paper))
            painter.drawRect(place.adjusted(-1, -1, 0, 0))
        painter.restore()

    def _tiles(self) -> Tiles:
        """Where everything stands, before it is scrolled."""
        high, wide = self._images.shape[1:]
        caption = self.fontMetrics().height() + AROUND
        return Tiles(
            len(self._images),
            (high, wide),
            self.viewport().devicePixelRatioF(),
            self.viewport().width(),
            caption,
        )

    def _scrolled(self) -> int:
        return self.verticalScrollBar().value()

    def _fit_bar(self) -> None:
        bar, tiles = self.verticalScrollBar(), self._tiles()
        height = self.viewport().height()
        bar.setPageStep(height)
        bar.setSingleStep(max(1, tiles.tall // 3))
        bar.setRange(0, max(0, tiles.height - height))

    def _bring_into_sight(self) -> None:
        tile, bar = self.tile(self._current), self.verticalScrollBar()
        if tile.top() < 0:
            bar.setValue(bar.value() + tile.top())
        elif tile.bottom() >= self.viewport().height():
            bar.setValue(bar.value() + tile.bottom() + 1 - self.viewport().height())

    def _hover_over(self, index: int) -> None:
        if index != self._hover:
            self._hover = index
            self.viewport().update()

    def _describe(self) -> None:
        current = self._current
        named = self._labels[current] if current >= 0 else ""
        self.telling.show(self._told, current, named, self._remarks.get(current))

    def _told(self) -> str:
        """What is known of the current picture; while there is none, how many there are."""
        if self._current >= 0:
            return self.explained(self._current)
        total = len(self._images)
        return say_count("{count} picture.", "{count} pictures.", total) if total else self._hint
