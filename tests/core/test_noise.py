import itertools
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.datasets import Dataset, load_dataset
from core.noise import corrupt, log_likelihood
from core.registry import NOISES

KINDS = [name for name in NOISES.names() if name != "none"]
SHARES = {
    "salt-and-pepper": 0.5,
    "masking": 0.5,
    "flip": 1.0,
}  # of the pixels hit, how many change half-lit data


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


@given(st.sampled_from(NOISES.names()), st.floats(0, 1), st.integers(0, 99), st.integers(1, 40))
def test_that_noise_keeps_shape_and_range_and_leaves_its_input_alone(name, level, seed, size):
    x = torch.rand(2, 3, size, generator=generator(seed))
    before = x.clone()
    noisy = corrupt(name, x, level, generator(seed))
    assert noisy.shape == x.shape
    assert noisy.min() >= 0
    assert noisy.max() <= 1
    assert torch.equal(x, before)
    assert torch.equal(noisy, corrupt(name, x, level, generator(seed)))


@pytest.mark.parametrize("name", NOISES.names())
def test_that_level_zero_is_no_noise(name):
    x = torch.rand(4, 35, generator=generator())
    assert torch.equal(corrupt(name, x, 0.0, generator()), x)


@pytest.mark.parametrize("name", SHARES)
@pytest.mark.parametrize("level", [0.1, 0.3, 0.9])
def test_that_pixels_change_as_often_as_the_level_says(name, level):
    count = 200_000
    x = (torch.arange(count) % 2).float()[None]
    changed = (corrupt(name, x, level, generator(3)) != x).float().mean().item()
    wanted = level * SHARES[name]
    assert abs(changed - wanted) < 5 * math.sqrt(wanted * (1 - wanted) / count)


@given(st.floats(0.01, 1), st.integers(0, 99))
def test_that_noise_by_count_hits_no_more_places_than_it_counts(level, seed):
    places = math.ceil(35 * level)
    grey = torch.full((8, 35), 0.5)
    noisy = corrupt("salt-and-pepper-count", grey, level, generator(seed))
    assert ((noisy == 0).sum(1) <= places).all()
    assert ((noisy == 0).sum(1) >= 1).all()
    assert ((noisy != 0.5).sum(1) <= 2 * places).all()


@pytest.mark.parametrize("name", ["salt-and-pepper", "masking", "flip"])
@pytest.mark.parametrize("level", [0.1, 0.4])
def test_that_the_likelihoods_of_all_outcomes_sum_to_one(name, level):
    outcomes = torch.tensor(list(itertools.product((0.0, 1.0), repeat=4)))
    for clean in outcomes:
        total = log_likelihood(name, level, clean, outcomes).sum(-1).exp().sum().item()
        assert total == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("name", ["salt-and-pepper", "salt-and-pepper-count", "masking", "flip"])
def test_that_the_likelihood_of_a_pixel_is_how_often_it_comes_about(name):
    level, draws = 0.2, 40_000
    clean = torch.tensor([0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0])
    noisy = corrupt(name, clean.repeat(draws, 1), level, generator(5))
    lit = log_likelihood(name, level, clean, torch.ones_like(clean)).exp()
    torch.testing.assert_close(noisy.mean(0), lit, rtol=0, atol=0.015)


@pytest.mark.parametrize("level", [0.3, 1.0])
def test_that_gaussian_noise_gathers_at_the_ends_as_its_likelihood_says(level):
    clean = torch.tensor([0.0, 0.3, 1.0])
    noisy = corrupt("gaussian", clean.repeat(60_000, 1), level, generator(6))
    for end in (0.0, 1.0):
        share = log_likelihood("gaussian", level, clean, torch.full_like(clean, end)).exp()
        torch.testing.assert_close((noisy == end).float().mean(0), share, rtol=0, atol=0.01)


def test_that_the_font_is_the_table_of_the_slides():
    font = load_dataset("font5x7")
    assert font.images.shape == (32, 7, 5)
    assert font.images.sum() == 371
    assert font.labels[0] == "`"
    assert font.labels[-1] == "DEL"
    assert font.images[-1].all()
    drawn = ["".join(".#"[int(pixel)] for pixel in row) for row in font.images[font.labels.index("a")]]
    assert drawn == [".....", ".###.", "....#", ".##.#", "#..##", "#..##", ".##.#"]


def test_that_images_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        load_dataset("font5x7").images[0] = 0


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((3, 4)),
        np.zeros((0, 4, 4)),
        np.full((1, 2, 2), 2.0),
        np.full((1, 2, 2), np.nan),
        np.zeros((2, 2, 2)),
    ],
)
def test_that_a_data_set_of_wrong_shape_or_range_is_refused_by_name(images):
    with pytest.raises(ValueError, match="mine"):
        Dataset("mine", images, ("only one",))
