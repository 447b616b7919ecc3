"""Where the rows of images stand that several have made of the same ones: arithmetic alone, no widget."""

from dataclasses import dataclass

LEAST, MOST = 40, 96  # px of the layout: the longer side of an image
BETWEEN, ACROSS, DOWN = 4, 18, 10  # px: between images of a sample, between samples, between rows


@dataclass(frozen=True, slots=True)
class PairLayout:
    """Samples in rows of equal length, as many of them on a page as there is room for.

    Attributes
    ----------
    cell : side of a cell, which is one pixel of an image, in pixels of the screen.
    image : width and height of an image.
    sample, pitch : width and height of a sample, and from one sample to the next.
    columns, rows : of samples on a page.
    """

    cell: int
    image: tuple[int, int]
    sample: tuple[int, int]
    pitch: tuple[int, int]
    columns: int
    rows: int

    @property
    def shown(self) -> int:
        """Samples on a page."""
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[int, int]:
        """The upper left corner (x, y) of a sample of the page, counted from 0."""
        row, column = divmod(place, self.columns)
        return column * self.pitch[0], row * self.pitch[1]

    def left(self, number: int, between: int) -> int:
        """Where an image of a sample begins, from the left of the sample."""
        return number * (self.image[0] + between)

    def place_at(self, x: float, y: float) -> int:
        """The place on the page at a point, -1 beside the rows; the room around a sample is its own."""
        column, row = int(x // self.pitch[0]), int(y // self.pitch[1])
        inside = 0 <= column < self.columns and 0 <= row < self.rows
        return row * self.columns + column if inside else -1


def arranged(
    room: tuple[int, int], count: int, shape: tuple[int, int], images: int, words: int, unit: float
) -> PairLayout:
    """Lay samples out with the largest cells with which all have room, between two sizes of an image.

    What is left over across is shared between the samples, up to a bound.

    Parameters
    ----------
    room : width and height in pixels of the screen.
    count : number of samples.
    shape : (H, W) of an image.
    images : in a sample, side by side.
    words : height of what stands below them.
    unit : pixels of the screen in one of the layout.
    """
    longer = max(shape)
    least = max(1, round(LEAST * unit / longer))
    for cell in range(max(least, round(MOST * unit / longer)), least - 1, -1):
        wide, high = shape[1] * cell, shape[0] * cell
        sample = images * wide + (images - 1) * round(BETWEEN * unit), high + words
        pitch = sample[0] + round(ACROSS * unit), sample[1] + round(DOWN * unit)
        columns = max(1, (room[0] + round(ACROSS * unit)) // pitch[0])
        rows = max(1, (room[1] + round(DOWN * unit)) // pitch[1])
        if columns * rows >= count:
            break
    spread = min((room[0] + round(ACROSS * unit)) // columns, sample[0] + 4 * round(ACROSS * unit))
    return PairLayout(cell, (wide, high), sample, (max(pitch[0], spread), pitch[1]), columns, rows)
