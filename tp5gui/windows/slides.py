"""The slides of the study, each with the place where it is answered here."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QFont, QShowEvent
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout

from core.base.words import say
from core.experiment.presets import presets
from core.studies.questions import question
from tp5gui import theme
from tp5gui.panels.label import Label
from tp5gui.windows.docks import PanelDock
from tp5gui.windows.inline import button
from tp5gui.windows.slide_places import Slide, parts

if TYPE_CHECKING:
    from tp5gui.windows.main_window import MainWindow

SLIDE = Qt.ItemDataRole.UserRole


class Slides(QDialog):
    """Lists the slides; a button goes where the chosen one is answered.

    The list stays beside the window, except where it would cover that place: then it makes way.

    Attributes
    ----------
    list : the slides, part by part.
    words : what the chosen one says, and what answers it.
    leads : what the button does.
    go : the button; a double click or Enter in the list does the same.

    Signals
    -------
    made_way(bool) : whether it is hidden for the sake of the place that it led to; once that is settled.
    """

    made_way = Signal(bool)

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("slides")
        self.setWindowTitle(say("The slides and their places"))
        self._window = window
        self._place: PanelDock | None = None  # that it led to last
        self._later = QTimer(self)  # a second click of a double click would be one on what it covered
        self._later.setSingleShot(True)
        self._later.setInterval(QApplication.doubleClickInterval())
        self._later.timeout.connect(self._make_way)
        self.addActions([window.controls.undoing.undo, window.controls.undoing.redo])  # of what is done here
        self.list = QListWidget()
        self.list.setSpacing(2)
        self.list.setAccessibleName(say("Slides"))
        self.title, self.words, self.leads = Label(), Label(), Label()
        self.title.setObjectName("title")
        self.leads.setObjectName("soft")
        self.go = button(say("Go there"), "", "primary")
        side = QVBoxLayout()
        side.setSpacing(2 * theme.SPACE)
        for label in (self.title, self.words, self.leads):
            label.setWordWrap(True)
            side.addWidget(label)
        side.addStretch(1)
        side.addWidget(self.go, 0, Qt.AlignmentFlag.AlignRight)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE)
        row.setSpacing(3 * theme.SPACE)
        row.addWidget(self.list, 1)
        row.addLayout(side, 1)
        self.resize(QSize(theme.size(820), theme.size(560)).boundedTo(self.screen().availableSize()))
        self._fill()
        self._dress()
        self.list.currentItemChanged.connect(self._show)
        self.list.itemActivated.connect(self._go)
        self.go.clicked.connect(self._go)
        self.list.setCurrentItem(self._items()[0])

    @property
    def slide(self) -> Slide:
        """The one that is chosen."""
        chosen: Slide = self.list.currentItem().data(SLIDE)
        return chosen

    def choose(self, slide: Slide) -> None:
        """Point at a slide."""
        self.list.setCurrentItem(next(item for item in self._items() if item.data(SLIDE) == slide))

    def _items(self) -> list[QListWidgetItem]:
        """The entries of the slides, without the headings."""
        items = map(self.list.item, range(self.list.count()))
        return [item for item in items if item.data(SLIDE) is not None]

    def _fill(self) -> None:
        for title, slides in parts():
            part = QListWidgetItem(title, self.list)
            part.setFlags(Qt.ItemFlag.NoItemFlags)  # a heading cannot be chosen
            for slide in slides:
                item = QListWidgetItem(f"    {slide.title}", self.list)
                item.setData(SLIDE, slide)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.made_way.emit(False)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _dress(self) -> None:
        """Let headings be read as well as the others, though they cannot be chosen."""
        font = QFont()  # all else is that of the list, whatever becomes of it
        font.setBold(True)
        for heading in map(self.list.item, range(self.list.count())):
            if heading.data(SLIDE) is None:
                heading.setForeground(QColor(theme.tokens().text))
                heading.setFont(font)

    def _show(self) -> None:
        slide = self.slide
        self.title.setText(slide.title)
        self.words.setText(slide.words)
        self.leads.setText(" ".join(self._leads(slide)))

    def _leads(self, slide: Slide) -> list[str]:
        """What going there does, in sentences."""
        shown = say("The panel {panel} is shown.", panel=self._window.dock(slide.panel).windowTitle())
        if slide.preset:
            label = next(say(known.label) for known in presets() if known.name == slide.preset)
            taken = say(
                "Takes the preset {preset}; what needs a new run waits for the next start.", preset=label
            )
            return [taken, say("Undo takes it back."), shown]
        if slide.study:
            label = say(question(slide.study).label)
            chosen = say("Chooses the question {question}, which waits for Run study.", question=label)
            stops = say("The study under way stops; its measured runs are kept.")
            return [chosen, stops, shown] if self._window.study.form.running else [chosen, shown]
        return [shown]

    def _go(self) -> None:
        slide, window = self.slide, self._window
        if slide.preset:
            window.session.choose_preset(slide.preset)
        for name, box in ((slide.study, window.study.form.question), (slide.walk, window.explore.kind)):
            if name:
                box.setCurrentIndex(box.findData(name))
        self._place = window.dock(slide.panel)
        self._place.bring()
        waits = slide.preset and window.session.state.stale
        start = say("Press the blue button to train it.") if waits else ""
        window.session.tell(f"{slide.words} {start}".strip())  # they may be read no longer where they stood
        self._later.start()

    @Slot()
    def _make_way(self) -> None:
        """Hide where the place that it led to would not be seen."""
        place = self._place
        assert place is not None
        covers = self.frameGeometry().intersects(QRect(place.mapToGlobal(QPoint()), place.size()))
        if covers:
            self.hide()
            place.window().activateWindow()
        self.made_way.emit(covers)
