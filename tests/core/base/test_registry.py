"""The tables' names are the file format: once released they stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.base import registry
from core.base.registry import Choice, Registry, UnknownName

RELEASED = {
    "DATASETS": {"font5x7", "emojis", "emojis-20", "emojis-55", "digits"},
    "NOISES": {"none", "salt-and-pepper", "salt-and-pepper-count", "gaussian", "masking", "flip"},
    "ACTIVATIONS": {"sine", "tanh", "sigmoid", "relu", "leaky-relu", "silu", "gelu", "identity"},
    "OUTPUTS": {"sigmoid", "tanh"},
    "LOSSES": {"bce", "squared-error", "half-squared-error"},
    "REDUCTIONS": {"sum", "mean"},
    "SPARSITIES": {"none", "l1", "kl"},
    "SPARSE_UNITS": {"code", "hidden"},
    "DEVICES": {"auto", "cpu", "cuda", "mps"},
    "OPTIMIZERS": {"adam", "adamw", "rprop", "sgd", "rmsprop"},
    "SCHEDULES": {"constant", "cosine"},
}


def test_that_every_table_is_held_to_its_names():
    tables = {name for name, value in vars(registry).items() if isinstance(value, Registry)}
    assert tables == set(RELEASED)


@pytest.mark.parametrize("table", RELEASED)
def test_that_a_name_once_released_stays(table):
    assert set(getattr(registry, table).names()) >= RELEASED[table]


@pytest.mark.parametrize("table", RELEASED)
def test_that_every_choice_has_words_for_the_screen(table):
    for choice in getattr(registry, table).choices():
        assert choice.label
        assert choice.help.endswith(".")


@given(st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=6, unique=True), st.data())
def test_that_a_table_keeps_the_order_in_which_it_was_declared(names, data):
    table = Registry("thing", *(Choice(name, name, "") for name in names))
    for name in data.draw(st.permutations(names)):
        table.implement(name)(name * 2)
    assert list(table.names()) == names == [choice.name for choice in table.choices()]
    assert all(table[name] == name * 2 for name in names)


def test_that_only_a_declared_name_can_be_implemented():
    with pytest.raises(UnknownName, match="unknown thing 'b'; known: a"):
        Registry("thing", Choice("a", "A", "")).implement("b")


@given(st.text())
def test_that_a_name_that_a_table_lacks_has_no_implementation(name):
    table = Registry("thing", Choice("a", "A", ""))
    table.implement("a")(1)
    if name != "a":
        with pytest.raises(UnknownName, match="known: a"):
            table[name]
