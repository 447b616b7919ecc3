"""Words at the window's edge: what `core` says, translated, and numbers as the language writes them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale

if TYPE_CHECKING:
    from core.measure.similarity import Likeness


def translated(text: str) -> str:
    """A label, help or message of `core` in the window's language."""
    return QCoreApplication.translate("core", text)


def resembling(like: "Likeness") -> str:
    """Which image of the set an image resembles, and among black and white ones by how many pixels not."""
    if like.differing == 0:
        words = QCoreApplication.translate("Likeness", "reads “%1”")
    elif like.differing is None:
        words = QCoreApplication.translate("Likeness", "near “%1”")
    else:
        words = QCoreApplication.translate("Likeness", "near “%1”, %2 px off")
    return words.replace("%1", like.label).replace("%2", str(like.differing))


def count(number: int) -> str:
    """A whole number with its thousands marked."""
    return QLocale().toString(number)


def decimal(number: float, digits: int) -> str:
    """A number with that many digits after the point, as the language writes it."""
    return QLocale().toString(number, "f", digits)


def duration(seconds: float) -> str:
    """Minutes and seconds, as in 2:05; hours in front where there are any."""
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
