"""How much every unit of the code tells: a bar a unit, in the order of the code."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from tp5gui import theme

Array = NDArray[np.float32]

LEAST = 2.0  # px of a bar, so that a silent unit is still seen to be there
GAP = 0.25  # of a bar's pitch, left free
WIDEST = 28.0  # px


class UnitBars(QWidget):
    """Bars for values of 0 and more; those at or below a threshold are grey: silent units."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: Array = np.zeros(0, dtype=np.float32)
        self._threshold, self._unit = 0.0, ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(200, 40)

    def set_values(self, values: Array, threshold: float, unit: str) -> None:
        """Show values (L,), what counts as silent, and the unit in which the tool tip says them."""
        self._values, self._threshold, self._unit = values, threshold, unit
        self.update()

    @property
    def values(self) -> Array:
        """The values (L,) on show."""
        return self._values

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
        count = max(1, len(self._values))
        pitch = min(WIDEST, self.width() / count)
        top = max(float(self._values.max(initial=0.0)), 10 * self._threshold) or 1.0
        height = max(LEAST, (self.height() - 2) * float(self._values[index]) / top)
        return QRectF(index * pitch, self.height() - height, max(1.0, pitch * (1 - GAP)), height)

    def unit_at(self, x: float) -> int:
        """The unit whose bar is at this place across, -1 if none."""
        pitch = min(WIDEST, self.width() / max(1, len(self._values)))
        index = int(x // pitch)
        return index if 0 <= index < len(self._values) else -1

    def explained(self, index: int) -> str:
        """What the tool tip says of a unit."""
        value = f"{float(self._values[index]):.3g}"
        words = self.tr("unit %1: %2").replace("%1", str(index + 1)).replace("%2", value)
        return f"{words} {self._unit}"

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self.unit_at(event.pos().x())
            if index >= 0:
                QToolTip.showText(event.globalPos(), self.explained(index), self)
                return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, table = QPainter(self), theme.tokens()
        painter.setPen(Qt.PenStyle.NoPen)
        for index, value in enumerate(self._values.tolist()):
            colour = table.code if value > self._threshold else table.line
            painter.fillRect(self.bar(index), QColor(colour))
