"""The network while it reads an image: units as pictures, the code as bars to drag, links between them."""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.base.words import say
from core.measure.inside import Inside
from tp5gui import theme
from tp5gui.canvases.canvas import Canvas
from tp5gui.canvases.empty import paint_empty
from tp5gui.canvases.gestures import ENTER, by_keyboard, show_tip, step_of
from tp5gui.canvases.glide import Glide
from tp5gui.canvases.network_layout import Row, lay_out
from tp5gui.canvases.network_moving import alike, from_values, values_of
from tp5gui.canvases.network_paint import NetworkPaint, paint_pin, paint_ring
from tp5gui.canvases.network_words import told_at, told_number, told_whole

AROUND = (-2, -2, 2, 2)  # px around a unit that are still its own: a chip is small
PULL = 1 / 40  # of a number's range: what an arrow key pulls by


class NetworkView(Canvas):
    """Shows an `Inside`, and lets a person pull the numbers of its code.

    The keyboard does what the mouse does: the arrows up and down choose a number, left and right pull it;
    with Ctrl they go from unit to unit, and Enter pins the one that they have reached. Esc lets go, and ends
    what is pinned.

    Signals
    -------
    hovered(object) : the (column, unit) under the pointer, None for none; columns as in `Inside.links`.
    pinned(object) : the (column, unit) that was clicked; None ends it.
    pulled(int, float) : a number of the code is pulled to this value.
    let_go() : it is pulled no longer.
    """

    hovered = Signal(object)
    pinned = Signal(object)
    pulled = Signal(int, float)
    let_go = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inside: Inside | None = None
        self._glide = Glide(self)
        self._shape = (1, 1)
        self._row: Row | None = None
        self._paint = NetworkPaint()
        self._over: tuple[int, int] | None = None
        self._pinned: tuple[int, int] | None = None
        self._held: int | None = None  # the place of the bar that the mouse holds
        self._chosen = 0  # the place of the bar that the keyboard pulls
        self._asked: dict[int, float] = {}  # where numbers are pulled to, whether or not that is shown yet
        self._ringed = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(320, 240)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.size(160), theme.size(120))

    def set_inside(self, inside: Inside | None, shape: tuple[int, int], *, glides: float = 0.0) -> None:
        """Show what happens inside a network whose images are of this shape (H, W); None for nothing.

        What is painted glides for so many seconds at most while the same units are shown; figures do not.
        """
        before = self._inside
        self._inside = inside
        if before is None or inside is None or shape != self._shape or _form(before) != _form(inside):
            self._shape, self._row = shape, None
            self._chosen, self._held, self._over = 0, None, None
            self._asked.clear()
            self._note_held()
        if inside is not None:
            goes_on = before is not None and alike(before, inside) and self._held is None
            self._glide.send("inside", values_of(inside), glides if goes_on else 0.0)
        self._tell()
        self.update()

    def set_pinned(self, unit: tuple[int, int] | None) -> None:
        """Mark the (column, unit) that is pinned; None marks none."""
        if unit != self._pinned:
            self._pinned = unit
            self._note_held()
            self.update()

    @property
    def marked(self) -> tuple[int, int] | None:
        """The (column, unit) that is marked as pinned, None for none."""
        return self._pinned

    @property
    def inside(self) -> Inside | None:
        """What is shown."""
        return self._inside

    @property
    def row(self) -> Row | None:
        """Where everything stands; None where nothing is shown."""
        if self._row is None and self._inside is not None:
            before, after = (
                [
                    (len(layer.shown), len(layer.activities))
                    for layer in self._inside.layers
                    if layer.decodes is decodes
                ]
                for decodes in (False, True)
            )
            area = QRectF(self.rect()).adjusted(0, 0, 0, -theme.SPACE // 2)
            code = len(self._inside.code.shown), len(self._inside.code.values)
            self._row = lay_out(area, before, code, after, self._shape)
        return self._row

    def unit_at(self, place: QPointF) -> tuple[int, int] | None:
        """The (column, unit) at a point of the widget, None for none."""
        row, inside = self.row, self._inside
        if row is None or inside is None:
            return None
        code = len(row.before)
        for number, column in enumerate(row.columns):
            shown = inside.layers[number].shown[: len(column.pictures)].tolist()
            for picture, unit in zip(column.pictures, shown, strict=True):
                if picture.adjusted(*AROUND).contains(place):
                    return number + (number >= code), unit
        bar = self._bar_at(place)
        return None if bar is None else (code, int(inside.code.shown[bar]))

    def picture_of(self, column: int, unit: int) -> QRectF:
        """Where a unit stands; null where it is not shown."""
        row, inside = self.row, self._inside
        if row is None or inside is None:
            return QRectF()
        code = len(row.before)
        if column == code:
            places, shown = row.bars, inside.code.shown
        else:
            number = column - (column > code)
            if number >= len(row.columns):
                return QRectF()
            places, shown = row.columns[number].pictures, inside.layers[number].shown
        units = shown[: len(places)].tolist()
        found = [place for place, each in zip(places, units, strict=True) if each == unit]
        return found[0] if found else QRectF()

    def track(self, place: int) -> QRectF:
        """The track along which the knob of a shown number of the code moves."""
        row = self.row
        assert row is not None
        return self._paint.track(row.bars[place])

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        return show_tip(event, self, self._words_at) or super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._row = None

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self._row = None
        super().changeEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self._pull_to(event.position().x())
            return
        self._hover(self.unit_at(event.position()))
        bar = self._bar_at(event.position())
        self.setCursor(Qt.CursorShape.ArrowCursor if bar is None else Qt.CursorShape.SizeHorCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        bar = self._bar_at(event.position())
        if bar is not None:
            self._held = self._chosen = bar
            self._hover(None)
            self._pull_to(event.position().x())
            return
        self.pinned.emit(self.unit_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._held is not None:
            self._let_go()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        inside, step = self._inside, step_of(event)
        if event.key() == Qt.Key.Key_Escape and self.held:
            self._let_go()
            self._hover(None)
            self.pinned.emit(None)
        elif event.key() in ENTER and self._over is not None:
            self.pinned.emit(self._over)
        elif inside is None or step is None:
            super().keyPressEvent(event)
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._go(inside, *step)
        elif step[1]:
            self._chosen = max(0, min(self._chosen + step[1], len(inside.code.shown) - 1))
            self._ringed = True
            self._tell()
            self.update()
        else:
            unit = int(inside.code.shown[self._chosen])
            self._ringed = True
            reach = float(inside.code.high[unit] - inside.code.low[unit]) or 1.0
            value = self._asked.get(unit, float(inside.code.values[unit]))
            self._pull(unit, value + step[0] * PULL * reach)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ringed = by_keyboard(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ringed = False
        if self._asked:
            self._let_go()
        self._hover(None)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, row = QPainter(self), self.row
        if self._inside is None or row is None:
            paint_empty(painter, self.rect(), "")
            return
        ringed = self._chosen if self._ringed and self.hasFocus() else None
        told, values = self._inside, self._glide.now("inside")
        moving = told if values is self._glide.end("inside") else from_values(values, told)
        self._paint.paint(painter, row, self.devicePixelRatioF(), moving, told.code, self.font(), ringed)
        if self._ringed and self._over is not None and self.hasFocus():
            paint_ring(painter, self.picture_of(*self._over))
        if self._pinned is not None:
            paint_pin(painter, self.picture_of(*self._pinned))

    def _bar_at(self, place: QPointF) -> int | None:
        row = self.row
        bars = row.bars if row is not None else ()
        return next((number for number, bar in enumerate(bars) if bar.contains(place)), None)

    def _go(self, inside: Inside, across: int, down: int) -> None:
        """Point at the next unit that way; at the most active one of the first column where none is yet."""
        assert self.row is not None
        columns = [
            layer.shown[: len(column.pictures)].tolist()
            for layer, column in zip(inside.layers, self.row.columns, strict=True)
        ]
        columns.insert(len(self.row.before), inside.code.shown.tolist())
        column, place = 0, 0
        if self._over is not None and self._over[1] in columns[self._over[0]]:
            column, place = self._over[0], columns[self._over[0]].index(self._over[1])
            column, place = column + across, place + down
        column = max(0, min(column, len(columns) - 1))
        self._ringed = True
        if columns[column]:
            self._hover((column, columns[column][max(0, min(place, len(columns[column]) - 1))]))
        self.update()

    def _hover(self, unit: tuple[int, int] | None) -> None:
        if unit != self._over:
            self._over = unit
            self._note_held()
            self.hovered.emit(unit)

    def _pull_to(self, x: float) -> None:
        assert self._inside is not None
        assert self._held is not None
        code, track = self._inside.code, self.track(self._held)
        unit = int(code.shown[self._held])
        share = max(0.0, min(1.0, (x - track.left()) / max(1.0, track.width())))
        low, high = self._paint.reach(code, unit)
        self._pull(unit, low + share * (high - low))

    def _pull(self, unit: int, value: float) -> None:
        assert self._inside is not None
        low, high = self._paint.reach(self._inside.code, unit)
        self._asked[unit] = max(low, min(high, value))
        self._note_held()
        self._tell()
        self.pulled.emit(unit, self._asked[unit])

    def _let_go(self) -> None:
        self._held = None
        self._asked.clear()
        self._note_held()
        self.let_go.emit()

    def _note_held(self) -> None:
        """Escape is taken only while there is something to let go."""
        holds = bool(self._asked) or self._over is not None or self._pinned is not None
        self.hold(say("Esc lets go of what is chosen in the network.") if holds else "")

    def _tell(self) -> None:
        if self._over is None and self._pinned is None:  # else whoever has its card tells of the unit
            chosen = self._chosen if self._ringed else -1
            self.telling.show(self._told, chosen, tuple(self._asked.items()))

    def _told(self) -> str:
        """The number that is chosen or pulled; before one is, what the network is made of."""
        inside = self._inside
        if inside is None:
            return ""
        if not (self._ringed or self._asked):
            return told_whole(inside)
        return told_number(inside, int(inside.code.shown[self._chosen]), self._asked)

    def _words_at(self, place: QPoint) -> tuple[str, QRect]:
        unit, row = self.unit_at(QPointF(place)), self.row
        if row is None or self._inside is None or (unit is not None and unit[0] != len(row.before)):
            return "", QRect()
        if unit is None:
            return told_at(row, self._inside, QPointF(place)), QRect()
        words = [say("Number {number} of the code. Drag it, and the answer follows.", number=unit[1] + 1)]
        if self._inside.code.spread is not None:
            words.append(say("Its mean, and its standard deviation as the bar around it."))
        return "\n".join(words), self.picture_of(*unit).toRect()


def _form(inside: Inside) -> tuple[object, ...]:
    """What the layout depends on."""
    layers = [(layer.decodes, len(layer.shown), len(layer.activities)) for layer in inside.layers]
    return (*layers, len(inside.code.shown))
