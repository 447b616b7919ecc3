import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Dataset, load_dataset
from core.base.files import shipped
from core.base.registry import UnknownName
from core.data.datasets import DATASETS


@pytest.mark.parametrize("name", DATASETS.names())
def test_that_a_built_in_set_has_a_label_an_image_and_no_two_alike(name):
    dataset = load_dataset(name)
    height, width = dataset.shape
    assert dataset.name == name
    assert dataset.images.shape == (dataset.count, height, width)
    assert dataset.images.dtype == np.float32
    assert dataset.pixels == height * width
    assert len(set(dataset.labels)) == (10 if name == "digits" else dataset.count)
    assert len({image.tobytes() for image in dataset.images}) == dataset.count


def test_that_the_font_is_read_bit_by_bit_from_its_table():
    table = json.loads(shipped("data/font5x7.json").read_text(encoding="utf-8"))
    spelled = [[[float(bit) for bit in format(row, "05b")] for row in rows] for rows in table["rows"]]
    assert load_dataset("font5x7").images.tolist() == spelled


@given(
    st.integers(1, 4),
    st.integers(1, 4),
    st.integers(1, 4),
    st.booleans(),
    st.sampled_from([np.float32, np.float64]),
)
def test_that_a_set_owns_its_pixels(count, height, width, transposed, kind):
    shape = (count, width, height) if transposed else (count, height, width)
    images = np.random.default_rng(0).random(shape, dtype=kind)
    if transposed:
        images = images.swapaxes(1, 2)
    dataset = Dataset("mine", images, tuple("abcd"[:count]))
    kept = images.astype(np.float32)
    images[:] = 2
    assert np.array_equal(dataset.images, kept)
    assert not dataset.images.flags.writeable


def test_that_an_unknown_set_is_refused_with_the_known_ones():
    with pytest.raises(UnknownName, match="font5x7"):
        load_dataset("nonsense")


def test_that_the_font_is_the_table_of_the_slides():
    font = load_dataset("font5x7")
    assert font.images.shape == (32, 7, 5)
    assert font.images.sum() == 371
    assert font.labels[0] == "`"
    assert font.labels[-1] == "DEL"
    assert font.images[-1].all()
    drawn = ["".join(".#"[int(pixel)] for pixel in row) for row in font.images[font.labels.index("a")]]
    assert drawn == [".....", ".###.", "....#", ".##.#", "#..##", "#..##", ".##.#"]


def test_that_images_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        load_dataset("font5x7").images[0] = 0


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((3, 4)),
        np.zeros((0, 4, 4)),
        np.full((1, 2, 2), 2.0),
        np.full((1, 2, 2), np.nan),
        np.zeros((2, 2, 2)),
    ],
)
def test_that_a_data_set_of_wrong_shape_or_range_is_refused_by_name(images):
    with pytest.raises(ValueError, match="mine"):
        Dataset("mine", images, ("only one",))


def test_that_sets_compare_and_hash_by_value():
    font = load_dataset("font5x7")
    same = Dataset(font.name, font.images.copy(), font.labels)
    assert (same == font, hash(same) == hash(font), len({same, font})) == (True, True, 1)
    others = [
        Dataset("mine", font.images, font.labels),
        Dataset(font.name, 1 - font.images, font.labels),
        Dataset(font.name, font.images[:4], font.labels[:4]),
        Dataset(font.name, font.images, font.labels[::-1]),
        "font5x7",
    ]
    assert all(other != font for other in others)
