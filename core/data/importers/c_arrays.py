"""Arrays in C: fonts whose numbers are rows of pixels, bit by bit, and images of numbers."""

import re
from dataclasses import replace
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.base.progress import OnProgress
from core.base.words import Option, Remark, remark
from core.data.datasets import Images
from core.data.importers.c_labels import labelled, lines_of
from core.data.importers.c_source import Source, sources
from core.data.importers.checks import SIZE, check_images
from core.data.importers.ranges import Range, in_range
from core.data.importers.reading import Read, before_turning, fit, picked, turned
from core.data.importers.shapes import laid_out
from core.data.importers.texts import beginning, whole_text
from core.data.limits import printable, require
from core.data.wishes import Wish, Wishes

ARRAY, MIRROR, TRANSPOSE, RANGE = Option("array"), Option("mirror"), Option("transpose"), Option("range")

MOST_ROWS = 32
"""Of an image whose numbers are its rows; more numbers in a brace are pixels, unless a size is wished."""
MOST_BITS = 53
"""In a row: larger numbers are not exact here."""
_BEGINS = re.compile(
    r"\s*(?://|/\*|\#\s*(?:if|ifdef|ifndef|include|define|pragma|undef|error)\b"
    r"|(?=[^{};(=]*[{};(=])"  # which the heading of a table has not
    r"(?:static|const|constexpr|unsigned|signed|extern|char|int|short|long|u?int\d+_t|byte|float|double"
    r"|struct|class|namespace|using|typedef|enum|template|inline|volatile|std)\b[\s:\w])"
)
_ARRAY_IN_IT = re.compile(r"\]\s*(?:\w+\s*)?=\s*(?:new\b[^{;]{0,80})?\{")


def is_c(head: bytes) -> bool:
    """Whether a file that begins so is a source in C, or holds an array as C writes it."""
    text = beginning(head)
    return bool(_BEGINS.match(text) or _ARRAY_IN_IT.search(text))


def read_c(path: Path, wishes: Wishes, on_progress: OnProgress) -> Read:
    """The images of one array of a source, labelled by its comments where every image has one."""
    return read_braces(whole_text(path), wishes, on_progress)


def read_braces(text: str, wishes: Wishes, on_progress: OnProgress) -> Read:
    """The same of a text that has its arrays in braces."""
    found = sources(text, lambda share: on_progress(0.9 * share))
    usable = [source.name for source in found if _usable(source, wishes)]
    source = _chosen(found, usable, wishes)
    shape = _shape(source)
    numbers = np.frombuffer(source.numbers)
    require(
        len(shape) > 1 or wishes.size is not None,
        "has {count} numbers in one row in {array}; {size} says how large an image is, as in 5x7",
        count=len(numbers), array=source.name, size=SIZE,
    )  # fmt: skip
    bits = _bit_rows(source, numbers, shape, wishes)
    if bits is None:
        images, count, remarks, asks, span = _pixels(source, numbers, shape, wishes)
    else:
        (rows, width), span = bits, None
        count, height = rows.shape[:2]
        taken = rows[picked(count, wishes.count)]
        check_images((len(taken), height, width), wishes.size)
        images, asks = fit(turned(_bits(taken, source, width), wishes), wishes.size), frozenset[Wish]()
        remarks = (
            remark(
                "{array} holds images of {width:d}x{height:d} pixels, {count} in all: every number is a row, "
                "its highest bit at the left. {mirror} and {transpose} turn fonts that are stored otherwise; "
                "{range} takes the numbers for brightness.",
                count=count, width=width, height=height, array=source.name,
                mirror=MIRROR, transpose=TRANSPOSE, range=RANGE,
            ),
        )  # fmt: skip
    labels = labelled(source, count, len(numbers) // count)
    if labels is not None:
        remarks = (*remarks, remark("The images are named after the comments and names in the file."))
    named = labels or range(1, count + 1)
    several: tuple[Remark, ...] = ()
    if wishes.array is None and len(usable) > 1:
        several = (
            remark(
                "It holds several arrays: {names}; {name} was taken. {array} chooses another.",
                names=_listed(usable), name=source.name, array=ARRAY,
            ),
        )  # fmt: skip
    on_progress(1)
    return Read(
        images,
        [named[i] for i in picked(count, wishes.count)],
        replace(wishes, array=source.name, range=span),
        (*several, *remarks),
        tuple(usable if source.name in usable else [source.name, *usable]),
        asks | {"array"} if several else asks,
    )


def _listed(names: list[str]) -> str:
    return ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")


def _chosen(found: list[Source], usable: list[str], wishes: Wishes) -> Source:
    """The array that is wished for, or the first that could be images; refused with what would be right."""
    require(bool(found), "has no array of numbers between braces, as a source in C writes it")
    named = {source.name: source for source in found}
    if wishes.array is not None:
        require(
            wishes.array in named, "has no array {name}; there is {names}",
            name=printable(wishes.array), names=_listed(list(named)),
        )  # fmt: skip
        source = named[wishes.array]
    else:
        flat = [source.name for source in found if source.fault is None and len(source.numbers) > 1]
        source = named[[*usable, *flat, found[0].name][0]]
    if source.fault is not None:
        raise source.fault
    require(len(source.numbers) > 1, "has no numbers in {array}", array=source.name)
    return source


def _usable(source: Source, wishes: Wishes) -> bool:
    """Whether an array can be taken for images without a word about it."""
    if source.fault is not None or len(source.numbers) < 2:
        return False
    shape = _shape(source)
    width, height = wishes.size or (0, 0)
    fits = wishes.size is not None and not len(source.numbers) % (width if wishes.transpose else height)
    return (len(shape) > 1 and shape[-1] > 1) or (len(shape) == 1 and fits)


def _shape(source: Source) -> tuple[int, ...]:
    """The shape of the numbers: by the braces, else by what is declared, else by the comments."""
    shape, declared, count = source.shape, source.declared, len(source.numbers)
    if len(shape) == 1:
        inner = [length for length in declared[1:] if length]
        if inner and len(inner) == len(declared) - 1 and min(inner) > 0 and not count % prod(inner):
            return (count // prod(inner), *inner)
        each = lines_of(source)
        return shape if each is None or each < 2 else (count // each, each)
    sides = list(shape)
    while len(declared) != len(shape) and len(sides) > 2 and 1 in sides[:-1]:
        sides.remove(1)  # braces around one thing alone, as C++ needs them
    return tuple(sides)


def _bit_rows(
    source: Source, numbers: NDArray[Any], shape: tuple[int, ...], wishes: Wishes
) -> tuple[NDArray[Any], int] | None:
    """Rows of bits (N, height, numbers of a row) and the width; None where the numbers are pixels."""
    low, high = numbers.min(), numbers.max()
    whole = bool((numbers == np.floor(numbers)).all()) and high < 2**MOST_BITS
    wraps = source.bits is not None and source.signed and low >= -(2 ** (source.bits - 1))
    if wishes.range is not None or not whole or high < 2 or (low < 0 and not wraps):
        return None
    if low < 0:
        high = 2 ** (source.bits or 0) - 1
    natural = int(high).bit_length()
    width, height = before_turning(wishes) or (0, 0)
    bits = source.bits or MOST_BITS
    per = -(-width // bits) if width else 1
    match shape:
        case (count,):
            as_rows = natural <= width and not count % height
            as_columns = not wishes.transpose and natural <= height and not count % width
            require(
                as_rows or not as_columns or per > 1,
                "has numbers of {bits} bits in {array}; if each of them is a column of pixels, {transpose} "
                "reads them",
                bits=natural, array=source.name, transpose=TRANSPOSE,
            )  # fmt: skip
            if count % (height * per) or (per > 1 and not count % (width * height)):
                return None
            held = width if per == 1 else bits
            needs = (height, natural) if wishes.transpose else (natural, height)
            require(
                natural <= held,
                "has rows of {bits} bits in {array}, more than {size} says; {width:d}x{height:d} holds them",
                bits=natural, array=source.name, size=SIZE, width=needs[0], height=needs[1],
            )  # fmt: skip
            return numbers.reshape(-1, height, per), width
        case (count, each):
            if per > 1 and each == height * per:
                return numbers.reshape(count, height, per), width
            as_rows = each == height and 0 < natural <= width
            pixels = each == width * height or each > MOST_ROWS or each == count > MOST_ROWS // 2
            if not as_rows and pixels:
                return None
            return numbers.reshape(count, each, 1), width if as_rows else natural
        case (count, each, per) if 1 < per <= 4 and source.bits is not None:
            return numbers.reshape(count, each, per), per * bits
    return None


def _pixels(
    source: Source, numbers: NDArray[Any], shape: tuple[int, ...], wishes: Wishes
) -> tuple[Images, int, tuple[Remark, ...], frozenset[Wish], Range]:
    """Images of numbers that are pixels, how many there were, what was guessed, what is doubtful, range."""
    before = before_turning(wishes)
    if len(shape) == 1 and before is not None:
        width, height = before
        require(
            not len(numbers) % (width * height),
            "has {count} numbers in {array}, which make no whole images of {width:d}x{height:d}; "
            "give another {size}",
            count=len(numbers), array=source.name, width=width, height=height, size=SIZE,
        )  # fmt: skip
        shape = (len(numbers) // (width * height), height, width)
    layout = laid_out(shape, replace(wishes, size=before), certain=True)
    taken = numbers.reshape(layout.rows)[picked(layout.count, wishes.count)]
    check_images((len(taken), layout.height, layout.width), wishes.size)
    low, high = taken.min(), taken.max()
    if low >= 0 and high <= 255 and bool((taken == np.floor(taken)).all()):
        taken = taken.astype(np.uint8)
    ranged = in_range(layout.planes(taken), wishes)
    images = fit(turned(ranged.values.prod(1), wishes), wishes.size)
    said = remark(
        "{array} holds images of {width:d}x{height:d} pixels, {count} in all: every number is a pixel.",
        count=layout.count, width=layout.width, height=layout.height, array=source.name,
    )  # fmt: skip
    remarks, asks = (said, *layout.remarks, *ranged.remarks), layout.asks | ranged.asks
    return images, layout.count, remarks, asks, ranged.range


def _bits(rows: NDArray[Any], source: Source, width: int) -> NDArray[np.uint8]:
    """Rows of numbers (N, height, numbers of a row) as pixels (N, height, width) of 0 and 1."""
    count, height, per = rows.shape
    held = width if per == 1 else source.bits or 0
    whole = np.where(rows < 0, rows + 2 ** (source.bits or 0), rows).astype(np.uint64)
    pixels = np.empty((count, height, per, held), np.uint8)
    for place in range(held):
        pixels[..., place] = (whole >> np.uint64(held - 1 - place)) & np.uint64(1)
    return pixels.reshape(count, height, per * held)[:, :, :width]
