"""Asks how the learning of a run becomes a film, shows a frame of it, and has it written."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from core.base.progress import Stopped
from core.base.words import say
from core.reports.film_files import FEWEST, FRAMES, MOST, Kind, frames_of, seconds_of
from core.reports.style import Theme
from tp5gui import theme
from tp5gui.panels.calm import CalmSpinBox
from tp5gui.panels.choices import choice_box
from tp5gui.panels.label import Label
from tp5gui.panels.places import ask_place_and_kind
from tp5gui.session.background import Background
from tp5gui.session.messages import Recalled
from tp5gui.windows.picture_writing import Beside, PictureWriting
from tp5gui.words import count, explained

if TYPE_CHECKING:  # these bring torch
    from core.reports.film_story import Story

FRAME = QSize(456, 312)  # px of the frame that is shown, without a zoom
UNITS = 760  # of the layout of a frame, across
GREATEST = 2.0  # pixels for each of those, in the frame that is shown
LEAST_TIME = 4  # s

Pixels = NDArray[np.uint8]


class FilmDialog(QDialog):
    """Asks how a film is made of a run; Enter takes what is proposed, Escape makes none.

    Attributes
    ----------
    kind, ground, length : which file, on which ground, and how many seconds at most.
    frame : shows a frame in the middle of the film.
    told : what the film shows, or why there is none.

    Signals
    -------
    taken(object, object, str, int) : the `Recalled` run, the kind of file, the ground, and how many frames.
    """

    taken = Signal(object, object, str, int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(say("The learning as a film"))
        self._recalled: Recalled | None = None
        self._story: Story | None = None
        self._background = Background()
        self._background.done.connect(self.on_drawn)
        self.destroyed.connect(self._background.retire)
        self.kind = choice_box(((kind, words, "") for kind, words in kinds().items()), width=16)
        self.kind.setAccessibleName(say("Save as"))
        self.ground = choice_box((("light", say("Light"), ""), ("dark", say("Dark"), "")), width=16)
        self.ground.setAccessibleName(say("Ground"))
        worn = "dark" if theme.tokens() is theme.DARK else "light"
        self.ground.setCurrentIndex(self.ground.findData(worn))
        self.length = CalmSpinBox()
        self.length.setAccessibleName(say("Length"))
        self.length.setToolTip(say("How long the film takes, once through. Early epochs pass more slowly."))
        self.length.setRange(LEAST_TIME, int(seconds_of(MOST)))
        self.length.setSuffix(" s")
        self.length.setValue(round(seconds_of(FRAMES)))
        self.frame = Label()
        self.frame.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.frame.setAccessibleName(say("A frame of the film"))
        self.told = Label(say("Looking at the run..."))
        self.told.setObjectName("soft")
        self.told.setWordWrap(True)
        self.told.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._go_on = buttons.addButton(say("Save..."), QDialogButtonBox.ButtonRole.AcceptRole)
        self._go_on.setEnabled(False)
        self._lay_out(buttons)
        self._go_on.setDefault(True)
        self.ground.currentIndexChanged.connect(self.on_ground)
        self.length.valueChanged.connect(self.on_length)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._keep_room()
        self.kind.setFocus()

    def _lay_out(self, buttons: QDialogButtonBox) -> None:
        fields = QFormLayout()
        fields.setHorizontalSpacing(2 * theme.SPACE)
        fields.setVerticalSpacing(theme.SPACE)
        fields.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for title, control in (
            (say("Save as"), self.kind),
            (say("Ground"), self.ground),
            (say("Length"), self.length),
        ):
            name = Label(title)
            name.setObjectName("field")
            name.setBuddy(control)
            fields.addRow(name, control)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE)
        column.setSpacing(2 * theme.SPACE)
        column.addWidget(self.frame)
        column.addLayout(fields)
        column.addWidget(self.told)
        column.addStretch(1)
        column.addWidget(buttons)

    @property
    def frames(self) -> int:
        """How many frames the film may have."""
        return min(max(FEWEST, frames_of(self.length.value())), MOST)

    @property
    def ready(self) -> bool:
        """Whether a film can be made."""
        return self._story is not None

    @Slot(object)
    def on_recalled(self, recalled: Recalled) -> None:
        """The run comes, as it was when it was asked for."""
        if recalled.past is None:
            self._refuse(recalled.fault)
        elif self._recalled is None:
            self._recalled = recalled
            self._draw()

    @Slot()
    def on_ground(self) -> None:
        if self._recalled is not None:
            self._draw()

    @Slot()
    def on_length(self) -> None:
        if self._story is not None:
            self.told.setText(self._words(self._story))

    @Slot(object, object)
    def on_drawn(self, drawing: "_Drawing", result: object) -> None:
        """A frame comes, or why there is none."""
        if isinstance(result, Exception):
            self._refuse(explained(result))
            return
        self._story = drawing.story
        assert drawing.story is not None
        assert isinstance(result, np.ndarray)
        self.frame.setPixmap(_pixmap(result, self.devicePixelRatioF()))
        self.told.setText(self._words(drawing.story))
        self._go_on.setEnabled(True)

    def accept(self) -> None:
        """Let the film be made, if there is one."""
        if self.ready:
            super().accept()
            self.taken.emit(self._recalled, self.kind.currentData(), self.ground.currentData(), self.frames)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._keep_room()
            self.on_ground()

    def _refuse(self, words: str) -> None:
        """Say why no film can be made."""
        theme.set_style(self.told, objectName="reason")
        self.told.setText(words)

    def _draw(self) -> None:
        assert self._recalled is not None
        across = theme.size(FRAME.width()) * self.devicePixelRatioF()
        drawing = _Drawing(self._recalled, self.ground.currentData(), min(across / UNITS, GREATEST))
        drawing.story = self._story
        self._background.ask(drawing)

    def _words(self, story: "Story") -> str:
        return say(
            "At most {frames} epochs from {first} to {last}, more of the early ones. The file stays below "
            "1 MB: if it must, with fewer colours, then with fewer frames, then with smaller ones.",
            frames=count(self.frames), first=count(story.first), last=count(story.last),
        )  # fmt: skip

    def _keep_room(self) -> None:
        """So that nothing moves when the frame comes."""
        self.frame.setMinimumSize(theme.size(FRAME.width()), theme.size(FRAME.height()))
        self.told.setMinimumHeight(4 * self.fontMetrics().lineSpacing())


def kinds() -> dict[Kind, str]:
    """What the kinds of files are called."""
    return {"png": say("Animated PNG, the sharper one"), "gif": say("GIF, which every program shows")}


def ask_for_film(parent: QWidget, writing: PictureWriting, name: str, folder: str) -> FilmDialog:
    """Ask how and where to write a film of a run, and have it written; the run is told to the dialog.

    Parameters
    ----------
    name, folder : what the file is called at first, and where it is.
    """
    dialog = FilmDialog(parent)
    title = dialog.windowTitle()

    def place(recalled: Recalled, kind: Kind, ground: Theme, frames: int) -> None:
        words = kinds()
        order = sorted(words, key=lambda each: each != kind)
        ask_place_and_kind(
            parent,
            title,
            [(words[each], each) for each in order],
            lambda path, _: writing.ask(_FilmOut(recalled, path, ground, frames)),
            name=name,
            folder=folder,
        )

    dialog.taken.connect(place)
    dialog.open()
    return dialog


@dataclass(slots=True, eq=False)
class _Drawing:
    """A frame in the middle of a film, to be drawn in a thread of the pool."""

    recalled: Recalled
    ground: Theme
    scale: float
    story: "Story | None" = None

    def __call__(self) -> Pixels:
        from core.reports.film_page import Page
        from core.reports.film_story import glimpse_of

        if self.story is None:
            assert self.recalled.past is not None
            self.story = glimpse_of(self.recalled.past, self.recalled.plane)
        scenes = self.story.scenes
        return Page(self.story, self.ground, self.scale).frame(scenes[len(scenes) // 2])


@dataclass(slots=True, eq=False)
class _FilmOut:
    """A film to be made and written, unless it is stopped before it is a file."""

    recalled: Recalled
    path: str
    ground: Theme
    frames: int
    beside: Beside | None = None  # the window says what became of it
    done: int = 0  # hundredths

    @property
    def doing(self) -> str:
        return say("Making the film: {share} %. Esc stops it.", share=self.done)

    def __call__(self, stopped: Callable[[], bool]) -> str:
        """In a thread of the pool."""
        from core.reports.film import write_film

        assert self.recalled.past is not None

        def on_progress(share: float) -> None:
            if stopped():
                raise Stopped
            self.done = int(100 * share)

        try:
            film = write_film(
                self.recalled.past, self.path, on_progress,
                frames=self.frames, theme=self.ground, plane=self.recalled.plane,
            )  # fmt: skip
        except Stopped:
            return ""
        size = say("{size} KB", size=count(round(len(film.content) / 1000)))
        return say("{size}: {words}.", size=size, words=film.words())


def _pixmap(pixels: Pixels, ratio: float) -> QPixmap:
    """A frame (H, W, 3) as Qt paints it, at so many pixels for each of the layout."""
    height, width, _ = pixels.shape
    rows = np.ascontiguousarray(pixels)
    image = QImage(rows.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
    image.setDevicePixelRatio(ratio)
    return QPixmap.fromImage(image)
