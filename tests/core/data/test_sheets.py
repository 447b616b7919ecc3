"""A sheet is cut as it was made: as wished, or as lines on it show where that is sure."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image
from sources import a_set_or_a_refusal, png, refusal, written

from core.data.datasets import load_dataset
from core.data.importers import Wishes, import_images, understand
from core.data.pictures import sheet

DIGITS, FONT, FACES = (load_dataset(name) for name in ("digits", "font5x7", "emojis-55"))
GREY = 128

sides = st.integers(3, 7)
counts = st.integers(2, 14)


@pytest.fixture(scope="module", autouse=True)
def place(tmp_path_factory):
    """A folder for hypothesis, which gives no example a folder of its own."""
    global PLACE
    PLACE = tmp_path_factory.mktemp("sheets")
    return PLACE


def understood(page, **wishes):
    return understand(written(PLACE / "page.png", png(page)), "mine", Wishes(**wishes))


def levels(images):
    return np.rint(images * 255).astype(np.uint8)


def random(seed, *shape):
    """Bytes of which none is the grey of our sheets."""
    drawn = np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
    return np.where(drawn == GREY, 0, drawn).astype(np.uint8)


def page_of(cells, columns, margin, spacing, level):
    """A sheet of cells (N, h, w) whose every other pixel has one level."""
    count, height, width = cells.shape
    rows = -(-count // columns)
    page = np.full(
        (
            2 * margin + rows * height + (rows - 1) * spacing,
            2 * margin + columns * width + (columns - 1) * spacing,
        ),
        level,
        np.uint8,
    )
    for number, cell in enumerate(cells):
        top, left = divmod(number, columns)
        top, left = margin + top * (height + spacing), margin + left * (width + spacing)
        page[top : top + height, left : left + width] = cell
    return page


# -- our own


@given(st.integers(0, 99), counts, sides, sides, st.integers(1, 6), st.integers(1, 3), st.booleans())
def test_that_our_own_sheets_come_back_whether_or_not_the_grid_is_told(
    seed, count, height, width, columns, scale, tells
):
    images = random(seed, count, height, width)
    images[-1] *= seed % 2  # the last one may be blank
    assume(count > 2 or seed % 2)
    page = sheet(images / np.float32(255), columns, scale)
    grid = (columns, -(-count // columns))
    made = understood(page, **({"grid": grid} if tells else {}))
    assert np.array_equal(levels(made.dataset.images), images)
    assert made.dataset.labels == tuple(str(number + 1) for number in range(count))
    assert (made.found.grid, made.found.margin, made.found.spacing) == (grid, 0, 1)
    assert made.found.size == (None if scale == 1 else (width, height))


@pytest.mark.parametrize("dataset", [DIGITS, FONT, FACES], ids=lambda dataset: dataset.name)
@pytest.mark.parametrize("columns", [8, 11, 40])
@pytest.mark.parametrize("scale", [1, 4])
def test_that_the_sheets_of_built_in_sets_come_back_though_grey_is_in_them(dataset, columns, scale):
    made = understood(sheet(dataset.images, columns, scale))
    assert np.array_equal(levels(made.dataset.images), levels(dataset.images))
    assert "grid" not in made.asks
    assert "--grid 1x1" in str(made.remarks[0])


# -- sheets of others


def looked_at(made):
    """What was said of the lines: that cells are blank is said however they were found."""
    return [each for each in made.remarks if "blank" not in str(each)]


@given(
    st.integers(0, 99), counts, sides, sides, st.integers(1, 6), st.integers(0, 3), st.integers(1, 3),
    st.sampled_from([0, 90, 255]), st.sampled_from(["nothing", "grid", "spacing", "margin", "all"]),
)  # fmt: skip
def test_that_cells_between_lines_are_found_and_wishes_cut_the_same(
    seed, count, height, width, columns, margin, spacing, level, told
):
    assume(min(height, width) > 3 or told != "grid")  # which may cut evenly as well
    columns = min(columns, count)
    cells = random(seed, count, height, width)
    cells[cells == level] = 17
    cells[-1, -1, -1] = 18  # or a last cell of one level would be an empty one
    page = page_of(cells, columns, margin, spacing, level)
    grid = (columns, -(-count // columns))
    found = Wishes(grid=grid, margin=margin, spacing=spacing)
    wishes = {
        name: getattr(found, name)
        for name in ("grid", "margin", "spacing")
        if told == "all" or (told == name and getattr(found, name) != 0)
    }
    made = understood(page, **wishes)
    assert np.array_equal(levels(made.dataset.images), cells)
    assert (made.found.grid, made.found.margin, made.found.spacing) == (grid, margin, spacing)
    again = understood(page, **{name: getattr(made.found, name) for name in ("grid", "margin", "spacing")})
    assert again.dataset == made.dataset
    assert looked_at(again) == []
    assert (looked_at(made) == []) == (told == "all")


def test_that_blank_ends_are_dropped_be_they_of_the_colour_of_the_lines_or_of_another():
    cells = random(0, 7, 5, 4)
    for ground in (0, 255):
        padded = np.concatenate((cells, np.full((5, 5, 4), ground, np.uint8)))
        made = understood(page_of(padded, 4, 1, 2, 0))
        assert np.array_equal(levels(made.dataset.images), cells)
        assert made.found.grid == (4, 3)


def test_that_few_cells_or_lines_of_a_colour_that_is_in_the_cells_are_asked_about():
    many, few = random(0, 12, 5, 6), random(0, 4, 5, 6)
    many[many == 255] = few[few == 255] = 254
    assert understood(page_of(many, 4, 0, 1, 255)).asks == set()
    assert understood(page_of(few, 2, 0, 1, 255)).asks == {"grid"}
    many[:, 2, 2] = 255
    assert understood(page_of(many, 4, 0, 1, 255)).asks == {"grid"}


# -- what is no sheet


def flag(*levels):
    return np.repeat(np.array(levels, np.uint8), 4)[:, None].repeat(12, 1)


def cross():
    page = np.full((15, 15), 200, np.uint8)
    page[7], page[:, 7] = 10, 10
    return page


def blobs():
    """Two that differ, far apart on one ground."""
    page = np.zeros((30, 12), np.uint8)
    page[3:7, 3:9], page[22:26, 3:9] = random(0, 4, 6), random(1, 4, 6)
    return page


def glyphs():
    """Black on white, every row and column of cells parted by white."""
    return 255 - page_of(levels(FONT.images), 8, 0, 1, 0)


@pytest.mark.parametrize(
    "page",
    [
        flag(0, 128, 255), flag(40, 128, 40), cross(), blobs(), glyphs(), random(0, 20, 20),
        np.eye(9, dtype="u1") * 255,
    ],
    ids=["flag", "stripe", "cross", "blobs", "glyphs", "noise", "line"],
)  # fmt: skip
def test_that_one_picture_is_taken_for_one(page):
    made = understood(page)
    assert np.array_equal(levels(made.dataset.images), page[None])
    assert made.remarks == ()
    assert made.asks == set()
    assert made.found == Wishes()


@pytest.mark.parametrize("dataset", [DIGITS, FONT, FACES], ids=lambda dataset: dataset.name)
def test_that_no_image_of_a_built_in_set_is_taken_for_a_sheet(dataset):
    for image in dataset.images[:60]:
        if np.ptp(image) > 0.01:
            assert understood(levels(image)).dataset.count == 1


def test_that_a_grid_of_one_takes_a_sheet_for_one_picture():
    page = page_of(random(0, 6, 5, 4), 3, 1, 1, 255)
    assert np.array_equal(levels(understood(page, grid=(1, 1)).dataset.images), page[None])


def test_that_the_grid_alone_finds_the_narrowest_lines_though_their_colour_is_a_ground():
    page = glyphs()
    made = understood(page, grid=(8, 4))
    assert np.array_equal(levels(made.dataset.images), 255 - levels(FONT.images)[:-1])  # which is blank
    assert (made.found.margin, made.found.spacing, made.asks) == (0, 1, {"margin", "spacing"})
    assert "--spacing and --margin say it otherwise" in str(made.remarks[0])


def test_that_a_grid_that_fits_evenly_is_cut_as_ever_unless_lines_show_otherwise():
    noise = random(0, 12, 12)
    made = understood(noise, grid=(3, 3))
    assert (made.dataset.shape, made.remarks, made.found.spacing) == ((4, 4), (), 0)
    framed = page_of(random(1, 9, 6, 6), 3, 1, 2, GREY)
    made = understood(framed, grid=(3, 3))
    assert (made.dataset.shape, made.asks) == ((6, 6), {"margin", "spacing"})
    kept = understood(framed, grid=(3, 3), margin=0, spacing=0)
    assert (kept.dataset.shape, kept.remarks) == ((8, 8), ())


# -- wishes


@given(
    st.integers(2, 60), st.integers(2, 60), st.integers(1, 5), st.integers(1, 5), st.integers(0, 4),
    st.integers(1, 4),
)  # fmt: skip
@settings(max_examples=60)
def test_that_wishes_are_cut_by_the_formula_or_refused(width, height, columns, rows, margin, spacing):
    page = random(width, height, width)
    wishes = {"grid": (columns, rows), "margin": margin, "spacing": spacing}
    wide, high = width - 2 * margin - (columns - 1) * spacing, height - 2 * margin - (rows - 1) * spacing
    path = written(PLACE / "page.png", png(page))
    if min(wide, high) < 1 or wide % columns or high % rows or min(wide // columns, high // rows) < 1:
        line = refusal(path, **wishes)
        assert all(part in line for part in (f"{width}x{height}", "--grid", "--spacing", "--margin"))
        return
    wide, high = wide // columns, high // rows
    made = a_set_or_a_refusal(path, **wishes)
    if made is not None and made.count == columns * rows:  # none at the end are blank
        assert made.shape == (high, wide)
        bottom, right = height - margin, width - margin
        assert np.array_equal(levels(made.images[-1]), page[bottom - high : bottom, right - wide : right])
    else:  # a cell of one pixel
        assert wide * high == 1


@pytest.mark.parametrize("option", ["margin", "spacing"])
def test_that_a_margin_or_a_spacing_of_no_cells_needs_a_grid(option, tmp_path):
    line = refusal(written(tmp_path / "a.png", png(random(0, 9, 9))), **{option: 2})
    assert f"--{option}" in line
    assert "--grid" in line


def test_that_of_more_cells_than_wanted_some_are_taken_evenly_spread():
    cells = random(0, 12, 5, 4)
    made = understood(page_of(cells, 4, 0, 0, 0), grid=(4, 3), count=3)
    assert np.array_equal(levels(made.dataset.images), cells[[0, 4, 8]])
    assert made.dataset.labels == ("1", "5", "9")


def test_that_the_count_comes_before_the_limit(tmp_path):
    page = random(0, 256, 400)
    path = written(tmp_path / "a.png", png(page))
    assert "--count" in refusal(path, grid=(400, 256))
    assert import_images(path, "mine", grid=(400, 256), count=7).images.shape == (7, 1, 1)


def test_that_cells_of_a_size_keep_it_where_it_is_wished():
    page = sheet(FONT.images, 8, 4)
    made = understood(page, size=(20, 28))
    assert made.dataset.shape == (28, 20)
    assert "size" not in made.asks
    small = understood(page)
    assert (small.found.size, small.asks) == ((5, 7), {"size"})
    again = understood(page, grid=small.found.grid, margin=0, spacing=1, size=small.found.size)
    assert np.allclose(again.dataset.images, small.dataset.images, atol=1e-6)


def test_that_a_large_picture_is_looked_at_for_cells_before_it_is_called_too_large(tmp_path):
    cells = random(0, 12, 60, 50)
    cells[cells == 255] = 254
    assert understood(page_of(cells, 4, 8, 4, 255)).dataset.images.shape == (12, 60, 50)
    assert "too large for one image" in refusal(written(tmp_path / "a.png", png(random(0, 200, 300))))
    huge = np.zeros((5000, 5000), np.uint8)
    assert "too large for one image" in refusal(written(tmp_path / "b.png", png(huge)))


def test_that_every_cell_lies_over_the_ground_on_which_it_is_seen():
    shape = levels(FONT.images)[:6, :, :5]
    grey = np.zeros_like(shape)
    grey[[1, 5]] = 255
    planes = [page_of(each, 3, 0, 0, 0) for each in (grey, shape)]
    path = PLACE / "clear.png"
    Image.merge("LA", [Image.fromarray(plane) for plane in planes]).save(path)
    made = understand(path, "mine", Wishes(grid=(3, 2)))
    assert made.dataset.count == 6
    for number, image in enumerate(made.dataset.images):
        drawn = shape[number] > 0
        assert np.array_equal(image, drawn if number in (1, 5) else ~drawn)
    assert "over white" in str(made.remarks[0])
    assert str(made.remarks[1]).endswith("lie over black: 2, 6.")
