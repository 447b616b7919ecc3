"""Sets as files that other programs read, and that import again: `.npz`, a sheet, a folder of pictures."""

import csv
import io
import json
import os
import re
import secrets
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil, sqrt
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.base.files import whole
from core.base.progress import OnProgress, unheard
from core.base.words import Option, Refusal, Remark, remark
from core.data.datasets import Dataset
from core.data.limits import MAX_LABEL_BYTES, MAX_SOURCE_PIXELS, printable, require
from core.data.pictures import sheet

Kind: TypeAlias = Literal["npz", "png", "folder"]
SUFFIXES: dict[str, Kind] = {".npz": "npz", ".png": "png"}
"""What a place that ends so becomes; a place without such an end becomes a folder."""

LABELS = "labels.csv"
"""The table of a folder: which file has which label."""
SAFE = re.compile(r"[A-Za-z0-9_+-]([A-Za-z0-9_ +-]{0,38}[A-Za-z0-9_+-])?")
"""A label that can be part of the name of a file on every system; all others stand in the table alone."""
OURS = re.compile(r"[0-9]+(-[A-Za-z0-9_+ -]+)?\.png")
"""The pictures of a folder as they are named here."""
LITTER = (".DS_Store", "Thumbs.db", "desktop.ini")
"""What systems leave in a folder that somebody has looked at."""
BLOCK = 2**20
"""Bytes that are packed between two words of progress."""


def kind_of(path: Path) -> Kind:
    """What a set becomes at this place.

    Raises
    ------
    Refusal : its name ends like that of a file that is not written here.
    """
    suffix = path.suffix.lower()
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    require(
        path.is_dir() or not suffix[1:2].isalpha(),
        "{path}: a data set is written as .npz, as .png, or as a folder, whose name has no ending like this",
        path=path,
    )  # fmt: skip
    return "folder"


def losses(dataset: Dataset, path: str | os.PathLike[str]) -> tuple[Remark, ...]:
    """What is not kept of a set that is written to this place."""
    kind = kind_of(Path(path))
    found = []
    if kind == "png":
        found.append(remark("A picture has no labels; an .npz file and a folder keep them."))
    if kind != "npz" and not _exact(dataset.images):
        found.append(remark("Grey is rounded to 256 levels; an .npz file keeps every number as it is."))
    return tuple(found)


def export(
    dataset: Dataset,
    path: str | os.PathLike[str],
    on_progress: OnProgress = unheard,
    *,
    replace: bool = False,
) -> Path:
    """Write a set to a place: its name says how. It is there whole in the end, or not at all.

    ======  ===========================================================================================
    .npz    `images` (N, H, W), bytes where these are exact and else float32, `labels`, `name`: for NumPy
    .png    all images side by side, a pixel of mid-grey between them
    else    a folder of numbered PNG files in 8 bit grey, and `labels.csv` with a row for each
    ======  ===========================================================================================

    Parameters
    ----------
    replace : whether the file or the folder of such an export that is there is replaced.

    Raises
    ------
    Refusal : there is something already, or the name or the set does not suit.
    OSError : the place cannot be written.
    Exception : what `on_progress` raises, which ends the work and leaves the place as it was.
    """
    path = Path(path)
    check_free(path, replace)
    match kind_of(path):
        case "npz":
            with whole(path) as file:
                _write_arrays(dataset, file, on_progress)
        case "png":
            _write_sheet(dataset, path, on_progress)
        case "folder":
            with _whole_folder(path) as folder:
                _write_pictures(dataset, folder, on_progress)
    return path


def check_free(path: Path, replace: bool) -> None:
    """Refuse a place where something is, but for what is to be replaced: of folders, only those made here."""
    kind = kind_of(path)
    if kind == "folder" and path.is_dir():
        names = sorted(each.name for each in path.iterdir())
        others = [name for name in names if not _ours(path / name)]
        require(
            not others and (not names or LABELS in names),
            "{path}: this folder holds other things, {other} for one; choose a new one",
            path=path, other=printable((others or names or [""])[0]),
        )  # fmt: skip
        there = bool(names)
    else:
        require(not path.is_dir(), "{path}: this is a folder; name a file in it", path=path)
        require(
            kind != "folder" or not path.exists(), "{path}: this is a file; give the folder another name",
            path=path,
        )  # fmt: skip
        there = path.is_file()
    if there and not replace:
        raise Refusal(
            "{path}: there is something of this name already; {replace} replaces it",
            path=path, replace=Option("replace"),
        )  # fmt: skip


def _ours(path: Path) -> bool:
    """Whether this may be part of a folder that was made here."""
    name = path.name
    return path.is_file() and (name in (LABELS, *LITTER) or OURS.fullmatch(name) is not None)


def _levels(images: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The nearest of 256 levels, 255 is white."""
    return np.rint(255 * images).astype(np.uint8)


def _exact(images: NDArray[np.float32]) -> bool:
    """Whether 256 levels are all that the images have: they come back bit by bit."""
    return all(
        np.array_equal(_levels(part).astype(np.float32) / np.float32(255), part) for part in _parts(images)
    )


def _parts(images: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """The images in portions of at most a few megabytes."""
    step = max(1, BLOCK // max(1, images[0].nbytes))
    return (images[start : start + step] for start in range(0, len(images), step))


def _write_arrays(dataset: Dataset, file: Any, on_progress: OnProgress) -> None:
    images = dataset.images
    # where nothing is white, or bytes are but 0 and 1, bytes would not say which number is white
    small = images.max() == 1 and _exact(images)
    total = len(images)
    header = {"descr": "|u1" if small else "<f4", "fortran_order": False, "shape": images.shape}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("images.npy", "w", force_zip64=True) as member:
            np.lib.format.write_array_header_1_0(member, header)
            done = 0
            for part in _parts(images):
                on_progress(done / total)
                member.write((_levels(part) if small else part.astype("<f4")).tobytes())
                done += len(part)
        for name, words in (("labels", _label_array(dataset.labels)), ("name", np.array(dataset.name))):
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, words, allow_pickle=False)
    on_progress(1.0)


def _label_array(labels: tuple[str, ...]) -> NDArray[np.str_]:
    """Labels (N,) of text; as one text of JSON, which imports as well, where the table would be huge.

    NumPy drops zeros at the end of a text, so labels that end so are kept in JSON too.
    """
    longest = max(map(len, labels))
    plain = 4 * longest * len(labels) <= MAX_LABEL_BYTES and not any(each.endswith("\0") for each in labels)
    return np.array(labels if plain else json.dumps(labels))


def _write_sheet(dataset: Dataset, path: Path, on_progress: OnProgress) -> None:
    from PIL import Image  # which only a picture needs

    count, height, width = dataset.images.shape
    columns = min(count, ceil(sqrt(count * (height + 1) / (width + 1))))  # about a square
    rows = -(-count // columns)
    require(
        columns * (width + 1) * rows * (height + 1) <= MAX_SOURCE_PIXELS,
        "{path}: one picture would have more than {most} megapixels; write the set as .npz or as a folder",
        path=path, most=MAX_SOURCE_PIXELS >> 20,
    )  # fmt: skip
    on_progress(0.0)
    page = sheet(dataset.images, columns, 1)
    on_progress(0.5)
    with whole(path) as file:
        Image.fromarray(page).save(file, format="PNG")
        on_progress(1.0)


def _write_pictures(dataset: Dataset, folder: Path, on_progress: OnProgress) -> None:
    from PIL import Image

    count = dataset.count
    with (folder / LABELS).open("x", encoding="utf-8", newline="") as file:
        table = csv.writer(file)  # with \r\n at the end of lines, so that either is quoted in a label
        table.writerow(("file", "label"))
        for number, label in enumerate(dataset.labels, 1):
            if number % 64 == 1:
                on_progress((number - 1) / count)
            name = f"{number:0{len(str(count))}d}{f'-{label}' if SAFE.fullmatch(label) else ''}.png"
            packed = io.BytesIO()
            Image.fromarray(_levels(dataset.images[number - 1])).save(packed, format="PNG")
            with (folder / name).open("xb") as picture:
                picture.write(packed.getvalue())
            table.writerow((name, label))
    on_progress(1.0)


@contextmanager
def _whole_folder(path: Path) -> Iterator[Path]:
    """A new folder beside `path`, which takes its place in the end; whatever fails, what was there stays."""
    target = Path(os.path.realpath(path))
    part, old = (target.with_name(f".{secrets.token_hex(8)}.{end}") for end in ("part", "old"))
    try:
        part.mkdir()
        yield part
        if target.exists():
            target.rename(old)
        try:
            part.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
    except OSError as error:  # which names a hidden folder, or nothing
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)
