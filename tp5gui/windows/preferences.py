"""Preferences: how the window looks, what is kept by itself, and how much of the machine is used."""

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
)

from core.base.words import say, say_count
from tp5gui import theme
from tp5gui.panels.calm import CalmBox
from tp5gui.panels.choices import choice_box
from tp5gui.panels.label import Label
from tp5gui.session.kept_runs import BOUNDS
from tp5gui.settings import FILE_MOMENTS, KEEPING, MOMENTS
from tp5gui.windows.inline import SureButton, button
from tp5gui.words import count, decimal, explained
from tp5gui.zooms import ZOOMS

if TYPE_CHECKING:
    from tp5gui.windows.main_window import MainWindow


class Preferences(QDialog):
    """What is chosen here acts at once and is remembered; the window goes on beside it.

    Attributes
    ----------
    form : the rows, for one of another part of the window.
    scheme, type_size, bound, every, threads : boxes of choices.
    kept : says how much is kept by itself now.
    clear : puts away what is kept; it asks back.
    hints : brings the hints of the first minute back.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("preferences")
        self.setWindowTitle(say("Preferences"))
        self._window, self._session, self._settings = window, window.session, window.settings
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(2 * theme.SPACE)
        self.form.setVerticalSpacing(theme.SPACE)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._add_look(window.guide.begin_again)
        self._add_kept()
        self._add_performance()
        closing = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        closing.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * theme.SPACE, 2 * theme.SPACE, 3 * theme.SPACE, 2 * theme.SPACE)
        column.setSpacing(2 * theme.SPACE)
        column.addLayout(self.form)
        column.addStretch(1)
        column.addWidget(closing)
        self.setMinimumWidth(460)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.isVisible():  # also by the keys of the menu
            self.type_size.setCurrentIndex(self.type_size.findData(str(theme.zoom())))

    # --- rows ---

    def _add_look(self, show_hints: Callable[[], None]) -> None:
        self._head(say("Look"))
        self.scheme = self._box(
            say("Theme"),
            (("system", say("Like the system")), ("light", say("Light")), ("dark", say("Dark"))),
            self._settings.theme,
            self._on_scheme,
        )
        self.type_size = self._box(
            say("Type size"),
            ((str(percent), say("{share} %", share=percent)) for percent in ZOOMS),
            str(theme.zoom()),
            lambda percent: self._window.set_zoom(int(percent)),
        )
        self.hints = button(say("Show them again"), say("Begin the four hints of the first minute anew."))
        self.hints.clicked.connect(show_hints)
        self._row(say("Hints"), self.hints)

    def _add_kept(self) -> None:
        self._head(say("Runs kept for you"))
        self.every = self._box(
            say("Keep the run"),
            ((str(seconds), _how_often(seconds)) for seconds in KEEPING),
            str(self._settings.keeping),
            self._on_every,
        )
        self.every.setToolTip(say("While it trains. What is kept is there again after a crash."))
        self.bound = self._box(
            say("Keep at most"),
            (
                (
                    str(one.runs),
                    say("{runs} runs, {size} MB", runs=count(one.runs), size=count(one.megabytes)),
                )
                for one in BOUNDS
            ),
            str(self._settings.kept_bound.runs),
            self._on_bound,
        )
        self.bound.setToolTip(say("The oldest runs beyond this go when the next one is kept."))
        self.kept = Label()
        self.clear = SureButton(say("Put them in the trash"), say("Really put them there?"))
        self.clear.confirmed.connect(self._on_clear)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE)
        row.addWidget(self.kept, 1)
        row.addWidget(self.clear)
        self.form.addRow(_name(say("Kept now")), row)
        self._count_kept()

    def _add_performance(self) -> None:
        self._head(say("Performance"))
        most = max(1, (os.cpu_count() or 1) - 1)
        counts = {number for number in (1, 2, 4, 8, 16, 32) if number <= most}
        counts |= {self._settings.threads} - {0}  # also where it was chosen on a machine that has more
        self.threads = self._box(
            say("Threads of a run"),
            (
                ("0", say("as many as suit it")),
                *(
                    (str(number), say_count("{count} at most", "{count} at most", number))
                    for number in sorted(counts)
                ),
            ),
            str(self._settings.threads),
            self._on_threads,
        )
        self.threads.setToolTip(
            say("How much of the processor a large network takes. It holds for runs that begin from now on.")
        )
        self.moments = self._box(
            say("Memory for going back"),
            ((str(size), say("{size} MB", size=count(size))) for size in MOMENTS),
            str(self._settings.moments),
            self._on_moments,
        )
        self.moments.setToolTip(
            say(
                "How much memory the moments of a run take, so that any epoch is shown again. With less, "
                "more epochs are trained anew for it. It holds for runs that begin from now on."
            )
        )
        self.file_moments = self._box(
            say("The past in saved files"),
            ((str(size), say("{size} MB at most", size=count(size))) for size in FILE_MOMENTS),
            str(self._settings.file_moments),
            self._on_file_moments,
        )
        self.file_moments.setToolTip(
            say("Moments between the start and the end of a run that a file of it holds.")
        )
        words = Label(say("Where a run is computed is one of its settings: Device, in the panel Experiment."))
        words.setObjectName("soft")
        words.setWordWrap(True)
        self.form.addRow(words)

    def _head(self, title: str) -> None:
        heading = Label(title)
        heading.setObjectName("heading")
        self.form.addRow(heading)

    def _row(self, title: str, control: QPushButton) -> None:
        control.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        control.setAccessibleName(f"{title}: {control.text()}")
        self.form.addRow(_name(title), control)

    def _box(
        self, title: str, entries: Iterable[tuple[str, str]], chosen: str, choose: Callable[[str], None]
    ) -> CalmBox:
        box = choice_box(((name, label, "") for name, label in entries), width=14)
        box.setAccessibleName(title)
        box.setCurrentIndex(max(0, box.findData(chosen)))
        box.currentIndexChanged.connect(lambda place: choose(box.itemData(place)))
        self.form.addRow(_name(title), box)
        return box

    # --- what is chosen ---

    def _on_scheme(self, name: str) -> None:
        app, chosen = QApplication.instance(), theme.scheme(name)
        if isinstance(app, QApplication):
            self._settings.theme = chosen
            theme.apply_theme(app, chosen)

    def _on_bound(self, runs: str) -> None:
        bound = next(one for one in BOUNDS if one.runs == int(runs))
        self._settings.kept_bound = bound
        if self._session.kept is not None:
            self._session.kept.bound = bound  # what is more goes when the next run is kept

    def _on_every(self, seconds: str) -> None:
        self._settings.keeping = int(seconds)
        self._session.keep_every(int(seconds))

    def _on_threads(self, threads: str) -> None:
        self._settings.threads = int(threads)
        self._session.use_threads(int(threads))

    def _on_moments(self, megabytes: str) -> None:
        self._settings.moments = int(megabytes)
        self._use_moments()

    def _on_file_moments(self, megabytes: str) -> None:
        self._settings.file_moments = int(megabytes)
        self._use_moments()

    def _use_moments(self) -> None:
        sizes = self._settings.moments, self._settings.file_moments
        self._session.use_moments(*(1_000_000 * size for size in sizes))

    def _on_clear(self) -> None:
        if self._session.kept is None:
            return
        try:
            self._session.kept.clear()
        except OSError as error:
            self._session.fail(explained(error))
        self._count_kept()

    def _count_kept(self) -> None:
        kept = self._session.kept
        runs, size = (0, 0) if kept is None else kept.extent()
        self.kept.setText(
            say_count("{count} run, {size} MB", "{count} runs, {size} MB", runs, size=decimal(size / 1e6, 1))
            if runs
            else say("none yet")
        )
        free = kept is not None and bool(kept.free())
        self.clear.setEnabled(free)
        self.clear.setToolTip(
            say("Those of open windows stay, until these are closed.")
            if runs and not free
            else say(
                "All but those of open windows go to the trash of the system, where they can be fetched back."
            )
        )


def _how_often(seconds: int) -> str:
    if seconds < 60:
        return say_count("every {count} second", "every {count} seconds", seconds)
    return say_count("every minute", "every {count} minutes", seconds // 60)


def _name(title: str) -> Label:
    """The name of a row."""
    name = Label(title)
    name.setObjectName("field")
    return name
