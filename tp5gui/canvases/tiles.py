"""Where the pictures of a set stand: row by row, as many side by side as the width has room for."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect

from tp5gui import theme

SIDE = 56  # px: about the longer side of a picture
MOST = 96  # px of the longer side from which a picture is shrunk to fit
AROUND = theme.SPACE  # px around a picture, and half of it around its label


@dataclass(frozen=True, slots=True)
class Tiles:
    """A layout of pictures with their labels; heights count from the top of the first row.

    Attributes
    ----------
    count : how many pictures there are.
    shape : (H, W) of every one of them.
    ratio : pixels of the screen in one of the layout.
    width : of the room there is, in pixels of the layout.
    caption : height of a label and of what is left around it.
    """

    count: int
    shape: tuple[int, int]
    ratio: float
    width: int
    caption: int

    @property
    def picture(self) -> tuple[int, int]:
        """Width and height of a picture in pixels of the screen, in which every cell is equally large."""
        high, wide = self.shape
        longest = max(high, wide)
        cell = float(max(1, round(SIDE * self.ratio / longest)))
        cell = min(cell, MOST * self.ratio / longest)
        return max(1, int(wide * cell)), max(1, int(high * cell))

    @property
    def columns(self) -> int:
        """How many pictures stand side by side."""
        return max(1, self.width // (max(round(self.picture[0] / self.ratio), SIDE) + 2 * AROUND))

    @property
    def pitch(self) -> int:
        """Width of a tile; tiles share out the room."""
        return max(1, self.width // self.columns)

    @property
    def tall(self) -> int:
        """Height of a tile."""
        return round(self.picture[1] / self.ratio) + AROUND + self.caption

    @property
    def height(self) -> int:
        """Height of all rows."""
        return -(-self.count // self.columns) * self.tall

    def tile(self, index: int) -> QRect:
        """Where a picture with its label lies."""
        row, column = divmod(index, self.columns)
        return QRect(column * self.pitch, row * self.tall, self.pitch, self.tall)

    def index_at(self, place: QPoint | QPointF) -> int:
        """The index of the picture at a point, -1 if there is none."""
        column, row = int(place.x() // self.pitch), int(place.y() // self.tall)
        index = row * self.columns + column
        return index if 0 <= column < self.columns and row >= 0 and index < self.count else -1

    def gap_at(self, place: QPoint) -> tuple[int, QRect]:
        """Before which picture one would stand that is let go at a point, and the line that says so."""
        row = max(0, place.y() // self.tall)
        column = min(self.columns, max(0, round(place.x() / self.pitch)))
        if row * self.columns + column > self.count:
            row, last = divmod(self.count - 1, self.columns)
            column = last + 1
        left = max(0, min(column * self.pitch - 1, self.width - 3))
        return row * self.columns + column, QRect(left, row * self.tall + 2, 3, self.tall - 4)
