"""What it takes to add a metric: one record. Then it is measured, drawn, reported and named everywhere."""

import pytest

from core import Spec, Trainer, load_dataset, load_run, save_run
from core.measure.answers import mean
from core.measure.denoising import ceiling, denoising_score
from core.measure.metrics import METRICS, Best, Metric
from core.studies.groups import groups, run_group
from core.studies.measures import measure_words, measures
from core.studies.study import TEST_NOISE, Axis, Study
from core.train.report import report

SMALL = Spec(hidden=(4,), latent=2, epochs=3, noise="flip", noise_level=0.1)


def light(compared):
    """How much lighter or darker the outputs are than the images."""
    return (compared.outputs - compared.images).mean((1, 2)).abs()


LIGHT = Metric(
    "light", "light", "How much lighter or darker the outputs are on average.", "of white", "lower", "error",
    lambda evaluation: light(evaluation.clean), plot=lambda spec, dataset: "upper", best=Best(mean, light),
)  # fmt: skip


@pytest.fixture
def added(monkeypatch):
    monkeypatch.setattr(METRICS, "_records", METRICS._records.copy())
    return METRICS.add(LIGHT)


@pytest.fixture
def trainer(added):
    return Trainer(SMALL).run()


def difference(trainer):
    images = trainer.dataset.images
    return abs(float((trainer.model.reconstruct(images).astype(float) - images).mean()))


def test_that_it_has_a_curve(trainer):
    curves = trainer.history.curves()
    assert curves.values["light"].shape == (4, 1)
    assert curves.values["light"][-1, 0] == pytest.approx(difference(trainer), abs=1e-6)


def test_that_it_stands_in_the_report(trainer):
    assert report(trainer).to_dict()["light"] == pytest.approx(difference(trainer), abs=1e-6)


def test_that_it_goes_into_a_file_and_comes_back(trainer, tmp_path):
    path = save_run(trainer, tmp_path / "run.tp5")
    assert (load_run(path).history.curves().values["light"] == trainer.history.curves().values["light"]).all()


def test_that_its_best_possible_is_measured(added):
    font = load_dataset("font5x7")
    score = denoising_score(Trainer(SMALL).model, font, "flip", 0.1, 5)
    assert score.best_possible_light < score.light
    assert ceiling(font, "flip", 0.1).light == pytest.approx(score.best_possible_light, abs=0.01)


def test_that_a_study_measures_it_and_a_figure_names_it(added):
    study = Study(SMALL, (Axis("latent", (1, 2)), Axis(TEST_NOISE, (0.1,))), 1)
    assert {"light", "best_possible_light"} <= {measure.name for measure in measures(study)}
    for group in groups(study):
        assert all({"light", "best_possible_light"} <= row.keys() for row in run_group(study, group))
    assert measure_words("light") == "light (of white)"
    assert measure_words("best_possible_light") == "best possible: light (of white)"


def test_that_the_commands_print_it(added, document, tmp_path):
    settings = ("--set", "epochs=2", "--out", tmp_path / "run.tp5")
    assert "light" in document("train", "font-denoiser", *settings)
    measured = document("evaluate", tmp_path / "run.tp5", "--noise", "0.1", "--repeats", "1")
    assert {"light", "best_possible_light"} <= measured.keys()
    words = ("--vary", "latent=1,2", "--runs", "1", "--set", "epochs=1", "--measure", "light")
    assert document("study", "vary", "font-autoencoder", *words)["measure"] == "light"


def test_that_without_it_all_is_as_before():
    assert "light" not in METRICS
    assert "light" not in Trainer(SMALL).history.curves().values
