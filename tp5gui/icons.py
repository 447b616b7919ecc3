"""The icons of `resources/icons`, drawn in the colour of the text around them."""

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from tp5gui import theme
from tp5gui.zooms import ZOOMS

SIZES = (12, 16)  # px, in the line at the foot and elsewhere, without a zoom; smaller type has the same


def sizes() -> list[int]:
    """How large an icon is at any zoom of the type, in px."""
    return sorted({max(size, theme.size_at(size, percent)) for size in SIZES for percent in ZOOMS})


def icon(name: str, colour: str | None = None) -> QIcon:
    """The named icon in `colour` (`#rrggbb`), by default that of text; paler where it is disabled.

    It is drawn once for every zoom of the type: Qt makes no picture larger, and a smaller one is blurred.
    """
    table, drawn = theme.tokens(), QIcon()
    svg = (theme.ICONS / f"{name}.svg").read_text(encoding="utf-8")
    for mode, ink in ((QIcon.Mode.Normal, colour or table.text), (QIcon.Mode.Disabled, table.quiet)):
        shape = QSvgRenderer(QByteArray(svg.replace("#000", ink).encode()))
        for size in sizes():
            drawn.addPixmap(_pixmap(shape, size), mode)
    return drawn


def _pixmap(shape: QSvgRenderer, size: int) -> QPixmap:
    ratio = QGuiApplication.primaryScreen().devicePixelRatio()
    pixmap = QPixmap(QSize(size, size) * ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    shape.render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
