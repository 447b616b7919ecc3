"""The tokens: text that can be read, and colours that everybody can tell apart."""

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtWidgets import QCheckBox, QPushButton, QVBoxLayout, QWidget

from tp5gui.canvases.study_map import FULL
from tp5gui.theme import DARK, LIGHT

AA = 4.5
ROLES = ("ink", "output", "truth", "ideal", "error", "code", "series", "reference")
SIGHTS = {
    "all cones": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900],
    ],
}  # fmt: skip
"""How linear RGB looks to whom one kind of cone is missing (Machado, Oliveira and Fernandes 2009)."""

TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])

both_schemes = pytest.mark.parametrize("table", [LIGHT, DARK], ids=["light", "dark"])


def encoded(colour):
    """`#rrggbb` as three numbers in [0, 1]."""
    return np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)]) / 255


def linear(values):
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(first, second):
    """The contrast of WCAG 2 between two colours as encoded numbers."""
    dark, light = sorted(TO_XYZ[1] @ linear(values) for values in (first, second))
    return (light + 0.05) / (dark + 0.05)


def lab(values):
    """Linear RGB as CIE L*a*b* under D65."""
    shares = TO_XYZ @ np.clip(values, 0, 1) / [0.9505, 1, 1.089]
    x, y, z = np.where(shares > 0.008856, np.cbrt(shares), 7.787 * shares + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_that_contrast_is_that_of_the_standard():
    assert contrast(encoded("#000000"), encoded("#ffffff")) == pytest.approx(21)
    assert contrast(encoded("#767676"), encoded("#ffffff")) == pytest.approx(4.54, abs=0.01)


@both_schemes
@pytest.mark.parametrize("role", ["text", "text_soft", "output_text", "truth_text", "error_text"])
def test_that_text_can_be_read_on_every_ground(table, role):
    for ground in (table.ground, table.surface):
        assert contrast(encoded(getattr(table, role)), encoded(ground)) >= AA


@both_schemes
@pytest.mark.parametrize("role", ["series", "reference", "ideal"])
def test_that_what_a_study_paints_stands_out_from_its_ground(table, role):
    assert contrast(encoded(getattr(table, role)), encoded(table.surface)) >= AA


@both_schemes
def test_that_a_number_on_the_darkest_field_of_a_map_can_be_read(table):
    field = FULL * encoded(table.series) + (1 - FULL) * encoded(table.surface)
    assert contrast(encoded(table.text), field) >= AA


PARTS = tuple(f"part{number}" for number in range(1, 7))
MEANINGS = ("ink", "output", "truth", "ideal", "error", "code")


@both_schemes
@pytest.mark.parametrize("role", PARTS)
def test_that_the_name_of_a_part_of_the_loss_can_be_read(table, role):
    for ground in (table.ground, table.surface):
        assert contrast(encoded(getattr(table, role)), encoded(ground)) >= AA


@both_schemes
@pytest.mark.parametrize(
    ("sight", "least"), [("all cones", 30), ("protanopia", 19), ("deuteranopia", 19), ("tritanopia", 14)]
)
def test_that_the_parts_of_the_loss_differ_from_each_other_to_every_eye(table, sight, least):
    seen = {role: lab(np.array(SIGHTS[sight]) @ linear(encoded(getattr(table, role)))) for role in PARTS}
    for first, second in combinations(PARTS, 2):
        assert np.linalg.norm(seen[first] - seen[second]) >= least, (first, second)


@both_schemes
def test_that_no_part_of_the_loss_looks_like_what_means_something_else(table):
    seen = {role: lab(linear(encoded(getattr(table, role)))) for role in (*PARTS, *MEANINGS)}
    for part in PARTS:
        for other in MEANINGS:
            assert np.linalg.norm(seen[part] - seen[other]) >= 30, (part, other)


@both_schemes
@pytest.mark.parametrize("sight", SIGHTS)
def test_that_the_colours_of_a_study_differ_from_all_others_to_every_eye(table, sight):
    seen = {role: lab(np.array(SIGHTS[sight]) @ linear(encoded(getattr(table, role)))) for role in ROLES}
    for first, second in combinations(ROLES, 2):
        if {first, second} & {"series", "reference"}:
            assert np.linalg.norm(seen[first] - seen[second]) > 14, (first, second)
    for first, second in combinations(("series", "reference", "ideal"), 2):
        assert np.linalg.norm(seen[first] - seen[second]) > 20, (first, second)


def test_that_nothing_moves_when_a_control_has_the_focus(qapp, qtbot, light):
    page = QWidget()
    primary, check, other = QPushButton("Start"), QCheckBox("log loss"), QPushButton("Noise it")
    primary.setObjectName("primary")
    column = QVBoxLayout(page)
    for control in (primary, check, other):
        column.addWidget(control)
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    hints = set()
    for control in (primary, check, other):
        control.setFocus()
        qtbot.waitUntil(control.hasFocus)
        for one in (primary, check):  # other words measure it anew
            words = one.text()
            one.setText("")
            one.setText(words)
        hints.add((primary.sizeHint().toTuple(), check.sizeHint().toTuple(), page.sizeHint().toTuple()))
    assert len(hints) == 1
