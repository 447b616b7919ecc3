"""What is typed for the values of an axis is what a command then holds; a mistake names its field."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.base.words import FieldName, Refusal
from core.choices.activations import ACTIVATIONS
from core.experiment.fields import SpecError
from core.studies.axes import MOST_VALUES, parse_axis, values_text
from core.studies.study import TEST_NOISE, Axis

VALUES = {
    "hidden": st.lists(st.integers(1, 4096), max_size=4).map(tuple),
    "latent": st.integers(1, 256),
    "shuffle": st.booleans(),
    "activation": st.sampled_from(ACTIVATIONS.names()),
    "learning_rate": st.floats(1e-7, 10),
    "kl_warmup": st.integers(0, 10_000_000),
    "noise_level": st.floats(0, 1),
    TEST_NOISE: st.floats(0, 1),
}


@st.composite
def axes(draw):
    field = draw(st.sampled_from(sorted(VALUES)))
    return Axis(field, tuple(draw(st.lists(VALUES[field], min_size=1, max_size=5))))


@given(axes())
def test_that_any_axis_comes_back_from_its_text(axis):
    read = parse_axis(axis.field, values_text(axis.values))
    assert read == axis
    assert [type(value) for value in read.values] == [type(value) for value in axis.values]


@given(st.floats(0, 1), st.floats(0, 1), st.integers(2, 50))
def test_that_a_range_goes_evenly_from_end_to_end(low, high, count):
    values = parse_axis(TEST_NOISE, f"{low}:{high}:{count}").values
    assert len(values) == count
    assert (values[0], values[-1]) == (low, pytest.approx(high))
    steps = [after - before for before, after in pairwise(values)]
    assert steps == pytest.approx([(high - low) / (count - 1)] * (count - 1), abs=1e-12)


def test_that_a_range_holds_the_numbers_that_a_person_means():
    assert parse_axis(TEST_NOISE, "0:0.3:4").values == (0, 0.1, 0.2, 0.3)
    assert parse_axis("learning_rate", "0.1:0.7:7").values == (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)


@given(st.integers(1, 100), st.integers(1, 100), st.integers(2, 20))
def test_that_a_range_of_whole_numbers_is_of_whole_numbers(low, high, count):
    values = parse_axis("latent", f"{low}:{high}:{count}").values
    assert all(type(value) is int for value in values)
    assert (values[0], values[-1], len(values)) == (low, high, count)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("latent", "two"), ("latent", "2.5"), ("latent", "1:3"), ("latent", "1:3:x"), ("latent", "1:3:1"),
        ("latent", f"1:3:{MOST_VALUES + 1}"), ("latent", "inf:inf:3"), ("latent", "nan:2:3"),
        ("learning_rate", "0.1,,0.2"), ("learning_rate", ""), ("hidden", "a;b"), ("hidden", "1:2:2"),
        (TEST_NOISE, "much"), (TEST_NOISE, ""), (TEST_NOISE, "0.1, "), ("latent", " , "), ("latent", "1;;2"),
        (TEST_NOISE, "0:much:3"), ("nonsense", "1"), ("nonsense", "1:2:3"),
    ],
)  # fmt: skip
def test_that_a_mistake_names_its_field_as_the_edge_does(field, text):
    with pytest.raises(Refusal) as caught:
        parse_axis(field, text)
    named = []

    def label(name):
        named.append(name)
        return "LABEL"

    words = caught.value.words(label)
    assert words.startswith("LABEL: ")
    assert named == [FieldName(field)]
    assert str(caught.value).startswith(f"{field}: ")
    assert "--vary" not in words
    assert "''" not in words  # what is empty is said in words


def test_that_a_value_of_another_type_is_refused_as_that_of_a_field():
    with pytest.raises(SpecError) as caught:
        parse_axis("latent", "2, x")
    assert (caught.value.field, caught.value.reason) == ("latent", "must be a whole number, not 'x'")
