"""Study: ask a question, and watch thirty runs of every setting answer it."""

import math
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QProgressBar, QVBoxLayout, QWidget

from core.base.words import Refusal, say
from core.experiment.spec import Spec, edit
from core.studies.questions import Question
from core.studies.study import Study
from tp5gui import theme
from tp5gui.canvases.study_plot import StudyPlot
from tp5gui.panels.choices import choice_box, explain_choice, offer
from tp5gui.panels.note import CENTRED, SIDE, Note
from tp5gui.panels.study_answer import Answer, bands, entries, show_answer
from tp5gui.panels.study_exports import StudyExports
from tp5gui.panels.study_question import QuestionForm
from tp5gui.session.session import Session
from tp5gui.session.studying import Progress, Studying
from tp5gui.words import duration, explained

LISTED = 100  # runs of a setting that its menu shows, at most
ANSWERS = 12  # that are there again with their questions


class StudyPanel(QWidget):
    """Asks a question, shows the answer as it grows, takes up any run of any setting.

    Attributes
    ----------
    form : what is asked.
    measure, band : the boxes that say what is compared, and what goes around the mean.
    progress : the share of the runs that is done.
    exports : takes the answer away.
    words : the question, and later how far its answer is.
    plot : the answer.
    """

    def __init__(self, session: Session, studying: Studying, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._studying = session, studying
        self._reported: Progress | None = None
        self._asked: Question | None = None  # the ready-made question that is answered
        self._answers: list[Progress] = []  # the last ones of all studies, the newest at the end
        # what is varied, while the settings on the left are those of a run of the answer
        self._base: Spec | None = None
        self._taking = False
        self.form = QuestionForm()
        self.measure = choice_box(entries(None), width=6)
        self.measure.setAccessibleName(say("Measure"))
        self.band = choice_box(bands(), width=4)
        self.band.setSizeAdjustPolicy(self.band.SizeAdjustPolicy.AdjustToContents)
        self.band.setAccessibleName(say("Band"))
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(4)
        self.progress.setRange(0, 1000)
        self.progress.setToolTip(say("Runs that are trained; one under way counts by its share of epochs."))
        self.progress.setAccessibleName(say("Progress of the study"))
        self.exports = StudyExports(session)
        self.words = Note()
        self.plot = StudyPlot()
        self.plot.setAccessibleName(say("Answer"))
        self.plot.set_hint(say("Choose a question and press Run study. The answer grows while you watch."))
        self._lay_out()
        self.form.chosen.connect(self._on_question)
        self.measure.opening.connect(self._offer)
        for box in (self.measure, self.band):
            box.currentIndexChanged.connect(self._show)
        self.form.start.clicked.connect(self._on_start)
        self.form.entered.connect(self._ask)
        self.form.typed.connect(self._check)
        session.store.changed.connect(self.on_spec_changed)
        self.plot.picked.connect(self._on_picked)
        self.plot.listed.connect(self._on_listed)
        studying.progressed.connect(self.on_progress)
        studying.ended.connect(self.on_ended)
        self._on_question()

    def go_on_from(self, before: "StudyPanel") -> None:
        """Show the answers that another panel had, and the one that is under way; its form is filled in."""
        self._answers, self._reported = before._answers, before._reported
        self._asked, self._base = before._asked, before._base
        measure = before.measure.currentData()
        self.form.show_running(before.form.running)
        if self._reported is not None:
            self.progress.setValue(round(1000 * self._reported.share))
        self._offer()
        self.measure.setCurrentIndex(max(0, self.measure.findData(measure)))
        self._show()

    @property
    def answer(self) -> Answer | None:
        """The answer so far, in the measure that is chosen; None before anything was asked."""
        if self._reported is None:
            return None
        measure, band = self.measure.currentData(), self.band.currentData()
        return Answer(self._reported.study, self._reported.rows, self._asked, measure, band)

    @Slot(object)
    def on_progress(self, progress: Progress) -> None:
        if self._reported is None or progress.study != self._reported.study:
            return  # a study that was stopped still says how far it came
        self._reported = progress
        others = [answer for answer in self._answers if answer.study != progress.study]
        self._answers = [*others[-ANSWERS + 1 :], progress]
        self.progress.setValue(round(1000 * progress.share))
        self._show()

    @Slot(str)
    def on_ended(self, problem: str) -> None:
        self.form.show_running(False)
        self._show()
        if problem:
            self._session.fail(problem)

    @Slot(object, object)
    def on_spec_changed(self, spec: Spec, names: frozenset[str]) -> None:
        """Follow the settings on the left, except where they became those of a run of the answer."""
        if self._base is not None and not self._taking:
            try:
                (name,) = names  # an edit; a whole experiment takes the place of all that was asked about
                self._base = edit(self._base, {name: getattr(spec, name)})
            except ValueError:
                self._base = None
        if self.form.reason:
            self._check()

    def _lay_out(self) -> None:
        shown, said = QHBoxLayout(), QHBoxLayout()
        for row, wide, narrow in ((shown, self.measure, self.band), (said, self.words, self.exports)):
            row.setSpacing(theme.SPACE)
            row.addWidget(wide, 1)
            row.addWidget(narrow)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE, theme.SPACE // 2, theme.SPACE, theme.SPACE // 2)
        layout.setSpacing(theme.SPACE // 2)
        layout.addWidget(self.form)
        layout.addLayout(shown)
        layout.addWidget(self.progress)
        layout.addLayout(said)
        layout.addWidget(self.plot, 1)

    @Slot()
    def _on_question(self) -> None:
        """Put the old answer away, stop looking for more of it, and show what was answered to this one."""
        if self.form.running:
            self._stop()
            self.form.show_running(False)
        self._asked, self._base = self.form.asked, None
        study = self._study()
        self._reported = next((answer for answer in self._answers if answer.study == study), None)
        if self._reported is None:
            self.progress.setValue(0)
            self.plot.set_line((), (), ("", ""))
            self.plot.set_hint(
                say("Choose a question and press Run study. The answer grows while you watch.")
            )
        else:
            self.progress.setValue(round(1000 * self._reported.share))
        self._offer()
        if self.form.asked is not None:
            self.measure.setCurrentIndex(self.measure.findData(self.form.asked.measure))
        self._describe()

    @property
    def _spec(self) -> Spec:
        """What a question of one's own varies: a look at a run of the answer does not change it."""
        return self._session.store.spec if self._base is None else self._base

    def _study(self) -> Study | None:
        """The study that the form asks for, where there can be one."""
        try:
            return self.form.study(self._spec)
        except Refusal:
            return None

    @Slot()
    def _offer(self) -> None:
        """Offer the measures of the study that the form asks for."""
        offer(self.measure, entries(self._study()))
        self._show()

    @Slot()
    def _check(self) -> Study | None:
        """The study that the form asks for; where there can be none, the form says why."""
        study, reason = None, ""
        try:
            study = self.form.study(self._spec)
        except Refusal as error:
            reason = explained(error)
        self.form.explain(reason)
        self._describe()
        return study

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Stop at Escape, which nothing in the panel had another use for."""
        if event.key() == Qt.Key.Key_Escape and self.form.running:
            self._stop()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_start(self) -> None:
        if self.form.running:
            self._stop()
        else:
            self._ask()

    def _stop(self) -> None:
        self._studying.stop()
        self._session.tell(say("Stopped. Every measured run is kept: asked again, the question goes on."))

    @Slot()
    def _ask(self) -> None:
        """Ask what the form says; where that is being answered, nothing changes."""
        study = self._check()
        if study is None:
            self._session.fail(self.form.reason)
            return
        if self.form.running and self._reported is not None and self._reported.study == study:
            return
        self._session.forget_message()
        self._reported, self._asked = Progress(study, (), 0.0), self.form.asked
        self._offer()
        self.form.show_running(True)
        self.progress.setValue(0)
        self._studying.start(study)
        self._show()

    @Slot()
    def _show(self) -> None:
        answer = self.answer
        for box in (self.measure, self.band):
            explain_choice(box)
        self.exports.set_answer(answer)
        self._describe()
        if answer is not None and answer.study.axes:
            show_answer(self.plot, answer, self._studying.running)

    def _describe(self) -> None:
        """Say what is wrong with the question, how far its answer is, or what it asks."""
        self.words.become("reason" if self.form.reason else "soft", SIDE if self.form.reason else CENTRED)
        answer = self.answer
        if self.form.reason:
            self.words.setText(self.form.reason)
        elif answer is not None and self._reported is not None:
            self.words.setText(self._how_far(answer, self._reported))
        elif self.form.asked is not None:
            self.words.setText(say(self.form.asked.asks))
        else:
            self.words.setText(say("Everything else is as in the experiment on the left."))

    def _how_far(self, answer: Answer, reported: Progress) -> str:
        """What is done, and the time that it took or still takes."""
        study = answer.study
        if not self._studying.running:
            return say(
                "{done} of {total} runs; computing time {spent}",
                done=answer.done, total=study.total, spent=duration(answer.seconds),
            )  # fmt: skip
        counts = {
            "trained": int(reported.trained), "total": study.total,
            "measured": len(answer.rows), "rows": study.total * len(study.levels),
        }  # fmt: skip
        if not 1 <= reported.left < math.inf:
            return say("{trained} of {total} runs trained; {measured} of {rows} measured", **counts)
        return say(
            "{trained} of {total} runs trained; {measured} of {rows} measured; {left} left",
            **counts, left=duration(reported.left),
        )  # fmt: skip

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
        menu.popup(self.plot.mapToGlobal(self.plot.place_of(index).toPoint()))

    def _take_up(self, spec: Spec) -> None:
        """Train a run of the study in the window; the question stays what it was."""
        self._base, self._taking = self._spec, True
        self._session.start(spec)
        self._taking = False
