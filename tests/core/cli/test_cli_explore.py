"""Walks, draws, pictures and sets of one's own on the command line; and mistakes, which leave nothing."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFont

from core import Dataset, Trainer, load_dataset, load_run, preset, save_run
from core.base.registry import UnknownName
from core.base.words import LANGUAGES, in_language, use_language
from core.data.datasets import DATASETS, dataset_names, save_dataset
from core.data.pictures import sheet
from core.experiment.presets import presets
from core.measure.latent import prior_draws, spherical, straight
from core.measure.similarity import nearest
from core.studies.questions import questions

pytestmark = pytest.mark.usefixtures("library")
SAME_RUN = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
FONT = load_dataset("font5x7").labels
COMMANDS_THERE_ARE = [
    ["presets"], ["datasets"], ["datasets", "import"], ["train"], ["evaluate"], ["reconstruct"],
    ["interpolate"], ["generate"], ["study"],
]  # fmt: skip


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Three runs by name: plain, variational, and on grey digits whose labels come again."""
    specs = {
        "plain": replace(preset("font-autoencoder"), epochs=300),
        "vae": replace(preset("font-vae"), epochs=300, latent=3, kl_warmup=0),
        "digits": replace(preset("digits-vae"), epochs=2, kl_warmup=0),
    }
    folder = tmp_path_factory.mktemp("runs")
    return {name: save_run(Trainer(spec).run(), folder / f"{name}.tp5") for name, spec in specs.items()}


def likes(run, images):
    return [nearest(np.float32(image), run.dataset).label for image in images]


def holds(path, page):
    with Image.open(path) as read:
        return np.array_equal(np.asarray(read), page)


def npy(path, images):
    np.save(path, images)
    return path


def ramp(*shape):
    """Images that differ, up to 0.5."""
    return np.linspace(0, 0.5, math.prod(shape)).reshape(shape)


# -- train


def test_that_counts_of_a_large_set_say_of_how_many(tp5, document, library):
    font = load_dataset("font5x7")
    save_dataset(Dataset("letters", np.tile(font.images, (66, 1, 1)), font.labels * 66))
    words = ("train", "font-denoiser", "--set", "dataset=letters", "--set", "hidden=8", "--set", "epochs=1")
    printed = document(*words, "--out", "run.tp5")
    assert printed["measured"] == 2048
    _, said, _ = tp5(*words)
    assert "\n2,048 of 2,112 images measured, spread evenly over the set\n" in said
    assert f"of {2048:,} recognised" in said
    level = ("run.tp5", "--noise", "0.1", "--repeats", 1)
    printed = document("evaluate", *level)
    assert printed["measured"] == 1056
    assert printed["recognised"] % 2 == 0  # each stands for two
    _, said, _ = tp5("evaluate", *level)
    assert "1,056 of 2,112 images measured" in said
    assert "counts are scaled up from these" in said


ALWAYS = {
    "preset", "seed", "epochs", "seconds", "loss", "squared_error", "wrong_pixels", "recognised", "perfect",
    "nearest_own", "collapsed", "mean_activity", "slope",
}  # fmt: skip
SOMETIMES = {"ssim", "label_agreement", "active_units", "kl"}


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("font-denoiser", set()),
        ("font-vae", {"active_units", "kl"}),
        ("emoji-vae-slides-1", {"active_units", "kl", "ssim"}),
        ("digits-denoiser", {"ssim", "label_agreement"}),
        ("digits-vae", {"active_units", "kl", "ssim", "label_agreement"}),
    ],
)
def test_that_train_prints_what_makes_sense_for_the_run(document, name, more):
    printed = document("train", name, "--set", "epochs=1", "--seed", 9)
    assert printed.keys() >= ALWAYS
    assert printed.keys() & SOMETIMES == more
    assert (printed["preset"], printed["seed"], printed["epochs"]) == (name, 9, 1)
    assert printed["collapsed"] in (True, False)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["font-autoencoder"], ["wrong pixels", "of 32 recognised", "perfect"]),
        (["font-vae"], ["units active, KL", "nats per image"]),
        (["emoji-vae-slides-1"], ["similarity", "of 20 nearest to their own", "units active, KL"]),
        (
            ["emoji-vae-slides-2", "--set", "learning_rate=0.05"],
            ["collapsed: every output is the same image\n"],
        ),
        (
            ["font-autoencoder", "--set", "activation=relu", "--set", "learning_rate=1"],
            [
                "collapsed: every output is the same image\nAll 10 ReLU units of layer 1",
                "learning rate is 1:",
            ],
        ),
        (
            ["font-vae", "--set", "beta=900", "--set", "kl_warmup=0"],
            ["collapsed: every", "\nThe KL outweighs the pixels", "beta is 900"],
        ),
    ],
)
def test_that_a_person_is_told_what_makes_sense_for_the_run(tp5, arguments, words):
    status, out, err = tp5("train", *arguments, "--set", "epochs=8")
    assert (status, err) == (0, "")
    for word in words:
        assert word in out
    assert out.startswith(f"{arguments[0]}, seed 0: 8 epochs in ")


def test_that_a_penalty_may_be_switched_off_whatever_it_would_be_about(document):
    """The preset has no hidden layer, and without sparsity nobody asks whose activity it would be."""
    off = ("--set", "sparsity=none", "--set", "sparse_units=hidden", "--set", "epochs=1")
    assert document("train", "font-sparse", *off)["mean_activity"] > 0


# -- interpolate


@pytest.mark.parametrize(("path", "way"), [("linear", straight), ("spherical", spherical)])
@pytest.mark.parametrize("name", ["plain", "vae"])
def test_that_a_walk_is_the_codes_of_its_path_and_what_they_decode_to(document, runs, path, way, name):
    run = load_run(runs[name])
    walk = document("interpolate", runs[name], "a", "z", "--steps", 7, "--path", path)
    assert walk.keys() == {"from", "to", "path", "steps", "nearest", "codes", "images"}
    assert (walk["from"], walk["to"], walk["path"], walk["steps"]) == ("a", "z", path, 7)
    ends = run.model.encode(run.dataset.images[[FONT.index("a"), FONT.index("z")]])
    codes = way(*ends, 7)
    np.testing.assert_allclose(walk["codes"], codes, atol=1e-5)
    np.testing.assert_allclose(walk["images"], run.model.decode(codes), atol=1e-5)
    assert walk["nearest"] == likes(run, run.model.decode(codes))


def test_that_a_walk_has_ten_images_on_the_line_unless_told_otherwise(document, runs):
    walk = document("interpolate", runs["plain"], "b", "c")
    assert (len(walk["images"]), walk["path"]) == (10, "linear")


def test_that_an_item_is_named_by_its_label_or_its_number(document, runs):
    by_label = document("interpolate", runs["plain"], "a", "DEL", "--steps", 2)
    by_number = document("interpolate", runs["plain"], "1", "31", "--steps", 2)
    assert by_label == by_number
    digits = document("interpolate", runs["digits"], "3", "1796", "--steps", 2)
    assert digits["from"] == "3"  # the first of that label, not the third image
    assert digits["to"] == load_dataset("digits").labels[1796]
    run = load_run(runs["digits"])
    first = run.dataset.labels.index("3")
    np.testing.assert_allclose(
        digits["codes"][0], run.model.encode(run.dataset.images[first : first + 1])[0], atol=1e-5
    )


def test_that_a_walk_is_drawn_in_one_row(document, runs):
    walk = document("interpolate", runs["plain"], "a", "b", "--steps", 5, "--out", "walk.png", "--scale", 3)
    run = load_run(runs["plain"])
    assert holds("walk.png", sheet(run.model.decode(np.float32(walk["codes"])), 5, 3))


def test_that_a_walk_is_told_step_by_step(tp5, runs):
    status, out, _ = tp5("interpolate", runs["plain"], "a", "b", "--steps", 3)
    assert status == 0
    assert [line.split()[:2] for line in out.splitlines()] == [["0", "near"], ["1", "near"], ["2", "near"]]


# -- generate


@pytest.mark.parametrize("offset", ["0.1", "-0.25", "0", "1e-3"])
@pytest.mark.parametrize("name", ["plain", "vae"])
def test_that_an_offset_is_added_to_every_number_of_every_code(document, runs, name, offset):
    run = load_run(runs[name])
    made = document("generate", runs[name], "--offset", offset)
    assert made.keys() == {"offset", "items", "nearest", "codes", "images"}
    assert (made["offset"], made["items"]) == (float(offset), list(FONT))
    codes = run.model.encode(run.dataset.images) + np.float32(offset)
    np.testing.assert_allclose(made["codes"], codes, atol=1e-5)
    np.testing.assert_allclose(made["images"], run.model.decode(codes), atol=1e-5)
    assert made["nearest"] == likes(run, run.model.decode(codes))


def test_that_one_item_is_offset_as_among_all(document, runs):
    one = document("generate", runs["vae"], "--offset", "0.1", "--item", "g")
    every = document("generate", runs["vae"], "--offset", "0.1")
    at = FONT.index("g")
    assert (one["items"], one["nearest"]) == (["g"], [every["nearest"][at]])
    np.testing.assert_allclose(one["codes"], every["codes"][at : at + 1], atol=1e-5)
    np.testing.assert_allclose(one["images"], every["images"][at : at + 1], atol=1e-5)


def test_that_samples_are_draws_of_the_prior(document, runs):
    run = load_run(runs["vae"])
    made = document("generate", runs["vae"], "--samples", 6, "--seed", 4)
    assert made.keys() == {"samples", "seed", "nearest", "codes", "images"}
    assert (made["samples"], made["seed"]) == (6, 4)
    draws = prior_draws(6, 3, 4)
    np.testing.assert_allclose(made["codes"], draws, atol=1e-6)
    np.testing.assert_allclose(made["images"], run.model.decode(draws), atol=1e-5)
    assert made == document("generate", runs["vae"], "--samples", 6, "--seed", 4)
    assert made["codes"] != document("generate", runs["vae"], "--samples", 6, "--seed", 5)["codes"]


@pytest.mark.parametrize(("samples", "columns"), [(5, 5), (16, 16), (20, 16)])
def test_that_new_images_are_drawn_in_rows_of_sixteen(document, runs, samples, columns):
    document("generate", runs["vae"], "--samples", samples, "--out", "new.png", "--scale", 1)
    run = load_run(runs["vae"])
    assert holds("new.png", sheet(run.model.decode(prior_draws(samples, 3, 0)), columns, 1))


# -- reconstruct


def test_that_what_was_fed_is_drawn_above_what_came_out(document, runs):
    words = ("--characters", "abc", "--noise", "0.3", "--seed", 2, "--out", "rows.png", "--scale", 2)
    rows = document("reconstruct", runs["plain"], *words)
    images = np.float32([row[key] for key in ("fed", "output") for row in rows])
    with Image.open("rows.png") as read:
        page = np.asarray(read).astype(int)
    assert page.shape == (2 * 15 - 1, 3 * 11 - 1)
    assert np.abs(page - sheet(images, 3, 2)).max() <= 1  # what is printed is rounded


def test_that_no_characters_at_all_are_a_mistake(tp5, runs):
    status, out, err = tp5("reconstruct", runs["plain"], "--characters", "", "--out", "none.png")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "--characters" in err


# -- the lists


def test_that_presets_are_listed_in_either_language(tp5, document):
    for language in LANGUAGES:
        status, out, err = tp5("presets", "--lang", language)
        assert (status, err) == (0, "")
        assert out == "".join(f"{row.name:26} {in_language(language, row.lesson)}\n" for row in presets())
    assert tp5("presets")[1] == tp5("presets", "--lang", "en")[1] != tp5("presets", "--lang", "es")[1]
    rows = document("presets", "--lang", "es")
    assert rows == document("presets")  # both sentences are in the document
    assert [(row["lesson"], row["lesson_es"]) for row in rows] == [
        (row.lesson, in_language("es", row.lesson)) for row in presets()
    ]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_that_the_language_may_stand_before_the_command_or_after_it(tp5, place):
    words = ["study", "nonsense"]
    words[place:place] = ["--lang", "es"]
    status, out, err = tp5(*words)
    assert (status, out) == (2, "")
    assert err == f"tp5: {in_spanish(UnknownName('study', 'nonsense', tuple(q.name for q in questions())))}\n"


def in_spanish(error):
    try:
        use_language("es")
        return error.words()
    finally:
        use_language("en")


@pytest.mark.parametrize("command", COMMANDS_THERE_ARE)
def test_that_every_command_takes_a_language_and_explains_itself(tp5, command):
    for words in ([*command, "--lang", "es", "--help"], ["--lang=es", *command, "--help"]):
        status, out, _ = tp5(*words)
        assert status == 0
        assert "--lang {en,es}" in out


def test_that_own_sets_are_listed_behind_the_built_in_ones(tp5, document, tmp_path):
    source = npy(tmp_path / "some.npy", np.random.default_rng(0).random((3, 4, 6)))
    for name in ("zoo", "ark"):
        assert tp5("datasets", "import", source, "--name", name)[0] == 0
    rows = document("datasets")
    assert [row["name"] for row in rows] == [
        *DATASETS.names(), "ark", "zoo",
    ]  # fmt: skip
    assert rows[-1] == {"name": "zoo", "count": 3, "height": 4, "width": 6}
    assert [line.split() for line in tp5("datasets")[1].splitlines()][-1] == ["zoo", "3", "of", "6x4"]


# -- a data set of one's own


def test_that_an_array_becomes_a_set_to_train_on(document, tmp_path):
    images = np.random.default_rng(0).random((6, 8, 9), dtype=np.float32)
    row = document("datasets", "import", npy(tmp_path / "faces.npy", images), "--name", "my faces")
    assert row == {"name": "my faces", "count": 6, "height": 8, "width": 9}
    assert np.array_equal(load_dataset("my faces").images, images)
    words = ("--set", "dataset=my faces", "--set", "epochs=2", "--set", "hidden=5", "--out", "run.tp5")
    printed = document("train", "font-vae", *words)
    assert printed["ssim"] <= 1
    run = load_run("run.tp5")
    assert (run.spec.dataset, run.dataset.shape) == ("my faces", (8, 9))
    assert document("interpolate", "run.tp5", "1", "6", "--steps", 3)["from"] == "1"


def test_that_a_run_outlives_the_set_it_was_trained_on(document, tmp_path, library):
    source = npy(tmp_path / "a.npy", np.random.default_rng(0).random((3, 4, 4)))
    document("datasets", "import", source, "--name", "gone")
    document("train", "font-autoencoder", "--set", "dataset=gone", "--set", "epochs=1", "--out", "run.tp5")
    (library / "gone.npz").unlink()
    assert len(document("reconstruct", "run.tp5")) == 3


def test_that_a_folder_of_pictures_becomes_a_set(document, tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    levels = {"cat 2": 51, "cat 10": 255, "ant": 0}
    for name, level in levels.items():
        Image.new("L", (6, 4), level).save(folder / f"{name}.png")
    row = document("datasets", "import", folder, "--name", "zoo", "--size", "3x2", "--invert")
    assert row == {"name": "zoo", "count": 3, "height": 2, "width": 3}
    zoo = load_dataset("zoo")
    assert zoo.labels == ("ant", "cat 2", "cat 10")
    for label, image in zip(zoo.labels, zoo.images, strict=True):
        np.testing.assert_allclose(image, 1 - levels[label] / 255, atol=1e-6)


def test_that_a_sheet_is_cut_along_its_grid(document, tmp_path):
    cells = np.random.default_rng(0).integers(1, 255, (6, 5, 4), dtype=np.uint8)
    page = np.block([[cells[3 * row + column] for column in range(3)] for row in range(2)])
    Image.fromarray(page).save(tmp_path / "sheet.png")
    row = document("datasets", "import", tmp_path / "sheet.png", "--name", "cut", "--grid", "3x2")
    assert row == {"name": "cut", "count": 6, "height": 5, "width": 4}
    np.testing.assert_allclose(load_dataset("cut").images, cells / 255, atol=1e-6)
    assert load_dataset("cut").labels == tuple("123456")


def test_that_a_font_becomes_a_set_of_the_characters_asked_for(document, tmp_path):
    path = tmp_path / "font.ttf"
    path.write_bytes(ImageFont.load_default(16).font_bytes)
    words = ("--characters", "hello-", "--size", "12x14")
    row = document("datasets", "import", path, "--name", "letters", *words)
    assert row == {"name": "letters", "count": 5, "height": 14, "width": 12}
    assert load_dataset("letters").labels == tuple("helo-")
    assert load_dataset("letters").images.max((1, 2)).min() > 0.5  # each has ink
    words = ("--set", "dataset=letters", "--set", "epochs=1", "--out", "run.tp5")
    document("train", "font-autoencoder", *words)
    walk = document("interpolate", "run.tp5", "h", "-", "--steps", 2)
    assert (walk["from"], walk["to"]) == ("h", "-")
    assert document("generate", "run.tp5", "--offset", "0.1", "--item", "-")["items"] == ["-"]


def test_that_importing_again_replaces_the_set_where_asked(document, tmp_path):
    for count in (4, 2):
        source = npy(tmp_path / "some.npy", ramp(count, 3, 3))
        document("datasets", "import", source, "--name", "mine", "--replace")
        assert load_dataset("mine").count == count


def test_that_a_set_of_ones_own_is_not_written_over_unasked(mistaken, document, tmp_path):
    document("datasets", "import", npy(tmp_path / "some.npy", ramp(4, 3, 3)), "--name", "mine")
    assert "--replace" in mistaken("datasets", "import", tmp_path / "some.npy", "--name", "mine")
    assert load_dataset("mine").count == 4


def test_that_a_person_is_told_how_to_use_the_set(tp5, tmp_path):
    source = npy(tmp_path / "some.npy", ramp(2, 3, 5))
    status, out, err = tp5("datasets", "import", source, "--name", "mine")
    assert (status, err) == (0, "")
    assert "2 of 5x3" in out
    assert "--set dataset=mine" in out


@pytest.mark.parametrize(
    ("levels", "words"),
    [((0.1, 0.2, 0.3), None), ((0.1, 0.2, 0.1), "1 picture is"), ((0.1, 0.1, 0.1), "2 pictures are")],
)
def test_that_identical_pictures_are_said_when_they_come_in(tp5, tmp_path, levels, words):
    source = npy(tmp_path / "some.npy", np.array([np.eye(3, 5) * level for level in levels]))
    out = tp5("datasets", "import", source, "--name", "mine")[1]
    assert ("identical" in out) == (words is not None)
    assert words is None or words in out


@pytest.mark.parametrize("place", [0, 1])
def test_that_json_is_printed_wherever_it_is_asked_for(tp5, tmp_path, place):
    source = npy(tmp_path / "some.npy", ramp(2, 3, 5))
    words = ["datasets", "import", source, "--name", "mine"]
    words.insert(1 + place, "--json")
    status, out, _ = tp5(*words)
    assert status == 0
    assert json.loads(out)["count"] == 2


# -- mistakes


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["interpolate", "plain", "a"], "TO"),
        (["interpolate", "plain", "a", "ñ"], "TO"),
        (["interpolate", "plain", "ñ", "a"], "FROM"),
        (["interpolate", "plain", "a", "32"], "'32'"),
        (["interpolate", "plain", "a", "-1"], "-1"),
        (["interpolate", "plain", "", "a"], "FROM"),
        (["interpolate", "plain", "a", "b", "--steps", "0"], "--steps"),
        (["interpolate", "plain", "a", "b", "--steps", "two"], "--steps"),
        (["interpolate", "plain", "a", "b", "--path", "curved"], "spherical"),
        (["interpolate", "plain", "a", "b", "--out", "none/walk.png"], "none"),
        (["interpolate", "plain", "a", "b", "--out", "."], "folder"),
        (["interpolate", "plain", "a", "b", "--out", "walk.png", "--scale", "65"], "--scale"),
        (["interpolate", "plain", "a", "b", "--out", "walk.png", "--scale", "0"], "--scale"),
        (["interpolate", "nothing.tp5", "a", "b", "--out", "walk.png"], "nothing.tp5"),
        (["generate", "plain"], "--samples"),
        (["generate", "vae", "--offset", "0.1", "--samples", "3"], "either"),
        (["generate", "vae", "--samples", "3", "--item", "a", "--out", "x.png"], "--item goes with"),
        (["generate", "vae", "--item", "a"], "--offset"),
        (["generate", "vae", "--samples", "0"], "--samples"),
        (["generate", "vae", "--samples", "-3"], "--samples"),
        (["generate", "plain", "--samples", "3", "--out", "x.png"], "not variational"),
        (["generate", "plain", "--offset", "much"], "--offset"),
        (["generate", "plain", "--offset", "nan", "--out", "x.png"], "--offset"),
        (["generate", "plain", "--offset", "inf", "--out", "x.png"], "--offset"),
        (["generate", "plain", "--offset", "1e300", "--out", "x.png"], "--offset"),
        (["generate", "plain", "--offset", "1", "--item", "ñ", "--out", "x.png"], "--item"),
        (["generate", "vae", "--samples", "3", "--seed", "-1"], "--seed"),
        (["generate", "vae", "--samples", "3", "--out", "none/x.png"], "none"),
        (["reconstruct", "plain", "--characters", "añ", "--out", "x.png"], "--characters"),
        (["reconstruct", "plain", "--kind", "rain", "--noise", "0.1", "--out", "x.png"], "flip"),
        (["reconstruct", "plain", "--out", "none/x.png"], "none"),
        (["reconstruct", "plain", "--out", "x.png", "--scale", "1000"], "--scale"),
        (["presets", "--lang", "fr"], "es"),
        (["train", "font-vae", "--set", "dataset=mine", "--out", "run.tp5"], "font5x7"),
        (["train", "font-vae", "--set", "dataset=../mine", "--out", "run.tp5"], "dataset"),
        (["train", "font-vae", "--set", "code_activation=tanh", "--out", "run.tp5"], "code_activation"),
        (["train", "font-vae", "--set", "variational=perhaps"], "true or false"),
        (["train", "font-sparse", "--set", "code_activation=tanh"], "sigmoid"),
        (["train", "font-sparse", "--set", "sparse_units=hidden"], "hidden"),
    ],
)
def test_that_a_mistake_is_one_line_with_status_two_and_leaves_nothing(mistaken, runs, arguments, word):
    assert word in mistaken(*[runs.get(each, each) for each in arguments])


def test_that_a_folder_at_the_place_of_a_picture_stays(mistaken, runs, tmp_path):
    folder = tmp_path / "here" / "x.png"
    folder.mkdir()
    assert "folder" in mistaken("generate", runs["vae"], "--samples", 2, "--out", folder)


@pytest.mark.parametrize(
    ("words", "word"),
    [
        (["none.npy", "--name", "mine"], "none.npy"),
        (["some.npy"], "--name"),
        (["--name", "mine"], "SOURCE"),
        (["text.png", "--name", "mine"], "text.png"),
        (["three.npy", "--name", "mine"], "three.npy"),
        (["some.npy", "--name", "mine", "--grid", "2x2"], "--grid"),
        (["some.npy", "--name", "mine", "--characters", "ab"], "--characters"),
        (["some.npy", "--name", "mine", "--size", "0x3"], "--size"),
        (["some.npy", "--name", "mine", "--size", "3"], "--size"),
        (["some.npy", "--name", "mine", "--size", "3x3x3"], "--size"),
        (["some.npy", "--name", "mine", "--size", "-3x3"], "--size"),
        (["some.npy", "--name", "mine", "--size", "129x3"], "--size"),
        (["some.npy", "--name", "mine", "--size", "9999999999999x3"], "--size"),
        (["empty", "--name", "mine"], "empty"),
        (["some.npy", "--name", ""], "name"),
        (["some.npy", "--name", "../mine"], "../mine"),
        (["some.npy", "--name", "a/b"], "a/b"),
        (["some.npy", "--name", ".hidden"], ".hidden"),
        (["some.npy", "--name", "x" * 65], "64"),
    ],
)
def test_that_what_cannot_become_a_set_is_one_line_and_leaves_nothing(mistaken, tmp_path, words, word):
    here = tmp_path / "here"
    npy(here / "some.npy", ramp(2, 3, 5))
    npy(here / "three.npy", np.arange(3))
    (here / "text.png").write_text("no picture")
    (here / "empty").mkdir()
    assert word in mistaken("datasets", "import", *words)


@pytest.mark.parametrize("name", DATASETS.names())
def test_that_a_built_in_set_cannot_be_replaced(mistaken, tmp_path, name):
    source = npy(tmp_path / "some.npy", ramp(2, 3, 5))
    assert "built in" in mistaken("datasets", "import", source, "--name", name)
    assert load_dataset(name).count > 2


def test_that_a_refused_import_leaves_the_set_of_that_name(tp5, mistaken, tmp_path):
    source = npy(tmp_path / "some.npy", ramp(2, 3, 5))
    assert tp5("datasets", "import", source, "--name", "mine")[0] == 0
    npy(source, np.full((2, 3, 5), 7.5))
    mistaken("datasets", "import", source, "--name", "mine")
    assert load_dataset("mine").images.max() == 0.5


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"nonsense",
        {"images": np.zeros((2, 3))},
        {"images": np.full((2, 3, 3), 7)},
        {"labels": np.zeros(2)},
    ],
    ids=["empty", "no archive", "no images", "no greys", "no words"],
)
def test_that_a_damaged_set_is_one_line_that_names_it(mistaken, library, blob):
    library.mkdir()
    path = library / "mine.npz"
    if isinstance(blob, bytes):
        path.write_bytes(blob)
    else:
        np.savez(path, **{"images": np.zeros((2, 3, 3), np.float32), "labels": np.array('["a", "b"]')} | blob)
    assert "mine" in mistaken("train", "font-vae", "--set", "dataset=mine", "--out", "run.tp5")


WORDS = st.sampled_from(
    ["--json", "--out", "x.png", "--scale", "2", "--steps", "3", "--path", "linear", "spherical", "--offset",
     "0.1", "--item", "a", "z", "--samples", "--seed", "1", "-1", "nan", "", "RUN", "RUN", "--name", "mine",
     "--size", "3x3", "--grid", "--invert", "import", "--lang", "es", "some.npy"]
)  # fmt: skip
COMMANDS = st.sampled_from(["interpolate", "generate", "reconstruct", "datasets", "presets", "evaluate"])


@given(COMMANDS, st.lists(WORDS, max_size=7), st.sampled_from(["plain", "vae"]))
@SAME_RUN
def test_that_a_line_of_any_words_does_its_work_or_is_refused_in_one_line(tp5, runs, command, words, run):
    words = [runs[run] if word == "RUN" else word for word in words]
    status, out, err = tp5(command, *words)
    assert status in (0, 2)
    if status:
        assert (out, err.count("\n")) == ("", 1)
    else:
        assert err == ""
        assert out
    assert set(dataset_names()) <= {*DATASETS.names(), "mine"}


def test_that_a_wasserstein_autoencoder_decodes_draws_from_its_prior(document, tmp_path):
    run = save_run(Trainer(replace(preset("font-wae"), epochs=1)).run(), tmp_path / "wae.tp5")
    assert len(document("generate", run, "--samples", 3)["images"]) == 3
