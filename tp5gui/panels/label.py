"""Labels of plain text: what stands in them is never read as markup, wherever it comes from."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLabel, QWidget

from tp5gui.words import harmless

LONGEST = 2000  # letters; the longest words of our own are much shorter
LIMITLESS = 1 << 20  # px of height


class Label(QLabel):
    """The label of this window: a bare `QLabel` guesses, and reads a file that markup names."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setIndent(0)  # else one that the style sheet dresses begins a little to the right
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(harmless(text[:LONGEST]))

    def height_of(self, text: str, width: int) -> int:
        """How high a text is in the type of this label, wrapped at that width, in px."""
        room = QRect(0, 0, width, LIMITLESS)
        return self.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, text).height()
