"""The main window: the panels in their places, files that come in, messages that go out."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QChildEvent, QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QMainWindow,
    QMenuBar,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from core.base import words
from core.base.words import say
from core.train.run_names import is_run_name
from tp5gui import language, theme
from tp5gui.icons import window_icon
from tp5gui.panels.calm import CalmTabs
from tp5gui.panels.controls import ControlBar
from tp5gui.panels.draw import DrawPanel
from tp5gui.panels.experiment import ExperimentPanel
from tp5gui.panels.explore import ExplorePanel
from tp5gui.panels.latent import LatentPanel
from tp5gui.panels.network import NetworkPanel
from tp5gui.panels.runs import RunsPanel
from tp5gui.panels.story import Story
from tp5gui.panels.study import StudyPanel
from tp5gui.panels.training import TrainingPanel
from tp5gui.session.comparing import Source
from tp5gui.session.kept_runs import called
from tp5gui.session.messages import Frame
from tp5gui.session.replaying import Arrival
from tp5gui.session.run_entries import title_of
from tp5gui.session.run_shelf import RunShelf
from tp5gui.session.session import Session
from tp5gui.session.shelf import Shelf
from tp5gui.session.studying import Studying
from tp5gui.settings import FILE_MOMENTS, KEEPING, MOMENTS, Settings
from tp5gui.windows.arrangement import Arrangement
from tp5gui.windows.chosen_by_eye import ChosenByEye
from tp5gui.windows.comparing import open_comparison
from tp5gui.windows.data_sets import DataSets
from tp5gui.windows.docks import ClosedPanels, PanelDock
from tp5gui.windows.dropping import Drops
from tp5gui.windows.explaining import Explaining
from tp5gui.windows.first_minute import first_minute
from tp5gui.windows.menus import Menus
from tp5gui.windows.offer import Offer
from tp5gui.windows.panel_area import FRAME
from tp5gui.windows.picture_writing import PictureWriting
from tp5gui.windows.reopening import Fronts
from tp5gui.windows.speaking import say_all_in
from tp5gui.windows.stage import Stage
from tp5gui.windows.standing import made_in
from tp5gui.windows.status import Status
from tp5gui.windows.title import Title
from tp5gui.windows.walking import Walking
from tp5gui.words import count, harmless

SIZE = QSize(1280, 800)  # px of the window at first
PANELS = ("experiment", "draw", "training", "explore", "study", "runs", "network", "latent")
MESSAGE_TIME = 6000  # ms that a message stays in the status bar


Asking = ExplorePanel | LatentPanel | NetworkPanel


class MainWindow(QMainWindow):
    """Puts the panels in their places, opens what is dropped, and shows the session's messages.

    Attributes
    ----------
    arrangement : where the panels are.
    docks : their frames, in the order of the View menu.
    bar : above all panels.
    stage : takes the window before a class.
    walking : the ways through it by keyboard.
    writing : writes pictures, and outlives the menus and the dialogs that ask for them.
    fronts : which dialog is in front of which.
    made : what a person sets or arranges in it or takes the focus to, by its place.
    data_sets : the window of the data sets, None while it is closed.
    offer : the line that offers a run back after a crash.
    status : the line at the foot.
    closed_panels : the button in it that brings closed panels back.
    explaining : says what each panel shows.
    guide : the hints of the first minute, in the line at the foot.

    Signals
    -------
    shown_first() : the window was painted for the first time; what is slow to load may load now.
    closed() : the window is gone from the screen, and the run is kept.
    """

    shown_first = Signal()
    closed = Signal()

    def __init__(
        self, session: Session, settings: Settings, first_run: str | None = None, *, train: bool = False
    ) -> None:
        super().__init__()
        self.session, self.settings = session, settings
        self._first_run, self._train = first_run, train
        self._painted = self._refused = False
        self._version, self._opening, self._opened_words = -1, "", ""
        self._branch_words = ""  # said with the first frame of a branch
        self.data_sets: DataSets | None = None
        self._calm_tabs = CalmTabs(self)
        self.shelf = Shelf(self)  # outlives the window of the data sets, and so does undo
        self.writing = PictureWriting(session, self, settings)
        self.writing.told.connect(self.on_picture)
        self.fronts = Fronts(self)
        self.drops = Drops(self)
        self.drops.dropped.connect(self.on_dropped)
        self.title = Title(self, session, settings.kept)
        session.folder = settings.folder
        if settings.keeping != KEEPING[1]:
            session.keep_every(settings.keeping)
        if (settings.moments, settings.file_moments) != (MOMENTS[1], FILE_MOMENTS[0]):
            session.use_moments(1_000_000 * settings.moments, 1_000_000 * settings.file_moments)
        if settings.threads:
            session.use_threads(settings.threads)
        self.setWindowIcon(window_icon())
        self.setDockNestingEnabled(True)
        self.setTabPosition(
            Qt.DockWidgetArea.AllDockWidgetAreas, self.tabPosition(Qt.DockWidgetArea.TopDockWidgetArea)
        )
        session.set_speed(settings.speed)
        self.studying = Studying(settings.studies, self)
        self.studying.told.connect(session.tell)
        self.run_shelf = RunShelf(session, settings, self)
        self.run_shelf.changed.connect(self.on_shelf_changed)
        self.bar = self._add_bar()
        self.arrangement = Arrangement(self, session, settings, PANELS)
        self.docks = self.arrangement.docks
        self.stage = Stage(self)
        self.walking = Walking(self)
        self.furnish()
        self.resize(SIZE.boundedTo(self.screen().availableSize() - FRAME))
        self._arranged = self.arrangement.restore()
        self.draw.canvas.setFocus()  # where everything begins; Qt would begin with the tabs
        self.status.showMessage(say("Loading the laboratory..."))
        if settings.fault:
            self.status.fail(settings.fault, lasting=True)
        settings.failed.connect(self.on_lasting)

        session.failed.connect(self.on_failed)
        session.refused.connect(self.on_refused)
        session.unkept.connect(self.on_lasting)
        session.reporting.told.connect(self.on_reporting)
        session.saved.connect(self.on_saved)
        session.told.connect(self.on_told)
        session.awaited.connect(self.on_awaited)
        session.picking.said.connect(self.on_asked)
        session.travelling.moved.connect(self.on_travelled)
        session.travelling.departed.connect(self.on_departed)
        session.framed.connect(self.on_frame)
        self.shown_first.connect(self._load_the_rest, Qt.ConnectionType.QueuedConnection)

    def furnish(self) -> None:
        """Make all that says words, in the language in use, in the place of what was there before."""
        session, settings = self.session, self.settings
        self.controls = ControlBar(session)
        self.controls.speed.wished.connect(settings.keep_speed)
        self.offer = Offer(session.kept)
        self.offer.taken.connect(self.open_run)
        self.experiment = ExperimentPanel(session)
        self.experiment.form.more.set_open(settings.more_open)
        self.experiment.form.more.turned.connect(settings.keep_more_open)
        self.draw = DrawPanel(session)
        self.latent = LatentPanel(session)
        self.network = Story(session, larger=True)
        self.network.setContentsMargins(theme.SPACE, theme.SPACE // 2, theme.SPACE, theme.SPACE // 2)
        session.framed.connect(self.network.on_frame)
        self.training = TrainingPanel(session)
        self.explore = ExplorePanel(session)
        self.study = StudyPanel(session, self.studying)
        self.runs = RunsPanel(session, self.run_shelf)
        self.runs.open_asked.connect(self.open_run)
        self.runs.compare_asked.connect(self.on_compare_asked)
        self.on_shelf_changed()
        self.training.time.compare_asked.connect(self.on_moment_asked)
        for before in self.bar.actions():
            self.bar.removeAction(before)
            before.deleteLater()
        self.bar.addWidget(self._head())
        self.bar.setAccessibleName(say("The bar"))
        panels = self._panels()
        self.arrangement.fill(panels)
        for name, shows in self.asking_views:
            self.dock(name).visibilityChanged.connect(shows.set_shown)
        self.status = Status()  # last, so that Tab comes to it last
        self.setStatusBar(self.status)
        self.closed_panels = ClosedPanels(self.docks)
        self.status.addPermanentWidget(self.closed_panels)
        self.explaining = Explaining(self, self.docks, self.controls, self.is_in_sight)
        for turned in (self.explaining.card.turned, self.study.form.turned):
            turned.connect(self.stage.say_next)
        self.guide = first_minute(self)
        self.chosen_by_eye = ChosenByEye(self)
        self.setMenuBar(QMenuBar())
        self.menus = Menus(self)
        self.drops.guard_fields()
        places = {"controls": self.controls} | {name: panel for name, (_, panel) in panels.items()}
        self.made = made_in(places)
        self.training.curves_added.connect(self.on_curves_added)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._arranged:
            self._arranged = True
            self.arrangement.share_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            self.shown_first.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        if not self.stage.on:
            self.stage.leave()  # full screen: the next start would have it without a word of the way out
        self.arrangement.keep(self.stage.before.layout if self.stage.before is not None else None)
        self.stage.leave()
        self._vanish()  # first: what follows may take seconds
        self.training.time.playing.stop()
        self.studying.close()
        self.run_shelf.close()
        self.session.close()
        self.closed.emit()

    def _vanish(self) -> None:
        """Leave the screen at once, with every window that belongs to this one."""
        if self.data_sets is not None:
            self.data_sets.close()
        floating = [dock for dock in self.docks if dock.isFloating()]
        for each in (*self.findChildren(QDialog), *floating):
            each.hide()
        self.hide()

    def childEvent(self, event: QChildEvent) -> None:
        if event.type() == QEvent.Type.ChildPolished:
            self._calm_tabs.watch(event.child())
        super().childEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape that nothing else took stops what is being written, and then ends what is presented."""
        stops = self.training.time.stop, self.session.reporting.stop, self.writing.stop, self.stage.leave
        if event.key() == Qt.Key.Key_Escape and any(stop() for stop in stops):
            return
        super().keyPressEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        return self.walking.tab(next) or super().focusNextPrevChild(next)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.setWindowIcon(window_icon())
        super().changeEvent(event)

    def open_run(self, path: str, message: str = "") -> None:
        """Take up the run in a file; once it is open, `message` is said, or else its name."""
        self._opening, self._opened_words = path, message or say("Opened {name}", name=called(path))
        self.session.open(path)

    def open_data_sets(self) -> DataSets:
        """Show the window of the data sets beside this one."""
        if self.data_sets is None:
            self.data_sets = DataSets(self.session, self.shelf, self, self.writing)
            self.data_sets.chosen.connect(self.on_set_chosen)
            self.data_sets.head.help.clicked.connect(self.on_data_sets_asked)
            self.data_sets.library_changed.connect(self.session.forget_data)
            self.data_sets.finished.connect(self.on_data_sets_closed)
        elif self.data_sets.isVisible():
            self.data_sets.raise_()
        self.data_sets.show()
        self.data_sets.activateWindow()
        return self.data_sets

    def dock(self, name: str) -> PanelDock:
        """The frame of the panel of this name."""
        return self.arrangement.dock(name)

    def is_in_sight(self, widget: QWidget) -> bool:
        """Whether a widget is shown and its panel does not lie behind another."""
        return self.arrangement.is_in_sight(widget)

    def tell_sight(self) -> None:
        """Let the views that ask only while they can be seen know whether they can."""
        for name, view in self.asking_views:
            view.set_shown(self.is_in_sight(self.dock(name).widget()))

    def speak(self, choice: str) -> None:
        """Say everything in another language, `system` or one of `LANGUAGES`, and remember it."""
        self.settings.language = choice
        if language.resolved(choice) != words.language():
            say_all_in(self, language.resolved(choice))

    def set_zoom(self, percent: int) -> None:
        """Make all type so large, and remember it."""
        app = QApplication.instance()
        if isinstance(app, QApplication) and percent != theme.zoom():
            if not self.stage.on:  # before a class it holds for the while
                self.settings.zoom = percent
            self.arrangement.shares.keep()
            theme.set_zoom(app, percent)

    @Slot(object)
    def on_curves_added(self, curves: QWidget) -> None:
        self.made["training", type(curves), 0] = curves

    @Slot(str, str)
    def on_dropped(self, path: str, message: str) -> None:
        """Open a run, or offer to make a data set of any other file or folder; or say why neither."""
        if not path:
            self.session.fail(message)
        elif is_run_name(path):
            self.open_run(path, message)
        else:
            self.open_data_sets().open_import(path, message)

    @Slot()
    def on_shelf_changed(self) -> None:
        """A pinned run stays behind the curves of the one that is shown."""
        pinned = self.run_shelf.pinned
        if pinned is None:
            self.training.show_behind("", np.zeros(0, np.int64), {})
        else:
            epochs, losses = pinned.curve
            self.training.show_behind(title_of(pinned), epochs, {"loss": losses, **pinned.others})

    @Slot(object)
    def on_compare_asked(self, sources: list[Source]) -> None:
        open_comparison(self, sources)

    @Slot(int)
    def on_moment_asked(self, epoch: int) -> None:
        live = self.run_shelf.live
        if live is not None:
            open_comparison(self, [Source(title_of(live), epoch=epoch), Source(title_of(live))])

    @Slot(str)
    def on_set_chosen(self, name: str) -> None:
        self.session.choose_set(name)

    @Slot()
    def on_data_sets_asked(self) -> None:
        if self.data_sets is not None:
            self.explaining.explain_dialog(self.data_sets)

    @Slot()
    def on_data_sets_closed(self) -> None:
        self.data_sets = None

    @Slot(object)
    def on_frame(self, frame: Frame) -> None:
        if frame.version == self._version:
            return
        first = self._version < 0
        self._version, opened, self._opening = frame.version, self._opening, ""
        if opened:
            if self.settings.kept not in Path(opened).parents:
                self.settings.add_recent(opened)
                self._remember_folder(opened)
            self.status.settle()
            self.status.showMessage(self._opened_words, MESSAGE_TIME)
        elif first and not self._refused and self.guide.hint is not None:
            self.status.clearMessage()  # the first hint stands there
        elif first and not self._refused and not self.status.stands:
            self.status.showMessage(
                say(
                    "Ready. Draw on the left, drag the cursor over the map, "
                    "or press the blue button to watch it learn."
                )
            )
        elif not first:
            self.status.settle()  # the message about the run before no longer holds
            if self._branch_words:
                self.status.showMessage(self._branch_words, MESSAGE_TIME)
        self._branch_words = ""

    @Slot(str)
    def on_failed(self, message: str) -> None:
        self._refused = True
        self.status.fail(message)

    @Slot()
    def on_refused(self) -> None:
        self._opening = ""
        if self.session.frame is None and self._first_run is not None:  # begin without the file
            self._first_run = None
            self._begin()

    @Slot(str)
    def on_saved(self, path: str) -> None:
        if is_run_name(path):
            self.settings.add_recent(path)
        self._remember_folder(path)
        self.status.settle()
        self.status.showMessage(say("Saved {path}", path=harmless(path)), MESSAGE_TIME)

    def _remember_folder(self, path: str) -> None:
        """Let the dialogs begin there, in this window and at the next start."""
        self.session.folder = self.settings.folder = str(Path(path).absolute().parent)

    @Slot(str)
    def on_told(self, message: str) -> None:
        if not message:
            self.status.settle()
        else:
            self.status.showMessage(harmless(message), MESSAGE_TIME)

    @Slot(object)
    def on_departed(self, arrival: Arrival) -> None:
        """Say that a branch begins, once its first frame is there."""
        self._branch_words = say(
            "A branch begins at epoch {epoch}. Change a setting and press the blue button; undo leads back "
            "to the other run.",
            epoch=count(arrival.journey.epoch),
        )

    @Slot()
    def on_travelled(self) -> None:
        """Say that one looks back, and how to return, below all else that is said."""
        self.status.stand("past", self.looking_back(), under=True)

    def looking_back(self) -> str:
        """What there is to say where one looks back; nothing where one does not."""
        if self.session.travelling.epoch is None:
            return ""
        return say("Everything shows an earlier epoch. F4 returns to now, Ctrl+B begins a branch here.")

    @Slot(str)
    def on_awaited(self, message: str) -> None:
        self.status.stand("awaited", message)

    @Slot(str)
    def on_reporting(self, message: str) -> None:
        self.status.stand("report", message)

    @Slot(str)
    def on_picture(self, message: str) -> None:
        self.status.stand("picture", message)

    @Slot(str)
    def on_asked(self, message: str) -> None:
        self.status.stand("asked", message)

    @Slot(str)
    def on_lasting(self, message: str) -> None:
        self.status.fail(message, lasting=True)

    @Slot()
    def _load_the_rest(self) -> None:
        self.settings.layout_stands()
        self.arrangement.lift()
        self.session.begin()
        self._begin()
        QTimer.singleShot(0, self.training, self.training.add_curves)
        self.run_shelf.look()

    def _begin(self) -> None:
        """Show the first run: the one in a file, or a new one of the store's spec."""
        if self._first_run is not None:
            self.session.open(self._first_run)
        else:
            self.session.rewind()
        if self._train:
            self.session.play()

    def _add_bar(self) -> QToolBar:
        bar = QToolBar()
        bar.setObjectName("controls")
        bar.setMovable(False)
        bar.setFloatable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.addToolBar(bar)
        return bar

    def _head(self) -> QWidget:
        """What is in the bar: the controls, and at times the offer of a lost run."""
        head = QWidget()
        column = QVBoxLayout(head)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.controls)
        column.addWidget(self.offer)
        return head

    @property
    def asking_views(self) -> tuple[tuple[str, Asking], ...]:
        """The views that ask the network only while they are in sight, with the names of their frames."""
        return (
            ("explore", self.explore), ("latent", self.latent),
            ("draw", self.draw.network), ("network", self.network.network),
        )  # fmt: skip

    @property
    def networks(self) -> tuple[NetworkPanel, ...]:
        """The views of the network in which a unit can be pinned."""
        return self.draw.network, self.network.network

    def _panels(self) -> dict[str, tuple[str, QWidget]]:
        """The panels by the names of their frames, each with its title."""
        return {
            "experiment": (say("Experiment"), self.experiment),
            "draw": (say("Draw and denoise"), self.draw),
            "training": (say("Training"), self.training),
            "explore": (say("Explore"), self.explore),
            "study": (say("Study"), self.study),
            "runs": (say("Runs"), self.runs),
            "network": (say("Network"), self.network),
            "latent": (say("Latent map"), self.latent),
        }
