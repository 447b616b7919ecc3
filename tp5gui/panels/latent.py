"""The latent map: where the network puts the characters, and what lives between them."""

from PySide6.QtCore import QEvent, QRectF, QSize, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from tp5gui import theme
from tp5gui.canvases.latent_map import LatentMap
from tp5gui.icons import icon
from tp5gui.session.messages import Answers, Backdrop, CursorAnswer, Frame
from tp5gui.session.session import Session
from tp5gui.words import decimal, resembling


class LatentPanel(QWidget):
    """Shows the codes of the characters over decoded tiles, and decodes under the hand."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._version = -1
        self._cursor: CursorAnswer | None = None
        self._place = (0.0, 0.0)
        self._to_draw = False  # whether the next answer at the cursor goes to the drawing
        self.map = LatentMap()
        self.map.set_hint(self.tr("The map appears as soon as a network is on the bench."))
        self.map.setAccessibleName(self.tr("Latent map"))
        self._words = QLabel()
        self._words.setObjectName("soft")
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._words.setFont(theme.figure_font(self._words.font()))
        self.fit = QAction(icon("fit"), self.tr("Show all characters"), self)
        self.fit.triggered.connect(self.map.fit)
        button = QToolButton()
        button.setDefaultAction(self.fit)
        button.setIconSize(QSize(16, 16))

        below = QHBoxLayout()
        below.addWidget(self._words, 1)
        below.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE, theme.SPACE // 2, theme.SPACE, theme.SPACE // 2)
        layout.setSpacing(theme.SPACE // 2)
        layout.addWidget(self.map, 1)
        layout.addLayout(below)

        self.map.cursor_moved.connect(self._on_cursor_moved)
        self.map.cursor_activated.connect(self._on_cursor_activated)
        self.map.view_changed.connect(self._on_view_changed)
        session.framed.connect(self.on_frame)
        session.answered.connect(self.on_answers)

    @Slot(object)
    def on_frame(self, frame: Frame) -> None:
        if frame.version != self._version:
            self._version = frame.version
            plain = frame.spec.latent <= 2
            names = ("z1", "z2") if plain else (self.tr("component 1"), self.tr("component 2"))
            self.map.set_axis_names(*names)
            self.map.setToolTip(self._explained(frame.spec.latent))
            self.map.set_cursor(*self._place)
            self._session.move_cursor(*self._place)
        self.map.set_points(frame.points, frame.snapshot.inputs, frame.dataset.labels)
        self._on_view_changed()
        self.on_answers(frame.answers)

    @Slot(object)
    def on_answers(self, answers: Answers) -> None:
        if answers.drawing is not None:
            self.map.set_drawing_point(*answers.drawing.point)
        if answers.cursor is not None:
            self._cursor, like = answers.cursor, answers.cursor.like
            self.map.set_cursor_image(answers.cursor.image, resembling(like.label, like.differing))
            self._draw_if_known()
            self._say()
        if answers.backdrop is not None:
            asked = answers.backdrop.asked
            bounds = QRectF(asked.left, asked.bottom, asked.right - asked.left, asked.top - asked.bottom)
            self.map.set_backdrop(answers.backdrop.tiles, bounds)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.fit.setIcon(icon("fit"))
        super().changeEvent(event)

    def _on_cursor_moved(self, x: float, y: float) -> None:
        self._place = (x, y)
        self._session.move_cursor(x, y)
        self._say()

    def _on_cursor_activated(self, x: float, y: float) -> None:
        self._to_draw = True
        self._draw_if_known()

    def _draw_if_known(self) -> None:
        """Draw what lives at the cursor, as soon as the answer for this very place has come."""
        if self._to_draw and self._cursor is not None and self._cursor.place == self._place:
            self._to_draw = False
            image = (self._cursor.image > 0.5).astype("float32")
            self._session.drawing.replace(image, self.tr("Draw from the map"))

    def _on_view_changed(self) -> None:
        rows, columns, bounds = self.map.backdrop_grid()
        if rows and columns:
            left, bottom = bounds.left(), bounds.top()  # Qt calls the smallest y the top
            asked = Backdrop(left, bottom, left + bounds.width(), bottom + bounds.height(), rows, columns)
            self._session.ask_backdrop(asked)

    def _explained(self, latent: int) -> str:
        words = [
            self.tr("Green: where the network puts each character. Behind: what it would decode everywhere."),
            self.tr("Diamond: the code of your drawing. Ring: the cursor, with the image that lives there."),
            self.tr(
                "Drag the cursor, or move it with the arrow keys; a double click or Enter draws its image."
            ),
            self.tr("The wheel zooms, the right button moves the map, F shows all characters."),
        ]
        if latent > 2:
            slice_words = self.tr(
                "A flat slice through %1 numbers, along the two directions in which the codes differ most."
            )
            words.insert(0, slice_words.replace("%1", str(latent)))
        return "<p>" + "</p><p>".join(words) + "</p>"

    def _say(self) -> None:
        x, y = self._place
        self._words.setText(
            self.tr("cursor %1, %2")
            .replace("%1", decimal(x, 2)).replace("%2", decimal(y, 2))
        )  # fmt: skip
