"""The import dialog: whatever a person brings becomes a data set, which is shown before it is saved."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QLineEdit, QVBoxLayout, QWidget

from core.base.words import one_line, say
from core.data.datasets import Dataset
from tp5gui import theme
from tp5gui.panels.label import Label
from tp5gui.panels.places import ask_source
from tp5gui.session.background import Background
from tp5gui.session.in_turn import InTurn
from tp5gui.session.shelf import described, fault_of, free_name
from tp5gui.session.stoppable import Stoppable
from tp5gui.windows.dropping import DropDialog
from tp5gui.windows.import_options import ImportOptions
from tp5gui.windows.import_reading import Keep, Made, Refused, Wanted
from tp5gui.windows.import_view import ImportView
from tp5gui.windows.inline import button
from tp5gui.windows.panel_area import FRAME, PanelArea
from tp5gui.windows.picture_writing import PictureWriting
from tp5gui.windows.pictures_out import DialogPictures
from tp5gui.words import explained, naming

SOON, OFTEN = 300, 100  # ms until it is said that reading takes long, and between two looks at how far it is


class ImportImages(DropDialog):
    """Chooses a source, reads it in the background at every change of an option, and shows what it becomes.

    A change takes the place of what is being read. What was read before stays in sight until then; Escape
    stops the reading first, and closes the dialog where nothing is being read.

    Parameters
    ----------
    writing : writes pictures, also once this is gone; None for one of its own.

    Signals
    -------
    taken(str) : the name of the set that was saved.

    Attributes
    ----------
    dataset : what the source becomes, None where that is not known or refused.
    options : the fields.
    view : what is shown of the source; `pictures`, `refusal` and `twins` are parts of it.
    kind : a label that says what the set holds, or what is being done.
    note : a label that says what of a drop was not taken, and why.
    again : a button that reads anew what was stopped or refused.
    """

    taken = Signal(str)

    def __init__(self, parent: QWidget | None = None, writing: PictureWriting | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import")
        self.setWindowTitle(say("Import pictures"))
        self.dropped.connect(self.on_dropped)
        self._source = ""
        self._made: Made | None = None
        self._refusal = ""
        self._stopped = False
        self._keeping: Keep | None = None
        self._unkept = ""  # why the set could not be saved
        self._reading: Stoppable[Made | Refused] | None = None
        self._wanted: Wanted | None = None  # what `_reading` reads
        self._turns: InTurn[Stoppable[Made | Refused]] = InTurn(self)
        self._turns.ended.connect(self.on_read)
        self._looks = QTimer(self)
        self._looks.timeout.connect(self.on_look)
        self._long = False  # whether what is being done takes so long that it is said
        self.background = Background()  # keeps the set
        self.background.done.connect(self.on_kept)
        self.destroyed.connect(self.background.retire)
        self.finished.connect(self._stop)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._stop)

        self.options = ImportOptions()
        self.options.named.connect(self._show)
        self.options.changed.connect(self._read)
        self.options.installEventFilter(self)
        self.view = ImportView()
        self.pictures, self.refusal, self.twins = self.view.pictures, self.view.refusal, self.view.twins
        self.kind, self.note = Label(), Label()
        self.kind.setObjectName("soft")
        self.note.setObjectName("reason")
        self.note.setWordWrap(True)
        self.note.hide()
        self._lay_out()
        self.pictures_out = DialogPictures(self, self._say, lambda: self.options.name, writing)
        self.path.setFocus()
        wanted = theme.size(1040), theme.size(660)
        room = self.screen().availableSize() - FRAME
        self.resize(min(wanted[0], room.width()), min(wanted[1], room.height()))
        self._show()

    @property
    def dataset(self) -> Dataset | None:
        """What the source becomes, as it is shown; None where that is not known or refused."""
        return None if self._made is None else self._made.understood.dataset

    @property
    def working(self) -> bool:
        """Whether something is being read or saved."""
        return self._reading is not None or self._keeping is not None

    @property
    def source(self) -> str:
        """The file or folder that is read, empty for none."""
        return self._source

    def set_source(self, path: str, words: str = "") -> None:
        """Take a file or a folder to read, and say a word about it; the options stay as they are.

        While a set is being saved, its source stays.
        """
        if self._keeping is not None:
            return
        self._say(words)
        if path != self._source:
            self._made, self._refusal = None, ""
        self._source = path
        self.path.setText(path)
        self.path.setCursorPosition(len(path))
        self.options.propose(free_name(Path(path).stem))
        self.options.begin()
        self._read()

    def take_over(self, before: "ImportImages") -> None:
        """Go on from another one, which spoke another language: its fields, and its source."""
        if before.source:
            self.set_source(before.source)
        self.options.take_over(before.options)
        self._read()

    @Slot(str, str)
    def on_dropped(self, path: str, words: str) -> None:
        """Read what was dropped, or say why not."""
        if path:
            self.set_source(path, words)
        else:
            self._say(words)

    @Slot(object, object)
    def on_read(self, reading: object, result: Made | Refused | Exception | None) -> None:
        """Show what was read, unless it was stopped or another reading took its place."""
        wanted = self._wanted
        if reading is not self._reading or wanted is None:
            return
        self._end()
        if isinstance(result, Exception):
            result = Refused(result)
        if isinstance(result, Refused):
            self._made, self._refusal = None, result.words(self._source)
            self.options.show_cures(result.uses, result.cures)
        elif result is not None:
            self._made, self._refusal = result, ""
            self.options.show_understood(result.understood, wanted.wishes)
        self._show()

    @Slot(object, object)
    def on_kept(self, job: object, result: object) -> None:
        self._keeping = None
        if isinstance(result, Exception):
            self._unkept = one_line(explained(result))
            self._show()
        else:
            self.taken.emit(str(result))
            self.accept()

    @Slot()
    def on_look(self) -> None:
        """Say how far the reading is, once it takes long."""
        self._long = True
        self._looks.start(OFTEN)
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._reading is not None:
            self._stop()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look anew at what is where once the fields need more room or less, as after a zoom."""
        if watched is self.options and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange:
            self._show()  # another window may have taken the name meanwhile

    def reject(self) -> None:
        if self._keeping is None:  # it closes by itself soon, and reports the new set
            super().reject()

    # --- what is where ---

    def _lay_out(self) -> None:
        self.take = button(
            say("Add to my sets"), say("Keep these pictures as a data set; the run stays."), "primary"
        )
        self.take.clicked.connect(self._on_take)
        self.cancel = button(say("Cancel"), say("Import nothing."))
        self.cancel.clicked.connect(self.reject)
        self.again = button(say("Read again"), say("Read the source with the fields as they stand."))
        self.again.clicked.connect(self._read)

        page, fields = QWidget(), QVBoxLayout()
        page.setAutoFillBackground(True)
        page.setBackgroundRole(QPalette.ColorRole.Window)
        fields.addWidget(self.options)
        fields.setSpacing(2 * theme.SPACE)
        fields.addWidget(self.view.explained, 1)
        middle = self._middle = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        middle.setSpacing(3 * theme.SPACE)
        middle.addLayout(fields)
        middle.addWidget(self.view, 1)
        last = QHBoxLayout()
        last.setSpacing(theme.SPACE)
        last.addWidget(self.kind)
        last.addWidget(self.again)
        last.addWidget(self.twins)
        last.addStretch(1)
        last.addWidget(self.cancel)
        last.addWidget(self.take)
        column = QVBoxLayout(page)
        column.setContentsMargins(2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE)
        column.setSpacing(2 * theme.SPACE)
        column.addLayout(self._source_row())
        column.addWidget(self.note)
        column.addLayout(middle, 1)
        column.addLayout(last)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(PanelArea(page))

    def _source_row(self) -> QLayout:
        self.path = QLineEdit()
        self.path.editingFinished.connect(self._on_path)
        self.path.setPlaceholderText(say("A file or a folder"))
        self.path.setAccessibleName(say("Where the pictures come from"))
        self.path.setToolTip(say("Where the pictures come from; drop a file or a folder anywhere here."))
        self.choose_file = button(
            say("Choose a file..."), say("One image, a font, an array, a table or a text of pictures.")
        )
        self.choose_folder = button(
            say("Choose a folder..."), say("Every image in it is a picture, every folder in it a class.")
        )
        self.choose_file.clicked.connect(self._on_choose_file)
        self.choose_folder.clicked.connect(self._on_choose_folder)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE)
        row.addWidget(self.path, 1)
        row.addWidget(self.choose_file)
        row.addWidget(self.choose_folder)
        return row

    def _fit(self) -> None:
        """Put what is shown beside the fields, or below them where there is no room beside."""
        room = self.width() - self.options.sizeHint().width() - 8 * theme.SPACE
        beside = room >= self.view.minimumSizeHint().width()
        ways = QBoxLayout.Direction
        self._middle.setDirection(ways.LeftToRight if beside else ways.TopToBottom)

    # --- what is done ---

    def _read(self) -> None:
        """Read the source anew, in the place of what is being read; what is shown stays until then."""
        if self._keeping is not None or not self._source:
            return
        self._turns.stop()
        self._stopped, self._unkept = False, ""
        self._wanted = Wanted(self._source, self.options.wishes)
        self._reading = Stoppable(self._wanted)
        self._turns.ask(self._reading)
        if not self._looks.isActive():
            self._looks.start(SOON)
        self._show()

    @Slot()
    def _stop(self) -> None:
        """Stop the reading, if there is one."""
        self._turns.stop()
        if self._reading is not None:
            self._stopped = True
            self._end()
            self._show()

    def _end(self) -> None:
        """Nothing is being read any more."""
        self._reading = self._wanted = None
        self._long = False
        self._looks.stop()

    def _on_take(self) -> None:
        dataset = self.dataset
        if dataset is not None and not self.working and not fault_of(self.options.name):
            self._unkept = ""
            self._keeping = Keep(replace(dataset, name=self.options.name))
            self.background.ask(self._keeping)
        self._show()

    # --- how it is shown ---

    @Slot()
    def _show(self) -> None:
        """Show the state of affairs: what was read, what is being read, or why it could not be."""
        made, dataset, keeping = self._made, self.dataset, self._keeping is not None
        fault = fault_of(self.options.name) if self._source else ""
        doing = self._doing()
        if made is not None:
            sentences = [say("This is {kind}.", kind=made.understood.kind)]
            sentences += [remark.words(naming) for remark in made.understood.remarks]
            self.view.show_set(made.understood.dataset, made.repeats, sentences)
        elif self._refusal:
            self.view.show_refusal(self._refusal)
        elif self._source:
            self.view.show_waiting(doing)
        else:
            self.view.show_welcome()
        self.view.bar.setVisible(self._long)
        self.view.bar.setValue(0 if self._reading is None else round(100 * self._reading.share))
        self.kind.setText(doing or ("" if dataset is None else described(dataset)))
        self.again.setVisible(self._stopped or bool(self._refusal))
        self.options.say_fault(fault or self._unkept)
        self.options.setEnabled(not keeping)
        for control in (self.path, self.choose_file, self.choose_folder, self.cancel):
            control.setEnabled(not keeping)
        ready = dataset is not None and not self.working and not self._stopped
        self.take.setEnabled(ready and not fault)

    def _doing(self) -> str:
        """What is being done, in words; empty where it takes no time worth a word."""
        if self._keeping is not None:
            return say("Keeping...")
        if self._reading is not None and self._long:
            return say("Reading: {share} %. Esc stops it.", share=round(100 * self._reading.share))
        return say("Stopped before it was read.") if self._stopped else ""

    def _say(self, words: str) -> None:
        self.note.setText(words)
        self.note.setVisible(bool(words))

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
