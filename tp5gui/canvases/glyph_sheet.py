"""A page of samples as one picture, so that painting it is one draw call whatever their number."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from core.measure.rules import TOLERANCE
from tp5gui import theme
from tp5gui.canvases.glyph_layout import Layout
from tp5gui.canvases.pixels import Image, colour_ramp, from_words, levels, mark_pattern, wrong_pixels

MARK = 2  # px: thickness of the line below a sample that is not recognised


class Figures:
    """Whole numbers as lit pixels; every number is drawn once for a font."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str, float], NDArray[np.bool_]] = {}

    def pixels(self, number: int, base: QFont, ratio: float) -> NDArray[np.bool_]:
        """The lit pixels (height, width) of a number in the caption of a font, without a margin."""
        font = theme.figure_font(theme.caption_font(base))
        font.setStyleStrategy(QFont.StyleStrategy.NoAntialias)
        key = (number, font.key(), ratio)
        if key not in self._known:
            self._known[key] = _drawn(str(number), font, ratio)
        return self._known[key]


def _drawn(text: str, font: QFont, ratio: float) -> NDArray[np.bool_]:
    image = QImage(round(80 * ratio), round(40 * ratio), QImage.Format.Format_Grayscale8)
    image.setDevicePixelRatio(ratio)
    image.fill(0)
    painter = QPainter(image)
    painter.setFont(font)
    painter.setPen(Qt.GlobalColor.white)
    painter.drawText(2, 30, text)
    painter.end()
    lit = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), -1) > 127
    down, across = np.flatnonzero(lit.any(1)), np.flatnonzero(lit.any(0))
    return np.asarray(lit[down[0] : down[-1] + 1, across[0] : across[-1] + 1])


def paint_sheet(
    glyphs: Sequence[tuple[str, Image]],
    wrong: tuple[Image, NDArray[np.int64]] | None,
    layout: Layout,
    table: theme.Tokens,
    font: QFont,
    ratio: float,
    figures: Figures,
) -> QImage:
    """A page of samples as a picture (rows x pitch, columns x pitch), transparent between them.

    Parameters
    ----------
    glyphs : role and images (N, H, W) of every glyph, left to right: the truth first, the output last.
    wrong : the outputs (N, H, W) that are judged, to which those shown may be on their way, and their wrong
        pixels (N,); None where they are neither marked nor counted.
    layout : where the samples lie.
    table, font : how it looks.
    ratio : pixels of the screen in a pixel of the widget.
    figures : the numbers that were drawn before.
    """
    truth = glyphs[0][1]
    shown, high, wide = truth.shape
    rows, (across, down) = -(-shown // layout.columns), layout.pitch
    sheet = np.zeros((rows * layout.columns, down, across), dtype=np.uint32)
    for number, (role, images) in enumerate(glyphs):
        ramp = colour_ramp(QColor(getattr(table, role)), QColor(table.paper))
        words = np.repeat(np.repeat(ramp[levels(images)], layout.scale, 1), layout.scale, 2)
        if role == "output" and wrong is not None:
            mark_wrong(words, wrong[0], truth, table)
        left = number * (wide * layout.scale + layout.between)
        sheet[:shown, : high * layout.scale, left : left + wide * layout.scale] = words
    if wrong is not None:
        numbers = {
            index: figures.pixels(int(wrong[1][index]), font, ratio)
            for index in np.flatnonzero(wrong[1] > TOLERANCE).tolist()
        }
        _underline(sheet, numbers, layout, table, ratio)
    words = sheet.reshape(rows, layout.columns, down, across).swapaxes(1, 2)
    return from_words(words.reshape(rows * down, layout.columns * across), see_through=True)


def mark_wrong(words: NDArray[np.uint32], output: Image, truth: Image, table: theme.Tokens) -> None:
    """Mark the wrong pixels of outputs (N, H, W) in their pictures (N, H x cell, W x cell), in place."""
    count, high, wide = output.shape
    cell = words.shape[1] // high
    cells = words.reshape(count, high, cell, wide, cell).swapaxes(2, 3)
    error, paper = QColor(table.error).rgba(), QColor(table.paper).rgba()
    for which, missing in zip(wrong_pixels(output, truth), (True, False), strict=True):
        cells[which] = np.where(mark_pattern(cell, missing=missing), error, paper)


def _underline(
    sheet: NDArray[np.uint32],
    numbers: dict[int, NDArray[np.bool_]],
    layout: Layout,
    table: theme.Tokens,
    ratio: float,
) -> None:
    """Underline the samples that have a number, and write it where there is room, in place."""
    line, text = QColor(table.error).rgba(), QColor(table.error_text).rgba()
    width, height = layout.sample
    gap, thick = round(3 * ratio), round(MARK * ratio)
    for index, number in numbers.items():
        tall, long = number.shape
        end = width
        if long + 4 * gap <= width and height + gap + tall <= layout.pitch[1]:
            end -= long + gap
            sheet[index, height + gap - 1 : height + gap - 1 + tall, width - long : width][number] = text
        sheet[index, height + gap : height + gap + thick, :end] = line
