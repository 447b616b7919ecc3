"""Phrases that several parts of a report share."""

from core.base.words import number, say
from core.reports.facts import Facts


def count(value: int) -> str:
    """A whole number with its thousands marked."""
    return number(value)


def capital(words: str) -> str:
    """Words that begin with a capital letter, as an entry of a list does."""
    return words[:1].upper() + words[1:]


def counted(facts: Facts) -> str:
    """Over how many images the numbers were counted; nothing where these are all of the set."""
    measured, total = facts.numbers.measured, facts.dataset.count
    if measured == total:
        return ""
    return say(
        "{measured} of {count} images measured, spread evenly over the set.",
        measured=count(measured), count=count(total),
    )  # fmt: skip
