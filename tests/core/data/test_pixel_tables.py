"""Tables of pixels, as CSV, become the sets that stand in them."""

import gzip
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sources import a_set_or_a_refusal, refusal, written

from core.base.progress import Stopped
from core.data.datasets import load_dataset
from core.data.importers import Wishes, import_images, understand, unpacking

tables = st.tuples(st.integers(2, 9), st.integers(2, 6)).flatmap(
    lambda sides: hnp.arrays(np.uint8, (sides[0], sides[1] ** 2))
)
"""Rows of bytes (N, side * side), of which one at least is 128 or more, and of which not all are alike."""
tables = tables.filter(lambda rows: rows.max() > 127 and rows.min() < 100 and len(rows) != rows.shape[1])
MARKS = [",", ";", "\t", " ", ", "]


@pytest.fixture(scope="module", autouse=True)
def place(tmp_path_factory):
    """A folder for hypothesis, which gives no example a folder of its own."""
    global PLACE
    PLACE = tmp_path_factory.mktemp("tables")
    return PLACE


def table(rows, heading=(), labels=None, last=False, mark=",", end="\n", quoted=False, name="a.csv", bom=b""):
    lines = [list(map(str, row)) for row in rows]
    if labels is not None:
        lines = [
            [*line, str(label)] if last else [str(label), *line]
            for line, label in zip(lines, labels, strict=True)
        ]
    lines = [list(heading), *lines] if heading else lines
    shown = (mark.join(f'"{cell}"' if quoted else cell for cell in line) for line in lines)
    return written(PLACE / name, bom + end.join([*shown, ""]).encode())


def side(rows):
    return int(rows.shape[1] ** 0.5)


def images_of(rows):
    return (rows / np.float32(255)).reshape(len(rows), side(rows), -1)


# -- what is written comes back


@given(
    tables,
    st.sampled_from(MARKS),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
)
def test_that_rows_come_back_however_they_are_written(rows, mark, end, quoted, bom):
    made = import_images(table(rows, mark=mark, end=end, quoted=quoted and mark in ",;\t", bom=bom), "mine")
    assert np.allclose(made.images, images_of(rows), atol=1e-6)
    assert made.labels == tuple(str(i + 1) for i in range(len(rows)))


@given(tables, st.sampled_from([",", ";", "\t"]), st.booleans(), st.booleans(), st.data())
def test_that_a_column_under_a_heading_of_labels_is_no_pixel(rows, mark, quoted, words, data):
    name = data.draw(st.sampled_from(["label", "Class", "y", "target", "DIGIT"]))
    place = data.draw(st.integers(0, rows.shape[1]))
    heading = [f"pixel{i}" for i in range(rows.shape[1])]
    heading.insert(place, name)
    label = st.sampled_from(["cat", "dog", "ñandú"]) if words else st.integers(0, 9)
    labels = data.draw(st.lists(label, min_size=len(rows), max_size=len(rows)))
    lines = [[*row[:place], one, *row[place:]] for row, one in zip(rows.tolist(), labels, strict=True)]
    path = table(lines, heading, mark=mark, quoted=quoted)
    found = understand(path, "mine", Wishes())
    assert np.allclose(found.dataset.images, images_of(rows), atol=1e-6)
    assert found.dataset.labels == tuple(map(str, labels))
    assert found.found.size == (side(rows), side(rows))
    assert f"Column {place + 1} is headed as the one of labels." in map(str, found.remarks)


def digits():
    made = load_dataset("digits")
    return np.rint(made.images[::6].reshape(-1, 64) * 16).astype(int), list(made.labels[::6])


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("mark", MARKS)
def test_that_labels_without_a_heading_are_found_first_or_last_by_the_count_of_columns(last, mark):
    rows, labels = digits()
    path = table(rows, labels=labels, last=last, mark=mark)
    found = understand(path, "mine", Wishes())
    assert np.array_equal(found.dataset.images, load_dataset("digits").images[::6])
    assert found.dataset.labels == tuple(labels)
    assert f"Column {65 if last else 1} is taken for the labels: the other 64 make whole images." in map(
        str, found.remarks
    )
    assert (found.asks, found.found.range) == ({"range"}, (0, 16))
    assert import_images(path, "mine", size=(8, 8)).labels == tuple(labels)
    assert import_images(path, "mine", size=(4, 16)).shape == (16, 4)


@given(tables, st.sampled_from([",", ";", "\t", " "]), st.data())
def test_that_a_column_of_words_is_the_labels(rows, mark, data):
    place = data.draw(st.sampled_from([0, 1, rows.shape[1]]))
    labels = data.draw(st.lists(st.sampled_from(["cat", "y", "a-b"]), min_size=len(rows), max_size=len(rows)))
    lines = [[*row[:place], one, *row[place:]] for row, one in zip(rows.tolist(), labels, strict=True)]
    found = understand(table(lines, mark=mark), "mine", Wishes())
    assert np.allclose(found.dataset.images, images_of(rows), atol=1e-6)
    assert found.dataset.labels == tuple(labels)
    assert f"Column {place + 1} holds words: it is taken for the labels." in map(str, found.remarks)


def test_that_quoted_words_may_hold_the_mark_between_cells():
    lines = ['"big, grey cat",0,255,3,4', '"dog",1,2,3,255']
    made = import_images(written(PLACE / "a.csv", "\n".join(lines).encode()), "mine")
    assert made.labels == ("big, grey cat", "dog")
    assert np.allclose(made.images[0], np.array([[0, 255], [3, 4]]) / 255)


def test_that_what_pandas_writes_is_read():
    rows, labels = digits()
    heading = ["", *map(str, range(64)), "target"]
    lines = [[i, *row, label] for i, (row, label) in enumerate(zip(rows.tolist(), labels, strict=True))]
    made = import_images(table(lines, heading), "mine")
    assert np.array_equal(made.images, load_dataset("digits").images[::6])
    assert made.labels == tuple(labels)
    bare = import_images(table(rows, list(map(str, range(64)))), "mine")
    assert np.array_equal(bare.images, made.images)


def test_that_fractions_and_negative_numbers_go_by_their_range():
    rows = np.random.default_rng(0).random((5, 9)) * 2 - 1
    rows[0, :2] = -1, 1
    made = import_images(table(rows), "mine")
    assert np.allclose(made.images, (rows.reshape(5, 3, 3) + 1) / 2, atol=1e-6)
    commas = table(
        [[f"{abs(cell):.4f}".replace(".", ",") for cell in row] for row in rows], mark=";", name="b.csv"
    )
    assert np.allclose(import_images(commas, "mine").images, np.abs(rows.reshape(5, 3, 3)), atol=1e-4)
    wished = import_images(table(rows), "mine", range=(0, 1))
    assert np.allclose(wished.images, rows.reshape(5, 3, 3).clip(0, 1), atol=1e-6)


def test_that_a_size_lays_out_rows_that_make_no_square():
    font = load_dataset("font5x7")
    rows = font.images.reshape(32, 35).astype(int)
    path = table(rows, labels=font.labels)
    assert "--size" in refusal(path)
    made = import_images(path, "mine", size=(5, 7))
    assert np.array_equal(made.images, font.images)
    assert made.labels == font.labels
    turned = import_images(
        table(rows.reshape(32, 7, 5).swapaxes(1, 2).reshape(32, 35)), "mine", size=(5, 7), transpose=True
    )
    assert np.array_equal(turned.images, font.images)
    mirrored = import_images(
        table(rows.reshape(32, 7, 5)[:, :, ::-1].reshape(32, 35)), "mine", size=(5, 7), mirror=True
    )
    assert np.array_equal(mirrored.images, font.images)


def test_that_a_size_tells_a_column_of_labels_even_where_all_columns_make_a_square():
    rows = np.random.default_rng(4).integers(0, 256, (20, 35), np.uint8)
    rows[:, [0, -1]] = 0
    labels = np.arange(20) % 10
    for last in (False, True):
        found = understand(table(rows, labels=labels, last=last), "mine", Wishes(size=(5, 7)))
        assert np.array_equal(found.dataset.images, rows.reshape(20, 7, 5) / np.float32(255))
        assert found.dataset.labels == tuple(map(str, labels))


@pytest.mark.parametrize("word", ["class", "char", "float", "int"])
@pytest.mark.parametrize("mark", ["\t", " "])
def test_that_a_heading_may_begin_with_a_word_of_c(word, mark):
    rows = np.random.default_rng(5).integers(0, 256, (7, 16), np.uint8)
    heading = (word, *(f"p{i}" for i in range(16)))
    made = import_images(table(rows, heading, labels="abcdefg", mark=mark), "mine")
    assert np.array_equal(made.images, images_of(rows))
    assert made.labels == tuple("abcdefg")


def test_that_rows_may_end_with_a_mark_where_the_heading_does_not():
    rows = np.random.default_rng(7).integers(0, 256, (12, 16), np.uint8)
    lines = [",".join(f"p{i}" for i in range(16)), *(f"{','.join(map(str, row))}," for row in rows)]
    found = understand(written(PLACE / "marks.csv", "\n".join(lines).encode()), "mine", Wishes())
    assert np.array_equal(found.dataset.images, images_of(rows))
    assert found.dataset.labels == tuple(map(str, range(1, 13)))
    assert "label" not in " ".join(map(str, found.remarks))


def test_that_numbers_that_count_on_in_every_row_are_no_heading():
    rows = np.array([[0, 1, 2, 3], [1, 2, 3, 4], [3, 2, 1, 200]], np.uint8)
    assert np.array_equal(import_images(table(rows), "mine").images, images_of(rows))


@pytest.mark.parametrize("first", [(128, 0, 0, 0), (5, 0, 1, 1)])
@pytest.mark.parametrize("mark", ["\t", " "])
def test_that_a_table_of_next_to_nothing_but_zeros_and_ones_is_no_drawing(first, mark):
    rows = np.array([first, (0, 0, 0, 0), (0, 1, 0, 0), (0, 0, 0, 1), (0, 0, 0, 0)], np.uint8)
    made = import_images(table(rows, mark=mark), "mine", range=(0, 255))
    assert np.array_equal(made.images, images_of(rows))


def test_that_the_size_that_was_found_is_that_of_the_images_once_they_are_turned():
    path = table(np.arange(35)[None] * 7)
    found = understand(path, "mine", Wishes(transpose=True))
    again = understand(path, "mine", found.found)
    assert found.found.size == (1, 35)
    assert np.array_equal(again.dataset.images, found.dataset.images)


def test_that_few_rows_of_another_length_are_one_picture():
    rows = np.array([[0, 1, 1, 1, 0], [1, 0, 0, 0, 1], [1, 1, 1, 1, 1], [1, 0, 0, 0, 1]])
    found = understand(table(rows), "mine", Wishes())
    assert found.dataset.images.tolist() == [rows.tolist()]
    assert found.asks == {"size"}


# -- how much of it


def test_that_evenly_spread_rows_are_taken_before_they_are_held_against_the_limits(monkeypatch):
    rows = np.arange(16 * 40).reshape(40, 16) % 256
    path = table(rows, labels=range(40))
    monkeypatch.setattr("core.data.importers.checks.MAX_COUNT", 20)
    assert "--count" in refusal(path)
    made = import_images(path, "mine", count=10)
    assert made.labels == tuple(map(str, range(0, 40, 4)))
    assert np.allclose(made.images, (rows[::4] / 255).reshape(10, 4, 4), atol=1e-6)


def test_that_what_is_not_taken_takes_no_memory():
    path = table(np.tile(np.arange(784) % 256, (3000, 1)))
    assert path.stat().st_size > 5_000_000
    tracemalloc.start()
    made = import_images(path, "mine", count=2)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert made.count == 2
    assert peak < 3_000_000


def test_that_a_gzipped_table_is_read_as_if_it_were_not(tmp_path):
    rows, labels = digits()
    path = table(rows, labels=labels)
    packed = written(tmp_path / "a.csv.gz", gzip.compress(path.read_bytes()))
    assert np.array_equal(import_images(packed, "mine").images, load_dataset("digits").images[::6])
    written(tmp_path / "cut.csv.gz", packed.read_bytes()[:-200])
    assert "cut short" in refusal(tmp_path / "cut.csv.gz")


def test_that_a_table_gzipped_in_parts_is_read_whole(monkeypatch):
    rows = np.random.default_rng(6).integers(0, 256, (60, 64), np.uint8)
    lines = ["".join(f"{','.join(map(str, row))}\n" for row in rows[i : i + 20]) for i in (0, 20, 40)]
    parts = [gzip.compress(part.encode()) for part in (*lines[:2], "", lines[2])]
    path = written(PLACE / "parts.csv.gz", b"".join(parts) + bytes(512))
    assert np.array_equal(import_images(path, "mine").images, images_of(rows))
    monkeypatch.setattr(unpacking, "MAX_PARTS", 3)
    assert "parts" in refusal(path)
    assert "cut short" in refusal(written(path, b"".join(parts[:2])[:-9]))


def test_that_a_long_table_is_told_of_and_can_be_ended():
    rows = np.tile(np.arange(784) % 256, (2000, 1))
    path = table(
        rows, ["label", *(f"{i}x{j}" for i in range(1, 29) for j in range(1, 29))], labels=[3] * 2000
    )
    heard = []
    assert understand(path, "mine", Wishes(), heard.append).dataset.labels == ("3",) * 2000
    assert heard == sorted(heard)
    assert len(heard) > 20
    assert heard[-1] == 1

    def stop(share):
        if share > 0.4:
            raise Stopped

    with pytest.raises(Stopped):
        understand(path, "mine", Wishes(), stop)


# -- what is wrong


@pytest.mark.parametrize(
    ("lines", "parts"),
    [
        (["1,2,3,255", "1,2,3", "1,2,3,4"], ("3 cells", "line 2")),
        (["1,2,3,255", "", "1,2,3,4,5"], ("5 cells", "line 3")),
        (["1,2,3,255", "1,2,3,4", "1,x,3,4"], ("x", "line 3", "column 2")),
        (["1,2,3,255", "1,2,3,4", "1,2,,4"], ('""', "line 3", "column 3")),
        (["1 2 3 255", "1 2 3"], ("3 cells", "line 2")),
        (["1 2 3 255", "1 2 3 4 5"], ("5 cells", "line 2")),
        (["1,2,3,255", "1,2,3,nan"], ("nan",)),
        (["1,2,3,255", "1,2,3,1e99"], ("--range",)),
        (["1,2,3,255", "1,2,3,inf"], ("--range",)),
        (["label,a,b,c,d", "cat,1,2,3,255", "cat,1,2,3"], ("4 cells", "line 3")),
        (["label,a,b,c,d", "cat,1,2,3,255", 'cat,1,2,"3 4",5'], ("3 4", "line 3", "column 4")),
        (["1,2,3,255,4", "1,2,3,4,5,", "1,2,3,4,5"], ("6 cells", "line 2")),
        (["label" + ",p" * 25, "cat" + ",1" * 23 + ",dog,255"], ("dog", "line 2", "column 25")),
        (["a,b,c,d", "1,2,3,\0"], ("PNG",)),
    ],
)  # fmt: skip
def test_that_a_wrong_cell_or_row_is_named_by_line_and_column(lines, parts):
    line = refusal(written(PLACE / "a.csv", "\n".join(lines).encode()))
    assert all(part in line for part in parts), line


def test_that_a_slip_far_down_is_named_by_its_line():
    rows, labels = digits()
    data = table(rows, labels=labels).read_bytes().split(b"\n")
    data[200] = data[200].replace(b",", b",O", 1)
    assert "line 201, column 2" in refusal(written(PLACE / "a.csv", b"\n".join(data)))
    data[200] = b"1\x02" + data[200]
    assert "line 201" in refusal(written(PLACE / "a.csv", b"\n".join(data)))


@pytest.mark.parametrize(
    ("bound", "most"),
    [("MAX_TABLE_LINE", 40), ("MAX_TABLE_LINES", 8), ("MAX_FILE_BYTES", 400)],
)
def test_that_a_table_has_its_limits(monkeypatch, bound, most):
    path = table(np.full((20, 64), 255) - np.eye(20, 64, dtype=int))
    monkeypatch.setattr(f"core.data.importers.table_lines.{bound}", most)
    monkeypatch.setattr("core.data.importers.table_lines.AT_ONCE", 300)
    assert "than" in refusal(path)


@given(st.data())
@settings(max_examples=200)
def test_that_a_table_changed_anywhere_is_a_set_or_refused(data):
    rows, labels = digits()
    words = data.draw(
        st.sampled_from(
            [
                table(rows[:9], labels=labels[:9]).read_bytes(),
                table(
                    rows[:9], ["label", *map(str, range(64))], labels=labels[:9], mark=";", quoted=True
                ).read_bytes(),
                table(rows[:9], labels=["cat"] * 9, last=True, mark=" ").read_bytes(),
            ]
        )
    )
    start = data.draw(st.integers(0, len(words)))
    end = data.draw(st.integers(start, len(words)))
    middle = data.draw(
        st.binary(max_size=4) | st.sampled_from([b",", b'"', b"\n", b"\r", b"e9", b"-", b"inf", b";"])
    )
    a_set_or_a_refusal(written(PLACE / "changed.csv", words[:start] + middle + words[end:]))
