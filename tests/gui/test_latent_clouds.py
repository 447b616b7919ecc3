"""Codes of variational networks are drawn as clouds, and every run with a prior shows where it is."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter

from core import load_dataset, preset
from tests.gui.frames import frame_of
from tp5gui import theme
from tp5gui.canvases.latent_clouds import ellipses, words_beside
from tp5gui.canvases.latent_map import LatentMap
from tp5gui.session.bench import Bench

FONT = load_dataset("font5x7")


@given(st.floats(0.01, 50), st.floats(0.01, 1), st.floats(-np.pi / 2, np.pi / 2))
def test_that_an_ellipse_has_the_axes_of_its_covariance(long, share, angle):
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    covariance = turn @ np.diag([long**2, (share * long) ** 2]) @ turn.T
    ((found, short, at),) = ellipses(covariance[None])
    assert found == pytest.approx(long, rel=1e-5)
    assert short == pytest.approx(share * long, rel=1e-2, abs=1e-4 * long)
    if share < 0.9:
        assert abs(np.sin(at - angle)) < 1e-4


def test_that_an_ellipse_holds_what_one_standard_deviation_of_samples_does():
    generator = np.random.default_rng(0)
    factor = np.array([[1.0, 0], [0.7, 0.3]])
    samples = generator.normal(size=(50_000, 2)) @ factor.T
    ((long, short, angle),) = ellipses((factor @ factor.T)[None])
    turned = samples @ [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    assert (np.hypot(*(turned / [long, short]).T) < 1).mean() == pytest.approx(1 - np.exp(-0.5), abs=0.01)


@pytest.fixture
def latent(qtbot, light):
    latent = LatentMap()
    qtbot.addWidget(latent)
    latent.resize(400, 500)
    latent.set_axis_names("z1", "z2")
    latent.set_prior((0.0, 0.0), "draws")
    clouds = np.float32([[[0.36, 0], [0, 0.01]], [[0.01, 0], [0, 0.36]]])
    latent.set_points(np.float32([[-1, 0], [1.2, 0]]), FONT.images[1:3], ("a", "b"), clouds=clouds)
    latent.fit()
    latent.set_cursor(1.9, -2.2)
    with qtbot.waitExposed(latent):
        latent.show()
    return latent


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_that_a_cloud_is_as_long_and_as_high_as_its_covariance_says(latent, qapp, scheme):
    theme.apply_theme(qapp, scheme)
    shot, paper = latent.grab().toImage(), QColor(theme.tokens().paper)

    def painted(x, y):
        return shot.pixelColor(latent.to_widget(x, y).toPoint()) != paper

    assert painted(-1.5, 0)
    assert painted(-0.5, 0)
    assert not painted(-1.75, 0)
    assert not painted(-1.5, 0.25)
    assert painted(1.2, 0.5)
    assert not painted(1.2, 0.75)


def test_that_the_circle_of_the_prior_is_in_sight_two_deviations_around_its_middle(latent):
    view = latent.bounds()
    assert all(view.contains(QPointF(x, y)) for x, y in ((2, 0), (-2, 0), (0, 2), (0, -2)))
    shot, paper = latent.grab().toImage(), QColor(theme.tokens().paper)
    angles = np.linspace(0.1, np.pi / 2 - 0.4, 200)
    dashes = [
        shot.pixelColor(latent.to_widget(2 * np.cos(angle), 2 * np.sin(angle)).toPoint()) != paper
        for angle in angles
    ]
    assert 0.3 < np.mean(dashes) < 0.95
    latent.set_prior(None, "")
    shot = latent.grab().toImage()
    assert all(
        shot.pixelColor(latent.to_widget(2 * np.cos(angle), 2 * np.sin(angle)).toPoint()) == paper
        for angle in angles
    )


def test_that_a_view_of_any_scale_is_painted(latent):
    for half in (1e-6, 1e-3, 1e3, 1e8):
        latent.fit_to((-half, -half), (half, half), 0)
        latent.grab()
    huge = np.full((2, 2, 2), 4e8, dtype=np.float32)
    latent.set_points(latent.points, FONT.images[1:3], ("a", "b"), clouds=huge)
    latent.fit()
    assert latent.bounds().width() < 10
    latent.grab()


def test_that_clouds_wider_than_the_view_hide_nothing(latent):
    def beside(spread):
        clouds = np.broadcast_to(np.eye(2, dtype=np.float32) * spread**2, (30, 2, 2))
        latent.set_points(latent.points[:1].repeat(30, 0), FONT.images[:30], FONT.labels[:30], clouds=clouds)
        latent.fit_to((-3, -3), (3, 3), 0)
        place = latent.to_widget(*latent.points[0].tolist()) + QPointF(50, 50)
        return latent.grab().toImage().pixelColor(place.toPoint()).name()

    paper = beside(0.01)
    assert beside(3.0) != paper
    assert beside(30.0) == paper


ROOM = QRectF(30, 0, 370, 474)


@given(st.floats(-100, 500), st.floats(-100, 600), st.floats(1, 900), st.integers(0, 99), st.booleans())
def test_that_the_words_about_the_prior_are_inside_the_map_or_nowhere(x, y, radius, seed, flat):
    taken = np.random.default_rng(seed).uniform(0, 400, (30, 2))
    box = words_beside(ROOM, QPointF(x, y), radius, QSizeF(160, 15), taken, flat=flat)
    assert box.isEmpty() or ROOM.adjusted(0, 20, 0, 0).contains(box)  # above is the name of an axis


def test_that_the_words_about_the_prior_evade_images():
    above = np.array([[200.0, 130], [190, 130], [215, 135]])
    size = QSizeF(160, 15)
    assert words_beside(ROOM, QPointF(200, 250), 100, size, above[:0], flat=False).center().y() < 150
    assert words_beside(ROOM, QPointF(200, 250), 100, size, above, flat=False).center().y() > 350


def test_that_beside_the_axes_there_is_nothing_of_them_but_a_name(latent):
    latent.set_axis_names("component 1", "component 2")
    for half in (0.03, 7.0, 4e5):
        latent.fit_to((-half, -half), (half, half), 0)
        layer = latent.layer(Qt.GlobalColor.transparent)
        painter = QPainter(layer)
        painter.setFont(latent.font())
        latent.paint_axes(painter, theme.tokens())
        painter.end()
        room, picture = latent.beside_axes(theme.tokens()).toRect(), layer.toImage()
        below = room.adjusted(0, theme.size(20), 0, 0)
        assert below.width() > 0.7 * latent.width()
        assert not any(
            picture.pixelColor(x, y).alpha()
            for x in range(below.left(), below.right() + 1, 2)
            for y in range(below.top(), below.bottom() + 1, 3)
        )
        beside = [(x, y) for x in range(room.left()) for y in range(0, room.bottom(), 2)]
        assert any(picture.pixelColor(*place).alpha() for place in beside)


@pytest.mark.parametrize(
    ("name", "latent_width", "clouds", "prior"),
    [
        ("font-autoencoder", 2, False, False),
        ("font-wae", 2, False, True),
        ("font-vae", 1, True, True),
        ("font-vae", 2, True, True),
        ("font-vae", 6, True, True),
    ],
)
def test_that_clouds_and_the_prior_are_those_of_the_run(latent_panel, name, latent_width, clouds, prior):
    bench = Bench.build(replace(preset(name), latent=latent_width), 1, None)
    bench.trainer.advance(20)
    frame = frame_of(bench)
    latent_panel.on_frame(frame)
    assert (latent_panel.map.clouds is not None) == clouds
    assert (latent_panel.map.prior is not None) == prior
    if clouds:
        wanted = bench.reading.plane.clouds(frame.snapshot.spread)
        np.testing.assert_array_equal(latent_panel.map.clouds, wanted)
    assert ("Ellipses" in latent_panel.map.toolTip()) == clouds
    assert ("Dashed" in latent_panel.map.toolTip()) == prior
    latent_panel.map.grab()
