"""The data sets: look through them, make one's own of drawings and pictures, choose what to train on."""

from functools import partial

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.data.datasets import Dataset
from tp5gui import theme
from tp5gui.canvases.thumbnails import Thumbnails
from tp5gui.icons import icon
from tp5gui.session.session import Session
from tp5gui.session.shelf import Shelf, built_in, described, free_name, title_of
from tp5gui.windows.dropping import DropDialog
from tp5gui.windows.import_images import ImportImages
from tp5gui.windows.inline import NameRow, SureButton, button
from tp5gui.windows.picture_tools import PictureTools
from tp5gui.windows.set_list import SetList


class DataSets(DropDialog):
    """Shows the shelf of sets and what is on it; gestures go to the shelf, and what it says is shown.

    Signals
    -------
    chosen(str) : the set of this name is to be trained on.
    library_changed() : sets of the person's own were added, removed or changed.
    """

    chosen = Signal(str)
    library_changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Data sets"))
        self.dropped.connect(self.open_import)
        self._drawing = session.drawing
        self._importing: ImportImages | None = None
        self._making = ""  # what the line that asks for a name is for: "new", "copy" or nothing
        self.shelf = Shelf(self)

        columns = QHBoxLayout(self)
        columns.setContentsMargins(2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE)
        columns.setSpacing(2 * theme.SPACE)
        columns.addLayout(self._left())
        columns.addLayout(self._right(), 1)
        self._connect()
        self.resize(920, 640)
        self.sets.list_sets(self.shelf.name)
        self.shelf.look_at(session.store.spec.dataset)

    def open_import(self, path: str | None = None) -> None:
        """Open the import dialog, with a file or a folder to read where one was dropped."""
        if self._importing is None:
            self._importing = ImportImages(self)
            self._importing.taken.connect(self.on_imported)
            self._importing.finished.connect(self._on_import_closed)
        if self._importing.isVisible():
            self._importing.raise_()
        self._importing.show()
        self._importing.activateWindow()
        if path is not None:
            self._importing.set_source(path)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            for action in self.actions():
                action.setIcon(icon(action.objectName()))
        super().changeEvent(event)

    # --- what is where ---

    def _left(self) -> QLayout:
        self.sets = SetList()
        self.new = button(
            self.tr("New set..."), self.tr("Begin a set of your own with the drawing as its first picture.")
        )
        self.importing = button(
            self.tr("Import..."),
            self.tr("Make a set from a folder of images, one image, a font or an array."),
        )
        self.delete = SureButton(self.tr("Delete set"), self.tr("Really delete?"))
        column = QVBoxLayout()
        column.setSpacing(theme.SPACE)
        column.addWidget(self.sets, 1)
        for each in (self.new, self.importing, self.delete):
            column.addWidget(each)
        return column

    def _right(self) -> QLayout:
        self._title, self._kind = QLabel(), QLabel()
        self._title.setObjectName("title")
        self._kind.setObjectName("soft")
        for label in (self._title, self._kind):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.save_as = button(self.tr("Save as..."), self.tr("Copy this set under another name."))
        self.train = button(
            self.tr("Train on this set"), self.tr("Make this the set that the network learns."), "primary"
        )
        names = QVBoxLayout()
        names.setSpacing(theme.SPACE // 2)
        names.addWidget(self._title)
        names.addWidget(self._kind)
        head = QHBoxLayout()
        head.setSpacing(theme.SPACE)
        head.addLayout(names, 1)
        for step, title, key in (
            ("undo", self.tr("Undo"), QKeySequence.StandardKey.Undo),
            ("redo", self.tr("Redo"), QKeySequence.StandardKey.Redo),
        ):
            head.addWidget(self._step_button(step, title, key))
        head.addWidget(self.save_as)
        head.addWidget(self.train)

        self.pictures = Thumbnails()
        self.pictures.setAccessibleName(self.tr("Pictures of the set"))
        self.pictures.set_hint(self.tr("This set cannot be read; choose another one on the left."))
        self.naming = NameRow()
        self._said, self._refused = QLabel(), QLabel()
        self._said.setObjectName("soft")
        self._refused.setObjectName("reason")
        column = QVBoxLayout()
        column.setSpacing(theme.SPACE)
        column.addLayout(head)
        column.addWidget(self.pictures, 1)
        self.tools = PictureTools(self._drawing.image)
        column.addWidget(self.tools)
        column.addWidget(self.naming)
        for label in (self._said, self._refused):
            label.setWordWrap(True)
            column.addWidget(label)
        return column

    def _step_button(self, name: str, title: str, key: QKeySequence.StandardKey) -> QToolButton:
        group = self.shelf.undo
        action = QAction(icon(name), title, self)
        action.setObjectName(name)
        action.setShortcut(key)
        action.setEnabled(False)
        action.triggered.connect(group.undo if name == "undo" else group.redo)
        (group.canUndoChanged if name == "undo" else group.canRedoChanged).connect(action.setEnabled)
        step = QToolButton()
        step.setDefaultAction(action)
        step.setIconSize(QSize(16, 16))
        self.addAction(action)
        return step

    def _connect(self) -> None:
        shelf = self.shelf
        shelf.shown.connect(self.on_shown)
        shelf.changed.connect(self.on_changed)
        shelf.refused.connect(self.on_refused)
        self._drawing.changed.connect(self.tools.show_drawing)
        self.sets.pointed_at.connect(self._on_set)
        self.pictures.current_changed.connect(self.tools.show_picture)
        self.pictures.activated.connect(self.tools.load.click)
        self.new.clicked.connect(partial(self._ask_name, "new"))
        self.save_as.clicked.connect(partial(self._ask_name, "copy"))
        self.importing.clicked.connect(partial(self.open_import, None))
        self.delete.confirmed.connect(self._on_delete)
        self.train.clicked.connect(self._on_train)
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

    # --- what the shelf and the drawing say ---

    @Slot(object, int)
    def on_shown(self, dataset: Dataset | None, index: int) -> None:
        name = self.shelf.name
        self.sets.mark(name)
        self._title.setText(title_of(name))
        self._kind.setText("" if dataset is None else described(dataset))
        if dataset is None:
            self.pictures.set_pictures(None)
        else:
            self.pictures.set_pictures(dataset.images, dataset.labels, index)
        self.tools.show_set(dataset)
        self.tools.show_picture(self.pictures.current)
        self._refuse("")
        self._ask_name("")
        self._fit_buttons()

    @Slot()
    def on_changed(self) -> None:
        self.sets.list_sets(self.shelf.name)
        self.library_changed.emit()

    @Slot(str)
    def on_refused(self, message: str) -> None:
        self._refuse(message)

    @Slot(str)
    def on_imported(self, name: str) -> None:
        self.on_changed()
        self.shelf.look_at(name, 0)

    # --- what the person does ---

    def _on_set(self, name: str) -> None:
        if name != self.shelf.name:
            self._say("")
            self.shelf.look_at(name)

    def _on_train(self) -> None:
        self.chosen.emit(self.shelf.name)

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
            words = self.tr("Load %1").replace("%1", dataset.labels[index])
            self._drawing.replace(dataset.images[index], words)

    def _on_delete(self) -> None:
        name = self.shelf.name
        self.shelf.forget()
        if self.shelf.name != name:
            self._say(self.tr("“%1” is deleted.").replace("%1", name))

    def _on_named(self, name: str) -> None:
        dataset, copied = self.shelf.dataset, self.shelf.name
        if self._making == "new":
            label = self.tools.new_label.text().strip() or "1"
            if self.shelf.create(name, self._drawing.image[None], (label,), 0):
                self.tools.new_label.clear()
                self._say(self.tr("“%1” begins with your drawing.").replace("%1", name))
        elif dataset is not None and self.shelf.create(name, dataset.images, dataset.labels):
            self._say_copied(copied, name)

    def _on_name_cancelled(self) -> None:
        self._refuse("")
        self._ask_name("")
        self.pictures.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_import_closed(self) -> None:
        self._importing = None

    # --- how it is shown ---

    def _own(self) -> bool:
        """Whether the set may be changed; of a built-in one a copy takes its place first."""
        dataset, name = self.shelf.dataset, self.shelf.name
        if dataset is None or not built_in(name):
            return dataset is not None
        wanted = self.naming.name if not self._making else free_name(self.tr("%1 copy").replace("%1", name))
        if not self.shelf.create(wanted, dataset.images, dataset.labels, self.pictures.current):
            self.naming.focus()
            return False
        self._say_copied(name, wanted)
        return True

    def _ask_name(self, making: str) -> None:
        """Show the line that asks for a name, where there is anything to name."""
        name, self._making = self.shelf.name, making
        copy = free_name(self.tr("%1 copy").replace("%1", name))
        self.naming.hide()
        if making == "new":
            fresh = free_name(self.tr("My set"))
            help = self.tr("The new set has one picture, your drawing.")
            self.naming.ask(self.tr("Name of the new set"), fresh, self.tr("Make it"), help)
        elif making == "copy":
            help = self.tr("The copy has all the pictures of this set.")
            self.naming.ask(self.tr("Save as"), copy, self.tr("Save the copy"), help)
        elif built_in(name):
            help = self.tr("Built-in sets stay as they are: a copy under this name takes the change.")
            words = self.tr("Built in: the first change is made in a copy, saved as")
            self.naming.ask(words, copy, self.tr("Save the copy"), help, can_cancel=False)
        if making:
            self.naming.focus()

    def _fit_buttons(self) -> None:
        """Enable what can be done with this set."""
        own, some = not built_in(self.shelf.name), self.shelf.dataset is not None
        self.save_as.setEnabled(some)
        self.save_as.setVisible(own)  # a built-in set has its line for that below
        self.train.setEnabled(some)
        self.delete.calm()
        self.delete.setEnabled(own)
        self.delete.setToolTip(
            self.tr("Delete this set of your own; it asks once.") if own else self.tr("Built-in sets stay.")
        )

    def _say_copied(self, name: str, copy: str) -> None:
        words = self.tr("“%1” is a copy of your own; “%2” stays as it was.")
        self._say(words.replace("%1", copy).replace("%2", title_of(name)))

    def _say(self, words: str) -> None:
        self._said.setText(words)

    def _refuse(self, words: str) -> None:
        self._refused.setText(words)
        self._refused.setVisible(bool(words))
