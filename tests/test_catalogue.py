"""The catalogue holds what the code says to people, and its translations fill the same places."""

import re
import string
import sys
from pathlib import Path

import pytest

TRANSLATIONS = Path(__file__).resolve().parent.parent / "resources" / "translations"
sys.path.insert(0, str(TRANSLATIONS))

import collect  # noqa: E402
import update  # noqa: E402

from core.base.words import THOUSANDS  # noqa: E402


@pytest.fixture(scope="module")
def said():
    """What the code says, and what of it cannot be collected."""
    return collect.collect()


def places(template):
    """Name, conversion and format of every place of a template, and argparse's own places."""
    parts = string.Formatter().parse(template)
    ours = {(name, conversion, spec) for _, name, spec, conversion in parts if name is not None}
    return ours | set(re.findall(r"%\(\w+\)\w|%[a-z]", template))


MESSAGES = [message for message in update.read() if message.id]


def test_that_every_text_of_the_code_is_written_out_where_it_is_said(said):
    assert said[1] == []


def test_that_the_catalogue_has_what_the_code_says_and_nothing_else(said):
    """If not: python resources/translations/update.py."""
    listed = {message.id for message in MESSAGES}
    assert listed - said[0] == set(), "obsolete"
    assert said[0] - listed == set(), "missing"


def test_that_the_compiled_catalogue_is_that_of_the_source():
    assert update.MO.read_bytes() == update.as_mo(update.read())


def test_that_the_source_is_as_the_update_writes_it():
    assert update.PO.read_bytes() == update.as_po(update.read())


def test_that_the_words_of_records_have_no_places():
    """They are said as they are."""
    assert [text for text in collect.record_texts() if places(text)] == []


def pairs():
    """Every text and its translation; of one that counts, both forms."""
    for message in MESSAGES:
        yield from (
            [(message.id, message.string)]
            if isinstance(message.id, str)
            else zip(message.id, message.string, strict=True)
        )


def test_that_every_text_has_a_translation():
    """If not: write it into the `.po` file, then update."""
    assert [text for text, translated in pairs() if not translated] == []


def test_that_a_translation_has_the_places_of_its_template():
    assert [text for text, translated in pairs() if places(translated) != places(text)] == []


def test_that_a_translation_begins_and_ends_as_its_text_does():
    """Spaces, colons, full stops and dots are how texts are put together and what a label looks like."""
    ends = (" ", ".", "...", "…", ":", "?", ";", ",")

    def edges(text):
        return text[:1] == " ", [text.endswith(end) for end in ends]

    assert [text for text, translated in pairs() if edges(translated) != edges(text)] == []


def test_that_numbers_have_a_decimal_point_and_the_mark_of_thousands_of_the_language():
    def numbers(text):
        return sorted(re.findall(r"\d[\d.,\u202f]*\d|\d", text))

    def spanish(text):
        return re.sub(r"(?<=\d),(?=\d{3})", THOUSANDS["es"], text)

    assert [text for text, translated in pairs() if numbers(spanish(text)) != numbers(translated)] == []


# -- what is collected


def collected(source, **others):
    sources = {Path("code.py"): source} | {Path(f"{name}.py"): text for name, text in others.items()}
    return collect.Collector(sources)


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("say('a')", {"a"}),
        ("say('a {b}' 'c', b=f())", {"a {b}c"}),
        ("words.say('a')", {"a"}),
        ("say('a' if x else 'b')", {"a", "b"}),
        ("say_count('{count} run', '{count} runs', n)", {("{count} run", "{count} runs")}),
        ("raise Refusal('a', b=1)", {"a"}),
        ("class E(Refusal): pass\nraise E('a')", {"a"}),
        ("class E(Refusal): pass\nclass F(E): pass\nraise F('a')", {"a"}),
        ("class E(Refusal):\n def __init__(self, x, t):\n  super().__init__(t)\nE('x', 'a')", {"a"}),
        ("class E(Refusal):\n def __init__(self, x):\n  super().__init__('a' if x else 'b')", {"a", "b"}),
        ("def require(x, t, /, **v):\n raise Refusal(t, **v)\nrequire(f'{x}', 'a')", {"a"}),
        ("def f(t): say(t)\ndef g(x, t): f(t)\ng('x', 'a')", {"a"}),
        ("def f(t): say(t)\nf(t='a')", {"a"}),
        ("class A:\n def f(self, t): say(t)\n def g(self): self.f('a')", {"a"}),
        ("TABLE = {int: 'a', str: 'b'}\nsay(TABLE[kind])", {"a", "b"}),
        ("def f():\n t = 'a'\n say(t)", {"a"}),
        ("def f():\n t = 'a'\n if x:\n  t = 'b'\n say(t)", {"a", "b"}),
        ("say(record.label)\nsay(field.metadata['help'])\nRefusal(error.template)", set()),
        ("say('')", set()),
        ("def f():\n def say(x): draw(x)\n say(6)", set()),
        ("print('a', Option('b'), gettext('c'))", set()),
    ],
)  # fmt: skip
def test_that_a_text_is_found_wherever_it_is_said(source, texts):
    found = collected(source)
    assert (found.texts, found.problems) == (texts, [])


def test_that_what_one_file_hands_on_is_found_in_another():
    found = collected("import b\nb.fail('a')", b="class E(Refusal): pass\ndef fail(t): raise E(t)")
    assert (found.texts, found.problems) == ({"a"}, [])


def test_that_a_private_helper_is_known_in_its_own_file_alone():
    found = collected("_f(x)", b="def _f(t): say(t)")
    assert (found.texts, found.problems) == (set(), [])


@pytest.mark.parametrize(
    "line",
    [
        "say(f'{x} runs')", "say('a' + b)", "say(text)", "say(label)", "say(x.text)", "say('a'.upper())",
        "say('a %s' % b)", "say('a' if x else b)", "raise Refusal(f'{x}')", "raise E(str(error))",
        "require(x, f'{x}')", "say_count(one, 'many', 3)", "say(TABLE[kind])", "say(ROWS[kind])", "say(3)",
    ],
)  # fmt: skip
def test_that_a_text_that_is_not_written_out_is_told_by_file_and_line(line):
    before = "class E(Refusal): pass\ndef require(x, t): raise Refusal(t)\nROWS = {1: f(2)}\n"
    found = collected(f"{before}{line}\n")
    (problem,) = found.problems
    assert problem.startswith("code.py:4: ")


@pytest.mark.parametrize("change", ["t += 'b'", "for t in ('b', f(x)): pass", "t = f(x)"])
def test_that_a_text_that_changes_on_its_way_is_not_written_out(change):
    (problem,) = collected(f"def f():\n t = 'a'\n {change}\n say(t)").problems
    assert problem.startswith("code.py:4: ")
