"""Likelihoods against an enumeration of everything that the noise can do to a tiny image."""

import itertools
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.base.generators import Generators
from core.data.noise import corrupt, log_likelihood

IMAGES = [list(map(float, bits)) for bits in itertools.product((0, 1), repeat=3)]


def fates(name, level, pixel):
    """(probability, what becomes of the pixel), one for each thing that can happen to it."""
    return {
        "salt-and-pepper": [(1 - level, pixel), (level / 2, 0.0), (level / 2, 1.0)],
        "masking": [(1 - level, pixel), (level, 0.0)],
        "flip": [(1 - level, pixel), (level, 1 - pixel)],
    }[name]


@pytest.mark.parametrize("name", ["salt-and-pepper", "masking", "flip"])
@given(level=st.floats(0.01, 0.99), clean=st.sampled_from(IMAGES))
def test_that_the_likelihood_of_an_image_sums_over_all_that_can_happen(name, level, clean):
    total = dict.fromkeys(map(tuple, IMAGES), 0.0)
    for fate in itertools.product(*(fates(name, level, pixel) for pixel in clean)):
        total[tuple(pixel for _, pixel in fate)] += math.prod(share for share, _ in fate)
    possible = [image for image, share in total.items() if share > 0]
    ours = log_likelihood(
        name, level, torch.tensor(clean, dtype=torch.float64), torch.tensor(possible, dtype=torch.float64)
    )
    assert ours.sum(-1).exp().tolist() == pytest.approx([total[image] for image in possible], rel=1e-5)


@pytest.mark.parametrize("level", [0.1, 0.4, 0.7])
def test_that_noise_by_count_has_the_single_pixel_likelihoods_of_all_its_draws(level):
    size = 3
    places = math.ceil(size * level)
    draws = list(itertools.product(range(size), repeat=2 * places))
    for clean in IMAGES:
        lit = [0] * size
        for draw in draws:
            image = list(clean)
            for place in draw[:places]:
                image[place] = 1.0
            for place in draw[places:]:
                image[place] = 0.0
            lit = [a + b for a, b in zip(lit, image, strict=True)]
        ours = log_likelihood("salt-and-pepper-count", level, torch.tensor(clean).double(), torch.ones(size))
        assert ours.exp().tolist() == pytest.approx([each / len(draws) for each in lit], rel=1e-6, abs=1e-5)


@given(st.floats(0.05, 1), st.floats(0, 1))
def test_that_gaussian_likelihoods_integrate_to_one_with_what_is_cut_off(level, pixel):
    """Density inside, times sqrt(2 pi) level as the likelihood leaves it out; masses at both ends."""
    grid = torch.linspace(0, 1, 20_003, dtype=torch.float64)[1:-1]
    clean = torch.tensor([pixel], dtype=torch.float64)
    density = log_likelihood("gaussian", level, clean, grid).exp()
    inside = torch.trapezoid(density, grid).item() / (level * math.sqrt(2 * math.pi))
    ends = log_likelihood("gaussian", level, clean, torch.tensor([0.0, 1.0], dtype=torch.float64)).exp().sum()
    assert inside + ends.item() == pytest.approx(1, abs=1e-3)


def test_that_salt_and_pepper_come_evenly_and_gaussian_noise_as_wide_as_it_says():
    generator, count = Generators(0), 200_000
    grey = torch.full((1, count), 0.5)
    salted = corrupt("salt-and-pepper", grey, 0.4, generator)
    for end in (0, 1):
        share = (salted == end).float().mean().item()
        assert abs(share - 0.2) < 5 * math.sqrt(0.2 * 0.8 / count)
    added = corrupt("gaussian", grey, 0.1, generator) - 0.5
    assert abs(added.mean().item()) < 5 * 0.1 / math.sqrt(count)
    assert added.std().item() == pytest.approx(0.1, rel=0.01)


@given(st.integers(0, 99), st.integers(0, 99))
def test_that_another_seed_is_other_noise(one, other):
    x = torch.full((8, 35), 0.5)
    bits = [corrupt("flip", x + 0.25, 0.5, Generators(seed)) for seed in (one, other)]
    assert torch.equal(*bits) == (one == other)
