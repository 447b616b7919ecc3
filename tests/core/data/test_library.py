"""The person's own sets: kept whole, found by name, and a damaged one refused by name."""

import io
import json
import string
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import core.data.library
from core import Dataset, Spec, SpecError, Trainer, load_dataset
from core.base.registry import UnknownName
from core.data import library, numbers
from core.data.datasets import DATASETS, dataset_names, delete_dataset, first_images, save_dataset
from core.data.library import LibraryError, check_name, read, write

SAME_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
LETTERS = string.ascii_letters + string.digits + "_éñß你"
NAMES = st.builds(
    lambda first, middle, last: (first + middle + last)[:64],
    st.sampled_from(LETTERS), st.text(LETTERS + " .+-", max_size=40), st.text(LETTERS + ".+-", max_size=3),
).filter(lambda name: name == name.strip())  # fmt: skip
ILL_NAMES = [
    "", " ", "a ", " a", ".", "..", ".a", "-a", "+a", "a/b", "/a", "../a", "a\\b", "a:b", "a\n", "a\x00b",
    "a*", "a" * 65, "a\xa0",
]  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    place = tmp_path / "data" / "sets"
    monkeypatch.setattr(core.data.library, "folder", lambda: place)
    return place


def some(name="mine", count=3, seed=0):
    images = np.random.default_rng(seed).random((count, 4, 5), dtype=np.float32)
    return Dataset(name, images, tuple("abcdefgh"[:count]))


def same(one, other):
    return (one.name, one.labels, one.images.tobytes(), one.shape) == (
        other.name, other.labels, other.images.tobytes(), other.shape,
    )  # fmt: skip


@given(NAMES, st.lists(st.text(max_size=6), min_size=1, max_size=4), st.integers(0, 99))
@SAME_FOLDER
def test_that_a_set_comes_back_as_it_was_kept(name, labels, seed):
    images = np.random.default_rng(seed).random((len(labels), 3, 2), dtype=np.float32)
    kept = Dataset(name, images, tuple(labels))
    save_dataset(kept)
    assert same(load_dataset(name), kept)
    assert name in dataset_names()
    delete_dataset(name)
    assert name not in dataset_names()


def test_that_names_come_sorted_behind_the_built_in_ones():
    assert dataset_names() == DATASETS.names()
    for name in ("zebra", "ant", "bee.2"):
        save_dataset(some(name))
    assert dataset_names() == (*DATASETS.names(), "ant", "bee.2", "zebra")


def test_that_a_set_of_the_same_name_is_replaced_whole(folder):
    save_dataset(some(count=5))
    save_dataset(some(count=2, seed=1))
    assert same(load_dataset("mine"), some(count=2, seed=1))
    assert [path.name for path in folder.iterdir()] == ["mine.npz"]


def test_that_a_set_is_unpacked_once_for_many_who_ask_and_again_once_its_file_is_another():
    save_dataset(some())
    first = load_dataset("mine")
    assert load_dataset("mine") is first
    write("mine", some(seed=1).images, some().labels)  # as another program would
    assert same(load_dataset("mine"), some(seed=1))
    delete_dataset("mine")
    with pytest.raises(UnknownName):
        load_dataset("mine")


@pytest.mark.parametrize("name", DATASETS.names())
def test_that_a_built_in_set_can_be_neither_replaced_nor_shadowed_nor_deleted(name, folder):
    with pytest.raises(LibraryError, match="built in"):
        save_dataset(some(name))
    write(name, some().images, some().labels)  # by hand
    assert load_dataset(name).count > 3
    assert dataset_names() == DATASETS.names()
    delete_dataset(name)
    assert load_dataset(name).count > 3


@pytest.mark.parametrize("name", ILL_NAMES)
def test_that_an_ill_formed_name_is_refused_everywhere_and_touches_no_file(name, folder):
    folder.mkdir(parents=True)
    beside = folder.parent / "a.npz"
    beside.write_bytes(b"not ours")
    for act in (check_name, read, delete_dataset, lambda name: save_dataset(some(name))):
        with pytest.raises(LibraryError, match="cannot name"):
            act(name)
    with pytest.raises(UnknownName):
        load_dataset(name)
    with pytest.raises(SpecError) as refused:
        Spec(dataset=name)
    assert refused.value.field == "dataset"
    assert list(folder.iterdir()) == []
    assert beside.read_bytes() == b"not ours"


@given(NAMES)
def test_that_a_well_formed_name_is_taken_by_a_spec_whether_it_exists_or_not(name):
    assert check_name(name) == name
    assert Spec(dataset=name).dataset == name


@pytest.mark.parametrize("name", ["b ", "c\xa0", ".hidden", "-x", "a" * 65])
def test_that_every_name_that_is_listed_can_be_a_specs(name, folder):
    """Someone put a file there by hand."""
    save_dataset(some())
    (folder / f"{name}.npz").write_bytes((folder / "mine.npz").read_bytes())
    for name in dataset_names():
        assert Spec(dataset=name).dataset == name


def test_that_other_files_in_the_folder_are_no_sets(folder):
    save_dataset(some())
    for name in ("notes.txt", "half.part", "other.npy"):
        (folder / name).write_bytes(b"")
    assert dataset_names() == (*DATASETS.names(), "mine")


def test_that_an_unknown_set_is_refused_with_the_persons_own_among_the_known():
    save_dataset(some())
    with pytest.raises(UnknownName, match=r"known: font5x7.*mine"):
        load_dataset("yours")
    with pytest.raises(LibraryError, match="yours"):
        read("yours")


def test_that_deleting_what_is_not_there_changes_nothing():
    delete_dataset("never")
    save_dataset(some())
    delete_dataset("never")
    assert same(load_dataset("mine"), some())


def test_that_a_run_trains_on_a_set_of_the_persons_own():
    save_dataset(some())
    trainer = Trainer(Spec(dataset="mine", hidden=(), epochs=2)).run()
    assert np.array_equal(trainer.snapshot().inputs, some().images)


def test_that_a_failed_write_leaves_the_old_set_and_no_other_file(folder, monkeypatch):
    save_dataset(some())

    def half(file, **arrays):
        file.write(b"half")
        raise OSError("the disk is full")

    monkeypatch.setattr(core.data.library.np, "savez_compressed", half)
    with pytest.raises(OSError, match="full"):
        save_dataset(some(seed=1))
    assert same(load_dataset("mine"), some())
    assert [path.name for path in folder.iterdir()] == ["mine.npz"]


def test_that_a_folder_that_cannot_be_written_is_an_os_error(folder):
    folder.parent.mkdir(parents=True)
    folder.write_text("a file where the folder should be")
    with pytest.raises(OSError, match="sets"):
        save_dataset(some())


def load_damaged(folder, blob):
    """The set in these bytes, or None where they are refused by name; anything else fails the test."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mine.npz").write_bytes(blob)
    try:
        return load_dataset("mine")
    except LibraryError as error:
        refusal = str(error)
    assert "mine" in refusal
    return None


@pytest.fixture
def whole(folder):
    save_dataset(some())
    return (folder / "mine.npz").read_bytes()


@pytest.mark.parametrize("blob", [b"", b"x", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"\x80\x04]."])
def test_that_bytes_that_are_no_set_are_refused_by_name(folder, blob):
    assert load_damaged(folder, blob) is None


@given(st.data())
@SAME_FOLDER
def test_that_a_set_cut_short_is_refused(folder, whole, data):
    assert load_damaged(folder, whole[: data.draw(st.integers(0, len(whole) - 1))]) is None


@given(st.data())
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_that_a_set_with_other_bytes_is_a_set_or_refused_by_name(folder, whole, data):
    blob = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 3))):
        blob[data.draw(st.integers(0, len(blob) - 1))] ^= data.draw(st.integers(1, 255))
    load_damaged(folder, bytes(blob))


TWO = np.zeros((2, 3, 3), np.float32)
AB = json.dumps(["a", "b"])


@pytest.mark.parametrize(
    "arrays",
    [
        {"images": TWO},
        {"labels": np.array(AB)},
        {"images": TWO, "labels": np.array("not JSON")},
        {"images": TWO, "labels": np.array("5")},
        {"images": TWO, "labels": np.array(json.dumps(["a"]))},
        {"images": TWO, "labels": np.array("[" * 100_000)},
        {"images": TWO[0], "labels": np.array(AB)},
        {"images": TWO[:0], "labels": np.array("[]")},
        {"images": TWO + 2, "labels": np.array(AB)},
        {"images": TWO + np.nan, "labels": np.array(AB)},
        {"images": np.array([["a"]]), "labels": np.array(AB)},
        {"images": np.array([None, None]), "labels": np.array(AB)},
        {"images": TWO, "labels": np.array([{"a": 1}], dtype=object)},
    ],
)
def test_that_arrays_that_are_no_set_are_refused_by_name(folder, arrays):
    folder.mkdir(parents=True)
    np.savez(folder / "mine.npz", **arrays)
    with pytest.raises(LibraryError, match="mine"):
        load_dataset("mine")


def archive(shape="(2, 3, 3)", labels='["a", "b"]', points=b""):
    """A set of two images byte by byte, with a shape as it stands in numpy's header."""
    head = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".ljust(117).encode() + b"\n"
    images = b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head + TWO.tobytes()
    words = io.BytesIO()
    np.save(words, np.array(labels))
    blob = io.BytesIO()
    with zipfile.ZipFile(blob, "w") as file:
        file.writestr("images.npy", images)
        file.writestr("labels.npy", words.getvalue()[: -len(points) or None] + points)
    return blob.getvalue()


@pytest.mark.parametrize(
    "shape",
    ["(1000000000, 1000000000)", "(99999999999999999999,)", "(-2, 3, 3)", "(", "((((", "('a',)", "[2]"],
)
def test_that_a_false_shape_is_refused_by_name(folder, shape):
    assert load_damaged(folder, archive()).images.shape == (2, 3, 3)
    assert load_damaged(folder, archive(shape)) is None


@pytest.mark.parametrize("points", [b"\xff\xff\xff\xff", b"\x00\x00\x11\x00"], ids=["largest", "next"])
def test_that_labels_that_are_no_letters_are_refused_by_name(folder, points):
    assert load_damaged(folder, archive(points=points)) is None


def test_that_a_set_of_another_number_type_is_read_as_single_precision(folder):
    folder.mkdir(parents=True)
    np.savez(folder / "mine.npz", images=np.eye(3, dtype=np.uint8)[None], labels=np.array('["eye"]'))
    assert read("mine")[0].dtype == load_dataset("mine").images.dtype == np.float32
    assert load_dataset("mine").images.tolist() == [np.eye(3).tolist()]


def test_that_the_first_images_are_those_of_the_whole_set_and_the_others_stay_packed(monkeypatch):
    images = np.random.default_rng(0).random((50, 3, 4)).astype(np.float32)
    save_dataset(Dataset("many", images, tuple(map(str, range(50)))))
    monkeypatch.setattr(numbers, "body", None)  # which unpacks whole arrays
    assert (first_images("many", 6) == images[:6]).all()
    assert first_images("many", 60).shape == (50, 3, 4)
    assert (first_images("font5x7", 6) == load_dataset("font5x7").images[:6]).all()


def test_that_first_images_that_take_long_to_read_are_refused(monkeypatch):
    save_dataset(Dataset("large", np.zeros((6, 3, 4), np.float32), tuple("abcdef")))
    monkeypatch.setattr(library, "MAX_FIRST_BYTES", 4 * 3 * 12)
    assert first_images("large", 3).shape == (3, 3, 4)
    with pytest.raises(LibraryError):
        first_images("large", 4)


def test_that_the_first_images_of_a_damaged_file_are_refused(folder):
    save_dataset(Dataset("short", np.zeros((2, 3, 4), np.float32), ("a", "b")))
    path = folder / "short.npz"
    path.write_bytes(path.read_bytes()[:-40])
    for name in ("short", "nobody"):
        with pytest.raises(LibraryError):
            first_images(name, 6)
