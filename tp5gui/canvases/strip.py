"""Images side by side, as large as they fit; a click on one picks it."""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.base.words import say, say_count
from tp5gui import theme
from tp5gui.canvases.canvas import Canvas
from tp5gui.canvases.empty import paint_empty
from tp5gui.canvases.gestures import CHOOSE, show_tip, step_of, walk
from tp5gui.canvases.glide import Glide
from tp5gui.canvases.pixels import Image, draw_image, to_qimage

GAP = 6  # px between images
EDGE = 2  # px around all, room for the frame


class Strip(Canvas):
    """Images side by side, in as many rows as lets them be largest.

    Signals
    -------
    picked(int) : an image was clicked, or chosen with the arrow keys and Enter.
    """

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images: Image | None = None
        self._glide = Glide(self)
        self._names: list[str] = []
        self._hint = ""
        self._current = -1
        self._layout: tuple[object, tuple[int, int, int]] = (None, (1, 1, 1))  # and what for
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        return QSize(360, 120)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, theme.size(48))  # two lines of what is said while it is empty

    def set_images(
        self, images: Image | None, names: list[str] | None = None, *, glides: float = 0.0
    ) -> None:
        """Show images (K, H, W) in [0, 1] and name them in their tool tips; None for nothing.

        They glide to what they are for so many seconds at most.
        """
        self._images, self._names = images, names or []
        if images is not None:
            self._glide.send("images", images, glides)
        self._current = min(self._current, self._count() - 1)
        self._tell()
        self.update()

    def set_hint(self, hint: str) -> None:
        """Set what is said while there are no images."""
        self._hint = hint
        self._tell()
        self.update()

    @property
    def images(self) -> Image | None:
        """The images (K, H, W) on show, None for nothing."""
        return self._images

    @property
    def names(self) -> list[str]:
        """What the tool tips of the images say."""
        return self._names

    @property
    def current(self) -> int:
        """The index of the image pointed at, -1 for none."""
        return self._current

    @property
    def columns(self) -> int:
        """How many images stand side by side."""
        return self._arranged()[0] if self._count() else 0

    @property
    def hint(self) -> str:
        """What is said while there are no images."""
        return self._hint

    def rect_of(self, index: int) -> QRect:
        """Where an image is painted, in the widget's own coordinates; empty if there is none."""
        if self._images is None or not 0 <= index < self._count():
            return QRect()
        columns, width, height = self._arranged()
        rows = -(-self._count() // columns)
        row, column = divmod(index, columns)
        left = (self.width() - columns * (width + GAP) + GAP) // 2
        top = max(EDGE, (self.height() - rows * (height + GAP) + GAP) // 2)
        return QRect(left + column * (width + GAP), top + row * (height + GAP), width, height)

    def image_at(self, place: QPointF) -> int:
        """The index of the image under a point, -1 if none."""
        hits = (index for index in range(self._count()) if self.rect_of(index).contains(place.toPoint()))
        return next(hits, -1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.image_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self._choose(index)
            self.picked.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = step_of(event)
        if step is not None and self._count():
            self._choose(walk(self._current, step, self.columns, self._count()))
        elif event.key() in CHOOSE and self._current >= 0:
            self.picked.emit(self._current)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        return show_tip(event, self, self._words_at) or super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, table = QPainter(self), theme.tokens()
        if self._images is None or not self._count():
            paint_empty(painter, self.rect(), self._hint)
            return
        for index, image in enumerate(self._glide.now("images")):
            rect = self.rect_of(index)
            draw_image(painter, QRectF(rect), to_qimage(image, QColor(table.output), QColor(table.paper)))
            chosen = index == self._current and self.hasFocus()
            painter.setPen(QColor(table.accent if chosen else table.line))
            painter.drawRect(rect.adjusted(-1, -1, 0, 0))

    def _words_at(self, place: QPoint) -> tuple[str, QRect]:
        index = self.image_at(QPointF(place))
        return (self._names[index], self.rect_of(index)) if 0 <= index < len(self._names) else ("", QRect())

    def _choose(self, index: int) -> None:
        self._current = index
        self._tell()
        self.update()

    def _tell(self) -> None:
        name = self._names[self._current] if 0 <= self._current < len(self._names) else ""
        self.telling.show(self._told, self._current, name)

    def _told(self) -> str:
        """Which image is chosen; before one is, how many there are."""
        if not self._count():
            return self._hint
        if not 0 <= self._current < len(self._names):
            return say_count("{count} image.", "{count} images.", self._count())
        return say(
            "Image {place} of {count}: {name}",
            place=self._current + 1, count=self._count(), name=self._names[self._current],
        )  # fmt: skip

    def _count(self) -> int:
        return 0 if self._images is None else len(self._images)

    def _arranged(self) -> tuple[int, int, int]:
        """Columns, and the width and height of an image, cached until the images or the room change."""
        assert self._images is not None
        key = (self._images.shape, self.width(), self.height())
        if self._layout[0] != key:
            self._layout = (key, self._arrange(*self._images.shape))
        return self._layout[1]

    def _arrange(self, count: int, high: int, wide: int) -> tuple[int, int, int]:
        """The same, computed: cells are whole pixels where there is room for one pixel each."""
        best = (count, 1, 1)
        for columns in range(1, count + 1):
            rows = -(-count // columns)
            room = (
                (self.width() - 2 * EDGE + GAP) // columns - GAP,
                (self.height() - 2 * EDGE + GAP) // rows - GAP,
            )
            cell = min(room[0] / wide, room[1] / high)
            cell = float(int(cell)) if cell >= 1 else max(cell, 1 / wide)
            if cell * wide > best[1] or columns == 1:
                best = (columns, max(1, round(cell * wide)), max(1, round(cell * high)))
        return best
