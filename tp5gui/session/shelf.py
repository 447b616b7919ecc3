"""The data sets, the one that is shown, and its changes with undo. No widgets."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from core.base.files import whole
from core.base.registry import UnknownName
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
from tp5gui.session.history import Name
from tp5gui.session.set_steps import Move, Pictures, Splice, Step
from tp5gui.session.set_undo import Change, Deletion, set_file
from tp5gui.words import as_name, explained, literal

UNDO_STEPS = 100  # at most
UNDO_ROOM = 256 << 20  # bytes that the files of deleted sets may take until they are brought back


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

    Every change is saved at once and is one step of undo; so is the deletion of a set. The steps of all sets
    stand in one row, as they were made: a step back shows the set that it changes.

    Attributes
    ----------
    name : of the set that is shown, empty for none.
    dataset : its images, None where they could not be read.
    undo : the steps of undo.

    Signals
    -------
    shown(object, int) : the `Dataset` that is shown now, or None, and which of its pictures to mark.
    changed() : sets of the person's own were added, removed or changed.
    told(str) : what was done, in the window's words.
    refused(str) : why something was not done, in the window's words.
    """

    shown = Signal(object, int)
    changed = Signal()
    told = Signal(str)
    refused = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name = ""
        self.dataset: Dataset | None = None
        self._stamp: object = None  # of the file of the set that is shown, as it was read or written
        self.undo = QUndoStack(self)
        self.undo.setUndoLimit(UNDO_STEPS)

    def look_at(self, name: str, index: int = -1) -> None:
        """Show a set and mark one of its pictures."""
        self.name, self.dataset, refusal = name, None, ""
        self._stamp = _stamp(name)
        try:
            self.dataset = load_dataset(name)
        except (OSError, ValueError) as error:
            refusal = self._gone(name) if isinstance(error, UnknownName) else explained(error)
        self.shown.emit(self.dataset, index)
        if refusal:
            self.refused.emit(refusal)

    def look_at_images(self, dataset: Dataset) -> None:
        """Show the images of a run whose set is not in the library, so that they can be saved again."""
        self.name, self.dataset, self._stamp = dataset.name, dataset, None
        self.shown.emit(dataset, -1)
        self.refused.emit(self._gone(dataset.name))

    def look_again(self) -> None:
        """Take notice of what another window or program has done to the set that is shown.

        One that is gone stays in sight, so that it can be saved under another name.
        """
        stamp = _stamp(self.name)
        if built_in(self.name) or stamp == self._stamp:
            return
        self._stamp = stamp
        self.changed.emit()
        if stamp is None:
            self.refused.emit(self._gone(self.name))
        else:
            self.look_at(self.name)
            if self.dataset is not None:
                self.told.emit(say("“{name}” was changed elsewhere; this is how it is now.", name=self.name))

    def create(self, name: str, images: Images, labels: tuple[str, ...], index: int = -1) -> bool:
        """Save a new set of the person's own and show it; whether that succeeded."""
        fault = fault_of(name)
        if not fault:
            try:
                save_dataset(Dataset(name, images, labels))
            except (OSError, ValueError) as error:
                fault = explained(error)
        if fault:
            self.refused.emit(fault)
            return False
        self.changed.emit()
        self.look_at(name, index)
        return True

    def forget(self) -> None:
        """Remove the set that is shown, of the person's own, and show the first one."""
        kept = sum(step.nbytes for step in self._steps() if isinstance(step, Deletion))
        for step in self._steps():
            if kept > UNDO_ROOM and isinstance(step, Deletion):
                kept -= step.nbytes
                step.let_go()
        self.undo.push(Deletion(self, self.name))

    def add(self, image: Images, label: str) -> None:
        """Append an image (H, W); without a label it is called by its number."""
        if self.dataset is not None:
            count = self.dataset.count
            put = Pictures(image[None].copy(), (label or str(count + 1),))
            nothing = Pictures.of(self.dataset, count, 0)
            step = Splice(count, nothing, put, count, count - 1)
            self._change(step, lambda: say("Add “{label}”", label=literal(put.labels[0])))

    def replace(self, index: int, image: Images) -> None:
        """Put an image (H, W) in the place of another, whose label stays."""
        if self.dataset is not None:
            label = self.dataset.labels[index]
            put = Pictures(image[None].copy(), (label,))
            self._exchange(index, put, lambda: say("Replace “{label}”", label=literal(label)))

    def rename(self, index: int, label: str) -> None:
        """Give a picture another label."""
        if self.dataset is not None and label != self.dataset.labels[index]:
            before = self.dataset.labels[index]
            put = Pictures(self.dataset.images[index : index + 1].copy(), (label,))
            self._exchange(index, put, lambda: say("Rename “{label}”", label=literal(before)))

    def remove(self, index: int) -> None:
        """Take a picture out; the last one stays."""
        if self.dataset is not None and self.dataset.count > 1:
            out, nothing = Pictures.of(self.dataset, index, 1), Pictures.of(self.dataset, index, 0)
            after = min(index, self.dataset.count - 2)
            step = Splice(index, out, nothing, after, index)
            self._change(step, lambda: say("Remove “{label}”", label=literal(out.labels[0])))

    def move(self, index: int, target: int) -> None:
        """Bring a picture to another place; those between make room."""
        if self.dataset is not None and index != target:
            picture = Pictures.of(self.dataset, index, 1)
            step = Move(picture, index, target)
            self._change(step, lambda: say("Move “{label}”", label=literal(picture.labels[0])))

    def take(self, name: str, step: Step) -> bool:
        """Make a change of a set as it is in the library now, and show it; whether it was not refused.

        Raises
        ------
        OSError : the library cannot be written.
        """
        try:
            dataset = step.applied(load_dataset(name))
            save_dataset(dataset)
        except UnknownName:
            self._stamp = None
            self.changed.emit()
            self.refused.emit(self._gone(name))
            return False
        except ValueError as error:
            self.refused.emit(explained(error))
            return False
        self.name, self.dataset, self._stamp = name, dataset, _stamp(name)
        self.changed.emit()
        self.shown.emit(self.dataset, step.pointed)
        return True

    def put_back(self, name: str, content: bytes) -> str:
        """Bring a deleted set back and show it; the name that it has now.

        Raises
        ------
        OSError : the library cannot be written.
        """
        free = free_name(name)
        library.folder().mkdir(parents=True, exist_ok=True)
        with whole(set_file(free)) as file:
            file.write(content)
        self.changed.emit()
        self.look_at(free)
        self.told.emit(
            say("“{name}” is back.", name=name)
            if free == name
            else say("“{name}” is back as “{free}”: another set has its name.", name=name, free=free)
        )
        return free

    def take_away(self, name: str) -> None:
        """Delete a set of the person's own and show the first one; `OSError` if it cannot be deleted."""
        delete_dataset(name)
        self.changed.emit()
        self.look_at(dataset_names()[0])

    def tell(self, words: str) -> None:
        """Say what was done: `told` follows."""
        self.told.emit(words)

    def refuse(self, words: str) -> None:
        """Say why something was not done: `refused` follows."""
        self.refused.emit(words)

    def _exchange(self, index: int, put: Pictures, name: Name) -> None:
        assert self.dataset is not None
        self._change(Splice(index, Pictures.of(self.dataset, index, 1), put, index, index), name)

    def _change(self, step: Step, name: Name) -> None:
        self.undo.push(Change(self, self.name, step, name))

    def _steps(self) -> list[QUndoCommand]:
        """All steps, the oldest first."""
        return [step for step in map(self.undo.command, range(self.undo.count())) if step is not None]

    def _gone(self, name: str) -> str:
        """That there is no such set any more, and what becomes of its pictures where they are in sight."""
        if name == self.name and self.dataset is not None:
            return say(
                "“{name}” is not among the data sets any more; “Save as...” keeps the pictures shown here.",
                name=name,
            )
        return say("“{name}” is not among the data sets any more.", name=name)


def _stamp(name: str) -> object:
    """What tells one state of the file of a set from another; None where there is none."""
    try:
        status = set_file(name).stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
