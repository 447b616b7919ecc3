"""The paths of codes on a map: sampled where they are, quiet and fading, one of them strong."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage

from tp5gui import theme
from tp5gui.canvases.latent_map import LatentMap
from tp5gui.canvases.latent_trails import SAMPLES, Trails, blended, samples_of
from tp5gui.canvases.picture_out import image_of
from tp5gui.canvases.pixels import words_of

SEEDS = st.integers(0, 9999)
ROOM = (200, 150)
STEPS = 20


def wandering(seed, count=6, moments=STEPS):
    """Paths (count, moments, 2) in pixels that begin within the picture and may leave it."""
    generator = np.random.default_rng(seed)
    start = generator.uniform(0, 1, (count, 1, 2)) * ROOM
    return start + np.cumsum(generator.normal(size=(count, moments, 2)) * generator.choice([0.1, 3, 30]), 1)


# -- samples


def away_from(x, y, start, end):
    """How far points (S,) are from the lines between `start` and `end`, (S, 2) each."""
    way, off = end - start, np.stack([x, y], 1) - start
    share = ((off * way).sum(1) / np.maximum((way**2).sum(1), 1e-12)).clip(0, 1)
    return np.hypot(*(off - share[:, None] * way).T)


@given(SEEDS)
def test_that_every_sample_lies_on_the_way_that_it_is_of(seed):
    places = wandering(seed)
    samples = samples_of(places, ROOM)
    for pixels in (samples.near, samples.far):
        assert ((pixels >= 0) & (pixels < ROOM[0] * ROOM[1])).all()
        y, x = np.divmod(pixels, ROOM[0])
        away = [
            away_from(x + 0.5, y + 0.5, places[nth, samples.steps], places[nth, samples.steps + 1])
            for nth in range(len(places))
        ]
        assert (np.min(away, 0) <= 1.5).all()
    assert ((samples.weights >= 0.5 - 1e-3) & (samples.weights <= 1)).all()


@given(SEEDS)
def test_that_no_pixel_on_the_way_is_left_out(seed):
    places = wandering(seed)
    samples = samples_of(places, ROOM)
    for step in range(STEPS - 1):
        mine = samples.near[samples.steps == step]
        rows, columns = np.divmod(mine, ROOM[0])
        for start, end in zip(places[:, step], places[:, step + 1], strict=True):
            for x, y in start + np.linspace(0, 1, 30)[:, None] * (end - start):
                if 2 <= x < ROOM[0] - 2 and 2 <= y < ROOM[1] - 2:
                    assert np.hypot(columns + 0.5 - x, rows + 0.5 - y).min() < 1.5


@given(SEEDS)
def test_that_samples_come_in_the_order_of_the_moments(seed):
    samples = samples_of(wandering(seed), ROOM)
    assert (np.diff(samples.steps) >= 0).all()
    assert [int((samples.steps < moment).sum()) for moment in range(STEPS)] == samples.ends.tolist()


def test_that_paths_of_any_length_have_a_bounded_number_of_samples():
    places = np.random.default_rng(0).uniform(0, 400, (97, 100, 2))
    samples = samples_of(places, (400, 400))
    assert 0.8 * SAMPLES < len(samples.near) <= SAMPLES + 97 * 99


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e30])
def test_that_what_is_nowhere_is_left_out_and_the_rest_stays(bad):
    places = np.array([[[10, 10], [20, 10], [30, 10], [40, 10], [50, 10]]], dtype=float)
    places[0, 2] = bad, bad
    with np.errstate(all="raise", under="ignore"):
        samples = samples_of(places, ROOM)
    assert {0, 3} <= set(samples.steps.tolist())
    rest = samples.near[np.isin(samples.steps, [0, 3])]
    assert set(rest // ROOM[0]) == {10}
    assert set(rest % ROOM[0]) == {*range(10, 20), *range(40, 50)}


@given(SEEDS, st.integers(0, 0xFFFFFF))
def test_that_colours_are_mixed_channel_by_channel(seed, colour):
    generator = np.random.default_rng(seed)
    below = generator.integers(0, 1 << 24, 50).astype(np.uint32) | np.uint32(0xFF000000)
    share = generator.uniform(0, 1, 50).astype(np.float32)
    mixed = blended(below, share, colour)
    for shift in (0, 8, 16):
        wanted = ((below >> shift) & 255) * (1 - share) + ((colour >> shift) & 255) * share
        np.testing.assert_allclose((mixed >> shift) & 255, wanted, atol=2)
    assert (mixed >> 24 == 255).all()


# -- on the map


def paths_of(count, moments=STEPS):
    """Straight paths to the right, one below the other: (count, moments, 2)."""
    across = np.broadcast_to(np.linspace(-4, 4, moments), (count, moments))
    down = np.broadcast_to(np.linspace(3, -3, count)[:, None], (count, moments))
    return np.stack([across, down], 2).astype(np.float32)


def put(latent, count, upto=STEPS - 1):
    paths = paths_of(count)
    images = np.ones((count, 7, 5), dtype=np.float32)
    latent.set_points(paths[:, -1], images, [str(nth) for nth in range(count)])
    latent.set_held(True)
    latent.fit_to((-5, -4), (5, 4), 0)
    latent.set_cursor(4.9, 3.9)
    latent.set_trails(paths, upto)
    return paths


@pytest.fixture
def latent(qtbot, light):
    latent = LatentMap()
    qtbot.addWidget(latent)
    latent.resize(400, 400)
    with qtbot.waitExposed(latent):
        latent.show()
    put(latent, 5)
    return latent


def shot(latent):
    image = latent.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return words_of(image).copy()


def away_from_paper(latent, place):
    """How much what is painted at a place of the plane, or next to it, differs from paper."""
    at = latent.to_widget(*place).toPoint()
    image, paper = latent.grab().toImage(), QColor(theme.tokens().paper)
    return max(
        abs(colour.red() - paper.red())
        + abs(colour.green() - paper.green())
        + abs(colour.blue() - paper.blue())
        for down in (-1, 0, 1)
        for colour in [image.pixelColor(at + QPoint(0, down))]
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_that_a_path_fades_with_age_and_ends_at_the_moment_that_is_shown(latent, qapp, scheme):
    theme.apply_theme(qapp, scheme)
    try:
        latent.set_trails(paths_of(5), 12)  # at 1.05 across
        ages = [away_from_paper(latent, (x, 1.5)) for x in (-3.5, -1.5, 0.5)]
        assert 0 < ages[0] < ages[1] < ages[2]
        assert away_from_paper(latent, (2.0, 1.5)) == 0
    finally:
        theme.apply_theme(qapp, "light")


def test_that_without_paths_or_at_the_first_moment_there_are_none(latent):
    drawn = shot(latent)
    latent.set_trails(None, 0)
    bare = shot(latent)
    assert (drawn != bare).any()
    latent.set_trails(paths_of(5), 0)
    assert (shot(latent) == bare).all()


def test_that_the_image_under_the_pointer_has_its_path_strong_until_the_pointer_leaves(latent, qtbot):
    quiet = away_from_paper(latent, (0.0, 1.5))
    place = latent.to_widget(4, 1.5).toPoint()
    qtbot.mouseMove(latent, place)
    assert latent.trailed == 1
    assert away_from_paper(latent, (0.0, 1.5)) > 2 * quiet
    assert away_from_paper(latent, (0.0, 3.0)) == pytest.approx(away_from_paper(latent, (0.0, -3.0)), abs=40)
    qtbot.mouseMove(latent, QPoint(30, 390))
    assert latent.trailed == -1
    assert away_from_paper(latent, (0.0, 1.5)) == quiet


def test_that_the_image_at_the_cursor_has_its_path_strong_while_the_map_has_the_keys(latent, qtbot):
    latent.clearFocus()
    qtbot.mouseMove(latent, QPoint(30, 390))  # on nothing, which has no path
    latent.set_cursor(4, -1.5)
    assert latent.trailed == -1
    latent.setFocus()
    qtbot.waitUntil(latent.hasFocus)
    assert latent.trailed == 3
    qtbot.keyClick(latent, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert latent.trailed == -1


def test_that_an_image_that_is_nowhere_shifts_no_path_to_another(latent, qtbot):
    paths = paths_of(5)
    paths[0] = np.nan
    latent.set_points(paths[:, -1], np.ones((5, 7, 5), dtype=np.float32), list("abcde"))
    latent.set_trails(paths, STEPS - 1)
    quiet = [away_from_paper(latent, (0.0, down)) for down in (1.5, 0.0)]
    qtbot.mouseMove(latent, latent.to_widget(4, 1.5).toPoint())
    assert away_from_paper(latent, (0.0, 1.5)) > 2 * quiet[0]
    assert away_from_paper(latent, (0.0, 0.0)) == quiet[1]


def test_that_of_very_many_images_only_the_one_that_is_pointed_at_has_a_path(latent, qtbot):
    paths = put(latent, 2048)
    latent.set_trails(None, 0)
    bare = shot(latent)
    latent.set_trails(paths, STEPS - 1)
    assert (shot(latent) == bare).all()
    qtbot.mouseMove(latent, latent.to_widget(4, 1.0).toPoint())
    assert latent.trailed >= 0
    assert (shot(latent)[:, 60:300] != bare[:, 60:300]).any()


def test_that_a_picture_is_kept_while_nothing_changes_and_no_longer(latent):
    trails, ground = Trails(), QImage(400, 400, QImage.Format.Format_RGB32)
    ground.fill(theme.tokens().paper)
    trails.put(paths_of(5), 10)
    first = trails.image(latent, ground, theme.tokens())
    assert trails.image(latent, ground, theme.tokens()) is first
    trails.put(trails.paths, 11)
    second = trails.image(latent, ground, theme.tokens())
    assert second is not first
    latent.look_aside(1, 0)
    third = trails.image(latent, ground, theme.tokens())
    assert third is not second
    assert trails.image(latent, ground.copy(), theme.tokens()) is not third
    trails.put(None, 0)
    assert trails.image(latent, ground, theme.tokens()) is ground


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_that_a_path_on_paper_is_there_and_none_is_strong(latent, qtbot, ratio):
    qtbot.mouseMove(latent, QPoint(30, 390))
    qtbot.mouseMove(latent, latent.to_widget(4, 1.5).toPoint())
    assert latent.trailed == 1
    drawn = image_of(latent, ratio)
    latent.set_trails(None, 0)
    bare = image_of(latent, ratio)
    changed = (words_of(drawn) != words_of(bare)).sum(0).max()
    assert 0 < changed <= 5 * 3 * ratio
