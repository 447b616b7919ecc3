"""Several arrays of NumPy in one file: which of them are the images, and which the labels."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.base.progress import OnProgress
from core.base.words import Option, Refusal, Remark, remark
from core.data.importers.arrays import gathered
from core.data.importers.checks import naming
from core.data.importers.labels import LABELS, beside, check_words, partners, words
from core.data.importers.reading import Read
from core.data.importers.shapes import laid_out
from core.data.limits import MAX_LABEL_BYTES, opened, printable, require
from core.data.numbers import Header, Stack, stack
from core.data.wishes import Wish, Wishes

ARRAY = Option("array")
LIKELY = (
    "images", "x_train", "train_images", "train_x", "train_data", "x", "data", "train", "imgs", "image",
    "pixels", "features",
)  # fmt: skip
"""What the images are called, the likeliest first; capitals make no difference."""
SHOWN = 200
"""Characters of names in a message."""


def read_npz(path: Path, wishes: Wishes, on_progress: OnProgress) -> Read:
    """The array that is wished, or else likeliest to be the images, with its labels where there are any."""
    with opened(path) as file, stack(file) as arrays:
        candidates = _candidates(arrays.headers, wishes)
        name, said, asks = _chosen(arrays, candidates, wishes)
        with arrays.opened(name) as (member, header):
            certain = _are_labelled(arrays, name, header)
            images = gathered(member, header, wishes, on_progress, certain)
        labels, heard = _labels(arrays, name, images.total, images.rows)
        if labels is None and not heard and len(arrays.headers) == 1:
            labels, heard = _labels_beside(path, images.total, images.rows)
    return Read(
        images.images,
        images.numbers if labels is None else labels,
        replace(images.found, array=name),
        (*said, *images.remarks, *heard),
        candidates,
        images.asks | asks,
    )


def _candidates(headers: Mapping[str, Header], wishes: Wishes) -> tuple[str, ...]:
    """The arrays that could be images, by their types and shapes, but for those that are called as labels."""
    labels = set(LABELS) | {label.casefold() for name in headers for label in partners(name)}
    return tuple(
        name
        for name, header in headers.items()
        if header.dtype.kind in "biuf" and name.casefold() not in labels and _laid(header, wishes)
    )


def _laid(header: Header, wishes: Wishes) -> bool:
    try:
        laid_out(header.shape, wishes)
    except Refusal:
        return False
    return True


def _chosen(
    arrays: Stack, candidates: tuple[str, ...], wishes: Wishes
) -> tuple[str, tuple[Remark, ...], frozenset[Wish]]:
    """The name of the images, what was guessed, and "array" where it may well be another."""
    there, nothing = printable(", ".join(candidates or arrays.headers), SHOWN), frozenset[Wish]()
    if wishes.array is not None:
        if wishes.array in arrays.refused:
            raise arrays.refused[wishes.array]
        require(
            wishes.array in arrays.headers,
            "has no array {name}; {array} can be one of these: {names}",
            name=printable(wishes.array), array=ARRAY, names=there,
        )  # fmt: skip
        return wishes.array, (), nothing
    if not candidates:
        return _only(arrays), (), nothing
    likely = sorted((LIKELY.index(name.casefold()), name) for name in candidates if name.casefold() in LIKELY)
    name = likely[0][1] if likely else candidates[0]
    if len(candidates) == 1:
        return name, (), nothing
    said = remark(
        "It holds several arrays: {names}; {name} was taken. {array} chooses another.",
        names=there, name=printable(name), array=ARRAY,
    )  # fmt: skip
    return name, (said,), nothing if likely else frozenset(("array",))


def _only(arrays: Stack) -> str:
    """The array to be refused in its own words, where none could be images."""
    for error in arrays.refused.values():
        raise error
    require(bool(arrays.headers), "holds no arrays of NumPy; unpack zipped pictures")
    if len(arrays.headers) > 1:
        shapes = ", ".join(f"{name} {header.shape}" for name, header in arrays.headers.items())
        raise Refusal(
            "holds no array of images, which need (count, height, width), or a row of pixels for each, "
            "but {names}",
            names=printable(shapes, SHOWN),
        )
    return next(iter(arrays.headers))


def _name_of_labels(arrays: Stack, images: str) -> str | None:
    """What the labels of the array of that name are called in the same file; None if there are none."""
    own = (label.casefold() for label in partners(images))
    names = {name.casefold(): name for name in (*arrays.refused, *arrays.headers) if name != images}
    return next((names[each] for each in (*own, *LABELS) if each in names), None)


def _are_labelled(arrays: Stack, images: str, header: Header) -> bool:
    """Whether there is a label for each of the first axis, or one text of all, as the library keeps them."""
    name = _name_of_labels(arrays, images)
    return name in arrays.headers and arrays.headers[name].shape in ((), header.shape[:1])


def _labels(
    arrays: Stack, images: str, count: int, rows: NDArray[np.intp]
) -> tuple[list[object] | None, tuple[Remark, ...]]:
    """The labels of the array of that name in the same file, and what was done with them."""
    name = _name_of_labels(arrays, images)
    if name is None:
        return None, ()
    shown = printable(name)
    try:
        if name in arrays.refused:
            raise arrays.refused[name]
        header = arrays.headers[name]
        check_words(header, count)
        found = words(arrays.array(name, MAX_LABEL_BYTES), count, rows)
    except Refusal as error:
        shape = arrays.headers[name].shape if name in arrays.headers else ()
        own = {label.casefold() for label in partners(images)} - {"arr_1"}
        for_them = name.casefold() in own and name in arrays.headers
        if for_them and not (len(shape) > 1 and shape[0] == count):
            with naming(shown):
                raise
        return None, (remark("The labels are numbers: the array {name} {reason}.", name=shown, reason=error),)
    return found, (remark("The labels are those of the array {name}.", name=shown),)


def _labels_beside(
    path: Path, count: int, rows: NDArray[np.intp]
) -> tuple[list[object] | None, tuple[Remark, ...]]:
    """The labels in a file of one array beside it, as Kuzushiji-MNIST has them."""
    for beside_it in beside(path, (".npz",)):
        name = printable(beside_it.name)
        try:
            with opened(beside_it) as file, stack(file) as arrays:
                require(len(arrays.headers) == 1, "holds more than one array")
                ((only, header),) = arrays.headers.items()
                check_words(header, count)
                found = words(arrays.array(only, MAX_LABEL_BYTES), count, rows)
        except Refusal as error:
            return None, (
                remark("The labels are numbers: {file} beside it {reason}.", file=name, reason=error),
            )
        return found, (remark("The labels are those of {file} beside it.", file=name),)
    return None, ()
