"""What the comments and names in an array of C say of its images."""

import re
from collections.abc import Iterator

from core.data.importers.c_source import Source

MOST_LABEL = 24
"""Characters of a comment that is a label: longer ones tell a story."""


def labelled(source: Source, count: int, each: int) -> list[str] | None:
    """The labels of `count` images of `each` numbers; None unless every one has its own in the source."""
    for named, after in ((True, False), (False, True), (False, False)):
        texts: dict[int, str] = {}
        notes = [note for note in source.notes if note.named == named and note.after == after]
        between = [note for note in notes if not note.place % each]
        if 2 * len(between) <= len(notes):  # of parts of the images
            continue
        for note in between:
            image = note.place // each - after
            texts[image] = texts.get(image, note.text) if after else note.text
        labels = list(_labels(texts.get(i, "") for i in range(count)))
        if all(labels) and len(set(labels)) == count:
            return labels
    return None


def _labels(texts: Iterator[str]) -> Iterator[str]:
    """What comments say of images: a letter, or one or two words."""
    for text in texts:
        quoted = re.findall(r"'(\\.|[^'\\]|')'", text)
        coded = re.fullmatch(r"(?:0x|U\+|\\u)([0-9a-fA-F]{1,6})\b[\s,:;=()-]*(.*?)\)?", text, re.IGNORECASE)
        if len(quoted) == 1:
            yield quoted[0][-1]
        elif coded and not coded[2]:
            code = int(coded[1], 16)
            yield chr(code) if code < 0x110000 and chr(code).isprintable() else text
        elif coded:
            yield coded[2]
        else:
            yield text if len(text) <= MOST_LABEL else ""


def lines_of(source: Source) -> int | None:
    """How many numbers stand before every comment of an array in one row, where these are alike."""
    for after in (True, False):
        places = {note.place for note in source.notes if not note.named and note.after == after}
        each, over = divmod(len(source.numbers), len(places) or 1)
        if len(places) > 1 and not over:
            expected = {each * (i + after) for i in range(len(places))}
            if places == expected:
                return each
    return None
