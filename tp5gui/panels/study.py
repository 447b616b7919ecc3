"""Study: ask a question, and watch thirty runs of every setting answer it."""

import math
import time
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QHBoxLayout, QMenu, QProgressBar, QVBoxLayout, QWidget

from core.base.words import Refusal, say
from core.experiment.spec import Spec
from core.studies.questions import Question
from tp5gui import theme
from tp5gui.canvases.study_plot import StudyPlot
from tp5gui.panels.choices import choice_box, offer
from tp5gui.panels.note import Note
from tp5gui.panels.study_answer import Answer, bands, entries, show_answer
from tp5gui.panels.study_exports import StudyExports
from tp5gui.panels.study_question import QuestionForm
from tp5gui.session.session import Session
from tp5gui.session.studying import Progress, Studying
from tp5gui.words import duration, explained

LISTED = 100  # runs of a setting that its menu shows, at most


class StudyPanel(QWidget):
    """Asks a question, shows the answer as it grows, takes up any run of any setting.

    Attributes
    ----------
    form : what is asked.
    measure, band : the boxes that say what is compared, and what goes around the mean.
    progress : the share of the runs that is done.
    exports : the buttons that take the answer away.
    words : the question, and later how far its answer is.
    plot : the answer.
    """

    def __init__(self, session: Session, studying: Studying, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._studying = session, studying
        self._reported: Progress | None = None
        self._asked: Question | None = None  # the ready-made question that is answered
        self._began, self._began_at = 0.0, -1.0  # when the study began, and with what share of it done
        self.form = QuestionForm()
        self.measure = choice_box(entries(None), width=6)
        self.measure.setAccessibleName(say("Measure"))
        self.band = choice_box(bands(), width=4)
        self.band.setAccessibleName(say("Band"))
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(4)
        self.progress.setRange(0, 1000)
        self.exports = StudyExports(session)
        self.words = Note()
        self.plot = StudyPlot()
        self.plot.setAccessibleName(say("Answer"))
        self.plot.setToolTip(
            say(
                "Dots: the mean of the runs, and around it the band. Squares: the slides. Dashes: the best "
                "possible. A click on a setting takes up a typical run of it; the right button lists all "
                "its runs."
            )
        )
        self.plot.set_hint(say("Choose a question and press Ask. The answer grows while you watch."))
        self._lay_out()
        self.form.chosen.connect(self._on_question)
        self.measure.opening.connect(self._offer)
        for box in (self.measure, self.band):
            box.currentIndexChanged.connect(self._show)
        self.form.start.clicked.connect(self._on_start)
        self.plot.picked.connect(self._on_picked)
        self.plot.listed.connect(self._on_listed)
        studying.progressed.connect(self.on_progress)
        studying.ended.connect(self.on_ended)
        self._on_question()

    @property
    def answer(self) -> Answer | None:
        """The answer so far, in the measure that is chosen; None before anything was asked."""
        if self._reported is None:
            return None
        measure, band = self.measure.currentData(), self.band.currentData()
        return Answer(self._reported.study, self._reported.rows, self._asked, measure, band)

    @Slot(object)
    def on_progress(self, progress: Progress) -> None:
        if self._began_at < 0:
            self._began, self._began_at = time.perf_counter(), progress.share  # what an earlier attempt left
        self._reported = progress
        self.progress.setValue(round(1000 * progress.share))
        self._show()

    @Slot(str)
    def on_ended(self, problem: str) -> None:
        self.form.show_running(False)
        if problem:
            self._session.fail(problem)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE)
        row.addWidget(self.measure)
        row.addWidget(self.band)
        row.addWidget(self.progress, 1)
        row.addWidget(self.exports)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE, theme.SPACE // 2, theme.SPACE, theme.SPACE // 2)
        layout.setSpacing(theme.SPACE // 2)
        layout.addWidget(self.form)
        layout.addLayout(row)
        layout.addWidget(self.words)
        layout.addWidget(self.plot, 1)

    @Slot()
    def _on_question(self) -> None:
        self._offer()
        asked = self.form.asked
        if asked is None:
            self.words.setText(say("Everything else is as in the experiment on the left."))
        else:
            self.measure.setCurrentIndex(self.measure.findData(asked.measure))
            self.words.setText(say(asked.asks))

    @Slot()
    def _offer(self) -> None:
        """Offer the measures of the study that the form asks for, where there can be one."""
        try:
            study = self.form.study(self._session.store.spec)
        except Refusal:
            study = None
        offer(self.measure, entries(study))
        self._show()

    @Slot()
    def _on_start(self) -> None:
        if self._studying.running:
            self._studying.stop()
            return
        try:
            study = self.form.study(self._session.store.spec)
        except Refusal as error:
            self._session.fail(explained(error))
            return
        self._session.forget_message()
        self._reported, self._asked, self._began_at = Progress(study, (), 0.0), self.form.asked, -1.0
        self._offer()
        self.form.show_running(True)
        self.progress.setValue(0)
        self._studying.start(study)

    @Slot()
    def _show(self) -> None:
        answer = self.answer
        self.exports.set_answer(answer)
        if answer is None or not answer.study.axes:
            return
        show_answer(self.plot, answer, self.measure.currentText())
        if answer.rows:
            self._say(answer)

    def _say(self, answer: Answer) -> None:
        done, total, left = answer.done, answer.study.total, self._seconds_left()
        spent = duration(answer.seconds)
        if left < 1:
            words = say("{done} of {total} runs; computing time {spent}", done=done, total=total, spent=spent)
        else:
            words = say(
                "{done} of {total} runs; computing time {spent}; {left} left",
                done=done, total=total, spent=spent, left=duration(left),
            )  # fmt: skip
        self.words.setText(words)

    def _seconds_left(self) -> float:
        """At the pace since Ask was pressed; 0 where nothing runs."""
        share = self._reported.share if self._reported is not None else 0.0
        if not self._studying.running or share <= self._began_at:
            return 0.0
        return (time.perf_counter() - self._began) * (1 - share) / (share - self._began_at)

    @Slot(int)
    def _on_picked(self, index: int) -> None:
        """Train a typical run of a setting."""
        answer = self.answer
        if answer is None:
            return
        cell = answer.cells()[index]
        row = answer.typical(cell)
        if row is not None:
            self._take_up(answer.spec_of(cell, row))

    @Slot(int)
    def _on_listed(self, index: int) -> None:
        """Offer all runs of a setting."""
        answer = self.answer
        if answer is None:
            return
        cell = answer.cells()[index]
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for row in answer.runs_of(cell)[:LISTED]:
            value = answer.value_of(row)
            words = say(
                "Run {number}, seed {seed}: {value}",
                number=row["run"] + 1, seed=str(row["seed"]),
                value=f"{value:.4g}" if math.isfinite(value) else "–",
            )  # fmt: skip
            menu.addAction(words, partial(self._take_up, answer.spec_of(cell, row)))
        menu.popup(QCursor.pos())

    def _take_up(self, spec: Spec) -> None:
        """Train a run of the study in the window."""
        self._session.start(spec)
