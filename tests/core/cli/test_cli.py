import json
from concurrent.futures import BrokenExecutor

import pytest

from core import load_run
from core.base.registry import UnknownName
from core.base.words import Refusal
from core.cli import commands
from core.cli.parser import main
from core.data.importers import ImportRefused
from core.data.library import LibraryError
from core.experiment.fields import SpecError
from core.experiment.presets import presets
from core.studies.study import StudyError

FEW = ["--set", "epochs=20"]


@pytest.fixture
def run(capsys):
    def call(*arguments):
        try:
            status = main(list(arguments))
        except SystemExit as exit:  # argparse's way out
            status = exit.code
        out, err = capsys.readouterr()
        return status, out, err

    return call


@pytest.fixture
def saved(run, tmp_path):
    path = tmp_path / "run.tp5"
    assert run("train", "font-autoencoder", "--json", "--out", str(path), *FEW)[0] == 0
    return str(path)


def test_that_train_prints_the_keys_that_scripts_rely_on(run):
    status, out, _ = run("train", "font-autoencoder", "--seed", "4", "--json", *FEW)
    assert status == 0
    result = json.loads(out)
    assert {
        "preset", "seed", "epochs", "seconds", "loss", "squared_error",
        "wrong_pixels", "recognised", "perfect",
    } <= result.keys()  # fmt: skip
    assert (result["preset"], result["seed"], result["epochs"]) == ("font-autoencoder", 4, 20)


def test_that_the_same_seed_prints_the_same_result(run):
    results = [json.loads(run("train", "font-denoiser", "--seed", "7", "--json", *FEW)[1]) for _ in range(2)]
    for result in results:
        del result["seconds"]
    assert results[0] == results[1]


def test_that_evaluate_prints_the_network_beside_the_best_possible(run, saved):
    status, out, _ = run("evaluate", saved, "--noise", "0.1", "--repeats", "5", "--json")
    assert status == 0
    result = json.loads(out)
    assert {
        "noise", "repeats", "recognised", "perfect", "best_possible_recognised", "best_possible_perfect",
    } <= result.keys()  # fmt: skip
    assert result["recognised"] <= result["best_possible_recognised"]


def test_that_reconstruct_prints_the_characters_asked_for(run, saved):
    status, out, _ = run("reconstruct", saved, "--characters", "az", "--json")
    assert status == 0
    rows = json.loads(out)
    assert [row["label"] for row in rows] == ["a", "z"]
    assert all(len(row["output"]) == 7 and len(row["output"][0]) == 5 for row in rows)


def test_that_presets_and_datasets_are_listed(run):
    assert [row["name"] for row in json.loads(run("presets", "--json")[1])] == [
        preset.name for preset in presets()
    ]
    assert json.loads(run("datasets", "--json")[1])[0] == {
        "name": "font5x7",
        "count": 32,
        "height": 7,
        "width": 5,
    }
    assert all(preset.name in run("presets")[1] for preset in presets())


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["train", "nonsense"], "font-autoencoder"),
        (["train", "font-denoiser", "--set", "latent=0"], "latent"),
        (["train", "font-denoiser", "--set", "nonsense=0"], "nonsense"),
        (["train", "font-denoiser", "--set", "latent"], "FIELD=VALUE"),
        (["train", "font-denoiser", "--out", "/no/such/folder/run.tp5"], "/no/such/folder"),
        (["train", "font-denoiser", "--out", "/"], "folder"),
        (["train", "font-denoiser", "--set", "hidden=-5"], "hidden"),
        (["train", "font-denoiser", "--set", "seed=" + "9" * 400], "seed"),
        (["evaluate", "/no/such/run.tp5"], "/no/such/run.tp5"),
        (["evaluate", __file__], "test_cli.py"),
        (["reconstruct", "/no/such/run.tp5"], "/no/such/run.tp5"),
    ],
)
def test_that_a_mistake_is_one_line_and_status_two(run, arguments, word):
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert word in err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["evaluate", "x", "--noise", "2"],
        ["evaluate", "x", "--repeats", "0"],
        ["evaluate", "x", "--seed", "-1"],
    ],
)
def test_that_a_call_that_cannot_be_parsed_is_one_line_and_status_two(run, arguments):
    status, out, err = run(*arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)


def test_that_an_unknown_character_is_refused_with_the_known_ones(run, saved):
    status, _, err = run("reconstruct", saved, "--characters", "ñ")
    assert status == 2
    assert "ñ" in err
    assert "DEL" in err


def test_that_a_bad_kind_of_noise_is_refused_with_the_known_ones(run, saved):
    status, _, err = run("evaluate", saved, "--kind", "rain")
    assert status == 2
    assert "flip" in err


def test_that_a_run_that_diverges_has_status_one(run):
    settings = "activation=identity optimizer=sgd learning_rate=10 momentum=0.999 gain=10 epochs=500 focus=0"
    arguments = [word for setting in settings.split() for word in ("--set", setting)]
    status, out, err = run("train", "font-autoencoder", *arguments)
    assert (status, out) == (1, "")
    assert "diverged" in err


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Refusal("wrong"), 2), (SpecError("latent", "wrong"), 2), (StudyError("wrong"), 2),
        (UnknownName("noise", "wrong", ()), 2), (LibraryError("wrong"), 2), (ImportRefused("wrong"), 2),
        (FileNotFoundError("wrong"), 2),
        (ArithmeticError("wrong"), 1), (ZeroDivisionError("wrong"), 1),
        (OSError("wrong"), 1), (PermissionError("wrong"), 1), (RuntimeError("wrong"), 1),
        (BrokenExecutor("wrong"), 1),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_that_what_the_user_got_wrong_has_status_two_and_what_went_wrong_one(run, monkeypatch, error, status):
    def fail(options):
        raise error

    monkeypatch.setattr(commands, "list_presets", fail)
    ended, out, err = run("presets")
    assert (ended, out) == (status, "")
    assert err.startswith("tp5: ")
    assert "wrong" in err
    assert err.count("\n") == 1


def test_that_a_reader_that_goes_away_is_no_news(run, monkeypatch):
    def fail(options):
        raise BrokenPipeError

    monkeypatch.setattr(commands, "list_presets", fail)
    assert run("presets") == (1, "", "")


def test_that_a_trained_file_holds_as_much_of_its_past_as_is_asked_for(tmp_path):
    sizes = {}
    for megabytes in (None, "0", "1"):
        path = tmp_path / f"{megabytes}.tp5"
        asked = [] if megabytes is None else ["--moments", megabytes]
        assert main(["train", "font-autoencoder", "--set", "epochs=1200", "--out", str(path), *asked]) == 0
        sizes[megabytes] = load_run(path).moments.nbytes
    size = load_run(tmp_path / "None.tp5").checkpoint().nbytes
    assert sizes["0"] == size  # the end alone
    assert 900_000 < sizes["1"] <= 1_000_000 + 2 * size
    assert sizes["1"] < sizes[None] < 8_000_000
