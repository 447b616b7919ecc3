"""Words at the window's edge: what things are called here, and numbers as the language writes them.

What comes from outside (labels of images, names of files and sets, what a library says) is never markup here,
and never has a say in how the words around it are laid out: see `harmless` and `as_name`.
"""

import textwrap
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QLocale, QTime

from core.base.troubles import told
from core.base.words import FieldName, Named, Option, grouped, language, say, say_count
from core.experiment.spec import FIELDS, Spec
from core.experiment.wording import value_words
from core.studies.study import TEST_NOISE

HUGE = 1e6  # what is larger is written as a power of ten

if TYPE_CHECKING:
    from core.measure.similarity import Likeness


def option_labels() -> dict[str, str]:
    """The label of the control that stands for an option of the command, by the option's name."""
    return {
        "name": say("Name"), "grid": say("Grid of one image"), "size": say("Size of a picture"),
        "characters": say("Characters of a font"), "invert": say("Invert"), "array": say("Array"),
        "range": say("Black and white"), "margin": say("Margin"), "spacing": say("Spacing"),
        "transpose": say("Swap rows and columns"), "mirror": say("Swap left and right"),
        "count": say("At most"),
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
    words = told(error, naming)
    return harmless(words if len(words) <= LONGEST_MESSAGE else words[: LONGEST_MESSAGE - 1] + "…")


LONGEST_MESSAGE = 600  # letters


def harmless(text: str) -> str:
    """A text in which no character steers: control characters and turns of direction become visible marks.

    Line breaks stay, and so do the joiners that letters and emojis are made with.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible, text))


def _visible(letter: str) -> str:
    if letter in "\n\u200c\u200d" or unicodedata.category(letter) not in STEERING:
        return letter
    code = ord(letter)
    return chr(0x2400 + code) if code < 32 else "\ufffd"


STEERING = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Control and format characters, halves of a pair, ends of lines and paragraphs."""


def as_name(text: str) -> str:
    """A name from outside, of an image or a file, within our own words: harmless, short, on one line."""
    line = harmless(" ".join(text[: LONGEST_NAME + 1].split("\n")))
    return line if len(line) <= LONGEST_NAME else line[: LONGEST_NAME - 1] + "…"


LONGEST_NAME = 120  # letters


def literal(text: str) -> str:
    """A name in a menu or an action, in which Qt would take a single "&" for the mark of a key."""
    return as_name(text).replace("&", "&&")


def folded(*sentences: str) -> str:
    """Sentences one below the other, in lines that a tool tip has room for."""
    return "\n".join(textwrap.fill(sentence, TIP_WIDTH) for sentence in sentences)


TIP_WIDTH = 60  # letters


def edited(before: Spec, after: Spec) -> str:
    """What was changed in the settings of a run."""
    names = [name for name in FIELDS if getattr(before, name) != getattr(after, name)]
    if len(names) != 1:
        return say_count("{count} setting", "{count} settings", len(names))
    (name,) = names
    old, new = (value_words(name, getattr(spec, name)) for spec in (before, after))
    return say("{field} {old} → {new}", field=say(FIELDS[name].metadata["label"]), old=old, new=new)


def resembling(like: "Likeness") -> str:
    """Which image of the set an image resembles, and for black and white ones by how many pixels not."""
    label = as_name(like.label)
    if like.differing is None:
        return say("near “{label}”", label=label)
    if like.differing == 0:
        return say("reads “{label}”", label=label)
    return say("near “{label}”, {differing} px off", label=label, differing=like.differing)


def count(number: int) -> str:
    """A whole number with its thousands marked."""
    return grouped(QLocale().toString(number))


def measured(number: int, total: int) -> str:
    """Over how many images of a set something was counted; nothing where these are all."""
    if number == total:
        return ""
    return say(
        "{measured} of {total} images measured, evenly spaced", measured=count(number), total=count(total)
    )


def decimal(number: float, digits: int) -> str:
    """A number with that many digits after the point, as the language writes it; a huge one in short."""
    return QLocale().toString(number, "e", 1) if abs(number) >= HUGE else fixed(number, digits)


def fixed(number: float, digits: int) -> str:
    """A number with that many digits after the point, thousands marked, however large it is."""
    return grouped(QLocale().toString(float(number), "f", digits))


def duration(seconds: float) -> str:
    """Minutes and seconds, as in 2:05; hours in front where there are any."""
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def moment(when: datetime) -> str:
    """A time of day, and the day where it is another one."""
    written = QLocale(language())  # numbers keep the English locale, dates and times have their own
    clock = written.toString(QTime(when.hour, when.minute), QLocale.FormatType.ShortFormat)
    if when.date() == datetime.now().date():
        return say("today at {time}", time=clock)
    day = written.toString(QDate(when.year, when.month, when.day), QLocale.FormatType.ShortFormat)
    return say("{day} at {time}", day=day, time=clock)


def capital(words: str) -> str:
    """Words that begin with a capital letter, as an entry of a list does."""
    return words[:1].upper() + words[1:]
