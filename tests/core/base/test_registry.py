"""The tables' names are the file format: once released they stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.base.registry import Choice, Registry, UnknownName
from core.base.words import LANGUAGES, use_language
from core.choices.activations import ACTIVATIONS
from core.choices.devices import DEVICES
from core.choices.losses import LOSSES, OUTPUTS, REDUCTIONS
from core.choices.optimizers import OPTIMIZERS
from core.choices.penalties import PENALTIES
from core.choices.schedules import SCHEDULES
from core.choices.sparsities import SPARSE_UNITS, SPARSITIES
from core.data.datasets import DATASETS
from core.data.noise import NOISES
from core.experiment.spec import FIELDS

RELEASED = {
    DATASETS: {"font5x7", "emojis", "emojis-20", "emojis-55", "digits"},
    NOISES: {"none", "salt-and-pepper", "salt-and-pepper-count", "gaussian", "masking", "flip"},
    ACTIVATIONS: {"sine", "tanh", "sigmoid", "relu", "leaky-relu", "silu", "gelu", "identity"},
    OUTPUTS: {"sigmoid", "tanh"},
    LOSSES: {"bce", "squared-error", "half-squared-error"},
    REDUCTIONS: {"sum", "mean"},
    SPARSITIES: {"none", "l1", "kl"},
    SPARSE_UNITS: {"code", "hidden"},
    PENALTIES: {"none", "mmd"},
    DEVICES: {"auto", "cpu", "cuda", "mps"},
    OPTIMIZERS: {"adam", "adamw", "rprop", "sgd", "rmsprop"},
    SCHEDULES: {"constant", "cosine"},
}
tables = pytest.mark.parametrize("table", RELEASED, ids=lambda table: table.kind)
NAMES = st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=6, unique=True)


def test_that_every_table_that_a_field_chooses_from_is_held_to_its_names():
    chosen = {field.metadata["choices"] for field in FIELDS.values()} - {None}
    assert set(RELEASED) - {DATASETS} == chosen


@tables
def test_that_a_name_once_released_stays(table):
    assert set(table.names()) >= RELEASED[table]


@tables
def test_that_every_choice_has_words_for_the_screen(table):
    for choice in table:
        assert choice.label
        assert choice.help.endswith(".")


NAMED_SO = {"Gaussian", "ReLU", "Leaky", "SiLU", "GELU"}
"""First words that are written so wherever they stand."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", [NOISES, ACTIVATIONS], ids=lambda table: table.kind)
def test_that_no_choice_brings_a_capital_into_the_middle_of_a_sentence(table, language):
    use_language(language)
    try:
        for choice in table:
            first = choice.named().split()[0]
            assert first in NAMED_SO or first[0].islower(), choice.name
    finally:
        use_language("en")


def test_that_a_choice_without_words_for_a_sentence_goes_by_its_label():
    assert Choice("a", "A label", "").named() == "A label"
    assert Choice("a", "A label", "", within="a choice").named() == "a choice"


@tables
def test_that_every_name_leads_to_its_record(table):
    assert [table[name].name for name in table.names()] == list(table.names())


@given(NAMES)
def test_that_a_table_keeps_the_order_in_which_it_was_filled(names):
    records = [Choice(name, name * 2, "") for name in names]
    table = Registry("thing", *records[:2])
    assert [table.add(record) for record in records[2:]] == records[2:]
    assert list(table) == records
    assert list(table.names()) == names
    assert [table[name] for name in names] == records
    assert all(name in table for name in names)


@given(NAMES, st.data())
def test_that_a_name_can_be_given_once_only(names, data):
    twice = data.draw(st.sampled_from(names))
    records = [Choice(name, name, "") for name in names]
    with pytest.raises(ValueError, match="twice"):
        Registry("thing", *records, Choice(twice, "Another", ""))
    table = Registry("thing", *records)
    with pytest.raises(ValueError, match=r"thing .* is defined twice"):
        table.add(Choice(twice, "Another", ""))
    assert list(table) == records


@pytest.mark.parametrize("kind", sorted({type(record) for table in RELEASED for record in table}, key=str))
def test_that_a_record_cannot_be_made_without_all_that_it_does(kind):
    """Nothing is left to be filled in later: a name, words, and every function."""
    with pytest.raises(TypeError, match="missing"):
        kind("a", "A")
    if kind is not Choice:
        with pytest.raises(TypeError, match="missing"):
            kind("a", "A", "Help.")


@given(NAMES, st.text())
def test_that_a_name_that_a_table_lacks_is_refused_with_the_known_ones(names, name):
    table = Registry("thing", *(Choice(known, known, "") for known in names))
    if name in names:
        assert table.require(name) == name
        return
    for ask in (table.__getitem__, table.require):
        with pytest.raises(UnknownName) as refused:
            ask(name)
        assert str(refused.value).startswith("unknown thing ")
        assert str(refused.value).endswith(f"nown: {', '.join(names)}")
    assert name not in table


@pytest.mark.parametrize(
    ("typed", "near"),
    [("adm", "adam"), ("rmspop", "rmsprop"), ("Adamw", "adamw"), ("quantum", None), ("", None)],
)
def test_that_an_unknown_name_is_offered_the_nearest_known_one_first(typed, near):
    with pytest.raises(UnknownName) as refused:
        OPTIMIZERS.require(typed)
    known = "adam, adamw, rprop, sgd, rmsprop"
    if near is None:
        assert str(refused.value) == f"unknown optimizer {typed!r}; known: {known}"
    else:
        assert str(refused.value) == f"unknown optimizer {typed!r}; did you mean {near!r}? Known: {known}"
