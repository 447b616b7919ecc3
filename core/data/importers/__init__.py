"""From what a person has (pictures, a sheet of them, arrays, MNIST, a font) to a set of images.

A file is recognised by its first bytes, not by its suffix, and nothing in it is trusted: what its header
promises is held against the bounds (`core.data.limits`) before anything is unpacked, and no more is read
than was promised. Every family of formats has a file of its own; a reader gets the path and the options, and
returns images (N, H, W) and their labels.
"""

import os
import warnings
from pathlib import Path

from PIL import Image

from core.base.words import say
from core.data.datasets import Dataset
from core.data.importers.arrays import read_idx, read_npy, read_npz
from core.data.importers.checks import CHARACTERS, GRID, ImportRefused, check_options, naming
from core.data.importers.fonts import read_bdf, read_outlines
from core.data.importers.pictures import read_folder, read_picture
from core.data.importers.reading import Read, Reader, Wishes
from core.data.limits import opened, printable, require

__all__ = ["ImportRefused", "import_images"]


def import_images(
    source: str | os.PathLike[str],
    name: str,
    *,
    grid: tuple[int, int] | None = None,
    size: tuple[int, int] | None = None,
    characters: str | None = None,
    invert: bool = False,
) -> Dataset:
    """The data set `name` made from a file or a folder.

    ==========  ========================================================================  ===================
    source      images                                                                    labels
    ==========  ========================================================================  ===================
    folder      its pictures, in natural order (2 before 10); hidden files are skipped    names, less suffix
    picture     its cells, row by row, if `grid` is given; else itself alone              "1", "2", ...
    .npy, .npz  (N, H, W): the array `images`, or the only one of three dimensions        `labels` or `y`
    IDX         as MNIST has them, gzipped or not                                         the file beside it
    TTF, OTF    `characters` on one baseline, as large as all fit `size` (or 16x16)       the characters
    BDF         `characters`, every one where it stands in the font's bounding box         the characters
    ==========  ========================================================================  ===================

    A picture's transparency is laid over black, its colour turned to grey. Numbers are 0 or 1, floats in
    [0, 1], bytes (255 is white), or other whole numbers up to 255 (the largest in the set is white).

    Parameters
    ----------
    source : the file or folder.
    name : of the set.
    grid : (columns, rows) of a sheet; cells at its end that are all of its last pixel's colour are dropped.
    size : (width, height) of the resulting images in pixels, both from 1 to `limits.MAX_SIDE`. They shrink by
        area averages, grow by repeating pixels where the factors are whole, and bilinearly otherwise.
    characters : of a font, every one taken once; from "!" to "~" if not given.
    invert : turn every pixel x into 1 - x.

    Raises
    ------
    FileNotFoundError : there is no such file or folder.
    ImportRefused : it cannot become a set, or would exceed a limit.
    """
    path = Path(source)
    with naming(str(path)), warnings.catch_warnings():  # the filters are the whole process's meanwhile
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        if not path.exists():
            raise FileNotFoundError(say("{path}: there is no such file or folder", path=path))
        images, labels = _read(path, Wishes(grid, size, characters))
        images = images.clip(0, 1)  # averages may miss by a rounding
        words = tuple(printable(str(label)) for label in labels)
        return Dataset(name, 1 - images if invert else images, words)


def _read(path: Path, wishes: Wishes) -> Read:
    """What the source's own reader makes of it; a file that begins like no other has to be a picture."""
    check_options(wishes.grid, wishes.size)
    reader: Reader = read_folder
    if not path.is_dir():
        require(path.is_file(), "is neither a file nor a folder")
        with opened(path) as file:
            start = file.read(16)
        require(bool(start), "the file is empty")
        reader = next((reader for magics, reader in READERS if start.startswith(magics)), read_picture)
    require(
        not wishes.grid or reader is read_picture,
        "{grid} cuts one picture into cells; this is not one picture", grid=GRID,
    )  # fmt: skip
    require(
        wishes.characters is None or reader in (read_outlines, read_bdf),
        "{characters} chooses characters of a font; this is not a font", characters=CHARACTERS,
    )  # fmt: skip
    return reader(path, wishes)


READERS: tuple[tuple[tuple[bytes, ...], Reader], ...] = (
    ((b"\x93NUMPY",), read_npy),
    ((b"PK",), read_npz),
    ((b"\x1f\x8b", b"\0\0\x08"), read_idx),
    ((b"\0\1\0\0", b"OTTO", b"true", b"ttcf"), read_outlines),
    ((b"STARTFONT",), read_bdf),
)
"""How a file may begin, and who reads it then."""
