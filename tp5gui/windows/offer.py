"""The quiet line that offers a run back after a crash."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.base.words import say
from tp5gui import theme
from tp5gui.panels.note import SIDE, Note
from tp5gui.session.kept_runs import KeptRun, KeptRuns
from tp5gui.windows.inline import button
from tp5gui.words import count, moment


class Offer(QWidget):
    """Says which run was under way when the window ended without being closed; hidden where there is none.

    Whoever does not answer finds the offer again at the next start.

    Signals
    -------
    taken(str) : the person wants the run in this file.
    """

    taken = Signal(str)

    def __init__(self, kept: KeptRuns | None) -> None:
        super().__init__()
        self.setObjectName("offer")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._kept, self._lost = kept, kept.lost() if kept is not None else None
        self.words = Note(SIDE)
        self.words.setText(_words(self._lost) if self._lost is not None else "")
        self.take = button(say("Open it"), say("Take up this run where it was kept."))
        self.leave = button(say("Not now"), say("It stays in the menu, File, Runs kept for you."))
        self.take.clicked.connect(self._on_take)
        self.leave.clicked.connect(self._on_leave)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE, theme.SPACE // 2, theme.SPACE, theme.SPACE // 2)
        row.setSpacing(theme.SPACE)
        row.addWidget(self.words, 1)
        row.addWidget(self.take)
        row.addWidget(self.leave)
        self.setVisible(self._lost is not None)

    def _on_take(self) -> None:
        lost = self._lost
        self._on_leave()
        if lost is not None:
            self.taken.emit(str(lost.path))

    def _on_leave(self) -> None:
        if self._kept is not None and self._lost is not None:
            self._kept.answered(self._lost)
        self._lost = None
        self.hide()


def _words(lost: KeptRun) -> str:
    return say(
        "Last time the program ended without being closed. This run was kept: {name}, epoch {epoch}, {when}.",
        name=lost.title, epoch=count(lost.epoch), when=moment(lost.time),
    )  # fmt: skip
