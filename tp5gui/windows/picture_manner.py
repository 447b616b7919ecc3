"""Asks how a picture is saved: as what, and how many pixels it has where it is made of pixels."""

from PySide6.QtCore import QCoreApplication, QEvent, QRect, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from core.base.words import say
from tp5gui import theme
from tp5gui.canvases.canvas import Canvas
from tp5gui.canvases.picture_out import LONGEST, MOST_PIXELS, largest_scale, pixels_of
from tp5gui.manner import FORMS, SCALES, Manner
from tp5gui.panels.calm import CalmDecimalBox
from tp5gui.panels.choices import choice_box
from tp5gui.panels.label import Label
from tp5gui.words import count

MEGA = 1_000_000
TYPED = 9999.0
"""The largest scale that can be typed."""
WIDTH, LINES = 480, 4  # px of the dialog without a zoom, and lines that there may be to say


class PictureManner(QDialog):
    """Asks how a picture is saved; Enter takes what is proposed, Escape saves nothing.

    Attributes
    ----------
    form : the box of forms.
    scale : pixels for each of the layout.
    told : how many pixels the picture has, or why it cannot have so many.

    Signals
    -------
    taken(object) : the `Manner` that was chosen.
    """

    taken = Signal(object)

    def __init__(self, parent: QWidget, view: Canvas, manner: Manner) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(say("Save the picture: {name}", name=view.picture_name))
        self._view = view
        self.form = choice_box(((form, words, "") for form, words in forms().items()), width=16)
        self.form.setAccessibleName(say("Save as"))
        self.form.setCurrentIndex(self.form.findData(manner.form))
        self.scale = CalmDecimalBox()
        self.scale.setAccessibleName(say("Scale"))
        self.scale.setToolTip(say("Pixels for each of the screen. 2 is sharp on most, 4 in print."))
        self.scale.setRange(0, TYPED)  # what cannot be is answered, and no digit lost
        self.scale.setSingleStep(0.5)
        self.scale.setSuffix(" x")
        self.scale.setValue(manner.scale)
        self.told = Label()
        self.told.setObjectName("soft")
        self.told.setWordWrap(True)
        self.told.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._go_on = buttons.addButton(say("Save..."), QDialogButtonBox.ButtonRole.AcceptRole)
        fields = QFormLayout()
        fields.setHorizontalSpacing(2 * theme.SPACE)
        fields.setVerticalSpacing(theme.SPACE)
        fields.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        fields.addRow(_name(say("Save as"), self.form), self.form)
        fields.addRow(_name(say("Scale"), self.scale), self.scale)
        fields.addRow(Label(), self.told)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE)
        column.setSpacing(2 * theme.SPACE)
        column.addLayout(fields)
        column.addStretch(1)
        column.addWidget(buttons)
        self._go_on.setDefault(True)  # only from in here Qt remembers it once another button had the focus
        self.form.currentIndexChanged.connect(self.on_changed)
        self.scale.valueChanged.connect(self.on_changed)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        view.destroyed.connect(self.reject)  # another language makes every picture anew
        self._keep_room()
        self.on_changed()
        (self.scale if self._in_pixels else self.form).setFocus()
        self.scale.selectAll()

    @property
    def manner(self) -> Manner:
        """What is chosen now."""
        return Manner(self.form.currentData(), self.scale.value())

    @property
    def sound(self) -> bool:
        """Whether a picture can be made so."""
        scale = self.scale.value()
        return not self._in_pixels or SCALES[0] <= scale <= largest_scale(self._view.size())

    def accept(self) -> None:
        """Let the picture be saved so, if it can be."""
        if self.sound:
            super().accept()
            self.taken.emit(self.manner)

    @Slot()
    def on_changed(self) -> None:
        """Say what the picture becomes."""
        self.scale.setEnabled(self._in_pixels)
        self._go_on.setEnabled(self.sound)
        theme.set_style(self.told, objectName="soft" if self.sound else "reason")
        # polishing alone leaves a frame's padding as it was (Qt 6.11)
        QCoreApplication.sendEvent(self.told, QEvent(QEvent.Type.StyleChange))
        self.told.setText(self._words(self._view.size()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._keep_room()

    def _keep_room(self) -> None:
        """So that nothing moves when there is more to say."""
        lines = "\n".join([count(LONGEST)] * LINES)  # what parts its figures may come from a higher font
        self.told.setMinimumHeight(self.fontMetrics().boundingRect(QRect(), 0, lines).height())
        self.setMinimumWidth(theme.size(WIDTH))

    @property
    def _in_pixels(self) -> bool:
        return bool(self.form.currentData() == "png")

    def _words(self, size: QSize) -> str:
        if not self._in_pixels:
            return say("Sharp at any size, with text as text.")
        low, high = SCALES
        if not low <= self.scale.value() <= high:
            return say("The scale goes from {low} to {high}.", low=low, high=high)
        pixels = pixels_of(size, self.scale.value())
        words = say("{width} x {height} pixels", width=count(pixels.width()), height=count(pixels.height()))
        if self.sound:
            return words
        return say(
            "{size} are too many: at most {most} million, and {longest} a side. "
            "The largest scale for this picture is {scale}.",
            size=words, most=count(MOST_PIXELS // MEGA), longest=count(LONGEST),
            scale=self.scale.textFromValue(largest_scale(size)),
        )  # fmt: skip


def forms() -> dict[str, str]:
    """What each of `FORMS` is called."""
    words = say("PNG, in pixels"), say("SVG, sharp at any size"), say("PDF, sharp at any size")
    return dict(zip(FORMS, words, strict=True))


def _name(title: str, control: QWidget) -> Label:
    """The name of a field."""
    name = Label(title)
    name.setObjectName("field")
    name.setBuddy(control)
    return name
