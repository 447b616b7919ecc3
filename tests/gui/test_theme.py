"""The tokens: text that can be read, graphics that stand out, meanings that everybody can tell apart."""

from dataclasses import fields
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtWidgets import QCheckBox, QPushButton, QVBoxLayout, QWidget

from core.measure.metrics import METRICS
from core.studies import figure
from tests.sights import SIGHTS, contrast, distance, encoded, seen
from tp5gui import theme
from tp5gui.canvases.latent_tiles import QUIET
from tp5gui.canvases.plot import DASHES
from tp5gui.canvases.study_map import FULL
from tp5gui.theme import DARK, LIGHT, Tokens, apply_theme

PARTS = tuple(f"part{number}" for number in range(1, 7))
COUNTS = ("recognised", "perfect", "noisy")
GROUNDS = ("ground", "surface", "sunken", "paper")

TEXT = {
    "text": GROUNDS, "text_soft": GROUNDS, "accent": ("ground", "surface"), "on_accent": ("accent",),
    "error_text": ("ground", "surface", "paper"), "ideal": ("surface",), "code": ("surface",),
    **dict.fromkeys((*PARTS, *COUNTS), ("ground", "surface")),
}  # fmt: skip
"""What is written in which colour, on what. Disabled words are `text_soft`, tool tips on `surface`."""

GRAPHICS = {
    "text": ("paper", "surface"),  # the cursor of the map
    "text_soft": ("paper", "surface"),  # frames of what the mouse is over, the prior, borders of boxes
    "accent": GROUNDS,  # frames of focus and choice, how far a run is
    **dict.fromkeys(("ink", "output", "truth", "ideal", "error"), ("paper", "surface")),
    "code": ("surface", "sunken"), "quiet": ("surface",),
    **dict.fromkeys(("positive", "negative"), ("paper", "surface")),
    **dict.fromkeys((*PARTS, *COUNTS, "error", "series", "reference"), ("surface",)),
}  # fmt: skip
"""What else carries a meaning, by the grounds that it is painted on."""

HAIRLINES = {"line": ("ground", "surface", "sunken"), "grid": ("paper",)}
"""What only parts one thing from the next: it need be seen, no more."""

PICTURES = {
    "the row of the drawing": ("ink", "output", "ideal", "positive", "negative", "text"),
    "the grid of characters": ("truth", "ink", "output"),
    "the card of a unit": ("positive", "negative", "text", "truth"),
    "the map": ("truth", "output"),
    "the losses": (*PARTS, "error", "quiet"),
    "the counts": (*COUNTS, "ideal"),
    "the counts of greys": ("error", "noisy", "ideal"),
    "the units of greys": ("code", "ideal"),
    "a study": ("series", "reference", "ideal"),
    "the bars of units": ("code", "quiet"),
}
"""What has the same shape in one picture: images of pixels, lines, bars. Another shape tells others apart."""

APART = {"all cones": 24, "protanopia": 13, "deuteranopia": 12, "tritanopia": 14}
"""The least distance of two of them to every eye."""

both_schemes = pytest.mark.parametrize("table", [LIGHT, DARK], ids=["light", "dark"])


def pairs(table):
    return [(role, ground) for role, grounds in table.items() for ground in grounds]


def of(table, role, ground):
    """The contrast of two tokens."""
    return contrast(encoded(getattr(table, role)), encoded(getattr(table, ground)))


def test_that_contrast_is_that_of_the_standard():
    assert contrast(encoded("#000000"), encoded("#ffffff")) == pytest.approx(21)
    assert contrast(encoded("#767676"), encoded("#ffffff")) == pytest.approx(4.54, abs=0.01)


def test_that_an_eye_with_all_cones_sees_every_colour_and_one_without_takes_red_for_green():
    picture = np.random.default_rng(0).random((4, 5, 3))
    assert seen(picture, "all cones") == pytest.approx(picture, abs=1e-3)
    for sight in ("protanopia", "deuteranopia"):
        assert distance("#a04000", "#5a5a00", sight) < distance("#a04000", "#5a5a00", "all cones") / 2
    grey = seen(encoded("#777777"), "deuteranopia")
    assert grey == pytest.approx(encoded("#777777"), abs=0.01)


def test_that_every_colour_stands_in_a_pair():
    named = {role for table in (TEXT, GRAPHICS, HAIRLINES) for role in (*table, *sum(table.values(), ()))}
    assert named == {field.name for field in fields(Tokens)} - {"dark"}


@both_schemes
@pytest.mark.parametrize(("role", "ground"), pairs(TEXT))
def test_that_text_can_be_read(table, role, ground):
    assert of(table, role, ground) >= 4.5


@both_schemes
@pytest.mark.parametrize(("role", "ground"), pairs(GRAPHICS))
def test_that_what_carries_a_meaning_stands_out(table, role, ground):
    assert of(table, role, ground) >= 3


@both_schemes
@pytest.mark.parametrize(("role", "ground"), pairs(HAIRLINES))
def test_that_hairlines_can_be_seen(table, role, ground):
    assert of(table, role, ground) > 1.08


@both_schemes
def test_that_a_number_on_the_darkest_field_of_a_map_can_be_read(table):
    field = FULL * encoded(table.series) + (1 - FULL) * encoded(table.surface)
    assert contrast(encoded(table.text), field) >= 4.5


@both_schemes
def test_that_what_lies_over_the_tiles_of_the_map_stands_out(table):
    tile = QUIET * encoded(table.output) + (1 - QUIET) * encoded(table.paper)
    for role in ("text", "text_soft", "ink"):
        assert contrast(encoded(getattr(table, role)), tile) >= 3, role


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_that_the_colours_of_any_number_of_kinds_can_be_read(qapp, scheme):
    apply_theme(qapp, scheme)
    for count in range(1, 41):
        hues = [theme.hue(number, count) for number in range(count)]
        assert len(set(hues)) == count
        for colour in hues:
            assert contrast(encoded(colour), encoded(theme.tokens().paper)) >= 4.5
    apply_theme(qapp, "light")


@both_schemes
@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("picture", PICTURES)
def test_that_what_has_one_shape_in_a_picture_differs_to_every_eye(table, sight, picture):
    for first, second in combinations(PICTURES[picture], 2):
        away = distance(getattr(table, first), getattr(table, second), sight)
        assert away >= APART[sight], (first, second, away)


@both_schemes
@pytest.mark.parametrize(
    ("sight", "least"), [("all cones", 29), ("protanopia", 18), ("deuteranopia", 18), ("tritanopia", 13)]
)
def test_that_the_parts_of_the_loss_differ_from_each_other_more_than_that(table, sight, least):
    for first, second in combinations(PARTS, 2):
        assert distance(getattr(table, first), getattr(table, second), sight) >= least, (first, second)


@both_schemes
def test_that_no_colour_has_two_meanings(table):
    meanings = [role for role in GRAPHICS if role not in ("text", "text_soft", "quiet")]
    for first, second in combinations(meanings, 2):
        away = distance(getattr(table, first), getattr(table, second), "all cones")
        assert away >= 18, (first, second, away)


def test_that_curves_that_count_alike_differ_in_their_dashes():
    for alike in (PARTS, COUNTS):
        dashes = [DASHES.get(role) for role in alike]
        assert len(set(dashes)) == len(alike)
        assert dashes[0] is None


def test_that_a_metric_has_a_colour_that_means_it():
    """Counts and losses have colours of their own; what is drawn, the set and controls have others."""
    roles = {metric.role for metric in METRICS}
    assert roles <= {*PARTS, *COUNTS, "error", "code", "output"}


def test_that_a_figure_for_print_has_the_colours_of_the_window():
    measured, band = figure.MEASURED, figure.BAND[:7]
    assert len({measured, band, LIGHT.series}) == 1
    assert (LIGHT.reference, LIGHT.ideal) == (figure.THEIRS, figure.LIMIT)


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
