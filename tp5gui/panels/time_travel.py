"""The controls of time: a line to travel along, a film of the learning, branches, and the way back to now."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from core.base.words import say
from core.measure.metrics import METRICS
from tp5gui.canvases.time_line import TimeLine
from tp5gui.icons import icon, looks_otherwise
from tp5gui.session.messages import Frame, Mark
from tp5gui.session.playing import SPEEDS, Playing, about_time
from tp5gui.session.session import Session
from tp5gui.words import count, edited, folded

APPLICATION = Qt.ShortcutContext.ApplicationShortcut


class TimeTravel(QWidget):
    """The line, and at its right, below the names of the curves, buttons: play, return to now, branch.

    Attributes
    ----------
    line : the line itself.
    playing : the clock of the film.
    speeds : a menu of how fast the film goes, and which way.
    play, earlier, later, now, branch, compare : what a person can do, also in a menu.

    Signals
    -------
    compare_asked(int) : the run at this epoch is to be compared with the run now.
    """

    compare_asked = Signal(int)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._travelling = session, session.travelling
        self._told: tuple[object, ...] = ()  # what the line was told of the run
        self._shown: object = None
        self.line = TimeLine()
        self.playing = Playing(self)
        self.play = self._action("play", say("Play the &learning"), self.toggle, "F3")
        self.earlier = self._action("", say("&Earlier moment"), partial(self.step, -1), "Alt+Left")
        self.later = self._action("", say("L&ater moment"), partial(self.step, 1), "Alt+Right")
        self.now = self._action("now", say("Back to n&ow"), self.back, "F4")
        self.branch = self._action("branch", say("&Branch from here"), self._branch, "Ctrl+B")
        self.compare = self._action("compare", say("&Compare with now"), self._compare)
        self.speeds = QMenu(say("&Film"), self)
        self._fill_speeds()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.line, 1)
        for action in (self.play, self.now, self.branch):
            row.addWidget(self._button(action), 0, Qt.AlignmentFlag.AlignBottom)
        self.line.travelled.connect(self.travel)
        self.line.returned.connect(self.back)
        self.line.stepped.connect(self.step)
        self.line.play_toggled.connect(self.toggle)
        self.line.branch_asked.connect(self._branch)
        self.playing.moved.connect(self.on_film)
        self.playing.ended.connect(self.on_played)
        self.playing.changed.connect(self.on_playing)
        self._travelling.moved.connect(self.on_moved)
        self._travelling.progressed.connect(self.line.set_progress)
        session.framed.connect(self.on_frame)
        self._enable()

    # --- what a person does ---

    @Slot(int)
    def travel(self, epoch: int) -> None:
        """Show an epoch of the past; a film that plays ends."""
        self.playing.stop()
        self._travelling.travel(epoch)

    @Slot(int)
    def step(self, moments: int) -> None:
        """Show the moment so many after the one that is shown, or before it."""
        self.playing.stop()
        self._travelling.step(moments)

    @Slot()
    def back(self) -> None:
        """Show the run as it is now."""
        self.playing.stop()
        self._travelling.back()

    @Slot()
    def toggle(self) -> None:
        """Play the learning from where one is, or stop."""
        if self.playing.plays:
            self.playing.stop()
        else:
            self.playing.play(self.playing.forwards, self._travelling.epoch)

    def stop(self) -> bool:
        """Stop the film, or what is trained anew; whether there was either."""
        if self.playing.plays:
            self.playing.stop()
            return True
        return self._travelling.stop()

    def _branch(self) -> None:
        self.playing.stop()
        self._travelling.branch()

    def _compare(self) -> None:
        if self._travelling.epoch is not None:
            self.playing.stop()
            self.compare_asked.emit(self._travelling.epoch)

    # --- what is shown ---

    @Slot(object)
    def on_frame(self, frame: Frame) -> None:
        told = (frame.version, frame.moments, frame.now, frame.built.epochs)
        if told != self._told:
            if self._told[:1] != told[:1]:
                self.playing.stop()  # a film of another run
            if self._told[:2] != told[:2]:
                self.playing.set_moments(np.array(frame.moments, dtype=np.int64))
            self._told = told
            self.line.set_times(np.array(frame.moments, dtype=np.int64), frame.now, frame.built.epochs)
            self.line.set_marks(changes_of(frame.marks))
            self.line.set_best(_bests(frame))
        visit = frame.visit
        if visit is not None and visit.asked == self._travelling.epoch:
            self._show(visit.asked, visit.exact)
            self.playing.shown()
        elif visit is None and self._travelling.epoch is None:
            self._show(None, True)
        self._enable()

    @Slot()
    def on_moved(self) -> None:
        epoch = self._travelling.epoch
        self._show(epoch, epoch is None or self.line.is_kept(epoch))
        self._enable()

    @Slot(int)
    def on_film(self, epoch: int) -> None:
        """Show a moment of the film. What is on the screen already brings no frame that says that it is."""
        self._travelling.travel(epoch)
        frame = self._session.frame
        visit = None if frame is None else frame.visit
        if self._travelling.epoch == (None if visit is None else visit.asked):
            self.playing.shown()

    @Slot()
    def on_played(self) -> None:
        if self.playing.forwards:
            self._travelling.back()

    @Slot()
    def on_playing(self) -> None:
        self.play.setText(say("Stop the fi&lm") if self.playing.plays else say("Play the &learning"))
        self._explain()
        self._dress()

    def changeEvent(self, event: QEvent) -> None:
        if looks_otherwise(event):
            self._dress()
        super().changeEvent(event)

    def _show(self, epoch: int | None, exact: bool) -> None:
        if self._shown != (epoch, exact):
            self._shown = (epoch, exact)
            self.line.set_shown(epoch, exact)

    def _enable(self) -> None:
        frame, past = self._session.frame, self._travelling.epoch is not None
        trained = frame is not None and bool(frame.moments) and frame.moments[0] < frame.now
        for action in (self.play, self.earlier):
            action.setEnabled(trained)
        self.branch.setEnabled(frame is not None)
        for action in (self.later, self.now, self.compare):
            action.setEnabled(past)
        self._explain()

    def _explain(self) -> None:
        """Say on every button what it does now."""
        epoch = self._travelling.epoch
        here = say("now") if epoch is None else say("epoch {epoch}", epoch=count(epoch))
        tips = {
            self.play: folded(_plain(self.play.text()) + " (F3)", about_time()),
            self.now: say("Show the run as it is now (F4)"),
            self.branch: say(
                "Begin a run at {here}: the same weights and the same chance; then change a setting (Ctrl+B)",
                here=here,
            ),
            self.compare: say("Set the run at {here} beside the run now", here=here),
        }
        for action, tip in tips.items():
            if action.toolTip() != tip:
                action.setToolTip(tip)

    def _dress(self) -> None:
        for action in (self.play, self.now, self.branch, self.compare):
            name = "pause" if action is self.play and self.playing.plays else action.objectName()
            action.setIcon(icon(name))

    def _fill_speeds(self) -> None:
        """How fast the film goes, and which way."""
        speeds, ways = QActionGroup(self), QActionGroup(self)
        for seconds in SPEEDS:
            entry = self.speeds.addAction(say("The whole run in {seconds} s", seconds=f"{seconds:g}"))
            entry.setCheckable(True)
            entry.setChecked(seconds == self.playing.speed)
            entry.triggered.connect(partial(self._set_speed, seconds))
            speeds.addAction(entry)
        self.speeds.addSeparator()
        for forwards, words in ((True, say("Play forwards")), (False, say("Play backwards"))):
            entry = self.speeds.addAction(words)
            entry.setCheckable(True)
            entry.setChecked(forwards)
            entry.triggered.connect(partial(self._play, forwards))
            ways.addAction(entry)

    def _set_speed(self, seconds: float, _checked: bool = False) -> None:
        self.playing.speed = seconds

    def _play(self, forwards: bool, _checked: bool = False) -> None:
        self.playing.play(forwards, self._travelling.epoch)

    def _action(self, name: str, words: str, do: Callable[[], None], key: str = "") -> QAction:
        action = QAction(words, self)
        action.setObjectName(name)
        if key:
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(APPLICATION)
        if name:
            action.setIcon(icon(name))
        action.triggered.connect(do)
        return action

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        if action is self.play:
            button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            button.customContextMenuRequested.connect(
                lambda place: self.speeds.popup(button.mapToGlobal(place))
            )
        return button


def changes_of(marks: Sequence[Mark]) -> dict[int, str]:
    """What was changed while the run trained, by epochs; what was changed before its first is no change."""
    words: dict[int, list[str]] = {}
    for mark in marks:
        if mark.epoch:
            words.setdefault(mark.epoch, []).append(edited(mark.before, mark.after))
    return {epoch: "\n".join(lines) for epoch, lines in words.items()}


def _bests(frame: Frame) -> Mapping[int, str]:
    """The names of the drawn metrics that were best, by the epochs at which they were."""
    names: dict[int, list[str]] = {}
    for metric in METRICS:
        epoch = frame.best.get(metric.name)
        if epoch is not None and metric.drawn(frame.built, frame.dataset) is not None:
            names.setdefault(epoch, []).append(say(metric.label))
    return {epoch: ", ".join(labels) for epoch, labels in names.items()}


def _plain(words: str) -> str:
    """Words of a menu without the mark of their key."""
    return words.replace("&", "")
