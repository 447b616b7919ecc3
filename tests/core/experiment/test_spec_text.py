"""Settings as text: exact both ways, and everything else is refused by its line."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import specs

from core import Spec, __version__, presets
from core.base.words import Refusal
from core.data.library import LibraryError, check_name
from core.data.limits import MAX_SETTINGS_TEXT
from core.experiment.spec import changed, edit
from core.experiment.spec_text import is_settings, spec_of, text_of

NAMES = st.text(st.sampled_from("abZ09 ._+-ñé="), min_size=1, max_size=20)
HEAD = f"tp5gui {__version__}, settings of a run"


@given(specs(layers=12), NAMES)
def test_that_a_spec_comes_back_from_its_text(spec, name):
    try:
        check_name(name)
    except LibraryError:
        assume(False)
    spec = edit(spec, {"dataset": name})
    assert spec_of(text_of(spec)) == spec


@given(st.floats(1e-7, 10), st.floats(0, 1e6), st.integers(0, 2**31 - 1), st.integers(1, 10_000_000))
def test_that_numbers_keep_every_digit(rate, weight, seed, epochs):
    spec = Spec(learning_rate=rate, contraction=weight, seed=seed, epochs=epochs)
    assert spec_of(text_of(spec)) == spec


@pytest.mark.parametrize("known", presets(), ids=lambda known: known.name)
def test_that_the_text_of_a_preset_is_short_and_names_it(known):
    head, *lines = text_of(known.spec).splitlines()
    assert head == f"{HEAD}: {known.name}"
    assert {line.split("=")[0] for line in lines} == changed(Spec(), known.spec) | {"dataset"}
    assert len(lines) < 20


@given(specs(), st.sampled_from(["\n", "\r\n", "\n\n", " \n\t"]))
def test_that_a_text_may_come_out_of_a_letter(spec, ending):
    text = ending + text_of(spec).replace("\n", ending).replace("=", " = ")
    assert spec_of(text) == spec


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["dataset=font5x7", "colour=red"], "line 3: colour: unknown field"),
        (["dataset=font5x7", "laten=3"], "latent"),
        (["dataset=font5x7", "", "latent=two"], "line 4: latent"),
        (["latent=3", "dataset=font5x7", "latent=4"], "line 4 gives latent again"),
        (["dataset=font5x7", "just words"], "line 3, 'just words', is not FIELD=VALUE"),
        (["dataset=font5x7", "latent=100000"], "line 3: latent: must be between"),
        (["dataset=font5x7", "output=tanh"], "loss"),
        (["dataset=../secrets"], "line 2: dataset"),
        (["dataset="], "line 2: dataset"),
        (["dataset=font5x7", "seed=__import__('os').getpid()"], "line 3: seed"),
        (["latent=3"], "which data set"),
        ([], "which data set"),
    ],
)
def test_that_a_line_that_cannot_be_is_refused_by_its_number(lines, said):
    with pytest.raises(Refusal) as refused:
        spec_of("\n".join([HEAD, *lines]))
    assert said in str(refused.value)


@given(st.text(max_size=200))
def test_that_a_text_that_does_not_begin_so_is_refused(text):
    assert not is_settings(text)
    with pytest.raises(Refusal, match="no settings of a run"):
        spec_of(text)


def test_that_a_text_of_any_length_is_refused_at_once():
    with pytest.raises(Refusal, match="too long"):
        spec_of(HEAD + "\ndataset=font5x7" + "\n" * MAX_SETTINGS_TEXT)


@given(specs(), st.data())
def test_that_a_changed_text_is_refused_or_is_another_valid_spec(spec, data):
    text = text_of(spec)
    at = data.draw(st.integers(0, len(text) - 1))
    other = text[:at] + data.draw(st.characters(codec="utf-8")) + text[at + 1 :]
    try:
        found = spec_of(other)
    except Refusal as refused:
        words = str(refused)
    else:
        words = ""
        assert spec_of(text_of(found)) == found
    assert "\n" not in words
