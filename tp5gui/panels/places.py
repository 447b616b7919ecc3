"""Asks for a file or a folder, and says what it is called in the end; the window goes on meanwhile."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QTreeView, QWidget

from core.base.words import say
from tp5gui import theme
from tp5gui.words import as_name

FORBIDDEN = '\\/:*?"<>|\t'
"""Letters that some system does not allow in the name of a file."""

FRAME = 200  # px of a title that its own buttons and a picture take
WIDE = 740  # px of a dialog, as type is without a zoom: names, sizes and dates of files can be read

LONGEST = 60  # letters of a proposed name: a file has at most 255 bytes, of which a letter may take four


def saved_as(path: str, kinds: str, suffix: str) -> str:
    """The path that a file is saved under: one without a suffix of its kind gets it behind its whole name.

    Parameters
    ----------
    path : as it was chosen.
    kinds : as in "Tables (*.csv *.json)".
    suffix : the one that is added, as in "csv".
    """
    return path if Path(path).suffix.lower() in _suffixes(kinds) else f"{path}.{suffix}"


def ask_place(
    parent: QWidget,
    title: str,
    kinds: str,
    suffix: str,
    then: Callable[[str], object],
    *,
    name: str = "",
    folder: str = "",
) -> None:
    """Ask where to save a file of some kinds, as "Runs (*.tp5)"; `then` gets the path, with a suffix.

    The dialog asks before it replaces a file of the name that was chosen; where the suffix makes it another
    name, a file of that name is asked about as well.

    Parameters
    ----------
    name : what is proposed, without a suffix; the dialog makes of it a name that a file can have.
    folder : where the dialog begins; where that is gone, it begins where the system has it begin.
    """
    dialog = QFileDialog(parent, title, folder if _is_folder(folder) else "", _in_any_case(kinds))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    if name:
        dialog.selectFile(f"{as_file_name(name)}.{suffix}")

    def take(chosen: str) -> None:
        path = saved_as(chosen, kinds, suffix)
        if path != chosen and Path(path).exists():
            _ask_to_replace(parent, title, path, then)
        else:
            then(path)

    _open(dialog, take)


def ask_place_and_kind(
    parent: QWidget,
    title: str,
    kinds: Sequence[tuple[str, str]],
    then: Callable[[str, int], object],
    *,
    name: str,
    folder: str = "",
) -> None:
    """Ask where to save something, and as which of some kinds; `then` gets the path and the kind's number.

    A suffix that is typed counts: it makes the file one of the first kind that has it. A file that is there
    is asked about before it is replaced, whatever its suffix; a folder is never replaced, so that of one that
    is there nothing is asked.

    Parameters
    ----------
    kinds : words and suffix of each, as in ("Picture for print", "png"), none for a folder; the first is
        proposed.
    name, folder : as `ask_place` has them.
    """
    filters = [_in_any_case(f"{words} (*.{suffix})") if suffix else f"{words} (*)" for words, suffix in kinds]
    dialog = QFileDialog(parent, title, folder if _is_folder(folder) else "", ";;".join(filters))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # its suffix may be another: we ask
    dialog.selectFile(as_file_name(name))

    def take(chosen: str) -> None:
        kind = dialog.nameFilters().index(dialog.selectedNameFilter())
        typed, suffixes = Path(chosen).suffix.lower().removeprefix("."), [suffix for _, suffix in kinds]
        if typed and typed in suffixes and typed != suffixes[kind]:
            kind = suffixes.index(typed)
        suffix = suffixes[kind]
        path = chosen if not suffix or typed == suffix else f"{chosen}.{suffix}"
        if suffix and Path(path).exists():
            _ask_to_replace(parent, title, path, lambda path: then(path, kind))
        else:
            then(path, kind)

    _open(dialog, take)


def as_file_name(name: str) -> str:
    """A name that every system takes for one file, whatever it is made from."""
    plain = "".join("-" if letter in FORBIDDEN else letter for letter in as_name(name))
    return plain[:LONGEST].strip(" .-") or say("untitled")


def ask_source(
    parent: QWidget,
    title: str,
    then: Callable[[str], object],
    *,
    kinds: str = "",
    folder: bool = False,
    start: str = "",
) -> None:
    """Ask for a file that exists, or a folder, from `start` on; `then` gets the path."""
    if folder and start and not _is_folder(start):  # a file would be proposed, which cannot be chosen
        start = str(Path(start).parent)
    dialog = QFileDialog(parent, title, start, _in_any_case(kinds))
    dialog.setFileMode(QFileDialog.FileMode.Directory if folder else QFileDialog.FileMode.ExistingFile)
    _open(dialog, then)


def _open(dialog: QFileDialog, then: Callable[[str], object]) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    title = dialog.fontMetrics().horizontalAdvance(dialog.windowTitle()) + FRAME
    dialog.setMinimumWidth(min(max(title, theme.size(WIDE)), dialog.screen().availableSize().width()))
    files = dialog.findChild(QTreeView)
    if files is not None:  # there is none in a dialog of the system's
        files.header().setStretchLastSection(True)  # when a file was changed is cut off otherwise
    dialog.fileSelected.connect(then)
    dialog.open()


def _ask_to_replace(parent: QWidget, title: str, path: str, then: Callable[[str], object]) -> None:
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(say("There is already a file {file}.", file=Path(path).name))
    box.setInformativeText(say("Replacing it loses what is in it."))
    replace = box.addButton(say("Replace it"), QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
    replace.clicked.connect(lambda: then(path))
    box.open()


def _is_folder(path: str) -> bool:
    try:
        return bool(path) and Path(path).is_dir()
    except OSError:  # behind one that may not be entered
        return False


def _suffixes(kinds: str) -> list[str]:
    """The suffixes of some kinds: [".csv", ".json"] of "Tables (*.csv *.json)"."""
    return [suffix.lower() for suffix in re.findall(r"\*(\.\w+)", kinds)]


def _in_any_case(kinds: str) -> str:
    """The same kinds with every suffix in capitals as well, for dialogs that tell them apart."""
    return re.sub(r"\*(\.\w+)", lambda found: f"*{found[1]} *{found[1].upper()}", kinds)
