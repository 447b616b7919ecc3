import numpy as np
import pytest
import torch

from core.datasets import load_dataset
from core.metrics import (
    Score,
    best_possible,
    best_possible_recognised,
    denoising_score,
    nearest,
    wrong_pixels,
)
from core.noise import corrupt

FONT = load_dataset("font5x7")
CLEAN = torch.from_numpy(FONT.images.copy()).flatten(1)


def test_that_the_best_possible_is_the_posterior_of_the_hamming_distances():
    level = 0.3
    noisy = corrupt("salt-and-pepper", CLEAN, level, torch.Generator().manual_seed(1))
    odds = (level / 2) / (1 - level / 2)
    for fed, ours in zip(noisy, best_possible(noisy, CLEAN, "salt-and-pepper", level), strict=True):
        weights = [odds ** int((fed != character).sum()) for character in CLEAN]
        mean = sum(w * c for w, c in zip(weights, CLEAN, strict=True)) / sum(weights)
        torch.testing.assert_close(ours, mean, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize(
    ("level", "figure"), [(0.05, 31.96), (0.1, 31.88), (0.2, 31.38), (0.3, 29.76), (0.4, 26.5)]
)
def test_that_the_ceiling_is_where_the_design_puts_it(level, figure):
    ours = best_possible_recognised(FONT, "salt-and-pepper", level)  # the mean of 100 draws of the set
    assert ours == pytest.approx(figure, abs=0.15 + level)


def test_that_no_single_guess_beats_the_best_possible():
    generator = torch.Generator().manual_seed(2)
    noisy = corrupt("flip", CLEAN.repeat(200, 1), 0.2, generator)
    truth = CLEAN.repeat(200, 1)
    ideal = wrong_pixels(best_possible(noisy, CLEAN, "flip", 0.2), truth).float().mean()
    nearest_character = CLEAN[torch.cdist(noisy, CLEAN, p=1).argmin(1)]
    assert ideal <= wrong_pixels(nearest_character, truth).float().mean()
    assert ideal < wrong_pixels(noisy, truth).float().mean()


def test_that_a_character_is_recognised_with_one_wrong_pixel_and_perfect_with_none():
    outputs = CLEAN.clone()
    outputs[3, 0] = 1 - outputs[3, 0]
    outputs[4, :2] = 1 - outputs[4, :2]
    score = Score(wrong_pixels(outputs, CLEAN)[None])
    assert (int(score.wrong_pixels), int(score.recognised), int(score.perfect)) == (3, 31, 30)


def test_that_the_nearest_image_differs_least():
    image = FONT.images[12].copy()
    image[0, 0] = 1 - image[0, 0]
    assert nearest(image, FONT.images) == (12, 1)
    counts = [int(((FONT.images[i] > 0.5) != (image > 0.5)).sum()) for i in range(32)]
    assert np.argmin(counts) == 12


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
    noisy = corrupt(name, CLEAN, level, torch.Generator().manual_seed(4))[::5]
    for fed, ours in zip(noisy, best_possible(noisy, CLEAN, name, level), strict=True):
        likelihoods = [
            np.prod([probability(name, level, c, f) for c, f in zip(each, fed.tolist(), strict=True)])
            for each in CLEAN.tolist()
        ]
        mean = np.average(FONT.images.reshape(32, -1), axis=0, weights=likelihoods)
        np.testing.assert_allclose(ours.numpy(), mean, atol=1e-4)


class Ideal:
    """A model that answers as the posterior does."""

    def __init__(self, name, level):
        self.name, self.level = name, level

    def reconstruct(self, images):
        flat = torch.from_numpy(np.array(images)).flatten(1)
        return best_possible(flat, CLEAN, self.name, self.level).view(-1, 7, 5).numpy()


@pytest.mark.parametrize(("level", "figure"), [(0.2, 31.38), (0.3, 29.76)])
def test_that_a_model_that_answers_ideally_scores_the_ceiling(level, figure):
    repeats = 1000
    score = denoising_score(Ideal("salt-and-pepper", level), FONT, "salt-and-pepper", level, repeats)
    assert score.recognised == score.best_possible_recognised
    assert score.perfect == score.best_possible_perfect
    share = figure / 32
    deviation = (32 * share * (1 - share) / repeats) ** 0.5
    assert score.recognised == pytest.approx(figure, abs=4 * deviation + 0.005)  # the figure is rounded


def test_that_a_model_that_does_nothing_recognises_what_the_noise_left():
    class Idle:
        def reconstruct(self, images):
            return np.array(images)

    level, repeats = 0.04, 500
    score = denoising_score(Idle(), FONT, "flip", level, repeats)
    none, one = (1 - level) ** 35, 35 * level * (1 - level) ** 34
    for measured, share in ((score.perfect, none), (score.recognised, none + one)):
        assert measured == pytest.approx(32 * share, abs=5 * (32 * share * (1 - share) / repeats) ** 0.5)


def test_that_a_pixel_is_on_above_one_half_only():
    outputs = torch.tensor([0.5, np.nextafter(np.float32(0.5), np.float32(1)), 0.0])
    assert int(wrong_pixels(outputs, torch.tensor([0.0, 1.0, 0.0]))) == 0
