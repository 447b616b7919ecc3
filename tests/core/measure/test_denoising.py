"""The best that any method could do with noise, and a network beside it."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core import Dataset, Spec, Trainer, load_dataset
from core.base.generators import Generators
from core.data.datasets import DATASETS
from core.data.noise import NOISES, Noise, corrupt
from core.measure import denoising
from core.measure.answers import Known, likelier_pixels
from core.measure.denoising import affordable_repeats, best_possible, ceiling, denoising_score, posterior

FONT = load_dataset("font5x7")
CLEAN = torch.from_numpy(FONT.images.copy()).flatten(1)
SHAPE = FONT.shape
ORDERED = torch.unique(CLEAN, dim=0)  # of equally likely characters the first of these is answered
REAL = [name for name in NOISES.names() if name != "none"]
BEST = ("wrong_pixels", "squared_error", "recognised", "perfect")


def greys(count, side, seed=0):
    images = np.random.default_rng(seed).random((count, side, side), dtype=np.float32)
    return Dataset("greys", images, tuple(map(str, range(count))))


def wrong_pixels(outputs, images):
    """Of every output (..., D)."""
    return ((outputs > 0.5) != (images > 0.5)).sum(-1)


def flat(dataset):
    return torch.from_numpy(dataset.images.copy()).flatten(1)


# -- the best possible answer


def test_that_the_best_possible_is_the_posterior_of_the_hamming_distances():
    level = 0.3
    noisy = corrupt("salt-and-pepper", CLEAN, level, Generators(1), SHAPE)
    odds = (level / 2) / (1 - level / 2)
    for fed, ours in zip(noisy, best_possible(noisy, CLEAN, "salt-and-pepper", level, SHAPE), strict=True):
        weights = [odds ** int((fed != character).sum()) for character in CLEAN]
        mean = sum(w * c for w, c in zip(weights, CLEAN, strict=True)) / sum(weights)
        torch.testing.assert_close(ours, mean, atol=1e-5, rtol=1e-4)


def test_that_no_single_guess_beats_the_best_possible():
    noisy = corrupt("flip", CLEAN.repeat(200, 1), 0.2, Generators(2), SHAPE)
    truth = CLEAN.repeat(200, 1)
    ideal = wrong_pixels(best_possible(noisy, CLEAN, "flip", 0.2, SHAPE), truth).float().mean()
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
    noisy = corrupt(name, CLEAN, level, Generators(4), SHAPE)[::5]
    for fed, ours in zip(noisy, best_possible(noisy, CLEAN, name, level, SHAPE), strict=True):
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
    for fed, ours in zip(noisy.double(), best_possible(noisy, clean, "gaussian", level, (3, 3)), strict=True):
        weights = [math.exp(-float((fed - each).square().sum()) / (2 * level**2)) for each in clean.double()]
        mean = np.average(clean.numpy(), axis=0, weights=weights)
        np.testing.assert_allclose(ours.numpy(), mean, atol=1e-4)


@pytest.mark.parametrize("name", REAL)
@given(seed=st.integers(0, 99), count=st.integers(1, 12), chunk=st.integers(1, 2000))
@settings(max_examples=10)  # of each noise; small pieces take long
def test_that_pieces_give_what_the_whole_gives(name, seed, count, chunk):
    noisy = corrupt(name, CLEAN[:count], 0.3, Generators(seed), SHAPE)
    whole = best_possible(noisy, CLEAN, name, 0.3, SHAPE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(denoising, "CHUNK", chunk)
        pieces = best_possible(noisy, CLEAN, name, 0.3, SHAPE)
    assert pieces.shape == whole.shape == (count, 35)
    torch.testing.assert_close(pieces, whole, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("chunk", [1, 2 * 32 * 35, 3 * 32 * 35 - 1, 10**9])
def test_that_no_piece_compares_more_pixels_than_it_may(chunk, monkeypatch):
    """But for one image with one other."""
    seen = []

    def spy(clean, noisy, level, shape):
        seen.append(clean.numel() * len(noisy))
        return NOISES["flip"].log_likelihood(clean, noisy, level, shape)

    monkeypatch.setattr(denoising, "NOISES", {"flip": replace(NOISES["flip"], log_likelihood=spy)})
    monkeypatch.setattr(denoising, "CHUNK", chunk)
    best_possible(CLEAN, CLEAN, "flip", 0.2, SHAPE)
    assert sum(seen) == 32 * 32 * 35
    assert max(seen) <= max(chunk, 35)


@pytest.mark.parametrize("name", NOISES.names())
def test_that_clean_images_answer_themselves(name):
    torch.testing.assert_close(best_possible(CLEAN, CLEAN, name, 0.02, SHAPE), CLEAN, atol=1e-2, rtol=0)


# -- the ceiling


LEVELS = (0.05, 0.1, 0.2, 0.3, 0.4)
THRESHOLDED = (31.96, 31.88, 31.38, 29.76, 26.5)
"""Characters that the likelier value of every pixel recognises, under salt and pepper of these levels."""
RECOGNISED = (31.99, 31.94, 31.57, 30.38, 27.68)
"""Characters that the answer made for this recognises: 1,000 draws of the set for each level."""


def of_answer(answer, name, level, repeats=300):
    """Means over repeats of characters recognised and perfect, and of the squared error, by an answer."""
    known, generators, rows = Known(CLEAN), Generators(9), []
    for _ in range(repeats):
        noisy = corrupt(name, CLEAN, level, generators, SHAPE)
        outputs = answer(known, posterior(noisy, CLEAN, name, level, SHAPE))
        wrong = wrong_pixels(outputs, CLEAN)
        rows.append(
            [int((wrong <= 1).sum()), int((wrong == 0).sum()), float((outputs - CLEAN).square().mean())]
        )
    return np.mean(rows, 0)


@pytest.mark.parametrize(("level", "figure"), list(zip(LEVELS, THRESHOLDED, strict=True)))
def test_that_the_likelier_pixels_recognise_what_the_design_says(level, figure):
    recognised, _, _ = of_answer(likelier_pixels, "salt-and-pepper", level)
    assert recognised == pytest.approx(figure, abs=0.1 + level / 2)


@pytest.mark.parametrize(
    ("level", "figure", "thresholded"), list(zip(LEVELS, RECOGNISED, THRESHOLDED, strict=True))
)
def test_that_the_ceiling_is_where_it_was_measured_and_not_below_the_likelier_pixels(
    level, figure, thresholded
):
    ours = ceiling(FONT, "salt-and-pepper", level)  # the mean of 100 draws of the set
    assert ours.recognised == pytest.approx(figure, abs=0.15 + level)
    same_noise = of_answer(likelier_pixels, "salt-and-pepper", level)[0]
    assert figure >= thresholded
    assert ours.recognised >= same_noise - 4 * (32 * (1 - figure / 32) / 100) ** 0.5 - 0.05


@pytest.mark.parametrize("name", ["flip", "gaussian"])
def test_that_the_ceiling_is_what_the_best_possible_reaches_in_a_hundred_draws(name):
    generators, level = Generators(5), 0.25
    rows = []
    for _ in range(100):
        noisy = corrupt(name, CLEAN, level, generators, SHAPE)
        ideal = best_possible(noisy, CLEAN, name, level, SHAPE)
        likely = ORDERED[posterior(noisy, ORDERED, name, level, SHAPE).argmax(1)]
        perfect = int((wrong_pixels(likely, CLEAN) == 0).sum())
        rows.append([int(wrong_pixels(ideal, CLEAN).sum()), float(((ideal - CLEAN) ** 2).mean()), perfect])
    ours = ceiling(FONT, name, level, seed=5)
    found = [ours.wrong_pixels, ours.squared_error, ours.perfect]
    np.testing.assert_allclose(found, np.mean(rows, 0), rtol=1e-4)


def dark(x, level, generators, shape):
    """A noise of one's own: the image goes black as a whole, or stays."""
    return x * (generators.uniform((*x.shape[:-1], 1), x.dtype) >= level)


def dark_likelihood(clean, noisy, level, shape):
    stays, goes = ((clean == noisy).all(-1), (noisy == 0).all(-1))
    return (stays * (1 - level) + goes * level).clamp(min=1e-30).log()


def test_that_a_noise_of_ones_own_is_complete_by_its_record(monkeypatch):
    """A quarter of 32 characters goes black: then one of them is guessed, or their mean is answered."""
    monkeypatch.setattr(NOISES, "_records", NOISES._records.copy())
    NOISES.add(Noise("dark", "Dark", "All goes black.", dark, dark_likelihood))
    ours, level = ceiling(FONT, "dark", 0.25), 0.25
    deviation = (32 * level * (1 - level) / 100) ** 0.5
    assert ours.perfect == pytest.approx(32 * (1 - level) + level, abs=4 * deviation)
    assert ours.squared_error == pytest.approx(level * float(CLEAN.var(0, correction=0).mean()), rel=0.2)
    assert ceiling(FONT, "dark", 0.0).perfect == 32
    score = denoising_score(Idle(), FONT, "dark", 0.25, 50)
    assert 32 * (1 - level) - 3 < score.perfect < score.best_possible_perfect


@pytest.mark.parametrize("dataset", [FONT, load_dataset("emojis-20"), greys(50, 4)], ids=lambda d: d.name)
def test_that_without_noise_all_comes_back(dataset):
    assert ceiling(dataset, "flip", 0).recognised == dataset.count
    assert ceiling(dataset, "flip", 0).squared_error == pytest.approx(0, abs=1e-6)


class Counting:
    """Stands in for `posterior`: counts the pixels compared, and makes every answer black."""

    def __init__(self):
        self.work, self.drawn = 0, []

    def __call__(self, noisy, images, noise, level, shape, on_progress=None):
        self.work += len(noisy) * images.numel() * NOISES[noise].cost(level, shape)
        self.drawn.append(len(noisy))
        return torch.zeros(len(noisy), len(images))


@pytest.mark.parametrize("name", ["flip", "block", "shift"])
@given(
    count=st.integers(1, 400), side=st.integers(1, 5), affordable=st.sampled_from([1, 500, 20_000, 500_000])
)
def test_that_the_ceiling_costs_no_more_than_is_affordable(name, count, side, affordable):
    """And never over 100 repeats. Where that is too little for 32 images, or for the set, there is none."""
    counting, dataset = Counting(), greys(count, side)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(denoising, "AFFORDABLE", affordable)
        patch.setattr(denoising, "posterior", counting)
        found = ceiling(dataset, name, 0.3)
    cost = NOISES[name].cost(0.3, dataset.shape)
    if affordable < min(32, count) * count * side**2 * cost:
        assert (found, counting.drawn) == (None, [])
        return
    assert counting.work <= affordable
    assert 1 <= len(counting.drawn) <= 100
    assert len(set(counting.drawn)) == 1
    assert counting.work * 4 >= min(affordable, 100 * count**2 * side**2 * cost)  # nor far less


@pytest.mark.parametrize(
    ("name", "level", "known"), [("shift", 0.3, False), ("shift", 0.0, True), ("flip", 0.3, True)]
)
def test_that_a_noise_too_costly_for_a_set_has_no_ceiling_rather_than_that_of_one_image(name, level, known):
    assert (ceiling(load_dataset("emojis"), name, level) is not None) == known


def test_that_of_a_set_too_large_evenly_spaced_images_stand_for_all(monkeypatch):
    """A set of which every fourth image is white and the rest black, where black is answered always."""
    images = np.zeros((400, 2, 2), np.float32)
    images[::4] = 1
    dataset = Dataset("fourths", images, tuple(map(str, range(400))))
    counting = Counting()
    monkeypatch.setattr(denoising, "posterior", counting)
    monkeypatch.setattr(denoising, "AFFORDABLE", 140 * images.size)
    thinned = ceiling(dataset, "flip", 0)
    assert (thinned.recognised, thinned.perfect) == (pytest.approx(299, abs=2), pytest.approx(299, abs=2))
    assert thinned.wrong_pixels == pytest.approx(404, abs=8)
    assert thinned.squared_error == pytest.approx(0.25, abs=0.01)
    assert counting.drawn == [134]  # every third of 400
    monkeypatch.setattr(denoising, "AFFORDABLE", 400 * images.size)
    whole = ceiling(dataset, "flip", 0)
    assert [getattr(whole, name) for name in BEST] == [400, 0.25, 300, 300]


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


@pytest.mark.parametrize("affordable", [32 * CLEAN.numel(), 10**8])
def test_that_a_seed_settles_the_ceiling(affordable, monkeypatch):
    monkeypatch.setattr(denoising, "AFFORDABLE", affordable)
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
        return best_possible(fed, CLEAN, self.name, self.level, SHAPE).view(-1, 7, 5).numpy()


@pytest.mark.parametrize(("level", "figure"), [(0.2, 31.38), (0.3, 29.76)])
def test_that_a_model_that_answers_by_pixels_scores_the_ceiling_of_pixels(level, figure):
    repeats = 1000
    score = denoising_score(Ideal("salt-and-pepper", level), FONT, "salt-and-pepper", level, repeats)
    assert score.wrong_pixels == score.best_possible_wrong_pixels
    assert score.squared_error == score.best_possible_squared_error
    assert score.recognised <= score.best_possible_recognised + 0.01  # but for noise: it is made for pixels
    assert score.perfect <= score.best_possible_perfect + 0.01
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


def best_by_hand(weights, images):
    """The four best answers to every noisy image, from the weights (K, N) of the images (N, D)."""
    lit = images > 0.5
    patterns = np.array(sorted(set(map(tuple, lit))))  # of equals the first is answered
    alike = (lit[:, None] == patterns).all(-1).astype(float)  # (N, U)
    around = [patterns]
    for pixel in range(images.shape[1] if len(patterns) * images.shape[1] < 2000 else 0):
        neighbours = patterns.copy()
        neighbours[:, pixel] = ~neighbours[:, pixel]
        around.append(neighbours)
    candidates = np.concatenate(around)
    near = (candidates[:, None] != patterns).sum(-1) <= 1  # (C, U)
    return {
        "wrong_pixels": weights @ lit > 0.5,
        "squared_error": weights @ images,
        "perfect": patterns[(weights @ alike).argmax(1)],
        "recognised": candidates[(weights @ alike @ near.T).argmax(1)],
    }


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("dataset", [FONT, load_dataset("emojis-20")], ids=lambda dataset: dataset.name)
def test_that_every_number_of_a_score_is_what_a_loop_finds(name, dataset):
    level, repeats, seed = 0.2, 3, 7
    model = Trainer(Spec(hidden=(9,), latent=5, epochs=200, learning_rate=0.02), dataset).run().model
    clean, generators, shape = flat(dataset).numpy(), Generators(seed), dataset.shape
    rows = []
    for _ in range(repeats):
        noisy = corrupt(name, torch.from_numpy(clean), level, generators, shape)
        weights = posterior(noisy, torch.from_numpy(clean), name, level, shape).double().numpy()
        answers = model.reconstruct(noisy.numpy().reshape(dataset.images.shape)).reshape(clean.shape)
        row = {"fed_squared_error": np.mean((noisy.numpy().astype(float) - clean) ** 2)}
        for prefix, of in (
            ("", dict.fromkeys(BEST, answers)),
            ("best_possible_", best_by_hand(weights, clean)),
        ):
            wrong = {measure: ((of[measure] > 0.5) != (clean > 0.5)).sum(1) for measure in BEST}
            row[f"{prefix}wrong_pixels"] = wrong["wrong_pixels"].sum()
            row[f"{prefix}recognised"] = (wrong["recognised"] <= 1).sum()
            row[f"{prefix}perfect"] = (wrong["perfect"] == 0).sum()
            row[f"{prefix}squared_error"] = np.mean((of["squared_error"].astype(float) - clean) ** 2)
        rows.append(row)
    score = denoising_score(model, dataset, name, level, repeats, seed).to_dict()
    assert score.pop("measured") == dataset.count
    assert score.keys() == rows[0].keys()
    for key, value in score.items():
        loose = 1 / repeats if key == "best_possible_recognised" else 0  # of equals another may be answered
        assert value == pytest.approx(np.mean([row[key] for row in rows]), rel=1e-4, abs=1e-7 + loose), key


@pytest.mark.parametrize("name", REAL)
def test_that_the_best_possible_has_the_least_squared_error(name):
    score = denoising_score(Idle(), FONT, name, 0.2, 50)
    assert score.best_possible_squared_error < 0.5 * score.fed_squared_error


@pytest.mark.parametrize("name", ["flip", "shift"])
@given(count=st.integers(1, 3000), side=st.integers(1, 30))
def test_that_repeats_are_a_hundred_of_a_small_set_and_fewer_of_a_large_one(name, count, side):
    """As many as cost no more than is affordable, which one repeat never does (but for a single image)."""
    dataset = Dataset("black", np.zeros((count, side, side), np.float32), ("x",) * count)
    repeats = affordable_repeats(dataset, name, 0.2)
    image, counting = count * side**2 * NOISES[name].cost(0.2, dataset.shape), Counting()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(denoising, "posterior", counting)
        patch.setattr(denoising, "_best", dict)  # nothing is judged
        denoising_score(Idle(), dataset, name, 0.2, 1)
    once, most = counting.work, 100 * denoising.AFFORDABLE
    assert 1 <= repeats <= 100
    assert repeats * once <= max(image, most)
    assert repeats == 100 or (repeats + 1) * once > most
    assert 4 * once >= min(most, min(count, 2048) * image)  # nor are far fewer images measured


@pytest.mark.parametrize("name", [name for name in NOISES.names() if NOISES[name].cost(0.3, (8, 8)) == 1])
@pytest.mark.parametrize("dataset", DATASETS.names())
def test_that_all_images_of_a_built_in_set_are_measured_under_a_noise_that_costs_no_more_than_any(
    name, dataset
):
    built_in, counting = load_dataset(dataset), Counting()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(denoising, "posterior", counting)
        patch.setattr(denoising, "_best", dict)
        denoising_score(Idle(), built_in, name, 0.3, 1)
    assert counting.drawn == [built_in.count]


def test_that_a_score_of_which_one_repeat_would_take_too_long_counts_evenly_spaced_images(monkeypatch):
    """Every third image stands for three; the network's answer is the noisy image."""
    images = np.zeros((90, 1, 2), np.float32)
    images[::3, 0, 0] = 1
    dataset, model = Dataset("thirds", images, ("x",) * 90), Idle()
    assert denoising_score(model, dataset, "flip", 0.0, 1).perfect == 90
    monkeypatch.setattr(denoising, "AFFORDABLE", 30 * images.size // 100)
    monkeypatch.setattr(model, "reconstruct", lambda fed: np.full_like(fed, 0.25), raising=False)
    score = denoising_score(model, dataset, "flip", 0.0, 1)
    assert (score.wrong_pixels, score.perfect, score.best_possible_perfect) == (90, 0, 90)


def test_that_a_score_never_counts_more_images_than_there_are(monkeypatch):
    """A journal would refuse its own row: 187 / 38 * 38 is a little more than 187."""
    dataset = Dataset("many", np.zeros((187, 1, 2), np.float32), ("x",) * 187)
    monkeypatch.setattr(denoising, "AFFORDABLE", 40 * dataset.images.size // 100)
    score = denoising_score(Idle(), dataset, "flip", 0.0, 1)
    assert (score.measured, score.perfect, score.best_possible_recognised) == (38, 187, 187)


@pytest.mark.parametrize("repeats", [1, 3])
def test_that_a_score_tells_how_far_it_is_within_a_repeat_as_well(monkeypatch, repeats):
    monkeypatch.setattr(denoising, "CHUNK", 10_000)
    trainer, shares = Trainer(Spec(epochs=1)), []
    score = denoising_score(trainer.model, trainer.dataset, "flip", 0.1, repeats, on_progress=shares.append)
    assert shares == sorted(set(shares))
    assert len(shares) > 3 * repeats
    assert shares[-1] == 1
    assert score == denoising_score(trainer.model, trainer.dataset, "flip", 0.1, repeats)


def test_that_a_ceiling_counts_as_many_images_as_it_is_asked_of():
    font = load_dataset("font5x7")
    whole, some = (ceiling(font, "flip", 0.05, counted=counted) for counted in (None, 8))
    assert some.recognised == pytest.approx(whole.recognised / 4)
    assert some.squared_error == whole.squared_error
