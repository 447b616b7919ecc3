"""`tp5 compare`: runs side by side, for a person and for scripts."""

import numpy as np
import pytest

from core import Spec, Trainer, load_dataset, save_run
from core.base.files import shipped
from core.reports.comparing import Side, compare

pytestmark = pytest.mark.usefixtures("library")
AUTOENCODER, DENOISER = (shipped(f"resources/runs/font-{kind}.tp5") for kind in ("autoencoder", "denoiser"))


@pytest.fixture
def runs(tmp_path):
    """Two short runs on the font in files, and the trainers that they are of."""
    trainers = [Trainer(Spec(epochs=9, seed=seed)).run() for seed in (1, 2)]
    return [save_run(each, tmp_path / f"run {number}") for number, each in enumerate(trainers)], trainers


def test_that_the_document_is_what_the_library_tells(document, runs):
    files, trainers = runs
    told = document("compare", *files)
    known = compare([Side(path.stem, each.as_trained()) for path, each in zip(files, trainers, strict=True)])
    assert [run["name"] for run in told["runs"]] == ["run 0", "run 1"]
    assert [run["epoch"] for run in told["runs"]] == [9, 9]
    assert (told["same_images"], told["settings"]) == (True, {"seed": [1, 2]})
    for measured in known.measured:
        row = told["metrics"][measured.metric.name]
        assert (row["values"], row["best"]) == (list(measured.values), list(measured.best))
    wrong = np.array([row["wrong_pixels"] for row in told["images"]]).T
    assert wrong.tolist() == known.paired.wrong.tolist()
    (change,) = told["changes"]
    better, worse, same = (change[f"{kind}_images"] for kind in ("better", "worse", "same"))
    assert sorted(better + worse + same) == list(range(32))
    assert all(wrong[1, number] < wrong[0, number] for number in better)
    assert all(wrong[1, number] > wrong[0, number] for number in worse)


def test_that_a_person_reads_settings_numbers_and_images(tp5, runs):
    status, out, err = tp5("compare", *runs[0])
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert any(line.split() == ["Seed", "1", "2"] for line in lines)
    assert any(line.startswith("Recognised (images)") for line in lines)
    assert f"{load_dataset('font5x7').count} of 5x7" in out
    assert "run 1 beside run 0:" in out


def test_that_losses_of_different_kinds_are_left_out_with_the_reason(tp5, document):
    told = document("compare", AUTOENCODER, DENOISER)
    assert "loss" not in told["metrics"]
    assert "Noise" in told["left_out"]["loss"]
    told = tp5("compare", AUTOENCODER, DENOISER)[1]
    assert "Left out, because they minimise different losses (Noise, Noise level, Focus): loss." in told


def test_that_a_run_beside_itself_ties_at_everything(tp5, document):
    told = document("compare", AUTOENCODER, AUTOENCODER)
    assert [run["name"] for run in told["runs"]] == ["font-autoencoder", "font-autoencoder (2)"]
    assert all(metric["best"] in ([], [0, 1]) for metric in told["metrics"].values())
    assert "All settings are the same." in tp5("compare", AUTOENCODER, AUTOENCODER)[1]


def test_that_moments_are_those_that_the_run_went_through(document, tp5, runs):
    files, trainers = runs
    told = document("compare", files[0], "--at", 2, "--at", 7, "--at", 9)
    assert [run["name"] for run in told["runs"]] == [f"run 0 at epoch {epoch}" for epoch in (2, 7, 9)]
    assert [run["epoch"] for run in told["runs"]] == [2, 7, 9]
    curves = trainers[0].history.curves().values
    for name in ("loss", "wrong_pixels", "recognised"):
        assert told["metrics"][name]["values"] == pytest.approx(curves[name][[2, 7, 9], 0].tolist())
    both = document("compare", *files, "--at", 4, "--at", 5)
    for number, epoch in enumerate((4, 5)):
        loss = trainers[number].history.curves().values["loss"][epoch, 0]
        assert both["metrics"]["loss"]["values"][number] == pytest.approx(loss)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((AUTOENCODER,), "--at"),
        ((AUTOENCODER, "--at", "3"), "--at"),
        ((AUTOENCODER, DENOISER, "--at", "3"), "once for every run"),
        ((AUTOENCODER, DENOISER, "--at", "-1", "--at", "3"), "--at"),
        ([AUTOENCODER] * 5, "2 to 4"),
        ((AUTOENCODER, "gone.tp5"), "gone.tp5"),
        ((AUTOENCODER, "--at", "9000", "--at", "10000"), "9,000"),
        ((), "RUN.tp5"),
    ],
)
def test_that_what_cannot_be_compared_is_refused_in_one_line(mistaken, words, said):
    assert said in mistaken("compare", *words)
