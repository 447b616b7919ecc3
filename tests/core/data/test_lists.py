"""Lists of numbers as Python, JavaScript and JSON write them become the set that C would make of them."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sources import refusal, written

from core import load_dataset
from core.data.importers import Wishes, import_images, understand

FONT = load_dataset("font5x7")
ROWS = (FONT.images.astype(int) << np.arange(4, -1, -1)).sum(-1)  # (32, 7)
LETTERS = tuple(chr(code) for code in range(0x60, 0x80))


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("lists")


def python(name="Font3", comment=True):
    lines = (
        f"    [{', '.join(map(hex, row))}]," + (f"  # 0x{ord(letter):02x}, {letter}" if comment else "")
        for row, letter in zip(ROWS.tolist(), LETTERS, strict=True)
    )
    return "\n".join([f"{name} = [", *lines, "]"])


WRITTEN = {
    "python": f'"""Fonts. [1, 2]"""\nimport numpy\n\nx = 5  # [not this]\n{python()}\nprint(Font3[0])\n',
    "annotated": python("Font3: list[list[int]]"),
    "numpy": python("Font3 = np.array(").replace("( = [", "([") + ")\n",
    "javascript": "// fonts\n" + python("export const Font3").replace("#", "//") + ";\n",
    "json": json.dumps({"Font3": ROWS.tolist()}),
    "json, several": json.dumps({"Font3": ROWS.tolist(), "Font 2": ROWS[:3].tolist()}, indent=1),
    "letters": f"Font3 = {dict(zip(LETTERS, ROWS.tolist(), strict=True))}",
    "pixels": json.dumps({"Font3": FONT.images.astype(int).tolist()}),
}


@pytest.mark.parametrize("language", WRITTEN)
def test_that_the_font_of_the_course_is_read_in_every_language(tmp_path, language):
    path = written(tmp_path / "font.txt", WRITTEN[language].encode())
    made = understand(path, "font5x7", Wishes())
    assert np.array_equal(made.dataset.images, FONT.images)
    assert made.arrays == (("Font3", "Font_2") if language == "json, several" else ("Font3",))


@pytest.mark.parametrize("language", ["python", "annotated", "numpy", "javascript", "letters"])
def test_that_comments_and_keys_name_the_images(tmp_path, language):
    made = import_images(written(tmp_path / "font.py", WRITTEN[language].encode()), "font5x7")
    assert made.labels[:-1] == FONT.labels[:-1]  # the last one has no sign


@given(
    hnp.arrays(
        np.uint8,
        hnp.array_shapes(min_dims=3, max_dims=3, min_side=2, max_side=6),
        elements=st.integers(0, 255),
    ),
    st.sampled_from([None, 1]),
)
def test_that_json_of_any_images_is_what_was_written(place, images, indent):
    images[0, 0, :2] = 0, 200  # so that they are bytes, and not of one level
    path = written(place / "a.json", json.dumps(images.tolist(), indent=indent).encode())
    made = import_images(path, "mine", range=(0, 255))
    assert np.array_equal(np.rint(255 * made.images), images)
    rows = written(place / "rows.json", json.dumps(images.reshape(len(images), -1).tolist()).encode())
    _, height, width = images.shape
    assert import_images(rows, "mine", range=(0, 255), size=(width, height)) == made


def test_that_a_list_that_a_program_makes_is_refused_by_its_words(tmp_path):
    path = written(tmp_path / "a.py", b"Font = [[0 for _ in range(7)] for _ in range(32)]\n")
    assert "Font" in refusal(path)


def test_that_brackets_without_end_are_refused(tmp_path):
    assert "braces" in refusal(written(tmp_path / "a.json", b"[[0,1],[1,0]]," + b"[" * (1 << 20)))
    assert "brace is missing" in refusal(written(tmp_path / "b.json", b"[[[0, 1], [1, 0]]"))
