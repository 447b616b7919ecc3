"""Sources in C and drawings with signs become the sets that their authors see in them."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sources import a_set_or_a_refusal, refusal, written

from core.base.progress import Stopped
from core.data import limits
from core.data.datasets import load_dataset
from core.data.importers import Wishes, import_images, understand

LETTERS = "`abcdefghijklmnopqrstuvwxyz{|}~"
ROWS = json.loads((Path(__file__).parents[3] / "data/font5x7.json").read_text(encoding="utf-8"))["rows"]
"""The course's table: seven numbers a character, bit 4 the left column."""

bits = hnp.arrays(np.bool_, hnp.array_shapes(min_dims=3, max_dims=3, min_side=2, max_side=9)).filter(np.any)


@pytest.fixture(scope="module", autouse=True)
def place(tmp_path_factory):
    """A folder for hypothesis, which gives no example a folder of its own."""
    global PLACE
    PLACE = tmp_path_factory.mktemp("texts")
    return PLACE


def text(words, name="font.h", encoding="utf-8"):
    return written(PLACE / name, words.encode(encoding))


def read(words, name="font.h", **wishes):
    return import_images(text(words, name), "mine", **wishes)


def said(words, name="font.h", **wishes):
    return understand(text(words, name), "mine", Wishes(**wishes))


def drawn(image, ink="#", ground="."):
    return "\n".join("".join(ink if pixel > 0.5 else ground for pixel in row) for row in image)


def rows_of(images):
    """Every row of pixels as a number, the highest bit left."""
    return [[int("".join(str(int(pixel)) for pixel in row), 2) for row in image] for image in images]


def course(names=("Font3",), kind="unsigned char"):
    """The table as the course hands it out."""
    parts = ["// Aca tienen los juegos de fonts para entrenar.\n#include <stdio.h>\n"]
    for name in names:
        parts.append(f"{kind} {name}[32][7] = {{\n")
        for code, row in enumerate(ROWS, 0x60):
            shown = "DEL" if code == 0x7F else chr(code)
            numbers = ", ".join(f"0x{number:02x}" for number in row)
            parts.append(f"   {{{numbers}}}{',' * (code < 0x7F)}   // 0x{code:02x}, {shown}\n")
        parts.append("   };\n")
    return "".join(parts)


# -- sources in C


@pytest.mark.parametrize(
    "kind", ["unsigned char", "int const", "static const uint8_t", "constexpr std::uint8_t"]
)
def test_that_the_header_of_the_course_is_the_set_that_comes_with_the_application(kind):
    found = said(course(kind=kind))
    assert np.array_equal(found.dataset.images, load_dataset("font5x7").images)
    assert found.dataset.labels == (*LETTERS, "DEL")
    assert found.arrays == ("Font3",)
    assert found.found.array == "Font3"
    assert not found.asks
    assert "Font3 holds images of 5x7 pixels, 32 in all" in str(found.remarks[0])


def test_that_the_first_of_several_arrays_is_taken_and_said_and_another_can_be_wished():
    other = course(("Font1", "Font2")).replace("0x04, 0x04, 0x02", "0x1f, 0x1f, 0x1f", 1)
    words = "int weights[3] = {1, 2, 3};\n" + other
    found = said(words)
    assert found.arrays == ("Font1", "Font2")
    assert found.asks == {"array"}
    assert str(found.remarks[0]) == (
        "It holds several arrays: Font1, Font2; Font1 was taken. --array chooses another."
    )
    assert found.dataset.images[0, 0].tolist() == [1] * 5
    second = said(words, array="Font2")
    assert second.dataset.images[0, 0].tolist() == [0, 0, 1, 0, 0]
    assert not second.asks
    assert "Font1, Font2" in refusal(text(words), array="Font9")


def test_that_what_is_no_array_of_images_is_explained():
    assert "no array" in refusal(text("// only words\n"))
    assert "--size" in refusal(text("int weights[6] = {1, 2, 3, 4, 5, 6};"))
    line = refusal(text("int a[2][3] = {\n {1, 2, 3},\n {1, SEVEN, 3}};"))
    assert "SEVEN" in line
    assert "line 3" in line
    line = refusal(text("int a[][3] = {\n {1, 2, 3},\n\n {1, 2, 3, 4}};"))
    assert "line 4" in line
    assert "a brace is missing" in refusal(text("int a[2][3] = {\n {1, 2, 3},\n {1, 2"))
    assert "1111" in refusal(text("int a[2][2] = {{" + "1" * 300_000 + ", 2}, {3, 4}};"))
    assert "--size" in refusal(text("int a[4] = {0, 1, 1, 0};"))
    assert "several kinds" in refusal(text("int a[] = {{1, 2}, {{1, 2}, {3, 4}}};"))
    assert "deep" in refusal(text("int a[] = {{{{{{{{{{1}}}}}}}}}};"))


@given(
    bits, st.sampled_from(["0x{:02x}", "0X{:X}", "{}", "0b{:b}", "B{:08b}", "{}u", "0{:o}"]), st.booleans()
)
def test_that_numbers_in_any_way_of_writing_are_rows_of_bits(images, way, flat):
    images[0, 0, 0] = True  # so that the smallest width is the whole
    images[0, -1, -1] = False  # and not all are alike
    count, height, width = images.shape
    numbers = rows_of(images)
    if way == "B{:08b}" and width > 8:
        return
    inner = "},\n{" if not flat else ",\n"
    shown = inner.join(", ".join(way.format(number) for number in row) for row in numbers)
    words = f"const unsigned int F[{count}][{height}] PROGMEM = {{{shown if flat else '{' + shown + '}'}}};"
    made = read(words)
    assert np.array_equal(made.images, images)


COLUMN_A = (0x7E, 0x11, 0x11, 0x11, 0x7E)
"""The letter A by columns, the lowest bit at the top, as LCDs need it."""
COLUMN_B = (0x7F, 0x49, 0x49, 0x49, 0x36)


def test_that_a_font_of_columns_comes_right_by_mirror_and_transpose():
    numbers = ", ".join(map(hex, COLUMN_A + COLUMN_B))
    words = f"#pragma once\nstatic const unsigned char font[] PROGMEM = {{ {numbers} }};"
    assert "--size" in refusal(text(words))
    assert "--transpose" in refusal(text(words), size=(5, 7))
    assert "--transpose" in refusal(text(words.replace("0x7e", "0xfe")), size=(5, 8))
    many = text(f"char font[] = {{ {', '.join([numbers] * 4)} }};")  # 40 numbers: also 5 images of 8 rows
    assert "--transpose" in refusal(many, size=(5, 8))
    made = read(words, size=(5, 7), mirror=True, transpose=True)
    assert drawn(made.images[0]) == "\n".join(
        (".###.", "#...#", "#...#", "#...#", "#####", "#...#", "#...#")
    )  # fmt: skip
    assert drawn(made.images[1]) == "\n".join(
        ("####.", "#...#", "#...#", "####.", "#...#", "#...#", "####.")
    )  # fmt: skip
    high = read(words.replace("0x7e", "0xfe"), size=(5, 8), mirror=True, transpose=True)
    assert high.images[0, 7].tolist() == [1, 0, 0, 0, 1]
    line = refusal(text(words.replace("0x7e", "0xfe")), size=(5, 7), mirror=True, transpose=True)
    assert "5x8" in line


def test_that_a_font_with_the_lowest_bit_at_the_left_comes_right_by_mirror():
    words = (
        "char font8x8_basic[128][8] = {\n"
        "    { 0x0C, 0x1E, 0x33, 0x33, 0x3F, 0x33, 0x33, 0x00},   // U+0041 (A)\n"
        "    { 0x3F, 0x66, 0x66, 0x3E, 0x66, 0x66, 0x3F, 0x80},   // U+0042 (B)\n"
        "    { 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00},   // U+0020 (space)\n"
        "    { 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00},   // U+0001\n};"
    )
    made = read(words, mirror=True)
    assert made.labels == ("A", "B", "space", "U+0001")
    assert drawn(made.images[0]).splitlines()[:5] == [
        "..##....", ".####...", "##..##..", "##..##..", "######..",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "labels"),
    [
        ("{6,9}, // 'A'\n{9,6}, // 'B'\n", ("A", "B")),
        ("/* A */ {6,9}, /* B */ {9,6}", ("A", "B")),
        ("// heart\n{6,9},\n// smile\n{9,6},\n", ("heart", "smile")),
        ("{ // A\n6, // ##\n9}, { // B\n9,\n6}", ("A", "B")),
        ("{6,9}, // 0x41\n{9,6} // 0x42\n", ("A", "B")),
        ("{6,9},   // 0x2c, ,\n{9,6}    // 0x27, '\n", (",", "'")),
        ("{6,9},   // 0x5c, \\\n{9,6}    // 0x29, )\n", ("\\", ")")),
        ("{'A', {6,9}}, {'\\'', {9,6}}", ("A", "'")),
        ("['x'] = {6,9}, [' '] = {9,6}", ("x", " ")),
        ('{"ojo", {6, 9}, 4}, {"oca", {9, 6}, 4}', ("ojo", "oca")),
        ("{6,9} /* A */, {9,6} /* B */", ("A", "B")),
        ("// A\n{6, // .##.\n9}, // #..#\n// B\n{9, // #..#\n6} // .##.\n", ("A", "B")),
        ("// Font\n{6,9}, // A\n{9,6}", ("1", "2")),
        ("{6,9}, // 'A'\n{9,6},\n", ("1", "2")),
        ("{6,9}, // row\n{9,6}, // row\n", ("1", "2")),
        ("{6,9}, // what follows here is a story\n{9,6}, // of two characters, not a label\n", ("1", "2")),
    ],
)  # fmt: skip
def test_that_images_are_named_where_every_one_has_a_name_of_its_own(rows, labels):
    made = read(f"const Glyph F[] = {{\n{rows}\n}};")
    assert made.labels == labels
    assert rows_of(made.images) == [[6, 9], [9, 6]]


def test_that_a_row_of_numbers_with_a_comment_for_every_image_is_cut_by_them():
    words = "byte F[] = {\n 6, 9, 6, // A\n 9, 6, 9, // B\n};"
    made = read(words)
    assert rows_of(made.images) == [[6, 9, 6], [9, 6, 9]]
    assert made.labels == ("A", "B")


@pytest.mark.parametrize(
    "words",
    [
        "namespace f { const std::array<std::array<uint8_t, 2>, 2> F = {{ {{6,9}}, {{9,6}} }}; }",
        "struct S { int a; };\nvoid f(int n) { if (n) { n = 1; } }\nbyte F[2][2]{{6,9},{9,6}};",
        "int[][] F = new int[][] {{6,9},{9,6}};",
        "#if X\n#define Y { 1, 2 }\n#endif\nint F[2][2] = {\n#ifdef Z\n {6, 9},\n#else\n {9, 6},\n#endif\n};",
        "char s[] = \"{1, 2}; // '\"; char c = '{'; int F[2][2] = {{06,0x9u},{+9,0b0110}}; // {",
        "extern int F[2][2];\nint F[2][2] __attribute__((section(\"x\"))) = {{6,9,},{9,6,},};",
    ],
)  # fmt: skip
def test_that_arrays_are_found_among_other_code(words):
    made = read(words)
    assert rows_of(made.images) == [[6, 9], [9, 6]]


def test_that_c_fills_up_what_is_short_and_negative_bytes_are_bits():
    made = read("char F[9][3] = {{6, 9}, {-1, 9, 1}, {0}};")
    assert rows_of(made.images) == [[6, 9, 0], [255, 9, 1], [0, 0, 0]]


def test_that_rows_of_more_pixels_than_a_byte_has_are_put_together():
    image = np.zeros((2, 3, 12), bool)
    image[0, 0, 11] = image[1, 2, 0] = image[1, 1, 8] = True
    flat = np.packbits(image, axis=2).ravel().tolist()
    words = f"const uint8_t bitmap [] PROGMEM = {{ {', '.join(map(hex, flat))} }};"
    assert np.array_equal(read(words, size=(12, 3)).images, image)
    rows = ", ".join(
        "{" + ", ".join(f"{{{row[0]}, {row[1]}}}" for row in each) + "}"
        for each in np.packbits(image, axis=2)
    )
    assert np.array_equal(read(f"uint8_t F[2][3][2] = {{{rows}}};").images[:, :, :12], image)


def test_that_a_size_of_the_same_height_says_the_width_and_another_one_resizes():
    words = "int F[2][2] = {{6,9},{9,6}};"
    assert rows_of(read(words, size=(6, 2)).images) == [[6, 9], [9, 6]]
    assert read(words, size=(6, 2)).shape == (2, 6)
    assert np.array_equal(read(words, size=(8, 4)).images, read(words).images.repeat(2, 1).repeat(2, 2))


@given(hnp.arrays(np.uint8, st.tuples(st.integers(1, 3), st.just(33), st.integers(5, 9))))
def test_that_numbers_of_three_dimensions_are_pixels(images):
    images[0, 0, :2] = 0, 255
    body = ",".join(
        "{" + ",".join("{" + ",".join(map(str, row)) + "}" for row in each) + "}" for each in images
    )
    shape = "".join(f"[{side}]" for side in images.shape)
    words = f"uint8_t F{shape} = {{{body}}};"
    assert said(words).found.range == (0, 255)
    made = read(words, range=(0, 255))
    assert np.allclose(made.images, images / 255)
    flat = ",".join(map(str, images.ravel()))
    assert np.array_equal(read(f"uint8_t F{shape} = {{{flat}}};", range=(0, 255)).images, made.images)
    turned = read(f"uint8_t F{shape} = {{{body}}};", range=(0, 255), mirror=True, transpose=True)
    assert np.array_equal(turned.images, made.images[:, :, ::-1].swapaxes(1, 2))


def test_that_one_letter_of_zeros_and_ones_is_one_image_and_rows_of_them_are_laid_out():
    letter = "int A[3][2] = {{0,1},{1,0},{1,1}};"
    assert read(letter).images.tolist() == [[[0, 1], [1, 0], [1, 1]]]
    table = "int T[2][6] = {{0,1,1,0,1,1},{1,1,1,0,0,0}};"
    assert read(table, size=(2, 3)).images[0].tolist() == [[0, 1], [1, 0], [1, 1]]
    fractions = "float T[2][4] = {{0.5f, .25, 1e0, 0},{0,0,0,1.}};"
    assert read(fractions).images[0].tolist() == [[0.5, 0.25], [1, 0]]


def test_that_only_so_many_are_taken_before_they_are_held_against_the_limits(monkeypatch):
    monkeypatch.setattr("core.data.importers.checks.MAX_COUNT", 8)
    assert "--count" in refusal(text(course()))
    made = read(course(), count=4)
    assert made.labels == ("`", "h", "p", "x")
    assert np.array_equal(made.images, load_dataset("font5x7").images[::8])


@pytest.mark.parametrize("change", [("\n", "\r\n"), ("\n", "\r")])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_that_line_ends_and_encodings_do_not_matter(change, encoding):
    words = course().replace("Aca", "Acá").replace("// 0x61, a", "// 0x61, á").replace(*change)
    made = import_images(text(words, encoding=encoding), "mine")
    assert made.labels[:2] == ("`", "á")
    packed = written(PLACE / "font.h.gz", gzip.compress(words.encode(encoding)))
    assert np.array_equal(import_images(packed, "mine").images, made.images)


# -- drawings with signs

PAIRS = [
    ("#", "."),
    ("1", "0"),
    ("*", " "),
    ("X", "-"),
    ("@", "_"),
    ("█", "░"),
    ("O", "."),
    ("#", "0"),
    ("■", "·"),
]


@given(bits, st.sampled_from(PAIRS), st.booleans(), st.booleans(), st.integers(1, 3))
def test_that_images_drawn_with_any_two_signs_come_back(images, pair, spaced, named, apart):
    images = np.pad(images, ((0, 0), (0, 1), (0, 1)))
    images[:, 0, :] = images[:, -1, -1] = True  # with a ground of blanks, other rows may not be seen
    images[:, :, 0] = True
    images[0, 1, 1] = False
    ink, ground = pair
    blocks = [drawn(image, ink, ground) for image in images]
    if spaced and ground != " ":
        blocks = ["\n".join(" ".join(row) for row in block.split("\n")) for block in blocks]
    if named:
        blocks = [f"[{chr(97 + i)}]\n{block}" for i, block in enumerate(blocks)]
    made = read(("\n" * (apart + 1)).join(blocks) + "\n", "letters.txt")
    assert np.array_equal(made.images, images)
    assert made.labels == tuple(chr(97 + i) if named else str(i + 1) for i in range(len(images)))


def test_that_what_was_understood_is_said():
    found = said(".#\n#.\n", "a.txt")
    assert "Images of 2x2 pixels, 1 in all, are drawn with # on ." in str(found.remarks[0])
    assert "--invert" in str(found.remarks[0])
    assert read(".#\n#.\n", "a.txt", invert=True).images.tolist() == [[[1, 0], [0, 1]]]


NAMES = [":{}=", "{}:", "[{}]", "# {}", "{}", '"{}"', "// {}", "{} ="]


@pytest.mark.parametrize("names", [(way.format("a"), way.format("X")) for way in NAMES])
def test_that_a_line_before_every_image_names_it(names):
    words = "\n".join(f"{name}\n.#.\n###\n#.#\n" for name in names)
    made = read(words, "letters.txt")
    assert made.labels == ("a", "X")
    assert np.array_equal(made.images[0], [[0, 1, 0], [1, 1, 1], [1, 0, 1]])


def test_that_digits_name_images_of_digits():
    words = "".join(f"{name}\n010\n111\n101\n\n" for name in "1072")
    made = read(words, "digits.txt")
    assert made.labels == ("1", "0", "7", "2")
    assert made.images.shape == (4, 3, 3)


def test_that_trimmed_blanks_are_put_back():
    made = read("**\n* *\n**\n\n*\n*\n***\n", "letters.txt")
    assert drawn(made.images[0]) == "##.\n#.#\n##."
    assert drawn(made.images[1]) == "#..\n#..\n###"


def test_that_a_heading_is_no_image():
    made = read("My letters\n\n.#\n#.\n\n##\n#.\n", "letters.txt")
    assert made.labels == ("1", "2")


def test_that_the_height_may_be_wished_and_one_row_may_be_an_image():
    words = "\n".join(drawn(image) for image in load_dataset("font5x7").images)
    made = read(words, "font.txt", size=(5, 7))
    assert np.array_equal(made.images, load_dataset("font5x7").images)
    flat = "\n".join(drawn(image, "1", "0").replace("\n", "") for image in load_dataset("font5x7").images)
    assert np.array_equal(read(flat, "font.txt", size=(5, 7)).images, made.images)
    assert "--size" in refusal(text("\n".join([flat] * 5), "font.txt"))
    tall = read(words, "font.txt", size=(7, 5), transpose=True)
    assert np.array_equal(tall.images, made.images.swapaxes(1, 2))


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (".##.\n.#.\n....\n", ("line 2", "3", "4")),
        (".##.\n.#?.\n....\n....\n....\n", ("line 2", ".#?.")),
        (".##.\n....\n\n.#.\n...\n", ("line 4", "3x2", "4x2", "--size")),
        ("a\n.#\n#.\n\n.#\n#.\n\nb\n##\n##\n", ("line 8", "b")),
        (".#\n#.\n\nleft over\n", ("line 4", "left over")),
        (".....\n.....\n", ("#",)),
        ("##\n#.\n##\n" * 900 + "#\0", ("line 2701",)),
    ],
)
def test_that_a_slip_in_a_drawing_is_named_by_its_line(words, parts):
    line = refusal(text(words, "letters.txt"))
    assert all(part in line for part in parts), line


def test_that_images_of_several_sizes_get_one():
    made = read(".#\n#.\n\n####\n####\n####\n####\n", "letters.txt", size=(4, 4))
    assert made.images.shape == (2, 4, 4)
    assert made.images[1].min() == 1


# -- what is none of these, and what goes on for long


@pytest.mark.parametrize(
    "words",
    [
        "Just words, whatever the suffix says.\n",
        "Title\n=====\n\nWords.\n",
        "{}",
        "x",
        "\n\n",
        "a,b\n1,2\n",
        "1\n2\n3\n",
    ],
)
def test_that_other_texts_are_not_claimed(words):
    assert "PNG" in refusal(text(words, "a.txt"))


def test_that_a_picture_written_in_digits_is_still_a_picture():
    made = read("P1\n# drawn\n4 4\n0 1 1 0\n1 0 0 1\n1 0 0 1\n0 1 1 0\n", "a.pbm")
    assert made.images[0, 0].tolist() == [1, 0, 0, 1]
    assert read("P2\n4 2\n3\n0 1 2 3\n3 2 1 0\n", "a.pgm").images.shape == (1, 2, 4)


@pytest.mark.parametrize("words", [course() * 300, drawn(np.eye(9)) + "\n\n"])
def test_that_reading_a_text_is_told_and_can_be_ended(words):
    words = words if "{" in words else words * 20_000
    heard = []
    with pytest.raises(Stopped):
        understand(text(words), "mine", Wishes(count=5), lambda share: heard.append(share) or _stop(heard))
    assert heard == sorted(heard)
    assert 0 <= heard[0] <= heard[-1] <= 1


def _stop(heard):
    if len(heard) > 3:
        raise Stopped


@pytest.mark.parametrize(
    ("bound", "words"),
    [
        ("core.data.importers.texts.MAX_TEXT_BYTES", course()),
        ("core.data.importers.texts.MAX_TEXT_LINES", course()),
        ("core.data.importers.c_source.MAX_TEXT_PARTS", course()),
        ("core.data.importers.c_source.MAX_TEXT_NUMBERS", course()),
        (
            "core.data.importers.c_source.MAX_TEXT_ARRAYS",
            "".join(f"int a{i}[2] = {{1, 2}};" for i in range(9)),
        ),
        ("core.data.importers.texts.MAX_TEXT_BYTES", ".#\n#.\n" * 9),
    ],
)
def test_that_texts_have_their_limits(monkeypatch, bound, words):
    monkeypatch.setattr(bound, 8)
    assert "more than" in refusal(text(words))


@given(st.data())
@settings(max_examples=200)
def test_that_a_text_changed_anywhere_is_a_set_or_refused(data):
    words = data.draw(st.sampled_from([course().encode(), b".#.\n###\n\n#.#\n.#.\n", b"a:\n0 1\n1 0\n"]))
    start = data.draw(st.integers(0, len(words)))
    end = data.draw(st.integers(start, len(words)))
    middle = data.draw(
        st.binary(max_size=4) | st.sampled_from([b"{", b"}", b"/*", b'"', b"'", b"0x", b"=", b";", b",,"])
    )
    a_set_or_a_refusal(written(PLACE / "changed", words[:start] + middle + words[end:]))


def test_that_limits_are_stated_with_the_others():
    assert limits.MAX_TEXT_BYTES <= limits.MAX_FILE_BYTES
