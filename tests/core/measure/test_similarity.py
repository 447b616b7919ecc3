"""How alike images are, against loops that say what is meant."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core import Dataset, load_dataset
from core.measure.similarity import Likeness, nearest, nearest_own, ssim

FONT = load_dataset("font5x7")
CLEAN = torch.from_numpy(FONT.images.copy()).flatten(1)
SEEDS = st.integers(0, 9999)

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


# -- nearest to their own


def own_by_a_loop(outputs, images):
    count = 0
    for output, own in zip(outputs, images, strict=True):
        errors = [sum((a - b) ** 2 for a, b in zip(output, image, strict=True)) for image in images]
        count += sum((a - b) ** 2 for a, b in zip(output, own, strict=True)) <= min(errors)
    return count


@given(SEEDS, st.integers(1, 9), st.integers(1, 4))
def test_that_outputs_nearest_to_their_own_image_are_counted(seed, count, pixels):
    """Pixels in quarters, so that every square is exact and many images and distances are equal."""
    rng = np.random.default_rng(seed)
    images, outputs = rng.integers(0, 5, (2, count, pixels)) / 4
    ours = nearest_own(*(torch.from_numpy(each.astype(np.float32)) for each in (outputs, images)))
    assert ours == own_by_a_loop(outputs.tolist(), images.tolist())


def test_that_images_alike_are_each_others_own():
    twins = torch.tensor([[0.1, 0.9], [0.1, 0.9], [0.8, 0.3]])
    assert nearest_own(twins, twins) == 3
    assert nearest_own(twins.flip(0), twins) == 1  # the one in the middle


def test_that_a_set_of_many_close_images_is_told_apart():
    """Where squares are not taken of differences, they drown in rounding."""
    images = 0.5 + torch.arange(60.0)[:, None] * torch.full((60, 64), 2e-6)
    assert nearest_own(images, images) == 60
    assert nearest_own(images.roll(1, 0), images) == 0
    both = torch.stack((images, images.roll(1, 0)))
    assert nearest_own(both, images.expand(2, -1, -1)).tolist() == [60, 0]


def test_that_one_answer_for_all_is_nearest_to_one_of_them():
    mean = CLEAN.mean(0).expand_as(CLEAN)
    assert nearest_own(mean, CLEAN) == 1


# -- what an image is nearest to


def test_that_the_nearest_image_differs_least():
    image = FONT.images[12].copy()
    image[0, 0] = 1 - image[0, 0]
    counts = [int(((FONT.images[i] > 0.5) != (image > 0.5)).sum()) for i in range(32)]
    assert np.argmin(counts) == 12
    assert nearest(image, FONT) == Likeness(12, FONT.labels[12], 1, pytest.approx(1 / 35))


def some(seed, grey, count, twin):
    images = np.random.default_rng(seed).random((count, 3, 2), dtype=np.float32)
    images = images if grey else images.round()
    if twin:
        images[-1] = images[0]
    labels = tuple(f"label {i}" for i in range(count))
    return Dataset("some", images, labels)


@given(SEEDS, st.booleans(), st.integers(1, 7), st.booleans())
def test_that_likeness_is_by_pixels_in_a_black_and_white_set_and_by_error_in_a_grey_one(
    seed, grey, count, twin
):
    dataset = some(seed, grey, count, twin)
    image = np.random.default_rng(seed + 1).random((3, 2), dtype=np.float32)
    errors = [float(np.mean((each.astype(float) - image) ** 2)) for each in dataset.images]
    differing = [int(((each > 0.5) != (image > 0.5)).sum()) for each in dataset.images]
    like = nearest(image, dataset)
    assert like.label == dataset.labels[like.index]
    assert like.squared_error == pytest.approx(errors[like.index], rel=1e-5)
    if dataset.binary:
        assert like.index == differing.index(min(differing))  # the first of equals
        assert like.differing == min(differing)
    else:
        assert like.squared_error == pytest.approx(min(errors), rel=1e-5)
        assert like.differing is None
    assert not twin or count == 1 or like.index != count - 1  # its equal comes first


@given(st.sampled_from(["font5x7", "emojis-20"]), st.data())
def test_that_an_image_of_the_set_is_nearest_to_itself(name, data):
    dataset = load_dataset(name)
    index = data.draw(st.integers(0, dataset.count - 1))
    like = nearest(dataset.images[index], dataset)
    expected = Likeness(index, dataset.labels[index], 0 if dataset.binary else None, 0.0)
    assert like == expected
