"""The experiments by name: what they are, and that each shows what its sentence says, by a number."""

from dataclasses import replace

import numpy as np
import pytest

from core import Dataset, Trainer, load_dataset, preset
from core.base.registry import UnknownName
from core.base.words import LANGUAGES, in_language, one_line
from core.experiment.presets import presets
from core.measure.denoising import denoising_score
from core.measure.latent import prior_draws
from core.measure.similarity import nearest
from core.nn.network import widths
from core.train.report import report

LAYERS = {
    "font-autoencoder": (35, 10, 2, 10, 35),
    "font-autoencoder-slides": (35, 10, 2, 10, 35),
    "font-denoiser": (35, 128, 32, 128, 35),
    "font-denoiser-slides": (35, 15, 2, 15, 35),
    "font-deep": (35, 32, 16, 8, 2, 8, 16, 32, 35),
    "font-sparse": (35, 64, 35),
    "font-contractive": (35, 32, 8, 32, 35),
    "font-vae": (35, 64, 32, 2, 32, 64, 35),
    "font-wae": (35, 64, 32, 2, 32, 64, 35),
    "emoji-vae": (400, 300, 200, 100, 20, 100, 200, 300, 400),
    "emoji-vae-slides-1": (400, 50, 10, 50, 400),
    "emoji-vae-slides-2": (400, 258, 126, 2, 126, 258, 400),
    "emoji-vae-slides-3": (400, 300, 200, 20, 200, 300, 400),
    "digits-vae": (64, 128, 64, 2, 64, 128, 64),
    "digits-denoiser": (64, 256, 64, 256, 64),
}
VARIATIONAL = {name for name in LAYERS if "vae" in name}
SLIDES = [name for name in LAYERS if "slides" in name]


def reached(name, **fields):
    return report(Trainer(replace(preset(name), **fields)).run())


# -- what they are


def test_that_a_preset_once_released_stays_in_its_place():
    assert [named.name for named in presets()] == list(LAYERS)


def test_that_a_name_leads_to_its_spec():
    for named in presets():
        assert preset(named.name) == named.spec


def test_that_every_preset_has_a_label_and_a_sentence_in_both_languages():
    assert len({named.label for named in presets()}) == len(presets())
    for named in presets():
        for lesson in (named.lesson, in_language("es", named.lesson)):
            assert lesson.endswith(".")
            assert lesson == one_line(lesson)
            assert lesson[0].isupper() or lesson[0].isdigit()
    lessons = {in_language(language, named.lesson) for named in presets() for language in LANGUAGES}
    assert len(lessons) == 2 * len(LAYERS)


def test_that_an_unknown_preset_is_refused_with_the_known_ones():
    with pytest.raises(UnknownName, match=r"font-denoiser.*digits-vae"):
        preset("nonsense")


@pytest.mark.parametrize("name", LAYERS)
def test_that_a_preset_has_the_layers_of_the_study(name):
    spec = preset(name)
    assert widths(spec, load_dataset(spec.dataset).pixels) == LAYERS[name]
    assert spec.variational == (name in VARIATIONAL)
    assert spec.noisy == ("denoiser" in name)
    assert spec.dataset.startswith(
        {"font": "font5x7", "emoji": "emojis", "digits": "digits"}[name.split("-")[0]]
    )
    assert (spec.seed, spec.replicas) == (0, 1)


@pytest.mark.parametrize("name", SLIDES)
def test_that_the_slides_trained_online_in_a_fixed_order(name):
    spec = preset(name)
    assert (spec.batch_size, spec.shuffle, spec.loss, spec.reduction, spec.gain, spec.optimizer) == (
        1, False, "half-squared-error", "sum", 1.0, "adam",
    )  # fmt: skip
    assert spec.output == ("tanh" if "font" in name else "sigmoid")


@pytest.mark.parametrize(
    ("name", "dataset", "count", "rate"),
    [
        ("emoji-vae-slides-1", "emojis-20", 20, 0.01),
        ("emoji-vae-slides-2", "emojis-20", 20, 0.01),
        ("emoji-vae-slides-3", "emojis-55", 55, 0.001),
    ],
)
def test_that_the_slides_attempts_differ_as_their_sentences_say(name, dataset, count, rate):
    spec = preset(name)
    assert (spec.dataset, load_dataset(dataset).count, spec.learning_rate) == (dataset, count, rate)
    assert (spec.activation, spec.beta, spec.kl_reduction, spec.kl_warmup) == ("relu", 1, "mean", 0)


# -- what they show


def test_that_one_of_eight_runs_of_our_font_autoencoder_leaves_no_wrong_pixel():
    """Half of the preset's epochs, side by side; eight seeds in a row fail less than once in a million."""
    trainer = Trainer(replace(preset("font-autoencoder"), epochs=5000, replicas=8)).run()
    assert min(trainer.snapshot(replica).wrong_pixels for replica in range(8)) == 0


@pytest.mark.slow
def test_that_three_hidden_layers_tell_all_characters_apart_and_one_does_not():
    assert reached("font-deep").recognised == 32
    trainer = Trainer(replace(preset("font-deep"), hidden=(10,), replicas=8)).run()
    assert 20 <= np.mean([trainer.snapshot(replica).recognised for replica in range(8)]) <= 25


@pytest.mark.slow
def test_that_a_sparse_code_is_quiet_at_no_cost():
    """Beside the same network without the penalty."""
    sparse, plain = reached("font-sparse"), reached("font-sparse", sparsity="none")
    assert (sparse.recognised, plain.recognised) == (32, 32)
    assert sparse.mean_activity <= plain.mean_activity / 4


@pytest.mark.slow
def test_that_a_contractive_code_hardly_moves_at_no_cost():
    """Beside the same network without the penalty, both with half the epochs."""
    contractive, plain = (
        reached("font-contractive", epochs=1500, contraction=weight) for weight in (0.1, 0.0)
    )
    assert preset("font-contractive").contraction == 0.1
    assert (contractive.recognised, plain.recognised) == (32, 32)
    assert contractive.slope <= plain.slope / 10


@pytest.mark.slow
def test_that_the_variational_font_is_perfect_and_its_prior_is_full_of_characters():
    """Draws of the prior differ from some character in one pixel or two, and every character is drawn."""
    trainer = Trainer(preset("font-vae")).run()
    ours = report(trainer)
    assert (ours.wrong_pixels, ours.active_units, ours.collapsed) == (0, 2, False)
    np.testing.assert_allclose(trainer.model.encode(trainer.dataset.images).std(0), 1, atol=0.25)
    likes = [nearest(image, trainer.dataset) for image in trainer.model.decode(prior_draws(500, 2, 0))]
    assert np.mean([like.differing for like in likes]) < 2
    assert len({like.index for like in likes}) >= 30


def drawn_from_the_prior(trainer):
    """Pixels in which 200 draws differ from their nearest character, on average, and characters drawn."""
    likes = [nearest(image, trainer.dataset) for image in trainer.model.decode(prior_draws(200, 2, 0))]
    return np.mean([like.differing for like in likes]), len({like.index for like in likes})


@pytest.mark.slow
def test_that_the_wasserstein_font_is_perfect_its_codes_are_the_priors_and_its_draws_are_letters():
    """Beside the same network without the penalty, whose codes lie anywhere."""
    trainer = Trainer(preset("font-wae")).run()
    assert trainer.snapshot().wrong_pixels == 0
    codes = trainer.snapshot().codes
    np.testing.assert_allclose(codes.mean(0), 0, atol=0.1)
    np.testing.assert_allclose(np.cov(codes.T, bias=True), np.eye(2), atol=0.15)
    distance, characters = drawn_from_the_prior(trainer)
    assert distance < 2
    assert characters >= 28
    plain = Trainer(replace(preset("font-wae"), penalty="none", epochs=1000)).run()
    assert np.abs(plain.snapshot().codes).max() > 5
    assert drawn_from_the_prior(plain)[1] < 20


def test_that_the_slides_first_attempt_mostly_collapses():
    """A twentieth of its epochs, five seeds: some 8 in 10 collapse, as the preset's own does."""
    trainer = Trainer(replace(preset("emoji-vae-slides-1"), epochs=150, replicas=5)).run()
    reports = [report(trainer, replica) for replica in range(5)]
    assert reports[0].collapsed
    assert sum(seen.collapsed for seen in reports) >= 3
    assert sum(seen.active_units == 0 for seen in reports) >= 2


def test_that_the_slides_second_attempt_collapses_to_the_mean_image():
    trainer = Trainer(replace(preset("emoji-vae-slides-2"), epochs=60)).run()
    shown = report(trainer)
    assert (shown.collapsed, shown.active_units) == (True, 0)
    images = trainer.dataset.images
    mean = np.broadcast_to(images.mean(0), images.shape)
    assert shown.squared_error == pytest.approx(float(np.square(images - mean).mean()), rel=0.05)


def test_that_our_emojis_keep_their_code_alive():
    """A twentieth of the epochs, at the full weight of the KL."""
    ours = reached("emoji-vae", epochs=150, kl_warmup=100)
    assert not ours.collapsed
    assert ours.active_units >= 15


def test_that_equal_digits_lie_together():
    """A third of the epochs; by chance one in ten would."""
    assert reached("digits-vae", epochs=30, kl_warmup=6).label_agreement > 0.45


def test_that_the_digits_denoiser_halves_the_error_of_what_it_is_fed():
    """An eighth of the epochs."""
    trainer = Trainer(replace(preset("digits-denoiser"), epochs=20)).run()
    spec, digits = trainer.spec, trainer.dataset
    some = Dataset("some", digits.images[:200], digits.labels[:200])
    score = denoising_score(trainer.model, some, spec.noise, spec.noise_level, 3)
    assert score.best_possible_squared_error < score.squared_error <= score.fed_squared_error / 2
