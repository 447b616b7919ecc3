"""The language that the window speaks: ours from the catalogue, Qt's own words from Qt's."""

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTranslator
from PySide6.QtWidgets import QApplication

from core.base.words import first_known, say, use_language

SYSTEM = "system"
"""The choice of whatever the system speaks."""

KEYS = "Ctrl Shift Return Enter Del Backspace Esc"
"""Keys of which Qt has other names in Spanish than keyboards have printed on them."""


class _KeyNames(QTranslator):
    """Says keys, in menus and wherever a shortcut is shown, as they are printed on keyboards."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._names = dict(zip(KEYS.split(), say(KEYS).split(), strict=True))

    def translate(
        self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1
    ) -> str | None:
        return self._names.get(sourceText) if context == "QShortcut" else None


def resolved(choice: str) -> str:
    """The language of a choice, `SYSTEM` or one of `core.base.words.LANGUAGES`."""
    return first_known(QLocale.system().uiLanguages()) if choice == SYSTEM else choice


def speak(app: QApplication, language: str) -> None:
    """Let everything that is said from now on be in this language; what is said already stays as it is.

    Numbers keep their decimal point: the locale stays the English one.
    """
    use_language(language)
    for before in app.findChildren(QTranslator):
        app.removeTranslator(before)
        before.deleteLater()
    words = QTranslator(app)
    if words.load(f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(words)
        app.installTranslator(_KeyNames(app))  # is asked first
