"""The best that any method could do with noise, and a network beside it."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core import Dataset, Spec, Trainer, load_dataset
from core.base.generators import Generators
from core.data.noise import NOISES, corrupt
from core.measure import denoising
from core.measure.denoising import Ceiling, affordable_repeats, best_possible, ceiling, denoising_score
from core.measure.metrics import wrong_pixels

FONT = load_dataset("font5x7")
CLEAN = torch.from_numpy(FONT.images.copy()).flatten(1)
REAL = [name for name in NOISES.names() if name != "none"]


def greys(count, side, seed=0):
    images = np.random.default_rng(seed).random((count, side, side), dtype=np.float32)
    return Dataset("greys", images, tuple(map(str, range(count))))


def flat(dataset):
    return torch.from_numpy(dataset.images.copy()).flatten(1)


# -- the best possible answer


def test_that_the_best_possible_is_the_posterior_of_the_hamming_distances():
    level = 0.3
    noisy = corrupt("salt-and-pepper", CLEAN, level, Generators(1))
    odds = (level / 2) / (1 - level / 2)
    for fed, ours in zip(noisy, best_possible(noisy, CLEAN, "salt-and-pepper", level), strict=True):
        weights = [odds ** int((fed != character).sum()) for character in CLEAN]
        mean = sum(w * c for w, c in zip(weights, CLEAN, strict=True)) / sum(weights)
        torch.testing.assert_close(ours, mean, atol=1e-5, rtol=1e-4)


def test_that_no_single_guess_beats_the_best_possible():
    noisy = corrupt("flip", CLEAN.repeat(200, 1), 0.2, Generators(2))
    truth = CLEAN.repeat(200, 1)
    ideal = wrong_pixels(best_possible(noisy, CLEAN, "flip", 0.2), truth).float().mean()
    nearest_character = CLEAN[torch.cdist(noisy, CLEAN, p=1).argmin(1)]
    assert ideal <= wrong_pixels(nearest_character, truth).float().mean()
    assert ideal < wrong_pixels(noisy, truth).float().mean()


def probability(name, level, clean, noisy):
    """Of one pixel of 0 or 1 turning into another, from the noise's definition."""
    same = clean == noisy
    if name == "salt-and-pepper":
        return level / 2 + (1 - level) * same
    if name == "masking":
        return (1 if noisy == 0 else 0) if clean == 0 else (level if noisy == 0 else 1 - level)
    return 1 - level if same else level


@pytest.mark.parametrize("name", ["salt-and-pepper", "masking", "flip"])
@pytest.mark.parametrize("level", [0.1, 0.35])
def test_that_the_best_possible_is_the_posterior_written_as_a_loop(name, level):
    noisy = corrupt(name, CLEAN, level, Generators(4))[::5]
    for fed, ours in zip(noisy, best_possible(noisy, CLEAN, name, level), strict=True):
        likelihoods = [
            np.prod([probability(name, level, c, f) for c, f in zip(each, fed.tolist(), strict=True)])
            for each in CLEAN.tolist()
        ]
        mean = np.average(FONT.images.reshape(32, -1), axis=0, weights=likelihoods)
        np.testing.assert_allclose(ours.numpy(), mean, atol=1e-4)


def test_that_greys_under_normal_noise_are_weighed_by_their_distance():
    """Inside (0, 1), where nothing is cut, the likelihood is that of the normal distribution."""
    level, dataset = 0.1, greys(7, 3)
    clean = flat(dataset)
    noisy = clean * 0.5 + 0.25  # never at an end
    for fed, ours in zip(noisy.double(), best_possible(noisy, clean, "gaussian", level), strict=True):
        weights = [math.exp(-float((fed - each).square().sum()) / (2 * level**2)) for each in clean.double()]
        mean = np.average(clean.numpy(), axis=0, weights=weights)
        np.testing.assert_allclose(ours.numpy(), mean, atol=1e-4)


@pytest.mark.parametrize("name", REAL)
@given(seed=st.integers(0, 99), count=st.integers(1, 12), chunk=st.integers(1, 2000))
def test_that_pieces_give_what_the_whole_gives(name, seed, count, chunk):
    noisy = corrupt(name, CLEAN[:count], 0.3, Generators(seed))
    whole = best_possible(noisy, CLEAN, name, 0.3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(denoising, "CHUNK", chunk)
        pieces = best_possible(noisy, CLEAN, name, 0.3)
    assert pieces.shape == whole.shape == (count, 35)
    torch.testing.assert_close(pieces, whole, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("chunk", [1, 2 * 32 * 35, 3 * 32 * 35 - 1, 10**9])
def test_that_no_piece_compares_more_pixels_than_it_may(chunk, monkeypatch):
    """But for one image with one other."""
    seen = []

    def spy(noise, level, characters, fed):
        seen.append(characters.numel() * len(fed))
        return log_likelihood(noise, level, characters, fed)

    log_likelihood = denoising.log_likelihood
    monkeypatch.setattr(denoising, "log_likelihood", spy)
    monkeypatch.setattr(denoising, "CHUNK", chunk)
    best_possible(CLEAN, CLEAN, "flip", 0.2)
    assert sum(seen) == 32 * 32 * 35
    assert max(seen) <= max(chunk, 35)


@pytest.mark.parametrize("name", NOISES.names())
def test_that_clean_images_answer_themselves(name):
    torch.testing.assert_close(best_possible(CLEAN, CLEAN, name, 0.02), CLEAN, atol=1e-2, rtol=0)


# -- the ceiling


@pytest.mark.parametrize(
    ("level", "figure"), [(0.05, 31.96), (0.1, 31.88), (0.2, 31.38), (0.3, 29.76), (0.4, 26.5)]
)
def test_that_the_ceiling_is_where_the_design_puts_it(level, figure):
    ours = ceiling(FONT, "salt-and-pepper", level)  # the mean of 100 draws of the set
    assert ours.recognised == pytest.approx(figure, abs=0.15 + level)


@pytest.mark.parametrize("name", ["flip", "gaussian"])
def test_that_the_ceiling_is_what_the_best_possible_reaches_in_a_hundred_draws(name):
    chance, level = Generators(5), 0.25
    right, error = [], []
    for _ in range(100):
        ideal = best_possible(corrupt(name, CLEAN, level, chance), CLEAN, name, level)
        right.append(int((wrong_pixels(ideal, CLEAN) <= 1).sum()))
        error.append(float(((ideal - CLEAN) ** 2).mean()))
    ours = ceiling(FONT, name, level, seed=5)
    assert ours.recognised == pytest.approx(np.mean(right))
    assert ours.squared_error == pytest.approx(np.mean(error), rel=1e-4)


@pytest.mark.parametrize("dataset", [FONT, load_dataset("emojis-20"), greys(50, 4)], ids=lambda d: d.name)
def test_that_without_noise_all_comes_back(dataset):
    assert ceiling(dataset, "flip", 0).recognised == dataset.count
    assert ceiling(dataset, "flip", 0).squared_error == pytest.approx(0, abs=1e-6)


class Counting:
    """Stands in for `best_possible`: counts the pixels compared, and answers that all is black."""

    def __init__(self):
        self.work, self.drawn = 0, []

    def __call__(self, noisy, characters, noise, level):
        self.work += len(noisy) * characters.numel()
        self.drawn.append(len(noisy))
        return torch.zeros_like(noisy)


@given(
    count=st.integers(1, 400), side=st.integers(1, 5), affordable=st.sampled_from([1, 500, 20_000, 500_000])
)
def test_that_the_ceiling_costs_no_more_than_is_affordable(count, side, affordable):
    """But for one image, which has to be compared with the whole set; and never over 100 repeats."""
    counting, dataset = Counting(), greys(count, side)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(denoising, "AFFORDABLE", affordable)
        patch.setattr(denoising, "best_possible", counting)
        ceiling(dataset, "flip", 0.1)
    assert counting.work <= max(affordable, count * side**2)
    assert 1 <= len(counting.drawn) <= 100
    assert len(set(counting.drawn)) == 1
    assert counting.work * 4 >= min(affordable, 100 * count**2 * side**2)  # nor far less


def test_that_of_a_set_too_large_evenly_spaced_images_stand_for_all(monkeypatch):
    """A set of which every fourth image is white and the rest black, where black is answered always."""
    images = np.zeros((400, 2, 2), np.float32)
    images[::4] = 1
    dataset = Dataset("fourths", images, tuple(map(str, range(400))))
    counting = Counting()
    monkeypatch.setattr(denoising, "best_possible", counting)
    monkeypatch.setattr(denoising, "AFFORDABLE", 140 * images.size)
    assert ceiling(dataset, "flip", 0) == Ceiling(pytest.approx(299, abs=2), pytest.approx(0.25, abs=0.01))
    assert counting.drawn == [134]  # every third of 400
    monkeypatch.setattr(denoising, "AFFORDABLE", 400 * images.size)
    assert ceiling(dataset, "flip", 0) == Ceiling(300, 0.25)


def test_that_the_ceiling_of_a_thinned_set_is_near_that_of_the_whole(monkeypatch):
    digits = load_dataset("digits")
    dataset = Dataset("some", digits.images[:400].round(), digits.labels[:400])
    noise = ("flip", 0.2)
    monkeypatch.setattr(denoising, "AFFORDABLE", 3 * 400 * dataset.images.size)  # all, three times
    whole = ceiling(dataset, *noise)
    monkeypatch.setattr(denoising, "AFFORDABLE", 100 * dataset.images.size)  # every fourth, once
    thinned = ceiling(dataset, *noise)
    assert 40 < whole.recognised < 360  # the noise does harm, but not all
    deviation = (whole.recognised * (1 - whole.recognised / 400) * 4) ** 0.5
    assert thinned.recognised == pytest.approx(whole.recognised, abs=4 * deviation)
    assert thinned.recognised % 4 == 0  # each stands for four
    assert thinned.squared_error == pytest.approx(whole.squared_error, rel=0.3)


@pytest.mark.parametrize("affordable", [1, 10**7])
def test_that_a_seed_settles_the_ceiling(affordable, monkeypatch):
    monkeypatch.setattr(denoising, "AFFORDABLE", affordable * 10)
    first, second, other = (ceiling(FONT, "flip", 0.3, seed) for seed in (1, 1, 2))
    assert first == second
    assert first.squared_error != other.squared_error


# -- a network beside it


class Idle:
    """A model that does nothing."""

    def reconstruct(self, images):
        return np.array(images)


class Ideal:
    """A model that answers as the posterior does."""

    def __init__(self, name, level):
        self.name, self.level = name, level

    def reconstruct(self, images):
        fed = torch.from_numpy(np.array(images)).flatten(1)
        return best_possible(fed, CLEAN, self.name, self.level).view(-1, 7, 5).numpy()


@pytest.mark.parametrize(("level", "figure"), [(0.2, 31.38), (0.3, 29.76)])
def test_that_a_model_that_answers_ideally_scores_the_ceiling(level, figure):
    repeats = 1000
    score = denoising_score(Ideal("salt-and-pepper", level), FONT, "salt-and-pepper", level, repeats)
    assert score.recognised == score.best_possible_recognised
    assert score.perfect == score.best_possible_perfect
    assert score.squared_error == score.best_possible_squared_error
    share = figure / 32
    deviation = (32 * share * (1 - share) / repeats) ** 0.5
    assert score.recognised == pytest.approx(figure, abs=4 * deviation + 0.005)  # the figure is rounded


def test_that_a_model_that_does_nothing_recognises_what_the_noise_left():
    level, repeats = 0.04, 500
    score = denoising_score(Idle(), FONT, "flip", level, repeats)
    none, one = (1 - level) ** 35, 35 * level * (1 - level) ** 34
    for measured, share in ((score.perfect, none), (score.recognised, none + one)):
        assert measured == pytest.approx(32 * share, abs=5 * (32 * share * (1 - share) / repeats) ** 0.5)
    assert score.squared_error == score.fed_squared_error
    pixels = repeats * 32 * 35
    assert score.fed_squared_error == pytest.approx(level, abs=5 * (level * (1 - level) / pixels) ** 0.5)


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("dataset", [FONT, load_dataset("emojis-20")], ids=lambda each: each.name)
def test_that_every_number_of_a_score_is_what_a_loop_finds(name, dataset):
    level, repeats, seed = 0.2, 3, 7
    model = Trainer(Spec(hidden=(9,), latent=5, epochs=200, learning_rate=0.02), dataset).run().model
    clean, chance = flat(dataset).numpy(), Generators(seed)
    rows = []
    for _ in range(repeats):
        noisy = corrupt(name, torch.from_numpy(clean), level, chance)
        ideal = best_possible(noisy, torch.from_numpy(clean), name, level).numpy()
        answers = model.reconstruct(noisy.numpy().reshape(dataset.images.shape)).reshape(clean.shape)
        row = []
        for outputs in (answers, ideal):
            wrong = [
                sum((a > 0.5) != (b > 0.5) for a, b in zip(*each, strict=True))
                for each in zip(outputs.tolist(), clean.tolist(), strict=True)
            ]
            row += [sum(each <= 1 for each in wrong), sum(each == 0 for each in wrong)]
        row += [np.mean((each.astype(float) - clean) ** 2) for each in (noisy.numpy(), answers, ideal)]
        rows.append(row)
    score = denoising_score(model, dataset, name, level, repeats, seed)
    ours = [
        score.recognised, score.perfect, score.best_possible_recognised, score.best_possible_perfect,
        score.fed_squared_error, score.squared_error, score.best_possible_squared_error,
    ]  # fmt: skip
    np.testing.assert_allclose(ours, np.mean(rows, 0), rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("name", REAL)
def test_that_the_best_possible_has_the_least_squared_error(name):
    score = denoising_score(Idle(), FONT, name, 0.2, 50)
    assert score.best_possible_squared_error < 0.5 * score.fed_squared_error


@given(st.integers(1, 3000), st.integers(1, 30))
def test_that_repeats_are_a_hundred_of_a_small_set_and_fewer_of_a_large_one(count, side):
    dataset = Dataset("black", np.zeros((count, side, side), np.float32), ("x",) * count)
    repeats, once = affordable_repeats(dataset), count**2 * side**2
    assert 1 <= repeats <= 100
    assert repeats * once <= max(once, 100 * denoising.AFFORDABLE)
    assert repeats == 100 or (repeats + 1) * once > 100 * denoising.AFFORDABLE
