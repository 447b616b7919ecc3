"""From what a person has (pictures, a sheet of them, arrays, MNIST, a font) to a set of images.

A file is recognised by its first bytes, not by its suffix, and nothing in it is trusted: what its header
promises is held against the bounds (`core.data.limits`) before anything is unpacked, and no more is read
than was promised. Every family of formats has a file of its own; a reader gets the path and the wishes, and
returns images (N, H, W), their labels, and what it understood.
"""

import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from core.base.progress import OnProgress, unheard
from core.base.words import Remark, Word, say
from core.data.datasets import Dataset
from core.data.importers.bdf import read_bdf
from core.data.importers.c_arrays import is_c, read_c
from core.data.importers.checks import PICTURES, ImportRefused, check_uses, check_wishes, naming
from core.data.importers.folders import read_folder
from core.data.importers.idx import claims_idx, read_idx
from core.data.importers.lists import is_lists, read_lists
from core.data.importers.npy import read_npy
from core.data.importers.npz import read_npz
from core.data.importers.outlines import read_outlines
from core.data.importers.reading import HEAD, Family, begins
from core.data.importers.sheets import read_picture
from core.data.importers.signs import is_signs, read_signs
from core.data.importers.tables import is_table, read_table
from core.data.importers.unpacking import ZIPPED, unpacked
from core.data.limits import opened, printable, require
from core.data.wishes import EVERYWHERE, Wish, Wishes

LEVEL = 1.001 / 255
"""Pixels that differ by no more than one level of a byte, or its rounding, are alike."""

__all__ = ["ImportRefused", "Understood", "Wishes", "import_images", "understand", "uses_of"]


@dataclass(frozen=True, slots=True)
class Understood:
    """What a source became, and how it was understood.

    Attributes
    ----------
    dataset : the set.
    kind : what the source is, as in "this is ...".
    uses : the wishes that could make something else of it.
    found : the wishes, with what was found by looking at the source in the place of None.
    remarks : what was understood and why.
    arrays : the names that `Wishes.array` could have.
    asks : what was found but may well be otherwise, so that a person should look at it.
    """

    dataset: Dataset
    kind: Word
    uses: frozenset[Wish]
    found: Wishes
    remarks: tuple[Remark, ...]
    arrays: tuple[str, ...]
    asks: frozenset[Wish]


def import_images(source: str | os.PathLike[str], name: str, **wishes: Any) -> Dataset:
    """The data set `name` made from a file or a folder; the wishes are the fields of `Wishes`.

    ==========  ========================================================================  ===================
    source      images                                                                    labels
    ==========  ========================================================================  ===================
    folder      its pictures, in natural order (2 before 10); hidden files are skipped    names, less suffix
    of folders  the pictures in these, folder by folder                                   names of the folders
    with table  those that its `labels.csv` (file,label) lists, in the order of the list  as listed
    picture     its cells, row by row, by `grid` or as lines show; else itself alone      "1", "2", ...
    .npy, .npz  an array of any shape that is images, see `shapes`; of several `array`    `y` for `x`, or so
    IDX         the same in the format of MNIST, gzipped or not as .npy may be            the file beside it
    TTF, OTF    `characters` on one baseline, as large as all fit `size` (or 16x16)       the characters
    OTB, BDF    `characters`, every one where it stands in the box that holds all          the characters
    C           one array: a row of bits in every number, or a pixel                     comments, if all have
    lists       the same as Python, JavaScript and JSON write it                         comments or keys
    signs       drawn as in `.##.` or `0 1 1 0`, between blank lines                     the lines before
    CSV         every row, square or as `size` lays it out                               one of the columns
    ==========  ========================================================================  ===================

    What is clear in pictures is laid over black or white, for the whole set that on which its ink is seen;
    colour is turned to grey. Which numbers are black and white is guessed from all of them, see `ranges`,
    unless `range` says it.

    Raises
    ------
    FileNotFoundError : there is no such file or folder.
    ImportRefused : it cannot become a set, or would exceed a limit.
    TypeError : there is no such wish.
    """
    return understand(source, name, Wishes(**wishes)).dataset


def understand(
    source: str | os.PathLike[str], name: str, wishes: Wishes, on_progress: OnProgress = unheard
) -> Understood:
    """The same with what was understood of the source, and with progress.

    Raises
    ------
    FileNotFoundError : there is no such file or folder.
    ImportRefused : it cannot become a set, or would exceed a limit.
    Exception : what `on_progress` raises, which ends the work, as long as it is `Stopped`.
    """
    path = Path(source)
    with naming(str(path)), warnings.catch_warnings():  # the filters are the whole process's meanwhile
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        family = _family(path)
        check_wishes(wishes)
        if family is PICTURE:  # for want of another: nothing is said of a picture where there is none
            Image.open(path, formats=PICTURES).close()
        check_uses(wishes, family)
        read = family.read(path, wishes, on_progress)
        images = read.images.clip(0, 1)  # averages may miss by a rounding
        require(float(np.ptp(images)) > LEVEL, "is blank: all of its pixels are alike")
        labels = tuple(printable(str(label)) for label in read.labels)
        dataset = Dataset(name, 1 - images if wishes.invert else images, labels)
        uses = family.uses | EVERYWHERE
        return Understood(dataset, family.kind, uses, read.found, read.remarks, read.arrays, read.asks)


def uses_of(source: str | os.PathLike[str]) -> frozenset[Wish]:
    """The wishes that could make something else of a source, as far as its beginning tells.

    Raises
    ------
    FileNotFoundError : there is no such file or folder.
    ImportRefused : it cannot be opened, or is empty.
    """
    path = Path(source)
    with naming(str(path)):
        return _family(path).uses | EVERYWHERE


def _family(path: Path) -> Family:
    """The family of formats of a source; a file that begins like no other has to be a picture."""
    if not path.exists():
        raise FileNotFoundError(say("{path}: there is no such file or folder", path=path))
    if path.is_dir():
        return FOLDER
    require(path.is_file(), "is neither a file nor a folder")
    with opened(path) as file:
        head = file.read(HEAD)
    require(bool(head), "the file is empty")
    if head.startswith(ZIPPED):
        with unpacked(path) as file:
            head = file.read(HEAD)
    return next((family for family in FAMILIES if family.claims(head)), PICTURE)


FOLDER = Family(Word("a folder"), read_folder, frozenset(("count",)), begins())
PICTURE = Family(Word("a picture"), read_picture, frozenset(("grid", "margin", "spacing", "count")), begins())
NUMBERS: frozenset[Wish] = frozenset(("range", "transpose", "mirror", "count"))
"""The wishes that suit whatever holds numbers."""

FAMILIES = (
    Family(Word("an array of NumPy"), read_npy, NUMBERS, begins(b"\x93NUMPY")),
    Family(Word("a file of arrays of NumPy"), read_npz, NUMBERS | {"array"}, begins(b"PK")),
    Family(Word("a file in the format of MNIST"), read_idx, NUMBERS, claims_idx),
    Family(
        Word("a font"),
        read_outlines,
        frozenset(("characters", "count")),
        begins(b"\0\1\0\0", b"OTTO", b"true", b"ttcf"),
    ),
    Family(Word("a font of pixels"), read_bdf, frozenset(("characters", "count")), begins(b"STARTFONT")),
    Family(Word("a text drawn with signs"), read_signs, NUMBERS - {"range"}, is_signs),
    Family(Word("a text with lists of numbers"), read_lists, NUMBERS | {"array"}, is_lists),
    Family(Word("a source in C"), read_c, NUMBERS | {"array"}, is_c),
    Family(Word("a table of numbers"), read_table, NUMBERS, is_table),
)
"""The families that are recognised by how a file begins; the first that claims it reads it."""
