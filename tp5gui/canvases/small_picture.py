"""Images of a set as small pictures for lists: one, or some of them side by side."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap

from tp5gui import theme
from tp5gui.canvases.pixels import Image, to_qimage


def small_picture(image: Image, side: int) -> QPixmap:
    """An image (H, W) in the middle of a square, its cells whole pixels of the screen where there is room."""
    table, ratio = theme.tokens(), QGuiApplication.primaryScreen().devicePixelRatio()
    room = round(side * ratio)
    high, wide = image.shape
    cell = (room - 2) / max(high, wide)
    cell = float(int(cell)) if cell >= 1 else cell
    width, height = max(1, round(cell * wide)), max(1, round(cell * high))
    pixmap = QPixmap(room, room)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, cell < 1)
    place = QRect((room - width) // 2, (room - height) // 2, width, height)
    painter.drawImage(place, to_qimage(image, QColor(table.truth), QColor(table.paper)))
    painter.setPen(QColor(table.line))
    painter.drawRect(place.adjusted(-1, -1, 0, 0))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def strip(images: Image, side: int, gap: int) -> QPixmap:
    """Images (N, H, W) in squares of a side, from left to right, with a gap between them, in px."""
    ratio = QGuiApplication.primaryScreen().devicePixelRatio()
    long = len(images) * (side + gap) - gap
    pixmap = QPixmap(round(long * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    for place, image in enumerate(images):
        painter.drawPixmap(place * (side + gap), 0, small_picture(image, side))
    painter.end()
    return pixmap


def as_icon(*pictures: QPixmap) -> QIcon:
    """One picture in several sizes as an icon that looks the same where its row is chosen."""
    made = QIcon()
    for picture in pictures:
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected, QIcon.Mode.Active):
            made.addPixmap(picture, mode)
    return made
