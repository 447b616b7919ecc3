"""Explore: walk between two images, step away from every code, or draw from the prior; all of it live."""

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from core.base.words import say
from core.data.pictures import sheet
from tp5gui import theme
from tp5gui.canvases.strip import Strip
from tp5gui.panels.choices import choice_box
from tp5gui.panels.moving import Moving
from tp5gui.panels.places import ask_place
from tp5gui.panels.walks import BesidePage, BetweenPage, PriorPage, WalkPage
from tp5gui.session.messages import Answers, Between, Frame, WalkAnswer
from tp5gui.session.session import Session

SCALE = 8  # side of a pixel in a saved picture
COLUMNS = 12  # of one, at most


class ExplorePanel(QWidget):
    """Asks for images that are not in the set, and shows them side by side; a click on one draws it.

    Attributes
    ----------
    kind : the box with the ways to explore.
    between, beside, prior : the controls of each.
    strip : the images.
    save : the button that writes them to a file.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._moving = session, Moving(session)
        self._version = -1
        self._shown = False
        self._last: WalkAnswer | None = None  # of the run on the bench
        self.kind = choice_box(
            (
                (
                    "between",
                    say("Between two"),
                    say("A walk through latent space between two images."),
                ),
                ("beside", say("Beside codes"), say("The same step away from every code.")),
                ("prior", say("From the prior"), say("Images decoded from random codes.")),
            ),
            width=9,
        )
        self.kind.setAccessibleName(say("What to explore"))
        self.between, self.beside, self.prior = BetweenPage(session.picking), BesidePage(), PriorPage()
        self._pages: tuple[WalkPage, ...] = (self.between, self.beside, self.prior)
        self.strip = Strip()
        self.strip.setAccessibleName(say("Images explored"))
        self.strip.setToolTip(say("A click draws the image."))
        self.strip.set_hint(self._page.hint)
        self._stack = QStackedWidget()
        for page in self._pages:
            self._stack.addWidget(page)
            page.changed.connect(self._ask)
        self._stack.setSizePolicy(
            self._stack.sizePolicy().horizontalPolicy(), self.kind.sizePolicy().verticalPolicy()
        )
        self.save = QPushButton(say("Save..."))
        self.save.setToolTip(say("Write these images to a PNG file."))

        self._tools = QGridLayout()
        self._tools.setSpacing(theme.SPACE)
        self._tools.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE, theme.SPACE // 2, theme.SPACE, theme.SPACE)
        layout.setSpacing(theme.SPACE)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # `minimumSizeHint` knows better
        layout.addLayout(self._tools)
        layout.addWidget(self.strip, 1)
        self._lines = 0  # of tools; not laid out yet
        self._fit()

        self.kind.currentIndexChanged.connect(self._on_kind)
        self.save.clicked.connect(self._on_save)
        self.strip.picked.connect(self._on_picked)
        session.framed.connect(self.on_frame)
        session.answered.connect(self.on_answers)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._needed(lines=2), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Put the tools into one line, or where that is too narrow into two."""
        lines = 1 if self._needed(lines=1) <= self.width() else 2
        if lines == self._lines:
            return
        self._lines = lines
        for widget in (self.kind, self._stack, self.save):
            self._tools.removeWidget(widget)
        self._tools.addWidget(self.kind, 0, 0)
        self._tools.addWidget(self.save, 0, 2)
        if lines == 1:
            self._tools.addWidget(self._stack, 0, 1)
        else:
            self._tools.addWidget(self._stack, 1, 0, 1, 3)

    def _needed(self, *, lines: int) -> int:
        """The width that the panel takes at least with its tools in one line, or in two."""
        around, stack = 2 * theme.SPACE, self._stack.minimumSizeHint().width()
        first = self.kind.minimumSizeHint().width() + theme.SPACE + self.save.minimumSizeHint().width()
        return around + (first + theme.SPACE + stack if lines == 1 else max(first, stack))

    @Slot(object)
    def on_frame(self, frame: Frame) -> None:
        if frame.version != self._version:
            self._version, self._last = frame.version, None
            for page in self._pages:
                page.take_up(frame)
            self._ask()
        self._take(frame.answers, self._moving.to_frame(frame).others)

    @Slot(object)
    def on_answers(self, answers: Answers) -> None:
        self._take(answers, self._moving.to_answers(answers).others)

    def _take(self, answers: Answers, glides: float) -> None:
        """Show the images of a walk; those of the same one glide for so many seconds at most."""
        if answers.walk is not None and answers.walk.asked is not None and answers.version == self._version:
            before, self._last = self._last, answers.walk
            same = before is not None and before.asked == answers.walk.asked
            self._show(glides if same else 0.0)

    @Slot(bool)
    def set_shown(self, shown: bool) -> None:
        """Ask only while the panel is in sight; behind another tab a widget still counts as visible."""
        self._shown = shown
        if shown:
            self._ask()
        else:
            self._session.asking.ask_walk(None)

    def write(self, path: str) -> None:
        """Write the images shown to a PNG file; `saved` or `failed` of the session says how it went."""
        if self._last is not None:
            count = len(self._last.images)
            columns = count if isinstance(self._last.asked, Between) else min(count, COLUMNS)
            self._session.save_picture(sheet(self._last.images, columns, SCALE), path)

    @property
    def _page(self) -> WalkPage:
        return self._pages[self.kind.currentIndex()]

    @Slot()
    def _ask(self) -> None:
        if self._shown:
            self._session.asking.ask_walk(self._page.walk())
        self._show()

    def _show(self, glides: float = 0.0) -> None:
        """Show the last answer if it is to what is asked now; until the next comes, the one before stays."""
        walk, last = self._page.walk(), self._last
        fits = last is not None and walk is not None and last.asked == walk
        if fits and last is not None:
            self.strip.set_images(last.images, self._page.names(), glides=glides)
        elif walk is None or last is None:
            self.strip.set_images(None)
        self.save.setEnabled(fits)

    @Slot(int)
    def _on_kind(self, index: int) -> None:
        self._stack.setCurrentIndex(index)
        self.strip.set_hint(self._page.hint)
        self._ask()

    @Slot(int)
    def _on_picked(self, index: int) -> None:
        if self._last is not None:  # what the strip shows, whatever has been asked since
            self._session.draw(self._last.images[index], lambda: say("Draw an explored image"))

    @Slot()
    def _on_save(self) -> None:
        kinds, name = say("Pictures (*.png)"), self._page.title
        ask_place(self, say("Save picture"), kinds, "png", self.write, name=name, folder=self._session.folder)
