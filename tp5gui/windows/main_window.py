"""The workbench: one window, four panels, everything in sight."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QMainWindow,
    QMenu,
    QToolBar,
    QWidget,
)

from tp5gui import theme
from tp5gui.icons import icon
from tp5gui.panels.controls import ControlBar
from tp5gui.panels.draw import DrawPanel
from tp5gui.panels.experiment import ExperimentPanel
from tp5gui.panels.explore import ExplorePanel
from tp5gui.panels.latent import LatentPanel
from tp5gui.panels.places import ask_place, ask_source
from tp5gui.panels.study import StudyPanel
from tp5gui.panels.training import TrainingPanel
from tp5gui.session.messages import Frame
from tp5gui.session.session import Session
from tp5gui.session.studying import Studying
from tp5gui.session.worker import before
from tp5gui.settings import Settings
from tp5gui.windows.about import About
from tp5gui.windows.data_sets import DataSets
from tp5gui.windows.dropping import droppable, dropped_run

SAYS_FOR = 6000  # ms that a message stays in the status bar


class MainWindow(QMainWindow):
    """Puts the panels on the workbench and the session's commands into menus.

    Signals
    -------
    shown_first() : the window was painted for the first time; what is slow to load may load now.
    """

    shown_first = Signal()

    def __init__(
        self, session: Session, settings: Settings, first_run: str | None = None, *, train: bool = False
    ) -> None:
        super().__init__()
        self.session, self._settings = session, settings
        self._first_run, self._train = first_run, train
        self._painted = self._refused = False
        self._version, self._opening = -1, ""
        self._data_sets: DataSets | None = None
        self.setAcceptDrops(True)
        self.setWindowTitle("tp5gui")
        self.setWindowIcon(icon("app", theme.tokens().accent))
        self.setDockNestingEnabled(True)
        self.setTabPosition(
            Qt.DockWidgetArea.AllDockWidgetAreas, self.tabPosition(Qt.DockWidgetArea.TopDockWidgetArea)
        )
        self.controls = ControlBar(session)
        self.experiment = ExperimentPanel(session)
        self.draw = DrawPanel(session)
        self.latent = LatentPanel(session)
        self.training = TrainingPanel(session)
        self.explore = ExplorePanel(session)
        self.studying = Studying(settings.studies, self)
        self.study = StudyPanel(session, self.studying)
        self._add_bar()
        self._docks = self._add_docks()
        self._add_menus()
        self.resize(1280, 800)
        self._first_layout = self.saveState(Settings.LAYOUT)
        self._restore_layout()
        self.statusBar().showMessage(self.tr("Loading the laboratory..."))

        session.failed.connect(self.on_failed)
        session.saved.connect(self.on_saved)
        session.framed.connect(self.on_frame)
        self.shown_first.connect(self._load_the_rest, Qt.ConnectionType.QueuedConnection)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            self.shown_first.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._data_sets is not None:
            self._data_sets.close()
        self._settings.keep_layout(self.saveGeometry(), self.saveState(Settings.LAYOUT))
        self.studying.close()
        self.session.close()
        super().closeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.setWindowIcon(icon("app", theme.tokens().accent))
        super().changeEvent(event)

    def open_run(self, path: str) -> None:
        """Take up the run in a file."""
        self._opening = path
        self.session.open(path)

    def open_data_sets(self) -> DataSets:
        """Show the data sets beside the workbench."""
        if self._data_sets is None:
            self._data_sets = DataSets(self.session, self)
            self._data_sets.chosen.connect(self.on_set_chosen)
            self._data_sets.library_changed.connect(self.session.forget_data)
            self._data_sets.finished.connect(self.on_data_sets_closed)
        elif self._data_sets.isVisible():
            self._data_sets.raise_()
        self._data_sets.show()
        self._data_sets.activateWindow()
        return self._data_sets

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if droppable(event.mimeData()) is not None or dropped_run(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open a run, or offer to make a data set of any other file or folder."""
        run, source = dropped_run(event.mimeData()), droppable(event.mimeData())
        if run is not None or source is not None:
            event.acceptProposedAction()
        if run is not None:
            self.open_run(run)
        elif source is not None:
            self.open_data_sets().open_import(source)

    @Slot(str)
    def on_set_chosen(self, name: str) -> None:
        self.session.forget_data()  # the pictures that are shown there, whatever a run brought along
        self.session.store.update(dataset=name)
        self.session.rewind()

    @Slot()
    def on_data_sets_closed(self) -> None:
        self._data_sets = None

    @Slot(object)
    def on_frame(self, frame: Frame) -> None:
        if frame.version == self._version:
            return
        first = self._version < 0
        self._version, opened, self._opening = frame.version, self._opening, ""
        if opened:
            if Path(opened) not in (self._settings.kept_run, before(self._settings.kept_run)):
                self._settings.add_recent(opened)
            self.statusBar().showMessage(self.tr("Opened %1").replace("%1", Path(opened).name), SAYS_FOR)
        elif first and not self._refused:
            self.statusBar().showMessage(
                self.tr(
                    "Ready. Draw on the left, drag the cursor over the map, "
                    "or press the blue button to watch it learn."
                )
            )
        elif not first:
            self.statusBar().clearMessage()  # what was said of the run before no longer holds

    @Slot(str)
    def on_failed(self, message: str) -> None:
        self._opening = ""
        self._refused = True
        self.statusBar().showMessage(message)
        if self.session.frame is None and self._first_run is not None:  # begin without the file
            self._first_run = None
            self._begin()

    @Slot(str)
    def on_saved(self, path: str) -> None:
        if path.endswith(".tp5"):
            self._settings.add_recent(path)
        self.statusBar().showMessage(self.tr("Saved %1").replace("%1", path), SAYS_FOR)

    @Slot()
    def _load_the_rest(self) -> None:
        self.session.begin()
        self._begin()
        QTimer.singleShot(0, self.training, self.training.add_curves)

    def _begin(self) -> None:
        """Put the first run on the bench: a file, or the store's spec from its first epoch."""
        if self._first_run is not None:
            self.session.open(self._first_run)
        else:
            self.session.rewind()
        if self._train:
            self.session.play()

    def _add_bar(self) -> None:
        bar = QToolBar(self.tr("Controls"))
        bar.setObjectName("controls")
        bar.setMovable(False)
        bar.setFloatable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        bar.addWidget(self.controls)
        self.addToolBar(bar)

    def _add_docks(self) -> list[QDockWidget]:
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        experiment = self._dock("experiment", self.tr("Experiment"), self.experiment)
        draw = self._dock("draw", self.tr("Draw and denoise"), self.draw)
        training = self._dock("training", self.tr("Training"), self.training)
        explore = self._dock("explore", self.tr("Explore"), self.explore)
        study = self._dock("study", self.tr("Study"), self.study)
        latent = self._dock("latent", self.tr("Latent map"), self.latent)
        self.addDockWidget(left, experiment)
        self.addDockWidget(right, draw)
        self.splitDockWidget(draw, latent, Qt.Orientation.Horizontal)
        self.splitDockWidget(draw, training, Qt.Orientation.Vertical)
        self.tabifyDockWidget(training, explore)
        self.tabifyDockWidget(explore, study)
        training.raise_()
        explore.visibilityChanged.connect(self.explore.set_shown)
        self.resizeDocks([experiment, draw, latent], [272, 580, 420], Qt.Orientation.Horizontal)
        self.resizeDocks([draw, training], [370, 340], Qt.Orientation.Vertical)
        return [experiment, draw, training, explore, study, latent]

    def _dock(self, name: str, title: str, panel: QWidget) -> QDockWidget:
        dock = QDockWidget(title)
        dock.setObjectName(name)
        panel.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)  # else a plain widget has no ground
        dock.setWidget(panel)
        return dock

    def _restore_layout(self) -> None:
        kept = self._settings.layout()
        if kept is not None:
            geometry, state = kept
            self.restoreGeometry(geometry)
            self.restoreState(state, Settings.LAYOUT)

    def _reset_layout(self) -> None:
        self._settings.forget_layout()
        self.restoreState(self._first_layout, Settings.LAYOUT)

    def _add_menus(self) -> None:
        session, keys = self.session, QKeySequence.StandardKey
        file = self._menu(self.tr("&File"))
        self._entry(file, self.tr("&Open a run..."), self._choose_run, keys.Open)
        self._recent = file.addMenu(self.tr("Open &recent"))
        self._recent.aboutToShow.connect(self._list_recent)
        self._entry(file, self.tr("&Save the run as..."), self._choose_place, keys.Save)
        file.addSeparator()
        self._entry(file, self.tr("Data &sets..."), self.open_data_sets, QKeySequence("Ctrl+D"))
        file.addSeparator()
        for name, title in (
            ("font-autoencoder", self.tr("Trained &autoencoder")),
            ("font-denoiser", self.tr("Trained &denoiser")),
        ):
            self._entry(file, title, self._open_trained).setData(name)
        file.addSeparator()
        self._entry(file, self.tr("&Quit"), self.close, keys.Quit)

        edit = self._menu(self.tr("&Edit"))
        for action, shortcut in (
            (self.draw.undo, keys.Undo), (self.draw.redo, keys.Redo),
            (self.draw.clear, QKeySequence("Ctrl+Backspace")), (self.draw.invert, QKeySequence("Ctrl+I")),
        ):  # fmt: skip
            action.setShortcut(shortcut)
            edit.addAction(action)

        run = self._menu(self.tr("&Run"))
        self._entry(run, self.tr("Start or &pause"), session.toggle, QKeySequence("F5"))
        self._entry(run, self.tr("&Step one epoch"), session.step, QKeySequence("F6"))
        self._entry(run, self.tr("&Rewind"), session.rewind, QKeySequence("F7"))
        self._entry(run, self.tr("&New seed"), session.new_seed, QKeySequence("F8"))

        view = self._menu(self.tr("&View"))
        for dock in self._docks:
            view.addAction(dock.toggleViewAction())
        self._entry(view, self.tr("&Reset the panels"), self._reset_layout)
        view.addSeparator()
        view.addAction(self.latent.fit)
        self._add_themes(view)

        help = self._menu(self.tr("&Help"))
        self._entry(help, self.tr("&About tp5gui"), self._about)

    def _add_themes(self, view: QMenu) -> None:
        group = QActionGroup(self)
        menu = view.addMenu(self.tr("&Theme"))
        for name, title in (
            ("system", self.tr("Like the &system")), ("light", self.tr("&Light")), ("dark", self.tr("&Dark")),
        ):  # fmt: skip
            entry = self._entry(menu, title, self._choose_theme)
            entry.setCheckable(True)
            entry.setData(name)
            entry.setChecked(name == self._settings.theme)
            group.addAction(entry)

    def _menu(self, title: str) -> QMenu:
        return self.menuBar().addMenu(title)

    def _entry(
        self,
        menu: QMenu,
        title: str,
        slot: Callable[[], object],
        shortcut: QKeySequence | QKeySequence.StandardKey | None = None,
    ) -> QAction:
        action = QAction(title, self)
        if shortcut is not None:
            action.setShortcut(shortcut)
        action.triggered.connect(slot)
        menu.addAction(action)
        return action

    def _open_trained(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.session.open_trained(action.data())

    def _list_recent(self) -> None:
        """Fill the menu: runs opened or saved lately, and the one that was under way last time."""
        self._recent.clear()
        for path in self._settings.recent():
            self._entry(self._recent, Path(path).name, self._open_recent).setData(path)
            self._recent.actions()[-1].setToolTip(path)
        kept = self._settings.kept_run
        for place, title in (
            (kept, self.tr("The run &kept last")), (before(kept), self.tr("The run kept &before it")),
        ):  # fmt: skip
            if place.is_file():
                self._entry(self._recent, title, self._open_recent).setData(str(place))
        if self._recent.isEmpty():
            self._entry(self._recent, self.tr("None yet"), self._open_recent).setEnabled(False)

    def _open_recent(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.open_run(action.data())

    def _choose_run(self) -> None:
        ask_source(self, self.tr("Open a run"), self.open_run, kinds=self.tr("Runs (*.tp5)"))

    def _choose_place(self) -> None:
        ask_place(self, self.tr("Save the run"), self.tr("Runs (*.tp5)"), "tp5", self.session.save)

    def _choose_theme(self) -> None:
        action, app = self.sender(), QApplication.instance()
        if isinstance(action, QAction) and isinstance(app, QApplication):
            self._settings.theme = action.data()
            theme.apply_theme(app, action.data())

    def _about(self) -> None:
        About(self).open()
