"""The icons of `resources/icons`, drawn in the colour of the text around them."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from tp5gui import theme

SIZES = (12, 16)  # px, in the line at the foot and elsewhere, without a zoom; smaller type has the same
OF_WINDOWS = (16, 32, 64)  # px: in titles, in lists of windows, and where one goes from window to window


def icon(name: str, colour: str | None = None) -> QIcon:
    """The named icon in `colour` (`#rrggbb`), by default that of text; paler where it is disabled.

    It is drawn for the type as it is zoomed now: Qt makes no picture larger, and a smaller one is blurred.
    Whoever has one asks again when it `looks_otherwise`. A `QIconEngine`, which draws whatever is asked for,
    would spare that, but Qt crashes where it copies one that is written in Python (PySide6 6.11.3).
    """
    table, sizes = theme.tokens(), tuple(max(size, theme.size(size)) for size in SIZES)
    return _drawn(name, colour or table.text, table.quiet, sizes)


def window_icon() -> QIcon:
    """The icon of the window itself."""
    table = theme.tokens()
    return _drawn("app", table.accent, table.quiet, OF_WINDOWS)


def looks_otherwise(event: QEvent) -> bool:
    """Whether icons are drawn otherwise after this event: in other colours, or larger."""
    return event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange)


def _drawn(name: str, ink: str, pale: str, sizes: tuple[int, ...]) -> QIcon:
    return _kept(name, ink, pale, sizes, QGuiApplication.primaryScreen().devicePixelRatio())


@lru_cache(maxsize=128)  # the same few stand in many places: a panel closes with the icon of any other
def _kept(name: str, ink: str, pale: str, sizes: tuple[int, ...], ratio: float) -> QIcon:
    drawn = QIcon()
    svg = (theme.ICONS / f"{name}.svg").read_text(encoding="utf-8")
    for mode, colour in ((QIcon.Mode.Normal, ink), (QIcon.Mode.Disabled, pale)):
        shape = QSvgRenderer(QByteArray(svg.replace("#000", colour).encode()))
        for size in sizes:
            drawn.addPixmap(_pixmap(shape, size, ratio), mode)
    return drawn


def _pixmap(shape: QSvgRenderer, size: int, ratio: float) -> QPixmap:
    pixmap = QPixmap(QSize(size, size) * ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    shape.render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
