"""The labels of images in an array: where they are found, and what they say."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.limits import parsed, require
from core.data.numbers import Header

LABELS = ("labels", "y", "label", "target", "targets")
"""What labels are called, the likeliest first."""

_IMAGES = re.compile(
    r"(?<![a-z0-9])(images?|imgs?|x|data|pixels|features)(?![a-su-z0-9]|t(?!rain|est))", re.IGNORECASE
)
"""What images are called, as a word of its own, as in `x_train`, or before `train` and `test`."""


def partners(name: str) -> Iterator[str]:
    """What the labels of the images of this name could be called: `y_train` for `x_train`."""
    if name == "arr_0":  # as NumPy calls what was saved without a name
        yield "arr_1"
    for found in _IMAGES.finditer(name):
        word = found.group()
        for label in LABELS:
            for written in dict.fromkeys((_as(word, label), label)):
                yield name[: found.start()] + written + name[found.end() :]


def _as(word: str, label: str) -> str:
    """A label's name with capitals where the images' name has them."""
    return label.upper() if word.isupper() else label.capitalize() if word[0].isupper() else label


def beside(path: Path, suffixes: Iterable[str]) -> Iterator[Path]:
    """Files beside one of images that could have their labels, such as `y_train.npy` for `x_train.npy`."""
    endings = tuple(suffixes)
    ending = next((each for each in endings if path.name.casefold().endswith(each)), "")
    if ending:
        stem = path.name[: -len(ending)]
        files = (path.with_name(name + each) for name in partners(stem) for each in endings)
        yield from (file for file in files if file.is_file())


def check_words(header: Header, count: int) -> None:
    """Refuse what promises no labels for so many images.

    They are an array (N,) of words or numbers, (N, 1), (N, K) with a 1 for the class, or, as the library
    keeps them, one word of JSON.
    """
    alike = header.shape == () or header.shape[0] == count
    require(
        alike and (len(header.shape) <= 1 or _columns(header.shape)) and header.dtype.kind in "biufUS",
        "has labels of shape {shape} for {count} images", shape=header.shape, count=count,
    )  # fmt: skip


def _columns(shape: tuple[int, ...]) -> bool:
    """Whether all axes but the first and one more are of length 1."""
    return sum(length != 1 for length in shape[1:]) <= 1


def words(values: NDArray[Any], count: int, rows: NDArray[np.intp]) -> list[object]:
    """The labels of those `rows` of `count` images, which `check_words` has let pass.

    Raises
    ------
    Refusal : they are no list of so many, or several columns of anything but one 1 among zeros.
    """
    if not values.ndim:
        listed = parsed(str(values), "labels")
        require(
            isinstance(listed, list) and len(listed) == count, "is not a list of {count} labels", count=count
        )
        return [listed[row] for row in rows.tolist()]
    table = values.reshape(count, -1)[rows]
    if table.shape[1] > 1:
        numbers = table.dtype.kind in "biuf"
        require(
            numbers and bool(((table != 0).sum(1) == 1).all() and (table.max(1) == 1).all()),
            "has labels of shape {shape} for {count} images", shape=values.shape, count=count,
        )  # fmt: skip
        table = table.argmax(1)[:, None]
    column = table[:, 0]
    if (
        column.dtype.kind == "f"
        and bool((column == np.rint(column)).all())
        and bool(abs(column).max() < 2**53)
    ):
        column = column.astype(np.int64)
    return [
        label.decode("utf-8", "replace") if isinstance(label, bytes) else label for label in column.tolist()
    ]
