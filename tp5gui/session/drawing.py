"""The person's drawing; its strokes are steps of the window's undo."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from tp5gui.session.history import Name, Named

Image = NDArray[np.float32]


class Drawing(QObject):
    """An image (H, W) in [0, 1] that is drawn on; every stroke is one step of undo.

    Every shape has its own drawing, which waits while a set of another shape is trained on.

    Attributes
    ----------
    stack : the window's steps of undo, among which the strokes stand.
    blank : whether nothing has been drawn yet; what was cleared is not blank.

    Signals
    -------
    changed(object) : the new image, a read-only copy.
    pen_changed(float) : how strong the pen is from now on, above 0 and up to 1.
    """

    changed = Signal(object)
    pen_changed = Signal(float)

    def __init__(self, shape: tuple[int, int], stack: QUndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stack = stack
        self._waiting: dict[tuple[int, ...], Image] = {}
        self._image: Image = np.zeros(shape, dtype=np.float32)
        self._before: Image | None = None
        self.blank = True

    @property
    def image(self) -> Image:
        """A copy of the image as it is now."""
        return self._image.copy()

    def set_pen(self, value: float) -> None:
        """Draw with a pen of this strength, above 0 and up to 1, wherever it is drawn."""
        self.pen_changed.emit(value)

    def begin_stroke(self) -> None:
        """Begin a stroke; everything painted until its end is undone as one step."""
        self._before = self.image

    def paint(self, cells: NDArray[np.int64], value: float) -> None:
        """Set the pixels at (K, 2) rows and columns; shown at once, part of the current stroke."""
        self._image[cells[:, 0], cells[:, 1]] = value
        self._report()

    def end_stroke(self, name: Name) -> None:
        """Close the stroke; a stroke that changed nothing leaves no step."""
        before, self._before = self._before, None
        if before is not None and not np.array_equal(before, self._image):
            self.stack.push(_Replace(self, before, self.image, name))

    def replace(self, image: Image, name: Name) -> None:
        """Draw something else altogether, as one step of that name."""
        if not np.array_equal(image, self._image):
            self.stack.push(_Replace(self, self.image, np.array(image, dtype=np.float32), name))

    def fit(self, image: Image) -> None:
        """Draw in the shape of `image`, if it is another: what was drawn in it before, else `image`."""
        if image.shape != self._image.shape:
            self.set_image(self._waiting.get(image.shape, image))

    def set_image(self, image: Image) -> None:
        """Replace the image without a step of undo; where the shape differs, the drawing so far waits."""
        if image.shape != self._image.shape:
            self._waiting[self._image.shape] = self._image
            self._before = None  # a stroke under way has nothing to end on
        self._image = np.array(image, dtype=np.float32)
        self._report()

    def _report(self) -> None:
        self.blank = False
        self.changed.emit(self.image)


class _Replace(Named):
    """Replaces one image by another."""

    def __init__(self, drawing: Drawing, before: Image, after: Image, name: Name) -> None:
        super().__init__(name)
        self._drawing, self._before, self._after = drawing, before, after

    def redo(self) -> None:
        self._drawing.set_image(self._after)

    def undo(self) -> None:
        self._drawing.set_image(self._before)
