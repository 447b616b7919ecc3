"""Values that were refused: what is known of one, and the step of undo that takes it out of its field."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.base.words import say
from tp5gui.session.history import Name, Passing
from tp5gui.words import literal

if TYPE_CHECKING:
    from tp5gui.panels.form import SpecForm


@dataclass(frozen=True, slots=True)
class Refused:
    """A value that a person asked for and that is not in use.

    Attributes
    ----------
    name : the field that is marked for it.
    asked : says the label of the field and the value that was asked for.
    words : why it is not in use.
    text : what stays in the line of the field; None for a box, which shows what is in use.
    """

    name: str
    asked: Name
    words: str
    text: str | None


class Refusing(Passing):
    """The step of a value that was refused: undoing it shows the value in use, redoing it the other again.

    Attributes
    ----------
    form : where; another one takes its place when the window speaks another language.
    """

    def __init__(self, form: "SpecForm", refused: Refused) -> None:
        super().__init__(lambda: say("{setting} (refused)", setting=literal(refused.asked())))
        self.form, self._refused, self._done = form, refused, True

    @property
    def outlived(self) -> bool:
        """Whether another value came into the field since."""
        return self._done and not self.form.holds(self._refused)

    def undo(self) -> None:
        self._done = False
        self.form.take_back(self._refused)

    def redo(self) -> None:
        if not self._done:
            self._done = True
            self.form.bring_back(self._refused)
