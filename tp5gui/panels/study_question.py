"""What a study asks: a ready-made question, or what the person varies of the settings on the left."""

from PySide6.QtCore import QEvent, QSize, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.base.words import say, say_count
from core.experiment.spec import FIELDS, Spec
from core.studies.axes import parse_axis
from core.studies.questions import Question, question, questions
from core.studies.study import Study
from tp5gui import theme
from tp5gui.panels.calm import CalmSpinBox
from tp5gui.panels.choices import choice_box, explain_choice

ON, DOWN = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
OWN = "vary"  # the question that is not ready-made


class QuestionForm(QWidget):
    """Controls that say what to study, and the button that asks it.

    Attributes
    ----------
    question : the box of ready-made questions, and last the person's own.
    field, values : what the person's own question varies, and over which values; hidden for the others.
    runs : how many runs of each setting.
    start : asks, and while a study runs, stops it.
    reason : why there can be no such study; empty where there can, or where nobody has looked.
    running : whether the button stops.

    Signals
    -------
    chosen() : another question was chosen, or another setting to vary.
    typed() : values were typed to the end; while a reason is shown, at every change.
    entered() : Enter was pressed in a field.
    turned() : the button stops now, or asks again.
    """

    chosen = Signal()
    typed = Signal()
    entered = Signal()
    turned = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.question = choice_box(
            [
                *((entry.name, say(entry.label), say(entry.asks)) for entry in questions() if entry.axes),
                (
                    OWN,
                    say("Vary a setting"),
                    say(
                        "Train with several values of one setting; the others stay as in the form on the "
                        "left."
                    ),
                ),
            ],
            width=11,
        )
        self.question.setAccessibleName(say("Question"))
        self.field = choice_box(
            (
                (name, say(field.metadata["label"]), say(field.metadata["help"]))
                for name, field in FIELDS.items()
                if name not in ("seed", "replicas")  # the runs of a setting differ in these
            ),
            width=8,
        )
        self.field.setAccessibleName(say("What varies"))
        self.field.setCurrentIndex(self.field.findData("learning_rate"))
        self.values = QLineEdit("0.1, 0.03, 0.01, 0.003")
        self.values.setCursorPosition(0)  # where it is narrow, the first value is seen
        self.values.setAccessibleName(say("Values"))
        self.values.setToolTip(
            say(
                "Values separated by commas, or LOW:HIGH:COUNT for evenly spaced ones. Separate lists of "
                "layers by semicolons."
            )
        )
        self.runs = CalmSpinBox()
        self.runs.setRange(1, 1000)
        self.runs.setValue(30)
        self.runs.setAccessibleName(say("Runs"))
        self.runs.setToolTip(say("How many runs to train per setting."))
        self._wanted: dict[str, int] = {}  # how many runs the person wants for each question, once chosen
        self._named = ""  # the question that the number of runs is for
        self.runs.valueChanged.connect(self._on_runs)
        self._on_runs(self.runs.value())
        self.start = QPushButton(say("Run study"))
        self._lay_out()
        self.question.currentIndexChanged.connect(self._on_question)
        self.field.currentIndexChanged.connect(self._on_question)
        self.values.editingFinished.connect(self.typed)
        self.values.textEdited.connect(self._on_text)
        for line in (self.values, self.runs.lineEdit()):
            line.returnPressed.connect(self.entered)
        self.reason = ""
        self.show_running(False)
        self._on_question()

    def _lay_out(self) -> None:
        """What is asked in one row, so that its button stays where it is, and below it what varies."""
        column, self._asking = QVBoxLayout(self), QBoxLayout(ON)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # `minimumSizeHint` knows better
        going, varying = QHBoxLayout(), QHBoxLayout()
        for layout in (self._asking, going, varying):
            layout.setSpacing(theme.SPACE)
        for widget in (self.runs, self.start):
            going.addWidget(widget)
        self._asking.addWidget(self.question, 1)
        self._asking.addLayout(going)
        varying.addWidget(self.field)
        varying.addWidget(self.values, 1)
        column.setSpacing(theme.SPACE // 2)
        column.addLayout(self._asking)
        column.addLayout(varying)

    def minimumSizeHint(self) -> QSize:
        return QSize(max(self._going, self._questions), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # the type is another
            self._fold()
        return super().event(event)

    @property
    def _going(self) -> int:
        """The width that the number of runs and the button take."""
        return self.runs.sizeHint().width() + theme.SPACE + self.start.sizeHint().width()

    @property
    def _questions(self) -> int:
        """The width in which every question can be read whole."""
        return self.question.width_for(map(self.question.itemText, range(self.question.count())))

    def _fold(self) -> None:
        """Let the runs and the button stand below the question where it could not be read beside them."""
        together = self._questions + theme.SPACE + self._going
        direction = ON if together <= self.width() else DOWN
        if direction is not self._asking.direction():
            self._asking.setDirection(direction)
            self.updateGeometry()  # the panel has to know at once that the form is higher

    @property
    def asked(self) -> Question | None:
        """The ready-made question that is chosen, None for the person's own."""
        name = self.question.currentData()
        return None if name == OWN else question(name)

    def study(self, spec: Spec) -> Study:
        """The study that is asked for; one of the person's own varies a field of `spec`.

        Raises
        ------
        Refusal : there can be no such study; the message says why.
        """
        if self.asked is not None:
            return self.asked.study(self.runs.value())
        axis = parse_axis(self.field.currentData(), self.values.text())
        return Study(spec, (axis,), self.runs.value())

    def explain(self, reason: str) -> None:
        """Mark the values as such that cannot be, or no longer."""
        self.reason = reason
        theme.set_style(self.values, invalid=bool(reason) and self.asked is None)

    def show_running(self, running: bool) -> None:
        """Let the button ask or stop."""
        self.running = running
        self.start.setText(say("Stop") if running else say("Run study"))
        self.start.setToolTip(
            say("Stop the study (Esc). Every measured run is kept.")
            if running
            else say("Train many runs per setting and compare them. A stopped study continues where it was.")
        )
        self.turned.emit()

    @Slot(int)
    def _on_runs(self, runs: int) -> None:
        self.runs.setSuffix(f" {say_count('run', 'runs', runs)}")

    @Slot()
    def _on_text(self) -> None:
        if self.reason:
            self.typed.emit()

    @Slot()
    def _on_question(self) -> None:
        asked = self.asked
        for box in (self.question, self.field):
            explain_choice(box)
        self.field.setVisible(asked is None)
        self.values.setVisible(asked is None)
        if self._named != self.question.currentData():
            self._wanted[self._named] = self.runs.value()
            self._named = self.question.currentData()
            runs = self.runs.value() if asked is None else asked.runs
            self.runs.setValue(self._wanted.get(self._named, runs))
        self.explain("")
        self.chosen.emit()
