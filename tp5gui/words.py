"""Words at the window's edge: what things are called here, and numbers as the language writes them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale

from core.base.words import FieldName, Named, Option, Refusal, say
from core.experiment.spec import FIELDS
from core.studies.study import TEST_NOISE

if TYPE_CHECKING:
    from core.measure.similarity import Likeness


def option_labels() -> dict[str, str]:
    """The label of the control that stands for an option of the command, by the option's name."""
    return {
        "name": say("Name"), "grid": say("Grid of one image"), "size": say("Size of a picture"),
        "characters": say("Characters of a font"), "invert": say("Invert"),
        "vary": say("Values"), "runs": say("Runs"), "measure": say("Measure"), "band": say("Band"),
    }  # fmt: skip


def naming(named: Named) -> str:
    """What the window calls a field of a run or an option of the command: the label of its control.

    The label of an option stands in quotation marks, for it is read in the middle of a sentence.
    """
    match named:
        case FieldName(name) if name in FIELDS:
            return say(FIELDS[name].metadata["label"])
        case FieldName(name):
            return say("Test noise") if name == TEST_NOISE else name
        case Option(name):
            return f"“{option_labels().get(name, name)}”"
    return str(named)


def explained(error: BaseException) -> str:
    """What an error says, with everything called as the window calls it."""
    return error.words(naming) if isinstance(error, Refusal) else str(error) or type(error).__name__


def literal(text: str) -> str:
    """A text for a menu or an action, in which Qt would take a single "&" for the mark of a key."""
    return text.replace("&", "&&")


def resembling(like: "Likeness") -> str:
    """Which image of the set an image resembles, and for black and white ones by how many pixels not."""
    if like.differing is None:
        return say("near “{label}”", label=like.label)
    if like.differing == 0:
        return say("reads “{label}”", label=like.label)
    return say("near “{label}”, {differing} px off", label=like.label, differing=like.differing)


def count(number: int) -> str:
    """A whole number with its thousands marked."""
    return QLocale().toString(number)


def measured(number: int, total: int) -> str:
    """Over how many images of a set something was counted; nothing where these are all."""
    if number == total:
        return ""
    return say(
        "{measured} of {total} images measured, evenly spaced", measured=count(number), total=count(total)
    )


def decimal(number: float, digits: int) -> str:
    """A number with that many digits after the point, as the language writes it."""
    return QLocale().toString(number, "f", digits)


def duration(seconds: float) -> str:
    """Minutes and seconds, as in 2:05; hours in front where there are any."""
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def capital(words: str) -> str:
    """Words that begin with a capital letter, as an entry of a list does."""
    return words[:1].upper() + words[1:]
