"""The window of the data sets: look through them, make your own, choose what to train on."""

from functools import partial

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from core.base.words import say
from core.data.datasets import Dataset, dataset_names
from tp5gui import theme
from tp5gui.canvases.thumbnails import Thumbnails
from tp5gui.panels.label import Label
from tp5gui.session.session import Session
from tp5gui.session.shelf import Shelf, built_in, free_name, title_of
from tp5gui.session.view_state import ViewState
from tp5gui.windows.dropping import DropDialog
from tp5gui.windows.import_images import ImportImages
from tp5gui.windows.inline import NameRow, SureButton, button
from tp5gui.windows.panel_area import FRAME, PanelArea
from tp5gui.windows.picture_tools import PictureTools
from tp5gui.windows.picture_writing import PictureWriting
from tp5gui.windows.pictures_out import DialogPictures
from tp5gui.windows.set_export import ask_export
from tp5gui.windows.set_head import SetHead
from tp5gui.windows.set_list import SetList


class DataSets(DropDialog):
    """Shows the sets and the pictures of one of them; gestures go to the shelf, and its state is shown.

    Parameters
    ----------
    session : what is trained, and the drawing.
    shelf : the set that is shown and its changes.
    writing : writes pictures, also once this is gone; None for one of its own.

    Attributes
    ----------
    importing : the open import dialog, None while there is none.
    message, refusal : labels that say what was done, and why something was not.

    Signals
    -------
    chosen(str) : a new run is to begin on the set of this name.
    library_changed() : sets of the person's own were added, removed or changed.
    """

    chosen = Signal(str)
    library_changed = Signal()

    def __init__(
        self,
        session: Session,
        shelf: Shelf,
        parent: QWidget | None = None,
        writing: PictureWriting | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("data sets")
        self.setWindowTitle(say("Data sets"))
        self.dropped.connect(self.on_dropped)
        self._session, self._drawing = session, session.drawing
        self.importing: ImportImages | None = None
        self._waiting = ""  # what was said of a run that waits for Start
        self._making = ""  # what the line that asks for a name is for: "new", "copy" or nothing
        self.shelf = shelf

        page, whole = QWidget(), QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(PanelArea(page))
        page.setAutoFillBackground(True)
        page.setBackgroundRole(QPalette.ColorRole.Window)
        columns = QHBoxLayout(page)
        columns.setContentsMargins(2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE)
        columns.setSpacing(2 * theme.SPACE)
        columns.addLayout(self._left())
        columns.addLayout(self._right(), 1)
        self._connect()
        self._writing = writing
        self.pictures_out = DialogPictures(
            self, self._say, lambda: title_of(self.shelf.name), writing, session
        )
        wanted = QSize(theme.size(920), theme.size(640))
        self.resize(wanted.boundedTo(self.screen().availableSize() - FRAME))
        self.sets.list_sets(self.shelf.name)
        self._look_at_first(session.store.spec.dataset)

    def open_import(self, path: str | None = None, words: str = "") -> None:
        """Open the import dialog, where something was dropped with its path and words about it."""
        if self.importing is None:
            self.importing = ImportImages(self, self._writing)
            self.importing.taken.connect(self.on_imported)
            self.importing.finished.connect(self._on_import_closed)
        if self.importing.isVisible():
            self.importing.raise_()
        self.importing.show()
        self.importing.activateWindow()
        if path is not None:
            self.importing.set_source(path, words)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowActivate:
            self.shelf.look_again()  # other windows and programs may have been at work
        return super().event(event)

    # --- what is where ---

    def _left(self) -> QLayout:
        self.sets = SetList()
        self.new = button(
            say("New set..."), say("Begin a set of your own with the drawing as its first picture.")
        )
        self.open_importing = button(
            say("Import..."),
            say("Make a set from whatever you have: pictures, a font, arrays, a table, a text."),
        )
        self.export = button(
            say("Export..."), say("Write this set as arrays, as one picture or as a folder of pictures.")
        )
        self.delete = SureButton(say("Delete set"), say("Really delete?"))
        column = QVBoxLayout()
        column.setSpacing(theme.SPACE)
        column.addWidget(self.sets, 1)
        for asking in (self.new, self.open_importing, self.export, self.delete):
            column.addWidget(asking)
        return column

    def _right(self) -> QLayout:
        self.head = SetHead(self.shelf.undo)
        self.pictures = Thumbnails(movable=True)
        self.pictures.setAccessibleName(say("Pictures of the set"))
        self.pictures.set_hint(say("This set cannot be read; choose another one on the left."))
        self.naming = NameRow()
        self.message, self.refusal = Label(), Label()
        self.message.setObjectName("soft")
        self.refusal.setObjectName("reason")
        column = QVBoxLayout()
        column.setSpacing(theme.SPACE)
        column.addWidget(self.head)
        column.addWidget(self.pictures, 1)
        self.tools = PictureTools(self._drawing.image)
        column.addWidget(self.tools)
        column.addWidget(self.naming)
        for label in (self.message, self.refusal):
            label.setWordWrap(True)
            column.addWidget(label)
        return column

    def _connect(self) -> None:
        shelf = self.shelf
        shelf.shown.connect(self.on_shown)
        shelf.changed.connect(self.on_changed)
        shelf.refused.connect(self.on_refused)
        shelf.told.connect(self.on_told)
        self._drawing.changed.connect(self.tools.show_drawing)
        self.sets.pointed_at.connect(self._on_set)
        self.pictures.current_changed.connect(self.tools.show_picture)
        self.pictures.activated.connect(self.tools.load.click)
        self.pictures.moved.connect(self._on_move)
        self.head.twins.pointed_at.connect(self._on_twin)
        self.new.clicked.connect(partial(self._ask_name, "new"))
        self.head.save_as.clicked.connect(partial(self._ask_name, "copy"))
        self.open_importing.clicked.connect(partial(self.open_import, None))
        self.export.clicked.connect(self._on_export)
        self.delete.asking.connect(self._warn_of_delete)
        self.delete.calmed.connect(partial(self._say, ""))
        self.delete.confirmed.connect(self.shelf.forget)
        self.head.train.clicked.connect(self._on_train)
        self._session.state_changed.connect(self.on_state)
        self.tools.add_asked.connect(self._on_add)
        self.tools.replace_asked.connect(self._on_replace)
        self.tools.load_asked.connect(self._on_load)
        self.tools.remove_asked.connect(self._on_remove)
        self.tools.rename_asked.connect(self._on_rename)
        self.naming.taken.connect(self._on_named)
        self.naming.cancelled.connect(self._on_name_cancelled)
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.pictures)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self.tools.remove.click)

    # --- what arrives from the shelf ---

    @Slot(object, int)
    def on_shown(self, dataset: Dataset | None, index: int) -> None:
        name = self.shelf.name
        self.sets.mark(name)
        self.head.show_set(name, dataset)
        self.export.setEnabled(dataset is not None)
        if dataset is None:
            self.pictures.set_pictures(None)
        else:
            self.pictures.set_pictures(dataset.images, dataset.labels, index, self.head.twins.remarks)
        self.tools.show_set(dataset)
        self.tools.show_picture(self.pictures.current)
        self._refuse("")
        self._ask_name("")
        self._fit_delete()

    @Slot()
    def on_changed(self) -> None:
        self.sets.list_sets(self.shelf.name)
        self.library_changed.emit()

    @Slot(str)
    def on_refused(self, message: str) -> None:
        self._refuse(message)

    @Slot(str)
    def on_told(self, message: str) -> None:
        self._say(message)

    @Slot(object)
    def on_state(self, state: ViewState) -> None:
        """A run that was begun here waits no longer: Start has a key in this window as well."""
        if state.running and self._waiting and self.message.text() == self._waiting:
            self._say("")

    @Slot(str, str)
    def on_dropped(self, path: str, words: str) -> None:
        """Offer to make a set of what was dropped, or say why not."""
        self._refuse("" if path else words)
        if path:
            self.open_import(path, words)

    @Slot(str)
    def on_imported(self, name: str) -> None:
        self.on_changed()
        self.shelf.look_at(name, 0)

    # --- what the person does ---

    def _on_set(self, name: str) -> None:
        if name != self.shelf.name:
            self._say("")
            self.shelf.look_at(name)

    def _on_export(self) -> None:
        if self.shelf.dataset is not None:
            out = self.pictures_out
            ask_export(self, self.shelf.dataset, out.writing, out.beside)

    def _on_train(self) -> None:
        name = self.shelf.name
        self.chosen.emit(name)
        self._waiting = say("A new run on “{name}” waits in the window for Start (F5).", name=title_of(name))
        self._say(self._waiting)

    def _on_add(self, label: str) -> None:
        if self._own():
            self.shelf.add(self._drawing.image, label)
            self.tools.new_label.clear()

    def _on_replace(self) -> None:
        index = self.pictures.current
        if self._own():
            self.shelf.replace(index, self._drawing.image)

    def _on_rename(self, label: str) -> None:
        index = self.pictures.current
        if self._own():
            self.shelf.rename(index, label)
        else:
            self.tools.show_picture(index)

    def _on_remove(self) -> None:
        index = self.pictures.current
        if self._own():
            self.shelf.remove(index)

    def _on_load(self) -> None:
        dataset, index = self.shelf.dataset, self.pictures.current
        if dataset is not None and index >= 0:
            self._session.load_image(dataset.images[index], dataset.labels[index])

    def _on_move(self, index: int, target: int) -> None:
        if self._own():
            self.shelf.move(index, target)

    def _on_twin(self, index: int) -> None:
        self.pictures.point_at(index)
        self._say(self.pictures.explained(index).replace("\n", ", "))

    def _warn_of_delete(self) -> None:
        """Say what uses the set that is about to be deleted, and that nothing of it is lost."""
        name, frame = self.shelf.name, self._session.frame
        if frame is not None and frame.dataset.name == name:
            words = say(
                "The run in the window learns “{name}”. It keeps its images, and so do saved runs.", name=name
            )
        else:
            words = say("Saved runs that learned “{name}” keep its images.", name=name)
        self._say(words)

    def _on_named(self, name: str) -> None:
        dataset, copied = self.shelf.dataset, self.shelf.name
        if self._making == "new":
            label = self.tools.new_label.text().strip() or "1"
            if self.shelf.create(name, self._drawing.image[None], (label,), 0):
                self.tools.new_label.clear()
                self._say(say("“{name}” begins with your drawing.", name=name))
        elif dataset is not None and self.shelf.create(name, dataset.images, dataset.labels):
            self._say_copied(copied, name)

    def _on_name_cancelled(self) -> None:
        self._refuse("")
        self._ask_name("")
        self.pictures.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_import_closed(self) -> None:
        self.importing = None

    # --- how it is shown ---

    def _look_at_first(self, name: str) -> None:
        """Show the set of the run; where it is not in the library, the images that the run has."""
        frame = self._session.frame
        if name not in dataset_names() and frame is not None and frame.dataset.name == name:
            self.shelf.look_at_images(frame.dataset)
        else:
            self.shelf.look_at(name)

    def _own(self) -> bool:
        """Whether the set may be changed; of a built-in one a copy takes its place first."""
        dataset, name = self.shelf.dataset, self.shelf.name
        if dataset is None or not built_in(name):
            return dataset is not None
        wanted = self.naming.name if not self._making else _copy_name(name)
        if not self.shelf.create(wanted, dataset.images, dataset.labels, self.pictures.current):
            self.naming.focus()
            return False
        self._say_copied(name, wanted)
        return True

    def _ask_name(self, making: str) -> None:
        """Show the line that asks for a name, where there is anything to name."""
        name, self._making = self.shelf.name, making
        copy = _copy_name(name)
        self.naming.hide()
        if making == "new":
            fresh = free_name(say("My set"))
            help = say("The new set has one picture, your drawing.")
            self.naming.ask(say("Name of the new set"), fresh, say("Make it"), help)
        elif making == "copy":
            help = say("The copy has all the pictures of this set.")
            self.naming.ask(say("Save as"), copy, say("Save the copy"), help)
        elif built_in(name):
            help = say("Built-in sets stay as they are: a copy under this name takes the change.")
            words = say("Built in: the first change is made in a copy, saved as")
            self.naming.ask(words, copy, say("Save the copy"), help, can_cancel=False)
        if making:
            self.naming.focus()

    def _fit_delete(self) -> None:
        """Allow deleting a set of the person's own."""
        own = not built_in(self.shelf.name)
        self.delete.calm()
        self.delete.setEnabled(own)
        self.delete.setToolTip(
            say("Delete this set of your own; it asks once, and Undo brings it back.")
            if own
            else say("Built-in sets stay.")
        )

    def _say_copied(self, name: str, copy: str) -> None:
        self._say(
            say(
                "“{copy}” is a copy of your own; “{original}” stays as it was.",
                copy=copy, original=title_of(name),
            )
        )  # fmt: skip

    def _say(self, words: str) -> None:
        self.message.setText(words)

    def _refuse(self, words: str) -> None:
        self.refusal.setText(words)
        self.refusal.setVisible(bool(words))


def _copy_name(name: str) -> str:
    """A free name for a copy of the set of this name."""
    return free_name(say("{name} copy", name=name))
