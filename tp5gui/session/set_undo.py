"""The steps of undo of the data sets: a change of pictures, and the deletion of a set."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from core.base.words import say
from core.data import library
from tp5gui.session.history import Name, Named
from tp5gui.session.set_steps import Step
from tp5gui.words import explained, literal

if TYPE_CHECKING:
    from tp5gui.session.shelf import Shelf


def set_file(name: str) -> Path:
    """Where the set of that name lies, if it is one of the person's own."""
    return library.folder() / f"{name}.npz"


class _Command(Named):
    """A step of undo on the shelf: one that is refused is dropped, one that the disk refuses is kept.

    Its two directions are `make` and `take_back`, which return whether they were done, or raise `OSError`.
    """

    def __init__(self, shelf: "Shelf", name: Name) -> None:
        super().__init__(name)
        self._shelf = shelf
        self._stands = False  # whether it could not be taken back, so that it needs not be made again

    def make(self) -> bool:
        """Do it, for the first time or again."""
        raise NotImplementedError

    def take_back(self) -> bool:
        """Undo it."""
        raise NotImplementedError

    def redo(self) -> None:
        if self._stands:
            self._stands = False
            return
        try:
            self.setObsolete(not self.make())
        except OSError as error:
            self._shelf.refuse(explained(error))
            self.setObsolete(True)

    def undo(self) -> None:
        try:
            self.setObsolete(not self.take_back())
        except OSError as error:
            self._shelf.refuse(explained(error))
            self._stands = True
            QTimer.singleShot(0, self._shelf, self._shelf.undo.redo)  # so that Undo can try it once more


class Change(_Command):
    """A change of the pictures of a set."""

    def __init__(self, shelf: "Shelf", set_name: str, step: Step, name: Name) -> None:
        super().__init__(shelf, name)
        self._name, self._step = set_name, step

    def make(self) -> bool:
        return self._shelf.take(self._name, self._step)

    def take_back(self) -> bool:
        return self._shelf.take(self._name, self._step.inverse)


class Deletion(_Command):
    """A set is deleted; until it is brought back, its file is kept in memory, byte for byte."""

    def __init__(self, shelf: "Shelf", name: str) -> None:
        super().__init__(shelf, lambda: say("Delete “{name}”", name=literal(name)))
        self._name = name
        self._content = b""

    @property
    def nbytes(self) -> int:
        """Bytes that are kept for undo."""
        return len(self._content)

    def let_go(self) -> None:
        """Keep the file no longer; the step cannot be undone from now on."""
        self._content = b""

    def make(self) -> bool:
        with suppress(FileNotFoundError):  # somebody else has deleted it
            self._content = set_file(self._name).read_bytes()
        self._shelf.take_away(self._name)
        if self._content:
            self._shelf.tell(say("“{name}” is deleted; Undo brings it back.", name=self._name))
        else:
            self._shelf.tell(say("“{name}” is deleted.", name=self._name))
        return bool(self._content)

    def take_back(self) -> bool:
        if not self._content:
            self._shelf.refuse(say("“{name}” was deleted too long ago to bring it back.", name=self._name))
            return False
        self._name, self._content = self._shelf.put_back(self._name, self._content), b""
        return True
