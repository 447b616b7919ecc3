"""What is exported is there whole or not at all, opens elsewhere, and comes back when it is imported."""

import csv
import errno
import os
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from core.base.progress import Stopped
from core.base.words import Refusal
from core.data import exporting, library, limits
from core.data.datasets import DATASETS, Dataset, load_dataset
from core.data.exporting import export, losses
from core.data.importers import import_images, understand
from core.data.pictures import sheet
from core.data.wishes import Wishes

FEW = settings(max_examples=max(10, settings.default.max_examples // 4))
SHAPES = st.tuples(st.integers(2, 6), st.integers(3, 6), st.integers(3, 6))


@pytest.fixture(scope="module", autouse=True)
def place(tmp_path_factory):
    """A folder for hypothesis, which gives no example a folder of its own."""
    global PLACE
    PLACE = tmp_path_factory.mktemp("exports")


@st.composite
def sets(draw, white=None):
    """Sets that are not blank: of whole levels up to `white`, or any numbers if it is None."""
    shape = draw(SHAPES)
    if white is None:
        images = draw(hnp.arrays(np.float32, shape, elements=st.floats(0, 1, width=32)))
    else:
        images = draw(hnp.arrays(np.uint8, shape, elements=st.integers(0, white))) / np.float32(white)
    images = np.array(images)
    images[0, 0, :2] = 0, 1
    labels = draw(st.lists(LABELS, min_size=shape[0], max_size=shape[0]))
    return Dataset("mine", images, tuple(labels))


LABELS = st.one_of(
    st.text("abcABC019 _.+-", max_size=6),
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co", "Zl", "Zp", "Cf"]), max_size=6),
    st.sampled_from(
        ["", ".", "..", "CON", "a/b", "a\\b", ' "', ",", ";", "=1+1", "é", "ñ" * 40, "x.png", "-"]
    ),
)
"""Labels that an import leaves as they are: they are short and can be printed."""
LABELS = LABELS.filter(str.isprintable)


def fresh(name):
    """A place where nothing is."""
    path = PLACE / name
    if path.is_dir():
        for each in path.iterdir():
            each.unlink()
        path.rmdir()
    path.unlink(missing_ok=True)
    return path


def eight_bits(images):
    return np.rint(images * 255) / np.float32(255)


# -- arrays


@given(st.one_of(sets(), sets(1), sets(16), sets(255)))
@FEW
def test_that_arrays_come_back_bit_by_bit(dataset):
    path = export(dataset, fresh("a.npz"))
    back = import_images(path, "mine")
    assert back == dataset
    with np.load(path, allow_pickle=False) as arrays:
        assert str(arrays["name"]) == "mine"
        assert arrays["labels"].tolist() == list(dataset.labels)
        assert arrays["images"].shape == dataset.images.shape
        small = arrays["images"].dtype == np.uint8
        white = np.float32(255 if small else 1)
        assert np.array_equal(arrays["images"] / white, dataset.images)
        assert small == np.array_equal(eight_bits(dataset.images), dataset.images)


@pytest.mark.parametrize("level", [0.0, 1 / 255, 16 / 255, 0.5])
def test_that_a_set_without_white_comes_back_as_dark_as_it_was(tmp_path, level):
    images = np.zeros((2, 3, 3), np.float32)
    images[0, 1, 1] = level
    path = export(Dataset("mine", images, ("a", "b")), tmp_path / "a.npz")
    with np.load(path) as arrays:
        assert np.array_equal(arrays["images"], images)
        assert arrays["images"].dtype == np.float32


def test_that_labels_that_no_table_could_hold_are_kept_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(exporting, "MAX_LABEL_BYTES", 100)
    labels = ("a", "b" * 30)
    images = np.eye(3, dtype=np.float32)[None].repeat(2, 0)
    assert import_images(export(Dataset("mine", images, labels), tmp_path / "a.npz"), "m").labels == labels


@pytest.mark.parametrize("name", DATASETS.names())
def test_that_every_built_in_set_comes_back(tmp_path, name):
    dataset = load_dataset(name)
    back = import_images(export(dataset, tmp_path / "a.npz"), name)
    assert np.array_equal(back.images, dataset.images)
    assert back.labels == dataset.labels


def test_that_the_file_of_the_library_imports_on_another_machine(tmp_path, monkeypatch):
    monkeypatch.setattr(library, "folder", lambda: tmp_path)
    images = np.random.default_rng(0).random((4, 5, 6), np.float32)
    path = library.write("mine", images, ("a", "a", "ñ", ""))
    assert import_images(path, "mine") == Dataset("mine", images, ("a", "a", "ñ", ""))


# -- a folder of pictures


@given(st.one_of(sets(), sets(255)))
@FEW
def test_that_a_folder_comes_back_in_order_with_its_labels_in_eight_bits(dataset):
    path = export(dataset, fresh("folder"))
    back = import_images(path, "mine")
    assert back.labels == dataset.labels
    assert np.array_equal(np.rint(back.images * 255), np.rint(dataset.images * 255))
    exact = np.array_equal(eight_bits(dataset.images), dataset.images)
    assert ("256 levels" in " ".join(map(str, losses(dataset, path)))) == (not exact)


@given(sets(255))
@FEW
def test_that_the_names_of_a_folder_are_safe_everywhere_and_in_order(dataset):
    path = export(dataset, fresh("folder"))
    with (path / "labels.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["file", "label"]
    assert [label for _, label in rows] == list(dataset.labels)
    names = [name for name, _ in rows]
    assert sorted(each.name for each in path.iterdir()) == sorted(["labels.csv", *names])
    assert names == sorted(names)
    for number, name in enumerate(names, 1):
        assert re.fullmatch(r"[A-Za-z0-9_ +-]{1,60}\.png", name)
        assert int(re.match("[0-9]+", name)[0]) == number
        assert " ." not in name
    (path / "labels.csv").unlink()
    back = import_images(path, "mine")  # the order is that of the names as well
    assert np.array_equal(np.rint(back.images * 255), np.rint(dataset.images * 255))


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=5))
@FEW
def test_that_any_labels_at_all_stand_in_the_table(labels):
    images = np.eye(3, dtype=np.float32)[None].repeat(len(labels), 0)
    path = export(Dataset("mine", images, tuple(labels)), fresh("folder"))
    with (path / "labels.csv").open(encoding="utf-8", newline="") as file:
        assert [label for _, label in csv.reader(file)] == ["label", *labels]
    assert import_images(path, "mine").count == len(labels)


# -- one picture


@pytest.mark.parametrize("name", ["font5x7", "digits"])
def test_that_a_picture_is_the_sheet_of_all_images_and_comes_back(tmp_path, name):
    dataset = load_dataset(name)
    path = export(dataset, tmp_path / "a.png")
    page = np.asarray(Image.open(path))
    width = dataset.shape[1] + 1
    assert np.array_equal(page, sheet(dataset.images, (page.shape[1] + 1) // width, 1))
    assert 0.5 < page.shape[0] / page.shape[1] < 2
    assert "no labels" in str(losses(dataset, path)[0])
    back = understand(path, name, Wishes()).dataset
    assert np.array_equal(np.rint(back.images * 255), np.rint(dataset.images * 255))


def test_that_a_set_too_large_for_one_picture_is_refused_with_what_is_right(tmp_path, monkeypatch):
    monkeypatch.setattr(exporting, "MAX_SOURCE_PIXELS", 1000)
    with pytest.raises(Refusal, match=r"\.npz"):
        export(load_dataset("digits"), tmp_path / "a.png")
    assert list(tmp_path.iterdir()) == []


# -- whole or not at all

PLACES = ["a.npz", "a.png", "folder"]


def all_in(folder):
    return {
        path.relative_to(folder): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")
    }


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("before", [False, True])
def test_that_nothing_half_is_left_when_it_is_stopped(tmp_path, name, before):
    dataset, shares = load_dataset("digits"), []
    export(dataset, tmp_path / name, shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    if not before:
        fresh(tmp_path / name)
    there = all_in(tmp_path)
    other = Dataset("other", 1 - dataset.images, dataset.labels)
    for stop in (1, len(shares) // 2, len(shares)):
        left = [stop]

        def on_progress(share, left=left):
            left[0] -= 1
            if left[0] <= 0:
                raise Stopped

        with pytest.raises(Stopped):
            export(other, tmp_path / name, on_progress, replace=True)
        assert all_in(tmp_path) == there


@pytest.mark.parametrize("name", PLACES)
def test_that_nothing_half_is_left_when_the_disk_is_full(tmp_path, name, monkeypatch):
    dataset = load_dataset("font5x7")
    export(dataset, tmp_path / name)
    there = all_in(tmp_path)

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "full", str(tmp_path / ".hidden"))

    monkeypatch.setattr("PIL.Image.Image.save", full)
    monkeypatch.setattr(np.lib.format, "write_array", full)
    with pytest.raises(OSError, match="full"):
        export(dataset, tmp_path / name, replace=True)
    assert all_in(tmp_path) == there


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is protected from root")
@pytest.mark.parametrize("name", PLACES)
def test_that_a_protected_place_is_named(tmp_path, name):
    tmp_path.chmod(0o500)
    with pytest.raises(OSError, match=name):
        export(load_dataset("font5x7"), tmp_path / name)
    tmp_path.chmod(0o700)


def test_that_a_folder_that_cannot_be_made_is_named(tmp_path):
    with pytest.raises(OSError, match="gone") as caught:
        export(load_dataset("font5x7"), tmp_path / "gone" / "here")
    assert caught.value.filename == str(tmp_path / "gone" / "here")


@pytest.mark.parametrize("name", PLACES)
def test_that_what_is_there_is_replaced_only_where_asked(tmp_path, name):
    export(load_dataset("digits"), tmp_path / name)
    there = all_in(tmp_path)
    with pytest.raises(Refusal, match="--replace"):
        export(load_dataset("font5x7"), tmp_path / name)
    assert all_in(tmp_path) == there
    export(load_dataset("font5x7"), tmp_path / name, replace=True)
    (tmp_path / "other").mkdir()
    export(load_dataset("font5x7"), tmp_path / "other" / name)
    (tmp_path / "other").rename(tmp_path.with_name(f"{tmp_path.name}-other"))
    assert all_in(tmp_path) == all_in(tmp_path.with_name(f"{tmp_path.name}-other"))


@pytest.mark.parametrize("name", ["photo.jpg", "1.PNG", "notes.txt", "labels.csv.bak", "0.png"])
@pytest.mark.parametrize("replaces", [False, True])
def test_that_a_folder_of_other_things_is_never_replaced(tmp_path, name, replaces):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / name).write_bytes(b"dear")
    with pytest.raises(Refusal, match="other things"):
        export(load_dataset("font5x7"), tmp_path / "mine", replace=replaces)
    assert (tmp_path / "mine" / name).read_bytes() == b"dear"
    (tmp_path / "kept").mkdir()
    export(load_dataset("font5x7"), tmp_path / "kept")  # an empty one is as good as none
    (tmp_path / "kept" / "sub").mkdir()
    with pytest.raises(Refusal, match="sub"):
        export(load_dataset("font5x7"), tmp_path / "kept", replace=replaces)


def test_that_a_link_to_a_folder_stays_and_what_it_leads_to_is_replaced(tmp_path):
    export(load_dataset("font5x7"), tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    export(load_dataset("digits"), tmp_path / "link", replace=True)
    assert (tmp_path / "link").is_symlink()
    assert import_images(tmp_path / "real", "a").count == 1797


def test_that_a_place_of_the_wrong_kind_is_refused(tmp_path):
    for name in ("a.jpg", "a.npy", "a.zip", "a.csv"):
        with pytest.raises(Refusal, match=r"\.npz"):
            export(load_dataset("font5x7"), tmp_path / name)
    (tmp_path / "a.npz").mkdir()
    (tmp_path / "file").write_bytes(b"dear")
    for name, words in (("a.npz", "this is a folder"), ("file", "this is a file")):
        with pytest.raises(Refusal, match=words):
            export(load_dataset("font5x7"), tmp_path / name, replace=True)
    assert (tmp_path / "file").read_bytes() == b"dear"
    assert export(load_dataset("font5x7"), tmp_path / "mine 1.5").is_dir()
    assert export(load_dataset("font5x7"), tmp_path / "A.NPZ").is_file()


def test_that_a_large_set_is_written_in_little_memory(tmp_path):
    import tracemalloc

    images = np.zeros((4000, 64, 64), np.float32)
    images[:, 0, 0] = 1
    dataset = Dataset("mine", images, ("a",) * 4000)
    tracemalloc.start()
    export(dataset, tmp_path / "a.npz")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < images.nbytes / 2
    assert limits.MAX_SOURCE_PIXELS > 0
