"""`tp5 study`: a question in, a table, a figure and one document out; and mistakes, which leave nothing."""

import csv
import importlib.util
import json
import shlex
import signal
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from PIL import Image
from strategies import specs

from core import preset
from core.base.words import in_language
from core.cli.parser import main
from core.experiment.fields import SpecError
from core.studies import running
from core.studies.command_line import command_of
from core.studies.groups import groups, run_group
from core.studies.questions import question, questions
from core.studies.study import Axis, Study, StudyError
from core.studies.summary import cells, interval, races

pytestmark = pytest.mark.usefixtures("library")
SAME_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
TRAIN = {
    "preset",
    "seed",
    "epochs",
    "seconds",
    "loss",
    "squared_error",
    "wrong_pixels",
    "recognised",
    "perfect",
}
SHORT = ("--set", "epochs=20", "--set", "hidden=4")
PARQUET = importlib.util.find_spec("pyarrow") is not None
AXES = {
    "hidden": ((3,), (4, 3), ()), "latent": (1, 2), "batch_size": (7,), "shuffle": (False, True),
    "activation": ("sine", "relu"), "learning_rate": (1e-7, 0.1, 1 / 3), "gain": (0.1 + 0.2,),
    "noise_level": (0.0, 0.25), "dataset": ("emojis", "font5x7"), "test_noise": (0.0, 0.1),
}  # fmt: skip


@pytest.fixture
def document(document):
    """The document of a study."""
    return partial(document, "study")


@pytest.fixture
def vary(document):
    """A short study of one or two axes; its document."""

    def call(*axes, runs=1, rest=()):
        words = [word for axis in axes for word in ("--vary", axis)]
        return document("vary", "font-denoiser", *words, "--runs", runs, *SHORT[:2], *rest)

    return call


def timeless(rows):
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows]


def values_of(printed):
    return [tuple(cell["values"]) for cell in printed["cells"]]


# -- restarts


def test_that_restarts_print_a_run_each_as_train_does_and_count_the_good_ones(document):
    printed = document(
        "restarts", "font-autoencoder", "--runs", 4, "--set", "epochs=50", "--seed", 9, "--band", "range"
    )
    assert printed.keys() >= {
        "question", "preset", "measure", "band", "command", "seconds", "runs", "cells",
        "no_wrong_pixel", "all_recognised", "no_wrong_pixel_interval", "all_recognised_interval",
    }  # fmt: skip
    assert (printed["question"], printed["preset"]) == ("restarts", "font-autoencoder")
    rows = printed["runs"]
    assert [(row["run"], row["seed"]) for row in rows] == [(0, 9), (1, 10), (2, 11), (3, 12)]
    for row in rows:
        assert row.keys() >= TRAIN
        assert (row["preset"], row["epochs"]) == ("font-autoencoder", 50)
    assert printed["no_wrong_pixel"] == sum(row["wrong_pixels"] == 0 for row in rows)
    assert printed["all_recognised"] == sum(row["recognised"] == 32 for row in rows)
    for name in ("no_wrong_pixel", "all_recognised"):
        assert printed[f"{name}_interval"] == pytest.approx(interval(printed[name], 4), abs=1e-4)
    assert printed["averages"].keys() == {"recognised", "wrong_pixels"}
    for name, average in printed["averages"].items():
        numbers = [row[name] for row in rows]
        assert average["mean"] == pytest.approx(np.mean(numbers))
        assert average["sd"] == pytest.approx(np.std(numbers, ddof=1))
        assert (average["least"], average["most"]) == (min(numbers), max(numbers))
    assert printed["seconds"] >= 0
    (cell,) = printed["cells"]
    assert (cell["values"], cell["runs"]) == ([], 4)


def test_that_a_run_of_restarts_is_the_run_that_train_prints(tp5, document):
    (first, second) = document("restarts", "font-autoencoder", "--runs", 2, *SHORT, "--seed", 3)["runs"]
    for row in (first, second):
        words = ("train", "font-autoencoder", *SHORT, "--seed", row["seed"], "--json")
        alone = json.loads(tp5(*words)[1])
        assert alone.keys() - row.keys() <= {"device", "threads"}
        for name in ("wrong_pixels", "recognised", "perfect", "epochs", "preset"):
            assert row[name] == alone[name], name
        assert row["loss"] == pytest.approx(alone["loss"], rel=1e-4)


def test_that_runs_without_a_wrong_pixel_are_counted(document):
    easy = ("--set", "hidden=40", "--set", "latent=12", "--set", "epochs=200", "--runs", 3)
    printed = document("restarts", "font-autoencoder", *easy)
    assert (printed["no_wrong_pixel"], printed["all_recognised"]) == (3, 3)
    assert printed["no_wrong_pixel_interval"][1] == 1
    assert all(row["first_perfect"] <= 200 for row in printed["runs"])


def test_that_a_person_is_told_how_many_and_how_sure(tp5):
    status, out, err = tp5("study", "restarts", "--runs", 4, *SHORT)
    assert (status, err) == (0, "")
    assert "no wrong pixel: 0 of 4 (95 %: 0.0 to 49.0 %)" in out
    assert "all recognised: 0 of 4" in out
    assert out.startswith("4 runs in ")
    assert "tp5 study restarts" in out


# -- races


def test_that_a_race_is_the_best_of_its_replicas(document):
    printed = document("race", "font-autoencoder", "--runs", 3, "--replicas", 4, *SHORT)
    rows = document("restarts", "font-autoencoder", "--runs", 12, *SHORT)["runs"]
    assert timeless(printed["runs"]) == timeless(races(rows, 4))
    assert len(printed["runs"]) == 3
    assert printed["no_wrong_pixel"] <= 3
    assert printed["command"] == (
        "tp5 study race font-autoencoder --set epochs=20 --set hidden=4 --runs 3 --replicas 4 --band sd"
    )


def test_that_a_race_has_eight_replicas_unless_told_otherwise(document):
    (best,) = document("race", "--runs", 1, *SHORT)["runs"]
    rows = document("restarts", "--runs", 8, *SHORT)["runs"]
    assert timeless([best]) == timeless(races(rows, 8))


# -- vary


@pytest.mark.parametrize(
    ("axis", "values"),
    [
        ("learning_rate=0.1,0.01", [0.1, 0.01]),
        ("learning_rate=0.02:0.1:5", pytest.approx([0.02, 0.04, 0.06, 0.08, 0.1])),
        ("learning_rate=0.1:0.02:3", pytest.approx([0.1, 0.06, 0.02])),
        ("learning_rate= 0.1 , 0.2 ", [0.1, 0.2]),
        ("learning_rate=1e-3;1e-2", [0.001, 0.01]),
        ("latent=1:3:3", [1, 2, 3]),
        ("latent=2", [2]),
        ("activation=tanh,sine", ["tanh", "sine"]),
        ("optimizer=sgd;adam", ["sgd", "adam"]),
        ("variational=false,true", [False, True]),
        ("hidden=;10,10;20", [[], [10, 10], [20]]),
        ("hidden=3,4", [[3], [4]]),
        ("hidden=3, 4;5", [[3, 4], [5]]),
        ("test_noise=0,0.5", [0.0, 0.5]),
        ("test_noise=0:0.4:3", pytest.approx([0.0, 0.2, 0.4])),
        ("noise_level=0,0.3", [0.0, 0.3]),
    ],
)
def test_that_values_may_be_listed_or_a_range(vary, axis, values):
    printed = vary(axis)
    assert [value for (value,) in values_of(printed)] == values
    name = axis.split("=")[0]
    told = ["-".join(map(str, each)) if isinstance(each, list) else each for (each,) in values_of(printed)]
    assert [row[name] for row in printed["runs"]] == told


def test_that_two_fields_are_every_pair_of_their_values(vary):
    printed = vary("learning_rate=0.1,0.01", "test_noise=0,0.1,0.2", runs=2)
    assert values_of(printed) == [(rate, level) for rate in (0.1, 0.01) for level in (0.0, 0.1, 0.2)]
    assert [cell["runs"] for cell in printed["cells"]] == [2] * 6
    assert len(printed["runs"]) == 12
    assert all("best_possible_recognised" in row for row in printed["runs"])


@pytest.mark.parametrize("band", ["sd", "range", "bootstrap"])
def test_that_the_printed_cells_are_the_summary_of_the_table(document, band):
    words = ("--vary", "learning_rate=0.1,0.01", "--runs", 3, *SHORT, "--measure", "loss", "--band", band)
    printed = document("vary", "font-autoencoder", *words)
    base = replace(preset("font-autoencoder"), epochs=20, hidden=(4,))
    study = Study(base, (Axis("learning_rate", (0.1, 0.01)),), 3)
    table = [row for group in groups(study) for row in run_group(study, group)]
    assert timeless(printed["runs"]) == timeless(table)
    assert (printed["measure"], printed["band"]) == ("loss", band)
    for cell, own in zip(printed["cells"], cells(study, table, "loss", band), strict=True):
        assert (cell["mean"], cell["low"], cell["high"]) == (own.mean, own.low, own.high)


def test_that_a_person_is_told_mean_and_band_of_every_setting(tp5):
    words = ("--vary", "hidden=3,3;4", "--vary", "test_noise=0.1", "--runs", 2, "--set", "epochs=5")
    status, out, err = tp5("study", "vary", "font-denoiser", *words)
    assert (status, err) == (0, "")
    assert len(out.splitlines()) == 3
    assert "hidden = 3, 3; test_noise = 0.1" in out.splitlines()[1]
    assert "recognised" in out.splitlines()[2]


def test_that_vary_makes_ten_runs_and_looks_at_recognised_unless_told_otherwise(document):
    printed = document("vary", "font-autoencoder", "--vary", "latent=2", "--set", "epochs=2")
    assert (len(printed["runs"]), printed["measure"]) == (10, "recognised")


def test_that_a_whole_field_is_not_asked_for_the_same_value_twice(tp5):
    """A range of whole numbers rounds: the values it has are run once, or the range is refused."""
    status, out, err = tp5("study", "vary", "--vary", "latent=1:2:4", "--runs", 2, *SHORT, "--json")
    if status:
        assert (status, err.count("\n")) == (2, 1)
    else:
        assert [row["latent"] for row in json.loads(out)["runs"]] in ([1, 1, 2, 2], [1, 2, 1, 2])


# -- ready-made


@pytest.mark.parametrize("name", [each.name for each in questions() if each.preset.startswith("font")])
def test_that_every_ready_made_study_can_be_asked(document, tmp_path, name):
    words = ["--runs", 1, "--set", "epochs=2", "--out", "table.csv"]
    asked = question(name)
    if asked.axes:
        words += ["--figure", "figure.svg", "--lang", "es"]
    printed = document(name, *words)
    assert len(printed["cells"]) == len(cells(asked.study(), [], ""))
    assert (printed["preset"], printed["measure"]) == (asked.preset, asked.measure)
    if asked.axes:
        assert in_language("es", asked.asks) in (tmp_path / "here" / "figure.svg").read_text(encoding="utf-8")


def test_that_a_question_may_be_asked_of_another_preset(document):
    printed = document("learning-rate", "font-deep", "--runs", 1, "--set", "epochs=2")
    assert printed["preset"] == "font-deep"
    assert values_of(printed) == [(0.1,), (0.03,), (0.01,), (0.001,)]


def test_that_what_a_question_varies_may_be_changed(document):
    words = ("--vary", "learning_rate=0.5,0.2", "--runs", 1, "--set", "epochs=2")
    assert values_of(document("learning-rate", *words)) == [(0.5,), (0.2,)]


def test_that_the_slides_points_are_drawn_where_they_belong_and_nowhere_else(document):
    def text(*words):
        document(*words, "--runs", 1, "--set", "epochs=2", "--figure", "figure.svg")
        with open("figure.svg", encoding="utf-8") as file:  # noqa: PTH123
            return file.read()

    assert "slides" in text("learning-rate")
    assert "slides" not in text("learning-rate", "font-autoencoder")
    assert "slides" not in text("learning-rate", "--measure", "loss")
    assert "slides" not in text("learning-rate", "--vary", "learning_rate=0.1,0.2")


# -- wherever it is computed, and again


def test_that_processes_print_the_same_rows(document):
    words = ("vary", "font-denoiser", "--vary", "hidden=3;4;5,3", "--vary", "test_noise=0.1", "--runs", 2)
    here, elsewhere = (document(*words, "--set", "epochs=20", *more) for more in ((), ("--workers", 2)))
    assert timeless(here["runs"]) == timeless(elsewhere["runs"])
    assert (here["cells"], here["command"]) == (elsewhere["cells"], elsewhere["command"])


@pytest.mark.parametrize(
    "words",
    [
        ["restarts", "--runs", 2, "--seed", 7, *SHORT],
        ["restarts", "font-deep", "--runs", 2, *SHORT],
        ["race", "--runs", 2, "--replicas", 3, *SHORT],
        ["learning-rate", "--runs", 1, "--set", "epochs=2", "--measure", "loss", "--band", "range"],
        ["vary", "font-denoiser", "--vary", "hidden=3, 4;5", "--vary", "test_noise=0:0.4:3", "--runs", 1,
         "--set", "epochs=2", "--set", "latent=3", "--band", "bootstrap"],
        ["vary", "--vary", "activation=tanh,sine", "--runs", 1, "--set", "epochs=2", "--workers", 1],
    ],
)  # fmt: skip
def test_that_the_printed_command_asks_the_same_again(document, words):
    first = document(*words)
    tp5, study, *again = shlex.split(first["command"])
    assert (tp5, study) == ("tp5", "study")
    second = document(*again)
    assert timeless(first["runs"]) == timeless(second["runs"])
    for name in first.keys() - {"seconds", "runs"}:
        if not (name == "cells" and first["measure"] == "seconds"):
            assert first[name] == second[name], name


class Asked(BaseException):
    """The study that would have been run."""


@given(
    specs(),
    st.lists(st.sampled_from(sorted(AXES)), max_size=2, unique=True),
    st.integers(1, 9),
    st.sampled_from(["loss", "recognised"]),
)
@SAME_FOLDER
def test_that_any_study_has_a_command_that_asks_it_again(base, fields, runs, measure):
    try:
        study = Study(base, tuple(Axis(name, AXES[name]) for name in fields), runs)
    except (StudyError, SpecError):
        reject()

    def caught(study, *_):
        raise Asked(study)

    tp5, *words = shlex.split(command_of(study, measure))
    assert tp5 == "tp5"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.studies.running.run", caught)
        with pytest.raises(Asked) as asked:
            main(words)
    (again,) = asked.value.args
    assert again.same_runs(study)
    assert groups(again) == groups(study)


@pytest.mark.parametrize("values", [((4, 3),), ((4,),), ((),), ((), (4,)), ((4,), ())])
def test_that_layers_are_asked_again_as_they_were(document, values):
    """An empty one, or a single one of several widths, has commas and semicolons of its own."""
    base = replace(preset("font-autoencoder"), epochs=1)
    study = Study(base, (Axis("hidden", values),), 1)
    _, _, *words = shlex.split(command_of(study, "loss"))
    assert values_of(document(*words)) == [(list(each),) for each in values]


def test_that_a_study_without_an_axis_is_asked_again_as_it_was(document):
    study = Study(replace(preset("font-deep"), epochs=1, seed=7), (), 3)
    _, _, *words = shlex.split(command_of(study, "loss"))
    printed = document(*words)
    assert [row["seed"] for row in printed["runs"]] == [7, 8, 9]
    own = [row for group in groups(study) for row in run_group(study, group)]
    assert [row["loss"] for row in printed["runs"]] == [row["loss"] for row in own]


def test_that_a_journal_is_gone_on_from_and_belongs_to_its_study(tp5, document, tmp_path):
    words = ("vary", "--vary", "hidden=3;4,3", "--runs", 2, "--set", "epochs=5", "--journal", "journal")
    first, path = document(*words), tmp_path / "here" / "journal"
    before = path.read_bytes()
    second = document(*words)
    assert first["runs"] == second["runs"]  # seconds and all: nothing was computed again
    assert first["cells"] == second["cells"]
    status, out, err = tp5("study", *words, "--seed", 5)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "another study" in err
    assert path.read_bytes() == before


# -- what would lose the work


def test_that_a_measure_that_no_run_turned_out_to_have_loses_nothing(document, tp5):
    words = ("vary", "--vary", "latent=2,3", "--runs", 2, *SHORT, "--measure", "first_perfect")
    printed = document(*words, "--out", "table.json")
    assert [cell["mean"] for cell in printed["cells"]] == [None, None]
    assert len(printed["runs"]) == 4
    with open("table.json", encoding="utf-8") as file:  # noqa: PTH123
        assert json.load(file) == printed["runs"]
    assert "first_perfect of no run" in tp5("study", *words)[1]
    status, out, err = tp5("study", *words, "--figure", "figure.svg", "--json")
    assert (status, err.count("\n"), len(json.loads(out)["runs"])) == (2, 1, 4)
    assert "none of the runs has it" in err


def test_that_a_full_disk_loses_the_table_and_not_the_answer(tp5, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.cli.study_command.write_table", full)
    status, out, err = tp5("study", "restarts", "--runs", 2, *SHORT, "--out", "table.csv", "--json")
    assert (status, err.count("\n"), len(json.loads(out)["runs"])) == (1, 1, 2)


@pytest.mark.parametrize(("number", "ends"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("journal", [True, False])
def test_that_a_signal_ends_a_study_with_its_status_and_one_line_and_the_next_goes_on(
    tp5, document, monkeypatch, number, ends, journal
):
    real, rows = running.run_group, []

    def run_group(*words):
        for row in real(*words):
            rows.append(row)
            if len(rows) == 3:
                signal.raise_signal(number)
            yield row

    monkeypatch.setattr(running, "run_group", run_group)
    words = ("vary", "--vary", "hidden=3;4,3", "--runs", 2, "--set", "epochs=5")
    files = ("--journal", "journal") if journal else ()
    before = signal.getsignal(number)
    status, out, err = tp5("study", *words, *files, "--json")
    assert (status, out, err.count("\n")) == (ends, "", 1)
    assert err.startswith("tp5: stopped with 3 of 4 runs done")
    assert ("goes on from journal" if journal else "--journal FILE") in err
    assert signal.getsignal(number) is before
    again = document(*words, *files)
    assert len(rows) == (4 if journal else 7)
    assert timeless(again["runs"]) == timeless(document(*words)["runs"])


# -- tables and figures


def test_that_a_table_is_a_line_a_run_and_a_column_a_field(document):
    words = ("vary", "font-denoiser", "--vary", "hidden=3;4,3", "--vary", "test_noise=0,0.2", "--runs", 2)
    printed = document(*words, "--set", "epochs=5", "--out", "table.csv")
    with open("table.csv", newline="", encoding="utf-8") as file:  # noqa: PTH123
        rows = list(csv.DictReader(file))
    assert len(rows) == len(printed["runs"]) == 8
    for row, own in zip(rows, printed["runs"], strict=True):
        assert row == {name: "" if value is None else str(value) for name, value in own.items()}
    assert rows[4]["hidden"] in ("3", "4-3")


def test_that_a_table_of_json_is_the_rows_that_are_printed(document):
    printed = document("vary", "--vary", "latent=2,3", "--runs", 2, *SHORT, "--out", "table.json")
    with open("table.json", encoding="utf-8") as file:  # noqa: PTH123
        assert json.load(file) == printed["runs"]


def test_that_the_table_of_a_race_holds_the_runs_that_are_printed(document):
    """Or all that ran, of which those are the best of each few."""
    printed = document("race", "--runs", 2, "--replicas", 3, *SHORT, "--out", "table.json")
    with open("table.json", encoding="utf-8") as file:  # noqa: PTH123
        rows = json.load(file)
    assert len(rows) in (2, 6)
    best = races(rows, 3) if len(rows) == 6 else rows
    assert [row["seed"] for row in best] == [row["seed"] for row in printed["runs"]]


@pytest.mark.skipif(not PARQUET, reason="pyarrow is an extra")
def test_that_a_table_of_parquet_holds_the_rows_that_are_printed(document):
    import pyarrow.parquet

    printed = document("vary", "--vary", "hidden=3;4,3", "--runs", 2, *SHORT[:2], "--out", "table.parquet")
    assert pyarrow.parquet.read_table("table.parquet").to_pylist() == printed["runs"]


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_that_a_figure_is_written(document, tmp_path, suffix):
    document("vary", "--vary", "latent=2,3", "--runs", 2, *SHORT, "--figure", f"figure.{suffix}")
    path = tmp_path / "here" / f"figure.{suffix}"
    if suffix == "png":
        with Image.open(path) as picture:
            picture.load()
            assert picture.width > 1000
    else:
        assert path.read_bytes().startswith({"svg": b"<?xml", "pdf": b"%PDF"}[suffix])
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_that_a_figure_under_test_noise_has_the_ceiling(document):
    words = ("--vary", "test_noise=0.3,0,0.1", "--runs", 1, "--set", "epochs=2", "--figure", "figure.svg")
    document("vary", "font-denoiser", *words)
    with open("figure.svg", encoding="utf-8") as file:  # noqa: PTH123
        assert "best possible" in file.read()


@pytest.mark.parametrize("band", ["sd", "range", "bootstrap"])
def test_that_a_figure_of_runs_that_are_all_alike_is_written(document, band):
    """The best possible is the same for every run."""
    words = ("--vary", "activation=tanh,sine,relu", "--vary", "test_noise=0.13", "--runs", 3)
    more = ("--measure", "fed_squared_error", "--band", band, "--figure", "figure.png")
    document("vary", "font-denoiser", *words, "--set", "epochs=1", *more)


# -- mistakes


MISTAKES = [
    (["study"], "QUESTION"),
    (["study", "nonsense"], "learning-rate"),
    (["study", "restarts", "nonsense"], "font-autoencoder"),
    (["study", "vary"], "--vary"),
    (["study", "vary", "--vary", "latent"], "FIELD=VALUES"),
    (["study", "vary", "--vary", "latent="], "FIELD=VALUES"),
    (["study", "vary", "--vary", "=2"], "field"),
    (["study", "vary", "--vary", "nonsense=1,2"], "nonsense"),
    (["study", "vary", "--vary", "nonsense=1:2:3"], "nonsense"),
    (["study", "vary", "--vary", "latent=2.5"], "latent"),
    (["study", "vary", "--vary", "latent=0,2"], "latent"),
    (["study", "vary", "--vary", "latent=1:3"], "LOW:HIGH:COUNT"),
    (["study", "vary", "--vary", "latent=1:3:x"], "LOW:HIGH:COUNT"),
    (["study", "vary", "--vary", "latent=1:3:1"], "2 to"),
    (["study", "vary", "--vary", "latent=1:3:99999"], "2 to"),
    (["study", "vary", "--vary", "latent=inf:inf:3"], "latent"),
    (["study", "vary", "--vary", "latent=nan:2:3"], "latent"),
    (["study", "vary", "--vary", "learning_rate=0.1:inf:3"], "learning_rate"),
    (["study", "vary", "--vary", "learning_rate=nan"], "learning_rate"),
    (["study", "vary", "--vary", "learning_rate=0.1,11"], "learning_rate"),
    (["study", "vary", "--vary", "learning_rate=0.1,,0.2"], "learning_rate"),
    (["study", "vary", "--vary", "hidden=a;b"], "hidden"),
    (["study", "vary", "--vary", "hidden=10:20:2"], "hidden"),
    (["study", "vary", "--vary", "activation=tanh,tan"], "activation"),
    (["study", "vary", "--vary", "activation=a:b:2"], "activation"),
    (["study", "vary", "--vary", "dataset=font5x7,nowhere"], "nowhere"),
    (["study", "vary", "--vary", "seed=1,2"], "seed"),
    (["study", "vary", "--vary", "replicas=1,2"], "replicas"),
    (["study", "vary", "--vary", "latent=2", "--vary", "latent=3"], "two different"),
    (["study", "vary", "--vary", "latent=2", "--vary", "beta=1", "--vary", "gain=1"], "at most two"),
    (["study", "vary", "--vary", "test_noise=0.1"], "noise"),
    (["study", "vary", "font-denoiser", "--vary", "test_noise=2"], "test_noise"),
    (["study", "vary", "font-denoiser", "--vary", "test_noise=much"], "test_noise"),
    (["study", "vary", "font-denoiser", "--vary", "test_noise=0:much:3"], "test_noise"),
    (["study", "noise-surface", "font-autoencoder"], "noise"),
    (["study", "restarts", "--set", "latent"], "FIELD=VALUE"),
    (["study", "restarts", "--set", "latent=0"], "latent"),
    (["study", "restarts", "--set", "nonsense=1"], "nonsense"),
    (["study", "restarts", "--set", "dataset=nowhere"], "nowhere"),
    (["study", "restarts", "--runs", "0"], "--runs"),
    (["study", "restarts", "--runs", "-1"], "--runs"),
    (["study", "restarts", "--runs", "10001"], "10,000"),
    (["study", "restarts", "--runs", "many"], "--runs"),
    (["study", "race", "--replicas", "0"], "--replicas"),
    (["study", "race", "--runs", "2000", "--replicas", "6"], "10,000"),
    (["study", "restarts", "--seed", "-1"], "--seed"),
    (["study", "restarts", "--seed", "2147483648"], "--seed"),
    (["study", "restarts", "--seed", "2147483647", "--runs", "2"], "seed"),
    (["study", "restarts", "--band", "wide"], "--band"),
    (["study", "restarts", "--lang", "fr"], "--lang"),
    (["study", "restarts", "--workers", "0"], "--workers"),
    (["study", "restarts", "--workers", "1", "--cluster", "127.0.0.1:1"], "not both"),
    (["study", "restarts", "--cluster", "nonsense://x"], "nonsense://x"),
    (["study", "restarts", "--measure", "nonsense"], "--measure"),
    (["study", "restarts", "--measure", "label_agreement"], "--measure label_agreement"),
    (["study", "beta", "font-vae"], "--measure ssim"),  # what the question itself looks at
    (["study", "learning-rate", "--set", "learning_rate=0.1"], "--set learning_rate: the study varies it"),
    (["study", "vary", "--vary", "latent=2,3", "--set", "latent=2"], "--vary"),
    (["study", "race", "--set", "replicas=4"], "--replicas"),
    (
        ["study", "restarts", "--journal", "same.csv", "--out", "same.csv"],
        "--journal same.csv: this is the file of --out",
    ),
    (["study", "restarts", "--journal", "x/../same.csv", "--out", "same.csv"], "this is the file of --out"),
    (["study", "learning-rate", "--journal", "./a.svg", "--figure", "a.svg"], "the file of --figure"),
    (["study", "restarts", "--out", "table.txt"], ".csv"),
    (["study", "restarts", "--out", "none/table.csv"], "none"),
    (["study", "restarts", "--out", "."], "folder"),
    (["study", "learning-rate", "--figure", "figure.jpg"], ".png"),
    (["study", "learning-rate", "--figure", "none/figure.png"], "--figure"),
    (["study", "restarts", "--figure", "figure.png"], "figure"),
    (["study", "restarts", "--journal", "none/journal"], "--journal"),
    (["study", "restarts", "--journal", "."], "folder"),
]


@pytest.mark.parametrize(("arguments", "word"), MISTAKES, ids=[" ".join(each[1:]) for each, _ in MISTAKES])
def test_that_a_mistake_is_one_line_with_status_two_and_leaves_nothing(mistaken, arguments, word):
    few = [] if "--runs" in arguments else ["--runs", "1"]
    epochs = ["--set", "epochs=1"] if len(arguments) > 1 else []
    assert word in mistaken(*arguments, *(few if epochs else []), *epochs)


JOURNALED = [
    (each, word)
    for each, word in MISTAKES
    if each[-1] in ("dataset=nowhere", "nonsense", "figure.png", "dataset=font5x7,nowhere", "nonsense://x")
    or "2147483647" in each
]


@pytest.mark.parametrize(("arguments", "word"), JOURNALED, ids=[" ".join(each[1:]) for each, _ in JOURNALED])
def test_that_a_mistake_is_told_before_a_file_is_made(mistaken, arguments, word):
    few = [] if "--runs" in arguments else ["--runs", "1"]
    files = ["--journal", "journal", "--out", "table.csv"]
    assert word in mistaken(*arguments, *few, "--set", "epochs=1", *files)


@pytest.mark.skipif(PARQUET, reason="pyarrow is there")
def test_that_parquet_without_pyarrow_is_told_before_the_study_and_not_after(mistaken):
    words = ("study", "restarts", "--runs", 1, *SHORT, "--journal", "journal")
    assert "pyarrow" in mistaken(*words, "--out", "table.parquet")


@pytest.mark.parametrize("blob", [b"", b"text\n", b"\x89PNG\xff\n"])
def test_that_a_journal_that_is_none_is_refused_and_stays(mistaken, tmp_path, blob):
    path = tmp_path / "here" / "journal"
    path.write_bytes(blob or b"\n")
    assert "journal" in mistaken("study", "restarts", "--runs", 1, *SHORT, "--journal", "journal")


WORDS = st.sampled_from(
    [
        "font-deep", "font-denoiser", "font-autoencoder", "--vary latent=2,3", "--vary latent=1:3:2",
        "--vary activation=tanh,sine", "--vary test_noise=0,0.1", "--vary hidden=3;4,3", "--vary hidden=",
        "--vary seed=1", "--vary", "--runs 2", "--runs", "--replicas 3", "--seed 2147483647", "--seed 4",
        "--measure loss", "--measure ssim", "--measure first_perfect", "--measure seconds", "--band range",
        "--band sd", "--out t.csv", "--out t.json", "--figure f.svg", "--journal j", "--lang es",
        "--set noise=flip", "--set latent=2", "--set output=tanh", "--json", "-1", "x",
    ]
)  # fmt: skip
ASKED = st.sampled_from(["vary", "restarts", "race", "learning-rate", "architecture", "nonsense"])


@given(ASKED, st.lists(WORDS, max_size=5))
@SAME_FOLDER
def test_that_a_line_of_any_words_does_its_work_or_is_refused_in_one_line(tp5, tmp_path, asked, words):
    for path in (tmp_path / "here").iterdir():
        path.unlink()
    words = [each for word in words for each in word.split()]
    status, out, err = tp5("study", asked, "--runs", 1, "--replicas", 2, "--set", "epochs=1", *words)
    assert status in (0, 2), err
    if status:
        assert (out, err.count("\n")) == ("", 1)
        assert list((tmp_path / "here").iterdir()) == []
    else:
        assert err == ""
        assert "tp5 study" in out
