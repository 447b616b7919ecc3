"""Structural similarity against its definition, written as a loop over windows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import load_dataset
from core.measure.similarity import ssim

SIDES = st.tuples(st.integers(7, 12), st.integers(7, 12))


def pair(seed, shape, count=2):
    """Images and others that resemble them: by some grey, by some black and white."""
    rng = np.random.default_rng(seed)
    one = rng.random((count, *shape), dtype=np.float32)
    other = np.clip(one + rng.normal(0, 0.3, one.shape), 0, 1).astype(np.float32)
    if seed % 2:
        one, other = one.round(), other.round()
    return one, other


def of_window(a, b):
    """Formula 13 of the paper for one window, with numpy's own sample covariance."""
    (var_a, both), (_, var_b) = np.cov(a.ravel(), b.ravel(), ddof=1)
    c1, c2 = 0.01**2, 0.03**2
    mean_a, mean_b = a.mean(), b.mean()
    above = (2 * mean_a * mean_b + c1) * (2 * both + c2)
    return above / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2))


@given(st.integers(0, 999), SIDES)
def test_that_it_is_the_mean_over_all_windows_inside_the_image(seed, shape):
    one, other = pair(seed, shape)
    for a, b, ours in zip(one.astype(float), other.astype(float), ssim(one, other), strict=True):
        windows = [
            of_window(a[top : top + 7, left : left + 7], b[top : top + 7, left : left + 7])
            for top in range(shape[0] - 6)
            for left in range(shape[1] - 6)
        ]
        assert ours == pytest.approx(np.mean(windows), abs=1e-9)


@given(st.integers(0, 999), SIDES)
def test_that_an_image_is_one_with_itself_and_less_with_any_other(seed, shape):
    one, other = pair(seed, shape)
    np.testing.assert_allclose(ssim(one, one), 1, atol=1e-12)
    assert (ssim(one, other) < 1 - 1e-3).all()
    assert (ssim(one, other) > -1).all()


@given(st.integers(0, 999), SIDES)
def test_that_neither_image_comes_first(seed, shape):
    one, other = pair(seed, shape)
    np.testing.assert_allclose(ssim(one, other), ssim(other, one), atol=1e-12)


@given(st.integers(0, 999), st.integers(1, 5))
def test_that_every_pair_is_compared_for_itself(seed, count):
    one, other = pair(seed, (8, 9), count)
    together = ssim(one, other)
    assert together.shape == (count,)
    alone = [ssim(a[None], b[None])[0] for a, b in zip(one, other, strict=True)]
    np.testing.assert_allclose(together, alone, atol=1e-12)


@pytest.mark.parametrize(("grey", "other"), [(0.0, 1.0), (0.5, 0.5), (0.2, 0.8)])
def test_that_even_images_are_compared_by_their_light_alone(grey, other):
    ours = ssim(np.full((1, 9, 8), grey), np.full((1, 9, 8), other))
    light = (2 * grey * other + 1e-4) / (grey**2 + other**2 + 1e-4)
    assert ours == pytest.approx(light, abs=1e-9)


def test_that_an_image_and_its_negative_are_opposite():
    faces = load_dataset("emojis-20").images
    assert (ssim(faces, 1 - faces) < 0.1).all()


def test_that_one_window_is_enough():
    one, other = pair(2, (7, 7))
    assert ssim(one, other) == pytest.approx(
        [of_window(a, b) for a, b in zip(one.astype(float), other.astype(float), strict=True)]
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [((2, 6, 9), (2, 6, 9)), ((2, 9, 6), (2, 9, 6)), ((2, 8, 8), (1, 8, 8)), ((8, 8), (8, 8)),
     ((2, 7, 5), (2, 7, 5)), ((2, 8, 8), (2, 8, 9)), ((1, 2, 8, 8), (1, 2, 8, 8))],
)  # fmt: skip
def test_that_images_smaller_than_the_window_or_unlike_in_shape_are_refused(one, other):
    with pytest.raises(ValueError, match="at least 7x7"):
        ssim(np.zeros(one), np.zeros(other))
