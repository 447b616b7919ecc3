"""The moments of a run as a line to travel along: back to any epoch that was trained, and again to now."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QLineF, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.base.words import say
from tp5gui import theme
from tp5gui.canvases.canvas import Canvas
from tp5gui.canvases.gestures import show_tip, step_of
from tp5gui.canvases.pixels import is_raster, on_screen
from tp5gui.canvases.time_axis import TimeAxis, ticks_of
from tp5gui.canvases.time_paint import (
    GAP,
    HIGH,
    Row,
    paint_best,
    paint_change,
    paint_end,
    paint_handle,
    paint_progress,
    paint_rail,
    paint_ticks,
    tick_lines,
    words_box,
)
from tp5gui.words import count, folded

FASTER = 10  # moments with Shift, in place of one
TENTH = 10  # how many steps by Page Up and Page Down a whole run has
NOTCH = 120  # of a wheel, as Qt counts
KEYPAD = Qt.KeyboardModifier.KeypadModifier  # Home and End, on the keypad

Moments = NDArray[np.int64]


class TimeLine(Canvas):
    """A rail from the start of a run to now and on to what is planned, with a handle where the window is.

    It shares the epochs of the curves above it. A press or a drag: travel there; to the right end or beyond,
    a double click, End or N: return to now. Wheel and arrow keys: from moment to moment, with Shift ten at
    once. Page Up and Page Down: a tenth of the run. Home: the start. Space: play or stop. B: branch.

    Signals
    -------
    travelled(int) : the person wants to see this epoch, which was trained before now.
    returned() : the person wants to see now.
    stepped(int) : the person wants to see the moment so many after the one that is shown, before if negative.
    play_toggled() : the film shall play, or stop.
    branch_asked() : a run shall begin at what is shown.
    """

    travelled = Signal(int)
    returned = Signal()
    stepped = Signal(int)
    play_toggled = Signal()
    branch_asked = Signal()
    reads_as = QAccessible.Role.Slider

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._moments: Moments = np.zeros(0, dtype=np.int64)
        self._now = self._planned = 0
        self._marks: dict[int, str] = {}
        self._bests: dict[int, str] = {}
        self._span = (0.0, 1.0, False)
        self._sides: tuple[float, float] | None = None  # None: those of the widget
        self._shown: int | None = None
        self._exact = True
        self._progress: float | None = None
        self._dragging = False
        self._asked: tuple[int | None] | None = None  # what the hand asked for last in this drag
        self._turned = 0  # of the wheel, less than a notch
        self._ticks: tuple[object, object, list[QLineF]] = (None, None, [])  # of what, how, and where
        self._still: tuple[object, QPixmap] = (None, QPixmap())  # what for, and all but the handle
        self.setAccessibleName(say("Time line"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._tell()

    def sizeHint(self) -> QSize:
        return QSize(theme.size(400), theme.size(HIGH))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.size(160), theme.size(HIGH))

    # --- what is shown ---

    def set_times(self, moments: Moments, now: int, planned: int) -> None:
        """Show moments (K,), rising, the epoch that the run is at now and the one that it is to end at."""
        self._moments, self._now, self._planned = moments, now, planned
        self._still = (None, QPixmap())
        self._tell()
        self.update()

    def set_marks(self, marks: Mapping[int, str]) -> None:
        """Show live changes: a diamond at each epoch, and its words where it is pointed at."""
        self._marks = dict(marks)
        self.update()

    def set_best(self, bests: Mapping[int, str]) -> None:
        """Show epochs at which a metric was best, as triangles; the words say which."""
        self._bests = dict(bests)
        self.update()

    def set_span(self, low: float, high: float, *, log: bool) -> None:
        """Say which epochs lie at the left and the right end of the line, and whether by their logarithm.

        Both are epochs, not powers, on a logarithmic axis too.
        """
        if self._span != (low, high, log):
            self._span = (low, high, log)
            self.update()

    def set_sides(self, left: float, right: float) -> None:
        """Say where in the widget the line begins and ends, in px from its left edge."""
        if self._sides != (left, right):
            self._sides = (left, right)
            self.update()

    def set_shown(self, epoch: int | None, exact: bool) -> None:
        """Put the handle at the epoch that is shown, None for now.

        Where it is not `exact`, another moment stands in for it meanwhile, and the handle is hollow.
        """
        self._shown, self._exact = epoch, exact
        self._tell()
        self.update()

    def set_progress(self, share: float | None) -> None:
        """Say how much of what is shown is recomputed, from 0 to 1; None while nothing is."""
        if share != self._progress:
            self._progress = share
            self.update()

    @property
    def moments(self) -> Moments:
        """The moments (K,) that are kept."""
        return self._moments

    @property
    def now(self) -> int:
        """The epoch that the run is at."""
        return self._now

    @property
    def planned(self) -> int:
        """The epoch that it is to end at."""
        return self._planned

    @property
    def marks(self) -> dict[int, str]:
        """The words of live changes, by their epochs."""
        return dict(self._marks)

    @property
    def bests(self) -> dict[int, str]:
        """What was best, by the epochs at which it was."""
        return dict(self._bests)

    @property
    def shown(self) -> int | None:
        """The epoch of the handle, None for now."""
        return self._shown

    @property
    def exact(self) -> bool:
        """Whether what is shown is exactly of that epoch."""
        return self._exact

    @property
    def progress(self) -> float | None:
        """How much of it is recomputed, None while nothing is."""
        return self._progress

    @property
    def is_empty(self) -> bool:
        """Whether nothing was trained that one could go back to."""
        return not len(self._moments) or self._now <= self._moments[0]

    @property
    def axis(self) -> TimeAxis:
        """Where epochs lie."""
        reach = Row.now().reach
        left, right = self._sides or (reach, self.width() - reach)
        low, high, log = self._span
        return TimeAxis(left, max(right, left + 1), low, high, log)

    @property
    def words(self) -> str:
        """What stands beside the handle."""
        if self._shown is None:
            return say("now")
        if not self._exact:
            return say("about epoch {epoch}", epoch=count(self._shown))
        return say("epoch {epoch}", epoch=count(self._shown))

    @property
    def handle(self) -> tuple[float, int]:
        """Where the handle is, in px from the left; and -1 or 1 where its epoch lies beyond that, else 0."""
        axis, reach = self.axis, Row.now().reach
        x = axis.x_of(self._now if self._shown is None else self._shown)
        beyond = 0 if axis.is_in_sight(x) else -1 if x < axis.left else 1
        inside = min(max(x, axis.left), axis.right)
        return min(max(inside, reach), max(reach, self.width() - reach)), beyond

    @property
    def ticks(self) -> list[float]:
        """Where the ticks of moments are painted, in px from the left."""
        return [line.x1() for line in self._tick_lines(Row.now())]

    def epoch_at(self, x: float) -> int | None:
        """The epoch that a hand at a place means: what has a name near it, or the one there; None for now."""
        axis = self.axis
        named = axis.near(x, (*self._marks, *self._bests, self._now))
        if x > min(axis.x_of(self._now), axis.right) or named == self._now:
            return None
        epoch = round(axis.epoch_at(x)) if named is None else named
        return None if epoch >= self._now else max(epoch, int(self._moments[0]))

    def is_kept(self, epoch: int) -> bool:
        """Whether a moment is of that epoch exactly."""
        at = int(np.searchsorted(self._moments, epoch))
        return at < len(self._moments) and int(self._moments[at]) == epoch

    def words_at(self, place: QPoint) -> tuple[str, QRect]:
        """What there is to say of a place of the widget, and for which part of the widget it holds."""
        if self.is_empty:
            return "", QRect()
        epoch = self.epoch_at(place.x())
        at = self._now if epoch is None else epoch
        if epoch is None:
            sentences = [say("Now: epoch {epoch} of {total}.", epoch=count(at), total=count(self._planned))]
        elif self.is_kept(epoch):
            sentences = [say("Epoch {epoch}, kept: it is shown at once.", epoch=count(at))]
        else:
            sentences = [say("Epoch {epoch}, not kept: it is recomputed exactly.", epoch=count(at))]
        if at in self._marks:
            sentences.append(say("Changed here: {words}", words=self._marks[at]))
        if at in self._bests:
            sentences.append(say("Best here: {words}", words=self._bests[at]))
        return folded(*sentences), QRect(place.x(), 0, 1, self.height())

    def _told(self) -> str:
        """Which epoch is shown, and between which ones a person can choose."""
        if self.is_empty:
            return _empty_words()
        told = say(
            "{shown}; from epoch {first} to {now} of {total}.",
            shown=self.words, first=count(int(self._moments[0])), now=count(self._now),
            total=count(self._planned),
        )  # fmt: skip
        at = self._now if self._shown is None else self._shown
        beside = [words for named in (self._marks, self._bests) if (words := named.get(at))]
        return " ".join((told[:1].upper() + told[1:], *beside))

    def _tell(self) -> None:
        # that training goes on is no news here: the curves tell it
        self.telling.show(self._told, self._shown, self._exact, self.is_empty)

    # --- gestures ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self.is_empty:
            super().mousePressEvent(event)
            return
        self._dragging, self._asked = True, None
        self._drag_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self._drag_to(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self.is_empty:
            self._dragging = False
            self.returned.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.is_empty:
            event.ignore()
            return
        self._turned += event.angleDelta().y() or -event.angleDelta().x()
        steps = int(self._turned / NOTCH)
        self._turned -= steps * NOTCH
        if steps:
            fast = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.stepped.emit(steps * (FASTER if fast else 1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, step = event.key(), step_of(event)
        fast = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if self.is_empty or event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | KEYPAD):
            super().keyPressEvent(event)
        elif step is not None:
            self.stepped.emit((step[0] - step[1]) * (FASTER if fast else 1))
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._leap(-1 if key == Qt.Key.Key_PageUp else 1)
        elif key == Qt.Key.Key_Home:
            self.travelled.emit(int(self._moments[0]))
        elif key in (Qt.Key.Key_End, Qt.Key.Key_N):
            self.returned.emit()
        elif key == Qt.Key.Key_Space:
            self.play_toggled.emit()
        elif key == Qt.Key.Key_B:
            self.branch_asked.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        return show_tip(event, self, self.words_at) or super().event(event)

    def _drag_to(self, x: float) -> None:
        """Ask for what lies at a place, unless this drag has just asked for it."""
        epoch = self.epoch_at(x)
        if self._asked == (epoch,):
            return
        self._asked = (epoch,)
        self._ask(epoch)

    def _leap(self, tenths: int) -> None:
        """Ask for what lies so many tenths of the run from what is shown."""
        first, here = int(self._moments[0]), self._now if self._shown is None else self._shown
        epoch = here + tenths * max(1, (self._now - first) // TENTH)
        self._ask(None if epoch >= self._now else max(epoch, first))

    def _ask(self, epoch: int | None) -> None:
        if epoch is None:
            self.returned.emit()
        else:
            self.travelled.emit(epoch)

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, table, row = QPainter(self), theme.tokens(), Row.now()
        font = theme.figure_font(theme.caption_font(self.font()))
        painter.setFont(font)
        if self.is_empty:
            painter.setPen(QColor(table.text_soft))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.setFont(self._font_for(_empty_words(), flags, font))
            painter.drawText(self.rect(), flags, _empty_words())
            return
        axis = self.axis
        if is_raster(painter):
            self._keep_still(axis, row, table)
            painter.drawPixmap(0, 0, self._still[1])
        else:
            self._paint_still(painter, axis, row, table)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, beyond = self.handle
        paint_handle(painter, row, x, exact=self._exact, beyond=beyond, table=table)
        if self._progress is not None:
            paint_progress(painter, row, x, self._progress, table)
        box = words_box(font, row, x, self.words, self.width())
        painter.setPen(QColor(table.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.words)
        now = axis.x_of(self._now)
        if self._shown is not None and axis.is_in_sight(now):
            self._write_now(painter, row, now, box, table)

    def _font_for(self, words: str, flags: int, font: QFont) -> QFont:
        """The font, or one as much smaller as words need that are to be read whole in the widget."""
        for size in range(font.pixelSize(), theme.size(theme.CAPTION) // 2, -1):
            font.setPixelSize(size)
            if QFontMetrics(font).boundingRect(self.rect(), flags, words).height() <= self.height():
                break
        return font

    def _keep_still(self, axis: TimeAxis, row: Row, table: theme.Tokens) -> None:
        """Keep a picture of all but the handle, for as long as nothing else changes."""
        ratio = self.devicePixelRatioF()
        key = (axis, row, self.size(), ratio, self._marks, self._bests, table)
        if self._still[0] != key:
            picture = QPixmap(on_screen(self.size(), ratio))
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            self._still = key, picture
            over = QPainter(picture)
            self._paint_still(over, axis, row, table)
            over.end()

    def _paint_still(self, painter: QPainter, axis: TimeAxis, row: Row, table: theme.Tokens) -> None:
        """The rail, the ticks and the marks, and where now is."""
        ends = (axis.x_of(int(self._moments[0])), axis.x_of(self._now), axis.x_of(self._planned))
        first, now, planned = (min(max(x, axis.left), axis.right) for x in ends)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_rail(painter, row, (first, now), planned, table)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        paint_ticks(painter, self._tick_lines(row), table)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if axis.is_in_sight(ends[1]):
            paint_end(painter, row, now, table)
        for named, paint in ((self._marks, paint_change), (self._bests, paint_best)):
            for x in map(axis.x_of, named):
                if axis.is_in_sight(x):
                    paint(painter, row, x, table)

    def _write_now(self, painter: QPainter, row: Row, x: float, taken: QRectF, table: theme.Tokens) -> None:
        """Say where now is, if there is room beside the words of the handle."""
        box = words_box(painter.font(), row, x, say("now"), self.width())
        if not box.intersects(taken.adjusted(-GAP, 0, GAP, 0)):
            painter.setPen(QColor(table.text_soft))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, say("now"))

    def _tick_lines(self, row: Row) -> list[QLineF]:
        """The ticks as they are painted, thought out anew only where something has changed."""
        axis, ratio = self.axis, self.devicePixelRatioF()
        key = (axis, row, ratio)
        if self._ticks[0] is not self._moments or self._ticks[1] != key:
            across = ticks_of(axis, self._moments).tolist()
            self._ticks = self._moments, key, tick_lines(row, across, ratio)
        return self._ticks[2]


def _empty_words() -> str:
    return say("Train a little, then drag here to go back.")
