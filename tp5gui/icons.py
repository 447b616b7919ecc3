"""The icons of `resources/icons`, drawn in the colour of the text around them."""

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from tp5gui import theme

SIZE = 16  # px


def icon(name: str, colour: str | None = None) -> QIcon:
    """The named icon in `colour` (`#rrggbb`), by default that of text; paler where it is disabled."""
    table = theme.tokens()
    drawn = QIcon()
    drawn.addPixmap(_pixmap(name, colour or table.text), QIcon.Mode.Normal)
    drawn.addPixmap(_pixmap(name, table.quiet), QIcon.Mode.Disabled)
    return drawn


def _pixmap(name: str, colour: str) -> QPixmap:
    svg = (theme.ICONS / f"{name}.svg").read_text(encoding="utf-8").replace("#000", colour)
    ratio = QGuiApplication.primaryScreen().devicePixelRatio()
    pixmap = QPixmap(QSize(SIZE, SIZE) * ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
