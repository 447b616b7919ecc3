"""Ready-made studies: each can be asked, in two languages, and the slides' points lie on its axis."""

from dataclasses import replace

import pytest

from core import load_dataset, preset
from core.base.registry import UnknownName
from core.base.words import in_language
from core.choices.activations import ACTIVATIONS
from core.choices.optimizers import OPTIMIZERS
from core.measure.metrics import METRICS
from core.studies.groups import groups, run_group
from core.studies.questions import question, questions
from core.studies.study import TEST_NOISE, Study

NAMES = [each.name for each in questions()]
asked = pytest.mark.parametrize("name", NAMES)


def test_that_the_issues_questions_are_there_each_with_a_name_of_its_own():
    assert set(NAMES) >= {
        "learning-rate", "noise", "noise-surface", "architecture", "latent", "activation", "optimizer",
        "beta", "restarts",
    }  # fmt: skip
    assert len(NAMES) == len(set(NAMES)) == len({each.label for each in questions()})
    assert not {"race", "vary"} & set(NAMES)  # words of the command line


@asked
def test_that_a_question_is_found_by_its_name(name):
    assert question(name).name == name


@pytest.mark.parametrize("name", ["", "Noise", "race", "nonsense"])
def test_that_an_unknown_question_lists_those_there_are(name):
    with pytest.raises(UnknownName, match=r"learning-rate, noise, .*restarts"):
        question(name)


@asked
def test_that_a_question_is_a_sentence_in_both_languages(name):
    asks = question(name).asks
    assert asks.endswith("?")
    assert asks[0].isupper()
    spanish = in_language("es", asks)
    assert spanish.startswith("¿")
    assert spanish.endswith("?")


@asked
def test_that_a_question_becomes_a_study_of_its_preset(name):
    each = question(name)
    study = each.study()
    assert (study.axes, study.runs) == (each.axes, each.runs)
    assert study.base == each.change(preset(each.preset))
    assert study.base.dataset == preset(each.preset).dataset
    assert sum(len(group.runs) for group in groups(study)) == study.total


@asked
def test_that_runs_and_seed_may_be_asked_for(name):
    study = question(name).study(runs=2, seed=77)
    assert study.total == 2 * len(study.cells())
    assert {study.spec_of(cell, run).seed for cell in study.cells() for run in (0, 1)} == {77, 78}
    assert replace(study.base, seed=question(name).study().base.seed) == question(name).study().base


@asked
def test_that_a_question_comes_back_from_its_words(name):
    study = question(name).study()
    assert Study.from_json(study.to_json()) == study


@asked
def test_that_the_slides_points_are_where_the_axis_has_values(name):
    each = question(name)
    places = [place for place, _ in each.theirs]
    assert len(places) == len(set(places))
    assert set(places) <= set(each.axes[0].values if each.theirs else ())
    count = load_dataset(each.study().base.dataset).count
    assert all(0 <= measured <= count for _, measured in each.theirs)


def test_that_the_slides_two_studies_have_their_points():
    """Read off the slides: recognised of 32, means of 30 runs of 3,000 epochs."""
    rate, noise = question("learning-rate"), question("noise")
    assert dict(rate.theirs) == {0.1: 0.9, 0.01: 20.9, 0.001: 2.8}
    assert len(noise.theirs) == len(noise.axes[0].values) == 8
    for each in (rate, noise):
        study = each.study()
        assert (study.runs, study.base.epochs, each.measure) == (30, 3000, "recognised")
        assert study.base == preset("font-denoiser-slides")


@asked
def test_that_what_a_question_looks_at_is_measured_and_has_a_name_in_both_languages(name):
    each = question(name)
    short = replace(each.study(runs=1).base, epochs=1, kl_warmup=0)
    study = replace(each.study(runs=1), base=short)
    group = groups(study)[0]
    (row, *_) = run_group(study, replace(group, spec=replace(group.spec, replicas=1), runs=group.runs[:1]))
    assert row[each.measure] is not None
    assert METRICS[each.measure].reported
    assert {axis.field for axis in study.axes} <= row.keys()


def test_that_where_a_test_noise_varies_the_ceiling_is_measured():
    for each in questions():
        if any(axis.field == TEST_NOISE for axis in each.axes):
            study = each.study(runs=1)
            assert study.base.noise != "none"
            assert study.tests
    assert question("noise-surface").study().tests


def test_that_names_are_compared_with_all_others_of_their_kind():
    assert question("activation").axes[0].values == ACTIVATIONS.names()
    assert question("optimizer").axes[0].values == OPTIMIZERS.names()
