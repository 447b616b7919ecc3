from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.measure.latent import (
    HELD,
    PATHS,
    STAGGER,
    Plane,
    grid,
    places,
    plane_of,
    prior_draws,
    spherical,
    straight,
    turned,
)

SEEDS = st.integers(0, 9999)
WIDTHS = st.integers(1, 40)
WAYS = pytest.mark.parametrize("way", PATHS.values(), ids=PATHS)


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


@given(st.integers(0, 99), st.floats(0, np.pi), WIDTHS)
def test_that_a_plane_has_other_axes_where_one_points_elsewhere_by_more_than_45_degrees(seed, angle, width):
    plane = plane_of(codes(seed, width))
    assert not turned(plane, plane)
    if width > 1:
        assume(abs(angle - np.pi / 4) > 1e-3)
        turn = np.float32([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        assert turned(plane, Plane(plane.origin, turn @ plane.axes)) == (angle > np.pi / 4)
    assert turned(plane, plane_of(codes(seed, width + 1)))


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


TURNS = st.floats(0, 2 * np.pi)


def turn(angle, mirrored):
    """Two axes turned by an angle, the second mirrored or not: (2, 2)."""
    axes = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return axes * [[1], [-1]] if mirrored else axes


@given(SEEDS, st.integers(3, 40), TURNS, st.booleans())
def test_that_axes_stay_however_they_are_turned_or_mirrored_within_the_plane(seed, width, angle, mirrored):
    given_codes = codes(seed, width) * np.linspace(1, 3, width).astype(np.float32)
    plane = plane_of(given_codes)
    before = Plane(plane.origin, (turn(angle, mirrored) @ plane.axes).astype(np.float32))
    np.testing.assert_allclose(plane_of(given_codes, before).axes, before.axes, atol=1e-5)


@given(SEEDS, st.integers(3, 20), st.floats(0.8, 1.25))
def test_that_the_axes_are_the_nearest_of_their_plane_to_those_before(seed, width, share):
    """No other turn of the axes within their plane, mirrored or not, lies nearer."""
    generator = np.random.default_rng(seed)
    before = plane_of(codes(seed, width))
    plane = plane_of(codes(seed + 1, width) * np.geomspace(1, 1 + share, width).astype(np.float32), before)
    nearest = np.square(plane.axes - before.axes).sum()
    for angle, mirrored in zip(generator.uniform(0, 2 * np.pi, 20), [False, True] * 10, strict=True):
        other = turn(angle, mirrored) @ plane.axes
        assert np.square(other - before.axes).sum() >= nearest - 1e-5


def slowly(seed, width, steps):
    """Codes (40, L) at step after step, whose three widest directions change places.

    The second becomes the first, and the third one of the first two.
    """
    generator = np.random.default_rng(seed)
    basis = np.linalg.qr(generator.normal(size=(width, width)))[0]
    loose = generator.normal(size=(40, width))
    loose -= loose.mean(0)
    white = np.linalg.qr(loose)[0] * np.sqrt(40)
    for share in np.linspace(0, 1, steps):
        wide = np.full(width, 0.3)
        wide[:3] = 4 - 2 * share, 3 + share, 2 + share
        yield ((white * wide) @ basis.T + 5 * share).astype(np.float32)


@given(SEEDS, st.integers(3, 20))
def test_that_a_map_neither_turns_nor_flips_nor_leaps_while_the_codes_move_slowly(seed, width):
    """Not even where directions change places, and in between cannot be told apart."""
    plane, shown = None, []
    for given_codes in slowly(seed, width, 200):
        plane = plane_of(given_codes, plane)
        shown.append((plane.axes, plane.points(given_codes)))
    for (before, were), (after, are) in pairwise(shown):
        assert ((after * before).sum(1) > np.cos(np.radians(20))).all()
        assert np.abs(are - were).max() < 0.25 * np.ptp(are)
    best = plane_of(given_codes)
    assert plane.points(given_codes).var(0).sum() >= (HELD - 1e-4) * best.points(given_codes).var(0).sum()


@given(SEEDS, SEEDS, st.integers(3, 30))
def test_that_a_plane_turns_no_farther_than_it_must(seed, other, width):
    """It stays where it holds enough; else it holds just that."""
    before = plane_of(codes(other, width))
    given_codes = codes(seed, width, 40) * np.geomspace(0.5, 2, width).astype(np.float32)
    best, plane = plane_of(given_codes), plane_of(given_codes, before)
    most, was, now = (each.points(given_codes).astype(float).var(0).sum() for each in (best, before, plane))
    np.testing.assert_allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-5)
    if was > HELD * most * (1 + 1e-5):
        np.testing.assert_allclose(plane.axes, before.axes, atol=1e-6)
    elif was < HELD * most * (1 - 1e-5):
        assert now == pytest.approx(HELD * most, rel=1e-4)
    np.testing.assert_allclose(plane_of(given_codes, plane).axes, plane.axes, atol=1e-2)


@given(SEEDS, SEEDS, st.integers(3, 30), st.integers(2, 10))
def test_that_a_plane_lies_where_codes_are_whatever_came_before(seed, other, width, rank):
    """Of codes that fill a part of their space only, as after a narrow layer."""
    given_codes = codes(seed, min(rank, width), 40) @ codes(seed + 1, width, min(rank, width))
    plane = plane_of(given_codes, plane_of(codes(other, width)))
    filled = np.linalg.svd(given_codes - given_codes.mean(0))[2][: min(rank, width)]
    np.testing.assert_allclose(plane.axes @ filled.T @ filled, plane.axes, atol=2e-3)


@given(SEEDS, st.integers(3, 20))
def test_that_codes_along_one_line_keep_their_side_however_little_they_move(seed, width):
    generator = np.random.default_rng(seed)
    way = generator.normal(size=width)
    plane = plane_of(codes(seed, width))
    for step in range(20):
        way += 0.02 * generator.normal(size=width)
        line = (np.linspace(-1, 1, 9)[:, None] * way).astype(np.float32)
        before, plane = plane, plane_of(line, plane)
        turned_by = (plane.axes * before.axes).sum(1)
        assert step == 0 or (turned_by > 0.9).all()


def test_that_two_directions_that_change_places_keep_their_axes():
    """By hand: the wide one lies along the horizontal, and stays there when the other is wider."""
    cross = np.float32([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]])
    plane = plane_of(cross * np.float32([2, 1.9, 1]))
    np.testing.assert_allclose(plane.axes, [[1, 0, 0], [0, 1, 0]], atol=1e-6)
    swapped = cross * np.float32([1.9, 2, 1])
    np.testing.assert_allclose(np.abs(plane_of(swapped).axes), [[0, 1, 0], [1, 0, 0]], atol=1e-6)
    np.testing.assert_allclose(plane_of(swapped, plane).axes, plane.axes, atol=1e-6)


@given(SEEDS, st.integers(3, 64), st.integers(1, 90))
def test_that_the_plane_holds_as_much_variance_as_numpys_svd_finds(seed, width, count):
    """Of few codes as of many: more codes than numbers in each, or fewer, or one."""
    given_codes = codes(seed, width, count) * np.geomspace(0.1, 10, width).astype(np.float32)
    plane = plane_of(given_codes)
    np.testing.assert_allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-4)
    np.testing.assert_allclose(plane.origin, given_codes.mean(0), atol=1e-4)
    centred = given_codes.astype(float) - given_codes.mean(0, dtype=float)
    best = (np.linalg.svd(centred, compute_uv=False)[:2] ** 2).sum()
    kept = (plane.points(given_codes).astype(float) ** 2).sum(0)
    assert kept.sum() == pytest.approx(best, rel=1e-3, abs=1e-4)
    assert kept[0] >= kept[1] * (1 - 1e-4) - 1e-4  # the first is the wider


# -- places


@given(SEEDS, st.integers(2, 30), st.integers(1, 20))
def test_that_codes_of_more_numbers_are_drawn_where_they_fall_on_the_plane(seed, width, count):
    given_codes = codes(seed, width, count)
    plane = plane_of(given_codes)
    assert np.array_equal(places(plane, given_codes), plane.points(given_codes))


@given(SEEDS, st.integers(2, 60))
def test_that_codes_of_one_number_keep_their_place_and_neighbours_differ_in_height(seed, count):
    given_codes = codes(seed, 1, count)
    points = places(plane_of(given_codes), given_codes)
    assert np.array_equal(points[:, 0], given_codes[:, 0])
    heights = points[given_codes[:, 0].argsort(), 1]
    together = min(count, STAGGER)
    for first in range(count - together + 1):
        assert len(set(heights[first : first + together].tolist())) == together
    assert np.abs(heights).max() <= np.ptp(given_codes)


@pytest.mark.parametrize("number", [0.0, 2.5])
def test_that_one_code_of_one_number_or_equal_ones_lie_on_the_axis(number):
    for count in (1, 5):
        given_codes = np.full((count, 1), number, np.float32)
        points = places(plane_of(given_codes), given_codes)
        assert points.tolist() == [[number, 0]] * count


# -- ways from one code to another


def ends(seed, width):
    """Two codes of quite different length."""
    first, second = codes(seed, width, 2)
    return first, second * np.float32(1 + seed % 3)


def angle(one, other):
    """Between two codes; from sides and diagonals, exact for small angles too."""
    one, other = (each.astype(float) / np.linalg.norm(each.astype(float)) for each in (one, other))
    return 2 * np.arctan2(np.linalg.norm(one - other), np.linalg.norm(one + other))


@WAYS
@given(seed=SEEDS, width=WIDTHS, steps=st.integers(2, 30))
def test_that_a_way_begins_and_arrives_exactly(way, seed, width, steps):
    start, end = ends(seed, width)
    codes_between = way(start, end, steps)
    assert codes_between.shape == (steps, width)
    assert codes_between.dtype == np.float32
    assert np.array_equal(codes_between[0], start)
    assert np.array_equal(codes_between[-1], end)


@WAYS
def test_that_a_way_arrives_at_a_code_much_nearer_the_origin(way):
    start, end = np.float32([1000, 3]), np.float32([0.001, 0.3])
    assert way(start, end, 4)[-1].tolist() == end.tolist()


@WAYS
@given(seed=SEEDS, width=WIDTHS, steps=st.integers(2, 30))
def test_that_the_way_back_is_the_way_turned_round(way, seed, width, steps):
    start, end = ends(seed, width)
    np.testing.assert_allclose(way(start, end, steps)[::-1], way(end, start, steps), atol=1e-5)


@WAYS
def test_that_a_way_of_one_step_is_its_start(way):
    assert way(np.float32([1, 2]), np.float32([3, 5]), 1).tolist() == [[1, 2]]


@WAYS
@given(seed=SEEDS, width=WIDTHS)
def test_that_a_way_to_itself_stays(way, seed, width):
    start, _ = ends(seed, width)
    np.testing.assert_allclose(way(start, start, 5), np.tile(start, (5, 1)), atol=1e-6)


@given(SEEDS, WIDTHS, st.integers(2, 30))
def test_that_the_straight_way_has_equal_steps(seed, width, steps):
    start, end = ends(seed, width)
    for step, code in enumerate(straight(start, end, steps)):
        share = step / (steps - 1)
        expected = (1 - share) * start.astype(float) + share * end.astype(float)
        np.testing.assert_allclose(code, expected, atol=1e-5)


@given(SEEDS, st.integers(2, 40), st.integers(2, 30))
def test_that_the_spherical_way_between_codes_of_one_length_keeps_length_and_speed(seed, width, steps):
    start, end = codes(seed, width, 2)
    end = end * (np.linalg.norm(start) / np.linalg.norm(end))
    whole = angle(start, end)
    assume(0.01 < whole < np.pi - 0.01)
    way = spherical(start, end, steps)
    np.testing.assert_allclose(np.linalg.norm(way, axis=1), np.linalg.norm(start), rtol=1e-4)
    turns = [angle(one, other) for one, other in pairwise(way)]
    np.testing.assert_allclose(turns, whole / (steps - 1), rtol=2e-3, atol=1e-4)


@given(SEEDS, st.integers(2, 40), st.integers(2, 30))
def test_that_the_spherical_way_turns_evenly_while_its_length_goes_evenly(seed, width, steps):
    """Between codes of any two lengths."""
    start, end = ends(seed, width)
    whole = angle(start, end)
    assume(0.01 < whole < np.pi - 0.01)
    way = spherical(start, end, steps)
    turns = [angle(one, other) for one, other in pairwise(way)]
    np.testing.assert_allclose(turns, whole / (steps - 1), rtol=2e-3, atol=1e-4)
    lengths = np.linspace(np.linalg.norm(start), np.linalg.norm(end), steps)
    np.testing.assert_allclose(np.linalg.norm(way, axis=1), lengths, rtol=1e-3)


@given(SEEDS, st.integers(2, 40), st.integers(2, 30))
def test_that_the_spherical_way_stays_in_the_plane_of_its_ends(seed, width, steps):
    start, end = ends(seed, width)
    basis, _ = np.linalg.qr(np.stack([start, end], 1).astype(float))
    way = spherical(start, end, steps).astype(float)
    np.testing.assert_allclose(way @ basis @ basis.T, way, atol=1e-4)


@pytest.mark.parametrize("factor", [0.0, 1.0, 3.0, 0.25, -1.0, -2.0])
@given(seed=SEEDS, width=WIDTHS, steps=st.integers(2, 20))
def test_that_codes_in_the_origin_in_one_direction_or_opposite_are_joined_by_the_line(
    factor, seed, width, steps
):
    """Where there is no arc, or no saying which."""
    start, _ = ends(seed, width)
    end = start * np.float32(factor)
    for one, other in ((start, end), (end, start)):
        expected = straight(one, other, steps)
        np.testing.assert_allclose(spherical(one, other, steps), expected, rtol=1e-4, atol=1e-4)


@given(SEEDS, WIDTHS, st.sampled_from([0, 1e-6, 1e-3, 0.1]), st.integers(2, 20))
def test_that_no_way_leaves_the_ball_that_holds_its_ends(seed, width, aside, steps):
    """Nor where the ends are nearly opposite."""
    start, other = ends(seed, width)
    for end in (other, -2 * start + np.float32(aside) * other):
        farthest = max(np.linalg.norm(start), np.linalg.norm(end))
        for way in PATHS.values():
            assert np.linalg.norm(way(start, end, steps), axis=1).max() <= farthest * (1 + 1e-4)


def test_that_a_quarter_turn_passes_the_diagonal():
    way = spherical(np.float32([2, 0]), np.float32([0, 2]), 3)
    np.testing.assert_allclose(way, [[2, 0], [2**0.5, 2**0.5], [0, 2]], atol=1e-6)


def test_that_between_draws_of_the_prior_the_line_dips_and_the_arc_does_not():
    start, end = prior_draws(2, 200, 3)
    shortest = min(np.linalg.norm(start), np.linalg.norm(end))
    assert np.linalg.norm(straight(start, end, 9), axis=1).min() < 0.8 * shortest
    assert np.linalg.norm(spherical(start, end, 9), axis=1).min() > 0.95 * shortest


# -- draws of the prior


@given(st.integers(0, 2**31 - 1), st.integers(1, 50), st.integers(1, 20))
def test_that_a_seed_settles_the_draws(seed, count, latent):
    draws = prior_draws(count, latent, seed)
    assert draws.shape == (count, latent)
    assert draws.dtype == np.float32
    assert np.array_equal(draws, prior_draws(count, latent, seed))
    assert not np.array_equal(draws, prior_draws(count, latent, seed + 1))
    assert np.array_equal(draws, prior_draws(count + 3, latent, seed)[:count])  # more are more of the same


def test_that_draws_are_standard_normal_and_independent():
    draws = prior_draws(40_000, 4, 0).astype(float)
    np.testing.assert_allclose(draws.mean(0), 0, atol=5 / 200)
    np.testing.assert_allclose(np.cov(draws.T), np.eye(4), atol=5 * 2**0.5 / 200)
    for bound, share in ((1, 0.6827), (2, 0.9545), (3, 0.9973)):
        assert (np.abs(draws) < bound).mean() == pytest.approx(share, abs=0.004)


# -- clouds: the distribution of a variational code, seen on the plane


@given(SEEDS, st.integers(2, 30))
def test_that_a_cloud_is_the_covariance_of_samples_of_its_code_on_the_plane(seed, width):
    generator = np.random.default_rng(seed)
    plane = plane_of(codes(seed, width) * np.geomspace(0.3, 3, width).astype(np.float32))
    mean, spread = codes(seed + 1, width, 1), generator.uniform(0.1, 2, (1, width)).astype(np.float32)
    samples = mean + spread * generator.normal(size=(20_000, width)).astype(np.float32)
    (cloud,) = plane.clouds(spread)
    np.testing.assert_allclose(cloud, np.cov(plane.points(samples).T), atol=0.06 * float(np.trace(cloud)))


def test_that_a_cloud_of_two_numbers_is_its_variances_and_that_of_one_has_no_height():
    spread = np.float32([[0.5, 2]])
    np.testing.assert_allclose(plane_of(spread).clouds(spread), [[[0.25, 0], [0, 4]]])
    np.testing.assert_allclose(plane_of(spread[:, :1]).clouds(spread[:, :1]), [[[0.25, 0], [0, 0]]])


@given(SEEDS, st.integers(2, 30))
def test_that_two_standard_deviations_of_the_prior_hold_86_percent_of_its_draws(seed, width):
    plane = plane_of(codes(seed, width) + np.float32(seed % 3))
    draws = plane.points(np.random.default_rng(seed).normal(size=(20_000, width)).astype(np.float32))
    inside = (np.hypot(*(draws - plane.prior()).T) < 2).mean()
    assert inside == pytest.approx(1 - np.exp(-2), abs=0.012)
