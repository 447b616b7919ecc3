"""Words at the window's edge: what `core` says, translated, and numbers as the language writes them."""

from PySide6.QtCore import QCoreApplication, QLocale


def translated(text: str) -> str:
    """A label, help or message of `core` in the window's language."""
    return QCoreApplication.translate("core", text)


def resembling(label: str, differing: int) -> str:
    """Which character an image resembles, and by how many pixels it differs from it."""
    if differing == 0:
        return QCoreApplication.translate("Likeness", "reads “%1”").replace("%1", label)
    words = QCoreApplication.translate("Likeness", "near “%1”, %2 px off")
    return words.replace("%1", label).replace("%2", str(differing))


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
