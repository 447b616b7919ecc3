"""Likelihoods against an enumeration of everything that the noise can do to a tiny image."""

import itertools
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.base.generators import Generators
from core.data.noise import NOISES, corrupt

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
    ours = NOISES[name].log_likelihood(
        torch.tensor(clean, dtype=torch.float64), torch.tensor(possible, dtype=torch.float64), level, (1, 3)
    )
    assert ours.exp().tolist() == pytest.approx([total[image] for image in possible], rel=1e-5)


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
        share = [count / len(draws) for count in lit]  # of the draws in which a pixel is lit
        for image in IMAGES:
            wanted = math.prod(p if pixel else 1 - p for p, pixel in zip(share, image, strict=True))
            ours = NOISES["salt-and-pepper-count"].log_likelihood(
                torch.tensor(clean).double(), torch.tensor(image).double(), level, (1, size)
            )
            assert ours.exp().item() == pytest.approx(wanted, rel=1e-6, abs=1e-5)


@given(st.floats(0.05, 1), st.floats(0, 1))
def test_that_gaussian_likelihoods_integrate_to_one_with_what_is_cut_off(level, pixel):
    """Density inside, times sqrt(2 pi) level as the likelihood leaves it out; masses at both ends."""
    grid = torch.linspace(0, 1, 20_003, dtype=torch.float64)[1:-1]
    clean = torch.tensor([pixel], dtype=torch.float64)
    likelihood = NOISES["gaussian"].log_likelihood
    density = likelihood(clean, grid.unsqueeze(-1), level, (1, 1)).exp()
    inside = torch.trapezoid(density, grid).item() / (level * math.sqrt(2 * math.pi))
    ends = likelihood(clean, torch.tensor([[0.0], [1.0]], dtype=torch.float64), level, (1, 1)).exp().sum()
    assert inside + ends.item() == pytest.approx(1, abs=1e-3)


def test_that_salt_and_pepper_come_evenly_and_gaussian_noise_as_wide_as_it_says():
    generator, count = Generators(0), 200_000
    grey = torch.full((1, count), 0.5)
    salted = corrupt("salt-and-pepper", grey, 0.4, generator, (1, count))
    for end in (0, 1):
        share = (salted == end).float().mean().item()
        assert abs(share - 0.2) < 5 * math.sqrt(0.2 * 0.8 / count)
    added = corrupt("gaussian", grey, 0.1, generator, (1, count)) - 0.5
    assert abs(added.mean().item()) < 5 * 0.1 / math.sqrt(count)
    assert added.std().item() == pytest.approx(0.1, rel=0.01)


@given(st.integers(0, 99), st.integers(0, 99))
def test_that_another_seed_is_other_noise(one, other):
    x = torch.full((8, 35), 0.5)
    bits = [corrupt("flip", x + 0.25, 0.5, Generators(seed), (7, 5)) for seed in (one, other)]
    assert torch.equal(*bits) == (one == other)


# -- noises that choose a place


def moved(name, image, extent):
    """Everything that the noise can make of an image (a list of rows), once for each of its places."""
    height, width = len(image), len(image[0])
    rows, columns = range(height), range(width)
    if name == "block":
        for top, left in itertools.product(range(height - extent + 1), range(width - extent + 1)):
            yield [
                [0.0 if 0 <= y - top < extent and 0 <= x - left < extent else image[y][x] for x in columns]
                for y in rows
            ]
    else:
        for down, right in itertools.product(range(-extent, extent + 1), repeat=2):
            yield [
                [image[y - down][x - right] if y - down in rows and x - right in columns else 0.0
                 for x in columns]
                for y in rows
            ]  # fmt: skip


def chances(name, image, extent):
    """Outcome (a tuple of pixels) -> probability."""
    places = [tuple(itertools.chain(*outcome)) for outcome in moved(name, image, extent)]
    return {outcome: places.count(outcome) / len(places) for outcome in places}


PLACED = pytest.mark.parametrize("name", ["block", "shift"])
RECTANGLES = st.sampled_from([(1, 1), (2, 3), (3, 2), (1, 5), (4, 4), (5, 3)])
GREYS = st.sampled_from([0.0, 0.25, 1.0])


@st.composite
def pictures(draw):
    height, width = draw(RECTANGLES)
    pixels = st.lists(GREYS, min_size=width, max_size=width)
    return draw(st.lists(pixels, min_size=height, max_size=height))


def flat(image):
    return torch.tensor(image, dtype=torch.float64).flatten()


@PLACED
@given(image=pictures(), level=st.floats(0, 1))
def test_that_the_likelihood_of_a_placed_noise_sums_over_all_its_places(name, image, level):
    shape = (len(image), len(image[0]))
    expected = chances(name, image, round(level * min(shape)))
    outcomes = torch.tensor(list(expected), dtype=torch.float64)
    ours = NOISES[name].log_likelihood(flat(image), outcomes, level, shape).exp()
    assert ours.tolist() == pytest.approx(list(expected.values()), rel=1e-3)
    assert ours.sum().item() == pytest.approx(1, abs=1e-3)


@PLACED
@pytest.mark.parametrize("level", [0.0, 0.5, 1.0])
def test_that_the_likelihoods_of_all_images_that_can_be_sum_to_one(name, level):
    """Over all 64 images of 2 x 3 pixels; what cannot come about has nearly no share."""
    everything = torch.tensor(list(itertools.product((0.0, 1.0), repeat=6)), dtype=torch.float64)
    for clean in everything:
        ours = NOISES[name].log_likelihood(clean, everything, level, (2, 3)).exp()
        expected = chances(name, clean.view(2, 3).tolist(), round(2 * level))
        assert ours.sum().item() == pytest.approx(1, abs=1e-3)
        for image, share in zip(everything.tolist(), ours.tolist(), strict=True):
            assert share == pytest.approx(expected.get(tuple(image), 0), abs=1e-4)


@PLACED
@pytest.mark.parametrize(("shape", "level"), [((2, 3), 0.5), ((4, 3), 0.6), ((3, 3), 1.0)])
def test_that_every_place_is_as_likely_as_the_noise_says(name, shape, level):
    image = (torch.arange(math.prod(shape)) + 1.0) / 20
    expected = chances(name, image.view(shape).tolist(), round(level * min(shape)))
    expected = {tuple(round(20 * pixel) for pixel in outcome): share for outcome, share in expected.items()}
    draws = 40_000
    noisy = corrupt(name, image.expand(draws, -1), level, Generators(4), shape)
    seen = {}
    for outcome in (20 * noisy).round().int().tolist():
        seen[tuple(outcome)] = seen.get(tuple(outcome), 0) + 1
    assert seen.keys() == expected.keys()
    for outcome, share in expected.items():
        deviation = math.sqrt(share * (1 - share) / draws)
        assert abs(seen[outcome] / draws - share) <= 5 * deviation


@PLACED
def test_that_an_image_that_no_place_makes_pays_for_every_wrong_pixel_of_its_best_place(name):
    """So a drawing that matches no image still has a nearest one."""
    clean = torch.ones(16)
    for wrong in (1, 2, 3):
        drawn = clean.clone()
        drawn[:wrong] = 0.5
        likelihood = NOISES[name].log_likelihood(clean, drawn, 0.0, (4, 4)).item()
        assert likelihood == pytest.approx(wrong * math.log(1e-6), rel=1e-5)


# -- every noise, also one that comes later

NEARLY = {"salt-and-pepper-count": (0.2, 0.06)}
"""Likelihoods that are documented as only nearly right, and by how much the probability of an outcome and the
weight of an image may be off here, where four pixels depend on each other more than many do."""


def drawn_of_all(name, shape, level, draws):
    """All black-and-white images (N, D), and what the noise makes of each so many times (N, draws, D)."""
    pixels = math.prod(shape)
    everything = torch.tensor(list(itertools.product((0.0, 1.0), repeat=pixels)), dtype=torch.float64)
    noisy = corrupt(name, everything.unsqueeze(1).repeat(1, draws, 1), level, Generators(11), shape)
    return everything, noisy


@pytest.mark.parametrize("name", NOISES.names())
@pytest.mark.parametrize("shape", [(1, 3), (2, 2)])
@pytest.mark.parametrize("level", [0.3, 0.6])
def test_that_images_become_others_as_often_as_the_likelihood_says(name, shape, level):
    """For noises of few outcomes; the likelihood has one constant for all pairs of images."""
    draws = 5000
    clean, noisy = drawn_of_all(name, shape, level, draws)
    outcomes, which = torch.unique(noisy.flatten(0, 1), dim=0, return_inverse=True)
    if len(outcomes) > draws // 10:  # nearly every draw is a new one
        return
    seen = torch.stack([row.bincount(minlength=len(outcomes)) for row in which.view(len(clean), draws)])
    likelihood = NOISES[name].log_likelihood(clean.unsqueeze(1), outcomes, level, shape).double()
    ours = likelihood.masked_fill(seen == 0, -math.inf).flatten().softmax(0).view_as(seen) * len(clean)
    deviation = (ours * (1 - ours).clamp(min=0) / draws).sqrt() + 1 / draws
    assert ((seen / draws - ours).abs() <= 5 * deviation + NEARLY.get(name, (0, 0))[0]).all()


@pytest.mark.parametrize("name", NOISES.names())
@pytest.mark.parametrize("shape", [(1, 3), (2, 2)])
@pytest.mark.parametrize("level", [0.3, 0.6])
def test_that_the_posterior_of_every_noise_is_as_sure_as_it_is_right(name, shape, level):
    """Whatever its outcomes: of w(c), the weight of an image, E[w] = P(c) and E[w 1(c)] = E[w w]."""
    draws = 5000
    clean, noisy = drawn_of_all(name, shape, level, draws)
    likelihood = NOISES[name].log_likelihood(clean, noisy.unsqueeze(2), level, shape).double()
    weights = likelihood.softmax(-1).flatten(0, 1)  # (N draws, N)
    truth = torch.eye(len(clean), dtype=torch.float64).repeat_interleave(draws, 0)
    for difference in (weights - truth, weights * (weights - truth)):
        error = difference.std(0) / math.sqrt(len(difference)) + 1e-5
        assert (difference.mean(0).abs() <= 5 * error + NEARLY.get(name, (0, 0))[1]).all()
