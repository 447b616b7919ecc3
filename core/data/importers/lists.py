"""Lists of numbers as Python, JavaScript and JSON write them: in brackets, where C has braces."""

import re
from pathlib import Path

from core.base.progress import OnProgress
from core.data.importers.c_arrays import read_braces
from core.data.importers.c_source import check_parts
from core.data.importers.reading import Read
from core.data.importers.texts import beginning, whole_text
from core.data.wishes import Wishes

_ALONE = re.compile(r"\s*(?:\[\s*[-+.0-9\[]|\{\s*[\"'][^\"'\n]{1,64}[\"']\s*:\s*\[)")
"""JSON: a list of numbers or lists, or an object of lists."""
_ASSIGNED = re.compile(
    r"""
    ^[ \t]*(?:(?:export|const|let|var)[ \t]+){0,2}[A-Za-z_][\w.]{0,64}(?:[ \t]*:[ \t]*[^=\n]{1,80})?
    [ \t]*=\s*(?:[A-Za-z_][\w.]{0,40}\(\s*)?(?:\[\s*[-+.0-9\["'\#/]|\{\s*["'])
    """,
    re.VERBOSE | re.MULTILINE,
)
_ANNOTATION = re.compile(r"^([ \t]*[A-Za-z_]\w{0,64})[ \t]*:[^=\n\"']{1,80}=", re.MULTILINE)
_PARTS = re.compile(
    r"""
    (?P<text>\"{3}[\s\S]*?\"{3}|'{3}[\s\S]*?'{3})
    |(?P<key>"(?P<double>(?:\\.|[^"\\\n])*)"\s*:|'(?P<single>(?:\\.|[^'\\\n])*)'\s*:)
    |(?P<word>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    |(?P<note>\#[^\n]*|//[^\n]*|/\*[\s\S]*?\*/)
    |(?P<open>[\[{])|(?P<close>[\]}])
    |(?P<plain>[^"'\#/\[\]{}]+|.)
    """,
    re.VERBOSE,
)
_KEY = re.compile(r"\s*(?:\"(?P<double>(?:\\.|[^\"\\\n])*)\"|'(?P<single>(?:\\.|[^'\\\n])*)')\s*:")
_NO_NAME = re.compile(r"\W|^(?=\d)")
ESCAPED = {"'": r"\'", "\\": r"\\", "\n": r"\n"}
"""Letters that C cannot have in quotes as they are."""
_LINE_END = re.compile(r"(?<=[^\s=(,])[ \t]*\n")


def is_lists(head: bytes) -> bool:
    """Whether a file that begins so has lists of numbers as Python, JavaScript or JSON write them."""
    text = beginning(head)
    return bool(_ALONE.match(text) or _ASSIGNED.search(text))


def read_lists(path: Path, wishes: Wishes, on_progress: OnProgress) -> Read:
    """The images of one of the lists, read as an array of C of the same numbers is."""
    return read_braces(in_braces(whole_text(path)), wishes, on_progress)


def in_braces(text: str) -> str:
    """A text with lists in brackets as C writes it: in braces, with comments behind `//`.

    A dictionary whose keys are single letters is an array of which these name the parts, as `['a'] =` does in
    C; one of longer keys is an array for every key. What has no name at all is called `images`.

    Raises
    ------
    Refusal : it has too many parts.
    """
    text = _ANNOTATION.sub(r"\1 =", text)
    first = len(text) - len(text.lstrip())  # where the text begins
    done: list[str] = []
    around: list[str] = []  # what is open: a "list", a dictionary of "letters" or of "names"
    for count, found in enumerate(_PARTS.finditer(text)):
        check_parts(count)
        kind, part = found.lastgroup, found.group()
        if kind == "open":
            key = _KEY.match(text, found.end()) if part == "{" else None
            around.append("list" if key is None else "letters" if len(_word(key)) == 1 else "names")
            name = "" if found.start() > first else "images = "
            done.append(";" if around[-1] == "names" else f"{name}{{")
        elif kind == "close":
            done.append(";" if around and around.pop() == "names" else "}")
        elif kind == "key":
            name = _word(found)
            letter = f"['{ESCAPED.get(name, name)}'] = "
            done.append(letter if around[-1:] == ["letters"] else f"{_NO_NAME.sub('_', name)} = ")
        elif kind == "note":
            done.append(("" if around else ";") + (f"//{part[1:]}" if part.startswith("#") else part))
        elif kind == "word":
            done.append(f'"{part[1:-1]}"')
        elif kind == "plain" and around[-1:] == ["names"]:
            done.append(part.replace(",", ";"))
        elif kind == "plain":
            done.append(part if around else _LINE_END.sub(";\n", part))
    return "".join(done)


def _word(found: re.Match[str]) -> str:
    """What stands between the quotes of a key."""
    word = found["double"] if found["double"] is not None else found["single"]
    return word[1:] if len(word) == 2 and word[0] == "\\" else word
