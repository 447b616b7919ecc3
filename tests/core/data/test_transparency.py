"""What is clear in a picture is laid over the ground on which the shape is seen, whatever the format."""

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image
from sources import chunk, packed, refusal, written

from core.data.importers import Wishes, import_images, understand
from core.data.importers.transparency import CLEAR, FAINT, laid

levels = hnp.arrays(np.float32, (3, 4, 5), elements=st.floats(0, 1, width=32))


@given(levels, levels)
def test_that_all_lie_over_black_or_white_and_only_what_would_be_lost_over_the_other(grey, opacity):
    ink, clear = grey * opacity, 1 - opacity
    black, white = ink.copy(), ink + clear
    images = laid(ink, clear).images
    for image, *grounds in zip(images, black, white, strict=True):
        assert any(np.allclose(image, ground, atol=1e-6) for ground in grounds)
    for number in range(3):
        best = max(np.ptp(black[number]), np.ptp(white[number]))
        if best > CLEAR:  # else nothing but roundings can be seen over either
            assert np.ptp(images[number]) >= min(best, FAINT) - 1e-6


@pytest.mark.parametrize(("ink", "ground"), [(0, 1), (1, 0)])
def test_that_a_shape_in_the_opacity_alone_is_never_lost(ink, ground):
    shape = np.eye(5, dtype=np.float32)[None]
    made = laid(shape * ink, 1 - shape)
    assert np.array_equal(made.images, np.where(shape > 0, ink, ground))
    assert [("white" if ground else "black") in str(said) for said in made.remarks] == [True]
    assert "--invert" in str(made.remarks[0])


def test_that_what_is_nowhere_clear_stays_as_it_is_and_nothing_is_said():
    images = np.random.default_rng(0).random((2, 3, 4), dtype=np.float32)
    for clear in (None, np.zeros_like(images), np.full_like(images, 1 / 255)):
        made = laid(images.copy(), clear)
        assert np.array_equal(made.images, images)
        assert made.remarks == ()


@pytest.mark.parametrize(("most", "few"), [(0, 1), (1, 0)])
def test_that_an_image_that_would_be_blank_lies_over_the_other_ground_and_is_named(most, few):
    shapes = np.stack([np.eye(4, dtype=np.float32)] * 12)
    grey = np.full((12, 1, 1), most, np.float32)
    grey[[1, 2, 4, 5]] = few
    made = laid(shapes * grey, 1 - shapes, list("abcdefghijkl"))
    assert np.array_equal(made.images, np.where(shapes > 0, grey, 1 - grey))
    ground, named = map(str, made.remarks)
    assert f"over {('white', 'black')[most]};" in ground
    assert named.endswith(f"they lie over {('white', 'black')[few]}: b, c, e, ....")


# -- the formats

SHAPE = np.array([[1, 0, 0, 0], [1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 0]], bool)
"""Where ink is; all else is clear."""


def png_of(depth, kind, samples, clear=None, palette=None):
    """A PNG of samples (H, W) or (H, W, channels) as they stand in it, which Pillow does not write so."""
    height, width = samples.shape[:2]
    bits = samples.reshape(height, -1)[:, :, None] >> np.arange(depth - 1, -1, -1) & 1
    rows = np.packbits(bits.reshape(height, -1).astype(np.uint8), axis=1)
    blob = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0))
    blob += b"" if palette is None else chunk(b"PLTE", palette)
    blob += b"" if clear is None else chunk(b"tRNS", clear)
    return (
        blob + chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows))) + chunk(b"IEND")
    )


def tiff_of(samples, extra):
    """A TIFF of grey or colour with opacity; `extra` 1 says that colours are multiplied with it, 2 not."""
    height, width, count = samples.shape
    data = samples.tobytes()
    end = 8 + len(data)
    bits = (8 if samples.dtype == np.uint8 else 16,) * count
    tags = [
        (256, 3, 1, width), (257, 3, 1, height), (258, 3, count, end if count > 2 else bits[0] * 65_537),
        (259, 3, 1, 1), (262, 3, 1, 1 if count == 2 else 2), (273, 4, 1, end + 2 * count), (277, 3, 1, count),
        (278, 3, 1, height), (279, 4, 1, len(data)), (338, 3, 1, extra),
    ]  # fmt: skip
    tags[5] = (273, 4, 1, 8)
    table = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags) + bytes(4)
    return b"II*\0" + struct.pack("<I", end + 2 * count) + data + struct.pack(f"<{count}H", *bits) + table


def bmp_of(levels, opacity):
    """A BMP of 32 bits of which a mask says that the last eight are opacity."""
    height, width = levels.shape
    head = struct.pack("<IiiHHIIiiII", 108, width, -height, 1, 32, 3, 4 * width * height, 0, 0, 0, 0)
    head += struct.pack("<4I", 0xFF0000, 0xFF00, 0xFF, 0xFF000000) + bytes(52)
    body = np.stack([levels] * 3 + [opacity], -1).astype(np.uint8).tobytes()
    return b"BM" + struct.pack("<IHHI", 14 + 108 + len(body), 0, 0, 122) + head + body


def files():
    """Every format that carries what is clear, with the level of its ink: name, bytes, level."""
    for ink in (0, 255):
        grey, opacity = np.where(SHAPE, ink, 255 - ink).astype(np.uint8), SHAPE * np.uint8(255)
        step = grey > 0
        colour = np.stack([grey] * 3 + [opacity], -1)
        for kind in ("PNG", "WEBP", "TIFF"):
            more = {"lossless": True, "exact": True} if kind == "WEBP" else {}
            yield f"RGBA.{kind}", packed(Image.fromarray(colour).save, kind, **more), ink
        two = Image.merge("LA", [Image.fromarray(grey), Image.fromarray(opacity)])
        for kind in ("PNG", "TIFF"):
            yield f"LA.{kind}", packed(two.save, kind), ink
        wide = np.stack([grey, opacity], -1).astype(np.uint16) * 257
        yield "LA16.PNG", png_of(16, 4, wide), ink
        yield "RGBA16.PNG", png_of(16, 6, colour.astype(np.uint16) * 257), ink
        for depth in (1, 2, 4, 8, 16):
            most = (1 << depth) - 1
            clear = struct.pack(">H", 0 if ink else most)
            yield f"L{depth}+tRNS.PNG", png_of(depth, 0, step.astype(np.uint16) * most, clear), ink
        for depth, ground in ((8, 200), (16, 51_200)):  # whose low byte is 0
            one = np.where(SHAPE, (1 << depth) - 1 if ink else 0, ground).astype(np.uint16)
            clear = struct.pack(">3H", *[ground] * 3)
            yield f"RGB{depth}+tRNS.PNG", png_of(depth, 2, np.stack([one] * 3, -1), clear), ink
        for depth in (1, 2, 4, 8):
            palette = bytes([ink] * 3 + [255 - ink] * 3)
            yield f"P{depth}+tRNS.PNG", png_of(depth, 3, ~SHAPE * np.uint8(1), bytes((255, 0)), palette), ink
        indexed = Image.fromarray(~SHAPE * np.uint8(1), "P")
        indexed.putpalette([ink] * 3 + [255 - ink] * 3)
        yield "P.GIF", packed(indexed.save, "GIF", transparency=1), ink
        for depth, kind in ((8, np.uint8), (16, np.uint16)):
            for extra in (1, 2):
                part = np.where(SHAPE, grey, 0) if extra == 1 else grey
                planes = np.stack([part] * 3 + [opacity], -1).astype(kind) * kind(257 if depth == 16 else 1)
                yield f"RGBA{depth}-{extra}.TIFF", tiff_of(planes, extra), ink
                if depth == 8:
                    yield f"LA-{extra}.TIFF", tiff_of(planes[:, :, 2:], extra), ink
        yield "RGBA.BMP", bmp_of(grey, opacity), ink


@pytest.mark.parametrize(
    ("blob", "ink"), [pytest.param(*file[1:], id=f"{file[0]}-{file[2]}") for file in files()]
)
@pytest.mark.parametrize("among", [False, True])
def test_that_no_format_loses_a_shape_that_is_in_its_opacity(tmp_path, blob, ink, among):
    written(tmp_path / "a.png", blob)
    made = understand(tmp_path if among else tmp_path / "a.png", "mine", Wishes())
    assert np.array_equal(made.dataset.images, [SHAPE if ink else ~SHAPE])
    (said,) = map(str, made.remarks)
    assert f"over {'black' if ink else 'white'}; --invert" in said
    assert made.found == Wishes()


def saved(path, ink, opacity=None):
    """A picture of one level where it is opaque."""
    opacity = SHAPE * 255 if opacity is None else opacity
    planes = [np.full(opacity.shape, ink, np.uint8), opacity.astype(np.uint8)]
    Image.merge("LA", [Image.fromarray(plane) for plane in planes]).save(path)


def test_that_a_folder_has_one_ground_and_what_it_would_lose_is_named(tmp_path):
    for name, ink in (("a", 0), ("b", 0), ("c", 255), ("d", 30)):
        saved(tmp_path / f"{name}.png", ink)
    Image.fromarray(np.where(SHAPE, 0, 90).astype(np.uint8)).save(tmp_path / "e.png")  # nothing clear
    made = understand(tmp_path, "mine", Wishes(invert=True))
    images = 1 - made.dataset.images
    for number, (on, off) in enumerate([(0, 1), (0, 1), (1, 0), (30 / 255, 1), (0, 90 / 255)]):
        assert np.allclose(images[number], np.where(SHAPE, on, off), atol=1e-6)
    ground, lost = map(str, made.remarks)
    assert "over white" in ground
    assert lost.endswith("lie over black: c.png.")


@given(st.integers(0, 99), st.integers(2, 6))
def test_that_shrinking_and_laying_over_a_ground_commute(tmp_path_factory, seed, side):
    folder = tmp_path_factory.getbasetemp()
    grey, opacity = np.random.default_rng(seed).integers(0, 256, (2, 6, 6), np.uint8)
    opacity[0, 0] = 0
    Image.merge("LA", [Image.fromarray(grey), Image.fromarray(opacity)]).save(folder / "a.png")
    part = opacity / np.float32(255)
    ink = grey / np.float32(255) * part
    laid_first = []
    for ground in (0, 1):
        Image.fromarray(ink + (1 - part) * ground).save(folder / "b.tiff")
        laid_first.append(import_images(folder / "b.tiff", "mine", size=(side, side)).images)
    made = import_images(folder / "a.png", "mine", size=(side, side)).images
    assert any(np.allclose(made, each, atol=1e-5) for each in laid_first)


def test_that_a_channel_under_which_nothing_at_all_is_seen_is_no_opacity(tmp_path):
    pixels = np.zeros((4, 4, 4), np.uint8)
    pixels[SHAPE, :3] = 255
    Image.fromarray(pixels).save(tmp_path / "a.png")
    assert np.array_equal(import_images(tmp_path / "a.png", "mine").images, [SHAPE])


# -- what has no contrast


@pytest.mark.parametrize("level", [20, 77, 255])
def test_that_a_set_of_one_level_is_refused_whatever_it_comes_in(tmp_path, level):
    blank = np.full((2, 3, 4), level, np.uint8)
    nearly = blank.copy()  # whole numbers to 16 would be levels of their own
    nearly[0, 0, 0] = level - 1
    for images in (blank, nearly):
        np.save(tmp_path / "a.npy", images)
        np.savez(tmp_path / "a.npz", images=images)
        head = bytes((0, 0, 8, 3)) + struct.pack(">3I", *images.shape)
        written(tmp_path / "a.idx", head + images.tobytes())
        folder = tmp_path / "folder"
        folder.mkdir(exist_ok=True)
        for number, image in enumerate(images):
            Image.fromarray(image).save(folder / f"{number}.png")
        Image.fromarray(images[0]).save(tmp_path / "a.png")
        for name in ("a.npy", "a.npz", "a.idx", "a.png", "folder"):
            assert refusal(tmp_path / name).endswith("is blank: all of its pixels are alike")


def test_that_two_levels_of_a_byte_are_enough(tmp_path):
    images = np.full((2, 3, 4), 40, np.uint8)
    images[1] = 42
    np.save(tmp_path / "a.npy", images)
    assert import_images(tmp_path / "a.npy", "mine").count == 2


def test_that_clear_pictures_without_a_shape_are_blank(tmp_path):
    saved(tmp_path / "a.png", 0, np.zeros((3, 3)))
    assert "blank" in refusal(tmp_path / "a.png")
    saved(tmp_path / "a.png", 0, np.full((3, 3), 90))
    assert "blank" in refusal(tmp_path)
