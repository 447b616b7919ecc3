"""A table on disk holds the rows of the study, one line a run, whatever kind of file it is."""

import csv
import json
import math

import pytest

from core.studies.study import StudyError
from core.studies.tables import TABLES, plain, write_table

ROWS = [
    {"hidden": (64, 32), "run": 0, "loss": 0.1 + 0.2, "diverged": False},
    {"hidden": (), "run": 1, "loss": math.inf, "ssim": 0.5},
]


def test_that_layers_are_one_word_and_what_is_not_finite_is_nothing():
    assert plain(ROWS[0]) == ROWS[0] | {"hidden": "64-32"}
    assert plain(ROWS[1]) == {"hidden": "", "run": 1, "loss": None, "ssim": 0.5}


def test_that_json_comes_back(tmp_path):
    write_table(tmp_path / "t.JSON", ROWS)
    assert json.loads((tmp_path / "t.JSON").read_text()) == [plain(row) for row in ROWS]


def test_that_csv_has_every_column_of_every_row(tmp_path):
    write_table(tmp_path / "t.csv", ROWS)
    with (tmp_path / "t.csv").open(newline="") as file:
        first, second = csv.DictReader(file)
    assert list(first) == ["hidden", "run", "loss", "diverged", "ssim"]
    assert (first["loss"], first["ssim"]) == ("0.30000000000000004", "")
    assert (second["loss"], second["diverged"]) == ("", "")


@pytest.mark.parametrize("name", ["t", "t.txt", ".csv"])
def test_that_another_kind_of_file_is_refused_before_it_is_made(tmp_path, name):
    with pytest.raises(StudyError, match=TABLES[0]):
        write_table(tmp_path / name, ROWS)
    assert list(tmp_path.iterdir()) == []
