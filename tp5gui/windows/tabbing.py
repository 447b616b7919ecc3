"""Tab in a window: from control to control as they stand, whatever order they were made in."""

from collections.abc import Callable, Iterable, Sequence
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
    if not widget.isVisible() or not widget.isEnabled() or widget.window() is not window:
        return False
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None


def tab_in(window: QWidget, *, forward: bool) -> bool:
    """Go on to the next control of a whole window, or to the one before, as they stand."""
    controls = in_order(window, controls_in(window))[:: 1 if forward else -1]
    return go_to(after(QApplication.focusWidget(), controls), forward=forward)


def go_to(controls: Iterable[QWidget], *, forward: bool) -> bool:
    """Give the focus to the first of some controls, as Tab or Shift+Tab does; whether there is any."""
    for control in controls:
        give_focus(control, Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
        return True
    return False


def give_focus(control: QWidget, reason: Qt.FocusReason) -> None:
    """Give a control the focus, and scroll it into sight."""
    control.setFocus(reason)
    around = control.parentWidget()
    while around is not None and not around.isWindow():
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(control)
        around = around.parentWidget()


def after(one: T | None, them: Sequence[T], *, around: bool = True) -> list[T]:
    """Those that follow one of them, and if `around` those before it; all where it is none of them."""
    if one not in them:
        return list(them)
    here = them.index(one)
    return [*them[here + 1 :], *(them[:here] if around else ())]


def in_order(window: QWidget, widgets: Sequence[W]) -> list[W]:
    """Widgets as a page is read: row by row, a row from left to right; columns side by side one by one.

    The page is cut from edge to edge wherever nothing is in the way, across first, then down, and the parts
    again (Nagy and Seth 1984). What scrolls is a page of its own, so that its place does not matter.
    """
    inside: dict[QWidget, list[W]] = {}
    for each in widgets:
        inside.setdefault(_page_of(each, window), []).append(each)
    placed = [(QRect(part.mapTo(window, QPoint()), part.size()), part) for part in inside]
    ordered: list[W] = []
    for _, part in _cut(placed):
        page = part.widget() if isinstance(part, QScrollArea) else None
        ordered += inside[part] if page is None or part in inside[part] else in_order(page, inside[part])
    return ordered


def _page_of(widget: QWidget, window: QWidget) -> QWidget:
    """The outermost thing around it that scrolls in a window, or else the widget itself."""
    page, around = widget, widget.parentWidget()
    while around is not None and around is not window:
        if isinstance(around, QScrollArea):
            page = around
        around = around.parentWidget()
    return page


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
