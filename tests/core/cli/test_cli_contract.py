"""What scripts rely on: the documents' keys, their numbers, and how a mistake is told."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import load_run, preset
from core.measure.denoising import denoising_score

TRAIN = {
    "preset", "seed", "epochs", "seconds", "loss", "squared_error", "wrong_pixels", "recognised", "perfect",
    "nearest_own", "collapsed", "mean_activity", "slope", "measured",
}  # fmt: skip
EVALUATE = {
    "noise", "kind", "repeats", "measured", "recognised", "perfect", "best_possible_recognised",
    "best_possible_perfect", "fed_squared_error", "squared_error", "best_possible_squared_error",
    "wrong_pixels", "best_possible_wrong_pixels",
}  # fmt: skip


@pytest.fixture
def trained(document, tmp_path):
    path = tmp_path / "run.tp5"
    settings = ("--set", "epochs=20", "--seed", "3")
    return path, document("train", "font-autoencoder", "--out", path, *settings)


def test_that_train_prints_what_its_file_then_shows(trained):
    path, printed = trained
    assert printed.keys() >= TRAIN
    assert not printed.keys() & {"ssim", "active_units", "kl", "label_agreement"}  # they make no sense here
    run = load_run(path)
    images = run.dataset.images
    outputs = run.model.reconstruct(images)
    wrong = ((outputs > 0.5) != (images > 0.5)).sum((1, 2))
    assert printed["squared_error"] == pytest.approx(np.mean((outputs - images) ** 2), rel=1e-5)
    assert printed["loss"] == pytest.approx(run.snapshot().loss, rel=1e-5)
    assert (printed["wrong_pixels"], printed["recognised"], printed["perfect"]) == (
        wrong.sum(), (wrong <= 1).sum(), (wrong == 0).sum(),
    )  # fmt: skip
    assert (printed["preset"], printed["seed"], printed["epochs"]) == ("font-autoencoder", 3, 20)
    assert printed["seconds"] >= 0


def test_that_evaluate_without_noise_finds_what_train_found(document, trained):
    path, printed = trained
    measured = document("evaluate", path, "--noise", "0", "--repeats", "2")
    assert measured.keys() == EVALUATE
    assert (measured["recognised"], measured["perfect"]) == (printed["recognised"], printed["perfect"])
    assert (measured["best_possible_recognised"], measured["best_possible_perfect"]) == (32, 32)
    assert (measured["noise"], measured["kind"], measured["repeats"]) == (0, "salt-and-pepper", 2)
    assert measured["squared_error"] == pytest.approx(printed["squared_error"], rel=1e-4)
    assert measured["fed_squared_error"] == 0
    assert measured["best_possible_squared_error"] == pytest.approx(0, abs=1e-9)


def test_that_evaluate_prints_what_denoising_score_finds(document, trained):
    path, _ = trained
    measured = document("evaluate", path, "--noise", "0.3", "--kind", "flip", "--repeats", "4", "--seed", 5)
    run = load_run(path)
    score = denoising_score(run.model, run.dataset, "flip", 0.3, 4, 5).to_dict()
    assert measured == {"noise": 0.3, "kind": "flip", "repeats": 4, **score}


@pytest.mark.parametrize(
    ("name", "kind"), [("font-denoiser-slides", "salt-and-pepper-count"), ("font-vae", "salt-and-pepper")]
)
def test_that_evaluate_takes_the_noise_of_the_run_and_as_many_repeats_as_it_can_afford(
    document, tmp_path, name, kind
):
    document("train", name, "--set", "epochs=1", "--out", tmp_path / "run.tp5")
    measured = document("evaluate", tmp_path / "run.tp5", "--noise", "0.1")
    assert (measured["kind"], measured["repeats"]) == (kind, 100)


def test_that_a_set_of_greys_is_evaluated_too(document, tp5, tmp_path):
    path = tmp_path / "run.tp5"
    document("train", "emoji-vae-slides-1", "--set", "epochs=1", "--out", path)
    measured = document("evaluate", path, "--noise", "0.2", "--repeats", "2")
    assert measured["best_possible_squared_error"] < measured["squared_error"]
    assert measured["best_possible_squared_error"] < measured["fed_squared_error"]
    status, out, _ = tp5("evaluate", path, "--noise", "0.2", "--repeats", "2")
    assert status == 0
    assert "salt-and-pepper at 0.2; means over 2 repeats" in out


@pytest.mark.parametrize("kind", ["salt-and-pepper", "gaussian", "masking", "flip", "salt-and-pepper-count"])
def test_that_a_seed_settles_what_evaluate_measures(document, trained, kind):
    path, _ = trained
    call = ("evaluate", path, "--noise", "0.2", "--repeats", "3", "--kind", kind)
    first, second = (document(*call, "--seed", 1) for _ in range(2))
    assert first == second
    assert 0 <= first["perfect"] <= first["recognised"] <= 32


def test_that_reconstruct_prints_what_was_fed_and_what_became_of_it(document, trained):
    path, printed = trained
    rows = document("reconstruct", path)
    run = load_run(path)
    assert [row["label"] for row in rows] == list(run.dataset.labels)
    assert sum(row["wrong_pixels"] for row in rows) == printed["wrong_pixels"]
    assert np.array_equal([row["fed"] for row in rows], run.dataset.images)
    np.testing.assert_allclose(
        [row["output"] for row in rows], run.model.reconstruct(run.dataset.images), atol=1e-6
    )
    noisy = document("reconstruct", path, "--noise", "0.5", "--seed", "8", "--characters", "aa")
    assert [row["label"] for row in noisy] == ["a", "a"]
    assert noisy[0]["fed"] != rows[1]["fed"]
    other = document("reconstruct", path, "--noise", "0.5", "--seed", "9", "--characters", "aa")
    assert other[0]["fed"] != noisy[0]["fed"]
    assert noisy == document("reconstruct", path, "--noise", "0.5", "--seed", "8", "--characters", "aa")


def test_that_the_option_seed_wins_over_a_setting_of_the_seed(document):
    assert (
        document("train", "font-autoencoder", "--set", "epochs=1", "--set", "seed=5", "--seed", "6")["seed"]
        == 6
    )
    assert document("train", "font-autoencoder", "--set", "epochs=1", "--set", "seed=5")["seed"] == 5


def test_that_every_field_can_be_set(document, tmp_path):
    spec = preset("font-denoiser-slides")
    words = []
    for name, value in (asdict(spec) | {"epochs": 1}).items():
        text = ",".join(map(str, value)) if isinstance(value, tuple) else value
        words += ["--set", f"{name}={text}"]
    document("train", "font-autoencoder", "--out", tmp_path / "set.tp5", *words)
    assert asdict(load_run(tmp_path / "set.tp5").spec) == asdict(spec) | {"epochs": 1}


def test_that_presets_print_specs_that_can_be_read_again(document):
    for row in document("presets"):
        values = row["spec"] | {"hidden": tuple(row["spec"]["hidden"])}
        assert asdict(preset(row["name"])) == values
        assert row["lesson"]
        assert row["lesson_es"]


JUNK = Path(__file__)
TRIAL = ["train", "font-autoencoder", "--set"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["train", "nonsense"], ["train", ""], [*TRIAL, "epochs"], [*TRIAL, ""], [*TRIAL, "=3"],
        [*TRIAL, "epochs=many"], [*TRIAL, "epochs=0"], [*TRIAL, "learning_rate=nan"],
        [*TRIAL, "learning_rate=inf"], [*TRIAL, "hidden=a"], [*TRIAL, "hidden=-5"], [*TRIAL, "hidden=1.5"],
        [*TRIAL, "dataset=emoji"], [*TRIAL, "output=tanh"], [*TRIAL, "latent=" + "9" * 400],
        [*TRIAL, "epochs=1", "--out", "/no/such/folder/run.tp5"], [*TRIAL, "epochs=1", "--out", "/tmp"],
        ["evaluate", "/no/such/run.tp5"], ["evaluate", JUNK], ["evaluate", JUNK.parent],
        ["reconstruct", "/no/such/run.tp5"], ["reconstruct", JUNK], ["reconstruct", JUNK.parent],
        ["interpolate", "/no/such/run.tp5", "a", "b"], ["interpolate", JUNK, "a", "b"],
        ["generate", "/no/such/run.tp5", "--offset", "1"], ["generate", JUNK, "--samples", "2"],
        ["datasets", "import", "/no/such/file", "--name", "mine"],
        ["datasets", "import", JUNK, "--name", "mine"],
    ],
)  # fmt: skip
def test_that_a_mistake_is_told_in_one_line(tp5, arguments):
    status, out, err = tp5(*arguments)
    assert (status, out) == (2, "")
    assert err.startswith("tp5: ")
    assert err.count("\n") == 1
    assert len(err) < 600


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["nonsense"], ["train"], ["train", "font-autoencoder", "--nonsense"], ["evaluate"],
        ["train", "font-autoencoder", "--seed", "x"], ["train", "font-autoencoder", "--seed", "-1"],
        ["train", "font-autoencoder", "--seed", "9" * 30], ["evaluate", "x", "--seed", "9" * 30],
        ["evaluate", "x", "--noise", "nan"], ["evaluate", "x", "--noise", "-0.1"],
        ["evaluate", "x", "--noise", "1.1"], ["evaluate", "x", "--repeats", "0"],
        ["evaluate", "x", "--repeats", "1.5"], ["reconstruct", "x", "--noise", "much"],
        ["interpolate", "x", "a"], ["interpolate", "x", "a", "b", "--path", "round"],
        ["generate", "x", "--samples", "few"], ["datasets", "import", "x"], ["datasets", "export"],
        ["presets", "--lang", "de"], ["train", "font-vae", "--device", "abacus"],
    ],
)  # fmt: skip
def test_that_a_line_that_cannot_be_read_has_status_two(tp5, arguments):
    status, out, err = tp5(*arguments)
    assert (status, out) == (2, "")
    assert err.startswith("tp5")
    assert err.count("\n") == 1


WORDS = st.sampled_from(
    ["--json", "--seed", "--set", "--noise", "--kind", "--repeats", "--characters", "evaluate", "reconstruct",
     "presets", "datasets", "interpolate", "generate", "--lang", "0", "-1", "nan", "", "flip", "a",
     str(JUNK), "/no/such/run.tp5"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=7))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_that_no_line_of_words_ends_in_a_traceback(tp5, words):
    status, out, err = tp5(*words)
    assert status in (0, 2)
    assert (status == 0) or (out == "" and err)


def test_that_a_process_prints_its_document_and_nothing_else():
    code = "import sys; from core.cli.parser import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, "train", "font-autoencoder", "--set", "epochs=5", "--json"],
        capture_output=True, text=True, cwd=JUNK.parents[2], check=True,
    )  # fmt: skip
    assert json.loads(done.stdout)["epochs"] == 5
    assert done.stderr == ""
