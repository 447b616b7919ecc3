"""What a study's answer can be taken away as: a table, a figure for print, the command that asks the same."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from core.base.words import say
from core.studies.command_line import command_of
from core.studies.tables import write_table
from tp5gui.panels.places import ask_place
from tp5gui.panels.study_answer import Answer
from tp5gui.session.session import Session


class StudyExports(QPushButton):
    """A button with a menu, enabled once there are runs.

    Attributes
    ----------
    table, figure, command : the entries of the menu.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._answer: Answer | None = None
        self.setText(say("Export"))
        self.setToolTip(say("Take the answer away: as a table, as a figure, as a command."))
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        self.table, self.figure, self.command = (
            menu.addAction(title)
            for title in (say("Save the table..."), say("Save the figure..."), say("Copy the command"))
        )
        for action, help, slot in (
            (self.table, say("Write all runs as CSV or JSON."), self._on_table),
            (self.figure, say("Write the figure for print: PNG, SVG or PDF."), self._on_figure),
            (self.command, say("Copy the line that asks this study in a terminal."), self._on_command),
        ):
            action.setToolTip(help)
            action.triggered.connect(slot)
        self.setMenu(menu)
        self.set_answer(None)

    def set_answer(self, answer: Answer | None) -> None:
        """Offer an answer; without runs there is nothing to export, without the measure no figure."""
        self._answer = answer if answer is not None and answer.rows else None
        for one in (self, self.table, self.figure, self.command):
            one.setEnabled(self._answer is not None)
        self.figure.setEnabled(self._answer is not None and self._answer.known)

    def write_table(self, path: str) -> None:
        """Write all runs; `saved` or `failed` of the session says how it went."""
        answer = self._answer
        if answer is not None:
            self._session.attempt(lambda: write_table(Path(path), answer.rows), path)

    def write_figure(self, path: str) -> None:
        """Write the figure for print; `saved` or `failed` of the session says how it went."""
        from core.studies.figure import write_figure  # brings matplotlib

        answer = self._answer
        if answer is not None:
            title = say(answer.asked.asks) if answer.asked is not None else ""
            self._session.attempt(
                lambda: write_figure(
                    path, answer.study, answer.cells(), answer.measure, answer.band, title=title,
                    theirs=answer.slides(), ceiling=answer.best_possible(),
                ),
                path,
            )  # fmt: skip

    @Slot()
    def _on_table(self) -> None:
        self._ask_place(say("Save the table"), say("Tables (*.csv *.json)"), "csv", self.write_table)

    @Slot()
    def _on_figure(self) -> None:
        self._ask_place(say("Save the figure"), say("Figures (*.png *.svg *.pdf)"), "svg", self.write_figure)

    @Slot()
    def _on_command(self) -> None:
        if self._answer is not None:
            answer = self._answer
            command = command_of(answer.study, answer.measure, answer.band)
            QGuiApplication.clipboard().setText(command)
            self._session.tell(say("Copied: {command}", command=command))

    def _ask_place(self, title: str, kinds: str, suffix: str, write: Callable[[str], object]) -> None:
        """Ask where to, under the name of the study."""
        name = "" if self._answer is None else self._answer.name
        ask_place(self, title, kinds, suffix, write, name=name, folder=self._session.folder)
