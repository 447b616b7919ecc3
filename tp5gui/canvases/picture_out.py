"""A canvas as a picture to take away: pixels at any scale, or lines and text as SVG or PDF."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPoint, QRect, QSize, QSizeF
from PySide6.QtGui import QColor, QImage, QImageWriter, QPageSize, QPainter, QPdfWriter, QRegion
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from core.base.files import whole
from tp5gui import theme
from tp5gui.canvases.canvas import Canvas, laid_on_paper
from tp5gui.canvases.pixels import FINE
from tp5gui.manner import SCALES

MOST_PIXELS = 100_000_000
"""Of a picture: 400 MB while it is painted, and the parts of it that a canvas keeps come on top."""

LONGEST = 32_767  # pixels of a side: Qt's painter of pixels leaves out what lies beyond (Qt 6.11)
DPI = 96  # pixels of the layout in an inch of paper
INCH = 0.0254  # m
POINTS = 72  # in an inch


def pixels_of(size: QSize, scale: float) -> QSize:
    """How many pixels a picture of a canvas of that size has."""
    return (QSizeF(size) * scale).toSize().expandedTo(QSize(1, 1))


def largest_scale(size: QSize) -> float:
    """The largest scale, in hundredths, that the picture of a canvas of that size can have."""
    wide, high = max(1, size.width()), max(1, size.height())
    bound = min(SCALES[1], LONGEST / max(wide, high), math.sqrt(MOST_PIXELS / (wide * high)))
    return math.floor(100 * bound) / 100


def image_of(canvas: Canvas, scale: float) -> QImage:
    """What a canvas shows, in the colours of paper, with so many pixels for each of the layout.

    Raises
    ------
    MemoryError : there is none for so many pixels.
    """
    image = QImage(pixels_of(canvas.size(), scale), QImage.Format.Format_RGB32)
    if image.isNull():
        raise MemoryError
    image.fill(QColor(theme.PAPER.paper))
    image.setDevicePixelRatio(scale)
    with laid_on_paper(canvas, scale):
        painter = QPainter(image)
        _paint(canvas, painter)
        painter.end()
    image.setDevicePixelRatio(1)
    for set_density in (image.setDotsPerMeterX, image.setDotsPerMeterY):
        set_density(round(scale * DPI / INCH))  # pasted, it is as large as on the screen
    return image


def svg_of(canvas: Canvas, title: str) -> bytes:
    """The same as SVG, as large as on the screen: text as text, and pixels that nothing smooths."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    device = QSvgGenerator()
    device.setOutputDevice(buffer)
    device.setResolution(DPI)
    device.setSize(canvas.size())
    device.setViewBox(QRect(QPoint(), canvas.size()))
    device.setTitle(title)
    with laid_on_paper(canvas, FINE):
        painter = QPainter(device)
        painter.fillRect(canvas.rect(), QColor(theme.PAPER.paper))
        _paint(canvas, painter)
        painter.end()
    return bytes(buffer.data().data())


def pdf_of(canvas: Canvas, title: str) -> bytes:
    """The same as a PDF of one page, as large as the picture."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    device = QPdfWriter(buffer)
    device.setResolution(DPI)
    device.setTitle(title)
    page = QSizeF(canvas.size()) * POINTS / DPI
    exactly = QPageSize.SizeMatchPolicy.ExactMatch
    device.setPageSize(QPageSize(page, QPageSize.Unit.Point, "", exactly))
    device.setPageMargins(QMarginsF())
    with laid_on_paper(canvas, FINE):
        painter = QPainter(device)
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        _paint(canvas, painter)
        painter.end()
    return bytes(buffer.data().data())


@dataclass(frozen=True, slots=True)
class Picture:
    """What a canvas showed when it was taken, in every form that it can be saved in.

    Attributes
    ----------
    image : in pixels.
    svg, pdf : whole files.
    """

    image: QImage
    svg: bytes
    pdf: bytes

    def write(self, path: str, stopped: Callable[[], bool] = lambda: False) -> None:
        """Write it as the suffix of a path says, `.svg` or `.pdf`, or else as PNG.

        In any thread. Where `stopped` answers True once it is made, nothing is written.

        Raises
        ------
        OSError : the place cannot be written.
        """
        content = {".svg": self.svg, ".pdf": self.pdf}.get(Path(path).suffix.lower())
        if content is None:
            content = _png(self.image)
        if not stopped():
            with whole(path) as file:
                file.write(content)


def picture_of(canvas: Canvas, title: str, scale: float) -> Picture:
    """Take what a canvas shows now; a training goes on while a person thinks about the name of the file.

    Parameters
    ----------
    scale : pixels for each of the layout where it is saved in pixels.

    Raises
    ------
    MemoryError : there is none for so many pixels.
    """
    return Picture(image_of(canvas, scale), svg_of(canvas, title), pdf_of(canvas, title))


def _paint(canvas: Canvas, painter: QPainter) -> None:
    canvas.render(painter, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"png").write(image)
    return bytes(buffer.data().data())
