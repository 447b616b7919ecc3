import itertools
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.base.generators import Generators
from core.base.registry import UnknownName
from core.data.noise import NOISES, corrupt

KINDS = [name for name in NOISES.names() if name != "none"]
BY_PIXEL = {
    "salt-and-pepper": 0.5,
    "masking": 0.5,
    "flip": 1.0,
}  # noises that hit every pixel for itself, and how many of the pixels hit change data of which half is lit
FONT = (7, 5)
SHAPES = st.tuples(st.integers(1, 7), st.integers(1, 7))
SEEDS = [3, 4, 2**31 + 7]


def images(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


@given(st.sampled_from(NOISES.names()), st.floats(0, 1), st.integers(0, 99), SHAPES)
def test_that_noise_keeps_shape_and_range_and_leaves_its_input_alone(name, level, seed, shape):
    x = images(2, 3, math.prod(shape), seed=seed)
    before = x.clone()
    noisy = corrupt(name, x, level, Generators(seed), shape)
    assert noisy.shape == x.shape
    assert noisy.min() >= 0
    assert noisy.max() <= 1
    assert torch.equal(x, before)
    assert torch.equal(noisy, corrupt(name, x, level, Generators(seed), shape))


@pytest.mark.parametrize("name", NOISES.names())
def test_that_level_zero_is_no_noise(name):
    x, generators = images(4, 35), Generators(0)
    assert torch.equal(corrupt(name, x, 0.0, generators, FONT), x)
    assert torch.equal(generators.state(), Generators(0).state())


@pytest.mark.parametrize("level", [0.0, 0.5])
def test_that_no_noise_draws_nothing_at_any_level(level):
    x, generators = images(4, 35), Generators(0)
    assert torch.equal(corrupt("none", x, level, generators, FONT), x)
    assert torch.equal(generators.state(), Generators(0).state())


@pytest.mark.parametrize("name", KINDS)
@given(level=st.floats(0.01, 1), count=st.integers(1, 5), shape=SHAPES, data=st.data())
def test_that_a_replica_sees_the_noise_of_its_own_generator_alone(name, level, count, shape, data):
    """Twice in turn: the second draw shows that each generator went on as if it were alone."""
    replicas = data.draw(st.integers(1, len(SEEDS)))
    x = images(replicas, count, math.prod(shape))
    together = Generators(*SEEDS[:replicas])
    alone = [Generators(seed) for seed in SEEDS[:replicas]]
    for _ in range(2):
        noisy = corrupt(name, x, level, together, shape)
        for row, own in enumerate(alone):
            assert torch.equal(noisy[row], corrupt(name, x[row : row + 1], level, own, shape)[0])


@pytest.mark.parametrize("name", KINDS)
@given(levels=st.lists(st.floats(0.01, 1), min_size=1, max_size=len(SEEDS)), shape=SHAPES)
def test_that_a_replica_has_the_noise_of_its_own_level(name, levels, shape):
    """As it would have it alone, at that level and from its own generator."""
    seeds = SEEDS[: len(levels)]
    x = images(len(levels), 4, math.prod(shape))
    by_replica = torch.tensor(levels, dtype=torch.float64).view(-1, 1, 1)
    noisy = corrupt(name, x, by_replica, Generators(*seeds), shape)
    for row, (level, seed) in enumerate(zip(levels, seeds, strict=True)):
        alone = corrupt(name, x[row : row + 1], level, Generators(seed), shape)
        assert torch.equal(noisy[row : row + 1], alone)


@pytest.mark.parametrize("name", KINDS)
def test_that_a_replica_of_level_zero_beside_others_is_fed_the_images(name):
    x, levels = images(3, 4, 35), torch.tensor([0.5, 0.0, 0.5], dtype=torch.float64).view(-1, 1, 1)
    noisy = corrupt(name, x, levels, Generators(*SEEDS), FONT)
    assert [torch.equal(*pair) for pair in zip(noisy, x, strict=True)] == [False, True, False]


@pytest.mark.parametrize("name", KINDS)
def test_that_replicas_and_images_are_hit_apart(name):
    """Eight alike images for each of three replicas, without a symmetry: they do not come out alike.

    No two of them do, where no two do of 24 images with a generator of their own each; a noise of few
    outcomes, such as the places of a square, makes some of them more than once.
    """
    image = images(9 * 11)

    def different(noisy):
        return len({tuple(outcome.tolist()) for outcome in noisy})

    together = corrupt(name, image.expand(3, 8, -1), 0.5, Generators(*SEEDS), (9, 11)).flatten(0, 1)
    apart = [corrupt(name, image[None], 0.5, Generators(seed), (9, 11))[0] for seed in range(24)]
    assert different(together) == 24 if different(apart) == 24 else different(together) > 12


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_that_noise_keeps_the_precision_of_its_input(name, dtype):
    assert corrupt(name, images(2, 9).to(dtype), 0.5, Generators(0), (3, 3)).dtype == dtype


@pytest.mark.parametrize("name", NOISES.names())
@pytest.mark.parametrize("level", [0.0, 0.3, 1.0])
def test_that_every_likelihood_is_of_images_and_broadcasts(name, level):
    """Of each of two images turned into each of three, as one by one."""
    clean, noisy = images(2, 35).round(), images(3, 35, seed=1).round()
    together = NOISES[name].log_likelihood(clean, noisy.unsqueeze(1), level, FONT)
    assert together.shape == (3, 2)
    assert torch.isfinite(together).all()  # whatever a person draws
    for row, column in itertools.product(range(3), range(2)):
        alone = NOISES[name].log_likelihood(clean[column], noisy[row], level, FONT)
        assert alone.item() == pytest.approx(together[row, column].item(), rel=1e-6)


def test_that_the_memory_of_a_shift_does_not_grow_with_its_places():
    """Of 16 x 16 pixels there are 1089 places; for none of them is anything kept."""
    clean, noisy = images(32, 256), images(32, 256, seed=1)
    with torch.profiler.profile(profile_memory=True) as profile:
        NOISES["shift"].log_likelihood(clean, noisy.unsqueeze(1), 1.0, (16, 16))
    held = peak = 0
    for event in sorted(profile.profiler.kineto_results.events(), key=lambda event: event.start_ns()):
        if event.name() == "[memory]":
            held += event.nbytes()
            peak = max(peak, held)
    assert 0 < peak < 4 * 32 * 32 * 256 * 4  # bytes of four sets of compared pixels


@pytest.mark.parametrize("name", NOISES.names())
@given(level=st.floats(0.02, 0.98), shape=SHAPES, seed=st.integers(0, 99))
def test_that_what_a_noise_did_is_likelier_than_what_it_cannot_do(name, level, shape, seed):
    """A noise must know what it does: an image that it made costs no penalty of an impossible pixel."""
    clean = images(5, math.prod(shape), seed=seed).round()
    noisy = corrupt(name, clean, level, Generators(seed), shape)
    made = NOISES[name].log_likelihood(clean, noisy, level, shape)
    impossible = NOISES[name].log_likelihood(clean, torch.full_like(clean, 0.123), level, shape)
    assert (made > impossible).all() or name == "gaussian"
    assert (NOISES[name].cost(level, shape)) >= 1


def test_that_an_unknown_noise_is_refused_with_the_known_ones():
    with pytest.raises(UnknownName, match="salt-and-pepper"):
        corrupt("nonsense", images(1, 3), 0.5, Generators(0), (1, 3))


@pytest.mark.parametrize("name", BY_PIXEL)
@pytest.mark.parametrize("level", [0.1, 0.3, 0.9])
def test_that_pixels_change_as_often_as_the_level_says(name, level):
    count = 200_000
    x = (torch.arange(count) % 2).float()[None]
    changed = (corrupt(name, x, level, Generators(3), (1, count)) != x).float().mean().item()
    wanted = level * BY_PIXEL[name]
    assert abs(changed - wanted) < 5 * math.sqrt(wanted * (1 - wanted) / count)


@given(st.floats(0.01, 1), st.integers(0, 99))
def test_that_noise_by_count_hits_no_more_places_than_it_counts(level, seed):
    places = math.ceil(35 * level)
    grey = torch.full((8, 35), 0.5)
    noisy = corrupt("salt-and-pepper-count", grey, level, Generators(seed), FONT)
    assert ((noisy == 0).sum(1) <= places).all()
    assert ((noisy == 0).sum(1) >= 1).all()
    assert ((noisy != 0.5).sum(1) <= 2 * places).all()


@pytest.mark.parametrize("name", BY_PIXEL)
@pytest.mark.parametrize("level", [0.1, 0.4])
def test_that_the_likelihoods_of_all_outcomes_sum_to_one(name, level):
    outcomes = torch.tensor(list(itertools.product((0.0, 1.0), repeat=4)))
    for clean in outcomes:
        total = NOISES[name].log_likelihood(clean, outcomes, level, (2, 2)).exp().sum().item()
        assert total == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("name", [*BY_PIXEL, "salt-and-pepper-count"])
def test_that_the_likelihood_of_a_pixel_is_how_often_it_comes_about(name):
    """Where the others stay as they are: its odds are those of two images that differ in it alone."""
    level, draws = 0.2, 40_000
    clean = torch.tensor([0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0])
    noisy = corrupt(name, clean.repeat(draws, 1), level, Generators(5), (1, 10))
    for pixel in range(10):
        lit, unlit = clean.clone(), clean.clone()
        lit[pixel], unlit[pixel] = 1, 0
        odds = NOISES[name].log_likelihood(clean, torch.stack((lit, unlit)), level, (1, 10)).softmax(0)
        assert noisy[:, pixel].mean().item() == pytest.approx(odds[0].item(), abs=0.015)


@pytest.mark.parametrize("level", [0.3, 1.0])
def test_that_gaussian_noise_gathers_at_the_ends_as_its_likelihood_says(level):
    for pixel in (0.0, 0.3, 1.0):
        noisy = corrupt("gaussian", torch.full((60_000, 1), pixel), level, Generators(6), (1, 1))
        for end in (0.0, 1.0):
            share = NOISES["gaussian"].log_likelihood(
                torch.tensor([pixel]), torch.tensor([end]), level, (1, 1)
            )
            assert (noisy == end).float().mean().item() == pytest.approx(share.exp().item(), abs=0.01)
