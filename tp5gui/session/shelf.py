"""The data sets, the one that is shown, and its changes with undo. No widgets."""

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoGroup, QUndoStack

from core.base.words import say, say_count
from core.data import library
from core.data.datasets import (
    DATASETS,
    Dataset,
    Images,
    dataset_names,
    delete_dataset,
    load_dataset,
    save_dataset,
)
from tp5gui.words import as_name, explained, literal

UNDO_ROOM = 256 << 20  # bytes that the steps of undo of one set may take
UNDO_STEPS = 100  # at most


def built_in(name: str) -> bool:
    """Whether a set comes with the application and cannot be changed."""
    return name in DATASETS.names()


def title_of(name: str) -> str:
    """What to call a set on screen: a built-in one has a label, the person's own their name."""
    return say(DATASETS[name].label) if built_in(name) else as_name(name)


def described(dataset: Dataset) -> str:
    """How many images of what size and kind, in one line."""
    height, width = dataset.shape
    if dataset.binary:
        return say_count(
            "{count} image, {width:d}x{height:d} pixels, black and white",
            "{count} images, {width:d}x{height:d} pixels, black and white",
            dataset.count, width=width, height=height,
        )  # fmt: skip
    return say_count(
        "{count} image, {width:d}x{height:d} pixels, grey",
        "{count} images, {width:d}x{height:d} pixels, grey",
        dataset.count, width=width, height=height,
    )  # fmt: skip


def free_name(wanted: str) -> str:
    """`wanted` as a set may be called, with a number behind it if there is a set of that name."""
    kept = "".join(letter if library.NAME.fullmatch("a" + letter) else " " for letter in wanted)
    stem = " ".join(kept.split()).lstrip(" .+-")[:56].strip() or "pictures"
    taken, name, number = _taken_names(), stem, 2
    while name.casefold() in taken:
        name, number = f"{stem} {number}", number + 1
    return name


def fault_of(name: str) -> str:
    """Why no new set can have this name, in words; empty if one can."""
    if not name:
        return say("A set needs a name.")
    try:
        library.check_name(name)
    except library.LibraryError as error:
        return explained(error)
    if name.casefold() in _taken_names():
        return say("There is already a set named “{name}”.", name=name)
    return ""


def _taken_names() -> set[str]:
    """The names of all sets, without regard to case, as some file systems see them."""
    return {name.casefold() for name in dataset_names()}


class Shelf(QObject):
    """Holds the set that is shown; the only object that saves, changes and deletes sets.

    Every change is saved at once and is one step of undo; every set has its own steps.

    Attributes
    ----------
    name : of the set that is shown, empty for none.
    dataset : its images, None where they could not be read.
    undo : the steps of undo of the set that is shown.

    Signals
    -------
    shown(object, int) : the `Dataset` that is shown now, or None, and which of its pictures to mark.
    changed() : sets of the person's own were added, removed or changed.
    refused(str) : why something was not done, in the window's words.
    """

    shown = Signal(object, int)
    changed = Signal()
    refused = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name = ""
        self.dataset: Dataset | None = None
        self.undo = QUndoGroup(self)
        self._stacks: dict[str, QUndoStack] = {}

    def look_at(self, name: str, index: int = -1) -> None:
        """Show a set and mark one of its pictures."""
        self.name, self.dataset, refusal = name, None, ""
        try:
            self.dataset = load_dataset(name)
        except (OSError, ValueError) as error:
            refusal = explained(error)
        self._stack().setActive(True)
        self.shown.emit(self.dataset, index)
        if refusal:
            self.refused.emit(refusal)

    def create(self, name: str, images: Images, labels: tuple[str, ...], index: int = -1) -> bool:
        """Save a new set of the person's own and show it; whether that succeeded."""
        fault = fault_of(name)
        if fault:
            self.refused.emit(fault)
        if fault or not self._save(Dataset(name, images, labels)):
            return False
        self.changed.emit()
        self.look_at(name, index)
        return True

    def forget(self) -> None:
        """Remove the set that is shown, of the person's own, and show the first one."""
        try:
            delete_dataset(self.name)
        except (OSError, ValueError) as error:
            self.refused.emit(explained(error))
            return
        stack = self._stacks.pop(self.name, None)
        if stack is not None:
            stack.deleteLater()
        self.changed.emit()
        self.look_at(dataset_names()[0])

    def add(self, image: Images, label: str) -> None:
        """Append an image (H, W); without a label it is called by its number."""
        if self.dataset is not None:
            count = self.dataset.count
            images = np.concatenate((self.dataset.images, image[None]))
            labels = (*self.dataset.labels, label or str(count + 1))
            words = say("Add “{label}”", label=literal(labels[-1]))
            self._change(images, labels, (count - 1, count), words)

    def replace(self, index: int, image: Images) -> None:
        """Put an image (H, W) in the place of another, whose label stays."""
        if self.dataset is not None:
            images = self.dataset.images.copy()
            images[index] = image
            words = say("Replace “{label}”", label=literal(self.dataset.labels[index]))
            self._change(images, self.dataset.labels, (index, index), words)

    def rename(self, index: int, label: str) -> None:
        """Give a picture another label."""
        if self.dataset is not None and label != self.dataset.labels[index]:
            labels = (*self.dataset.labels[:index], label, *self.dataset.labels[index + 1 :])
            words = say("Rename “{label}”", label=literal(self.dataset.labels[index]))
            self._change(self.dataset.images, labels, (index, index), words)

    def remove(self, index: int) -> None:
        """Take a picture out; the last one stays."""
        if self.dataset is not None and self.dataset.count > 1:
            images = np.delete(self.dataset.images, index, axis=0)
            labels = self.dataset.labels[:index] + self.dataset.labels[index + 1 :]
            words = say("Remove “{label}”", label=literal(self.dataset.labels[index]))
            self._change(images, labels, (index, min(index, len(images) - 1)), words)

    def keep(self, dataset: Dataset, index: int) -> bool:
        """Save a set of the person's own as it is now and show it; whether it could be saved."""
        if not self._save(dataset):
            return False
        self.name, self.dataset = dataset.name, dataset
        self.changed.emit()
        self.shown.emit(dataset, index)
        return True

    def _change(self, images: Images, labels: tuple[str, ...], pointed: tuple[int, int], words: str) -> None:
        assert self.dataset is not None
        step = _Change(self, self.dataset, Dataset(self.name, images, labels), pointed, words)
        self._stack().push(step)

    def _stack(self) -> QUndoStack:
        """The steps of undo of the set that is shown."""
        if self.name not in self._stacks:
            stack = self._stacks[self.name] = QUndoStack(self.undo)
            bytes = 0 if self.dataset is None else self.dataset.images.nbytes
            stack.setUndoLimit(max(1, min(UNDO_STEPS, UNDO_ROOM // max(1, bytes))))
        return self._stacks[self.name]

    def _save(self, dataset: Dataset) -> bool:
        try:
            save_dataset(dataset)
        except (OSError, ValueError) as error:
            self.refused.emit(explained(error))
            return False
        return True


class _Change(QUndoCommand):
    """Replaces one state of a set by another; a step that cannot be saved is dropped."""

    def __init__(
        self, shelf: Shelf, before: Dataset, after: Dataset, pointed: tuple[int, int], words: str
    ) -> None:
        super().__init__(words)
        self._shelf, self._states, self._pointed = shelf, (before, after), pointed

    def redo(self) -> None:
        self.setObsolete(not self._shelf.keep(self._states[1], self._pointed[1]))

    def undo(self) -> None:
        self.setObsolete(not self._shelf.keep(self._states[0], self._pointed[0]))
