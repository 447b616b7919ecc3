"""The language that the window speaks: ours from the catalogue, Qt's own words from Qt's."""

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from core.base.words import first_known, use_language

SYSTEM = "system"
"""The choice of whatever the system speaks."""


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
