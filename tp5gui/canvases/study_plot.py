"""How the settings of a study turned out: a line with a band, categories, or a map of two fields."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.base.words import say
from core.measure.rules import Scale
from tp5gui import theme
from tp5gui.canvases.canvas import Canvas
from tp5gui.canvases.empty import paint_empty
from tp5gui.canvases.gestures import CHOOSE, by_keyboard, opens_menu, show_tip, step_of
from tp5gui.canvases.study_axis import UpAxis
from tp5gui.canvases.study_legend import Entry, height_of
from tp5gui.canvases.study_line import StudyLine
from tp5gui.canvases.study_map import StudyMap
from tp5gui.canvases.study_mark import Legend, Mark, Point
from tp5gui.tips import tell

__all__ = ["Legend", "Mark", "Point", "StudyPlot"]

RIGHT, EDGE = 16, 4  # px beside the plot, and around everything
LEGEND_FROM = 130  # px of height from which there is room for a legend


class StudyPlot(Canvas):
    """A line or a map of marks, one for every setting.

    The arrow keys go through the marks and say what each is, Enter picks one and Menu lists its runs.

    Signals
    -------
    picked(int) : a mark was clicked.
    listed(int) : a mark was clicked with the right button, or Menu was pressed, to see all its runs.
    """

    picked = Signal(int)
    listed = Signal(int)
    reads_as = QAccessible.Role.Chart

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plot: StudyLine | StudyMap = StudyLine((), ())
        self._names = ("", "")
        self._hint = ""
        self._current = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        return QSize(420, 220)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, theme.size(96))  # what is said while it is empty grows with type

    def set_hint(self, hint: str) -> None:
        """Set what is said while there is nothing to show."""
        self._hint = hint
        self._tell()
        self.update()

    def set_line(
        self,
        marks: Sequence[Mark],
        x: Sequence[float],
        names: tuple[str, str],
        slides: Sequence[Point] = (),
        best: Sequence[Point] = (),
        *,
        scale: Scale = Scale(),  # noqa: B008  # frozen
        joined: bool = True,
        legend: Legend = Legend(),  # noqa: B008  # frozen
    ) -> None:
        """Show marks at their values `x`, as `StudyLine` says; `names` are those of the two axes."""
        self._show(StudyLine(marks, x, slides, best, scale, joined, legend), names)

    def set_map(
        self,
        marks: Sequence[Mark],
        columns: int,
        names: tuple[str, str],
        *,
        legend: Legend = Legend(),  # noqa: B008  # frozen
    ) -> None:
        """Show marks row by row from the bottom; `names` are those of the fields that go across and up."""
        self._show(StudyMap(marks, columns, legend), names)

    def _show(self, plot: StudyLine | StudyMap, names: tuple[str, str]) -> None:
        self._plot, self._names = plot, names
        self._current = min(self._current, len(plot.marks) - 1)
        self._tell()
        self.update()

    @property
    def marks(self) -> Sequence[Mark]:
        """The marks on show, in the order of the study."""
        return self._plot.marks

    @property
    def columns(self) -> int:
        """How many marks stand side by side in a map, 0 for a line."""
        return self._plot.columns

    @property
    def current(self) -> int:
        """The mark that the keyboard points at, -1 for none."""
        return self._current

    @property
    def legend(self) -> Legend:
        """What the shapes are."""
        return self._plot.legend

    @property
    def legend_places(self) -> list[QRect]:
        """Where the entries of the legend stand; none where the plot is too low for it."""
        return [entry.place.toAlignedRect() for entry in self._entries()]

    @property
    def axis(self) -> UpAxis | None:
        """The axis along the left; None in a map."""
        return self._plot.up if isinstance(self._plot, StudyLine) else None

    @property
    def axis_names(self) -> tuple[str, str]:
        """The names of what goes across and of what goes up."""
        return self._names

    @property
    def slides(self) -> Sequence[Point]:
        """The slides' points."""
        return self._plot.slides if isinstance(self._plot, StudyLine) else ()

    @property
    def best(self) -> Sequence[Point]:
        """The best possible at the marks; empty where it is not known."""
        return self._plot.best if isinstance(self._plot, StudyLine) else ()

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

    def leaves_right_button(self, place: QPointF) -> bool:
        return self.mark_at(place) < 0  # on a mark it lists the runs

    def leaves_menu_key(self) -> bool:
        return self._current < 0

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.mark_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self.picked.emit(index)
        elif event.button() == Qt.MouseButton.RightButton and index >= 0:
            self.listed.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self.mark_at(event.position()) >= 0
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = step_of(event)
        if step is not None and self.marks:
            self._current = self._plot.beside(self._current, step)
            self._tell()
            self.update()
            at = self.place_of(self._current).toPoint()
            words, spot = self.words_at(at)
            tell(words, self, at, spot)
        elif opens_menu(event) and self._current >= 0:
            self.listed.emit(self._current)
        elif event.key() in CHOOSE and self._current >= 0 and self.marks[self._current].known:
            self.picked.emit(self._current)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if by_keyboard(event) and self._current < 0 and self.marks:
            self._current = self._plot.beside(-1, (1, 0))
            self._tell()
        super().focusInEvent(event)

    def event(self, event: QEvent) -> bool:
        return show_tip(event, self, self.words_at) or super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, table, area = QPainter(self), theme.tokens(), self._area()
        if not any(mark.known for mark in self.marks):
            paint_empty(painter, self.rect(), self._hint)
            return
        painter.setFont(self._font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        metrics = QFontMetricsF(self._font)
        self._plot.paint(painter, area, table)
        self._plot.paint_legend(painter, self._entries(), table)
        painter.setPen(QColor(table.text))
        below = QRectF(
            area.left(), self.height() - EDGE - metrics.lineSpacing(), area.width(), metrics.lineSpacing()
        )
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._names[0])
        above = QRectF(EDGE, EDGE, self.width() - 2 * EDGE, metrics.lineSpacing())
        painter.drawText(above, Qt.AlignmentFlag.AlignLeft, self._names[1])
        if self.hasFocus() and 0 <= self._current < len(self.marks):
            painter.setPen(QPen(QColor(table.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(self.place_of(self._current), 8, 8)

    def words_at(self, place: QPoint) -> tuple[str, QRect]:
        """What there is to say of a place of the widget, "" for nothing, as `show_tip` asks."""
        if not any(mark.known for mark in self.marks):
            return "", QRect()
        for entry in self._entries():
            if entry.place.contains(QPointF(place)):
                return entry.explained, entry.place.toAlignedRect()
        words, spot = self._plot.told_at(QPointF(place), self._area())
        return words, spot.toAlignedRect()

    def _tell(self) -> None:
        self.telling.show(self._told, self._current, self._plot.marks[self._current :][:1])

    def _told(self) -> str:
        """What is known of the setting that is chosen; before one is, what is plotted."""
        known = sum(mark.known for mark in self.marks)
        if not known:
            return self._hint
        if 0 <= self._current < len(self.marks):
            return self.marks[self._current].explained
        across, up = self._names
        return say(
            "{up} by {across}; {known} of {count} settings have runs.",
            up=up, across=across, known=known, count=len(self.marks),
        )  # fmt: skip

    @property
    def _font(self) -> QFont:
        return theme.caption_font(self.font())

    def _entries(self) -> list[Entry]:
        """The legend, below the name of the axis that goes up; nothing where the plot is too low for it."""
        if self.height() < LEGEND_FROM:
            return []
        metrics = QFontMetricsF(self._font)
        room = QRectF(EDGE, EDGE + metrics.lineSpacing() + 2, self.width() - 2 * EDGE, 0)
        return self._plot.entries(room, metrics)

    def _area(self) -> QRectF:
        metrics = QFontMetricsF(self._font)
        left, below = self._plot.margins(metrics, self.width() - RIGHT)
        top = EDGE + metrics.lineSpacing() + height_of(self._entries()) + 12
        bottom = self.height() - EDGE - metrics.lineSpacing() - below
        return QRectF(left, top, max(10.0, self.width() - RIGHT - left), max(10.0, bottom - top))
