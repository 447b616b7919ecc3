"""What a journal accepts: rows that the study can have, written by one program at a time."""

import json
from functools import cache
from pathlib import Path

import pytest

from core import Spec
from core.studies import journal as journals
from core.studies.groups import groups, run_group
from core.studies.journal import JournalDamaged, JournalInUse, journal
from core.studies.rows import key_of
from core.studies.running import run
from core.studies.study import TEST_NOISE, Axis, Study, StudyError

BEFORE = Path(__file__).resolve().parents[2] / "data" / "journals" / "0.1.0.jsonl"
PLAIN = Study(Spec(activation="tanh", epochs=3, seed=4), (Axis("hidden", ((2,), (4, 2))),), 2)
TESTED = Study(
    Spec(activation="tanh", epochs=3, noise="flip", noise_level=0.1), (Axis(TEST_NOISE, (0.0, 0.2)),), 2
)


@cache
def rows_of(study):
    return tuple(row for group in groups(study) for row in run_group(study, group))


def write(path, study, rows):
    """A journal as earlier versions wrote it: without checksums, so that only sense protects it."""
    path.write_text(study.to_json() + "\n" + json.dumps([0, list(rows)]) + "\n", encoding="utf-8")


def read(study, path):
    with journal(study, path) as kept:
        return list(kept.done.values())


@pytest.mark.parametrize("study", [PLAIN, TESTED], ids=["plain", "tested"])
def test_that_what_was_computed_is_read_as_it_was(tmp_path, study):
    path = tmp_path / "journal"
    run(study, path)
    with journal(study, path) as kept:
        assert [row | {"seconds": 0} for row in kept.table()] == [
            row | {"seconds": 0} for row in rows_of(study)
        ]
    write(path, study, rows_of(study))
    assert sorted(read(study, path), key=str) == sorted(rows_of(study), key=str)


NAN, MISSING = float("nan"), object()
NONSENSE = {
    "run": (-1, 2, 0.0, True, None, "0", MISSING),
    "seed": (0, 5, 4.0, None, True, MISSING),
    "hidden": ([3], 2, "2", None, [True], MISSING),
    "seconds": (-1.0, NAN, float("inf"), "1", None, True, MISSING),
    "images": (31, 33, 32.0, 0, None, MISSING),
    "epochs": (-1, 4, 2.5, "3", None, True, MISSING),
    "loss": (NAN, float("inf"), 10**400, None, "low", [], True, MISSING),
    "wrong_pixels": (-1, 32 * 35 + 1, 1.5, NAN, None, MISSING),
    "squared_error": (-0.1, NAN, None, MISSING),
    "recognised": (-1, 33, 2.5, NAN, None, True, MISSING),
    "perfect": (-1, 33, 10**400, None, MISSING),
    "nearest_own": (-1, 33, 0.5, "x"),
    "collapsed": (0, 1, None, "true"),
    "diverged": (0, None, MISSING),
    "first_perfect": (-1, 4, 0.5, NAN, True, MISSING),
    "slope": (NAN, "steep", True),
}


@pytest.mark.parametrize("name", NONSENSE)
def test_that_a_row_that_no_run_can_have_is_refused_by_name_and_the_file_left(tmp_path, name):
    path = tmp_path / "journal"
    first = next(row for row in rows_of(PLAIN) if row["run"] == 0)
    for value in NONSENSE[name]:
        row = {key: each for key, each in first.items() if key != name or value is not MISSING}
        write(path, PLAIN, [row if value is MISSING else row | {name: value}])
        before = path.read_bytes()
        with pytest.raises(
            JournalDamaged, match=r"damaged journal: line 2: .*(run|hidden|Hidden)"
        ) as refused:
            read(PLAIN, path)
        assert name in str(refused.value), value
        assert path.read_bytes() == before


def test_that_a_seed_that_is_not_of_its_run_is_refused(tmp_path):
    rows = [row | {"run": 1 - row["run"]} for row in rows_of(PLAIN)]
    write(tmp_path / "journal", PLAIN, rows)
    with pytest.raises(JournalDamaged, match="seed"):
        read(PLAIN, tmp_path / "journal")


def test_that_counts_under_test_noise_are_means_and_within_the_set(tmp_path):
    path, first = tmp_path / "journal", rows_of(TESTED)[0]
    write(path, TESTED, [first | {"recognised": 2.35}])
    assert read(TESTED, path)[0]["recognised"] == 2.35
    for name, value in (
        ("recognised", 32.1), ("best_possible_recognised", 32.1), ("fed_squared_error", -1.0),
        (TEST_NOISE, 0.1), (TEST_NOISE, False), (TEST_NOISE, None),
    ):  # fmt: skip
        write(path, TESTED, [first | {name: value}])
        with pytest.raises(JournalDamaged):
            read(TESTED, path)


def test_that_a_line_whose_checksum_is_wrong_is_refused_even_where_it_makes_sense(tmp_path):
    path = tmp_path / "journal"
    run(PLAIN, path)
    head, line, *rest = path.read_text().splitlines()
    mark, (row,) = json.loads(line)
    changed = json.dumps([mark, [row | {"recognised": (row["recognised"] + 1) % 32}]])
    path.write_text("\n".join([head, changed, *rest]) + "\n")
    with pytest.raises(JournalDamaged, match="checksum"):
        read(PLAIN, path)


def test_that_lines_of_another_journal_do_not_belong(tmp_path):
    """Its rows make sense here as well: only the checksum knows."""
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    longer = Study(Spec(activation="tanh", epochs=4, seed=4), PLAIN.axes, 2)
    run(PLAIN, theirs)
    ours.write_bytes(longer.to_json().encode() + b"\n" + theirs.read_bytes().partition(b"\n")[2])
    with pytest.raises(JournalDamaged, match="checksum"):
        read(longer, ours)


def test_that_a_journal_of_0_1_0_is_read_whole(tmp_path):
    path = tmp_path / "journal"
    path.write_bytes(BEFORE.read_bytes())
    study = Study.from_json(BEFORE.read_text(encoding="utf-8").splitlines()[0])
    rows = read(study, path)
    assert len(rows) == study.total * len(study.levels) == 8
    assert {key_of(study, row) for row in rows} == {
        ((hidden,), number, level) for hidden in ((3,), (4, 3)) for number in (0, 1) for level in (0.0, 0.2)
    }
    assert path.read_bytes() == BEFORE.read_bytes()


def test_that_two_cannot_write_one_journal(tmp_path):
    path = tmp_path / "journal"
    with journal(PLAIN, path) as kept:
        kept.add(rows_of(PLAIN)[:1])
        before = path.read_bytes()
        with pytest.raises(JournalInUse, match="journal is being written"):
            run(PLAIN, path)
        assert path.read_bytes() == before
        kept.add(rows_of(PLAIN)[1:])
    assert len(read(PLAIN, path)) == len(rows_of(PLAIN))


def test_that_a_full_disk_leaves_the_lines_before_it_and_no_part_of_one(tmp_path, monkeypatch):
    path = tmp_path / "journal"
    with journal(PLAIN, path) as kept:
        kept.add(rows_of(PLAIN)[:1])

        def full(descriptor):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(journals.os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            kept.add(rows_of(PLAIN)[1:2])
        monkeypatch.undo()
        kept.add(rows_of(PLAIN)[2:3])
    assert read(PLAIN, path) == [rows_of(PLAIN)[0], rows_of(PLAIN)[2]]


def test_that_what_is_no_file_is_refused(tmp_path):
    with pytest.raises(StudyError, match="is not a file"):
        run(PLAIN, Path("/dev/null"))


def test_that_what_a_base_says_of_a_varied_field_means_nothing(tmp_path):
    path = tmp_path / "journal"
    run(PLAIN, path)
    other = Study(Spec(activation="tanh", epochs=3, seed=4, hidden=(9,), replicas=5), PLAIN.axes, 2)
    assert len(read(other, path)) == 4
    assert groups(other) == groups(PLAIN)
