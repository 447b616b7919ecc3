"""The window *Compare*: runs side by side, or moments of one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QProgressBar,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.base.words import say
from tp5gui import theme
from tp5gui.canvases.side_mark import SideMark
from tp5gui.panels.label import Label
from tp5gui.panels.note import SIDE, Note
from tp5gui.session.comparing import Comparing, Source
from tp5gui.windows.help_button import HelpButton
from tp5gui.windows.help_menu import bring
from tp5gui.windows.inline import button
from tp5gui.windows.panel_area import FRAME
from tp5gui.windows.picture_writing import PictureWriting
from tp5gui.windows.pictures_out import DialogPictures
from tp5gui.words import as_name, count

if TYPE_CHECKING:
    from tp5gui.session.session import Session
    from tp5gui.windows.compare_images import ImagesPage
    from tp5gui.windows.compare_maps import MapsPage
    from tp5gui.windows.compare_numbers import NumbersPage
    from tp5gui.windows.main_window import MainWindow

SIZE = QSize(1080, 720)
LINES = 4  # px: the height of the bar


class CompareWindow(QDialog):
    """Shows what is compared, how far that is, or why it cannot be.

    Parameters
    ----------
    session : where dialogs begin.
    comparing : compares; it outlives this.
    writing : writes pictures, also once this is gone; None for one of its own.

    Attributes
    ----------
    numbers, maps, images : the three pages; None until there is something to show.
    choices : the buttons that lead to them.
    again : reads everything again.
    message, fault, waiting : labels: what was done, why there is nothing, what is being done.
    bar, stop : how far that is, and the button that ends it.
    """

    def __init__(
        self,
        session: "Session",
        comparing: Comparing,
        parent: QWidget | None = None,
        writing: PictureWriting | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("comparing")
        self.setWindowTitle(say("Compare"))
        self._comparing = comparing
        self.numbers: NumbersPage | None = None
        self.maps: MapsPage | None = None
        self.images: ImagesPage | None = None
        self._chosen = 0
        self._stage, self._pages = QStackedWidget(), QStackedWidget()
        self._heads, self._names = QHBoxLayout(), QWidget()
        self._heads.addWidget(self._names)
        self.help = HelpButton(self.windowTitle())
        self.again = button(say("Read again"), say("Read the runs anew: the one in the window trains on."))
        self.again.clicked.connect(self._on_again)
        self.message = Label()
        self.message.setObjectName("soft")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(2 * theme.SPACE, theme.SPACE, 2 * theme.SPACE, theme.SPACE)
        whole.setSpacing(theme.SPACE)
        whole.addLayout(self._top())
        whole.addWidget(self._stage, 1)
        whole.addWidget(self.message)
        self._nothing = Label(say("Choose two to four runs in the panel Runs, and press Compare there."))
        self._nothing.setObjectName("soft")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setWordWrap(True)
        for page in (self._nothing, self._waiting_page(), self._fault_page(), self._pages):
            self._stage.addWidget(page)
        comparing.changed.connect(self.on_changed)
        comparing.told.connect(self.on_told)
        self.finished.connect(self._on_finished)
        self.pictures_out = DialogPictures(
            self, self.message.setText, lambda: say("comparison"), writing, session
        )
        self.resize(
            QSize(theme.size(SIZE.width()), theme.size(SIZE.height())).boundedTo(
                self.screen().availableSize() - FRAME
            )
        )
        self.on_changed()

    # --- what is where ---

    def _top(self) -> QVBoxLayout:
        """What is compared, the buttons that lead to the pages, and the "?"."""
        self.choices = QButtonGroup(self)
        column, buttons = QVBoxLayout(), QHBoxLayout()
        buttons.setSpacing(theme.SPACE // 2)
        for number, words in enumerate((say("Numbers"), say("Maps"), say("Images"))):
            choice = QToolButton()
            choice.setText(words)
            choice.setCheckable(True)
            choice.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.choices.addButton(choice, number)
            buttons.addWidget(choice)
        buttons.addStretch(1)
        buttons.addWidget(self.again)
        buttons.addWidget(self.help)
        self.choices.idClicked.connect(self._on_choice)
        column.setSpacing(theme.SPACE)
        column.addLayout(self._heads)
        column.addLayout(buttons)
        return column

    def _waiting_page(self) -> QWidget:
        self.waiting = Label(say("Reading and measuring the runs…"))
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(LINES)
        self.bar.setFixedWidth(theme.size(320))
        self.bar.setAccessibleName(say("How far the comparison is"))
        self.stop = button(say("Stop"))
        self.stop.clicked.connect(self._comparing.give_up)
        return _in_the_middle(self.waiting, self.bar, self.stop)

    def _fault_page(self) -> QWidget:
        self.fault = Label()
        self.fault.setObjectName("reason")
        self.fault.setWordWrap(True)
        self.fault.setMinimumWidth(theme.size(440))
        self.retry = button(say("Try again"))
        self.retry.clicked.connect(self._on_again)
        return _in_the_middle(self.fault, self.retry)

    # --- what arrives ---

    @Slot()
    def on_changed(self) -> None:
        """Show what there is to show by now."""
        comparing = self._comparing
        self._show_heads()
        shown = comparing.shown
        for choice in self.choices.buttons():
            choice.setEnabled(shown is not None)
        self.again.setVisible(shown is not None and any(not source.path for source in comparing.sources))
        self._drop_pages()
        if shown is not None:
            self._make_pages()
            self._stage.setCurrentWidget(self._pages)
        elif comparing.fault:
            self.fault.setText(comparing.fault)
            self._stage.setCurrentIndex(2)
        elif comparing.busy:
            self.bar.setValue(0)
            self._stage.setCurrentIndex(1)
        else:
            self._stage.setCurrentIndex(0)

    @Slot(float)
    def on_told(self, share: float) -> None:
        self.bar.setValue(round(1000 * share))

    # --- how it is shown ---

    def show_page(self, number: int) -> None:
        """Show the numbers, the maps or the images: 0, 1 or 2."""
        self._chosen = number
        self._pages.setCurrentIndex(number)
        self.choices.button(number).setChecked(True)

    def go_on_from(self, before: "CompareWindow") -> None:
        """Show the page that another window showed."""
        self._chosen = before._chosen
        if self.numbers is not None:
            self.show_page(self._chosen)

    def _make_pages(self) -> None:
        from tp5gui.windows.compare_images import ImagesPage
        from tp5gui.windows.compare_maps import MapsPage
        from tp5gui.windows.compare_numbers import NumbersPage

        shown = self._comparing.shown
        assert shown is not None
        self.numbers = NumbersPage(shown.compared)
        self.maps = MapsPage(shown, self._comparing)
        self.images = ImagesPage(shown.compared)
        for page in (self.numbers, self.maps, self.images):
            self._pages.addWidget(page)
        for view in (self.numbers.curves, *self.maps.maps, self.images.grid):
            self.pictures_out.watch(view)
        self.maps.pointed.connect(self._on_pointed)
        self.images.pointed.connect(self._on_pointed)
        self.show_page(self._chosen)
        if self.focusWidget() in (None, self.help, self.stop, self.retry):
            self.choices.button(self._chosen).setFocus()

    def _drop_pages(self) -> None:
        for page in (self.numbers, self.maps, self.images):
            if page is not None:
                self._pages.removeWidget(page)
                page.deleteLater()
        self.numbers = self.maps = self.images = None

    def _show_heads(self) -> None:
        """The letter and the name of each, with its epoch once that is known."""
        shown = self._comparing.shown
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * theme.SPACE)
        names = [source.words for source in self._comparing.sources]
        told = [""] * len(names)
        if shown is not None:
            from core.reports.comparing_words import set_words

            names = [as_name(name) for name in shown.compared.names]
            told = [
                say("epoch {epoch}; {set}", epoch=count(side.epoch), set=set_words(side))
                for side in shown.compared.sides
            ]
        for side, (name, words) in enumerate(zip(names, told, strict=True)):
            row.addLayout(_head_of(side, name, words), 1)
        self._heads.removeWidget(self._names)
        self._names.deleteLater()
        self._names = head
        self._heads.addWidget(head)

    # --- what the person does ---

    def _on_choice(self, number: int) -> None:
        self.show_page(number)

    def _on_pointed(self, number: int) -> None:
        if self.maps is not None and self.images is not None:
            self.maps.mark(number)
            self.images.mark(number)

    def _on_again(self) -> None:
        self._comparing.again()

    def _on_finished(self) -> None:
        self._comparing.stop()


def open_comparison(window: "MainWindow", sources: Sequence[Source]) -> CompareWindow:
    """Show the window *Compare* beside a window, with these side by side; without any, as it was."""
    comparing = comparing_of(window)

    def made() -> CompareWindow:
        dialog = CompareWindow(window.session, comparing, window, window.writing)
        dialog.help.clicked.connect(lambda: window.explaining.explain_dialog(dialog))
        return dialog

    dialog = bring(window, CompareWindow, made)
    assert isinstance(dialog, CompareWindow)
    ended = comparing.shown is None and not (comparing.fault or comparing.busy)
    if sources:
        comparing.ask(sources)
    elif ended and comparing.sources:
        comparing.again()
    return dialog


def comparing_of(window: "MainWindow") -> Comparing:
    """What compares for a window, as long as that is there."""
    found = window.findChild(Comparing)
    if isinstance(found, Comparing):
        return found
    comparing = Comparing(window)
    comparing.recalling.connect(window.session.recall)
    window.session.recalled.connect(comparing.on_recalled)
    window.closed.connect(comparing.close)
    return comparing


def _head_of(side: int, name: str, words: str) -> QVBoxLayout:
    """The letter and the name of one, and below it how far it is and what it learned."""
    column, row = QVBoxLayout(), QHBoxLayout()
    title, about = Note(SIDE), Note(SIDE)
    title.become("caption", SIDE)
    title.setText(name)
    about.setText(words)
    row.setSpacing(theme.SPACE)
    row.addWidget(SideMark(side))
    row.addWidget(title, 1)
    column.setSpacing(0)
    column.addLayout(row)
    column.addWidget(about)
    return column


def _in_the_middle(*widgets: QWidget) -> QWidget:
    page, column = QWidget(), QVBoxLayout()
    column.setSpacing(2 * theme.SPACE)
    column.addStretch(1)
    for widget in widgets:
        column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
    column.addStretch(1)
    page.setLayout(column)
    return page
