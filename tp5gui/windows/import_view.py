"""What the import dialog shows of a source: what it becomes, what was understood, how far the reading is."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from core.base.words import say
from core.data.datasets import Dataset
from tp5gui import theme
from tp5gui.canvases.thumbnails import Thumbnails
from tp5gui.panels.label import Label
from tp5gui.windows.panel_area import PanelArea
from tp5gui.windows.twins import Twins

LINES = 5  # of what was understood, in sight at least
BAR = 4  # px: the height of the bar


class ImportView(QWidget):
    """Shows a set, or why there is none, or what can be brought; and beside it what was understood.

    Everything has its room from the beginning, so that nothing moves while a person types.

    Attributes
    ----------
    pictures : those of the set.
    explained : what was understood, which the dialog puts where there is room; it scrolls.
    refusal, understood, welcome : labels.
    bar : how far the reading is; shown while it takes long.
    twins : a button that says how many pictures are identical to others, and goes to them.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pictures = Thumbnails()
        self.pictures.setAccessibleName(say("What it would become"))
        self.pictures.setToolTip(say("The set that you would get."))
        self.twins = Twins()
        self.twins.pointed_at.connect(self.pictures.point_at)
        self.refusal, self.understood, self.welcome = Label(), Label(), Label(welcome())
        self.refusal.setObjectName("reason")
        self.welcome.setObjectName("soft")
        for label in (self.refusal, self.understood, self.welcome):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.understood.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.understood.setAutoFillBackground(True)
        self.understood.setBackgroundRole(QPalette.ColorRole.Window)
        self._stage = QStackedWidget()
        for page in (self.welcome, self.pictures, self.refusal):
            self._stage.addWidget(page)
        self.bar = QProgressBar()
        self.bar.setRange(0, 100)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(BAR)
        self.bar.setAccessibleName(say("How far the reading is"))
        self.explained = self._explained()
        for part in (self.bar, self.explained):
            keeps = part.sizePolicy()
            keeps.setRetainSizeWhenHidden(True)
            part.setSizePolicy(keeps)
            part.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addWidget(self.bar)
        column.addWidget(self._stage, 1)
        self._fit()

    def show_welcome(self) -> None:
        """Say what can be brought."""
        self.explained.hide()
        self._stage.setCurrentWidget(self.welcome)

    def show_waiting(self, words: str) -> None:
        """Show words in the place of pictures that are not there yet."""
        self.twins.show_set(None)
        self.pictures.set_pictures(None)
        self.pictures.set_hint(words)
        self.explained.hide()
        self._stage.setCurrentWidget(self.pictures)

    def show_set(self, dataset: Dataset, repeats: Mapping[int, int], sentences: Sequence[str]) -> None:
        """Show a set with what repeats itself in it, and what was understood of it, one sentence a line."""
        if self.pictures.pictures is not dataset.images:
            self.twins.show_found(repeats)
            self.pictures.set_pictures(dataset.images, dataset.labels, remarks=self.twins.remarks)
        self.understood.setText("\n".join(sentences))
        self.explained.show()
        self._stage.setCurrentWidget(self.pictures)

    def show_refusal(self, words: str) -> None:
        """Say why there is no set."""
        self.twins.show_set(None)
        self.pictures.set_pictures(None)
        self.explained.hide()
        self.refusal.setText(words)
        self._stage.setCurrentWidget(self.refusal)

    def _explained(self) -> QWidget:
        heading, whole = Label(say("What was understood")), QWidget()
        heading.setObjectName("heading")
        self._sentences = PanelArea(self.understood)
        self._sentences.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # keys scroll it
        self._sentences.setAccessibleName(heading.text())
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE // 2)
        column.addWidget(heading)
        column.addWidget(self._sentences, 1)
        return whole

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        self._sentences.setMinimumHeight(LINES * self.fontMetrics().lineSpacing())


def welcome() -> str:
    """What can be brought, in a few lines."""
    return "\n\n".join(
        (
            say("Drop a file or a folder anywhere here, or choose one above."),
            say("Pictures: a folder of them, a folder for every class, or one image cut into cells."),
            say("Arrays: NumPy (.npy, .npz), the format of MNIST (IDX), tables of pixels (.csv)."),
            say("Fonts: TrueType, OpenType, and fonts of pixels (BDF)."),
            say("Text: 0 and 1 or # and . as they stand, and arrays of C such as those of font.h."),
        )
    )
