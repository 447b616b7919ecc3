"""The import dialog: a folder, a file or a font becomes a data set, which is shown before it is saved."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.base.words import Refusal, one_line, say
from core.data.datasets import Dataset, save_dataset
from tp5gui import theme
from tp5gui.canvases.thumbnails import Thumbnails
from tp5gui.panels.label import Label
from tp5gui.panels.places import ask_source
from tp5gui.session.background import Background
from tp5gui.session.shelf import described, fault_of, free_name
from tp5gui.windows.dropping import DropDialog
from tp5gui.windows.import_options import ImportOptions
from tp5gui.windows.inline import button
from tp5gui.windows.picture_writing import PictureWriting
from tp5gui.windows.pictures_out import DialogPictures
from tp5gui.windows.twins import Twins
from tp5gui.words import explained


@dataclass(frozen=True, slots=True)
class Keep:
    """A set that is to be saved."""

    dataset: Dataset

    def __call__(self) -> str:
        """Save it; may be called in any thread."""
        save_dataset(self.dataset)
        return self.dataset.name


class ImportImages(DropDialog):
    """Chooses a source, reads it in the background at every change of an option, and shows what it becomes.

    Parameters
    ----------
    writing : writes pictures, also once this is gone; None for one of its own.

    Signals
    -------
    taken(str) : the name of the set that was saved.

    Attributes
    ----------
    dataset : what the source becomes, None where that is not known or refused.
    kind, refusal : labels that say what the set holds, and why there is none.
    note : a label that says what of a drop was not taken, and why.
    twins : a button that says how many pictures are identical to others, and goes to them.
    """

    taken = Signal(str)

    def __init__(self, parent: QWidget | None = None, writing: PictureWriting | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import")
        self.setWindowTitle(say("Import pictures"))
        self.dropped.connect(self.on_dropped)
        self._source = ""
        self.dataset: Dataset | None = None
        self._asked: Callable[[], object] | None = None
        self.options = ImportOptions()
        self.options.named.connect(self._show)
        self.options.changed.connect(self._read)
        self.background = Background()
        self.background.done.connect(self.on_done)
        self.destroyed.connect(self.background.retire)

        self.pictures = Thumbnails()
        self.pictures.setAccessibleName(say("What it would become"))
        self.pictures.setToolTip(say("The set that you would get."))
        self.kind, self.refusal, self.note = Label(), Label(), Label()
        self.kind.setObjectName("soft")
        self.note.setObjectName("reason")
        self.note.setWordWrap(True)
        self.note.hide()
        self.twins = Twins()
        self.twins.pointed_at.connect(self.pictures.point_at)
        self.refusal.setObjectName("reason")
        self.refusal.setWordWrap(True)
        self.refusal.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._stage = QStackedWidget()
        self._stage.addWidget(self.pictures)
        self._stage.addWidget(self.refusal)
        self.take = button(
            say("Add to my sets"), say("Keep these pictures as a data set; the run stays."), "primary"
        )
        self.take.clicked.connect(self._on_take)
        cancel = button(say("Cancel"), say("Import nothing."))
        cancel.clicked.connect(self.reject)

        last = QHBoxLayout()
        last.setSpacing(theme.SPACE)
        last.addWidget(self.kind)
        last.addWidget(self.twins)
        last.addStretch(1)
        last.addWidget(cancel)
        last.addWidget(self.take)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE)
        column.setSpacing(2 * theme.SPACE)
        column.addLayout(self._source_row())
        column.addWidget(self.note)
        column.addWidget(self.options)
        column.addWidget(self._stage, 1)
        column.addLayout(last)
        self.pictures_out = DialogPictures(self, self._say, lambda: self.options.name, writing)
        self.path.setFocus()
        self.resize(620, 620)
        self._read()

    @property
    def working(self) -> bool:
        """Whether something is being read or saved."""
        return self._asked is not None

    def set_source(self, path: str, words: str = "") -> None:
        """Take a file or a folder to read, and say a word about it; the options stay as they are."""
        self._say(words)
        self._source = path
        self.path.setText(path)
        self.path.setCursorPosition(len(path))
        self.options.propose(free_name(Path(path).stem))
        self._read()

    @Slot(str, str)
    def on_dropped(self, path: str, words: str) -> None:
        """Read what was dropped, or say why not; a source that is being kept stays."""
        if path and not isinstance(self._asked, Keep):
            self.set_source(path, words)
        elif not path:
            self._say(words)

    @Slot(object, object)
    def on_done(self, job: Callable[[], object], result: object) -> None:
        if job is not self._asked:
            return
        self._asked = None
        if isinstance(result, Dataset):
            self.dataset = result
            self._show()
        elif isinstance(result, str):
            self.taken.emit(result)
            self.accept()
        elif isinstance(result, Exception) and isinstance(job, Keep):
            self._show()
            self.options.say_fault(one_line(explained(result)))
        elif isinstance(result, Exception):
            self.dataset = None
            self._show(self._refused(result))

    def reject(self) -> None:
        if not isinstance(self._asked, Keep):  # it closes by itself soon, and reports the new set
            super().reject()

    def _source_row(self) -> QLayout:
        self.path = QLineEdit()
        self.path.editingFinished.connect(self._on_path)
        self.path.setPlaceholderText(say("A file or a folder"))
        self.path.setAccessibleName(say("Where the pictures come from"))
        self.path.setToolTip(say("Where the pictures come from; drop a file or a folder anywhere here."))
        self.choose_file = button(say("Choose a file..."), say("One image, a font or an array of pictures."))
        self.choose_folder = button(say("Choose a folder..."), say("Every image in it is a picture."))
        self.choose_file.clicked.connect(self._on_choose_file)
        self.choose_folder.clicked.connect(self._on_choose_folder)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE)
        row.addWidget(self.path, 1)
        row.addWidget(self.choose_file)
        row.addWidget(self.choose_folder)
        return row

    def _read(self) -> None:
        """Read the source anew, in the background; what is shown stays until then."""
        if isinstance(self._asked, Keep):
            return
        if self._source:
            self._asked = self.options.wanted(self._source)
            self.background.ask(self._asked)
        self._show()

    def _on_take(self) -> None:
        if self.dataset is not None and not self.working:
            self._asked = Keep(replace(self.dataset, name=self.options.name))
            self.background.ask(self._asked)
            self._show()

    def _show(self, refusal: str = "") -> None:
        """Show the state of affairs: what was read, what is being read, or why it could not be."""
        dataset, working = self.dataset, self.working
        keeping = isinstance(self._asked, Keep)
        fault = fault_of(self.options.name) if self._source else ""
        if dataset is None:
            empty = say("Drop a folder of images, one image, a font or an array here, or choose one above.")
            self.twins.show_set(None)
            self.pictures.set_pictures(None)
            self.pictures.set_hint(say("Reading...") if working else empty)
        elif self.pictures.pictures is not dataset.images:
            self.twins.show_set(dataset)
            self.pictures.set_pictures(dataset.images, dataset.labels, remarks=self.twins.remarks)
        if working:
            self.kind.setText(say("Keeping...") if keeping else say("Reading..."))
        else:
            self.kind.setText(described(dataset) if dataset is not None else "")
        self.refusal.setText(refusal)
        self._stage.setCurrentWidget(self.refusal if refusal else self.pictures)
        self.options.say_fault(fault)
        self.options.setEnabled(not keeping)
        for control in (self.path, self.choose_file, self.choose_folder):
            control.setEnabled(not keeping)
        self.take.setEnabled(dataset is not None and not working and not fault)

    def _say(self, words: str) -> None:
        self.note.setText(words)
        self.note.setVisible(bool(words))

    def _refused(self, error: Exception) -> str:
        """A refusal in one line that names the source, without the folders around it."""
        name = Path(self._source).name
        if isinstance(error, FileNotFoundError):
            return say("{file}: there is no such file or folder", file=name)
        reason = error.values.get("reason") if isinstance(error, Refusal) else None
        words = explained(reason if isinstance(reason, Exception) else error)
        return say("{file}: {reason}", file=name, reason=one_line(words))

    def _on_path(self) -> None:
        """Read what was typed or pasted, on Enter or on leaving the field; an empty field takes nothing."""
        path = self.path.text().strip()
        with suppress(RuntimeError):  # "~" and the name of nobody: it is said that there is no such file
            path = str(Path(path).expanduser()) if path else ""
        if path and path != self._source:
            self.set_source(path)
        else:
            self.path.setText(self._source)

    def _on_choose_file(self) -> None:
        ask_source(self, say("Import a file"), self.set_source, start=self._source)

    def _on_choose_folder(self) -> None:
        ask_source(self, say("Import a folder"), self.set_source, folder=True, start=self._source)
