"""`tp5 report`: a page about a run, and its numbers for scripts."""

import pytest

from core.base.files import shipped
from core.base.words import use_language

pytestmark = pytest.mark.usefixtures("library")
RUN = shipped("resources/runs/font-autoencoder.tp5")


@pytest.fixture(autouse=True)
def _english():
    yield
    use_language("en")


def test_that_a_page_is_written_and_its_numbers_are_printed(document, tmp_path):
    place = tmp_path / "here" / "report.html"
    told = document("report", RUN, "--out", place)
    assert told["out"] == str(place)
    assert told["bytes"] == place.stat().st_size
    assert (told["language"], told["run"], told["epochs"]) == ("en", "font-autoencoder", 10_000)
    assert f'<data value="{told["loss"]}">' in place.read_text(encoding="utf-8")


def test_that_a_page_is_in_the_language_that_was_asked_for(tp5, tmp_path):
    status, out, err = tp5("--lang", "es", "report", RUN, "--out", "informe.html")
    assert (status, err) == (0, "")
    assert "informe.html" in out
    assert '<html lang="es">' in (tmp_path / "here" / "informe.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((RUN, "--out", "report.pdf"), ".html"),
        ((RUN, "--out", "nowhere/report.html"), "nowhere"),
        ((RUN, "--out", "."), "folder"),
        ((RUN,), "--out"),
        (("gone.tp5", "--out", "report.html"), "gone.tp5"),
    ],
)
def test_that_what_cannot_be_is_refused_in_one_line(mistaken, words, said):
    assert said in mistaken("report", *words)


def test_that_a_page_that_is_there_is_replaced(tp5, tmp_path):
    place = tmp_path / "here" / "report.html"
    place.write_text("old")
    assert tp5("report", RUN, "--out", place)[0] == 0
    assert place.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
