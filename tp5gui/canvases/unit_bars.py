"""How much every unit of the code tells of the image: one bar per unit, in the order of the code."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.base.words import say
from tp5gui import theme
from tp5gui.canvases.canvas import Canvas
from tp5gui.canvases.gestures import show_tip
from tp5gui.canvases.glide import Glide

Array = NDArray[np.float32]

LEAST = 2.0  # px of a bar, so that a silent unit can still be seen
GAP = 0.25  # share of the room of a bar that is left free
WIDEST = 28.0  # px


class UnitBars(Canvas):
    """Bars for values of 0 and more; a unit at or below a threshold is silent and its bar grey."""

    reads_as = QAccessible.Role.Chart

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._glide = Glide(self)
        self.telling.show(self._told)
        self._glide.send("values", np.zeros(0, dtype=np.float32))
        self._threshold, self._unit = 0.0, ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(200, 40)

    def set_values(self, values: Array, threshold: float, unit: str, *, glides: float = 0.0) -> None:
        """Show values (L,) with the threshold of silence; `unit` is their unit of measure in the tool tip.

        Bars glide for so many seconds at most. Whether a unit is silent is seen at once.
        """
        self._threshold, self._unit = threshold, unit
        self._glide.send("values", values, glides)

    @property
    def values(self) -> Array:
        """The values (L,) on show."""
        return self._glide.end("values")

    @property
    def threshold(self) -> float:
        """The value at or below which a unit is silent."""
        return self._threshold

    @property
    def unit(self) -> str:
        """The unit of the values, as the tool tip says it."""
        return self._unit

    def bar(self, index: int) -> QRectF:
        """Where a unit's bar is painted."""
        values = self._glide.now("values")
        pitch = min(WIDEST, self.width() / max(1, len(values)))
        top = max(float(values.max(initial=0.0)), 10 * self._threshold) or 1.0
        height = max(LEAST, (self.height() - 2) * float(values[index]) / top)
        return QRectF(index * pitch, self.height() - height, max(1.0, pitch * (1 - GAP)), height)

    def unit_at(self, x: float) -> int:
        """The unit whose bar is at this place across, -1 if none."""
        pitch = min(WIDEST, self.width() / max(1, len(self.values)))
        index = int(x // pitch)
        return index if 0 <= index < len(self.values) else -1

    def explained(self, index: int) -> str:
        """What the tool tip says of a unit."""
        value = float(self.values[index])
        words = say("unit {unit}: {value:.3g} {measure}", unit=index + 1, value=value, measure=self._unit)
        if value > self._threshold:
            return words
        return "\n".join((words, say("It is silent: it tells nothing of the image.")))

    def _told(self) -> str:
        """How many units tell anything of the image, and which one most."""
        values = self.values
        if not len(values):
            return say("The bars appear once a network is loaded.")
        return say(
            "{active} of {total} units tell something of the image. Most: {unit}.",
            active=int((values > self._threshold).sum()), total=len(values),
            unit=self.explained(int(values.argmax())),
        )  # fmt: skip

    def event(self, event: QEvent) -> bool:
        return show_tip(event, self, self._words_at) or super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, table = QPainter(self), theme.tokens()
        painter.setPen(Qt.PenStyle.NoPen)
        for index, value in enumerate(self.values.tolist()):
            colour = table.code if value > self._threshold else table.quiet
            painter.fillRect(self.bar(index), QColor(colour))

    def _words_at(self, place: QPoint) -> tuple[str, QRect]:
        index = self.unit_at(place.x())
        return (self.explained(index), QRect()) if index >= 0 else ("", QRect())
