"""The line above a grid of samples: what colours and underlines mean, and which samples are in sight."""

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter

from core.base.words import say
from core.measure.rules import TOLERANCE
from tp5gui import theme

SWATCH, LINE = 8, 12  # px: side of a square of colour, length of the underline's sample
GAP = 4  # px from a sample of colour to its words
BETWEEN = 12, 16  # px after the words of a colour and after those of the underline


def paint_legend(
    painter: QPainter,
    area: QRect,
    roles: Sequence[str],
    underline: int,
    page: str,
    table: theme.Tokens,
) -> None:
    """Paint a legend in the painter's font, as much of it as there is room for.

    Parameters
    ----------
    area : where it stands; its left edge is that of the first sample.
    roles : whose pixels are shown, left to right.
    underline : px of the line below a sample that is not recognised; 0 where there is none.
    page : which samples are in sight; empty where all are.
    """
    words = {"truth": say("in"), "ink": say("fed"), "output": say("out")}
    metrics, x = painter.fontMetrics(), area.left()
    base = area.top() + metrics.ascent()
    middle = base - metrics.capHeight() // 2
    painter.setPen(QColor(table.text_soft))
    for role in roles:
        painter.fillRect(x, middle - SWATCH // 2, SWATCH, SWATCH, QColor(getattr(table, role)))
        painter.drawText(x + SWATCH + GAP, base, words[role])
        x += SWATCH + GAP + metrics.horizontalAdvance(words[role]) + BETWEEN[0]
    error = say("over {tolerance} px wrong", tolerance=TOLERANCE)
    length = LINE + GAP + metrics.horizontalAdvance(error)
    room = area.right() + 1 - x - (metrics.horizontalAdvance(page) + BETWEEN[1] if page else 0)
    if underline and length <= room:
        painter.fillRect(x, middle - 1, LINE, underline, QColor(table.error))
        painter.drawText(x + LINE + GAP, base, error)
        x += length + BETWEEN[1]
    painter.drawText(min(x, area.right() - 1 - metrics.horizontalAdvance(page)), base, page)


def legend_words(roles: Sequence[str], *, marks: bool) -> str:
    """What the tool tip of the legend says: what every colour is, and with `marks` how errors are marked."""
    words = {
        "truth": say("in: the images of the set, as they are"),
        "ink": say("fed: the same under the noise, as the network last got them"),
        "output": say("out: what the network makes of them"),
    }
    lines = [words[role] for role in roles]
    if marks:
        lines += [
            say("Cross: lit, but not in the image. Ring: in the image, but not lit."),
            say(
                "Underlined: more than {tolerance} wrong pixel, so not recognised; the number counts them.",
                tolerance=TOLERANCE,
            ),
        ]
    return "\n".join(lines)
