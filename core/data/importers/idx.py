"""IDX, the format of MNIST and its kin: numbers of any of its types, gzipped or not."""

import re
from pathlib import Path

import numpy as np

from core.base.progress import OnProgress
from core.base.words import Option, Remark, remark
from core.data.importers.arrays import gathered
from core.data.importers.checks import naming
from core.data.importers.labels import check_words, words
from core.data.importers.reading import Read
from core.data.importers.unpacking import unpacked
from core.data.limits import MAX_LABEL_BYTES, printable, require
from core.data.numbers import Header, Readable, body
from core.data.wishes import Wish, Wishes

TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
"""The third byte of a file -> what its numbers are."""
DIMENSIONS = range(1, 6)


def claims_idx(head: bytes) -> bool:
    """Whether a file that begins so is of this format."""
    return len(head) >= 4 and head[:2] == b"\0\0" and head[2] in TYPES and head[3] in DIMENSIONS


def read_idx(path: Path, wishes: Wishes, on_progress: OnProgress) -> Read:
    """A file of images as MNIST has them, with the file of labels beside it where there is one."""
    with unpacked(path) as file:
        header = _header(file)
        require(len(header.shape) > 1, "holds no images in the format of MNIST")
        images = gathered(file, header, wishes, on_progress, certain=True)
    asks, remarks = images.asks, list(images.remarks)
    if path.name.casefold().startswith("emnist") and not wishes.transpose:
        asks |= frozenset[Wish](("transpose",))
        remarks.insert(0, _lying())
    beside, named = re.subn(r"images([-.])idx3", r"labels\1idx1", path.name.removesuffix(".gz"))
    for labels in (path.with_name(beside), path.with_name(f"{beside}.gz")):
        if named and labels.is_file():
            with naming(labels.name), unpacked(labels) as file:
                header = _header(file)
                check_words(header, images.total)
                found = words(body(file, header, MAX_LABEL_BYTES), images.total, images.rows)
            remarks.append(remark("The labels are those of {file} beside it.", file=printable(labels.name)))
            return Read(images.images, found, images.found, tuple(remarks), asks=asks)
    return Read(images.images, images.numbers, images.found, tuple(remarks), asks=asks)


def _lying() -> Remark:
    return remark(
        "The pictures of EMNIST are stored lying on their side; {transpose} puts them upright.",
        transpose=Option("transpose"),
    )


def _header(file: Readable) -> Header:
    head = file.read(4)
    require(claims_idx(head), "is not in the format of MNIST")
    sizes = file.read(4 * head[3])
    require(len(sizes) == 4 * head[3], "is not in the format of MNIST")
    return Header(tuple(np.frombuffer(sizes, ">u4").tolist()), "C", np.dtype(TYPES[head[2]]))
