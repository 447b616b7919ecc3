"""How a source is to be read: the fields of the import dialog, of which those are shown that are of use."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLineEdit, QWidget

from core.base.words import number, say
from core.data.limits import MAX_IMAGES
from core.data.wishes import EVERYWHERE, WISHES, Wish, Wishes
from tp5gui import theme
from tp5gui.panels.label import Label
from tp5gui.windows.import_fields import ArrayBox, CountField, Pair, Question, RealField, Title, guessed
from tp5gui.words import option_labels

if TYPE_CHECKING:  # it brings Pillow, which the first window does not wait for
    from core.data.importers import Understood

LARGEST = 4096  # the fields take numbers up to this; the importer refuses what is too large for it
LETTERS = 16  # of the characters of a font, as many as are said in the field to be found


class ImportOptions(QWidget):
    """The name of the new set, and how its pictures are read from the source.

    A field that the person left alone says what was found in the source. What was found but may well be
    otherwise has a question below its field, and stands out until the person has changed the field.

    Attributes
    ----------
    fault : a label that says below the name what is wrong with it.
    titles, questions : labels, by the name of the wish: what its field is called, and what it asks.

    Signals
    -------
    named() : the name was edited.
    changed() : the source is to be read in another way.
    """

    named = Signal()
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._named = False  # whether the person chose the name
        self._found = Wishes()  # what was found in the source where nothing was chosen
        self._shown: frozenset[Wish] = frozenset()
        self.titles: dict[Wish, Title] = {}
        self.questions: dict[Wish, Question] = {}
        self._fields: dict[Wish, QWidget] = {}
        self._make_fields()
        self._lay_out(option_labels())
        self._connect()
        self.show_uses(EVERYWHERE)

    @property
    def name(self) -> str:
        """The name of the set to be, without space around it."""
        return self.field.text().strip()

    @property
    def wishes(self) -> Wishes:
        """What the fields ask for, also those that are not shown."""
        columns, rows = self.columns.chosen, self.rows.chosen
        wide, high = self.wide.chosen, self.high.chosen
        low, high_number = self.black.chosen, self.white.chosen
        cut, between = self._found.grid or (1, 1), self._found.range
        grid = None if columns is rows is None else (columns or cut[0], rows or cut[1])
        side = wide or high
        size = None if side is None else (wide or side, high or side)
        span = None
        if between is not None and not (low is high_number is None):
            span = (between[0] if low is None else low, between[1] if high_number is None else high_number)
        elif low is not None and high_number is not None:
            span = (low, high_number)
        return Wishes(
            grid=grid, margin=self.margin.chosen, spacing=self.spacing.chosen, size=size,
            characters=self.characters.text() or None, array=self.array.chosen, range=span,
            transpose=self.transpose.isChecked(), mirror=self.mirror.isChecked(),
            count=self.count.chosen, invert=self.invert.isChecked(),
        )  # fmt: skip

    def propose(self, name: str) -> None:
        """Put a name into the field, unless the person chose one."""
        if not self._named:
            self.field.setText(name)

    def say_fault(self, fault: str) -> None:
        """Say below the name what is wrong with it; empty for nothing."""
        self.fault.setText(fault)
        self._form.setRowVisible(self.fault, bool(fault))

    def begin(self) -> None:
        """Forget what was found: another source is going to be read. What was chosen stays, but no array."""
        self._found = Wishes()
        self.array.choose(None)
        self._show_found()
        self._ask(frozenset())
        for question in self.questions.values():
            self._form.setRowVisible(question, False)

    def show_understood(self, understood: "Understood", wished: Wishes) -> None:
        """Show what was found where `wished` left it open, and ask where that may be otherwise."""
        open_left = WISHES - wished.uses
        grid = understood.found.grid if "grid" in open_left else self._found.grid
        span = understood.found.range if "range" in open_left else self._found.range
        self._found = replace(understood.found, grid=grid, range=span)  # what one number leaves to the other
        self.array.show_arrays(understood.arrays, self._found.array)
        self._show_found()
        self.show_uses(understood.uses)
        self._ask(understood.asks & open_left)

    def show_uses(self, uses: frozenset[Wish]) -> None:
        """Show the fields of some wishes, in their order; the arrays only where there are some to choose."""
        self._shown = uses
        for wish, field in self._fields.items():
            there = wish in uses and (wish != "array" or self.array.chooses)
            self._form.setRowVisible(field, there)
            if not there:
                self._form.setRowVisible(self.questions[wish], False)

    def show_cures(self, uses: frozenset[Wish], cures: frozenset[Wish]) -> None:
        """Show the fields with which a refused source could be read; those of before where none is known."""
        self.show_uses((uses or self._shown) | cures)
        self._found = replace(self._found, margin=None, spacing=None)  # each is found by the other
        self._show_found()
        self._ask(frozenset())

    def take_over(self, before: "ImportOptions") -> None:
        """Stand as another one stood, which spoke another language.

        What was found stays as well: of two numbers, one that was left alone counts with the other.
        """
        self._named, self._found = before._named, before._found
        self._show_found()
        with QSignalBlocker(self):
            for count, other in zip(self._counts, before._counts, strict=True):
                count.choose(other.chosen)
            for line, written in zip(self._lines, before._lines, strict=True):
                line.setText(written.text())
            for box, marked in zip(self._boxes, before._boxes, strict=True):
                box.setChecked(marked.isChecked())
        self.array.choose(before.array.chosen)

    # --- what is where ---

    def _make_fields(self) -> None:
        self.field = QLineEdit()
        self.field.setMaxLength(64)
        self.field.setToolTip(say("What the new set is called."))
        self.fault = Label()
        self.fault.setObjectName("reason")
        self.fault.setWordWrap(True)
        self.array = ArrayBox()
        self.black, self.white = RealField(), RealField()
        self.transpose, self.mirror, self.invert = QCheckBox(), QCheckBox(), QCheckBox()
        self.columns, self.rows = CountField(1, LARGEST), CountField(1, LARGEST)
        self.margin, self.spacing = CountField(0, LARGEST), CountField(0, LARGEST)
        self.wide, self.high = CountField(1, LARGEST), CountField(1, LARGEST)
        self.characters = QLineEdit()
        self.count = CountField(1, MAX_IMAGES)
        self.count.setSpecialValueText(say("all"))
        self._counts = self.columns, self.rows, self.margin, self.spacing, self.wide, self.high, self.count
        self._lines = self.field, self.black, self.white, self.characters
        self._boxes = self.transpose, self.mirror, self.invert
        grid = say("How many pictures one image holds, side by side and one above the other.")
        size = say("Every picture is brought to this size; with one of the two, it is square.")
        span = say("Which numbers are black and white; those between are grey, those beyond are cut off.")
        for helped, help in (
            (self.array, say("Which of the arrays of the file holds the pictures.")),
            (self.black, span),
            (self.white, span),
            (self.transpose, say("Turn rows into columns: for pictures that lie on their side.")),
            (self.mirror, say("Swap left and right: for pictures as in a mirror.")),
            (self.columns, grid),
            (self.rows, grid),
            (self.margin, say("Pixels around all pictures of one image.")),
            (self.spacing, say("Pixels between the pictures of one image.")),
            (self.characters, say("Which characters of a font become pictures, one after another.")),
            (self.wide, size),
            (self.high, size),
            (self.count, say("Of more pictures than this, so many are taken, evenly spread.")),
            (self.invert, say("Swap light and dark: for dark ink on light paper.")),
        ):
            helped.setToolTip(help)

    def _lay_out(self, labels: dict[str, str]) -> None:
        form = self._form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(2 * theme.SPACE)
        form.setVerticalSpacing(theme.SPACE)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        in_boxes: tuple[Wish, ...] = ("transpose", "mirror", "invert")
        titles = [labels[name] for name in ("name", *sorted(WISHES - {*in_boxes}))]
        title = Title(labels["name"], titles)
        title.setBuddy(self.field)
        self.field.setAccessibleName(title.text())
        form.addRow(title, self.field)
        form.addRow(self.fault)
        sides = say("black"), say("white"), say("columns"), say("rows"), say("wide"), say("high")
        rows: tuple[tuple[Wish, QWidget], ...] = (
            ("array", self.array),
            ("range", Pair(self.black, say("black"), self.white, say("white"), sides)),
            ("transpose", self.transpose),
            ("mirror", self.mirror),
            ("grid", Pair(self.columns, say("columns"), self.rows, say("rows"), sides)),
            ("margin", self.margin),
            ("spacing", self.spacing),
            ("characters", self.characters),
            ("size", Pair(self.wide, say("wide"), self.high, say("high"), sides)),
            ("count", self.count),
            ("invert", self.invert),
        )
        for wish, entry in rows:
            title, question = Title("" if wish in in_boxes else labels[wish], titles), Question()
            if isinstance(entry, QCheckBox):
                entry.setText(labels[wish])
            elif not isinstance(entry, Pair):
                title.setBuddy(entry)
            if not isinstance(entry, Pair):
                entry.setAccessibleName(labels[wish])
            form.addRow(title, entry)
            form.addRow(Title("", titles), question)
            form.setRowVisible(question, False)
            self.titles[wish], self.questions[wish], self._fields[wish] = title, question, entry
        form.setRowVisible(self.fault, False)
        self._show_found()

    def _connect(self) -> None:
        self.field.textEdited.connect(self._on_name)
        self.array.picked.connect(partial(self._on_edited, "array"))
        lines: tuple[tuple[Wish, QLineEdit], ...] = (
            ("range", self.black), ("range", self.white), ("characters", self.characters),
        )  # fmt: skip
        for wish, line in lines:
            line.textEdited.connect(partial(self._on_edited, wish))
        boxes: tuple[tuple[Wish, QCheckBox], ...] = (
            ("transpose", self.transpose), ("mirror", self.mirror), ("invert", self.invert),
        )  # fmt: skip
        for wish, box in boxes:
            box.toggled.connect(partial(self._on_edited, wish))
        counts: tuple[tuple[Wish, CountField], ...] = (
            ("grid", self.columns), ("grid", self.rows), ("margin", self.margin), ("spacing", self.spacing),
            ("size", self.wide), ("size", self.high), ("count", self.count),
        )  # fmt: skip
        for wish, count in counts:
            count.valueChanged.connect(partial(self._on_edited, wish))

    # --- what is shown ---

    def _show_found(self) -> None:
        """Say in the fields that were left alone what was found."""
        found = self._found
        for field, value in zip((self.columns, self.rows), found.grid or (None, None), strict=True):
            field.show_found(value)
        for field, value in zip((self.wide, self.high), found.size or (None, None), strict=True):
            field.show_found(value)
        for line, bound in zip((self.black, self.white), found.range or (None, None), strict=True):
            line.show_found(bound)
        self.margin.show_found(found.margin)
        self.spacing.show_found(found.spacing)
        some = found.characters and found.characters[:LETTERS]
        self.characters.setPlaceholderText(guessed(some if some == found.characters else f"{some}…"))

    def _ask(self, asks: frozenset[Wish]) -> None:
        """Ask whether what was found is right; a question of before leaves its room."""
        for wish, question in self.questions.items():
            self.titles[wish].ask(wish in asks)
            question.ask(self._question(wish) if wish in asks else "")
            if wish in asks:
                self._form.setRowVisible(question, True)

    def _question(self, wish: Wish) -> str:
        """What a person is asked of a guess."""
        found = self._found
        match wish:
            case "range" if found.range is not None:
                low, high = map(number, found.range)
                return say(
                    "Guessed from the numbers: {low} is black and {high} is white. Is that right?",
                    low=low, high=high,
                )  # fmt: skip
            case "array" if found.array is not None:
                return say("Several arrays could be the pictures. Is this the right one?")
            case "size" if found.size is not None:
                width, height = found.size
                return say(
                    "Guessed: pictures of {width:d}x{height:d} pixels. Is that right?",
                    width=width, height=height,
                )  # fmt: skip
            case "grid" if found.grid is not None:
                columns, rows = found.grid
                return say(
                    "Guessed: {columns:d}x{rows:d} pictures in one image. Is that right?",
                    columns=columns, rows=rows,
                )  # fmt: skip
            case "transpose":
                return say("Do the pictures lie on their side? Then tick this.")
            case "mirror":
                return say("Do the pictures look as in a mirror? Then tick this.")
        return say("This is a guess. Is it right?")

    def _on_edited(self, wish: Wish, *_: object) -> None:
        self.titles[wish].ask(False)
        self.changed.emit()

    def _on_name(self) -> None:
        self._named = bool(self.field.text())
        self.named.emit()
