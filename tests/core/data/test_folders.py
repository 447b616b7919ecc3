"""A folder of pictures is read in order, with the labels that its folders or its table give."""

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sources import png, refusal, written

from core.base.progress import Stopped
from core.data.importers import Wishes, import_images, pictures, understand


def picture(path, number=0):
    """A picture of 3x2 pixels that shows its number."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.array([[255, 0, 0], [0, 0, number]], np.uint8)
    return written(path, png(pixels))


def numbers(made):
    """Which pictures a set is of."""
    return np.rint(made.images[:, 1, 2] * 255).astype(int).tolist()


def table(folder, text, encoding="utf-8"):
    return written(folder / "labels.csv", text.encode(encoding))


def said(folder, **wishes):
    return [str(each) for each in understand(folder, "mine", Wishes(**wishes)).remarks]


# -- folders in it are labels


def test_that_folders_in_a_folder_are_labels_in_natural_order(tmp_path):
    order = ["cat 2/a2.png", "cat 2/a10.png", "cat 10/b.png", "Dog/a.png"]
    for number, name in enumerate(order):
        picture(tmp_path / name, number)
    (tmp_path / "empty").mkdir()
    picture(tmp_path / ".hidden" / "a.png")
    picture(tmp_path / "Dog" / ".a.png")
    written(tmp_path / "Dog" / "notes.txt", b"words")
    made = import_images(tmp_path, "mine")
    assert numbers(made) == [0, 1, 2, 3]
    assert made.labels == ("cat 2", "cat 2", "cat 10", "Dog")
    (line,) = said(tmp_path)
    assert "cat 2, cat 10, Dog." in line


def test_that_loose_pictures_beside_folders_of_labels_are_left_out_and_counted(tmp_path):
    for number, name in enumerate(["a/1.png", "b/1.png", "x.png", "y.png"]):
        picture(tmp_path / name, number)
    assert numbers(import_images(tmp_path, "mine")) == [0, 1]
    assert "left out: 2, for instance x.png." in said(tmp_path)[1]


def test_that_one_folder_beside_loose_pictures_tells_nothing_apart(tmp_path):
    for number, name in enumerate(["old/1.png", "x.png", "y.png"]):
        picture(tmp_path / name, number)
    made = import_images(tmp_path, "mine")
    assert (numbers(made), made.labels) == ([1, 2], ("x", "y"))
    (line,) = said(tmp_path)
    assert "folder old" in line
    (tmp_path / "x.png").unlink()
    (tmp_path / "y.png").unlink()
    assert import_images(tmp_path, "mine").labels == ("old",)


def test_that_folders_of_folders_are_refused_with_those_to_choose_from(tmp_path):
    for name in ("train/a/1.png", "train/b/1.png", "test/a/1.png"):
        picture(tmp_path / name)
    assert "choose one of these instead: test, train" in refusal(tmp_path)
    assert import_images(tmp_path / "train", "mine").labels == ("a", "b")
    picture(tmp_path / "preview.png", 7)
    assert numbers(import_images(tmp_path, "mine")) == [7]
    (line,) = said(tmp_path)
    assert "left out: test, train." in line


def test_that_a_folder_too_deep_has_no_pictures(tmp_path):
    picture(tmp_path / "a" / "b" / "c" / "1.png")
    assert "has no pictures in it" in refusal(tmp_path)


@given(st.lists(st.integers(1, 4), min_size=2, max_size=5), st.integers(1, 12))
def test_that_some_are_picked_evenly_over_all_labels_before_any_is_read(tmp_path_factory, sizes, count):
    folder = tmp_path_factory.mktemp("classes")
    order = [f"{label}/{number}.png" for label, size in enumerate(sizes) for number in range(size)]
    for number, name in enumerate(order):
        picture(folder / name, number)
    total = len(order)
    kept = [number * total // count for number in range(count)] if count < total else list(range(total))
    for number, name in enumerate(order):
        if number not in kept:
            written(folder / name, b"no picture")
    made = import_images(folder, "mine", count=count)
    assert numbers(made) == kept
    assert made.labels == tuple(order[number].partition("/")[0] for number in kept)


# -- a table


def test_that_a_table_gives_the_order_and_the_labels(tmp_path):
    for number, name in enumerate(["1.png", "2.png", "10.png", "more/3.png", "more/4.png"]):
        picture(tmp_path / name, number)
    table(tmp_path, 'file,label\r\n10.png,ñandú\r\nmore/3.png,"a, ""b"""\r\n1.png,\r\n')
    made = import_images(tmp_path, "mine")
    assert numbers(made) == [2, 3, 0]
    assert made.labels == ("ñandú", 'a, "b"', "")
    first, second = said(tmp_path)
    assert "labels.csv" in first
    assert "left out: 2, for instance 2.png." in second
    assert numbers(import_images(tmp_path, "mine", count=2)) == [2, 3]


@pytest.mark.parametrize(
    "text",
    [
        "\ufefffile,label\n1.png,x\n",
        "file;label\n1.png;x\n",
        "Label, File\nx,1.png\n",
        "file,label,more\n1.png,x,y\n\n",
        "file,label\n.\\1.png,x",
    ],
)
def test_that_tables_of_other_programs_are_read(tmp_path, text):
    picture(tmp_path / "1.png")
    table(tmp_path, text)
    assert import_images(tmp_path, "mine").labels == ("x",)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("file,label\n1.png,x\ngone.png,y\n", "labels.csv lists gone.png"),
        ("file,label\n1.png,x\n1.png,y\n", "1.png twice"),
        ("file,label\n../1.png,x\n", "no file in the folder"),
        ("file,label\na/../../1.png,x\n", "no file in the folder"),
        ("file,label\n/etc/1.png,x\n", "no file in the folder"),
        ("file,label\nC:\\1.png,x\n", "no file in the folder"),
        ("file,label\n\\\\host\\share\\1.png,x\n", "no file in the folder"),
        ("file,label\n,x\n", "no file in the folder"),
        ("file,label\n1.png\n", "line 2"),
        ("file,label\n", "lists no pictures"),
        ("file,label\nlabels.csv,x\n", "is not a picture"),
        ('file,label\n"' + "x" * 200_000 + '",x\n', "labels.csv"),
        ("file,label\n" + "x" * 3000 + ".png,x\n", "labels.csv"),
    ],
)
def test_that_a_table_that_does_not_suit_its_folder_is_refused_by_what_is_wrong(tmp_path, text, word):
    picture(tmp_path / "1.png")
    picture(tmp_path.parent / "1.png")
    table(tmp_path, text)
    assert word in refusal(tmp_path)


def test_that_a_table_in_another_encoding_is_refused_with_the_right_one(tmp_path):
    picture(tmp_path / "1.png")
    table(tmp_path, "file,label\n1.png,ñ\n", "cp1252")
    assert "UTF-8" in refusal(tmp_path)


def test_that_another_table_is_left_out_and_its_first_line_told(tmp_path):
    picture(tmp_path / "1.png")
    for text in ("id,breed\n1,cat\n", "", "\n"):
        table(tmp_path, text)
        assert import_images(tmp_path, "mine").labels == ("1",)
        (line,) = said(tmp_path)
        assert "file,label" in line


# -- what else is in a folder


def test_that_a_picture_without_a_suffix_is_read_and_counted_among_those_to_pick_from(tmp_path):
    for number, name in enumerate(["a", "b.txt", "c.png", "d.dat"]):
        picture(tmp_path / name, number)
    for name in ("aa.txt", "cc", "empty"):
        written(tmp_path / name, b"words" * (name != "empty"))
    assert numbers(import_images(tmp_path, "mine")) == [0, 1, 2, 3]
    assert numbers(import_images(tmp_path, "mine", count=2)) == [0, 2]


def test_that_too_many_pictures_are_refused_before_the_second_is_read(tmp_path, monkeypatch):
    from core.data.importers import checks

    monkeypatch.setattr(checks, "MAX_COUNT", 3)
    for number in range(4):
        picture(tmp_path / f"{number}.png", number)
    written(tmp_path / "1.png", b"no picture")
    assert "--count" in refusal(tmp_path)
    assert numbers(import_images(tmp_path, "mine", count=2)) == [0, 2]


def test_that_a_folder_of_too_many_files_is_refused(tmp_path, monkeypatch):
    from core.data.importers import folders

    monkeypatch.setattr(folders, "MAX_FILES", 9)
    for number in range(5):
        picture(tmp_path / "a" / f"{number}.png", number)
        picture(tmp_path / "b" / f"{number}.png", number)
    assert "more than 9 files" in refusal(tmp_path)
    monkeypatch.setattr(folders, "MAX_FILES", 12)
    assert import_images(tmp_path, "mine").count == 10


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_that_links_that_lead_back_are_not_followed(tmp_path):
    folder = tmp_path / "set"
    for name in ("a/1.png", "b/1.png"):
        picture(folder / name)
    (folder / "self").symlink_to(folder)
    (folder / "up").symlink_to(tmp_path)
    (folder / "round").symlink_to(folder / "round")
    (folder / "a" / "up").symlink_to(folder)
    (folder / "gone.png").symlink_to(folder / "nowhere.png")
    (folder / "c").symlink_to(folder / "b")
    assert import_images(folder, "mine").labels == ("a", "b", "c")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is barred to root")
def test_that_a_folder_in_it_that_nobody_may_look_into_is_none(tmp_path):
    picture(tmp_path / "a.png")
    (tmp_path / "barred").mkdir(0o000)
    assert import_images(tmp_path, "mine").count == 1


# -- progress


def test_that_every_picture_is_heard_of_and_the_work_can_be_stopped(tmp_path):
    for number in range(8):
        picture(tmp_path / f"{number}.png", number)
    heard = []
    understand(tmp_path, "mine", Wishes(), heard.append)
    assert heard == sorted(heard)
    assert set(heard) >= {number / 8 for number in range(8)}
    for last in (0, 1 / 8, 5 / 8):

        def stop(share, last=last):
            if share >= last:
                raise Stopped

        with pytest.raises(Stopped):
            understand(tmp_path, "mine", Wishes(), stop)


def test_that_each_picture_is_decoded_once(tmp_path, monkeypatch):
    from core.data.importers import folders

    read = []

    def decoded(path, *freely):
        read.append(path.name)
        return pictures.decoded(path, *freely)

    monkeypatch.setattr(folders, "decoded", decoded)
    for number in range(5):
        picture(tmp_path / f"{number}.png", number)
    import_images(tmp_path, "mine", count=3)
    assert read == ["0.png", "1.png", "3.png"]


def test_that_pictures_of_other_sizes_are_named_with_where_they_are(tmp_path):
    picture(tmp_path / "a" / "1.png")
    Image.new("L", (5, 5)).save(tmp_path / "a" / "2.png")
    picture(tmp_path / "b" / "1.png")
    line = refusal(tmp_path)
    assert all(part in line for part in ("a/2.png", "5x5", "a/1.png", "3x2", "--size"))
