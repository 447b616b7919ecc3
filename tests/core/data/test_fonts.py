"""Fonts: no ink is lost, characters are those there are, and what was guessed is told."""

import gzip
import time

import numpy as np
import pytest
from fonts import cmap, mapped, of_apple_pictures, of_pictures, with_tables
from hypothesis import given
from hypothesis import strategies as st
from sources import BDF, TRUETYPE, refusal, values, written

from core.base.progress import Stopped
from core.base.words import use_language
from core.data.importers import ImportRefused, Wishes, understand
from core.data.importers.sfnt import characters, strikes, tables
from core.data.limits import MAX_SIDE

ASCII = "".join(map(chr, range(33, 127)))


@pytest.fixture(scope="module", autouse=True)
def place(tmp_path_factory):
    """A folder for hypothesis, which gives no example a folder of its own."""
    global PLACE
    PLACE = tmp_path_factory.mktemp("fonts")


def read(blob, name="a", **wishes):
    return understand(written(PLACE / name, blob), "mine", Wishes(**wishes))


def refused(blob, **wishes):
    return refusal(written(PLACE / "a", blob), **wishes)


def said(understood):
    return " ".join(map(str, understood.remarks))


# -- pixels (BDF)


def bdf(glyphs, frame="FONTBOUNDINGBOX 4 5 0 -1"):
    """A font of glyphs: code -> ((width, height, left, bottom), rows of bits, each of whole bytes)."""
    lines = ["STARTFONT 2.1", frame, f"CHARS {len(glyphs)}"]
    for code, (box, bits) in glyphs.items():
        rows = [np.packbits(row).tobytes().hex() for row in bits]
        lines += [f"STARTCHAR c{code}", f"ENCODING {code}", "BBX {} {} {} {}".format(*box), "BITMAP"]
        lines += [*rows, "ENDCHAR"]
    return "\n".join([*lines, "ENDFONT", ""]).encode()


@st.composite
def glyphs(draw):
    """Any box, and bits that fill whole bytes: those behind its width are not of the glyph."""
    width, height = draw(st.integers(1, 12)), draw(st.integers(1, 9))
    box = width, height, draw(st.integers(-20, 20)), draw(st.integers(-20, 20))
    bits = draw(st.lists(st.booleans(), min_size=16 * height, max_size=16 * height))
    return box, np.array(bits, np.uint8).reshape(height, 16)[:, : (width + 7) // 8 * 8]


TWO_DOTS = (3, 1, 0, 0), np.array([[1, 0, 1, *[0] * 5]], np.uint8)
"""A set of one that is not blank, which is refused."""
BOXES = ("4 5 0 -1", "-4 5 0 0", "0 0 0 0", "99999 99999 0 0", "129 5 0 0", "40 60 -20 -20")
FRAMES = ["", *(f"FONTBOUNDINGBOX {box}" for box in BOXES)]


@given(st.lists(glyphs(), min_size=1, max_size=4), st.sampled_from(FRAMES))
def test_that_no_ink_is_lost_and_all_glyphs_stand_on_one_line(drawn, frame):
    drawn = [TWO_DOTS, *drawn]
    made = read(bdf(dict(enumerate(drawn, 65)), frame))
    shifts = set()
    for ((width, height, left, bottom), bits), image in zip(drawn, made.dataset.images, strict=True):
        rows, columns = np.nonzero(bits[:, :width])
        assert image.sum() == len(rows)
        if len(rows):
            found, across = np.nonzero(image)
            shifts.add((rows[0] - height - bottom - found[0], columns[0] + left - across[0]))
            assert np.array_equal(rows - rows[0], found - found[0])
            assert np.array_equal(columns - columns[0], across - across[0])
    assert len(shifts) == 1


@pytest.mark.parametrize("frame", FRAMES)
def test_that_a_box_is_what_the_header_promises_where_a_set_can_hold_it(frame):
    made = read(bdf({65: TWO_DOTS}, frame))
    width, height = {1: (4, 5), 6: (40, 60)}.get(FRAMES.index(frame), (3, 1))
    assert made.dataset.shape == (height, width)
    assert ("as many as their ink needs" in said(made)) == (width == 3)


def test_that_ink_beyond_the_header_is_told_and_only_that_of_the_characters_taken(tmp_path):
    tall = (3, 9, 0, -3), np.ones((9, 8), np.uint8)
    dot = (1, 1, 0, 0), np.array([[1, *[0] * 7]], np.uint8)
    blob = bdf({65: dot, 66: tall})
    assert read(blob, characters="A").dataset.shape == (5, 4)
    assert read(blob, characters="A").remarks == ()
    assert read(blob).dataset.shape == (9, 4)
    assert "4x5" in said(read(blob))
    assert "4x9" in said(read(blob))


def test_that_ink_too_far_apart_for_a_set_is_refused_with_what_helps():
    dot = np.array([[1, *[0] * 7]], np.uint8)
    far = bdf({65: ((1, 1, 0, 0), dot), 66: ((1, 1, MAX_SIDE, 0), dot)})
    line = refused(far)
    assert f"{MAX_SIDE + 1}x5" in line or f"{MAX_SIDE + 1}x1" in line
    assert "--size" in line
    assert read(far, characters="A").dataset.count == 1
    assert read(far, size=(16, 16)).dataset.shape == (16, 16)
    vast = bdf({65: ((1, 1, 0, 0), dot), 66: ((1, 1, 9_999_999, 9_999_999), dot)})
    assert "pixels" in refused(vast, size=(16, 16))


def test_that_a_glyph_that_lacks_rows_is_no_trouble_where_it_is_not_taken():
    broken = BDF.replace("A0", "", 1).encode()
    assert "lacks rows of A" in refused(broken)
    assert read(broken, characters=",").dataset.count == 1


# -- which characters


def dots(*codes):
    return bdf({code: ((1, 1, code % 3, 0), np.array([[1, *[0] * 7]], np.uint8)) for code in codes})


@given(st.sets(st.integers(0, 0x10FFFF), min_size=1, max_size=30))
def test_that_all_that_can_be_drawn_is_taken_where_nothing_usual_is_there(codes):
    codes = {code for code in codes if not 33 <= code < 127}
    private = {
        code for code in codes if 0xE000 <= code < 0xF900 or (code >= 0xF0000 and code & 0xFFFF < 0xFFFE)
    }
    there = sorted(code for code in codes if code != 32 and (chr(code).isprintable() or code in private))
    if not there:
        assert "no characters" in refused(dots(*codes))
        return
    made = read(dots(*codes))
    assert made.found.characters == "".join(map(chr, there))
    assert made.dataset.labels == tuple(f"U+{code:04X}" if code in private else chr(code) for code in there)
    assert made.asks == {"characters"}
    assert f"so all {len(there)} that it has were taken" in said(made)


def test_that_the_usual_characters_are_taken_as_far_as_they_are_there():
    made = read(dots(32, 65, 66, 126, 200, 300, 0xE000))
    assert made.dataset.labels == ("A", "B", "~")
    assert made.found.characters == "AB~"
    assert "6 characters; those from ! to ~ were taken: 3." in said(made)
    assert "--characters" in said(made)
    assert made.asks == frozenset()
    assert read(dots(65, 66)).remarks == ()


def test_that_private_characters_can_be_asked_for_and_a_space_as_well():
    made = read(dots(32, 65, 0xE001), characters="\ue001 A")
    assert made.dataset.labels == ("U+E001", " ", "A")
    assert made.remarks == ()
    assert "lacks U+E002" in refused(dots(0xE001), characters="\ue002")


def test_that_of_many_characters_so_many_are_taken_evenly():
    blob = dots(*range(0x4E00, 0x4E00 + 1000))
    assert read(blob).found.characters is None  # too many to look through
    made = read(blob, count=4)
    assert made.found.characters == "".join(map(chr, (0x4E00, 0x4EFA, 0x4FF4, 0x50EE)))
    assert "4 of the 1,000" in said(made)
    assert read(blob, count=2, characters="一丁丂七").dataset.labels == ("一", "丂")


def test_that_one_that_is_lacking_is_answered_with_those_there_are():
    assert "lacks ñ; it has A to C, a, U+E000 to U+E001: " in refused(
        dots(32, 65, 66, 67, 97, 0xE000, 0xE001), characters="ñ"
    )
    assert "it has ! to ~, ©, «, ° to ±, ´, · ...: " in refused(TRUETYPE, characters="ñ")
    line = refused(dots(*range(0x4E00, 0x5E00, 2)), characters="".join(map(chr, range(33, 127))))
    assert len(line) < 400
    try:
        use_language("es")
        assert refused(dots(65), characters="ñ")
    finally:
        use_language("en")


# -- outlines

PRIVATE = range(0xE010, 0xE020)


def alike(one, other):
    """Whether every image is nearest to its own; the hints that FreeType makes up depend on the script."""
    apart = np.abs(one.images[:, None] - other.images[None]).sum((2, 3))
    return np.array_equal(apart.argmin(1), np.arange(one.count))


@pytest.mark.parametrize(
    ("kind", "encoding"), [(4, 1), (6, 1), (10, 10), (12, 10), (12, 1), (4, 10), (4, 0), (6, 0)]
)
def test_that_a_font_of_private_characters_is_read_whatever_its_table(kind, encoding):
    usual = read(with_tables(TRUETYPE, cmap=mapped(range(65, 81))), size=(64, 64))
    made = read(with_tables(TRUETYPE, cmap=mapped(PRIVATE, 3, encoding, kind)), size=(64, 64))
    assert made.dataset.labels == tuple(f"U+{code:04X}" for code in PRIVATE)
    assert alike(made.dataset, usual.dataset)


def test_that_a_symbol_font_is_read():
    usual = read(with_tables(TRUETYPE, cmap=mapped(range(65, 81))), size=(64, 64))
    made = read(with_tables(TRUETYPE, cmap=mapped(range(0xF041, 0xF051), 3, 0)), size=(64, 64))
    assert made.dataset.labels[0] == "U+F041"
    assert alike(made.dataset, usual.dataset)


def test_that_a_font_without_a_table_of_characters_is_tried_character_by_character():
    shares = []
    path = written(PLACE / "a", with_tables(TRUETYPE, cmap=None))
    made = understand(path, "mine", Wishes(), shares.append)
    assert made.dataset.labels == tuple(ASCII)
    assert len(shares) > 500


@given(
    st.dictionaries(st.integers(1, 0xFFFE), st.integers(0, 90), min_size=1, max_size=40),
    st.sampled_from([4, 6, 10, 12, 13]),
)
def test_that_the_characters_are_those_that_lead_to_a_glyph(glyphs, kind):
    font = with_tables(TRUETYPE, cmap=cmap(glyphs, 3, 1, kind))
    assert characters(tables(font)) == (sorted(code for code, glyph in glyphs.items() if glyph), "")


@given(st.binary(max_size=200), st.sampled_from([0, 4, 6, 10, 12, 13, 99]))
def test_that_any_table_of_characters_gives_numbers_in_order(blob, kind):
    table = b"\0\0\0\1\0\3\0\1\0\0\0\x0c" + kind.to_bytes(2, "big") + blob
    codes, _ = characters({b"cmap": memoryview(table), b"maxp": memoryview(b"\0\0\0\0\xff\xff")})
    assert codes == sorted(set(codes))
    assert all(0 <= code < 0x110000 for code in codes)


def test_that_a_table_that_names_every_character_ten_thousand_times_takes_a_moment():
    group = (0).to_bytes(4, "big") + (2**32 - 1).to_bytes(4, "big") + bytes(4)
    table = b"\0\x0c\0\0" + bytes(8) + (2**32 - 1).to_bytes(4, "big") + group * 10_000
    start = time.process_time()
    codes, _ = characters({
        b"cmap": memoryview(b"\0\0\0\1\0\3\0\x0a\0\0\0\x0c" + table), b"maxp": memoryview(b"\0\0\0\0\xff\xff")
    })  # fmt: skip
    assert len(codes) < 0x110000
    assert time.process_time() - start < 2


def test_that_outlines_far_larger_than_their_em_are_refused():
    head = bytearray(tables(TRUETYPE)[b"head"])
    head[18:20] = (24).to_bytes(2, "big")  # units an em
    assert "far too large" in refused(with_tables(TRUETYPE, head=bytes(head)), characters="W")


# -- pictures in the place of outlines


def drawings(levels=(0, 255)):
    """Size -> character -> its place and picture, others at every size."""

    def at(size):
        draw = np.random.default_rng(size)
        found = {}
        for number, letter in enumerate("ABC"):
            image = draw.choice(np.array(levels, np.uint8), (size - 2 - number, size - 3))
            image[[0, -1]] = image[:, [0, -1]] = 255
            found[letter] = number - 1, size - 2 - number, image
        return found

    return at


def standing(at, letters="ABC"):
    """The pictures where they stand on one line, in the smallest box around all."""
    found = [at[letter] for letter in letters]
    left, top = min(each[0] for each in found), max(each[1] for each in found)
    right = max(left + image.shape[1] for left, _, image in found)
    bottom = min(top - len(image) for _, top, image in found)
    cells = np.zeros((len(found), top - bottom, right - left), np.uint8)
    for cell, (x, y, image) in zip(cells, found, strict=True):
        cell[top - y : top - y + len(image), x - left : x - left + image.shape[1]] = image
    return cells


@pytest.mark.parametrize("size", [9, 12, 21])
@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_that_pictures_are_read_pixel_by_pixel_where_they_stand(size, depth):
    at = drawings(np.linspace(0, 255, 2**depth).astype(int))
    made = read(of_pictures(at, [size], depth=depth))
    assert np.array_equal(values(made.dataset), standing(at(size)))
    assert made.dataset.labels == ("A", "B", "C")


@pytest.mark.parametrize(
    ("wish", "taken"), [(None, 12), ((8, 8), 9), ((16, 16), 12), ((17, 17), 21), ((64, 64), 21), ((40, 3), 9)]
)
def test_that_the_size_nearest_to_that_of_the_images_is_taken_and_all_are_named(wish, taken):
    made = read(of_pictures(drawings(), [9, 12, 21]), size=wish)
    assert f"in the sizes 9, 12, 21; those of {taken} were taken" in said(made)
    assert "--size" in said(made)
    if wish is None:
        assert np.array_equal(values(made.dataset), standing(drawings()(taken)))
    else:
        assert made.dataset.shape == wish[::-1]


def coloured(size):
    draw = np.random.default_rng(size)
    return {
        letter: (0, size, draw.integers(160, 256, (size, size, 4), dtype=np.uint8))
        for letter in "A\U0001f600"
    }


def grey(image):
    """Luminance (BT.601) over black."""
    return image[..., :3] @ (0.299, 0.587, 0.114) * (image[..., 3] / 255)


@pytest.mark.parametrize("letter", ["A", "\U0001f600"])
def test_that_coloured_pictures_become_grey(letter):
    images = {letter: each[2] for letter, each in coloured(20).items()}
    for blob in (of_pictures(coloured, [20], coloured=True), of_apple_pictures(images, 20)):
        made = read(blob, characters=letter)
        (image,) = values(made.dataset).astype(int)
        assert abs(image - grey(images[letter])).max() <= 3
        assert "laid over black" in said(made)
        assert "in the sizes 20;" in said(made)


def test_that_large_coloured_pictures_are_asked_to_be_shrunk():
    blob = of_apple_pictures({"A": coloured(136)["A"][2]}, 136)
    assert "--size" in refused(blob)
    assert read(blob, size=(32, 32)).dataset.shape == (32, 32)


def test_that_pictures_that_cannot_be_read_are_refused_with_their_sizes():
    assert "sizes 9, 12, which" in refused(of_pictures(drawings(), [9, 12], wide=30))
    broken = of_pictures(coloured, [20], coloured=True).replace(b"IHDR", b"XXXX")
    line = refused(broken)
    assert "sizes 20, which" in line
    assert "outlines" in line


@given(st.binary(max_size=300))
def test_that_any_table_of_sizes_gives_sizes_in_order(blob):
    for name in (b"EBLC", b"CBLC", b"sbix"):
        sizes, _ = strikes({name: memoryview(blob)})
        assert sizes == sorted(set(sizes))
        assert 0 not in sizes


# -- on the way

KINDS = {
    "bdf": dots(*range(33, 127)),
    "outlines": TRUETYPE,
    "no table": with_tables(TRUETYPE, cmap=None),
    "pictures": of_pictures(drawings(), [9, 12]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_that_progress_goes_on_and_what_it_raises_ends_the_work(kind):
    path, shares = written(PLACE / "a", KINDS[kind]), []
    understand(path, "mine", Wishes(), shares.append)
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1
    for stop in (1, len(shares)):
        heard = []

        def on_progress(share, heard=heard, stop=stop):
            heard.append(share)
            if len(heard) == stop:
                raise Stopped

        with pytest.raises(Stopped):
            understand(path, "mine", Wishes(), on_progress)


@pytest.mark.parametrize("kind", ["bdf", "outlines", "pictures"])
def test_that_a_gzipped_font_is_the_same_font(kind):
    assert read(gzip.compress(KINDS[kind]), "a.gz").dataset == read(KINDS[kind]).dataset


def test_that_a_font_too_large_is_refused(monkeypatch):
    monkeypatch.setattr("core.data.importers.outlines.MAX_FONT_BYTES", 1 << 20)
    with pytest.raises(ImportRefused, match="larger than 1 MiB"):
        read(gzip.compress(TRUETYPE + bytes(1 << 20)))
