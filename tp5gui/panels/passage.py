"""Words in a place that does not grow with them: what is longer scrolls inside, and nothing ever moves."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from tp5gui.panels.label import Label


class Passage(QScrollArea):
    """Wrapped words in whatever room there is; Tab stops at it where there is something to scroll.

    Parameters
    ----------
    style : the name that the style sheet knows such words by.
    """

    def __init__(self, style: str) -> None:
        super().__init__()
        self._words = Label()
        self._words.setObjectName(style)
        self._words.setWordWrap(True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._words)  # no higher than its lines: a sign of its style stands beside them
        column.addStretch(1)
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.verticalScrollBar().rangeChanged.connect(self._on_range)

    def text(self) -> str:
        """The words."""
        return self._words.text()

    def setText(self, text: str) -> None:
        """Show other words, from their beginning."""
        if text != self._words.text():
            self._words.setText(text)
            self.verticalScrollBar().setValue(0)

    def height_for(self, text: str, width: int) -> int:
        """How high words are in a place of that width, in px."""
        return self._words.height_of(text, width)

    def _on_range(self, low: int, high: int) -> None:
        scrolls = high > low
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if scrolls else Qt.FocusPolicy.NoFocus)
