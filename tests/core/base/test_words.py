"""Words for people: filled once, counted in both languages, named by the edge that shows them."""

import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import SpecError
from core.base.registry import UnknownName
from core.base.words import (
    LANGUAGES,
    FieldName,
    Option,
    Refusal,
    Word,
    digits,
    fill,
    in_language,
    number,
    one_line,
    say,
    say_count,
    use_language,
)
from core.experiment.spec import Spec

ODD = ["50%2 milk", "%1", "{0}", "{}", "{name}", "}{", "{{", "100 %", "\\1", "{a!r:>9}"]
texts = st.one_of(st.sampled_from(ODD), st.text())


@pytest.fixture
def spanish():
    use_language("es")
    yield
    use_language("en")


@given(texts, texts)
def test_that_what_is_filled_in_is_never_read_as_a_template(first, second):
    assert fill("{a} and {b}", {"a": first, "b": second}) == f"{first} and {second}"
    assert say("“{a}”: {b}", a=first, b=second) == f"“{first}”: {second}"
    assert Refusal("{a}|{b}", a=first, b=second).words() == f"{first}|{second}"
    assert say_count("{count} {a}", "{count} of {a}", 3, a=first) == f"3 of {first}"


@given(st.lists(texts, min_size=1, max_size=3))
def test_that_an_error_inside_an_error_is_filled_once(parts):
    error = Refusal("{text}", text=parts[0])
    for part in parts[1:]:
        error = Refusal("{text}: {error}", text=part, error=error)
    assert str(error) == ": ".join([*reversed(parts[1:]), parts[0]])


@pytest.mark.parametrize("template", ["{missing}", "{}", "{0}", "{a} {b}"])
def test_that_a_place_without_a_value_is_an_error(template):
    with pytest.raises(KeyError):
        fill(template, {"a": 1})


@given(st.one_of(st.integers(), st.floats(allow_nan=False)))
def test_that_a_number_is_shown_with_all_its_digits(value):
    assert float(number(value).replace(",", "")) == value
    assert say("{value}", value=value) == number(value)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.00123456789, "0.00123456789"), (1240, "1,240"), (1240.0, "1,240"), (1240.5, "1,240.5"),
        (1e-7, "0.0000001"), (1e-12, "1e-12"), (0, "0"), (-0.5, "-0.5"), (10_000_000, "10,000,000"),
        (0.1 + 0.2, "0.30000000000000004"),
    ],
)  # fmt: skip
def test_that_a_number_has_no_more_digits_than_it_needs(value, shown):
    assert number(value) == shown


def test_that_thousands_are_marked_by_a_thin_space_in_spanish_and_the_decimals_by_a_point(spanish):
    shown = [number(value) for value in (1240, 2_147_483_647, 1240.5, 0.01)]
    assert shown == ["1\u202f240", "2\u202f147\u202f483\u202f647", "1\u202f240.5", "0.01"]
    assert digits(1240.5) == "1240.5"
    assert one_line(" a \n b\u2028" + number(1240)) == "a b 1\u202f240"


def test_that_a_place_may_have_a_format_of_its_own():
    assert (
        say("{mean:.2f} {side:d} {name!r:.4}", mean=1234.567, side=1234, name="abcdef") == "1234.57 1234 'abc"
    )
    assert say("{flag}", flag=True) == "True"  # not a number


# -- languages


def test_that_what_has_no_translation_is_said_in_english(spanish):
    assert say("no catalogue has {this}", this="text") == "no catalogue has text"
    assert say_count("{count} such text", "{count} such texts", 2) == "2 such texts"
    assert say("") == ""
    assert in_language("es", "no catalogue has this") == "no catalogue has this"


def test_that_a_language_is_used_until_another_is():
    lesson = "A rate of 0.001 and 55 faces: now it works."
    for language, words in (("es", "Una tasa de 0.001 y 55 caras: ahora sí."), ("en", lesson)):
        use_language(language)
        assert say(lesson) == in_language(language, lesson) == words
    assert in_language("es", lesson) != lesson


@pytest.mark.parametrize(("language", "one", "many"), [("en", "thread", "threads"), ("es", "hilo", "hilos")])
def test_that_a_count_has_its_form_in_every_language(language, one, many):
    assert language in LANGUAGES
    use_language(language)
    try:
        for count, word in ((0, many), (1, one), (2, many), (1240, many)):
            assert say_count("{count} thread", "{count} threads", count) == f"{number(count)} {word}"
    finally:
        use_language("en")


def test_that_a_kind_is_a_word_of_the_sentence_in_either_language():
    error = UnknownName("noise", "rain", ("flip", "gaussian"))
    assert "noise 'rain'" in error.words()
    use_language("es")
    try:
        assert "ruido" in error.words()
        assert "noise" not in error.words()
        assert say("{kind}", kind=Word("noise")) == "ruido"
    finally:
        use_language("en")


# -- errors


def in_the_window(named):
    return f"“{named.name.replace('_', ' ').capitalize()}”"


def test_that_every_edge_names_options_and_fields_in_its_own_way():
    error = Refusal("give {size}, not {field}", size=Option("size"), field=FieldName("noise_level"))
    assert error.words() == str(error) == "give --size, not noise_level"
    assert error.words(in_the_window) == "give “Size”, not “Noise level”"
    outer = Refusal("{file}: {reason}", file="--size.png", reason=error)
    assert outer.words() == "--size.png: give --size, not noise_level"
    assert outer.words(in_the_window) == "--size.png: give “Size”, not “Noise level”"


def test_that_a_value_out_of_range_names_its_field_in_front():
    with pytest.raises(SpecError) as caught:
        Spec(noise_level=2)
    assert str(caught.value) == "noise_level: must be between 0 and 1, not 2"
    assert caught.value.words(in_the_window) == "“Noise level”: must be between 0 and 1, not 2"
    assert caught.value.reason == "must be between 0 and 1, not 2"


def refuse(which):
    """In another process."""
    raise ERRORS[which]


ERRORS = [
    SpecError("noise_level", "must be {low} or more", low=0.5),
    UnknownName("noise", "{rain}", ("flip",)),
    Refusal("{file}: {reason}", file="a", reason=Refusal("give {size}", size=Option("size"))),
]


@pytest.mark.parametrize("error", ERRORS, ids=str)
def test_that_an_error_comes_back_as_it_was_pickled(error):
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert (str(again), again.words(in_the_window)) == (str(error), error.words(in_the_window))
    assert again.__dict__.keys() == error.__dict__.keys()
    assert getattr(again, "field", None) == getattr(error, "field", None)


def test_that_an_error_comes_from_another_process_with_all_that_it_has():
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        for which, error in enumerate(ERRORS):
            raised = pool.submit(refuse, which).exception()
            assert type(raised) is type(error)
            assert str(raised) == str(error)
        assert pool.submit(refuse, 0).exception().field == "noise_level"
