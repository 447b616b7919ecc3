"""The settings of a run as text: out of one window, into another, or into a letter."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence

from core.base.words import Refusal, say
from core.data.datasets import dataset_names
from core.experiment.spec_text import spec_of, text_of
from core.experiment.wording import name_of
from tp5gui.windows.picture_writing import Teller
from tp5gui.words import explained

if TYPE_CHECKING:
    from tp5gui.session.session import Session


class SettingsText(QObject):
    """Copies the settings that the form shows, and pastes others as one step of undo.

    Attributes
    ----------
    copy, paste : the entries of the menu.
    """

    def __init__(self, session: "Session", teller: Teller, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._teller = session, teller
        self.copy = QAction(say("Copy se&ttings"), self)
        self.copy.setShortcut(QKeySequence("Ctrl+Alt+C"))
        self.copy.triggered.connect(self.on_copy)
        self.paste = QAction(say("Paste &settings"), self)
        self.paste.setShortcut(QKeySequence("Ctrl+Alt+V"))
        self.paste.triggered.connect(self.on_paste)

    @Slot()
    def on_copy(self) -> None:
        self._session.commit()
        spec = self._session.store.spec
        QGuiApplication.clipboard().setText(text_of(spec))
        self._teller.tell(say("Copied the settings of {name} as text.", name=name_of(spec)))

    @Slot()
    def on_paste(self) -> None:
        self._session.commit()
        try:
            spec = spec_of(QGuiApplication.clipboard().text())
            self._check_set(spec.dataset)
        except Refusal as error:
            self._session.fail(say("Nothing was pasted: {reason}", reason=explained(error)))
            return
        if spec == self._session.store.spec:
            self._teller.tell(say("These are the settings that are in the form already."))
            return
        self._session.take_settings(spec)
        self._teller.tell(say("Pasted the settings of {name}; Start trains the run.", name=name_of(spec)))

    def _check_set(self, name: str) -> None:
        """Refuse settings for images that are not here."""
        frame = self._session.frame
        if name not in dataset_names() and (frame is None or frame.dataset.name != name):
            raise Refusal("the run learns the data set {name!r}, which is not here", name=name)
