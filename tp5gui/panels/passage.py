"""Words in a place of a fixed height: what is longer scrolls inside, and nothing around it ever moves."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from tp5gui.panels.label import Label


class Passage(QScrollArea):
    """Wrapped words in so many lines' room; Tab stops at it where there is something to scroll.

    Parameters
    ----------
    lines : how many lines of words it is high.
    style : the name that the style sheet knows such words by.
    """

    def __init__(self, lines: int, style: str) -> None:
        super().__init__()
        self._lines = lines
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
        self.verticalScrollBar().rangeChanged.connect(self._on_range)
        self._fit()

    def text(self) -> str:
        """The words."""
        return self._words.text()

    def setText(self, text: str) -> None:
        """Show other words, from their beginning."""
        if text != self._words.text():
            self._words.setText(text)
            self.verticalScrollBar().setValue(0)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(self._lines * self.fontMetrics().lineSpacing())

    def _on_range(self, low: int, high: int) -> None:
        scrolls = high > low
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if scrolls else Qt.FocusPolicy.NoFocus)
