"""Sets of images to learn from."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from numbers import Real

import numpy as np
from numpy.typing import NDArray

from core.base.files import shipped
from core.base.registry import Choice, Registry, UnknownName
from core.base.words import Refusal
from core.data import library
from core.data.limits import MAX_LABEL_TEXT, check_set, require

Images = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Named images, every one with a label. Two sets are equal where name, images and labels are.

    Attributes
    ----------
    name : as in `Spec.dataset`.
    images : (N, H, W) float32 in [0, 1], read-only.
    labels : N words, shown beside the images. Numbers become words when the set is made, and halves of
        characters that stand alone (lone surrogates), which no file can hold, become U+FFFD.
    binary : whether every pixel is 0 or 1, so that counting wrong pixels is the whole truth.

    Raises
    ------
    Refusal : the arrays do not have these shapes or ranges, a label is no text, or there is more than
        `core.data.limits` allows any set.
    """

    name: str
    images: Images
    labels: tuple[str, ...]
    binary: bool = field(init=False)

    def __post_init__(self) -> None:
        try:
            images, labels = _checked(self.images, self.labels)
        except Refusal as error:
            raise Refusal("{name}: {reason}", name=self.name, reason=error) from error
        object.__setattr__(self, "images", images)
        object.__setattr__(self, "labels", labels)
        object.__setattr__(self, "binary", bool(((images == 0) | (images == 1)).all()))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Dataset):
            return NotImplemented
        return (self.name, self.labels) == (other.name, other.labels) and np.array_equal(
            self.images, other.images
        )

    def __hash__(self) -> int:
        return hash((self.name, self.images.shape))

    @property
    def count(self) -> int:
        """N, the number of images."""
        return len(self.images)

    @property
    def shape(self) -> tuple[int, int]:
        """(H, W) of every image."""
        return self.images.shape[1], self.images.shape[2]

    @property
    def pixels(self) -> int:
        """H x W, the width of the network's input and output."""
        height, width = self.shape
        return height * width


def _checked(images: Images, labels: Iterable[object]) -> tuple[Images, tuple[str, ...]]:
    """A copy of the images, read-only, and the labels as words."""
    given = np.asarray(images)
    check_set(given.shape)
    require(given.dtype.kind in "biuf", "every pixel must be a number from 0 to 1")
    copy = np.array(given, dtype=np.float32, order="C")
    copy.flags.writeable = False
    inside = np.isfinite(copy).all() and copy.min() >= 0 and copy.max() <= 1
    require(bool(inside), "every pixel must be a number from 0 to 1")
    words = tuple(_word(number, label) for number, label in enumerate(labels, 1))
    require(
        len(words) == len(copy), "{images} images but {labels} labels", images=len(copy), labels=len(words)
    )
    letters = sum(map(len, words))
    require(
        letters <= MAX_LABEL_TEXT, "its labels have {count} characters together; at most {most} are taken",
        count=letters, most=MAX_LABEL_TEXT,
    )  # fmt: skip
    return copy, words


def _word(number: int, label: object) -> str:
    """A label as text that every file can hold."""
    require(
        isinstance(label, str | Real), "label {number} must be a text, not {label}",
        number=number, label=f"{label!r:.70}",
    )  # fmt: skip
    return str(label).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def dataset_names() -> tuple[str, ...]:
    """The names of all data sets: the built-in ones, then the person's own."""
    return DATASETS.names() + tuple(name for name in library.names() if name not in DATASETS.names())


def load_dataset(name: str) -> Dataset:
    """The data set of that name, built in or the person's own.

    Raises
    ------
    UnknownName : no data set has this name; the message lists those there are.
    LibraryError : the person's set of this name is damaged.
    """
    if name in DATASETS.names():
        return _built_in(name)
    if name not in library.names():
        raise UnknownName("data set", name, dataset_names())
    return _own(name, library.version(name))


def first_images(name: str, count: int) -> Images:
    """The first images (N, H, W) of the set of that name, at most `count`: at once, however large it is.

    Raises
    ------
    LibraryError : there is no such set, it is damaged, or its images are too large to be read at once.
    """
    if name in DATASETS.names():
        return _built_in(name).images[:count]
    return library.first(name, count)


def save_dataset(dataset: Dataset) -> None:
    """Keep one of the person's own sets; `load_dataset` and `--set dataset=NAME` find it from now on.

    Raises
    ------
    LibraryError : the name is a built-in set's, or cannot be a set's at all.
    OSError : the folder of the library cannot be written.
    """
    if dataset.name in DATASETS.names():
        raise library.LibraryError("{name!r} is built in; choose another name", name=dataset.name)
    library.write(dataset.name, dataset.images, dataset.labels)
    _own.cache_clear()


def delete_dataset(name: str) -> None:
    """Delete one of the person's own sets; the built-in ones stay."""
    library.delete(name)
    _own.cache_clear()


@lru_cache(maxsize=2)  # a study asks for its sets a hundred times, and a large one takes seconds to unpack
def _own(name: str, version: tuple[object, ...]) -> Dataset:
    images, labels = library.read(name)
    try:
        return Dataset(name, images, labels)
    except Refusal as error:
        raise library.LibraryError("the file of the data set is damaged: {error}", error=error) from error


@cache
def _built_in(name: str) -> Dataset:
    return DATASETS[name].build()


def font5x7() -> Dataset:
    """The 32 characters 0x60 to 0x7f of the slides: images (32, 7, 5), every pixel 0 or 1."""
    table = json.loads(shipped("data/font5x7.json").read_text(encoding="utf-8"))
    rows = np.array(table["rows"], dtype=np.uint8)  # (32, 7): five bits a row; bit 4 is the left column
    images = (rows[:, :, None] >> np.arange(4, -1, -1)) & 1  # (32, 7, 5)
    return Dataset("font5x7", images.astype(np.float32), tuple(table["chars"]))


def emojis() -> Dataset:
    """97 faces of Noto Color Emoji: images (97, 20, 20), grey; labels are their CLDR names in English."""
    return _packed("emojis")


def digits() -> Dataset:
    """1,797 handwritten digits (UCI, Alpaydin and Kaynak 1998): images (1797, 8, 8), 17 levels of grey."""
    return _packed("digits")


def _packed(name: str) -> Dataset:
    """A set that is stored as whole numbers: `images` (N, H, W) uint8 up to `white`, and `labels`."""
    with np.load(shipped(f"data/{name}.npz"), allow_pickle=False) as kept:
        images = kept["images"].astype(np.float32) / kept["white"]
        return Dataset(name, images, tuple(kept["labels"].tolist()))


def _first(name: str, whole: Dataset, count: int) -> Dataset:
    return Dataset(name, whole.images[:count], whole.labels[:count])


@dataclass(frozen=True, slots=True)
class BuiltIn(Choice):
    """A data set that comes with the application.

    Attributes
    ----------
    build : reads it from the files in `data/`.
    """

    build: Callable[[], Dataset]


DATASETS: Registry[BuiltIn] = Registry(
    "data set",
    BuiltIn(
        "font5x7", "Font 5x7",
        "The 32 characters of the slides, from ` to DEL, 5 pixels wide and 7 high.", font5x7,
    ),
    BuiltIn("emojis", "Emojis", "97 faces of 20x20 grey pixels, drawn from Noto Color Emoji.", emojis),
    BuiltIn(
        "emojis-20", "Emojis, first 20", "As many as the slides' first two attempts had.",
        lambda: _first("emojis-20", emojis(), 20),
    ),
    BuiltIn(
        "emojis-55", "Emojis, first 55", "As many as the slides' third attempt had.",
        lambda: _first("emojis-55", emojis(), 55),
    ),
    BuiltIn("digits", "Digits", "1,797 handwritten digits of 8x8 grey pixels, from UCI.", digits),
)  # fmt: skip
