import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Dataset, load_dataset
from core.base.files import shipped
from core.base.registry import UnknownName
from core.base.words import Refusal
from core.data.datasets import DATASETS
from core.data.limits import MAX_IMAGES, MAX_LABEL_TEXT, MAX_PIXELS


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


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ((0, 1.5), ("0", "1.5")),
        ((np.int64(7), np.float32(0.5)), ("7", "0.5")),
        ((np.str_("a"), "b"), ("a", "b")),
        (["a", "b"], ("a", "b")),
        ("ab", ("a", "b")),
        (("\ud800", "x\udcff"), ("\ufffd", "x\ufffd")),
        (("\ud83d\ude00", "😀"), ("😀", "😀")),
        (("a\0", ""), ("a\0", "")),
    ],
)
def test_that_labels_become_texts_that_every_file_can_hold(given, kept):
    labels = Dataset("mine", np.eye(4).reshape(2, 2, 4), given).labels
    assert labels == kept
    assert {type(label) for label in labels} == {str}
    assert json.loads(json.dumps(labels)) == list(labels)
    "".join(labels).encode()


@pytest.mark.parametrize("label", [None, b"a", ["a"], {}, 1j, object()])
def test_that_labels_that_are_no_text_are_refused_by_their_number(label):
    with pytest.raises(Refusal, match="mine: label 2 must be a text"):
        Dataset("mine", np.eye(4).reshape(2, 2, 4), ("a", label))


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((MAX_IMAGES + 1, 1, 1), "1,000,001 images are too many; a set has at most 1,000,000"),
        ((2, 1, MAX_PIXELS), "536,870,912 pixels are too many; a set has at most 268,435,456"),
    ],
)
def test_that_a_set_has_its_bounds_before_it_takes_memory(shape, words):
    hollow = np.broadcast_to(np.zeros(1, np.float32), shape)
    with pytest.raises(Refusal, match=f"mine: {words}"):
        Dataset("mine", hollow, ())


def test_that_labels_have_so_many_characters_together_and_no_more():
    most = "x" * MAX_LABEL_TEXT
    assert Dataset("mine", np.eye(1)[None], (most,)).labels == (most,)
    with pytest.raises(Refusal, match="4,194,305 characters together; at most 4,194,304"):
        Dataset("mine", np.eye(1)[None], (most + "x",))


@pytest.mark.parametrize("images", [np.array([[["a"]]]), np.array([[[None]]]), np.array([[[1j]]])])
def test_that_images_that_are_no_numbers_are_refused(images):
    with pytest.raises(Refusal, match="mine: every pixel must be a number"):
        Dataset("mine", images, ("a",))


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
