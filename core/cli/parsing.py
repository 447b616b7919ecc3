"""The words of argparse itself, "usage:" and "the following arguments are required", from our catalogue.

Python's argparse looks up every word of its own with `gettext`, in the text domain and the language that the
process has. Both are ours while a command line is read, and what they were before afterwards.
"""

import argparse
import gettext
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from core.base.files import shipped
from core.base.words import DOMAIN, Word, language

WORDS = (
    Word("usage: "),
    Word("positional arguments"),
    Word("options"),
    Word("show this help message and exit"),
    Word("argument %(argument_name)s: %(message)s"),
    Word("expected one argument"),
    Word("expected at least one argument"),
    Word("the following arguments are required: %s"),
    Word("unrecognized arguments: %s"),
    Word("ignored explicit argument %r"),
    Word("invalid choice: %(value)r (choose from %(choices)s)"),
    Word("invalid %(type)s value: %(value)r"),
    Word("ambiguous option: %(option)s could match %(matches)s"),
)
"""What argparse can say of our commands, as its source has it (Python 3.11 to 3.14)."""


def parsed(make: Callable[[], argparse.ArgumentParser], words: Sequence[str]) -> argparse.Namespace:
    """What the words of a command line say to the parser that is made, all of it in the language in use."""
    with _argparse_speaks():
        return make().parse_args(words)


@contextmanager
def _argparse_speaks() -> Iterator[None]:
    domain, before = gettext.textdomain(), os.environ.get("LANGUAGE")
    gettext.bindtextdomain(DOMAIN, str(shipped("resources/translations")))
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = language()
    try:
        yield
    finally:
        gettext.textdomain(domain)
        if before is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = before
