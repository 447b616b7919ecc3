"""A sheet of images: each at its place, pixel by pixel, with mid-grey between; and its file."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.base.words import Refusal
from core.data.pictures import sheet, write_png

GREY = 128
SHAPES = st.tuples(st.integers(1, 9), st.integers(1, 4), st.integers(1, 4))
"""Count, height, width."""


def images(seed, shape):
    return np.random.default_rng(seed).random(shape, dtype=np.float32)


def place(number, shape, columns, scale):
    """Where on the sheet the image of that number lies: (top, left, height, width)."""
    height, width = scale * shape[1], scale * shape[2]
    row, column = divmod(number, columns)
    return row * (height + 1), column * (width + 1), height, width


@given(st.integers(0, 99), SHAPES, st.integers(1, 6), st.integers(1, 3))
def test_that_every_pixel_is_found_again_and_all_else_is_grey(seed, shape, columns, scale):
    many = images(seed, shape)
    page = sheet(many, columns, scale)
    rows = -(-shape[0] // columns)
    assert page.dtype == np.uint8
    assert page.shape == (
        rows * (scale * shape[1] + 1) - 1, columns * (scale * shape[2] + 1) - 1,
    )  # fmt: skip
    rest = np.ones(page.shape, dtype=bool)
    for number, image in enumerate(many):
        top, left, height, width = place(number, shape, columns, scale)
        for y in range(height):
            for x in range(width):
                level = 255 * float(image[y // scale, x // scale])
                assert abs(int(page[top + y, left + x]) - level) <= 0.5 + 1e-4
        rest[top : top + height, left : left + width] = False
    assert (page[rest] == GREY).all()


@given(SHAPES, st.integers(1, 6), st.integers(1, 4))
def test_that_black_and_white_stay_so(shape, columns, scale):
    for level, byte in ((0, 0), (1, 255)):
        page = sheet(np.full(shape, level, np.float32), columns, scale)
        assert int((page == byte).sum()) == shape[0] * shape[1] * shape[2] * scale**2
        assert set(np.unique(page)) <= {byte, GREY}


def test_that_places_left_over_in_the_last_row_stay_grey():
    page = sheet(np.ones((4, 2, 2), np.float32), 3, 1)
    assert page.tolist() == [
        [255, 255, GREY, 255, 255, GREY, 255, 255],
        [255, 255, GREY, 255, 255, GREY, 255, 255],
        [GREY] * 8,
        [255, 255, GREY, GREY, GREY, GREY, GREY, GREY],
        [255, 255, GREY, GREY, GREY, GREY, GREY, GREY],
    ]


def test_that_images_fill_rows_from_the_top_left():
    page = sheet((np.arange(6, dtype=np.float32) / 255).reshape(6, 1, 1), 3, 1)
    assert page.tolist() == [[0, GREY, 1, GREY, 2], [GREY] * 5, [3, GREY, 4, GREY, 5]]


@given(st.integers(0, 99), st.integers(1, 12), st.integers(1, 12))
def test_that_a_file_holds_the_page(tmp_path_factory, seed, height, width):
    page = np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8)
    path = tmp_path_factory.getbasetemp() / "page.png"
    assert write_png(page, path) == path
    with Image.open(path) as read:
        assert (read.format, read.mode, read.size) == ("PNG", "L", (width, height))
        assert np.array_equal(np.asarray(read), page)


@pytest.mark.parametrize("name", ["page.jpg", "page", "page.png.txt", ".png"])
def test_that_a_picture_of_another_kind_is_refused_before_it_is_made(tmp_path, name):
    with pytest.raises(Refusal, match=r"\.png file"):
        write_png(np.zeros((2, 3), np.uint8), str(tmp_path / name))
    assert list(tmp_path.iterdir()) == []


def test_that_a_suffix_may_be_in_capital_letters(tmp_path):
    path = write_png(np.zeros((2, 3), np.uint8), tmp_path / "page.PNG")
    assert path.read_bytes().startswith(b"\x89PNG")


def test_that_a_place_that_cannot_be_written_is_told_and_left_empty(tmp_path):
    with pytest.raises(OSError, match="gone"):
        write_png(np.zeros((2, 3), np.uint8), tmp_path / "gone" / "page.png")
    assert list(tmp_path.iterdir()) == []
