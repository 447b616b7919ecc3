"""What is done with the drawing and with the picture pointed at, in two rows below the pictures of a set."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLayout, QLineEdit, QWidget

from core.base.words import say
from core.data.datasets import Dataset
from tp5gui import theme
from tp5gui.canvases.pixel_view import PixelView
from tp5gui.canvases.pixels import Image
from tp5gui.panels.label import Label
from tp5gui.panels.line import width_for
from tp5gui.windows.inline import button

FIELD = 12 * theme.SPACE  # px of a label's field, at least


class PictureTools(QWidget):
    """Enables what can be done with this set, picture and drawing; the tooltips of the rest say why not.

    Attributes
    ----------
    misfit : a label that says why the drawing does not fit the set; hidden where it does.

    Signals
    -------
    add_asked(str) : put the drawing into the set under this label, which may be empty.
    replace_asked() : put the drawing in the place of the picture.
    load_asked() : put the picture into the drawing.
    remove_asked() : take the picture out.
    rename_asked(str) : the picture's new label.
    """

    add_asked = Signal(str)
    replace_asked = Signal()
    load_asked = Signal()
    remove_asked = Signal()
    rename_asked = Signal(str)

    def __init__(self, drawing: Image, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawing, self._index = drawing, -1
        self._dataset: Dataset | None = None
        self.preview = PixelView()
        self.preview.setFixedSize(QSize(9 * theme.SPACE, 9 * theme.SPACE))
        self.preview.setAccessibleName(say("Your drawing"))
        self.preview.setToolTip(say("Your drawing, as it is in the main window now."))
        self.new_label, self.label = QLineEdit(), QLineEdit()
        self.new_label.setPlaceholderText(say("its number"))
        self.new_label.setToolTip(say("What the added picture is called; without a label, its number."))
        self.label.setToolTip(say("What the picture is called; Enter keeps a change, Escape does not."))
        self.add, self.replace = (
            button(say("Add the drawing")),
            button(say("Replace with the drawing")),
        )
        self.load, self.remove = button(say("To the drawing")), button(say("Remove"))
        self.misfit = Label()
        self.misfit.setObjectName("soft")
        self.misfit.setWordWrap(True)

        self._rows = tuple(
            (self._named(title, field), field, first, second)
            for title, field, first, second in (
                (say("Label of the drawing"), self.new_label, self.add, self.replace),
                (say("Label of the picture"), self.label, self.load, self.remove),
            )
        )
        self._pairs = tuple(_side_by_side(*row[2:]) for row in self._rows)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.SPACE)
        self._grid.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # `minimumSizeHint` knows better
        self._lines = 0  # of tools; not laid out yet
        self._lay_out()

        self.add.clicked.connect(self._on_add)
        self.new_label.returnPressed.connect(self.add.click)
        self.replace.clicked.connect(self.replace_asked)
        self.load.clicked.connect(self.load_asked)
        self.remove.clicked.connect(self.remove_asked)
        self.label.editingFinished.connect(self._on_label)
        self._fit()

    def show_set(self, dataset: Dataset | None) -> None:
        """Take up another set, or another state of it; no picture is pointed at."""
        self._dataset = dataset
        self.show_picture(-1)

    def show_picture(self, index: int) -> None:
        """Take up the picture pointed at, -1 for none."""
        self._index = index
        self.label.setText(self._kept_label())
        self._fit()

    def show_drawing(self, drawing: Image) -> None:
        """Take up the drawing as it is now."""
        self._drawing = drawing
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(self._needed(lines=4), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._lay_out()  # the type is another
        return super().event(event)

    def _named(self, title: str, field: QLineEdit) -> Label:
        label = Label(title)
        label.setObjectName("field")
        label.setBuddy(field)
        field.setAccessibleName(title)
        return label

    def _lay_out(self) -> None:
        """Put the tools into two lines, or where that is too narrow, the buttons below their fields."""
        for buttons in zip(*(row[2:] for row in self._rows), strict=True):  # one below the other, as wide
            wide = max(each.minimumSizeHint().width() for each in buttons)
            for each in buttons:
                each.setMinimumWidth(wide)
        lines = 2 if self._needed(lines=2) <= self.width() else 4
        if lines == self._lines:
            return
        self._lines = lines
        self._grid.addWidget(self.preview, 0, 0, 2 if lines == 2 else 1, 1)
        for number, ((label, field, *_), pair) in enumerate(zip(self._rows, self._pairs, strict=True)):
            top = number * lines // 2
            self._grid.addWidget(label, top, 1)
            if lines == 2:
                self._grid.addWidget(field, top, 2)
                self._grid.addWidget(pair, top, 3)
            else:
                self._grid.addWidget(field, top, 2, 1, 2)
                self._grid.addWidget(pair, top + 1, 0, 1, 4)
        self._grid.addWidget(self.misfit, lines, 0, 1, 4)
        self._grid.setColumnStretch(2, 1)

    def _needed(self, *, lines: int) -> int:
        """The width that the tools take at least in so many lines."""
        preview = self.preview.width() + theme.SPACE

        def wide(*places: int) -> int:
            widest = (max(row[place].minimumSizeHint().width() for row in self._rows) for place in places)
            return sum(widest) + (len(places) - 1) * theme.SPACE

        fields = max(self._field() - self.label.minimumSizeHint().width(), 0)
        if lines == 2:
            return preview + wide(0, 1, 2, 3) + fields
        return max(preview + wide(0, 1) + fields, wide(2, 3))

    def _field(self) -> int:
        """The width of a label's field, at least: what stands in one that is empty can be read."""
        asks = (self.label, say("point at a picture")), (self.new_label, say("its number"))
        return max(FIELD, *(width_for(field, words) for field, words in asks))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape and self.label.text() != self._kept_label():
            self.label.setText(self._kept_label())
        elif key not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):  # a field has had those
            super().keyPressEvent(event)

    def _fit(self) -> None:
        dataset, pointed = self._dataset, self._index >= 0
        fits = dataset is not None and dataset.shape == self._drawing.shape
        unfit = self._why_unfit() if dataset is not None and not fits else ""
        none = say("Point at a picture first.")
        last = dataset is not None and dataset.count == 1
        stays = say("A set keeps at least one picture; you can delete the whole set.") if last else none
        self.preview.set_image(self._drawing)
        self.misfit.setText(unfit)
        self.misfit.setVisible(bool(unfit))
        for tool, allowed, why, help in (
            (self.add, fits, unfit, say("Put your drawing into the set as a new picture.")),
            (
                self.replace, fits and pointed, unfit or none,
                say("Put your drawing in the place of the picture; its label stays."),
            ),
            (
                self.load, fits and pointed, unfit or none,
                say("Load the picture into the drawing: change it there, then replace it."),
            ),
            (self.remove, pointed and not last, stays, say("Take the picture out of the set (Delete).")),
        ):  # fmt: skip
            tool.setEnabled(allowed)
            tool.setToolTip(help if allowed else why)
        self.new_label.setEnabled(fits)
        self.label.setEnabled(pointed)
        self.label.setPlaceholderText("" if pointed else say("point at a picture"))

    def _why_unfit(self) -> str:
        assert self._dataset is not None
        (drawn_height, drawn_width), (height, width) = self._drawing.shape, self._dataset.shape
        return say(
            "Your drawing has {drawn_width:d}x{drawn_height:d} pixels and this set {width:d}x{height:d}; "
            "train on this set to draw at its size.",
            drawn_width=drawn_width, drawn_height=drawn_height, width=width, height=height,
        )  # fmt: skip

    def _kept_label(self) -> str:
        return "" if self._dataset is None or self._index < 0 else self._dataset.labels[self._index]

    def _on_add(self) -> None:
        self.add_asked.emit(self.new_label.text().strip())

    def _on_label(self) -> None:
        label = self.label.text().strip()
        if self._index >= 0 and label != self._kept_label():
            self.rename_asked.emit(label)


def _side_by_side(*buttons: QWidget) -> QWidget:
    """Buttons in a line of their own."""
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.SPACE)
    for each in buttons:
        row.addWidget(each)
    return line
