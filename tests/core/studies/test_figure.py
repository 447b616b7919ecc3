"""A study on paper: three kinds of file, words in any language, and every point where its value is."""

import gettext
import math
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

import core.data.library
from core import Dataset, Spec
from core.base import words
from core.base.words import Refusal
from core.data.datasets import save_dataset
from core.experiment.spec import FIELDS
from core.studies.figure import write_figure
from core.studies.measures import scale_of
from core.studies.questions import questions
from core.studies.study import TEST_NOISE, Axis, Study
from core.studies.summary import BANDS, Cell, cells

RATE = Study(Spec(), (Axis("learning_rate", (0.1, 0.01, 0.001)),), 3)
LEVELS = Study(Spec(noise="flip", noise_level=0.1), (Axis(TEST_NOISE, (0.0, 0.4, 0.1)),), 3)
NAMES = Study(Spec(), (Axis("activation", ("tanh", "sine")),), 3)
LAYERS = Study(Spec(), (Axis("hidden", ((), (10,), (32, 16))),), 3)
SURFACE = Study(Spec(noise="flip"), (Axis("noise_level", (0.0, 0.3)), Axis(TEST_NOISE, (0.0, 0.1, 0.2))), 3)
ONE_TEST = Study(
    Spec(noise="flip", noise_level=0.1), (Axis("hidden", ((4,), (8, 4))), Axis(TEST_NOISE, (0.2,))), 3
)
STUDIES = {"rate": RATE, "levels": LEVELS, "names": NAMES, "layers": LAYERS, "surface": SURFACE,
           "one test": ONE_TEST}  # fmt: skip


def found(study, start=1.0):
    """Cells of which each has a mean of its own."""
    empty = cells(study, [], "loss")
    return [
        Cell(each.values, 3, start + i, start + i - 0.5, start + i + 0.25) for i, each in enumerate(empty)
    ]


class Marked(gettext.NullTranslations):
    """A language of its own: every template as it is, with a mark in front."""

    def gettext(self, message):
        return f"¡{message}"

    def ngettext(self, one, many, count):
        return f"¡{one if count == 1 else many}"


@pytest.fixture
def marked(monkeypatch):
    """Speak the marked language."""
    monkeypatch.setattr(words, "_catalogue", Marked())


def means(study, start=1.0):
    return {each.values: each.mean for each in found(study, start)}


@pytest.fixture
def drawn(monkeypatch, tmp_path):
    """Draws a study and gives the axes of what was drawn: (plot, colour bar, if any)."""
    figures = []
    save = Figure.savefig
    monkeypatch.setattr(Figure, "savefig", lambda self, *a, **k: (figures.append(self), save(self, *a, **k)))

    def call(study, *, measure="recognised", band="sd", summary=None, **more):
        write_figure(tmp_path / "drawn.png", study, summary or found(study), measure, band, **more)
        return figures[-1].axes

    return call


# -- files


@pytest.mark.parametrize("name", STUDIES)
def test_that_a_png_is_a_picture_fit_for_print(tmp_path, name):
    study = STUDIES[name]
    path = write_figure(tmp_path / "figure.png", study, found(study), "recognised", "sd")
    with Image.open(path) as picture:
        picture.load()
        assert picture.format == "PNG"
        assert min(picture.size) >= 1000
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
        assert len(np.unique(np.asarray(picture.convert("L")))) > 3


@pytest.mark.parametrize("name", STUDIES)
def test_that_a_pdf_is_one(tmp_path, name):
    study = STUDIES[name]
    path = write_figure(tmp_path / "figure.pdf", study, found(study), "recognised", "sd")
    blob = path.read_bytes()
    assert blob.startswith(b"%PDF")
    assert blob.rstrip().endswith(b"%%EOF")
    assert blob.count(b"/Type /Page\n") + blob.count(b"/Type /Page ") == 1


@pytest.mark.parametrize("name", STUDIES)
def test_that_an_svg_holds_its_words(tmp_path, name):
    study = STUDIES[name]
    path = write_figure(tmp_path / "figure.svg", study, found(study), "recognised", "range", title="¿Sí?")
    root = ElementTree.parse(path).getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    text = path.read_text(encoding="utf-8")  # letters are drawn; what they say stands beside them
    assert "¿Sí?" in text
    assert "recognised (images)" in text
    if name != "surface":
        assert "mean and range of 3 runs" in text


@pytest.mark.parametrize("suffix", [".PNG", ".Svg", ".pdf"])
def test_that_the_case_of_the_suffix_does_not_matter(tmp_path, suffix):
    path = write_figure(tmp_path / f"figure{suffix}", RATE, found(RATE), "loss", "sd")
    assert path.stat().st_size > 1000


@pytest.mark.parametrize("name", ["figure", "figure.jpg", "figure.png.txt", ".png", "figure.csv"])
def test_that_other_suffixes_are_refused_and_nothing_written(tmp_path, name):
    with pytest.raises(ValueError, match=r"\.png, \.svg or \.pdf"):
        write_figure(tmp_path / name, RATE, found(RATE), "loss", "sd")
    assert list(tmp_path.iterdir()) == []


def test_that_a_study_without_an_axis_has_no_figure(tmp_path):
    study = Study(Spec(), (), 3)
    with pytest.raises(ValueError, match="nothing varies"):
        write_figure(tmp_path / "figure.png", study, found(study), "loss", "sd")
    assert list(tmp_path.iterdir()) == []


# -- words


@pytest.mark.parametrize(
    ("band", "caption"),
    [
        ("sd", "mean and standard deviation of 3 runs"),
        ("range", "mean and range of 3 runs"),
        ("bootstrap", "mean of 3 runs and its 95 % interval"),
    ],
)
def test_that_the_caption_tells_band_and_number_of_runs(drawn, band, caption):
    assert band in BANDS
    (axes, *_) = drawn(RATE, band=band)
    assert [text.get_text() for text in axes.texts] == [caption]
    assert axes.get_ylabel() == "recognised (images)"


@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize("name", STUDIES)
def test_that_every_word_of_a_figure_is_said_in_the_language_in_use(marked, drawn, name, band):
    study = STUDIES[name]
    axes, *bar = drawn(study, band=band, theirs=((0.1, 0.9),), ceiling=found(study))
    legend = axes.get_legend()
    texts = [axes.get_xlabel(), bar[0].get_ylabel() if bar else axes.get_ylabel()]
    if name == "surface":
        texts.append(axes.get_ylabel())
    else:
        texts += [text.get_text() for text in (*axes.texts, *legend.get_texts())]
    assert all(text.startswith("¡") for text in texts), texts


def test_that_axes_are_called_as_in_the_form(drawn):
    (axes, *_) = drawn(RATE)
    assert axes.get_xlabel() == FIELDS["learning_rate"].metadata["label"] == "Learning rate"
    (axes, *_) = drawn(LEVELS)
    assert axes.get_xlabel() == "Test noise"


@pytest.mark.parametrize("field", ["latent", "hidden", "epochs", "free_bits"])
def test_that_an_axis_tells_its_unit(drawn, field):
    value = {"hidden": ((3,), (4,)), "free_bits": (0.0, 1.0)}.get(field, (3, 4))
    (axes, *_) = drawn(Study(Spec(), (Axis(field, value),), 3))
    metadata = FIELDS[field].metadata
    assert metadata["label"] in axes.get_xlabel()
    assert metadata["unit"] in axes.get_xlabel()


@pytest.mark.parametrize(
    ("measure", "label"),
    [
        ("mean_activity", "mean activity"), ("squared_error", "squared error (per pixel)"),
        ("seconds", "seconds"), ("best_possible_perfect", "best possible: perfect (images)"),
        ("fed_squared_error", "squared error of the noisy images"), ("unheard", "unheard"),
    ],
)  # fmt: skip
def test_that_a_measure_is_called_by_its_label_and_unit_and_an_unknown_one_by_its_name(drawn, measure, label):
    (axes, *_) = drawn(RATE, measure=measure)
    assert axes.get_ylabel() == label


def test_that_the_title_is_drawn_if_there_is_one(drawn):
    assert drawn(RATE, title="Which?")[0].get_title("left") == "Which?"
    assert drawn(RATE)[0].get_title("left") == ""


# -- points


def points(line):
    return dict(zip(map(float, line.get_xdata()), map(float, line.get_ydata()), strict=True))


@pytest.mark.parametrize("study", [RATE, LEVELS], ids=["rate", "levels"])
def test_that_numbers_are_drawn_in_their_order_each_with_its_mean_and_band(drawn, study):
    (axes,) = drawn(study)
    (line,) = axes.lines
    assert points(line) == {place: mean for (place,), mean in means(study).items()}
    assert list(line.get_xdata()) == sorted(study.axes[0].values)
    (band,) = axes.collections
    edge = band.get_paths()[0].vertices
    for place, mean in points(line).items():
        heights = edge[np.isclose(edge[:, 0], place), 1]
        assert (min(heights), max(heights)) == pytest.approx((mean - 0.5, mean + 0.25))


def test_that_rates_over_two_decades_are_drawn_in_decades(drawn):
    assert drawn(RATE)[0].get_xscale() == "log"
    assert drawn(LEVELS)[0].get_xscale() == "linear"


@pytest.mark.parametrize(
    ("study", "labels"),
    [(NAMES, ["tanh", "sine"]), (LAYERS, ["none", "10", "32-16"]), (ONE_TEST, ["4", "8-4"])],
    ids=["names", "layers", "one test"],
)
def test_that_categories_stand_side_by_side_under_their_names(drawn, study, labels):
    (axes,) = drawn(study)
    assert [each.get_text() for each in axes.get_xticklabels()] == labels
    assert list(axes.get_xticks()) == list(range(len(labels)))
    assert points(axes.lines[0]) == dict(enumerate(means(study).values()))


def test_that_yes_and_no_are_categories(drawn):
    (axes,) = drawn(Study(Spec(batch_size=8), (Axis("shuffle", (True, False)),), 3))
    assert [each.get_text() for each in axes.get_xticklabels()] == ["True", "False"]


def test_that_the_slides_points_are_laid_over_ours(drawn):
    theirs = ((0.1, 0.9), (0.01, 20.9))
    (axes,) = drawn(RATE, theirs=theirs)
    (line,) = [line for line in axes.lines if line.get_label() == "slides"]
    assert points(line) == dict(theirs)
    assert "slides" in [text.get_text() for text in axes.get_legend().get_texts()]


@pytest.mark.parametrize("study", [RATE, LEVELS], ids=["rate", "levels"])
def test_that_the_ceiling_is_drawn_over_the_settings_it_belongs_to(drawn, study):
    (axes,) = drawn(study, ceiling=found(study, start=20.0))
    (line,) = [each for each in axes.lines if each.get_label() == "best possible"]
    assert points(line) == {place: mean for (place,), mean in means(study, 20.0).items()}


def test_that_the_ceiling_of_categories_is_drawn_over_them_too(drawn):
    (axes,) = drawn(ONE_TEST, ceiling=found(ONE_TEST, start=20.0))
    assert [each.get_text() for each in axes.get_xticklabels()] == ["4", "8-4"]
    (line,) = [each for each in axes.lines if each.get_label() == "best possible"]
    assert points(line) == {0: 20.0, 1: 21.0}


def test_that_without_points_and_ceiling_there_is_no_legend(drawn):
    assert drawn(RATE)[0].get_legend() is None


def test_that_two_fields_are_a_map_with_every_mean_written_in_it(drawn):
    (axes, bar) = drawn(SURFACE)
    (image,) = axes.images
    assert image.get_array().tolist() == [[1, 2, 3], [4, 5, 6]]
    assert image.origin == "lower"
    assert [each.get_text() for each in axes.get_xticklabels()] == ["0.0", "0.1", "0.2"]
    assert [each.get_text() for each in axes.get_yticklabels()] == ["0.0", "0.3"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("Test noise", "Noise level")
    written = {(each.get_position()[::-1]): float(each.get_text()) for each in axes.texts}
    assert written == {(row, column): 3 * row + column + 1 for row in (0, 1) for column in (0, 1, 2)}
    assert bar.get_ylabel() == "recognised (images)"


# -- what is not there yet


def test_that_a_study_without_a_run_has_no_figure(tmp_path):
    none = [Cell(cell.values, 0, math.nan, math.nan, math.nan) for cell in found(RATE)]
    with pytest.raises(Refusal, match="none of the runs has it"):
        write_figure(tmp_path / "a.svg", RATE, none, "recognised", "sd")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", STUDIES)
def test_that_a_study_under_way_can_be_drawn(drawn, name):
    study = STUDIES[name]
    some = [
        cell if index == 0 else Cell(cell.values, 0, math.nan, math.nan, math.nan)
        for index, cell in enumerate(found(study))
    ]
    drawn(study, summary=some)


@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize("study", [RATE, NAMES], ids=["rate", "names"])
def test_that_runs_that_are_all_alike_can_be_drawn(drawn, study, band):
    """A mean of equal numbers may miss them by their last bit, and no bar of an error is negative."""
    (axis,) = study.axes
    rows = [{axis.field: value, "ssim": 0.05} for value in axis.values for _ in range(3)]
    drawn(study, summary=cells(study, rows, "ssim", band), measure="ssim", band=band)


@pytest.mark.parametrize("name", [each.name for each in questions() if each.axes])
def test_that_every_ready_made_study_has_a_figure(tmp_path, name):
    (asked,) = [each for each in questions() if each.name == name]
    study = asked.study()
    limit = found(study, 20.0) if study.tests else ()
    path = write_figure(
        tmp_path / "figure.svg", study, found(study), asked.measure, "sd", title=asked.asks,
        theirs=asked.theirs, ceiling=limit,
    )  # fmt: skip
    assert asked.asks in path.read_text(encoding="utf-8")


def test_that_the_axis_ends_where_the_measure_does(drawn):
    wide = [replace(each, mean=16.0, low=-30.0, high=90.0) for each in found(RATE)]
    low, high = drawn(RATE, summary=wide)[0].get_ylim()
    assert -6 < low <= 0
    assert 32 <= high < 38
    below = [replace(each, mean=-4.0, low=-5.0, high=90.0) for each in found(RATE)]
    assert drawn(RATE, summary=below)[0].get_ylim()[0] < -4


def test_that_an_answer_outlives_its_set(library, tmp_path):
    save_dataset(Dataset("mine", np.eye(5, dtype=np.float32)[:, None].repeat(5, 1), tuple("12345")))
    study = Study(Spec(dataset="mine"), (Axis("gain", (0.5, 1.0)),), runs=2)
    assert scale_of(study, "recognised").most == 5
    core.data.library.delete("mine")
    assert scale_of(study, "recognised").most == math.inf
    rows = [{"run": run, "gain": gain, "recognised": 3 + run} for gain in (0.5, 1.0) for run in (0, 1)]
    found = cells(study, rows, "recognised")
    assert write_figure(tmp_path / "answer.png", study, found, "recognised", "sd").is_file()
