"""Pictures from outside: a folder, a file or a font becomes a data set, seen before it is taken."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.data.datasets import Dataset, save_dataset
from tp5gui import theme
from tp5gui.canvases.thumbnails import Thumbnails
from tp5gui.panels.places import ask_source
from tp5gui.session.aside import Aside
from tp5gui.session.shelf import described, fault_of, free_name
from tp5gui.windows.dropping import DropDialog
from tp5gui.windows.import_options import ImportOptions
from tp5gui.windows.inline import button


@dataclass(frozen=True, slots=True)
class Keep:
    """A set that is to be kept."""

    dataset: Dataset

    def __call__(self) -> str:
        """Keep it, whatever thread this is."""
        save_dataset(self.dataset)
        return self.dataset.name


class ImportImages(DropDialog):
    """Chooses a source, reads it aside of the window at every change of an option, and shows what it becomes.

    Signals
    -------
    taken(str) : the name of the set that was kept.
    """

    taken = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Import pictures"))
        self.dropped.connect(self.set_source)
        self._source = ""
        self._dataset: Dataset | None = None
        self._asked: Callable[[], object] | None = None
        self.options = ImportOptions()
        self.options.named.connect(self._show)
        self.options.changed.connect(self._read)
        self._aside = Aside()
        self._aside.done.connect(self.on_done)
        self.destroyed.connect(self._aside.retire)

        self.pictures = Thumbnails()
        self.pictures.setAccessibleName(self.tr("What it would become"))
        self.pictures.setToolTip(self.tr("The set that you would get."))
        self._kind, self._refusal = QLabel(), QLabel()
        self._kind.setObjectName("soft")
        self._refusal.setObjectName("reason")
        self._refusal.setWordWrap(True)
        self._refusal.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._refusal.setMargin(4 * theme.SPACE)
        self._stage = QStackedWidget()
        self._stage.addWidget(self.pictures)
        self._stage.addWidget(self._refusal)
        self.take = button(self.tr("Take it"), self.tr("Keep these pictures as a data set."), "primary")
        self.take.clicked.connect(self._on_take)
        cancel = button(self.tr("Cancel"), self.tr("Import nothing."))
        cancel.clicked.connect(self.reject)

        last = QHBoxLayout()
        last.setSpacing(theme.SPACE)
        last.addWidget(self._kind, 1)
        last.addWidget(cancel)
        last.addWidget(self.take)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE)
        column.setSpacing(2 * theme.SPACE)
        column.addLayout(self._source_row())
        column.addWidget(self.options)
        column.addWidget(self._stage, 1)
        column.addLayout(last)
        self.choose_file.setFocus()
        self.resize(620, 620)
        self._read()

    def set_source(self, path: str) -> None:
        """Take a file or a folder to read; the options stay as they are."""
        self._source = path
        self.path.setText(path)
        self.path.setCursorPosition(len(path))
        self.options.propose(free_name(Path(path).stem))
        self._read()

    @Slot(object, object)
    def on_done(self, job: Callable[[], object], result: object) -> None:
        if job is not self._asked:
            return
        self._asked = None
        if isinstance(result, Dataset):
            self._dataset = result
            self._show()
        elif isinstance(job, Keep) and isinstance(result, str):
            self.taken.emit(result)
            self.accept()
        elif isinstance(job, Keep):
            self._show()
            self.options.say_fault(" ".join(str(result).split()))
        else:
            self._dataset = None
            self._show(self._refused(str(result)))

    def reject(self) -> None:
        if not isinstance(self._asked, Keep):  # it closes by itself in a moment, and tells of the new set
            super().reject()

    def _source_row(self) -> QLayout:
        self.path = QLineEdit()
        self.path.setReadOnly(True)
        self.path.setPlaceholderText(self.tr("A file or a folder"))
        self.path.setAccessibleName(self.tr("Where the pictures come from"))
        self.path.setToolTip(self.tr("Where the pictures come from; drop a file or a folder anywhere here."))
        self.choose_file = button(
            self.tr("Choose a file..."), self.tr("One image, a font or an array of pictures.")
        )
        self.choose_folder = button(self.tr("Choose a folder..."), self.tr("Every image in it is a picture."))
        self.choose_file.clicked.connect(self._on_choose_file)
        self.choose_folder.clicked.connect(self._on_choose_folder)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE)
        row.addWidget(self.path, 1)
        row.addWidget(self.choose_file)
        row.addWidget(self.choose_folder)
        return row

    def _read(self) -> None:
        """Read the source anew, aside of the window; what is shown stays until then."""
        if isinstance(self._asked, Keep):
            return
        if self._source:
            self._asked = self.options.wanted(self._source)
            self._aside.ask(self._asked)
        self._show()

    def _on_take(self) -> None:
        if self._dataset is not None and self._asked is None:
            self._asked = Keep(replace(self._dataset, name=self.options.name))
            self._aside.ask(self._asked)
            self._show()

    def _show(self, refusal: str = "") -> None:
        """Show the state of affairs: what was read, what is being read, or why it could not be."""
        dataset, working = self._dataset, self._asked is not None
        keeping = isinstance(self._asked, Keep)
        fault = fault_of(self.options.name) if self._source else ""
        if dataset is None:
            empty = self.tr(
                "Drop a folder of images, one image, a font or an array here, or choose one above."
            )
            self.pictures.set_pictures(None)
            self.pictures.set_hint(self.tr("Reading...") if working else empty)
        elif self.pictures.pictures is not dataset.images:
            self.pictures.set_pictures(dataset.images, dataset.labels)
        if working:
            self._kind.setText(self.tr("Keeping...") if keeping else self.tr("Reading..."))
        else:
            self._kind.setText(described(dataset) if dataset is not None else "")
        self._refusal.setText(refusal)
        self._stage.setCurrentWidget(self._refusal if refusal else self.pictures)
        self.options.say_fault(fault)
        self.options.setEnabled(not keeping)
        self.take.setEnabled(dataset is not None and not working and not fault)

    def _refused(self, message: str) -> str:
        """A refusal in one line that names the file."""
        name, said = Path(self._source).name, " ".join(message.split()).replace(self._source, "%1")
        said = self.options.in_words(said).replace("%1", name)
        return said if name in said else f"{name}: {said}"

    def _on_choose_file(self) -> None:
        ask_source(self, self.tr("Import a file"), self.set_source, start=self._source)

    def _on_choose_folder(self) -> None:
        ask_source(self, self.tr("Import a folder"), self.set_source, folder=True, start=self._source)
