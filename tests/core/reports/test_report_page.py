"""The page about a run: whole, safe, in both languages, and with the numbers of its report."""

import re
import shlex
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from pages import Page

from core import Dataset, Spec, Trainer, load_dataset, load_run, preset
from core.base.files import shipped
from core.base.words import Refusal, say, use_language
from core.cli.commands import edits_of
from core.experiment.spec import edit
from core.measure.metrics import METRICS
from core.reports.facts import Pairs, Units, facts_of
from core.reports.page import page_of
from core.reports.settings import command_of
from core.reports.writing import write_page, write_report
from core.train.report import report

HOSTILE = '<img src=x onerror="alert(1)">&amp;\u202egnp'
SMALL = Spec(hidden=(4,), epochs=3)


def facts(trainer):
    return facts_of(trainer.as_trained(), trainer.threads, trainer.plane)


def trained(spec, dataset=None):
    return Trainer(spec, dataset).run()


def letters(count=6, label="{}"):
    whole = load_dataset("font5x7")
    return Dataset("mine", whole.images[:count], tuple(label.format(each) for each in whole.labels[:count]))


@pytest.fixture(scope="module")
def denoiser():
    return load_run(shipped("resources/runs/font-denoiser.tp5"))


@pytest.fixture(scope="module")
def cleaned(denoiser):
    return facts(denoiser)


@pytest.fixture(autouse=True)
def _english():
    yield
    use_language("en")


RUNS = {
    "of a code of one number": replace(SMALL, latent=1),
    "without hidden layers": replace(SMALL, hidden=()),
    "variational": replace(SMALL, variational=True, latent=5),
    "with a penalty": replace(SMALL, penalty="mmd"),
    "of several networks": replace(SMALL, replicas=3, seed=4),
    "with a costly noise": replace(SMALL, noise="salt-and-pepper-count", noise_level=0.2),
}


@pytest.mark.parametrize("spec", RUNS.values(), ids=RUNS.keys())
def test_that_the_page_of_any_run_is_whole(spec):
    page = Page(page_of(facts(trained(spec))))
    assert [attributes["lang"] for attributes in page.named("html")] == ["en"]
    assert len(page.named("svg")) >= 3
    for drawing in page.named("svg"):
        assert drawing["role"] == "img"
    assert page.text.count("nan") == 0


def test_that_a_run_that_was_never_trained_has_a_page(denoiser):
    page = Page(page_of(facts(Trainer(SMALL))))
    assert "Trained for 0 of 3 epochs." in page.text


def test_that_codes_that_are_all_the_same_have_a_map():
    trainer = Trainer(SMALL, letters(1))
    trainer.network.params.zero_()
    assert "The image is drawn at its code." in Page(page_of(facts(trainer))).text


def test_that_nothing_from_outside_is_markup():
    page = Page(page_of(facts(trained(SMALL, letters(label="{} " + HOSTILE)))))
    assert all(image["src"].startswith("data:image/png;base64,") for image in page.named("img"))
    assert not any(key.startswith("on") for _, attributes in page.elements for key in attributes)
    shown = HOSTILE.replace("\u202e", "\ufffd")
    assert f"a {shown}" in [attributes.get("title") for attributes in page.named("th")]
    assert "\u202e" not in page.text


def test_that_a_page_fetches_nothing_and_runs_nothing(cleaned):
    text = page_of(cleaned)
    page = Page(text)
    given = [pair for _, attributes in page.elements for pair in attributes.items()]
    fetched = [value for key, value in given if key in ("src", "href")]
    assert fetched
    assert all(address.startswith("data:image/png;base64,") for address in fetched)
    assert not {"script", "link", "iframe", "object", "embed", "base"} & {name for name, _ in page.elements}
    style = "".join(page.under("style"))
    assert not re.search(r"url\(|@import|expression", style)
    assert "://" not in re.sub(r'"data:[^"]*"', "", text)
    policies = [attributes["content"] for attributes in page.named("meta") if "http-equiv" in attributes]
    assert policies == ["default-src 'none'; img-src data:; style-src 'unsafe-inline'"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_that_a_page_is_in_the_language_in_use(cleaned, language):
    use_language(language)
    page = Page(page_of(cleaned))
    assert page.named("html") == [{"lang": language}]
    meanings = page.under("dd")
    assert say(METRICS["recognised"].help) in meanings
    assert ("Images with at most one wrong pixel." in meanings) == (language == "en")


def test_that_every_number_is_that_of_the_report(denoiser, cleaned):
    page = Page(page_of(cleaned))
    numbers = report(denoiser).to_dict()
    values = [float(attributes["value"]) for attributes in page.named("data")]
    told = [float(numbers[metric.name]) for metric in METRICS if metric.name in numbers]
    assert values[-len(told) :] == told
    assert values[:2] == [numbers["recognised"], numbers["wrong_pixels"]]


def test_that_a_denoiser_stands_beside_the_best_possible(cleaned):
    page = Page(page_of(cleaned))
    rows = [text for around, text in page.texts if around[-1] == "th" and "tbody" in around]
    assert rows.count("fed") == rows.count("best possible") == 4
    assert cleaned.cleaning.recognised <= cleaned.cleaning.best_possible_recognised
    assert any(text.startswith("best possible ") for text in page.under("svg"))


def test_that_no_capital_of_a_name_stands_in_the_middle_of_a_sentence(cleaned):
    page = page_of(cleaned)
    assert page.count("under salt-and-pepper noise at level 0.3") == 2
    assert "under Salt" not in page


def test_that_what_is_not_fed_under_noise_has_no_such_rows():
    page = Page(page_of(facts(trained(SMALL))))
    assert not {"fed", "best possible", "How well it cleans"} & {text for _, text in page.texts}


def test_that_only_changed_settings_are_in_sight():
    page = Page(page_of(facts(trained(replace(SMALL, latent=3)))))
    folded = page.under("details")
    assert "Learning rate" in folded
    assert {"Code size", "Epochs"}.isdisjoint(folded)
    assert {"Code size", "Epochs"} <= set(page.under("table"))


def test_that_a_preset_is_called_by_its_name_and_tells_its_lesson(cleaned):
    page = Page(page_of(cleaned))
    assert page.under("h1") == ["Font denoiser"]
    assert "A wide code cleans 30 % salt and pepper nearly as well as any method can." in page.under("p")


def test_that_a_sample_is_called_one():
    generator = np.random.default_rng(0)
    many = Dataset("many", generator.random((3000, 4, 4), dtype=np.float32), tuple(map(str, range(3000))))
    page = Page(page_of(facts(Trainer(replace(SMALL, latent=2), many))))
    measured = facts(Trainer(SMALL, many)).numbers.measured
    assert f"{measured:,} of 3,000 images measured, spread evenly over the set." in page.text
    assert re.search(r"\d+ of 3,000 images, evenly spaced\.", page.text)
    assert re.search(rf"\d+ of {measured:,} images are drawn at their codes", page.text)


def test_that_a_page_stays_small_whatever_the_images(cleaned):
    """Of the largest images that a set can be imported with, full of what no picture file makes smaller."""
    generator, side = np.random.default_rng(0), 128
    large = generator.random((2048, side, side), dtype=np.float32)
    dataset = Dataset("large", large[:1], ("a",))
    some = large[:32]
    known = replace(
        cleaned,
        dataset=dataset,
        pairs=Pairs(("long " * 12,) * 32, some, some, some, some, np.zeros(32, dtype=np.int64)),
        map=replace(cleaned.map, points=generator.normal(size=(2048, 2)).astype(np.float32), images=large),
        units=Units(np.arange(12), large[:12] - 0.5, 4096),
    )
    text = page_of(known)
    assert len(text.encode()) < 1_000_000
    assert "Each pixel here is the mean of 4x4 pixels of the image." in text


@pytest.mark.parametrize(
    "spec",
    [
        preset("font-denoiser"),
        replace(preset("font-vae"), learning_rate=0.5, epochs=7, seed=9),
        Spec(dataset="my own", hidden=(), latent=7, shuffle=False, noise="flip", noise_level=0.125),
    ],
)
def test_that_the_command_makes_the_very_run_again(spec):
    tp5, train, base, *words = shlex.split(command_of(spec))
    assert (tp5, train) == ("tp5", "train")
    given = {"seed": int(words[words.index("--seed") + 1])}
    settings = [word for flag, word in pairwise(words) if flag == "--set"]
    assert edit(preset(base), edits_of(settings) | given) == spec


def test_that_one_network_of_several_is_told_of_as_a_run_of_its_own():
    trainer = trained(replace(SMALL, replicas=3, seed=4))
    known = facts(trainer)
    assert (known.networks, known.spec.replicas, known.spec.seed) == (3, 1, 4 + trainer.leader)
    assert known.numbers.to_dict() == report(trainer, trainer.leader).to_dict()
    assert "3 networks were trained at once" in Page(page_of(known)).text


def test_that_progress_rises_to_the_end(denoiser, tmp_path):
    shares = []
    write_report(denoiser, tmp_path / "a.html", shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1


@pytest.mark.parametrize("name", ["report.pdf", "report"])
def test_that_a_page_has_the_name_of_one(cleaned, tmp_path, name):
    with pytest.raises(Refusal, match=r"\.html"):
        write_page(cleaned, tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_that_a_page_that_cannot_be_written_leaves_the_old_one(cleaned, tmp_path):
    (tmp_path / "file").write_text("a file")
    with pytest.raises(OSError, match="file"):
        write_page(cleaned, tmp_path / "file" / "report.html")
    assert (tmp_path / "file").read_text() == "a file"


def test_that_the_same_run_gives_the_same_page(denoiser, cleaned, tmp_path):
    assert page_of(facts(denoiser)) == page_of(cleaned)


def test_that_a_page_says_after_which_epoch_the_settings_were_changed():
    trainer = Trainer(SMALL)
    trainer.advance(2)
    trainer.update(replace(SMALL, learning_rate=0.02, epochs=4))
    trainer.advance(1)
    trainer.update(replace(SMALL, learning_rate=0.37, epochs=4))
    text = " ".join(Page(page_of(facts(trainer))).under("section"))
    assert "After epoch 2: Learning rate 0.01 → 0.02; Epochs 3 → 4" in text
    assert "0.37" not in text
    trainer.advance(1)
    assert "After epoch 3: Learning rate 0.02 → 0.37" in Page(page_of(facts(trainer))).text
