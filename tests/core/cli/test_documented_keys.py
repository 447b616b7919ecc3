"""The README lists the keys of every document that `--json` prints: those that are printed, and no others."""

import re
from pathlib import Path

import pytest

from core.train import kept
from core.train.about import About, Parent
from core.train.run_header import relabel

pytestmark = pytest.mark.usefixtures("library")
README = Path(__file__).resolve().parents[3] / "README.md"
KEY = re.compile(r"`(\w+)`")
SHORT = ("--set", "epochs=1")


def documented():
    """Document -> the keys that are always there, and those that are there where they make sense."""
    section = README.read_text(encoding="utf-8").split("## What `--json` prints")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| `")]
    return {name.split("`")[1]: (set(KEY.findall(keys)), set(KEY.findall(more))) for name, keys, more in rows}


DOCUMENTED = documented()


def check(name, documents, beside=frozenset()):
    """Every document has the keys that are always there; together they have all that are documented."""
    always, sometimes = DOCUMENTED[name]
    for document in documents:
        assert document.keys() >= always
        assert document.keys() <= always | sometimes | beside
    assert set().union(*documents) >= always | sometimes


def test_that_every_command_is_documented():
    commands = {
        "presets", "datasets", "train", "evaluate", "reconstruct", "interpolate", "generate", "report",
        "film", "study", "datasets export", "compare", "tp5 runs", "tp5 runs delete",
    }  # fmt: skip
    assert DOCUMENTED.keys() == commands | {"cells", "averages", "runs"}


@pytest.mark.parametrize("name", ["presets", "datasets"])
def test_that_a_list_has_its_documented_keys(document, name):
    check(name, document(name))


def test_that_an_export_has_its_documented_keys(document):
    check("datasets export", [document("datasets", "export", "font5x7", "--out", "font.npz")])


def test_that_train_has_its_documented_keys(document):
    check("train", [document("train", name, *SHORT) for name in ("font-autoencoder", "digits-vae")])


def test_that_what_is_done_with_a_run_has_its_documented_keys(document):
    document("train", "font-vae", *SHORT, "--out", "run.tp5")
    for name, words in (
        ("evaluate", ("--noise", "0.1", "--repeats", 2)),
        ("reconstruct", ("--characters", "ab")),
        ("interpolate", ("a", "b", "--steps", 3)),
        ("generate", ("--offset", "0.1")),
    ):
        made = [document(name, "run.tp5", *words, *at) for at in ((), ("--at", 0))]
        if name == "reconstruct":
            made = [row for rows in made for row in rows]
        if name == "generate":
            made.append(document(name, "run.tp5", "--samples", 2))
        check(name, made)


def test_that_a_film_has_its_documented_keys(document):
    document("train", "font-vae", *SHORT, "--out", "run.tp5")
    check("film", [document("film", "run.tp5", "--out", "film.gif", "--frames", 2)])


def test_that_a_report_has_its_documented_keys(document):
    pages = []
    for name in ("font-vae", "digits-vae"):
        document("train", name, *SHORT, "--out", "run.tp5")
        pages.append(document("report", "run.tp5", "--out", "page.html"))
    check("report", pages)


def test_that_a_comparison_has_its_documented_keys(document):
    for name in ("font-vae", "digits-vae"):
        document("train", name, *SHORT, "--out", f"{name}.tp5")
    pair = document("compare", "font-vae.tp5", "font-vae.tp5")
    others = document("compare", "font-vae.tp5", "digits-vae.tp5")
    always, sometimes = DOCUMENTED["compare"]
    assert others["left_out"]
    parts = (pair["runs"][0], pair["metrics"]["recognised"], pair["images"][0], pair["changes"][0])
    found = set(pair).union(*parts) | {"higher", "lower"}
    assert found == always | sometimes
    assert others.keys() == pair.keys() - {"images", "changes"}
    assert {metric["better"] for metric in pair["metrics"].values()} == {"higher", "lower", ""}


def test_that_kept_runs_have_their_documented_keys(document, tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "folder", lambda: tmp_path / "kept")
    place = tmp_path / "kept" / "2026-11-25 09.00.00"
    place.mkdir(parents=True)
    names = [f"2026-11-25 1{hour}.00.00 x epoch 1.tp5" for hour in range(3)]
    for name, preset in zip(names, ("font-autoencoder", "emoji-vae-slides-1"), strict=False):
        document("train", preset, *SHORT, "--out", place / name)
    relabel(place / names[0], About("mine", parent=Parent("another", 3), seconds=1.5))
    (place / names[2]).write_bytes(b"")
    listed = document("runs")
    check("tp5 runs", listed)
    assert listed[0].keys() >= {"error"}
    assert listed[-1]["parent"].keys() == {"name", "epoch"}
    check("tp5 runs delete", [document("runs", "delete", "mine")])


def test_that_a_study_has_its_documented_keys(document):
    few = ("--runs", 1, *SHORT)
    counted = document("study", "restarts", "font-autoencoder", *few)
    axes = ("--vary", "latent=2,3", "--vary", "test_noise=0.1")
    varied = document("study", "vary", "font-denoiser", *axes, *few)
    digits = document("study", "restarts", "digits-vae", *few)
    check("study", [counted, varied])
    check("cells", counted["cells"] + varied["cells"])
    check("averages", list(counted["averages"].values()))
    always, sometimes = DOCUMENTED["runs"]
    train, more = DOCUMENTED["train"]
    measured = train - {"preset", "seed", "seconds", "device", "threads"}
    tested = DOCUMENTED["evaluate"][0] - {"noise", "kind", "repeats"}
    named = {"train", "epochs", "slope", "evaluate", "recognised"}  # what the row refers to
    own, rare = always - named, sometimes - named
    assert own == {"run", "seed", "seconds", "images", "first_perfect", "diverged"}
    for row in counted["runs"] + digits["runs"]:
        assert row.keys() >= own | measured | {"preset"}
        assert row.keys() <= own | measured | more | {"preset"}
    for row in varied["runs"]:
        assert row.keys() >= own | measured | tested | {"latent", "test_noise"}
        assert row.keys() <= own | measured | tested | more | {"latent", "test_noise"}
    assert rare == {"preset", "test_noise"}
