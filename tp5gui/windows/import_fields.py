"""The fields of the import dialog: each shows what was found in the source until the person types."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent, QValidator
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from core.base.words import digits, say
from tp5gui import theme
from tp5gui.panels.calm import CalmBox, CalmSpinBox
from tp5gui.panels.label import Label
from tp5gui.words import as_name

NARROW = 15 * theme.SPACE  # px of a field for one number, as type is without a zoom


def guessed(value: object) -> str:
    """What stands in a field that the person left alone: what was found in its place, None for not yet."""
    return say("auto") if value is None else say("auto: {value}", value=as_name(str(value)))


class CountField(CalmSpinBox):
    """A whole number, or none: then it says what was found.

    Parameters
    ----------
    least, most : the numbers that can be chosen; one less than `least` stands for none.
    """

    def __init__(self, least: int, most: int) -> None:
        super().__init__()
        self.setRange(least - 1, most)
        self.setValue(least - 1)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_found(None)

    @property
    def chosen(self) -> int | None:
        """The number; None where the person left it alone."""
        return None if self.value() == self.minimum() else self.value()

    def choose(self, number: int | None) -> None:
        """Show a number as if it were chosen, or none."""
        self.setValue(self.minimum() if number is None else number)

    def show_found(self, number: int | None) -> None:
        """Say what was found in the place of none."""
        self.setSpecialValueText(guessed(number))

    def sizeHint(self) -> QSize:
        """One width for every number, so that nothing moves when another one is found."""
        return QSize(theme.size(NARROW), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let a digit take the place of what was found; Qt refuses it where the mouse set the cursor."""
        if self.chosen is None and event.text().isdigit():
            self.selectAll()
        super().keyPressEvent(event)

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        """Let an empty field be no number; Qt would bring the last one back."""
        return super().validate(text, place) if text else (QValidator.State.Acceptable, text, place)

    def valueFromText(self, text: str) -> int:
        return super().valueFromText(text) if text else self.minimum()


class RealField(QLineEdit):
    """A number with decimals, or none: then it says what was found."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_found(None)

    def sizeHint(self) -> QSize:
        return QSize(theme.size(NARROW), super().sizeHint().height())

    @property
    def chosen(self) -> float | None:
        """The number; None where nothing is typed, and no number at all (NaN) where it is none."""
        typed = self.text().strip().replace(",", ".")
        if not typed:
            return None
        try:
            return float(typed)
        except ValueError:
            return math.nan

    def show_found(self, number: float | None) -> None:
        """Say what was found in the place of none."""
        self.setPlaceholderText(guessed(None if number is None else digits(number)))


class ArrayBox(CalmBox):
    """Which of the arrays of a file holds the pictures.

    Signals
    -------
    picked() : the person chose one.
    """

    picked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.chosen: str | None = None
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(10)
        self.activated.connect(self._on_activated)

    @property
    def chooses(self) -> bool:
        """Whether there are several to choose from, or one was chosen that may not be there."""
        return self.count() > 1 or self.chosen is not None

    def choose(self, name: str | None) -> None:
        """Show an array as if it were chosen, or none."""
        self.chosen = name
        if name is not None:
            self.show_arrays([name], name)
        else:
            self.clear()

    def show_arrays(self, names: Sequence[str], found: str | None) -> None:
        """Offer arrays, and say which of them was read."""
        if [self.itemData(place) for place in range(self.count())] != list(names):
            self.clear()
            for name in names:
                self.addItem(as_name(name), name)
        self.setCurrentIndex(self.findData(self.chosen if self.chosen is not None else found))

    def _on_activated(self, place: int) -> None:
        self.chosen = self.itemData(place)
        self.picked.emit()


class Pair(QWidget):
    """Two numbers side by side, each with a word behind it.

    Parameters
    ----------
    says, also : the words; those of pairs one above the other take the room of the widest, `among`.
    """

    def __init__(self, first: QWidget, says: str, second: QWidget, also: str, among: Sequence[str]) -> None:
        super().__init__()
        self._sides, self._among = (Label(says), Label(also)), among
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE)
        for field, label in zip((first, second), self._sides, strict=True):
            label.setObjectName("soft")
            field.setAccessibleName(label.text())
            row.addWidget(field)
            row.addWidget(label)
        row.addStretch(1)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        metrics = QFontMetrics(theme.sized_font(self.font(), theme.BODY))
        for label in self._sides:
            label.setMinimumWidth(max(map(metrics.horizontalAdvance, self._among)))


class Question(Label):
    """What a person is asked of a guess, below the field; once answered it leaves its room, so nothing moves.

    It has the height of its words at any width, where a form would take a little of it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("stale")
        self.setWordWrap(True)
        self._asked = ""

    def ask(self, words: str) -> None:
        """Show a question, or none."""
        self._asked = words or self._asked
        self.setText(words)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        self.setMinimumHeight(self.height_of(self._asked, self.width()))


class Title(Label):
    """What a field is called; it stands out while the person should look at what was guessed there.

    Parameters
    ----------
    text : what it says; nothing beside a box that says it.
    titles : of all fields: every title is as wide as the widest of them would be if it stood out, so that
        nothing moves when another one is shown or stands out.
    """

    def __init__(self, text: str, titles: Sequence[str]) -> None:
        super().__init__(text)
        self.setObjectName("field")
        self._titles = titles
        self._fit()

    @property
    def asks(self) -> bool:
        """Whether the person should look at the field."""
        return self.property("stale") is True

    def ask(self, on: bool) -> None:
        """Stand out, or not."""
        theme.set_style(self, stale=on)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        strong = QFontMetrics(theme.sized_font(self.font(), theme.BODY, strong=True))
        self.setMinimumWidth(max(map(strong.horizontalAdvance, self._titles)))
