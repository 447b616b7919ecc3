"""A folder of pictures: all in one place, in folders that are their labels, or as a table lists them."""

import csv
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, UnidentifiedImageError

from core.base.progress import OnProgress
from core.base.words import Refusal, Remark, remark
from core.data.datasets import Images
from core.data.importers.checks import PICTURES, SIZE, check_images, naming
from core.data.importers.pictures import decoded
from core.data.importers.reading import Read, fit, picked
from core.data.importers.transparency import laid
from core.data.limits import MAX_FILES, MAX_TABLE_BYTES, check_bytes, printable, require
from core.data.wishes import Wishes

SUFFIXES = re.compile(r"\.(png|jpe?g|gif|bmp|webp|tiff?|p[bgpn]m)", re.IGNORECASE)
"""In a folder, a file so called has to be a picture; any other file is skipped if it is not one."""

TABLE = "labels.csv"
"""The file of a folder that lists its pictures in order, with their labels."""
COLUMNS = ("file", "label")
ROOTED = re.compile(r"[/\\]|[A-Za-z]:")
"""How a name begins that no folder holds, on any system."""
NAMED = 5
"""Folders that a sentence names; of further ones it only says that there are some."""
OFTEN = 256
"""Files that are looked at between two signs of life."""


class _Entry(NamedTuple):
    """A picture of a folder: where it is from there, and its label."""

    name: str
    label: str


def read_folder(path: Path, wishes: Wishes, on_progress: OnProgress) -> Read:
    """Every picture of a folder: as its table lists them, or in natural order.

    Its label is that of the table, or the name of the folder in it that it is in, or its own name.
    """
    looking = _Looking(path, on_progress)
    entries, remarks = _listed(path, looking)
    entries = [entries[number] for number in picked(len(entries), wishes.count)]
    for entry in entries:
        looking.goes_on()
        if not _is_file(path / entry.name):
            name = printable(entry.name, 200)
            raise Refusal("{table} lists {name}, but there is no such file", table=TABLE, name=name)
    ink, clear = _stacks(path, entries, wishes.size, on_progress)
    over = laid(ink, clear, [entry.name for entry in entries])
    return Read(over.images, [entry.label for entry in entries], wishes, (*remarks, *over.remarks))


def _listed(path: Path, looking: "_Looking") -> tuple[list[_Entry], list[Remark]]:
    """The pictures of a folder in their order, and what was understood of it."""
    remarks: list[Remark] = []
    loose = [_Entry(name, Path(name).stem) for name in looking.pictures(path)]
    folders = looking.folders(path)
    classes = [folder for folder in folders if looking.named_pictures(folder)]
    inside = [
        _Entry(f"{folder.name}/{name}", folder.name)
        for folder in classes
        for name in looking.pictures(folder)
    ]
    if (path / TABLE).is_file():
        with naming(TABLE):
            table = _table(path / TABLE, looking)
        if table is not None:
            listed = {entry.name for entry in table}
            return table, [
                remark("The order and the labels of its pictures are those of {table}.", table=TABLE),
                *_left_out([each for each in loose + inside if each.name not in listed], TABLE),
            ]
        remarks.append(
            remark(
                "{table} in it was left out: to give order and labels, its first line has to be {line}.",
                table=TABLE, line=",".join(COLUMNS),
            )
        )  # fmt: skip
    rest = [folder for folder in folders if folder not in classes]
    deeper = [folder for folder in rest if any(map(looking.named_pictures, looking.folders(folder)))]
    if deeper:
        require(
            bool(loose or inside),
            "has its pictures in folders of folders; choose one of these instead: {names}",
            names=_names(deeper),
        )  # fmt: skip
        remarks.append(
            remark(
                "Folders of it whose pictures are in folders of their own were left out: {names}.",
                names=_names(deeper),
            )
        )
    if loose and len(classes) == 1:  # one folder tells nothing apart
        remarks.append(
            remark(
                "The pictures in its folder {name} were left out; choose that folder to read them.",
                name=_names(classes),
            )
        )
    elif classes:
        labels = remark(
            "The labels are the names of the folders in it: {names}. Choose one of them to read it alone.",
            names=_names(classes),
        )
        return inside, [labels, *_left_out(loose, None), *remarks]
    require(bool(loose), "has no pictures in it ({formats})", formats=", ".join(PICTURES))
    return loose, remarks


def _left_out(entries: Sequence[_Entry], table: str | None) -> list[Remark]:
    """What is said of pictures that the table does not list, or that lie beside the folders if it is None."""
    if not entries:
        return []
    name = printable(entries[0].name, 200)
    if table is None:
        return [
            remark(
                "Pictures beside its folders are left out: {count}, for instance {name}.",
                count=len(entries), name=name,
            )
        ]  # fmt: skip
    return [
        remark(
            "Pictures that {table} does not list are left out: {count}, for instance {name}.",
            table=table, count=len(entries), name=name,
        )
    ]  # fmt: skip


def _names(folders: Sequence[Path]) -> str:
    names = [printable(folder.name) for folder in folders[:NAMED]]
    return ", ".join(names + ["..."] * (len(folders) > NAMED))


def _table(path: Path, looking: "_Looking") -> list[_Entry] | None:
    """What the table of a folder lists; None if its first line does not say that it is such a table."""
    check_bytes(path.stat().st_size, MAX_TABLE_BYTES)
    entries: dict[str, _Entry] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline(OFTEN)
            file.seek(0)
            rows = csv.reader(file, delimiter=";" if ";" in first and "," not in first else ",")
            header = [cell.strip().casefold() for cell in next(rows, [])]
            if not set(COLUMNS) <= set(header):
                return None
            places = [header.index(column) for column in COLUMNS]
            for row in rows:
                looking.counts()
                if not row:
                    continue
                require(len(row) > max(places), "its line {line} has no file and label", line=rows.line_num)
                name, label = (row[place] for place in places)
                entry = _Entry(_inside(name), label)
                if entry.name in entries:
                    raise Refusal("lists {name} twice", name=printable(name, 200))
                entries[entry.name] = entry
    except UnicodeDecodeError as error:
        raise Refusal("is not text in UTF-8; save it as such") from error
    require(bool(entries), "lists no pictures")
    return list(entries.values())


def _inside(name: str) -> str:
    """A file that a table names, as seen from its folder; refused if its name leads out of it."""
    parts = [part for part in re.split(r"[/\\]", name) if part not in ("", ".")]
    if not parts or ".." in parts or ROOTED.match(name):
        raise Refusal("lists {name}, which is no file in the folder", name=printable(name, 200))
    return "/".join(parts)


def _stacks(
    folder: Path, entries: Sequence[_Entry], size: tuple[int, int] | None, on_progress: OnProgress
) -> tuple[Images, Images | None]:
    """The ink of all pictures and what is clear of them, (N, H, W) each; all have to be of one size."""
    ink, clear = _planes(folder, entries[0].name, size)
    _, high, wide = ink.shape
    check_images((len(entries), high, wide), None)
    inks = np.empty((len(entries), high, wide), np.float32)
    clears = None
    for number, entry in enumerate(entries):
        on_progress(number / len(entries))
        if number:
            ink, clear = _planes(folder, entry.name, size)
        _, height, width = ink.shape
        with naming(entry.name):
            require(
                (height, width) == (high, wide),
                "is {width:d}x{height:d} pixels, but {first} is {wide:d}x{high:d}; "
                "give {size} to make all of them alike",
                width=width, height=height, first=entries[0].name, wide=wide, high=high, size=SIZE,
            )  # fmt: skip
        inks[number] = ink[0]
        if clear is not None:
            clears = np.zeros_like(inks) if clears is None else clears
            clears[number] = clear[0]
    return inks, clears


def _planes(folder: Path, name: str, size: tuple[int, int] | None) -> tuple[Images, Images | None]:
    """The ink of one picture and what is clear of it, resized, (1, H, W) each."""
    with naming(name):
        try:
            ink, clear = decoded(folder / name, 0) if size is None else decoded(folder / name)
        except UnidentifiedImageError as error:
            if _suffixed(name):
                raise Refusal("is not a picture, though its name says so") from error
            raise Refusal("is not a picture ({formats})", formats=", ".join(PICTURES)) from error
        return fit(ink, size), None if clear is None else fit(clear, size)


class _Looking:
    """Looks into a folder and the folders in it, in natural order; what is hidden is skipped.

    Parameters
    ----------
    root : the folder.
    on_progress : hears that the work goes on.
    """

    def __init__(self, root: Path, on_progress: OnProgress) -> None:
        self._root = root
        self._on_progress = on_progress
        self._found: dict[Path, list[str]] = {}
        self._steps = self._count = 0

    def goes_on(self) -> None:
        """Called for every file that is looked at."""
        if self._steps % OFTEN == 0:
            self._on_progress(0.0)
        self._steps += 1

    def counts(self) -> None:
        """Called for every file that is found or listed.

        Raises
        ------
        Refusal : they are more than anybody means to have looked through.
        """
        self.goes_on()
        self._count += 1
        require(self._count <= MAX_FILES, "has more than {most} files in it", most=MAX_FILES)

    def pictures(self, folder: Path) -> list[str]:
        """The names of the files of a folder that are pictures, by their name or by how they begin."""
        return [name for name in self._visible(folder) if self._shows(folder, name)]

    def named_pictures(self, folder: Path) -> bool:
        """Whether any file of a folder is a picture by its name."""
        return any(_suffixed(name) and _is_file(folder / name) for name in self._visible(folder))

    def folders(self, folder: Path) -> list[Path]:
        """The folders in a folder, but for links that lead back to it or to where it is."""
        here = os.path.realpath(folder)
        found = [folder / name for name in self._visible(folder) if (folder / name).is_dir()]
        return [each for each in found if not Path(here).is_relative_to(os.path.realpath(each))]

    def _visible(self, folder: Path) -> list[str]:
        """The names in a folder; none where nobody may look into a folder of the folder."""
        if folder not in self._found:
            names = []
            try:
                with os.scandir(folder) as inside:
                    for entry in inside:
                        self.counts()
                        if not entry.name.startswith("."):
                            names.append(entry.name)
            except PermissionError:
                if folder == self._root:
                    raise
            self._found[folder] = sorted(names, key=_natural)
        return self._found[folder]

    def _shows(self, folder: Path, name: str) -> bool:
        """Whether a name in a folder is a picture's; a file that is one by its name has to be read."""
        self.goes_on()
        if not _is_file(folder / name):
            return False
        if _suffixed(name):
            return True
        with naming(name):
            try:
                with (folder / name).open("rb") as file, Image.open(file, formats=PICTURES):
                    return True
            except UnidentifiedImageError:
                return False
            except (Image.DecompressionBombError, Image.DecompressionBombWarning):
                return True


def _is_file(path: Path) -> bool:
    """Whether there is such a file; there is none of a name that is too long for one."""
    try:
        return path.is_file()
    except OSError:
        return False


def _suffixed(name: str) -> bool:
    return SUFFIXES.fullmatch(Path(name).suffix) is not None


def _natural(name: str) -> tuple[list[str | int], str]:
    """Sorts a2 before a10; text and numbers alternate, so like meets like."""
    parts = re.split(r"(\d+)", name.casefold())
    return [int(part) if i % 2 else part for i, part in enumerate(parts)], name
