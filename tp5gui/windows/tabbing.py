"""Tab in a window: from control to control as they stand, whatever order they were made in."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

T = TypeVar("T")
W = TypeVar("W", bound=QWidget)
Placed = tuple[QRect, W]


def controls_in(place: QWidget) -> list[QWidget]:
    """What Tab stops at in a part of a window, in the order in which it was made."""
    return [each for each in place.findChildren(QWidget) if _is_reached(each, place.window())]


def _is_reached(widget: QWidget, window: QWidget) -> bool:
    hears = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
    return hears and widget.window() is window and widget.isVisible() and widget.isEnabled()


def tab_in(window: QWidget, *, forward: bool) -> bool:
    """Go on to the next control of a whole window, or to the one before, as they stand."""
    return go_on(in_order(window, controls_in(window)), forward=forward)


def go_on(controls: Sequence[QWidget], *, forward: bool) -> bool:
    """Give the focus to the control after the one that has it, or to the one before; whether there is any."""
    focus = QApplication.focusWidget()
    steps = list(controls if forward else reversed(controls))
    target = next(iter(after(focus if focus in steps else None, steps)), None)
    if target is not None:
        give_focus(target, Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
    return target is not None


def give_focus(control: QWidget, reason: Qt.FocusReason) -> None:
    """Give a control the focus, and scroll it into sight."""
    control.setFocus(reason)
    around = control.parentWidget()
    while around is not None and not around.isWindow():
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(control)
        around = around.parentWidget()


def after(one: T | None, them: Sequence[T]) -> list[T]:
    """Those that follow one of them, and after the last one the first; all where there is none."""
    if one is None:
        return list(them)
    here = them.index(one)
    return [*them[here + 1 :], *them[:here]]


def in_order(window: QWidget, widgets: Sequence[W]) -> list[W]:
    """Widgets as a page is read: row by row, a row from left to right; columns side by side one by one.

    The page is cut from edge to edge wherever nothing is in the way, across first, then down, and the parts
    again (Nagy and Seth 1984).
    """
    placed = [(QRect(each.mapTo(window, QPoint()), each.size()), each) for each in widgets]
    return [each for _, each in _cut(placed)]


def _cut(placed: list[Placed[W]]) -> list[Placed[W]]:
    for edges in (_down, _across):
        parts = _parted(placed, edges)
        if len(parts) > 1:
            return [one for part in parts for one in _cut(part)]
    return sorted(placed, key=lambda one: _down(one[0]))


def _parted(placed: list[Placed[W]], edges: Callable[[QRect], tuple[int, int]]) -> list[list[Placed[W]]]:
    """The parts between which a straight line can be drawn."""
    parts: list[list[Placed[W]]] = []
    reached = 0
    for one in sorted(placed, key=lambda one: edges(one[0])):
        first, last = edges(one[0])
        if not parts or first > reached:
            parts.append([])
        parts[-1].append(one)
        reached = last if len(parts[-1]) == 1 else max(reached, last)
    return parts


def _down(rect: QRect) -> tuple[int, int]:
    return rect.top(), rect.bottom()


def _across(rect: QRect) -> tuple[int, int]:
    return rect.left(), rect.right()
