"""Damaged journals: every one is read or refused in words, and no row comes of it that was not computed."""

import json
import math
import random

import pytest
from mutations import mutated, mutated_value

from core import Spec
from core.studies.journal import journal
from core.studies.rows import key_of
from core.studies.running import run
from core.studies.study import TEST_NOISE, Axis, Study, StudyError

SEED = 11
BRIEF, WHOLE = 200, 5_000
BASE = Spec(activation="tanh", epochs=3, noise="flip", noise_level=0.1)
STUDY = Study(BASE, (Axis("hidden", ((2,), (4, 2))), Axis(TEST_NOISE, (0.0, 0.2))), 2)
OTHER = Study(BASE, (Axis("learning_rate", (0.1, 0.01)),), 1)

COUNTS = pytest.mark.parametrize("count", [BRIEF, pytest.param(WHOLE, marks=pytest.mark.slow)])


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """The journal of the study, its table, and the journal of another study."""
    folder = tmp_path_factory.mktemp("finished")
    table = run(STUDY, folder / "ours")
    run(OTHER, folder / "theirs")
    return (folder / "ours").read_bytes(), table, (folder / "theirs").read_bytes()


def read(path, case):
    """The rows that are read; None where the file is refused, in one line, and left as it is."""
    before, refused = path.read_bytes(), ""
    try:
        with journal(STUDY, path) as kept:
            return kept.done
    except StudyError as error:
        refused = str(error)
    assert refused, case
    assert "\n" not in refused, case
    assert path.read_bytes() == before, case
    return None


@COUNTS
def test_that_of_a_damaged_journal_only_rows_are_read_that_were_computed(finished, tmp_path, count):
    ours, table, theirs = finished
    whole = {key_of(STUDY, row): row for row in table}
    path, refusals = tmp_path / "journal", 0
    for number in range(count):
        case = f"seed {SEED}, case {number}"
        path.write_bytes(mutated(random.Random(f"{SEED}/{number}"), (ours, theirs)))
        found = read(path, case)
        refusals += found is None
        assert all(row == whole[key] for key, row in (found or {}).items()), case
    assert 0 < refusals < count


def sensible(row):
    """What must hold of any run of the study, in other words than the code's."""
    return (
        all(not isinstance(value, float) or math.isfinite(value) for value in row.values())
        and type(row["run"]) is type(row["seed"]) is int
        and row["run"] == row["seed"] in (0, 1)
        and row["hidden"] in ((2,), (4, 2))
        and row[TEST_NOISE] in (0.0, 0.2)
        and row["images"] == 32
        and 0 <= row["perfect"] <= 32 and 0 <= row["recognised"] <= 32 and 0 <= row["wrong_pixels"] <= 1120
        and 0 <= row["epochs"] <= 3
        and row["squared_error"] >= 0 and row["seconds"] >= 0 and isinstance(row["loss"], float | int)
    )  # fmt: skip


@COUNTS
def test_that_rows_without_a_checksum_are_read_only_where_they_make_sense(finished, tmp_path, count):
    """As 0.1.0 wrote them; a single value is exchanged, or a row lost."""
    ours, table, _ = finished
    head = ours.partition(b"\n")[0]
    rows = json.loads(json.dumps(table))
    path, refusals = tmp_path / "journal", 0
    for number in range(count):
        case = f"seed {SEED}, case {number}"
        line = mutated_value(random.Random(f"{SEED}/value/{number}"), [0, rows])
        try:
            path.write_bytes(head + b"\n" + json.dumps(line).encode() + b"\n")
        except ValueError:  # a number of more digits than Python writes
            continue
        found = read(path, case)
        refusals += found is None
        assert all(map(sensible, (found or {}).values())), case
    assert 0 < refusals < count
