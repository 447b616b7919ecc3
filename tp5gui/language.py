"""The language that the window speaks: ours from the catalogue, Qt's own words from Qt's."""

import re

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTranslator
from PySide6.QtWidgets import QApplication

from core.base.words import first_known, say, use_language

SYSTEM = "system"
"""The choice of whatever the system speaks."""

KEYS = "Ctrl Shift Return Enter Del Backspace Esc"
"""Keys of which Qt has other names in Spanish than keyboards have printed on them."""


class _OurWords(QTranslator):
    """Says what Qt has other words for, or none: keys as keyboards have them, what a dialog of files says.

    Parameters
    ----------
    qt : Qt's own words, which count for everything else.
    """

    def __init__(self, qt: QTranslator, parent: QObject) -> None:
        super().__init__(parent)
        self._in_qt = qt.translate
        self._keys = dict(zip(KEYS.split(), say(KEYS).split(), strict=True))
        self._files = _of_files()

    def translate(
        self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1
    ) -> str | None:
        if context == "QShortcut":
            return self._keys.get(sourceText)
        if context in FILES and sourceText in self._files:
            return self._files[sourceText]
        return _with_archivos(self._in_qt(context, sourceText, disambiguation, n)) or None


FILES = ("QFileDialog", "QAbstractFileIconProvider", "QFileSystemModel")
"""The contexts of Qt's words in a dialog that asks for a file."""


def _of_files() -> dict[str, str]:
    """What Qt 6.11 has no Spanish for, in our catalogue."""
    return {
        "&Look in:": say("&Look in:"), "Files of &type:": say("Files of &type:"), "Drive": say("Drive"),
        "File": say("File"), "Folder": say("Folder"), "%1 File": say("%1 File"), "Unknown": say("Unknown"),
    }  # fmt: skip


def _with_archivos(words: str | None) -> str:
    """Words in which a file is called as it is here and in Latin America, a mark of a key in it left out."""
    words = re.sub("f&?i&?c&?h&?e&?r&?o", "archivo", words or "")
    return re.sub("F&?i&?c&?h&?e&?r&?o", "Archivo", words)


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
        app.installTranslator(_OurWords(words, app))  # is asked first
