"""Where the samples of a grid lie: arithmetic alone, every length in pixels of the screen."""

from dataclasses import dataclass

GAP = 2  # px, at least, between the glyphs of one sample; larger cells put a cell's width between them
ACROSS = 8  # px, at least, between samples side by side
DOWN = 12  # px, at least, between samples one above the other: the underline and its number


@dataclass(frozen=True, slots=True)
class Layout:
    """Samples in rows of equal length; where there are too many for the room, a page shows some of them.

    Attributes
    ----------
    columns : samples in a row.
    shown : samples on a page.
    scale : side of a cell, which is one pixel of an image.
    between : width between two glyphs of a sample.
    sample : width and height of a sample without the space around it.
    pitch : from one sample to the next, across and down.
    left : where the first sample begins.
    """

    columns: int
    shown: int
    scale: int
    between: int
    sample: tuple[int, int]
    pitch: tuple[int, int]
    left: int

    def corner(self, place: int) -> tuple[int, int]:
        """The upper left corner (x, y) of a sample of the page, counted from 0."""
        row, column = divmod(place, self.columns)
        return self.left + column * self.pitch[0], row * self.pitch[1]

    def place_at(self, x: float, y: float) -> int:
        """The place on the page under a point, -1 beside the rows.

        The space around a sample is half its own and half its neighbour's, so that no point falls between.
        """
        column = int((x - self.left + (self.pitch[0] - self.sample[0]) / 2) // self.pitch[0])
        row = int(y // self.pitch[1])
        return row * self.columns + column if 0 <= column < self.columns and row >= 0 else -1

    def page_from(self, first: int, count: int) -> int:
        """The first sample of the page that begins about here: in whole rows, and full if `count` allows."""
        rows, rows_shown = -(-count // self.columns), self.shown // self.columns
        return min(max(first // self.columns, 0), max(rows - rows_shown, 0)) * self.columns

    def page_with(self, index: int, first: int, count: int) -> int:
        """The first sample of the page nearest to the one that begins at `first`, with `index` in sight."""
        if first <= index < first + self.shown:
            return first
        return self.page_from(index if index < first else index - self.shown + self.columns, count)


def arrange(
    room: tuple[int, int], count: int, shape: tuple[int, int], glyphs: int, unit: float = 1.0
) -> Layout:
    """Lay out samples with the largest whole cells that let all of them fit.

    What room is left over is shared between the samples. Where even cells of one pixel are too large, a page
    holds as many samples as fit.

    Parameters
    ----------
    room : width and height in pixels of the screen.
    count : number of samples, at least 1.
    shape : (H, W) of an image.
    glyphs : images in a sample.
    unit : pixels of the screen in a pixel of the widget.
    """
    width, height = room
    space = round(ACROSS * unit), round(DOWN * unit)
    most_scale = max(1, min(width // (shape[1] * glyphs), height // shape[0]))
    for scale in range(most_scale, 0, -1):
        between = max(round(GAP * unit), scale)
        sample = glyphs * shape[1] * scale + (glyphs - 1) * between, shape[0] * scale
        places = (
            max(1, (width + space[0]) // (sample[0] + space[0])),
            max(1, height // (sample[1] + space[1])),
        )
        if places[0] * places[1] >= count:
            break
    shown = min(count, places[0] * places[1])
    columns = _most_even_columns(room, sample, shown, places, space[0])
    free = _free(room, sample, shown, columns, space[0])
    # with more space than half a sample, the grid would no longer read as one
    beside, below = (
        min(max(least, spare), least + length // 2)
        for least, spare, length in zip(space, free, sample, strict=True)
    )
    pitch = sample[0] + beside, sample[1] + below
    left = max(0, width - columns * pitch[0] + beside) // 2
    return Layout(columns, shown, scale, between, sample, pitch, left)


def _free(
    room: tuple[int, int], sample: tuple[int, int], shown: int, columns: int, across: int
) -> tuple[int, int]:
    """The room beside and below every sample, in that many columns."""
    rows = -(-shown // columns)
    return (room[0] + across) // columns - sample[0], room[1] // rows - sample[1]


def _most_even_columns(
    room: tuple[int, int], sample: tuple[int, int], shown: int, places: tuple[int, int], across: int
) -> int:
    """The number of columns that leaves about as much room beside a sample as below it."""

    def unevenness(columns: int) -> int:
        beside, below = _free(room, sample, shown, columns, across)
        return abs(beside - below)

    fitting = [columns for columns in range(1, places[0] + 1) if -(-shown // columns) <= places[1]]
    return min(fitting, key=unevenness)
