"""How the settings of a study turned out: a line with a band, categories, or a map of two fields."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from tp5gui import theme
from tp5gui.canvases.empty import paint_empty
from tp5gui.canvases.gestures import show_tip
from tp5gui.canvases.study_line import StudyLine
from tp5gui.canvases.study_map import StudyMap
from tp5gui.canvases.study_mark import Mark

__all__ = ["Mark", "StudyPlot"]

LEFT, RIGHT, TOP, BOTTOM = 52, 16, 22, 40  # px around the plot


class StudyPlot(QWidget):
    """A line or a map of marks, one for every setting.

    Signals
    -------
    picked(int) : a mark was clicked.
    listed(int) : a mark was clicked with the right button, to see all its runs.
    """

    picked = Signal(int)
    listed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plot: StudyLine | StudyMap = StudyLine((), ())
        self._names = ("", "")
        self._hint = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        return QSize(420, 220)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 120)

    def set_hint(self, hint: str) -> None:
        """Set what is said while there is nothing to show."""
        self._hint = hint
        self.update()

    def set_line(
        self,
        marks: Sequence[Mark],
        x: Sequence[float],
        names: tuple[str, str],
        slides: Sequence[tuple[float, float]] = (),
        best_possible: Sequence[float] = (),
    ) -> None:
        """Show marks at their values `x`, along an axis that is logarithmic where these are far apart.

        `names` are those of the two axes, `slides` the slides' points (a setting's value and their result),
        `best_possible` a value at every mark; both are empty where they are not known.
        """
        self._plot, self._names = StudyLine(marks, x, slides, best_possible), names
        self.update()

    def set_map(self, marks: Sequence[Mark], columns: int, names: tuple[str, str]) -> None:
        """Show marks row by row from the bottom; `names` are those of the fields that go across and up."""
        self._plot, self._names = StudyMap(marks, columns), names
        self.update()

    @property
    def marks(self) -> Sequence[Mark]:
        """The marks on show, in the order of the study."""
        return self._plot.marks

    @property
    def columns(self) -> int:
        """How many marks stand side by side in a map, 0 for a line."""
        return self._plot.columns if isinstance(self._plot, StudyMap) else 0

    @property
    def axis_names(self) -> tuple[str, str]:
        """The names of what goes across and of what goes up."""
        return self._names

    @property
    def slides(self) -> Sequence[tuple[float, float]]:
        """The slides' points: a setting's value and their result."""
        return self._plot.slides if isinstance(self._plot, StudyLine) else ()

    @property
    def best_possible(self) -> Sequence[float]:
        """The best possible at every mark; empty where it is not known."""
        return self._plot.best_possible if isinstance(self._plot, StudyLine) else ()

    @property
    def hint(self) -> str:
        """What is said while there is nothing to show."""
        return self._hint

    def place_of(self, index: int) -> QPointF:
        """Where a mark is painted."""
        return self._plot.place_of(index, self._area())

    def mark_at(self, place: QPointF) -> int:
        """The mark under a point, the nearest of several; -1 if none."""
        across, up = self._plot.reach(self._area())
        known = (index for index, mark in enumerate(self.marks) if mark.known)
        away = {index: self.place_of(index) - place for index in known}
        near = [index for index in away if abs(away[index].x()) <= across and abs(away[index].y()) <= up]
        return min(near, key=lambda index: away[index].manhattanLength(), default=-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.mark_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self.picked.emit(index)
        elif event.button() == Qt.MouseButton.RightButton and index >= 0:
            self.listed.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self.mark_at(event.position()) >= 0
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def event(self, event: QEvent) -> bool:
        return show_tip(event, self, self._words_at) or super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, table, area = QPainter(self), theme.tokens(), self._area()
        if not any(mark.known for mark in self.marks):
            paint_empty(painter, self.rect(), self._hint)
            return
        painter.setFont(theme.caption_font(self.font()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        self._plot.paint(painter, area, table)
        painter.setPen(QColor(table.text_soft))
        below = QRectF(area.left(), area.bottom() + 20, area.width(), 18)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._names[0])
        painter.drawText(QRectF(4, 2, self.width() - 8, 18), Qt.AlignmentFlag.AlignLeft, self._names[1])

    def _words_at(self, place: QPoint) -> tuple[str, QRect]:
        index = self.mark_at(QPointF(place))
        return (self.marks[index].explained if index >= 0 else "", QRect())

    def _area(self) -> QRectF:
        return QRectF(LEFT, TOP, self.width() - LEFT - RIGHT, self.height() - TOP - BOTTOM)
