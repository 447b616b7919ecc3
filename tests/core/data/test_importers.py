"""What a person has becomes a set, or is refused in one line that names it; nothing else ever comes out."""

import gzip
import io
import json
import os
import struct
import tracemalloc
import zipfile
import zlib

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image
from sources import (
    BDF,
    TRUETYPE,
    a_set_or_a_refusal,
    idx,
    npy,
    npz,
    packed,
    png,
    png_header,
    refusal,
    values,
    written,
)

from core.data import library, limits
from core.data.importers import ImportRefused, import_images

sets = hnp.arrays(np.uint8, hnp.array_shapes(min_dims=3, max_dims=3, max_side=6))
"""Bytes (N, H, W), of which one at least is more than 16, so that 255 is white; not all alike."""
sets = sets.map(lambda images: np.where((images > 0) & (images < 17), 17, images).astype(np.uint8))
sets = sets.filter(lambda images: np.ptp(images) > 1)


@pytest.fixture(scope="module", autouse=True)
def place(tmp_path_factory):
    """A folder for hypothesis, which gives no example a folder of its own."""
    global PLACE
    PLACE = tmp_path_factory.mktemp("imports")
    return PLACE


def fresh(name):
    path = PLACE / name
    if path.is_dir():
        for each in path.iterdir():
            each.unlink()
    return path


# -- what is saved comes back


@given(sets)
def test_that_a_set_saved_as_npy_comes_back(images):
    for array in (images, np.asfortranarray(images)):
        made = import_images(written(PLACE / "a.npy", npy(array)), "mine")
        assert np.array_equal(values(made), images)
        assert made.name == "mine"
        assert made.labels == tuple(str(i + 1) for i in range(len(images)))


@given(sets, st.data())
def test_that_a_set_saved_as_npz_comes_back_with_its_labels(images, data):
    label = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=9)
    labels = data.draw(st.lists(label, min_size=len(images), max_size=len(images)))
    kept = {data.draw(st.sampled_from(["images", "x"])): images}
    kept[data.draw(st.sampled_from(["labels", "y"]))] = np.array(labels)
    made = import_images(written(PLACE / "a.npz", npz(**kept)), "mine")
    assert np.array_equal(values(made), images)
    assert made.labels == tuple(labels)


@given(sets, st.booleans(), st.booleans())
def test_that_a_set_saved_as_mnist_is_comes_back_with_the_labels_beside_it(images, zipped, labels_zipped):
    folder = fresh("mnist")
    folder.mkdir(exist_ok=True)
    labels = np.arange(len(images), dtype=np.uint8)
    ending, labels_ending = ".gz" * zipped, ".gz" * labels_zipped
    blob, label_blob = idx(images), idx(labels)
    path = folder / f"t10k-images-idx3-ubyte{ending}"
    written(path, gzip.compress(blob) if zipped else blob)
    assert import_images(path, "mine").labels == tuple(str(i + 1) for i in range(len(images)))
    beside = folder / f"t10k-labels-idx1-ubyte{labels_ending}"
    written(beside, gzip.compress(label_blob) if labels_zipped else label_blob)
    made = import_images(path, "mine")
    assert np.array_equal(values(made), images)
    assert made.labels == tuple(str(i) for i in range(len(images)))


@given(sets, st.sampled_from(["PNG", "BMP", "TIFF", "GIF", "PPM"]))
def test_that_a_set_saved_as_a_folder_of_pictures_comes_back_in_natural_order(images, kind):
    folder = fresh("pictures")
    folder.mkdir(exist_ok=True)
    for i, image in enumerate(images):
        written(folder / f"face {i + 7}.png", png(image, kind))
    made = import_images(folder, "mine")
    assert np.array_equal(values(made), images)
    assert made.labels == tuple(f"face {i + 7}" for i in range(len(images)))


@given(sets, st.integers(1, 3))
def test_that_a_set_saved_as_a_sheet_comes_back_less_its_blank_end(images, columns):
    count, height, width = images.shape
    rows = -(-count // columns)
    cells = np.zeros((rows * columns, height, width), np.uint8)
    cells[:count] = images
    cells[-1, -1, -1] = 0
    sheet = cells.reshape(rows, columns, height, width).swapaxes(1, 2).reshape(rows * height, -1)
    path = written(PLACE / "sheet.png", png(sheet))
    last = max((i for i, cell in enumerate(cells) if cell.any()), default=0)
    if np.ptp(cells[: last + 1]) <= 1:
        assert "blank" in refusal(path, grid=(columns, rows))
    else:
        made = import_images(path, "mine", grid=(columns, rows))
        assert np.array_equal(values(made), cells[: last + 1])
        assert made.labels == tuple(str(i + 1) for i in range(last + 1))


@given(hnp.arrays(np.float32, (2, 3, 4), elements=st.floats(0, 1, width=32)))
def test_that_inverting_twice_is_no_change(images):
    assume(np.ptp(images) > 0.01)
    first = written(PLACE / "a.npy", npy(images))
    second = written(PLACE / "b.npy", npy(import_images(first, "mine", invert=True).images))
    assert np.abs(import_images(second, "mine", invert=True).images - images).max() < 1e-6


@given(sets, st.integers(1, 3), st.integers(1, 3))
def test_that_growing_by_whole_factors_repeats_and_shrinking_back_averages(images, across, down):
    count, height, width = images.shape
    grown = import_images(written(PLACE / "a.npy", npy(images)), "mine", size=(width * across, height * down))
    assert np.array_equal(values(grown), images.repeat(down, 1).repeat(across, 2))
    small = import_images(written(PLACE / "b.npy", npy(grown.images)), "mine", size=(width, height))
    assert np.array_equal(values(small), images)
    means = images.reshape(count, -1).mean(1) / 255
    if np.ptp(means) > 0.01:
        dot = import_images(written(PLACE / "c.npy", npy(images)), "mine", size=(1, 1))
        assert np.allclose(dot.images.ravel(), means, atol=1e-6)


@given(sets, st.integers(1, 9), st.integers(1, 9))
def test_that_every_size_asked_for_is_the_size_of_the_set(images, width, height):
    made = a_set_or_a_refusal(written(PLACE / "a.npy", npy(images)), size=(width, height))
    if made is None:  # of averages that are alike
        assert "blank" in refusal(PLACE / "a.npy", size=(width, height))
    else:
        assert made.shape == (height, width)


def test_that_a_set_of_the_library_can_be_taken_to_another_computer(tmp_path, monkeypatch):
    monkeypatch.setattr(library, "folder", lambda: tmp_path)
    images = np.random.default_rng(0).random((2, 3, 4), dtype=np.float32)
    made = import_images(library.write("mine", images, ("a", "ñ")), "theirs")
    assert np.array_equal(made.images, images)
    assert made.labels == ("a", "ñ")


# -- the rules of numbers and pixels


@pytest.mark.filterwarnings("ignore:Stored array in format 3.0")
@pytest.mark.parametrize("dtype", [complex, "U3", "M8[s]", [("a", "u1")], [("ñ中", "u1")]])
def test_that_an_array_of_no_numbers_is_refused(tmp_path, dtype):
    refusal(written(tmp_path / "a.npy", npy(np.zeros((1, 2, 2), dtype))))


def test_that_nothing_is_ever_unpickled(tmp_path):
    array = np.array([[[print]]], dtype=object)
    refusal(written(tmp_path / "a.npy", packed(np.save, array, allow_pickle=True)))
    refusal(written(tmp_path / "a.npz", packed(np.savez, images=array, allow_pickle=True)))


def test_that_transparency_lies_over_black_and_colour_turns_to_its_luminance(tmp_path):
    pixels = np.array([[[255, 255, 255, 0], [255, 255, 255, 128], [255, 0, 0, 255]]], np.uint8)
    made = import_images(written(tmp_path / "a.png", png(pixels)), "mine")
    assert np.allclose(made.images, [[[0, 128 / 255, 76 / 255]]], atol=1e-3)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "F"])
def test_that_every_kind_of_pixel_is_read(tmp_path, mode):
    white = {"I;16": 65_535, "F": 1.0, "1": 1, "L": 255}.get(mode)
    if white is None:
        image = Image.new("RGB", (2, 1))
        image.putpixel((1, 0), (255, 255, 255))
        image = image.convert(mode)
    else:
        image = Image.new(mode, (2, 1))
        image.putpixel((1, 0), white)
    path = tmp_path / "a.tiff"
    image.save(path, "TIFF" if mode in ("CMYK", "F") else "PNG")
    assert import_images(path, "mine").images.tolist() == [[[0, 1]]]


def test_that_a_palette_with_transparency_is_read(tmp_path):
    image = Image.fromarray(np.array([[0, 1]], np.uint8), "P")
    image.putpalette([255, 255, 255, 255, 255, 255])
    image.save(tmp_path / "a.png", transparency=bytes([0, 255]))
    assert import_images(tmp_path / "a.png", "mine").images.tolist() == [[[0, 1]]]


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "GIF"])
def test_that_a_still_picture_of_any_format_and_any_suffix_is_one_image(tmp_path, kind):
    half = np.repeat([[0, 255]], 8, 1).repeat(16, 0).astype(np.uint8)
    made = import_images(written(tmp_path / "a.dat", png(half, kind)), "mine")
    assert np.abs(made.images - half / 255).max() < 0.02
    assert made.labels == ("1",)


def test_that_a_photo_is_turned_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter right
    path = written(tmp_path / "a.png", png(np.array([[255, 0, 0]], np.uint8), exif=exif))
    assert import_images(path, "mine").images.tolist() == [[[1], [0], [0]]]


def test_that_a_sheet_with_a_white_ground_loses_its_white_end_alone(tmp_path):
    sheet = np.full((2, 8), 255, np.uint8)
    sheet[0, 4] = 0  # in the third of four cells
    made = import_images(written(tmp_path / "a.png", png(sheet)), "mine", grid=(4, 1))
    assert made.count == 3
    assert made.images[0].min() == 1


# -- folders


def test_that_a_folder_skips_what_is_no_picture_and_what_is_hidden(tmp_path):
    dot = png(np.array([[255, 0]], np.uint8))
    for name in ("a10.png", "a2.PNG", "B"):
        written(tmp_path / name, dot)
    written(tmp_path / "notes.txt", b"words")
    written(tmp_path / "._a2.png", b"words")
    (tmp_path / "deeper").mkdir()
    assert import_images(tmp_path, "mine").labels == ("a2", "a10", "B")


@pytest.mark.parametrize("blob", [b"", b"words", png(np.eye(9, dtype=np.uint8))[:-30], png_header(20, 20)])
def test_that_a_broken_picture_in_a_folder_is_named(tmp_path, blob):
    written(tmp_path / "a.png", png(np.eye(9, dtype=np.uint8)))
    written(tmp_path / "broken.png", blob)
    assert "broken.png" in refusal(tmp_path)


def test_that_pictures_of_several_sizes_need_a_size(tmp_path):
    written(tmp_path / "a.png", png(np.eye(2, 3, dtype=np.uint8) * 255))
    written(tmp_path / "b.png", png(np.zeros((3, 2), np.uint8)))
    line = refusal(tmp_path)
    assert all(part in line for part in ("b.png", "2x3", "3x2", "--size"))
    assert import_images(tmp_path, "mine", size=(4, 4)).images.shape == (2, 4, 4)


def test_that_a_folder_without_pictures_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    refusal(tmp_path / "empty")
    written(tmp_path / "notes.txt", b"words")
    refusal(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="no such names there")
def test_that_labels_are_short_and_printable(tmp_path):
    written(tmp_path / ("a\n" + "b" * 99 + ".png"), png(np.eye(2, dtype=np.uint8) * 255))
    assert import_images(tmp_path, "mine").labels == ("a\ufffd" + "b" * 62,)


# -- fonts


def test_that_a_bdf_font_is_read_bit_by_bit_each_glyph_in_its_place(tmp_path):
    made = import_images(written(tmp_path / "tiny.bdf", BDF.encode()), "mine", characters="A, A")
    assert made.labels == ("A", ",", " ")
    drawn = ["\n".join("".join(".#"[int(bit)] for bit in row) for row in image) for image in made.images]
    assert drawn[0] == ".#..\n#.#.\n###.\n#.#.\n...."
    assert drawn[1] == "....\n....\n....\n.#..\n.#.."
    assert not made.images[2].any()
    twice = import_images(tmp_path / "tiny.bdf", "mine", characters="A", size=(8, 10))
    assert np.array_equal(twice.images[0], made.images[0].repeat(2, 0).repeat(2, 1))


def test_that_a_font_is_asked_for_printable_ascii_and_what_it_lacks_is_named(tmp_path):
    assert import_images(written(tmp_path / "tiny.bdf", BDF.encode()), "mine").labels == (",", "A")
    assert "lacks é" in refusal(tmp_path / "tiny.bdf", characters="Aé")
    font = written(tmp_path / "a.ttf", TRUETYPE)
    assert "lacks 中 \ufffd;" in refusal(font, characters="A中\n")
    assert import_images(font, "mine").labels == tuple(map(chr, range(33, 127)))
    assert "--characters" in refusal(font, characters="")


@given(st.integers(8, 40), st.integers(8, 40))
@settings(max_examples=10)
def test_that_letters_share_one_baseline_and_one_scale_and_fill_the_cell(width, height):
    made = import_images(
        written(PLACE / "a.ttf", TRUETYPE), "mine", characters="Mxp.l ", size=(width, height)
    )
    assert made.shape == (height, width)
    ink = made.images > 0.3
    rows = {label: np.flatnonzero(each.any(1)) for label, each in zip(made.labels, ink, strict=True)}
    columns = {label: np.flatnonzero(each.any(0)) for label, each in zip(made.labels, ink, strict=True)}
    assert abs(rows["M"][-1] - rows["x"][-1]) <= 1
    assert abs(rows["M"][-1] - rows["."][-1]) <= 1
    assert rows["p"][-1] > rows["M"][-1]
    assert len(rows["M"]) > len(rows["x"]) > len(rows["."])
    assert not len(rows[" "])
    tall = rows["p"][-1] - min(each[0] for each in rows.values() if len(each)) + 1
    assert tall >= height - 3 or len(columns["M"]) >= width - 3


def test_that_a_font_in_one_pixel_is_still_a_set(tmp_path):
    assert import_images(written(tmp_path / "a", TRUETYPE), "mine", size=(1, 1)).shape == (1, 1)


@pytest.mark.parametrize(
    "change",
    [
        ("FONTBOUNDINGBOX 4 5 0 -1", "FONTBOUNDINGBOX 4 5"),
        ("BBX 3 4 0 0", "BBX 300000 400000 0 0"),
        ("BBX 3 4 0 0", "BBX 3 -4 0 0"),
        ("BBX 3 4 0 0", "BBX 3 x 0 0"),
        ("ENCODING 65", "ENCODING x"),
        ("A0", "G0"),
        ("A0", ""),
    ],
)
def test_that_a_bdf_font_that_contradicts_itself_is_refused(tmp_path, change):
    refusal(written(tmp_path / "tiny.bdf", BDF.replace(*change, 1).encode()), characters="A")


# -- limits


def test_that_a_picture_alone_is_small_or_gets_a_size_or_a_grid(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (130, 130), np.uint8)
    path = written(tmp_path / "a.png", png(noise))
    line = refusal(path)
    assert "130x130" in line
    assert "--grid" in line
    assert "--size" in line
    assert import_images(path, "mine", size=(13, 13)).shape == (13, 13)
    assert import_images(path, "mine", grid=(2, 5)).images.shape == (10, 26, 65)
    assert import_images(path, "mine", grid=(2, 5), size=(6, 5)).images.shape == (10, 5, 6)
    assert "130x130" in refusal(path, grid=(3, 5))


@pytest.mark.parametrize(
    "wishes", [{"size": (0, 5)}, {"size": (5, 129)}, {"grid": (0, 1)}, {"grid": (-1, -1)}]
)
def test_that_impossible_wishes_are_refused(tmp_path, wishes):
    refusal(written(tmp_path / "a.png", png(np.eye(2, dtype=np.uint8))), **wishes)


def test_that_wishes_a_source_cannot_grant_are_refused(tmp_path):
    assert "--grid" in refusal(tmp_path, grid=(1, 1))
    assert "--grid" in refusal(written(tmp_path / "a.ttf", TRUETYPE), grid=(1, 1))
    assert "--characters" in refusal(written(tmp_path / "a.npy", npy(np.zeros((1, 1, 1)))), characters="a")


@pytest.mark.parametrize("shape", [(100_001, 1, 1), (1, 129, 1), (1, 1, 129)])
def test_that_a_set_has_its_limits(tmp_path, shape):
    refusal(written(tmp_path / "a.npy", npy(np.zeros(shape, np.uint8))))
    path = written(tmp_path / "a.gz", gzip.compress(idx(np.zeros(shape, np.uint8))))
    assert f"{shape[0]:,} images of {shape[2]}x{shape[1]}" in refusal(path)


def test_that_a_set_takes_so_much_memory_and_no_more(tmp_path, monkeypatch):
    path = written(tmp_path / "a.npy", npy(np.array([np.eye(5, dtype=np.uint8)] * 10)))
    assert import_images(path, "mine").count == 10
    monkeypatch.setattr(limits, "MAX_BYTES", 999)
    assert "10 images of 5x5" in refusal(path)


def test_that_mnist_is_taken_as_it_is(tmp_path):
    images = np.zeros((60_000, 28, 28), np.uint8)
    images[0, 0, 0] = 255
    path = written(tmp_path / "a.gz", gzip.compress(idx(images), 1))
    assert import_images(path, "mine").images.shape == (60_000, 28, 28)


def test_that_a_huge_file_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 999)
    for name in ("a.npy", "a.png"):
        refusal(written(tmp_path / name, npy(np.zeros((1, 40, 40), np.uint8))))
    noise = np.random.default_rng(0).integers(0, 256, (40, 40), np.uint8)
    written(tmp_path / "a.png", png(noise))
    assert "MiB" in refusal(tmp_path)
    refusal(tmp_path / "a.png")


def _bombs():
    zeros = zlib.compressobj(9, zlib.DEFLATED, 31)
    head = bytes((0, 0, 8, 3)) + struct.pack(">3I", 1, 8, 8)
    body = b"".join(zeros.compress(bytes(2**20)) for _ in range(64))
    yield "gzip.gz", zeros.compress(head) + body + zeros.flush()
    yield "idx", bytes((0, 0, 8, 3)) + struct.pack(">3I", 2**32 - 1, 2**32 - 1, 2**32 - 1)
    yield "idx.gz", gzip.compress(bytes((0, 0, 8, 3)) + struct.pack(">3I", 2**31, 28, 28))
    for width, height in ((100_000, 100_000), (10_000, 8_000), (8_200, 8_200), (2**31 - 1, 2**31 - 1)):
        yield f"{width}.png", png_header(width, height)
        yield f"{width}.gif", b"GIF89a" + struct.pack("<HH", width & 65535, height & 65535) + bytes(20)
        yield (
            f"{width}.bmp",
            b"BM" + struct.pack("<IIIIiiHHIIiiII", 70, 0, 54, 40, width, height, 1, 24, *[0] * 6),
        )
    yield "ppm", b"P5 100000 100000 255\n"
    for shape in ((2**40, 8, 8), (10_000, 100, 100), (2**20, 128, 128)):
        header = io.BytesIO()
        np.lib.format.write_array_header_1_0(header, {"descr": "|u1", "fortran_order": False, "shape": shape})
        yield f"{shape[0]}.npy", header.getvalue()
        file = io.BytesIO()
        with (
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
            archive.open("x.npy", "w") as member,
        ):
            member.write(header.getvalue())
            for _ in range(64):
                member.write(bytes(2**20))
        yield f"{shape[0]}.npz", file.getvalue()
    yield "header.npy", b"\x93NUMPY\2\0" + struct.pack("<I", 2**31) + bytes(100)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for i in range(3000):
            archive.writestr(f"{i}.npy", b"")
    yield "many.npz", file.getvalue()


@pytest.fixture(scope="module")
def bombs(place):
    return [written(place / f"bomb{name}", blob) for name, blob in _bombs()]


def test_that_what_promises_or_hides_too_much_is_refused_in_little_memory(bombs):
    for path in bombs:
        tracemalloc.start()
        line = refusal(path, **({"grid": (100, 100)} if path.suffix in (".png", ".gif", ".bmp") else {}))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 2**20, path
        assert path.suffix != ".png" or "megapixels" in line


# -- what is broken


def test_that_a_missing_path_is_a_file_not_found(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        import_images(tmp_path / "nowhere", "mine")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_that_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    refusal(tmp_path / "pipe")
    refusal(tmp_path)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
def test_that_what_moves_is_refused(tmp_path, kind):
    frames = [Image.fromarray(np.full((4, 4), level, np.uint8)) for level in (0, 200)]
    frames[0].save(tmp_path / "a.png", kind, save_all=True, append_images=frames[1:])
    assert "frame" in refusal(tmp_path / "a.png")
    assert "a.png" in refusal(tmp_path)


@pytest.mark.parametrize("name", ["a.png", "a.npy", "a.npz", "a.gz", "a.ttf", "a.bdf", "a.jpg", "a"])
@pytest.mark.parametrize("blob", [b"Just words, whatever the suffix says.\n", b"\0" * 99])
def test_that_a_file_of_nothing_known_is_refused_with_what_would_be(tmp_path, name, blob):
    assert "PNG" in refusal(written(tmp_path / name, blob))


@pytest.mark.parametrize("name", ["a.png", "a.npy", "a.gz", "a"])
def test_that_an_empty_file_is_called_empty(tmp_path, name):
    assert refusal(written(tmp_path / name, b"")).endswith("the file is empty")


@pytest.mark.skipif(os.name == "nt", reason="no such names there")
def test_that_a_name_with_line_breaks_still_makes_one_line(tmp_path):
    path = written(tmp_path / "a\nb.png", b"words")
    with pytest.raises(ImportRefused) as caught:
        import_images(path, "mine")
    assert "a\ufffdb.png: " in str(caught.value)


@pytest.mark.parametrize(
    "labels",
    [
        np.array(["a"]),
        np.array([["a", "b"]]),
        np.array("words"),
        np.array('["a"]'),
        np.array("{}"),
        np.array("1"),
    ],
)
def test_that_labels_that_are_not_one_for_every_image_are_refused(tmp_path, labels):
    assert "labels" in refusal(written(tmp_path / "a.npz", npz(images=np.zeros((2, 3, 3)), labels=labels)))


def test_that_labels_may_be_bytes_or_numbers(tmp_path):
    for labels, words in (([b"a", b"\xff"], ("a", "\ufffd")), ([3, 4], ("3", "4"))):
        blob = npz(images=np.stack([np.eye(3)] * 2), y=np.array(labels))
        assert import_images(written(tmp_path / "a.npz", blob), "mine").labels == words


def test_that_damaged_labels_beside_mnist_are_named(tmp_path):
    path = written(tmp_path / "train-images.idx3-ubyte", idx(np.full((2, 3, 3), 9, np.uint8)))
    for blob in (b"", idx(np.zeros(3, np.uint8)), idx(np.zeros(2, np.uint8))[:-1], gzip.compress(b"words")):
        written(tmp_path / "train-labels.idx1-ubyte", blob)
        assert "train-labels.idx1-ubyte" in refusal(path)
    assert "images" in refusal(written(tmp_path / "train-labels.idx1-ubyte", idx(np.zeros(2, np.uint8))))


@pytest.fixture(scope="module")
def whole():
    """A small valid file of every kind: suffix, bytes, options."""
    images = np.random.default_rng(0).integers(0, 256, (3, 6, 5), np.uint8)
    wide = images.reshape(18, 5)
    pictures = {
        f".{kind.lower()}": png(wide, kind) for kind in ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM")
    }
    others = {
        ".npy": npy(images),
        ".npz": npz(images=images, labels=np.array(list("abc"))),
        ".idx": idx(images),
        ".gz": gzip.compress(idx(images)),
    }
    kinds = [(suffix, blob, {"grid": (1, 3)}) for suffix, blob in pictures.items()]
    kinds += [(suffix, blob, {}) for suffix, blob in others.items()]
    kinds += [(".bdf", BDF.encode(), {"characters": "A,"}), (".ttf", TRUETYPE, {"characters": "Ab"})]
    for suffix, blob, options in kinds:
        assert a_set_or_a_refusal(written(PLACE / f"whole{suffix}", blob), **options) is not None
    return kinds


@given(st.data())
@settings(max_examples=200)
def test_that_a_file_cut_anywhere_is_a_set_or_refused(whole, data):
    suffix, blob, options = data.draw(st.sampled_from(whole))
    kept = data.draw(st.integers(0, len(blob) - 1))
    made = a_set_or_a_refusal(written(PLACE / f"cut{suffix}", blob[:kept]), **options)
    assert made is None or suffix not in (".npy", ".npz", ".idx", ".gz")


@given(st.data())
@settings(max_examples=200)
def test_that_a_file_changed_anywhere_is_a_set_or_refused(whole, data):
    suffix, blob, options = data.draw(st.sampled_from(whole))
    changed = bytearray(blob)
    places = st.integers(0, len(blob) - 1) | st.integers(0, min(len(blob), 64) - 1)
    for place, value in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=4)):
        changed[place] = value
    a_set_or_a_refusal(written(PLACE / f"changed{suffix}", bytes(changed)), **options)


MAGICS = [
    b"",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF89a",
    b"BM",
    b"RIFF\0\0\0\0WEBPVP8 ",
    b"II*\0",
    b"P5 ",
]
MAGICS += [
    b"\x93NUMPY\1\0",
    b"PK\3\4",
    b"PK\5\6",
    b"\x1f\x8b\x08",
    b"\0\0\x08\3",
    b"\0\1\0\0",
    b"OTTO",
    b"STARTFONT",
]


@given(
    st.sampled_from(MAGICS),
    st.binary(max_size=300),
    st.sampled_from([".png", ".npy", ".npz", ".gz", ".ttf", ".bdf", ".txt", ""]),
)
def test_that_any_bytes_at_all_are_refused(magic, blob, suffix):
    path = written(PLACE / f"any{suffix}", magic + blob)
    made = a_set_or_a_refusal(path)
    assert made is None or magic in (b"P5 ", b"BM", b"\0\0\x08\3")


@given(st.recursive(st.none() | st.text(), lambda inner: st.lists(inner, max_size=3)))
def test_that_any_json_as_labels_is_words_or_refused(value):
    blob = npz(images=np.stack([np.eye(3)] * 2), labels=np.array(json.dumps(value)))
    a_set_or_a_refusal(written(PLACE / "a.npz", blob))
