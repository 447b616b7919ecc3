import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.latent import Plane, grid, plane_of


def codes(seed, width, count=20):
    return np.random.default_rng(seed).normal(size=(count, width)).astype(np.float32)


@given(st.integers(0, 99), st.integers(1, 2))
def test_that_one_and_two_dimensions_are_drawn_as_they_are(seed, width):
    given_codes = codes(seed, width)
    points = plane_of(given_codes).points(given_codes)
    assert np.array_equal(points[:, :width], given_codes)
    assert np.array_equal(plane_of(given_codes).codes(points), given_codes)


@given(st.integers(0, 99), st.integers(3, 40))
def test_that_the_plane_of_many_dimensions_holds_the_most_variance(seed, width):
    given_codes = codes(seed, width) * np.linspace(1, 3, width).astype(np.float32)
    plane = plane_of(given_codes)
    np.testing.assert_allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-5)
    spread = plane.points(given_codes).var(0).sum()
    best = np.sort(np.linalg.eigvalsh(np.cov(given_codes.T, bias=True)))[-2:].sum()
    np.testing.assert_allclose(spread, best, rtol=1e-3)


@given(st.integers(0, 99))
def test_that_a_plane_does_not_flip_between_two_moments(seed):
    given_codes = codes(seed, 8)
    before = plane_of(given_codes)
    after = plane_of(given_codes + 1e-3, before)
    np.testing.assert_allclose(before.axes, after.axes, atol=1e-3)


@given(st.integers(0, 99), st.integers(2, 30))
def test_that_a_point_of_the_plane_comes_back_from_its_code(seed, width):
    plane, points = plane_of(codes(seed, width)), codes(seed + 1, 2)
    np.testing.assert_allclose(plane.points(plane.codes(points)), points, atol=1e-4)


def test_that_the_grid_runs_row_by_row_from_the_top_left():
    assert grid(0, 0, 4, 2, 2, 2).tolist() == [[1, 1.5], [3, 1.5], [1, 0.5], [3, 0.5]]


@given(st.integers(0, 99), st.sampled_from([(1, 1), (1, -1), (-1, 1), (-1, -1)]))
def test_that_each_axis_keeps_the_side_that_it_was_drawn_on(seed, signs):
    given_codes = codes(seed, 8) * np.linspace(1, 3, 8).astype(np.float32)
    plane = plane_of(given_codes)
    turned = Plane(plane.origin, plane.axes * np.float32(signs)[:, None])
    np.testing.assert_allclose(plane_of(given_codes, turned).axes, turned.axes, atol=1e-5)
