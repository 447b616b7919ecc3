"""Arrays as people have them: what is images, labels, black and white in them is found and said."""

import gzip
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image
from sources import npy, npz, packed, png, refusal, values, written

from core.base.progress import Stopped
from core.data import library
from core.data.importers import Wishes, import_images, understand
from core.data.importers.ranges import in_range
from core.data.importers.reading import picked

BYTES = np.random.default_rng(5).integers(0, 256, (6, 9, 10), np.uint8)
BYTES[0, 0, 0] = 255
EVENLY = [0, 2, 4]
"""Which three of six are taken."""
SOURCES = {".npy": npy, ".npy.gz": lambda array: gzip.compress(npy(array))}
TYPES = {"u1": 8, "i1": 9, ">i2": 11, ">i4": 12, ">f4": 13, ">f8": 14}

sets = hnp.arrays(np.uint8, hnp.array_shapes(min_dims=3, max_dims=3, max_side=6))
sets = sets.map(lambda images: np.where((images > 0) & (images < 17), 17, images).astype(np.uint8)).filter(
    np.any
)
"""Bytes (N, H, W) of which white is 255."""


@pytest.fixture(scope="module", autouse=True)
def place(tmp_path_factory):
    """A folder for hypothesis, which gives no example a folder of its own."""
    global PLACE
    PLACE = tmp_path_factory.mktemp("arrays")
    return PLACE


def idx(array):
    """An IDX file of any type of numbers."""
    code = {np.dtype(kind): number for kind, number in TYPES.items()}[array.dtype]
    return bytes((0, 0, code, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def looked_at(path, **wishes):
    return understand(path, "mine", Wishes(**wishes))


def said(understood):
    return " ".join(map(str, understood.remarks))


# -- which array


@pytest.mark.parametrize(
    ("names", "taken"),
    [
        (("x_test", "x_train"), "x_train"),
        (("data", "images"), "images"),
        (("X_test", "X_train"), "X_train"),
        (("test_images", "val_images", "train_images"), "train_images"),
        (("W", "X"), "X"),
    ],
)
def test_that_of_several_arrays_the_likeliest_by_its_name_is_taken_and_another_can_be_chosen(
    tmp_path, names, taken
):
    stacks = {name: BYTES[2 * i : 2 * i + 2] for i, name in enumerate(names)}
    path = written(tmp_path / "a.npz", npz(**stacks))
    found = looked_at(path)
    assert np.array_equal(values(found.dataset), stacks[taken])
    assert found.arrays == names
    assert found.found.array == taken
    assert "array" not in found.asks
    assert all(name in said(found) for name in (*names, "--array"))
    for name in names:
        chosen = looked_at(path, array=name)
        assert np.array_equal(values(chosen.dataset), stacks[name])
        assert "--array" not in said(chosen)


def test_that_the_first_of_arrays_with_names_that_say_nothing_is_taken_and_asked_about(tmp_path):
    stack = np.stack([np.eye(3), np.eye(3) / 2])
    found = looked_at(written(tmp_path / "a.npz", npz(b=stack, a=stack / 2, y=np.arange(2))))
    assert found.found.array == "b"
    assert found.asks == {"array"}
    assert found.arrays == ("b", "a")
    assert "b was taken" in said(found)


def test_that_a_name_that_no_array_has_is_refused_with_those_there_are(tmp_path):
    path = written(tmp_path / "a.npz", npz(a=BYTES, b=BYTES, y=np.arange(6)))
    assert "no array c; --array can be one of these: a, b" in refusal(path, array="c")
    assert "(6,)" in refusal(path, array="y")


def test_that_a_file_without_images_says_what_it_holds(tmp_path):
    path = written(tmp_path / "a.npz", npz(a=np.zeros(3), b=np.zeros((2, 1000))))
    assert all(part in refusal(path) for part in ("a (3,)", "b (2, 1000)"))
    assert "(3,)" in refusal(written(path, npz(a=np.zeros(3))))
    assert "unpack" in refusal(written(path, packed(_zip, "a.png", png(np.eye(3, dtype=np.uint8)))))
    assert "compressed" in refusal(written(path, packed(_zip, "images.npy", npy(BYTES), 14)))


def _zip(file, name, blob, method=0):
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr(name, blob)


def test_that_an_array_that_cannot_be_read_hinders_no_other(tmp_path):
    words = np.array(["5", None], object)
    path = written(tmp_path / "a.npz", packed(np.savez, x=BYTES[:2], y=words, allow_pickle=True))
    found = looked_at(path)
    assert found.dataset.labels == ("1", "2")
    assert "Python objects" in said(found)
    assert "Python objects" in refusal(path, array="y")


def test_that_the_digits_of_scikit_learn_are_read(tmp_path):
    images = np.random.default_rng(0).integers(0, 17, (40, 8, 8)).astype(float)
    images[0, 0, 0] = 16
    target = np.arange(40) % 10
    path = written(tmp_path / "digits.npz", npz(data=images.reshape(40, 64), target=target, images=images))
    for wishes in ({}, {"array": "data"}):
        found = looked_at(path, **wishes)
        assert np.allclose(found.dataset.images, images / 16)
        assert found.dataset.labels == tuple(map(str, target))
        assert found.found.range == (0, 16)
        assert "range" in found.asks
        assert found.arrays == ("data", "images")


# -- labels


@pytest.mark.parametrize(
    ("images", "labels"),
    [
        ("x_train", "y_train"),
        ("X_train", "y_train"),
        ("X_train", "Y_train"),
        ("train_images", "train_labels"),
        ("images", "labels"),
        ("images", "target"),
        ("X", "y"),
        ("x", "labels"),
        ("data", "target"),
        ("data", "labels"),
        ("Images", "Labels"),
        ("kmnist-train-imgs", "kmnist-train-labels"),
        ("xtest", "ytest"),
    ],
)
def test_that_labels_are_found_by_their_names_within_a_file_and_beside_it(tmp_path, images, labels):
    classes = np.array(list("abcdef"))
    within = looked_at(written(tmp_path / "within.npz", npz(**{labels: classes, images: BYTES})))
    assert within.dataset.labels == tuple("abcdef")
    assert f"array {labels}" in said(within)
    for ending, make in SOURCES.items():
        written(tmp_path / f"{labels}{ending}", make(classes))
        found = looked_at(written(tmp_path / f"{images}.npy", npy(BYTES)), count=3)
        assert found.dataset.labels == tuple("ace")
        assert f"{labels}{ending}" in said(found)
        (tmp_path / f"{labels}{ending}").unlink()
    written(tmp_path / f"{labels}.npz", npz(arr_0=classes))
    assert looked_at(written(tmp_path / f"{images}.npz", npz(arr_0=BYTES))).dataset.labels == tuple("abcdef")


def test_that_labels_whose_name_suits_the_images_go_before_others(tmp_path):
    arrays = {"labels": np.array(["cat", "dog"]), "y": np.arange(3), "y_train": np.arange(6) + 4}
    found = looked_at(written(tmp_path / "a.npz", npz(x_train=BYTES, **arrays)))
    assert found.dataset.labels == tuple("456789")
    left = looked_at(written(tmp_path / "a.npz", npz(x_test=BYTES, **arrays)))
    assert left.dataset.labels == tuple("123456")
    assert "labels" in said(left)


@pytest.mark.parametrize("name", ["xylophone", "matrix", "photos", "xtra"])
def test_that_a_file_whose_name_says_nothing_of_images_has_no_labels_beside_it(tmp_path, name):
    for labels in ("y", "ylophone", "ytra", "labels", "target"):
        written(tmp_path / f"{labels}.npy", npy(np.arange(6)))
    found = looked_at(written(tmp_path / f"{name}.npy", npy(BYTES)))
    assert found.dataset.labels == tuple("123456")


def test_that_labels_beside_that_do_not_fit_are_left_there_and_that_is_said(tmp_path):
    path = written(tmp_path / "x.npy", npy(BYTES))
    for blob in (npy(np.arange(5)), npy(np.zeros((6, 4))), npy(np.arange(6))[:-1], b"words", b""):
        written(tmp_path / "y.npy", blob)
        found = looked_at(path)
        assert found.dataset.labels == tuple("123456")
        assert "y.npy" in said(found)


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (np.eye(6)[[3, 1, 5, 0, 2, 4]], "315024"),
        (np.eye(6, dtype=bool), "012345"),
        (np.arange(6)[:, None], "012345"),
        (np.arange(6.0), "012345"),
        (np.array([b"a"] * 6), "aaaaaa"),
        (np.array(list("abcdef"))[:, None, None], "abcdef"),
    ],
)
def test_that_labels_may_be_columns_or_have_a_one_for_the_class(tmp_path, labels, words):
    path = written(tmp_path / "a.npz", npz(images=BYTES, labels=labels))
    assert looked_at(path).dataset.labels == tuple(words)
    assert looked_at(path, count=3).dataset.labels == tuple(words[i] for i in EVENLY)


def test_that_a_table_beside_the_images_that_holds_no_classes_is_no_label(tmp_path):
    found = looked_at(written(tmp_path / "a.npz", npz(x=BYTES, y=np.full((6, 4), 0.5))))
    assert found.dataset.labels == tuple("123456")
    assert "(6, 4)" in said(found)


# -- shapes


@pytest.mark.parametrize("labels", [{"y": np.arange(32)}, {"labels": np.array(["é"] * 32)}])
def test_that_as_many_labels_as_images_tell_these_from_a_picture_in_colour(tmp_path, labels):
    images = np.random.default_rng(3).integers(0, 256, (32, 8, 4), np.uint8)
    found = looked_at(written(tmp_path / "a.npz", npz(x=images, **labels)))
    assert np.array_equal(values(found.dataset), images)


def test_that_without_them_it_is_a_picture(tmp_path):
    colours = np.random.default_rng(3).integers(0, 256, (32, 8, 3), np.uint8)
    assert looked_at(written(tmp_path / "a.npz", npz(x=colours, z=colours))).dataset.images.shape == (
        1,
        32,
        8,
    )


@given(sets, st.booleans(), st.sampled_from(sorted(SOURCES)), st.integers(1, 7))
def test_that_rows_of_pixels_are_laid_out_as_the_size_says(images, fortran, ending, count):
    total, height, width = images.shape
    assume(np.ptp(images[picked(total, count)]) > 1)
    flat = images.reshape(total, height * width)
    array = np.asfortranarray(flat) if fortran else flat
    path = written(PLACE / f"a{ending}", SOURCES[ending](array))
    found = looked_at(path, size=(width, height), count=count, range=(0, 255))
    assert np.array_equal(values(found.dataset), images[picked(total, count)])
    assert found.dataset.labels == tuple(str(i + 1) for i in picked(total, count))
    assert found.found.size == (width, height)


@pytest.mark.parametrize("ending", [".npy", ".csv", ".h"])
def test_that_a_wished_size_is_that_of_the_images_once_they_are_turned(tmp_path, ending):
    flat = np.random.default_rng(2).integers(0, 2, (32, 35), np.uint8) * 200
    lines = [",".join(map(str, row)) for row in flat]
    blob = {
        ".npy": npy(flat),
        ".csv": "\n".join(lines).encode(),
        ".h": f"int f[32][35] = {{{','.join(f'{{{line}}}' for line in lines)}}};".encode(),
    }[ending]
    found = looked_at(written(tmp_path / f"a{ending}", blob), size=(5, 7), transpose=True, range=(0, 200))
    assert np.array_equal(found.dataset.images, flat.reshape(32, 5, 7).swapaxes(1, 2) / np.float32(200))
    assert found.found.size == (5, 7)


@pytest.mark.parametrize(
    ("shape", "images", "guessed"),
    [
        ((20, 784), (20, 28, 28), True),
        ((1, 784), (1, 28, 28), True),
        ((784, 784), (784, 28, 28), True),
        ((300, 64), (300, 8, 8), True),
        ((28, 28), (1, 28, 28), True),
        ((64, 64), (1, 64, 64), True),
        ((40, 50), (1, 40, 50), True),
        ((5, 28, 28), (5, 28, 28), False),
        ((1, 5, 28, 28), (5, 28, 28), False),
        ((5, 1, 28, 28), (5, 28, 28), False),
        ((5, 28, 28, 1), (5, 28, 28), False),
        ((40, 50, 3, 1), (40, 50, 3), False),
        ((5, 1, 1, 28, 28), (5, 28, 28), False),
        ((5, 28, 28, 3), (5, 28, 28), True),
        ((5, 4, 28, 28), (5, 28, 28), True),
        ((5, 1, 5, 3), (5, 5, 3), False),
        ((5, 3, 5, 1), (5, 3, 5), False),
        ((5, 1, 9, 4), (5, 9, 4), False),
        ((5, 4, 1, 1), (5, 4, 1), False),
        ((40, 50, 3), (1, 40, 50), True),
        ((3, 40, 50), (3, 40, 50), False),
        ((9, 5, 3), (9, 5, 3), False),
    ],
)
def test_that_an_array_of_any_sensible_shape_is_images(tmp_path, shape, images, guessed):
    array = np.linspace(0, 1, int(np.prod(shape)), dtype=np.float32).reshape(shape)
    for order in (np.ascontiguousarray, np.asfortranarray):
        found = looked_at(written(tmp_path / "a.npy", npy(order(array))))
        assert found.dataset.images.shape == images
        assert bool(found.remarks) == guessed
        if array.size == np.prod(images):
            assert np.allclose(found.dataset.images.ravel(), array.ravel())


@pytest.mark.parametrize(
    "shape", [(), (4,), (60_000,), (2, 3, 4, 5, 6), (2, 5, 6, 7), (0, 2, 2), (2, 0, 2), (0,)]
)
def test_that_an_array_of_another_shape_is_refused_with_its_shape(tmp_path, shape):
    assert str(shape) in refusal(written(tmp_path / "a.npy", npy(np.zeros(shape))))


@pytest.mark.parametrize("shape", [(1000, 12), (480, 640)])
def test_that_what_may_be_rows_or_a_large_picture_is_refused_with_the_option_that_tells(tmp_path, shape):
    path = written(tmp_path / "a.npy", npy(np.eye(*shape)))
    assert "--size" in refusal(path)
    assert import_images(path, "mine", size=(4, 3)).count == (1000 if shape[1] == 12 else 1)


def test_that_rows_can_be_told_from_a_picture_and_the_guess_is_said(tmp_path):
    path = written(tmp_path / "a.npy", npy(np.eye(64)))
    found = looked_at(path)
    assert "size" in found.asks
    assert "one picture of 64x64" in said(found)
    assert looked_at(path, size=(8, 8)).dataset.images.shape == (64, 8, 8)
    small = looked_at(written(tmp_path / "b.npy", npy(np.eye(100, 784))), size=(14, 14))
    assert small.dataset.images.shape == (100, 14, 14)


@pytest.mark.parametrize("first", [False, True])
def test_that_colours_turn_to_the_grey_of_pillow(tmp_path, first):
    colours = np.random.default_rng(1).integers(0, 256, (3, 12, 13, 3), np.uint8)
    grey = [np.asarray(Image.fromarray(each).convert("L")) for each in colours]
    array = colours.transpose(0, 3, 1, 2) if first else colours
    made = import_images(written(tmp_path / "a.npy", npy(array)), "mine")
    assert np.array_equal(values(made), grey)
    made = import_images(written(tmp_path / "b.npy", npy(array / 255)), "mine")
    assert np.abs(values(made).astype(int) - grey).max() <= 1
    one = import_images(written(tmp_path / "c.npy", npy(colours[0])), "mine")
    assert np.array_equal(values(one), grey[:1])


@pytest.mark.parametrize("white", [255, 1.0])
@pytest.mark.parametrize("ink", [0, 1])
def test_that_what_is_clear_is_laid_over_the_ground_on_which_it_is_seen(tmp_path, white, ink):
    clear = np.zeros((2, 9, 9, 4), np.uint8 if white == 255 else np.float32)
    clear[:, 2:5, 3:7] = [ink * white] * 3 + [white]
    found = looked_at(written(tmp_path / "a.npy", npy(clear)))
    assert found.dataset.images[0, 3, 4] == ink
    assert found.dataset.images[0, 0, 0] == 1 - ink
    assert "clear" in said(found)


def test_that_a_set_of_the_library_is_what_it_was_whatever_it_looks_like(tmp_path, monkeypatch):
    monkeypatch.setattr(library, "folder", lambda: tmp_path)
    images = np.random.default_rng(0).random((9, 8, 3), dtype=np.float32)
    made = import_images(library.write("mine", images, tuple("abcdefghi")), "theirs")
    assert np.array_equal(made.images, images)
    assert made.labels == tuple("abcdefghi")


# -- black and white


@pytest.mark.parametrize(
    ("numbers", "span", "plain", "asked"),
    [
        (np.array([False, True]), (0, 1), True, False),
        (np.array([0, 0], np.uint8), (0, 1), True, False),
        (np.array([0, 1], np.uint8), (0, 1), True, False),
        (np.array([0, 0.25, 1], ">f8"), (0, 1), True, False),
        (np.array([0, 0.5], np.float16), (0, 1), True, False),
        (np.array([-1e-7, 1.0000002], np.float32), (0, 1), True, False),
        (np.array([0, 255], np.uint8), (0, 255), True, False),
        (np.array([3, 128], np.uint8), (0, 255), True, False),
        (np.array([0, 16], np.uint8), (0, 16), False, True),
        (np.array([0, 5.0, 16]), (0, 16), False, True),
        (np.array([2, 7]), (0, 7), False, True),
        (np.array([0, 17], np.uint8), (0, 255), False, True),
        (np.array([0, 100]), (0, 255), False, True),
        (np.array([0, 253]), (0, 255), False, False),
        (np.array([0, 255.0]), (0, 255), False, False),
        (np.array([0.3, 250.7]), (0, 255), False, False),
        (np.array([-0.01, 255.01]), (0, 255), False, False),
        (np.array([0, 50_000], np.uint16), (0, 65_535), False, True),
        (np.array([-1.0, 0.2, 1]), (-1, 1), False, True),
        (np.array([-1, 1]), (-1, 1), False, True),
    ],
)
def test_that_black_and_white_are_guessed_from_the_numbers_and_a_guess_is_said(numbers, span, plain, asked):
    made = in_range(numbers[None], Wishes())
    assert made.range == span
    assert np.allclose(made.values, ((numbers.astype(float) - span[0]) / (span[1] - span[0])).clip(0, 1))
    assert made.values.dtype == np.float32
    assert [str(span[1]) in str(each).replace(",", "") for each in made.remarks] == [True] * (not plain)
    assert made.asks == ({"range"} if asked else set())


@pytest.mark.parametrize(
    ("numbers", "example"),
    [
        ([0, 256], "0:256"),
        ([-0.1, 1], "-0.1:1"),
        ([0, 1.5], "0:1.5"),
        ([-0.4242129623889923, 2.821486711502075], "-0.424213:2.82149"),
        ([-128, 127], "-128:127"),
        ([0, 1e9], "0:1000000000"),
        ([-1e-3, 40], "-0.001:40"),
    ],
)
def test_that_other_numbers_are_refused_with_the_range_that_would_take_them(tmp_path, numbers, example):
    path = written(tmp_path / "a.npy", npy(np.array([[numbers]])))
    assert f"--range does, as in {example}" in refusal(path)
    span = tuple(float(number) for number in example.split(":"))
    found = looked_at(path, range=span)
    assert np.allclose(found.dataset.images, [[[0, 1]]], atol=1e-5)
    assert found.found.range == span
    assert not found.remarks
    assert not found.asks


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("wishes", [{}, {"range": (0, 1)}])
def test_that_what_is_no_number_is_refused(tmp_path, odd, wishes):
    line = refusal(written(tmp_path / "a.npy", npy(np.array([[[0, odd]]]))), **wishes)
    assert "finite" in line
    assert str(odd) in line


@given(
    hnp.arrays(st.sampled_from([np.uint8, np.int16, np.int64, np.float32, np.float64]), (2, 3)),
    st.floats(-1e3, 1e3),
    st.floats(1e-3, 1e3),
)
def test_that_a_wished_range_is_black_to_white_and_what_is_beyond_is_cut(numbers, low, width):
    numbers = np.nan_to_num(numbers, nan=0, posinf=1, neginf=-1)
    high = low + width
    made = in_range(numbers, Wishes(range=(low, high)))
    expected = (numbers.astype(float).clip(low, high) - low) / (high - low)
    assert np.allclose(made.values, expected, atol=1e-6)
    assert made.values.min() >= 0
    assert made.values.max() <= 1


# -- the format of MNIST


@given(sets, st.sampled_from(sorted(TYPES)), st.booleans(), st.integers(1, 7))
def test_that_every_type_of_number_is_read(images, kind, zipped, count):
    numbers = (images // 3 + 17).astype(kind)  # so that a byte with a sign has them
    assume(np.ptp(numbers[picked(len(images), count)]) > 1)
    path = written(PLACE / "a", gzip.compress(idx(numbers)) if zipped else idx(numbers))
    made = import_images(path, "mine", range=(0, 102), count=count)
    assert np.allclose(made.images, numbers[picked(len(images), count)].astype(float) / 102, atol=1e-6)


@pytest.mark.parametrize(
    ("shape", "images"), [((20, 784), (20, 28, 28)), ((30, 31), (1, 30, 31)), ((2, 9, 9, 3), (2, 9, 9))]
)
def test_that_further_dimensions_are_read(tmp_path, shape, images):
    path = written(tmp_path / "a", idx(np.resize(np.array([0, 255, 9, 70, 30], np.uint8), shape)))
    assert import_images(path, "mine").images.shape == images


def test_that_the_format_of_mnist_holds_images_and_no_picture_in_colour(tmp_path):
    images = np.random.default_rng(4).integers(0, 256, (12, 8, 4), np.uint8)
    found = looked_at(written(tmp_path / "images-idx3-ubyte", idx(images)))
    assert np.array_equal(values(found.dataset), images)


def test_that_labels_of_any_type_are_taken_from_beside(tmp_path):
    path = written(tmp_path / "train-images-idx3-ubyte", idx(BYTES))
    written(tmp_path / "train-labels-idx1-ubyte", idx(np.arange(6).astype(">i4")))
    found = looked_at(path, count=3)
    assert found.dataset.labels == tuple("024")
    assert "train-labels-idx1-ubyte" in said(found)


def test_that_emnist_is_told_to_lie_on_its_side_until_it_is_turned(tmp_path):
    path = written(tmp_path / "emnist-letters-train-images-idx3-ubyte.gz", gzip.compress(idx(BYTES)))
    found = looked_at(path)
    assert "transpose" in found.asks
    assert "--transpose" in said(found)
    turned = looked_at(path, transpose=True)
    assert np.array_equal(values(turned.dataset), BYTES.swapaxes(1, 2))
    assert "transpose" not in turned.asks
    other = written(tmp_path / "train-images-idx3-ubyte", idx(BYTES))
    assert "transpose" not in looked_at(other).asks


@pytest.mark.parametrize("ending", ["idx", ".npy", ".npz"])
def test_that_pictures_are_mirrored_then_turned_and_only_then_resized(tmp_path, ending):
    make = {"idx": idx, ".npy": npy, ".npz": lambda array: npz(images=array)}[ending]
    path = written(tmp_path / f"a{ending}", make(BYTES))
    assert np.array_equal(values(import_images(path, "mine", mirror=True)), BYTES[:, :, ::-1])
    both = import_images(path, "mine", mirror=True, transpose=True, size=(18, 20))
    assert np.array_equal(values(both), BYTES[:, :, ::-1].swapaxes(1, 2).repeat(2, 1).repeat(2, 2))


# -- many images


def test_that_a_part_of_a_set_that_is_too_large_comes_in_in_little_memory(tmp_path):
    count, side = 240_000, 28
    path = tmp_path / "emnist-digits-train-images-idx3-ubyte.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(bytes((0, 0, 8, 3)) + struct.pack(">3I", count, side, side))
        for i in range(0, count, 1000):
            file.write(bytes([i % 251]) * 784 * 1000)
    line = refusal(path)
    assert "240,000 images" in line
    assert "--count" in line
    tracemalloc.start()
    made = import_images(path, "mine", count=1000, range=(0, 255))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert np.array_equal(values(made)[:, 0, 0], [i * 240 // 1000 * 1000 % 251 for i in range(1000)])
    assert peak < 32 * 2**20


def test_that_all_of_mnist_in_one_file_is_taken(tmp_path):
    path = written(tmp_path / "mnist.npy", npy(np.resize(np.array([0, 255], np.uint8), (70_000, 784))))
    assert import_images(path, "mine").images.shape == (70_000, 28, 28)


@pytest.mark.parametrize("order", [np.ascontiguousarray, np.asfortranarray])
@pytest.mark.parametrize("ending", [".npy", ".npz", ".npy.gz", "idx"])
def test_that_an_array_that_ends_too_soon_or_too_late_is_refused_even_where_a_part_is_taken(
    tmp_path, order, ending
):
    blob = idx(BYTES) if ending == "idx" else npy(order(BYTES))
    for damaged in (blob[:-1], blob + b"\0"):
        whole = {".npy.gz": gzip.compress, ".npz": lambda data: packed(_zip, "x.npy", data)}
        path = written(tmp_path / f"a{ending}", whole.get(ending, bytes)(damaged))
        assert "too long" in refusal(path, count=1) or "cut short" in refusal(path, count=1)


def test_that_progress_goes_on_to_the_end_and_stops_when_it_is_told_to(tmp_path):
    path = written(tmp_path / "a.npz", npz(x=np.resize(np.eye(28, dtype=np.float32), (4000, 28, 28))))
    shares = []
    understand(path, "mine", Wishes(size=(14, 14)), shares.append)
    assert shares == sorted(shares)
    assert len(shares) > 20
    assert 0 <= shares[0] < 0.1 < 0.9 < shares[-1] <= 1
    for share in shares[:: len(shares) // 5]:

        def stop(now, share=share):
            if now >= share:
                raise Stopped

        with pytest.raises(Stopped):
            understand(path, "mine", Wishes(size=(14, 14)), stop)
