"""Gestures that all canvases read in the same way: arrow keys, + and -, a way through a grid, tool tips."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from tp5gui.tips import tell

STEPS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
ZOOMS: dict[int, int] = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}
"""On many keyboards = and + share a key."""

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
CHOOSE = (*ENTER, Qt.Key.Key_Space)
BY_KEY = (
    Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason,
)  # fmt: skip


def step_of(event: QKeyEvent) -> tuple[int, int] | None:
    """The step (right, down) of an arrow key, None for any other key."""
    return STEPS.get(event.key())


def zoom_of(event: QKeyEvent) -> int:
    """How many steps nearer a key zooms, negative for farther; 0 for a key that does not zoom."""
    return ZOOMS.get(event.key(), 0)


def opens_menu(event: QKeyEvent) -> bool:
    """Whether a key opens the menu of what has the focus; many keyboards have no key of that name."""
    shifted = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
    return event.key() == Qt.Key.Key_Menu or (event.key() == Qt.Key.Key_F10 and shifted)


def walk(index: int, step: tuple[int, int], columns: int, count: int) -> int:
    """The index that a step leads to in a grid of `count` things, `columns` side by side.

    The first step, from an index of -1, leads to the first thing. A step down to a shorter last row leads to
    its end; a step out of the grid leads nowhere.
    """
    if index < 0:
        return 0 if count else -1
    right, down = step
    target = index + right + down * columns
    if target >= count and index // columns < (count - 1) // columns:
        target = count - 1
    return target if 0 <= target < count else index


def by_keyboard(event: QFocusEvent) -> bool:
    """Whether the focus came by Tab, or by a key that leads to another panel."""
    return event.reason() in BY_KEY


def show_tip(event: QEvent, widget: QWidget, words_at: Callable[[QPoint], tuple[str, QRect]]) -> bool:
    """Answer a request for a tool tip, if the event is one and there is something to say.

    Parameters
    ----------
    event : any event of the widget.
    widget : the widget that says it.
    words_at : what to say of a point of the widget, and the rectangle for which it holds; "" for nothing.
        It is shown as plain text.

    Returns
    -------
    Whether a tool tip is shown.
    """
    if event.type() != QEvent.Type.ToolTip or not isinstance(event, QHelpEvent):
        return False
    words, place = words_at(event.pos())
    if words:
        tell(words, widget, event.pos(), place)
    return bool(words)
