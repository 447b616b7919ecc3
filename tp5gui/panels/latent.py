"""The latent map: where the network puts the characters, and what lives between them."""

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from core.measure.rules import ACTIVE
from tp5gui import theme
from tp5gui.canvases.latent_map import LatentMap
from tp5gui.canvases.unit_bars import UnitBars
from tp5gui.icons import icon
from tp5gui.session.messages import Answers, Backdrop, Between, CursorAnswer, Frame
from tp5gui.session.session import Session
from tp5gui.words import decimal, resembling

SETTLED = 0.1  # share of the epochs after which outputs that are all alike are called collapse


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
        self.fit = QAction(icon("fit"), self.tr("Show all images"), self)
        self.fit.triggered.connect(self.map.fit)
        button = QToolButton()
        button.setDefaultAction(self.fit)
        button.setIconSize(QSize(16, 16))

        self.units = UnitBars()
        self.units.setAccessibleName(self.tr("Code units"))
        self._units_words = QLabel()
        self._units_words.setObjectName("soft")
        self._units_words.setWordWrap(True)
        self._warning = QLabel()
        self._warning.setObjectName("reason")
        self._warning.setWordWrap(True)
        self._warning.hide()

        below = QHBoxLayout()
        below.addWidget(self._words, 1)
        below.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE, theme.SPACE // 2, theme.SPACE, theme.SPACE // 2)
        layout.setSpacing(theme.SPACE // 2)
        layout.addWidget(self.map, 1)
        layout.addLayout(below)
        for widget in (self.units, self._units_words, self._warning):
            layout.addWidget(widget)

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
            self.map.set_axis_names(names[0], "" if frame.spec.latent == 1 else names[1])
            self.map.setToolTip(self._explained(frame.spec.latent))
            self.map.set_cursor(*self._place)
            self._session.move_cursor(*self._place)
        self.map.set_points(frame.points, frame.snapshot.inputs, frame.snapshot.labels)
        self._show_units(frame)
        self._on_view_changed()
        self.on_answers(frame.answers)

    @Slot(object)
    def on_answers(self, answers: Answers) -> None:
        if answers.drawing is not None:
            self.map.set_drawing_point(*answers.drawing.point)
        if answers.cursor is not None:
            self._cursor = answers.cursor
            self.map.set_cursor_image(answers.cursor.image, resembling(answers.cursor.like))
            self._draw_if_known()
            self._say()
        if answers.walk is not None:
            self.map.set_walk(answers.walk.points, joined=isinstance(answers.walk.asked, Between))
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
            self._session.draw(self._cursor.image, self.tr("Draw from the map"))

    def _on_view_changed(self) -> None:
        rows, columns, bounds = self.map.backdrop_grid()
        if rows and columns:
            left, bottom = bounds.left(), bounds.top()  # Qt calls the smallest y the top
            asked = Backdrop(left, bottom, left + bounds.width(), bottom + bounds.height(), rows, columns)
            self._session.ask_backdrop(asked)

    def _explained(self, latent: int) -> str:
        words = [
            self.tr("Where the network puts each image. Behind: what it would decode everywhere."),
            self.tr("Diamond: the code of your drawing. Ring: the cursor, with the image that lives there."),
            self.tr(
                "Drag the cursor, or move it with the arrow keys; a double click or Enter draws its image."
            ),
            self.tr("The wheel zooms, the right button moves the map, F shows all images."),
        ]
        if latent == 1:
            words.insert(
                0,
                self.tr("One number: only the place across counts. The height keeps the images apart."),
            )
        if latent > 2:
            slice_words = self.tr(
                "A flat slice through %1 numbers, along the two directions in which the codes differ most."
            )
            words.insert(0, slice_words.replace("%1", str(latent)))
        return "<p>" + "</p><p>".join(words) + "</p>"

    def _show_units(self, frame: Frame) -> None:
        """Bars for the units of the code, and where the code has fallen silent, why."""
        shot, width = frame.snapshot, frame.spec.latent
        shown = width > 2 or shot.kl is not None
        self.units.setVisible(shown)
        self._units_words.setVisible(shown)
        if shot.kl is not None:
            self.units.set_values(shot.kl, ACTIVE, self.tr("nats"))
            active = int((shot.kl > ACTIVE).sum())
            words = self.tr("%1 of %2 code units active; KL %3 nats an image")
            said = (str(active), str(width), decimal(float(shot.kl.sum()), 2))
        elif frame.spec.sparse and frame.spec.sparse_units == "code":
            activity = np.abs(shot.codes).mean(0)
            self.units.set_values(activity, 0.0, self.tr("mean activity"))
            words = self.tr("%2 code units; mean activity %1")
            if frame.spec.sparsity == "kl":
                words += self.tr(", target %3")
            said = (decimal(float(activity.mean()), 3), str(width), decimal(frame.spec.sparsity_rate, 3))
        else:
            spread = shot.codes.std(0)
            self.units.set_values(spread, 0.0, self.tr("standard deviation over the images"))
            words = self.tr("%2 code units; how much each varies, %1 on average")
            slope = self._slope(frame)
            if slope is not None:
                words += self.tr("; slope of the code %3")
            said = (decimal(float(spread.mean()), 2), str(width), "" if slope is None else decimal(slope, 2))
        for number, text in enumerate(said, 1):
            words = words.replace(f"%{number}", text)
        self._units_words.setText(words)
        # at the very start of any run all outputs are alike
        collapsed = shot.collapsed and (shot.finished or shot.epoch >= SETTLED * frame.spec.epochs)
        self._warning.setVisible(collapsed)
        if collapsed:
            self._warning.setText(self._why_collapsed(frame))

    def _slope(self, frame: Frame) -> float | None:
        """How far the code moves with the image, where it costs something to move."""
        if not frame.spec.contraction:
            return None
        paid = float(frame.snapshot.curves.values["contraction"][-1, 0])
        return float(np.sqrt(max(paid, 0.0) / frame.spec.contraction))

    def _why_collapsed(self, frame: Frame) -> str:
        spec = frame.spec
        words = [self.tr("Collapsed: every output is the same image, and the code tells nothing.")]
        if spec.variational and (spec.reduction == "mean" or spec.beta > 1):
            words.append(
                self.tr("The KL outweighs the pixels: sum the loss over them, or take a smaller beta.")
            )
        elif not spec.variational:
            words.append(
                self.tr("Usual causes: too large a learning rate, which ReLU units do not survive, or too "
                        "strong a penalty.")
            )  # fmt: skip
        else:
            words.append(
                self.tr("Usual causes: too large a learning rate, which ReLU units do not survive, or a KL "
                        "that comes in before the images are learned.")
            )  # fmt: skip
        return " ".join(words)

    def _say(self) -> None:
        x, y = self._place
        self._words.setText(
            self.tr("cursor %1, %2")
            .replace("%1", decimal(x, 2)).replace("%2", decimal(y, 2))
        )  # fmt: skip
