import itertools
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.base.generators import Generators
from core.base.registry import UnknownName
from core.data.datasets import Dataset, load_dataset
from core.data.noise import NOISES, corrupt, log_likelihood

KINDS = [name for name in NOISES.names() if name != "none"]
SHARES = {
    "salt-and-pepper": 0.5,
    "masking": 0.5,
    "flip": 1.0,
}  # of the pixels hit, how many change half-lit data


SEEDS = [3, 4, 2**31 + 7]


def images(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


@given(st.sampled_from(NOISES.names()), st.floats(0, 1), st.integers(0, 99), st.integers(1, 40))
def test_that_noise_keeps_shape_and_range_and_leaves_its_input_alone(name, level, seed, size):
    x = images(2, 3, size, seed=seed)
    before = x.clone()
    noisy = corrupt(name, x, level, Generators(seed))
    assert noisy.shape == x.shape
    assert noisy.min() >= 0
    assert noisy.max() <= 1
    assert torch.equal(x, before)
    assert torch.equal(noisy, corrupt(name, x, level, Generators(seed)))


@pytest.mark.parametrize("name", NOISES.names())
def test_that_level_zero_is_no_noise(name):
    x, chance = images(4, 35), Generators(0)
    assert torch.equal(corrupt(name, x, 0.0, chance), x)
    assert torch.equal(chance.state(), Generators(0).state())


@pytest.mark.parametrize("level", [0.0, 0.5])
def test_that_no_noise_spends_no_chance_at_any_level(level):
    x, chance = images(4, 35), Generators(0)
    assert torch.equal(corrupt("none", x, level, chance), x)
    assert torch.equal(chance.state(), Generators(0).state())


@pytest.mark.parametrize("name", KINDS)
@given(level=st.floats(0.01, 1), count=st.integers(1, 5), size=st.integers(1, 40), data=st.data())
def test_that_a_replica_sees_the_noise_of_its_own_generator_alone(name, level, count, size, data):
    """Twice in turn: the second draw shows that each generator went on as if it were alone."""
    replicas = data.draw(st.integers(1, len(SEEDS)))
    x = images(replicas, count, size)
    together = Generators(*SEEDS[:replicas])
    alone = [Generators(seed) for seed in SEEDS[:replicas]]
    for _ in range(2):
        noisy = corrupt(name, x, level, together)
        for row, chance in enumerate(alone):
            assert torch.equal(noisy[row], corrupt(name, x[row : row + 1], level, chance)[0])


@pytest.mark.parametrize("name", KINDS)
def test_that_replicas_and_images_are_hit_apart(name):
    """Eight alike images for each of three replicas: no two of them come out alike."""
    noisy = corrupt(name, torch.full((3, 8, 99), 0.75), 0.5, Generators(*SEEDS)).flatten(0, 1)
    assert len({tuple(image.tolist()) for image in noisy}) == 24


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_that_noise_keeps_the_precision_of_its_input(name, dtype):
    assert corrupt(name, images(2, 9).to(dtype), 0.5, Generators(0)).dtype == dtype


def test_that_an_unknown_noise_is_refused_with_the_known_ones():
    with pytest.raises(UnknownName, match="salt-and-pepper"):
        corrupt("nonsense", images(1, 3), 0.5, Generators(0))


@pytest.mark.parametrize("name", SHARES)
@pytest.mark.parametrize("level", [0.1, 0.3, 0.9])
def test_that_pixels_change_as_often_as_the_level_says(name, level):
    count = 200_000
    x = (torch.arange(count) % 2).float()[None]
    changed = (corrupt(name, x, level, Generators(3)) != x).float().mean().item()
    wanted = level * SHARES[name]
    assert abs(changed - wanted) < 5 * math.sqrt(wanted * (1 - wanted) / count)


@given(st.floats(0.01, 1), st.integers(0, 99))
def test_that_noise_by_count_hits_no_more_places_than_it_counts(level, seed):
    places = math.ceil(35 * level)
    grey = torch.full((8, 35), 0.5)
    noisy = corrupt("salt-and-pepper-count", grey, level, Generators(seed))
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
    noisy = corrupt(name, clean.repeat(draws, 1), level, Generators(5))
    lit = log_likelihood(name, level, clean, torch.ones_like(clean)).exp()
    torch.testing.assert_close(noisy.mean(0), lit, rtol=0, atol=0.015)


@pytest.mark.parametrize("level", [0.3, 1.0])
def test_that_gaussian_noise_gathers_at_the_ends_as_its_likelihood_says(level):
    clean = torch.tensor([0.0, 0.3, 1.0])
    noisy = corrupt("gaussian", clean.repeat(60_000, 1), level, Generators(6))
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
