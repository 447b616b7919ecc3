"""From what a person has (pictures, a sheet of them, arrays, MNIST, a font) to a set of images.

A file is told by its first bytes, not its suffix, and trusted in nothing: what its header promises is held
against the limits below before anything is unpacked, and no more is read than was promised.
"""

import gzip
import io
import json
import math
import os
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError

from core.data.datasets import Dataset, Images

MAX_COUNT = 65_536
"""Images in a set."""
MAX_SIDE = 128
"""Pixels along either side of an image of the set, so after resizing."""
MAX_BYTES = 256 * 2**20
"""Of all images of a set together, as float32."""
MAX_FILE_BYTES = 512 * 2**20
"""Of a file, and of what is unpacked from it."""
MAX_SOURCE_PIXELS = 64 * 2**20
"""In one picture, or in a whole array, before resizing."""
MAX_LABEL = 64
"""Characters in a label."""

PICTURES = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM")
"""What Pillow may try; not EPS, for one, which runs Ghostscript."""
SUFFIXES = re.compile(r"\.(png|jpe?g|gif|bmp|webp|tiff?|p[bgpn]m)", re.IGNORECASE)
"""In a folder, a file so called has to be a picture; any other is skipped if it is none."""
ASCII = "".join(map(chr, range(ord("!"), ord("~") + 1)))
FONT_SIZE = (16, 16)
"""(width, height) of characters whose font has no pixels of its own."""
PROBE = 64
"""Pixels an em at which such characters are measured."""


class ImportRefused(ValueError):
    """A file that cannot become a data set; the message names the file and says what would be right."""


class _Wishes(NamedTuple):
    """The options of `import_images` that its readers look at."""

    grid: tuple[int, int] | None
    size: tuple[int, int] | None
    characters: str | None


_Read: TypeAlias = tuple[Images, Iterable[object]]
"""Images (N, H, W) and what to label them with."""


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
    BDF         `characters`, each where it stands in the font's bounding box             the characters
    ==========  ========================================================================  ===================

    A picture's transparency is laid over black, its colour turned to grey. Numbers are 0 or 1, floats in
    [0, 1], bytes (255 is white), or other whole numbers up to 255 (the largest in the set is white).

    Parameters
    ----------
    source : the file or folder.
    name : of the set.
    grid : (columns, rows) of a sheet; cells at its end that are all of its last pixel's colour are dropped.
    size : (width, height) in pixels, each 1 to `MAX_SIDE`, of the resulting images. They shrink by area
        averages, grow by repeating pixels if by whole factors, and else bilinearly.
    characters : of a font, each once; from "!" to "~" if not given.
    invert : turn every pixel x into 1 - x.

    Raises
    ------
    FileNotFoundError : there is no such file or folder.
    ImportRefused : it cannot become a set, or would exceed a limit.
    """
    path = Path(source)
    with _naming(str(path)), warnings.catch_warnings():  # the filters are the whole process's meanwhile
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        if not path.exists():
            raise FileNotFoundError(f"{path}: there is no such file or folder")
        images, labels = _read(path, _Wishes(grid, size, characters))
        images = images.clip(0, 1)  # averages may miss by a rounding
        return Dataset(
            name, 1 - images if invert else images, tuple(_printable(str(each)) for each in labels)
        )


def _read(path: Path, wishes: _Wishes) -> _Read:
    """What the file's own reader makes of it; a file that begins like no other has to be a picture."""
    sides, cuts = wishes.size or (1, 1), wishes.grid or (1, 1)
    _require(min(sides) >= 1 and max(sides) <= MAX_SIDE, f"--size is 1x1 to {MAX_SIDE}x{MAX_SIDE} pixels")
    _require(min(cuts) >= 1, "--grid has at least one column and one row")
    reader: Callable[[Path, _Wishes], _Read] = _folder
    if not path.is_dir():
        _require(path.is_file(), "is neither a file nor a folder")
        with _opened(path) as file:
            start = file.read(16)
        reader = next((reader for magics, reader in READERS if start.startswith(magics)), _picture)
    _require(not wishes.grid or reader is _picture, "--grid cuts one picture into cells, and this is none")
    fonts = (_outlines, _bdf)
    _require(wishes.characters is None or reader in fonts, "--characters are of a font, and this is none")
    return reader(path, wishes)


# -- limits and words


def _require(truth: bool, otherwise: str) -> None:
    if not truth:
        raise ImportRefused(otherwise)


@contextmanager
def _naming(what: str) -> Iterator[None]:
    """Turn all that can go wrong inside into one line about `what`: decoders raise whatever they like."""
    try:
        yield
    except FileNotFoundError:
        raise
    except Exception as error:
        raise ImportRefused(f"{_printable(what, len(what))}: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    match error:
        case ImportRefused():
            return str(error)
        case UnidentifiedImageError():
            return f"is no picture ({', '.join(PICTURES)}), .npy, .npz, IDX, TTF, OTF or BDF file"
        case Image.DecompressionBombError() | Image.DecompressionBombWarning():
            return f"has more than {MAX_SOURCE_PIXELS >> 20} megapixels; make it smaller first"
    return f"cannot be read: {_printable(str(error) or type(error).__name__, 200)}"


def _printable(text: str, limit: int = MAX_LABEL) -> str:
    return "".join(each if each.isprintable() else "\ufffd" for each in text[:limit])


def _opened(path: Path) -> IO[bytes]:
    _check_bytes(path.stat().st_size)
    return path.open("rb")


def _check_bytes(count: int) -> None:
    _require(0 <= count <= MAX_FILE_BYTES, f"is larger than {MAX_FILE_BYTES >> 20} MiB")


def _check(shape: Sequence[int], size: tuple[int, int] | None) -> None:
    """Refuse a source of shape (N, H, W) that is empty or, once resized to `size`, too much."""
    _require(min(shape) > 0, f"holds no images: its shape is {tuple(shape)}")
    count, height, width = shape
    wide, high = size or (width, height)
    pixels, makes = math.prod(shape), f"makes {count:,} images of {wide}x{high} pixels"
    _require(max(wide, high) <= MAX_SIDE, f"{makes}; give --size, at most {MAX_SIDE}x{MAX_SIDE}")
    _require(count <= MAX_COUNT, f"{makes}; a set has at most {MAX_COUNT:,}")
    _require(pixels <= MAX_SOURCE_PIXELS, f"has {pixels:,} pixels, more than {MAX_SOURCE_PIXELS:,}")
    fits = 4 * count * wide * high <= MAX_BYTES
    _require(fits, f"{makes}, more than {MAX_BYTES >> 20} MiB; give a smaller --size, or fewer images")


def _fit(images: NDArray[Any], size: tuple[int, int] | None) -> Images:
    """Images (N, H, W) of any numbers as float32 (N, height, width) of the same range."""
    _, height, width = images.shape
    if size is None or size == (width, height):
        return images.astype(np.float32)
    wide, high = size
    repeats, shrinks = wide % width == high % height == 0, wide <= width and high <= height
    ways = Image.Resampling
    way = ways.NEAREST if repeats else ways.BOX if shrinks else ways.BILINEAR
    resized = np.empty((len(images), high, wide), np.float32)
    for i, image in enumerate(images):
        resized[i] = np.asarray(Image.fromarray(image.astype(np.float32)).resize(size, way))
    return resized


# -- pictures


def _folder(path: Path, wishes: _Wishes) -> _Read:
    images: list[Images] = []
    labels: list[str] = []
    files = (each for each in path.iterdir() if each.is_file() and not each.name.startswith("."))
    for file in sorted(files, key=_natural):
        with _naming(file.name):
            try:
                (image,) = _fit(_grey(file, wishes.size is not None)[None], wishes.size)
            except UnidentifiedImageError:
                _require(not SUFFIXES.fullmatch(file.suffix), "is no picture, whatever its suffix says")
                continue
            if images and image.shape != images[0].shape:
                (height, width), (high, wide) = image.shape, images[0].shape
                sizes = f"is {width}x{height} pixels, but {labels[0]} is {wide}x{high}"
                raise ImportRefused(f"{sizes}; give --size to make all alike")
            _check((len(images) + 1, *image.shape), None)
            images.append(image)
            labels.append(file.stem)
    _require(bool(images), f"has none of {', '.join(PICTURES)} in it")
    return np.stack(images), labels


def _natural(path: Path) -> tuple[list[str | int], str]:
    """Sorts a2 before a10; text and numbers alternate, so like meets like."""
    parts = re.split(r"(\d+)", path.name.casefold())
    return [int(part) if i % 2 else part for i, part in enumerate(parts)], path.name


def _picture(path: Path, wishes: _Wishes) -> _Read:
    pixels = _grey(path, bool(wishes.grid or wishes.size))  # (H, W)
    if wishes.grid is None:
        return _fit(pixels[None], wishes.size), "1"
    (columns, rows), (height, width) = wishes.grid, pixels.shape
    even = width % columns == height % rows == 0
    _require(even, f"is {width}x{height} pixels, which {columns}x{rows} cells do not divide evenly")
    _check((columns * rows, height // rows, width // columns), wishes.size)
    sheet = pixels.reshape(rows, height // rows, columns, width // columns).swapaxes(1, 2)
    cells = sheet.reshape(rows * columns, height // rows, width // columns)
    drawn = np.flatnonzero((cells != pixels[-1, -1]).any((1, 2)))
    _require(drawn.size > 0, "is blank: all of its pixels are alike")
    return _fit(cells[: drawn[-1] + 1], wishes.size), range(1, drawn[-1] + 2)


def _grey(path: Path, any_size: bool) -> Images:
    """The pixels (H, W) in [0, 1] of a picture, upright; of sides to `MAX_SIDE` unless `any_size`.

    Raises
    ------
    UnidentifiedImageError : it is no picture at all.
    """
    with path.open("rb") as file, Image.open(file, formats=PICTURES) as image:
        _check_bytes(path.stat().st_size)  # not before: in a folder, what is no picture may be large
        width, height = image.size
        if width * height > MAX_SOURCE_PIXELS:
            raise Image.DecompressionBombError
        fits, cure = any_size or max(image.size) <= MAX_SIDE, "--size to shrink it, or --grid to cut it"
        _require(fits, f"is {width}x{height} pixels, too large for one image; give {cure}")
        still = image.format == "MPO" or not getattr(image, "is_animated", False)
        _require(still, "is animated or has several pages; save one frame of it and take that")
        ImageOps.exif_transpose(image, in_place=True)
        pixels, white = _luminance(image)
    pixels /= white
    _require(bool(pixels.min() >= 0 and pixels.max() <= 1), f"has pixels outside 0 to {white}")
    return pixels


def _luminance(image: Image.Image) -> tuple[Images, int]:
    """(H, W), over black, and the number that is white."""
    if image.mode.startswith(("I", "F")):
        return np.array(image, np.float32), 1 if image.mode == "F" else 65_535
    grey = image.convert("L")
    if image.has_transparency_data:
        black = Image.new("L", image.size)
        clear = image if "A" in image.getbands() else image.convert("RGBA")
        black.paste(grey, mask=clear.getchannel("A"))
        grey = black
    return np.array(grey, np.float32), 255


# -- arrays


class _Header(NamedTuple):
    """What a file of numbers promises; they begin at byte `start`."""

    shape: tuple[int, ...]
    order: Literal["C", "F"]
    dtype: np.dtype[Any]
    start: int


def _npy(path: Path, wishes: _Wishes) -> _Read:
    with _opened(path) as file:
        images = _images(file, _npy_header(file), wishes.size)
    return images, range(1, len(images) + 1)


def _npz(path: Path, wishes: _Wishes) -> _Read:
    headers = {}
    with _opened(path) as file:
        _check_directory(file)
        with zipfile.ZipFile(file) as archive:
            for each in archive.infolist():
                if each.filename.endswith(".npy"):
                    usual = each.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
                    _require(usual, f"has {_printable(each.filename)} packed as NumPy does not")
                    _check_bytes(each.file_size)
                    with archive.open(each) as member:
                        headers[each.filename] = _npy_header(member)
            stacks = [name for name, header in headers.items() if len(header.shape) == 3]
            stacks = ["images.npy"] if "images.npy" in headers else stacks
            _require(
                len(stacks) == 1, "has no array `images`, nor just one (N, H, W); unpack zipped pictures"
            )
            with archive.open(stacks[0]) as member:
                images = _images(member, headers[stacks[0]], wishes.size)
            for name in ("labels.npy", "y.npy"):
                if name in headers:
                    with _naming(name), archive.open(name) as member:
                        return images, _words(member, headers[name], len(images))
    return images, range(1, len(images) + 1)


def _check_directory(file: IO[bytes]) -> None:
    """Refuse a zip file whose table of contents is not short and plain: `ZipFile` reads it whole."""
    file.seek(-min(42, file.seek(0, os.SEEK_END)), os.SEEK_END)
    before, end = (tail := file.read())[:-22], tail[-22:]
    plain = end.startswith(b"PK\5\6") and not before.startswith(b"PK\6\7")  # the latter: of the 64-bit kind
    short = int.from_bytes(end[12:16], "little") <= 65_536
    _require(plain and short, "is cut short, or no .npz file that NumPy has saved")


def _idx(path: Path, wishes: _Wishes) -> _Read:
    with _unpacked(path) as file:
        images = _images(file, _idx_header(file, 3), wishes.size)
    beside, named = re.subn(r"images([-.])idx3", r"labels\1idx1", path.name.removesuffix(".gz"))
    for labels in (path.with_name(beside), path.with_name(f"{beside}.gz")):
        if named and labels.is_file():
            with _naming(labels.name), _unpacked(labels) as file:
                return images, _words(file, _idx_header(file, 1), len(images))
    return images, range(1, len(images) + 1)


def _unpacked(path: Path) -> IO[bytes]:
    with _opened(path) as file:
        packed = file.read(2) == b"\x1f\x8b"
    return cast(IO[bytes], gzip.open(path)) if packed else path.open("rb")


def _idx_header(file: IO[bytes], dimensions: int) -> _Header:
    head, kind = file.read(4 + 4 * dimensions), {3: "images", 1: "labels"}[dimensions]
    _require(head[:4] == bytes((0, 0, 8, dimensions)), f"holds no {kind} as MNIST has them")
    shape = np.frombuffer(head, ">u4", dimensions, 4)
    return _Header(tuple(shape.tolist()), "C", np.dtype(np.uint8), len(head))


def _npy_header(file: IO[bytes]) -> _Header:
    head = io.BytesIO(file.read(16_384))
    version = np.lib.format.read_magic(head)
    _require(version in ((1, 0), (2, 0)), "is no plain array")
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, fortran, dtype = read(head)
    return _Header(shape, "F" if fortran else "C", dtype, head.tell())


def _body(file: IO[bytes], header: _Header) -> NDArray[Any]:
    """The numbers themselves; a byte more is asked for, which has checksums checked."""
    promised = math.prod(header.shape) * header.dtype.itemsize
    _check_bytes(promised)
    file.seek(header.start)
    data = file.read(promised + 1)
    _require(len(data) == promised, f"is cut short or too long: {promised:,} bytes were promised")
    return np.frombuffer(data, header.dtype).reshape(header.shape, order=header.order)


def _images(file: IO[bytes], header: _Header, size: tuple[int, int] | None) -> Images:
    """Images (N, height, width) in [0, 1], white by the rules that `import_images` states."""
    shape, dtype = header.shape, header.dtype
    kind = f"holds {dtype} of shape {shape}"
    _require(len(shape) == 3 and dtype.kind in "biuf", f"{kind}; it should be numbers of shape (N, H, W)")
    _check(shape, size)
    values = _body(file, header)
    low, high, most = values.min(), values.max(), 1 if dtype.kind == "f" else 255
    _require(bool(low >= 0 and high <= most), f"{kind} from {low} to {high}; they must be 0 to {most}")
    white = 1 if high <= 1 else 255 if dtype == np.uint8 else high
    return _fit(values, size) / np.float32(white)


def _words(file: IO[bytes], header: _Header, count: int) -> list[object]:
    """Labels from an array (N,) of words or numbers, or as the library keeps them: one word of JSON."""
    shape, kind = header.shape, header.dtype.kind
    _require(shape in ((), (count,)) and kind in "biufUS", f"has labels {shape} for {count} images")
    words = _body(file, header)
    listed = words.tolist() if words.ndim else json.loads(str(words))
    _require(isinstance(listed, list) and len(listed) == count, f"is no list of {count} labels")
    return [each.decode("utf-8", "replace") if isinstance(each, bytes) else each for each in listed]


# -- fonts


def _chosen(wishes: _Wishes, shape: tuple[int, int], has: Callable[[str], bool]) -> str:
    """The characters to draw in cells of `shape`, each once; a font that lacks one of them is refused."""
    chosen = "".join(dict.fromkeys(ASCII if wishes.characters is None else wishes.characters))
    _require(bool(chosen), "--characters are none; give the text whose characters become images")
    _check((len(chosen), *shape), wishes.size)
    lacking = " ".join(each for each in chosen if not (each.isprintable() and has(each)))
    more = " ..." if len(lacking) > MAX_LABEL else ""
    _require(not lacking, f"lacks {_printable(lacking)}{more}; choose others with --characters")
    return chosen


_Ink: TypeAlias = tuple[int, int, Image.Image]
"""A character without margins; its left and top edge, right of and below the origin on the baseline."""


def _outlines(path: Path, wishes: _Wishes) -> _Read:
    """TrueType and OpenType: as large as all ink fits the cell, centred across, on one baseline."""
    width, height = wishes.size or FONT_SIZE
    data = path.read_bytes()  # given a path that is no font, Pillow would look for its name in the system

    def font(pixels: int) -> ImageFont.FreeTypeFont:
        return ImageFont.truetype(io.BytesIO(data), pixels, layout_engine=ImageFont.Layout.BASIC)

    probe = font(PROBE)
    nothing = _ink(probe, "\U0010fffe")  # never a character: draws the sign for those that the font lacks
    chosen = _chosen(wishes, (height, width), lambda each: each == " " or _ink(probe, each) != nothing)
    wide, top, bottom = _extent([_ink(probe, each) for each in chosen])
    largest = 1 + int(PROBE * min(width / max(wide, 1), height / max(bottom - top, 1)))
    for pixels in range(largest, 0, -1):  # what is drawn is as large as asked for but for rounding, so look
        face = font(pixels)
        inks = [_ink(face, each) for each in chosen]
        wide, top, bottom = _extent(inks)
        if wide <= width and bottom - top <= height:
            break
    baseline = (height - (bottom - top)) // 2 - top
    cells = [Image.new("L", (width, height)) for _ in inks]
    for cell, (_, above, ink) in zip(cells, inks, strict=True):
        cell.paste(ink, ((width - ink.width) // 2, baseline + above))
    return np.stack([np.asarray(cell, np.float32) for cell in cells]) / np.float32(255), chosen


def _ink(font: ImageFont.FreeTypeFont, character: str) -> _Ink:
    left, top, right, bottom = map(int, font.getbbox(character, anchor="ls"))
    _require((right - left) * (bottom - top) <= MAX_SOURCE_PIXELS, f"draws {character} far too large")
    canvas = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(canvas).text((-left, -top), character, 255, font, anchor="ls")
    box = canvas.getbbox() or (0, 0, 0, 0)
    return left + box[0], top + box[1], canvas.crop(box)


def _extent(inks: list[_Ink]) -> tuple[int, int, int]:
    """The largest width, the highest top and the lowest bottom, below the baseline."""
    return (
        max(ink.width for _, _, ink in inks),
        min(top for _, top, _ in inks),
        max(top + ink.height for _, top, ink in inks),
    )


def _bdf(path: Path, wishes: _Wishes) -> _Read:
    """The glyphs of a BDF font, each where it stands in the box that holds them all."""
    glyphs: dict[int, tuple[list[str], str]] = {}  # width, height, left, bottom; rows of whole bytes in hex
    frame, box, rows, code = [""], [""], [""], -1
    with path.open(encoding="latin-1") as lines:
        for line in lines:
            match line.split():
                case ["FONTBOUNDINGBOX", *frame]:
                    pass
                case ["ENCODING", number, *_]:
                    code = int(number)
                case ["BBX", *box]:
                    pass
                case ["BITMAP"]:
                    rows = []
                case ["ENDCHAR"]:
                    glyphs[code] = box, "".join(rows)
                case [row]:
                    rows.append(row)
    width, height, left, bottom = map(int, frame)
    chosen = _chosen(wishes, (height, width), lambda each: ord(each) in glyphs)
    cells = np.empty((len(chosen), height, width), np.float32)
    for i, character in enumerate(chosen):
        box, digits = glyphs[ord(character)]
        (wide, high, x, y), bits = map(int, box), bytes.fromhex(digits)
        whole = min(wide, high) >= 0 and len(bits) == (wide + 7) // 8 * high
        _require(whole, f"has not the rows of {character} that its BBX promises")
        cell = Image.new("1", (width, height))
        if bits:
            cell.paste(Image.frombytes("1", (wide, high), bits), (x - left, height - (y - bottom) - high))
        cells[i] = np.asarray(cell)
    return _fit(cells, wishes.size), chosen


READERS: tuple[tuple[tuple[bytes, ...], Callable[[Path, _Wishes], _Read]], ...] = (
    ((b"\x93NUMPY",), _npy),
    ((b"PK",), _npz),
    ((b"\x1f\x8b", b"\0\0\x08"), _idx),
    ((b"\0\1\0\0", b"OTTO", b"true", b"ttcf"), _outlines),
    ((b"STARTFONT",), _bdf),
)
"""How a file may begin, and who reads it then."""
