"""Going from panel to panel as a person does."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabBar


def show_tab(qtbot, window, title):
    """Raise a panel by a click on its tab."""
    bar, index = next(
        (bar, index)
        for bar in window.findChildren(QTabBar)
        for index in range(bar.count())
        if bar.tabText(index) == title
    )
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(index).center())
