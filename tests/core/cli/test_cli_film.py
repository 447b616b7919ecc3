"""`tp5 film`, and what a run made at any of its epochs: `--at`."""

import numpy as np
import pytest
from PIL import Image

from core import load_run
from core.base.files import shipped

pytestmark = pytest.mark.usefixtures("library")
OLD = shipped("resources/runs/font-autoencoder.tp5")
SHORT = ("--set", "epochs=30", "--out", "run.tp5")


@pytest.fixture
def run(document, tmp_path):
    document("train", "font-vae", *SHORT)
    return tmp_path / "here" / "run.tp5"


@pytest.mark.parametrize("suffix", ["png", "gif"])
def test_that_a_film_is_written_and_told_of(document, run, suffix):
    place = run.with_name(f"film.{suffix}")
    told = document("film", run, "--out", place, "--frames", 6, "--theme", "dark")
    assert told["file"] == str(place)
    assert told["bytes"] == place.stat().st_size < 1_000_000
    assert (told["epochs"][0], told["epochs"][-1], len(told["epochs"])) == (0, 30, told["frames"])
    with Image.open(place) as picture:
        assert (picture.width, picture.height) == (told["width"], told["height"])
        assert picture.n_frames == told["frames"] == 6
        assert max(picture.convert("RGB").getpixel((0, 0))) < 60


def test_that_a_person_is_told_what_was_chosen(tp5, run):
    status, out, err = tp5("film", run, "--out", "film.png", "--frames", "4")
    assert (status, err) == (0, "")
    assert out.startswith("the film is in film.png (")
    assert "4 frames of 760x520 pixels" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run.tp5", "--out", "film.webp"), ".png .gif"),
        (("run.tp5", "--out", "nowhere/film.png"), "nowhere"),
        (("run.tp5",), "--out"),
        (("run.tp5", "--out", "film.png", "--frames", "1"), "from 2 to 300"),
        (("gone.tp5", "--out", "film.png"), "gone.tp5"),
        (("new.tp5", "--out", "film.png"), "not been trained"),
    ],
)
def test_that_a_film_that_cannot_be_is_refused_in_one_line(mistaken, document, run, words, said):
    document("train", "font-vae", "--set", "epochs=1", "--out", "new.tp5")
    trainer = load_run(run.with_name("new.tp5"))
    from core import Trainer, save_run

    save_run(Trainer(trainer.spec), run.with_name("new.tp5"))
    assert said in mistaken("film", *words)


def test_that_the_model_of_any_epoch_is_that_of_a_run_that_ends_there(document, run):
    document("train", "font-vae", "--set", "epochs=30", "--out", "again.tp5")
    trainer = load_run(run)
    for epoch in (0, 7, 30):
        rows = document("reconstruct", run, "--at", epoch)
        assert {row["epoch"] for row in rows} == {epoch}
        outputs = trainer.at(epoch).reconstruct(trainer.dataset.images)
        assert np.allclose([row["output"] for row in rows], outputs, atol=1e-6)
    assert outputs.tolist() == trainer.model.reconstruct(trainer.dataset.images).tolist()


@pytest.mark.parametrize(
    "words", [("evaluate",), ("reconstruct",), ("interpolate", "a", "b"), ("generate", "--samples", "3")]
)
def test_that_what_is_asked_of_the_last_epoch_is_what_is_asked_of_the_run(document, run, words):
    name, *more = words
    plain = document(name, run, *more)
    at = document(name, run, *more, "--at", 30)
    early = document(name, run, *more, "--at", 2)
    for told in (at, early):
        for part in told if isinstance(told, list) else [told]:
            assert part.pop("epoch") in (2, 30)
    assert at == plain
    assert early != plain


def test_that_an_epoch_that_is_not_there_is_refused_with_those_that_are(mistaken, run):
    assert "from 0 to 30, not 31" in mistaken("evaluate", run, "--at", "31")
    assert "10,000" in mistaken("reconstruct", OLD, "--at", "3")
    assert "whole number" in mistaken("evaluate", run, "--at", "-1")
